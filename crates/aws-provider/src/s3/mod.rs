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

pub(crate) use answers::ANSWERS;

pub(crate) fn install(registry: &mut Registry, config: &SdkConfig, caller: &Caller) {
    let s3 = api::install(registry, config, caller);
    registry.handler(bucket::BucketHandler(s3.clone()));
    registry.handler(bucket_policy::BucketPolicyHandler(s3));
}
