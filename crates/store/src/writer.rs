//! The thread that writes: it owns the files, takes everything that is queued, and answers once
//! it is durable.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Receiver;

use ironward_core::state::{Lineage, State};
use ironward_core::store::StoreError;
use tokio::sync::oneshot;

use crate::disk::{failed, private, replace};
use crate::{journal, snapshot};

pub(crate) type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

/// What the thread is asked.
pub(crate) enum Command {
    /// To make an entry durable, given as JSON.
    Append(String, Reply<()>),
    /// To put a snapshot in the place of snapshot and journal.
    Compact(Box<State>, Reply<()>),
    /// To read the state back.
    Load(Reply<State>),
}

/// Most appends that share one write.
const BATCH: usize = 512;

/// The state of the files.
pub(crate) struct Writer {
    dir: PathBuf,
    lineage: Lineage,
    journal: File,
    /// The number of the last entry on disk.
    serial: u64,
    /// The serial of the snapshot on disk.
    snapshot: u64,
    /// The state on disk, while nothing was written since it was read.
    loaded: Option<State>,
    /// Why nothing can be written any more.
    broken: Option<String>,
}

pub(crate) fn snapshot_path(dir: &Path) -> PathBuf {
    dir.join("state.json")
}

pub(crate) fn journal_path(dir: &Path) -> PathBuf {
    dir.join("journal.jsonl")
}

/// What reading the files found.
pub(crate) struct Found {
    pub(crate) state: State,
    /// The serial of the snapshot.
    pub(crate) snapshot: u64,
    /// The journal's whole lines, in bytes, and whether the last lacks its end; nothing where
    /// there is no journal yet.
    pub(crate) journal: Option<(u64, bool)>,
    /// Bytes of a torn last line.
    pub(crate) torn: u64,
}

/// Reads the state of a directory; nothing where there is none.
pub(crate) fn read(dir: &Path) -> Result<Option<Found>, StoreError> {
    let (state_file, journal_file) = (snapshot_path(dir), journal_path(dir));
    let lines = crate::disk::read(&journal_file)?;
    let Some(bytes) = crate::disk::read(&state_file)? else {
        return match lines {
            None => Ok(None),
            Some(_) => Err(crate::disk::corrupt(
                &state_file,
                None,
                "the snapshot is missing, and its journal is here",
            )),
        };
    };
    let mut state = snapshot::read(&state_file, &bytes)?;
    let base = state.serial;
    let Some(bytes) = lines else {
        return Ok(Some(Found { state, snapshot: base, journal: None, torn: 0 }));
    };
    let journal = journal::read(&journal_file, &bytes, &state.lineage)?;
    let last = journal.after + journal.entries.len() as u64;
    // The journal may be older than the snapshot by one compaction that was interrupted between
    // the two, and then it ends where the snapshot stands.
    if journal.after > base || last < base {
        let what = format!(
            "the journal holds what came between serial {} and {last}, and the snapshot has serial {base}: \
             they don't belong together",
            journal.after
        );
        return Err(crate::disk::corrupt(&journal_file, Some(1), &what));
    }
    let known = usize::try_from(base - journal.after).unwrap_or(usize::MAX);
    for entry in journal.entries.into_iter().skip(known) {
        state.apply(entry);
    }
    if let [first, ..] = state.violations().as_slice() {
        let what = format!("the state that the journal leads to contradicts itself: {first}");
        return Err(crate::disk::corrupt(&journal_file, None, &what));
    }
    let journal_part = Some((journal.length, journal.unterminated));
    Ok(Some(Found { state, snapshot: base, journal: journal_part, torn: journal.torn }))
}

