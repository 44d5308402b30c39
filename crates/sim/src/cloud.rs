//! The cloud as the engine meets it: a provider, and a handler for each type.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use ironward_core::clock::Clock;
use ironward_core::document::Document;
use ironward_core::error::{ProviderError, ProviderErrorKind};
use ironward_core::provider::{
    Change, Contents, DeleteOutcome, Found, Handler, Observation, Observed, Operation, Phase, Place,
    Provider, Read, ReadResult, ReadResults, Readiness, Target, Wait,
};
use ironward_core::schema::{Change as Takes, Compare, Ownership, Schema};
use ironward_core::state::{InstanceId, JournalAction, Status};
use serde_json::Value as Json;

use crate::dice::Dice;
use crate::faults::Fate;
use crate::judge::Law;
use crate::object::{Object, Reply, Request, Seen, Standing, Verb, created_with, texts};
use crate::types;
use crate::world::Shared;

/// The cloud, as a provider.
#[derive(Debug)]
pub(crate) struct Cloud {
    shared: Shared,
    place: Place,
    handlers: BTreeMap<&'static str, Sim>,
}

impl Cloud {
    /// The cloud as the process with this fence meets it.
    pub(crate) fn new(shared: &Shared, fence: u64) -> Self {
        let handlers = types::ALL
            .into_iter()
            .map(|schema| (schema.type_name, Sim { schema, shared: shared.clone(), fence }))
            .collect();
        Self { shared: shared.clone(), place: Place::new("aws", "us-east-1", "123456789012"), handlers }
    }
}

/// How long one way of a call takes: mostly little, at times seconds.
fn latency(dice: &mut Dice) -> Duration {
    if dice.chance(30) { dice.millis(500, 3000) } else { dice.millis(5, 120) }
}

/// Repeats a call as the handlers of the real provider do: what had no effect always, what may
/// have had one only where the second time does no harm.
struct Patience {
    started: Duration,
    attempt: u32,
    makes: bool,
}

impl Patience {
    fn new(shared: &Shared, makes: bool) -> Self {
        Self { started: shared.now(), attempt: 0, makes }
    }

    /// The pause before the next attempt; nothing when the fault is final.
    fn pause(&mut self, fault: &ProviderError, now: Duration) -> Option<Duration> {
        let seconds = match fault.kind {
            ProviderErrorKind::Throttled | ProviderErrorKind::Conflict => 300,
            ProviderErrorKind::Propagating => 120,
            ProviderErrorKind::InUse => 1200,
            ProviderErrorKind::NotFound if self.makes => 60,
            ProviderErrorKind::Ambiguous if !self.makes => 60,
            _ => return None,
        };
        if now.saturating_sub(self.started) >= Duration::from_secs(seconds) {
            return None;
        }
        let pause = Duration::from_millis(250) * 2_u32.pow(self.attempt.min(5));
        self.attempt += 1;
        Some(pause)
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
        let mut patience = Patience::new(&self.shared, false);
        loop {
            let (failed, mut dice) = self.shared.ask(operation).await;
            let Some(kind) = failed else {
                let world = self.shared.lock();
                let look = |item: &String| match world.look(item, operation, &mut dice) {
                    Some(seen) => (item.clone(), ReadResult::found(seen)),
                    None => (item.clone(), ReadResult::Absent),
                };
                return items.iter().map(look).collect();
            };
            let fault = ProviderError::new(kind, operation, "the read failed");
            match patience.pause(&fault, self.shared.now()) {
                Some(pause) => self.shared.sleep(pause).await,
                None => {
                    let fail = |item: &String| (item.clone(), ReadResult::Failed(fault.clone()));
                    return items.iter().map(fail).collect();
                }
            }
        }
    }

    async fn look_up(&self, name: &str, _query: &Document) -> Result<Document, ProviderError> {
        Err(ProviderError::new(ProviderErrorKind::NotFound, name, "nothing is looked up here"))
    }

