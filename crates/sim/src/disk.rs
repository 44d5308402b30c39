//! The state at rest: the bytes that the real backends write, in memory.

use ironward_core::history::Apply;
use ironward_core::state::{Entry, InstanceId, JournalAction, Lineage, Pending, State};
use ironward_core::store::{StoreError, StoreErrorKind};
use ironward_store::codec::history::{self, Record};
use ironward_store::codec::journal;
use ironward_store::codec::keys::DataKey;
use ironward_store::codec::load::{Follower, Loaded, Parts, load};
use ironward_store::codec::snapshot::{self, Snapshot};
use ironward_store::codec::vault::{Mark, Point, Vault};
use ironward_store::verify;

/// What outlives processes.
#[derive(Debug)]
pub(crate) struct Disk {
    vault: Vault,
    snapshot: Vec<u8>,
    journal: Vec<u8>,
    history: Vec<u8>,
    /// What is durable, as whoever wrote it knows it.
    pub(crate) state: State,
    writer: Writer,
    /// The number of the handle that may write; whoever opens the state gets the next one.
    pub(crate) fence: u64,
    /// Whether a process holds the lock.
    pub(crate) held: bool,
    pub(crate) full: bool,
}

/// Where the chains stand, as the process that has the files open knows it.
#[derive(Debug)]
struct Writer {
    origin: Point,
    head: Point,
    mark: Mark,
    follower: Follower,
}

impl Writer {
    fn of(loaded: &Loaded) -> Self {
        let running = loaded.state.running.clone().zip(loaded.began);
        Self {
            origin: loaded.origin,
            head: loaded.head,
            mark: loaded.history.as_ref().map_or(loaded.history_base, history::History::head),
            follower: Follower { running, applies: loaded.state.applies },
        }
    }
}

impl Disk {
    /// A disk with a fresh state, encrypted or not.
    ///
    /// # Errors
    /// [`StoreError`] when it can't be written.
    pub(crate) fn new(lineage: &Lineage, sealed: bool) -> Result<Self, StoreError> {
        let vault = if sealed {
            Vault::sealed(lineage.clone(), &DataKey::from_bytes(&[9; 32]))
        } else {
            Vault::plain(lineage.clone())
        };
        let state = State::new(lineage.clone());
        let first = Snapshot::first(&vault, state.clone());
        let head = Point { serial: state.serial, digest: first.head };
        Ok(Self {
            snapshot: snapshot::write(&vault, &first)?,
            journal: journal::header(&vault, &head).into_bytes(),
            history: history::header(&vault, first.history.apply).into_bytes(),
            writer: Writer {
                origin: head,
                head,
                mark: first.history,
                follower: Follower { running: None, applies: state.applies },
            },
            vault,
            state,
            fence: 0,
            held: false,
            full: false,
        })
    }

