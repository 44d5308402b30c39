//! The handler of `AWS::RDS::DBInstance`.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_rds::types::DbInstance as SdkInstance;
use ironward_aws::rds::DbInstance;
use ironward_core::declare::Declaration;
use ironward_core::document::Document;
use ironward_core::error::{ProviderError, ProviderErrorKind};
use ironward_core::provider::{
    Change, DeleteOutcome, Found, Handler, Observation, Operation, Phase, Read, ReadResults, Readiness,
    Target, Wait,
};
use ironward_core::schema::Schema;

use super::api::{INSTANCES, Rds, lowered};
use super::instance_requests::{creation, modification};
use super::instance_view::{readiness, view};
use super::tags::{arn, read_tags};
use crate::service::Services;

pub(super) const KIND: &str = "db";

/// How many names a final snapshot may try.
const SNAPSHOT_NAMES: u32 = 9;

pub(super) struct InstanceHandler(pub(super) Arc<Rds>);

impl Rds {
    async fn instance(self: &Arc<Self>, id: &str) -> Result<Option<SdkInstance>, ProviderError> {
        Ok(Arc::clone(self).instances(vec![id.to_owned()]).await?.remove(id))
    }

    /// Switches deletion protection off, so that a deletion that was asked for can go on.
    async fn lift_protection(&self, id: &str) -> Result<(), ProviderError> {
        let request = || {
            self.client
                .modify_db_instance()
                .db_instance_identifier(id)
                .deletion_protection(false)
                .apply_immediately(true)
                .send()
        };
        self.caller.find("rds:ModifyDBInstance", request).await?;
        Ok(())
    }

    /// Waits until the instance takes changes, which RDS refuses while it makes one, backs up or maintains
    /// it: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html
    async fn until_it_takes_changes(self: &Arc<Self>, id: &str) -> Result<(), ProviderError> {
        let action = "rds:ModifyDBInstance";
        let patience = Services::default()
            .patience(action, ProviderErrorKind::Conflict, "")
            .map_or(0, |row| row.seconds);
        let look = || {
            let (rds, id) = (Arc::clone(self), id.to_owned());
            async move {
                match rds.instance(&id).await? {
                    Some(instance) => busy(&id, &instance),
                    None => Ok(None),
                }
            }
        };
        self.caller.until_idle(Duration::from_secs(patience), look).await
    }

    async fn has_role(self: &Arc<Self>, id: &str, role: &str, feature: &str) -> Result<bool, ProviderError> {
        let instance = self.instance(id).await?;
        let roles = instance.as_ref().map(SdkInstance::associated_roles).unwrap_or_default();
        Ok(roles
            .iter()
            .any(|has| has.role_arn() == Some(role) && has.feature_name().unwrap_or_default() == feature))
    }

    /// Gives features of the engine their roles. A feature has one role at most, so roles that go
    /// go first.
    async fn set_roles(self: &Arc<Self>, change: &Change<'_>) -> Result<(), ProviderError> {
        let id = change.physical_id;
        let name = "AssociatedRoles";
        let (before, after) = (change.before.list::<Document>(name)?, change.after.list::<Document>(name)?);
        for gone in before.iter().filter(|role| !after.contains(role)) {
            let (role, feature): (String, String) = (gone.get("RoleArn")?, gone.get("FeatureName")?);
            let request = || {
                let request = self.client.remove_role_from_db_instance().db_instance_identifier(id);
                request.role_arn(&role).feature_name(&feature).send()
            };
            match self.caller.find("rds:RemoveRoleFromDBInstance", request).await {
                Err(error) if error.code.starts_with("DBInstanceRoleNotFound") => {}
                answer => answer.map(|_| ())?,
            }
        }
        for new in after.iter().filter(|role| !before.contains(role)) {
            let (role, feature): (String, String) = (new.get("RoleArn")?, new.get("FeatureName")?);
            let request = || {
                let request = self.client.add_role_to_db_instance().db_instance_identifier(id);
                request.role_arn(&role).feature_name(&feature).send()
            };
            match self.caller.call("rds:AddRoleToDBInstance", request).await {
                // A run that was killed has given it, or the feature has another role:
                // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_AddRoleToDBInstance.html
                Err(error) if error.code.starts_with("DBInstanceRoleAlreadyExists") => {
                    if !self.has_role(id, &role, &feature).await? {
                        return Err(error);
                    }
                }
                answer => answer.map(|_| ())?,
            }
        }
        Ok(())
    }

