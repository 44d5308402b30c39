//! Certificate Manager.

mod answers;
mod api;
mod certificate;
mod existing;
mod issued;

use aws_config::SdkConfig;

use crate::call::Caller;
use crate::registry::Registry;

pub(crate) use answers::ANSWERS;

pub(crate) fn install(registry: &mut Registry, config: &SdkConfig, caller: &Caller) {
    let acm = api::install(registry, config, caller);
    registry.handler(certificate::CertificateHandler(acm.clone()));
    registry.handler(issued::IssuedHandler(acm.clone()));
    registry.resolver(existing::ExistingResolver(acm));
}
