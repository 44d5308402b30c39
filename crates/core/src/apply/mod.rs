//! Applying a plan: steps run in parallel along the graph, the longest chain first; every
//! cloud call's intent is durable before it is made, and every result before it counts.

pub mod event;

mod blame;
mod called;
mod create;
mod down;
mod keys;
mod limit;
mod record;
mod share;
mod slots;
mod up;
mod update;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, PoisonError};
use std::time::Duration;

use futures::stream::{FuturesUnordered, StreamExt};
use serde_json::Value as Json;

use tracing::Instrument;

use crate::apply::event::{Event, Events};
use crate::cloud::observe::Providers;
use crate::cloud::part::Spared;
use crate::cloud::provider::{DeletePolicy, Observation};
use crate::cloud::wait::Poller;
use crate::model::clock::Clock;
use crate::model::error::{ProviderError, ProviderErrorKind};
use crate::model::path::Path;
use crate::model::program::{Program, Source};
use crate::model::value::{AttrRef, Known};
use crate::plan::needs::Needs;
use crate::plan::schedule::{Schedule, Step};
use crate::plan::{Action, Plan, ResourceChange, adopt};
use crate::state::history::Begun;
use crate::state::store::{StateStore, StoreError, StoreErrorKind};
use crate::state::{Counts, Deed, Grounds, InstanceId, Record, State};

use down::HoldReason;
use record::Ledger;
use slots::Slots;
pub(crate) use up::merged;

/// Steps that may make calls at once; providers limit their own services further.
const IN_FLIGHT: usize = 64;

/// Asks a running apply to start nothing new and to end once running operations have.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Asks.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was asked.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// How an apply ended.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
#[must_use = "an apply that ended may have failed"]
pub struct Outcome {
    /// What was done.
    pub counts: Counts,
    /// What was done to which resource, in the order in which it ended.
    pub done: Vec<(Path, Deed)>,
    /// What failed.
    pub failures: Vec<OperationError>,
    /// What wasn't tried because something that it needs failed, or the run was cancelled.
    pub skipped: Vec<(Path, Deed)>,
    /// What deletions left behind for its time.
    pub remains: Vec<(Path, String)>,
    /// The exported values.
    pub outputs: BTreeMap<String, Json>,
    /// Whether the run was cancelled before everything was started.
    pub cancelled: bool,
    /// The instances that the run set out to make where nothing was: what a rollback takes down.
    pub(crate) made: BTreeSet<InstanceId>,
}

impl Outcome {
    /// Whether everything that was planned was done.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.failures.is_empty() && self.skipped.is_empty()
    }
}

/// One failed operation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OperationError {
    /// The resource.
    pub path: Path,
    /// Its type.
    pub type_name: String,
    /// What was tried.
    pub action: Deed,
    /// What happened.
    pub error: ProviderError,
    /// Where the program declares it.
    pub source: Source,
    /// The property that the service refuses, where its message tells.
    pub property: Option<String>,
}

impl OperationError {
    /// What to do next, as far as the failure tells.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        if self.error.kind != ProviderErrorKind::Invalid {
            return self.error.hint();
        }
        let what = self.property.as_ref().map_or("the declaration".to_owned(), |name| format!("`{name}`"));
        Some(format!("correct {what} at {}, then run again", self.source))
    }
}

/// All that an apply works with.
pub(crate) struct Execution<'a> {
    pub(crate) program: &'a Program,
    pub(crate) plan: &'a Plan,
    pub(crate) observations: &'a BTreeMap<InstanceId, Observation>,
    pub(crate) default_tags: &'a BTreeMap<String, String>,
    pub(crate) providers: &'a Providers,
    pub(crate) store: &'a dyn StateStore,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) events: &'a dyn Events,
    pub(crate) wait_scale: f64,
    pub(crate) policy: DeletePolicy,
    pub(crate) apply: Begun,
    /// What is taken over, by path.
    pub(crate) adoptions: &'a BTreeMap<Path, Record>,
    /// What of instances is left alone.
    pub(crate) spared: &'a Spared,
    /// What instances are seen to stand on.
    pub(crate) grounds: &'a Grounds,
    /// The stack's name, for tags.
    pub(crate) stack: Option<&'a str>,
}

/// What a step did.
enum StepOutcome {
    Counted(Deed),
    Unchanged,
    Silent,
}

/// Why a step didn't.
enum StepError {
    Failed(ProviderError),
    Store(StoreError),
}

impl From<ProviderError> for StepError {
    fn from(error: ProviderError) -> Self {
        Self::Failed(error)
    }
}

