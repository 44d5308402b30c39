//! Route 53.

mod answers;
mod api;
mod convert;
mod existing;
mod record_set;

use aws_config::SdkConfig;

use crate::call::Caller;
use crate::registry::Registry;
use crate::service::{Quota, Quotas, Service};

/// The service.
pub(crate) static SERVICE: Service = Service::new("route53", "route53", install)
    // Five a second for an account, whatever they do.
    // https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html
    .quotas(Quotas::shared(Quota::new(5.0, 5.0)))
    .meanings(answers::MEANINGS);

fn install(registry: &mut Registry, config: &SdkConfig, caller: &Caller) {
    let route53 = api::install(registry, config, caller);
    registry.handler(record_set::RecordSetHandler(route53.clone()));
    registry.resolver(existing::ExistingResolver(route53));
}
