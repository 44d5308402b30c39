//! The state on disk, and the handles that processes hold on it.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use ironward_core::clock::Clock;
use ironward_core::state::{Entry, InstanceId, JournalAction, Lineage, Pending, State};
use ironward_core::store::{StateStore, StoreError};

use crate::judge::Law;
use crate::world::{Owner, Shared, World};

/// What outlives processes.
#[derive(Debug)]
pub(crate) struct Disk {
    snapshot: State,
    entries: Vec<Entry>,
    /// What both lead to.
    pub(crate) state: State,
    /// The number of the handle that may write; whoever opens the state gets the next one.
    fence: u64,
    full: bool,
}

impl Disk {
    pub(crate) fn new(lineage: Lineage) -> Self {
        let state = State::new(lineage);
        Self { snapshot: state.clone(), entries: Vec::new(), state, fence: 0, full: false }
    }

    /// Whether anything on record leads to an instance.
    pub(crate) fn knows(&self, instance: &InstanceId) -> bool {
        self.state.pending.contains_key(instance) || self.state.instances().any(|r| r.instance == *instance)
    }

    /// The intent for an instance.
    pub(crate) fn intent(&self, instance: &InstanceId) -> Option<&Pending> {
        self.state.pending.get(instance)
    }

    /// What snapshot and journal lead to, read anew.
    pub(crate) fn read_back(&self) -> State {
        let mut state = self.snapshot.clone();
        self.entries.iter().cloned().for_each(|entry| state.apply(entry));
        state
    }
}

/// One process's hold on the disk.
#[derive(Debug)]
pub(crate) struct Handle {
    shared: Shared,
    fence: u64,
}

impl Handle {
    /// Takes the lock over, as the next process does.
    pub(crate) fn open(shared: &Shared) -> Arc<Self> {
        let mut world = shared.lock();
        world.disk.fence += 1;
        world.disk.full = false;
        let fence = world.disk.fence;
        drop(world);
        Arc::new(Self { shared: shared.clone(), fence })
    }

    fn refused(&self, world: &World) -> Option<StoreError> {
        if self.fence != world.disk.fence {
            let error = StoreError::new("another process took the state over");
            return Some(error.with_hint("run again"));
        }
        world.disk.full.then(|| StoreError::new("the disk is full").with_hint("make room, then run again"))
    }
}

/// The word for an entry.
fn word(entry: &Entry) -> String {
    match entry {
        Entry::Program { .. } => "program".to_owned(),
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
        Entry::Outputs { .. } => "outputs".to_owned(),
        _ => "another entry".to_owned(),
    }
}

impl World {
    /// Makes an entry durable, and looks at what it lets go of and takes up.
    fn record(&mut self, entry: &Entry) {
        let now = self.time.now;
        self.judge.tell(now, || format!("the journal: {}", word(entry)));
        self.disk.entries.push(entry.clone());
        self.disk.state.apply(entry.clone());
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
            Entry::Done { record } => self.check_adoption(&record.instance, &record.physical_id),
            _ => {}
        }
    }

    /// What is taken up isn't someone else's.
    fn check_adoption(&mut self, instance: &InstanceId, id: &str) {
        let now = self.time.now;
        let Some(object) = self.living(id) else { return };
        let message = match &object.owner {
            Owner::Foreign => format!("{id} belongs to someone else, and {instance} takes it for its own"),
            Owner::Released => format!("{id} is no longer managed, and {instance} takes it for its own"),
            Owner::Ours(..) => return,
        };
        self.judge.breaks(Law::ForeignUntouched, now, message);
    }

    /// Whether the process goes no further: it was killed, or what it did is wrong already.
    pub(crate) fn killed(&self) -> bool {
        self.faults.killed || !self.judge.violations.is_empty()
    }
}

#[async_trait]
impl StateStore for Handle {
    async fn load(&self) -> Result<State, StoreError> {
        Ok(self.shared.lock().disk.state.clone())
    }

    async fn append(&self, entry: &Entry) -> Result<(), StoreError> {
        self.shared.step(|| format!("before the journal has `{}`", word(entry))).await;
        let pause = {
            let mut world = self.shared.lock();
            let (point, mut dice) = world.faults.point();
            if !world.disk.full && world.faults.fills(point, &mut dice) {
                world.disk.full = true;
                world.tally.full_disks += 1;
            }
            dice.millis(0, 3)
        };
        self.shared.sleep(pause).await;
        self.shared.alive().await;
        {
            let mut world = self.shared.lock();
            if let Some(error) = self.refused(&world) {
                return Err(error);
            }
            world.record(entry);
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
            if *state != world.disk.state {
                let now = world.time.now;
                let message = "the snapshot isn't what the journal leads to".to_owned();
                world.judge.breaks(Law::History, now, message);
            }
            world.disk.snapshot = state.clone();
            world.disk.entries.clear();
        }
        self.shared.step(|| "after the snapshot is written".to_owned()).await;
        Ok(())
    }
}

impl Shared {
    /// Goes no further where the process was killed in the meantime.
    async fn alive(&self) {
        let killed = self.lock().killed();
        if killed {
            std::future::pending::<()>().await;
        }
    }

    /// A step of the process: it may be killed here, and then goes no further.
    pub(crate) async fn step(&self, what: impl FnOnce() -> String + Send) {
        let killed = self.lock().faults.step(what);
        if killed {
            std::future::pending::<()>().await;
        }
    }
}

/// Whether a call has its intent on record.
pub(crate) fn is_intended(disk: &Disk, instance: &InstanceId, action: JournalAction) -> bool {
    disk.intent(instance).is_some_and(|pending| {
        // What creation leaves out is reconciled under the intent of the creation.
        pending.action == action
            || (pending.action == JournalAction::Create && action == JournalAction::Update)
    })
}

/// Time passes while nothing runs.
pub(crate) fn pass(shared: &Shared, time: Duration) {
    let mut world = shared.lock();
    world.time.now += time;
    drop(world);
    // What was due by then happens now.
    drop(shared.lock());
}
