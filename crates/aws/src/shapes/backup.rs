//! What the registry says of the values of `backup`.
//!
//! Made by `cargo xtask registry` from the schemas in cfn-lint==1.58.0 (region us-east-1, schemas of 2026-10-20).
// @generated

use super::SOURCE;
use ironward_core::shape::{Kind, Shape, Shapes};

/// `AWS::Backup::BackupPlan`.
pub(super) static BACKUP_PLAN: Shapes = Shapes::new(
    "AWS::Backup::BackupPlan",
    SOURCE,
    &[
        Shape::new("").requires(&["BackupPlan"]),
        Shape::new("BackupPlan").kinds(&[Kind::Object]).requires(&["BackupPlanName", "BackupPlanRule"]),
        Shape::new("BackupPlan.AdvancedBackupSettings")
            .kinds(&[Kind::Array])
            .requires(&["BackupOptions", "ResourceType"]),
        Shape::new("BackupPlan.AdvancedBackupSettings.BackupOptions").kinds(&[Kind::Object, Kind::String]),
        Shape::new("BackupPlan.AdvancedBackupSettings.ResourceType")
            .kinds(&[Kind::String])
            .pattern(r"^[a-zA-Z0-9\-_\.]{1,50}$"),
        Shape::new("BackupPlan.BackupPlanName").kinds(&[Kind::String]),
        Shape::new("BackupPlan.BackupPlanRule")
            .kinds(&[Kind::Array])
            .requires(&["RuleName", "TargetBackupVault"]),
        Shape::new("BackupPlan.BackupPlanRule.CompletionWindowMinutes").kinds(&[Kind::Number]),
        Shape::new("BackupPlan.BackupPlanRule.CopyActions")
            .kinds(&[Kind::Array])
            .requires(&["DestinationBackupVaultArn"]),
        Shape::new("BackupPlan.BackupPlanRule.CopyActions.DestinationBackupVaultArn").kinds(&[Kind::String]),
        Shape::new("BackupPlan.BackupPlanRule.CopyActions.Lifecycle").kinds(&[Kind::Object]),
        Shape::new("BackupPlan.BackupPlanRule.CopyActions.Lifecycle.DeleteAfterDays").kinds(&[Kind::Number]),
        Shape::new("BackupPlan.BackupPlanRule.CopyActions.Lifecycle.MoveToColdStorageAfterDays")
            .kinds(&[Kind::Number]),
        Shape::new("BackupPlan.BackupPlanRule.CopyActions.Lifecycle.OptInToArchiveForSupportedResources")
            .kinds(&[Kind::Boolean]),
        Shape::new("BackupPlan.BackupPlanRule.EnableContinuousBackup").kinds(&[Kind::Boolean]),
        Shape::new("BackupPlan.BackupPlanRule.IndexActions").kinds(&[Kind::Array]),
        Shape::new("BackupPlan.BackupPlanRule.IndexActions.ResourceTypes")
            .kinds(&[Kind::Array])
            .pattern(r"^[a-zA-Z0-9\-_\.]{1,50}$"),
        Shape::new("BackupPlan.BackupPlanRule.Lifecycle").kinds(&[Kind::Object]),
        Shape::new("BackupPlan.BackupPlanRule.Lifecycle.DeleteAfterDays").kinds(&[Kind::Number]),
        Shape::new("BackupPlan.BackupPlanRule.Lifecycle.MoveToColdStorageAfterDays").kinds(&[Kind::Number]),
        Shape::new("BackupPlan.BackupPlanRule.Lifecycle.OptInToArchiveForSupportedResources")
            .kinds(&[Kind::Boolean]),
        Shape::new("BackupPlan.BackupPlanRule.RecoveryPointTags").kinds(&[Kind::Object]),
        Shape::new("BackupPlan.BackupPlanRule.RuleName").kinds(&[Kind::String]),
        Shape::new("BackupPlan.BackupPlanRule.ScanActions").kinds(&[Kind::Array]),
        Shape::new("BackupPlan.BackupPlanRule.ScanActions.MalwareScanner")
            .kinds(&[Kind::String])
            .values(&["GUARDDUTY"]),
        Shape::new("BackupPlan.BackupPlanRule.ScanActions.ScanMode")
            .kinds(&[Kind::String])
            .values(&["FULL_SCAN", "INCREMENTAL_SCAN"]),
        Shape::new("BackupPlan.BackupPlanRule.ScheduleExpression").kinds(&[Kind::String]),
        Shape::new("BackupPlan.BackupPlanRule.ScheduleExpressionTimezone").kinds(&[Kind::String]),
        Shape::new("BackupPlan.BackupPlanRule.StartWindowMinutes").kinds(&[Kind::Number]),
        Shape::new("BackupPlan.BackupPlanRule.TargetBackupVault").kinds(&[Kind::String]),
        Shape::new("BackupPlan.BackupPlanRule.TargetLogicallyAirGappedBackupVaultArn").kinds(&[Kind::String]),
        Shape::new("BackupPlan.ScanSettings").kinds(&[Kind::Array]),
        Shape::new("BackupPlan.ScanSettings.MalwareScanner").kinds(&[Kind::String]).values(&["GUARDDUTY"]),
        Shape::new("BackupPlan.ScanSettings.ResourceTypes")
            .kinds(&[Kind::Array])
            .pattern(r"^[a-zA-Z0-9\-_\.]{1,50}$"),
        Shape::new("BackupPlan.ScanSettings.ScannerRoleArn").kinds(&[Kind::String]),
        Shape::new("BackupPlanTags").kinds(&[Kind::Object]),
    ],
);

