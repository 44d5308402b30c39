//! The handler of `AWS::EC2::NatGateway`. Beyond its facts: a deleted gateway stays visible for about
//! an hour and counts as absent; addresses are added and taken away one kind at a time.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_ec2::types::{
    self as sdk, AvailabilityMode, AvailabilityZoneAddress, ConnectivityType, NatGatewayAddress,
    NatGatewayAddressStatus, NatGatewayState, ResourceType,
};
use ironward_aws::ec2::NatGateway;
use ironward_core::declare::Declaration;
use ironward_core::document::Document;
use ironward_core::error::ProviderError;
use ironward_core::provider::{
    Change, DeleteOutcome, Found, Handler, Observation, Observed, Operation, Phase, Read, ReadResults,
    Readiness, Target, Wait,
};
use ironward_core::schema::Schema;

use super::network_api::{NAT_GATEWAYS, Network, carried, filter, made, ours, owned_by, specification};

pub(super) struct NatGatewayHandler(pub(super) Arc<Network>);

/// The address that a gateway was made with.
fn primary(gateway: &sdk::NatGateway) -> Option<&NatGatewayAddress> {
    let addresses = gateway.nat_gateway_addresses();
    addresses
        .iter()
        .find(|address| address.is_primary() == Some(true))
        .or_else(|| addresses.iter().find(|address| address.is_primary().is_none()))
}

/// The addresses that were added, without those that are on their way out or failed.
fn secondary(gateway: &sdk::NatGateway) -> impl Iterator<Item = &NatGatewayAddress> {
    gateway
        .nat_gateway_addresses()
        .iter()
        .filter(|address| address.is_primary() == Some(false) && !is_going(address))
}

/// The addresses of a regional gateway, by zone.
fn zone_addresses(gateway: &sdk::NatGateway) -> Option<Vec<Document>> {
    if gateway.availability_mode() != Some(&AvailabilityMode::Regional) {
        return None;
    }
    let mut zones: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for address in gateway.nat_gateway_addresses().iter().filter(|address| !is_going(address)) {
        if let (Some(zone), Some(allocation)) = (address.availability_zone(), address.allocation_id()) {
            zones.entry(zone).or_default().push(allocation);
        }
    }
    let document = |(zone, allocations): (&str, Vec<&str>)| {
        Document::new().with("AvailabilityZone", zone).with("AllocationIds", allocations)
    };
    Some(zones.into_iter().map(document).collect())
}

/// Whether an address is on its way out, or failed.
fn is_going(address: &NatGatewayAddress) -> bool {
    matches!(
        address.status(),
        Some(
            NatGatewayAddressStatus::Disassociating
                | NatGatewayAddressStatus::Unassigning
                | NatGatewayAddressStatus::Failed
        )
    )
}

fn readiness(gateway: &sdk::NatGateway) -> Readiness {
    let moving = gateway.nat_gateway_addresses().iter().find_map(|address| match address.status()? {
        NatGatewayAddressStatus::Failed => {
            let reason = address.failure_message().unwrap_or("the service gave no reason");
            Some(Readiness::Failed(format!("an address failed: {reason}")))
        }
        status @ (NatGatewayAddressStatus::Assigning
        | NatGatewayAddressStatus::Associating
        | NatGatewayAddressStatus::Disassociating
        | NatGatewayAddressStatus::Unassigning) => {
            Some(Readiness::Pending(format!("an address is {}", status.as_str())))
        }
        _ => None,
    });
    match gateway.state() {
        Some(state @ (NatGatewayState::Pending | NatGatewayState::Deleting)) => {
            Readiness::Pending(format!("the gateway is {}", state.as_str()))
        }
        Some(NatGatewayState::Failed) => {
            let code = gateway.failure_code().unwrap_or("failed");
            let reason = gateway.failure_message().unwrap_or("the service gave no reason");
            Readiness::Failed(format!("{code}: {reason}"))
        }
        _ => moving.unwrap_or_default(),
    }
}

