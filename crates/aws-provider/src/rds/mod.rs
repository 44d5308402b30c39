//! Relational Database Service.

mod answers;
mod api;
mod instance;
mod instance_requests;
mod instance_rows;
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
use crate::service::{Quota, Quotas, Service};

/// The service.
pub(crate) static SERVICE: Service = Service::new("rds", "rds", install)
    // A guess: no rates are published.
    .quotas(Quotas::new(Quota::new(50.0, 20.0), Quota::new(20.0, 5.0)))
    .meanings(answers::MEANINGS)
    .late(answers::LATE)
    .patience(answers::PATIENCE);

fn install(registry: &mut Registry, config: &SdkConfig, caller: &Caller) {
    let rds = api::install(registry, config, caller);
    registry.handler(instance::InstanceHandler(rds.clone()));
    registry.handler(parameter_group::ParameterGroupHandler(rds.clone()));
    registry.handler(subnet_group::SubnetGroupHandler(rds));
}
