//! What stays in the cloud although it leaves the program, because something that stays needs it.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use super::losses::Consents;
use super::{Input, retains};
use crate::cloud::provider::Observation;
use crate::model::consent::Loss;
use crate::model::schema::ReplaceOrder;
use crate::plan::{Action, ResourceChange, sharing};
use crate::state::{InstanceId, Record, RemainsBecause};

/// Turns the deletion of what something needs that stays into letting go of it, with the reason, and
/// says what goes with what it is a part of.
pub(super) fn spare(input: &Input<'_>, consents: &Consents, changes: &mut [ResourceChange]) {
    let by_instance: BTreeMap<&InstanceId, &Record> =
        input.state.instances().map(|record| (&record.instance, record)).collect();
    let staying = staying(input, &by_instance, changes);
    for change in changes.iter_mut() {
        let goes = match change.action {
            Action::Delete => Some(&change.instance),
            Action::Replace { .. } => change.replaces.as_ref(),
            _ => None,
        };
        let Some(reason) = goes.and_then(|instance| staying.get(instance)) else { continue };
        // Whoever names a key wants it gone; anything else the cloud holds for as long as something stands
        // on it.
        let key = input.schemas.get(change.type_name.as_str()).is_some_and(|schema| schema.opens);
        if change.vanished || (key && consents.names(&change.path, Loss::Delete)) {
            continue;
        }
        if change.action == Action::Delete {
            change.action = Action::Forget;
            change.reasons.push(reason.clone());
        } else {
            change.spares = Some(reason.clone());
        }
    }
    join(input, &by_instance, changes);
}

/// The instances that something needs which stays, each with the reason.
fn staying(
    input: &Input<'_>,
    by_instance: &BTreeMap<&InstanceId, &Record>,
    changes: &[ResourceChange],
) -> BTreeMap<InstanceId, String> {
    let mut open: Vec<(InstanceId, String)> = Vec::new();
    // What is taken over again is another instance by now.
    let mut again: BTreeMap<&InstanceId, &InstanceId> = BTreeMap::new();
    for taken in input.adoptions.values() {
        let left = input.state.remains.values().filter(|left| left.is(taken));
        again.extend(left.map(|left| (&left.instance, &taken.instance)));
    }
    // What a process didn't live to say: what was built on something gone stands on what took its place.
    let heirs: OnceCell<BTreeMap<InstanceId, &InstanceId>> = OnceCell::new();
    let now = |needed: &InstanceId| again.get(needed).map_or(needed, |taken| *taken).clone();
    // Of a key that is gone nothing takes the place: what another opens is something else.
    let ground = |needed: &InstanceId, is_key: bool| {
        let there = is_key
            || again.contains_key(needed)
            || by_instance.contains_key(needed)
            || input.state.remains.contains_key(needed);
        let heir = || heirs.get_or_init(|| input.state.heirs()).get(needed).map(|heir| (*heir).clone());
        (!there).then(heir).flatten().unwrap_or_else(|| now(needed))
    };
    let is_gone = |instance: &InstanceId| input.observations.get(instance).is_some_and(Observation::is_gone);
    for remainder in input.state.remains.values() {
        // What its deletion was to leave isn't there while it is; where it is gone, that may have had its effect.
        if by_instance.contains_key(&remainder.instance) && !is_gone(&remainder.instance) {
            continue;
        }
        let reason = match remainder.because {
            RemainsBecause::Deleted => {
                format!("what `{}` left behind can be read only with it", remainder.path)
            }
            RemainsBecause::LetGo => format!("`{}` stays in the cloud and stands on it", remainder.path),
        };
        open.extend(remainder.needs.iter().map(|needed| (now(needed), reason.clone())));
    }
    let stands = |record: &Record| {
        let reason = format!("`{}` stays in the cloud and stands on it", record.path);
        // What others use as well needs what opens it; the rest that its declaration refers to may go.
        let seen = input.observations.get(&record.instance);
        let shared = sharing::as_seen(input.program, record, seen, &input.state.lineage).is_some();
        let needs = record.ground().filter(|needed| !shared || record.opened_by.contains(needed));
        let is_key = |needed: &InstanceId| record.opened_by.contains(needed);
        needs.map(|needed| (ground(needed, is_key(needed)), reason.clone())).collect::<Vec<_>>()
    };
    let mut parents: BTreeMap<InstanceId, &Record> = BTreeMap::new();
    for change in changes {
        let lets_go = match change.action {
            Action::Forget => by_instance.get(&change.instance),
            Action::Replace { .. } => {
                let old = change.replaces.as_ref().and_then(|old| by_instance.get(old));
                old.filter(|old| retains(input.program, &change.path, old))
            }
            _ => None,
        };
        if let Some(record) = lets_go {
            open.extend(stands(record));
            parents.insert(record.instance.clone(), record);
        }
    }
    let going: BTreeSet<&InstanceId> = changes
        .iter()
        .filter(|change| matches!(change.action, Action::Delete | Action::Replace { .. }))
        .filter_map(|change| change.replaces.as_ref())
        .collect();
    let there = input.state.instances().chain(input.adoptions.values());
    for record in there.filter(|record| !going.contains(&record.instance)) {
        let reason = format!("what `{}` holds can be read only with it", record.path);
        open.extend(record.opened_by.iter().map(|key| (now(key), reason.clone())));
    }
    let mut found: BTreeMap<InstanceId, String> = BTreeMap::new();
    while let Some((instance, reason)) = open.pop() {
        if found.contains_key(&instance) {
            continue;
        }
        if let Some(record) = by_instance.get(&instance) {
            open.extend(stands(record));
            parents.insert(instance.clone(), record);
        }
        found.insert(instance, reason);
    }
    for record in input.state.instances() {
        if let Some(parent) = parent(input, by_instance, record).filter(|p| parents.contains_key(&p.instance))
        {
            let reason = format!("it is a part of `{}`, which stays in the cloud", parent.path);
            found.entry(record.instance.clone()).or_insert(reason);
        }
    }
    found
}

