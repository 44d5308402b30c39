//! AWS Backup.

mod lifecycle;
mod limits;
mod lock;
mod plan;
mod selection;
mod vault;

pub use lifecycle::{IllegalLifecycle, Lifecycle};
pub use lock::{IllegalLock, Irrevocable, LockConfiguration};
pub use plan::{
    AdvancedBackupSetting, BackupPlan, BackupRule, CopyAction, DeclaredBackupPlan, IndexAction,
    MalwareScanner, PlanDocument, ScanAction, ScanMode, ScanSetting, property as backup_plan_property,
};
pub use selection::{
    BackupSelection, BackupSelectionId, ConditionParameter, Conditions, DeclaredBackupSelection,
    SelectionDocument, TagCondition, property as backup_selection_property,
};
pub use vault::{
    BackupVault, BackupVaultEvent, DeclaredBackupVault, Notifications, property as backup_vault_property,
};

use ironward_core::declare::Declaration;
use ironward_core::schema::Schema;

use crate::registry::LeftOut;

ironward_core::identifiers! {
    /// The name of a backup vault.
    BackupVaultName;
    /// The ARN of a backup vault.
    BackupVaultArn;
    /// The id of a backup plan.
    BackupPlanId;
    /// The ARN of a backup plan.
    BackupPlanArn;
}

/// The facts of this service's types.
#[must_use]
pub fn schemas() -> Vec<&'static Schema> {
    vec![BackupPlan::SCHEMA, BackupSelection::SCHEMA, BackupVault::SCHEMA]
}

/// Writable properties of the registry that the declarations don't have.
pub const LEFT_OUT: &[LeftOut] = &[
    LeftOut::elsewhere(
        "AWS::Backup::BackupPlan",
        "BackupPlanTags",
        "tags stand under `Tags` as on every type; they are sent as the plan's tags",
    ),
    LeftOut::elsewhere(
        "AWS::Backup::BackupVault",
        "BackupVaultTags",
        "tags stand under `Tags` as on every type; they are sent as the vault's tags",
    ),
];
