//! What exists already and is to be taken over: asked for in the program, or by an import.

use std::collections::{BTreeMap, BTreeSet};

use ironward_core::path::Path;
use ironward_core::program::{Program, Resource};
use ironward_core::schema::Ownership;
use ironward_core::state::{Entry, InstanceId, JournalAction, Record, State};
use ironward_core::value::Value;
use serde_json::Value as Json;

use crate::dice::Dice;
use crate::judge::Law;
use crate::object::{Object, Owner};
use crate::types::{BUCKET, PART, PORT, RANGE, REFERENCES, SLOT, TIE};
use crate::world::World;

/// How a resource is taken over that exists already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Offer {
    /// The program says so.
    InCode,
    /// Somebody types `import`.
    ByImport,
}

impl Offer {
    pub(crate) fn draw(dice: &mut Dice) -> Option<Self> {
        match dice.below(1000) {
            0..90 => Some(Self::InCode),
            90..150 => Some(Self::ByImport),
            _ => None,
        }
    }
}

fn literal<'a>(resource: &'a Resource, property: &str) -> Option<&'a str> {
    match resource.properties.get(property)? {
        Value::Literal(Json::String(text)) => Some(text),
        _ => None,
    }
}

/// What the thing is called that a resource takes over; nothing, where nobody can know.
fn id_of(resource: &Resource) -> Option<String> {
    let (path, type_name) = (&resource.path, resource.schema.type_name);
    if [TIE.type_name, PART.type_name, RANGE.type_name, PORT.type_name].contains(&type_name) {
        return None;
    }
    if type_name == SLOT.type_name {
        return literal(resource, "Key").map(|key| format!("slot-{key}"));
    }
    if type_name == BUCKET.type_name {
        return Some(literal(resource, "Name").map_or_else(|| format!("old-{path}"), str::to_owned));
    }
    let short = type_name.rsplit("::").next().unwrap_or_default().to_lowercase();
    Some(format!("old-{short}-{path}"))
}

/// The resources of a program that take something over in this way, with its id.
pub(crate) fn offered(
    program: &Program,
    offers: &BTreeMap<String, Offer>,
    how: Offer,
) -> BTreeMap<Path, String> {
    let takes = |resource: &&Resource| offers.get(resource.path.name()) == Some(&how);
    let ids = program.resources.values().filter(takes);
    ids.filter_map(|resource| Some((resource.path.clone(), id_of(resource)?))).collect()
}

/// Whether anything on record stands at a path, or at one that it had before.
fn recorded(state: &State, program: &Program, resource: &Resource) -> bool {
    let pending = state.pending.values().map(|pending| &pending.record);
    let formers = program.formers_of(resource);
    let is = |record: &Record| record.path == resource.path || formers.contains(&record.path);
    state.instances().chain(pending).any(is)
}

/// The ids of what a program can still take over.
pub(crate) fn open(world: &World, program: &Program) -> BTreeSet<String> {
    let asks = program.resources.values().filter(|resource| !recorded(&world.disk.state, program, resource));
    let ids = asks.filter_map(|resource| resource.options.adopt.clone());
    let free = |id: &String| world.living(id).is_some_and(|object| !is_marked(object));
    ids.filter(free).collect()
}

/// A person takes away what others made where a program makes its own: another program may be going to take it
/// over, and isn't applied yet.
pub(crate) fn make_way(world: &mut World, program: &Program) {
    let state = &world.disk.state;
    let makes = |resource: &&Resource| !recorded(state, program, resource);
    let made: Vec<&Resource> = program.resources.values().filter(makes).collect();
    let in_the_way = |object: &Object, resource: &Resource| {
        let says = |property: &str| object.properties.get(property).and_then(Json::as_str);
        let same =
            |property: &str| literal(resource, property).is_some_and(|text| says(property) == Some(text));
        resource.schema.type_name == object.schema.type_name
            && resource.options.adopt.as_ref() != Some(&object.id)
            && ["Key", "Name"].into_iter().any(same)
    };
    world.objects.retain(|object| {
        object.owner != Owner::Foreign || !made.iter().any(|resource| in_the_way(object, resource))
    });
}

fn is_marked(object: &Object) -> bool {
    object.owner == Owner::Foreign && object.tags.contains_key("ironward:lineage")
}

/// Somebody made what a program is going to take over, as it is declared or nearly so.
pub(crate) fn plant(world: &mut World, program: &Program, ids: &BTreeMap<Path, String>, dice: &mut Dice) {
    for (path, id) in ids {
        let Some(resource) = program.resources.get(path) else { continue };
        let (roll, zone, size, tagged) = (dice.below(100), dice.below(2), dice.below(3), dice.chance(300));
        if recorded(&world.disk.state, program, resource) || roll >= 90 {
            continue;
        }
        let mut properties = BTreeMap::from([
            ("Zone".to_owned(), format!("z{zone}").into()),
            ("Size".to_owned(), size.into()),
        ]);
        for name in ["Key", "Name"] {
            if resource.schema.property(name).is_some() {
                let text = literal(resource, name).map_or_else(|| format!("old-{path}"), str::to_owned);
                properties.insert(name.to_owned(), text.into());
            }
        }
        let mut tags = BTreeMap::new();
        if resource.schema.ownership == Ownership::Tags {
            if tagged {
                tags.insert("k1".to_owned(), "v".to_owned());
            }
            if roll >= 80 {
                tags.insert("ironward:lineage".to_owned(), "someone else's".to_owned());
                tags.insert("ironward:instance".to_owned(), "beef".to_owned());
            }
        }
        world.plant_as(resource.schema, id, properties, tags);
    }
}

/// Lets a program take up again what was let go of at its paths.
pub(crate) fn take_up_again(world: &World, program: &mut Program) {
    for object in &world.objects {
        let Owner::Released(path) = &object.owner else { continue };
        // What isn't declared of what is taken over stays as it is.
        if REFERENCES.iter().any(|name| object.properties.contains_key(*name)) {
            continue;
        }
        let Ok(path) = Path::parse(path) else { continue };
        let resource = program.resources.get_mut(&path);
        let same = |resource: &&mut Resource| resource.schema.type_name == object.schema.type_name;
        if let Some(resource) = resource.filter(same)
            && resource.options.adopt.is_none()
        {
            resource.options.adopt = Some(object.id.clone());
        }
    }
}

impl World {
    /// An intent to take something over became durable: from now on it is ours, where it may be.
    pub(crate) fn taken_over(&mut self, entry: &Entry) {
        let Entry::Begin { action: JournalAction::Adopt, record } = entry else { return };
        let (now, id) = (self.time.now, record.physical_id.as_str());
        let asked = self.judge.expected.asked.contains(id);
        let Some(object) = self.objects.iter_mut().find(|object| object.id == id) else { return };
        if matches!(&object.owner, Owner::Ours(owner, _) if *owner == record.instance) {
            return;
        }
        if !asked || is_marked(object) || matches!(object.owner, Owner::Ours(..)) {
            let message = format!("`{}` takes {id} over, which belongs to {:?}", record.path, object.owner);
            self.judge.breaks(Law::ForeignUntouched, now, message);
            return;
        }
        object.owner = Owner::Ours(record.instance.clone(), record.path.to_string());
        self.tally.adopted += 1;
    }

    /// Whether what carries an instance's mark carries that of the instance that it is.
    pub(crate) fn is_marked_as(object: &Object, instance: &InstanceId) -> bool {
        object.schema.ownership != Ownership::Tags
            || object.tags.get("ironward:instance").is_some_and(|tag| tag == instance.as_str())
    }
}
