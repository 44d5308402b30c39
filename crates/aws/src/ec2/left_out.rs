//! What the declarations of this service don't have, and why.

use crate::registry::LeftOut;

const EIP: &str = "AWS::EC2::EIP";
const ENDPOINT: &str = "AWS::EC2::VPCEndpoint";
const INGRESS: &str = "AWS::EC2::SecurityGroupIngress";
const NAT: &str = "AWS::EC2::NatGateway";
const ROUTE: &str = "AWS::EC2::Route";
const SUBNET: &str = "AWS::EC2::Subnet";
const VPC: &str = "AWS::EC2::VPC";

const CLASSIC: &str = "of groups outside a VPC, which no longer exist; groups of a VPC are named by id";
const IPAM: &str = "ranges are declared, so that overlap and reach are checked before anything exists; IPAM \
                    picks them while applying";
const LATTICE: &str = "endpoints to resources and service networks of VPC Lattice";
const OUTPOSTS: &str = "subnets on Outposts";
const REGIONAL_NAT: &str = "one gateway for all zones";

/// Writable properties of the registry that the declarations don't have.
pub const LEFT_OUT: &[LeftOut] = &[
    LeftOut::safeguard(
        EIP,
        "InstanceId",
        "a public address would expose the instance (45 CFR 164.312(e)(1))",
    ),
    LeftOut::no_state(EIP, "TransferAddress", "a transfer is accepted once; nothing shows it afterwards"),
    LeftOut::missing(NAT, "AvailabilityMode", REGIONAL_NAT),
    LeftOut::missing(NAT, "AvailabilityZoneAddresses", REGIONAL_NAT),
    LeftOut::missing(NAT, "VpcId", REGIONAL_NAT),
    LeftOut::elsewhere(
        NAT,
        "SecondaryPrivateIpAddressCount",
        "`SecondaryPrivateIpAddresses` says the same and which addresses they are",
    ),
    LeftOut::missing(ROUTE, "CarrierGatewayId", "one more kind of target"),
    LeftOut::missing(ROUTE, "CoreNetworkArn", "one more kind of target"),
    LeftOut::elsewhere(ROUTE, "InstanceId", "the instance's `NetworkInterfaceId` says the same"),
    LeftOut::missing(ROUTE, "LocalGatewayId", "one more kind of target"),
    LeftOut::missing(ROUTE, "OdbNetworkArn", "one more kind of target"),
    LeftOut::elsewhere(SUBNET, "AvailabilityZoneId", "`AvailabilityZone` is required and says the same"),
    LeftOut::missing(SUBNET, "EnableLniAtDeviceIndex", OUTPOSTS),
    LeftOut::elsewhere(SUBNET, "Ipv4IpamPoolId", IPAM),
    LeftOut::elsewhere(SUBNET, "Ipv4NetmaskLength", IPAM),
    LeftOut::elsewhere(SUBNET, "Ipv6IpamPoolId", IPAM),
    LeftOut::missing(SUBNET, "Ipv6Native", "subnets without IPv4"),
    LeftOut::elsewhere(SUBNET, "Ipv6NetmaskLength", IPAM),
    LeftOut::missing(SUBNET, "OutpostArn", OUTPOSTS),
    LeftOut::elsewhere(VPC, "Ipv4IpamPoolId", IPAM),
    LeftOut::elsewhere(VPC, "Ipv4NetmaskLength", IPAM),
    LeftOut::missing(VPC, "VpcEncryptionControl", "encryption in transit, monitored or enforced"),
    LeftOut::missing("AWS::EC2::VPCGatewayAttachment", "VpnGatewayId", "site-to-site VPN"),
    LeftOut::retired(INGRESS, "GroupName", CLASSIC),
    LeftOut::retired(INGRESS, "SourceSecurityGroupName", CLASSIC),
    LeftOut::safeguard(
        INGRESS,
        "SourceSecurityGroupOwnerId",
        "what a group of another account holds isn't under this stack's control (45 CFR 164.312(a)(1))",
    ),
    LeftOut::missing(ENDPOINT, "ServiceNetworkArn", LATTICE),
    LeftOut::missing(ENDPOINT, "ResourceConfigurationArn", LATTICE),
    LeftOut::missing(ENDPOINT, "DnsOptions.PrivateDnsPreference", LATTICE),
    LeftOut::missing(ENDPOINT, "DnsOptions.PrivateDnsSpecifiedDomains", LATTICE),
];
