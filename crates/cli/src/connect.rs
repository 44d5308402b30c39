//! From a resolved target to providers.

use std::sync::Arc;

use async_trait::async_trait;
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
            return aws(reach, Some(sandbox.http_client()), clock).await;
        }
        if reach.in_process {
            let message =
                format!("the stack `{}` goes to the sandbox, which this build leaves out", target.stack);
            return Err(Fault::new(FaultKind::Other, "sandbox", message));
        }
        aws(reach, None, clock).await
    }
}

/// A sandbox that can't be opened, with its cause.
#[cfg(feature = "sandbox")]
pub(crate) fn sandbox_fault(error: &ironward_sandbox::SandboxError) -> Fault {
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}")).unwrap_or_default();
    Fault::new(FaultKind::Other, "sandbox", format!("{error}{cause}"))
}

#[cfg(feature = "sandbox")]
type HttpClient = aws_smithy_runtime_api::client::http::SharedHttpClient;
#[cfg(not(feature = "sandbox"))]
type HttpClient = std::convert::Infallible;

/// The provider of AWS's API at `reach`.
async fn aws(
    reach: &Reach,
    _http_client: Option<HttpClient>,
    _clock: Arc<dyn Clock>,
) -> Result<Arc<dyn Provider>, Fault> {
    let message = format!("this build has no provider for AWS ({})", reach.region);
    Err(Fault::new(FaultKind::Other, "connect", message))
}
