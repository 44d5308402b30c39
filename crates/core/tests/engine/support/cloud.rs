//! A cloud in memory that keeps its own rules and can be told to misbehave.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use ironward_core::clock::ManualClock;
use ironward_core::document::Document;
use ironward_core::error::{ProviderError, ProviderErrorKind};
use ironward_core::provider::{DeleteOutcome, Handler, INSTANCE_TAG, Place, Provider, ReadResult};
use ironward_core::schema::Schema;
use serde_json::Value as Json;

use super::handler::Sim;
use super::types;
pub(crate) use super::world::{Look, Object};
use super::world::{Rule, Shared, World, pause};

/// The cloud, as a provider and as what tests look at.
#[derive(Debug)]
pub(crate) struct Cloud {
    shared: Arc<Shared>,
    place: Place,
    handlers: BTreeMap<&'static str, Sim>,
}

impl Cloud {
    pub(crate) fn new(clock: Arc<ManualClock>) -> Arc<Self> {
        let shared = Arc::new(Shared { world: Mutex::default(), clock });
        let handlers = types::ALL
            .into_iter()
            .chain([&types::HOST])
            .map(|schema| (schema.type_name, Sim { schema, shared: Arc::clone(&shared) }))
            .collect();
        Arc::new(Self { shared, place: Place::new("aws", "us-east-1", "123456789012"), handlers })
    }

    fn lock(&self) -> MutexGuard<'_, World> {
        self.shared.lock()
    }

    /// Changing calls that had an effect, in order: `create a`, `update a size`, `delete a`.
    pub(crate) fn log(&self) -> Vec<String> {
        self.lock().log.clone()
    }

    /// Forgets log and counts.
    pub(crate) fn clear(&self) {
        let mut world = self.lock();
        world.log.clear();
        world.reads.clear();
        world.finds = 0;
        world.looked_up = 0;
        world.busiest = 0;
        world.overlapped = false;
    }

    /// The log, emptied.
    pub(crate) fn take_log(&self) -> Vec<String> {
        let log = self.log();
        self.clear();
        log
    }

    /// Where each of these stands in the log; all must be there and in this order.
    #[track_caller]
    pub(crate) fn assert_order(&self, wanted: &[&str]) {
        let log = self.log();
        let mut last = None;
        for entry in wanted {
            let at = log.iter().position(|line| line == entry);
            assert!(at.is_some(), "`{entry}` isn't in {log:?}");
            assert!(at > last, "`{entry}` comes too early in {log:?}");
            last = at;
        }
    }

    pub(crate) fn reads(&self, operation: &str) -> Vec<usize> {
        let world = self.lock();
        world.reads.iter().filter(|(name, _)| *name == operation).map(|(_, items)| items.len()).collect()
    }

    pub(crate) fn finds(&self) -> usize {
        self.lock().finds
    }

    pub(crate) fn looked_up(&self) -> usize {
        self.lock().looked_up
    }

    /// The most changing calls that ran at once.
    pub(crate) fn busiest(&self) -> usize {
        self.lock().busiest
    }

    /// Whether a creation and a deletion ever ran at once.
    pub(crate) fn overlapped(&self) -> bool {
        self.lock().overlapped
    }

    pub(crate) fn objects(&self) -> Vec<Object> {
        self.lock().objects.values().filter(|object| object.dying.is_none()).cloned().collect()
    }

    pub(crate) fn get(&self, id: &str) -> Option<Object> {
        self.lock().objects.get(id).filter(|object| object.dying.is_none()).cloned()
    }

    /// The object that the resource at `path` made last.
    #[track_caller]
    pub(crate) fn of(&self, path: &str) -> Object {
        let found = self.objects().into_iter().filter(|object| object.path == path);
        found.max_by_key(|object| object.version).unwrap_or_else(|| panic!("nothing was made for {path}"))
    }

    #[track_caller]
    pub(crate) fn property(&self, path: &str, name: &str) -> Json {
        self.of(path).properties.get(name).cloned().unwrap_or_default()
    }

    /// Fails the next `times` calls of `verb` for `path`.
    pub(crate) fn fail_times(&self, verb: &'static str, path: &str, kind: ProviderErrorKind, times: usize) {
        let rule =
            Rule { verb: Some(verb), path: Some(path.to_owned()), skip: 0, times, kind, effect: false };
        self.lock().rules.push(rule);
    }

    /// Fails the next call of `verb` for `path`.
    pub(crate) fn fail(&self, verb: &'static str, path: &str, kind: ProviderErrorKind) {
        self.fail_times(verb, path, kind, 1);
    }

    /// Lets the next call of `verb` for `path` have its effect and loses the answer.
    pub(crate) fn lose_answer(&self, verb: &'static str, path: &str) {
        let rule = Rule {
            verb: Some(verb),
            path: Some(path.to_owned()),
            skip: 0,
            times: 1,
            kind: ProviderErrorKind::Ambiguous,
            effect: true,
        };
        self.lock().rules.push(rule);
    }

    /// Fails the changing call that comes after `skip` others.
    pub(crate) fn fail_after(&self, skip: usize, kind: ProviderErrorKind, effect: bool) {
        self.lock().rules.push(Rule { verb: None, path: None, skip, times: 1, kind, effect });
    }

    /// Takes back every fault that hasn't struck yet.
    pub(crate) fn heal(&self) {
        let mut world = self.lock();
        world.rules.clear();
        world.scripts.clear();
        for object in world.objects.values_mut() {
            object.looks.clear();
        }
    }

    /// What reads show of the next object made for `path`, before they show the truth.
    pub(crate) fn script(&self, path: &str, looks: impl IntoIterator<Item = Look>) {
        self.lock().scripts.insert(path.to_owned(), looks.into_iter().collect());
    }

    /// What reads show of the object of `path` from now on, before they show the truth.
    pub(crate) fn show(&self, path: &str, looks: impl IntoIterator<Item = Look>) {
        let mut world = self.lock();
        let of_path = world.objects.values_mut().filter(|object| object.path == path);
        of_path.max_by_key(|object| object.version).unwrap().looks = looks.into_iter().collect();
    }

    /// Lets the deletion of the object of `path` take `looks` reads.
    pub(crate) fn slow_delete(&self, path: &str, looks: u32) {
        self.lock().slow_deletes.insert(path.to_owned(), looks);
    }

    /// Takes the object of this id away behind the engine's back, once it was read `looks` times.
    pub(crate) fn doom(&self, id: &str, looks: usize) {
        self.lock().doomed = Some((id.to_owned(), looks));
    }

    /// What the deletion of the object of `path` leaves behind.
    pub(crate) fn leave(&self, path: &str, removal: DeleteOutcome) {
        self.lock().remains.insert(path.to_owned(), removal);
    }

    /// Lets the next `finds` searches see nothing.
    pub(crate) fn blind(&self, finds: usize) {
        self.lock().blind = finds;
    }

    /// Lets the next `finds` searches after a deletion see what was deleted.
    pub(crate) fn haunt(&self, finds: usize) {
        self.lock().haunted = finds;
    }

    pub(crate) fn set_unreachable(&self) {
        self.lock().unreachable = true;
    }

    /// Removes the object of `path` behind the engine's back.
    pub(crate) fn vanish(&self, path: &str) {
        let id = self.of(path).id;
        self.lock().objects.remove(&id);
    }

    /// Schedules the object of `path` for deletion behind the engine's back.
    pub(crate) fn reserve(&self, path: &str) {
        let id = self.of(path).id;
        self.lock().objects.get_mut(&id).unwrap().reserved = true;
    }

    /// Changes a property of the object of `path` behind the engine's back.
    pub(crate) fn tamper(&self, path: &str, property: &str, value: impl Into<Json>) {
        let id = self.of(path).id;
        let mut world = self.lock();
        let object = world.objects.get_mut(&id).unwrap();
        object.properties.insert(property.to_owned(), value.into());
    }

    /// Says how much is in something.
    pub(crate) fn fill(&self, id: &str, rows: u64) {
        self.lock().rows.insert(id.to_owned(), rows);
    }

    /// Adds or changes a tag of the object of `path` behind the engine's back.
    pub(crate) fn tag(&self, path: &str, key: &str, value: &str) {
        let id = self.of(path).id;
        self.lock().objects.get_mut(&id).unwrap().tags.insert(key.to_owned(), value.to_owned());
    }

    /// Takes a tag of the object of `path` away behind the engine's back.
    pub(crate) fn untag(&self, path: &str, key: &str) {
        let id = self.of(path).id;
        self.lock().objects.get_mut(&id).unwrap().tags.remove(key);
    }

    /// Puts something there that no state knows.
    pub(crate) fn plant(
        &self,
        schema: &'static Schema,
        id: &str,
        properties: &[(&str, Json)],
        tags: &[(&str, &str)],
    ) {
        let object = Object {
            schema,
            id: id.to_owned(),
            path: "planted".to_owned(),
            properties: properties.iter().map(|(name, json)| ((*name).to_owned(), json.clone())).collect(),
            tags: tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(),
            version: 0,
            looks: VecDeque::new(),
            reserved: false,
            dying: None,
        };
        self.lock().objects.insert(id.to_owned(), object);
    }

    /// Makes a lookup find something.
    pub(crate) fn offer(&self, name: &str, found: Document) {
        self.lock().lookups.insert(name.to_owned(), found);
    }
}

