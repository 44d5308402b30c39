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
use crate::lookups::Here;
use crate::registry::Registry;
use crate::service::{Services, feature_of};
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
        let services = Services::with(&settings.services);
        let caller = Caller::of(services.clone(), clock, settings.emulated).with_gate(settings.gate.clone());
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
        let endpoints = Endpoints::recognise(settings, config, &identity, &caller).await;
        let mut registry = Registry::default();
        registry.resolver(Here(place.clone()));
        for service in services.iter() {
            let registry = registry.behind(endpoints.emulator(service.name));
            (service.install)(registry, &endpoints.config(service.name), &caller);
        }
        Ok(Self { place, registry })
    }

    /// Which emulator answers for a service, by its name in [`crate::service::names`]; none for AWS itself,
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
struct Endpoints {
    settings: Settings,
    config: SdkConfig,
    emulator: Option<Emulator>,
    /// Of the services that have an endpoint of their own.
    elsewhere: BTreeMap<String, Option<Emulator>>,
}

impl Endpoints {
    /// Recognises the emulators of an emulated stack by who they say that the caller is.
    async fn recognise(
        settings: Settings,
        config: SdkConfig,
        identity: &GetCallerIdentityOutput,
        caller: &Caller,
    ) -> Self {
        let of = |identity: &GetCallerIdentityOutput| identity.arn().and_then(Emulator::recognise);
        let mut endpoints = Self { settings, config, emulator: None, elsewhere: BTreeMap::new() };
        if !endpoints.settings.emulated {
            return endpoints;
        }
        endpoints.emulator = of(identity);
        for service in endpoints.settings.endpoints.clone().keys() {
            // What doesn't say who it is has no gaps that we know of.
            let answer = self::identity(&endpoints.config(service), caller).await;
            endpoints.elsewhere.insert(service.clone(), answer.ok().as_ref().and_then(of));
        }
        endpoints
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
