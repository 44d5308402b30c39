//! `AWS::Backup::BackupPlan`.

use std::collections::BTreeMap;

use ironward_core::output::Output;
use ironward_macros::{Choice, Properties, Resource};

use super::{BackupPlanArn, BackupPlanId, BackupVaultArn, BackupVaultName, Lifecycle};
use crate::iam::RoleArn;
use crate::tags::Tags;

/// A plan of backups: when they are made, where to, and for how long they are kept
/// (45 CFR 164.308(a)(7)(ii)(A)).
///
/// A plan does nothing until a [`BackupSelection`](super::BackupSelection) says what is backed up;
/// it is deleted after its selections. The whole document is updated at once and in place; earlier
/// recovery points keep the lifecycle that they were made with.
///
/// Source: AWS Backup API Reference, `CreateBackupPlan`, `UpdateBackupPlan`, `BackupPlanInput`;
/// CloudFormation registry.
#[derive(Debug, Clone, Resource)]
#[resource(
    type = "AWS::Backup::BackupPlan",
    registry,
    limits = super::limits::BACKUP_PLAN,
    relations = super::limits::BACKUP_PLAN_RELATIONS,
    id = "BackupPlanId",
    tags,
    seconds = 3
)]
// CreateBackupPlan answers with the id:
// https://docs.aws.amazon.com/aws-backup/latest/devguide/API_CreateBackupPlan.html
#[identity(given)]
#[attribute(id: BackupPlanId = "BackupPlanId")]
#[attribute(arn: BackupPlanArn = "BackupPlanArn")]
#[attribute(name: String = "BackupPlanName")]
#[attribute(version: String = "VersionId", volatile)]
pub struct BackupPlan {
    /// The plan itself.
    // https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupRule.html,
    // https://docs.aws.amazon.com/aws-backup/latest/devguide/API_Lifecycle.html
    #[property(
        aspect = "plan",
        safeguard,
        member("BackupPlanRule.ScheduleExpressionTimezone", default = "\"Etc/UTC\""),
        member("BackupPlanRule.EnableContinuousBackup", default = "false"),
        member("BackupPlanRule.Lifecycle.OptInToArchiveForSupportedResources", default = "false"),
        member(
            "BackupPlanRule.CopyActions.Lifecycle.OptInToArchiveForSupportedResources",
            default = "false"
        ),
        member("BackupPlanRule.IndexActions.ResourceTypes", set),
        member("ScanSettings.ResourceTypes", set)
    )]
    backup_plan: PlanDocument,
    /// Tags of the plan; recovery points have those of the rules.
    #[property(compare = "Tags")]
    tags: Tags,
}

/// The rules of a backup plan.
#[derive(Debug, Clone, Properties)]
pub struct PlanDocument {
    /// The rules.
    #[property(required)]
    backup_plan_rule: Vec<BackupRule>,
    /// The name, up to 50 characters; made from the resource's path unless given.
    backup_plan_name: Option<Output<String>>,
    /// Options for single types of resources.
    advanced_backup_settings: Vec<AdvancedBackupSetting>,
    /// Scans for malware.
    scan_settings: Vec<ScanSetting>,
}

/// One rule of a backup plan.
#[derive(Debug, Clone, Properties)]
pub struct BackupRule {
    /// The name, unique in the plan, up to 50 characters.
    rule_name: Output<String>,
    /// The vault that recovery points go to.
    target_backup_vault: Output<BackupVaultName>,
    /// When, as `cron(…)` of six fields in the rule's time zone; daily at 05:00 unless set.
    schedule_expression: Option<Output<String>>,
    /// The time zone of the schedule, such as `Etc/UTC`, which it is unless set.
    schedule_expression_timezone: Option<Output<String>>,
    /// Minutes within which a backup must begin, 60 at least; 480 unless set.
    start_window_minutes: Option<Output<i64>>,
    /// Minutes within which a backup must end; 10080 unless set.
    completion_window_minutes: Option<Output<i64>>,
    /// For how long recovery points are kept; for ever unless set.
    lifecycle: Option<Lifecycle>,
    /// Tags of the recovery points.
    recovery_point_tags: BTreeMap<String, Output<String>>,
    /// Copies to other vaults (45 CFR 164.308(a)(7)(ii)(B)).
    copy_actions: Vec<CopyAction>,
    /// Whether backups are continuous, for a restore to any second; kept for 35 days at most.
    enable_continuous_backup: Option<Output<bool>>,
    /// A logically air-gapped vault that recovery points go to as well.
    target_logically_air_gapped_backup_vault_arn: Option<Output<BackupVaultArn>>,
    /// Which recovery points are indexed for search.
    index_actions: Vec<IndexAction>,
    /// How recovery points are scanned for malware.
    scan_actions: Vec<ScanAction>,
}

/// A copy of recovery points to another vault.
#[derive(Debug, Clone, Properties)]
pub struct CopyAction {
    /// The vault, in another region or account for recovery from a disaster.
    destination_backup_vault_arn: Output<BackupVaultArn>,
    /// For how long the copies are kept; for ever unless set.
    lifecycle: Option<Lifecycle>,
}

/// Options for one type of resources.
#[derive(Debug, Clone, Properties)]
pub struct AdvancedBackupSetting {
    /// The type, such as `EC2`.
    resource_type: Output<String>,
    /// The options, such as `WindowsVSS` with `enabled`.
    #[property(required)]
    backup_options: BTreeMap<String, Output<String>>,
}

/// Which recovery points are indexed for search.
#[derive(Debug, Clone, Properties)]
pub struct IndexAction {
    /// The types: `EBS` or `S3`.
    #[property(required)]
    resource_types: Vec<Output<String>>,
}

/// How recovery points of a rule are scanned for malware.
#[derive(Debug, Clone, Properties)]
pub struct ScanAction {
    /// The scanner.
    malware_scanner: Output<MalwareScanner>,
    /// How much is scanned.
    scan_mode: Output<ScanMode>,
}

/// What is scanned for malware, and by whom.
#[derive(Debug, Clone, Properties)]
pub struct ScanSetting {
    /// The scanner.
    malware_scanner: Output<MalwareScanner>,
    /// The role that the scanner takes on.
    scanner_role_arn: Output<RoleArn>,
    /// The types: `EBS`, `EC2`, `S3` or `ALL`.
    #[property(required)]
    resource_types: Vec<Output<String>>,
}

/// A scanner for malware.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum MalwareScanner {
    /// Amazon GuardDuty.
    #[value("GUARDDUTY")]
    GuardDuty,
}

/// How much is scanned for malware.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum ScanMode {
    /// Everything.
    #[value("FULL_SCAN")]
    Full,
    /// What changed.
    #[value("INCREMENTAL_SCAN")]
    Incremental,
}
