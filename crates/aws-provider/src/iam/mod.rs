//! Identity and Access Management.

mod answers;
mod api;
mod attachment;
mod documents;
mod role;
mod role_policy;

use aws_config::SdkConfig;

use crate::call::Caller;
use crate::registry::Registry;

pub(crate) use answers::ANSWERS;

pub(crate) fn install(registry: &mut Registry, config: &SdkConfig, caller: &Caller) {
    let iam = api::install(registry, config, caller);
    registry.handler(role::RoleHandler(iam.clone()));
    registry.handler(role_policy::RolePolicyHandler(iam.clone()));
    registry.handler(attachment::AttachmentHandler(iam));
}
