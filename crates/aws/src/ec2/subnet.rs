//! `AWS::EC2::Subnet`.

use std::marker::PhantomData;

use ironward_core::output::Output;
use ironward_macros::{Choice, Properties, Resource};

use super::{Cidr, Ipv6Cidr, SubnetId, Tier, VpcId, ZoneId, ZoneName};
use crate::tags::Tags;

ironward_core::identifiers! {
    /// The ARN of an Outpost.
    OutpostArn;
}

/// A subnet of a tier.
///
/// The tier is a claim that its route table has to keep: only a table of the same tier can be
/// associated with it. No subnet hands out public addresses, so `MapPublicIpOnLaunch` is always
/// false (45 CFR 164.312(a)(1), 164.312(e)(1)); load balancers and NAT gateways get theirs by
/// declaration. The zone is required, so that a plan can tell whether a tier spans several
/// (45 CFR 164.308(a)(7)(ii)(C)). Deleting a subnet waits while an interface is left in it.
///
/// Source: Amazon EC2 API Reference, `CreateSubnet`, `ModifySubnetAttribute`; CloudFormation
/// registry.
#[derive(Debug, Clone, Resource)]
#[resource(type = "AWS::EC2::Subnet", registry, limits = super::limits::SUBNET, relations = super::limits::SUBNET_RELATIONS, id = "SubnetId", tags, seconds = 3)]
// CreateSubnet answers with the id; a range "must not overlap the CIDR block of an existing subnet in
// the VPC": https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html
#[allow(clippy::duplicated_attributes, reason = "each row is a claim of its own")]
#[identity(given)]
#[identity(value = "VpcId, CidrBlock", ranges)]
#[identity(value = "VpcId, Ipv6CidrBlock", ranges)]
#[attribute(id: SubnetId<T> = "SubnetId")]
#[attribute(cidr_block: Cidr = "CidrBlock", predict = "{CidrBlock}")]
#[attribute(availability_zone: ZoneName = "AvailabilityZone", predict = "{AvailabilityZone}")]
#[attribute(availability_zone_id: ZoneId = "AvailabilityZoneId")]
#[fixed("MapPublicIpOnLaunch" = "false", aspect = "map_public_ip_on_launch", default = "false", safeguard)]
pub struct Subnet<T: Tier> {
    /// The VPC.
    #[property(create_only, network)]
    vpc_id: Output<VpcId>,
    /// The range, within the VPC's, with a prefix of 16 to 28 bits.
    #[property(create_only)]
    cidr_block: Output<Cidr>,
    /// The availability zone.
    #[property(create_only)]
    availability_zone: Output<ZoneName>,
    /// The Outpost that it stands on, at the customer's site; in the region unless set.
    #[property(create_only)]
    outpost_arn: Option<Output<OutpostArn>>,
    /// The index of the network interface by which instances on an Outpost reach the network around
    /// it; none unless set.
    #[property(aspect = "local_interface", after_create)]
    enable_lni_at_device_index: Option<Output<i64>>,
    /// An IPv6 range of 64 bits out of the VPC's. A change replaces the subnet, though the API
    /// could exchange it in place once no interface uses it.
    #[property(create_only)]
    ipv6_cidr_block: Option<Output<Ipv6Cidr>>,
    /// Whether interfaces get an IPv6 address; false unless set otherwise. Takes an IPv6 range.
    #[property(after_create, default = "false")]
    assign_ipv6_address_on_creation: Option<Output<bool>>,
    /// Whether the resolver makes IPv6 addresses up for names that have IPv4 ones only; false
    /// unless set otherwise.
    #[property(name = "EnableDns64", aspect = "enable_dns64", after_create, default = "false")]
    enable_dns64: Option<Output<bool>>,
    /// What names instances get.
    #[property(
        aspect = "private_dns_name_options",
        after_create,
        default = r#"{"HostnameType":"ip-name","EnableResourceNameDnsARecord":false,"EnableResourceNameDnsAAAARecord":false}"#
    )]
    private_dns_name_options_on_launch: Option<PrivateDnsNameOptions>,
    /// Tags.
    #[property(compare = "Tags")]
    tags: Tags,
    #[property(skip)]
    tier: PhantomData<fn() -> T>,
}

/// What names instances in a subnet get.
#[derive(Debug, Clone, Properties)]
pub struct PrivateDnsNameOptions {
    /// What the name is made of.
    hostname_type: Output<HostnameType>,
    /// Whether names made of the instance's id resolve to its IPv4 address; false unless set
    /// otherwise.
    #[property(name = "EnableResourceNameDnsARecord")]
    enable_resource_name_dns_a_record: Option<Output<bool>>,
    /// Whether names made of the instance's id resolve to its IPv6 address; false unless set
    /// otherwise. Takes an IPv6 range.
    #[property(name = "EnableResourceNameDnsAAAARecord")]
    enable_resource_name_dns_aaaa_record: Option<Output<bool>>,
}

/// What the name of an instance is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum HostnameType {
    /// Its IPv4 address.
    #[value("ip-name")]
    IpName,
    /// Its id.
    #[value("resource-name")]
    ResourceName,
}
