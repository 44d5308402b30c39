//! Processes: an engine that plans and applies, until it ends or is killed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use ironward_core::apply::{Cancel, Outcome};
use ironward_core::consent::{Consent, DataValue};
use ironward_core::engine::{Engine, EngineError};
use ironward_core::event::Event;
use ironward_core::path::Path;
use ironward_core::plan::{Action, Plan};
use ironward_core::program::{Program, Resource};
use ironward_core::provider::DeletePolicy;
use ironward_core::state::{InstanceId, Record};
use ironward_core::value::Value;

use crate::cloud::Cloud;
use crate::faults::{Blow, Weather};
use crate::handle::Handle;
use crate::judge::{Expected, Law};
use crate::laws;
use crate::offers;
use crate::remedies::{Answers, Heeds};
use crate::time::{self, End, Flag, Sleepers};
use crate::types::SLOT;
use crate::world::Shared;

/// What a process says that gave up on changes of which each needs another one first.
pub(crate) const TANGLED: &str = "each change needs another one first";

/// How many changes of their own somebody makes before one.
const STEPS: usize = 4;

/// What a process is told to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Task {
    /// Make the cloud as the program declares it.
    Up,
    /// Take everything down, also what is protected.
    Destroy,
    /// Bring the recorded attributes up to date.
    Refresh,
    /// Take over what exists already, and nothing else.
    Import,
}

/// How a process ended.
#[derive(Debug)]
pub(crate) enum Ended {
    /// It did all that it planned.
    Complete,
    /// Some of it failed, or wasn't tried.
    Incomplete(String),
    /// It made no plan, or couldn't go on.
    Stopped(String),
    Killed,
    Hung,
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Complete => f.write_str("it did all that it planned"),
            Self::Incomplete(why) => write!(f, "it didn't do all that it planned: {why}"),
            Self::Stopped(why) => write!(f, "it couldn't go on: {why}"),
            Self::Killed => f.write_str("it was killed"),
            Self::Hung => f.write_str("it waits for what will never come"),
        }
    }
}

/// How a process is started.
#[derive(Debug, Clone)]
pub(crate) struct Start {
    pub(crate) task: Task,
    /// What an import takes over.
    pub(crate) imports: BTreeMap<Path, String>,
    pub(crate) weather: Option<Weather>,
    /// After how many steps something happens to it.
    pub(crate) fuse: Option<(u32, Blow)>,
    /// Whether it rolls back when it fails, and whether the weather is fair then.
    pub(crate) rollback: Option<bool>,
    /// After how many events it is asked to end early.
    pub(crate) cancel: Option<u32>,
    /// What is consented to with the command.
    pub(crate) consents: Vec<Consent>,
    /// What the data of the stack is said to be worth.
    pub(crate) data: DataValue,
    /// What whoever runs it does about a refusal.
    pub(crate) heeds: Heeds,
}

impl Start {
    /// In fair weather.
    pub(crate) fn fair(task: Task) -> Self {
        Self {
            task,
            imports: BTreeMap::new(),
            weather: None,
            fuse: None,
            rollback: None,
            cancel: None,
            consents: Vec::new(),
            data: DataValue::Kept,
            heeds: Heeds::InCode,
        }
    }
}

/// A process, until it ended or was paused.
#[derive(Debug)]
pub(crate) enum Ran {
    Ended(Ended),
    Paused(Box<Suspended>),
}

type Work = Pin<Box<dyn Future<Output = (Program, Result<Ended, EngineError>)>>>;

struct Running {
    work: Work,
    flag: Arc<Flag>,
    fence: u64,
    cancel: Cancel,
}

/// A process that is paused.
pub(crate) struct Suspended {
    running: Running,
    sleepers: Sleepers,
    expected: Expected,
}

impl fmt::Debug for Suspended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Suspended").field("fence", &self.running.fence).finish_non_exhaustive()
    }
}