    /// Asks for the deletion, with a final snapshot of this name or without one.
    async fn delete_instance(
        &self,
        id: &str,
        snapshot: Option<&str>,
        automated_backups: Option<bool>,
    ) -> Result<(), ProviderError> {
        let request = || {
            self.client
                .delete_db_instance()
                .db_instance_identifier(id)
                .skip_final_snapshot(snapshot.is_none())
                .set_final_db_snapshot_identifier(snapshot.map(str::to_owned))
                .set_delete_automated_backups(automated_backups)
                .send()
        };
        // What it leaves behind is known even where the answer was lost; whether it is gone, the wait
        // sees.
        match self.caller.find("rds:DeleteDBInstance", request).await {
            Err(error) if is_going(&error) => Ok(()),
            answer => answer.map(|_| ()),
        }
    }
}

/// What an instance is doing that keeps it from taking changes.
///
/// # Errors
/// One that is stopped takes none until somebody starts it.
fn busy(id: &str, instance: &SdkInstance) -> Result<Option<String>, ProviderError> {
    if instance.db_instance_status() == Some("stopped") {
        let message = format!(
            "the database is stopped and takes no change; start it with `aws rds start-db-instance \
             --db-instance-identifier {id}`, and run again when it is available"
        );
        return Err(ProviderError::new(ProviderErrorKind::Other, "rds:ModifyDBInstance", message));
    }
    Ok(match readiness(instance) {
        Readiness::Pending(doing) => Some(doing),
        // Of a state that doesn't pass by itself, the call says what it lets happen.
        Readiness::Ready | Readiness::Failed(_) | Readiness::Blocked(_) => None,
    })
}

/// Whether a deletion failed because it was asked for already.
fn is_going(error: &ProviderError) -> bool {
    error.code.starts_with("InvalidDBInstanceState") && error.message.contains("already being deleted")
}

/// The name of a final snapshot: the instance's, what tells its generations apart, and a number
/// from the second attempt on.
fn snapshot_name(id: &str, operation: &Operation<'_>, attempt: u32) -> String {
    let token = operation.token("final-snapshot");
    let mark = token.get(..8).unwrap_or(&token);
    if attempt == 1 { format!("{id}-final-{mark}") } else { format!("{id}-final-{mark}-{attempt}") }
}

