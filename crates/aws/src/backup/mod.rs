//! AWS Backup.

use ironward_core::schema::Schema;

ironward_core::identifiers! {
    /// The name of a backup vault.
    BackupVaultName;
    /// The ARN of a backup vault.
    BackupVaultArn;
    /// The id of a backup plan.
    BackupPlanId;
}

/// The facts of this service's types.
#[must_use]
pub fn schemas() -> Vec<&'static Schema> {
    vec![]
}
