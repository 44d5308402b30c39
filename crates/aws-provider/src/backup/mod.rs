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

pub(crate) use answers::ANSWERS;

pub(crate) fn install(registry: &mut Registry, config: &SdkConfig, caller: &Caller) {
    let backup = api::install(registry, config, caller);
    registry.handler(vault::VaultHandler(backup.clone()));
    registry.handler(plan::PlanHandler(backup.clone()));
    registry.handler(selection::SelectionHandler(backup));
}