#[async_trait]
impl Handler for InstanceHandler {
    fn schema(&self) -> &'static Schema {
        DbInstance::SCHEMA
    }

    fn reads(&self, target: &Target<'_>) -> Vec<Read> {
        vec![Read::new(INSTANCES, target.physical_id)]
    }

    fn observe(&self, target: &Target<'_>, answers: &ReadResults) -> Result<Observation, ProviderError> {
        Ok(match answers.get::<SdkInstance>(INSTANCES, target.physical_id)? {
            Some(instance) => Observation::Present(view(target.place, target.physical_id, instance)),
            None => Observation::Absent,
        })
    }

    async fn create(&self, operation: &Operation<'_>, desired: &Document) -> Result<String, ProviderError> {
        let Self(rds) = self;
        let id = lowered(desired.get("DBInstanceIdentifier")?);
        let creation = creation(&rds.client, &id, operation, desired)?;
        rds.caller.make("rds:CreateDBInstance", || creation.clone().send()).await?;
        Ok(id)
    }

    async fn reconcile(&self, operation: &Operation<'_>, change: &Change<'_>) -> Result<(), ProviderError> {
        let Self(rds) = self;
        if change.aspects.iter().any(|aspect| *aspect != "tags") {
            rds.until_it_takes_changes(change.physical_id).await?;
        }
        if change.aspects.iter().any(|aspect| !matches!(*aspect, "tags" | "associated_roles")) {
            let modification = modification(&rds.client, change)?;
            rds.caller.call("rds:ModifyDBInstance", || modification.clone().send()).await?;
        }
        if change.has("associated_roles") {
            rds.until_it_takes_changes(change.physical_id).await?;
            rds.set_roles(change).await?;
        }
        if change.has("tags") {
            rds.set_tags(&arn(operation.place, KIND, change.physical_id), operation, change).await?;
        }
        Ok(())
    }

    async fn delete(
        &self,
        operation: &Operation<'_>,
        target: &Target<'_>,
    ) -> Result<DeleteOutcome, ProviderError> {
        let Self(rds) = self;
        let id = target.physical_id;
        if operation.policy.lift_protection {
            rds.lift_protection(id).await?;
        }
        let backups: Option<bool> = target.properties.opt("DeleteAutomatedBackups")?;
        if target.properties.opt("SkipFinalSnapshot")?.unwrap_or(false) {
            rds.delete_instance(id, None, backups).await?;
            return Ok(left(target, None));
        }
        let mut attempt = 1;
        loop {
            let snapshot = snapshot_name(id, operation, attempt);
            match rds.delete_instance(id, Some(&snapshot), backups).await {
                Ok(()) => return Ok(left(target, Some(&snapshot))),
                Err(error) if error.code == "DBSnapshotAlreadyExists" && attempt < SNAPSHOT_NAMES => {
                    attempt += 1;
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn leaves(&self, operation: &Operation<'_>, target: &Target<'_>) -> DeleteOutcome {
        let skips = target.properties.opt("SkipFinalSnapshot").ok().flatten().unwrap_or(false);
        let snapshot = (!skips).then(|| snapshot_name(target.physical_id, operation, 1));
        left(target, snapshot.as_deref())
    }

    async fn find(&self, operation: &Operation<'_>, desired: &Document) -> Result<Found, ProviderError> {
        let id = lowered(desired.get("DBInstanceIdentifier")?);
        Ok(match self.0.instance(&id).await? {
            Some(instance) => Found::by_tags(operation, &id, &read_tags(instance.tag_list())),
            None => Found::Nothing,
        })
    }

    fn wait(&self, phase: Phase) -> Option<Wait> {
        let minutes = match phase {
            Phase::Created => 40,
            Phase::Updated => 80,
            Phase::Deleted => 60,
        };
        Some(Wait::seconds(60, 10, minutes * 60))
    }
}

/// What the deletion of an instance leaves. Snapshots and backups are encrypted as the database was.
fn left(target: &Target<'_>, snapshot: Option<&str>) -> DeleteOutcome {
    let properties = target.properties;
    let made = snapshot.map(|name| format!("the final snapshot {name} is kept until it is deleted by hand"));
    let keeps_backups = properties.opt("DeleteAutomatedBackups").ok().flatten() == Some(false);
    let id = target.physical_id;
    let kept =
        keeps_backups.then(|| format!("the automated backups of {id} are kept for their retention period"));
    let remains: Vec<String> = made.into_iter().chain(kept).collect();
    if remains.is_empty() {
        return DeleteOutcome::default();
    }
    let key: Option<String> = properties.opt("KmsKeyId").ok().flatten();
    DeleteOutcome::leaving(remains.join("; ")).opened_by(key)
}

#[cfg(test)]
mod tests {
    use ironward_core::path::Path;
    use ironward_core::provider::Place;
    use ironward_core::state::{InstanceId, Lineage};

    use super::*;

    #[test]
    fn snapshots_of_two_generations_have_two_names() {
        let lineage = Lineage::from_random([7; 16]);
        let (Ok(path), place) = (Path::parse("db"), Place::new("aws", "us-east-1", "123456789012")) else {
            return;
        };
        let name = |generation, attempt| {
            let instance = InstanceId::derive(&lineage, &path, generation);
            snapshot_name("db", &Operation::new(&path, &instance, &lineage, &place), attempt)
        };
        assert_ne!(name(1, 1), name(2, 1));
        assert_eq!(name(1, 2), format!("{}-2", name(1, 1)));
    }

    #[test]
    fn a_change_waits_for_what_passes_and_not_for_what_is_stopped() {
        let state = |status: &str| busy("db", &SdkInstance::builder().db_instance_status(status).build());
        for passing in ["backing-up", "modifying", "upgrading", "maintenance", "converting-to-vpc"] {
            assert_eq!(state(passing).unwrap(), Some(format!("the database is {passing}")));
        }
        for settled in ["available", "storage-optimization", "storage-full"] {
            assert_eq!(state(settled).unwrap(), None, "{settled}");
        }
        let error = state("stopped").unwrap_err();
        assert!(error.message.contains("aws rds start-db-instance --db-instance-identifier db"), "{error}");
    }

    #[test]
    fn a_deletion_under_way_is_told_from_other_work() {
        let error = |message: &str| {
            ProviderError::new(ProviderErrorKind::Other, "rds:DeleteDBInstance", message)
                .with_code("InvalidDBInstanceState")
        };
        assert!(is_going(&error("Instance db is already being deleted.")));
        assert!(!is_going(&error("Instance db is currently creating.")));
    }
}
