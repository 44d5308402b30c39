//! A stack that is opened for work: its state, its providers and the engine over both.
//!
//! Everything here is `Send` and runs on the caller's Tokio runtime, so that a program can plan
//! and apply by itself:
//!
//! ```no_run
//! # use std::path::Path;
//! # use ironward_cli::{config::Config, session::{Session, SessionOptions}, target::Target};
//! # use ironward_core::{apply::Cancel, provider::DeletePolicy, stack::{Hipaa, Stack}};
//! # async fn example() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
//! let mut stack = Stack::<Hipaa>::new("fhir");
//! // … declare …
//! let program = stack.program();
//! let config = Config::find(Path::new("."))?;
//! let target = Target::resolve(&config, None, None, ironward_cli::sandbox_served_at)?;
//! let session = Session::open(target, SessionOptions::new("fhir nightly")).await?;
//! let planned = session.plan(&program).await?;
//! if !planned.plan.is_empty() {
//!     let cancel = Cancel::default();
//!     let outcome = session.apply(&program, planned, DeletePolicy::default(), &cancel).await?;
//!     assert!(outcome.is_complete());
//! }
//! session.close().await?;
//! # Ok(())
//! # }
//! ```

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;

use ironward_aws_provider::Gate;
use ironward_core::apply::{Cancel, Outcome};
use ironward_core::clock::Clock;
use ironward_core::consent::Consent;
use ironward_core::engine::{Engine, EngineError, Planned, Refreshed};
use ironward_core::error::ProviderError;
use ironward_core::event::{Events, Silent};
use ironward_core::program::Program;
use ironward_core::provider::{DeletePolicy, Provider};
use ironward_core::state::State;
use ironward_core::store::{StateStore, StoreError};
use ironward_store::OpenState;
use ironward_store::codec::vault::Vault;

use crate::clock::TokioClock;
use crate::connect::{AwsConnector, Connector};
use crate::errors::{Diagnostic, Failure};
use crate::state_access::StateAccess;
use crate::target::Target;

/// What a session works with.
#[non_exhaustive]
pub struct SessionOptions {
    /// Who opens it, for others who find the state locked.
    pub holder: String,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Who is told what happens.
    pub events: Arc<dyn Events>,
    /// Who makes the providers.
    pub connector: Arc<dyn Connector>,
    /// Where keys and anchors of states are, and who this is.
    pub state_access: StateAccess,
}

impl SessionOptions {
    /// The options of a program that shows nothing. Keys and anchors are in the configuration
    /// directory of the user whose process this is.
    #[must_use]
    pub fn new(holder: &str) -> Self {
        Self {
            holder: holder.to_owned(),
            clock: Arc::new(TokioClock::new()),
            events: Arc::new(Silent),
            connector: Arc::new(AwsConnector::new()),
            state_access: crate::process_env::state_access_of_process(),
        }
    }

    /// Keeps keys and anchors there.
    #[must_use]
    pub fn with_state_access(mut self, state_access: StateAccess) -> Self {
        self.state_access = state_access;
        self
    }

    /// Tells `events` what happens.
    #[must_use]
    pub fn with_events(mut self, events: Arc<dyn Events>) -> Self {
        self.events = events;
        self
    }

    /// Takes time from `clock`.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Lets `connector` make the providers.
    #[must_use]
    pub fn with_connector(mut self, connector: Arc<dyn Connector>) -> Self {
        self.connector = connector;
        self
    }
}

/// An opened stack. It holds the lock of the stack's state until it is dropped.
pub struct Session {
    target: Target,
    engine: Engine,
    store: Arc<dyn OpenState>,
    state_access: StateAccess,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("target", &self.target).finish_non_exhaustive()
    }
}

/// Why a stack can't be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SessionError {
    /// Its state can't be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A provider can't be made.
    #[error("{0}")]
    Connect(ProviderError),
    /// The state belongs to another cloud.
    #[error("the state of the stack `{stack}` was deployed to {was}, and this is {now}")]
    OtherCloud {
        /// The stack.
        stack: String,
        /// Where the state's resources are.
        was: String,
        /// Where they would be looked for.
        now: String,
        /// Where the state is.
        place: String,
    },
}

