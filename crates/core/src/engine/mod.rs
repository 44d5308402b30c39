//! The engine: observe, plan, apply, and what surrounds them.

mod bereft;
mod importing;
mod parts;
mod planning;
mod recovery;
mod rollback;
mod sharing;

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::future::join_all;

use crate::apply::event::{Event, Events};
use crate::apply::{Cancel, Execution, Outcome, merged};
use crate::cloud::observe::{Observations, Providers, observe};
use crate::cloud::part::{Left, Spared};
use crate::cloud::provider::{DeletePolicy, Observation, Place};
use crate::cloud::search::{observe_settled, settle};
use crate::model::clock::Clock;
use crate::model::consent::{Consent, DataValue};
use crate::model::document::Document;
use crate::model::error::ProviderError;
use crate::model::path::Path;
use crate::model::program::{LookupNode, Program};
use crate::model::value::Known;
use crate::plan::{Plan, PlanError, Remedy};
use crate::state::history::{Apply, Author, Begun, Command, Ended, FailedStep, Verdict};
use crate::state::store::{StateStore, StoreError};
use crate::state::{Counts, Deed, Entry, Grounds, InstanceId, Record, State, edit};

use bereft::bereft;
pub use importing::Imports;
use planning::Gathered;
pub use rollback::RolledBack;

/// Observes, plans and applies the programs of one stack.
pub struct Engine {
    providers: Providers,
    places: BTreeMap<String, Place>,
    store: Arc<dyn StateStore>,
    clock: Arc<dyn Clock>,
    events: Arc<dyn Events>,
    default_tags: BTreeMap<String, String>,
    wait_scale: f64,
    author: Author,
    consents: Vec<Consent>,
    data: DataValue,
    stack: Option<String>,
}

/// A plan, and what it was made from.
#[derive(Debug)]
#[must_use = "a plan does nothing until it is applied"]
pub struct Planned {
    /// The plan.
    pub plan: Plan,
    state: State,
    observations: BTreeMap<InstanceId, Observation>,
    adoptions: BTreeMap<Path, Record>,
    /// What applying it is.
    command: Command,
    /// What of instances is left alone.
    spared: Spared,
    left: Vec<Left>,
    /// What instances are seen to stand on.
    grounds: Grounds,
}

impl Planned {
    /// The state that the plan was made from.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// What an import leaves as it is inside of what it takes over, since the program doesn't
    /// declare it.
    #[must_use]
    pub fn left(&self) -> &[Left] {
        &self.left
    }

    fn of(plan: Plan, state: State, gathered: Gathered, command: Command) -> Self {
        let Gathered { observations, adoptions, spared, left, grounds, .. } = gathered;
        Self { plan, state, observations, adoptions, command, spared, left, grounds }
    }
}

/// What a refresh found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refreshed {
    /// Resources whose recorded attributes were brought up to date.
    pub updated: Vec<Path>,
    /// Resources that are gone. They were dropped from the state, except those that hold data: an empty
    /// one in the place of what is gone needs consent.
    pub vanished: Vec<Path>,
    /// Resources that could not be read, and why.
    pub unreadable: Vec<(Path, ProviderError)>,
}

/// Why the engine can't do what is asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The state can't be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A provider can't be used.
    #[error("{0}")]
    Provider(ProviderError),
    /// There is no plan, for these reasons.
    #[error("{}", list(.0))]
    Refused(Vec<PlanError>),
    /// The state belongs to another program.
    #[error("this state belongs to the program `{owner}`, and this is `{program}`")]
    OtherProgram {
        /// Whose state it is.
        owner: String,
        /// The program that asks.
        program: String,
    },
    /// The plan was made from another version of the state.
    #[error("the state changed since the plan was made; make a new one")]
    Stale,
}