impl Network {
    /// Makes a gateway's further addresses those that are wanted.
    async fn set_addresses(&self, id: &str, after: &Document) -> Result<(), ProviderError> {
        let gateways = self.nat_gateways(vec![filter("nat-gateway-id", [id])]).await?;
        let Some(gateway) = gateways.iter().find(|gateway| gateway.nat_gateway_id() == Some(id)) else {
            return Ok(());
        };
        let drain: Option<i32> = after.opt("MaxDrainDurationSeconds")?;
        let allocations: Vec<String> = after.list("SecondaryAllocationIds")?;
        let private: Vec<String> = after.list("SecondaryPrivateIpAddresses")?;
        if gateway.connectivity_type() == Some(&ConnectivityType::Private) {
            self.set_private_addresses(id, gateway, &private, drain).await
        } else {
            self.set_public_addresses(id, gateway, &allocations, &private, drain).await
        }
    }

    /// Makes a regional gateway's addresses those that are wanted, zone by zone.
    async fn set_zone_addresses(&self, id: &str, after: &Document) -> Result<(), ProviderError> {
        let gateways = self.nat_gateways(vec![filter("nat-gateway-id", [id])]).await?;
        let Some(gateway) = gateways.iter().find(|gateway| gateway.nat_gateway_id() == Some(id)) else {
            return Ok(());
        };
        let drain: Option<i32> = after.opt("MaxDrainDurationSeconds")?;
        let mut wanted: Vec<(String, String)> = Vec::new();
        for zone in after.list::<Document>("AvailabilityZoneAddresses")? {
            let name: String = zone.get("AvailabilityZone")?;
            let allocations: Vec<String> = zone.list("AllocationIds")?;
            wanted.extend(allocations.into_iter().map(|allocation| (name.clone(), allocation)));
        }
        let there: Vec<&NatGatewayAddress> =
            gateway.nat_gateway_addresses().iter().filter(|address| !is_going(address)).collect();
        let is = |address: &NatGatewayAddress, (zone, allocation): &(String, String)| {
            address.availability_zone() == Some(zone.as_str())
                && address.allocation_id() == Some(allocation.as_str())
        };
        let gone: Vec<String> = there
            .iter()
            .filter(|address| !wanted.iter().any(|one| is(address, one)))
            .filter_map(|address| address.association_id().map(str::to_owned))
            .collect();
        self.disassociate(id, gone, drain).await?;
        for new in wanted.iter().filter(|one| !there.iter().any(|address| is(address, one))) {
            let (zone, allocation) = new;
            let request = || {
                let request = self.client.associate_nat_gateway_address().nat_gateway_id(id);
                request.availability_zone(zone).allocation_ids(allocation).send()
            };
            self.caller.call("ec2:AssociateNatGatewayAddress", request).await?;
        }
        Ok(())
    }

    /// Takes addresses away, by their associations, once what runs over them has ended or `drain`
    /// seconds have passed.
    async fn disassociate(
        &self,
        id: &str,
        gone: Vec<String>,
        drain: Option<i32>,
    ) -> Result<(), ProviderError> {
        if gone.is_empty() {
            return Ok(());
        }
        let request = || {
            self.client
                .disassociate_nat_gateway_address()
                .nat_gateway_id(id)
                .set_association_ids(Some(gone.clone()))
                .set_max_drain_duration_seconds(drain)
                .send()
        };
        self.caller.find("ec2:DisassociateNatGatewayAddress", request).await?;
        Ok(())
    }

