//! CloudTrail.

mod answers;
mod api;
mod selectors;
mod trail;

use aws_config::SdkConfig;

use crate::call::Caller;
use crate::registry::Registry;

pub(crate) use answers::ANSWERS;

pub(crate) fn install(registry: &mut Registry, config: &SdkConfig, caller: &Caller) {
    let trails = api::install(registry, config, caller);
    registry.handler(trail::TrailHandler(trails));
}
