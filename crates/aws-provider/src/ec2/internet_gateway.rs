//! The handler of `AWS::EC2::InternetGateway`.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_ec2::types::{self as sdk, ResourceType};
use ironward_aws::ec2::InternetGateway;
use ironward_core::declare::Declaration;
use ironward_core::document::Document;
use ironward_core::error::ProviderError;
use ironward_core::provider::{
    Change, DeleteOutcome, Found, Handler, Observation, Observed, Operation, Read, ReadResults, Target,
};
use ironward_core::schema::Schema;

use super::network_api::{INTERNET_GATEWAYS, Network, carried, made, ours, owned_by, specification};

pub(super) struct InternetGatewayHandler(pub(super) Arc<Network>);

#[async_trait]
impl Handler for InternetGatewayHandler {
    fn schema(&self) -> &'static Schema {
        InternetGateway::SCHEMA
    }

    fn reads(&self, target: &Target<'_>) -> Vec<Read> {
        vec![Read::new(INTERNET_GATEWAYS, target.physical_id)]
    }

    fn observe(&self, target: &Target<'_>, answers: &ReadResults) -> Result<Observation, ProviderError> {
        let id = target.physical_id;
        let Some(gateway) = answers.get::<sdk::InternetGateway>(INTERNET_GATEWAYS, id)? else {
            return Ok(Observation::Absent);
        };
        let attributes = Document::new().with("InternetGatewayId", gateway.internet_gateway_id());
        Ok(Observation::Present(Observed::new(attributes).tagged(carried(gateway.tags()))))
    }

    async fn create(&self, operation: &Operation<'_>, desired: &Document) -> Result<String, ProviderError> {
        let tags = specification(ResourceType::InternetGateway, operation.tags(desired));
        let request = || self.0.client.create_internet_gateway().tag_specifications(tags.clone()).send();
        let answer = self.0.caller.make("ec2:CreateInternetGateway", request).await?;
        let id = answer.internet_gateway().and_then(|gateway| gateway.internet_gateway_id());
        made("ec2:CreateInternetGateway", id)
    }

    async fn reconcile(&self, operation: &Operation<'_>, change: &Change<'_>) -> Result<(), ProviderError> {
        self.0.set_tags(operation, change).await
    }

    async fn delete(
        &self,
        _operation: &Operation<'_>,
        target: &Target<'_>,
    ) -> Result<DeleteOutcome, ProviderError> {
        let request =
            || self.0.client.delete_internet_gateway().internet_gateway_id(target.physical_id).send();
        self.0.caller.call("ec2:DeleteInternetGateway", request).await?;
        Ok(DeleteOutcome::default())
    }

    async fn find(&self, operation: &Operation<'_>, _desired: &Document) -> Result<Found, ProviderError> {
        let found = self.0.gateways(owned_by(operation)).await?;
        Ok(ours(operation, found.iter().map(|gateway| (gateway.internet_gateway_id(), gateway.tags()))))
    }
}
