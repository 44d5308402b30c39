//! Processes: an engine that plans and applies, until it ends or is killed.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use ironward_core::engine::{Engine, EngineError};
use ironward_core::event::Event;
use ironward_core::execute::{Cancel, Outcome};
use ironward_core::path::Path;
use ironward_core::plan::{Action, Plan, Problem};
use ironward_core::program::Program;
use ironward_core::provider::DeletePolicy;

use crate::cloud::Cloud;
use crate::faults::Weather;
use crate::handle::Handle;
use crate::time::{self, End};
use crate::types::SLOT;
use crate::world::Shared;

/// What a process is told to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Task {
    /// Make the cloud as the program declares it.
    Up,
    /// Take everything down, also what is protected.
    Destroy,
    /// Bring the recorded attributes up to date.
    Refresh,
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
#[derive(Debug, Clone, Copy)]
pub(crate) struct Start {
    pub(crate) task: Task,
    pub(crate) weather: Option<Weather>,
    /// After how many steps it is killed.
    pub(crate) fuse: Option<u32>,
    /// After how many events it is asked to end early.
    pub(crate) cancel: Option<u32>,
}

impl Start {
    /// In fair weather.
    pub(crate) fn fair(task: Task) -> Self {
        Self { task, weather: None, fuse: None, cancel: None }
    }
}

/// Runs one process to its end.
pub(crate) fn run(shared: &Shared, program: &mut Program, start: Start) -> Ended {
    let handle = match Handle::open(shared) {
        Ok(handle) => handle,
        Err(error) => return Ended::Stopped(error),
    };
    {
        let mut world = shared.lock();
        world.faults.begin(start.weather, start.fuse);
        world.tally.processes += 1;
        let now = world.time.now;
        world.judge.tell(now, || format!("a process begins: {:?}", start.task));
    }
    let cancel = Cancel::default();
    let engine = Engine::new(
        Arc::new(Cloud::new(shared)),
        handle,
        Arc::new(shared.clone()),
        Arc::new(listener(shared, &cancel, start.cancel)),
    );
    let ended = match time::run(shared, work(&engine, shared, program, start.task, &cancel)) {
        End::Done(Ok(ended)) => ended,
        End::Done(Err(error)) => Ended::Stopped(error.to_string()),
        End::Killed => Ended::Killed,
        End::Hung => Ended::Hung,
    };
    let mut world = shared.lock();
    world.time.forget();
    world.disk.held = false;
    world.judge.leaving.clear();
    if matches!(ended, Ended::Killed) {
        world.tally.crashes += 1;
        let (_, mut dice) = world.faults.point();
        world.cut_off(&mut dice);
    }
    if cancel.is_cancelled() {
        world.tally.cancelled += 1;
    }
    let now = world.time.now;
    world.judge.tell(now, || format!("the process ended: {ended}"));
    ended
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
    engine: &Engine,
    shared: &Shared,
    program: &mut Program,
    task: Task,
    cancel: &Cancel,
) -> Result<Ended, EngineError> {
    let mut policy = DeletePolicy::default();
    let planned = match task {
        Task::Refresh => {
            engine.refresh(program).await?;
            return Ok(Ended::Complete);
        }
        Task::Destroy => {
            policy.lift_protection = true;
            engine.plan_destroy(program, true).await?
        }
        Task::Up => loop {
            match engine.plan(program).await {
                Ok(planned) => break planned,
                Err(EngineError::Problems(problems)) if amend(program, &problems) => {}
                Err(error) => return Err(error),
            }
        },
    };
    expect_leaving(shared, &planned.plan);
    squat(shared, &planned.plan);
    let outcome = engine.apply(program, planned, policy, cancel).await?;
    Ok(if outcome.is_complete() { Ended::Complete } else { Ended::Incomplete(told(&outcome)) })
}

fn told(outcome: &Outcome) -> String {
    let failures = outcome
        .failures
        .iter()
        .map(|failure| format!("{} of `{}`: {}", failure.action, failure.path, failure.fault));
    let skipped = outcome.skipped.iter().map(|(path, action)| format!("{action} of `{path}` skipped"));
    failures.chain(skipped).collect::<Vec<_>>().join("; ")
}

/// Tells the judge what the plan takes down.
fn expect_leaving(shared: &Shared, plan: &Plan) {
    let mut world = shared.lock();
    let goes = |action: &Action| matches!(action, Action::Delete | Action::Replace { .. });
    let leaving = plan.changes.iter().filter(|change| goes(&change.action));
    world.judge.leaving = leaving.filter_map(|change| change.replaces.clone()).collect();
    let now = world.time.now;
    world.judge.tell(now, || {
        let changes = plan.changes.iter().map(|change| format!("{} {}", change.action, change.path));
        format!("the plan: {}", changes.collect::<Vec<_>>().join(", "))
    });
}

/// Others may take the place of what is gone, once a plan has seen that it is; where that plan is
/// interrupted, nobody can tell any more whose it is.
fn squat(shared: &Shared, plan: &Plan) {
    let mut world = shared.lock();
    if world.faults.weather.is_some() {
        return;
    }
    let (_, mut dice) = world.faults.point();
    let makes = |path: &Path| plan.changes.iter().any(|c| c.path == *path && c.action != Action::Delete);
    let gone = plan.changes.iter().filter(|change| change.vanished && change.action == Action::Delete);
    for change in gone.filter(|change| !makes(&change.path)) {
        let id = change.physical_id.as_deref().unwrap_or_default();
        if let Some(key) = id.strip_prefix("slot-").filter(|_| dice.chance(300)) {
            let properties = [("Key".to_owned(), key.into())].into();
            world.plant_as(&SLOT, id, properties, [].into());
            let now = world.time.now;
            world.judge.tell(now, || format!("outside: someone else makes {id}"));
        }
    }
}

/// Does what the problems of a plan ask of whoever wrote the program; false where that is nothing
/// that a program can do.
fn amend(program: &mut Program, problems: &[Problem]) -> bool {
    let mut amended = false;
    for problem in problems {
        let hint = problem.hint.as_deref().unwrap_or_default();
        let named = |at: usize| hint.split('`').nth(at).and_then(|text| Path::parse(text).ok());
        if hint.starts_with("take `.create_before_replace()` off") {
            if let Some(resource) = named(3).and_then(|path| program.resources.get_mut(&path)) {
                amended |= resource.options.replace_order.take().is_some();
            }
        } else if hint.contains("`.allow_replace()`")
            && let Some(resource) = problem.path.as_ref().and_then(|path| program.resources.get_mut(path))
        {
            amended |= !std::mem::replace(&mut resource.options.allow_replace, true);
        } else if hint == "take the protection away if it shall go"
            && let Some(resource) = problem.path.as_ref().and_then(|path| program.resources.get_mut(path))
        {
            amended |= std::mem::replace(&mut resource.options.protect, false);
        }
    }
    amended
}

/// Plans in fair weather: nothing when there is nothing to do, else what.
pub(crate) fn plan(shared: &Shared, program: &Program) -> Result<Option<String>, String> {
    let handle = Handle::open(shared)?;
    shared.lock().faults.begin(None, None);
    let engine =
        Engine::new(Arc::new(Cloud::new(shared)), handle, Arc::new(shared.clone()), Arc::new(|_: Event| {}));
    let planned = time::run(shared, engine.plan(program));
    shared.lock().disk.held = false;
    let plan = match planned {
        End::Done(Ok(planned)) => planned.plan,
        End::Done(Err(error)) => return Err(error.to_string()),
        End::Killed | End::Hung => return Err("the process waits for what will never come".to_owned()),
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