/// Runs one process until it ends or is paused.
pub(crate) fn run(shared: &Shared, program: &mut Program, start: Start) -> Ran {
    let handle = match Handle::open(shared) {
        Ok(handle) => handle,
        Err(error) => return Ran::Ended(Ended::Stopped(error)),
    };
    let fence = handle.fence();
    {
        let mut world = shared.lock();
        world.faults.begin(start.weather, start.fuse);
        world.tally.processes += 1;
        let adopted = program.resources.values().filter_map(|resource| resource.options.adopt.clone());
        let asked = adopted.chain(start.imports.values().cloned()).collect();
        world.judge.expected = Expected { asked, ..Expected::default() };
        let now = world.time.now;
        world.judge.tell(now, || format!("process {fence} begins: {:?}", start.task));
        world.disposable = start.data == DataValue::Disposable;
        world.silence();
    }
    let cancel = Cancel::default();
    let mut engine = Engine::new(
        Arc::new(Cloud::new(shared, fence)),
        handle,
        Arc::new(shared.clone()),
        Arc::new(listener(shared, &cancel, start.cancel)),
    )
    .with_data(start.data);
    engine.accept(start.consents.iter().cloned());
    let work: Work = {
        let (shared, mut program, cancel) = (shared.clone(), program.clone(), cancel.clone());
        Box::pin(async move {
            let ended = work(engine, &shared, &mut program, &start, &cancel).await;
            (program, ended)
        })
    };
    Running { work, flag: Arc::default(), fence, cancel }.go_on(shared, program)
}

impl Running {
    fn go_on(mut self, shared: &Shared, program: &mut Program) -> Ran {
        let ended = match time::go_on(shared, self.work.as_mut(), &self.flag) {
            End::Done((amended, ended)) => {
                *program = amended;
                ended.unwrap_or_else(|error| Ended::Stopped(error.to_string()))
            }
            End::Killed => Ended::Killed,
            End::Hung => Ended::Hung,
            End::Paused => {
                let mut world = shared.lock();
                let (sleepers, expected) = (world.time.forget(), std::mem::take(&mut world.judge.expected));
                world.tally.pauses += 1;
                world.fall_silent(self.fence);
                return Ran::Paused(Box::new(Suspended { running: self, sleepers, expected }));
            }
        };
        let mut world = shared.lock();
        drop(world.time.forget());
        world.judge.expected = Expected::default();
        world.let_go(self.fence, matches!(ended, Ended::Killed));
        world.tally.cancelled += u64::from(self.cancel.is_cancelled());
        let (now, fence) = (world.time.now, self.fence);
        world.judge.tell(now, || format!("process {fence} ended: {ended}"));
        Ran::Ended(ended)
    }
}

impl Suspended {
    /// Whether another process holds the state by now.
    pub(crate) fn is_overtaken(&self, shared: &Shared) -> bool {
        shared.lock().disk.fence != self.running.fence
    }

    /// Goes on with the process, in fair weather, and returns how it ended.
    pub(crate) fn wake(self, shared: &Shared) -> Ended {
        let overtaken = self.is_overtaken(shared);
        {
            let mut world = shared.lock();
            world.faults.begin(None, None);
            world.time.remember(self.sleepers);
            world.judge.expected = self.expected;
            if overtaken {
                world.tally.zombies += 1;
            } else {
                world.catch_up_with(self.running.fence);
                world.renew_lease();
            }
            let (now, fence) = (world.time.now, self.running.fence);
            world.judge.tell(now, || format!("process {fence} goes on"));
        }
        match self.running.go_on(shared, &mut Program::default()) {
            Ran::Ended(ended) => ended,
            // Nothing pauses it twice.
            Ran::Paused(_) => Ended::Hung,
        }
    }
}

/// Hears what the engine tells.
fn listener(shared: &Shared, cancel: &Cancel, after: Option<u32>) -> impl Fn(Event) + Send + Sync + use<> {
    let (shared, cancel) = (shared.clone(), cancel.clone());
    let left = AtomicU32::new(after.unwrap_or(u32::MAX));
    move |event| {
        if left.fetch_sub(1, Ordering::Relaxed) == 1 {
            cancel.cancel();
        }
        let mut world = shared.lock();
        if matches!(event, Event::Recovered { .. }) {
            world.tally.recoveries += 1;
        }
        let now = world.time.now;
        world.judge.tell(now, || format!("the engine says: {event:?}"));
    }
}

