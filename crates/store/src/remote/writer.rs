//! The task that writes: it takes everything that is queued, puts it as one object, and answers once
//! that is there.

use std::sync::Arc;
use std::time::Duration;

use ironward_core::state::State;
use ironward_core::store::{StoreError, StoreErrorKind};
use tokio::sync::mpsc::UnboundedReceiver;

use super::lease::{HeldLease, Keeper, LOCK, Site};
use super::load::{self, Depth, Found, STATE};
use super::objects::{self, Listed, Only, Put, Tag};
use super::segment::{self, Of};
use crate::anchor::Head;
use crate::chains::{BATCH, Chains, Queued, Reply, usable};
use crate::codec::history::Record;
use crate::codec::load::Loaded;
use crate::codec::snapshot::{self, Snapshot, Standing};
use crate::codec::vault::{Point, Vault};

/// For how long the marker of a takeover is kept: as long as a request of a former holder may be
/// under way, and more.
const MARKER_KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// What the task is asked.
pub(super) enum Command {
    /// To make an entry durable.
    Append(Queued),
    /// To put a snapshot in the place of snapshot and journal.
    Compact(Box<State>, Reply<()>),
    /// To tell the state.
    Load(Reply<Box<State>>),
    /// To read everything back, the whole history too.
    Inspect(Reply<Box<Loaded>>),
}

/// What becomes of a write whose place another took.
pub(super) enum Fenced {
    /// Another wrote there, or took the lease.
    Taken(StoreError),
    Store(StoreError),
}

impl From<StoreError> for Fenced {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Fenced> for StoreError {
    fn from(fenced: Fenced) -> Self {
        match fenced {
            Fenced::Taken(error) | Fenced::Store(error) => error,
        }
    }
}

/// The state of the objects.
pub(super) struct Writer {
    pub(super) site: Site,
    pub(super) held: Arc<HeldLease>,
    chains: Chains,
    /// The snapshot's tag.
    tag: Tag,
    /// The next position of the journal.
    next: u64,
    /// The positions that takeovers marked.
    markers: Vec<u64>,
    /// What is there, while nothing was written since it was read.
    loaded: Option<Box<Loaded>>,
    /// Why nothing can be written any more.
    broken: Option<StoreError>,
}

impl Writer {
    pub(super) fn new(site: Site, held: Arc<HeldLease>, vault: Arc<Vault>, found: Found) -> Self {
        Self {
            site,
            held,
            chains: Chains::of(vault, &found.loaded),
            tag: found.tag,
            next: found.next,
            markers: found.markers,
            loaded: Some(Box::new(found.loaded)),
            broken: None,
        }
    }

    pub(super) fn chains(&self) -> &Chains {
        &self.chains
    }

    /// Makes it impossible for a former holder to write: its next segment, its next snapshot, and the
    /// applies that it concluded.
    pub(super) async fn fence(&mut self) -> Result<(), Fenced> {
        // Asked after everything was read: whoever lost the lease may have read what its successor
        // wrote, and would fence that one off.
        self.held.may_write()?;
        let after = self.chains.head();
        self.put_segment(Of::Journal, self.next, &after, "").await?;
        self.markers.push(self.next);
        self.next += 1;
        self.catch_up().await?;
        if let Some(loaded) = self.loaded.take() {
            let snapshot = self.chains.snapshot_of(&loaded.state);
            self.put_snapshot(snapshot, self.markers.clone()).await?;
        }
        Ok(())
    }

    /// Appends to the history what it lacks.
    pub(super) async fn catch_up(&mut self) -> Result<(), Fenced> {
        self.held.may_write()?;
        let missing = self.loaded.as_ref().map(|loaded| loaded.missing.clone()).unwrap_or_default();
        self.conclude(&missing).await
    }

    /// Serves commands until nobody can send any more, and gives the lease back.
    pub(super) async fn run(
        mut self,
        mut commands: UnboundedReceiver<Command>,
        keeper: Keeper,
    ) -> Result<(), StoreError> {
        let mut next = commands.recv().await;
        while let Some(command) = next.take() {
            match command {
                Command::Append(first) => {
                    let mut batch = vec![first];
                    while batch.len() < BATCH {
                        match commands.try_recv() {
                            Ok(Command::Append(queued)) => batch.push(queued),
                            Ok(other) => {
                                next = Some(other);
                                break;
                            }
                            Err(_) => break,
                        }
                    }
                    self.append(batch).await;
                }
                Command::Compact(state, reply) => {
                    let result = self.compact(&state).await;
                    // Whoever stopped waiting has no use for the answer.
                    let _ = reply.send(result);
                }
                Command::Load(reply) => {
                    let result = self.load().await;
                    let _ = reply.send(result);
                }
                Command::Inspect(reply) => {
                    let result = self.read(Depth::Whole).await;
                    let _ = reply.send(result);
                }
            }
            if next.is_none() {
                next = commands.recv().await;
            }
        }
        keeper.end().await;
        self.held.release(self.broken.is_none()).await
    }

    async fn append(&mut self, batch: Vec<Queued>) {
        let mut heads = Vec::new();
        if self.broken.is_none() {
            match self.write(&batch).await {
                Ok(written) => heads = written,
                Err(fenced) => self.break_off(fenced),
            }
        }
        let mut heads = heads.into_iter();
        for queued in batch {
            let answer = usable(self.broken.as_ref()).map(|()| heads.next().flatten());
            let _ = queued.reply.send(answer);
        }
    }

