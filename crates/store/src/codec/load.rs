//! Snapshot, journal and history read together and held against each other.

use ironward_core::history::{Apply, Begun};
use ironward_core::state::{Entry, State};

use super::Damage;
use super::history::{self, History, Record};
use super::journal::{self, Journal};
use super::snapshot::{self, Snapshot};
use super::vault::{Digest, Mark, Point, Vault};

/// The parts of a state at rest.
#[derive(Debug, Clone, Copy)]
pub struct Parts<'a> {
    /// The snapshot.
    pub snapshot: &'a [u8],
    /// The journal; nothing where there is none yet.
    pub journal: Option<&'a [u8]>,
    /// The history; nothing where there is none yet.
    pub history: Option<&'a [u8]>,
}

/// Which part is damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The snapshot.
    Snapshot,
    /// The journal.
    Journal,
    /// The history.
    History,
}

/// Damage, and the part that shows it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{damage}")]
pub struct Broken {
    /// The part.
    pub part: Part,
    /// What is wrong with it.
    #[source]
    pub damage: Damage,
}

/// A state that was read, and where its chains stand.
#[derive(Debug)]
pub struct Loaded {
    /// The state.
    pub state: State,
    /// Where the chain of operations began.
    pub origin: Point,
    /// The snapshot's point.
    pub base: Point,
    /// Where the chain of applies stood at the snapshot.
    pub history_base: Mark,
    /// The chain's head.
    pub head: Point,
    /// Where the running apply began, if one is running.
    pub began: Option<Point>,
    /// The journal; nothing where there is none yet.
    pub journal: Option<Journal>,
    /// The history; nothing where there is none yet.
    pub history: Option<History>,
    /// Applies that the journal concludes and the history doesn't hold yet.
    pub missing: Vec<Record>,
}

impl Loaded {
    /// The digest of the chain of operations at `serial`, where it is still known: in the journal,
    /// and where an apply began or ended.
    #[must_use]
    pub fn digest_at(&self, serial: u64) -> Option<Digest> {
        let known = [self.origin, self.base, self.head];
        let records = self.history.iter().flat_map(|history| &history.records).map(|(record, _)| record);
        let ends = records.chain(&self.missing).flat_map(|record| [record.from, record.to]);
        let journal = self.journal.as_ref().and_then(|journal| journal.digest_at(serial));
        journal.or_else(|| {
            let at = |point: &Point| point.serial == serial;
            known.into_iter().chain(self.began).chain(ends).find(at).map(|point| point.digest)
        })
    }

    /// The digest of the chain of applies after `apply`, where the history holds it.
    #[must_use]
    pub fn apply_digest_at(&self, apply: u64) -> Option<Digest> {
        match &self.history {
            Some(history) => history.digest_at(apply),
            None => (apply == self.history_base.apply).then_some(self.history_base.digest),
        }
    }

    /// The number of the last concluded apply.
    #[must_use]
    pub fn concluded(&self) -> u64 {
        self.history.as_ref().map_or(self.history_base.apply, |history| history.head().apply)
            + self.missing.len() as u64
    }

    /// The last beginning or end of an apply: what is anchored.
    #[must_use]
    pub fn boundary(&self) -> Point {
        let ended = self.applies().last().map(|record| record.to);
        self.began.or(ended).unwrap_or(self.origin)
    }

    /// The concluded applies.
    pub fn applies(&self) -> impl Iterator<Item = &Record> {
        let records = self.history.iter().flat_map(|history| &history.records).map(|(record, _)| record);
        records.chain(&self.missing)
    }
}

/// Follows the chain of operations and tells which applies it concludes.
#[derive(Debug, Clone)]
pub struct Follower {
    /// The running apply.
    pub running: Option<(Box<Begun>, Point)>,
    /// The number of the last apply that began.
    pub applies: u64,
}

impl Follower {
    /// Takes the entry that leads from `before` to `after`, and tells the apply that it concludes.
    ///
    /// # Errors
    /// [`Damage`] when applies aren't numbered one after the other.
    pub fn follow(&mut self, entry: &Entry, before: Point, after: Point) -> Result<Option<Record>, Damage> {
        let running = self.running.as_ref().map(|(begun, _)| &**begun);
        let concluded = Apply::concluded(running, entry);
        let from = self.running.as_ref().map(|(_, from)| *from);
        match entry {
            Entry::ApplyBegan { apply } => {
                if apply.number != self.applies + 1 {
                    let what =
                        format!("apply {} begins, and apply {} is next", apply.number, self.applies + 1);
                    return Err(Damage::new(what));
                }
                self.applies = apply.number;
                self.running = Some((apply.clone(), after));
            }
            Entry::ApplyEnded { end } => {
                if self.running.as_ref().is_none_or(|(begun, _)| begun.number != end.number) {
                    return Err(Damage::new(format!("apply {} ends and isn't running", end.number)));
                }
                self.running = None;
            }
            _ => return Ok(None),
        }
        let to = if matches!(entry, Entry::ApplyEnded { .. }) { after } else { before };
        Ok(concluded.zip(from).map(|(apply, from)| Record { apply, from, to }))
    }
}