    fn parts(&self) -> Parts<'_> {
        Parts { snapshot: &self.snapshot, journal: Some(&self.journal), history: Some(&self.history) }
    }

    /// Opens the files as a new process does: reads them, cuts off what is torn, and catches the
    /// history up with the journal.
    ///
    /// # Errors
    /// That another process holds it, or what is damaged; nothing that a process leaves may be.
    pub(crate) fn open(&mut self) -> Result<(), String> {
        if self.held {
            return Err("the state is in use".to_owned());
        }
        let loaded = load(&self.vault, &self.parts()).map_err(|broken| format!("{broken}"))?;
        let cut = |bytes: &mut Vec<u8>, length: u64, unterminated: bool| {
            bytes.truncate(usize::try_from(length).unwrap_or(usize::MAX));
            if unterminated {
                bytes.push(b'\n');
            }
        };
        if let Some(found) = &loaded.journal {
            cut(&mut self.journal, found.length, found.unterminated);
        }
        if let Some(found) = &loaded.history {
            cut(&mut self.history, found.length, found.unterminated);
        }
        self.writer = Writer::of(&loaded);
        self.conclude(&loaded.missing).map_err(|error| error.to_string())?;
        if loaded.state != self.state {
            return Err("what is on disk leads to another state than what was written".to_owned());
        }
        self.full = false;
        self.held = true;
        self.fence += 1;
        Ok(())
    }

    /// Writes an entry's line. `torn` is the share of it that gets written, in a thousand, where
    /// the process dies on it; then true says that the entry is whole all the same.
    ///
    /// # Errors
    /// [`StoreError`] when the entry is out of order.
    pub(crate) fn write(&mut self, entry: &Entry, torn: Option<u32>) -> Result<bool, StoreError> {
        let json = serde_json::to_string(entry).map_err(|error| {
            StoreError::new(StoreErrorKind::Defect, "the entry has no JSON form").with_source(error)
        })?;
        let (line, point) = journal::line(&self.vault, &self.writer.head, &json)?;
        if let Some(share) = torn {
            let length = line.len() * share as usize / 1000;
            self.journal.extend_from_slice(&line.as_bytes()[..length]);
            let whole = length + 1 >= line.len();
            if whole {
                self.state.apply(entry.clone());
            }
            return Ok(whole);
        }
        self.journal.extend_from_slice(line.as_bytes());
        self.state.apply(entry.clone());
        let concluded = self.writer.follower.follow(entry, self.writer.head, point);
        let concluded = concluded.map_err(|damage| StoreError::new(StoreErrorKind::Defect, damage.what))?;
        self.writer.head = point;
        self.conclude(concluded.as_slice())?;
        Ok(true)
    }

    /// Adds applies to the history.
    fn conclude(&mut self, records: &[Record]) -> Result<(), StoreError> {
        for record in records {
            let (line, mark) = history::line(&self.vault, &self.writer.mark, record)?;
            self.history.extend_from_slice(line.as_bytes());
            self.writer.mark = mark;
        }
        Ok(())
    }

    /// Puts a snapshot in the place of the old one; the journal still fits both.
    ///
    /// # Errors
    /// [`StoreError`] when it isn't the state that the journal leads to.
    pub(crate) fn replace_snapshot(&mut self, state: &State) -> Result<(), StoreError> {
        if *state != self.state {
            let message = "the snapshot isn't what the journal leads to";
            return Err(StoreError::new(StoreErrorKind::Defect, message));
        }
        let snapshot = Snapshot {
            origin: self.writer.origin,
            head: self.writer.head.digest,
            began: self.writer.follower.running.as_ref().map(|(_, from)| *from),
            history: self.writer.mark,
            remote: None,
            state: state.clone(),
        };
        self.snapshot = snapshot::write(&self.vault, &snapshot)?;
        Ok(())
    }

    /// Begins the journal anew after a snapshot.
    pub(crate) fn begin_journal(&mut self) {
        self.journal = journal::header(&self.vault, &self.writer.head).into_bytes();
    }

    /// The applies that were concluded.
    ///
    /// # Errors
    /// [`StoreError`] when the files are damaged.
    pub(crate) fn applies(&self) -> Result<Vec<Apply>, StoreError> {
        let loaded = load(&self.vault, &self.parts()).map_err(|broken| {
            StoreError::new(broken.damage.kind.clone(), broken.to_string()).with_source(broken)
        })?;
        Ok(loaded.applies().map(|record| record.apply.clone()).collect())
    }

    /// Checks all that can be checked of the files: both chains, and that they lead to the state.
    ///
    /// # Errors
    /// The first thing that doesn't hold.
    pub(crate) fn verify(&self) -> Result<(), String> {
        let (proof, applies) =
            verify::verify(&self.vault, &self.parts(), None).map_err(|broken| broken.to_string())?;
        if proof.serial != self.state.serial || proof.torn > 0 {
            return Err(format!("the files prove {proof:?}, and the state has serial {}", self.state.serial));
        }
        // One that was interrupted is concluded when the next begins.
        let concluded = self.state.applies - u64::from(self.state.running.is_some());
        let numbers = applies.iter().map(|apply| apply.begun.number);
        if !numbers.eq(1..=concluded) {
            let held = applies.len();
            return Err(format!("{concluded} applies were concluded, and the history holds {held}"));
        }
        Ok(())
    }

    /// Whether anything on record leads to an instance.
    pub(crate) fn knows(&self, instance: &InstanceId) -> bool {
        self.state.pending.contains_key(instance) || self.state.instances().any(|r| r.instance == *instance)
    }

    /// The intent for an instance.
    pub(crate) fn intent(&self, instance: &InstanceId) -> Option<&Pending> {
        self.state.pending.get(instance)
    }

    /// Whether a call on an instance has its intent on record. What creation leaves out is
    /// reconciled under the intent of the creation.
    pub(crate) fn intends(&self, instance: &InstanceId, action: JournalAction) -> bool {
        self.intent(instance).is_some_and(|pending| {
            pending.action == action
                || (pending.action == JournalAction::Create && action == JournalAction::Update)
        })
    }
}
