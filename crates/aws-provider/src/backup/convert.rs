//! Backup documents between their canonical shape and the SDK. In the API a plan has `Rules` with
//! a `TargetBackupVaultName`; canonically it has `BackupPlanRule` with a `TargetBackupVault`.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_backup::types::{
    AdvancedBackupSetting, BackupPlan, BackupPlanInput, BackupRule, BackupRuleInput, BackupSelection,
    Condition, ConditionParameter, ConditionType, Conditions, CopyAction, IndexAction, Lifecycle, ScanAction,
    ScanSetting,
};
use aws_smithy_types::error::operation::BuildError;
use ironward_core::document::Document;
use ironward_core::error::{ProviderError, ProviderErrorKind};
use serde_json::Value as Json;

fn unbuilt(error: BuildError) -> ProviderError {
    ProviderError::new(ProviderErrorKind::Invalid, "backup", error.to_string())
}

/// A list of parts, or nothing where none is declared.
fn parts<T>(
    document: &Document,
    name: &str,
    part: impl Fn(&Document) -> Result<T, ProviderError>,
) -> Result<Option<Vec<T>>, ProviderError> {
    document.opt::<Vec<Document>>(name)?.map(|parts| parts.iter().map(part).collect()).transpose()
}

fn map(document: &Document, name: &str) -> Result<Option<HashMap<String, String>>, ProviderError> {
    Ok(document.opt::<BTreeMap<String, String>>(name)?.map(|map| map.into_iter().collect()))
}

fn lifecycle(document: &Document) -> Result<Option<Lifecycle>, ProviderError> {
    let Some(lifecycle) = document.opt::<Document>("Lifecycle")? else { return Ok(None) };
    Ok(Some(
        Lifecycle::builder()
            .set_delete_after_days(lifecycle.opt("DeleteAfterDays")?)
            .set_move_to_cold_storage_after_days(lifecycle.opt("MoveToColdStorageAfterDays")?)
            .set_opt_in_to_archive_for_supported_resources(
                lifecycle.opt("OptInToArchiveForSupportedResources")?,
            )
            .build(),
    ))
}

fn copy(action: &Document) -> Result<CopyAction, ProviderError> {
    CopyAction::builder()
        .destination_backup_vault_arn(action.get::<String>("DestinationBackupVaultArn")?)
        .set_lifecycle(lifecycle(action)?)
        .build()
        .map_err(unbuilt)
}

fn rule(rule: &Document) -> Result<BackupRuleInput, ProviderError> {
    let index = |action: &Document| -> Result<IndexAction, ProviderError> {
        Ok(IndexAction::builder().set_resource_types(action.opt("ResourceTypes")?).build())
    };
    let scan = |action: &Document| -> Result<ScanAction, ProviderError> {
        Ok(ScanAction::builder()
            .set_malware_scanner(action.parsed("MalwareScanner")?)
            .set_scan_mode(action.parsed("ScanMode")?)
            .build())
    };
    BackupRuleInput::builder()
        .rule_name(rule.get::<String>("RuleName")?)
        .target_backup_vault_name(rule.get::<String>("TargetBackupVault")?)
        .set_target_logically_air_gapped_backup_vault_arn(rule.opt("TargetLogicallyAirGappedBackupVaultArn")?)
        .set_schedule_expression(rule.opt("ScheduleExpression")?)
        .set_schedule_expression_timezone(rule.opt("ScheduleExpressionTimezone")?)
        .set_start_window_minutes(rule.opt("StartWindowMinutes")?)
        .set_completion_window_minutes(rule.opt("CompletionWindowMinutes")?)
        .set_lifecycle(lifecycle(rule)?)
        .set_recovery_point_tags(map(rule, "RecoveryPointTags")?)
        .set_copy_actions(parts(rule, "CopyActions", copy)?)
        .set_enable_continuous_backup(rule.opt("EnableContinuousBackup")?)
        .set_index_actions(parts(rule, "IndexActions", index)?)
        .set_scan_actions(parts(rule, "ScanActions", scan)?)
        .build()
        .map_err(unbuilt)
}

