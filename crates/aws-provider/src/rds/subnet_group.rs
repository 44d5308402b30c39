//! The handler of `AWS::RDS::DBSubnetGroup`.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_rds::types::DbSubnetGroup as SdkGroup;
use ironward_aws::rds::DbSubnetGroup;
use ironward_core::declare::Declaration;
use ironward_core::document::Document;
use ironward_core::error::ProviderError;
use ironward_core::provider::{
    Change, DeleteOutcome, Found, Handler, Observation, Observed, Operation, Read, ReadResults, Target,
};
use ironward_core::schema::Schema;

use super::api::{Rds, SUBNET_GROUP, TAGS, lowered};
use super::tags::{arn, sdk_tags};

const KIND: &str = "subgrp";

pub(super) struct SubnetGroupHandler(pub(super) Arc<Rds>);

#[async_trait]
impl Handler for SubnetGroupHandler {
    fn schema(&self) -> &'static Schema {
        DbSubnetGroup::SCHEMA
    }

    fn reads(&self, target: &Target<'_>) -> Vec<Read> {
        let name = target.physical_id;
        vec![Read::new(SUBNET_GROUP, name), Read::new(TAGS, arn(target.place, KIND, name))]
    }

    fn observe(&self, target: &Target<'_>, answers: &ReadResults) -> Result<Observation, ProviderError> {
        let name = target.physical_id;
        let Some(group) = answers.get::<SdkGroup>(SUBNET_GROUP, name)? else {
            return Ok(Observation::Absent);
        };
        let subnets: Vec<String> =
            group.subnets().iter().filter_map(|subnet| subnet.subnet_identifier.clone()).collect();
        let arn = arn(target.place, KIND, name);
        let attributes = Document::new()
            .with("DBSubnetGroupName", name)
            .with("DBSubnetGroupArn", group.db_subnet_group_arn().unwrap_or(&arn));
        let mut observed = Observed::new(attributes)
            .with("DBSubnetGroupName", name)
            .with_some("DBSubnetGroupDescription", group.db_subnet_group_description())
            .with("SubnetIds", subnets);
        if let Some(tags) = answers.get::<BTreeMap<String, String>>(TAGS, &arn)? {
            observed = observed.tagged(tags.clone());
        }
        Ok(Observation::Present(observed))
    }

    async fn create(&self, operation: &Operation<'_>, desired: &Document) -> Result<String, ProviderError> {
        let Self(rds) = self;
        let name = lowered(desired.get("DBSubnetGroupName")?);
        let description: String = desired.get("DBSubnetGroupDescription")?;
        let subnets: Vec<String> = desired.list("SubnetIds")?;
        let tags = sdk_tags(operation.tags(desired));
        let request = || {
            rds.client
                .create_db_subnet_group()
                .db_subnet_group_name(&name)
                .db_subnet_group_description(&description)
                .set_subnet_ids(Some(subnets.clone()))
                .set_tags(Some(tags.clone()))
                .send()
        };
        rds.caller.make("rds:CreateDBSubnetGroup", request).await?;
        Ok(name)
    }

    async fn reconcile(&self, operation: &Operation<'_>, change: &Change<'_>) -> Result<(), ProviderError> {
        let Self(rds) = self;
        let name = change.physical_id;
        if change.has("group") {
            let description: String = change.after.get("DBSubnetGroupDescription")?;
            let subnets: Vec<String> = change.after.list("SubnetIds")?;
            let request = || {
                rds.client
                    .modify_db_subnet_group()
                    .db_subnet_group_name(name)
                    .db_subnet_group_description(&description)
                    .set_subnet_ids(Some(subnets.clone()))
                    .send()
            };
            rds.caller.call("rds:ModifyDBSubnetGroup", request).await?;
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
        let request = || rds.client.delete_db_subnet_group().db_subnet_group_name(target.physical_id).send();
        rds.caller.call("rds:DeleteDBSubnetGroup", request).await?;
        Ok(DeleteOutcome::default())
    }

    async fn find(&self, operation: &Operation<'_>, desired: &Document) -> Result<Found, ProviderError> {
        let Self(rds) = self;
        let name = lowered(desired.get("DBSubnetGroupName")?);
        if Arc::clone(rds).subnet_group(name.clone()).await?.is_none() {
            return Ok(Found::Nothing);
        }
        let tags = Arc::clone(rds).tags(arn(operation.place, KIND, &name)).await?;
        Ok(Found::by_tags(operation, &name, &tags.unwrap_or_default()))
    }
}
