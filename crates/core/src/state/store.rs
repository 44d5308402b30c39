//! Where a state lives: the trait that backends implement, and one in memory.

use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;

use crate::model::clock::Timestamp;
use crate::model::error::ProviderErrorKind;
use crate::state::history::{Apply, Begun};
use crate::state::{Entry, Lineage, State};

/// What kind of trouble a state store is in, and so what may be done about it.
///
/// Whoever embeds the engine decides by it what comes next: the message and the hint are for people.
/// Kinds may be added; treat one that isn't known as [`Unreachable`](Self::Unreachable), which promises
/// nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// Somebody else has the state: its lock is held by a process that lives, as far as can be told.
    /// Nothing was changed. Try again once that one has ended.
    Locked {
        /// Who has it, in its own words; nothing where it didn't write them down.
        holder: Option<String>,
        /// Since when, by the holder's clock; nothing where that isn't known.
        since: Option<Timestamp>,
    },
    /// The state was ours and isn't any more: its lease wasn't renewed in time, was taken over, taken
    /// away, or given back. What was begun is on record. Write nothing more through this store; open the
    /// state anew, which settles what was left.
    LeaseLost,
    /// What is stored can't be trusted: a digest, a seal or a format doesn't hold, parts contradict each
    /// other, or one of them is gone. Nothing is repaired. Put a good copy in its place; trying again
    /// doesn't help.
    Corrupt,
    /// The state can't be opened with the key at hand: the passphrase or the key file is missing, wrong or
    /// damaged, the service doesn't take its key, or the state is protected in another way. Nothing was
    /// changed. Try again with the key that belongs to the state.
    WrongKey,
    /// A later version of Ironward wrote it. Nothing was changed. Use that version, or a newer one.
    Newer,
    /// It is whole, and it isn't the state that was expected: of another lineage, older than its anchor, or
    /// with another past. Nothing was changed. Put the right one in its place, or accept this one on purpose.
    Misfit,
    /// The state was moved, and is kept elsewhere. Open it there.
    Moved {
        /// Where, as it was written down when it was moved.
        to: String,
    },
    /// Somebody else changes the same things at the same time, without the lock or past it, so that no
    /// reading or writing comes to an end. See that nothing else works there, then try again.
    Contended,
    /// The place can't be reached, isn't there, or doesn't work: a disk, a network, a service, the operating
    /// system. [The source](std::error::Error::source) says why. Try again once that is mended; whatever
    /// wasn't confirmed doesn't count.
    Unreachable,
    /// The place may not be used: a permission is missing. [The source](std::error::Error::source) says
    /// which, as far as it is known. Try again with that permission.
    Denied,
    /// There is no room any more: a disk is full, a limit reached. Make room, then try again.
    Full,
    /// What is asked for isn't allowed, or can't be done as things are set up, such as to put a state where
    /// there is one, or to keep one in a bucket without versions. Nothing was changed. Ask for something
    /// else, or change the settings.
    Refused,
    /// An invariant of Ironward doesn't hold. Nothing helps but to report it.
    Defect,
}

/// What a cloud call says that a store made.
impl From<ProviderErrorKind> for StoreErrorKind {
    fn from(kind: ProviderErrorKind) -> Self {
        match kind {
            ProviderErrorKind::Denied => Self::Denied,
            ProviderErrorKind::Quota => Self::Full,
            ProviderErrorKind::Invalid | ProviderErrorKind::Protected => Self::Refused,
            // What passes, what may have been done, what isn't there, and what nobody knows.
            ProviderErrorKind::Throttled
            | ProviderErrorKind::Propagating
            | ProviderErrorKind::Conflict
            | ProviderErrorKind::InUse
            | ProviderErrorKind::Ambiguous
            | ProviderErrorKind::NotFound
            | ProviderErrorKind::AlreadyExists
            | ProviderErrorKind::Unreachable
            | ProviderErrorKind::Other => Self::Unreachable,
        }
    }
}

/// A state store that can't do what is asked. Clones share the cause: a store that broke down tells each
/// who asks the same.
#[derive(Debug, Clone)]
pub struct StoreError {
    kind: StoreErrorKind,
    message: String,
    hint: Option<String>,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

// By hand, since a derive would tell the `Arc` as the cause, which nobody can downcast.
impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn Error + 'static))
    }
}

impl StoreError {
    /// An error of this kind that says what happened and where.
    pub fn new(kind: StoreErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hint: None, source: None }
    }

    /// Adds what to do next.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds the cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(Arc::from(source.into()));
        self
    }

    /// What kind of trouble it is.
    #[must_use]
    pub fn kind(&self) -> &StoreErrorKind {
        &self.kind
    }

    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

/// A place that keeps one stack's state. Whoever holds the store holds its lock.
///
/// A lock that is a lease can end while the process lives. A store of that kind says so through
/// [`may_call`](Self::may_call), [`lapsed`](Self::lapsed) and [`unsettled`](Self::unsettled); to all
/// others their defaults apply.
///
/// # Guarantees
/// - [`append`](Self::append) returns once the entry is durable: a process that is killed
///   afterwards finds it in [`load`](Self::load).
/// - Entries are loaded in the order in which they were appended.
#[async_trait]
pub trait StateStore: Send + Sync {
    /// The state as it was left: the last snapshot with the journal folded in.
    ///
    /// # Errors
    /// [`StoreError`], whose [kind](StoreError::kind) says why it can't be read; nothing is repaired silently.
    async fn load(&self) -> Result<State, StoreError>;

