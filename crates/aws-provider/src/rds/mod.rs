//! Relational Database Service.

mod answers;
mod api;
mod instance;
mod instance_requests;
mod instance_view;
mod not_in_force;
mod parameter_group;
mod parameters;
mod storage;
mod subnet_group;
mod tags;

use aws_config::SdkConfig;

use crate::call::Caller;
use crate::registry::Registry;

pub(crate) use answers::ANSWERS;

pub(crate) fn install(registry: &mut Registry, config: &SdkConfig, caller: &Caller) {
    let rds = api::install(registry, config, caller);
    registry.handler(instance::InstanceHandler(rds.clone()));
    registry.handler(parameter_group::ParameterGroupHandler(rds.clone()));
    registry.handler(subnet_group::SubnetGroupHandler(rds));
}
