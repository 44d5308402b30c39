//! What must be true in the end, when nothing goes wrong any more and everything has settled.

use std::collections::BTreeSet;

use ironward_core::document::Document;
use ironward_core::needs::Needs;
use ironward_core::path::Path;
use ironward_core::program::Program;
use ironward_core::provider::declared_tags;
use ironward_core::state::State;
use ironward_core::value::{AttrRef, Known};
use serde_json::Value as Json;

use crate::judge::Law;
use crate::object::Object;
use crate::types;
use crate::world::World;

/// Compares program, state and cloud, and returns what doesn't agree.
pub(crate) fn differences(world: &World, program: &Program) -> Vec<(Law, String)> {
    let state = &world.disk.state;
    let mut found = Vec::new();
    found.extend(state.violations().into_iter().map(|what| (Law::History, what)));
    found.extend(world.disk.verify().err().map(|what| (Law::History, what)));
    if !state.deposed.is_empty() || !state.pending.is_empty() {
        let left: Vec<String> = state
            .deposed
            .values()
            .chain(state.pending.values().map(|pending| &pending.record))
            .map(|record| format!("`{}` {:?}", record.path, record.instance))
            .collect();
        found.push((Law::StateIsCloud, format!("still deposed or unfinished: {}", left.join(", "))));
    }
    found.extend(existence(world, program, state));
    found.extend(at_rest(world));
    let needs = Needs::new(program);
    for (path, resource) in &program.resources {
        let Some(record) = state.resources.get(path) else { continue };
        let needed = needs.of(path).iter().filter_map(|needed| state.resources.get(needed));
        let needed: BTreeSet<_> = needed.map(|needed| needed.instance.clone()).collect();
        if needed != record.dependencies {
            let what = format!("`{path}` is recorded as built on {:?}, and isn't", record.dependencies);
            found.push((Law::StateIsCloud, what));
        }
        if let Some(object) = world.living(&record.physical_id) {
            found.extend(properties(world, state, resource, object).map(|what| (Law::StateIsCloud, what)));
            if record.physical_id != object.id || !attributes_agree(&record.attributes, object) {
                found.push((
                    Law::StateIsCloud,
                    format!("`{path}`: the recorded attributes aren't {}'s", object.id),
                ));
            }
        }
    }
    found
}

/// What must be true between any two processes.
pub(crate) fn at_rest(world: &World) -> Vec<(Law, String)> {
    let mut found = Vec::new();
    for instance in world.ours() {
        if !world.disk.knows(instance) {
            let objects = world.objects.iter().filter(|object| object.is_of(instance));
            let ids: Vec<&str> = objects.map(|object| object.id.as_str()).collect();
            found.push((Law::NothingUnmanaged, format!("{ids:?} exists, and nothing on record leads to it")));
        }
    }
    found.extend(world.disk.state.violations().into_iter().map(|what| (Law::History, what)));
    found
}

/// Every declared resource exists once, is recorded, and nothing else is.
fn existence(world: &World, program: &Program, state: &State) -> Vec<(Law, String)> {
    let mut found = Vec::new();
    let declared: BTreeSet<&Path> = program.resources.keys().collect();
    let recorded: BTreeSet<&Path> = state.resources.keys().collect();
    if declared != recorded {
        found.push((Law::StateIsCloud, format!("declared {declared:?}, recorded {recorded:?}")));
    }
    for (path, record) in program.resources.keys().filter_map(|path| state.resources.get_key_value(path)) {
        let of_path = world.objects.iter().filter(|object| object.is_of(&record.instance));
        let ids: Vec<&str> = of_path.map(|object| object.id.as_str()).collect();
        if ids.len() != 1 {
            found.push((Law::ExactlyOnce, format!("`{path}` exists {} times: {ids:?}", ids.len())));
        } else if record.physical_id != ids[0] {
            let message = format!("`{path}` is {ids:?}, and recorded as {}", record.physical_id);
            found.push((Law::StateIsCloud, message));
        }
    }
    let managed: BTreeSet<&str> = state.instances().map(|record| record.physical_id.as_str()).collect();
    for object in world.objects.iter().filter(|object| object.path().is_some()) {
        if !managed.contains(object.id.as_str()) {
            found.push((Law::NothingUnmanaged, format!("{} exists, and no record holds it", object.id)));
        }
    }
    found
}

fn attributes_agree(recorded: &Document, object: &Object) -> bool {
    object.attributes().iter().all(|(name, json)| recorded.json(name) == Some(json))
}

/// What of one resource isn't as declared.
fn properties<'a>(
    world: &'a World,
    state: &'a State,
    resource: &'a ironward_core::program::Resource,
    object: &'a Object,
) -> impl Iterator<Item = String> + 'a {
    let known = move |attr: &AttrRef| {
        let target = state.resources.get(&attr.path).and_then(|record| world.living(&record.physical_id));
        target
            .and_then(|object| object.attributes().at(&attr.attribute).cloned())
            .map_or(Known::Missing, Known::Value)
    };
    let path = &resource.path;
    let wrong = resource.schema.properties.iter().filter_map(move |property| {
        if matches!(property.name, "Window" | "Final" | "Tags") {
            return None;
        }
        let there = object.properties.get(property.name);
        let Some(value) = resource.properties.get(property.name) else {
            let default: Option<Json> = property.default.and_then(|text| serde_json::from_str(text).ok());
            // What isn't declared of what is taken over stays as it is, and that may have been ours before.
            let found = resource.options.adopt.is_some() && types::REFERENCES.contains(&property.name);
            let stray = there.is_some() && there != default.as_ref() && property.name != "Name" && !found;
            return stray.then(|| format!("`{path}`.{} isn't declared and is {there:?}", property.name));
        };
        match value.evaluate(&known).map(|node| node.to_json()) {
            Ok(json) if json.as_ref() == there => None,
            Ok(json) => Some(format!("`{path}`.{} is {there:?} and shall be {json:?}", property.name)),
            Err(error) => Some(format!("`{path}`.{}: {error}", property.name)),
        }
    });
    let unmarked = state.resources.get(path).filter(|record| !World::is_marked_as(object, &record.instance));
    let unmarked = unmarked.map(|record| format!("`{path}` isn't tagged as {:?}", record.instance));
    let declared =
        state.resources.get(path).map(|record| declared_tags(&record.properties)).unwrap_or_default();
    let untagged = declared.into_iter().filter(|(key, value)| object.tags.get(key) != Some(value));
    wrong.chain(unmarked).chain(untagged.map(move |(key, _)| format!("`{path}` lacks the tag {key}")))
}
