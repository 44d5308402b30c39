//! Elastic Compute Cloud: the network.

mod flow_log;
mod security_api;
mod security_group;
mod security_group_rule;
mod vpc_endpoint;

use aws_config::SdkConfig;

use crate::call::Caller;
use crate::registry::Registry;

pub(crate) fn install(registry: &mut Registry, config: &SdkConfig, caller: &Caller) {
    use security_group_rule::{Direction, RuleHandler};
    let security = security_api::install(registry, config, caller);
    registry.handler(security_group::SecurityGroupHandler(security.clone()));
    registry.handler(RuleHandler(security.clone(), Direction::In));
    registry.handler(RuleHandler(security.clone(), Direction::Out));
    registry.handler(flow_log::FlowLogHandler(security.clone()));
    registry.handler(vpc_endpoint::VpcEndpointHandler(security));
}