    async fn set_public_addresses(
        &self,
        id: &str,
        gateway: &sdk::NatGateway,
        wanted: &[String],
        private: &[String],
        drain: Option<i32>,
    ) -> Result<(), ProviderError> {
        let is_wanted = |address: &NatGatewayAddress| {
            address.allocation_id().is_some_and(|id| wanted.iter().any(|wanted| wanted == id))
                && (private.is_empty()
                    || address.private_ip().is_some_and(|ip| private.iter().any(|wanted| wanted == ip)))
        };
        let gone: Vec<String> = secondary(gateway)
            .filter(|address| !is_wanted(address))
            .filter_map(|address| address.association_id().map(str::to_owned))
            .collect();
        self.disassociate(id, gone, drain).await?;
        let (mut new, mut new_private) = (Vec::new(), Vec::new());
        for (index, allocation) in wanted.iter().enumerate() {
            let is_there = secondary(gateway)
                .any(|address| address.allocation_id() == Some(allocation.as_str()) && is_wanted(address));
            if !is_there {
                new.push(allocation.clone());
                new_private.extend(private.get(index).cloned());
            }
        }
        if !new.is_empty() {
            let request = || {
                self.client
                    .associate_nat_gateway_address()
                    .nat_gateway_id(id)
                    .set_allocation_ids(Some(new.clone()))
                    .set_private_ip_addresses((!new_private.is_empty()).then(|| new_private.clone()))
                    .send()
            };
            self.caller.call("ec2:AssociateNatGatewayAddress", request).await?;
        }
        Ok(())
    }

