//! `AWS::EC2::SubnetRouteTableAssociation`.

use ironward_core::output::Output;
use ironward_macros::Resource;

use super::{RouteTableId, SubnetId, Tier};

ironward_core::identifiers! {
    /// The id of an association of a route table.
    RouteTableAssociationId;
}

/// The association of a subnet with a route table of its own tier.
///
/// A subnet has one at most, and so the subnet is its identity: the association's id changes
/// whenever the table is exchanged, which happens in place and without a gap. What isn't
/// associated falls back to the VPC's main table. A subnet and a table of different tiers don't fit
/// (45 CFR 164.312(a)(1)).
///
/// Source: Amazon EC2 API Reference, `AssociateRouteTable`, `ReplaceRouteTableAssociation`,
/// `DisassociateRouteTable`; CloudFormation registry.
#[derive(Debug, Clone, Resource)]
#[resource(type = "AWS::EC2::SubnetRouteTableAssociation", registry, id = "SubnetId", seconds = 2)]
// Resource.AlreadyAssociated: a subnet has one table.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
#[identity(place = "SubnetId")]
#[attribute(subnet_id: SubnetId<T> = "SubnetId", predict = "{SubnetId}")]
#[attribute(id: RouteTableAssociationId = "Id", volatile)]
pub struct SubnetRouteTableAssociation<T: Tier> {
    /// The subnet.
    #[property(create_only, safeguard, network)]
    subnet_id: Output<SubnetId<T>>,
    /// The route table.
    // "You must disassociate the route table from any subnets":
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteRouteTable.html
    // Subnet and table are of one VPC:
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateRouteTable.html
    #[property(aspect = "table", safeguard, holds, network)]
    route_table_id: Output<RouteTableId<T>>,
}
