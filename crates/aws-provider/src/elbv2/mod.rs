//! Elastic Load Balancing, version 2.

mod action;
mod answers;
mod api;
mod attributes;
mod listener;
mod load_balancer;
mod target_group;

use aws_config::SdkConfig;

use crate::call::Caller;
use crate::registry::Registry;
use crate::service::{Quota, Quotas, Service};

/// The service.
pub(crate) static SERVICE: Service = Service::new("elasticloadbalancingv2", "elasticloadbalancing", install)
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/load-balancer-api-throttling.html
    .quotas(Quotas::new(Quota::new(40.0, 10.0), Quota::new(20.0, 3.0)))
    .meanings(answers::MEANINGS)
    .late(answers::LATE)
    .patience(answers::PATIENCE);

fn install(registry: &mut Registry, config: &SdkConfig, caller: &Caller) {
    let elb = api::install(registry, config, caller);
    registry.handler(load_balancer::LoadBalancerHandler(elb.clone()));
    registry.handler(target_group::TargetGroupHandler(elb.clone()));
    registry.handler(listener::ListenerHandler(elb));
}