    async fn check(&self) -> Result<(), ProviderError> {
        let (failed, _) = self.shared.ask("sim:Check").await;
        match failed {
            Some(ProviderErrorKind::Denied | ProviderErrorKind::Unreachable) => {
                Err(ProviderError::new(ProviderErrorKind::Unreachable, "sim:Check", "no route"))
            }
            _ => Ok(()),
        }
    }
}

impl Shared {
    /// A call that only asks takes its time and may fail.
    async fn ask(&self, what: &str) -> (Option<ProviderErrorKind>, Dice) {
        self.step(|| format!("before {what}")).await;
        let (failed, mut dice) = {
            let mut world = self.lock();
            let (point, mut dice) = world.faults.point();
            let failed = world.faults.blinds(point, &mut dice, what);
            world.tally.failed_reads += u64::from(failed.is_some());
            (failed, dice)
        };
        self.sleep(latency(&mut dice)).await;
        (failed, dice)
    }

    /// Sends one request and waits for its answer.
    async fn request(&self, request: Request) -> Result<Reply, ProviderError> {
        let (verb, path) = (request.verb, request.path.clone());
        self.step(|| format!("before the {} of `{path}` is sent", verb.word())).await;
        let (fate, ticket, mut dice, lands) = {
            let mut world = self.lock();
            world.tally.calls += 1;
            check_sent(&mut world, &request);
            let (point, mut dice) = world.faults.point();
            // A creation that the service can't recognise is sent once: neither the client nor
            // the network repeats it.
            let safe = verb != Verb::Create
                || types::takes_token(request.schema)
                || types::id_of(request.schema, &request.properties, 0)
                    == types::id_of(request.schema, &request.properties, 1);
            let fate = world.faults.fate(point, &mut dice, verb, &path, safe);
            let now = world.time.now;
            let lands = now + latency(&mut dice);
            let (_, flight) = world.faults.point();
            world.judge.tell(now, || format!("the engine: {} {path} ({fate:?})", verb.word()));
            let ticket = match fate {
                Fate::Arrives => Some(world.send(request, lands, flight)),
                Fate::Twice => {
                    world.tally.duplicates += 1;
                    let first = world.send(request.clone(), lands, flight.clone());
                    world.send(request, lands, flight);
                    Some(first)
                }
                Fate::Unanswered(late) => {
                    world.tally.lost_responses += 1;
                    world.tally.late += u64::from(!late.is_zero());
                    world.send(request, lands + late, flight);
                    None
                }
                Fate::Lost => {
                    world.tally.lost_requests += 1;
                    None
                }
                Fate::Refused(kind) => {
                    if kind.is_retryable() {
                        world.tally.throttles += 1;
                    } else {
                        world.tally.refusals += 1;
                    }
                    None
                }
            };
            (fate, ticket, dice, lands)
        };
        self.sleep_until(lands).await;
        self.step(|| format!("after the {} of `{path}` arrived", verb.word())).await;
        let back = latency(&mut dice);
        self.sleep(back).await;
        let action = format!("sim:{}", verb.word());
        match (fate, ticket) {
            (Fate::Refused(kind), _) => {
                Err(ProviderError::new(kind, action, "refused by the weather").with_code(format!("{kind:?}")))
            }
            (_, None) => Err(ProviderError::new(ProviderErrorKind::Ambiguous, action, "no answer came")),
            (_, Some(ticket)) => self.lock().reply(ticket).unwrap_or_else(|| {
                Err(ProviderError::new(ProviderErrorKind::Ambiguous, action, "the connection was reset"))
            }),
        }
    }
}

