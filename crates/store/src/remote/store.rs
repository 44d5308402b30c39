//! A state among objects.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use ironward_core::clock::{Clock, Timestamp};
use ironward_core::history::{Apply, Author};
use ironward_core::state::{Entry, State};
use ironward_core::store::{StateStore, StoreError, StoreErrorKind};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::clock::BootClock;
use super::lease::{Former, HeldLease, Keeper, Site, Terms, acquire};
use super::load::{self, Depth, Found, STATE, corrupt};
use super::objects::{Objects, Only, Put};
use super::writer::{Command, Fenced, Writer};
use crate::anchor::{self, Anchor, Head};
use crate::chains::{Queued, Reply, tell_of_acceptance};
use crate::codec::Damage;
use crate::codec::keys::KeyDocument;
use crate::codec::load::Loaded;
use crate::codec::snapshot::{self, Snapshot, Standing};
use crate::codec::vault::Vault;
use crate::options::Options;
use crate::verify::{Proof, prove};

pub(super) const KEY: &str = "key.json";

/// How often a former holder may write while this takes over.
const ROUNDS: u32 = 24;

/// Where a state is kept among objects, and by which terms it is held.
#[derive(Clone)]
#[must_use]
pub struct Remote {
    site: Site,
    terms: Terms,
    tell: Arc<dyn Fn(&str) + Send + Sync>,
}

impl Remote {
    /// The objects of `stack`; its lease is a minute, by a clock that goes on during suspend.
    pub fn new(stack: &str, objects: Arc<dyn Objects>) -> Self {
        let site = Site { objects, clock: Arc::new(BootClock), stack: stack.to_owned() };
        Self { site, terms: Terms::default(), tell: Arc::new(|_: &str| {}) }
    }

    /// Tells `tell`, in a sentence, when opening has to wait for a lease.
    pub fn telling(mut self, tell: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.tell = Arc::new(tell);
        self
    }

    pub(super) fn site(&self) -> &Site {
        &self.site
    }

    pub(super) fn listener(&self) -> &(dyn Fn(&str) + Send + Sync) {
        &*self.tell
    }

    pub(super) fn terms(&self) -> Terms {
        self.terms
    }

    /// Holds the state by other terms.
    pub fn with_terms(mut self, terms: Terms) -> Self {
        self.terms = terms;
        self
    }

    /// Counts leases by another clock. It must never go back, and never stand still.
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.site.clock = clock;
        self
    }
}

/// A state that is kept among objects, and the lease on it.
///
/// Two tasks on the caller's runtime renew the lease and write; they need its timer. Whoever drops
/// this without [`close`](Self::close) has the lease given back by them, if the runtime lives; else
/// the next holder waits until it has ended.
pub struct RemoteStore {
    pub(super) site: Site,
    vault: Arc<Vault>,
    anchor: Option<Arc<dyn Anchor>>,
    pub(super) held: Arc<HeldLease>,
    begun: bool,
    former: Former,
    commands: Mutex<Option<UnboundedSender<Command>>>,
    task: Mutex<Option<JoinHandle<Result<(), StoreError>>>>,
}

impl fmt::Debug for RemoteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteStore").field("place", &self.site.place()).finish_non_exhaustive()
    }
}

struct Opened {
    vault: Arc<Vault>,
    writer: Writer,
    begun: bool,
    /// Where the anchor is to stand, where it doesn't.
    anchors: Option<Head>,
}

impl RemoteStore {
    /// Opens the state of a stack, or begins one. Where another holds it, this waits until it is
    /// either seen to be alive, or its lease has ended.
    ///
    /// # Errors
    /// [`StoreError`] when somebody else holds it (it says who), when an object isn't what was
    /// written, when the key isn't the state's, when the state doesn't fit its anchor, or when the
    /// service refuses.
    pub async fn open(remote: Remote, options: Options) -> Result<Self, StoreError> {
        Self::start(remote, options, true).await
    }

    /// Opens a state although it doesn't fit its anchor, since a backup was restored on purpose, and
    /// anchors it as it is. The history tells of it.
    ///
    /// # Errors
    /// [`StoreError`] as [`open`](Self::open) says, the anchor aside.
    pub async fn accept(
        remote: Remote,
        options: Options,
        author: Author,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let store = Self::start(remote, options, false).await?;
        tell_of_acceptance(&store, author, now).await?;
        Ok(store)
    }

