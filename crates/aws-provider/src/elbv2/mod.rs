//! Elastic Load Balancing, version 2.

mod action;
mod api;
mod attributes;
mod listener;
mod load_balancer;
mod target_group;

use aws_config::SdkConfig;

use crate::call::Caller;
use crate::registry::Registry;

pub(crate) fn install(registry: &mut Registry, config: &SdkConfig, caller: &Caller) {
    let elb = api::install(registry, config, caller);
    registry.handler(load_balancer::LoadBalancerHandler(elb.clone()));
    registry.handler(target_group::TargetGroupHandler(elb.clone()));
    registry.handler(listener::ListenerHandler(elb));
}
