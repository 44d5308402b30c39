//! `AWS::Backup::BackupVault`.

use ironward_core::output::Output;
use ironward_macros::{Choice, Properties, Resource};

use super::{BackupVaultArn, BackupVaultName, LockConfiguration};
use crate::kms::CustomerKey;
use crate::policy::PolicyDocument;
use crate::tags::Tags;

/// A vault for recovery points.
///
/// It is encrypted with a customer-managed key; there is no vault without one
/// (45 CFR 164.312(a)(2)(iv)). Name and key are set at creation. A vault that holds recovery points
/// can't be deleted: they go when their retention ends. Its replacement takes `.accept(Loss::Replace, "why")`.
///
/// Source: AWS Backup API Reference, `CreateBackupVault`, `DeleteBackupVault`,
/// `PutBackupVaultAccessPolicy`, `PutBackupVaultNotifications`; CloudFormation registry.
#[derive(Debug, Clone, Resource)]
#[resource(
    type = "AWS::Backup::BackupVault",
    registry,
    limits = super::limits::BACKUP_VAULT,
    relations = super::limits::BACKUP_VAULT_RELATIONS,
    id = "BackupVaultName",
    tags,
    stateful,
    seconds = 3
)]
// "Unique to the account … and the Region":
// https://docs.aws.amazon.com/aws-backup/latest/devguide/API_CreateBackupVault.html
#[identity(name = "BackupVaultName")]
#[attribute(name: BackupVaultName = "BackupVaultName", predict = "{BackupVaultName}")]
#[attribute(
    arn: BackupVaultArn = "BackupVaultArn",
    predict = "arn:{partition}:backup:{region}:{account}:backup-vault:{BackupVaultName}"
)]
pub struct BackupVault {
    /// The key that recovery points are encrypted with; a vault for disaster recovery has a key of
    /// its own region.
    #[property(create_only, compare = "KeyId", safeguard)]
    encryption_key_arn: CustomerKey,
    /// The name, 2 to 50 letters, digits, hyphens and underscores.
    // https://docs.aws.amazon.com/aws-backup/latest/devguide/API_CreateBackupVault.html
    #[property(create_only, generated_name(max = 50, min = 2, legal = "-_"))]
    backup_vault_name: Option<Output<BackupVaultName>>,
    /// Who may do what with the vault and its recovery points; only IAM decides unless set.
    #[property(compare = "Policy", after_create, safeguard)]
    access_policy: Option<PolicyDocument>,
    /// Where events are told.
    // https://docs.aws.amazon.com/aws-backup/latest/devguide/API_PutBackupVaultNotifications.html
    #[property(after_create, member("BackupVaultEvents", set))]
    notifications: Option<Notifications>,
    /// What keeps recovery points from being deleted early.
    #[property(aspect = "lock", after_create, safeguard)]
    lock_configuration: Option<LockConfiguration>,
    /// Tags.
    #[property(compare = "Tags")]
    tags: Tags,
}

/// Where a vault's events are told.
#[derive(Debug, Clone, Properties)]
pub struct Notifications {
    /// The ARN of an SNS topic whose policy lets `backup.amazonaws.com` publish.
    #[property(name = "SNSTopicArn")]
    topic: Output<String>,
    /// The events.
    #[property(name = "BackupVaultEvents", required)]
    events: Vec<Output<BackupVaultEvent>>,
}

/// An event of a vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum BackupVaultEvent {
    /// A backup began.
    #[value("BACKUP_JOB_STARTED")]
    BackupJobStarted,
    /// A backup ended, well or not.
    #[value("BACKUP_JOB_COMPLETED")]
    BackupJobCompleted,
    /// A backup succeeded.
    #[value("BACKUP_JOB_SUCCESSFUL")]
    BackupJobSuccessful,
    /// A backup failed.
    #[value("BACKUP_JOB_FAILED")]
    BackupJobFailed,
    /// A backup didn't begin or end in its window.
    #[value("BACKUP_JOB_EXPIRED")]
    BackupJobExpired,
    /// A restore began.
    #[value("RESTORE_JOB_STARTED")]
    RestoreJobStarted,
    /// A restore ended, well or not.
    #[value("RESTORE_JOB_COMPLETED")]
    RestoreJobCompleted,
    /// A restore succeeded.
    #[value("RESTORE_JOB_SUCCESSFUL")]
    RestoreJobSuccessful,
    /// A restore failed.
    #[value("RESTORE_JOB_FAILED")]
    RestoreJobFailed,
    /// A copy began.
    #[value("COPY_JOB_STARTED")]
    CopyJobStarted,
    /// A copy succeeded.
    #[value("COPY_JOB_SUCCESSFUL")]
    CopyJobSuccessful,
    /// A copy failed.
    #[value("COPY_JOB_FAILED")]
    CopyJobFailed,
    /// A recovery point was changed.
    #[value("RECOVERY_POINT_MODIFIED")]
    RecoveryPointModified,
    /// The index of a recovery point is complete.
    #[value("RECOVERY_POINT_INDEX_COMPLETED")]
    RecoveryPointIndexCompleted,
    /// The index of a recovery point was deleted.
    #[value("RECOVERY_POINT_INDEX_DELETED")]
    RecoveryPointIndexDeleted,
    /// A recovery point couldn't be indexed.
    #[value("RECOVERY_POINT_INDEXING_FAILED")]
    RecoveryPointIndexingFailed,
    /// A backup plan was made.
    #[value("BACKUP_PLAN_CREATED")]
    BackupPlanCreated,
    /// A backup plan was changed.
    #[value("BACKUP_PLAN_MODIFIED")]
    BackupPlanModified,
    /// An object in S3 couldn't be backed up.
    #[value("S3_BACKUP_OBJECT_FAILED")]
    S3BackupObjectFailed,
    /// An object in S3 couldn't be restored.
    #[value("S3_RESTORE_OBJECT_FAILED")]
    S3RestoreObjectFailed,
    /// Continuous backup was interrupted.
    #[value("CONTINUOUS_BACKUP_INTERRUPTED")]
    ContinuousBackupInterrupted,
}
