//! The handler of `AWS::Backup::BackupPlan`.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_backup::operation::get_backup_plan::GetBackupPlanOutput;
use ironward_aws::backup::BackupPlan;
use ironward_core::declare::Declaration;
use ironward_core::document::Document;
use ironward_core::error::{ProviderError, ProviderErrorKind};
use ironward_core::provider::{
    Change, DeleteOutcome, Found, Handler, Observation, Observed, Operation, Place, Read, ReadResults, Target,
};
use ironward_core::schema::Schema;

use super::api::{Backup, PLAN, TAGS, generated_name};
use super::convert::{plan_input, seen_plan};

pub(super) struct PlanHandler(pub(super) Arc<Backup>);

fn arn(place: &Place, id: &str) -> String {
    let Place { partition, region, account, .. } = place;
    format!("arn:{partition}:backup:{region}:{account}:backup-plan:{id}")
}

#[async_trait]
impl Handler for PlanHandler {
    fn schema(&self) -> &'static Schema {
        BackupPlan::SCHEMA
    }

    fn reads(&self, target: &Target<'_>) -> Vec<Read> {
        let id = target.physical_id;
        vec![Read::new(PLAN, id), Read::new(TAGS, arn(target.place, id))]
    }

    fn observe(&self, target: &Target<'_>, answers: &ReadResults) -> Result<Observation, ProviderError> {
        let id = target.physical_id;
        let Some(answer) = answers.get::<GetBackupPlanOutput>(PLAN, id)? else {
            return Ok(Observation::Absent);
        };
        let Some(plan) = answer.backup_plan() else { return Ok(Observation::Absent) };
        let arn = arn(target.place, id);
        let attributes = Document::new()
            .with("BackupPlanId", id)
            .with("BackupPlanArn", &arn)
            .with("BackupPlanName", plan.backup_plan_name())
            .with("VersionId", answer.version_id());
        let mut observed = Observed::new(attributes).with("BackupPlan", seen_plan(plan));
        if let Some(tags) = answers.get::<BTreeMap<String, String>>(TAGS, &arn)? {
            observed = observed.tagged(tags.clone());
        }
        Ok(Observation::Present(observed))
    }

    async fn create(&self, operation: &Operation<'_>, desired: &Document) -> Result<String, ProviderError> {
        let Self(backup) = self;
        let plan: Document = desired.get("BackupPlan")?;
        let name = plan.opt("BackupPlanName")?.unwrap_or_else(|| generated_name(operation));
        let input = plan_input(&plan, &name)?;
        let tags: HashMap<String, String> = operation.tags(desired).into_iter().collect();
        let token = operation.token("create");
        let request = || {
            backup
                .client
                .create_backup_plan()
                .backup_plan(input.clone())
                .creator_request_id(&token)
                .set_backup_plan_tags(Some(tags.clone()))
                .send()
        };
        let answer = backup.caller.make("backup:CreateBackupPlan", request).await?;
        answer.backup_plan_id.ok_or_else(|| {
            ProviderError::new(
                ProviderErrorKind::Ambiguous,
                "backup:CreateBackupPlan",
                "the answer holds no plan id",
            )
        })
    }

    async fn reconcile(&self, operation: &Operation<'_>, change: &Change<'_>) -> Result<(), ProviderError> {
        let Self(backup) = self;
        let id = change.physical_id;
        if change.has("plan") {
            let plan: Document = change.after.get("BackupPlan")?;
            let name: String = match plan.opt("BackupPlanName")? {
                Some(name) => name,
                // The path may be another than when it was made; the name stays.
                None => change.attributes.opt("BackupPlanName")?.unwrap_or_else(|| generated_name(operation)),
            };
            let input = plan_input(&plan, &name)?;
            let request =
                || backup.client.update_backup_plan().backup_plan_id(id).backup_plan(input.clone()).send();
            backup.caller.call("backup:UpdateBackupPlan", request).await?;
        }
        if change.has("tags") {
            backup.set_tags(operation, change, &arn(operation.place, id)).await?;
        }
        Ok(())
    }

    async fn delete(
        &self,
        _operation: &Operation<'_>,
        target: &Target<'_>,
    ) -> Result<DeleteOutcome, ProviderError> {
        let Self(backup) = self;
        let request = || backup.client.delete_backup_plan().backup_plan_id(target.physical_id).send();
        backup.caller.call("backup:DeleteBackupPlan", request).await?;
        Ok(DeleteOutcome::default())
    }

    async fn find(&self, operation: &Operation<'_>, _desired: &Document) -> Result<Found, ProviderError> {
        let Self(backup) = self;
        let token = operation.token("create");
        for plan in backup.plans().await? {
            let Some(id) = plan.backup_plan_id() else { continue };
            if plan.creator_request_id() == Some(token.as_str()) {
                return Ok(Found::Ours { physical_id: id.to_owned() });
            }
            let carried = Arc::clone(backup).tags(arn(operation.place, id)).await?.unwrap_or_default();
            if operation.owns(&carried) {
                return Ok(Found::Ours { physical_id: id.to_owned() });
            }
        }
        Ok(Found::Nothing)
    }
}
