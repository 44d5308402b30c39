//! The policies that AWS manages and the components attach, as AWS publishes them.
//!
//! Source: AWS Managed Policy Reference Guide,
//! <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html>

use serde_json::Value as Json;

use super::document::{Document, MalformedPolicy};

/// Path and name, the version that was copied, and the document.
const POLICIES: &[(&str, &str, &str)] = &[
    (
        "AWSBackupServiceRolePolicyForS3Backup",
        "v5",
        include_str!("managed/AWSBackupServiceRolePolicyForS3Backup.json"),
    ),
    (
        "AWSBackupServiceRolePolicyForS3Restore",
        "v2",
        include_str!("managed/AWSBackupServiceRolePolicyForS3Restore.json"),
    ),
    (
        "service-role/AWSBackupServiceRolePolicyForBackup",
        "v30",
        include_str!("managed/AWSBackupServiceRolePolicyForBackup.json"),
    ),
    (
        "service-role/AWSBackupServiceRolePolicyForRestores",
        "v36",
        include_str!("managed/AWSBackupServiceRolePolicyForRestores.json"),
    ),
    (
        "service-role/AmazonECSTaskExecutionRolePolicy",
        "v1",
        include_str!("managed/AmazonECSTaskExecutionRolePolicy.json"),
    ),
    (
        "service-role/AmazonRDSEnhancedMonitoringRole",
        "v1",
        include_str!("managed/AmazonRDSEnhancedMonitoringRole.json"),
    ),
];

/// A managed policy that can't be judged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ManagedError {
    /// It isn't among those that are here.
    #[error("`{0}` isn't among the managed policies in `policy/managed`: add its document")]
    Unknown(String),
    /// It can't be read.
    #[error(transparent)]
    Malformed(#[from] MalformedPolicy),
}

/// The document of the managed policy with this ARN, in the partition that the ARN names.
///
/// # Errors
/// [`ManagedError`] when it isn't known here.
pub fn document(arn: &str) -> Result<Document, ManagedError> {
    let unknown = || ManagedError::Unknown(arn.to_owned());
    let mut parts = arn.splitn(6, ':');
    let partition = parts.nth(1).ok_or_else(unknown)?;
    let name = parts.nth(3).and_then(|resource| resource.strip_prefix("policy/")).ok_or_else(unknown)?;
    let (_, _, text) = POLICIES.iter().find(|(known, ..)| *known == name).ok_or_else(unknown)?;
    let text = text.replace("arn:aws:", &format!("arn:{partition}:"));
    let json: Json = serde_json::from_str(&text).map_err(|_| unknown())?;
    Ok(Document::read(&json)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_copy_is_a_policy() {
        for (name, version, _) in POLICIES {
            let found = document(&format!("arn:aws-us-gov:iam::aws:policy/{name}"));
            assert!(found.is_ok(), "{name} {version}: {found:?}");
        }
        assert!(document("arn:aws:iam::aws:policy/AdministratorAccess").is_err());
    }
}
