use serde_json::{Value as Json, json};

use super::{Subject, filler};

const KEY: &str = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555";

fn encryption(algorithm: &str) -> Json {
    json!({"BucketEncryption": {"ServerSideEncryptionConfiguration":
        [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": algorithm, "KMSMasterKeyID": KEY}}]}})
}

fn bucket() -> Subject {
    Subject::new("AWS::S3::Bucket", encryption("aws:kms"))
}

fn with(mut base: Json, change: &Json) -> Json {
    for (name, json) in change.as_object().unwrap() {
        base[name] = json.clone();
    }
    base
}

fn lifecycle(change: &Json) -> Json {
    let rule = with(json!({"Id": "age", "Status": "Enabled"}), change);
    json!({"LifecycleConfiguration": {"Rules": [rule]}})
}

fn moves(name: &str, moves: &[(&str, i64)]) -> Json {
    let one = |(class, days): &(&str, i64)| json!({"StorageClass": class, "TransitionInDays": days});
    json!({name: moves.iter().map(one).collect::<Vec<_>>()})
}

fn transitions(to: &[(&str, i64)]) -> Json {
    moves("Transitions", to)
}

#[test]
fn a_bucket() {
    let retention = |retention: Json| {
        json!({"ObjectLockEnabled": true, "ObjectLockConfiguration":
            {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": retention}}})
    };
    let place = "ObjectLockConfiguration.Rule.DefaultRetention";
    bucket()
        .takes(&encryption("aws:kms:dsse"))
        .takes(&retention(json!({"Mode": "COMPLIANCE", "Days": 36_500})))
        .takes(&retention(json!({"Mode": "GOVERNANCE", "Years": 100})))
        .refuses(
            &encryption("AES256"),
            "`BucketEncryption.ServerSideEncryptionConfiguration[0]` has `KMSMasterKeyID`, and AES256 has no key to \
             choose: take `aws:kms`, or leave the key out",
        )
        .refuses(
            &retention(json!({"Mode": "COMPLIANCE", "Days": 36_525})),
            &format!("`{place}.Days` is `36525`; 1 to 36500 is allowed"),
        )
        .refuses(
            &retention(json!({"Mode": "COMPLIANCE", "Years": 101})),
            &format!("`{place}.Years` is `101`; 1 to 100 is allowed"),
        )
        .refuses(
            &retention(json!({"Mode": "COMPLIANCE", "Days": 1, "Years": 1})),
            &format!("`{place}` has `Days` and `Years`: say one of them"),
        )
        .refuses(
            &retention(json!({"Mode": "COMPLIANCE"})),
            &format!("`{place}` lacks `Days` or `Years`: say one of them"),
        )
        .refuses(
            &retention(json!({"Days": 1})),
            &format!("`{place}` lacks `Mode`: say `GOVERNANCE` or `COMPLIANCE`"),
        );
}

#[test]
fn the_names_and_filters_of_a_lifecycle() {
    let rules = |count: usize, name: fn(usize) -> String| {
        let one = |number| json!({"Id": name(number), "Status": "Enabled", "ExpirationInDays": 1});
        json!({"LifecycleConfiguration": {"Rules": (0..count).map(one).collect::<Vec<_>>()}})
    };
    let parts = |change: &Json| {
        lifecycle(&with(json!({"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}}), change))
    };
    let markers = |change: &Json| lifecycle(&with(json!({"ExpiredObjectDeleteMarker": true}), change));
    let tags = json!([{"Key": "use", "Value": "test"}]);
    let place = "LifecycleConfiguration.Rules[0]";
    bucket()
        .takes(&rules(1000, |number| format!("{number:0255}")))
        .takes(&parts(&json!({"Prefix": "scratch/", "TagFilters": []})))
        .takes(&markers(&json!({"Prefix": "scratch/"})))
        .takes(&lifecycle(&json!({"ExpirationInDays": 1, "TagFilters": tags, "ObjectSizeLessThan": 1})))
        .refuses(
            &rules(1001, |number| number.to_string()),
            "`LifecycleConfiguration.Rules` has 1001 items; 1 to 1000 items are allowed",
        )
        .refuses(
            &rules(2, |_| "age".to_owned()),
            "`LifecycleConfiguration.Rules[1].Id` is `age`, as that of an earlier rule: give it a name of its own",
        )
        .refuses(
            &rules(1, |_| "a".repeat(256)),
            "`LifecycleConfiguration.Rules[0].Id` has 256 characters; at most 255 characters are allowed",
        )
        .refuses(
            &lifecycle(&json!({"Prefix": "a"})),
            &format!("`{place}` does nothing: say when objects move or end, or leave it out"),
        )
        .refuses(
            &parts(&json!({"TagFilters": tags})),
            &format!(
                "`{place}` has `AbortIncompleteMultipartUpload` and `TagFilters`, and uploads that aren't complete have \
                 neither tags nor a size: make a rule of its own for them"
            ),
        )
        .refuses(
            &parts(&json!({"ObjectSizeGreaterThan": 1000})),
            &format!(
                "`{place}` has `AbortIncompleteMultipartUpload` and `ObjectSizeGreaterThan`, and uploads that aren't \
                 complete have neither tags nor a size: make a rule of its own for them"
            ),
        )
        .refuses(
            &markers(&json!({"ExpirationInDays": 5})),
            &format!(
                "`{place}` has `ExpiredObjectDeleteMarker` and `ExpirationInDays`, of which a rule has one: make a rule \
                 of its own for each"
            ),
        )
        .refuses(
            &markers(&json!({"TagFilters": tags})),
            &format!(
                "`{place}` has `ExpiredObjectDeleteMarker` and `TagFilters`, and delete markers have no tags: make a \
                 rule of its own for them"
            ),
        );
}

#[test]
fn the_days_of_a_lifecycle() {
    let noncurrent = |days: i64, newer: i64| json!({"NoncurrentVersionExpiration": {"NoncurrentDays": days, "NewerNoncurrentVersions": newer}});
    let place = "LifecycleConfiguration.Rules[0]";
    let older = moves("NoncurrentVersionTransitions", &[("STANDARD_IA", 30)]);
    bucket()
        .takes(&lifecycle(&transitions(&[("GLACIER", 0)])))
        .takes(&lifecycle(&transitions(&[("INTELLIGENT_TIERING", 0), ("DEEP_ARCHIVE", 180)])))
        .takes(&lifecycle(&transitions(&[("GLACIER_IR", 60), ("STANDARD_IA", 30)])))
        .takes(&lifecycle(&with(transitions(&[("STANDARD_IA", 30)]), &json!({"ExpirationInDays": 31}))))
        .takes(&lifecycle(&noncurrent(1, 100)))
        // Newer versions stay, so that the days alone don't say which end first.
        .takes(&lifecycle(&with(older.clone(), &noncurrent(30, 1))))
        .refuses(&lifecycle(&json!({"ExpirationInDays": 0})), &format!("`{place}.ExpirationInDays` is `0`; at least 1 is allowed"))
        .refuses(
            &lifecycle(&noncurrent(0, 1)),
            &format!("`{place}.NoncurrentVersionExpiration.NoncurrentDays` is `0`; at least 1 is allowed"),
        )
        .refuses(
            &lifecycle(&noncurrent(1, 101)),
            &format!("`{place}.NoncurrentVersionExpiration.NewerNoncurrentVersions` is `101`; 1 to 100 is allowed"),
        )
        .refuses(
            &lifecycle(&transitions(&[("GLACIER", -1)])),
            &format!("`{place}.Transitions[0].TransitionInDays` is `-1`; at least 0 is allowed"),
        )
        .refuses(
            &lifecycle(&transitions(&[("STANDARD_IA", 29)])),
            &format!(
                "`{place}.Transitions[0].TransitionInDays` is 29, and objects move to STANDARD_IA after 30 days at the \
                 earliest: let it be later, or take another class"
            ),
        )
        .refuses(
            &lifecycle(&moves("NoncurrentVersionTransitions", &[("ONEZONE_IA", 0)])),
            &format!(
                "`{place}.NoncurrentVersionTransitions[0].TransitionInDays` is 0, and objects move to ONEZONE_IA after \
                 30 days at the earliest: let it be later, or take another class"
            ),
        )
        .refuses(
            &lifecycle(&transitions(&[("STANDARD_IA", 30), ("GLACIER", 59)])),
            &format!(
                "`{place}.Transitions[1].TransitionInDays` is 59, and objects that move to STANDARD_IA on day 30 stay \
                 there for 30 days: let it be later, or leave one of the moves out"
            ),
        )
        .refuses(
            &lifecycle(&with(transitions(&[("GLACIER", 90)]), &json!({"ExpirationInDays": 90}))),
            &format!(
                "`{place}.ExpirationInDays` is 90, and by `{place}.Transitions[0]` objects move on day 90: let them end \
                 later, or leave the move out"
            ),
        )
        .refuses(
            &lifecycle(&with(older, &json!({"NoncurrentVersionExpiration": {"NoncurrentDays": 30}}))),
            &format!(
                "`{place}.NoncurrentVersionExpiration.NoncurrentDays` is 30, and by \
                 `{place}.NoncurrentVersionTransitions[0]` objects move on day 30: let them end later, or leave the \
                 move out"
            ),
        );
}

#[test]
fn what_pages_may_do() {
    let cors = |change: &Json| {
        let rule = with(json!({"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}), change);
        json!({"CorsConfiguration": {"CorsRules": [rule]}})
    };
    let rules = |count| json!({"CorsConfiguration": {"CorsRules": vec![json!({"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}); count]}});
    let place = "CorsConfiguration.CorsRules[0]";
    bucket()
        .takes(&rules(100))
        .takes(&cors(&json!({"AllowedOrigins": ["https://*.example.com"], "AllowedHeaders": ["x-amz-*"], "MaxAge": 0})))
        .refuses(&rules(101), "`CorsConfiguration.CorsRules` has 101 items; 1 to 100 items are allowed")
        .refuses(
            &cors(&json!({"AllowedMethods": ["PATCH"]})),
            &format!("`{place}.AllowedMethods[0]` is `\"PATCH\"`; `GET`, `PUT`, `HEAD`, `POST` or `DELETE` is allowed"),
        )
        .refuses(&cors(&json!({"MaxAge": -1})), &format!("`{place}.MaxAge` is `-1`; at least 0 is allowed"))
        .refuses(
            &cors(&json!({"AllowedOrigins": ["https://*.*.example.com"]})),
            &format!(r#"`{place}.AllowedOrigins[0]` is `"https://*.*.example.com"`; it has to match `^[^*]*\*?[^*]*$`"#),
        );
}

#[test]
fn copies() {
    let rule = |id: &str, priority: i64, change: &Json| {
        with(
            json!({"Id": id, "Priority": priority, "Status": "Enabled", "Filter": {"Prefix": ""},
                "DeleteMarkerReplication": {"Status": "Enabled"},
                "Destination": {"Bucket": "arn:aws:s3:::copies"}}),
            change,
        )
    };
    let rules = |rules: &[Json]| json!({"ReplicationConfiguration": {"Role": "arn:aws:iam::123456789012:role/copies", "Rules": rules}});
    let none = json!({});
    let tags = json!({"Filter": {"And": {"Prefix": "", "TagFilters": [{"Key": "use", "Value": "test"}]}}});
    let time = |minutes: i64, metrics: &Json| {
        json!({"Destination": {"Bucket": "arn:aws:s3:::copies", "Metrics": metrics,
            "ReplicationTime": {"Status": "Enabled", "Time": {"Minutes": minutes}}}})
    };
    let metrics = json!({"Status": "Enabled", "EventThreshold": {"Minutes": 15}});
    let place = "ReplicationConfiguration.Rules";
    bucket()
        .takes(&rules(&[rule("one", 1, &none), rule("two", 2, &time(15, &metrics))]))
        .takes(&rules(&[rule("one", 1, &with(tags.clone(), &json!({"DeleteMarkerReplication": {"Status": "Disabled"}})))]))
        .refuses(&rules(&[]), &format!("`{place}` has 0 items; 1 to 1000 items are allowed"))
        .refuses(
            &rules(&[rule("one", 1, &none), rule("two", 1, &none)]),
            &format!("`{place}[1].Priority` is `1`, as that of an earlier rule: give it a priority of its own"),
        )
        .refuses(
            &rules(&[rule("one", 1, &none), rule("one", 2, &none)]),
            &format!("`{place}[1].Id` is `one`, as that of an earlier rule: give it an id of its own"),
        )
        .refuses(
            &rules(&[rule("one", 1, &tags)]),
            &format!(
                "`{place}[0].DeleteMarkerReplication` is `Enabled`, and delete markers have no tags to be chosen by: \
                 take the tags away, or say `Disabled`"
            ),
        )
        .refuses(
            &rules(&[rule("one", 1, &time(10, &metrics))]),
            &format!("`{place}[0].Destination.ReplicationTime.Time.Minutes` is `10`; `15` is allowed"),
        )
        .refuses(
            &rules(&[rule("one", 1, &time(15, &json!(null)))]),
            &format!("`{place}[0].Destination` has `ReplicationTime` without `Metrics`: say both"),
        );
}

#[test]
fn reports() {
    let metrics = |ids: &[&str]| {
        let one = |id: &&str| json!({"Id": id});
        json!({"MetricsConfigurations": ids.iter().map(one).collect::<Vec<_>>()})
    };
    let inventory = |id: &str| {
        json!({"Id": id, "Enabled": true, "IncludedObjectVersions": "All", "ScheduleFrequency": "Daily",
            "Destination": {"BucketArn": "arn:aws:s3:::reports", "Format": "ORC"}})
    };
    let study = |format: &str, version: &str| {
        let destination = json!({"BucketArn": "arn:aws:s3:::reports", "Format": format});
        json!({"Id": "study", "StorageClassAnalysis":
            {"DataExport": {"OutputSchemaVersion": version, "Destination": destination}}})
    };
    let export = "AnalyticsConfigurations[0].StorageClassAnalysis.DataExport";
    let long = "m".repeat(64);
    bucket()
        .takes(&metrics(&["whole", "a.b_c-d", &long]))
        .takes(&json!({"InventoryConfigurations": [inventory("day"), inventory("week")]}))
        .takes(&json!({"AnalyticsConfigurations": [study("CSV", "V_1")]}))
        .refuses(
            &metrics(&["not an id"]),
            "`MetricsConfigurations[0].Id` is `\"not an id\"`; it has to match `^[A-Za-z0-9._-]{1,64}$`",
        )
        .refuses(
            &metrics(&["one", "one"]),
            "`MetricsConfigurations[1].Id` is `one`, as that of an earlier one: give it an id of its own",
        )
        .refuses(
            &json!({"InventoryConfigurations": [inventory("day"), inventory("day")]}),
            "`InventoryConfigurations[1].Id` is `day`, as that of an earlier one: give it an id of its own",
        )
        .refuses(
            &json!({"AnalyticsConfigurations": [study("CSV", "V_1"), study("CSV", "V_1")]}),
            "`AnalyticsConfigurations[1].Id` is `study`, as that of an earlier one: give it an id of its own",
        )
        .refuses(
            &json!({"AnalyticsConfigurations": [study("Parquet", "V_1")]}),
            &format!("`{export}.Destination.Format` is `\"Parquet\"`; `CSV` is allowed"),
        )
        .refuses(
            &json!({"AnalyticsConfigurations": [study("CSV", "V_2")]}),
            &format!("`{export}.OutputSchemaVersion` is `\"V_2\"`; `V_1` is allowed"),
        );
}

#[test]
fn the_policy_of_a_bucket() {
    let policy = |change: &Json| {
        let statement = json!({"Sid": "TLS only", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
            "Resource": ["arn:aws:s3:::data", "arn:aws:s3:::data/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}}});
        json!({"PolicyDocument": {"Version": "2012-10-17", "Statement": [with(statement, change)]}})
    };
    let named = |sid: &str| policy(&json!({"Sid": sid}));
    let of_length = |length| named(&filler(length, |sid| named(sid)["PolicyDocument"].clone()));
    let taken = with(policy(&json!({})), &json!({"Bucket": "data"}));
    Subject::new("AWS::S3::BucketPolicy", taken.clone())
        .takes(&json!({"PolicyDocument": taken["PolicyDocument"].to_string()}))
        .takes(&policy(&json!({"Principal": null, "NotPrincipal": {"AWS": "123456789012"}})))
        .takes(&of_length(20_480))
        .refuses(
            &policy(&json!({"Principal": null})),
            "`PolicyDocument.Statement[0]` lacks `Principal`: say whom it is about",
        )
        .refuses(
            &policy(&json!({"Resource": null})),
            "`PolicyDocument.Statement[0]` lacks `Resource`: say on what",
        )
        .refuses(
            &policy(&json!({"Action": "everything"})),
            "`PolicyDocument.Statement[0].Action` holds `everything`, which is no action: write `SERVICE:ACTION`, such \
             as `s3:GetObject`, or `*`",
        )
        .refuses(
            &of_length(20_481),
            "`PolicyDocument` has 20481 characters without white space, and 20480 are the most: say it in fewer \
             statements, or by conditions",
        );
}
