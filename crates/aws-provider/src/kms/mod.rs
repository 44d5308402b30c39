//! Key Management Service.

mod alias;
mod answers;
mod api;
mod key;

use aws_config::SdkConfig;

use crate::call::Caller;
use crate::registry::Registry;

pub(crate) use answers::ANSWERS;

pub(crate) fn install(registry: &mut Registry, config: &SdkConfig, caller: &Caller) {
    let kms = api::install(registry, config, caller);
    registry.handler(key::KeyHandler(kms.clone()));
    registry.handler(alias::AliasHandler(kms));
}
