//! What a plan promises: what stays there while it is carried out, and whose loss somebody consented
//! to. All of it follows from the program, the state and the cloud; of the plan only what it says that
//! it replaces.

use std::collections::{BTreeMap, BTreeSet};

use ironward_core::consent::{Consent, Loss};
use ironward_core::path::Path;
use ironward_core::plan::{Action, Plan};
use ironward_core::program::{Program, Resource};
use ironward_core::schema::ReplaceOrder;
use ironward_core::state::{InstanceId, Record, State};
use ironward_core::value::{AttrRef, Known};

use crate::judge::Law;
use crate::object::Request;
use crate::types::{known_by, schema_of};
use crate::world::World;

/// Tells the judge what a plan is expected to do, and who consented to what.
pub(crate) fn expect(world: &mut World, program: &Program, plan: &Plan, given: &[Consent]) {
    let goes = |action: &Action| matches!(action, Action::Delete | Action::Replace { .. });
    let leaving = plan.changes.iter().filter(|change| goes(&change.action));
    world.judge.expected.leaving = leaving.filter_map(|change| change.replaces.clone()).collect();
    // What a change of its own comes first may be another program, which takes over something else.
    let adopted = program.resources.values().filter_map(|resource| resource.options.adopt.clone());
    world.judge.expected.asked.extend(adopted);
    let now = world.time.now;
    world.judge.tell(now, || {
        let changes = plan.changes.iter().map(|change| format!("{} {}", change.action, change.path));
        format!("the plan: {}", changes.collect::<Vec<_>>().join(", "))
    });
    world.tally.moved += plan.changes.iter().filter(|change| change.renamed_from.is_some()).count() as u64;
    world.tally.let_go += plan.counts().forgotten as u64;
    let consents = consents(program, given);
    let covers = |path: &Path, loss| consents.iter().any(|consent| consent.covers(path, loss));
    for change in plan.changes.iter().filter(|change| goes(&change.action)) {
        let Some(old) = &change.replaces else { continue };
        let declared = program.resources.contains_key(&change.path);
        let loss = if declared { Loss::Replace } else { Loss::Delete };
        if (covers(&change.path, loss) || world.disposable) && world.judge.consented.insert(old.clone()) {
            world.tally.consents += 1;
        }
        let names = |consent: &Consent| {
            consent.paths.to_string() == change.path.as_str() && consent.covers(&change.path, Loss::Delete)
        };
        let key = schema_of(&change.type_name).is_some_and(|schema| schema.opens);
        if key && consents.iter().any(names) {
            world.judge.named.insert(old.clone());
        }
    }
    let continuing = if plan.destroys { BTreeMap::new() } else { continuing(&world.disk.state, program) };
    let mut replaced = BTreeMap::new();
    for change in &plan.changes {
        if let (Action::Replace { order }, Some(old)) = (&change.action, &change.replaces) {
            replaced.insert(old.clone(), (*order, change.instance.clone()));
        }
    }
    let mut lost = BTreeSet::new();
    for (instance, path) in &continuing {
        let record = world.disk.state.record(instance);
        let stateful = record.and_then(|record| schema_of(&record.type_name)).is_some_and(|s| s.stateful);
        let there = world.objects.iter().any(|object| object.is_of(instance));
        let consented = world.judge.empty.contains(instance)
            || covers(path, Loss::Recreate)
            || covers(path, Loss::Replace);
        if stateful && !there && world.gone_outside(instance) && !consented {
            lost.insert(path.to_string());
        }
    }
    // What leaves the program is no longer missed, and neither is what somebody lets be made anew, or what a
    // plan for disposable data takes down or makes anew.
    let disposes = |action: &Action| goes(action) || *action == Action::Create;
    let disposed = |path: &Path| {
        world.disposable && plan.changes.iter().any(|change| change.path == *path && disposes(&change.action))
    };
    let state = &world.disk.state;
    world.judge.bereaved.retain(|instance, at| {
        // While it is recorded it may move, and is missed where it stands from now on.
        if state.resources.values().any(|record| record.instance == *instance) {
            let Some(path) = continuing.get(instance) else { return false };
            at.clone_from(path);
        }
        !plan.destroys
            && !disposed(at)
            && program.resources.contains_key(at)
            && !covers(at, Loss::Recreate)
            && !covers(at, Loss::Replace)
    });
    let expected = &mut world.judge.expected;
    (expected.continuing, expected.replaced, expected.lost) = (continuing, replaced, lost);
}

/// All consents that count.
fn consents(program: &Program, given: &[Consent]) -> Vec<Consent> {
    let of_resources = program.resources.values().flat_map(|resource| {
        let of_one = |loss| Consent::of_program(resource.path.clone().into(), loss, "");
        resource.options.accepts.iter().map(move |accepted| of_one(accepted.loss))
    });
    program.consents.iter().chain(given).cloned().chain(of_resources).collect()
}

