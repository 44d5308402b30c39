//! Deploying a stack in a `cargo test`, with nothing left behind.
//!
//! ```no_run
//! use ironward::prelude::*;
//! use ironward::testing::TestStack;
//!
//! fn declare(stack: &mut Stack<Hipaa>) -> Result<(), DeclareError> {
//!     # let _ = stack;
//!     Ok(())
//! }
//!
//! # async fn test() -> Result<(), ironward::testing::TestError> {
//! let mut stack = TestStack::<Hipaa>::open("clinic").await?;
//! stack.up(declare).await?;
//! assert!(stack.plan(declare).await?.is_empty(), "a second `up` would change something");
//! let config = stack.sdk_config().await;
//! // Read the cloud with `aws_sdk_kms::Client::new(&config)` and assert on what is there.
//! stack.finish().await?;
//! # Ok(())
//! # }
//! ```
//!
//! The stack goes to a sandbox of its own in this process; or, where the environment variable
//! [`ENDPOINT`] names an address, to the emulator or cloud that answers there. Tests can run side
//! by side: their stacks share neither state nor names.

use std::marker::PhantomData;
use std::sync::Arc;

use aws_types::SdkConfig;
use ironward_aws_provider::service::Service;
use ironward_aws_provider::{AwsProvider, Settings};
use ironward_cli::clock::TokioClock;
use ironward_cli::config::DEFAULT_REGION;
use ironward_cli::errors::BoxError;
use ironward_cli::session::random_bytes;
use ironward_cli::target::{Endpoint, InvalidEndpoint};
use ironward_core::apply::{Cancel, Outcome};
use ironward_core::clock::Clock;
use ironward_core::consent::DataValue;
use ironward_core::engine::{Engine, EngineError};
use ironward_core::error::ProviderError;
use ironward_core::event::Silent;
use ironward_core::path::Path;
use ironward_core::plan::Plan;
use ironward_core::program::Program;
use ironward_core::provider::DeletePolicy;
use ironward_core::stack::{Profile, Stack};
use ironward_core::state::{Lineage, State};
use ironward_core::store::{MemoryStore, StateStore};

/// The environment variable with the address of the cloud that tests run against.
pub const ENDPOINT: &str = "IRONWARD_TEST_ENDPOINT";

/// A stack that lives as long as a test.
///
/// [`finish`](Self::finish) takes everything down. When a test fails before it gets there, dropping
/// the stack does so as far as it can.
#[derive(Debug)]
pub struct TestStack<P: Profile> {
    name: String,
    settings: Settings,
    store: MemoryStore,
    /// The program that was declared last; nothing while there is nothing to take down.
    declared: Option<Program>,
    profile: PhantomData<fn() -> P>,
}

