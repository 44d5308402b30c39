//! What others do to the cloud.

use std::collections::{BTreeMap, BTreeSet};

use ironward_core::schema::{Ownership, Schema};
use ironward_core::state::{InstanceId, JournalAction};
use serde_json::Value as Json;

use crate::object::{Object, Owner};
use crate::types;
use crate::world::World;

impl World {
    /// Removes something behind the engine's back, with its parts.
    pub(crate) fn vanish(&mut self, id: &str) {
        let Some(index) = self.objects.iter().position(|object| object.id == id) else { return };
        let whole = &self.objects[index];
        let parts: Vec<String> =
            self.objects.iter().filter(|part| part.is_part_of(whole)).map(|part| part.id.clone()).collect();
        for part in parts {
            self.vanish(&part);
        }
        if let Some(index) = self.objects.iter().position(|object| object.id == id) {
            let object = self.objects.remove(index);
            self.miss(&object);
            self.ghosts.push((self.time.now, object));
        }
    }

    /// Schedules something for deletion behind the engine's back, where that can be taken back.
    pub(crate) fn reserve(&mut self, id: &str) -> bool {
        let index = self.objects.iter().position(|object| object.id == id && object.schema.restores);
        let Some(index) = index else { return false };
        let object = self.objects.remove(index);
        self.miss(&object);
        self.reserved.push((self.time.now, object));
        true
    }

    /// Remembers that something went outside.
    fn miss(&mut self, object: &Object) {
        let name = object.properties.get("Name").and_then(Json::as_str).unwrap_or(&object.id).to_owned();
        self.judge.vanished.extend([object.id.clone(), name]);
        if let Owner::Ours(instance, _) = &object.owner {
            self.judge.vanished.insert(instance.as_str().to_owned());
            let recorded = self.disk.state.record(instance).map(|record| record.path.clone());
            // Whose deletion began, somebody wanted gone: the engine can't tell who took it away then.
            let ends = self.disk.intent(instance).is_some_and(|begun| begun.action == JournalAction::Delete);
            if object.is_empty() {
                self.judge.empty.insert(instance.clone());
            } else if object.schema.stateful
                && !object.schema.restores
                && !self.judge.consented.contains(instance)
                && !ends
            {
                self.judge.bereaved.extend(recorded.map(|path| (instance.clone(), path)));
            }
        }
    }

    /// Whether an instance was removed behind the engine's back.
    pub(crate) fn gone_outside(&self, instance: &InstanceId) -> bool {
        self.judge.vanished.contains(instance.as_str())
    }

    /// Puts something there that someone else made.
    pub(crate) fn plant(
        &mut self,
        schema: &'static Schema,
        properties: BTreeMap<String, Json>,
        tags: BTreeMap<String, String>,
    ) {
        self.made += 1;
        let id = types::id_of(schema, &properties, self.made);
        self.plant_as(schema, &id, properties, tags);
    }

    /// The same, under an id.
    pub(crate) fn plant_as(
        &mut self,
        schema: &'static Schema,
        id: &str,
        properties: BTreeMap<String, Json>,
        tags: BTreeMap<String, String>,
    ) {
        let taken = self.objects.iter().any(|object| {
            object.id == id
                || (object.schema.type_name == schema.type_name
                    && types::exclude(schema.type_name, &object.properties, &properties))
        });
        if !taken {
            self.objects.push(Object {
                schema,
                id: id.to_owned(),
                owner: Owner::Foreign,
                properties,
                tags,
                token: String::new(),
                version: self.made,
                settled: self.time.now,
                ready: self.time.now,
                fails: false,
                going: None,
                sealed: BTreeSet::new(),
                released_by: 0,
            });
        }
    }

    /// Changes a property behind the engine's back, where the type has it.
    pub(crate) fn tamper(&mut self, id: &str, property: &str, value: Json) {
        let object = self.objects.iter_mut().find(|object| object.id == id);
        if let Some(object) = object.filter(|object| object.schema.property(property).is_some()) {
            object.properties.insert(property.to_owned(), value);
        }
    }

    /// Adds a tag behind the engine's back, where the type has tags.
    pub(crate) fn tag(&mut self, id: &str) {
        let object = self.objects.iter_mut().find(|object| object.id == id);
        if let Some(object) = object.filter(|object| object.schema.ownership == Ownership::Tags) {
            object.tags.insert("outside".to_owned(), "yes".to_owned());
        }
    }

    /// Takes away what others made, except what is `offered` to be taken over.
    pub(crate) fn clear_foreign(&mut self, offered: &BTreeSet<String>) {
        self.objects.retain(|object| object.owner != Owner::Foreign || offered.contains(&object.id));
    }

    /// An instance is no longer managed, by its owner's wish.
    pub(crate) fn release(&mut self, instance: &InstanceId) {
        let fence = self.disk.fence;
        for object in self.objects.iter_mut().filter(|object| object.is_of(instance)) {
            if let Owner::Ours(_, path) = &object.owner {
                object.owner = Owner::Released(path.clone());
                object.released_by = fence;
            }
        }
    }

    /// A person takes away what was let go of and is in the way, where nothing holds on to it.
    pub(crate) fn clear_released(&mut self) {
        loop {
            let free = self.objects.iter().position(|object| {
                let used =
                    |other: &Object| other.id != object.id && other.refers_to(object, &types::REFERENCES);
                matches!(object.owner, Owner::Released(_)) && !self.objects.iter().any(used)
            });
            let Some(free) = free else { return };
            let object = self.objects.remove(free);
            let now = self.time.now;
            self.judge.tell(now, || format!("outside: somebody takes {} away", object.id));
        }
    }

    /// The instances of what we made and still manage.
    pub(crate) fn ours(&self) -> BTreeSet<&InstanceId> {
        self.objects
            .iter()
            .filter_map(|object| match &object.owner {
                Owner::Ours(instance, _) => Some(instance),
                Owner::Released(_) | Owner::Foreign => None,
            })
            .collect()
    }
}
