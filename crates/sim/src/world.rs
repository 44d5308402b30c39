//! The cloud itself: what exists, what is on its way, and who sees what when.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ironward_core::fault::{Fault, FaultKind};
use ironward_core::provider::Removal;
use ironward_core::schema::{Ownership, Schema};
use ironward_core::state::InstanceId;
use serde_json::Value as Json;

use crate::dice::Dice;
use crate::disk::Disk;
use crate::faults::Faults;
use crate::judge::{Judge, Law};
use crate::lease::Lease;
use crate::object::{Going, Object, Owner, Reply, Request, Seen, Standing, Verb, texts};
use crate::tally::Tally;
use crate::time::Timeline;
use crate::types;

/// How long reads and searches may miss what was just made, and still show what is gone.
pub const SETTLES: Duration = Duration::from_secs(4);

/// How long after its process died, or gave up on the answer, a request may still arrive.
pub const ARRIVES: Duration = Duration::from_secs(2);

/// The properties that refer to other objects.
const REFERENCES: [&str; 3] = ["Parent", "Link", "Peers"];

/// The world under its lock, as everything in it holds it.
#[derive(Debug, Clone)]
pub(crate) struct Shared(Arc<Mutex<World>>);

impl Shared {
    pub(crate) fn new(world: World) -> Self {
        Self(Arc::new(Mutex::new(world)))
    }

    /// The world as it is now: what was to happen by now has happened.
    pub(crate) fn lock(&self) -> MutexGuard<'_, World> {
        let mut world = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        world.catch_up();
        world
    }
}

/// All there is.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) time: Timeline,
    pub(crate) faults: Faults,
    pub(crate) disk: Disk,
    /// The lock as a lease; without one it ends with its process.
    pub(crate) lease: Option<Lease>,
    pub(crate) judge: Judge,
    pub(crate) tally: Tally,
    pub(crate) objects: Vec<Object>,
    /// What is gone, and when it went.
    ghosts: Vec<(Duration, Object)>,
    flights: Vec<Flight>,
    replies: BTreeMap<u64, Result<Reply, Fault>>,
    made: u64,
}

/// A request on the wire. It arrives whatever becomes of who sent it.
#[derive(Debug)]
struct Flight {
    due: Duration,
    ticket: u64,
    request: Request,
    /// Whether it is the second of a request that arrives twice.
    again: bool,
    dice: Dice,
}

impl World {
    pub(crate) fn new(faults: Faults, disk: Disk, lease: Option<Lease>, judge: Judge) -> Self {
        Self {
            time: Timeline::default(),
            faults,
            disk,
            lease,
            judge,
            tally: Tally::default(),
            objects: Vec::new(),
            ghosts: Vec::new(),
            flights: Vec::new(),
            replies: BTreeMap::new(),
            made: 0,
        }
    }

    /// Lets everything happen that was to happen by now, in its order.
    fn catch_up(&mut self) {
        let now = self.time.now;
        loop {
            let flight = self.flights.iter().map(|flight| (flight.due, flight.ticket)).min();
            let going = self.objects.iter().filter_map(|object| object.going.as_ref());
            let gone = going.map(|going| going.gone).min();
            let arrives = flight.filter(|(due, _)| *due <= now);
            let gone = gone.filter(|gone| *gone <= now);
            if let Some(at) = gone.filter(|gone| arrives.is_none_or(|(due, _)| *gone <= due)) {
                let ends = |object: &Object| object.going.as_ref().is_some_and(|going| going.gone == at);
                let Some(index) = self.objects.iter().position(ends) else { break };
                if self.objects[index].going.as_ref().is_some_and(|going| going.fails) {
                    self.objects[index].going = None;
                } else {
                    let object = self.objects.remove(index);
                    self.ghosts.push((at, object));
                }
            } else if let Some((due, ticket)) = arrives {
                let index = self.flights.iter().position(|flight| flight.ticket == ticket);
                let Some(index) = index else { break };
                let mut flight = self.flights.swap_remove(index);
                let result = self.perform(&flight.request, due, &mut flight.dice);
                let told = match &result {
                    Ok(Reply::Made(id)) => format!("made {id}"),
                    Ok(_) => "done".to_owned(),
                    Err(fault) => fault.to_string(),
                };
                let (verb, path) = (flight.request.verb.word(), flight.request.path.clone());
                self.judge.tell(due, || format!("the cloud: {verb} {path}: {told}"));
                self.replies.insert(ticket, result);
            } else {
                break;
            }
        }
    }

