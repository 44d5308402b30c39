//! The cloud itself: what exists, what is on its way, and who sees what when.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ironward_core::error::ProviderError;
use ironward_core::program::Program;

use crate::dice::Dice;
use crate::disk::Disk;
use crate::faults::Faults;
use crate::judge::Judge;
use crate::lease::Lease;
use crate::object::{Object, Reply, Request, Seen, Standing, Verb};
use crate::tally::Tally;
use crate::time::Timeline;

/// How long reads and searches may miss what was just made, and still show what is gone.
pub const SETTLES: Duration = Duration::from_secs(4);

/// How long after its process died, or gave up on the answer, a request may still arrive.
pub const ARRIVES: Duration = Duration::from_secs(2);

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
    pub(crate) ghosts: Vec<(Duration, Object)>,
    /// What is pending deletion and can be brought back, and since when.
    pub(crate) reserved: Vec<(Duration, Object)>,
    /// What deletions left behind.
    pub(crate) snapshots: Vec<Snapshot>,
    /// The programs of the schedule, as somebody wrote them.
    pub(crate) texts: Vec<Program>,
    /// The program that was applied last to its end.
    pub(crate) applied: Option<Program>,
    /// What the data of the stack is worth, as the process is told that runs.
    pub(crate) disposable: bool,
    flights: Vec<Flight>,
    replies: BTreeMap<u64, Result<Reply, ProviderError>>,
    pub(crate) made: u64,
    /// How many other values were given to what is known by one.
    pub(crate) given: u64,
}

/// What the deletion of a store left behind.
#[derive(Debug, Clone)]
pub(crate) struct Snapshot {
    pub(crate) of: String,
    /// The keys without which nobody can read it.
    pub(crate) sealed: BTreeSet<String>,
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
            reserved: Vec::new(),
            snapshots: Vec::new(),
            texts: Vec::new(),
            applied: None,
            disposable: false,
            flights: Vec::new(),
            replies: BTreeMap::new(),
            made: 0,
            given: 0,
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
                    self.remove(index, at);
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

    pub(crate) fn reply(&mut self, ticket: u64) -> Option<Result<Reply, ProviderError>> {
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
        let same = |object: &Object| object.id == id && object.schema.type_name == type_name;
        if let Some((since, object)) = self.reserved.iter().find(|(_, object)| same(object)) {
            let shown = self.faults.blurs() && now < *since + SETTLES && dice.chance(500);
            let standing = if shown { Standing::Ready } else { Standing::Reserved };
            return Some(Seen { object: object.clone(), standing });
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
}
