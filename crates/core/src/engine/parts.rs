//! What is inside of what is taken over: which of it the program declares, and what is left alone.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::join_all;

use super::Engine;
use super::importing::Imports;
use crate::cloud::observe::Observations;
use crate::cloud::part::{Left, Part, Shown, Spared};
use crate::cloud::provider::{Observation, Target};
use crate::model::compare::same;
use crate::model::document::Document;
use crate::model::path::Path;
use crate::model::program::{Program, Resource};
use crate::model::schema::Compare;
use crate::model::value::{AttrRef, Value};
use crate::plan::{PlanError, Remedy, adopt};
use crate::state::{Record, State, Status};

/// What was found inside of what there is.
#[derive(Debug, Default)]
pub(super) struct Inside {
    /// What declarations say the same as, to be taken over with what it is inside of; and whatever is
    /// inside of what is managed, since that is the stack's own.
    pub(super) ids: BTreeMap<Path, String>,
    /// What is left alone, since a declaration says it or nobody asked about it.
    pub(super) spared: Spared,
    /// What an import leaves, and the program doesn't declare.
    pub(super) left: Vec<Left>,
    /// What was taken over by a run that didn't end: it is finished first.
    pub(super) unfinished: BTreeSet<Path>,
}

/// A declaration that isn't managed yet and takes over nothing.
struct Open<'a> {
    resource: &'a Resource,
    /// What it refers to.
    around: BTreeSet<Path>,
}

fn open<'a>(program: &'a Program, state: &State, adoptions: &BTreeMap<Path, Record>) -> Vec<Open<'a>> {
    let is_open = |resource: &&Resource| {
        !adoptions.contains_key(&resource.path) && !adopt::recorded(program, state, resource)
    };
    let around = |resource: &Resource| {
        resource.properties.values().flat_map(Value::references).map(|attr| attr.path).collect()
    };
    let found = program.resources.values().filter(is_open);
    found.map(|resource| Open { resource, around: around(resource) }).collect()
}

/// Whether a declaration says the same as a part in all that says what it is.
fn says(resource: &Resource, part: &Part, known: &dyn Fn(&AttrRef) -> crate::model::value::Known) -> bool {
    resource.schema.type_name == part.type_name
        && !part.says.is_empty()
        && part.says.iter().all(|(name, there)| {
            let declared = resource.properties.get(name);
            let declared = declared.and_then(|value| value.evaluate(known).ok()?.to_json());
            let how = resource.schema.property(name).map_or(Compare::Exact, |property| property.compare);
            declared.is_some_and(|declared| same(how, &declared, there))
        })
}

