//! Taking down what a failed run made.

use std::collections::{BTreeMap, BTreeSet};

use super::planning::Gathered;
use super::{Engine, EngineError, Planned};
use crate::apply::event::Event;
use crate::apply::{Cancel, OperationError, Outcome};
use crate::cloud::provider::DeletePolicy;
use crate::model::path::Path;
use crate::model::program::Program;
use crate::plan::planner;
use crate::state::history::Command;
use crate::state::{Deed, InstanceId, Record, Sharing, State};

/// What a rollback did.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
#[must_use = "a rollback may have failed"]
pub struct RolledBack {
    /// What was taken down.
    pub removed: Vec<Path>,
    /// What the run changed and stays, each with the reason.
    pub kept: Vec<(Path, String)>,
    /// What couldn't be taken down; it is still managed.
    pub failures: Vec<OperationError>,
    /// What deletions left behind for its time.
    pub remains: Vec<(Path, String)>,
    /// Whether it was cancelled before everything was started.
    pub cancelled: bool,
}

impl RolledBack {
    /// Whether everything is down that was to go.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.failures.is_empty() && !self.cancelled
    }
}

impl Engine {
    /// Takes down what the run with this `outcome` made, in the reverse order of its
    /// dependencies, and leaves everything else as the run left it: what it updated, replaced or
    /// adopted stays, and so does what these were built on. `protect` and deletion protection are
    /// no obstacle, since nobody relies yet on what was only just made; but a bucket that holds
    /// something stays, a database leaves its final snapshot, and what is retained isn't touched.
    ///
    /// Every deletion is journalled as in any run: after a kill, the next plan goes on from what
    /// is there.
    ///
    /// # Errors
    /// [`EngineError`] when the state can't be read or written any more.
    pub async fn roll_back(
        &self,
        program: &Program,
        outcome: &Outcome,
        cancel: &Cancel,
    ) -> Result<RolledBack, EngineError> {
        // What is pending is settled here: a creation of unknown outcome counts as made, if it was.
        let state = self.prepare(program).await?;
        let (going, mut kept) = choose(&state, &outcome.made);
        let stays = |deed: Deed| match deed {
            Deed::Update => Some("it was updated; updates aren't taken back"),
            Deed::Replace => Some("it was replaced; the one before it is gone"),
            Deed::Adopt => Some("it was there before"),
            Deed::Share => Some("it is another's"),
            Deed::Restore => Some("it was there before; its deletion was taken back"),
            _ => None,
        };
        let others =
            outcome.done.iter().filter_map(|(path, deed)| Some((path.clone(), stays(*deed)?.to_owned())));
        kept.extend(others);
        for (path, reason) in &kept {
            self.events.emit(Event::Kept { path: path.clone(), reason: reason.clone() });
        }
        self.events.emit(Event::RollingBack { resources: going.len() });
        let wanted: BTreeMap<InstanceId, Path> = going;
        let planned = self.plan_rollback(program, state, wanted.keys().cloned().collect()).await;
        let run = self.execute(program, planned, DeletePolicy::UNDO, cancel).await?;
        let after = self.store.load().await?;
        let left: BTreeSet<&InstanceId> = after.instances().map(|record| &record.instance).collect();
        let (left, removed): (Vec<_>, Vec<_>) =
            wanted.into_iter().partition(|(instance, _)| left.contains(instance));
        for (_, path) in left {
            if run.failures.iter().all(|failure| failure.path != path) {
                let reason =
                    if run.cancelled { "the rollback was cancelled" } else { "something on it stays" };
                kept.push((path, reason.to_owned()));
            }
        }
        let mut removed: Vec<Path> = removed.into_iter().map(|(_, path)| path).collect();
        removed.sort();
        kept.sort();
        Ok(RolledBack {
            removed,
            kept,
            failures: run.failures,
            remains: run.remains,
            cancelled: run.cancelled,
        })
    }

    async fn plan_rollback(&self, program: &Program, state: State, going: BTreeSet<InstanceId>) -> Planned {
        let gathered = Gathered {
            observations: self.observe(program, &state).await.by_instance,
            schemas: self.schemas(program, &state),
            ..Gathered::default()
        };
        let plan = planner::plan_removal(&self.input(program, &state, &gathered), &going);
        Planned::of(plan, state, gathered, Command::Rollback)
    }
}

/// What of the instances that were made goes, and what stays, with the reason.
fn choose(state: &State, made: &BTreeSet<InstanceId>) -> (BTreeMap<InstanceId, Path>, Vec<(Path, String)>) {
    let by_instance: BTreeMap<&InstanceId, &Record> =
        state.instances().map(|record| (&record.instance, record)).collect();
    let mut going: BTreeMap<InstanceId, Path> = BTreeMap::new();
    let mut kept = Vec::new();
    let mut staying: Vec<&Record> = Vec::new();
    for record in by_instance.values() {
        if !made.contains(&record.instance) {
            staying.push(record);
        } else if record.retain {
            kept.push((record.path.clone(), "the program retains it".to_owned()));
            staying.push(record);
        } else if matches!(record.sharing, Some(Sharing::Found | Sharing::Used)) {
            kept.push((record.path.clone(), "it was there before".to_owned()));
        } else {
            going.insert(record.instance.clone(), record.path.clone());
        }
    }
    while let Some(stays) = staying.pop() {
        for needed in stays.ground() {
            if let Some(path) = going.remove(needed) {
                kept.push((path, format!("`{}` was built on it and stays", stays.path)));
                staying.extend(by_instance.get(needed));
            }
        }
    }
    kept.sort();
    (going, kept)
}