/// The plan that a canonical document describes, under this name.
pub(super) fn plan_input(plan: &Document, name: &str) -> Result<BackupPlanInput, ProviderError> {
    let advanced = |setting: &Document| -> Result<AdvancedBackupSetting, ProviderError> {
        Ok(AdvancedBackupSetting::builder()
            .set_resource_type(setting.opt("ResourceType")?)
            .set_backup_options(map(setting, "BackupOptions")?)
            .build())
    };
    let scan = |setting: &Document| -> Result<ScanSetting, ProviderError> {
        Ok(ScanSetting::builder()
            .set_malware_scanner(setting.parsed("MalwareScanner")?)
            .set_resource_types(setting.opt("ResourceTypes")?)
            .set_scanner_role_arn(setting.opt("ScannerRoleArn")?)
            .build())
    };
    BackupPlanInput::builder()
        .backup_plan_name(name)
        .set_rules(parts(plan, "BackupPlanRule", rule)?)
        .set_advanced_backup_settings(parts(plan, "AdvancedBackupSettings", advanced)?)
        .set_scan_settings(parts(plan, "ScanSettings", scan)?)
        .build()
        .map_err(unbuilt)
}

fn seen_lifecycle(lifecycle: Option<&Lifecycle>) -> Option<Document> {
    lifecycle.map(|lifecycle| {
        Document::new()
            .with("DeleteAfterDays", lifecycle.delete_after_days())
            .with("MoveToColdStorageAfterDays", lifecycle.move_to_cold_storage_after_days())
            .with(
                "OptInToArchiveForSupportedResources",
                lifecycle.opt_in_to_archive_for_supported_resources(),
            )
    })
}

fn seen_map(map: Option<&HashMap<String, String>>) -> Option<BTreeMap<String, String>> {
    map.map(|map| map.iter().map(|(key, value)| (key.clone(), value.clone())).collect())
}

fn seen_rule(rule: &BackupRule) -> Document {
    let copies = rule.copy_actions().iter().map(|action| {
        Document::new()
            .with("DestinationBackupVaultArn", action.destination_backup_vault_arn())
            .with("Lifecycle", seen_lifecycle(action.lifecycle()))
    });
    let indexes = rule
        .index_actions()
        .iter()
        .map(|action| Document::new().with("ResourceTypes", action.resource_types()));
    let scans = rule.scan_actions().iter().map(|action| {
        Document::new()
            .with("MalwareScanner", action.malware_scanner().map(|scanner| scanner.as_str()))
            .with("ScanMode", action.scan_mode().map(|mode| mode.as_str()))
    });
    Document::new()
        .with("RuleName", rule.rule_name())
        .with("TargetBackupVault", rule.target_backup_vault_name())
        .with("TargetLogicallyAirGappedBackupVaultArn", rule.target_logically_air_gapped_backup_vault_arn())
        .with("ScheduleExpression", rule.schedule_expression())
        .with("ScheduleExpressionTimezone", rule.schedule_expression_timezone())
        .with("StartWindowMinutes", rule.start_window_minutes())
        .with("CompletionWindowMinutes", rule.completion_window_minutes())
        .with("Lifecycle", seen_lifecycle(rule.lifecycle()))
        .with("RecoveryPointTags", seen_map(rule.recovery_point_tags()))
        .with("CopyActions", copies.collect::<Vec<_>>())
        .with("EnableContinuousBackup", rule.enable_continuous_backup().or(Some(false)))
        .with("IndexActions", indexes.collect::<Vec<_>>())
        .with("ScanActions", scans.collect::<Vec<_>>())
}

/// What was seen of a plan, in its canonical shape.
pub(super) fn seen_plan(plan: &BackupPlan) -> Document {
    let advanced = plan.advanced_backup_settings().iter().map(|setting| {
        Document::new()
            .with("ResourceType", setting.resource_type())
            .with("BackupOptions", seen_map(setting.backup_options()))
    });
    let scans = plan.scan_settings().iter().map(|setting| {
        Document::new()
            .with("MalwareScanner", setting.malware_scanner().map(|scanner| scanner.as_str()))
            .with("ResourceTypes", setting.resource_types())
            .with("ScannerRoleArn", setting.scanner_role_arn())
    });
    Document::new()
        .with("BackupPlanName", plan.backup_plan_name())
        .with("BackupPlanRule", plan.rules().iter().map(seen_rule).collect::<Vec<_>>())
        .with("AdvancedBackupSettings", advanced.collect::<Vec<_>>())
        .with("ScanSettings", scans.collect::<Vec<_>>())
}