    /// Makes an entry durable.
    ///
    /// # Errors
    /// [`StoreError`] when it can't be written; then it doesn't count.
    async fn append(&self, entry: &Entry) -> Result<(), StoreError>;

    /// Replaces snapshot and journal by a snapshot of `state`.
    ///
    /// # Errors
    /// [`StoreError`] when it can't be written; the former state stays valid.
    async fn compact(&self, state: &State) -> Result<(), StoreError>;

    /// The applies that were concluded, the oldest first. The one that is still
    /// [`running`](State::running) isn't among them.
    ///
    /// # Errors
    /// [`StoreError`] when it can't be read or is corrupt.
    async fn history(&self) -> Result<Vec<Apply>, StoreError>;

    /// Whether a call that changes the cloud may start now. The engine asks right before each;
    /// a refusal ends an apply as a state does that can't be written any more. Always, by default.
    ///
    /// # Errors
    /// [`StoreError`] of the kind [`LeaseLost`](StoreErrorKind::LeaseLost) when the lock is another's by
    /// now, or may soon be.
    fn may_call(&self) -> Result<(), StoreError> {
        Ok(())
    }

    /// Returns, with the reason, once no call may start any more. An apply then stops at once and
    /// drops what is running, whose intents are on record. Never, by default.
    async fn lapsed(&self) -> StoreError {
        std::future::pending().await
    }

    /// For how long from now calls of a former holder may still take effect, after its lock was
    /// taken over without its consent. What an interrupted creation made is looked for until that
    /// is over. No time, by default.
    fn unsettled(&self) -> Duration {
        Duration::ZERO
    }
}

/// A store in memory, for tests and for embedding. Clones share the state.
#[derive(Debug, Clone)]
pub struct MemoryStore {
    inner: Arc<Mutex<Memory>>,
}

#[derive(Debug)]
struct Memory {
    snapshot: State,
    entries: Vec<Entry>,
    running: Option<Box<Begun>>,
    history: Vec<Apply>,
}

impl MemoryStore {
    /// A store of a fresh state.
    #[must_use]
    pub fn new(lineage: Lineage) -> Self {
        let memory =
            Memory { snapshot: State::new(lineage), entries: Vec::new(), running: None, history: Vec::new() };
        Self { inner: Arc::new(Mutex::new(memory)) }
    }

    /// The entries since the last snapshot.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        self.lock().entries.clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Memory> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl StateStore for MemoryStore {
    async fn load(&self) -> Result<State, StoreError> {
        let memory = self.lock();
        let mut state = memory.snapshot.clone();
        memory.entries.iter().cloned().for_each(|entry| state.apply(entry));
        Ok(state)
    }

    async fn append(&self, entry: &Entry) -> Result<(), StoreError> {
        let mut memory = self.lock();
        let concluded = Apply::concluded(memory.running.as_deref(), entry);
        memory.history.extend(concluded);
        match entry {
            Entry::ApplyBegan { apply } => memory.running = Some(apply.clone()),
            Entry::ApplyEnded { .. } => memory.running = None,
            _ => {}
        }
        memory.entries.push(entry.clone());
        Ok(())
    }

    async fn compact(&self, state: &State) -> Result<(), StoreError> {
        let mut memory = self.lock();
        memory.snapshot = state.clone();
        memory.entries.clear();
        Ok(())
    }

    async fn history(&self) -> Result<Vec<Apply>, StoreError> {
        Ok(self.lock().history.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_tells_the_same_kind_and_the_same_cause() {
        let cause = std::io::Error::from(std::io::ErrorKind::StorageFull);
        let error = StoreError::new(StoreErrorKind::Full, "can't write").with_source(cause);
        let clone = error.clone().with_hint("make room");
        for error in [&error, &clone] {
            assert_eq!((error.kind(), &*error.to_string()), (&StoreErrorKind::Full, "can't write"));
            let cause = error.source().and_then(|cause| cause.downcast_ref::<std::io::Error>());
            assert_eq!(cause.map(std::io::Error::kind), Some(std::io::ErrorKind::StorageFull));
        }
        assert_eq!((error.hint(), clone.hint()), (None, Some("make room")));
    }

    #[test]
    fn what_a_call_met_is_what_its_store_met() {
        for (met, kind) in [
            (ProviderErrorKind::Denied, StoreErrorKind::Denied),
            (ProviderErrorKind::Quota, StoreErrorKind::Full),
            (ProviderErrorKind::Invalid, StoreErrorKind::Refused),
            (ProviderErrorKind::Throttled, StoreErrorKind::Unreachable),
            (ProviderErrorKind::Other, StoreErrorKind::Unreachable),
        ] {
            assert_eq!(StoreErrorKind::from(met), kind, "{met:?}");
        }
    }
}
