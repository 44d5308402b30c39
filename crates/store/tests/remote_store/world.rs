//! What the tests stand on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use ironward_core::clock::{Clock, Timestamp};
use ironward_core::history::{Author, Begun, Command, Ended, Verdict};
use ironward_core::state::{Counts, Entry, State};
use ironward_core::store::{StateStore, StoreError};
use ironward_store::codec::keys::{Cost, Passphrase};
use ironward_store::remote::{Fate, MemoryObjects, Remote, Request, Weather};
use ironward_store::{Options, Protection, RemoteStore};
use tokio::sync::{Notify, watch};

/// The lease of the tests, which is the default.
pub(crate) const LEASE: Duration = Duration::from_secs(60);
pub(crate) const SECOND: Duration = Duration::from_secs(1);

/// A clock that stands still until it is moved on.
pub(crate) struct Tick(watch::Sender<Duration>);

impl Tick {
    pub(crate) fn pass(&self, time: Duration) {
        self.0.send_modify(|now| *now += time);
    }
}

#[async_trait]
impl Clock for Tick {
    fn now(&self) -> Duration {
        *self.0.borrow()
    }

    fn wall(&self) -> Timestamp {
        Timestamp::from_unix(Duration::from_secs(1_795_701_605) + self.now())
    }

    async fn sleep(&self, duration: Duration) {
        let until = self.now() + duration;
        // The sender lives as long as the clock.
        let _ = self.0.subscribe().wait_for(|now| *now >= until).await;
    }
}

/// A weather that a test sets: what becomes of the next requests, and whether they are held up.
#[derive(Default)]
pub(crate) struct Sky {
    fates: Mutex<Vec<(&'static str, Fate)>>,
    held: AtomicBool,
    trap: Mutex<Option<&'static str>>,
    free: Notify,
}

impl Sky {
    /// What becomes of the next request that writes `key` or one below it.
    pub(crate) fn next(&self, key: &'static str, fate: Fate) {
        self.fates.lock().unwrap().push((key, fate));
    }

    /// Holds every request up, as a process does that is stopped.
    pub(crate) fn hold(&self) {
        self.held.store(true, Ordering::SeqCst);
    }

    /// Holds every request up from the next on that writes `key` or one below it.
    pub(crate) fn hold_at(&self, key: &'static str) {
        *self.trap.lock().unwrap() = Some(key);
    }

    pub(crate) fn is_holding(&self) -> bool {
        self.held.load(Ordering::SeqCst)
    }

    pub(crate) fn release(&self) {
        self.held.store(false, Ordering::SeqCst);
        self.free.notify_waiters();
    }
}

#[async_trait]
impl Weather for Sky {
    async fn meet(&self, request: &Request) -> Fate {
        if let Request::Put(key) = request {
            let mut trap = self.trap.lock().unwrap();
            if trap.is_some_and(|wanted| key.starts_with(wanted)) {
                *trap = None;
                self.hold();
            }
        }
        while self.held.load(Ordering::SeqCst) {
            self.free.notified().await;
        }
        let Request::Put(key) = request else { return Fate::Done };
        let mut fates = self.fates.lock().unwrap();
        match fates.iter().position(|(wanted, _)| key.starts_with(wanted)) {
            Some(index) => fates.remove(index).1,
            None => Fate::Done,
        }
    }
}

/// Objects, and the time.
pub(crate) struct World {
    pub(crate) objects: MemoryObjects,
    pub(crate) clock: Arc<Tick>,
    pub(crate) sealed: bool,
}

pub(crate) fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

pub(crate) async fn settle() {
    for _ in 0..30 {
        tokio::task::yield_now().await;
    }
}

impl World {
    pub(crate) fn new() -> Self {
        let clock = Arc::new(Tick(watch::Sender::new(Duration::from_secs(1000))));
        let objects = MemoryObjects::new();
        objects.pass(Duration::from_millis(clock.wall().unix_millis()));
        Self { objects, clock, sealed: false }
    }

    pub(crate) fn sealed() -> Self {
        Self { sealed: true, ..Self::new() }
    }

