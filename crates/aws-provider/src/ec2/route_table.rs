//! The handler of `AWS::EC2::RouteTable`.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_ec2::types::{self as sdk, ResourceType};
use ironward_aws::ec2::{Isolated, RouteTable};
use ironward_core::declare::Declaration;
use ironward_core::document::Document;
use ironward_core::error::ProviderError;
use ironward_core::provider::{
    Change, DeleteOutcome, Found, Handler, Observation, Observed, Operation, Read, ReadResults, Target,
};
use ironward_core::schema::Schema;

use super::network_api::{Network, ROUTE_TABLES, carried, made, ours, owned_by, specification};

pub(super) struct RouteTableHandler(pub(super) Arc<Network>);

#[async_trait]
impl Handler for RouteTableHandler {
    fn schema(&self) -> &'static Schema {
        RouteTable::<Isolated>::SCHEMA
    }

    fn reads(&self, target: &Target<'_>) -> Vec<Read> {
        vec![Read::new(ROUTE_TABLES, target.physical_id)]
    }

    fn observe(&self, target: &Target<'_>, answers: &ReadResults) -> Result<Observation, ProviderError> {
        let Some(table) = answers.get::<sdk::RouteTable>(ROUTE_TABLES, target.physical_id)? else {
            return Ok(Observation::Absent);
        };
        let attributes = Document::new().with("RouteTableId", table.route_table_id());
        let observed =
            Observed::new(attributes).with_some("VpcId", table.vpc_id()).tagged(carried(table.tags()));
        Ok(Observation::Present(observed))
    }

    async fn create(&self, operation: &Operation<'_>, desired: &Document) -> Result<String, ProviderError> {
        let vpc: String = desired.get("VpcId")?;
        let token = operation.token("create");
        let tags = specification(ResourceType::RouteTable, operation.tags(desired));
        let request = || {
            let create = self.0.client.create_route_table().vpc_id(&vpc).client_token(&token);
            create.tag_specifications(tags.clone()).send()
        };
        let answer = self.0.caller.make("ec2:CreateRouteTable", request).await?;
        made("ec2:CreateRouteTable", answer.route_table().and_then(|table| table.route_table_id()))
    }

    async fn reconcile(&self, operation: &Operation<'_>, change: &Change<'_>) -> Result<(), ProviderError> {
        self.0.set_tags(operation, change).await
    }

    async fn delete(
        &self,
        _operation: &Operation<'_>,
        target: &Target<'_>,
    ) -> Result<DeleteOutcome, ProviderError> {
        let request = || self.0.client.delete_route_table().route_table_id(target.physical_id).send();
        self.0.caller.call("ec2:DeleteRouteTable", request).await?;
        Ok(DeleteOutcome::default())
    }

    async fn find(&self, operation: &Operation<'_>, _desired: &Document) -> Result<Found, ProviderError> {
        let found = self.0.tables(owned_by(operation)).await?;
        Ok(ours(operation, found.iter().map(|table| (table.route_table_id(), table.tags()))))
    }
}
