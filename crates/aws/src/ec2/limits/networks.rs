//! Of networks and their parts.

use ironward_core::shape::{Bounds, Kind, Relation, Shape};

use super::{Misfit, Properties, no_range6, prefix};
use crate::facts::is_true;

const CREATE_VPC: &str = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpc.html";
const VPC_RANGES: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html";
const VPC_NAMES: &str = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcAttribute.html";
const SUBNET_RANGES: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html";
const SUBNET_ATTRIBUTES: &str =
    "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySubnetAttribute.html";

/// Of a network. The tenancy `host`, which the schema has, is of instances.
pub(in crate::ec2) const VPC: &[Shape] = &[Shape::new("InstanceTenancy")
    .kinds(&[Kind::String])
    .values(&["default", "dedicated"])
    .source(CREATE_VPC)
    .corrects()];

/// Of a subnet. The first interface of an instance can't be a local one.
pub(in crate::ec2) const SUBNET: &[Shape] =
    &[Shape::new("EnableLniAtDeviceIndex").range(Bounds::least(1.0)).source(SUBNET_ATTRIBUTES)];

/// Between the properties of a network.
pub(in crate::ec2) const VPC_RELATIONS: &[Relation] = &[
    Relation::new(&["CidrBlock"], |properties| size(properties, "a VPC"), VPC_RANGES),
    Relation::new(&["EnableDnsHostnames", "EnableDnsSupport"], names, VPC_NAMES),
];

/// Between the properties of a subnet.
pub(in crate::ec2) const SUBNET_RELATIONS: &[Relation] = &[
    Relation::new(&["CidrBlock"], |properties| size(properties, "a subnet"), SUBNET_RANGES),
    Relation::new(&["Ipv6CidrBlock"], |properties| no_range6(properties, "Ipv6CidrBlock"), SUBNET_RANGES),
];

/// Networks and subnets have 16 to 65,536 addresses.
fn size(properties: &Properties, what: &str) -> Misfit {
    let length = match prefix(properties, "CidrBlock") {
        Ok(length) => length,
        Err(misfit) => return misfit,
    };
    let instead = match length {
        ..16 => "smaller",
        16..=28 => return None,
        29.. => "larger",
    };
    Some((
        "CidrBlock",
        format!("`CidrBlock` is a /{length}, and {what} is a /16 to /28: take a {instead} range"),
    ))
}

/// Hosts have names where the network resolves any.
fn names(properties: &Properties) -> Misfit {
    let unresolved = properties.get("EnableDnsSupport") == Some(&ironward_core::document::Node::Bool(false));
    (is_true(properties, "EnableDnsHostnames") && unresolved).then(|| {
        let message = "`EnableDnsHostnames` is true, and `EnableDnsSupport` is false: names need it";
        ("EnableDnsHostnames", message.to_owned())
    })
}