    async fn start(remote: Remote, options: Options, strict: bool) -> Result<Self, StoreError> {
        let Remote { site, terms, tell } = remote;
        let (held, former) = acquire(&site, &options.holder, terms, &*tell).await?;
        let held = Arc::new(held);
        let keeper = Keeper::new(&held);
        let opened = match open(&site, &held, &former, &options, strict).await {
            Ok(opened) => opened,
            Err(error) => {
                keeper.end().await;
                // The first error is the one to tell; a lease that isn't given back ends by itself.
                let _ = held.release(!former.lingers).await;
                return Err(error);
            }
        };
        let Opened { vault, writer, begun, anchors } = opened;
        let (commands, queue) = unbounded_channel();
        let task = tokio::spawn(writer.run(queue, keeper));
        let store = Self {
            site,
            vault,
            anchor: options.anchor,
            held,
            begun,
            former,
            commands: Mutex::new(Some(commands)),
            task: Mutex::new(Some(task)),
        };
        // `accept` anchors with the apply that tells of it.
        if let (Some(anchor), Some(head), true) = (&store.anchor, anchors, strict) {
            anchor.put(&head).await?;
        }
        Ok(store)
    }

    /// Where the state is kept.
    #[must_use]
    pub fn place(&self) -> String {
        self.site.place()
    }

    pub(super) fn shared_vault(&self) -> &Arc<Vault> {
        &self.vault
    }

    pub(super) async fn inspect(&self) -> Result<Box<Loaded>, StoreError> {
        self.ask(Command::Inspect).await
    }

    /// The state's keys, for what is sealed beside it, such as saved plans.
    #[must_use]
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// Whether the state was begun when this was opened.
    #[must_use]
    pub fn begun(&self) -> bool {
        self.begun
    }

    /// From whom the lease was taken, where that one didn't give it back.
    #[must_use]
    pub fn taken_from(&self) -> Option<&str> {
        self.former.holder.as_deref()
    }

    /// Reads the objects anew, the whole history too, and says what they prove.
    ///
    /// # Errors
    /// [`StoreError`] with the first thing that doesn't hold.
    pub async fn verify(&self) -> Result<Proof, StoreError> {
        let loaded = self.ask(Command::Inspect).await?;
        let anchored = anchor::fetch(self.anchor.as_deref(), self.vault.lineage(), true).await?;
        Ok(prove(&self.vault, &loaded, anchored.as_ref())?)
    }

    /// Waits until everything is written, and gives the lease back. Nothing works after that.
    ///
    /// # Errors
    /// [`StoreError`] when it can't be given back: then it ends by itself.
    pub async fn close(&self) -> Result<(), StoreError> {
        drop(self.commands.lock().unwrap_or_else(PoisonError::into_inner).take());
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        match task {
            Some(task) => task.await.unwrap_or_else(|_| Err(self.stopped(StoreErrorKind::Defect))),
            None => Ok(()),
        }
    }

    fn stopped(&self, kind: StoreErrorKind) -> StoreError {
        StoreError::new(kind, format!("the writer of {} has stopped", self.site.place()))
            .with_hint("the state was closed, or this is a defect of Ironward: then please report it")
    }

    async fn ask<T>(&self, command: impl FnOnce(Reply<T>) -> Command) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.send(command(reply), answer).await
    }

    async fn send<T>(
        &self,
        command: Command,
        answer: oneshot::Receiver<Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let kind = match &*self.commands.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(commands) => {
                // When the task is gone, so is its end of the reply.
                let _ = commands.send(command);
                StoreErrorKind::Defect
            }
            // It was closed, and the lease given back. Nobody answers while the command holds its reply.
            None => {
                drop(command);
                StoreErrorKind::LeaseLost
            }
        };
        answer.await.unwrap_or_else(|_| Err(self.stopped(kind)))
    }
}

