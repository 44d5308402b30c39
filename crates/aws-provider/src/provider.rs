//! AWS as a provider.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_sts::operation::get_caller_identity::GetCallerIdentityOutput;
use aws_types::SdkConfig;
use ironward_core::clock::Clock;
use ironward_core::document::Document;
use ironward_core::error::{OTHER_ACCOUNT, ProviderError, ProviderErrorKind};
use ironward_core::provider::{Handler, Place, Provider, ReadResult};
use ironward_emulators::Emulator;

use crate::call::Caller;
use crate::features::feature_of;
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
    /// [`ProviderError`] when the cloud can't be reached, there are no credentials, or they belong to an
    /// account other than the expected one.
    pub async fn connect(settings: Settings, clock: Arc<dyn Clock>) -> Result<Self, ProviderError> {
        let config = settings.sdk_config().await;
        let caller = Caller::new(clock, settings.emulated).with_gate(settings.gate.clone());
        let identity = identity(&settings.of_service(&config, "sts"), &caller).await?;
        let account = identity.account().unwrap_or_default().to_owned();
        let partition = identity.arn().and_then(|arn| arn.split(':').nth(1)).unwrap_or("aws");
        if let Some(expected) = settings.account.as_ref().filter(|expected| **expected != account) {
            let message = format!(
                "this stack belongs to account {expected}, and the credentials in use are of account {account}"
            );
            return Err(ProviderError::new(ProviderErrorKind::Denied, "sts:GetCallerIdentity", message)
                .with_code(OTHER_ACCOUNT));
        }
        let place = Place::new(partition, &settings.region, account);
        let services = Services::recognise(settings, config, &identity, &caller).await;
        let mut registry = Registry::default();
        registry.resolver(Here(place.clone()));
        #[cfg(feature = "acm")]
        crate::acm::install(registry.behind(services.emulator("acm")), &services.config("acm"), &caller);
        #[cfg(feature = "backup")]
        crate::backup::install(
            registry.behind(services.emulator("backup")),
            &services.config("backup"),
            &caller,
        );
        #[cfg(feature = "cloudtrail")]
        crate::cloudtrail::install(
            registry.behind(services.emulator("cloudtrail")),
            &services.config("cloudtrail"),
            &caller,
        );
        #[cfg(feature = "ec2")]
        crate::ec2::install(registry.behind(services.emulator("ec2")), &services.config("ec2"), &caller);
        #[cfg(feature = "ecs")]
        crate::ecs::install(registry.behind(services.emulator("ecs")), &services.config("ecs"), &caller);
        #[cfg(feature = "elbv2")]
        crate::elbv2::install(
            registry.behind(services.emulator("elasticloadbalancingv2")),
            &services.config("elasticloadbalancingv2"),
            &caller,
        );
        #[cfg(feature = "iam")]
        crate::iam::install(registry.behind(services.emulator("iam")), &services.config("iam"), &caller);
        #[cfg(feature = "kms")]
        crate::kms::install(registry.behind(services.emulator("kms")), &services.config("kms"), &caller);
        #[cfg(feature = "logs")]
        crate::logs::install(
            registry.behind(services.emulator("cloudwatchlogs")),
            &services.config("cloudwatchlogs"),
            &caller,
        );
        #[cfg(feature = "rds")]
        crate::rds::install(registry.behind(services.emulator("rds")), &services.config("rds"), &caller);
        #[cfg(feature = "route53")]
        crate::route53::install(
            registry.behind(services.emulator("route53")),
            &services.config("route53"),
            &caller,
        );
        #[cfg(feature = "s3")]
        crate::s3::install(registry.behind(services.emulator("s3")), &services.config("s3"), &caller);
        Ok(Self { place, registry })
    }

    /// Which emulator answers for a service, by its name in [`crate::settings::SERVICES`]; none for AWS itself,
    /// and for an emulator that isn't known.
    ///
    /// # Errors
    /// [`ProviderError`] when it can't be reached.
    pub async fn emulator(
        settings: &Settings,
        service: &str,
        clock: Arc<dyn Clock>,
    ) -> Result<Option<Emulator>, ProviderError> {
        if !settings.emulated {
            return Ok(None);
        }
        // A service that stands elsewhere is asked there.
        let config = settings.of_service(&settings.sdk_config().await, service);
        let identity = identity(&config, &Caller::new(clock, true)).await?;
        Ok(identity.arn().and_then(Emulator::recognise))
    }

    /// The registry names of every type that this build has a handler for.
    pub fn types(&self) -> impl Iterator<Item = &'static str> {
        self.registry.types()
    }
}

async fn identity(config: &SdkConfig, caller: &Caller) -> Result<GetCallerIdentityOutput, ProviderError> {
    let sts = aws_sdk_sts::Client::new(config);
    caller.call("sts:GetCallerIdentity", || sts.get_caller_identity().send()).await
}

/// Where each service is, and which emulator answers there.
struct Services {
    settings: Settings,
    config: SdkConfig,
    emulator: Option<Emulator>,
    /// Of the services that have an endpoint of their own.
    elsewhere: BTreeMap<String, Option<Emulator>>,
}

impl Services {
    /// Recognises the emulators of an emulated stack by who they say that the caller is.
    async fn recognise(
        settings: Settings,
        config: SdkConfig,
        identity: &GetCallerIdentityOutput,
        caller: &Caller,
    ) -> Self {
        let of = |identity: &GetCallerIdentityOutput| identity.arn().and_then(Emulator::recognise);
        let mut services = Self { settings, config, emulator: None, elsewhere: BTreeMap::new() };
        if !services.settings.emulated {
            return services;
        }
        services.emulator = of(identity);
        for service in services.settings.endpoints.keys() {
            // What doesn't say who it is has no gaps that we know of.
            let answer = self::identity(&services.config(service), caller).await;
            services.elsewhere.insert(service.clone(), answer.ok().as_ref().and_then(of));
        }
        services
    }

    fn config(&self, service: &str) -> SdkConfig {
        self.settings.of_service(&self.config, service)
    }

    fn emulator(&self, service: &str) -> Option<Emulator> {
        self.elsewhere.get(service).copied().unwrap_or(self.emulator)
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

    fn how_to_get(&self, name: &str) -> Option<String> {
        if self.registry.handler_of(name).is_some() || self.registry.resolver_of(name).is_some() {
            return None;
        }
        let feature = feature_of(name)?;
        Some(format!("add the feature `{feature}` of `ironward` in Cargo.toml, then run again"))
    }

    async fn read(&self, operation: &'static str, items: &[String]) -> BTreeMap<String, ReadResult> {
        match self.registry.reader_of(operation) {
            Some(reader) => reader.read(items).await,
            None => {
                let error =
                    ProviderError::new(ProviderErrorKind::Other, operation, "this build has no such read");
                items.iter().map(|item| (item.clone(), ReadResult::Failed(error.clone()))).collect()
            }
        }
    }

    async fn look_up(&self, name: &str, query: &Document) -> Result<Document, ProviderError> {
        match self.registry.resolver_of(name) {
            Some(resolver) => resolver.resolve(query).await,
            None => Err(ProviderError::new(ProviderErrorKind::Other, name, "this build has no such lookup")),
        }
    }

    async fn check(&self) -> Result<(), ProviderError> {
        Ok(())
    }
}
