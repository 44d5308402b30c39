//! The handler of `AWS::Backup::BackupVault`.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_backup::operation::get_backup_vault_notifications::GetBackupVaultNotificationsOutput;
use aws_sdk_backup::types::{BackupVaultEvent, BackupVaultListMember};
use ironward_aws::backup::BackupVault;
use ironward_core::declare::Declaration;
use ironward_core::document::{Document, IntoJson};
use ironward_core::error::{ProviderError, ProviderErrorKind};
use ironward_core::provider::{
    Change, Contents, DeleteOutcome, Found, Handler, Observation, Observed, Operation, Place, Read,
    ReadResults, Target,
};
use ironward_core::schema::Schema;

use super::api::{ACCESS_POLICY, Backup, NOTIFICATIONS, TAGS, VAULTS};
use super::convert::in_order_of;

pub(super) struct VaultHandler(pub(super) Arc<Backup>);

fn arn(place: &Place, name: &str) -> String {
    let Place { partition, region, account, .. } = place;
    format!("arn:{partition}:backup:{region}:{account}:backup-vault:{name}")
}

/// The lock. How long it could still be changed isn't reported; once that is over, it is taken as
/// declared.
fn lock(vault: &BackupVaultListMember, declared: &Document) -> Result<Option<Document>, ProviderError> {
    if vault.min_retention_days().is_none() && vault.max_retention_days().is_none() {
        return Ok(None);
    }
    let declared = declared.opt::<Document>("LockConfiguration")?.unwrap_or_default();
    let changeable: Option<i64> = declared.opt("ChangeableForDays")?;
    Ok(Some(
        Document::new()
            .with("MinRetentionDays", vault.min_retention_days())
            .with("MaxRetentionDays", vault.max_retention_days())
            .with("ChangeableForDays", changeable.filter(|_| vault.lock_date().is_some())),
    ))
}

fn notifications(
    seen: &GetBackupVaultNotificationsOutput,
    declared: &Document,
) -> Result<Option<Document>, ProviderError> {
    if seen.backup_vault_events().is_empty() {
        return Ok(None);
    }
    let events: Vec<&str> = seen.backup_vault_events().iter().map(BackupVaultEvent::as_str).collect();
    let mut events = events.into_json();
    let declared = declared.opt::<Document>("Notifications")?.unwrap_or_default();
    if let Some(declared) = declared.json("BackupVaultEvents") {
        events = in_order_of(declared, &events);
    }
    Ok(Some(Document::new().with("SNSTopicArn", seen.sns_topic_arn()).with("BackupVaultEvents", events)))
}

impl Backup {
    async fn set_access_policy(&self, vault: &str, after: &Document) -> Result<(), ProviderError> {
        if let Some(policy) = after.json("AccessPolicy").map(ToString::to_string) {
            let request = || {
                self.client.put_backup_vault_access_policy().backup_vault_name(vault).policy(&policy).send()
            };
            self.caller.call("backup:PutBackupVaultAccessPolicy", request).await?;
        } else {
            let request = || self.client.delete_backup_vault_access_policy().backup_vault_name(vault).send();
            self.caller.find("backup:DeleteBackupVaultAccessPolicy", request).await?;
        }
        Ok(())
    }

    async fn set_notifications(&self, vault: &str, after: &Document) -> Result<(), ProviderError> {
        if let Some(wanted) = after.opt::<Document>("Notifications")? {
            let topic: String = wanted.get("SNSTopicArn")?;
            let events: Vec<BackupVaultEvent> = wanted
                .list::<String>("BackupVaultEvents")?
                .iter()
                .map(|event| BackupVaultEvent::from(event.as_str()))
                .collect();
            let request = || {
                self.client
                    .put_backup_vault_notifications()
                    .backup_vault_name(vault)
                    .sns_topic_arn(&topic)
                    .set_backup_vault_events(Some(events.clone()))
                    .send()
            };
            self.caller.call("backup:PutBackupVaultNotifications", request).await?;
        } else {
            let request = || self.client.delete_backup_vault_notifications().backup_vault_name(vault).send();
            self.caller.find("backup:DeleteBackupVaultNotifications", request).await?;
        }
        Ok(())
    }

