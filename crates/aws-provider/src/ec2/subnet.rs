//! The handler of `AWS::EC2::Subnet`.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_ec2::types::{self as sdk, AttributeBooleanValue, HostnameType, ResourceType, SubnetState};
use ironward_aws::ec2::{Isolated, Subnet};
use ironward_core::declare::Declaration;
use ironward_core::document::Document;
use ironward_core::error::ProviderError;
use ironward_core::provider::{
    Change, DeleteOutcome, Found, Handler, Observation, Observed, Operation, Phase, Read, ReadResults,
    Readiness, Target, Wait,
};
use ironward_core::schema::Schema;

use super::in_the_way;
use super::network_api::{Network, SUBNETS, carried, made, ours, owned_by, specification};

pub(super) struct SubnetHandler(pub(super) Arc<Network>);

/// One attribute; the API takes one in a call.
enum Attribute {
    MapPublicIp(bool),
    AssignIpv6(bool),
    Dns64(bool),
    Hostnames(HostnameType),
    ARecord(bool),
    AaaaRecord(bool),
}

fn flag(on: bool) -> Option<AttributeBooleanValue> {
    Some(AttributeBooleanValue::builder().value(on).build())
}

impl Network {
    async fn set_subnet(&self, subnet: &str, attribute: Attribute) -> Result<(), ProviderError> {
        let request = || {
            let modify = self.client.modify_subnet_attribute().subnet_id(subnet);
            match &attribute {
                Attribute::MapPublicIp(on) => modify.set_map_public_ip_on_launch(flag(*on)),
                Attribute::AssignIpv6(on) => modify.set_assign_ipv6_address_on_creation(flag(*on)),
                Attribute::Dns64(on) => modify.set_enable_dns64(flag(*on)),
                Attribute::Hostnames(kind) => modify.private_dns_hostname_type_on_launch(kind.clone()),
                Attribute::ARecord(on) => modify.set_enable_resource_name_dns_a_record_on_launch(flag(*on)),
                Attribute::AaaaRecord(on) => {
                    modify.set_enable_resource_name_dns_aaaa_record_on_launch(flag(*on))
                }
            }
            .send()
        };
        self.caller.call("ec2:ModifySubnetAttribute", request).await.map(|_| ())
    }

    /// Sets those of a subnet's options for names that aren't as they shall be.
    async fn set_subnet_names(
        &self,
        subnet: &str,
        before: &Document,
        after: &Document,
    ) -> Result<(), ProviderError> {
        let kind = |names: &Document| -> Result<String, ProviderError> {
            Ok(names.opt("HostnameType")?.unwrap_or_else(|| "ip-name".to_owned()))
        };
        let on = |names: &Document, name: &str| -> Result<bool, ProviderError> {
            Ok(names.opt(name)?.unwrap_or(false))
        };
        if kind(before)? != kind(after)? {
            let kind = HostnameType::from(kind(after)?.as_str());
            self.set_subnet(subnet, Attribute::Hostnames(kind)).await?;
        }
        let a = on(after, "EnableResourceNameDnsARecord")?;
        if on(before, "EnableResourceNameDnsARecord")? != a {
            self.set_subnet(subnet, Attribute::ARecord(a)).await?;
        }
        let aaaa = on(after, "EnableResourceNameDnsAAAARecord")?;
        if on(before, "EnableResourceNameDnsAAAARecord")? != aaaa {
            self.set_subnet(subnet, Attribute::AaaaRecord(aaaa)).await?;
        }
        Ok(())
    }
}

impl Network {
    /// Gives instances on an Outpost an interface to the network around it, or takes it away.
    async fn set_local_interface(&self, subnet: &str, index: Option<i32>) -> Result<(), ProviderError> {
        let off = index.is_none().then(|| AttributeBooleanValue::builder().value(true).build());
        let request = || {
            let request = self.client.modify_subnet_attribute().subnet_id(subnet);
            request.set_enable_lni_at_device_index(index).set_disable_lni_at_device_index(off.clone()).send()
        };
        self.caller.call("ec2:ModifySubnetAttribute", request).await?;
        Ok(())
    }
}

fn names(options: &sdk::PrivateDnsNameOptionsOnLaunch) -> Document {
    Document::new()
        .with("HostnameType", options.hostname_type().map(|kind| kind.as_str()))
        .with("EnableResourceNameDnsARecord", options.enable_resource_name_dns_a_record())
        .with("EnableResourceNameDnsAAAARecord", options.enable_resource_name_dns_aaaa_record())
}

