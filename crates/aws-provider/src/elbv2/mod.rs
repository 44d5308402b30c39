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

pub(crate) use answers::ANSWERS;

pub(crate) fn install(registry: &mut Registry, config: &SdkConfig, caller: &Caller) {
    let elb = api::install(registry, config, caller);
    registry.handler(load_balancer::LoadBalancerHandler(elb.clone()));
    registry.handler(target_group::TargetGroupHandler(elb.clone()));
    registry.handler(listener::ListenerHandler(elb));
}