/// Opens the state whose lease is held, and fences off whoever had it before.
async fn open(
    site: &Site,
    held: &Arc<HeldLease>,
    former: &Former,
    options: &Options,
    strict: bool,
) -> Result<Opened, StoreError> {
    let vault = Arc::new(key(site, options).await?);
    let anchor = options.anchor.as_deref();
    let anchored = anchor::fetch(anchor, vault.lineage(), strict).await?;
    let mut begun = false;
    for _ in 0..ROUNDS {
        held.may_write()?;
        let Some(found) = read(site, &vault, anchored.as_ref()).await? else {
            begun |= begin(site, held, &vault).await?;
            continue;
        };
        if strict {
            anchor::refuse_misfit(anchor, anchored.as_ref(), &vault, &found.loaded, &site.place())?;
        }
        let boundary = found.loaded.boundary();
        let mut writer = Writer::new(site.clone(), Arc::clone(held), Arc::clone(&vault), found);
        let ready = if former.lingers && !begun { writer.fence().await } else { writer.catch_up().await };
        match ready {
            Ok(()) => {
                let head = Head::of(&vault, &boundary, &writer.chains().mark());
                let anchors = (anchored.as_ref() != Some(&head)).then_some(head);
                return Ok(Opened { vault, writer, begun, anchors });
            }
            // A write of the former holder came first: it counts.
            Err(Fenced::Taken(_)) => {}
            Err(Fenced::Store(error)) => return Err(error),
        }
    }
    let message = format!("somebody writes to {} without holding its lock", site.place());
    Err(StoreError::new(StoreErrorKind::Contended, message)
        .with_hint("see that nothing else works there, then run again"))
}

/// The keys of a state, or those of a new one.
async fn key(site: &Site, options: &Options) -> Result<Vault, StoreError> {
    let mut orphaned = false;
    loop {
        if let Some(object) = site.fetch(KEY).await? {
            let document = KeyDocument::read(&object.bytes).map_err(|damage| corrupt(site, KEY, &damage))?;
            return options.protection.open(&document, &site.objects.place(KEY)).await;
        }
        if orphaned {
            let damage = Damage::new("the key of this state is missing")
                .with_hint("put a good version of key.json in its place; without it the state can't be read");
            return Err(corrupt(site, KEY, &damage));
        }
        if site.fetch(STATE).await?.is_some() {
            // The key came first: if the state was begun just now, it is there.
            orphaned = true;
            continue;
        }
        let (document, vault) = options.protection.begin(&options.new_lineage()?).await?;
        match site.put(KEY, document.write().as_bytes(), &Only::IfAbsent).await? {
            Put::Done(_) => return Ok(vault),
            // A former holder began a state just now.
            Put::Other(_) => {}
        }
    }
}

/// Begins a state; whether that was this, and not a former holder.
async fn begin(site: &Site, held: &HeldLease, vault: &Vault) -> Result<bool, StoreError> {
    let mut snapshot = Snapshot::first(vault, State::new(vault.lineage().clone()));
    snapshot.remote = Some(Standing { fence: held.author().fence, ..Standing::default() });
    let bytes = snapshot::write(vault, &snapshot)?;
    let put = site.put(STATE, &bytes, &Only::IfAbsent).await?;
    Ok(matches!(put, Put::Done(_)))
}

/// Reads a state as deep as its anchor needs it.
async fn read(site: &Site, vault: &Vault, anchored: Option<&Head>) -> Result<Option<Found>, StoreError> {
    let found = load::read(site, vault, Depth::Recent).await?;
    let reaches = |found: &Found, head: &Head| found.loaded.apply_digest_at(head.apply).is_some();
    match (&found, anchored) {
        (Some(recent), Some(head)) if !reaches(recent, head) => load::read(site, vault, Depth::Whole).await,
        _ => Ok(found),
    }
}

#[async_trait]
impl StateStore for RemoteStore {
    async fn load(&self) -> Result<State, StoreError> {
        self.ask(Command::Load).await.map(|state| *state)
    }

    async fn append(&self, entry: &Entry) -> Result<(), StoreError> {
        let (reply, answer) = oneshot::channel();
        let head = self.send(Command::Append(Queued::new(entry, reply)?), answer).await?;
        match (&self.anchor, head) {
            (Some(anchor), Some(head)) => anchor.put(&head).await,
            _ => Ok(()),
        }
    }

    async fn compact(&self, state: &State) -> Result<(), StoreError> {
        let state = Box::new(state.clone());
        self.ask(|reply| Command::Compact(state, reply)).await
    }

    async fn history(&self) -> Result<Vec<Apply>, StoreError> {
        let loaded = self.ask(Command::Inspect).await?;
        Ok(loaded.applies().map(|record| record.apply.clone()).collect())
    }

    fn may_call(&self) -> Result<(), StoreError> {
        self.held.may_call()
    }

    async fn lapsed(&self) -> StoreError {
        self.held.lapsed().await
    }

    fn unsettled(&self) -> Duration {
        self.held.unsettled()
    }
}
