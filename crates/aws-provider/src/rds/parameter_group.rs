//! The handler of `AWS::RDS::DBParameterGroup`.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_rds::types::DbParameterGroup as SdkGroup;
use ironward_aws::rds::DbParameterGroup;
use ironward_core::declare::Declaration;
use ironward_core::document::Document;
use ironward_core::error::ProviderError;
use ironward_core::provider::{
    Change, DeleteOutcome, Found, Handler, Observation, Observed, Operation, Read, ReadResults, Target,
};
use ironward_core::schema::Schema;

use super::api::{PARAMETER_GROUP, PARAMETERS, Rds, TAGS, lowered};
use super::parameters::{spelled, wanted};
use super::tags::{arn, sdk_tags};

const KIND: &str = "pg";

/// The parameters that were last applied.
fn declared(target: &Target<'_>) -> BTreeMap<String, String> {
    target.properties.opt("Parameters").ok().flatten().unwrap_or_default()
}

pub(super) struct ParameterGroupHandler(pub(super) Arc<Rds>);

#[async_trait]
impl Handler for ParameterGroupHandler {
    fn schema(&self) -> &'static Schema {
        DbParameterGroup::SCHEMA
    }

    fn reads(&self, target: &Target<'_>) -> Vec<Read> {
        let name = target.physical_id;
        vec![
            Read::new(PARAMETER_GROUP, name),
            Read::new(PARAMETERS, wanted(name, &declared(target))),
            Read::new(TAGS, arn(target.place, KIND, name)),
        ]
    }

    fn observe(&self, target: &Target<'_>, answers: &ReadResults) -> Result<Observation, ProviderError> {
        let (name, declared) = (target.physical_id, declared(target));
        let Some(group) = answers.get::<SdkGroup>(PARAMETER_GROUP, name)? else {
            return Ok(Observation::Absent);
        };
        let arn = arn(target.place, KIND, name);
        let attributes = Document::new()
            .with("DBParameterGroupName", name)
            .with("DBParameterGroupArn", group.db_parameter_group_arn().unwrap_or(&arn));
        let mut observed = Observed::new(attributes)
            .with("DBParameterGroupName", name)
            .with_some("Family", group.db_parameter_group_family())
            .with_some("Description", group.description());
        if let Some(parameters) =
            answers.get::<BTreeMap<String, String>>(PARAMETERS, &wanted(name, &declared))?
        {
            observed = observed.with("Parameters", spelled(parameters, &declared));
        }
        if let Some(tags) = answers.get::<BTreeMap<String, String>>(TAGS, &arn)? {
            observed = observed.tagged(tags.clone());
        }
        Ok(Observation::Present(observed))
    }

    async fn create(&self, operation: &Operation<'_>, desired: &Document) -> Result<String, ProviderError> {
        let Self(rds) = self;
        let name = lowered(desired.get("DBParameterGroupName")?);
        let family: String = desired.get("Family")?;
        let description: String = desired.get("Description")?;
        let tags = sdk_tags(operation.tags(desired));
        let request = || {
            rds.client
                .create_db_parameter_group()
                .db_parameter_group_name(&name)
                .db_parameter_group_family(&family)
                .description(&description)
                .set_tags(Some(tags.clone()))
                .send()
        };
        rds.caller.make("rds:CreateDBParameterGroup", request).await?;
        Ok(name)
    }

    async fn reconcile(&self, operation: &Operation<'_>, change: &Change<'_>) -> Result<(), ProviderError> {
        let Self(rds) = self;
        let name = change.physical_id;
        if change.has("parameters") {
            let before = change.before.opt("Parameters")?.unwrap_or_default();
            let after = change.after.opt("Parameters")?.unwrap_or_default();
            rds.set_parameters(name, &before, &after).await?;
        }
        if change.has("tags") {
            rds.set_tags(&arn(operation.place, KIND, name), operation, change).await?;
        }
        Ok(())
    }

    async fn delete(
        &self,
        _operation: &Operation<'_>,
        target: &Target<'_>,
    ) -> Result<DeleteOutcome, ProviderError> {
        let Self(rds) = self;
        let request =
            || rds.client.delete_db_parameter_group().db_parameter_group_name(target.physical_id).send();
        rds.caller.call("rds:DeleteDBParameterGroup", request).await?;
        Ok(DeleteOutcome::default())
    }

    async fn find(&self, operation: &Operation<'_>, desired: &Document) -> Result<Found, ProviderError> {
        let Self(rds) = self;
        let name = lowered(desired.get("DBParameterGroupName")?);
        if Arc::clone(rds).parameter_group(name.clone()).await?.is_none() {
            return Ok(Found::Nothing);
        }
        let tags = Arc::clone(rds).tags(arn(operation.place, KIND, &name)).await?;
        Ok(Found::by_tags(operation, &name, &tags.unwrap_or_default()))
    }
}
