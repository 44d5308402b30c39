//! The thread that writes: it owns the files, takes everything that is queued, and answers once
//! it is durable.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use ironward_core::state::{Entry, State};
use ironward_core::store::StoreError;
use tokio::sync::oneshot;

use super::disk::{failed, private, replace};
use super::open::{Files, Opened};
use crate::anchor::Head;
use crate::codec::history::{self, Record};
use crate::codec::load::{Follower, Loaded};
use crate::codec::snapshot::{self, Snapshot};
use crate::codec::vault::{Mark, Point, Vault};
use crate::codec::{Damage, journal};

pub(crate) type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

/// An entry to be written.
pub(crate) struct Queued {
    /// Its JSON.
    pub(crate) json: String,
    /// The entry itself, where an apply begins or ends with it.
    pub(crate) mark: Option<Entry>,
    /// Told the head to anchor, in that case.
    pub(crate) reply: Reply<Option<Head>>,
}

/// What the thread is asked.
pub(crate) enum Command {
    /// To make an entry durable.
    Append(Queued),
    /// To put a snapshot in the place of snapshot and journal.
    Compact(Box<State>, Reply<()>),
    /// To read everything back.
    Load(Reply<Box<Loaded>>),
}

/// Most appends that share one write.
const BATCH: usize = 512;

/// The state of the files.
pub(crate) struct Writer {
    files: Files,
    vault: Arc<Vault>,
    journal: File,
    history: File,
    origin: Point,
    /// Where the chain of operations stands on disk.
    head: Point,
    /// Where the chain of applies stands on disk.
    mark: Mark,
    follower: Follower,
    /// The serial of the snapshot on disk.
    snapshot: u64,
    /// What is on disk, while nothing was written since it was read.
    loaded: Option<Box<Loaded>>,
    /// Why nothing can be written any more.
    broken: Option<String>,
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
        let running = loaded.state.running.clone().zip(loaded.began);
        let mut writer = Self {
            follower: Follower { running, applies: loaded.state.applies },
            origin: loaded.origin,
            head: loaded.head,
            mark: loaded.history.as_ref().map_or(loaded.history_base, history::History::head),
            snapshot: loaded.base.serial,
            loaded: None,
            broken: None,
            files,
            vault,
            journal,
            history,
        };
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
        self.mark
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
                Err(error) => self.broken = Some(error.to_string()),
            }
        }
        let mut heads = heads.into_iter();
        for queued in batch {
            let answer = self.usable().map(|()| heads.next().flatten());
            let _ = queued.reply.send(answer);
        }
    }

    fn usable(&self) -> Result<(), StoreError> {
        match &self.broken {
            None => Ok(()),
            Some(reason) => Err(StoreError::new(reason.clone())
                .with_hint("nothing that came after is recorded; mend the cause and run again")),
        }
    }

    /// One write and one fsync for all entries, and another for the applies that they conclude. After
    /// a failure nothing is written any more: what is on disk then is for the next run to find out.
    fn write(&mut self, batch: &[Queued]) -> Result<Vec<Option<Head>>, StoreError> {
        self.loaded = None;
        let mut text =
            String::with_capacity(batch.iter().map(|queued| queued.json.len() * 3 / 2 + 160).sum());
        let (mut concluded, mut points) = (Vec::new(), Vec::new());
        for queued in batch {
            let (line, point) = journal::line(&self.vault, &self.head, &queued.json)?;
            if let Some(entry) = &queued.mark {
                let record = self.follower.follow(entry, self.head, point).map_err(out_of_order)?;
                concluded.extend(record);
            }
            points.push(queued.mark.is_some().then_some(point));
            text.push_str(&line);
            self.head = point;
        }
        write(&mut self.journal, &self.files.journal(), &text)?;
        self.conclude(&concluded)?;
        let head = |point: Point| Head::of(&self.vault, &point, &self.mark);
        Ok(points.into_iter().map(|point| point.map(head)).collect())
    }

    fn conclude(&mut self, records: &[Record]) -> Result<(), StoreError> {
        if records.is_empty() {
            return Ok(());
        }
        let mut text = String::new();
        let mut mark = self.mark;
        for record in records {
            let (line, next) = history::line(&self.vault, &mark, record)?;
            text.push_str(&line);
            mark = next;
        }
        write(&mut self.history, &self.files.history(), &text)?;
        self.mark = mark;
        Ok(())
    }

    fn compact(&mut self, state: &State) -> Result<(), StoreError> {
        self.usable()?;
        if state.lineage != *self.vault.lineage() || state.serial != self.head.serial {
            return Err(StoreError::new(format!(
                "the state in {} has serial {}, and a snapshot of serial {} was to take its place",
                self.files.directory().display(),
                self.head.serial,
                state.serial
            ))
            .with_hint("this is a defect of Ironward: please report it; the state is as it was"));
        }
        if self.snapshot == self.head.serial {
            return Ok(());
        }
        let snapshot = Snapshot {
            origin: self.origin,
            head: self.head.digest,
            began: self.follower.running.as_ref().map(|(_, from)| *from),
            history: self.mark,
            state: state.clone(),
        };
        replace(&self.files.snapshot(), &snapshot::write(&self.vault, &snapshot)?)?;
        self.snapshot = self.head.serial;
        // The old journal still fits the new snapshot, so it may take its time to go.
        let header = journal::header(&self.vault, &self.head);
        match replace(&self.files.journal(), header.as_bytes()) {
            Ok(file) => self.journal = file,
            Err(error) => {
                self.broken = Some(error.to_string());
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
        let loaded = self.files.load(&self.vault)?.ok_or_else(|| {
            let directory = self.files.directory().display();
            StoreError::new(format!("the state in {directory} was removed while in use"))
                .with_hint("put it back before you go on")
        })?;
        Ok(Box::new(loaded))
    }
}

fn write(file: &mut File, path: &Path, text: &str) -> Result<(), StoreError> {
    file.write_all(text.as_bytes()).map_err(failed("write", path))?;
    file.sync_data().map_err(failed("write", path))
}

fn out_of_order(damage: Damage) -> StoreError {
    StoreError::new(damage.what).with_hint("this is a defect of Ironward: please report it")
}
