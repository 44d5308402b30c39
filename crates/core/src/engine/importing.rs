//! Plans that only take over what exists already.

use std::collections::BTreeMap;

use super::{Engine, EngineError, Planned};
use crate::adopt;
use crate::document::Document;
use crate::observe::{Observations, observe};
use crate::path::Path;
use crate::plan::{Problem, Remedy};
use crate::program::Program;
use crate::provider::Observation;
use crate::search::settle;
use crate::state::{Record, State};

impl Engine {
    /// Plans to take over what exists already, by path and physical id, as [`Configured::adopt`]
    /// does, and nothing else.
    ///
    /// [`Configured::adopt`]: crate::declare::Configured::adopt
    ///
    /// # Errors
    /// [`EngineError`]; nothing was changed in the cloud.
    pub async fn plan_import(
        &self,
        program: &Program,
        ids: &BTreeMap<Path, String>,
    ) -> Result<Planned, EngineError> {
        self.plan_of(program, Some(ids)).await
    }

    /// Observes what is to be taken over, and returns its records. By what one of them is read may
    /// come from another: then it is read again, once that is known. What is gone may still be shown,
    /// so that all of it is read once more in the end.
    pub(super) async fn observe_adoptions(
        &self,
        program: &Program,
        state: &State,
        ids: Option<&BTreeMap<Path, String>>,
        observations: &mut Observations,
    ) -> BTreeMap<Path, Record> {
        let none = BTreeMap::new();
        let ids = ids.unwrap_or(&none);
        let mut learned: BTreeMap<Path, Document> = BTreeMap::new();
        let mut known: BTreeMap<Path, Record> = BTreeMap::new();
        let mut rounds = 0;
        loop {
            let candidates = adopt::candidates(program, state, ids, &learned);
            let fresh: Vec<&Record> =
                candidates.values().filter(|record| known.get(&record.path) != Some(*record)).collect();
            // Each round reads what the one before made known: no chain is longer than there are
            // candidates.
            if fresh.is_empty() || rounds > candidates.len() {
                if !candidates.is_empty() {
                    settle(&*self.clock, self.wait_scale).await;
                    let seen = observe(&self.providers, candidates.values()).await;
                    observations.reads += seen.reads;
                    observations.by_instance.extend(seen.by_instance);
                }
                return candidates;
            }
            rounds += 1;
            let seen = observe(&self.providers, fresh).await;
            observations.reads += seen.reads;
            observations.by_instance.extend(seen.by_instance);
            for record in candidates.values() {
                if let Some(Observation::Present(observed)) = observations.by_instance.get(&record.instance) {
                    learned.insert(record.path.clone(), observed.attributes.clone());
                }
            }
            known = candidates;
        }
    }
}

/// What can't be imported because there is nothing to import it into.
pub(super) fn importable(
    program: &Program,
    state: &State,
    ids: &BTreeMap<Path, String>,
) -> Result<(), Vec<Problem>> {
    let refused = ids.iter().filter_map(|(path, id)| {
        let source = program.source_of(path);
        let formers = program.resources.get(path).map(|resource| program.formers_of(resource));
        let recorded = |path: &&Path| state.resources.contains_key(*path);
        if let Some(at) = std::iter::once(path).chain(formers.iter().flatten()).find(recorded)
            && let Some(record) = state.resources.get(at)
        {
            let problem = Problem::new(format!("is managed already: it is `{}`", record.physical_id));
            let hint = format!("type `state rm {at}` first, if `{id}` shall take its place");
            let remedy = Remedy::LeaveAlone { path: path.clone() };
            return Some(problem.at(path, source).with_hint(hint).with_remedy(remedy));
        }
        let declared = program.resources.contains_key(path);
        let remedy = Remedy::LeaveAlone { path: path.clone() };
        let problem = || Problem::new("isn't a declared resource").at(path, source).with_remedy(remedy);
        (!declared).then(problem)
    });
    let problems: Vec<Problem> = refused.collect();
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}
