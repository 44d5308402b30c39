//! From a resolved target to providers.

use std::sync::Arc;

use async_trait::async_trait;
use ironward_aws_provider::{AwsProvider, Settings};
use ironward_core::clock::Clock;
use ironward_core::fault::{Fault, FaultKind};
use ironward_core::provider::Provider;

use crate::target::{Reach, Target};

/// Makes the providers of a session.
#[async_trait]
pub trait Connector: Send + Sync {
    /// The provider that `reach` describes; it is one of `target`.
    ///
    /// # Errors
    /// [`Fault`] when there is none, or it has no credentials.
    async fn connect(
        &self,
        target: &Target,
        reach: &Reach,
        clock: Arc<dyn Clock>,
    ) -> Result<Arc<dyn Provider>, Fault>;
}

/// Connects to AWS, to emulators and to the embedded sandbox, which it opens once.
#[derive(Debug, Default)]
pub struct AwsConnector {
    #[cfg(feature = "sandbox")]
    sandbox: tokio::sync::OnceCell<ironward_sandbox::Sandbox>,
}

impl AwsConnector {
    /// A connector that has opened nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A connector whose in-process sandbox is this one.
    #[cfg(feature = "sandbox")]
    #[must_use]
    pub fn with_sandbox(sandbox: ironward_sandbox::Sandbox) -> Self {
        Self { sandbox: tokio::sync::OnceCell::new_with(Some(sandbox)) }
    }
}

#[async_trait]
impl Connector for AwsConnector {
    async fn connect(
        &self,
        target: &Target,
        reach: &Reach,
        clock: Arc<dyn Clock>,
    ) -> Result<Arc<dyn Provider>, Fault> {
        #[cfg(feature = "sandbox")]
        if reach.in_process {
            let directory = target.sandbox_directory();
            let sandbox = self
                .sandbox
                .get_or_try_init(|| ironward_sandbox::Sandbox::open(&directory))
                .await
                .map_err(|error| sandbox_fault(&error))?;
            let mut settings = settings(reach);
            settings.http_client = Some(sandbox.http_client());
            return aws(settings, clock).await;
        }
        if reach.in_process {
            let message =
                format!("the stack `{}` goes to the sandbox, which this build leaves out", target.stack);
            return Err(Fault::new(FaultKind::Other, "sandbox", message));
        }
        aws(settings(reach), clock).await
    }
}

/// A sandbox that can't be opened, with its cause.
#[cfg(feature = "sandbox")]
pub(crate) fn sandbox_fault(error: &ironward_sandbox::SandboxError) -> Fault {
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}")).unwrap_or_default();
    Fault::new(FaultKind::Other, "sandbox", format!("{error}{cause}"))
}

/// The provider of AWS's API as `settings` reach it.
async fn aws(settings: Settings, clock: Arc<dyn Clock>) -> Result<Arc<dyn Provider>, Fault> {
    Ok(Arc::new(AwsProvider::connect(settings, clock).await?))
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
