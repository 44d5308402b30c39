use ironward_aws::backup::{
    AdvancedBackupSetting, BackupPlan, BackupPlanId, BackupRule, BackupSelection, BackupVault,
    BackupVaultArn, BackupVaultEvent, BackupVaultName, ConditionParameter, Conditions, CopyAction,
    IndexAction, Irrevocable, Lifecycle, LockConfiguration, MalwareScanner, Notifications, PlanDocument,
    ScanAction, ScanMode, ScanSetting, SelectionDocument, TagCondition,
};
use ironward_aws::iam::RoleArn;

use super::Samples;

pub fn add(samples: &mut Samples) {
    let lifecycle = || {
        let lifecycle = Lifecycle::cold_then_delete(30, 3653).unwrap();
        lifecycle.opt_in_to_archive_for_supported_resources(true)
    };
    let vault = || BackupVaultArn::new("arn:vault");
    let rule = BackupRule::new("daily", BackupVaultName::new("vault"))
        .schedule_expression("cron(0 5 * * ? *)")
        .schedule_expression_timezone("UTC")
        .start_window_minutes(60)
        .completion_window_minutes(180)
        .lifecycle(lifecycle())
        .recovery_point_tags([("phi", "yes")])
        .copy_actions([CopyAction::new(vault()).lifecycle(lifecycle())])
        .enable_continuous_backup(true)
        .target_logically_air_gapped_backup_vault_arn(vault())
        .index_actions([IndexAction::new(["S3"])])
        .scan_actions([ScanAction::new(MalwareScanner::GuardDuty, ScanMode::Full)]);
    let document = PlanDocument::new([rule])
        .backup_plan_name("plan")
        .advanced_backup_settings([AdvancedBackupSetting::new("EC2", [("WindowsVSS", "enabled")])])
        .scan_settings([ScanSetting::new(MalwareScanner::GuardDuty, RoleArn::new("arn:role"), ["S3"])]);
    samples.add(&BackupPlan::new(document));

    let condition = || [ConditionParameter::new("aws:ResourceTag/phi", "yes")];
    let conditions = Conditions::new()
        .string_equals(condition())
        .string_not_equals(condition())
        .string_like(condition())
        .string_not_like(condition());
    let selection = SelectionDocument::new(RoleArn::new("arn:role"))
        .selection_name("all")
        .resources(["*"])
        .not_resources(["arn:other"])
        .list_of_tags([TagCondition::equals("phi", "yes")])
        .conditions(conditions);
    samples.add(&BackupSelection::new(BackupPlanId::new("plan"), selection));

    let lock = LockConfiguration::irrevocable(3653, 3, Irrevocable::acknowledged()).unwrap();
    let events = [BackupVaultEvent::BackupJobFailed];
    let key = samples.key("backup");
    let vault = BackupVault::new(key)
        .lock_configuration(lock.max_retention_days(4000))
        .notifications(Notifications::new("arn:topic", events));
    samples.add(&vault);
}
