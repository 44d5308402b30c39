//! Applying a plan: steps run in parallel along the graph, the longest chain first; every
//! cloud call's intent is durable before it is made, and every result before it counts.

mod down;
mod record;
mod up;

use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures::stream::{FuturesUnordered, StreamExt};
use serde_json::Value as Json;

use crate::clock::Clock;
use crate::event::{Event, Events};
use crate::fault::Fault;
use crate::observe::Providers;
use crate::path::Path;
use crate::plan::{Action, Counts, Plan, ResourceChange};
use crate::program::{Program, Source};
use crate::provider::{DeletePolicy, Observation};
use crate::schedule::{Schedule, Step};
use crate::state::{InstanceId, State};
use crate::store::{StateStore, StoreError};
use crate::value::{AttrRef, Known};
use crate::wait::Poller;

use record::Ledger;
pub(crate) use up::{adopts_unmarked, merged};

/// Steps that may run at once; providers limit their own services further.
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
    /// What failed.
    pub failures: Vec<Failure>,
    /// What wasn't tried because something that it needs failed, or the run was cancelled.
    pub skipped: Vec<(Path, &'static str)>,
    /// What deletions left behind for its time.
    pub remains: Vec<(Path, String)>,
    /// The exported values.
    pub outputs: BTreeMap<String, Json>,
    /// Whether the run was cancelled before everything was started.
    pub cancelled: bool,
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
pub struct Failure {
    /// The resource.
    pub path: Path,
    /// Its type.
    pub type_name: String,
    /// The word for what was tried.
    pub action: &'static str,
    /// What happened.
    pub fault: Fault,
    /// Where the program declares it.
    pub source: Source,
}

/// All that an apply works with.
pub(crate) struct Execution<'a> {
    pub(crate) program: &'a Program,
    pub(crate) plan: &'a Plan,
    pub(crate) observations: &'a BTreeMap<InstanceId, Observation>,
    pub(crate) default_tags: &'a BTreeMap<String, String>,
    pub(crate) places: &'a BTreeMap<String, crate::provider::Place>,
    pub(crate) providers: &'a Providers,
    pub(crate) store: &'a dyn StateStore,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) events: &'a dyn Events,
    pub(crate) wait_scale: f64,
    pub(crate) policy: DeletePolicy,
}

/// What a step did.
enum Done {
    Counted(&'static str),
    Unchanged,
    Silent,
}

/// Why a step didn't.
enum Undone {
    Failed(Fault),
    Store(StoreError),
}

impl From<Fault> for Undone {
    fn from(fault: Fault) -> Self {
        Self::Failed(fault)
    }
}

impl From<StoreError> for Undone {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// What the steps of one apply share.
struct Run<'a> {
    execution: &'a Execution<'a>,
    ledger: Ledger<'a>,
    poller: Poller,
    changes: BTreeMap<&'a Path, &'a ResourceChange>,
    removals: BTreeMap<&'a InstanceId, &'a ResourceChange>,
    remains: std::sync::Mutex<Vec<(Path, String)>>,
}

impl Execution<'_> {
    /// Runs the plan on `state`.
    ///
    /// # Errors
    /// [`StoreError`] when the state can't be written any more; everything else is in the outcome.
    pub(crate) async fn run(&self, state: State, cancel: &Cancel) -> Result<(Outcome, State), StoreError> {
        let mut schedule = Schedule::new(self.program, &state, self.plan).map_err(|cycle| {
            StoreError::new(format!("the plan's steps form a circle: {cycle:?}"))
                .with_hint("this is a defect of Ironward: please report it with `preview --json`")
        })?;
        let run = Run {
            execution: self,
            ledger: Ledger::new(state, self.store),
            poller: Poller::new(self.providers.clone(), Arc::clone(&self.clock), self.wait_scale),
            changes: self
                .plan
                .changes
                .iter()
                .filter(|change| !removes(change))
                .map(|c| (&c.path, c))
                .collect(),
            removals: self
                .plan
                .changes
                .iter()
                .filter_map(|change| Some((change.replaces.as_ref()?, change)))
                .collect(),
            remains: std::sync::Mutex::default(),
        };
        run.ledger.open(self.program, self.plan).await?;
        let mut outcome = Outcome::default();
        let mut ready: BinaryHeap<(u64, std::cmp::Reverse<Step>)> = BinaryHeap::new();
        let push = |ready: &mut BinaryHeap<_>, schedule: &Schedule, steps: Vec<Step>| {
            for step in steps {
                ready.push((schedule.weight(&step), std::cmp::Reverse(step)));
            }
        };
        push(&mut ready, &schedule, schedule.ready());
        let mut running = FuturesUnordered::new();
        let mut blocked: BTreeSet<Step> = BTreeSet::new();
        let mut broken: Option<StoreError> = None;
        loop {
            while running.len() < IN_FLIGHT && broken.is_none() && !cancel.is_cancelled() {
                let Some((_, std::cmp::Reverse(step))) = ready.pop() else { break };
                let run = &run;
                running.push(async move {
                    let result = run.step(&step).await;
                    (step, result)
                });
            }
            let Some((step, result)) = running.next().await else { break };
            match result {
                Ok(done) => {
                    run.count(&done, &mut outcome.counts);
                    let free = schedule.done(&step);
                    let free = free.into_iter().filter(|step| !blocked.contains(step)).collect();
                    push(&mut ready, &schedule, free);
                }
                Err(Undone::Failed(fault)) => {
                    run.fail(&step, fault, &mut outcome);
                    let because = run.path_of(&step);
                    for behind in schedule.behind(&step) {
                        if blocked.insert(behind.clone()) {
                            run.skip(&behind, &format!("`{because}` failed"), &mut outcome);
                        }
                    }
                }
                Err(Undone::Store(error)) => broken = broken.or(Some(error)),
            }
        }
        drop(running);
        if let Some(error) = broken {
            return Err(error);
        }
        if cancel.is_cancelled() {
            let mut left: Vec<Step> = ready.into_iter().map(|(_, std::cmp::Reverse(step))| step).collect();
            while let Some(step) = left.pop() {
                outcome.cancelled = true;
                run.skip(&step, "the run was cancelled", &mut outcome);
                for behind in schedule.behind(&step) {
                    if blocked.insert(behind.clone()) {
                        run.skip(&behind, "the run was cancelled", &mut outcome);
                    }
                }
            }
        }
        outcome.remains = run.remains.into_inner().unwrap_or_default();
        outcome.outputs = run.ledger.close(self.program, self.plan, outcome.is_complete()).await?;
        Ok((outcome, run.ledger.into_state()))
    }
}

