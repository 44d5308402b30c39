//! The IAM policies that AWS manages exist, as far as workloads with health data attach them.

use serde_json::{Value, json};

use super::Part;
use crate::call::Call;

pub(crate) struct ManagedPolicies;

const PREFIX: &str = "arn:aws:iam::aws:policy/";

/// Paths of policies, after `arn:aws:iam::aws:policy/`. What they allow is not reproduced.
const KNOWN: [&str; 24] = [
    "AdministratorAccess",
    "AmazonEC2ContainerRegistryReadOnly",
    "AmazonRDSFullAccess",
    "AmazonS3FullAccess",
    "AmazonS3ReadOnlyAccess",
    "AmazonSSMManagedInstanceCore",
    "AWSBackupServiceRolePolicyForS3Backup",
    "AWSBackupServiceRolePolicyForS3Restore",
    "AWSXRayDaemonWriteAccess",
    "CloudWatchAgentServerPolicy",
    "CloudWatchLogsFullAccess",
    "IAMReadOnlyAccess",
    "PowerUserAccess",
    "ReadOnlyAccess",
    "SecretsManagerReadWrite",
    "SecurityAudit",
    "job-function/ViewOnlyAccess",
    "service-role/AWSBackupServiceRolePolicyForBackup",
    "service-role/AWSBackupServiceRolePolicyForRestores",
    "service-role/AWSLambdaBasicExecutionRole",
    "service-role/AWSLambdaVPCAccessExecutionRole",
    "service-role/AWS_ConfigRole",
    "service-role/AmazonECSTaskExecutionRolePolicy",
    "service-role/AmazonRDSEnhancedMonitoringRole",
];

impl Part for ManagedPolicies {
    fn edits_state(&self, call: &Call) -> bool {
        policy(call).is_some()
    }

    fn edit_state(&self, call: &Call, state: &mut Value) -> bool {
        let (Some(path), Some(policies)) = (policy(call), state["policies"].as_object_mut()) else {
            return false;
        };
        let arn = format!("{PREFIX}{path}");
        if policies.contains_key(&arn) {
            return false;
        }
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let document = r#"{"Version":"2012-10-17","Statement":[]}"#;
        let view = json!({
            "policy_name": name,
            "policy_id": format!("ANPA{:0>17}", name.len()),
            "arn": arn,
            "path": if folder.is_empty() { "/".to_owned() } else { format!("/{folder}/") },
            "default_version_id": "v1",
            "description": "",
            "create_date": null,
            "update_date": null,
            "is_attachable": true,
            "document": document,
            "versions": [{
                "version_id": "v1",
                "document": document,
                "is_default_version": true,
                "create_date": null,
            }],
            "tags": {},
            "attachment_count": 0,
        });
        policies.insert(arn, view);
        true
    }
}

/// The policy managed by AWS that a request is about, where it may be missing so far.
fn policy(call: &Call) -> Option<&'static str> {
    let about = matches!(
        call.operation.as_str(),
        "AttachRolePolicy" | "AttachUserPolicy" | "AttachGroupPolicy" | "GetPolicy" | "GetPolicyVersion"
    );
    let arn = about.then(|| call.form().remove("PolicyArn")).flatten()?;
    let path = arn.strip_prefix(PREFIX)?;
    KNOWN.into_iter().find(|known| *known == path)
}