/// Where each recorded thing stands from now on that is declared before and after: at its path, at the
/// one that it moved to as the program says, or at the one where the same is declared.
fn continuing(state: &State, program: &Program) -> BTreeMap<InstanceId, Path> {
    let moved = renamed(state, program);
    let mut stands: BTreeMap<&InstanceId, &Path> = BTreeMap::new();
    let mut taken: BTreeSet<&Path> = BTreeSet::new();
    for (to, record) in &moved {
        stands.insert(&record.instance, to);
        taken.insert(to);
    }
    for (path, record) in &state.resources {
        let leaves = stands.contains_key(&record.instance);
        if !leaves
            && !taken.contains(path)
            && let Some(path) = program.resources.get_key_value(path)
        {
            stands.insert(&record.instance, path.0);
        }
    }
    let at: BTreeSet<&Path> = stands.values().copied().collect();
    let open: Vec<&Resource> = program
        .resources
        .values()
        .filter(|resource| !at.contains(&resource.path) && !state.resources.contains_key(&resource.path))
        .filter(|resource| resource.options.adopt.is_none())
        .collect();
    // What refers to something that is recognised is recognised after it.
    loop {
        let known = |attr: &AttrRef| attribute(state, &stands, attr);
        let found = open.iter().find_map(|resource| {
            if stands.values().any(|path| **path == resource.path) {
                return None;
            }
            let same = |record: &&Record| {
                record.type_name == resource.schema.type_name
                    && !program.resources.contains_key(&record.path)
                    && !stands.contains_key(&record.instance)
                    && is_known_as(record, resource, &known)
            };
            Some((&state.resources.values().find(same)?.instance, &resource.path))
        });
        let Some((instance, path)) = found else { break };
        stands.insert(instance, path);
    }
    stands.into_iter().map(|(instance, path)| (instance.clone(), path.clone())).collect()
}

/// What moves as the program says, by where to.
fn renamed<'a>(state: &'a State, program: &'a Program) -> BTreeMap<&'a Path, &'a Record> {
    let wants: BTreeMap<&Path, &Record> = program
        .resources
        .values()
        .filter_map(|resource| {
            let formers = program.formers_of(resource);
            let record = formers.iter().find_map(|former| state.resources.get(former))?;
            let arrived = state.arrived_from(&resource.path, &formers);
            (record.path != resource.path && !arrived).then_some((&resource.path, record))
        })
        .collect();
    let mut moved = BTreeMap::new();
    for start in wants.keys() {
        let mut way: Vec<(&Path, &Record)> = Vec::new();
        let mut at = *start;
        while let Some((path, record)) = wants.get_key_value(at)
            && way.len() <= wants.len()
        {
            way.push((path, record));
            at = &record.path;
        }
        let free = !state.resources.contains_key(*start);
        let circles = at == *start || way.len() > wants.len() && way.iter().skip(1).any(|(p, _)| p == start);
        if free || circles {
            moved.extend(way);
        }
    }
    moved
}

fn attribute(state: &State, stands: &BTreeMap<&InstanceId, &Path>, attr: &AttrRef) -> Known {
    let standing = |record: &&Record| stands.get(&record.instance).is_some_and(|path| **path == attr.path);
    let value = state.resources.values().find(standing).and_then(|r| r.attributes.at(&attr.attribute));
    value.cloned().map_or(Known::Later, Known::Value)
}

/// Whether a declaration means what is recorded: one thing in the cloud.
fn is_known_as(record: &Record, resource: &Resource, known: &dyn Fn(&AttrRef) -> Known) -> bool {
    let names = known_by(&record.type_name);
    let same = |name: &&str| {
        let declared = resource.properties.get(*name).and_then(|value| value.evaluate(known).ok()?.to_json());
        declared.is_some() && declared.as_ref() == record.properties.json(name)
    };
    !names.is_empty() && names.iter().all(same)
}

/// What a deletion takes away isn't declared from now on, unless the plan says that it is replaced; and
/// somebody consented to the loss of what it held.
pub(crate) fn check_deletion(world: &mut World, request: &Request) {
    let (now, instance) = (world.time.now, &request.instance);
    if request.lifts {
        return;
    }
    let Some(object) = world.living(&request.id).filter(|object| object.is_of(instance)) else { return };
    let (stateful, id) = (object.schema.stateful, object.id.clone());
    let empty = object.is_empty();
    if stateful && !empty && !world.disposable && !world.judge.consented.contains(instance) {
        let message = format!("{id} is deleted with what it holds, and nobody consented to that");
        world.judge.breaks(Law::Consented, now, message);
    }
    let Some(path) = world.judge.expected.continuing.get(instance).cloned() else { return };
    let message = match world.judge.expected.replaced.get(instance) {
        None => format!("{id} is deleted, is declared as `{path}`, and the plan doesn't say that it goes"),
        Some((ReplaceOrder::DeleteFirst, _)) => return,
        Some((ReplaceOrder::CreateFirst, next)) => {
            let there = world.objects.iter().any(|object| {
                object.is_of(next) && !object.is_going() && object.ready <= now && !object.fails
            });
            if there || world.gone_outside(next) {
                return;
            }
            format!("{id} is deleted before its successor at `{path}` is there, as the plan says")
        }
    };
    world.judge.breaks(Law::Present, now, message);
}

/// Nothing empty takes the place of what held data and is gone, unless somebody consented to that.
pub(crate) fn check_creation(world: &mut World, request: &Request) {
    let judge = &world.judge;
    let missed = judge.expected.lost.contains(&request.path)
        || judge.bereaved.values().any(|path| path.as_str() == request.path);
    if request.schema.stateful && missed && !world.disposable {
        let (now, path) = (world.time.now, &request.path);
        let message = format!("an empty `{path}` takes the place of what is gone, and nobody consented");
        world.judge.breaks(Law::Consented, now, message);
    }
}
