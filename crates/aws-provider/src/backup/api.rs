//! What AWS Backup is asked: all vaults at once, everything else one at a time.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use aws_config::SdkConfig;
use aws_sdk_backup::Client;
use aws_sdk_backup::operation::get_backup_plan::GetBackupPlanOutput;
use aws_sdk_backup::operation::get_backup_vault_notifications::GetBackupVaultNotificationsOutput;
use aws_sdk_backup::types::{
    BackupPlansListMember, BackupSelection, BackupSelectionsListMember, BackupVaultListMember,
};
use ironward_core::error::{ProviderError, ProviderErrorKind};
use ironward_core::names::physical_name;
use ironward_core::provider::{Change, Operation};
use ironward_core::schema::NameRule;

use crate::call::Caller;
use crate::registry::Registry;

pub(super) const VAULTS: &str = "backup:ListBackupVaults";
pub(super) const ACCESS_POLICY: &str = "backup:GetBackupVaultAccessPolicy";
pub(super) const NOTIFICATIONS: &str = "backup:GetBackupVaultNotifications";
pub(super) const PLAN: &str = "backup:GetBackupPlan";
pub(super) const SELECTION: &str = "backup:GetBackupSelection";
pub(super) const TAGS: &str = "backup:ListTags";

pub(super) struct Backup {
    pub(super) client: Client,
    pub(super) caller: Caller,
}

pub(super) fn install(registry: &mut Registry, config: &SdkConfig, caller: &Caller) -> Arc<Backup> {
    let backup = Arc::new(Backup { client: Client::new(config), caller: caller.clone() });
    registry.batch(VAULTS, usize::MAX, &backup, Backup::vaults);
    registry.each(ACCESS_POLICY, &backup, Backup::access_policy);
    registry.each(NOTIFICATIONS, &backup, Backup::notifications);
    registry.each(PLAN, &backup, Backup::plan);
    registry.each(SELECTION, &backup, Backup::selection);
    registry.each(TAGS, &backup, Backup::tags);
    backup
}

/// The name of a plan or a selection for which none is declared: the document that carries it
/// isn't one that the engine could fill in.
pub(super) fn generated_name(operation: &Operation<'_>) -> String {
    physical_name(NameRule::new(50), operation.path, operation.instance)
}

/// A selection's own id and its plan's.
pub(super) fn selection_id(id: &str) -> Result<(&str, &str), ProviderError> {
    id.split_once('|').ok_or_else(|| {
        ProviderError::new(
            ProviderErrorKind::Invalid,
            SELECTION,
            format!("`{id}` isn't the id of a backup selection"),
        )
    })
}

impl Backup {
    /// Every vault of the region; which ones are asked for doesn't matter. A vault that isn't there
    /// reads as "access denied" on its own, and as missing in the list.
    pub(super) async fn vaults(
        self: Arc<Self>,
        _names: Vec<String>,
    ) -> Result<BTreeMap<String, BackupVaultListMember>, ProviderError> {
        let mut found = BTreeMap::new();
        let mut token = None;
        loop {
            let request = || self.client.list_backup_vaults().set_next_token(token.clone()).send();
            let page = self.caller.call(VAULTS, request).await?;
            for vault in page.backup_vault_list() {
                if let Some(name) = vault.backup_vault_name() {
                    found.insert(name.to_owned(), vault.clone());
                }
            }
            token = page.next_token().map(str::to_owned);
            if token.is_none() {
                return Ok(found);
            }
        }
    }

    async fn access_policy(self: Arc<Self>, vault: String) -> Result<Option<String>, ProviderError> {
        let request = || self.client.get_backup_vault_access_policy().backup_vault_name(&vault).send();
        Ok(self.caller.find(ACCESS_POLICY, request).await?.and_then(|answer| answer.policy))
    }