/// `AWS::Backup::BackupSelection`.
pub(super) static BACKUP_SELECTION: Shapes = Shapes::new(
    "AWS::Backup::BackupSelection",
    SOURCE,
    &[
        Shape::new("").requires(&["BackupPlanId", "BackupSelection"]),
        Shape::new("BackupPlanId").kinds(&[Kind::String]),
        Shape::new("BackupSelection").kinds(&[Kind::Object]).requires(&["IamRoleArn", "SelectionName"]),
        Shape::new("BackupSelection.Conditions").kinds(&[Kind::Object]),
        Shape::new("BackupSelection.Conditions.StringEquals").kinds(&[Kind::Array]),
        Shape::new("BackupSelection.Conditions.StringEquals.ConditionKey").kinds(&[Kind::String]),
        Shape::new("BackupSelection.Conditions.StringEquals.ConditionValue").kinds(&[Kind::String]),
        Shape::new("BackupSelection.Conditions.StringLike").kinds(&[Kind::Array]),
        Shape::new("BackupSelection.Conditions.StringLike.ConditionKey").kinds(&[Kind::String]),
        Shape::new("BackupSelection.Conditions.StringLike.ConditionValue").kinds(&[Kind::String]),
        Shape::new("BackupSelection.Conditions.StringNotEquals").kinds(&[Kind::Array]),
        Shape::new("BackupSelection.Conditions.StringNotEquals.ConditionKey").kinds(&[Kind::String]),
        Shape::new("BackupSelection.Conditions.StringNotEquals.ConditionValue").kinds(&[Kind::String]),
        Shape::new("BackupSelection.Conditions.StringNotLike").kinds(&[Kind::Array]),
        Shape::new("BackupSelection.Conditions.StringNotLike.ConditionKey").kinds(&[Kind::String]),
        Shape::new("BackupSelection.Conditions.StringNotLike.ConditionValue").kinds(&[Kind::String]),
        Shape::new("BackupSelection.IamRoleArn").kinds(&[Kind::String]),
        Shape::new("BackupSelection.ListOfTags").kinds(&[Kind::Array]).requires(&[
            "ConditionKey",
            "ConditionType",
            "ConditionValue",
        ]),
        Shape::new("BackupSelection.ListOfTags.ConditionKey").kinds(&[Kind::String]),
        Shape::new("BackupSelection.ListOfTags.ConditionType").kinds(&[Kind::String]),
        Shape::new("BackupSelection.ListOfTags.ConditionValue").kinds(&[Kind::String]),
        Shape::new("BackupSelection.NotResources").kinds(&[Kind::Array]),
        Shape::new("BackupSelection.Resources").kinds(&[Kind::Array]),
        Shape::new("BackupSelection.SelectionName").kinds(&[Kind::String]).pattern(r"^[a-zA-Z0-9\-_\.:]+$"),
    ],
);

/// `AWS::Backup::BackupVault`.
pub(super) static BACKUP_VAULT: Shapes = Shapes::new(
    "AWS::Backup::BackupVault",
    SOURCE,
    &[
        Shape::new("").requires(&["BackupVaultName"]),
        Shape::new("AccessPolicy").kinds(&[Kind::Object, Kind::String]),
        Shape::new("BackupVaultName").kinds(&[Kind::String]).pattern(r"^[a-zA-Z0-9\-_]{2,50}$"),
        Shape::new("BackupVaultTags").kinds(&[Kind::Object]),
        Shape::new("EncryptionKeyArn").kinds(&[Kind::String]),
        Shape::new("LockConfiguration").kinds(&[Kind::Object]).requires(&["MinRetentionDays"]),
        Shape::new("LockConfiguration.ChangeableForDays").kinds(&[Kind::Integer]),
        Shape::new("LockConfiguration.MaxRetentionDays").kinds(&[Kind::Integer]),
        Shape::new("LockConfiguration.MinRetentionDays").kinds(&[Kind::Integer]),
        Shape::new("Notifications").kinds(&[Kind::Object]).requires(&["BackupVaultEvents", "SNSTopicArn"]),
        Shape::new("Notifications.BackupVaultEvents").kinds(&[Kind::Array]),
        Shape::new("Notifications.SNSTopicArn").kinds(&[Kind::String]),
    ],
);