#[async_trait]
impl Provider for Cloud {
    fn place(&self) -> &Place {
        &self.place
    }

    fn handler(&self, type_name: &str) -> Option<&dyn Handler> {
        self.handlers.get(type_name).map(|sim| sim as &dyn Handler)
    }

    async fn read(&self, operation: &'static str, items: &[String]) -> BTreeMap<String, ReadResult> {
        pause().await;
        let mut world = self.lock();
        world.reads.push((operation, items.to_vec()));
        items.iter().map(|item| (item.clone(), world.answer(operation, item))).collect()
    }

    async fn look_up(&self, name: &str, query: &Document) -> Result<Document, ProviderError> {
        let mut world = self.lock();
        world.looked_up += 1;
        let wanted: String = query.get("Name")?;
        let missing =
            || ProviderError::new(ProviderErrorKind::NotFound, name, format!("there is no `{wanted}`"));
        world.lookups.get(&wanted).cloned().ok_or_else(missing)
    }

    async fn check(&self) -> Result<(), ProviderError> {
        if self.lock().unreachable {
            return Err(ProviderError::new(ProviderErrorKind::Unreachable, "sim:Hello", "no route"));
        }
        Ok(())
    }
}

/// The owner tags of everything, each with how often it occurs.
pub(crate) fn owners(objects: &[Object]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for object in objects {
        if let Some(instance) = object.tags.get(INSTANCE_TAG) {
            *counts.entry(instance.clone()).or_default() += 1;
        }
    }
    counts
}

/// The ids of all objects.
pub(crate) fn ids(objects: &[Object]) -> BTreeSet<String> {
    objects.iter().map(|object| object.id.clone()).collect()
}
