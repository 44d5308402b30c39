//! Route 53.

mod answers;
mod api;
mod convert;
mod existing;
mod record_set;

use aws_config::SdkConfig;

use crate::call::Caller;
use crate::registry::Registry;

pub(crate) use answers::ANSWERS;

pub(crate) fn install(registry: &mut Registry, config: &SdkConfig, caller: &Caller) {
    let route53 = api::install(registry, config, caller);
    registry.handler(record_set::RecordSetHandler(route53.clone()));
    registry.resolver(existing::ExistingResolver(route53));
}