async fn work(
    mut engine: Engine,
    shared: &Shared,
    program: &mut Program,
    start: &Start,
    cancel: &Cancel,
) -> Result<Ended, EngineError> {
    let mut policy = DeletePolicy::default();
    let mut answers = Answers::new(start, shared.lock().disk.fence);
    let planned = match start.task {
        Task::Refresh => {
            engine.refresh(program).await?;
            return Ok(Ended::Complete);
        }
        Task::Destroy => {
            policy.lift_protection = true;
            engine.plan_destroy(program, true).await?
        }
        Task::Import => loop {
            match engine.plan_import(program, &answers.imports).await {
                Ok(planned) => break planned,
                Err(EngineError::Refused(problems)) => {
                    answers.answer(&mut engine, shared, program, problems)?;
                    if answers.imports.is_empty() {
                        return Ok(Ended::Complete);
                    }
                }
                Err(error) => return Err(error),
            }
        },
        Task::Up => loop {
            match engine.plan(program).await {
                Ok(planned) => break planned,
                Err(EngineError::Refused(problems)) => {
                    let Some(step) = answers.answer(&mut engine, shared, program, problems)? else {
                        continue;
                    };
                    if let Some(ended) = first(&mut engine, shared, step, &mut answers, cancel).await? {
                        return Ok(ended);
                    }
                }
                Err(error) => return Err(error),
            }
        },
    };
    let makes = planned.plan.changes.iter().filter(|change| change.action == Action::Create);
    let made: BTreeSet<InstanceId> = makes.map(|change| change.instance.clone()).collect();
    laws::expect(&mut shared.lock(), program, &planned.plan, &answers.by_command);
    squat(shared, program, &planned.plan);
    let outcome = engine.apply(program, planned, policy, cancel).await?;
    if outcome.is_complete() {
        if start.task == Task::Up {
            shared.lock().applied = Some(program.clone());
        }
        return Ok(Ended::Complete);
    }
    if let Some(fair) = start.rollback {
        roll_back(&engine, shared, program, &outcome, made, fair).await?;
    }
    Ok(Ended::Incomplete(told(&outcome)))
}

/// Applies changes of their own that refusals ask for, each perhaps after another one; how the process
/// ended, where that isn't done.
async fn first(
    engine: &mut Engine,
    shared: &Shared,
    step: Program,
    answers: &mut Answers,
    cancel: &Cancel,
) -> Result<Option<Ended>, EngineError> {
    let tried = std::mem::take(&mut answers.tried);
    let mut steps = vec![step];
    while let Some(step) = steps.last_mut() {
        offers::make_way(&mut shared.lock(), step);
        let planned = match engine.plan(step).await {
            Ok(planned) => planned,
            Err(EngineError::Refused(problems)) => {
                if let Some(other) = answers.answer(engine, shared, step, problems)? {
                    if steps.len() > STEPS {
                        return Ok(Some(Ended::Stopped(TANGLED.to_owned())));
                    }
                    answers.tried.clear();
                    steps.push(other);
                }
                continue;
            }
            Err(error) => return Err(error),
        };
        laws::expect(&mut shared.lock(), step, &planned.plan, &answers.by_command);
        let outcome = engine.apply(step, planned, DeletePolicy::default(), cancel).await?;
        if !outcome.is_complete() {
            return Ok(Some(Ended::Incomplete(told(&outcome))));
        }
        shared.lock().applied = Some(step.clone());
        steps.pop();
    }
    answers.tried = tried;
    Ok(None)
}