/// What a recorded instance is a part of.
fn parent<'a>(
    input: &Input<'_>,
    by_instance: &BTreeMap<&InstanceId, &'a Record>,
    record: &Record,
) -> Option<&'a Record> {
    let property = input.schemas.get(record.type_name.as_str())?.part_of?;
    let id = record.properties.at(property)?.as_str()?;
    let needed = record.dependencies.iter().filter_map(|needed| by_instance.get(needed));
    needed.copied().find(|other| other.physical_id == id)
}

/// Says of each part that goes whether what it is a part of goes as well, and takes it along.
fn join(input: &Input<'_>, by_instance: &BTreeMap<&InstanceId, &Record>, changes: &mut [ResourceChange]) {
    let deleted: BTreeSet<InstanceId> = changes
        .iter()
        .filter_map(|change| match change.action {
            Action::Delete => Some(change.instance.clone()),
            Action::Replace { .. } if change.spares.is_none() => {
                let old = change.replaces.as_ref()?;
                let record = by_instance.get(old)?;
                (!retains(input.program, &change.path, record)).then(|| old.clone())
            }
            _ => None,
        })
        .collect();
    let goes_first = |change: &ResourceChange| match &change.action {
        Action::Replace { order: ReplaceOrder::DeleteFirst } => change.replaces.clone(),
        _ => None,
    };
    let first_to_go: BTreeSet<InstanceId> = changes.iter().filter_map(goes_first).collect();
    for change in changes {
        let goes = match change.action {
            Action::Delete => Some(&change.instance),
            Action::Replace { .. } => change.replaces.as_ref(),
            _ => None,
        };
        let Some(record) = goes.filter(|goes| deleted.contains(*goes)).and_then(|goes| by_instance.get(goes))
        else {
            continue;
        };
        let parent = parent(input, by_instance, record).map(|parent| parent.instance.clone());
        // What it needs besides goes after it; where that stands on the whole, it has to go before.
        let first = |parent: &InstanceId| {
            let others = record.dependencies.iter().filter(|needed| *needed != parent);
            others.into_iter().any(|needed| stands_on(by_instance, needed, parent))
        };
        // Its successor can't wait until the whole is gone.
        let hurries = |parent: &InstanceId| goes_first(change).is_some() && !first_to_go.contains(parent);
        let parent = parent.filter(|parent| deleted.contains(parent) && !first(parent) && !hurries(parent));
        change.goes_with = parent;
    }
}

/// Whether an instance was built on another one, directly or not.
fn stands_on(by_instance: &BTreeMap<&InstanceId, &Record>, above: &InstanceId, below: &InstanceId) -> bool {
    let mut seen: BTreeSet<&InstanceId> = BTreeSet::new();
    let mut open = vec![above];
    while let Some(instance) = open.pop() {
        let Some(record) = by_instance.get(instance).filter(|_| seen.insert(instance)) else { continue };
        if record.dependencies.contains(below) {
            return true;
        }
        open.extend(&record.dependencies);
    }
    false
}
