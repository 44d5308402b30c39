use serde_json::{Value as Json, json};

use super::Subject;

const KEY: &str = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555";
const GROUP: &str = "arn:aws:logs:us-east-1:123456789012:log-group:trail:*";
const ROLE: &str = "arn:aws:iam::123456789012:role/trail";

fn trail() -> Subject {
    Subject::new("AWS::CloudTrail::Trail", json!({"S3BucketName": "audit-logs", "KMSKeyId": KEY}))
}

fn advanced(conditions: &Json) -> Json {
    json!({"AdvancedEventSelectors": [{"FieldSelectors": conditions}]})
}

fn category() -> Json {
    json!({"Field": "eventCategory", "Equals": ["Data"]})
}

#[test]
fn a_trail() {
    trail()
        .takes(&json!({"TrailName": "aud"}))
        .takes(&json!({"TrailName": "a.1-b".to_owned() + &"c".repeat(123), "S3KeyPrefix": "k".repeat(200)}))
        .takes(&json!({"CloudWatchLogsLogGroupArn": GROUP, "CloudWatchLogsRoleArn": ROLE}))
        .refuses(
            &json!({"TrailName": "192.168.5.4"}),
            "`TrailName` is `192.168.5.4`, which is an address: give it a name of another form",
        )
        .refuses(
            &json!({"CloudWatchLogsLogGroupArn": GROUP}),
            "`CloudWatchLogsRoleArn` isn't declared, and `CloudWatchLogsLogGroupArn` is: declare both, or neither",
        )
        .refuses(&json!({"S3KeyPrefix": "k".repeat(201)}), "`S3KeyPrefix` has 201 characters; at most 200 characters are allowed");
}

#[test]
fn the_selectors_of_a_trail() {
    let arns =
        |count: usize| -> Vec<String> { (0..count).map(|one| format!("arn:aws:s3:::b{one}/")).collect() };
    let plain = |arns: &[String]| json!({"EventSelectors": [{"DataResources": [{"Type": "AWS::S3::Object", "Values": arns}]}]});
    let by = |operator: &str, values: Vec<String>| {
        let mut condition = json!({"Field": "resources.ARN"});
        condition[operator] = json!(values);
        condition
    };
    let both = json!({"EventSelectors": [{"ReadWriteType": "All"}],
        "AdvancedEventSelectors": [{"FieldSelectors": [category()]}]});
    let mut all = arns(250);
    all.push("arn:aws:s3".to_owned());
    trail()
        .takes(&plain(&arns(250)))
        .takes(&plain(&all))
        .takes(&advanced(&json!([category(), by("StartsWith", arns(499))])))
        .takes(&json!({"EventSelectors": vec![json!({"ReadWriteType": "All"}); 5]}))
        .refuses(
            &json!({"EventSelectors": vec![json!({"ReadWriteType": "All"}); 6]}),
            "`EventSelectors` has 6 items; at most 5 items are allowed",
        )
        .refuses(
            &plain(&arns(251)),
            "`EventSelectors` names 251 resources in all, and 250 are the most: take `AdvancedEventSelectors`, which \
             choose them by beginnings",
        )
        .refuses(
            &both,
            "`EventSelectors` and `AdvancedEventSelectors` are declared, and a trail has one of them: say it all by \
             `AdvancedEventSelectors`",
        )
        .refuses(
            &advanced(&json!([category(), by("StartsWith", arns(500))])),
            "`AdvancedEventSelectors` has 501 values in all, and 500 are the most: say it by fewer, such as beginnings",
        )
        .refuses(
            &advanced(&json!([by("StartsWith", arns(1))])),
            "`AdvancedEventSelectors[0].FieldSelectors` has no condition on `eventCategory`: say whether it is about \
             `Management`, `Data` or `NetworkActivity`",
        )
        .refuses(
            &advanced(&json!([{"Field": "eventCategory", "StartsWith": ["Da"]}])),
            "`AdvancedEventSelectors[0].FieldSelectors[0]` compares `eventCategory` by `StartsWith`, and it has \
             `Equals` alone",
        );
}
