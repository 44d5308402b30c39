//! The thread that writes: it owns the files, takes everything that is queued, and answers once
//! it is durable.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::mpsc::Receiver;

use ironward_core::state::State;
use ironward_core::store::{StoreError, StoreErrorKind};

use super::disk::{failed, private, replace};
use super::open::{Files, Opened};
use crate::anchor::Head;
use crate::chains::{BATCH, Chains, Queued, Reply, usable};
use crate::codec::history::{self, Record};
use crate::codec::journal;
use crate::codec::load::Loaded;
use crate::codec::snapshot;
use crate::codec::vault::Mark;

/// What the thread is asked.
pub(crate) enum Command {
    /// To make an entry durable.
    Append(Queued),
    /// To put a snapshot in the place of snapshot and journal.
    Compact(Box<State>, Reply<()>),
    /// To read everything back.
    Load(Reply<Box<Loaded>>),
}

/// The state of the files.
pub(crate) struct Writer {
    files: Files,
    chains: Chains,
    journal: File,
    history: File,
    /// What is on disk, while nothing was written since it was read.
    loaded: Option<Box<Loaded>>,
    /// Why nothing can be written any more.
    broken: Option<StoreError>,
}

/// Opens a file of lines to append to: what is torn is cut off, and one is begun where there is none.
fn lines(path: &Path, found: Option<(u64, u64, bool)>, header: &str) -> Result<File, StoreError> {
    let Some((length, torn, unterminated)) = found else { return replace(path, header.as_bytes()) };
    let mut file = private().append(true).open(path).map_err(failed("open", path))?;
    if torn > 0 {
        file.set_len(length).map_err(failed("write", path))?;
    }
    if unterminated {
        file.write_all(b"\n").map_err(failed("write", path))?;
    }
    if torn > 0 || unterminated {
        file.sync_all().map_err(failed("write", path))?;
    }
    Ok(file)
}

impl Writer {
    /// Takes the files of a directory over, and catches the history up with the journal.
    pub(crate) fn new(opened: Opened) -> Result<Self, StoreError> {
        let Opened { files, vault, mut loaded, .. } = opened;
        let found = loaded.journal.as_ref().map(|found| (found.length, found.torn, found.unterminated));
        let journal = lines(&files.journal(), found, &journal::header(&vault, &loaded.head))?;
        let found = loaded.history.as_ref().map(|found| (found.length, found.torn, found.unterminated));
        let first = history::header(&vault, loaded.history_base.apply);
        let history = lines(&files.history(), found, &first)?;
        let chains = Chains::of(vault, &loaded);
        let mut writer = Self { files, chains, journal, history, loaded: None, broken: None };
        let missing = std::mem::take(&mut loaded.missing);
        if missing.is_empty() {
            writer.loaded = Some(Box::new(loaded));
        } else {
            writer.conclude(&missing)?;
        }
        Ok(writer)
    }

    /// Where the chain of applies stands.
    pub(crate) fn mark(&self) -> Mark {
        self.chains.mark()
    }

    /// Serves commands until nobody can send any more.
    pub(crate) fn run(mut self, commands: &Receiver<Command>) {
        let mut next = commands.recv().ok();
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
                    self.append(batch);
                }
                Command::Compact(state, reply) => {
                    let result = self.compact(&state);
                    // Whoever stopped waiting has no use for the answer.
                    let _ = reply.send(result);
                }
                Command::Load(reply) => {
                    let _ = reply.send(self.load());
                }
            }
            if next.is_none() {
                next = commands.recv().ok();
            }
        }
    }

    fn append(&mut self, batch: Vec<Queued>) {
        let mut heads = Vec::new();
        if self.broken.is_none() {
            match self.write(&batch) {
                Ok(written) => heads = written,
                Err(error) => self.broken = Some(error),
            }
        }
        let mut heads = heads.into_iter();
        for queued in batch {
            let answer = usable(self.broken.as_ref()).map(|()| heads.next().flatten());
            let _ = queued.reply.send(answer);
        }
    }

    /// One write and one fsync for all entries, and another for the applies that they conclude. After
    /// a failure nothing is written any more: what is on disk then is for the next run to find out.
    fn write(&mut self, batch: &[Queued]) -> Result<Vec<Option<Head>>, StoreError> {
        self.loaded = None;
        let batch = self.chains.extend(batch)?;
        write(&mut self.journal, &self.files.journal(), &batch.text)?;
        self.conclude(&batch.concluded)?;
        Ok(self.chains.heads(&batch))
    }

    fn conclude(&mut self, records: &[Record]) -> Result<(), StoreError> {
        if records.is_empty() {
            return Ok(());
        }
        let lines: Result<String, StoreError> =
            records.iter().map(|record| self.chains.conclude(record)).collect();
        write(&mut self.history, &self.files.history(), &lines?)
    }

    fn compact(&mut self, state: &State) -> Result<(), StoreError> {
        usable(self.broken.as_ref())?;
        let place = self.files.directory().display().to_string();
        let Some(snapshot) = self.chains.snapshot(state, &place)? else { return Ok(()) };
        replace(&self.files.snapshot(), &snapshot::write(self.chains.vault(), &snapshot)?)?;
        self.chains.compacted();
        // The old journal still fits the new snapshot, so it may take its time to go.
        let header = journal::header(self.chains.vault(), &self.chains.head());
        match replace(&self.files.journal(), header.as_bytes()) {
            Ok(file) => self.journal = file,
            Err(error) => {
                self.broken = Some(error.clone());
                return Err(error);
            }
        }
        self.loaded = None;
        Ok(())
    }

    fn load(&mut self) -> Result<Box<Loaded>, StoreError> {
        if let Some(loaded) = self.loaded.take() {
            return Ok(loaded);
        }
        let loaded = self.files.load(self.chains.vault())?.ok_or_else(|| {
            let directory = self.files.directory().display();
            let message = format!("the state in {directory} was removed while in use");
            StoreError::new(StoreErrorKind::Corrupt, message).with_hint("put it back before you go on")
        })?;
        Ok(Box::new(loaded))
    }
}

fn write(file: &mut File, path: &Path, text: &str) -> Result<(), StoreError> {
    file.write_all(text.as_bytes()).map_err(failed("write", path))?;
    file.sync_data().map_err(failed("write", path))
}
