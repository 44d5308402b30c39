//! An RDS instance that manages its master password names the secret that holds it.

use serde_json::{Value, json};
use winterbaume_core::{MockResponse, xml_escape};

use super::{Memory, Part, edit_xml, xml};
use crate::ACCOUNT_ID;
use crate::call::Call;

pub(crate) struct RdsMasterSecret;

impl Part for RdsMasterSecret {
    fn response(&self, call: &Call, memory: &mut Memory, response: &mut MockResponse) {
        let instance = || call.form().remove("DBInstanceIdentifier");
        match call.operation.as_str() {
            "CreateDBInstance" | "ModifyDBInstance" => {
                if let Some(instance) = instance() {
                    manage(call, memory, &instance);
                }
            }
            "DeleteDBInstance" => {}
            "DescribeDBInstances" => {}
            _ => return,
        }
        edit_xml(response, |body| {
            xml::edit_each(body, "DBInstance", |inner| {
                let secret = memory.get(&key(xml::text(inner, "DBInstanceIdentifier")?))?;
                if xml::has(inner, "MasterUserSecret") {
                    return None;
                }
                let field = |name: &str| xml_escape(secret[name].as_str().unwrap_or_default());
                Some(format!(
                    "{inner}<MasterUserSecret><SecretArn>{}</SecretArn><SecretStatus>active</SecretStatus><KmsKeyId>{}</KmsKeyId></MasterUserSecret>",
                    field("arn"),
                    field("kms")
                ))
            })
        });
        if call.operation == "DeleteDBInstance"
            && let Some(instance) = instance()
        {
            memory.remove(&key(&instance));
        }
    }
}

/// Follows what a request says about the management of the password.
fn manage(call: &Call, memory: &mut Memory, instance: &str) {
    let form = call.form();
    let wanted = form.get("ManageMasterUserPassword").map(String::as_str);
    if wanted == Some("false") {
        memory.remove(&key(instance));
    }
    if wanted != Some("true") {
        return;
    }
    let region = &call.region;
    let kms = match form.get("MasterUserSecretKmsKeyId") {
        Some(key) if key.starts_with("arn:") => key.clone(),
        Some(key) if key.starts_with("alias/") => {
            format!("arn:aws:kms:{region}:{ACCOUNT_ID}:{key}")
        }
        Some(key) => format!("arn:aws:kms:{region}:{ACCOUNT_ID}:key/{key}"),
        None => format!("arn:aws:kms:{region}:{ACCOUNT_ID}:alias/aws/secretsmanager"),
    };
    let arn = memory
        .get(&key(instance))
        .and_then(|secret| secret["arn"].as_str().map(str::to_owned))
        .unwrap_or_else(|| {
            let id = instance.to_lowercase();
            format!("arn:aws:secretsmanager:{region}:{ACCOUNT_ID}:secret:rds!db-{id}")
        });
    memory.insert(key(instance), secret(&arn, &kms));
}

fn secret(arn: &str, kms: &str) -> Value {
    json!({ "arn": arn, "kms": kms })
}

/// Where an instance's secret is remembered; identifiers are case-insensitive.
fn key(instance: &str) -> String {
    format!("rds-master-secret/{}", instance.to_lowercase())
}
