//! The handles that processes hold on the disk.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use ironward_core::clock::Clock;
use ironward_core::history::Apply;
use ironward_core::state::{Entry, InstanceId, State};
use ironward_core::store::{StateStore, StoreError, StoreErrorKind};

use crate::dice::Dice;
use crate::judge::Law;
use crate::lease::lapsed;
use crate::object::Owner;
use crate::world::{Shared, World};

/// One process's hold on the disk.
#[derive(Debug)]
pub(crate) struct Handle {
    shared: Shared,
    fence: u64,
}

impl Handle {
    /// Takes the lock and opens the files, as a new process does.
    ///
    /// # Errors
    /// That another process holds it, or what is damaged.
    pub(crate) fn open(shared: &Shared) -> Result<Arc<Self>, String> {
        let free = {
            let mut world = shared.lock();
            let (_, mut dice) = world.faults.point();
            let free = world.lock_is_free(&mut dice);
            free.saturating_sub(world.time.now)
        };
        pass(shared, free);
        let mut world = shared.lock();
        if let Err(error) = world.disk.open() {
            let now = world.time.now;
            let law = if world.disk.held { Law::OneWriter } else { Law::History };
            world.judge.breaks(law, now, error.clone());
            return Err(error);
        }
        world.take_lease();
        let fence = world.disk.fence;
        drop(world);
        Ok(Arc::new(Self { shared: shared.clone(), fence }))
    }

    /// Its number; whoever opens the state next has a greater one.
    pub(crate) fn fence(&self) -> u64 {
        self.fence
    }

    fn refused(&self, world: &World) -> Option<StoreError> {
        if self.fence != world.disk.fence {
            let error = StoreError::new(StoreErrorKind::LeaseLost, "another process took the state over");
            return Some(error.with_hint("run again"));
        }
        let full = || StoreError::new(StoreErrorKind::Full, "the disk is full");
        world.disk.full.then(|| full().with_hint("make room, then run again"))
    }
}

/// The word for an entry.
fn word(entry: &Entry) -> String {
    match entry {
        Entry::Begin { action, record } => {
            format!("begin {action} of `{}` {:?}", record.path, record.instance)
        }
        Entry::Checkpoint { physical_id, .. } => format!("checkpoint {physical_id}"),
        Entry::Done { record } => {
            format!("done `{}` {} ({:?})", record.path, record.physical_id, record.status)
        }
        Entry::Deleted { instance } => format!("deleted {instance}"),
        Entry::Abandoned { instance } => format!("abandoned {instance}"),
        Entry::Forgotten { instance } => format!("forgotten {instance}"),
        Entry::Renamed { instance, to } => format!("renamed {instance} to `{to}`"),
        other => {
            let text = format!("{other:?}");
            text.split([' ', '{']).next().unwrap_or_default().to_owned()
        }
    }
}

impl World {
    /// Looks at what an entry that became durable lets go of and takes up.
    fn recorded(&mut self, entry: &Entry) {
        let now = self.time.now;
        self.judge.tell(now, || format!("the journal: {}", word(entry)));
        self.taken_over(entry);
        match entry {
            Entry::Forgotten { instance } => self.release(instance),
            Entry::Deleted { instance } | Entry::Abandoned { instance } if !self.disk.knows(instance) => {
                let left = self.objects.iter().find(|object| object.is_of(instance) && !object.is_going());
                if let Some(object) = left {
                    let message = format!("{} was given up ({}) and exists", object.id, word(entry));
                    self.judge.breaks(Law::NothingUnmanaged, now, message);
                }
            }
            Entry::Checkpoint { instance, physical_id } => self.check_adoption(instance, physical_id),
            Entry::Done { record } => {
                self.check_adoption(&record.instance, &record.physical_id);
                let judge = &mut self.judge;
                let replaced = judge.expected.replaced.iter().filter(|(_, (_, by))| *by == record.instance);
                judge.kept.extend(replaced.filter(|_| record.retain).map(|(old, _)| old.clone()));
            }
            _ => {}
        }
    }

    /// What is taken up isn't someone else's.
    fn check_adoption(&mut self, instance: &InstanceId, id: &str) {
        let now = self.time.now;
        let Some(object) = self.living(id) else { return };
        let message = match &object.owner {
            Owner::Foreign => format!("{id} belongs to someone else, and {instance} takes it for its own"),
            Owner::Released(_) => format!("{id} is no longer managed, and {instance} takes it for its own"),
            Owner::Ours(..) => return,
        };
        self.judge.breaks(Law::ForeignUntouched, now, message);
    }

    /// Whether the process goes no further: it was killed, or what it did is wrong already.
    pub(crate) fn killed(&self) -> bool {
        self.faults.killed || !self.judge.violations.is_empty()
    }