    async fn set_private_addresses(
        &self,
        id: &str,
        gateway: &sdk::NatGateway,
        wanted: &[String],
        drain: Option<i32>,
    ) -> Result<(), ProviderError> {
        let there: Vec<&str> = secondary(gateway).filter_map(NatGatewayAddress::private_ip).collect();
        let gone: Vec<String> = there
            .iter()
            .filter(|ip| !wanted.iter().any(|wanted| wanted == *ip))
            .map(|ip| (*ip).to_owned())
            .collect();
        if !gone.is_empty() {
            let request = || {
                self.client
                    .unassign_private_nat_gateway_address()
                    .nat_gateway_id(id)
                    .set_private_ip_addresses(Some(gone.clone()))
                    .set_max_drain_duration_seconds(drain)
                    .send()
            };
            self.caller.find("ec2:UnassignPrivateNatGatewayAddress", request).await?;
        }
        let new: Vec<String> = wanted.iter().filter(|ip| !there.contains(&ip.as_str())).cloned().collect();
        if !new.is_empty() {
            let request = || {
                self.client
                    .assign_private_nat_gateway_address()
                    .nat_gateway_id(id)
                    .set_private_ip_addresses(Some(new.clone()))
                    .send()
            };
            self.caller.call("ec2:AssignPrivateNatGatewayAddress", request).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Handler for NatGatewayHandler {
    fn schema(&self) -> &'static Schema {
        NatGateway::SCHEMA
    }

    fn reads(&self, target: &Target<'_>) -> Vec<Read> {
        vec![Read::new(NAT_GATEWAYS, target.physical_id)]
    }

    fn observe(&self, target: &Target<'_>, answers: &ReadResults) -> Result<Observation, ProviderError> {
        let Some(gateway) = answers.get::<sdk::NatGateway>(NAT_GATEWAYS, target.physical_id)? else {
            return Ok(Observation::Absent);
        };
        if gateway.state() == Some(&NatGatewayState::Deleted) {
            return Ok(Observation::Absent);
        }
        let first = primary(gateway);
        let attributes = Document::new()
            .with("NatGatewayId", gateway.nat_gateway_id())
            .with("VpcId", gateway.vpc_id())
            .with("PublicIp", first.and_then(|address| address.public_ip()));
        let texts = |of: fn(&NatGatewayAddress) -> Option<&str>| -> Vec<String> {
            secondary(gateway).filter_map(of).map(str::to_owned).collect()
        };
        let observed = Observed::new(attributes)
            .with_some("SubnetId", gateway.subnet_id())
            .with_some("AvailabilityMode", gateway.availability_mode().map(|mode| mode.as_str()))
            .with_some("VpcId", gateway.vpc_id())
            .with_some("AvailabilityZoneAddresses", zone_addresses(gateway))
            .with_some("ConnectivityType", gateway.connectivity_type().map(|kind| kind.as_str()))
            .with_some("AllocationId", first.and_then(|address| address.allocation_id()))
            .with_some("PrivateIpAddress", first.and_then(|address| address.private_ip()))
            .with("SecondaryAllocationIds", texts(NatGatewayAddress::allocation_id))
            .with("SecondaryPrivateIpAddresses", texts(NatGatewayAddress::private_ip))
            .tagged(carried(gateway.tags()))
            .with_readiness(readiness(gateway));
        Ok(Observation::Present(observed))
    }

    async fn create(&self, operation: &Operation<'_>, desired: &Document) -> Result<String, ProviderError> {
        let Self(network) = self;
        let (subnet, vpc): (Option<String>, Option<String>) =
            (desired.opt("SubnetId")?, desired.opt("VpcId")?);
        let mode: Option<AvailabilityMode> = desired.parsed("AvailabilityMode")?;
        let mut zones = Vec::new();
        for zone in desired.list::<Document>("AvailabilityZoneAddresses")? {
            let builder = AvailabilityZoneAddress::builder()
                .set_availability_zone(zone.opt("AvailabilityZone")?)
                .set_allocation_ids(zone.opt("AllocationIds")?);
            zones.push(builder.build());
        }
        let kind: Option<ConnectivityType> = desired.parsed("ConnectivityType")?;
        let allocation: Option<String> = desired.opt("AllocationId")?;
        let address: Option<String> = desired.opt("PrivateIpAddress")?;
        let allocations: Vec<String> = desired.list("SecondaryAllocationIds")?;
        let addresses: Vec<String> = desired.list("SecondaryPrivateIpAddresses")?;
        let token = operation.token("create");
        let tags = specification(ResourceType::Natgateway, operation.tags(desired));
        let request = || {
            network
                .client
                .create_nat_gateway()
                .set_subnet_id(subnet.clone())
                .set_vpc_id(vpc.clone())
                .set_availability_mode(mode.clone())
                .set_availability_zone_addresses((!zones.is_empty()).then(|| zones.clone()))
                .set_connectivity_type(kind.clone())
                .set_allocation_id(allocation.clone())
                .set_private_ip_address(address.clone())
                .set_secondary_allocation_ids((!allocations.is_empty()).then(|| allocations.clone()))
                .set_secondary_private_ip_addresses((!addresses.is_empty()).then(|| addresses.clone()))
                .client_token(&token)
                .tag_specifications(tags.clone())
                .send()
        };
        let answer = network.caller.make("ec2:CreateNatGateway", request).await?;
        made("ec2:CreateNatGateway", answer.nat_gateway().and_then(|gateway| gateway.nat_gateway_id()))
    }

    async fn reconcile(&self, operation: &Operation<'_>, change: &Change<'_>) -> Result<(), ProviderError> {
        if change.has("addresses") {
            self.0.set_addresses(change.physical_id, change.after).await?;
        }
        if change.has("zone_addresses") {
            self.0.set_zone_addresses(change.physical_id, change.after).await?;
        }
        if change.has("tags") {
            self.0.set_tags(operation, change).await?;
        }
        Ok(())
    }

    async fn delete(
        &self,
        _operation: &Operation<'_>,
        target: &Target<'_>,
    ) -> Result<DeleteOutcome, ProviderError> {
        let request = || self.0.client.delete_nat_gateway().nat_gateway_id(target.physical_id).send();
        self.0.caller.call("ec2:DeleteNatGateway", request).await?;
        Ok(DeleteOutcome::default())
    }

    async fn find(&self, operation: &Operation<'_>, _desired: &Document) -> Result<Found, ProviderError> {
        let found = self.0.nat_gateways(owned_by(operation)).await?;
        let is_alive = |gateway: &&sdk::NatGateway| {
            !matches!(gateway.state(), Some(NatGatewayState::Deleting | NatGatewayState::Deleted))
        };
        let alive = found.iter().filter(is_alive);
        Ok(ours(operation, alive.map(|gateway| (gateway.nat_gateway_id(), gateway.tags()))))
    }

    fn wait(&self, phase: Phase) -> Option<Wait> {
        Some(match phase {
            Phase::Created => Wait::seconds(30, 10, 600),
            Phase::Updated => Wait::seconds(0, 5, 600),
            Phase::Deleted => Wait::seconds(30, 10, 1800),
        })
    }
}