/// Why a test stack can't do what is asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TestError {
    /// The program can't be declared.
    #[error("the program can't be declared: {0}")]
    Declare(BoxError),
    /// The address in the environment isn't one.
    #[error("{ENDPOINT}: {0}")]
    Endpoint(#[from] InvalidEndpoint),
    /// There is no cloud to go to.
    #[error("{0}")]
    Cloud(String),
    /// The cloud can't be reached.
    #[error("{0}")]
    Connect(#[from] ProviderError),
    /// There is no plan, or the state can't be written.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// Not everything was done.
    #[error("{}", describe(.0))]
    Incomplete(Box<Outcome>),
}

fn describe(outcome: &Outcome) -> String {
    let failures = outcome.failures.iter().map(|failure| {
        format!("{}: {} {} failed: {}", failure.source, failure.action, failure.path, failure.error)
    });
    let skipped = outcome.skipped.iter().map(|(path, action)| format!("{action} {path} wasn't tried"));
    failures.chain(skipped).collect::<Vec<_>>().join("\n")
}

impl<P: Profile> TestStack<P> {
    /// A stack of the program `name`, on a fresh sandbox or at the address in [`ENDPOINT`].
    ///
    /// # Errors
    /// [`TestError::Endpoint`] when that isn't an address, and [`TestError::Cloud`] when this build
    /// leaves the sandbox out and there is none.
    pub async fn open(name: &str) -> Result<Self, TestError> {
        match std::env::var(ENDPOINT) {
            Ok(endpoint) => Self::at(name, &Endpoint::parse(&endpoint)?).await,
            Err(_) => Self::in_process(name).await,
        }
    }

    /// A stack of the program `name` on a fresh sandbox in this process.
    ///
    /// # Errors
    /// [`TestError::Cloud`] when this build leaves the sandbox out.
    pub async fn in_process(name: &str) -> Result<Self, TestError> {
        #[cfg(feature = "sandbox")]
        {
            let sandbox = ironward_sandbox::Sandbox::in_memory()
                .await
                .map_err(|error| TestError::Cloud(error.to_string()))?;
            let mut settings = Settings::new(DEFAULT_REGION);
            settings.http_client = Some(sandbox.http_client());
            settings.emulated = true;
            Ok(Self::with(name, settings))
        }
        #[cfg(not(feature = "sandbox"))]
        {
            let message =
                format!("`{name}` has no cloud to go to: turn the feature `sandbox` on, or set {ENDPOINT}");
            Err(TestError::Cloud(message))
        }
    }

    /// A stack of the program `name` at an address, with the environment's credentials unless the
    /// address is on this machine.
    ///
    /// # Errors
    /// None at present; the cloud is asked when there is something to plan.
    pub async fn at(name: &str, endpoint: &Endpoint) -> Result<Self, TestError> {
        let region = std::env::var("AWS_REGION").unwrap_or_else(|_| DEFAULT_REGION.to_owned());
        let mut settings = Settings::new(region);
        settings.endpoint = Some(endpoint.to_string());
        settings.emulated = endpoint.is_loopback();
        Ok(Self::with(name, settings))
    }

    /// Sends a single service elsewhere, by its SDK name, such as `backup`: for what an emulator
    /// lacks.
    #[must_use]
    pub fn with_service_at(mut self, service: &str, endpoint: &Endpoint) -> Self {
        self.settings.endpoints.insert(service.to_owned(), endpoint.to_string());
        self
    }

    /// Serves the types of a service that isn't one of Ironward's own, too.
    #[must_use]
    pub fn with_service(mut self, service: &'static Service) -> Self {
        self.settings.services.push(service);
        self
    }

    fn with(name: &str, settings: Settings) -> Self {
        Self {
            name: name.to_owned(),
            settings,
            store: MemoryStore::new(Lineage::from_random(random_bytes())),
            declared: None,
            profile: PhantomData,
        }
    }

    fn declare<E: Into<BoxError>>(
        &self,
        declare: impl Fn(&mut Stack<P>) -> Result<(), E>,
    ) -> Result<Program, TestError> {
        let mut stack = Stack::<P>::new(&self.name);
        declare(&mut stack).map_err(|error| TestError::Declare(error.into()))?;
        Ok(stack.program())
    }

    /// What `up` would do with this program.
    ///
    /// # Errors
    /// [`TestError`]; nothing was changed.
    pub async fn plan<E: Into<BoxError>>(
        &self,
        declare: impl Fn(&mut Stack<P>) -> Result<(), E>,
    ) -> Result<Plan, TestError> {
        let program = self.declare(declare)?;
        let engine = engine(&self.settings, &self.store).await?;
        Ok(engine.plan(&program).await?.plan)
    }

    /// Makes the cloud as this program declares it.
    ///
    /// # Errors
    /// [`TestError`]; [`TestError::Incomplete`] when an operation failed.
    pub async fn up<E: Into<BoxError>>(
        &mut self,
        declare: impl Fn(&mut Stack<P>) -> Result<(), E>,
    ) -> Result<Outcome, TestError> {
        let program = self.declare(declare)?;
        let engine = engine(&self.settings, &self.store).await?;
        let planned = engine.plan(&program).await?;
        self.declared = Some(program.clone());
        let outcome = engine.apply(&program, planned, DeletePolicy::default(), &Cancel::default()).await?;
        if outcome.is_complete() { Ok(outcome) } else { Err(TestError::Incomplete(outcome.into())) }
    }

    /// The recorded state.
    ///
    /// # Errors
    /// [`TestError::Engine`].
    pub async fn state(&self) -> Result<State, TestError> {
        Ok(self.store.load().await.map_err(EngineError::from)?)
    }

    /// A configuration for SDK clients that look at the same cloud.
    pub async fn sdk_config(&self) -> SdkConfig {
        self.settings.sdk_config().await
    }

    /// The same for one service, by its SDK name, which may be elsewhere.
    pub async fn sdk_config_of(&self, service: &str) -> SdkConfig {
        self.settings.of_service(&self.settings.sdk_config().await, service)
    }

    /// Takes everything down, protected or not, and returns what has to remain for its time.
    ///
    /// # Errors
    /// [`TestError`]; [`TestError::Incomplete`] names what is left behind.
    pub async fn finish(mut self) -> Result<Vec<(Path, String)>, TestError> {
        let Some(program) = self.declared.take() else { return Ok(Vec::new()) };
        let outcome = destroy(&self.settings, &self.store, &program).await?;
        if outcome.is_complete() { Ok(outcome.remains) } else { Err(TestError::Incomplete(outcome.into())) }
    }
}

async fn engine(settings: &Settings, store: &MemoryStore) -> Result<Engine, TestError> {
    let clock: Arc<dyn Clock> = Arc::new(TokioClock::new());
    let provider = AwsProvider::connect(settings.clone(), Arc::clone(&clock)).await?;
    let scale = if settings.emulated { 0.0 } else { 1.0 };
    let store: Arc<dyn StateStore> = Arc::new(store.clone());
    Ok(Engine::new(Arc::new(provider), store, clock, Arc::new(Silent))
        .with_wait_scale(scale)
        .with_data(DataValue::Disposable))
}

async fn destroy(settings: &Settings, store: &MemoryStore, program: &Program) -> Result<Outcome, TestError> {
    let engine = engine(settings, store).await?;
    let planned = engine.plan_destroy(program, true).await?;
    let mut policy = DeletePolicy::default();
    policy.lift_protection = true;
    Ok(engine.apply(program, planned, policy, &Cancel::default()).await?)
}

impl<P: Profile> Drop for TestStack<P> {
    /// Takes down what a failed test left at an endpoint; a sandbox in this process just ends.
    fn drop(&mut self) {
        let Some(program) = self.declared.take().filter(|_| self.settings.http_client.is_none()) else {
            return;
        };
        let (settings, store) = (self.settings.clone(), self.store.clone());
        // The test's own runtime may be the one that is blocked here.
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
            runtime.block_on(destroy(&settings, &store, &program)).ok()
        });
        // The test has failed already; there is nobody to tell.
        let _ = thread.join();
    }
}