    async fn notifications(
        self: Arc<Self>,
        vault: String,
    ) -> Result<Option<GetBackupVaultNotificationsOutput>, ProviderError> {
        let request = || self.client.get_backup_vault_notifications().backup_vault_name(&vault).send();
        self.caller.find(NOTIFICATIONS, request).await
    }

    /// A plan; none once it is deleted, although the service remembers it.
    async fn plan(self: Arc<Self>, id: String) -> Result<Option<GetBackupPlanOutput>, ProviderError> {
        let request = || self.client.get_backup_plan().backup_plan_id(&id).send();
        let answer = self.caller.find(PLAN, request).await?;
        Ok(answer.filter(|plan| plan.deletion_date().is_none() && plan.backup_plan().is_some()))
    }

    async fn selection(self: Arc<Self>, id: String) -> Result<Option<BackupSelection>, ProviderError> {
        let (selection, plan) = selection_id(&id)?;
        let request =
            || self.client.get_backup_selection().selection_id(selection).backup_plan_id(plan).send();
        match self.caller.find(SELECTION, request).await {
            Ok(answer) => Ok(answer.and_then(|answer| answer.backup_selection)),
            Err(error) if is_without_plan(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(super) async fn tags(
        self: Arc<Self>,
        arn: String,
    ) -> Result<Option<BTreeMap<String, String>>, ProviderError> {
        let mut tags = BTreeMap::new();
        let mut token = None;
        loop {
            let request = || self.client.list_tags().resource_arn(&arn).set_next_token(token.clone()).send();
            let Some(page) = self.caller.find(TAGS, request).await? else { return Ok(None) };
            tags.extend(page.tags().into_iter().flatten().map(|(key, value)| (key.clone(), value.clone())));
            token = page.next_token().map(str::to_owned);
            if token.is_none() {
                return Ok(Some(tags));
            }
        }
    }

    pub(super) async fn set_tags(
        &self,
        operation: &Operation<'_>,
        change: &Change<'_>,
        arn: &str,
    ) -> Result<(), ProviderError> {
        let (set, gone) = change.tags(operation);
        let set: HashMap<String, String> = set.into_iter().collect();
        let request = || self.client.tag_resource().resource_arn(arn).set_tags(Some(set.clone())).send();
        self.caller.call("backup:TagResource", request).await?;
        if !gone.is_empty() {
            let request =
                || self.client.untag_resource().resource_arn(arn).set_tag_key_list(Some(gone.clone())).send();
            self.caller.call("backup:UntagResource", request).await?;
        }
        Ok(())
    }

    /// Every plan that isn't deleted.
    pub(super) async fn plans(&self) -> Result<Vec<BackupPlansListMember>, ProviderError> {
        let mut found = Vec::new();
        let mut token = None;
        loop {
            let request = || self.client.list_backup_plans().set_next_token(token.clone()).send();
            let page = self.caller.call("backup:ListBackupPlans", request).await?;
            found.extend(
                page.backup_plans_list().iter().filter(|plan| plan.deletion_date().is_none()).cloned(),
            );
            token = page.next_token().map(str::to_owned);
            if token.is_none() {
                return Ok(found);
            }
        }
    }

    /// Every selection of a plan.
    pub(super) async fn selections(
        &self,
        plan: &str,
    ) -> Result<Vec<BackupSelectionsListMember>, ProviderError> {
        let mut found = Vec::new();
        let mut token = None;
        loop {
            let request = || {
                self.client.list_backup_selections().backup_plan_id(plan).set_next_token(token.clone()).send()
            };
            let Some(page) = self.caller.find("backup:ListBackupSelections", request).await? else {
                return Ok(found);
            };
            found.extend(page.backup_selections_list().iter().cloned());
            token = page.next_token().map(str::to_owned);
            if token.is_none() {
                return Ok(found);
            }
        }
    }
}

/// Whether a selection couldn't be found because its plan is gone.
pub(super) fn is_without_plan(error: &ProviderError) -> bool {
    error.code == "InvalidParameterValueException" && error.message.contains("Cannot find Backup plan")
}
