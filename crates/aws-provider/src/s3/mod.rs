//! Simple Storage Service.

mod answers;
mod api;
mod bucket;
mod bucket_policy;
mod dialect;
mod empty;
mod lifecycle;
mod replication;
mod reports;
mod settings;
mod tags;

use aws_config::SdkConfig;

pub(crate) use api::client;

use crate::call::Caller;
use crate::registry::Registry;
use crate::service::{Quota, Quotas, Service};

/// The service.
pub(crate) static SERVICE: Service = Service::new("s3", "s3", install)
    // A guess: no rates are published.
    .quotas(Quotas::new(Quota::new(100.0, 100.0), Quota::new(50.0, 50.0)))
    .meanings(answers::MEANINGS)
    .late(answers::LATE);

fn install(registry: &mut Registry, config: &SdkConfig, caller: &Caller) {
    let s3 = api::install(registry, config, caller);
    registry.handler(bucket::BucketHandler(s3.clone()));
    registry.handler(bucket_policy::BucketPolicyHandler(s3));
}
