//! What the answers of Elastic Compute Cloud mean.

use ironward_core::error::ProviderErrorKind::{AlreadyExists, InUse, NotFound, Propagating, Quota};

use crate::classify::{Late, Meaning, Patience};

#[rustfmt::skip]
pub(super) const MEANINGS: &[Meaning] = &[
    ("*", "InvalidParameter", "Unable to assume given IAM role", Propagating),
    ("*", "InvalidParameter", "Access Denied for LogDestination", Propagating),
    ("*", "400", "Access Denied for LogDestination", Propagating),
    ("*", "400", "Unable to assume given IAM role", Propagating),
    ("*", "LogDestinationNotFound", "", Propagating),
    ("*", "DependencyViolation", "", InUse),
    ("*", "InvalidGroup.InUse", "", InUse),
    ("*", "InvalidIPAddress.InUse", "", InUse),
    ("*", "ResourceInUse", "", InUse),
    // An address that a NAT gateway has which is going belongs to the service for as long as that takes:
    // https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-working-with.html; not what is said of credentials,
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
    ("ec2:ReleaseAddress", "AuthFailure", "permission to access the specified resource", InUse),
    ("*", "InvalidGroup.Duplicate", "", AlreadyExists),
    ("*", "InvalidPermission.Duplicate", "", AlreadyExists),
    ("*", "RouteAlreadyExists", "", AlreadyExists),
    ("*", "Resource.AlreadyAssociated", "", AlreadyExists),
    ("*", "FlowLogAlreadyExists", "", AlreadyExists),
    ("*", "InvalidSubnet.Conflict", "", AlreadyExists),
    ("*", "NatGatewayNotFound", "", NotFound),
    ("*", "Gateway.NotAttached", "", NotFound),
    ("*", "AddressLimitExceeded", "", Quota),
    ("*", "VpcLimitExceeded", "", Quota),
    ("*", "VpcEndpointLimitExceeded", "", Quota),
    ("*", "SubnetLimitExceeded", "", Quota),
    ("*", "InternetGatewayLimitExceeded", "", Quota),
    ("*", "RouteTableLimitExceeded", "", Quota),
    ("*", "RouteLimitExceeded", "", Quota),
    ("*", "InsufficientFreeAddressesInSubnet", "", Quota),
    ("*", "NatGatewayLimitExceeded", "", Quota),
    ("*", "SecurityGroupLimitExceeded", "", Quota),
    ("*", "RulesPerSecurityGroupLimitExceeded", "", Quota),
];

#[rustfmt::skip]
pub(super) const LATE: &[Late] = &[
    // A thing that isn't found is spelled in more than one way:
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
    ("ec2:AssociateNatGatewayAddress", &["InvalidAllocationID.NotFound"]),
    ("ec2:AssociateRouteTable", &["InvalidRouteTableID.NotFound", "InvalidRouteTableId.NotFound", "InvalidSubnetID.NotFound"]),
    ("ec2:AttachInternetGateway", &["InvalidInternetGatewayID.NotFound", "InvalidVpcID.NotFound"]),
    ("ec2:AuthorizeSecurityGroupEgress", &["InvalidGroup.NotFound", "InvalidSecurityGroupID.NotFound", "InvalidPrefixListID.NotFound", "InvalidPrefixListId.NotFound"]),
    ("ec2:AuthorizeSecurityGroupIngress", &["InvalidGroup.NotFound", "InvalidSecurityGroupID.NotFound", "InvalidPrefixListID.NotFound", "InvalidPrefixListId.NotFound"]),
    ("ec2:CreateFlowLogs", &["InvalidVpcId.NotFound", "InvalidVpcID.NotFound", "InvalidSubnetID.NotFound"]),
    ("ec2:CreateNatGateway", &["InvalidSubnetID.NotFound", "InvalidAllocationID.NotFound"]),
    ("ec2:CreateRoute", &["InvalidRouteTableID.NotFound", "InvalidGatewayID.NotFound", "InvalidInternetGatewayID.NotFound", "InvalidNatGatewayID.NotFound", "NatGatewayNotFound", "InvalidTransitGatewayID.NotFound"]),
    ("ec2:CreateRouteTable", &["InvalidVpcID.NotFound"]),
    ("ec2:CreateSecurityGroup", &["InvalidVpcID.NotFound"]),
    ("ec2:CreateSubnet", &["InvalidVpcID.NotFound"]),
    ("ec2:CreateVpcEndpoint", &["InvalidVpcId.NotFound", "InvalidVpcID.NotFound", "InvalidRouteTableId.NotFound", "InvalidRouteTableID.NotFound", "InvalidSubnetId.NotFound", "InvalidSubnetID.NotFound", "InvalidGroup.NotFound", "InvalidSecurityGroup.NotFound", "InvalidSecurityGroupId.NotFound", "InvalidSecurityGroupID.NotFound"]),
    ("ec2:ModifySecurityGroupRules", &["InvalidGroup.NotFound", "InvalidPrefixListID.NotFound", "InvalidPrefixListId.NotFound"]),
    ("ec2:ModifySubnetAttribute", &["InvalidSubnetID.NotFound"]),
    ("ec2:ModifyVpcAttribute", &["InvalidVpcID.NotFound"]),
    ("ec2:ModifyVpcEndpoint", &["InvalidRouteTableId.NotFound", "InvalidRouteTableID.NotFound", "InvalidSubnetId.NotFound", "InvalidSubnetID.NotFound", "InvalidGroup.NotFound", "InvalidSecurityGroup.NotFound", "InvalidSecurityGroupId.NotFound", "InvalidSecurityGroupID.NotFound"]),
    ("ec2:ReplaceRoute", &["InvalidGatewayID.NotFound", "InvalidInternetGatewayID.NotFound", "InvalidNatGatewayID.NotFound", "NatGatewayNotFound", "InvalidTransitGatewayID.NotFound"]),
    ("ec2:ReplaceRouteTableAssociation", &["InvalidRouteTableID.NotFound", "InvalidRouteTableId.NotFound"]),
    ("ec2:RevokeSecurityGroupEgress", &["InvalidGroup.NotFound", "InvalidSecurityGroupID.NotFound"]),
];

pub(super) const PATIENCE: &[Patience] = &[
    // Network interfaces of what went: load balancers let go within minutes, and functions within 20 minutes,
    // https://docs.aws.amazon.com/vpc/latest/userguide/delete-vpc.html; NAT gateways, databases and endpoints are
    // waited for when they are deleted. The numbers are those of
    // https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/subnet#timeouts and its neighbours.
    Patience::minutes(
        "ec2:DeleteSecurityGroup",
        InUse,
        15,
        "the network interfaces and rules that refer to it are gone",
    ),
    Patience::minutes("ec2:DeleteSubnet", InUse, 20, "the network interfaces in it are gone"),
    Patience::minutes("ec2:DetachInternetGateway", InUse, 20, "the public addresses in the VPC are gone"),
    Patience::minutes("ec2:DeleteInternetGateway", InUse, 20, "it counts as detached everywhere"),
    Patience::minutes(
        "ec2:ReleaseAddress",
        InUse,
        20,
        "the NAT gateway or load balancer that has it is gone",
    ),
    Patience::minutes("ec2:DeleteRouteTable", InUse, 5, "its associations are gone everywhere"),
    Patience::minutes("ec2:DeleteVpc", InUse, 5, "what was in it is gone everywhere"),
];
