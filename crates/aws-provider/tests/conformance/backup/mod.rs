//! AWS Backup under test.

use std::collections::{BTreeMap, HashMap};

use async_trait::async_trait;
use aws_sdk_backup::Client;
use ironward_aws::backup::{
    AdvancedBackupSetting, BackupPlan, BackupRule, BackupSelection, BackupVault, BackupVaultArn,
    BackupVaultEvent, BackupVaultName, ConditionParameter, Conditions, CopyAction, IndexAction, Irrevocable,
    Lifecycle, LockConfiguration, MalwareScanner, Notifications, PlanDocument, ScanAction, ScanMode,
    ScanSetting, SelectionDocument, TagCondition,
};
use ironward_aws::iam::RoleArn;
use ironward_aws::kms::{CustomerKey, Key};
use ironward_aws::place::Here;
use ironward_aws::policy::{Allow, Deny, PolicyDocument};
use ironward_core::program::DeclareError;
use ironward_core::stack::{Hipaa, Stack};
use serde_json::{Value as Json, json};

use crate::cloud::{Cloud, Emulator};
use crate::subject::Subject;
use crate::suite::{apply_once, conform, found_again};

const TOPIC: &str = "arn:aws:sns:us-east-1:123456789012:backups";

fn client(cloud: &Cloud) -> Client {
    Client::new(&cloud.backup)
}

fn key(stack: &mut Stack<Hipaa>, name: &str) -> Result<CustomerKey, DeclareError> {
    let here = match name {
        "key" => stack.lookup("here", Here)?,
        _ => stack.lookup("there", Here)?,
    };
    let root = Allow::actions(["kms:*"]).principal(here.account_root()).on("*");
    Ok(stack.add(name, Key::new(PolicyDocument::new().with(root)))?.customer_key())
}

async fn tags_of(cloud: &Cloud, arn: &str) -> Option<BTreeMap<String, String>> {
    let answer = client(cloud).list_tags().resource_arn(arn).send().await.ok()?;
    Some(answer.tags().cloned().unwrap_or_default().into_iter().collect())
}

async fn tag_by_hand(cloud: &Cloud, arn: &str) -> Option<&'static str> {
    let tags = HashMap::from([("use".to_owned(), "by hand".to_owned())]);
    client(cloud).tag_resource().resource_arn(arn).set_tags(Some(tags)).send().await.unwrap();
    Some("Tags")
}

fn vault_arn(name: &str) -> String {
    format!("arn:aws:backup:us-east-1:123456789012:backup-vault:{name}")
}

fn plan_arn(id: &str) -> String {
    format!("arn:aws:backup:us-east-1:123456789012:backup-plan:{id}")
}

// Moto takes tags and finds them only under a path that ends in a slash, as the SDK for Python
// writes it: tags are shown on the sandbox.

/// Moto has no access policies and no notifications; the sandbox doesn't keep the key.
pub(crate) struct VaultSubject(pub(crate) Emulator);

#[async_trait]
impl Subject for VaultSubject {
    fn declare(&self, stack: &mut Stack<Hipaa>, edit: Option<&str>) -> Result<(), DeclareError> {
        let (one, two) = (key(stack, "key")?, key(stack, "other-key")?);
        let mut vault = BackupVault::new(if edit == Some("EncryptionKeyArn") { two } else { one });
        if self.0 == Emulator::Sandbox {
            vault = vault.tag("use", "test");
        }
        match edit {
            Some("BackupVaultName") => {
                vault = vault.backup_vault_name(BackupVaultName::new("conformance-edited"));
            }
            Some("AccessPolicy") => {
                let deny = Deny::actions(["backup:DeleteRecoveryPoint"]).everyone().on("*");
                vault = vault.access_policy(PolicyDocument::new().with(deny));
            }
            Some("Notifications") => {
                let events = [BackupVaultEvent::BackupJobFailed, BackupVaultEvent::CopyJobFailed];
                vault = vault.notifications(Notifications::new(TOPIC, events));
            }
            Some("LockConfiguration") => {
                let lock = LockConfiguration::governance(30).unwrap().max_retention_days(3653);
                vault = vault.lock_configuration(lock);
            }
            Some("Tags") => vault = vault.tag("use", "edited").tag("more", "yes"),
            _ => {}
        }
        use ironward_core::declare::Declaration;
        stack.add(
            "subject",
            vault
                .options()
                .accept(ironward_core::consent::Loss::Replace, "the suite")
                .accept(ironward_core::consent::Loss::Recreate, "the suite"),
        )?;
        Ok(())
    }