fn removes(change: &ResourceChange) -> bool {
    matches!(change.action, Action::Delete | Action::Forget)
}

impl Run<'_> {
    async fn step(&self, step: &Step) -> Result<Done, Undone> {
        match step {
            Step::Up(path) => match self.changes.get(path) {
                Some(change) => self.up(change).await,
                None => Ok(Done::Silent),
            },
            Step::Down(instance) => match self.removals.get(instance) {
                Some(change) => self.down(instance, change).await,
                None => Ok(Done::Silent),
            },
        }
    }

    fn change_of(&self, step: &Step) -> Option<(&ResourceChange, &'static str)> {
        match step {
            Step::Up(path) => self.changes.get(path).map(|change| (*change, change.action.word())),
            Step::Down(instance) => self.removals.get(instance).map(|change| (*change, "delete")),
        }
    }

    fn path_of(&self, step: &Step) -> String {
        self.change_of(step).map_or_else(String::new, |(change, _)| change.path.to_string())
    }

    fn count(&self, done: &Done, counts: &mut Counts) {
        match done {
            Done::Counted("create") => counts.created += 1,
            Done::Counted("update") => counts.updated += 1,
            Done::Counted("replace") => counts.replaced += 1,
            Done::Counted(_) => counts.deleted += 1,
            Done::Unchanged => counts.unchanged += 1,
            Done::Silent => {}
        }
    }

    fn fail(&self, step: &Step, fault: Fault, outcome: &mut Outcome) {
        let Some((change, action)) = self.change_of(step) else { return };
        self.execution.events.emit(Event::Failed {
            path: change.path.clone(),
            action,
            message: fault.to_string(),
            source: change.source.to_string(),
            hint: fault.hint(),
        });
        outcome.counts.failed += 1;
        outcome.failures.push(Failure {
            path: change.path.clone(),
            type_name: change.type_name.clone(),
            action,
            fault,
            source: change.source.clone(),
        });
    }

    fn skip(&self, step: &Step, reason: &str, outcome: &mut Outcome) {
        let Some((change, action)) = self.change_of(step) else { return };
        if change.action == Action::Noop {
            return;
        }
        self.execution.events.emit(Event::Skipped {
            path: change.path.clone(),
            action,
            reason: reason.to_owned(),
        });
        outcome.skipped.push((change.path.clone(), action));
    }

    /// What is known of an attribute now.
    fn known(&self, attr: &AttrRef) -> Known {
        if let Some(found) = self.execution.plan.lookups.get(&attr.path) {
            return found.at(&attr.attribute).cloned().map_or(Known::Missing, Known::Value);
        }
        self.ledger.attribute(attr)
    }
}
