//! AWS Backup.

mod answers;
mod api;
mod convert;
mod plan;
mod selection;
mod vault;

use aws_config::SdkConfig;

use crate::call::Caller;
use crate::registry::Registry;
use crate::service::{Quota, Quotas, Service};

/// The service.
pub(crate) static SERVICE: Service = Service::new("backup", "backup", install)
    // A guess: no rates are published.
    .quotas(Quotas::new(Quota::new(20.0, 10.0), Quota::new(10.0, 5.0)))
    .meanings(answers::MEANINGS)
    .late(answers::LATE)
    .patience(answers::PATIENCE);

fn install(registry: &mut Registry, config: &SdkConfig, caller: &Caller) {
    let backup = api::install(registry, config, caller);
    registry.handler(vault::VaultHandler(backup.clone()));
    registry.handler(plan::PlanHandler(backup.clone()));
    registry.handler(selection::SelectionHandler(backup));
}