    fn updates(&self) -> &'static [&'static str] {
        match self.0 {
            Emulator::Sandbox => &["AccessPolicy", "LockConfiguration", "Notifications", "Tags"],
            Emulator::Moto => &["LockConfiguration"],
        }
    }

    fn replacements(&self) -> &'static [&'static str] {
        &["BackupVaultName", "EncryptionKeyArn"]
    }

    async fn read(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>> {
        let backup = client(cloud);
        let vault = backup.describe_backup_vault().backup_vault_name(id).send().await.ok()?;
        let policy = backup.get_backup_vault_access_policy().backup_vault_name(id).send().await;
        let told = backup.get_backup_vault_notifications().backup_vault_name(id).send().await;
        let events = told.ok().map(|told| format!("{:?}", told.backup_vault_events()));
        Some(BTreeMap::from([
            ("AccessPolicy", json!(policy.ok().and_then(|policy| policy.policy))),
            ("Notifications", json!(events)),
            ("LockConfiguration", json!([vault.min_retention_days(), vault.max_retention_days()])),
            ("Tags", json!(self.tags(cloud, id).await)),
        ]))
    }

    async fn tags(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<String, String>> {
        if cloud.emulator == Emulator::Moto { None } else { tags_of(cloud, &vault_arn(id)).await }
    }

    async fn remove(&self, cloud: &Cloud, id: &str) {
        client(cloud).delete_backup_vault().backup_vault_name(id).send().await.unwrap();
    }

    async fn disturb(&self, cloud: &Cloud, id: &str) -> Option<&'static str> {
        if cloud.emulator == Emulator::Moto { None } else { tag_by_hand(cloud, &vault_arn(id)).await }
    }

    fn ends_twice(&self, emulator: Emulator) -> bool {
        emulator == Emulator::Moto
    }
}

fn full_plan(vault: &ironward_aws::backup::DeclaredBackupVault, hour: u8) -> PlanDocument {
    let elsewhere = BackupVaultArn::new("arn:aws:backup:us-west-2:123456789012:backup-vault:elsewhere");
    let daily = BackupRule::new("daily", vault.name())
        .schedule_expression(format!("cron(0 {hour} * * ? *)"))
        .schedule_expression_timezone("Europe/Berlin")
        .start_window_minutes(60)
        .completion_window_minutes(600)
        .lifecycle(Lifecycle::cold_then_delete(30, 2557).unwrap())
        .recovery_point_tags([("from", "daily")])
        .copy_actions([CopyAction::new(elsewhere).lifecycle(Lifecycle::delete_after(365).unwrap())]);
    let continuous = BackupRule::new("continuous", vault.name())
        .enable_continuous_backup(true)
        .lifecycle(Lifecycle::delete_after(35).unwrap());
    PlanDocument::new([daily, continuous])
        .advanced_backup_settings([AdvancedBackupSetting::new("EC2", [("WindowsVSS", "enabled")])])
}

/// Moto shows a plan in full and answers 500 to `UpdateBackupPlan`; the sandbox updates it and
/// keeps only part of the rules.
pub(crate) struct PlanSubject(pub(crate) Emulator);

#[async_trait]
impl Subject for PlanSubject {
    fn declare(&self, stack: &mut Stack<Hipaa>, edit: Option<&str>) -> Result<(), DeclareError> {
        let key = key(stack, "key")?;
        let vault = stack.add("vault", BackupVault::new(key))?;
        let hour = if edit == Some("BackupPlan") { 7 } else { 5 };
        let mut plan = BackupPlan::new(full_plan(&vault, hour));
        if self.0 == Emulator::Sandbox {
            plan = plan.tag("use", "test");
        }
        if edit == Some("Tags") {
            plan = plan.tag("use", "edited").tag("more", "yes");
        }
        stack.add("subject", plan)?;
        Ok(())
    }