    /// The process can't write any more: there is no room, or another one took its lock over.
    fn turn_away(&mut self, dice: &mut Dice) {
        if dice.chance(500) || self.lease.is_some() {
            self.disk.full = true;
            self.tally.full_disks += 1;
        } else {
            self.disk.fence += 1;
            self.tally.second_writers += 1;
        }
    }

    /// A second process tries to open what this one holds.
    fn try_to_intrude(&mut self, dice: &mut Dice) {
        if dice.chance(5) {
            self.tally.second_writers += 1;
            if self.disk.open().is_ok() {
                let now = self.time.now;
                self.judge.breaks(Law::OneWriter, now, "two processes hold one state".to_owned());
            }
        }
    }

    /// Writes an entry, whole or torn.
    fn append(&mut self, entry: &Entry, torn: Option<u32>) -> Result<(), StoreError> {
        match self.disk.write(entry, torn) {
            Ok(true) => self.recorded(entry),
            Ok(false) => {}
            Err(error) => {
                let now = self.time.now;
                self.judge.breaks(Law::History, now, error.to_string());
                return Err(error);
            }
        }
        Ok(())
    }
}

#[async_trait]
impl StateStore for Handle {
    async fn load(&self) -> Result<State, StoreError> {
        Ok(self.shared.lock().disk.state.clone())
    }

    async fn append(&self, entry: &Entry) -> Result<(), StoreError> {
        let pause = {
            let mut world = self.shared.lock();
            let (point, mut dice) = world.faults.point();
            let fits = !world.killed() && self.refused(&world).is_none();
            let holds = self.fence == world.disk.fence;
            if fits && world.faults.step(|| format!("while the journal gets `{}`", word(entry))) {
                if dice.chance(500) {
                    world.tally.torn += 1;
                    let share = if dice.chance(100) { 999 } else { dice.below(1000) };
                    world.append(entry, Some(share))?;
                }
                Duration::ZERO
            } else {
                if fits && world.faults.fills(point, &mut dice) {
                    world.turn_away(&mut dice);
                }
                // Where this one was overtaken, what it held may be free.
                if holds {
                    world.try_to_intrude(&mut dice);
                }
                dice.millis(0, 3)
            }
        };
        self.shared.alive().await;
        self.shared.sleep(pause).await;
        self.shared.alive().await;
        {
            let mut world = self.shared.lock();
            if let Some(error) = self.refused(&world) {
                return Err(error);
            }
            world.append(entry, None)?;
        }
        self.shared.step(|| format!("after the journal has `{}`", word(entry))).await;
        Ok(())
    }

    async fn compact(&self, state: &State) -> Result<(), StoreError> {
        self.shared.step(|| "before the snapshot is written".to_owned()).await;
        {
            let mut world = self.shared.lock();
            if let Some(error) = self.refused(&world) {
                return Err(error);
            }
            if let Err(error) = world.disk.replace_snapshot(state) {
                let now = world.time.now;
                world.judge.breaks(Law::History, now, error.to_string());
                return Err(error);
            }
        }
        self.shared.step(|| "between the snapshot and the journal".to_owned()).await;
        {
            let mut world = self.shared.lock();
            if let Some(error) = self.refused(&world) {
                return Err(error);
            }
            world.disk.begin_journal();
        }
        self.shared.step(|| "after the snapshot is written".to_owned()).await;
        Ok(())
    }

    async fn history(&self) -> Result<Vec<Apply>, StoreError> {
        self.shared.lock().disk.applies()
    }

    fn may_call(&self) -> Result<(), StoreError> {
        let world = self.shared.lock();
        match world.permits_until(self.fence) {
            Some(end) if world.time.now >= end => Err(lapsed()),
            _ => Ok(()),
        }
    }

    async fn lapsed(&self) -> StoreError {
        loop {
            let (end, now) = {
                let world = self.shared.lock();
                (world.permits_until(self.fence), world.time.now)
            };
            match end {
                Some(end) if now >= end => return lapsed(),
                Some(end) => self.shared.sleep_until(end).await,
                None => std::future::pending().await,
            }
        }
    }

    fn unsettled(&self) -> Duration {
        self.shared.lock().unsettled()
    }
}

impl Shared {
    /// Goes no further where the process was killed in the meantime, and not yet where it is
    /// paused.
    async fn alive(&self) {
        loop {
            let (killed, paused, now) = {
                let world = self.lock();
                (world.killed(), world.faults.paused, world.time.now)
            };
            if killed {
                std::future::pending::<()>().await;
            }
            if !paused {
                return;
            }
            self.sleep_until(now + Duration::from_micros(1)).await;
        }
    }

    /// A step of the process: it may be killed here, and then goes no further, or paused.
    pub(crate) async fn step(&self, what: impl FnOnce() -> String + Send) {
        self.lock().faults.step(what);
        self.alive().await;
    }
}

/// Time passes while nothing runs.
pub(crate) fn pass(shared: &Shared, time: Duration) {
    shared.lock().time.now += time;
    // What was due by then happens now.
    drop(shared.lock());
}