impl From<StoreError> for StepError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// What the steps of one apply share.
struct Run<'a> {
    execution: &'a Execution<'a>,
    needs: Needs<'a>,
    /// What needs what is declared at each path, once somebody asked.
    needed_by: OnceLock<BTreeMap<Path, Vec<Path>>>,
    /// Whether a key is declared.
    keys: bool,
    ledger: Ledger<'a>,
    poller: Poller,
    slots: Slots,
    changes: BTreeMap<&'a Path, &'a ResourceChange>,
    removals: BTreeMap<&'a InstanceId, &'a ResourceChange>,
    /// What goes along with what it is a part of, by that.
    parts: BTreeMap<&'a InstanceId, Vec<&'a ResourceChange>>,
    remains: std::sync::Mutex<Vec<(Path, String)>>,
    /// What isn't taken down although the plan says so.
    held: std::sync::Mutex<BTreeMap<InstanceId, HoldReason>>,
    /// The types whose vanished instances are recorded as gone.
    buried: tokio::sync::Mutex<BTreeSet<String>>,
}

impl Execution<'_> {
    /// Runs the plan on `state`.
    ///
    /// # Errors
    /// [`StoreError`] when the state can't be written any more; everything else is in the outcome.
    pub(crate) async fn run(&self, state: State, cancel: &Cancel) -> Result<Outcome, StoreError> {
        let needs = Needs::new(self.program);
        let schedule = {
            let known = state.grounded(self.grounds);
            let begins = adopt::taken_over(&known, self.plan, self.adoptions);
            Schedule::new(self.program, &needs, &begins, self.plan)
        };
        let mut schedule = schedule.map_err(|circle| {
            let message = format!("the plan's steps form a circle: {circle:?}");
            StoreError::new(StoreErrorKind::Defect, message)
                .with_hint("this is a defect of Ironward: please report it with `preview --json`")
        })?;
        let changes = &self.plan.changes;
        let run = Run {
            execution: self,
            needs,
            needed_by: OnceLock::new(),
            keys: self.program.resources.values().any(|resource| resource.schema.opens),
            ledger: Ledger::new(state, self.store, self.apply.clone()),
            poller: Poller::new(self.providers.clone(), Arc::clone(&self.clock), self.wait_scale),
            slots: Slots::new(IN_FLIGHT),
            changes: changes.iter().filter(|change| !removes(change)).map(|c| (&c.path, c)).collect(),
            removals: changes.iter().filter_map(|c| Some((c.replaces.as_ref()?, c))).collect(),
            parts: parts(changes),
            remains: std::sync::Mutex::default(),
            held: std::sync::Mutex::default(),
            buried: tokio::sync::Mutex::default(),
        };
        run.ledger.open(self.program, self.plan, self.adoptions, self.grounds).await?;
        let mut outcome = run.all(&mut schedule, cancel).await?;
        outcome.remains = std::mem::take(&mut *run.remains.lock().unwrap_or_else(PoisonError::into_inner));
        if self.apply.command.is_whole() {
            outcome.outputs = run.ledger.export(self.program, self.plan, outcome.is_complete()).await?;
        }
        run.ledger.close(&outcome, self.clock.wall()).await?;
        let makes = |change: &&ResourceChange| change.action == Action::Create;
        outcome.made = changes.iter().filter(makes).map(|change| change.instance.clone()).collect();
        Ok(outcome)
    }
}

/// What goes along with what it is a part of, by that.
fn parts(changes: &[ResourceChange]) -> BTreeMap<&InstanceId, Vec<&ResourceChange>> {
    let mut parts: BTreeMap<&InstanceId, Vec<&ResourceChange>> = BTreeMap::new();
    for change in changes {
        if let Some(whole) = &change.goes_with {
            parts.entry(whole).or_default().push(change);
        }
    }
    parts
}

fn removes(change: &ResourceChange) -> bool {
    matches!(change.action, Action::Delete | Action::Forget)
}

