//! What the declarations of this service don't have, and why.

use crate::registry::LeftOut;

const BALANCER: &str = "AWS::ElasticLoadBalancingV2::LoadBalancer";
const GROUP: &str = "AWS::ElasticLoadBalancingV2::TargetGroup";
const LISTENER: &str = "AWS::ElasticLoadBalancingV2::Listener";

const NETWORK: &str = "of network load balancers";

/// Writable properties of the registry that the declarations don't have.
pub const LEFT_OUT: &[LeftOut] = &[
    LeftOut::no_state(
        BALANCER,
        "EnableCapacityReservationProvisionStabilize",
        "whether CloudFormation waits for the reserved capacity; no parameter of the API",
    ),
    LeftOut::other_kind(BALANCER, "EnablePrefixForIpv6SourceNat", NETWORK),
    LeftOut::other_kind(BALANCER, "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic", NETWORK),
    LeftOut::elsewhere(
        BALANCER,
        "SubnetMappings",
        "says the same as `Subnets` for an application load balancer",
    ),
    LeftOut::elsewhere(GROUP, "HealthCheckEnabled", "always true where targets are addresses"),
    LeftOut::elsewhere(GROUP, "Targets", "ECS registers the targets; listing them here would fight it"),
    LeftOut::other_kind(LISTENER, "AlpnPolicy", NETWORK),
    LeftOut::secret(
        LISTENER,
        "DefaultActions.AuthenticateOidcConfig",
        "its client secret would stand in program, plans and state (45 CFR 164.308(a)(5)(ii)(D))",
    ),
    LeftOut::elsewhere(
        LISTENER,
        "DefaultActions.TargetGroupArn",
        "says the same as `ForwardConfig` with one group",
    ),
];
