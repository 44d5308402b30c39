//! The handler of `AWS::EC2::EIP`.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_ec2::types::{self as sdk, DomainType, ResourceType};
use ironward_aws::ec2::Eip;
use ironward_core::declare::Declaration;
use ironward_core::document::Document;
use ironward_core::error::ProviderError;
use ironward_core::provider::{
    Change, DeleteOutcome, Found, Handler, Observation, Observed, Operation, Read, ReadResults, Target,
};
use ironward_core::schema::Schema;

use super::network_api::{ADDRESSES, Network, carried, made, ours, owned_by, specification};

pub(super) struct EipHandler(pub(super) Arc<Network>);

#[async_trait]
impl Handler for EipHandler {
    fn schema(&self) -> &'static Schema {
        Eip::SCHEMA
    }

    fn reads(&self, target: &Target<'_>) -> Vec<Read> {
        vec![Read::new(ADDRESSES, target.physical_id)]
    }

    fn observe(&self, target: &Target<'_>, answers: &ReadResults) -> Result<Observation, ProviderError> {
        let Some(address) = answers.get::<sdk::Address>(ADDRESSES, target.physical_id)? else {
            return Ok(Observation::Absent);
        };
        let attributes = Document::new()
            .with("AllocationId", address.allocation_id())
            .with("PublicIp", address.public_ip());
        let observed = Observed::new(attributes)
            .with_some("Domain", address.domain().map(|domain| domain.as_str()))
            .with_some("NetworkBorderGroup", address.network_border_group())
            .with_some("PublicIpv4Pool", address.public_ipv4_pool())
            .with_some("Address", address.public_ip())
            .tagged(carried(address.tags()));
        Ok(Observation::Present(observed))
    }

    async fn create(&self, operation: &Operation<'_>, desired: &Document) -> Result<String, ProviderError> {
        let group: Option<String> = desired.opt("NetworkBorderGroup")?;
        let pool: Option<String> = desired.opt("PublicIpv4Pool")?;
        let ipam: Option<String> = desired.opt("IpamPoolId")?;
        let address: Option<String> = desired.opt("Address")?;
        let tags = specification(ResourceType::ElasticIp, operation.tags(desired));
        let request = || {
            self.0
                .client
                .allocate_address()
                .domain(DomainType::Vpc)
                .set_network_border_group(group.clone())
                .set_public_ipv4_pool(pool.clone())
                .set_ipam_pool_id(ipam.clone())
                .set_address(address.clone())
                .tag_specifications(tags.clone())
                .send()
        };
        let answer = self.0.caller.make("ec2:AllocateAddress", request).await?;
        made("ec2:AllocateAddress", answer.allocation_id())
    }

    async fn reconcile(&self, operation: &Operation<'_>, change: &Change<'_>) -> Result<(), ProviderError> {
        self.0.set_tags(operation, change).await
    }

    async fn delete(
        &self,
        _operation: &Operation<'_>,
        target: &Target<'_>,
    ) -> Result<DeleteOutcome, ProviderError> {
        let request = || self.0.client.release_address().allocation_id(target.physical_id).send();
        self.0.caller.call("ec2:ReleaseAddress", request).await?;
        Ok(DeleteOutcome::default())
    }

    async fn find(&self, operation: &Operation<'_>, _desired: &Document) -> Result<Found, ProviderError> {
        let found = self.0.addresses(owned_by(operation)).await?;
        Ok(ours(operation, found.iter().map(|address| (address.allocation_id(), address.tags()))))
    }
}
