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
use crate::service::{Quota, Quotas, Service};

/// The service.
pub(crate) static SERVICE: Service = Service::new("iam", "iam", install)
    // A guess: no rates are published.
    .quotas(Quotas::new(Quota::new(100.0, 20.0), Quota::new(50.0, 10.0)))
    .meanings(answers::MEANINGS)
    .late(answers::LATE)
    .patience(answers::PATIENCE);

fn install(registry: &mut Registry, config: &SdkConfig, caller: &Caller) {
    let iam = api::install(registry, config, caller);
    registry.handler(role::RoleHandler(iam.clone()));
    registry.handler(role_policy::RolePolicyHandler(iam.clone()));
    registry.handler(attachment::AttachmentHandler(iam));
}
