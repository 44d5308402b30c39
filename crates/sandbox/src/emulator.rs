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
// type is concrete, hence a macro and no generic implementation. The types come with their services'
// features.
macro_rules! emulators {
    ($($(#[$when:meta])* $name:ty),* $(,)?) => {$(
        $(#[$when])*
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
    #[cfg(feature = "acm")]
    winterbaume_acm::AcmService,
    #[cfg(feature = "backup")]
    winterbaume_backup::BackupService,
    #[cfg(feature = "cloudtrail")]
    winterbaume_cloudtrail::CloudTrailService,
    #[cfg(feature = "logs")]
    winterbaume_cloudwatchlogs::CloudWatchLogsService,
    #[cfg(feature = "ec2")]
    winterbaume_ec2::Ec2Service,
    #[cfg(feature = "ecs")]
    winterbaume_ecs::EcsService,
    #[cfg(feature = "elbv2")]
    winterbaume_elasticloadbalancingv2::ElasticLoadBalancingV2Service,
    #[cfg(feature = "iam")]
    winterbaume_iam::IamService,
    #[cfg(feature = "kms")]
    winterbaume_kms::KmsService,
    #[cfg(feature = "rds")]
    winterbaume_rds::RdsService,
    #[cfg(feature = "route53")]
    winterbaume_route53::Route53Service,
    #[cfg(feature = "s3")]
    winterbaume_s3::S3Service,
    #[cfg(feature = "rds")]
    winterbaume_secretsmanager::SecretsManagerService,
    winterbaume_sts::StsService,
);

/// Fresh emulators of the services that this build has; S3 keeps the bodies of its objects in `objects`.
pub(crate) fn all(objects: Arc<dyn Vfs>) -> BTreeMap<Service, Box<dyn Emulator>> {
    let fresh = |service| fresh(service, &objects).map(|emulator| (service, emulator));
    Service::ALL.into_iter().filter_map(fresh).collect()
}

fn fresh(service: Service, objects: &Arc<dyn Vfs>) -> Option<Box<dyn Emulator>> {
    // Only that of S3 wants it.
    let _ = objects;
    Some(match service {
        #[cfg(feature = "acm")]
        Service::Acm => Box::new(winterbaume_acm::AcmService::new()),
        #[cfg(feature = "backup")]
        Service::Backup => Box::new(winterbaume_backup::BackupService::new()),
        #[cfg(feature = "cloudtrail")]
        Service::CloudTrail => Box::new(winterbaume_cloudtrail::CloudTrailService::new()),
        #[cfg(feature = "logs")]
        Service::CloudWatchLogs => Box::new(winterbaume_cloudwatchlogs::CloudWatchLogsService::new()),
        #[cfg(feature = "ec2")]
        Service::Ec2 => Box::new(winterbaume_ec2::Ec2Service::new()),
        #[cfg(feature = "ecs")]
        Service::Ecs => Box::new(winterbaume_ecs::EcsService::new()),
        #[cfg(feature = "elbv2")]
        Service::ElasticLoadBalancing => {
            Box::new(winterbaume_elasticloadbalancingv2::ElasticLoadBalancingV2Service::new())
        }
        #[cfg(feature = "iam")]
        Service::Iam => Box::new(winterbaume_iam::IamService::new()),
        #[cfg(feature = "kms")]
        Service::Kms => Box::new(winterbaume_kms::KmsService::new()),
        #[cfg(feature = "rds")]
        Service::Rds => Box::new(winterbaume_rds::RdsService::new()),
        #[cfg(feature = "route53")]
        Service::Route53 => Box::new(winterbaume_route53::Route53Service::new()),
        #[cfg(feature = "s3")]
        Service::S3 => Box::new(winterbaume_s3::S3Service::with_vfs(Arc::clone(objects))),
        #[cfg(feature = "rds")]
        Service::SecretsManager => Box::new(winterbaume_secretsmanager::SecretsManagerService::new()),
        Service::Sts => Box::new(winterbaume_sts::StsService::new()),
        #[allow(unreachable_patterns, reason = "where every service is built in")]
        _ => return None,
    })
}
