//! Faults that are planted in a program, and what the judge says.

use ironward_judges::Estate;
use ironward_judges::reach::{self, Finding};
use serde_json::{Value as Json, json};

use crate::programs::{Choice, estate};

/// What is found besides what was found before the fault was planted.
fn found(error: impl FnMut(&str, &mut Json)) -> Vec<Finding> {
    let sound = estate(&Choice::full().declare().unwrap());
    let before = reach::judge(&sound).unwrap().findings;
    let mut after = reach::judge(&planted(&sound, error)).unwrap().findings;
    after.retain(|finding| !before.contains(finding));
    after
}

/// Changes properties by path.
fn planted(sound: &Estate, mut error: impl FnMut(&str, &mut Json)) -> Estate {
    sound.edited(|resource| {
        let path = resource.path.clone();
        error(&path, &mut resource.properties);
    })
}

#[track_caller]
fn flagged(found: &[Finding], path: &str, row: &str) {
    assert!(
        found.iter().any(|finding| finding.path == path && finding.row == row),
        "{row} isn't in {found:#?}"
    );
}

fn statements<'a>(properties: &'a mut Json, document: &str) -> &'a mut Vec<Json> {
    match &mut properties[document]["Statement"] {
        Json::Array(statements) => statements,
        other => panic!("no statements in {other}"),
    }
}

#[test]
fn a_trust_that_asks_for_what_isnt_carried() {
    let found = found(|path, properties| {
        if path == "fhir/trail/role" {
            let statement = &mut statements(properties, "AssumeRolePolicyDocument")[0];
            statement["Condition"] = json!({"StringEquals": {"aws:SourceAccount": "111122223333"}});
        }
    });
    flagged(&found, "fhir/trail/trail", "CloudTrail takes its role");
}

#[test]
fn a_key_policy_that_asks_for_an_encryption_context_where_there_is_none() {
    let found = found(|path, properties| {
        if path == "fhir/audit-key/key" {
            for statement in statements(properties, "KeyPolicy") {
                if statement["Principal"]["Service"].to_string().contains("cloudtrail") {
                    let arn = "arn:aws:cloudtrail:*:111122223333:trail/*";
                    statement["Condition"] =
                        json!({"StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": arn}});
                }
            }
        }
    });
    flagged(&found, "fhir/trail/trail", "CloudTrail looks at its key");
}

#[test]
fn a_session_key_that_nobody_may_use() {
    let found = found(|path, properties| {
        if path.ends_with("/key") && properties["Description"].to_string().contains("sessions") {
            statements(properties, "KeyPolicy").truncate(1);
        }
    });
    flagged(&found, "fhir/service/service", "the session agent opens the session's key");
    flagged(&found, "fhir/service/service", "an operator's session gets its key");
}

#[test]
fn administrators_that_may_grant() {
    let found = found(|path, properties| {
        if path == "fhir/storage-key/key" {
            statements(properties, "KeyPolicy")[0]["Action"] = json!(["kms:Create*", "kms:Describe*"]);
        }
    });
    flagged(&found, "fhir/storage-key/key", "an administrator grants the use of the key");
}

#[test]
fn statements_for_everyone_and_for_everything() {
    let found = found(|path, properties| {
        if path == "fhir/data/policy" {
            let open = json!({"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"});
            statements(properties, "PolicyDocument").push(open);
        }
    });
    flagged(&found, "fhir/data/policy", "a statement is too wide");
    flagged(&found, "fhir/data/bucket", "anybody reads the bucket");
    flagged(&found, "fhir/data/bucket", "another account uses the bucket");
}

#[test]
fn an_endpoint_that_lets_everything_pass() {
    let found = found(|path, properties| {
        if path == "fhir/network/s3"
            && let Some(properties) = properties.as_object_mut()
        {
            let open = json!({"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"});
            properties.insert("PolicyDocument".to_owned(), json!({"Statement": [open]}));
        }
    });
    flagged(&found, "fhir/network/s3", "data leaves through the endpoint to another account's bucket");
}

#[test]
fn an_endpoint_that_forgets_the_layers_of_images() {
    let found = found(|path, properties| {
        if path == "fhir/network/s3" {
            statements(properties, "PolicyDocument").truncate(1);
        }
    });
    flagged(&found, "fhir/service/service", "layers of the image are downloaded");
}

#[test]
fn objects_under_any_key() {
    let found = found(|path, properties| {
        if path == "fhir/data/policy" {
            statements(properties, "PolicyDocument").truncate(1);
        }
    });
    for row in [
        "an object is stored under a key of S3's",
        "an object is stored under another key",
        "an object is stored under a key that the caller brings",
        "a locked object is deleted before its time",
    ] {
        flagged(&found, "fhir/data/bucket", row);
    }
}