    fn updates(&self) -> &'static [&'static str] {
        match self.0 {
            Emulator::Sandbox => &["BackupPlan", "Tags"],
            Emulator::Moto => &[],
        }
    }

    fn replacements(&self) -> &'static [&'static str] {
        &[]
    }

    async fn read(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>> {
        let answer = client(cloud).get_backup_plan().backup_plan_id(id).send().await.ok()?;
        if answer.deletion_date().is_some() {
            return None;
        }
        let plan = answer.backup_plan()?;
        let rules: Vec<_> = plan
            .rules()
            .iter()
            .map(|rule| json!([rule.rule_name(), rule.schedule_expression(), rule.start_window_minutes()]))
            .collect();
        Some(BTreeMap::from([
            ("BackupPlan", json!([plan.backup_plan_name(), rules])),
            ("Tags", json!(self.tags(cloud, id).await)),
        ]))
    }

    async fn tags(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<String, String>> {
        if cloud.emulator == Emulator::Moto { None } else { tags_of(cloud, &plan_arn(id)).await }
    }

    async fn remove(&self, cloud: &Cloud, id: &str) {
        client(cloud).delete_backup_plan().backup_plan_id(id).send().await.unwrap();
    }

    async fn disturb(&self, cloud: &Cloud, id: &str) -> Option<&'static str> {
        if cloud.emulator == Emulator::Moto { None } else { tag_by_hand(cloud, &plan_arn(id)).await }
    }

    fn ends_twice(&self, emulator: Emulator) -> bool {
        emulator == Emulator::Moto
    }
}

struct SelectionSubject;

#[async_trait]
impl Subject for SelectionSubject {
    fn declare(&self, stack: &mut Stack<Hipaa>, edit: Option<&str>) -> Result<(), DeclareError> {
        let key = key(stack, "key")?;
        let vault = stack.add("vault", BackupVault::new(key))?;
        let plan = |hour| BackupPlan::new(full_plan(&vault, hour));
        let one = stack.add("one", plan(1))?;
        let two = stack.add("two", plan(2))?;
        let role = RoleArn::new("arn:aws:iam::123456789012:role/backup");
        let mut what = SelectionDocument::new(role)
            .resources(["arn:aws:rds:*:*:db:*", "arn:aws:s3:::records"])
            .list_of_tags([TagCondition::equals("phi", "true")]);
        if edit == Some("BackupSelection") {
            what = what.resources(["arn:aws:rds:*:*:db:*"]);
        }
        let plan = if edit == Some("BackupPlanId") { two.id() } else { one.id() };
        stack.add("subject", BackupSelection::new(plan, what))?;
        Ok(())
    }

    fn updates(&self) -> &'static [&'static str] {
        &[]
    }

    fn replacements(&self) -> &'static [&'static str] {
        &["BackupSelection", "BackupPlanId"]
    }

    async fn read(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>> {
        let (own, plan) = id.split_once('|')?;
        let request = client(cloud).get_backup_selection().selection_id(own).backup_plan_id(plan);
        let selection = request.send().await.ok()?.backup_selection?;
        Some(BTreeMap::from([("BackupSelection", json!(selection.resources()))]))
    }

    async fn tags(&self, _cloud: &Cloud, _id: &str) -> Option<BTreeMap<String, String>> {
        None
    }

    async fn remove(&self, cloud: &Cloud, id: &str) {
        let (own, plan) = id.split_once('|').unwrap();
        let request = client(cloud).delete_backup_selection().selection_id(own).backup_plan_id(plan);
        request.send().await.unwrap();
    }

    async fn disturb(&self, _cloud: &Cloud, _id: &str) -> Option<&'static str> {
        None
    }
}

#[tokio::test]
async fn vault_on_sandbox() {
    conform(&VaultSubject(Emulator::Sandbox), Cloud::sandbox().await).await;
}

#[tokio::test]
async fn vault_on_moto() {
    conform(&VaultSubject(Emulator::Moto), Cloud::moto().await).await;
}

#[tokio::test]
async fn plan_on_sandbox() {
    conform(&PlanSubject(Emulator::Sandbox), Cloud::sandbox().await).await;
}

#[tokio::test]
async fn plan_is_found_again() {
    found_again(&PlanSubject(Emulator::Sandbox), Cloud::sandbox().await).await;
}

#[tokio::test]
async fn plan_on_moto() {
    conform(&PlanSubject(Emulator::Moto), Cloud::moto().await).await;
}

#[tokio::test]
async fn selection_on_sandbox() {
    conform(&SelectionSubject, Cloud::sandbox().await).await;
}

/// Everything but AWS Backup is on moto.
#[tokio::test]
async fn selection_on_moto_but_backup() {
    conform(&SelectionSubject, Cloud::moto_but_backup().await).await;
}

fn sent_to(wire: &crate::wire::Wire, member: &str) -> Json {
    let bodies = wire.sent("").into_iter().filter_map(|sent| serde_json::from_str::<Json>(&sent.body).ok());
    bodies
        .into_iter()
        .find(|body| body.get(member).is_some())
        .unwrap_or_else(|| panic!("{member} wasn't sent"))
}

