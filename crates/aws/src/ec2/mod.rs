//! Elastic Compute Cloud: the network.

mod cidr;
mod cidr6;
mod eip;
mod endpoint_policy;
mod flow_log;
mod internet_gateway;
mod lookups;
mod nat_gateway;
mod peer;
mod prefix_list;
mod route;
mod route_table;
mod security_group;
mod security_group_egress;
mod security_group_ingress;
mod subnet;
mod subnet_route_table_association;
mod tier;
mod vpc;
mod vpc_endpoint;
mod vpc_gateway_attachment;

pub use cidr::{Cidr, InvalidCidr, NoSuchPart};
pub use cidr6::{InvalidIpv6Cidr, Ipv6Cidr};
pub use eip::{DeclaredEip, Eip, Ipv4Address, property as eip_property};
pub use endpoint_policy::{EndpointPolicy, EndpointStatement, ServiceName, service_name};
pub use flow_log::{
    AggregationInterval, DeclaredFlowLog, DestinationOptions, FileFormat, FlowLog, FlowLogDestination,
    FlowLogId, FlowLogResourceType, LogDestinationType, TagFieldSpecification, TrafficType,
    property as flow_log_property,
};
pub use internet_gateway::{DeclaredInternetGateway, InternetGateway, property as internet_gateway_property};
pub use lookups::{
    AvailabilityZones, ExistingImage, ExistingSubnet, ExistingVpc, FoundAvailabilityZones, FoundImage,
    FoundSubnet, FoundVpc, ImageId,
};
pub use nat_gateway::{ConnectivityType, DeclaredNatGateway, NatGateway, property as nat_gateway_property};
pub use peer::{PeerCidr, PeerCidrError, Traffic};
pub use prefix_list::{FoundPrefixList, ServicePrefixList};
pub use route::{
    DeclaredRoute, Destination, EgressOnlyInternetGatewayId, Route, TransitGatewayId, VpcPeeringConnectionId,
    property as route_property,
};
pub use route_table::{DeclaredRouteTable, RouteTable, property as route_table_property};
pub use security_group::{DeclaredSecurityGroup, SecurityGroup, property as security_group_property};
pub use security_group_egress::{
    DeclaredSecurityGroupEgress, SecurityGroupEgress, property as security_group_egress_property,
};
pub use security_group_ingress::{
    DeclaredSecurityGroupIngress, SecurityGroupIngress, property as security_group_ingress_property,
};
pub use subnet::{DeclaredSubnet, HostnameType, PrivateDnsNameOptions, Subnet, property as subnet_property};
pub use subnet_route_table_association::{
    DeclaredSubnetRouteTableAssociation, RouteTableAssociationId, SubnetRouteTableAssociation,
    property as subnet_route_table_association_property,
};
pub use tier::{AnyId, Isolated, Private, Public, RouteTableId, Routed, SubnetId, SubnetOf, TableOf, Tier};
pub use vpc::{DeclaredVpc, Tenancy, Vpc, property as vpc_property};
pub use vpc_endpoint::{
    DeclaredVpcEndpoint, DnsOptions, DnsRecordIpType, EndpointIpAddressType, PrivateDnsFor, VpcEndpoint,
    VpcEndpointType, property as vpc_endpoint_property,
};
pub use vpc_gateway_attachment::{
    DeclaredVpcGatewayAttachment, VpcGatewayAttachment, property as vpc_gateway_attachment_property,
};

use ironward_core::declare::Declaration;
use ironward_core::schema::Schema;

ironward_core::identifiers! {
    /// The id of a VPC.
    VpcId;
    /// The id of a security group.
    SecurityGroupId;
    /// The id of a security group's rule.
    SecurityGroupRuleId;
    /// The id of a network interface.
    NetworkInterfaceId;
    /// The id of an internet gateway.
    InternetGatewayId;
    /// The id of a NAT gateway.
    NatGatewayId;
    /// The allocation id of an Elastic IP address.
    AllocationId;
    /// The id of a VPC endpoint.
    VpcEndpointId;
    /// The id of a managed prefix list.
    PrefixListId;
    /// The name of an availability zone.
    ZoneName;
    /// The id of an availability zone, the same in every account.
    ZoneId;
}

/// The facts of this service's types.
#[must_use]
pub fn schemas() -> Vec<&'static Schema> {
    vec![
        Eip::SCHEMA,
        FlowLog::SCHEMA,
        InternetGateway::SCHEMA,
        NatGateway::SCHEMA,
        Route::SCHEMA,
        RouteTable::<Isolated>::SCHEMA,
        SecurityGroup::SCHEMA,
        SecurityGroupEgress::SCHEMA,
        SecurityGroupIngress::SCHEMA,
        Subnet::<Isolated>::SCHEMA,
        SubnetRouteTableAssociation::<Isolated>::SCHEMA,
        Vpc::SCHEMA,
        VpcEndpoint::SCHEMA,
        VpcGatewayAttachment::SCHEMA,
    ]
}

