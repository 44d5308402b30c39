//! `AWS::ElasticLoadBalancingV2::LoadBalancer`.

use ironward_core::output::{IntoInput, Output};
use ironward_macros::{Choice, Properties, Resource};

use super::{LoadBalancerArn, LoadBalancerAttributes, LoadBalancerName};
use crate::ec2::{Private, Public, SecurityGroupId, SubnetId};
use crate::route53::HostedZoneId;
use crate::tags::Tags;

/// An application load balancer.
///
/// One that faces the internet stands in public subnets, an internal one in private subnets; in
/// either case in at least two zones. Its name has at most 32 letters, digits and hyphens, doesn't
/// start with `internal-`, and is made from the resource's path where none is given. Attributes
/// are set by a call after its creation. With deletion protection on, plans that delete or replace
/// it are refused (45 CFR 164.308(a)(7)(i)).
///
/// Source: ELBv2 API Reference, `CreateLoadBalancer`; CloudFormation registry.
#[derive(Debug, Clone, Resource)]
#[resource(
    type = "AWS::ElasticLoadBalancingV2::LoadBalancer",
    registry,
    limits = super::limits::LOAD_BALANCER,
    relations = super::limits::LOAD_BALANCER_RELATIONS,
    id = "LoadBalancerArn",
    tags,
    protection = "LoadBalancerAttributes:deletion_protection.enabled",
    seconds = 120,
    constructor = "pub(crate)"
)]
// "Unique per region per account":
// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
#[identity(name = "Name")]
#[attribute(arn: LoadBalancerArn = "LoadBalancerArn")]
#[attribute(name: LoadBalancerName = "LoadBalancerName", predict = "{Name}")]
#[attribute(full_name: String = "LoadBalancerFullName")]
#[attribute(dns_name: String = "DNSName")]
#[attribute(hosted_zone: HostedZoneId = "CanonicalHostedZoneID")]
#[fixed("Type" = "\"application\"", create_only)]
pub struct LoadBalancer {
    /// Whether the internet reaches it.
    #[property(create_only, no_setter)]
    scheme: Scheme,
    /// The subnets that it stands in, one for each zone.
    // DependencyViolation, for the network interfaces:
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSubnet.html
    // Subnets and security groups of its own VPC only:
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetSubnets.html,
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetSecurityGroups.html
    #[property(compare = "Set", required, holds, network)]
    subnets: Vec<Output<String>>,
    /// The security groups of its network interfaces.
    // DependencyViolation, for the network interfaces:
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html
    #[property(compare = "Set", required, safeguard, holds, network)]
    security_groups: Vec<Output<SecurityGroupId>>,
    /// The addresses that it has; IPv4 unless set otherwise.
    #[property(default = "\"ipv4\"")]
    ip_address_type: Option<Output<IpAddressType>>,
    /// The pool that public addresses come from; Amazon's own unless set. Of one that faces the
    /// internet only.
    #[property(name = "Ipv4IpamPoolId", aspect = "ipam_pool")]
    ipv4_ipam_pool_id: Option<Output<String>>,
    /// The capacity that it always has, so that it needn't grow when many come at once.
    #[property(aspect = "capacity", after_create)]
    minimum_load_balancer_capacity: Option<MinimumLoadBalancerCapacity>,
    /// Its attributes: logs, protection, treatment of headers.
    #[property(aspect = "attributes", after_create, compare = "Set", safeguard)]
    load_balancer_attributes: Option<LoadBalancerAttributes>,
    /// The name.
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
    #[property(create_only, generated_name(max = 32, legal = "-", reserved = "internal-", inner = "-"))]
    name: Option<Output<LoadBalancerName>>,
    /// Tags.
    #[property(compare = "Tags")]
    tags: Tags,
}

impl LoadBalancer {
    /// Declares one that the internet reaches, in public subnets.
    #[must_use]
    pub fn internet_facing(
        subnets: impl IntoIterator<Item = impl IntoInput<SubnetId<Public>>>,
        security_groups: impl IntoIterator<Item = impl IntoInput<SecurityGroupId>>,
    ) -> Self {
        let subnets = subnets.into_iter().map(|subnet| subnet.into_input().as_text());
        Self::new(Scheme::InternetFacing, subnets, security_groups)
    }

    /// Declares one that is reached from within the network only, in private subnets.
    #[must_use]
    pub fn internal(
        subnets: impl IntoIterator<Item = impl IntoInput<SubnetId<Private>>>,
        security_groups: impl IntoIterator<Item = impl IntoInput<SecurityGroupId>>,
    ) -> Self {
        let subnets = subnets.into_iter().map(|subnet| subnet.into_input().as_text());
        Self::new(Scheme::Internal, subnets, security_groups)
    }
}

/// The capacity that a load balancer always has.
#[derive(Debug, Clone, Properties)]
pub struct MinimumLoadBalancerCapacity {
    /// Load balancer capacity units, at least 100.
    capacity_units: Output<i64>,
}

/// Whether the internet reaches a load balancer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Scheme {
    /// It does.
    #[value("internet-facing")]
    InternetFacing,
    /// It doesn't.
    #[value("internal")]
    Internal,
}

/// The addresses that a load balancer has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum IpAddressType {
    /// IPv4.
    #[value("ipv4")]
    Ipv4,
    /// IPv4 and IPv6.
    #[value("dualstack")]
    Dualstack,
    /// IPv4 and IPv6 inside, and IPv6 alone towards the internet; of one that faces it.
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetIpAddressType.html
    #[value("dualstack-without-public-ipv4")]
    DualstackWithoutPublicIpv4,
}
