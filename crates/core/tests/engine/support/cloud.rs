//! A cloud in memory that keeps its own rules and can be told to misbehave.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use ironward_core::clock::{Clock, ManualClock};
use ironward_core::document::Document;
use ironward_core::fault::{Fault, FaultKind};
use ironward_core::provider::{
    Answer, Answers, Change, Found, Handler, INSTANCE_TAG, LINEAGE_TAG, Observation, Observed, Operation,
    Phase, Place, Provider, Read, Readiness, Removal, Target, Wait,
};
use ironward_core::schema::{Change as Takes, Compare, Ownership, Schema};
use serde_json::{Value as Json, json};

use super::types;

/// How long a call takes.
const CALL: Duration = Duration::from_secs(1);

/// What a read shows of an object instead of the truth.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Look {
    /// Not visible yet.
    Absent,
    /// On its way.
    Pending(&'static str),
    /// Failed for good; stays so.
    Failed(&'static str),
    /// The read is refused.
    Fault(FaultKind),
}

/// Something that exists.
#[derive(Debug, Clone)]
pub(crate) struct Object {
    pub(crate) schema: &'static Schema,
    pub(crate) id: String,
    /// The path of the resource that made it.
    pub(crate) path: String,
    pub(crate) properties: BTreeMap<String, Json>,
    pub(crate) tags: BTreeMap<String, String>,
    version: u64,
    looks: VecDeque<Look>,
    reserved: bool,
    /// For how many looks it still goes.
    dying: Option<u32>,
}

impl Object {
    pub(crate) fn arn(&self) -> Option<String> {
        let name = self.properties.get("Name")?.as_str()?;
        Some(format!("arn:aws:net:us-east-1:123456789012:named/{name}"))
    }

    /// Its attributes as an API reports them.
    pub(crate) fn attributes(&self) -> Document {
        let mut document = Document::new().with("Id", self.id.as_str());
        for attribute in self.schema.attributes {
            match attribute.name {
                "Arn" => document.set("Arn", self.arn()),
                "Version" => document.set("Version", i64::try_from(self.version).unwrap()),
                _ => {}
            }
        }
        document
    }

    fn is(&self, reference: &str) -> bool {
        self.id == reference || self.arn().as_deref() == Some(reference)
    }
}

#[derive(Debug)]
struct Rule {
    verb: Option<&'static str>,
    path: Option<String>,
    /// Calls to let pass first.
    skip: usize,
    /// Calls to fail; then it is spent.
    times: usize,
    kind: FaultKind,
    /// Whether the call has its effect all the same.
    effect: bool,
}

#[derive(Debug, Default)]
struct World {
    objects: BTreeMap<String, Object>,
    made: u64,
    log: Vec<String>,
    reads: Vec<(&'static str, Vec<String>)>,
    finds: usize,
    lookups: BTreeMap<String, Document>,
    looked_up: usize,
    rules: Vec<Rule>,
    scripts: BTreeMap<String, Vec<Look>>,
    slow_deletes: BTreeMap<String, u32>,
    /// Searches that don't see yet what was made.
    blind: usize,
    /// Searches that still see what was deleted last.
    haunted: usize,
    /// What goes after so many reads.
    doomed: Option<(String, usize)>,
    ghost: Option<Object>,
    active: BTreeMap<&'static str, usize>,
    busiest: usize,
    overlapped: bool,
    remains: BTreeMap<String, Removal>,
    unreachable: bool,
}

#[derive(Debug)]
struct Shared {
    world: Mutex<World>,
    clock: Arc<ManualClock>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

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
    pub(crate) fn fail_times(&self, verb: &'static str, path: &str, kind: FaultKind, times: usize) {
        let rule =
            Rule { verb: Some(verb), path: Some(path.to_owned()), skip: 0, times, kind, effect: false };
        self.lock().rules.push(rule);
    }

    /// Fails the next call of `verb` for `path`.
    pub(crate) fn fail(&self, verb: &'static str, path: &str, kind: FaultKind) {
        self.fail_times(verb, path, kind, 1);
    }

    /// Lets the next call of `verb` for `path` have its effect and loses the answer.
    pub(crate) fn lose_answer(&self, verb: &'static str, path: &str) {
        let rule = Rule {
            verb: Some(verb),
            path: Some(path.to_owned()),
            skip: 0,
            times: 1,
            kind: FaultKind::Ambiguous,
            effect: true,
        };
        self.lock().rules.push(rule);
    }

    /// Fails the changing call that comes after `skip` others.
    pub(crate) fn fail_after(&self, skip: usize, kind: FaultKind, effect: bool) {
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
    pub(crate) fn leave(&self, path: &str, removal: Removal) {
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

    /// Adds or changes a tag of the object of `path` behind the engine's back.
    pub(crate) fn tag(&self, path: &str, key: &str, value: &str) {
        let id = self.of(path).id;
        self.lock().objects.get_mut(&id).unwrap().tags.insert(key.to_owned(), value.to_owned());
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

    async fn read(&self, operation: &'static str, items: &[String]) -> BTreeMap<String, Answer> {
        pause().await;
        let mut world = self.lock();
        world.reads.push((operation, items.to_vec()));
        items.iter().map(|item| (item.clone(), world.answer(operation, item))).collect()
    }

    async fn look_up(&self, name: &str, query: &Document) -> Result<Document, Fault> {
        let mut world = self.lock();
        world.looked_up += 1;
        let wanted: String = query.get("Name")?;
        let missing = || Fault::new(FaultKind::NotFound, name, format!("there is no `{wanted}`"));
        world.lookups.get(&wanted).cloned().ok_or_else(missing)
    }

    async fn check(&self) -> Result<(), Fault> {
        if self.lock().unreachable {
            return Err(Fault::new(FaultKind::Unreachable, "sim:Hello", "no route"));
        }
        Ok(())
    }
}

/// Lets others run.
async fn pause() {
    let mut paused = false;
    std::future::poll_fn(|context| {
        if std::mem::replace(&mut paused, true) {
            return std::task::Poll::Ready(());
        }
        context.waker().wake_by_ref();
        std::task::Poll::Pending
    })
    .await;
}

impl World {
    fn answer(&mut self, operation: &str, item: &str) -> Answer {
        if let Some((_, looks)) = self.doomed.as_mut().filter(|(id, _)| id == item) {
            if *looks == 0 {
                self.objects.remove(item);
            }
            *looks = looks.saturating_sub(1);
        }
        let Some(object) = self.objects.get_mut(item) else { return Answer::Absent };
        if operation == "sim:ListTags" {
            return Answer::found(object.tags.clone());
        }
        if let Some(Look::Fault(kind)) = object.looks.front() {
            let kind = *kind;
            object.looks.pop_front();
            return Answer::Failed(Fault::new(kind, operation, "refused"));
        }
        if let Some(left) = object.dying {
            if left == 0 {
                self.objects.remove(item);
                return Answer::Absent;
            }
            object.dying = Some(left - 1);
            return Answer::found(Seen { object: object.clone(), look: Some(Look::Pending("deleting")) });
        }
        let look = match object.looks.front() {
            Some(Look::Failed(reason)) => Some(Look::Failed(reason)),
            _ => object.looks.pop_front(),
        };
        match look {
            Some(Look::Absent) => Answer::Absent,
            look => Answer::found(Seen { object: object.clone(), look }),
        }
    }

    /// Whether the call that begins fails, and whether it has its effect all the same.
    fn strike(&mut self, verb: &'static str, path: &str) -> Option<(Fault, bool)> {
        let mut struck = None;
        for rule in &mut self.rules {
            let meant = rule.verb.is_none_or(|wanted| wanted == verb)
                && rule.path.as_deref().is_none_or(|wanted| wanted == path);
            if !meant || rule.times == 0 || struck.is_some() {
                continue;
            }
            if rule.skip > 0 {
                rule.skip -= 1;
                continue;
            }
            rule.times -= 1;
            let fault = Fault::new(rule.kind, format!("sim:{verb}"), format!("{:?} by request", rule.kind));
            struck = Some((fault.with_code("SimFault"), rule.effect));
        }
        struck
    }

    fn begin(&mut self, verb: &'static str) {
        *self.active.entry(verb).or_default() += 1;
        self.busiest = self.busiest.max(self.active.values().sum());
        let active = |verb| self.active.get(verb).copied().unwrap_or(0) > 0;
        self.overlapped |= active("create") && active("delete");
    }

    fn end(&mut self, verb: &'static str) {
        *self.active.entry(verb).or_default() -= 1;
    }

    fn resolve(&self, reference: &str) -> Option<&Object> {
        self.objects.values().find(|object| object.dying.is_none() && object.is(reference))
    }

    fn check_references(&self, properties: &BTreeMap<String, Json>) -> Result<(), Fault> {
        let missing: Vec<&String> = ["Parent", "Link", "Peers"]
            .iter()
            .filter_map(|name| properties.get(*name))
            .flat_map(texts)
            .filter(|reference| self.resolve(reference).is_none())
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        Err(Fault::new(FaultKind::Invalid, "sim:Check", format!("these don't exist: {missing:?}")))
    }

    /// Who holds `id`.
    fn holders(&self, id: &str) -> Vec<String> {
        let Some(object) = self.objects.get(id) else { return Vec::new() };
        self.objects
            .values()
            .filter(|other| other.id != id && other.dying.is_none())
            .filter(|other| {
                ["Parent", "Peers"]
                    .iter()
                    .filter_map(|name| other.properties.get(*name))
                    .flat_map(texts)
                    .any(|reference| object.is(reference))
            })
            .map(|other| other.id.clone())
            .collect()
    }
}

fn texts(json: &Json) -> Vec<&String> {
    match json {
        Json::String(text) => vec![text],
        Json::Array(items) => items.iter().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

/// What a read reports.
struct Seen {
    object: Object,
    look: Option<Look>,
}

/// The handler of one type.
#[derive(Debug)]
struct Sim {
    schema: &'static Schema,
    shared: Arc<Shared>,
}

impl Sim {
    fn describe(&self) -> &'static str {
        match self.schema.type_name {
            "Sim::Net::Box" => "sim:DescribeBoxes",
            "Sim::Net::Named" => "sim:DescribeNamed",
            "Sim::Net::Slot" => "sim:DescribeSlots",
            "Sim::Data::Store" => "sim:DescribeStores",
            "Sim::Slow::Job" => "sim:DescribeJobs",
            _ => "sim:DescribePlain",
        }
    }

    /// Runs one changing call: half of its time passes, it has its effect or not, half passes.
    async fn call<T>(
        &self,
        verb: &'static str,
        operation: &Operation<'_>,
        effect: impl FnOnce(&mut World) -> Result<T, Fault> + Send,
    ) -> Result<T, Fault>
    where
        T: Send,
    {
        let guard = Active::new(&self.shared, verb);
        self.shared.clock.sleep(CALL / 2).await;
        let result = {
            let mut world = self.shared.lock();
            match world.strike(verb, operation.path.as_str()) {
                None => effect(&mut world),
                Some((fault, true)) => effect(&mut world).and(Err(fault)),
                Some((fault, false)) => Err(fault),
            }
        };
        self.shared.clock.sleep(CALL / 2).await;
        drop(guard);
        result
    }

    fn tagged(&self) -> bool {
        self.schema.ownership == Ownership::Tags
    }
}

/// Counts a call while it runs, also when it is dropped.
struct Active<'a> {
    shared: &'a Shared,
    verb: &'static str,
}

impl<'a> Active<'a> {
    fn new(shared: &'a Shared, verb: &'static str) -> Self {
        shared.lock().begin(verb);
        Self { shared, verb }
    }
}

impl Drop for Active<'_> {
    fn drop(&mut self) {
        self.shared.lock().end(self.verb);
    }
}

#[async_trait]
impl Handler for Sim {
    fn schema(&self) -> &'static Schema {
        self.schema
    }

    fn plan_reads(&self, target: &Target<'_>) -> Vec<Read> {
        let mut reads = vec![Read::new(self.describe(), target.physical_id)];
        if self.tagged() {
            reads.push(Read::new("sim:ListTags", target.physical_id));
        }
        reads
    }

    fn absorb(&self, target: &Target<'_>, answers: &Answers) -> Result<Observation, Fault> {
        let Some(seen) = answers.get::<Seen>(self.describe(), target.physical_id)? else {
            return Ok(Observation::Absent);
        };
        if seen.object.reserved {
            return Ok(Observation::GoneButReserved { until: "Friday".to_owned() });
        }
        let mut observed = Observed::new(seen.object.attributes());
        for property in self.schema.properties {
            if property.write_only || property.change == Takes::Local || property.compare == Compare::Tags {
                continue;
            }
            observed = observed.report(
                property.name,
                seen.object.properties.get(property.name).cloned().unwrap_or_default(),
            );
        }
        if let Some(tags) =
            answers.get::<BTreeMap<String, String>>("sim:ListTags", target.physical_id).unwrap_or_default()
        {
            observed = observed.tagged(tags.clone());
        }
        let readiness = match &seen.look {
            Some(Look::Pending(doing)) => Readiness::Pending((*doing).to_owned()),
            Some(Look::Failed(reason)) => Readiness::Failed((*reason).to_owned()),
            _ => Readiness::Ready,
        };
        Ok(Observation::Present(observed.with_readiness(readiness)))
    }

    async fn create(&self, operation: &Operation<'_>, desired: &Document) -> Result<String, Fault> {
        self.call("create", operation, |world| {
            let mut properties: BTreeMap<String, Json> = self
                .schema
                .properties
                .iter()
                .filter(|property| !property.after_create && property.change != Takes::Local)
                .filter_map(|property| Some((property.name.to_owned(), desired.json(property.name)?.clone())))
                .collect();
            properties.remove("Tags");
            world.check_references(&properties)?;
            world.made += 1;
            let short = self.schema.type_name.rsplit("::").next().unwrap_or_default().to_lowercase();
            let id = match properties.get("Key").and_then(Json::as_str) {
                Some(key) => format!("{short}-{key}"),
                None => format!("{short}-{}", world.made),
            };
            let name = properties.get("Name");
            let taken = world.objects.contains_key(&id)
                || (name.is_some()
                    && world.objects.values().any(|object| object.properties.get("Name") == name));
            if taken {
                let fault = Fault::new(FaultKind::AlreadyExists, "sim:create", "something is there already");
                return Err(fault.with_code("Exists"));
            }
            let path = operation.path.to_string();
            let object = Object {
                schema: self.schema,
                id: id.clone(),
                looks: world.scripts.remove(&path).unwrap_or_default().into(),
                path,
                properties,
                tags: if self.tagged() { operation.tags(desired) } else { BTreeMap::new() },
                version: world.made,
                reserved: false,
                dying: None,
            };
            world.objects.insert(id.clone(), object);
            world.log.push(format!("create {}", operation.path));
            Ok(id)
        })
        .await
    }

    async fn reconcile(&self, operation: &Operation<'_>, change: &Change<'_>) -> Result<(), Fault> {
        assert!(!change.aspects.is_empty(), "a reconcile of nothing");
        self.call("update", operation, |world| {
            let missing = || Fault::new(FaultKind::NotFound, "sim:update", change.physical_id);
            let mut object = world.objects.get(change.physical_id).cloned().ok_or_else(missing)?;
            for property in self.schema.properties {
                let Takes::Update(aspect) = property.change else { continue };
                if !change.has(aspect) || property.compare == Compare::Tags {
                    continue;
                }
                match change.after.json(property.name) {
                    Some(json) => object.properties.insert(property.name.to_owned(), json.clone()),
                    None => object.properties.remove(property.name),
                };
            }
            if change.has("tags") {
                let (set, gone) = change.tags(operation);
                object.tags.extend(set);
                object.tags.retain(|key, _| !gone.contains(key));
            }
            world.check_references(&object.properties)?;
            world.made += 1;
            object.version = world.made;
            world.objects.insert(object.id.clone(), object);
            let aspects: Vec<&str> = change.aspects.iter().copied().collect();
            world.log.push(format!("update {} {}", operation.path, aspects.join(",")));
            Ok(())
        })
        .await
    }

    async fn delete(&self, operation: &Operation<'_>, target: &Target<'_>) -> Result<Removal, Fault> {
        self.call("delete", operation, |world| {
            let id = target.physical_id;
            let missing = || Fault::new(FaultKind::NotFound, "sim:delete", id);
            let object = world.objects.get(id).ok_or_else(missing)?;
            if object.properties.get("Guarded") == Some(&json!(true)) && !operation.policy.lift_protection {
                return Err(Fault::new(FaultKind::Protected, "sim:delete", "it is guarded"));
            }
            let holders = world.holders(id);
            if !holders.is_empty() {
                return Err(Fault::new(
                    FaultKind::InUse,
                    "sim:delete",
                    format!("{id} is held by {holders:?}"),
                ));
            }
            let path = object.path.clone();
            let removal = world.remains.remove(&path).unwrap_or_default();
            if !removal.stays {
                match world.slow_deletes.remove(&path) {
                    Some(looks) => world.objects.get_mut(id).ok_or_else(missing)?.dying = Some(looks),
                    None => world.ghost = world.objects.remove(id),
                }
            }
            world.log.push(format!("delete {}", operation.path));
            Ok(removal)
        })
        .await
    }

    async fn find(&self, operation: &Operation<'_>, desired: &Document) -> Result<Found, Fault> {
        pause().await;
        let mut world = self.shared.lock();
        world.finds += 1;
        if world.blind > 0 {
            world.blind -= 1;
            return Ok(Found::Nothing);
        }
        let of_type = |object: &&Object| object.schema.type_name == self.schema.type_name;
        let haunts = world.haunted > 0 && world.ghost.is_some();
        world.haunted -= usize::from(haunts);
        let ghost = world.ghost.as_ref().filter(|_| haunts);
        let mut objects = world.objects.values().chain(ghost).filter(of_type);
        if self.tagged() {
            let mine = objects.find(|object| operation.owns(&object.tags));
            return Ok(
                mine.map_or(Found::Nothing, |object| Found::by_tags(operation, &object.id, &object.tags))
            );
        }
        let name = desired.json("Name");
        let key = desired.json("Key").and_then(Json::as_str).map(|key| format!("slot-{key}"));
        let found = objects.find(|object| {
            key.as_deref() == Some(&object.id) || (name.is_some() && object.properties.get("Name") == name)
        });
        let Some(object) = found else { return Ok(Found::Nothing) };
        let physical_id = object.id.clone();
        let hash = operation.instance.short();
        if object.tags.contains_key(LINEAGE_TAG) {
            return Ok(Found::Foreign { owner: format!("instance {}", object.tags[INSTANCE_TAG]) });
        }
        let ours = name.and_then(Json::as_str).is_some_and(|name| name.contains(hash));
        Ok(if ours { Found::Ours { physical_id } } else { Found::Unmarked { physical_id } })
    }

    fn wait(&self, phase: Phase) -> Option<Wait> {
        match (self.schema.type_name, phase) {
            ("Sim::Net::Plain", _) => None,
            ("Sim::Slow::Job", Phase::Deleted) => Some(Wait::seconds(0, 5, 60)),
            ("Sim::Slow::Job", _) => Some(Wait::seconds(5, 10, 120)),
            (_, Phase::Deleted) => None,
            _ => Some(Wait::seconds(0, 2, 300)),
        }
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