/// Takes down what a failed run made, and looks at what is left of it.
async fn roll_back(
    engine: &Engine,
    shared: &Shared,
    program: &Program,
    outcome: &Outcome,
    made: BTreeSet<InstanceId>,
    fair: bool,
) -> Result<(), EngineError> {
    {
        let mut world = shared.lock();
        world.tally.rollbacks += 1;
        world.judge.expected.leaving.clone_from(&made);
        world.judge.expected.made = Some(made.clone());
        if fair {
            world.faults.weather = None;
        }
    }
    let fence = shared.lock().disk.fence;
    let back = engine.roll_back(program, outcome, &Cancel::default()).await?;
    let mut world = shared.lock();
    world.judge.expected.made = None;
    if world.disk.fence != fence {
        return Ok(());
    }
    let left: Vec<&Record> =
        world.disk.state.instances().filter(|record| made.contains(&record.instance)).collect();
    let lost = back.removed.iter().find(|path| left.iter().any(|record| record.path == **path));
    let accounted = |path: &Path| {
        back.kept.iter().any(|(kept, _)| kept == path) || back.failures.iter().any(|f| f.path == *path)
    };
    let silent = left.iter().find(|record| !accounted(&record.path));
    let now = world.time.now;
    let message = match (lost, silent) {
        (Some(path), _) => format!("the rollback says that `{path}` is down, and it is on record"),
        (_, Some(record)) => format!("`{}` is left by a rollback that doesn't say so", record.path),
        (None, None) => return Ok(()),
    };
    world.judge.breaks(Law::StateIsCloud, now, message);
    Ok(())
}

fn told(outcome: &Outcome) -> String {
    let failures = outcome
        .failures
        .iter()
        .map(|failure| format!("{} of `{}`: {}", failure.action, failure.path, failure.error));
    let skipped = outcome.skipped.iter().map(|(path, action)| format!("{action} of `{path}` skipped"));
    failures.chain(skipped).collect::<Vec<_>>().join("; ")
}

/// Others may take the place of what is gone, once a plan has seen that it is; where that plan is
/// interrupted, as by the end of a lease, nobody can tell any more whose it is.
fn squat(shared: &Shared, program: &Program, plan: &Plan) {
    let mut world = shared.lock();
    if world.faults.weather.is_some() || world.lease.is_some() {
        return;
    }
    let (_, mut dice) = world.faults.point();
    let makes = |path: &Path| plan.changes.iter().any(|c| c.path == *path && c.action != Action::Delete);
    let gone = plan.changes.iter().filter(|change| change.vanished && change.action == Action::Delete);
    for change in gone.filter(|change| !makes(&change.path)) {
        let id = change.physical_id.as_deref().unwrap_or_default();
        let wanted = |key: &str| program.resources.values().any(|r| is_key(r, key));
        if let Some(key) = id.strip_prefix("slot-").filter(|key| dice.chance(300) && !wanted(key)) {
            let properties = [("Key".to_owned(), key.into())].into();
            world.plant_as(&SLOT, id, properties, [].into());
            let now = world.time.now;
            world.judge.tell(now, || format!("outside: someone else makes {id}"));
        }
    }
}

/// Whether a resource is known by this key.
fn is_key(resource: &Resource, key: &str) -> bool {
    matches!(resource.properties.get("Key"), Some(Value::Literal(json)) if json.as_str() == Some(key))
}

/// Plans in fair weather: nothing when there is nothing to do, else what.
pub(crate) fn plan(shared: &Shared, program: &Program, data: DataValue) -> Result<Option<String>, String> {
    let handle = Handle::open(shared)?;
    shared.lock().faults.begin(None, None);
    let engine = Engine::new(
        Arc::new(Cloud::new(shared, handle.fence())),
        handle,
        Arc::new(shared.clone()),
        Arc::new(|_: Event| {}),
    )
    .with_data(data);
    let planned = time::run(shared, engine.plan(program));
    {
        let mut world = shared.lock();
        drop(world.time.forget());
        world.disk.held = false;
    }
    let plan = match planned {
        End::Done(Ok(planned)) => planned.plan,
        End::Done(Err(error)) => return Err(error.to_string()),
        End::Killed | End::Paused | End::Hung => {
            return Err("the process waits for what will never come".to_owned());
        }
    };
    if plan.is_empty() && !plan.has_drift() {
        return Ok(None);
    }
    let changes =
        plan.changes.iter().filter(|change| change.action != Action::Noop || !change.drift.is_empty());
    let told = changes.map(|change| {
        let diffs: Vec<&str> =
            change.diffs.iter().chain(&change.drift).map(|diff| diff.property.as_str()).collect();
        format!("{} {} {} {}", change.action, change.path, diffs.join(","), change.reasons.join(", "))
    });
    Ok(Some(told.collect::<Vec<_>>().join("; ")))
}
