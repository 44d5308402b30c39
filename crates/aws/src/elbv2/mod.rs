//! Elastic Load Balancing, version 2: application load balancers.

mod action;
mod attributes;
mod listener;
mod load_balancer;
mod target_group;

pub use action::{Action, FixedResponse, RedirectStatus, Stickiness};
pub use attributes::{
    Algorithm, DesyncMitigation, ForwardedFor, LoadBalancerAttributes, TargetGroupAttributes,
};
pub use listener::{DeclaredListener, Listener, Tls, TlsPolicy, property as listener_property};
pub use load_balancer::{
    DeclaredLoadBalancer, IpAddressType, LoadBalancer, Scheme, property as load_balancer_property,
};
pub use target_group::{
    DeclaredTargetGroup, Matcher, PlainHttpInsideVpc, Protocol, ProtocolVersion, TargetGroup,
    TargetGroupIpAddressType, property as target_group_property,
};

use ironward_core::declare::Declaration;
use ironward_core::schema::Schema;

ironward_core::identifiers! {
    /// The ARN of a load balancer.
    LoadBalancerArn;
    /// The name of a load balancer.
    LoadBalancerName;
    /// The ARN of a target group.
    TargetGroupArn;
    /// The name of a target group.
    TargetGroupName;
    /// The ARN of a listener.
    ListenerArn;
}

/// The facts of this service's types.
#[must_use]
pub fn schemas() -> Vec<&'static Schema> {
    vec![Listener::SCHEMA, LoadBalancer::SCHEMA, TargetGroup::SCHEMA]
}

const BALANCER: &str = "AWS::ElasticLoadBalancingV2::LoadBalancer";
const GROUP: &str = "AWS::ElasticLoadBalancingV2::TargetGroup";
const LISTENER: &str = "AWS::ElasticLoadBalancingV2::Listener";

/// Writable properties of the registry that these types don't have, and why.
pub const UNSUPPORTED: &[(&str, &str, &str)] = &[
    (BALANCER, "EnableCapacityReservationProvisionStabilize", "capacity reservations are beyond the scope"),
    (BALANCER, "EnablePrefixForIpv6SourceNat", "of network load balancers only"),
    (BALANCER, "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic", "of network load balancers only"),
    (BALANCER, "Ipv4IpamPoolId", "public addresses from an IPAM pool are beyond the scope"),
    (BALANCER, "MinimumLoadBalancerCapacity", "capacity reservations are beyond the scope"),
    (BALANCER, "SubnetMappings", "says the same as `Subnets` for an application load balancer"),
    (GROUP, "HealthCheckEnabled", "always true where targets are addresses"),
    (GROUP, "TargetControlPort", "the target optimizer is beyond the scope"),
    (GROUP, "Targets", "ECS registers the targets; listing them here would fight it"),
    (LISTENER, "AlpnPolicy", "of network load balancers only"),
    (LISTENER, "DefaultActions.AuthenticateCognitoConfig", "signing users in is the application's job"),
    (LISTENER, "DefaultActions.AuthenticateOidcConfig", "its client secret would stand in the properties"),
    (LISTENER, "DefaultActions.JwtValidationConfig", "verifying tokens is the application's job"),
    (LISTENER, "DefaultActions.Order", "there is one default action, so there is no order"),
    (LISTENER, "DefaultActions.TargetGroupArn", "says the same as `ForwardConfig` with one group"),
    (LISTENER, "ListenerAttributes", "rewriting of headers is beyond the scope"),
    (LISTENER, "MutualAuthentication", "trust stores are beyond the scope"),
];
