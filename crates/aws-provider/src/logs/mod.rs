//! CloudWatch Logs.

mod answers;
mod api;
mod log_group;

use aws_config::SdkConfig;

use crate::call::Caller;
use crate::registry::Registry;
use crate::service::{Quota, Quotas, Service};

/// The service.
pub(crate) static SERVICE: Service = Service::new("cloudwatchlogs", "logs", install)
    // Ten a second for most actions.
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
    .quotas(Quotas::new(Quota::new(10.0, 10.0), Quota::new(10.0, 10.0)))
    .meanings(answers::MEANINGS)
    .late(answers::LATE);

fn install(registry: &mut Registry, config: &SdkConfig, caller: &Caller) {
    let logs = api::install(registry, config, caller);
    registry.handler(log_group::LogGroupHandler(logs));
}