const CLASSIC: &str = "groups of a VPC are named by id";
const IPAM: &str =
    "ranges are declared, so that a plan can compare them; IPAM would pick them while applying";
const SCOPE_LATTICE: &str = "VPC Lattice is beyond the shipped scope";
const SCOPE_OUTPOSTS: &str = "Outposts are beyond the shipped scope";
const SCOPE_VPN: &str = "site-to-site VPN is beyond the shipped scope";
const SCOPE_REGIONAL_NAT: &str =
    "regional NAT gateways are beyond the shipped scope: there is one zonal gateway for each zone";

/// Writable properties of the CloudFormation registry that aren't declared: the type, the
/// property, and why.
pub const UNSUPPORTED: &[(&str, &str, &str)] = &[
    ("AWS::EC2::EIP", "InstanceId", "a public address would expose the instance (45 CFR 164.312(e)(1))"),
    ("AWS::EC2::EIP", "TransferAddress", "accepting a transfer is another call; accept it, then import"),
    ("AWS::EC2::NatGateway", "AvailabilityMode", SCOPE_REGIONAL_NAT),
    ("AWS::EC2::NatGateway", "AvailabilityZoneAddresses", SCOPE_REGIONAL_NAT),
    ("AWS::EC2::NatGateway", "VpcId", SCOPE_REGIONAL_NAT),
    (
        "AWS::EC2::NatGateway",
        "SecondaryPrivateIpAddressCount",
        "SecondaryPrivateIpAddresses says the same and which addresses they are",
    ),
    ("AWS::EC2::Route", "CarrierGatewayId", "Wavelength zones are beyond the shipped scope"),
    ("AWS::EC2::Route", "CoreNetworkArn", "Cloud WAN is beyond the shipped scope"),
    ("AWS::EC2::Route", "InstanceId", "the instance's NetworkInterfaceId says the same"),
    ("AWS::EC2::Route", "LocalGatewayId", SCOPE_OUTPOSTS),
    ("AWS::EC2::Route", "OdbNetworkArn", "Oracle Database@AWS is beyond the shipped scope"),
    ("AWS::EC2::Subnet", "AvailabilityZoneId", "AvailabilityZone is required and says the same"),
    ("AWS::EC2::Subnet", "EnableLniAtDeviceIndex", SCOPE_OUTPOSTS),
    ("AWS::EC2::Subnet", "Ipv4IpamPoolId", IPAM),
    ("AWS::EC2::Subnet", "Ipv4NetmaskLength", IPAM),
    ("AWS::EC2::Subnet", "Ipv6IpamPoolId", IPAM),
    ("AWS::EC2::Subnet", "Ipv6Native", "IPv6-only subnets are beyond the shipped scope"),
    ("AWS::EC2::Subnet", "Ipv6NetmaskLength", IPAM),
    ("AWS::EC2::Subnet", "OutpostArn", SCOPE_OUTPOSTS),
    ("AWS::EC2::VPC", "Ipv4IpamPoolId", IPAM),
    ("AWS::EC2::VPC", "Ipv4NetmaskLength", IPAM),
    ("AWS::EC2::VPC", "VpcEncryptionControl", "VPC encryption controls are beyond the shipped scope"),
    ("AWS::EC2::VPCGatewayAttachment", "VpnGatewayId", SCOPE_VPN),
    (
        "AWS::EC2::SecurityGroup",
        "SecurityGroupEgress",
        "rules are resources of their own; it is always empty",
    ),
    (
        "AWS::EC2::SecurityGroup",
        "SecurityGroupIngress",
        "rules are resources of their own; it is always empty",
    ),
    ("AWS::EC2::SecurityGroupIngress", "GroupName", CLASSIC),
    ("AWS::EC2::SecurityGroupIngress", "SourceSecurityGroupName", CLASSIC),
    (
        "AWS::EC2::SecurityGroupIngress",
        "SourceSecurityGroupOwnerId",
        "groups of other accounts can't be referred to: what they hold isn't under this stack's control",
    ),
    ("AWS::EC2::VPCEndpoint", "ServiceNetworkArn", SCOPE_LATTICE),
    ("AWS::EC2::VPCEndpoint", "ResourceConfigurationArn", SCOPE_LATTICE),
    ("AWS::EC2::VPCEndpoint", "DnsOptions.PrivateDnsPreference", SCOPE_LATTICE),
    ("AWS::EC2::VPCEndpoint", "DnsOptions.PrivateDnsSpecifiedDomains", SCOPE_LATTICE),
];