    /// Sends a request that arrives at `due`, and returns the ticket of its reply.
    pub(crate) fn send(&mut self, request: Request, due: Duration, dice: Dice) -> u64 {
        self.made += 1;
        let ticket = self.made;
        let again = self.flights.iter().any(|flight| flight.due == due && flight.request.is_as(&request));
        self.flights.push(Flight { due, ticket, request, again, dice });
        ticket
    }

    pub(crate) fn reply(&mut self, ticket: u64) -> Option<Result<Reply, Fault>> {
        self.replies.remove(&ticket)
    }

    /// What a process had on the wire when it died or was paused arrives all the same, later, or
    /// never. Changes and deletions don't tarry: an engine can't tell a late one from a change made
    /// outside. Where the lock is a lease, the next holder knows how late they may come.
    pub(crate) fn cut_off(&mut self, sender: u64, dice: &mut Dice) {
        let now = self.time.now;
        let lateness = self.lease.as_ref().map(|lease| lease.lateness(now));
        let mut kept = Vec::new();
        for mut flight in std::mem::take(&mut self.flights) {
            if flight.request.sender != sender {
                kept.push(flight);
                continue;
            }
            match (flight.request.verb, dice.below(3)) {
                (_, 0) => continue,
                // Both come at once, or one of them.
                _ if flight.again => continue,
                (_, 1) if let Some((ends, last)) = lateness => {
                    let from = if dice.chance(500) { ends } else { 0 };
                    flight.due = now + dice.millis(from, last);
                }
                (Verb::Create, 1) => flight.due = now + dice.millis(0, 2000).min(ARRIVES),
                _ => flight.due = flight.due.min(now),
            }
            kept.push(flight);
        }
        self.flights = kept;
        self.replies.clear();
    }

    /// What a process that was paused, and goes on as the holder, had on the wire has arrived.
    pub(crate) fn catch_up_with(&mut self, sender: u64) {
        for flight in self.flights.iter_mut().filter(|flight| flight.request.sender == sender) {
            flight.due = flight.due.min(self.time.now);
        }
    }

    pub(crate) fn living(&self, id: &str) -> Option<&Object> {
        self.objects.iter().find(|object| object.id == id)
    }

    /// What a read of `id` sees.
    pub(crate) fn look(&self, id: &str, type_name: &str, dice: &mut Dice) -> Option<Seen> {
        let now = self.time.now;
        let living =
            self.objects.iter().find(|object| object.id == id && object.schema.type_name == type_name);
        if let Some(object) = living {
            if self.faults.blurs() && now < object.settled && dice.chance(500) {
                return None;
            }
            return Some(Seen { object: object.clone(), standing: object.standing(now) });
        }
        let ghost = self.ghosts.iter().rev().find(|(gone, object)| {
            object.id == id && object.schema.type_name == type_name && now < *gone + SETTLES
        });
        let (_, object) = ghost?;
        if !self.faults.blurs() || dice.chance(500) {
            return None;
        }
        let standing = if object.going.is_some() { Standing::Pending("deleting") } else { Standing::Ready };
        Some(Seen { object: object.clone(), standing })
    }

    /// What a search sees: what is visible of what fits, and what is gone and still shows.
    pub(crate) fn search(&self, dice: &mut Dice, fits: impl Fn(&Object) -> bool) -> Vec<Object> {
        let now = self.time.now;
        let mut found = Vec::new();
        for object in self.objects.iter().filter(|object| fits(object)) {
            if !(self.faults.blurs() && now < object.settled && dice.chance(700)) {
                found.push(object.clone());
            }
        }
        for (gone, object) in &self.ghosts {
            if self.faults.blurs() && now < *gone + SETTLES && fits(object) && dice.chance(300) {
                found.push(object.clone());
            }
        }
        found
    }

    /// Carries a request out.
    fn perform(&mut self, request: &Request, at: Duration, dice: &mut Dice) -> Result<Reply, Fault> {
        match request.verb {
            Verb::Create => self.create(request, at, dice),
            Verb::Update => self.update(request, at, dice),
            Verb::Delete => self.delete(request, at, dice),
        }
    }

