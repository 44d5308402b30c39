//! `AWS::EC2::SecurityGroupEgress`.

use ironward_core::output::{IntoInput, Output, ToValue};
use ironward_macros::Resource;

use super::peer::{PeerCidr, Traffic, description};
use super::{PrefixListId, SecurityGroupId, SecurityGroupRuleId};
use crate::tags::Tags;

/// A rule of a security group that lets traffic out.
///
/// The whole internet may be reached by HTTPS only, through
/// [`https_to_internet`](SecurityGroupEgress::https_to_internet), and no rule lets all protocols
/// out (45 CFR 164.312(e)(1)). Every rule says what it is for (45 CFR 164.316(b)(1)).
///
/// Protocol, ports, peer and description change in place, as `ModifySecurityGroupRules` can;
/// only another kind of peer (a group in the place of a range, say) or another group makes a new
/// rule. Which kind it is stands in property documents as `PeerType`, which CloudFormation
/// doesn't have. Rules carry the owner's tags, which CloudFormation doesn't have either.
///
/// Source: Amazon EC2 API Reference, `AuthorizeSecurityGroupEgress`, `ModifySecurityGroupRules`;
/// CloudFormation registry.
#[derive(Debug, Clone, Resource)]
#[resource(
    type = "AWS::EC2::SecurityGroupEgress",
    registry,
    limits = super::limits::EGRESS,
    relations = super::limits::EGRESS_RELATIONS,
    id = "Id",
    constructor = "pub(super)",
    tags,
    seconds = 2
)]
// InvalidPermission.Duplicate, for two rules that differ in nothing but their description:
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
#[identity(
    place = "GroupId, IpProtocol, FromPort, ToPort, CidrIp, CidrIpv6, DestinationSecurityGroupId, DestinationPrefixListId"
)]
#[attribute(id: SecurityGroupRuleId = "Id")]
pub struct SecurityGroupEgress {
    /// The group.
    #[property(create_only)]
    group_id: Output<SecurityGroupId>,
    /// The kind of peer: `ipv4`, `ipv6`, `group` or `prefix-list`.
    #[property(create_only)]
    peer_type: Output<String>,
    /// The protocol: `tcp`, `udp`, `icmp` or `icmpv6`.
    #[property(aspect = "rule", safeguard)]
    ip_protocol: Output<String>,
    /// The first port, or the type of ICMP messages.
    #[property(aspect = "rule", safeguard)]
    from_port: Output<i64>,
    /// The last port, or the code of ICMP messages; -1 is any code.
    #[property(aspect = "rule", safeguard)]
    to_port: Output<i64>,
    /// What the rule is for: 1 to 255 characters.
    #[property(aspect = "rule", safeguard)]
    description: Output<String>,
    /// The IPv4 range, where it goes.
    #[property(aspect = "rule", safeguard, no_setter)]
    cidr_ip: Option<Output<String>>,
    /// The IPv6 range, where it goes.
    #[property(aspect = "rule", safeguard, no_setter)]
    cidr_ipv6: Option<Output<String>>,
    /// The security group, where it goes.
    // DependencyViolation, "referenced by another security group":
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html
    #[property(name = "DestinationSecurityGroupId", aspect = "rule", safeguard, no_setter, holds)]
    peer_group: Option<Output<SecurityGroupId>>,
    /// The prefix list, where it goes.
    // "First remove all references to the prefix list":
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteManagedPrefixList.html
    #[property(name = "DestinationPrefixListId", aspect = "rule", safeguard, no_setter, holds)]
    peer_prefix_list: Option<Output<PrefixListId>>,
    /// Tags.
    #[property(compare = "Tags")]
    tags: Tags,
}

impl SecurityGroupEgress {
    fn rule(
        group: impl IntoInput<SecurityGroupId>,
        kind: &str,
        traffic: Traffic,
        text: impl IntoInput<String>,
    ) -> Self {
        Self::new(group, kind, traffic.protocol, traffic.from, traffic.to, description(text))
    }

    /// Lets traffic out to the members of a security group, which may be the group itself.
    #[must_use]
    pub fn to_group(
        group: impl IntoInput<SecurityGroupId>,
        destination: impl IntoInput<SecurityGroupId>,
        traffic: Traffic,
        description: impl IntoInput<String>,
    ) -> Self {
        let mut rule = Self::rule(group, "group", traffic, description);
        rule.peer_group = Some(destination.into_input());
        rule
    }

    /// Lets traffic out to a range of addresses.
    #[must_use]
    pub fn to_cidr(
        group: impl IntoInput<SecurityGroupId>,
        destination: PeerCidr,
        traffic: Traffic,
        description: impl IntoInput<String>,
    ) -> Self {
        let cidr = Output::from_value(destination.to_value());
        if destination.is_ipv6() {
            let mut rule = Self::rule(group, "ipv6", traffic, description);
            rule.cidr_ipv6 = Some(cidr);
            rule
        } else {
            let mut rule = Self::rule(group, "ipv4", traffic, description);
            rule.cidr_ip = Some(cidr);
            rule
        }
    }

    /// Lets traffic out to the ranges of a managed prefix list, such as those of a service with a
    /// gateway endpoint.
    #[must_use]
    pub fn to_prefix_list(
        group: impl IntoInput<SecurityGroupId>,
        destination: impl IntoInput<PrefixListId>,
        traffic: Traffic,
        description: impl IntoInput<String>,
    ) -> Self {
        let mut rule = Self::rule(group, "prefix-list", traffic, description);
        rule.peer_prefix_list = Some(destination.into_input());
        rule
    }

    /// Lets HTTPS out to the whole internet, IPv4.
    #[must_use]
    pub fn https_to_internet(
        group: impl IntoInput<SecurityGroupId>,
        description: impl IntoInput<String>,
    ) -> Self {
        let mut rule = Self::rule(group, "ipv4", Traffic::HTTPS, description);
        rule.cidr_ip = Some("0.0.0.0/0".into_input());
        rule
    }

    /// Lets HTTPS out to the whole internet, IPv6.
    #[must_use]
    pub fn https_to_internet_v6(
        group: impl IntoInput<SecurityGroupId>,
        description: impl IntoInput<String>,
    ) -> Self {
        let mut rule = Self::rule(group, "ipv6", Traffic::HTTPS, description);
        rule.cidr_ipv6 = Some("::/0".into_input());
        rule
    }
}
