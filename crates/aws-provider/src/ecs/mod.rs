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
use crate::service::{Quota, Quotas, Service};

/// The service.
pub(crate) static SERVICE: Service = Service::new("ecs", "ecs", install)
    // A guess: no rates are published.
    .quotas(Quotas::new(Quota::new(50.0, 20.0), Quota::new(20.0, 5.0)))
    .meanings(answers::MEANINGS)
    .late(answers::LATE)
    .patience(answers::PATIENCE);

fn install(registry: &mut Registry, config: &SdkConfig, caller: &Caller) {
    let ecs = api::install(registry, config, caller);
    registry.handler(cluster::ClusterHandler(ecs.clone()));
    registry.handler(task_definition::TaskDefinitionHandler(ecs.clone()));
    registry.handler(service::ServiceHandler(ecs));
}
