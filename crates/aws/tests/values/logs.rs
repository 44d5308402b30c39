use serde_json::{Value as Json, json};

use super::{Subject, filler};

fn group() -> Subject {
    let key = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555";
    Subject::new("AWS::Logs::LogGroup", json!({"RetentionInDays": 2557, "KmsKeyId": key}))
}

fn index(fields: &Json) -> Json {
    json!({"FieldIndexPolicies": [{"Fields": fields}]})
}

#[test]
fn a_log_group() {
    group()
        .takes(&json!({"LogGroupName": "/aws/rds/instance/clinic_1/postgresql#1.2"}))
        .takes(&json!({"LogGroupName": "g".repeat(512)}))
        .refuses(&json!({"RetentionInDays": 2555}), "`RetentionInDays` is `2555`; `1`, `3`, `5`, `7`, `14`, `30`, `60`, `90`, `120`, `150`, `180`, `365` or one of 10 others is allowed");
}

#[test]
fn the_indexes_of_a_log_group() {
    let many: Vec<String> = (0..21).map(|number| format!("field{number}")).collect();
    group()
        .takes(&index(&json!(many[..20])))
        .takes(&index(&json!(["f".repeat(100)])))
        .refuses(
            &index(&json!(many)),
            "`FieldIndexPolicies[0].Fields` has 21 fields, and 1 to 20 can be found by index",
        )
        .refuses(
            &index(&json!([])),
            "`FieldIndexPolicies[0].Fields` has 0 fields, and 1 to 20 can be found by index",
        )
        .refuses(
            &index(&json!(["f".repeat(101)])),
            &format!(
                "`FieldIndexPolicies[0].Fields` holds `{}`, and the name of a field has 100 characters at most",
                "f".repeat(101)
            ),
        )
        .refuses(
            &json!({"FieldIndexPolicies": [{"Fields": ["one"]}, {"Fields": ["two"]}]}),
            "`FieldIndexPolicies` has 2 policies, and a log group has one: put the fields into it",
        )
        .refuses(
            &json!({"FieldIndexPolicies": [{"Fields": ["one"]}], "LogGroupClass": "INFREQUENT_ACCESS"}),
            "`FieldIndexPolicies` is declared, and a log group of the class INFREQUENT_ACCESS has no indexes: leave \
             it out, or take STANDARD",
        );
}

#[test]
fn the_policies_of_a_log_group() {
    let audit =
        |data: &Json| json!({"DataIdentifier": data, "Operation": {"Audit": {"FindingsDestination": {}}}});
    let mask = |data: &Json| json!({"DataIdentifier": data, "Operation": {"Deidentify": {"MaskConfig": {}}}});
    let protection = |statements: &[Json]| json!({"DataProtectionPolicy": {"Version": "2021-06-01", "Name": "p", "Statement": statements}});
    let (one, two, none) =
        (json!(["arn:aws:dataprotection::aws:data-identifier/Ssn-US"]), json!(["two"]), json!([]));
    let write = |sid: &str| {
        json!({"ResourcePolicyDocument": {"Statement": [{"Sid": sid, "Effect": "Allow",
            "Principal": {"Service": "delivery.logs.amazonaws.com"}, "Action": "logs:PutLogEvents",
            "Resource": "*"}]}})
    };
    let written = |length| write(&filler(length, |sid| write(sid)["ResourcePolicyDocument"].clone()));
    let found = |data: &str| protection(&[audit(&json!([data])), mask(&json!([data]))]);
    // The data stands in it twice.
    let finding = |length: usize| {
        let empty = found("")["DataProtectionPolicy"].to_string().len();
        found(&"d".repeat((length - empty) / 2))
    };
    group()
        .takes(&protection(&[audit(&one), mask(&one)]))
        .takes(&written(51_200))
        .takes(&finding(30_720))
        .refuses(
            &protection(&[audit(&none), mask(&none)]),
            "`DataProtectionPolicy.Statement[0].DataIdentifier` is empty: say which data is to be found",
        )
        .refuses(
            &protection(&[audit(&one)]),
            "`DataProtectionPolicy` has two statements, one with `Audit` and one with `Deidentify`: write both",
        )
        .refuses(
            &protection(&[audit(&one), mask(&two)]),
            "`DataProtectionPolicy` doesn't mask what it finds: both statements have the same `DataIdentifier`",
        )
        .refuses(
            &finding(30_722),
            "`DataProtectionPolicy` has 30721 characters without white space, and 30720 are the most: find fewer \
             kinds of data",
        )
        .refuses(
            &written(51_201),
            "`ResourcePolicyDocument` has 51201 characters without white space, and 51200 are the most: say it in \
             fewer statements",
        );
}