    pub(crate) fn options(&self, holder: &str) -> Options {
        let cheap = Cost { memory_kib: 8, passes: 1, lanes: 1 };
        let protection = match self.sealed {
            true => Protection::Passphrase(Arc::new(Passphrase::new("correct horse")), cheap),
            false => Protection::None,
        };
        Options::new(holder, protection).with_lineage([7; 16])
    }

    pub(crate) fn remote(&self, objects: &MemoryObjects) -> Remote {
        Remote::new("fhir", Arc::new(objects.clone())).with_clock(Arc::clone(&self.clock) as _)
    }

    pub(crate) async fn try_open(&self, holder: &str) -> Result<RemoteStore, StoreError> {
        RemoteStore::open(self.remote(&self.objects), self.options(holder)).await
    }

    pub(crate) async fn open(&self, holder: &str) -> RemoteStore {
        match self.try_open(holder).await {
            Ok(store) => store,
            Err(error) => panic!("{error}"),
        }
    }

    /// Opens under a weather.
    pub(crate) async fn open_under(&self, holder: &str) -> (RemoteStore, Arc<Sky>) {
        let sky = Arc::new(Sky::default());
        let objects = self.objects.under(Arc::clone(&sky) as _);
        let store = RemoteStore::open(self.remote(&objects), self.options(holder)).await;
        (store.unwrap(), sky)
    }

    /// Lets time pass, a second at a time.
    pub(crate) async fn pass(&self, time: Duration) {
        let mut left = time;
        while !left.is_zero() {
            let step = left.min(SECOND);
            self.clock.pass(step);
            self.objects.pass(step);
            settle().await;
            left -= step;
        }
    }

    /// Lets time pass until something is done, and tells how much.
    pub(crate) async fn pass_until<T>(&self, work: impl Future<Output = T>) -> (T, Duration) {
        let began = self.clock.now();
        let time = async {
            loop {
                self.pass(SECOND).await;
            }
        };
        tokio::select! {
            biased;
            result = work => (result, self.clock.now() - began),
            () = time => unreachable!("time has no end"),
        }
    }

    /// The keys below `prefix`.
    pub(crate) fn keys(&self, prefix: &str) -> Vec<String> {
        self.objects.all().into_keys().filter(|key| key.starts_with(prefix)).collect()
    }
}

/// An entry that is seen in every state after it.
pub(crate) fn note(name: &str) -> Entry {
    Entry::Learned { durations: BTreeMap::from([(name.to_owned(), 1)]) }
}

/// The notes in a state.
pub(crate) fn notes(state: &State) -> BTreeSet<String> {
    state.durations.keys().cloned().collect()
}

pub(crate) fn began(state: &State) -> Entry {
    let author = Author { who: "ada@lab".to_owned(), version: "1.2.3".to_owned() };
    let apply = Begun::new(state, Command::Up, author, Timestamp::from_unix(Duration::from_secs(1)));
    Entry::ApplyBegan { apply: Box::new(apply) }
}

pub(crate) fn ended(state: &State) -> Entry {
    let ended = Timestamp::from_unix(Duration::from_secs(2));
    let (number, verdict, counts) = (state.applies, Verdict::Succeeded, Counts::default());
    Entry::ApplyEnded { end: Ended { number, ended, verdict, counts, failures: Vec::new() } }
}

/// One apply that writes these notes, and the compaction after it.
pub(crate) async fn apply(store: &dyn StateStore, names: &[&str]) -> Result<State, StoreError> {
    let mut state = store.load().await?;
    let entry = began(&state);
    write(store, &mut state, entry).await?;
    for name in names {
        write(store, &mut state, note(name)).await?;
    }
    let entry = ended(&state);
    write(store, &mut state, entry).await?;
    store.compact(&state).await?;
    Ok(state)
}

pub(crate) async fn write(store: &dyn StateStore, state: &mut State, entry: Entry) -> Result<(), StoreError> {
    store.append(&entry).await?;
    state.apply(entry);
    Ok(())
}