impl Writer {
    /// Takes the files of a directory over: what is torn is cut off, and a journal is begun where
    /// there is none.
    pub(crate) fn new(dir: &Path, found: Found) -> Result<Self, StoreError> {
        let path = journal_path(dir);
        let Found { state, snapshot, journal, torn } = found;
        let file = match journal {
            None => replace(&path, journal::header(&state.lineage, state.serial).as_bytes())?,
            Some((length, unterminated)) => {
                let mut file = private().append(true).open(&path).map_err(failed("open", &path))?;
                if torn > 0 {
                    file.set_len(length).map_err(failed("write", &path))?;
                }
                if unterminated {
                    file.write_all(b"\n").map_err(failed("write", &path))?;
                }
                if torn > 0 || unterminated {
                    file.sync_all().map_err(failed("write", &path))?;
                }
                file
            }
        };
        Ok(Self {
            dir: dir.to_owned(),
            lineage: state.lineage.clone(),
            journal: file,
            serial: state.serial,
            snapshot,
            loaded: Some(state),
            broken: None,
        })
    }

    /// Serves commands until nobody can send any more.
    pub(crate) fn run(mut self, commands: &Receiver<Command>) {
        let mut next = commands.recv().ok();
        while let Some(command) = next.take() {
            match command {
                Command::Append(entry, reply) => {
                    let mut batch = vec![(entry, reply)];
                    while batch.len() < BATCH {
                        match commands.try_recv() {
                            Ok(Command::Append(entry, reply)) => batch.push((entry, reply)),
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

    fn append(&mut self, batch: Vec<(String, Reply<()>)>) {
        let (entries, replies): (Vec<String>, Vec<Reply<()>>) = batch.into_iter().unzip();
        if self.broken.is_none()
            && let Err(error) = self.write(&entries)
        {
            self.broken = Some(error.to_string());
        }
        for reply in replies {
            let _ = reply.send(self.usable());
        }
    }

    fn usable(&self) -> Result<(), StoreError> {
        match &self.broken {
            None => Ok(()),
            Some(reason) => Err(StoreError::new(reason.clone())
                .with_hint("nothing that came after is recorded; mend the cause and run again")),
        }
    }

    /// One write and one fsync for all `entries`. After a failure nothing is written any more:
    /// what is on disk then is for the next run to find out.
    fn write(&mut self, entries: &[String]) -> Result<(), StoreError> {
        self.loaded = None;
        let path = journal_path(&self.dir);
        let mut text = String::with_capacity(entries.iter().map(|entry| entry.len() + 48).sum());
        let mut serial = self.serial;
        for entry in entries {
            serial += 1;
            text.push_str(&journal::line(&self.lineage, serial, entry));
        }
        self.journal.write_all(text.as_bytes()).map_err(failed("write", &path))?;
        self.journal.sync_data().map_err(failed("write", &path))?;
        self.serial = serial;
        Ok(())
    }

    fn compact(&mut self, state: &State) -> Result<(), StoreError> {
        self.usable()?;
        if state.lineage != self.lineage || state.serial != self.serial {
            return Err(StoreError::new(format!(
                "the state in {} has serial {}, and a snapshot of serial {} was to take its place",
                self.dir.display(),
                self.serial,
                state.serial
            ))
            .with_hint("this is a defect of Ironward: please report it; the state is as it was"));
        }
        if self.snapshot == self.serial {
            return Ok(());
        }
        replace(&snapshot_path(&self.dir), &snapshot::write(state)?)?;
        self.snapshot = self.serial;
        // The old journal still fits the new snapshot, so it may take its time to go.
        let fresh = replace(&journal_path(&self.dir), journal::header(&self.lineage, self.serial).as_bytes());
        match fresh {
            Ok(file) => self.journal = file,
            Err(error) => {
                self.broken = Some(error.to_string());
                return Err(error);
            }
        }
        self.loaded = None;
        Ok(())
    }

    fn load(&mut self) -> Result<State, StoreError> {
        if let Some(state) = self.loaded.take() {
            return Ok(state);
        }
        let found = read(&self.dir)?.ok_or_else(|| {
            StoreError::new(format!("the state in {} was removed while in use", self.dir.display()))
                .with_hint("put it back before you go on")
        })?;
        Ok(found.state)
    }
}
