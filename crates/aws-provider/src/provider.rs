//! AWS as a provider.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use ironward_core::clock::Clock;
use ironward_core::document::Document;
use ironward_core::fault::{Fault, FaultKind};
use ironward_core::provider::{Answer, Handler, Place, Provider};

use crate::call::Caller;
use crate::lookups::Here;
use crate::registry::Registry;
use crate::settings::Settings;

/// One account and region, reached through the AWS SDK for Rust.
pub struct AwsProvider {
    place: Place,
    registry: Registry,
}

impl AwsProvider {
    /// Connects: asks which account the credentials belong to.
    ///
    /// # Errors
    /// [`Fault`] when the cloud can't be reached, there are no credentials, or they belong to an
    /// account other than the expected one.
    pub async fn connect(settings: Settings, clock: Arc<dyn Clock>) -> Result<Self, Fault> {
        let config = settings.sdk_config().await;
        let caller = Caller::new(clock, settings.emulated);
        let sts = aws_sdk_sts::Client::new(&settings.of_service(&config, "sts"));
        let identity = caller.call("sts:GetCallerIdentity", || sts.get_caller_identity().send()).await?;
        let account = identity.account().unwrap_or_default().to_owned();
        let partition = identity.arn().and_then(|arn| arn.split(':').nth(1)).unwrap_or("aws");
        if let Some(expected) = settings.account.as_ref().filter(|expected| **expected != account) {
            let message = format!(
                "this stack belongs to account {expected}, and the credentials in use are of account {account}"
            );
            return Err(Fault::new(FaultKind::Denied, "sts:GetCallerIdentity", message));
        }
        let place = Place::new(partition, &settings.region, account);
        let mut registry = Registry::default();
        registry.resolver(Here(place.clone()));
        #[cfg(feature = "acm")]
        crate::acm::install(&mut registry, &settings.of_service(&config, "acm"), &caller);
        #[cfg(feature = "backup")]
        crate::backup::install(&mut registry, &settings.of_service(&config, "backup"), &caller);
        #[cfg(feature = "cloudtrail")]
        crate::cloudtrail::install(&mut registry, &settings.of_service(&config, "cloudtrail"), &caller);
        #[cfg(feature = "ec2")]
        crate::ec2::install(&mut registry, &settings.of_service(&config, "ec2"), &caller);
        #[cfg(feature = "ecs")]
        crate::ecs::install(&mut registry, &settings.of_service(&config, "ecs"), &caller);
        #[cfg(feature = "elbv2")]
        crate::elbv2::install(
            &mut registry,
            &settings.of_service(&config, "elasticloadbalancingv2"),
            &caller,
        );
        #[cfg(feature = "iam")]
        crate::iam::install(&mut registry, &settings.of_service(&config, "iam"), &caller);
        #[cfg(feature = "kms")]
        crate::kms::install(&mut registry, &settings.of_service(&config, "kms"), &caller);
        #[cfg(feature = "logs")]
        crate::logs::install(&mut registry, &settings.of_service(&config, "cloudwatchlogs"), &caller);
        #[cfg(feature = "rds")]
        crate::rds::install(&mut registry, &settings.of_service(&config, "rds"), &caller);
        #[cfg(feature = "route53")]
        crate::route53::install(&mut registry, &settings.of_service(&config, "route53"), &caller);
        #[cfg(feature = "s3")]
        crate::s3::install(&mut registry, &settings.of_service(&config, "s3"), &caller);
        if let Some(shows) = settings.shows {
            registry.hide_unless(shows);
        }
        Ok(Self { place, registry })
    }

    /// The registry names of every type that this build has a handler for.
    pub fn types(&self) -> impl Iterator<Item = &'static str> {
        self.registry.types()
    }
}

#[async_trait]
impl Provider for AwsProvider {
    fn place(&self) -> &Place {
        &self.place
    }

    fn handler(&self, type_name: &str) -> Option<&dyn Handler> {
        self.registry.handler_of(type_name)
    }

    async fn read(&self, operation: &'static str, items: &[String]) -> BTreeMap<String, Answer> {
        match self.registry.reader_of(operation) {
            Some(reader) => reader.read(items).await,
            None => {
                let fault = Fault::new(FaultKind::Other, operation, "this build has no such read");
                items.iter().map(|item| (item.clone(), Answer::Failed(fault.clone()))).collect()
            }
        }
    }

    async fn look_up(&self, name: &str, query: &Document) -> Result<Document, Fault> {
        match self.registry.resolver_of(name) {
            Some(resolver) => resolver.resolve(query).await,
            None => Err(Fault::new(FaultKind::Other, name, "this build has no such lookup")),
        }
    }

    async fn check(&self) -> Result<(), Fault> {
        Ok(())
    }
}
