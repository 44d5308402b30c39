//! CloudWatch Logs.

mod answers;
mod api;
mod log_group;

use aws_config::SdkConfig;

use crate::call::Caller;
use crate::registry::Registry;

pub(crate) use answers::ANSWERS;

pub(crate) fn install(registry: &mut Registry, config: &SdkConfig, caller: &Caller) {
    let logs = api::install(registry, config, caller);
    registry.handler(log_group::LogGroupHandler(logs));
}
