//! Certificate Manager.

mod answers;
mod api;
mod certificate;
mod existing;
mod issued;

use aws_config::SdkConfig;

use crate::call::Caller;
use crate::registry::Registry;
use crate::service::{Quota, Quotas, Service};

/// The service.
pub(crate) static SERVICE: Service = Service::new("acm", "acm", install)
    // A guess: no rates are published.
    .quotas(Quotas::new(Quota::new(10.0, 10.0), Quota::new(5.0, 5.0)))
    .meanings(answers::MEANINGS)
    .late(answers::LATE)
    .patience(answers::PATIENCE);

fn install(registry: &mut Registry, config: &SdkConfig, caller: &Caller) {
    let acm = api::install(registry, config, caller);
    registry.handler(certificate::CertificateHandler(acm.clone()));
    registry.handler(issued::IssuedHandler(acm.clone()));
    registry.resolver(existing::ExistingResolver(acm));
}