fn condition(condition: &Document) -> Result<Condition, ProviderError> {
    Condition::builder()
        .condition_type(ConditionType::Stringequals)
        .condition_key(condition.get::<String>("ConditionKey")?)
        .condition_value(condition.get::<String>("ConditionValue")?)
        .build()
        .map_err(unbuilt)
}

fn parameter(parameter: &Document) -> Result<ConditionParameter, ProviderError> {
    Ok(ConditionParameter::builder()
        .set_condition_key(parameter.opt("ConditionKey")?)
        .set_condition_value(parameter.opt("ConditionValue")?)
        .build())
}

/// The selection that a canonical document describes, under this name.
pub(super) fn selection_input(selection: &Document, name: &str) -> Result<BackupSelection, ProviderError> {
    let conditions = selection
        .opt::<Document>("Conditions")?
        .map(|conditions| -> Result<Conditions, ProviderError> {
            Ok(Conditions::builder()
                .set_string_equals(parts(&conditions, "StringEquals", parameter)?)
                .set_string_not_equals(parts(&conditions, "StringNotEquals", parameter)?)
                .set_string_like(parts(&conditions, "StringLike", parameter)?)
                .set_string_not_like(parts(&conditions, "StringNotLike", parameter)?)
                .build())
        })
        .transpose()?;
    BackupSelection::builder()
        .selection_name(name)
        .iam_role_arn(selection.get::<String>("IamRoleArn")?)
        .set_resources(selection.opt("Resources")?)
        .set_not_resources(selection.opt("NotResources")?)
        .set_list_of_tags(parts(selection, "ListOfTags", condition)?)
        .set_conditions(conditions)
        .build()
        .map_err(unbuilt)
}

fn seen_parameters(parameters: &[ConditionParameter]) -> Vec<Document> {
    let seen = |parameter: &ConditionParameter| {
        Document::new()
            .with("ConditionKey", parameter.condition_key())
            .with("ConditionValue", parameter.condition_value())
    };
    parameters.iter().map(seen).collect()
}

/// What was seen of a selection, in its canonical shape; lists that hold what is declared are in
/// the declared order, since the service keeps none.
pub(super) fn seen_selection(selection: &BackupSelection, declared: &Document) -> Document {
    let tags = selection.list_of_tags().iter().map(|condition| {
        Document::new()
            .with("ConditionType", condition.condition_type().as_str())
            .with("ConditionKey", condition.condition_key())
            .with("ConditionValue", condition.condition_value())
    });
    let conditions = selection.conditions().map(|conditions| {
        Document::new()
            .with("StringEquals", seen_parameters(conditions.string_equals()))
            .with("StringNotEquals", seen_parameters(conditions.string_not_equals()))
            .with("StringLike", seen_parameters(conditions.string_like()))
            .with("StringNotLike", seen_parameters(conditions.string_not_like()))
    });
    let mut seen = Document::new()
        .with("SelectionName", selection.selection_name())
        .with("IamRoleArn", selection.iam_role_arn())
        .with("Resources", selection.resources())
        .with("NotResources", selection.not_resources())
        .with("ListOfTags", tags.collect::<Vec<_>>())
        .with("Conditions", conditions);
    for name in ["Resources", "NotResources", "ListOfTags"] {
        if let (Some(declared), Some(list)) = (declared.json(name), seen.json(name)) {
            let list = in_order_of(declared, list);
            seen.set(name, list);
        }
    }
    seen
}

/// The list in the declared order, where it has the same items.
pub(super) fn in_order_of(declared: &Json, seen: &Json) -> Json {
    let sorted = |json: &Json| {
        let mut items = json.as_array().cloned().unwrap_or_default();
        items.sort_by_key(Json::to_string);
        items
    };
    if sorted(declared) == sorted(seen) { declared.clone() } else { seen.clone() }
}
