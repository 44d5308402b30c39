//! Elastic Load Balancing, version 2.

use ironward_core::schema::Schema;

ironward_core::identifiers! {
    /// The ARN of a load balancer.
    LoadBalancerArn;
    /// The ARN of a target group.
    TargetGroupArn;
    /// The ARN of a listener.
    ListenerArn;
}

/// The facts of this service's types.
#[must_use]
pub fn schemas() -> Vec<&'static Schema> {
    vec![]
}
