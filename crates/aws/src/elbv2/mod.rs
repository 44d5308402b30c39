//! Elastic Load Balancing, version 2: application load balancers.

mod action;
mod address;
mod attributes;
mod gate;
mod left_out;
mod limits;
mod listener;
mod load_balancer;
mod mutual_authentication;
mod target_group;

pub use action::{Action, FixedResponse, RedirectStatus, Stickiness};
pub use attributes::{
    Algorithm, DesyncMitigation, ForwardedFor, ListenerAttributes, LoadBalancerAttributes,
    TargetGroupAttributes,
};
pub use gate::{ClaimFormat, CognitoSignIn, JwtClaim, JwtValidation, OnUnauthenticated};
pub use left_out::LEFT_OUT;
pub use listener::{DeclaredListener, Listener, Tls, TlsPolicy, property as listener_property};
pub use load_balancer::{
    DeclaredLoadBalancer, IpAddressType, LoadBalancer, MinimumLoadBalancerCapacity, Scheme,
    property as load_balancer_property,
};
pub use mutual_authentication::{MutualAuthentication, TrustStoreArn};
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