    fn create(&mut self, request: &Request, at: Duration, dice: &mut Dice) -> Result<Reply, Fault> {
        let schema = request.schema;
        let same = |object: &&Object| !request.token.is_empty() && object.token == request.token;
        if let Some(object) = self.objects.iter().find(same) {
            return Ok(Reply::Made(object.id.clone()));
        }
        self.check_references(request, at, dice)?;
        self.made += 1;
        let id = types::id_of(schema, &request.properties, self.made);
        let name = request.properties.get("Name");
        let taken = |object: &&Object| {
            object.id == id
                || (name.is_some()
                    && object.schema.type_name == schema.type_name
                    && object.properties.get("Name") == name)
        };
        if self.objects.iter().any(|object| taken(&object)) {
            return Err(fault(FaultKind::AlreadyExists, request, format!("{id} is there already")));
        }
        if let Some(twin) = self.objects.iter().find(|object| object.is_of(&request.instance)) {
            let twin = twin.id.clone();
            self.judge.breaks(
                Law::ExactlyOnce,
                at,
                format!("`{}` is made as {id} and exists as {twin}", request.path),
            );
        }
        if !self.disk.knows(&request.instance) {
            let message = format!("{id} was made for `{}`, and nothing on record leads to it", request.path);
            self.judge.breaks(Law::NothingUnmanaged, at, message);
        }
        let slow = types::is_slow(schema);
        let object = Object {
            schema,
            id: id.clone(),
            owner: Owner::Ours(request.instance.clone(), request.path.clone()),
            properties: request.properties.clone(),
            tags: request.tags.clone(),
            token: request.token.clone(),
            version: self.made,
            settled: at + dice.millis(0, 4000).min(SETTLES),
            ready: if slow { at + dice.millis(1000, 90_000) } else { at },
            fails: slow && self.faults.dooms(dice),
            going: None,
        };
        if object.fails {
            self.tally.doomed += 1;
        }
        self.objects.push(object);
        Ok(Reply::Made(id))
    }

    fn update(&mut self, request: &Request, at: Duration, dice: &mut Dice) -> Result<Reply, Fault> {
        let Some(index) = self.objects.iter().position(|object| object.id == request.id) else {
            return Err(fault(FaultKind::NotFound, request, format!("there is no {}", request.id)));
        };
        self.check_owner(request, index, at);
        self.check_visible(request, index, at, dice)?;
        if self.objects[index].going.is_some() {
            return Err(fault(FaultKind::NotFound, request, format!("{} is going", request.id)));
        }
        self.check_references(request, at, dice)?;
        let mut properties = self.objects[index].properties.clone();
        properties.extend(request.properties.clone());
        properties.retain(|name, _| !request.unset.contains(name));
        self.made += 1;
        let fails = types::is_slow(request.schema) && self.faults.dooms_update(dice);
        let slow = types::is_slow(request.schema);
        let object = &mut self.objects[index];
        object.properties = properties;
        object.tags.extend(request.tags.clone());
        object.tags.retain(|key, _| !request.untag.contains(key));
        object.version = self.made;
        if slow {
            object.ready = object.ready.max(at) + dice.millis(0, 20_000);
            object.fails |= fails;
        }
        Ok(Reply::Done)
    }

    fn delete(&mut self, request: &Request, at: Duration, dice: &mut Dice) -> Result<Reply, Fault> {
        let Some(index) = self.objects.iter().position(|object| object.id == request.id) else {
            return Err(fault(FaultKind::NotFound, request, format!("there is no {}", request.id)));
        };
        self.check_owner(request, index, at);
        self.check_visible(request, index, at, dice)?;
        let object = &self.objects[index];
        if object.properties.get("Guarded") == Some(&Json::Bool(true)) && !request.lifts {
            return Err(fault(FaultKind::Protected, request, format!("{} is guarded", request.id)));
        }
        let slow = types::is_slow(object.schema);
        if slow && at < object.ready && object.going.is_none() {
            return Err(fault(FaultKind::Conflict, request, format!("{} is being made", request.id)));
        }
        let holders: Vec<&Object> = self
            .objects
            .iter()
            .filter(|other| other.id != object.id && other.refers_to(object, &["Parent", "Peers"]))
            .collect();
        if !holders.is_empty() {
            let ours = holders.iter().find(|holder| holder.path().is_some() && holder.going.is_none());
            let message =
                format!("{} is held by {:?}", request.id, holders.iter().map(|h| &h.id).collect::<Vec<_>>());
            if ours.is_some() {
                self.judge.breaks(
                    Law::Order,
                    at,
                    format!("`{}` is to be deleted and {message}", request.path),
                );
            }
            return Err(fault(FaultKind::InUse, request, message));
        }
        if slow {
            let fails = self.faults.dooms(dice);
            let object = &mut self.objects[index];
            if object.going.is_none() {
                object.going = Some(Going { gone: at + dice.millis(500, 40_000), fails });
            }
        } else {
            let object = self.objects.remove(index);
            self.ghosts.push((at, object));
        }
        Ok(Reply::Removed(Removal::default()))
    }