    async fn set_lock(&self, vault: &str, after: &Document) -> Result<(), ProviderError> {
        if let Some(lock) = after.opt::<Document>("LockConfiguration")? {
            let (min, max) = (lock.opt("MinRetentionDays")?, lock.opt("MaxRetentionDays")?);
            let changeable = lock.opt("ChangeableForDays")?;
            let request = || {
                self.client
                    .put_backup_vault_lock_configuration()
                    .backup_vault_name(vault)
                    .set_min_retention_days(min)
                    .set_max_retention_days(max)
                    .set_changeable_for_days(changeable)
                    .send()
            };
            self.caller.call("backup:PutBackupVaultLockConfiguration", request).await?;
        } else {
            let request =
                || self.client.delete_backup_vault_lock_configuration().backup_vault_name(vault).send();
            self.caller.find("backup:DeleteBackupVaultLockConfiguration", request).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Handler for VaultHandler {
    fn schema(&self) -> &'static Schema {
        BackupVault::SCHEMA
    }

    fn reads(&self, target: &Target<'_>) -> Vec<Read> {
        let name = target.physical_id;
        vec![
            Read::new(VAULTS, name),
            Read::new(ACCESS_POLICY, name),
            Read::new(NOTIFICATIONS, name),
            Read::new(TAGS, arn(target.place, name)),
        ]
    }

    fn observe(&self, target: &Target<'_>, answers: &ReadResults) -> Result<Observation, ProviderError> {
        let name = target.physical_id;
        let Some(vault) = answers.get::<BackupVaultListMember>(VAULTS, name)? else {
            return Ok(Observation::Absent);
        };
        let arn = arn(target.place, name);
        let policy = answers.get::<String>(ACCESS_POLICY, name)?;
        let policy: Option<serde_json::Value> =
            policy.map(|policy| serde_json::from_str(policy).unwrap_or_default());
        let told = answers
            .get::<GetBackupVaultNotificationsOutput>(NOTIFICATIONS, name)?
            .map(|seen| notifications(seen, target.properties))
            .transpose()?
            .flatten();
        let attributes = Document::new().with("BackupVaultName", name).with("BackupVaultArn", &arn);
        let mut observed = Observed::new(attributes)
            .with("BackupVaultName", name)
            .with_some("EncryptionKeyArn", vault.encryption_key_arn())
            .with("AccessPolicy", policy)
            .with("Notifications", told)
            .with("LockConfiguration", lock(vault, target.properties)?);
        if let Some(tags) = answers.get::<BTreeMap<String, String>>(TAGS, &arn)? {
            observed = observed.tagged(tags.clone());
        }
        Ok(Observation::Present(observed))
    }

    async fn create(&self, operation: &Operation<'_>, desired: &Document) -> Result<String, ProviderError> {
        let Self(backup) = self;
        let (name, key): (String, String) =
            (desired.get("BackupVaultName")?, desired.get("EncryptionKeyArn")?);
        let tags: HashMap<String, String> = operation.tags(desired).into_iter().collect();
        let token = operation.token("create");
        let request = || {
            backup
                .client
                .create_backup_vault()
                .backup_vault_name(&name)
                .encryption_key_arn(&key)
                .creator_request_id(&token)
                .set_backup_vault_tags(Some(tags.clone()))
                .send()
        };
        backup.caller.make("backup:CreateBackupVault", request).await?;
        Ok(name)
    }

    async fn reconcile(&self, operation: &Operation<'_>, change: &Change<'_>) -> Result<(), ProviderError> {
        let Self(backup) = self;
        let (name, after) = (change.physical_id, change.after);
        if change.has("access_policy") {
            backup.set_access_policy(name, after).await?;
        }
        if change.has("notifications") {
            backup.set_notifications(name, after).await?;
        }
        if change.has("lock") {
            backup.set_lock(name, after).await?;
        }
        if change.has("tags") {
            backup.set_tags(operation, change, &arn(operation.place, name)).await?;
        }
        Ok(())
    }

    /// Deletes the vault. One that holds recovery points stays until they are gone: nothing here
    /// deletes a backup.
    async fn delete(
        &self,
        operation: &Operation<'_>,
        target: &Target<'_>,
    ) -> Result<DeleteOutcome, ProviderError> {
        let Self(backup) = self;
        let name = target.physical_id;
        let request = || backup.client.delete_backup_vault().backup_vault_name(name).send();
        let error = match backup.caller.call("backup:DeleteBackupVault", request).await {
            Ok(_) => return Ok(DeleteOutcome::default()),
            Err(error) => error,
        };
        let vaults = Arc::clone(backup).vaults(Vec::new()).await?;
        let Some(vault) = vaults.get(name) else {
            return Err(ProviderError { kind: ProviderErrorKind::NotFound, ..error });
        };
        let points = vault.number_of_recovery_points();
        if points == 0 {
            return Err(error);
        }
        let remains = format!(
            "vault {name} holds {points} recovery points and stays until their retention ends; it can be deleted then"
        );
        if operation.policy.lift_protection {
            return Ok(DeleteOutcome::staying(remains));
        }
        Err(ProviderError { kind: ProviderErrorKind::Protected, message: remains, ..error })
    }

    async fn contents(&self, target: &Target<'_>) -> Result<Option<Contents>, ProviderError> {
        let Self(backup) = self;
        let vaults = Arc::clone(backup).vaults(Vec::new()).await?;
        let points = vaults.get(target.physical_id).map(|vault| vault.number_of_recovery_points());
        Ok(points.map(|points| Contents::exactly(u64::try_from(points).unwrap_or(0), "recovery points")))
    }

    async fn find(&self, operation: &Operation<'_>, desired: &Document) -> Result<Found, ProviderError> {
        let Self(backup) = self;
        let name: String = desired.get("BackupVaultName")?;
        if !Arc::clone(backup).vaults(Vec::new()).await?.contains_key(&name) {
            return Ok(Found::Nothing);
        }
        let carried = Arc::clone(backup).tags(arn(operation.place, &name)).await?.unwrap_or_default();
        Ok(Found::by_tags(operation, &name, &carried))
    }
}
