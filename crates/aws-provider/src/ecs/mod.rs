//! Elastic Container Service.

mod answers;
mod api;
mod cluster;
mod container;
mod container_parts;
mod rollout;
mod service;
mod service_parts;
mod task_definition;
mod volume;

use aws_config::SdkConfig;

use crate::call::Caller;
use crate::registry::Registry;

pub(crate) use answers::ANSWERS;

pub(crate) fn install(registry: &mut Registry, config: &SdkConfig, caller: &Caller) {
    let ecs = api::install(registry, config, caller);
    registry.handler(cluster::ClusterHandler(ecs.clone()));
    registry.handler(task_definition::TaskDefinitionHandler(ecs.clone()));
    registry.handler(service::ServiceHandler(ecs));
}
