//! The handler of `AWS::Backup::BackupSelection`.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_backup::types::BackupSelection as Selection;
use ironward_aws::backup::BackupSelection;
use ironward_core::declare::Declaration;
use ironward_core::document::Document;
use ironward_core::error::{ProviderError, ProviderErrorKind};
use ironward_core::provider::{
    Change, DeleteOutcome, Found, Handler, Observation, Observed, Operation, Read, ReadResults, Target,
};
use ironward_core::schema::Schema;

use super::api::{Backup, SELECTION, generated_name, is_without_plan, selection_id};
use super::convert::{seen_selection, selection_input};

pub(super) struct SelectionHandler(pub(super) Arc<Backup>);

#[async_trait]
impl Handler for SelectionHandler {
    fn schema(&self) -> &'static Schema {
        BackupSelection::SCHEMA
    }

    fn reads(&self, target: &Target<'_>) -> Vec<Read> {
        vec![Read::new(SELECTION, target.physical_id)]
    }

    fn observe(&self, target: &Target<'_>, answers: &ReadResults) -> Result<Observation, ProviderError> {
        let id = target.physical_id;
        let Some(selection) = answers.get::<Selection>(SELECTION, id)? else {
            return Ok(Observation::Absent);
        };
        let (own, plan) = selection_id(id)?;
        let declared = target.properties.opt::<Document>("BackupSelection")?.unwrap_or_default();
        let attributes = Document::new().with("Id", id).with("SelectionId", own);
        let observed = Observed::new(attributes)
            .with("BackupPlanId", plan)
            .with("BackupSelection", seen_selection(selection, &declared));
        Ok(Observation::Present(observed))
    }

    async fn create(&self, operation: &Operation<'_>, desired: &Document) -> Result<String, ProviderError> {
        let Self(backup) = self;
        let plan: String = desired.get("BackupPlanId")?;
        let selection: Document = desired.get("BackupSelection")?;
        let name = selection.opt("SelectionName")?.unwrap_or_else(|| generated_name(operation));
        let input = selection_input(&selection, &name)?;
        let token = operation.token("create");
        let request = || {
            backup
                .client
                .create_backup_selection()
                .backup_plan_id(&plan)
                .backup_selection(input.clone())
                .creator_request_id(&token)
                .send()
        };
        let answer = backup.caller.make("backup:CreateBackupSelection", request).await?;
        answer.selection_id().map(|own| format!("{own}|{plan}")).ok_or_else(|| {
            let message = "the answer holds no selection id";
            ProviderError::new(ProviderErrorKind::Ambiguous, "backup:CreateBackupSelection", message)
        })
    }

    async fn reconcile(&self, _operation: &Operation<'_>, _change: &Change<'_>) -> Result<(), ProviderError> {
        Ok(())
    }

    async fn delete(
        &self,
        _operation: &Operation<'_>,
        target: &Target<'_>,
    ) -> Result<DeleteOutcome, ProviderError> {
        let Self(backup) = self;
        let (own, plan) = selection_id(target.physical_id)?;
        let request =
            || backup.client.delete_backup_selection().selection_id(own).backup_plan_id(plan).send();
        match backup.caller.call("backup:DeleteBackupSelection", request).await {
            Ok(_) => Ok(DeleteOutcome::default()),
            Err(error) if is_without_plan(&error) => {
                Err(ProviderError { kind: ProviderErrorKind::NotFound, ..error })
            }
            Err(error) => Err(error),
        }
    }

    async fn find(&self, operation: &Operation<'_>, desired: &Document) -> Result<Found, ProviderError> {
        let plan: String = desired.get("BackupPlanId")?;
        let selection: Document = desired.get("BackupSelection")?;
        let declared: Option<String> = selection.opt("SelectionName")?;
        let (token, generated) = (operation.token("create"), generated_name(operation));
        let mut found = Found::Nothing;
        for selection in self.0.selections(&plan).await? {
            let Some(own) = selection.selection_id() else { continue };
            let physical_id = format!("{own}|{plan}");
            let name = selection.selection_name();
            if selection.creator_request_id() == Some(token.as_str()) || name == Some(&*generated) {
                return Ok(Found::Ours { physical_id });
            }
            if declared.is_some() && name == declared.as_deref() {
                found = Found::Unmarked { physical_id };
            }
        }
        Ok(found)
    }
}