impl Engine {
    /// Looks into what is taken over, and into what is managed where a declaration that isn't may be
    /// inside of it. What a declaration says is never taken for something that has to go.
    pub(super) async fn look_inside(
        &self,
        program: &Program,
        state: &State,
        imports: Option<&Imports>,
        adoptions: &BTreeMap<Path, Record>,
        observations: &Observations,
    ) -> Result<Inside, Vec<PlanError>> {
        let mut inside = Inside::default();
        if state.resources.is_empty() && adoptions.is_empty() {
            return alike(inside, program, imports);
        }
        let open = open(program, state, adoptions);
        let needed: BTreeSet<&Path> = open.iter().flat_map(|open| &open.around).collect();
        let managed = needed.iter().filter_map(|path| state.resources.get(*path));
        let present = |record: &&Record| {
            matches!(observations.by_instance.get(&record.instance), Some(Observation::Present(_)))
        };
        let wholes: Vec<&Record> = adoptions.values().chain(managed).filter(present).collect();
        let seen = |record: &Record| match observations.by_instance.get(&record.instance) {
            Some(Observation::Present(observed)) => Some(observed.attributes.clone()),
            _ => None,
        };
        let learned: BTreeMap<Path, Document> =
            adoptions.values().filter_map(|record| Some((record.path.clone(), seen(record)?))).collect();
        let ids = imports.map(|imports| imports.ids.clone()).unwrap_or_default();
        let known = |attr: &AttrRef| adopt::known(program, state, &ids, &learned, attr);
        let managed: BTreeSet<(&str, &str)> = state
            .instances()
            .map(|record| (record.type_name.as_str(), record.physical_id.as_str()))
            .collect();
        let mut problems = Vec::new();
        let looks = wholes.into_iter().map(async |whole| (whole, self.parts_of(whole, seen(whole)).await));
        for (whole, parts) in join_all(looks).await {
            let parts = match parts {
                Ok(parts) => parts,
                Err(problem) => {
                    problems.push(problem.at(&whole.path, Some(&whole.source)));
                    continue;
                }
            };
            // An import that didn't end is gone on with.
            let unfinished = whole.status != Status::Ready && !adoptions.contains_key(&whole.path);
            let adopted = unfinished || adoptions.contains_key(&whole.path);
            let takes = adopted || imports.is_none();
            for part in parts {
                if managed.contains(&(part.type_name, &part.physical_id)) {
                    continue;
                }
                let by_id = adoptions.values().any(|record| {
                    record.type_name == part.type_name && record.physical_id == part.physical_id
                });
                let declared = open.iter().map(|open| open.resource).find(|resource| {
                    !inside.ids.contains_key(&resource.path) && says(resource, &part, &known)
                });
                let spared = by_id || declared.is_some() || (imports.is_some() && adopted);
                if let Some(shown) = part.shown.clone().filter(|_| spared) {
                    inside.spared.entry(whole.instance.clone()).or_default().push(shown);
                }
                let path = declared.map(|resource| &resource.path);
                let asked = path.is_some_and(|path| imports.is_some_and(|all| all.alike.contains(path)));
                match path {
                    _ if by_id => {}
                    Some(path) if takes || asked => {
                        inside.ids.insert(path.clone(), part.physical_id);
                        inside.unfinished.extend(unfinished.then(|| whole.path.clone()));
                    }
                    None if adopted && imports.is_some() => inside.left.push(Left {
                        path: whole.path.clone(),
                        physical_id: part.physical_id,
                        words: part.words,
                        goes: part.shown.is_some(),
                    }),
                    _ => {}
                }
            }
        }
        flags(&mut inside.spared);
        if problems.is_empty() { alike(inside, program, imports) } else { Err(problems) }
    }

    async fn parts_of(&self, whole: &Record, attributes: Option<Document>) -> Result<Vec<Part>, PlanError> {
        let provider = self.providers.get(whole.provider.as_deref().unwrap_or_default());
        let Some((provider, handler)) =
            provider.and_then(|provider| Some((provider, provider.handler(&whole.type_name)?)))
        else {
            return Ok(Vec::new());
        };
        let mut target = Target::of(provider.place(), whole);
        target.attributes = attributes.as_ref().unwrap_or(&whole.attributes);
        handler.parts(&target).await.map_err(|error| PlanError::unreadable(&error))
    }
}

/// A property that shows by one flag that there is anything is left alone once for all of it.
fn flags(spared: &mut Spared) {
    for shown in spared.values_mut() {
        let mut seen = BTreeSet::new();
        shown.retain(|shown| match shown {
            Shown::Member(..) => true,
            Shown::Otherwise(property, _) => seen.insert(*property),
        });
    }
}

/// Refuses what was asked for and is inside of nothing.
fn alike(inside: Inside, program: &Program, imports: Option<&Imports>) -> Result<Inside, Vec<PlanError>> {
    let asked = imports.into_iter().flat_map(|imports| &imports.alike);
    let missing = asked.filter(|path| !inside.ids.contains_key(*path)).map(|path| {
        let remedy = Remedy::LeaveAlone { path: path.clone() };
        PlanError::new("nothing that there is says the same as this declaration", remedy)
            .at(path, program.source_of(path))
            .with_hint(format!("leave it out of the import, or type `import {path} ID`"))
    });
    let problems: Vec<PlanError> = missing.collect();
    if problems.is_empty() { Ok(inside) } else { Err(problems) }
}