impl Run<'_> {
    /// Runs all steps, each as soon as what it waits for is done, those before the longest
    /// chains first.
    async fn all(&self, schedule: &mut Schedule, cancel: &Cancel) -> Result<Outcome, StoreError> {
        let mut outcome = Outcome::default();
        let mut broken: Option<StoreError> = None;
        let mut ready: BinaryHeap<(u64, Reverse<Step>)> = BinaryHeap::new();
        let weighed = |schedule: &Schedule, step: Step| (schedule.weight(&step), Reverse(step));
        ready.extend(schedule.ready().into_iter().map(|step| weighed(schedule, step)));
        // What neither ended nor was given up.
        let mut left: BTreeSet<Step> = schedule.steps().cloned().collect();
        let mut running = FuturesUnordered::new();
        let mut lapsed = self.execution.store.lapsed();
        loop {
            let starts = !ready.is_empty() && broken.is_none() && !cancel.is_cancelled();
            tokio::select! {
                biased;
                // Whatever runs is dropped: its intent is on record, and its end isn't ours any more.
                error = &mut lapsed, if starts || !running.is_empty() => return Err(broken.unwrap_or(error)),
                () = self.slots.take(), if starts => {
                    match ready.pop().filter(|_| !cancel.is_cancelled()) {
                        Some((_, Reverse(step))) => running.push(async move {
                            let result = self.step(&step).await;
                            self.slots.give_back();
                            (step, result)
                        }),
                        None => self.slots.give_back(),
                    }
                }
                Some((step, result)) = running.next(), if !running.is_empty() => {
                    left.remove(&step);
                    match result {
                        Ok(done) => {
                            match done {
                                StepOutcome::Counted(deed) => {
                                    outcome.counts.add(deed);
                                    let change = self.change_of(&step);
                                    outcome.done.extend(change.map(|(change, _)| (change.path.clone(), deed)));
                                }
                                StepOutcome::Unchanged => outcome.counts.add(Deed::Noop),
                                StepOutcome::Silent => {}
                            }
                            let free = schedule.done(&step).into_iter().filter(|step| left.contains(step));
                            ready.extend(free.map(|step| weighed(schedule, step)));
                        }
                        Err(StepError::Failed(cause)) => {
                            self.fail(&step, cause, &mut outcome);
                            let because = format!("`{}` failed", self.path_of(&step));
                            for behind in schedule.behind(&step) {
                                if left.remove(&behind) {
                                    self.skip(&behind, &because, &mut outcome);
                                }
                            }
                        }
                        Err(StepError::Store(error)) => broken = broken.or(Some(error)),
                    }
                }
                else => break,
            }
        }
        if let Some(error) = broken {
            return Err(error);
        }
        outcome.cancelled = cancel.is_cancelled() && !left.is_empty();
        for step in &left {
            self.skip(step, "the run was cancelled", &mut outcome);
        }
        Ok(outcome)
    }

    /// Carries a step out, in a span of its own.
    async fn step(&self, step: &Step) -> Result<StepOutcome, StepError> {
        let Some((change, action)) = self.change_of(step) else { return Ok(StepOutcome::Silent) };
        let (path, type_name) = (change.path.to_string(), change.type_name.as_str());
        let span = tracing::info_span!("step", path, r#type = type_name, action = action.word());
        let work = async {
            match step {
                Step::Up(_) => self.up(change).await,
                Step::Down(instance) => self.down(instance, change).await,
            }
        };
        let result = work.instrument(span.clone()).await;
        if let Err(StepError::Failed(error)) = &result {
            // What a service says may repeat what it was told: the message is for people, who see it veiled.
            let (kind, code, call) = (error.kind, error.code.as_str(), error.action.as_str());
            span.in_scope(|| tracing::info!(?kind, code, call, request_id = error.request_id, "failed"));
        }
        result
    }

    fn change_of(&self, step: &Step) -> Option<(&ResourceChange, Deed)> {
        match step {
            Step::Up(path) => self.changes.get(path).map(|change| (*change, change.action.deed())),
            Step::Down(instance) => self.removals.get(instance).map(|change| (*change, Deed::Delete)),
        }
    }

    fn path_of(&self, step: &Step) -> String {
        self.change_of(step).map_or_else(String::new, |(change, _)| change.path.to_string())
    }

    fn fail(&self, step: &Step, error: ProviderError, outcome: &mut Outcome) {
        let Some((change, action)) = self.change_of(step) else { return };
        let property = blame::refused(&change.diffs, &error).map(|diff| diff.property.clone());
        let failure = OperationError {
            path: change.path.clone(),
            type_name: change.type_name.clone(),
            action,
            error,
            source: change.source.clone(),
            property,
        };
        self.execution.events.emit(Event::Failed {
            path: failure.path.clone(),
            action,
            message: failure.error.to_string(),
            source: failure.source.to_string(),
            property: failure.property.clone(),
            hint: failure.hint(),
            request_id: failure.error.request_id.as_deref().map(str::to_owned),
            extended_request_id: failure.error.extended_request_id.as_deref().map(str::to_owned),
        });
        outcome.counts.failed += 1;
        outcome.failures.push(failure);
    }

    fn skip(&self, step: &Step, reason: &str, outcome: &mut Outcome) {
        let Some((change, action)) = self.change_of(step) else { return };
        let told = outcome.failures.iter().any(|failure| failure.path == change.path)
            || outcome.skipped.iter().any(|(path, _)| *path == change.path);
        if change.action == Action::Noop || (matches!(change.action, Action::Replace { .. }) && told) {
            return;
        }
        self.execution.events.emit(Event::Skipped {
            path: change.path.clone(),
            action,
            reason: reason.to_owned(),
        });
        outcome.skipped.push((change.path.clone(), action));
    }

    fn finished(&self, path: &Path, action: Deed, started: Duration) {
        self.execution.events.emit(Event::Finished {
            path: path.clone(),
            action,
            duration_ms: Event::millis(self.execution.clock.now().saturating_sub(started)),
        });
    }

    /// What is known of an attribute now.
    fn known(&self, attr: &AttrRef) -> Known {
        if let Some(found) = self.execution.plan.lookups.get(&attr.path) {
            return found.at(&attr.attribute).cloned().map_or(Known::Missing, Known::Value);
        }
        self.ledger.attribute(attr)
    }
}
