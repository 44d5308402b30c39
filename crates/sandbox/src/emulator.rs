//! The emulators behind one object-safe trait.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use serde_json::value::{RawValue, to_raw_value};
use winterbaume_core::{MockRequest, MockResponse, MockService, StatefulService, Vfs};

use crate::ACCOUNT_ID;
use crate::service::Service;

type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// One emulated service: answers requests, and gives and takes its state by region.
pub(crate) trait Emulator: Send + Sync {
    /// Answers a request.
    fn handle(&self, request: MockRequest) -> BoxFuture<'_, MockResponse>;

    /// The state in one region, serialised.
    fn snapshot<'a>(&'a self, region: &'a str) -> BoxFuture<'a, Result<Box<RawValue>, serde_json::Error>>;

    /// Replaces the state in one region. The error says what does not fit.
    fn restore<'a>(&'a self, region: &'a str, state: &'a RawValue) -> BoxFuture<'a, Result<(), String>>;
}

// The traits of winterbaume have async functions whose futures are known to be Send only where the
// type is concrete, hence a macro and no generic implementation.
macro_rules! emulators {
    ($($name:ty),* $(,)?) => {$(
        impl Emulator for $name {
            fn handle(&self, request: MockRequest) -> BoxFuture<'_, MockResponse> {
                MockService::handle(self, request)
            }

            fn snapshot<'a>(
                &'a self,
                region: &'a str,
            ) -> BoxFuture<'a, Result<Box<RawValue>, serde_json::Error>> {
                Box::pin(async move {
                    let view = StatefulService::snapshot(self, ACCOUNT_ID, region).await;
                    to_raw_value(&view)
                })
            }

            fn restore<'a>(
                &'a self,
                region: &'a str,
                state: &'a RawValue,
            ) -> BoxFuture<'a, Result<(), String>> {
                Box::pin(async move {
                    let view = serde_json::from_str(state.get()).map_err(|e| e.to_string())?;
                    StatefulService::restore(self, ACCOUNT_ID, region, view)
                        .await
                        .map_err(|e| e.to_string())
                })
            }
        }
    )*};
}

emulators!(
    winterbaume_acm::AcmService,
    winterbaume_backup::BackupService,
    winterbaume_cloudtrail::CloudTrailService,
    winterbaume_cloudwatchlogs::CloudWatchLogsService,
    winterbaume_ec2::Ec2Service,
    winterbaume_ecs::EcsService,
    winterbaume_elasticloadbalancingv2::ElasticLoadBalancingV2Service,
    winterbaume_iam::IamService,
    winterbaume_kms::KmsService,
    winterbaume_rds::RdsService,
    winterbaume_route53::Route53Service,
    winterbaume_s3::S3Service,
    winterbaume_secretsmanager::SecretsManagerService,
    winterbaume_sts::StsService,
);

/// Fresh emulators of every service; S3 keeps the bodies of its objects in `objects`.
pub(crate) fn all(objects: Arc<dyn Vfs>) -> BTreeMap<Service, Box<dyn Emulator>> {
    Service::ALL.into_iter().map(|service| (service, fresh(service, &objects))).collect()
}

fn fresh(service: Service, objects: &Arc<dyn Vfs>) -> Box<dyn Emulator> {
    match service {
        Service::Acm => Box::new(winterbaume_acm::AcmService::new()),
        Service::Backup => Box::new(winterbaume_backup::BackupService::new()),
        Service::CloudTrail => Box::new(winterbaume_cloudtrail::CloudTrailService::new()),
        Service::CloudWatchLogs => Box::new(winterbaume_cloudwatchlogs::CloudWatchLogsService::new()),
        Service::Ec2 => Box::new(winterbaume_ec2::Ec2Service::new()),
        Service::Ecs => Box::new(winterbaume_ecs::EcsService::new()),
        Service::ElasticLoadBalancing => {
            Box::new(winterbaume_elasticloadbalancingv2::ElasticLoadBalancingV2Service::new())
        }
        Service::Iam => Box::new(winterbaume_iam::IamService::new()),
        Service::Kms => Box::new(winterbaume_kms::KmsService::new()),
        Service::Rds => Box::new(winterbaume_rds::RdsService::new()),
        Service::Route53 => Box::new(winterbaume_route53::Route53Service::new()),
        Service::S3 => Box::new(winterbaume_s3::S3Service::with_vfs(Arc::clone(objects))),
        Service::SecretsManager => Box::new(winterbaume_secretsmanager::SecretsManagerService::new()),
        Service::Sts => Box::new(winterbaume_sts::StsService::new()),
    }
}