fn list(problems: &[PlanError]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

impl Engine {
    /// An engine of the stack's own provider and a state store.
    pub fn new(
        provider: Arc<dyn crate::cloud::provider::Provider>,
        store: Arc<dyn StateStore>,
        clock: Arc<dyn Clock>,
        events: Arc<dyn Events>,
    ) -> Self {
        let places = BTreeMap::from([(String::new(), provider.place().clone())]);
        Self {
            providers: BTreeMap::from([(String::new(), provider)]),
            places,
            store,
            clock,
            events,
            default_tags: BTreeMap::new(),
            wait_scale: 1.0,
            author: Author::default(),
            consents: Vec::new(),
            data: DataValue::default(),
            stack: None,
        }
    }

    /// Adds a provider under an alias.
    #[must_use]
    pub fn with_provider(mut self, alias: &str, provider: Arc<dyn crate::cloud::provider::Provider>) -> Self {
        self.places.insert(alias.to_owned(), provider.place().clone());
        self.providers.insert(alias.to_owned(), provider);
        self
    }

    /// Tags on everything that has tags.
    #[must_use]
    pub fn with_default_tags(mut self, tags: BTreeMap<String, String>) -> Self {
        self.default_tags = tags;
        self
    }

    /// Scales the intervals of waits, from 0 (an emulator) to 1 (the cloud).
    #[must_use]
    pub fn with_wait_scale(mut self, scale: f64) -> Self {
        self.wait_scale = scale;
        self
    }

    /// Who applies, for the history.
    #[must_use]
    pub fn with_author(mut self, author: Author) -> Self {
        self.author = author;
        self
    }

    /// The stack's name, which everything that has tags carries.
    #[must_use]
    pub fn with_stack(mut self, name: &str) -> Self {
        self.stack = Some(name.to_owned());
        self
    }

    /// What the data of the stack is worth; it is kept unless this says otherwise.
    #[must_use]
    pub fn with_data(mut self, data: DataValue) -> Self {
        self.data = data;
        self
    }

    /// Consents to losses, besides what the program consents to: in every plan from now on.
    pub fn accept(&mut self, consents: impl IntoIterator<Item = Consent>) {
        self.consents.extend(consents);
    }

    /// The state as it is recorded.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub async fn state(&self) -> Result<State, EngineError> {
        Ok(self.store.load().await?)
    }

    /// The applies so far, the oldest first; one that never ended is the last, as interrupted.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub async fn history(&self) -> Result<Vec<Apply>, EngineError> {
        let mut applies = self.store.history().await?;
        applies.extend(self.store.load().await?.running.map(|begun| Apply::interrupted(*begun)));
        Ok(applies)
    }

    /// Where the stack's own provider makes things.
    #[must_use]
    pub fn place(&self) -> Option<&Place> {
        self.places.get("")
    }

    /// Applies a plan to the cloud.
    ///
    /// # Errors
    /// [`EngineError::Stale`] when something was applied since the plan was made, and
    /// [`EngineError::Store`] when the state can't be written any more. Failed operations are in
    /// the [`Outcome`].
    pub async fn apply(
        &self,
        program: &Program,
        planned: Planned,
        policy: DeletePolicy,
        cancel: &Cancel,
    ) -> Result<Outcome, EngineError> {
        let started = self.clock.now();
        if self.store.load().await?.serial != planned.state.serial {
            return Err(EngineError::Stale);
        }
        let outcome = self.execute(program, planned, policy, cancel).await?;
        self.events.emit(Event::Summary {
            counts: outcome.counts,
            duration_ms: Event::millis(self.clock.now().saturating_sub(started)),
        });
        Ok(outcome)
    }

    async fn execute(
        &self,
        program: &Program,
        planned: Planned,
        policy: DeletePolicy,
        cancel: &Cancel,
    ) -> Result<Outcome, StoreError> {
        let execution = Execution {
            program,
            plan: &planned.plan,
            observations: &planned.observations,
            default_tags: &self.default_tags,
            providers: &self.providers,
            store: &*self.store,
            clock: Arc::clone(&self.clock),
            events: &*self.events,
            wait_scale: self.wait_scale,
            policy,
            apply: self.begun(&planned.state, program, planned.command, Some(&planned.plan)),
            adoptions: &planned.adoptions,
            spared: &planned.spared,
            grounds: &planned.grounds,
            stack: self.stack.as_deref(),
        };
        execution.run(planned.state, cancel).await
    }

    /// Brings the recorded attributes up to date and drops what is gone.
    ///
    /// # Errors
    /// [`EngineError`]; nothing was changed in the cloud.
    pub async fn refresh(&self, program: &Program) -> Result<Refreshed, EngineError> {
        let mut state = self.prepare(program).await?;
        let observations = self.observe(program, &state).await;
        let schemas = self.schemas(program, &state);
        let mut report = Refreshed::default();
        let records: Vec<_> = state.instances().cloned().collect();
        let mut entries = Vec::new();
        for mut record in records {
            let path = record.path.clone();
            let entry = match observations.by_instance.get(&record.instance) {
                Some(Observation::Absent | Observation::GoneButReserved { .. }) => {
                    report.vanished.push(path);
                    // Whoever makes an empty one in its place is asked first, and has to know of it.
                    if schemas.get(&record.type_name).is_some_and(|schema| schema.stateful) {
                        continue;
                    }
                    Entry::Deleted { instance: record.instance }
                }
                Some(Observation::Present(observed)) => {
                    let attributes = merged(&record.attributes, &observed.attributes);
                    if attributes == record.attributes {
                        continue;
                    }
                    record.attributes = attributes;
                    report.updated.push(path);
                    Entry::Done { record: Box::new(record) }
                }
                Some(Observation::Inaccessible(error)) => {
                    report.unreadable.push((path, error.clone()));
                    continue;
                }
                None => continue,
            };
            entries.push(entry);
        }
        if !entries.is_empty() {
            let dropped = entries.iter().filter(|entry| matches!(entry, Entry::Deleted { .. })).count();
            let apply = self.begun(&state, program, Command::Refresh, None);
            let counts = Counts {
                updated: report.updated.len(),
                deleted: dropped,
                failed: report.unreadable.len(),
                ..Counts::default()
            };
            let verdict = if counts.failed == 0 { Verdict::Succeeded } else { Verdict::Failed };
            let number = apply.number;
            entries.insert(0, Entry::ApplyBegan { apply: Box::new(apply) });
            for entry in entries {
                self.record(&mut state, entry).await?;
            }
            let unread = report.unreadable.iter();
            let failures = unread.map(|(path, error)| FailedStep::new(path.clone(), Deed::Noop, error));
            let failures = failures.collect();
            let end = Ended { number, ended: self.clock.wall(), verdict, counts, failures };
            self.record(&mut state, Entry::ApplyEnded { end }).await?;
        }
        self.store.compact(&state).await?;
        Ok(report)
    }

    /// Loads the state, checks the providers and settles what an earlier run left unfinished.
    async fn prepare(&self, program: &Program) -> Result<State, EngineError> {
        let mut state = self.store.load().await?;
        if !state.program.is_empty() && state.program != program.name {
            return Err(EngineError::OtherProgram { owner: state.program, program: program.name.clone() });
        }
        for provider in self.providers.values() {
            provider.check().await.map_err(EngineError::Provider)?;
        }
        let settled = join_all(state.pending.values().map(|pending| self.recover(&state, pending))).await;
        for entry in settled {
            self.record(&mut state, entry?).await?;
        }
        Ok(state)
    }

    /// Makes an entry durable and then lets it count.
    async fn record(&self, state: &mut State, entry: Entry) -> Result<(), StoreError> {
        edit::upgrade(&*self.store, state).await?;
        self.store.append(&entry).await?;
        state.apply(entry);
        Ok(())
    }

    /// The beginning of the next apply of `state`.
    fn begun(&self, state: &State, program: &Program, command: Command, plan: Option<&Plan>) -> Begun {
        Begun {
            program: program.name.clone(),
            plan: plan.and_then(Plan::hash),
            planned: plan.map(Plan::counts).unwrap_or_default(),
            data: plan.map(|plan| plan.data),
            losses: plan.map(|plan| plan.losses.clone()).unwrap_or_default(),
            ..Begun::new(state, command, self.author.clone(), self.clock.wall())
        }
    }

    async fn observe(&self, program: &Program, state: &State) -> Observations {
        self.events.emit(Event::Observing { resources: state.instances().count() });
        let mut observations =
            observe_settled(&self.providers, state.instances(), &*self.clock, self.wait_scale).await;
        let bereft = bereft(&self.providers, program, state, &observations);
        if !bereft.is_empty() {
            settle(&*self.clock, self.wait_scale).await;
            let again = observe(&self.providers, bereft).await;
            observations.reads += again.reads;
            observations.by_instance.extend(again.by_instance);
        }
        self.events.emit(Event::Observed { reads: observations.reads });
        observations
    }

    /// Refuses what no provider of this build can make.
    fn handled(&self, program: &Program) -> Result<(), EngineError> {
        let mut problems = Vec::new();
        for (path, resource) in &program.resources {
            let name = resource.schema.type_name;
            // That there is no such provider is said by the planner.
            let Some(provider) = self.providers.get(resource.options.provider.as_deref().unwrap_or_default())
            else {
                continue;
            };
            if provider.handler(name).is_none() {
                let remedy = Remedy::BuildIn { name: name.to_owned() };
                let mut problem = PlanError::new(format!("this build has no handler for {name}"), remedy);
                problem.hint = provider.how_to_get(name);
                problems.push(problem.at(path, Some(&resource.source)));
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(EngineError::Refused(problems)) }
    }

    async fn look_up(&self, program: &Program) -> Result<BTreeMap<Path, Document>, EngineError> {
        let results = join_all(program.lookups.values().map(|node| async move {
            let resolved = self.resolve(node).await;
            resolved
                .map(|document| (node.path.clone(), document))
                .map_err(|problem| problem.at(&node.path, Some(&node.source)))
        }));
        let (mut found, mut problems) = (BTreeMap::new(), Vec::new());
        for result in results.await {
            match result {
                Ok((path, document)) => drop(found.insert(path, document)),
                Err(problem) => problems.push(problem),
            }
        }
        if problems.is_empty() { Ok(found) } else { Err(EngineError::Refused(problems)) }
    }

    async fn resolve(&self, node: &LookupNode) -> Result<Document, PlanError> {
        let alias = node.provider.as_deref().unwrap_or_default();
        let provider = self.providers.get(alias).ok_or_else(|| {
            let remedy = Remedy::Configure { path: node.path.clone(), provider: alias.to_owned() };
            PlanError::new(format!("the provider `{alias}` isn't configured"), remedy)
                .with_hint(format!("add `[stack.NAME.providers.{alias}]` to Ironward.toml"))
        })?;
        let mut query = Document::new();
        for (name, value) in &node.query {
            let correct = || Remedy::Correct { path: node.path.clone(), property: name.clone() };
            let asked = value
                .evaluate(&|_| Known::Later)
                .map_err(|error| PlanError::new(format!("`{name}`: {error}"), correct()))?;
            let json = asked.to_json().ok_or_else(|| {
                PlanError::new(
                    format!("`{name}` isn't known before apply, and lookups come first"),
                    correct(),
                )
                .with_hint("look up by a value that the program knows")
            })?;
            query.set(name, json);
        }
        provider.look_up(node.name, &query).await.map_err(|cause| {
            let how_to_get = provider.how_to_get(node.name);
            let remedy = match how_to_get {
                Some(_) => Remedy::BuildIn { name: node.name.to_owned() },
                None => Remedy::TryAgain,
            };
            let mut failed = PlanError::new(format!("the lookup of {} failed: {cause}", node.name), remedy);
            failed.hint = cause.hint().or(how_to_get);
            failed
        })
    }
}
