//! A state in a directory.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;

use async_trait::async_trait;
use ironward_core::clock::Timestamp;
use ironward_core::history::{Apply, Author};
use ironward_core::state::{Entry, State};
use ironward_core::store::{StateStore, StoreError, StoreErrorKind};
use tokio::sync::oneshot;

use super::disk::{create_directory, failed};
use super::lock::Lock;
use super::migration::refuse_moved;
use super::open::{Files, Opened, open};
use super::writer::{Command, Writer};
use crate::anchor::{Anchor, Head};
use crate::chains::{Queued, Reply, tell_of_acceptance};
use crate::codec::load::Loaded;
use crate::codec::vault::Vault;
use crate::options::Options;
use crate::verify::{Proof, prove};

/// A state that is kept in a directory, and the lock on it. Dropping it frees the lock.
pub struct LocalStore {
    directory: PathBuf,
    vault: Arc<Vault>,
    anchor: Option<Arc<dyn Anchor>>,
    commands: Option<Sender<Command>>,
    thread: Option<JoinHandle<()>>,
    dropped: u64,
    upgraded: bool,
    begun: bool,
    found: Option<Proof>,
    // Freed last: after the thread has written everything.
    _lock: Lock,
}

impl fmt::Debug for LocalStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalStore").field("directory", &self.directory).finish_non_exhaustive()
    }
}

impl LocalStore {
    /// Opens the state in `directory`, or begins one there. A state that an earlier version left
    /// unencrypted is upgraded.
    ///
    /// # Errors
    /// [`StoreError`] when another process has the state open (it says which), when a file isn't
    /// what was written, when the key isn't the state's, when the state doesn't fit its anchor, or
    /// when the disk refuses; then nothing was changed.
    pub async fn open(directory: impl Into<PathBuf>, options: Options) -> Result<Self, StoreError> {
        Self::start(directory.into(), options, true).await
    }

    /// Opens a state although it doesn't fit its anchor, since a backup was restored on purpose, and
    /// anchors it as it is. The history tells of it.
    ///
    /// # Errors
    /// [`StoreError`] as [`open`](Self::open) says, the anchor aside.
    pub async fn accept(
        directory: impl Into<PathBuf>,
        options: Options,
        author: Author,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let store = Self::start(directory.into(), options, false).await?;
        tell_of_acceptance(&store, author, now).await?;
        Ok(store)
    }

    async fn start(directory: PathBuf, options: Options, strict: bool) -> Result<Self, StoreError> {
        create_directory(&directory)?;
        let lock = Lock::take(&directory, &options.holder)?;
        refuse_moved(&directory)?;
        let opened = open(&directory, &options, strict).await?;
        let Opened { anchored, upgraded, begun, .. } = &opened;
        let (anchored, upgraded, begun) = (anchored.clone(), *upgraded, *begun);
        let found = prove(&opened.vault, &opened.loaded, anchored.as_ref()).ok();
        let vault = Arc::clone(&opened.vault);
        let torn = |journal: Option<u64>| journal.unwrap_or_default();
        let dropped = torn(opened.loaded.journal.as_ref().map(|journal| journal.torn))
            + torn(opened.loaded.history.as_ref().map(|history| history.torn));
        let boundary = opened.loaded.boundary();
        let writer = Writer::new(opened)?;
        let head = Head::of(&vault, &boundary, &writer.mark());
        let (commands, queue) = channel();
        let thread = std::thread::Builder::new()
            .name("ironward-store".to_owned())
            .spawn(move || writer.run(&queue))
            .map_err(failed("start a thread for", &directory))?;
        // `accept` anchors with the apply that tells of it.
        if let Some(anchor) = options.anchor.as_ref().filter(|_| strict && anchored.as_ref() != Some(&head)) {
            anchor.put(&head).await?;
        }
        Ok(Self {
            directory,
            vault,
            anchor: options.anchor,
            commands: Some(commands),
            thread: Some(thread),
            dropped,
            upgraded,
            begun,
            found,
            _lock: lock,
        })
    }

    /// Whether a state was ever begun in `directory`.
    #[must_use]
    pub fn exists(directory: &Path) -> bool {
        let files = Files::new(directory);
        [files.key(), files.snapshot(), files.journal(), files.history()].iter().any(|path| path.exists())
    }

    /// Where the state is kept.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    pub(super) fn shared_vault(&self) -> &Arc<Vault> {
        &self.vault
    }

    /// The state's keys, for what is sealed beside it, such as saved plans.
    #[must_use]
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// How many bytes of torn last lines were dropped when this was opened: a process was killed while
    /// it wrote them, before anybody was told that they count.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Whether the state was unencrypted, of an earlier version, and was upgraded when this was
    /// opened.
    #[must_use]
    pub fn upgraded(&self) -> bool {
        self.upgraded
    }

    /// Whether the state was begun when this was opened.
    #[must_use]
    pub fn begun(&self) -> bool {
        self.begun
    }

    /// What the files proved as they were found, before anything was repaired or anchored; nothing
    /// where they didn't fit their anchor and were [accepted](Self::accept).
    #[must_use]
    pub fn found(&self) -> Option<&Proof> {
        self.found.as_ref()
    }

    /// Reads the files anew and says what they prove.
    ///
    /// # Errors
    /// [`StoreError`] with the first thing that doesn't hold.
    pub async fn verify(&self) -> Result<Proof, StoreError> {
        let loaded = self.ask(Command::Load).await?;
        let anchored = match &self.anchor {
            Some(anchor) => anchor.get(self.vault.lineage()).await?,
            None => None,
        };
        Ok(prove(&self.vault, &loaded, anchored.as_ref())?)
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
        if let Some(commands) = &self.commands {
            // When the thread is gone, so is its end of the reply.
            let _ = commands.send(command);
        }
        answer.await.unwrap_or_else(|_| {
            let message = format!("the writer of {} has stopped", self.directory.display());
            Err(StoreError::new(StoreErrorKind::Defect, message)
                .with_hint("this is a defect of Ironward: please report it"))
        })
    }
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
        self.ask(Command::Load).await.map(|loaded: Box<Loaded>| loaded.state)
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
        let loaded = self.ask(Command::Load).await?;
        Ok(loaded.applies().map(|record| record.apply.clone()).collect())
    }
}
