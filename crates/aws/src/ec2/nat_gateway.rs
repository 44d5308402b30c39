//! `AWS::EC2::NatGateway`.

use ironward_core::output::{IntoInput, Output};
use ironward_macros::{Choice, Properties, Resource};

use super::{AllocationId, AnyId, Ipv4Address, NatGatewayId, Private, Public, SubnetOf, VpcId, ZoneName};
use crate::tags::Tags;

/// A gateway that translates addresses, in one zone or in every zone of a VPC.
///
/// A public one stands in a public subnet with an Elastic IP address; it needs the attachment of
/// the internet gateway, which `depends_on` says. A private one stands in a private subnet and
/// reaches other networks only. The gateway is slow to appear (one to three minutes) and to go
/// (up to five); its address can't be released before, nor serve another gateway, so a
/// replacement deletes the old one first and what is behind it is cut off meanwhile. A failed one
/// says why.
///
/// Source: Amazon EC2 API Reference, `CreateNatGateway`, `AssociateNatGatewayAddress`,
/// `DisassociateNatGatewayAddress`, `AssignPrivateNatGatewayAddress`,
/// `UnassignPrivateNatGatewayAddress`; CloudFormation registry.
#[derive(Debug, Clone, Resource)]
#[resource(
    type = "AWS::EC2::NatGateway",
    registry,
    limits = super::limits::NAT_GATEWAY,
    relations = super::limits::NAT_GATEWAY_RELATIONS,
    id = "NatGatewayId",
    tags,
    delete_first,
    seconds = 120,
    constructor = "pub(crate)"
)]
// CreateNatGateway answers with the id, and an address serves one at a time
// (Resource.AlreadyAssociated):
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNatGateway.html, https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
#[identity(given)]
#[identity(value = "AllocationId")]
#[attribute(id: NatGatewayId = "NatGatewayId")]
#[attribute(vpc_id: VpcId = "VpcId")]
#[attribute(public_ip: Ipv4Address = "PublicIp")]
pub struct NatGateway {
    /// The subnet of a gateway in one zone.
    #[property(
        create_only,
        no_setter,
        network,
        interrupts = "cuts the subnets behind it off from the internet until the new one is there"
    )]
    subnet_id: Option<Output<AnyId>>,
    /// Whether it stands in one zone or in every zone of the VPC.
    #[property(
        create_only,
        no_setter,
        default = "\"zonal\"",
        interrupts = "cuts the subnets behind it off from the internet until the new one is there"
    )]
    availability_mode: Option<Output<AvailabilityMode>>,
    /// The VPC of a regional gateway.
    #[property(
        create_only,
        no_setter,
        network,
        interrupts = "cuts the subnets behind it off from the internet until the new one is there"
    )]
    vpc_id: Option<Output<VpcId>>,
    /// The Elastic IP addresses of a regional gateway by zone, up to 32 in each; the service takes
    /// addresses of Amazon's own, and spreads to zones by itself, unless set.
    // InvalidIPAddress.InUse:
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReleaseAddress.html
    #[property(aspect = "zone_addresses", compare = "Set", holds)]
    availability_zone_addresses: Vec<ZoneAddresses>,
    /// Whether it leads to the internet.
    #[property(
        create_only,
        no_setter,
        default = "\"public\"",
        interrupts = "cuts the subnets behind it off from the internet until the new one is there"
    )]
    connectivity_type: Option<Output<ConnectivityType>>,
    /// The Elastic IP address of a public gateway.
    #[property(
        create_only,
        no_setter,
        interrupts = "cuts the subnets behind it off from the internet until the new one is there"
    )]
    allocation_id: Option<Output<AllocationId>>,
    /// The private address; one of the subnet unless set otherwise.
    #[property(
        create_only,
        interrupts = "cuts the subnets behind it off from the internet until the new one is there"
    )]
    private_ip_address: Option<Output<Ipv4Address>>,
    /// Further Elastic IP addresses of a public gateway, up to 7.
    // InvalidIPAddress.InUse:
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReleaseAddress.html
    #[property(aspect = "addresses", compare = "Set", default = "[]", holds)]
    secondary_allocation_ids: Vec<Output<AllocationId>>,
    /// Further private addresses: of a private gateway, up to 31; of a public one, one for each of
    /// `SecondaryAllocationIds`, and picked by the service unless given.
    #[property(aspect = "addresses", compare = "Set")]
    secondary_private_ip_addresses: Vec<Output<Ipv4Address>>,
    /// Seconds that connections over an address get to end before it is taken away, 1 to 4000; 350
    /// unless set otherwise.
    #[property(local)]
    max_drain_duration_seconds: Option<Output<i64>>,
    /// Tags.
    #[property(compare = "Tags")]
    tags: Tags,
}

impl NatGateway {
    /// A gateway to the internet: in a public subnet, with an Elastic IP address.
    #[must_use]
    pub fn public(subnet: impl SubnetOf<Public>, allocation: impl IntoInput<AllocationId>) -> Self {
        let mut gateway = Self::new();
        gateway.subnet_id = Some(subnet.subnet().into_input());
        gateway.connectivity_type = Some(ConnectivityType::Public.into_input());
        gateway.allocation_id = Some(allocation.into_input());
        gateway
    }

    /// A gateway to other networks than the internet: in a private subnet, without a public
    /// address.
    #[must_use]
    pub fn private(subnet: impl SubnetOf<Private>) -> Self {
        let mut gateway = Self::new();
        gateway.subnet_id = Some(subnet.subnet().into_input());
        gateway.connectivity_type = Some(ConnectivityType::Private.into_input());
        gateway
    }

    /// A gateway to the internet for all zones of a VPC, which goes on when a zone fails
    /// (45 CFR 164.308(a)(7)(ii)(C)). It stands in no subnet.
    #[must_use]
    pub fn regional(vpc: impl IntoInput<VpcId>) -> Self {
        let mut gateway = Self::new();
        gateway.vpc_id = Some(vpc.into_input());
        gateway.availability_mode = Some(AvailabilityMode::Regional.into_input());
        gateway.connectivity_type = Some(ConnectivityType::Public.into_input());
        gateway
    }
}

/// The addresses of a regional gateway in one zone.
#[derive(Debug, Clone, Properties)]
pub struct ZoneAddresses {
    /// The zone.
    availability_zone: Output<ZoneName>,
    /// The Elastic IP addresses.
    #[property(required)]
    allocation_ids: Vec<Output<AllocationId>>,
}

/// Where a NAT gateway stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum AvailabilityMode {
    /// In one zone.
    #[value("zonal")]
    Zonal,
    /// In every zone of the VPC.
    #[value("regional")]
    Regional,
}

/// Whether a NAT gateway leads to the internet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum ConnectivityType {
    /// To the internet and to other networks.
    #[value("public")]
    Public,
    /// To other networks only.
    #[value("private")]
    Private,
}
