//! What the declarations of this service don't have, and why.

use crate::registry::LeftOut;

const EIP: &str = "AWS::EC2::EIP";
const INGRESS: &str = "AWS::EC2::SecurityGroupIngress";
const NAT: &str = "AWS::EC2::NatGateway";
const ROUTE: &str = "AWS::EC2::Route";
const SUBNET: &str = "AWS::EC2::Subnet";
const VPC: &str = "AWS::EC2::VPC";

const CLASSIC: &str = "of groups outside a VPC, which no longer exist; groups of a VPC are named by id";
const IPAM: &str = "ranges are declared, so that overlap and reach are checked before anything exists; IPAM \
                    picks them while applying";

/// Writable properties of the registry that the declarations don't have.
pub const LEFT_OUT: &[LeftOut] = &[
    LeftOut::safeguard(
        EIP,
        "InstanceId",
        "a public address would expose the instance (45 CFR 164.312(e)(1))",
    ),
    LeftOut::no_state(EIP, "TransferAddress", "a transfer is accepted once; nothing shows it afterwards"),
    LeftOut::elsewhere(
        NAT,
        "AvailabilityZoneAddresses.AvailabilityZoneId",
        "`AvailabilityZone` is required and says the same",
    ),
    LeftOut::elsewhere(
        NAT,
        "SecondaryPrivateIpAddressCount",
        "`SecondaryPrivateIpAddresses` says the same and which addresses they are",
    ),
    LeftOut::elsewhere(ROUTE, "InstanceId", "the instance's `NetworkInterfaceId` says the same"),
    LeftOut::elsewhere(SUBNET, "AvailabilityZoneId", "`AvailabilityZone` is required and says the same"),
    LeftOut::elsewhere(SUBNET, "Ipv4IpamPoolId", IPAM),
    LeftOut::elsewhere(SUBNET, "Ipv4NetmaskLength", IPAM),
    LeftOut::elsewhere(SUBNET, "Ipv6IpamPoolId", IPAM),
    LeftOut::other_kind(
        SUBNET,
        "Ipv6Native",
        "of subnets without IPv4, in which neither RDS nor an application load balancer can stand",
    ),
    LeftOut::elsewhere(SUBNET, "Ipv6NetmaskLength", IPAM),
    LeftOut::elsewhere(VPC, "Ipv4IpamPoolId", IPAM),
    LeftOut::elsewhere(VPC, "Ipv4NetmaskLength", IPAM),
    LeftOut::retired(INGRESS, "GroupName", CLASSIC),
    LeftOut::retired(INGRESS, "SourceSecurityGroupName", CLASSIC),
    LeftOut::safeguard(
        INGRESS,
        "SourceSecurityGroupOwnerId",
        "what a group of another account holds isn't under this stack's control (45 CFR 164.312(a)(1))",
    ),
];
