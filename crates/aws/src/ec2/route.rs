//! `AWS::EC2::Route`.

use ironward_core::output::{IntoInput, Output};
use ironward_macros::Resource;

use super::{
    AnyId, Cidr, InternetGatewayId, Ipv6Cidr, NatGatewayId, NetworkInterfaceId, PrefixListId, Private,
    Public, Routed, TableOf, VpcEndpointId,
};

ironward_core::identifiers! {
    /// The id of a transit gateway.
    TransitGatewayId;
    /// The id of a VPC peering connection.
    VpcPeeringConnectionId;
    /// The id of an egress-only internet gateway.
    EgressOnlyInternetGatewayId;
    /// The id of a carrier gateway, in a Wavelength zone.
    CarrierGatewayId;
    /// The id of a local gateway, on an Outpost.
    LocalGatewayId;
    /// The ARN of a core network of Cloud WAN.
    CoreNetworkArn;
    /// The ARN of a network of Oracle Database@AWS.
    OdbNetworkArn;
}

/// A route of a table to one destination.
///
/// There is a constructor for each target, and it takes a table of a tier that may have it: an
/// internet gateway fits in a public table only, NAT and egress-only gateways in a private one,
/// and nothing in an isolated one (45 CFR 164.312(a)(1), 164.312(e)(1)). The table and the
/// destination are its identity; another target is exchanged in place. The route within the VPC,
/// propagated routes and those of gateway endpoints are never taken for ours.
///
/// Source: Amazon EC2 API Reference, `CreateRoute`, `ReplaceRoute`, `DeleteRoute`; CloudFormation
/// registry.
#[derive(Debug, Clone, Resource)]
#[resource(type = "AWS::EC2::Route", registry, relations = super::limits::ROUTE_RELATIONS, id = "CidrBlock", seconds = 2, constructor = "pub(crate)")]
// RouteAlreadyExists: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
#[identity(place = "RouteTableId, DestinationCidrBlock, DestinationIpv6CidrBlock, DestinationPrefixListId")]
#[attribute(destination: String = "CidrBlock")]
pub struct Route {
    /// The table.
    #[property(create_only, safeguard)]
    route_table_id: Output<AnyId>,
    /// The destination, where it is an IPv4 range.
    #[property(create_only, no_setter, safeguard)]
    destination_cidr_block: Option<Output<Cidr>>,
    /// The destination, where it is an IPv6 range.
    #[property(name = "DestinationIpv6CidrBlock", create_only, no_setter, safeguard)]
    destination_ipv6_cidr_block: Option<Output<Ipv6Cidr>>,
    /// The destination, where it is a managed prefix list.
    #[property(create_only, no_setter, safeguard)]
    destination_prefix_list_id: Option<Output<PrefixListId>>,
    /// The target, where it is an internet gateway.
    #[property(aspect = "target", no_setter, safeguard)]
    gateway_id: Option<Output<InternetGatewayId>>,
    /// The target, where it is a NAT gateway.
    #[property(aspect = "target", no_setter, safeguard)]
    nat_gateway_id: Option<Output<NatGatewayId>>,
    /// The target, where it is an egress-only internet gateway.
    #[property(aspect = "target", no_setter, safeguard)]
    egress_only_internet_gateway_id: Option<Output<EgressOnlyInternetGatewayId>>,
    /// The target, where it is a transit gateway.
    #[property(aspect = "target", no_setter, safeguard)]
    transit_gateway_id: Option<Output<TransitGatewayId>>,
    /// The target, where it is a VPC peering connection.
    #[property(aspect = "target", no_setter, safeguard)]
    vpc_peering_connection_id: Option<Output<VpcPeeringConnectionId>>,
    /// The target, where it is a Gateway Load Balancer endpoint.
    // Only "when the routes that are associated with the endpoint are deleted":
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcEndpoints.html
    #[property(aspect = "target", no_setter, safeguard, holds)]
    vpc_endpoint_id: Option<Output<VpcEndpointId>>,
    /// The target, where it is a network interface, such as that of an appliance.
    #[property(aspect = "target", no_setter, safeguard)]
    network_interface_id: Option<Output<NetworkInterfaceId>>,
    /// The target, where it is a carrier gateway.
    #[property(aspect = "target", no_setter, safeguard)]
    carrier_gateway_id: Option<Output<CarrierGatewayId>>,
    /// The target, where it is a local gateway.
    #[property(aspect = "target", no_setter, safeguard)]
    local_gateway_id: Option<Output<LocalGatewayId>>,
    /// The target, where it is a core network.
    #[property(aspect = "target", no_setter, safeguard)]
    core_network_arn: Option<Output<CoreNetworkArn>>,
    /// The target, where it is a network of Oracle Database@AWS.
    #[property(aspect = "target", no_setter, safeguard)]
    odb_network_arn: Option<Output<OdbNetworkArn>>,
}

/// Where a route leads.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Destination {
    /// An IPv4 range.
    Ipv4(Output<Cidr>),
    /// An IPv6 range.
    Ipv6(Output<Ipv6Cidr>),
    /// A managed prefix list.
    PrefixList(Output<PrefixListId>),
}

impl From<Cidr> for Destination {
    fn from(range: Cidr) -> Self {
        Self::Ipv4(range.into_input())
    }
}

impl From<Output<Cidr>> for Destination {
    fn from(range: Output<Cidr>) -> Self {
        Self::Ipv4(range)
    }
}

