//! A listener without TLS can't be written.
use ironward_aws::elbv2::{Action, Listener, LoadBalancerArn};

fn declare(balancer: LoadBalancerArn, action: Action) -> Listener {
    Listener::https(balancer, 80_i64, action)
}

fn main() {}