#[tokio::test]
async fn what_is_not_shown_is_sent() {
    let (cloud, wire) = Cloud::wired().await;
    let mut stack = Stack::<Hipaa>::new("conformance");
    let key = key(&mut stack, "key").unwrap();
    let lock = LockConfiguration::irrevocable(2192, 3, Irrevocable::acknowledged()).unwrap();
    let vault = stack.add("vault", BackupVault::new(key).lock_configuration(lock)).unwrap();
    let role = RoleArn::new("arn:aws:iam::123456789012:role/backup");
    let scanned = BackupRule::new("scanned", vault.name())
        .target_logically_air_gapped_backup_vault_arn(BackupVaultArn::new("arn:gapped"))
        .index_actions([IndexAction::new(["S3"])])
        .scan_actions([ScanAction::new(MalwareScanner::GuardDuty, ScanMode::Full)]);
    let document = PlanDocument::new([scanned]).scan_settings([ScanSetting::new(
        MalwareScanner::GuardDuty,
        role.clone(),
        ["S3"],
    )]);
    stack.add("scanned", BackupPlan::new(document)).unwrap();
    let plan = stack.add("plan", BackupPlan::new(full_plan(&vault, 5))).unwrap();
    let conditions = Conditions::new()
        .string_equals([ConditionParameter::new("aws:ResourceTag/phi", "true")])
        .string_not_like([ConditionParameter::new("aws:ResourceTag/stage", "dev*")]);
    let what = SelectionDocument::new(role).not_resources(["arn:aws:s3:::logs"]).conditions(conditions);
    stack.add("selection", BackupSelection::new(plan.id(), what)).unwrap();
    apply_once(&cloud, &stack.program()).await;

    assert!(sent_to(&wire, "EncryptionKeyArn")["EncryptionKeyArn"].as_str().unwrap().contains(":key/"));
    let lock = sent_to(&wire, "ChangeableForDays");
    assert_eq!(lock, json!({"MinRetentionDays": 2192, "ChangeableForDays": 3}));
    let plans: Vec<Json> = wire
        .sent("")
        .into_iter()
        .filter_map(|sent| serde_json::from_str::<Json>(&sent.body).ok())
        .filter(|body| body.get("BackupPlan").is_some())
        .map(|body| body["BackupPlan"].clone())
        .collect();
    let of = |rule: &str| plans.iter().find(|plan| plan["Rules"][0]["RuleName"] == rule).unwrap();
    let (daily, continuous) = (&of("daily")["Rules"][0], &of("daily")["Rules"][1]);
    assert_eq!(daily["Lifecycle"], json!({"MoveToColdStorageAfterDays": 30, "DeleteAfterDays": 2557}));
    assert_eq!(daily["CopyActions"][0]["Lifecycle"], json!({"DeleteAfterDays": 365}));
    assert_eq!(daily["RecoveryPointTags"], json!({"from": "daily"}));
    assert_eq!(daily["ScheduleExpressionTimezone"], "Europe/Berlin");
    assert_eq!(continuous["EnableContinuousBackup"], true);
    let advanced = json!([{"ResourceType": "EC2", "BackupOptions": {"WindowsVSS": "enabled"}}]);
    assert_eq!(of("daily")["AdvancedBackupSettings"], advanced);
    let scanned = &of("scanned")["Rules"][0];
    assert_eq!(scanned["TargetLogicallyAirGappedBackupVaultArn"], "arn:gapped");
    assert_eq!(scanned["IndexActions"], json!([{"ResourceTypes": ["S3"]}]));
    assert_eq!(scanned["ScanActions"], json!([{"MalwareScanner": "GUARDDUTY", "ScanMode": "FULL_SCAN"}]));
    assert_eq!(of("scanned")["ScanSettings"][0]["ResourceTypes"], json!(["S3"]));
    let selection = sent_to(&wire, "BackupSelection")["BackupSelection"].clone();
    assert_eq!(selection["NotResources"], json!(["arn:aws:s3:::logs"]));
    assert_eq!(
        selection["Conditions"],
        json!({
            "StringEquals": [{"ConditionKey": "aws:ResourceTag/phi", "ConditionValue": "true"}],
            "StringNotLike": [{"ConditionKey": "aws:ResourceTag/stage", "ConditionValue": "dev*"}],
        })
    );
}