impl From<Ipv6Cidr> for Destination {
    fn from(range: Ipv6Cidr) -> Self {
        Self::Ipv6(range.into_input())
    }
}

impl From<Output<PrefixListId>> for Destination {
    fn from(list: Output<PrefixListId>) -> Self {
        Self::PrefixList(list)
    }
}

impl From<PrefixListId> for Destination {
    fn from(list: PrefixListId) -> Self {
        Self::PrefixList(list.into_input())
    }
}

impl Route {
    fn to(table: impl IntoInput<AnyId>, destination: Destination) -> Self {
        let mut route = Self::new(table);
        match destination {
            Destination::Ipv4(range) => route.destination_cidr_block = Some(range),
            Destination::Ipv6(range) => route.destination_ipv6_cidr_block = Some(range),
            Destination::PrefixList(list) => route.destination_prefix_list_id = Some(list),
        }
        route
    }

    /// A route of a public table to an internet gateway. Take the gateway's id from its
    /// attachment, so that the route waits for that.
    #[must_use]
    pub fn to_internet_gateway(
        table: impl TableOf<Public>,
        gateway: impl IntoInput<InternetGatewayId>,
        destination: impl Into<Destination>,
    ) -> Self {
        let mut route = Self::to(table.table(), destination.into());
        route.gateway_id = Some(gateway.into_input());
        route
    }

    /// A route of a private table to a NAT gateway.
    #[must_use]
    pub fn to_nat_gateway(
        table: impl TableOf<Private>,
        gateway: impl IntoInput<NatGatewayId>,
        destination: impl Into<Destination>,
    ) -> Self {
        let mut route = Self::to(table.table(), destination.into());
        route.nat_gateway_id = Some(gateway.into_input());
        route
    }

    /// A route of a private table to an egress-only internet gateway; IPv6 only.
    #[must_use]
    pub fn to_egress_only_internet_gateway(
        table: impl TableOf<Private>,
        gateway: impl IntoInput<EgressOnlyInternetGatewayId>,
        destination: Ipv6Cidr,
    ) -> Self {
        let mut route = Self::to(table.table(), destination.into());
        route.egress_only_internet_gateway_id = Some(gateway.into_input());
        route
    }

    /// A route to a transit gateway.
    #[must_use]
    pub fn to_transit_gateway<T: Routed>(
        table: Output<super::RouteTableId<T>>,
        gateway: impl IntoInput<TransitGatewayId>,
        destination: impl Into<Destination>,
    ) -> Self {
        let mut route = Self::to(table, destination.into());
        route.transit_gateway_id = Some(gateway.into_input());
        route
    }

    /// A route to a peered VPC.
    #[must_use]
    pub fn to_vpc_peering_connection<T: Routed>(
        table: Output<super::RouteTableId<T>>,
        connection: impl IntoInput<VpcPeeringConnectionId>,
        destination: impl Into<Destination>,
    ) -> Self {
        let mut route = Self::to(table, destination.into());
        route.vpc_peering_connection_id = Some(connection.into_input());
        route
    }

    /// A route to a Gateway Load Balancer endpoint.
    #[must_use]
    pub fn to_vpc_endpoint<T: Routed>(
        table: Output<super::RouteTableId<T>>,
        endpoint: impl IntoInput<VpcEndpointId>,
        destination: impl Into<Destination>,
    ) -> Self {
        let mut route = Self::to(table, destination.into());
        route.vpc_endpoint_id = Some(endpoint.into_input());
        route
    }

    /// A route to a network interface, such as that of an appliance.
    #[must_use]
    pub fn to_network_interface<T: Routed>(
        table: Output<super::RouteTableId<T>>,
        interface: impl IntoInput<NetworkInterfaceId>,
        destination: impl Into<Destination>,
    ) -> Self {
        let mut route = Self::to(table, destination.into());
        route.network_interface_id = Some(interface.into_input());
        route
    }

    /// A route of a public table to a carrier gateway, which leads to the carrier's network and the
    /// internet.
    #[must_use]
    pub fn to_carrier_gateway(
        table: impl TableOf<Public>,
        gateway: impl IntoInput<CarrierGatewayId>,
        destination: impl Into<Destination>,
    ) -> Self {
        let mut route = Self::to(table.table(), destination.into());
        route.carrier_gateway_id = Some(gateway.into_input());
        route
    }

    /// A route to the network around an Outpost.
    #[must_use]
    pub fn to_local_gateway<T: Routed>(
        table: Output<super::RouteTableId<T>>,
        gateway: impl IntoInput<LocalGatewayId>,
        destination: impl Into<Destination>,
    ) -> Self {
        let mut route = Self::to(table, destination.into());
        route.local_gateway_id = Some(gateway.into_input());
        route
    }

    /// A route to a core network of Cloud WAN.
    #[must_use]
    pub fn to_core_network<T: Routed>(
        table: Output<super::RouteTableId<T>>,
        network: impl IntoInput<CoreNetworkArn>,
        destination: impl Into<Destination>,
    ) -> Self {
        let mut route = Self::to(table, destination.into());
        route.core_network_arn = Some(network.into_input());
        route
    }

    /// A route to a network of Oracle Database@AWS.
    #[must_use]
    pub fn to_odb_network<T: Routed>(
        table: Output<super::RouteTableId<T>>,
        network: impl IntoInput<OdbNetworkArn>,
        destination: impl Into<Destination>,
    ) -> Self {
        let mut route = Self::to(table, destination.into());
        route.odb_network_arn = Some(network.into_input());
        route
    }
}