/// Reads the parts of a state.
///
/// # Errors
/// [`Broken`] with the first thing that isn't exactly what was written with this vault, or doesn't
/// fit the rest.
pub fn load(vault: &Vault, parts: &Parts<'_>) -> Result<Loaded, Broken> {
    let in_part = |part| move |damage| Broken { part, damage };
    let snapshot = snapshot::read(vault, parts.snapshot).map_err(in_part(Part::Snapshot))?;
    let journal = parts.journal.map(|bytes| journal::read(vault, bytes)).transpose();
    let journal = journal.map_err(in_part(Part::Journal))?;
    let history = parts.history.map(|bytes| history::read(vault, bytes)).transpose();
    let history = history.map_err(in_part(Part::History))?;
    fold(snapshot, journal, history)
}

/// Holds the parts of a state, which were read, against each other.
///
/// # Errors
/// [`Broken`] with the first thing that doesn't fit the rest.
pub fn fold(
    snapshot: Snapshot,
    journal: Option<Journal>,
    history: Option<History>,
) -> Result<Loaded, Broken> {
    let in_part = |part| move |damage| Broken { part, damage };
    if let Some(journal) = &journal {
        belongs(journal, &snapshot).map_err(in_part(Part::Journal))?;
    }
    let base = Point { serial: snapshot.state.serial, digest: snapshot.head };
    let Snapshot { origin, began, history: history_base, state, .. } = snapshot;
    let mut loaded = Loaded {
        state,
        origin,
        base,
        history_base,
        head: base,
        began,
        journal,
        history,
        missing: Vec::new(),
    };
    let concluded = replay(&mut loaded).map_err(in_part(Part::Journal))?;
    compare(&mut loaded, concluded).map_err(in_part(Part::History))?;
    Ok(loaded)
}

/// The journal may be older than the snapshot by one compaction that was interrupted between the
/// two, and then it ends where the snapshot stands.
fn belongs(journal: &Journal, snapshot: &Snapshot) -> Result<(), Damage> {
    let base = snapshot.state.serial;
    match journal.digest_at(base) {
        Some(digest) if digest == snapshot.head => Ok(()),
        Some(_) => Err(Damage::new(format!(
            "the journal's chain has another digest at serial {base} than the snapshot: one of them was rewritten"
        ))
        .at(1)),
        None => Err(Damage::new(format!(
            "the journal holds what came between serial {} and {}, and the snapshot has serial {base}: \
             they don't belong together",
            journal.after.serial,
            journal.last()
        ))
        .at(1)),
    }
}

/// Folds the journal over the snapshot, and tells the applies that were concluded since.
fn replay(loaded: &mut Loaded) -> Result<Vec<Record>, Damage> {
    let state = &mut loaded.state;
    let running = match (state.running.clone(), loaded.began) {
        (Some(begun), Some(from)) => Some((begun, from)),
        _ => None,
    };
    let mut follower = Follower { running, applies: state.applies };
    let mut concluded = Vec::new();
    if let Some(journal) = &loaded.journal {
        let known = usize::try_from(loaded.base.serial - journal.after.serial).unwrap_or(usize::MAX);
        for (index, (entry, digest)) in journal.entries.iter().enumerate().skip(known) {
            let point = Point { serial: loaded.head.serial + 1, digest: *digest };
            let record = follower.follow(entry, loaded.head, point).map_err(|damage| damage.at(index + 2))?;
            concluded.extend(record);
            state.apply(entry.clone());
            loaded.head = point;
        }
    }
    loaded.began = follower.running.map(|(_, from)| from);
    match state.violations().as_slice() {
        [] => Ok(concluded),
        [first, ..] => {
            Err(Damage::new(format!("the state that the journal leads to contradicts itself: {first}")))
        }
    }
}

/// Holds the history against what snapshot and journal say of it. The journal is written first, so
/// the history may lack what the journal concludes, and nothing else.
fn compare(loaded: &mut Loaded, concluded: Vec<Record>) -> Result<(), Damage> {
    let base = loaded.history_base;
    let Some(history) = &loaded.history else {
        if base.apply > 0 {
            return Err(Damage::new(format!(
                "the history is missing, and there were {} applies",
                base.apply
            )));
        }
        loaded.missing = concluded;
        return Ok(());
    };
    let head = history.head();
    match history.digest_at(base.apply) {
        Some(digest) if digest == base.digest => {}
        Some(_) => {
            let what =
                format!("the history up to apply {} isn't the one that the snapshot knows", base.apply);
            return Err(Damage::new(what));
        }
        None => {
            let what = format!(
                "the history ends with apply {}, and the snapshot knows {} applies: the others were cut off",
                head.apply, base.apply
            );
            return Err(Damage::new(what));
        }
    }
    let since = usize::try_from(base.apply - history.after.apply).unwrap_or(usize::MAX);
    let written: Vec<&Record> = history.records.iter().skip(since).map(|(record, _)| record).collect();
    if written.len() > concluded.len() {
        let what = format!(
            "the history holds {} applies, and the journal leads to {}: the journal's end was cut off",
            head.apply,
            base.apply + concluded.len() as u64
        );
        return Err(Damage::new(what));
    }
    if let Some((ours, _)) =
        written.iter().zip(&concluded).find(|(written, concluded)| **written != *concluded)
    {
        let what = format!("apply {} isn't the one that the journal tells of", ours.apply.begun.number);
        return Err(Damage::new(what));
    }
    loaded.missing = concluded.into_iter().skip(written.len()).collect();
    Ok(())
}
