//! A state in a directory.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;

use async_trait::async_trait;
use ironward_core::state::{Entry, Lineage, State};
use ironward_core::store::{StateStore, StoreError};
use tokio::sync::oneshot;

use crate::disk::{create_directory, failed, replace};
use crate::lock::Lock;
use crate::snapshot;
use crate::writer::{Command, Found, Reply, Writer, read, snapshot_path};

/// A state that is kept in a directory, and the lock on it. Dropping it frees the lock.
#[derive(Debug)]
pub struct LocalStore {
    directory: PathBuf,
    commands: Option<Sender<Command>>,
    thread: Option<JoinHandle<()>>,
    dropped: u64,
    // Freed last: after the thread has written everything.
    _lock: Lock,
}

impl LocalStore {
    /// Opens the state in `directory`, or begins one there with a lineage from `make_lineage`.
    ///
    /// `holder` describes this process to others who want the lock meanwhile, such as `fhir up`.
    ///
    /// # Errors
    /// [`StoreError`] when another process has the state open (it says which), when a file isn't
    /// what was written, or when the disk refuses; then nothing was changed.
    pub fn open(
        directory: impl Into<PathBuf>,
        holder: &str,
        make_lineage: impl FnOnce() -> [u8; 16],
    ) -> Result<Self, StoreError> {
        let directory = directory.into();
        create_directory(&directory)?;
        let lock = Lock::take(&directory, holder)?;
        let found = match read(&directory)? {
            Some(found) => found,
            None => begin(&directory, State::new(Lineage::from_random(make_lineage())))?,
        };
        let dropped = found.torn;
        let writer = Writer::new(&directory, found)?;
        let (commands, queue) = channel();
        let thread = std::thread::Builder::new()
            .name("ironward-store".to_owned())
            .spawn(move || writer.run(&queue))
            .map_err(failed("start a thread for", &directory))?;
        Ok(Self { directory, commands: Some(commands), thread: Some(thread), dropped, _lock: lock })
    }

    /// Whether a state was ever begun in `directory`.
    #[must_use]
    pub fn exists(directory: &Path) -> bool {
        snapshot_path(directory).exists() || crate::writer::journal_path(directory).exists()
    }

    /// Where the state is kept.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// How many bytes of a torn last journal line were dropped when this was opened: a process
    /// was killed while it wrote them, before anybody was told that they count.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    async fn ask<T>(&self, command: impl FnOnce(Reply<T>) -> Command) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        if let Some(commands) = &self.commands {
            // When the thread is gone, so is its end of the reply.
            let _ = commands.send(command(reply));
        }
        answer.await.unwrap_or_else(|_| {
            Err(StoreError::new(format!("the writer of {} has stopped", self.directory.display()))
                .with_hint("this is a defect of Ironward: please report it"))
        })
    }
}

fn begin(directory: &Path, state: State) -> Result<Found, StoreError> {
    replace(&snapshot_path(directory), &snapshot::write(&state)?)?;
    if let Some(parent) = directory.parent().filter(|parent| parent.is_dir()) {
        crate::disk::sync_directory(parent)?;
    }
    let snapshot = state.serial;
    Ok(Found { state, snapshot, journal: None, torn: 0 })
}

impl Drop for LocalStore {
    fn drop(&mut self) {
        drop(self.commands.take());
        if let Some(thread) = self.thread.take() {
            // A panic there was reported already, by the answers that it didn't give.
            let _ = thread.join();
        }
    }
}

#[async_trait]
impl StateStore for LocalStore {
    async fn load(&self) -> Result<State, StoreError> {
        self.ask(Command::Load).await
    }

    async fn append(&self, entry: &Entry) -> Result<(), StoreError> {
        let entry = serde_json::to_string(entry)
            .map_err(|error| StoreError::new("the entry has no JSON form").with_source(error))?;
        self.ask(|reply| Command::Append(entry, reply)).await
    }

    async fn compact(&self, state: &State) -> Result<(), StoreError> {
        let state = Box::new(state.clone());
        self.ask(|reply| Command::Compact(state, reply)).await
    }
}
