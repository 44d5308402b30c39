//! Elastic Compute Cloud: the network.

mod cidr;
mod cidr6;
mod eip;
mod encryption_control;
mod endpoint_policy;
mod flow_log;
mod internet_gateway;
mod left_out;
mod limits;
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
pub use encryption_control::{EncryptionExclusion, VpcEncryptionControl};
pub use endpoint_policy::{EndpointPolicy, EndpointStatement, ServiceName, service_name};
pub use flow_log::{
    AggregationInterval, DeclaredFlowLog, DestinationOptions, FileFormat, FlowLog, FlowLogDestination,
    FlowLogId, FlowLogResourceType, LogDestinationType, TagFieldSpecification, TrafficType,
    property as flow_log_property,
};
pub use internet_gateway::{DeclaredInternetGateway, InternetGateway, property as internet_gateway_property};
pub use left_out::LEFT_OUT;
pub use lookups::{
    AvailabilityZones, ExistingImage, ExistingSubnet, ExistingVpc, FoundAvailabilityZones, FoundImage,
    FoundSubnet, FoundVpc, ImageId,
};
pub use nat_gateway::{
    AvailabilityMode, ConnectivityType, DeclaredNatGateway, NatGateway, ZoneAddresses,
    property as nat_gateway_property,
};
pub use peer::{PeerCidr, PeerCidrError, Traffic};
pub use prefix_list::{FoundPrefixList, ServicePrefixList};
pub use route::{
    CarrierGatewayId, CoreNetworkArn, DeclaredRoute, Destination, EgressOnlyInternetGatewayId,
    LocalGatewayId, OdbNetworkArn, Route, TransitGatewayId, VpcPeeringConnectionId,
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
pub use subnet::{
    DeclaredSubnet, HostnameType, OutpostArn, PrivateDnsNameOptions, Subnet, property as subnet_property,
};
pub use subnet_route_table_association::{
    DeclaredSubnetRouteTableAssociation, RouteTableAssociationId, SubnetRouteTableAssociation,
    property as subnet_route_table_association_property,
};
pub use tier::{AnyId, Isolated, Private, Public, RouteTableId, Routed, SubnetId, SubnetOf, TableOf, Tier};
pub use vpc::{DeclaredVpc, Tenancy, Vpc, property as vpc_property};
pub use vpc_endpoint::{
    DeclaredVpcEndpoint, DnsOptions, DnsRecordIpType, EndpointIpAddressType, PrivateDnsFor,
    PrivateDnsPreference, ResourceConfigurationArn, ServiceNetworkArn, VpcEndpoint, VpcEndpointType,
    property as vpc_endpoint_property,
};
pub use vpc_gateway_attachment::{
    AttachmentType, DeclaredVpcGatewayAttachment, VpcGatewayAttachment, VpnGatewayId,
    property as vpc_gateway_attachment_property,
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
