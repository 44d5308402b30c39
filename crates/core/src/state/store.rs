//! Where a state lives: the trait that backends implement, and one in memory.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;

use crate::state::history::{Apply, Begun};
use crate::state::{Entry, Lineage, State};

/// A state store that can't do what is asked.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct StoreError {
    message: String,
    hint: Option<String>,
    #[source]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl StoreError {
    /// An error that says what happened and where.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, source: None }
    }

    /// Adds what to do next.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds the cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
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
    /// [`StoreError`] when it can't be read or is corrupt; nothing is repaired silently.
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
    /// [`StoreError`] when the lock is another's by now, or may soon be.
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
