//! Plans that only take over what exists already.

use std::collections::{BTreeMap, BTreeSet};

use super::sharing::Shared;
use super::{Engine, EngineError, Planned};
use crate::cloud::observe::{Observations, observe};
use crate::cloud::part::{Left, Spared, without};
use crate::cloud::provider::Observation;
use crate::cloud::search::settle;
use crate::model::document::Document;
use crate::model::path::Path;
use crate::model::program::Program;
use crate::model::schema::Change;
use crate::plan::needs::Needs;
use crate::plan::{PlanError, Remedy, adopt};
use crate::state::{Record, State};

/// What an import takes over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imports {
    /// What the API calls it, by path.
    pub ids: BTreeMap<Path, String>,
    /// Paths whose declarations say what it is: it is looked for inside of what they refer to.
    pub alike: BTreeSet<Path>,
}

impl From<BTreeMap<Path, String>> for Imports {
    fn from(ids: BTreeMap<Path, String>) -> Self {
        Self { ids, alike: BTreeSet::new() }
    }
}

/// What a plan takes over, and what goes with that.
#[derive(Debug)]
pub(super) struct Taken {
    pub(super) adoptions: BTreeMap<Path, Record>,
    /// All that an import is about.
    pub(super) only: Option<BTreeSet<Path>>,
    /// What is made for it, and for which path.
    pub(super) made: BTreeMap<Path, Path>,
    pub(super) spared: Spared,
    pub(super) left: Vec<Left>,
}

impl Engine {
    /// Plans to take over what exists already, by path and physical id, as [`WithOptions::adopt`]
    /// does, and nothing else but what that needs and what is inside of it.
    ///
    /// [`WithOptions::adopt`]: crate::model::declare::WithOptions::adopt
    ///
    /// # Errors
    /// [`EngineError`]; nothing was changed in the cloud.
    pub async fn plan_import(
        &self,
        program: &Program,
        ids: &BTreeMap<Path, String>,
    ) -> Result<Planned, EngineError> {
        self.plan_imports(program, &Imports::from(ids.clone())).await
    }

    /// As [`plan_import`](Self::plan_import), also of what is known by what it says.
    ///
    /// What the imported refers to by properties that can be changed, and isn't managed, is made in
    /// the same plan, with all that it needs. What the program declares inside of the imported, such
    /// as rules of a group, is taken over with it; what else is there is left alone
    /// ([`Planned::left`]).
    ///
    /// # Errors
    /// [`EngineError`]; nothing was changed in the cloud.
    pub async fn plan_imports(&self, program: &Program, imports: &Imports) -> Result<Planned, EngineError> {
        self.plan_of(program, Some(imports)).await
    }

    /// Finds out what is taken over, with what is inside of it, and what has to be made for that.
    pub(super) async fn take_over(
        &self,
        program: &Program,
        state: &State,
        imports: Option<&Imports>,
        observations: &mut Observations,
    ) -> Result<Taken, Vec<PlanError>> {
        let mut ids = imports.map(|imports| imports.ids.clone()).unwrap_or_default();
        let shared = match imports {
            None => self.look_for_shared(program, state).await?,
            Some(_) => Shared::new(),
        };
        ids.extend(shared.iter().map(|(path, (id, _))| (path.clone(), id.clone())));
        let mut adoptions = self.observe_adoptions(program, state, &ids, observations).await;
        let inside = self.look_inside(program, state, imports, &adoptions, observations).await?;
        if !inside.ids.is_empty() {
            ids.extend(inside.ids.clone());
            adoptions = self.observe_adoptions(program, state, &ids, observations).await;
            // Nobody asked for what is gone meanwhile.
            let asked = |path: &Path| imports.is_some_and(|imports| imports.alike.contains(path));
            for path in inside.ids.keys().filter(|path| !asked(path)) {
                let seen = adoptions.get(path).and_then(|it| observations.by_instance.get(&it.instance));
                if matches!(seen, Some(Observation::Absent)) {
                    adoptions.remove(path);
                    ids.remove(path);
                }
            }
        }
        for (path, (_, sharing)) in shared {
            if let Some(record) = adoptions.get_mut(&path) {
                record.sharing = Some(sharing);
            }
        }
        for instance in inside.spared.keys() {
            if let Some(Observation::Present(observed)) = observations.by_instance.get_mut(instance) {
                *observed = without(&inside.spared, instance, std::mem::take(observed));
            }
        }
        let mut only: Option<BTreeSet<Path>> = imports.map(|_| ids.into_keys().collect());
        let made = only.as_ref().map(|only| made_for(program, state, only)).unwrap_or_default();
        if let Some(only) = &mut only {
            only.extend(made.keys().cloned());
            only.extend(inside.unfinished);
        }
        Ok(Taken { adoptions, only, made, spared: inside.spared, left: inside.left })
    }

