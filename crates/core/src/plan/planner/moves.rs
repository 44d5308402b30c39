//! What stood at another path before: as the program says, or because both paths mean one thing.

use std::collections::{BTreeMap, BTreeSet};

use super::Input;
use crate::cloud::provider::Place;
use crate::model::document::Node;
use crate::model::path::Path;
use crate::model::program::{Program, Resource};
use crate::model::schema::Schema;
use crate::model::value::{AttrRef, Known};
use crate::plan::claims::{self, Index};
use crate::plan::{PlanError, Remedy};
use crate::state::Record;

/// For resources that move, the record at the former path.
pub(crate) type Moves<'a> = BTreeMap<&'a Path, &'a Record>;

/// All that moves. `order` holds the declared paths, each after what it needs.
pub(super) fn moves<'a>(input: &Input<'a>, order: &[Path], problems: &mut Vec<PlanError>) -> Moves<'a> {
    let mut moves = declared(input, problems);
    recognised(input, order, &mut moves);
    moves
}

/// The moves that the program declares, in chains and in circles as well: what leaves a path makes
/// room for what comes there.
fn declared<'a>(input: &Input<'a>, problems: &mut Vec<PlanError>) -> Moves<'a> {
    let (program, state) = (input.program, input.state);
    let mut wants: BTreeMap<&Path, (&Resource, &Record)> = BTreeMap::new();
    for resource in program.resources.values() {
        let formers = program.formers_of(resource);
        let former = formers.iter().find_map(|former| state.resources.get(former));
        let Some(record) = former.filter(|record| record.path != resource.path) else { continue };
        // Once it has moved, what comes to its former path is another thing.
        if !state.arrived_from(&resource.path, &formers) {
            wants.insert(&resource.path, (resource, record));
        }
    }
    let mut found = Moves::new();
    let mut takers: BTreeMap<&Path, &Path> = BTreeMap::new();
    let starts: Vec<&Path> =
        wants.keys().copied().filter(|path| !state.resources.contains_key(*path)).collect();
    let circles = circles(&wants);
    let mut open: Vec<&Path> = starts.into_iter().chain(circles).collect();
    open.reverse();
    while let Some(path) = open.pop() {
        let Some((resource, record)) = wants.get(path) else { continue };
        if found.contains_key(path) {
            continue;
        }
        let old = &record.path;
        let refused = if let Some(other) = takers.get(old) {
            Some((
                format!("takes over `{old}`, and so does `{other}`"),
                "take `renamed_from` off one of them".to_owned(),
            ))
        } else if wants.contains_key(old) {
            open.push(old);
            None
        } else if program.resources.contains_key(old) {
            Some((
                format!("takes over `{old}`, which is still declared"),
                format!(
                    "say where what is declared at `{old}` stood before, or move first and declare it \
                     in a change of its own"
                ),
            ))
        } else {
            None
        };
        match refused {
            Some((why, hint)) => {
                let remedy = Remedy::StayThere { path: resource.path.clone() };
                let problem = PlanError::new(why, remedy).at(&resource.path, Some(&resource.source));
                problems.push(problem.with_hint(hint));
            }
            None => {
                takers.insert(old, path);
                found.insert(path, record);
            }
        }
    }
    found
}

/// The paths that hand what stands there on in a circle.
fn circles<'a>(wants: &BTreeMap<&'a Path, (&'a Resource, &'a Record)>) -> Vec<&'a Path> {
    let mut seen: BTreeSet<&Path> = BTreeSet::new();
    let mut found = Vec::new();
    for start in wants.keys().copied() {
        let mut way: Vec<&'a Path> = Vec::new();
        let mut next = Some(start);
        while let Some(path) = next.filter(|path| seen.insert(path)) {
            way.push(path);
            next = wants.get(path).and_then(|(_, record)| wants.get_key_value(&record.path)).map(|(p, _)| *p);
        }
        if let Some(at) = next.and_then(|path| way.iter().position(|other| *other == path)) {
            found.extend_from_slice(&way[at..]);
        }
    }
    found
}

