use aws_sdk_backup::Client;
use aws_sdk_backup::types::{
    AdvancedBackupSetting, BackupPlanInput, BackupRuleInput, BackupSelection, BackupVaultEvent, Condition,
    ConditionType, CopyAction, Lifecycle,
};
use aws_types::SdkConfig;

use super::Echoes;

const KEY: &str = "arn:aws:kms:eu-west-1:123456789012:key/k";
const VAULT: &str = "arn:aws:backup:eu-west-1:123456789012:backup-vault:v";

pub(crate) struct Ids {
    plan: String,
    selection: String,
}

pub(crate) async fn create(config: &SdkConfig) -> Ids {
    let backup = Client::new(config);
    backup
        .create_backup_vault()
        .backup_vault_name("v")
        .encryption_key_arn(KEY)
        .backup_vault_tags("a", "b")
        .send()
        .await
        .unwrap();
    backup
        .put_backup_vault_lock_configuration()
        .backup_vault_name("v")
        .min_retention_days(7)
        .max_retention_days(3000)
        .send()
        .await
        .unwrap();
    backup.put_backup_vault_access_policy().backup_vault_name("v").policy("{}").send().await.unwrap();
    backup
        .put_backup_vault_notifications()
        .backup_vault_name("v")
        .sns_topic_arn("arn:aws:sns:eu-west-1:123456789012:t")
        .backup_vault_events(BackupVaultEvent::BackupJobFailed)
        .send()
        .await
        .unwrap();
    let lifecycle = Lifecycle::builder().delete_after_days(2192).move_to_cold_storage_after_days(30).build();
    let copy = CopyAction::builder().destination_backup_vault_arn("arn:dr").build().unwrap();
    let rule = BackupRuleInput::builder()
        .rule_name("r")
        .target_backup_vault_name("v")
        .schedule_expression("cron(0 5 ? * * *)")
        .schedule_expression_timezone("Europe/Dublin")
        .start_window_minutes(60)
        .completion_window_minutes(120)
        .enable_continuous_backup(true)
        .recovery_point_tags("x", "y")
        .lifecycle(lifecycle)
        .copy_actions(copy)
        .build()
        .unwrap();
    let advanced =
        AdvancedBackupSetting::builder().resource_type("EC2").backup_options("WindowsVSS", "enabled").build();
    let plan = BackupPlanInput::builder()
        .backup_plan_name("p")
        .rules(rule)
        .advanced_backup_settings(advanced)
        .build()
        .unwrap();
    let plan = backup.create_backup_plan().backup_plan(plan).backup_plan_tags("a", "b").send().await;
    let plan = plan.unwrap().backup_plan_id.unwrap();
    let tagged = Condition::builder()
        .condition_type(ConditionType::Stringequals)
        .condition_key("k")
        .condition_value("v")
        .build()
        .unwrap();
    let selection = BackupSelection::builder()
        .selection_name("s")
        .iam_role_arn("arn:aws:iam::123456789012:role/r")
        .resources("arn:x")
        .not_resources("arn:y")
        .list_of_tags(tagged)
        .build()
        .unwrap();
    let selection =
        backup.create_backup_selection().backup_plan_id(&plan).backup_selection(selection).send().await;
    let selection = selection.unwrap().selection_id.unwrap();
    Ids { plan, selection }
}

pub(crate) async fn read(config: &SdkConfig, ids: &Ids) -> Echoes {
    let backup = Client::new(config);
    let vault = backup.describe_backup_vault().backup_vault_name("v").send().await.unwrap();
    let policy = backup.get_backup_vault_access_policy().backup_vault_name("v").send().await.unwrap();
    let notified = backup.get_backup_vault_notifications().backup_vault_name("v").send().await.unwrap();
    let vault_tags = backup.list_tags().resource_arn(VAULT).send().await.unwrap();
    let plan = backup.get_backup_plan().backup_plan_id(&ids.plan).send().await.unwrap();
    let plan_arn = plan.backup_plan_arn().unwrap();
    let plan_tags = backup.list_tags().resource_arn(plan_arn).send().await.unwrap();
    let plan = plan.backup_plan().unwrap();
    let rule = &plan.rules()[0];
    let selection = backup
        .get_backup_selection()
        .backup_plan_id(&ids.plan)
        .selection_id(&ids.selection)
        .send()
        .await
        .unwrap();
    let selection = selection.backup_selection().unwrap();
    let mut echoes = Echoes::default();
    echoes.of(
        "AWS::Backup::BackupVault",
        &[
            ("AccessPolicy", policy.policy() == Some("{}")),
            ("BackupVaultName", vault.backup_vault_name() == Some("v")),
            ("BackupVaultTags", vault_tags.tags().is_some_and(|tags| tags.len() == 1)),
            ("EncryptionKeyArn", vault.encryption_key_arn() == Some(KEY)),
            (
                "LockConfiguration",
                vault.min_retention_days() == Some(7) && vault.max_retention_days() == Some(3000),
            ),
            ("Notifications", notified.backup_vault_events().len() == 1),
        ],
    );
    echoes.of(
        "AWS::Backup::BackupPlan",
        &[
            ("BackupPlan.AdvancedBackupSettings", !plan.advanced_backup_settings().is_empty()),
            ("BackupPlan.BackupPlanName", plan.backup_plan_name() == "p"),
            (
                "BackupPlan.BackupPlanRule.CompletionWindowMinutes",
                rule.completion_window_minutes() == Some(120),
            ),
            ("BackupPlan.BackupPlanRule.CopyActions", !rule.copy_actions().is_empty()),
            (
                "BackupPlan.BackupPlanRule.EnableContinuousBackup",
                rule.enable_continuous_backup() == Some(true),
            ),
            ("BackupPlan.BackupPlanRule.Lifecycle", rule.lifecycle().is_some()),
            ("BackupPlan.BackupPlanRule.RecoveryPointTags", rule.recovery_point_tags().is_some()),
            ("BackupPlan.BackupPlanRule.RuleName", rule.rule_name() == "r"),
            (
                "BackupPlan.BackupPlanRule.ScheduleExpression",
                rule.schedule_expression() == Some("cron(0 5 ? * * *)"),
            ),
            (
                "BackupPlan.BackupPlanRule.ScheduleExpressionTimezone",
                rule.schedule_expression_timezone().is_some(),
            ),
            ("BackupPlan.BackupPlanRule.StartWindowMinutes", rule.start_window_minutes() == Some(60)),
            ("BackupPlan.BackupPlanRule.TargetBackupVault", rule.target_backup_vault_name() == "v"),
            ("BackupPlanTags", plan_tags.tags().is_some_and(|tags| tags.len() == 1)),
        ],
    );
    echoes.of(
        "AWS::Backup::BackupSelection",
        &[(
            "BackupSelection",
            selection.selection_name() == "s"
                && selection.resources() == ["arn:x"]
                && selection.not_resources() == ["arn:y"]
                && selection.list_of_tags().len() == 1,
        )],
    );
    echoes
}

pub(crate) async fn delete(config: &SdkConfig, ids: &Ids) {
    let backup = Client::new(config);
    backup
        .delete_backup_selection()
        .backup_plan_id(&ids.plan)
        .selection_id(&ids.selection)
        .send()
        .await
        .unwrap();
    backup.delete_backup_plan().backup_plan_id(&ids.plan).send().await.unwrap();
    assert!(backup.get_backup_plan().backup_plan_id(&ids.plan).send().await.is_err());
    backup.delete_backup_vault().backup_vault_name("v").send().await.unwrap();
    assert!(backup.describe_backup_vault().backup_vault_name("v").send().await.is_err());
}
