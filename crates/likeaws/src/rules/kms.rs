//! Keys that are pending deletion.

use serde_json::{Value, json};

use crate::call::Call;
use crate::question::Question;
use crate::refusal::Refusal;
use crate::rule::{Boxed, Calls, Does, Rule, Upstream};

/// What can't be done with a key that is pending deletion.
const UNUSABLE: &[&str] = &[
    "CreateAlias",
    "CreateGrant",
    "DisableKey",
    "DisableKeyRotation",
    "EnableKey",
    "EnableKeyRotation",
    "Encrypt",
    "Decrypt",
    "GenerateDataKey",
    "GenerateDataKeyWithoutPlaintext",
    "GenerateMac",
    "ReEncrypt",
    "ScheduleKeyDeletion",
    "Sign",
    "TagResource",
    "UntagResource",
    "UpdateAlias",
    "UpdateKeyDescription",
    "Verify",
];

/// What other services refuse with such a key: service, operation, where the request names the key, what they say.
const USERS: &[(&str, &str, &str, &str)] = &[
    // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
    ("rds", "CreateDBInstance", "KmsKeyId", "KMSKeyNotAccessibleFault"),
    // https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_AssociateKmsKey.html
    ("logs", "AssociateKmsKey", "kmsKeyId", "InvalidParameterException"),
    ("logs", "CreateLogGroup", "kmsKeyId", "InvalidParameterException"),
    // https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
    ("secretsmanager", "CreateSecret", "KmsKeyId", "EncryptionFailure"),
];

pub(super) fn rules() -> Vec<Rule> {
    vec![
        Rule {
            name: "keys-pending-deletion",
            source: "https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html",
            calls: Calls::Of("kms", UNUSABLE),
            does: Does::Refuse(refuse),
        },
        Rule {
            name: "users-of-keys-pending-deletion",
            source: "https://docs.aws.amazon.com/kms/latest/developerguide/unusable-kms-keys.html",
            calls: Calls::That(|call| user(call).is_some()),
            does: Does::Refuse(refuse_user),
        },
    ]
}

fn user(call: &Call) -> Option<&'static (&'static str, &'static str, &'static str, &'static str)> {
    USERS.iter().find(|(service, operation, ..)| call.service == *service && call.operation == *operation)
}

fn refuse<'a>(call: &'a Call, upstream: &'a Upstream) -> Boxed<'a, Option<Refusal>> {
    Box::pin(async move {
        let body = call.json();
        let key = ["KeyId", "TargetKeyId", "SourceKeyId"].iter().find_map(|name| body[*name].as_str())?;
        let arn = pending(call, key, upstream).await?;
        Some(Refusal::new("KMSInvalidStateException", format!("{arn} is pending deletion.")))
    })
}

fn refuse_user<'a>(call: &'a Call, upstream: &'a Upstream) -> Boxed<'a, Option<Refusal>> {
    Box::pin(async move {
        let (_, _, field, code) = user(call)?;
        let key = call.json()[*field].as_str().map(str::to_owned).or_else(|| call.form().remove(*field))?;
        let arn = pending(call, &key, upstream).await?;
        Some(Refusal::new(*code, format!("The key {arn} can't be used: it is pending deletion.")))
    })
}

/// The ARN of a key, if it is pending deletion.
async fn pending(call: &Call, key: &str, upstream: &Upstream) -> Option<String> {
    let question = Question::Json("kms", "TrentService.DescribeKey", json!({ "KeyId": key }));
    let about = upstream.ask(question.request(call)?).await?;
    let about: Value = serde_json::from_str(&about).ok()?;
    let about = &about["KeyMetadata"];
    (about["KeyState"] == "PendingDeletion").then(|| about["Arn"].as_str().unwrap_or(key).to_owned())
}