/// What must be true when a request is sent.
fn check_sent(world: &mut crate::world::World, request: &Request) {
    let now = world.time.now;
    let action = match request.verb {
        Verb::Create => JournalAction::Create,
        Verb::Update | Verb::Restore => JournalAction::Update,
        Verb::Delete => JournalAction::Delete,
    };
    let (verb, path) = (request.verb.word(), &request.path);
    if request.sender != world.disk.fence && world.lease.is_some() {
        let message =
            format!("the {verb} of `{path}` is sent by a process whose lease another one took over");
        world.judge.breaks(Law::OneWriter, now, message);
        return;
    }
    if !world.disk.intends(&request.instance, action) {
        let message = format!("the {verb} of `{path}` is sent, and the journal doesn't say so");
        world.judge.breaks(Law::IntentFirst, now, message);
        return;
    }
    let record = world.disk.intent(&request.instance).map(|pending| pending.record.clone());
    let Some(record) = record else { return };
    if request.verb == Verb::Update && record.physical_id.is_empty() {
        let message = format!("{} was made for `{path}` and is changed, and isn't on record", request.id);
        world.judge.breaks(Law::IntentFirst, now, message);
    }
    if request.verb == Verb::Create {
        crate::laws::check_creation(world, request);
    }
    match request.verb {
        Verb::Create | Verb::Update | Verb::Restore => {
            for needed in &record.dependencies {
                let usable = world.objects.iter().any(|object| {
                    object.is_of(needed) && !object.is_going() && object.ready <= now && !object.fails
                });
                let known = world.disk.knows(needed);
                let unfinished = world.disk.intent(needed).is_some();
                if (!usable || unfinished) && known && !world.gone_outside(needed) {
                    let message =
                        format!("the {verb} of `{path}` is sent before {needed}, which it needs, is usable");
                    world.judge.breaks(Law::Order, now, message);
                }
            }
        }
        Verb::Delete => {
            crate::laws::check_deletion(world, request);
            if record.retain && !request.lifts {
                world.judge.breaks(Law::Protected, now, format!("`{path}` is to stay, and deleted"));
            }
            if world.judge.kept.contains(&request.instance) && !request.lifts {
                let message = format!("`{path}` stays as what replaced it says, and is deleted");
                world.judge.breaks(Law::Protected, now, message);
            }
            if record.protect && record.status != Status::Broken && !request.lifts {
                world.judge.breaks(Law::Protected, now, format!("`{path}` is protected, and deleted"));
            }
            if world.judge.expected.made.as_ref().is_some_and(|made| !made.contains(&request.instance)) {
                let message = format!("`{path}` is rolled back, and the run didn't make it");
                world.judge.breaks(Law::Protected, now, message);
            }
            if world.judge.expected.made.is_some() && record.retain {
                world.judge.breaks(Law::Protected, now, format!("`{path}` is to stay, and rolled back"));
            }
            let above: Vec<String> = world
                .disk
                .state
                .instances()
                .filter(|other| other.dependencies.contains(&request.instance))
                .filter(|other| !goes_along(world, &other.instance, &request.id))
                .filter(|other| !opens(world, &other.instance))
                .filter(|other| world.judge.expected.leaving.contains(&other.instance))
                .filter(|other| {
                    world.objects.iter().any(|object| object.is_of(&other.instance) && !object.is_going())
                })
                .map(|other| other.path.to_string())
                .collect();
            if !above.is_empty() {
                let message =
                    format!("`{path}` is deleted before {above:?}, which go too and were built on it");
                world.judge.breaks(Law::Order, now, message);
            }
        }
    }
}

/// Whether an instance is a part of what is called this, and goes along with it.
fn goes_along(world: &crate::world::World, part: &InstanceId, whole: &str) -> bool {
    let part = world.objects.iter().find(|object| object.is_of(part));
    let whole = world.living(whole);
    part.zip(whole).is_some_and(|(part, whole)| part.is_part_of(whole))
}

/// Whether something was ever encrypted under an instance: that key goes last, and holds on to nothing.
fn opens(world: &crate::world::World, key: &InstanceId) -> bool {
    world.disk.state.instances().any(|record| record.opened_by.contains(key))
}

/// Whether the deletion of a store leaves a snapshot.
fn leaves_snapshot(target: &Target<'_>) -> bool {
    target.properties.json("Final") == Some(&Json::Bool(true))
}

/// The handler of one type.
#[derive(Debug)]
struct Sim {
    schema: &'static Schema,
    shared: Shared,
    fence: u64,
}

impl Sim {
    fn tagged(&self) -> bool {
        self.schema.ownership == Ownership::Tags
    }

