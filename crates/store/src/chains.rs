//! Where the chains of an open state stand, and what is written next: the same for every backend.

use std::sync::Arc;

use ironward_core::clock::Timestamp;
use ironward_core::history::{Author, Begun, Command, Ended, Verdict};
use ironward_core::state::{Counts, Entry, State};
use ironward_core::store::{StateStore, StoreError, StoreErrorKind};
use tokio::sync::oneshot;

use crate::anchor::Head;
use crate::codec::history::{self, Record};
use crate::codec::load::{Follower, Loaded};
use crate::codec::snapshot::Snapshot;
use crate::codec::vault::{Mark, Point, Vault};
use crate::codec::{Damage, journal};

pub(crate) type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

/// Most appends that share one write.
pub(crate) const BATCH: usize = 512;

/// An entry to be written.
pub(crate) struct Queued {
    /// Its JSON.
    json: String,
    /// The entry itself, where an apply begins or ends with it.
    mark: Option<Entry>,
    /// Told the head to anchor, in that case.
    pub(crate) reply: Reply<Option<Head>>,
}

impl Queued {
    pub(crate) fn new(entry: &Entry, reply: Reply<Option<Head>>) -> Result<Self, StoreError> {
        let json = serde_json::to_string(entry).map_err(|error| {
            StoreError::new(StoreErrorKind::Defect, "the entry has no JSON form").with_source(error)
        })?;
        let marks = matches!(entry, Entry::ApplyBegan { .. } | Entry::ApplyEnded { .. });
        Ok(Self { json, mark: marks.then(|| entry.clone()), reply })
    }
}

/// The lines of some entries.
pub(crate) struct Batch {
    pub(crate) text: String,
    /// The applies that they conclude.
    pub(crate) concluded: Vec<Record>,
    /// For each entry, the point that is to be anchored.
    points: Vec<Option<Point>>,
}

/// Where the chains of a state stand.
pub(crate) struct Chains {
    vault: Arc<Vault>,
    origin: Point,
    head: Point,
    mark: Mark,
    follower: Follower,
    /// The serial of the last snapshot.
    snapshot: u64,
}

impl Chains {
    pub(crate) fn of(vault: Arc<Vault>, loaded: &Loaded) -> Self {
        let running = loaded.state.running.clone().zip(loaded.began);
        Self {
            vault,
            follower: Follower { running, applies: loaded.state.applies },
            origin: loaded.origin,
            head: loaded.head,
            mark: loaded.history.as_ref().map_or(loaded.history_base, history::History::head),
            snapshot: loaded.base.serial,
        }
    }

    pub(crate) fn vault(&self) -> &Vault {
        &self.vault
    }

    /// Where the chain of operations stands.
    pub(crate) fn head(&self) -> Point {
        self.head
    }

    /// Where the chain of applies stands.
    pub(crate) fn mark(&self) -> Mark {
        self.mark
    }

    /// Goes on by some entries.
    pub(crate) fn extend(&mut self, queue: &[Queued]) -> Result<Batch, StoreError> {
        let capacity = queue.iter().map(|queued| queued.json.len() * 3 / 2 + 160).sum();
        let mut batch =
            Batch { text: String::with_capacity(capacity), concluded: Vec::new(), points: Vec::new() };
        for queued in queue {
            let (line, point) = journal::line(&self.vault, &self.head, &queued.json)?;
            if let Some(entry) = &queued.mark {
                let record = self.follower.follow(entry, self.head, point).map_err(out_of_order)?;
                batch.concluded.extend(record);
            }
            batch.points.push(queued.mark.is_some().then_some(point));
            batch.text.push_str(&line);
            self.head = point;
        }
        Ok(batch)
    }

    /// Goes on by an apply that was concluded: its line.
    pub(crate) fn conclude(&mut self, record: &Record) -> Result<String, StoreError> {
        let (line, mark) = history::line(&self.vault, &self.mark, record)?;
        self.mark = mark;
        Ok(line)
    }

    /// The heads to anchor after a batch.
    pub(crate) fn heads(&self, batch: &Batch) -> Vec<Option<Head>> {
        let head = |point: &Point| Head::of(&self.vault, point, &self.mark);
        batch.points.iter().map(|point| point.as_ref().map(head)).collect()
    }

    /// The snapshot of `state`, which is kept at `place`; nothing where the last one is of the same
    /// serial.
    pub(crate) fn snapshot(&self, state: &State, place: &str) -> Result<Option<Snapshot>, StoreError> {
        if state.lineage != *self.vault.lineage() || state.serial != self.head.serial {
            let message = format!(
                "the state in {place} has serial {}, and a snapshot of serial {} was to take its place",
                self.head.serial, state.serial
            );
            // No misfit: nobody but its writer moves a state on, so what is there is right.
            return Err(StoreError::new(StoreErrorKind::Defect, message)
                .with_hint("this is a defect of Ironward: please report it; the state is as it was"));
        }
        Ok((self.snapshot != self.head.serial).then(|| self.snapshot_of(state)))
    }

    /// The snapshot of `state`, which is where the chains stand.
    pub(crate) fn snapshot_of(&self, state: &State) -> Snapshot {
        Snapshot {
            origin: self.origin,
            head: self.head.digest,
            began: self.follower.running.as_ref().map(|(_, from)| *from),
            history: self.mark,
            remote: None,
            state: state.clone(),
        }
    }

    /// Takes note that the snapshot was written.
    pub(crate) fn compacted(&mut self) {
        self.snapshot = self.head.serial;
    }
}

/// Tells everybody why nothing can be written any more: the error that broke the writer, of its kind and with
/// its cause.
pub(crate) fn usable(broken: Option<&StoreError>) -> Result<(), StoreError> {
    match broken {
        None => Ok(()),
        Some(reason) => {
            Err(reason.clone().with_hint("nothing that came after is recorded; mend the cause and run again"))
        }
    }
}

fn out_of_order(damage: Damage) -> StoreError {
    // Nothing was read: the entry comes from the engine.
    let message = damage.what.clone();
    StoreError::new(StoreErrorKind::Defect, message)
        .with_source(damage)
        .with_hint("this is a defect of Ironward: please report it")
}

/// Records that a state was accepted that doesn't fit its anchor.
pub(crate) async fn tell_of_acceptance(
    store: &dyn StateStore,
    author: Author,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut state = store.load().await?;
    let number = state.applies + 1;
    let begun = Begun::new(&state, Command::Accept, author, now);
    let end = Ended {
        number,
        ended: now,
        verdict: Verdict::Succeeded,
        counts: Counts::default(),
        failures: Vec::new(),
    };
    for entry in [Entry::ApplyBegan { apply: Box::new(begun) }, Entry::ApplyEnded { end }] {
        store.append(&entry).await?;
        state.apply(entry);
    }
    store.compact(&state).await
}