/// What left the program at one path and comes at another, recognised by what it claims: one thing in
/// the cloud, that is neither deleted nor made.
fn recognised<'a>(input: &Input<'a>, order: &[Path], moves: &mut Moves<'a>) {
    if input.only.is_some() {
        return;
    }
    let (program, state) = (input.program, input.state);
    let schemas = schemas(program);
    let taken: BTreeSet<&Path> = moves.values().map(|record| &record.path).collect();
    let leaving = state
        .resources
        .values()
        .filter(|record| !program.resources.contains_key(&record.path) && !taken.contains(&record.path));
    let claimed = leaving.flat_map(|record| {
        let schema = schemas.get(record.type_name.as_str()).copied();
        of_record(input, schema, record).into_iter().map(move |claim| (claim, record))
    });
    let index: Index<&'a Record> = Index::new(claimed);
    if index.is_empty() {
        return;
    }
    let mut gone: BTreeSet<&Path> = BTreeSet::new();
    for path in order {
        let Some((path, resource)) = program.resources.get_key_value(path) else { continue };
        if resource.schema.claims.is_empty()
            || state.resources.contains_key(path)
            || moves.contains_key(path)
            || input.adoptions.contains_key(path)
        {
            continue;
        }
        let Some(place) = input.places.get(resource.options.provider.as_deref().unwrap_or_default()) else {
            continue;
        };
        let known = |attr: &AttrRef| attribute(input, moves, attr);
        let same = properties(resource, &known)
            .map(|properties| claims::declared(resource, place, &properties))
            .unwrap_or_default()
            .iter()
            .flat_map(|claim| index.same(claim))
            .find(|record| !gone.contains(&record.path));
        if let Some(record) = same {
            gone.insert(&record.path);
            moves.insert(path, record);
        }
    }
}

/// The declared properties as far as they are known before anything is decided.
fn properties(resource: &Resource, known: &dyn Fn(&AttrRef) -> Known) -> Option<BTreeMap<String, Node>> {
    let mut properties = BTreeMap::new();
    for claim in resource.schema.claims {
        let names = claim.properties.iter().copied().chain(claim.when.map(|(name, _)| name));
        for name in names.map(|name| name.split('.').next().unwrap_or(name)) {
            if let Some(value) = resource.properties.get(name) {
                properties.insert(name.to_owned(), value.evaluate(known).ok()?);
            }
        }
    }
    Some(properties)
}

fn attribute(input: &Input<'_>, moves: &Moves<'_>, attr: &AttrRef) -> Known {
    if let Some(found) = input.lookups.get(&attr.path) {
        return found.at(&attr.attribute).cloned().map_or(Known::Missing, Known::Value);
    }
    let record = moves.get(&attr.path).copied().or_else(|| input.state.resources.get(&attr.path));
    let value = record.and_then(|record| record.attributes.at(&attr.attribute));
    value.cloned().map_or(Known::Later, Known::Value)
}

/// The facts of every type that the program declares.
pub(super) fn schemas(program: &Program) -> BTreeMap<&'static str, &'static Schema> {
    program.resources.values().map(|resource| (resource.schema.type_name, resource.schema)).collect()
}

/// What a recorded instance is known by, where the facts of its type are known.
fn of_record(input: &Input<'_>, schema: Option<&'static Schema>, record: &Record) -> Vec<claims::Claimed> {
    let place: Option<&Place> = input.places.get(record.provider.as_deref().unwrap_or_default());
    let (Some(schema), Some(place)) = (schema, place) else { return Vec::new() };
    if schema.claims.is_empty() {
        return Vec::new();
    }
    record.upgraded(schema).map(|properties| claims::recorded(schema, place, &properties)).unwrap_or_default()
}