    /// Nothing that isn't ours is changed or deleted.
    fn check_owner(&mut self, request: &Request, index: usize, at: Duration) {
        let object = &self.objects[index];
        if object.is_of(&request.instance) {
            return;
        }
        let message = format!(
            "`{}` was to {} {}, made by {:?}",
            request.path,
            request.verb.word(),
            object.id,
            object.owner
        );
        self.judge.breaks(Law::ForeignUntouched, at, message);
    }

    /// What was made a moment ago may be missed by changes and deletions as it is by reads. The
    /// provider repeats changes of which it knows that, and takes a deletion's answer as it is.
    fn check_visible(
        &mut self,
        request: &Request,
        index: usize,
        at: Duration,
        dice: &mut Dice,
    ) -> Result<(), Fault> {
        if !self.faults.blurs() || at >= self.objects[index].settled || !dice.chance(300) {
            return Ok(());
        }
        self.tally.overlooked += 1;
        let repeated = request.verb == Verb::Update && !self.faults.unlists(dice);
        let kind = if repeated { FaultKind::Propagating } else { FaultKind::NotFound };
        Err(fault(kind, request, format!("{} isn't visible yet", request.id)))
    }

    /// Everything that a request sets to refer to something exists and is usable.
    fn check_references(&mut self, request: &Request, at: Duration, dice: &mut Dice) -> Result<(), Fault> {
        let names = REFERENCES.iter().filter_map(|name| request.properties.get(*name));
        for reference in names.flat_map(texts) {
            let target = self.objects.iter().find(|object| object.going.is_none() && object.is(reference));
            let Some(target) = target else {
                // What vanished outside while a plan was made or applied is nobody's fault.
                if !self.judge.vanished.iter().any(|id| id == reference || reference.ends_with(id)) {
                    let message = format!(
                        "the {} of `{}` refers to {reference}, which isn't there",
                        request.verb.word(),
                        request.path
                    );
                    self.judge.breaks(Law::Order, at, message);
                }
                return Err(fault(FaultKind::Invalid, request, format!("there is no {reference}")));
            };
            if at < target.ready || target.fails {
                let message = format!(
                    "the {} of `{}` refers to {reference}, which isn't usable yet",
                    request.verb.word(),
                    request.path
                );
                self.judge.breaks(Law::Order, at, message);
            }
            if self.faults.blurs() && at < target.settled && dice.chance(200) {
                let kind =
                    if request.verb == Verb::Create { FaultKind::NotFound } else { FaultKind::Propagating };
                return Err(fault(kind, request, format!("{reference} isn't visible yet")));
            }
        }
        Ok(())
    }

    /// Removes something behind the engine's back.
    pub(crate) fn vanish(&mut self, id: &str) {
        if let Some(index) = self.objects.iter().position(|object| object.id == id) {
            let object = self.objects.remove(index);
            let name = object.properties.get("Name").and_then(Json::as_str).unwrap_or(id).to_owned();
            self.judge.vanished.extend([object.id.clone(), name]);
            if let Owner::Ours(instance, _) = &object.owner {
                self.judge.vanished.insert(instance.as_str().to_owned());
            }
            self.ghosts.push((self.time.now, object));
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
                    && object.properties.contains_key("Name")
                    && object.properties.get("Name") == properties.get("Name"))
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
        for object in self.objects.iter_mut().filter(|object| object.is_of(instance)) {
            if let Owner::Ours(_, path) = &object.owner {
                object.owner = Owner::Released(path.clone());
            }
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

fn fault(kind: FaultKind, request: &Request, message: String) -> Fault {
    Fault::new(kind, format!("sim:{}", request.verb.word()), message).with_code(format!("{kind:?}"))
}