impl Session {
    /// Opens the stack of `target`.
    ///
    /// # Errors
    /// [`SessionError`]; nothing was changed.
    pub async fn open(target: Target, options: SessionOptions) -> Result<Self, SessionError> {
        let store = options.state_access.open(&target, &*options.connector, &options.holder).await?;
        bind(&*store, &target).await?;
        let SessionOptions { clock, events, connector, state_access, .. } = options;
        // A process that was stopped, and whose lease is another's when it goes on, sends nothing more.
        let (gate, lease) = (Gate::default(), Arc::clone(&store));
        gate.ask(move || lease.may_call());
        let connect = async |reach| -> Result<Arc<dyn Provider>, SessionError> {
            let provider = connector.connect(&target, reach, Arc::clone(&clock), gate.clone()).await;
            provider.map_err(SessionError::Connect)
        };
        let own = connect(&target.reach).await?;
        let shared: Arc<dyn StateStore> = store.clone();
        let mut engine = Engine::new(own, shared, Arc::clone(&clock), events)
            .with_stack(&target.stack)
            .with_default_tags(target.tags.clone())
            .with_author(state_access.author.clone())
            .with_data(target.data)
            .with_wait_scale(if target.reach.emulated { 0.0 } else { 1.0 });
        for (alias, reach) in &target.providers {
            engine = engine.with_provider(alias, connect(reach).await?);
        }
        Ok(Self { target, engine, store, state_access })
    }

    /// Where it goes.
    #[must_use]
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// The state, for whoever closes it.
    pub(crate) fn store(&self) -> Arc<dyn OpenState> {
        Arc::clone(&self.store)
    }

    /// Frees the lock of the state, so that the next session finds it free at once. Where a state in a
    /// bucket is only dropped, its lock ends when the runtime gives it back or after a minute.
    ///
    /// # Errors
    /// [`StoreError`] when it can't be freed.
    pub async fn close(self) -> Result<(), StoreError> {
        self.store.close().await
    }

    /// The engine.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// What was found amiss and set right when the state was opened, for the user to know.
    #[must_use]
    pub fn note(&self) -> Option<String> {
        self.state_access.note(&*self.store, &self.target)
    }

    /// The keys of the state, for what is sealed beside it.
    #[must_use]
    pub fn vault(&self) -> &Vault {
        self.store.vault()
    }

    /// Consents to losses, in every plan from now on, besides what programs consent to.
    pub fn accept(&mut self, consents: impl IntoIterator<Item = Consent>) {
        self.engine.accept(consents);
    }

    /// Plans what makes the cloud as `program` declares it.
    ///
    /// # Errors
    /// [`EngineError`]; nothing was changed in the cloud.
    pub async fn plan(&self, program: &Program) -> Result<Planned, EngineError> {
        self.engine.plan(program).await
    }

    /// Plans the end of everything that the state holds.
    ///
    /// # Errors
    /// [`EngineError`]; protected resources are among the problems unless `lift_protection`.
    pub async fn plan_destroy(
        &self,
        program: &Program,
        lift_protection: bool,
    ) -> Result<Planned, EngineError> {
        self.engine.plan_destroy(program, lift_protection).await
    }

    /// Applies a plan.
    ///
    /// # Errors
    /// [`EngineError`] when the state can't be written any more; failed operations are in the
    /// [`Outcome`].
    pub async fn apply(
        &self,
        program: &Program,
        planned: Planned,
        policy: DeletePolicy,
        cancel: &Cancel,
    ) -> Result<Outcome, EngineError> {
        self.engine.apply(program, planned, policy, cancel).await
    }

    /// Brings the recorded attributes up to date.
    ///
    /// # Errors
    /// [`EngineError`]; nothing was changed in the cloud.
    pub async fn refresh(&self, program: &Program) -> Result<Refreshed, EngineError> {
        self.engine.refresh(program).await
    }

    /// The recorded state.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub async fn state(&self) -> Result<State, EngineError> {
        self.engine.state().await
    }
}

/// Holds the state to the cloud that its resources are in.
async fn bind(store: &dyn OpenState, target: &Target) -> Result<(), SessionError> {
    let now = target.identity();
    let was = store.cloud().await?;
    if was.as_ref() == Some(&now) {
        return Ok(());
    }
    if let Some(was) = was {
        let state = store.load().await?;
        if state.instances().next().is_some() || !state.pending.is_empty() {
            return Err(SessionError::OtherCloud {
                stack: target.stack.clone(),
                was,
                now,
                place: store.place(),
            });
        }
    }
    Ok(store.bind(&now).await?)
}

/// Sixteen bytes for the lineage of a new state, which no other state has: the standard library
/// seeds its hashers at random.
#[must_use]
pub fn random_bytes() -> [u8; 16] {
    let mut bytes = [0; 16];
    for half in bytes.chunks_exact_mut(8) {
        let mut hasher = RandomState::new().build_hasher();
        hasher.write_u32(std::process::id());
        half.copy_from_slice(&hasher.finish().to_le_bytes());
    }
    bytes
}

impl From<SessionError> for Failure {
    fn from(error: SessionError) -> Self {
        match &error {
            SessionError::Store(store) => Diagnostic::from(store).into(),
            SessionError::Connect(cause) => Diagnostic::from(cause).into(),
            SessionError::OtherCloud { place, .. } => Diagnostic::new(error.to_string())
                .with_hint(format!(
                    "give the other cloud a stack of its own in Ironward.toml; or, if what was deployed \
                     is gone for good, delete {place}"
                ))
                .into(),
        }
    }
}