    fn draft(&self, verb: Verb, operation: &Operation<'_>, id: &str) -> Request {
        Request {
            verb,
            schema: self.schema,
            path: operation.path.to_string(),
            instance: operation.instance.clone(),
            id: id.to_owned(),
            properties: BTreeMap::new(),
            tags: BTreeMap::new(),
            unset: Vec::new(),
            untag: Vec::new(),
            token: String::new(),
            lifts: operation.policy.lift_protection,
            leaves: false,
            sender: self.fence,
        }
    }

    async fn send(&self, request: Request) -> Result<Reply, ProviderError> {
        let mut patience = Patience::new(&self.shared, request.verb == Verb::Create);
        loop {
            let result = self.shared.request(request.clone()).await;
            let Err(fault) = &result else { return result };
            match patience.pause(fault, self.shared.now()) {
                Some(pause) => self.shared.sleep(pause).await,
                None => return result,
            }
        }
    }
}

#[async_trait]
impl Handler for Sim {
    fn schema(&self) -> &'static Schema {
        self.schema
    }

    fn reads(&self, target: &Target<'_>) -> Vec<Read> {
        vec![Read::new(self.schema.type_name, target.physical_id)]
    }

    fn observe(&self, target: &Target<'_>, answers: &ReadResults) -> Result<Observation, ProviderError> {
        let Some(seen) = answers.get::<Seen>(self.schema.type_name, target.physical_id)? else {
            return Ok(Observation::Absent);
        };
        if seen.standing == Standing::Reserved {
            return Ok(Observation::GoneButReserved { until: "the seventh day".to_owned() });
        }
        let mut observed = Observed::new(seen.object.attributes());
        for property in self.schema.properties {
            if property.write_only || property.change == Takes::Local || property.compare == Compare::Tags {
                continue;
            }
            let value = seen.object.properties.get(property.name).cloned().unwrap_or_default();
            observed = observed.with(property.name, value);
        }
        if self.tagged() {
            observed = observed.tagged(seen.object.tags.clone());
        }
        let readiness = match seen.standing {
            Standing::Ready | Standing::Reserved => Readiness::Ready,
            Standing::Pending(doing) => Readiness::Pending(doing.to_owned()),
            Standing::Failed(reason) => Readiness::Failed(reason.to_owned()),
        };
        Ok(Observation::Present(observed.with_readiness(readiness)))
    }

    async fn create(&self, operation: &Operation<'_>, desired: &Document) -> Result<String, ProviderError> {
        let mut request = self.draft(Verb::Create, operation, "");
        request.properties = created_with(self.schema, desired);
        if self.tagged() {
            request.tags = operation.tags(desired);
        }
        if types::takes_token(self.schema) {
            request.token = operation.token("create");
        }
        match self.send(request).await? {
            Reply::Made(id) => Ok(id),
            Reply::Done | Reply::Removed(_) => {
                Err(ProviderError::new(ProviderErrorKind::Other, "sim:create", "no id"))
            }
        }
    }

    /// One call for each aspect, as the APIs have it: some of them may come through and others not.
    async fn reconcile(&self, operation: &Operation<'_>, change: &Change<'_>) -> Result<(), ProviderError> {
        for aspect in &change.aspects {
            let mut request = self.draft(Verb::Update, operation, change.physical_id);
            for property in self.schema.properties {
                if property.change != Takes::Update(aspect) || property.compare == Compare::Tags {
                    continue;
                }
                match change.after.json(property.name) {
                    Some(Json::Null) | None => request.unset.push(property.name.to_owned()),
                    Some(json) => drop(request.properties.insert(property.name.to_owned(), json.clone())),
                }
            }
            if *aspect == "tags" {
                (request.tags, request.untag) = change.tags(operation);
            }
            self.send(request).await?;
        }
        Ok(())
    }

    async fn delete(
        &self,
        operation: &Operation<'_>,
        target: &Target<'_>,
    ) -> Result<DeleteOutcome, ProviderError> {
        let mut request = self.draft(Verb::Delete, operation, target.physical_id);
        request.leaves = leaves_snapshot(target);
        request.properties.extend(target.properties.json("Link").map(|key| ("Link".to_owned(), key.clone())));
        match self.send(request).await? {
            Reply::Removed(removal) => Ok(removal),
            Reply::Made(_) | Reply::Done => Ok(DeleteOutcome::default()),
        }
    }

    async fn find(&self, operation: &Operation<'_>, desired: &Document) -> Result<Found, ProviderError> {
        let mut patience = Patience::new(&self.shared, false);
        let mut dice = loop {
            let (failed, dice) = self.shared.ask("a search").await;
            let Some(kind) = failed else { break dice };
            let fault = ProviderError::new(kind, "sim:Find", "the search failed");
            match patience.pause(&fault, self.shared.now()) {
                Some(pause) => self.shared.sleep(pause).await,
                None => return Err(fault),
            }
        };
        let world = self.shared.lock();
        let of_type = |object: &Object| object.schema.type_name == self.schema.type_name;
        let name = desired.json("Name");
        if self.tagged() && name.is_none() && self.schema.type_name != types::BUCKET.type_name {
            let mine = world.search(&mut dice, |object| of_type(object) && operation.owns(&object.tags));
            return Ok(mine
                .first()
                .map_or(Found::Nothing, |object| Found::by_tags(operation, &object.id, &object.tags)));
        }
        let id = types::id_of(self.schema, &created_with(self.schema, desired), 0);
        let found = world.search(&mut dice, |object| {
            of_type(object) && (object.id == id || (name.is_some() && object.properties.get("Name") == name))
        });
        let Some(object) = found.first() else { return Ok(Found::Nothing) };
        if self.tagged() {
            return Ok(Found::by_tags(operation, &object.id, &object.tags));
        }
        let physical_id = object.id.clone();
        let hash = operation.instance.short();
        let ours = name.and_then(Json::as_str).is_some_and(|name| name.ends_with(hash));
        Ok(if ours { Found::Ours { physical_id } } else { Found::Unmarked { physical_id } })
    }

    fn leaves(&self, _operation: &Operation<'_>, target: &Target<'_>) -> DeleteOutcome {
        let id = target.physical_id;
        if self.schema.restores {
            DeleteOutcome::leaving(format!("{id} is pending deletion"))
        } else if leaves_snapshot(target) {
            let links = target.properties.json("Link").into_iter().flat_map(texts);
            let keys = links.filter(|id| id.starts_with("key-")).cloned();
            DeleteOutcome::leaving(format!("a snapshot of {id}")).opened_by(keys)
        } else {
            DeleteOutcome::default()
        }
    }

    /// A store holds as much as its size says.
    async fn contents(&self, target: &Target<'_>) -> Result<Option<Contents>, ProviderError> {
        if self.schema.type_name != types::STORE.type_name {
            return Ok(None);
        }
        let (failed, mut dice) = self.shared.ask("the contents").await;
        if let Some(kind) = failed {
            return Err(ProviderError::new(kind, "sim:Contents", "the question failed"));
        }
        let seen = self.shared.lock().look(target.physical_id, self.schema.type_name, &mut dice);
        let size = seen.and_then(|seen| seen.object.properties.get("Size")?.as_u64());
        Ok(size.map(|size| Contents::exactly(size, "rows")))
    }

    async fn restore(&self, operation: &Operation<'_>, target: &Target<'_>) -> Result<(), ProviderError> {
        self.send(self.draft(Verb::Restore, operation, target.physical_id)).await.map(drop)
    }

    fn wait(&self, phase: Phase) -> Option<Wait> {
        match (types::is_slow(self.schema), phase) {
            _ if self.schema.type_name == types::PLAIN.type_name => None,
            (true, Phase::Deleted) => Some(Wait::seconds(0, 5, 120)),
            (true, _) => Some(Wait::seconds(5, 10, 300)),
            (false, Phase::Deleted) => None,
            (false, _) => Some(Wait::seconds(0, 2, 300)),
        }
    }
}
