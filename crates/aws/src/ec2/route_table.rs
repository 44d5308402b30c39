//! `AWS::EC2::RouteTable`.

use std::marker::PhantomData;

use ironward_core::output::Output;
use ironward_macros::Resource;

use super::{RouteTableId, Tier, VpcId};
use crate::tags::Tags;

/// A route table of a tier: what its routes may lead to, and so what the subnets that are
/// associated with it can reach.
///
/// Its routes are resources of their own. The route within the VPC is always there and isn't one
/// of them; nor are those that gateway endpoints add.
///
/// Source: Amazon EC2 API Reference, `CreateRouteTable`; CloudFormation registry.
#[derive(Debug, Clone, Resource)]
#[resource(type = "AWS::EC2::RouteTable", registry, id = "RouteTableId", tags, seconds = 2)]
// CreateRouteTable answers with the id:
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRouteTable.html
#[identity(given)]
#[attribute(id: RouteTableId<T> = "RouteTableId")]
pub struct RouteTable<T: Tier> {
    /// The VPC.
    #[property(create_only, network)]
    vpc_id: Output<VpcId>,
    /// Tags.
    #[property(compare = "Tags")]
    tags: Tags,
    #[property(skip)]
    tier: PhantomData<fn() -> T>,
}
