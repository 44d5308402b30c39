//! `AWS::EC2::SecurityGroupIngress`.

use ironward_core::output::{IntoInput, Output, ToValue};
use ironward_macros::Resource;

use super::peer::{PeerCidr, Traffic, description};
use super::{PrefixListId, SecurityGroupId, SecurityGroupRuleId};
use crate::tags::Tags;

/// A rule of a security group that lets traffic in.
///
/// The whole internet may be let in for HTTPS only, through
/// [`https_from_internet`](SecurityGroupIngress::https_from_internet): what HIPAA protects is
/// never open to the world on another port (45 CFR 164.312(a)(1), 164.312(e)(1)). Every rule says
/// what it is for (45 CFR 164.316(b)(1)).
///
/// Protocol, ports, peer and description change in place, as `ModifySecurityGroupRules` can;
/// only another kind of peer (a group in the place of a range, say) or another group makes a new
/// rule. Which kind it is stands in property documents as `PeerType`, which CloudFormation
/// doesn't have. Rules carry the owner's tags, which CloudFormation doesn't have either.
///
/// Source: Amazon EC2 API Reference, `AuthorizeSecurityGroupIngress`, `ModifySecurityGroupRules`;
/// CloudFormation registry.
#[derive(Debug, Clone, Resource)]
#[resource(
    type = "AWS::EC2::SecurityGroupIngress",
    registry,
    limits = super::limits::INGRESS,
    relations = super::limits::INGRESS_RELATIONS,
    id = "Id",
    constructor = "pub(super)",
    tags,
    seconds = 2
)]
// InvalidPermission.Duplicate, for two rules that differ in nothing but their description:
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
#[identity(
    place = "GroupId, IpProtocol, FromPort, ToPort, CidrIp, CidrIpv6, SourceSecurityGroupId, SourcePrefixListId"
)]
#[attribute(id: SecurityGroupRuleId = "Id")]
pub struct SecurityGroupIngress {
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
    /// The IPv4 range, where it comes from.
    #[property(aspect = "rule", safeguard, no_setter)]
    cidr_ip: Option<Output<String>>,
    /// The IPv6 range, where it comes from.
    #[property(aspect = "rule", safeguard, no_setter)]
    cidr_ipv6: Option<Output<String>>,
    /// The security group, where it comes from.
    // DependencyViolation, "referenced by another security group":
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html
    #[property(name = "SourceSecurityGroupId", aspect = "rule", safeguard, no_setter, holds)]
    peer_group: Option<Output<SecurityGroupId>>,
    /// The prefix list, where it comes from.
    // "First remove all references to the prefix list":
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteManagedPrefixList.html
    #[property(name = "SourcePrefixListId", aspect = "rule", safeguard, no_setter, holds)]
    peer_prefix_list: Option<Output<PrefixListId>>,
    /// Tags.
    #[property(compare = "Tags")]
    tags: Tags,
}

impl SecurityGroupIngress {
    fn rule(
        group: impl IntoInput<SecurityGroupId>,
        kind: &str,
        traffic: Traffic,
        text: impl IntoInput<String>,
    ) -> Self {
        Self::new(group, kind, traffic.protocol, traffic.from, traffic.to, description(text))
    }

    /// Lets traffic in from the members of a security group, which may be the group itself.
    #[must_use]
    pub fn from_group(
        group: impl IntoInput<SecurityGroupId>,
        source: impl IntoInput<SecurityGroupId>,
        traffic: Traffic,
        description: impl IntoInput<String>,
    ) -> Self {
        let mut rule = Self::rule(group, "group", traffic, description);
        rule.peer_group = Some(source.into_input());
        rule
    }

    /// Lets traffic in from a range of addresses.
    #[must_use]
    pub fn from_cidr(
        group: impl IntoInput<SecurityGroupId>,
        source: PeerCidr,
        traffic: Traffic,
        description: impl IntoInput<String>,
    ) -> Self {
        let cidr = Output::from_value(source.to_value());
        if source.is_ipv6() {
            let mut rule = Self::rule(group, "ipv6", traffic, description);
            rule.cidr_ipv6 = Some(cidr);
            rule
        } else {
            let mut rule = Self::rule(group, "ipv4", traffic, description);
            rule.cidr_ip = Some(cidr);
            rule
        }
    }

    /// Lets traffic in from the ranges of a managed prefix list.
    #[must_use]
    pub fn from_prefix_list(
        group: impl IntoInput<SecurityGroupId>,
        source: impl IntoInput<PrefixListId>,
        traffic: Traffic,
        description: impl IntoInput<String>,
    ) -> Self {
        let mut rule = Self::rule(group, "prefix-list", traffic, description);
        rule.peer_prefix_list = Some(source.into_input());
        rule
    }

    /// Lets HTTPS in from the whole internet, IPv4.
    #[must_use]
    pub fn https_from_internet(
        group: impl IntoInput<SecurityGroupId>,
        description: impl IntoInput<String>,
    ) -> Self {
        let mut rule = Self::rule(group, "ipv4", Traffic::HTTPS, description);
        rule.cidr_ip = Some("0.0.0.0/0".into_input());
        rule
    }

    /// Lets HTTPS in from the whole internet, IPv6.
    #[must_use]
    pub fn https_from_internet_v6(
        group: impl IntoInput<SecurityGroupId>,
        description: impl IntoInput<String>,
    ) -> Self {
        let mut rule = Self::rule(group, "ipv6", Traffic::HTTPS, description);
        rule.cidr_ipv6 = Some("::/0".into_input());
        rule
    }
}
