//! CloudTrail.

mod answers;
mod api;
mod selectors;
mod trail;

use aws_config::SdkConfig;

use crate::call::Caller;
use crate::registry::Registry;
use crate::service::{Quota, Quotas, Service};

/// The service.
pub(crate) static SERVICE: Service = Service::new("cloudtrail", "cloudtrail", install)
    // Ten a second for reads, one for others.
    // https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html
    .quotas(Quotas::new(Quota::new(10.0, 10.0), Quota::new(2.0, 1.0)))
    .meanings(answers::MEANINGS)
    .late(answers::LATE);

fn install(registry: &mut Registry, config: &SdkConfig, caller: &Caller) {
    let trails = api::install(registry, config, caller);
    registry.handler(trail::TrailHandler(trails));
}
