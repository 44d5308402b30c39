//! Key Management Service.

mod alias;
mod answers;
mod api;
mod key;

use aws_config::SdkConfig;

use crate::call::Caller;
use crate::registry::Registry;
use crate::service::{Quota, Quotas, Service};

/// The service.
pub(crate) static SERVICE: Service = Service::new("kms", "kms", install)
    // "Request quotas": CreateKey 5 a second, reads of 5 to 500.
    // https://docs.aws.amazon.com/kms/latest/developerguide/requests-per-second.html
    .quotas(Quotas::new(Quota::new(50.0, 20.0), Quota::new(15.0, 5.0)))
    .meanings(answers::MEANINGS)
    .late(answers::LATE);

fn install(registry: &mut Registry, config: &SdkConfig, caller: &Caller) {
    let kms = api::install(registry, config, caller);
    registry.handler(key::KeyHandler(kms.clone()));
    registry.handler(alias::AliasHandler(kms));
}