    fn break_off(&mut self, fenced: Fenced) {
        let reason = match fenced {
            Fenced::Taken(reason) => {
                self.held.lose(reason.clone());
                reason
            }
            Fenced::Store(error) => error,
        };
        self.broken = Some(reason);
    }

    /// One object for all entries, and one for each apply that they conclude. After a failure nothing
    /// is written any more: what is there then is for the next run to find out.
    async fn write(&mut self, queue: &[Queued]) -> Result<Vec<Option<Head>>, Fenced> {
        self.held.may_write()?;
        self.loaded = None;
        let after = self.chains.head();
        let batch = self.chains.extend(queue)?;
        self.put_segment(Of::Journal, self.next, &after, &batch.text).await?;
        self.next += 1;
        self.conclude(&batch.concluded).await?;
        Ok(self.chains.heads(&batch))
    }

    async fn conclude(&mut self, records: &[Record]) -> Result<(), Fenced> {
        for record in records {
            let mark = self.chains.mark();
            let line = self.chains.conclude(record)?;
            let after = Point { serial: mark.apply, digest: mark.digest };
            self.put_segment(Of::History, record.apply.begun.number, &after, &line).await?;
        }
        Ok(())
    }

    async fn put_segment(&self, of: Of, position: u64, after: &Point, lines: &str) -> Result<(), Fenced> {
        let bytes = segment::write(self.chains.vault(), of, position, self.held.author(), after, lines)?;
        match self.site.put(&of.key(position), &bytes, &Only::IfAbsent).await? {
            Put::Done(_) => Ok(()),
            Put::Other(there) => {
                let by = there.and_then(|object| segment::author(&object.bytes));
                Err(Fenced::Taken(self.held.taken(by.as_ref())))
            }
        }
    }

    async fn compact(&mut self, state: &State) -> Result<(), StoreError> {
        usable(self.broken.as_ref())?;
        let Some(snapshot) = self.chains.snapshot(state, &self.site.place())? else { return Ok(()) };
        self.held.may_write()?;
        let listed = objects::list(&*self.site.objects, &*self.site.clock, Of::Journal.prefix(), "").await?;
        let kept = young(&self.markers, &listed);
        if let Err(fenced) = self.put_snapshot(snapshot, kept).await {
            self.break_off(fenced);
            return usable(self.broken.as_ref());
        }
        let folded: Vec<String> = listed
            .into_iter()
            .map(|listed| listed.key)
            .filter(|key| {
                let position = Of::Journal.position(key);
                position.is_some_and(|position| position < self.next && !self.markers.contains(&position))
            })
            .collect();
        if !folded.is_empty() {
            // What stays is folded in, and goes with the next compaction.
            let _ = self.site.objects.delete(&folded).await;
        }
        Ok(())
    }

    async fn put_snapshot(&mut self, mut snapshot: Snapshot, markers: Vec<u64>) -> Result<(), Fenced> {
        let standing =
            Standing { fence: self.held.author().fence, position: self.next - 1, markers: markers.clone() };
        snapshot.remote = Some(standing);
        let bytes = snapshot::write(self.chains.vault(), &snapshot)?;
        match self.site.put(STATE, &bytes, &Only::IfTag(self.tag.clone())).await? {
            Put::Done(tag) => self.tag = tag,
            Put::Other(there) => {
                let by = match there {
                    Some(_) => self.site.fetch(LOCK).await?,
                    None => None,
                };
                let by = by.and_then(|object| serde_json::from_slice(&object.bytes).ok());
                return Err(Fenced::Taken(self.held.taken(by.as_ref())));
            }
        }
        self.markers = markers;
        self.chains.compacted();
        self.loaded = None;
        Ok(())
    }

    async fn load(&mut self) -> Result<Box<State>, StoreError> {
        let loaded = match self.loaded.take() {
            Some(loaded) => loaded,
            None => self.read(Depth::Recent).await?,
        };
        // Of a lease that ended meanwhile it may be the state of before.
        self.held.may_write()?;
        let state = Box::new(loaded.state.clone());
        self.loaded = Some(loaded);
        Ok(state)
    }

    async fn read(&self, depth: Depth) -> Result<Box<Loaded>, StoreError> {
        let found = load::read(&self.site, self.chains.vault(), depth).await?.ok_or_else(|| {
            let message = format!("the state in {} was removed while in use", self.site.place());
            StoreError::new(StoreErrorKind::Corrupt, message).with_hint("put it back before you go on")
        })?;
        Ok(Box::new(found.loaded))
    }
}

/// The markers that are still kept: those that aren't a day older than the newest segment, by the
/// service's clock.
fn young(markers: &[u64], listed: &[Listed]) -> Vec<u64> {
    let newest = listed.iter().map(|listed| listed.modified.unix_millis()).max().unwrap_or_default();
    let kept = u64::try_from(MARKER_KEPT.as_millis()).unwrap_or(u64::MAX);
    let age = |position: u64| {
        let key = Of::Journal.key(position);
        let marker = listed.iter().find(|listed| listed.key == key)?;
        Some(newest.saturating_sub(marker.modified.unix_millis()))
    };
    markers.iter().copied().filter(|position| age(*position).is_some_and(|age| age < kept)).collect()
}
