//! `AWS::EC2::SecurityGroup`.

use ironward_core::output::{IntoInput, Output};
use ironward_macros::Resource;

use super::{SecurityGroupId, VpcId, peer};
use crate::tags::Tags;

/// A security group of a VPC, closed in both directions until rules open it.
///
/// Its rules are resources of their own, [`SecurityGroupIngress`](super::SecurityGroupIngress)
/// and [`SecurityGroupEgress`](super::SecurityGroupEgress), since groups refer to each other. EC2
/// gives every new group a rule that lets everything out; it is revoked right after creation.
/// From then on a rule that lets everything out, and any rule without the marks of an Ironward
/// state that is open to the whole internet, count as drift of the group and are revoked
/// (45 CFR 164.312(a)(1), 164.312(e)(1)); one that says what a declaration says is taken over
/// instead. In a property document the two are `SecurityGroupEgress` and `SecurityGroupIngress`,
/// always empty.
///
/// Name, description and VPC can't be changed. Deletion waits for the network interfaces that
/// use the group.
///
/// Source: Amazon EC2 API Reference, `CreateSecurityGroup`, `RevokeSecurityGroupEgress`;
/// CloudFormation registry.
#[derive(Debug, Clone, Resource)]
#[resource(
    type = "AWS::EC2::SecurityGroup",
    registry,
    id = "GroupId",
    constructor = "pub(super)",
    tags,
    seconds = 3
)]
// "Names are case-insensitive and must be unique within the VPC":
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
#[identity(name = "VpcId, GroupName", ignore_case)]
#[attribute(id: SecurityGroupId = "GroupId")]
#[attribute(vpc: VpcId = "VpcId", predict = "{VpcId}")]
#[fixed(
    "SecurityGroupEgress" = "[]",
    aspect = "open_egress",
    compare = "Set",
    default = "[]",
    after_create,
    safeguard
)]
#[fixed("SecurityGroupIngress" = "[]", aspect = "open_ingress", compare = "Set", default = "[]", safeguard)]
pub struct SecurityGroup {
    /// The VPC.
    #[property(create_only, network)]
    vpc_id: Output<VpcId>,
    /// What the group is for: 1 to 255 characters (45 CFR 164.316(b)(1)).
    #[property(create_only)]
    group_description: Output<String>,
    /// The name, unique in the VPC, up to 255 characters, not starting with `sg-`.
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
    #[property(
        create_only,
        generated_name(max = 255, legal = " ._-:/()#,@[]+=&;{}!$*", reserved = "sg-", inner = " ")
    )]
    group_name: Option<Output<String>>,
    /// Tags.
    #[property(compare = "Tags")]
    tags: Tags,
}

impl SecurityGroup {
    /// Declares a group in a VPC; the description says what it is for.
    #[must_use]
    pub fn in_vpc(vpc: impl IntoInput<VpcId>, description: impl IntoInput<String>) -> Self {
        Self::new(vpc, peer::description(description))
    }
}