    /// Observes what is to be adopted, and returns its records. Reading one may need an attribute of
    /// another: it is read again once that is known. All are read once more in the end, since reads may
    /// still show what is gone.
    async fn observe_adoptions(
        &self,
        program: &Program,
        state: &State,
        ids: &BTreeMap<Path, String>,
        observations: &mut Observations,
    ) -> BTreeMap<Path, Record> {
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
pub(super) fn importable(program: &Program, state: &State, imports: &Imports) -> Result<(), Vec<PlanError>> {
    let by_id = imports.ids.iter().map(|(path, id)| (path, id.as_str()));
    let alike = imports.alike.iter().map(|path| (path, "what says the same"));
    let refused = by_id.chain(alike).filter_map(|(path, id)| {
        let source = program.source_of(path);
        let formers = program.resources.get(path).map(|resource| program.formers_of(resource));
        let recorded = |path: &&Path| state.resources.contains_key(*path);
        if let Some(at) = std::iter::once(path).chain(formers.iter().flatten()).find(recorded)
            && let Some(record) = state.resources.get(at)
        {
            let remedy = Remedy::LeaveAlone { path: path.clone() };
            let problem =
                PlanError::new(format!("is managed already: it is `{}`", record.physical_id), remedy);
            let hint = format!("type `state rm {at}` first, if `{id}` shall take its place");
            return Some(problem.at(path, source).with_hint(hint));
        }
        let declared = program.resources.contains_key(path);
        let remedy = Remedy::LeaveAlone { path: path.clone() };
        let problem = || PlanError::new("isn't a declared resource", remedy).at(path, source);
        (!declared).then(problem)
    });
    let problems: Vec<PlanError> = refused.collect();
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// What has to be made for an import, and for what: what the imported refers to by properties that
/// can be changed, and all that this needs in turn, as far as it isn't managed. What only creation
/// sets is there already, or the import is refused.
fn made_for(program: &Program, state: &State, imported: &BTreeSet<Path>) -> BTreeMap<Path, Path> {
    let mut made: BTreeMap<Path, Path> = BTreeMap::new();
    let mut waiting: Vec<(Path, Path)> = Vec::new();
    for resource in imported.iter().filter_map(|path| program.resources.get(path)) {
        let changeable = |name: &str| {
            resource.schema.property(name).is_some_and(|property| property.change != Change::Replace)
        };
        let refers = resource.properties.iter().filter(|(name, _)| changeable(name));
        let needs = refers.flat_map(|(_, value)| value.references());
        waiting.extend(needs.map(|attr| (attr.path, resource.path.clone())));
    }
    if waiting.is_empty() {
        return made;
    }
    let needs = Needs::new(program);
    while let Some((path, wants)) = waiting.pop() {
        let Some(resource) = program.resources.get(&path) else { continue };
        if imported.contains(&path) || made.contains_key(&path) || adopt::recorded(program, state, resource) {
            continue;
        }
        waiting.extend(needs.of(&path).iter().map(|needed| (needed.clone(), path.clone())));
        made.insert(path, wants);
    }
    made
}
