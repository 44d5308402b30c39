//! From a resolved target to providers.

#[cfg(feature = "state")]
mod state;

use std::sync::Arc;

use async_trait::async_trait;
use ironward_aws_provider::service::Service;
use ironward_aws_provider::{AwsProvider, Gate, Recording, Settings};
use ironward_core::clock::Clock;
use ironward_core::error::{ProviderError, ProviderErrorKind};
use ironward_core::provider::Provider;
use ironward_core::store::{StoreError, StoreErrorKind};
use ironward_emulators::Emulator;
use ironward_store::Anchor;
use ironward_store::codec::keys::KeyWrapper;
use ironward_store::remote::Objects;

use crate::target::{Reach, Target};

/// Makes the providers of a session.
#[async_trait]
pub trait Connector: Send + Sync {
    /// The provider that `reach` describes; it is one of `target`. It asks `gate` before every call
    /// that changes something.
    ///
    /// # Errors
    /// [`ProviderError`] when there is none, or it has no credentials.
    async fn connect(
        &self,
        target: &Target,
        reach: &Reach,
        clock: Arc<dyn Clock>,
        gate: Gate,
    ) -> Result<Arc<dyn Provider>, ProviderError>;

    /// Records every call of what is made from now on, in `recording`. By default nothing is recorded.
    fn record(&self, _recording: Arc<Recording>) {}

    /// Which emulator answers for S3 as `reach` says; none for AWS, and where it isn't known. By default it
    /// isn't.
    ///
    /// # Errors
    /// [`ProviderError`] when nobody answers there.
    async fn emulator_of_s3(
        &self,
        _target: &Target,
        _reach: &Reach,
        _clock: Arc<dyn Clock>,
    ) -> Result<Option<Emulator>, ProviderError> {
        Ok(None)
    }

    /// What the state of a stack needs of AWS: its bucket, its key. By default there is none.
    ///
    /// # Errors
    /// [`StoreError`] when the bucket can't be reached, or isn't fit for states.
    async fn state(&self, target: &Target, _clock: Arc<dyn Clock>) -> Result<StateServices, StoreError> {
        let message = format!("the state of the stack `{}` needs AWS, which isn't connected", target.stack);
        Err(StoreError::new(StoreErrorKind::Refused, message))
    }
}

/// Connects to AWS, to emulators and to the embedded sandbox, which it opens once.
#[derive(Debug, Default)]
pub struct AwsConnector {
    services: Vec<&'static Service>,
    recording: std::sync::OnceLock<Arc<Recording>>,
    #[cfg(feature = "sandbox")]
    sandbox: tokio::sync::OnceCell<ironward_sandbox::Sandbox>,
}

impl AwsConnector {
    /// A connector that has opened nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Serves the types of a service that isn't one of Ironward's own, too.
    #[must_use]
    pub fn with_service(mut self, service: &'static Service) -> Self {
        self.services.push(service);
        self
    }

    /// How AWS is reached as `reach` says.
    async fn settings(&self, target: &Target, reach: &Reach) -> Result<Settings, ProviderError> {
        #[cfg(feature = "sandbox")]
        if reach.in_process {
            let directory = target.sandbox_directory();
            let sandbox = self
                .sandbox
                .get_or_try_init(|| ironward_sandbox::Sandbox::open(&directory))
                .await
                .map_err(|error| sandbox_fault(&error))?;
            let mut settings = self.recorded(settings(reach));
            settings.http_client = Some(sandbox.http_client());
            return Ok(settings);
        }
        if reach.in_process {
            let message =
                format!("the stack `{}` goes to the sandbox, which this build leaves out", target.stack);
            return Err(ProviderError::new(ProviderErrorKind::Other, "sandbox", message));
        }
        Ok(self.recorded(settings(reach)))
    }

    fn recorded(&self, mut settings: Settings) -> Settings {
        settings.recording = self.recording.get().cloned();
        settings.services.clone_from(&self.services);
        settings
    }

    /// A connector whose in-process sandbox is this one.
    #[cfg(feature = "sandbox")]
    #[must_use]
    pub fn with_sandbox(sandbox: ironward_sandbox::Sandbox) -> Self {
        Self { sandbox: tokio::sync::OnceCell::new_with(Some(sandbox)), ..Self::default() }
    }
}

/// What a state needs of AWS.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct StateServices {
    /// The objects of the stack, where its state is kept in a bucket.
    pub objects: Option<Arc<dyn Objects>>,
    /// Where the head of the history is anchored, where that isn't a directory of the user's.
    pub anchor: Option<Arc<dyn Anchor>>,
    /// The KMS key of the state.
    pub wrapper: Option<Arc<dyn KeyWrapper>>,
}

#[async_trait]
impl Connector for AwsConnector {
    async fn connect(
        &self,
        target: &Target,
        reach: &Reach,
        clock: Arc<dyn Clock>,
        gate: Gate,
    ) -> Result<Arc<dyn Provider>, ProviderError> {
        let mut settings = self.settings(target, reach).await?;
        settings.gate = gate;
        Ok(Arc::new(AwsProvider::connect(settings, clock).await?))
    }

    fn record(&self, recording: Arc<Recording>) {
        // The first counts: a process has one command.
        let _ = self.recording.set(recording);
    }

    async fn emulator_of_s3(
        &self,
        target: &Target,
        reach: &Reach,
        clock: Arc<dyn Clock>,
    ) -> Result<Option<Emulator>, ProviderError> {
        AwsProvider::emulator(&self.settings(target, reach).await?, "s3", clock).await
    }

    #[cfg(feature = "state")]
    async fn state(&self, target: &Target, clock: Arc<dyn Clock>) -> Result<StateServices, StoreError> {
        self.state_services(target, clock).await
    }

    #[cfg(not(feature = "state"))]
    async fn state(&self, target: &Target, _: Arc<dyn Clock>) -> Result<StateServices, StoreError> {
        let message =
            format!("the state of the stack `{}` needs S3 or KMS, which this build leaves out", target.stack);
        Err(StoreError::new(StoreErrorKind::Refused, message)
            .with_hint("add the feature `state` of `ironward` in Cargo.toml"))
    }
}

/// A sandbox that can't be opened, with its cause.
#[cfg(feature = "sandbox")]
pub(crate) fn sandbox_fault(error: &ironward_sandbox::SandboxError) -> ProviderError {
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}")).unwrap_or_default();
    ProviderError::new(ProviderErrorKind::Other, "sandbox", format!("{error}{cause}"))
}

/// What the provider of AWS needs to know to reach `reach`.
#[must_use]
pub fn settings(reach: &Reach) -> Settings {
    let mut settings = Settings::new(reach.region.clone());
    settings.account = reach.account.clone();
    settings.endpoint = reach.endpoint.as_ref().map(ToString::to_string);
    settings.endpoints =
        reach.endpoints.iter().map(|(service, url)| (service.clone(), url.to_string())).collect();
    settings.role_arn = reach.role.clone();
    settings.emulated = reach.emulated;
    settings
}