#[async_trait]
impl Handler for SubnetHandler {
    fn schema(&self) -> &'static Schema {
        Subnet::<Isolated>::SCHEMA
    }

    fn reads(&self, target: &Target<'_>) -> Vec<Read> {
        vec![Read::new(SUBNETS, target.physical_id)]
    }

    fn observe(&self, target: &Target<'_>, answers: &ReadResults) -> Result<Observation, ProviderError> {
        let Some(subnet) = answers.get::<sdk::Subnet>(SUBNETS, target.physical_id)? else {
            return Ok(Observation::Absent);
        };
        let readiness = match subnet.state() {
            Some(SubnetState::Pending) => Readiness::Pending("the subnet is pending".to_owned()),
            Some(state @ (SubnetState::Failed | SubnetState::FailedInsufficientCapacity)) => {
                Readiness::Failed(format!("the subnet is {}", state.as_str()))
            }
            _ => Readiness::Ready,
        };
        let attributes = Document::new()
            .with("SubnetId", subnet.subnet_id())
            .with("CidrBlock", subnet.cidr_block())
            .with("AvailabilityZone", subnet.availability_zone())
            .with("AvailabilityZoneId", subnet.availability_zone_id());
        let associated = |range: &&sdk::SubnetIpv6CidrBlockAssociation| {
            let state = range.ipv6_cidr_block_state().and_then(|state| state.state());
            !matches!(
                state,
                Some(
                    sdk::SubnetCidrBlockStateCode::Disassociated
                        | sdk::SubnetCidrBlockStateCode::Disassociating
                )
            )
        };
        let ipv6 = subnet.ipv6_cidr_block_association_set().iter().find(associated);
        let observed = Observed::new(attributes)
            .with_some("VpcId", subnet.vpc_id())
            .with_some("CidrBlock", subnet.cidr_block())
            .with_some("AvailabilityZone", subnet.availability_zone())
            .with_some("Ipv6CidrBlock", ipv6.and_then(|range| range.ipv6_cidr_block()))
            .with_some("MapPublicIpOnLaunch", subnet.map_public_ip_on_launch())
            .with_some("AssignIpv6AddressOnCreation", subnet.assign_ipv6_address_on_creation())
            .with_some("EnableDns64", subnet.enable_dns64())
            .with_some("OutpostArn", subnet.outpost_arn())
            .with_some(
                "EnableLniAtDeviceIndex",
                subnet.enable_lni_at_device_index().filter(|index| *index > 0),
            )
            .with_some(
                "PrivateDnsNameOptionsOnLaunch",
                subnet.private_dns_name_options_on_launch().map(names),
            )
            .tagged(carried(subnet.tags()))
            .with_readiness(readiness);
        Ok(Observation::Present(observed))
    }

    async fn create(&self, operation: &Operation<'_>, desired: &Document) -> Result<String, ProviderError> {
        let Self(network) = self;
        let vpc: String = desired.get("VpcId")?;
        let range: String = desired.get("CidrBlock")?;
        let zone: String = desired.get("AvailabilityZone")?;
        let ipv6: Option<String> = desired.opt("Ipv6CidrBlock")?;
        let outpost: Option<String> = desired.opt("OutpostArn")?;
        let tags = specification(ResourceType::Subnet, operation.tags(desired));
        let request = || {
            network
                .client
                .create_subnet()
                .vpc_id(&vpc)
                .cidr_block(&range)
                .availability_zone(&zone)
                .set_ipv6_cidr_block(ipv6.clone())
                .set_outpost_arn(outpost.clone())
                .tag_specifications(tags.clone())
                .send()
        };
        let answer = network.caller.make("ec2:CreateSubnet", request).await?;
        made("ec2:CreateSubnet", answer.subnet().and_then(|subnet| subnet.subnet_id()))
    }

    async fn reconcile(&self, operation: &Operation<'_>, change: &Change<'_>) -> Result<(), ProviderError> {
        let Self(network) = self;
        let (subnet, after) = (change.physical_id, change.after);
        if change.has("map_public_ip_on_launch") {
            let on = after.opt("MapPublicIpOnLaunch")?.unwrap_or(false);
            network.set_subnet(subnet, Attribute::MapPublicIp(on)).await?;
        }
        if change.has("assign_ipv6_address_on_creation") {
            let on = after.opt("AssignIpv6AddressOnCreation")?.unwrap_or(false);
            network.set_subnet(subnet, Attribute::AssignIpv6(on)).await?;
        }
        if change.has("local_interface") {
            network.set_local_interface(subnet, after.opt("EnableLniAtDeviceIndex")?).await?;
        }
        if change.has("enable_dns64") {
            let on = after.opt("EnableDns64")?.unwrap_or(false);
            network.set_subnet(subnet, Attribute::Dns64(on)).await?;
        }
        if change.has("private_dns_name_options") {
            let name = "PrivateDnsNameOptionsOnLaunch";
            let (before, after) = (change.before.opt::<Document>(name)?, after.opt::<Document>(name)?);
            network.set_subnet_names(subnet, &before.unwrap_or_default(), &after.unwrap_or_default()).await?;
        }
        if change.has("tags") {
            network.set_tags(operation, change).await?;
        }
        Ok(())
    }

    async fn delete(
        &self,
        _operation: &Operation<'_>,
        target: &Target<'_>,
    ) -> Result<DeleteOutcome, ProviderError> {
        let (network, id) = (&self.0, target.physical_id);
        let request = || network.client.delete_subnet().subnet_id(id).send();
        match network.caller.call("ec2:DeleteSubnet", request).await {
            Ok(_) => Ok(DeleteOutcome::default()),
            Err(error) => {
                Err(in_the_way::named(&network.client, &network.caller, error, "subnet-id", id).await)
            }
        }
    }

    async fn find(&self, operation: &Operation<'_>, _desired: &Document) -> Result<Found, ProviderError> {
        let found = self.0.subnets(owned_by(operation)).await?;
        Ok(ours(operation, found.iter().map(|subnet| (subnet.subnet_id(), subnet.tags()))))
    }

    fn wait(&self, phase: Phase) -> Option<Wait> {
        match phase {
            Phase::Created | Phase::Updated => Some(Wait::seconds(1, 2, 600)),
            Phase::Deleted => None,
        }
    }
}
