//! Elastic Compute Cloud: the network.

mod tier;

pub use tier::{AnyId, Isolated, Private, Public, RouteTableId, SubnetId, Tier};

use ironward_core::schema::Schema;

ironward_core::identifiers! {
    /// The id of a VPC.
    VpcId;
    /// The id of a security group.
    SecurityGroupId;
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
}

/// The facts of this service's types.
#[must_use]
pub fn schemas() -> Vec<&'static Schema> {
    vec![]
}
