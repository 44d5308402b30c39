//! What the engine remembers of a stack between runs.

pub mod edit;
pub mod history;
pub mod store;

mod deed;
mod ground;
mod remains;
mod sharing;
mod standing;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::model::consent::DataValue;
use crate::model::document::Document;
use crate::model::path::Path;
use crate::model::program::Source;
use crate::model::schema::{ReplaceOrder, Schema};
use crate::state::history::{Begun, Ended, Verdict};

pub use crate::model::identity::{InstanceId, Lineage};
pub use deed::{Counts, Deed};
pub(crate) use ground::{Ground, Grounds};
pub use remains::{Remainder, RemainsBecause};
pub use sharing::Sharing;
use standing::Standing;

/// How far a recorded resource got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// As declared when it was last applied.
    Ready,
    /// It exists; configuring it wasn't finished.
    Incomplete,
    /// It exists and ended in a state from which it can't recover: it will be replaced.
    Broken,
}

/// One recorded resource.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Its identity in the program.
    pub path: Path,
    /// Its type's registry name.
    #[serde(rename = "type")]
    pub type_name: String,
    /// The version of the type's state.
    pub schema_version: u32,
    /// Its identity in the cloud's tags.
    pub instance: InstanceId,
    /// Counts the instances of this path.
    pub generation: u64,
    /// What the API calls it.
    pub physical_id: String,
    /// How far it got.
    pub status: Status,
    /// The properties as last applied.
    pub properties: Document,
    /// The attributes as last read.
    pub attributes: Document,
    /// The instances that it was built on.
    pub dependencies: BTreeSet<InstanceId>,
    /// Whether plans must not delete or replace it.
    pub protect: bool,
    /// Whether it stays in the cloud when it leaves the program.
    pub retain: bool,
    /// The order of its replacement, where it isn't the type's own.
    pub replace_order: Option<ReplaceOrder>,
    /// The provider's alias, where it isn't the stack's own.
    pub provider: Option<String>,
    /// Where the program declared it.
    pub source: Source,
    /// The keys that what it holds was ever encrypted under, as instances.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub opened_by: BTreeSet<InstanceId>,
    /// The path that it had before it moved to this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub former: Option<Path>,
    /// How this stack stands to it, where other stacks may use it too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sharing: Option<Sharing>,
}

/// A resource that is recorded at another path from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Move {
    /// Which.
    pub instance: InstanceId,
    /// Where to.
    pub to: Path,
}

impl Record {
    /// The properties in the shape of `schema`'s version.
    pub(crate) fn upgraded(&self, schema: &Schema) -> Result<Cow<'_, Document>, String> {
        if self.schema_version == schema.version {
            return Ok(Cow::Borrowed(&self.properties));
        }
        (schema.upgrade)(self.schema_version, self.properties.clone())
            .map(Cow::Owned)
            .map_err(|error| format!("its recorded state can't be upgraded: {error}"))
    }

    /// What has to stay for as long as it is there: the instances that it was built on, and the keys that
    /// what it holds was ever encrypted under, though it may have let go of them since. Of what others use as
    /// well these are the keys alone: whatever else its declaration refers to may go.
    pub(crate) fn ground(&self) -> impl Iterator<Item = &InstanceId> {
        let built_on = self.dependencies.iter().filter(|_| self.sharing.is_none());
        built_on.filter(|needed| !self.opened_by.contains(needed)).chain(&self.opened_by)
    }

    /// This record after an attempt to make it `attempted` whose outcome isn't known: the
    /// resource may hold what was attempted as well as what was there before.
    pub(crate) fn unsettled(self, attempted: &Self) -> Self {
        let mut properties = attempted.properties.clone();
        for (name, json) in self.properties.iter() {
            properties.set(name, json.clone());
        }
        let dependencies = self.dependencies.union(&attempted.dependencies).cloned().collect();
        let opened_by = self.opened_by.union(&attempted.opened_by).cloned().collect();
        let status = if attempted.status == Status::Broken { Status::Broken } else { Status::Incomplete };
        let (retain, protect) = (self.retain || attempted.retain, self.protect || attempted.protect);
        Self { properties, dependencies, opened_by, status, retain, protect, ..self }
    }
}

/// The state of a stack.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct State {
    /// The format's version.
    pub format: u32,
    /// The state's identity.
    pub lineage: Lineage,
    /// Grows with every recorded change.
    pub serial: u64,
    /// The program that this state belongs to; empty until the first apply.
    pub program: String,
    /// Living resources by path.
    pub resources: BTreeMap<Path, Record>,
    /// Instances that were replaced and are still to be deleted.
    pub deposed: BTreeMap<InstanceId, Record>,
    /// The last generation of every path that ever was.
    pub generations: BTreeMap<Path, u64>,
    /// Operations that began and didn't end, by instance.
    pub pending: BTreeMap<InstanceId, Pending>,
    /// The program's exported values after the last apply.
    pub outputs: BTreeMap<String, Json>,
    /// How many seconds it takes here to create one, by type, where that is far from the type's
    /// typical time.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub durations: BTreeMap<String, u32>,
    /// How many applies there were.
    #[serde(default)]
    pub applies: u64,
    /// The apply that began and didn't end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub running: Option<Box<Begun>>,
    /// What stays in the cloud and isn't managed, by the instance that left it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub remains: BTreeMap<InstanceId, Remainder>,
    /// The path that what stands, or stood last, at a path had before, where it moved there or was made by
    /// a program that says so: nothing moves there from that one again.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub arrived: BTreeMap<Path, Path>,
    /// What the data is worth; nothing until an apply records it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<DataValue>,
    #[serde(skip)]
    standing: Standing,
}

/// An operation that began.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Pending {
    /// What it does.
    pub action: JournalAction,
    /// The resource as it shall be.
    pub record: Record,
}

/// What a journalled operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum JournalAction {
    /// Brings an instance into being.
    Create,
    /// Changes it in place.
    Update,
    /// Takes it down.
    Delete,
    /// Takes over what exists already; nothing is called under this intent.
    Adopt,
}

impl fmt::Display for JournalAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Create => "creation",
            Self::Update => "update",
            Self::Delete => "deletion",
            Self::Adopt => "adoption",
        })
    }
}

/// One entry of the journal. The state is the fold of all entries over the last snapshot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Entry {
    /// A program took the state over.
    Program {
        /// Its name.
        name: String,
    },
    /// An operation is about to call the cloud.
    Begin {
        /// What it does.
        action: JournalAction,
        /// The resource as it shall be; its physical id is empty before a creation.
        record: Box<Record>,
    },
    /// A creation learned its physical id.
    Checkpoint {
        /// Whose.
        instance: InstanceId,
        /// The id.
        physical_id: String,
    },
    /// An operation ended and the instance is as recorded here. Another instance that lived at
    /// its path is deposed: it is still to be deleted. Where none lives there any more, what was
    /// built on those before stands on this one.
    Done {
        /// The resource.
        record: Box<Record>,
    },
    /// An instance is gone.
    Deleted {
        /// Which.
        instance: InstanceId,
    },
    /// An operation ended without effect.
    Abandoned {
        /// Whose.
        instance: InstanceId,
    },
    /// An instance is no longer managed and stays in the cloud.
    Forgotten {
        /// Which.
        instance: InstanceId,
    },
    /// Something stays in the cloud, or will once the deletion that is begun is done.
    Remains {
        /// What.
        remainder: Box<Remainder>,
    },
    /// What stayed is gone, or isn't to be remembered any more.
    Cleared {
        /// The instance that had left it.
        instance: InstanceId,
    },
    /// A resource moved to another path, and what it had replaced with it.
    Renamed {
        /// Which.
        instance: InstanceId,
        /// Where to.
        to: Path,
    },
    /// Resources moved to other paths, and what they had replaced with them, all at once: what one
    /// leaves, another may come to.
    Moved {
        /// Which, and where to.
        moves: Vec<Move>,
    },
    /// A person put another version of the state in its place; the serial goes on counting.
    Pushed {
        /// That version.
        state: Box<State>,
    },
    /// What creations took, in seconds, by type.
    Learned {
        /// The new estimates.
        durations: BTreeMap<String, u32>,
    },
    /// The exported values.
    Outputs {
        /// By name.
        outputs: BTreeMap<String, Json>,
    },
    /// An apply begins. One that was under way before it never ended.
    ApplyBegan {
        /// Which.
        apply: Box<Begun>,
    },
    /// An apply ended.
    ApplyEnded {
        /// How.
        end: Ended,
    },
}

impl State {
    /// The current format.
    pub const FORMAT: u32 = 3;

    /// Checks that this version knows the format in which a state was written; what an earlier one
    /// wrote is a part of today's.
    ///
    /// # Errors
    /// The state's format, where this version doesn't know it.
    pub fn readable(self) -> Result<Self, u32> {
        if matches!(self.format, 1 | Self::FORMAT) { Ok(self) } else { Err(self.format) }
    }

    /// Whether an earlier version wrote it: then it is written anew before anything is added, so that
    /// no earlier version goes on from what it can't understand.
    #[must_use]
    pub fn is_of_earlier_format(&self) -> bool {
        self.format < Self::FORMAT
    }

    /// A state without resources.
    #[must_use]
    pub fn new(lineage: Lineage) -> Self {
        Self {
            format: Self::FORMAT,
            lineage,
            serial: 0,
            program: String::new(),
            resources: BTreeMap::new(),
            deposed: BTreeMap::new(),
            generations: BTreeMap::new(),
            pending: BTreeMap::new(),
            outputs: BTreeMap::new(),
            durations: BTreeMap::new(),
            applies: 0,
            running: None,
            remains: BTreeMap::new(),
            arrived: BTreeMap::new(),
            data: None,
            standing: Standing::default(),
        }
    }

    /// Folds one entry in.
    pub fn apply(&mut self, entry: Entry) {
        self.serial += 1;
        match entry {
            Entry::Program { name } => self.program = name,
            Entry::Begin { action, record } => {
                let last = self.generations.entry(record.path.clone()).or_default();
                *last = (*last).max(record.generation);
                self.pending.insert(record.instance.clone(), Pending { action, record: *record });
            }
            Entry::Checkpoint { instance, physical_id } => {
                if let Some(pending) = self.pending.get_mut(&instance) {
                    pending.record.physical_id = physical_id;
                }
            }
            Entry::Done { mut record } => {
                let begun = self.pending.remove(&record.instance);
                let adopts = begun.is_some_and(|pending| pending.action == JournalAction::Adopt);
                self.welcome(&mut record, adopts);
                // A key may have been taken over as another instance while this was worked on.
                if let Some(now) = self.record_at(&record.path, &record.instance) {
                    record.opened_by.extend(now.opened_by.iter().cloned());
                }
                self.standing.add(&record);
                if let Some(deposed) = self.deposed.get_mut(&record.instance) {
                    *deposed = *record;
                } else {
                    let (path, instance) = (record.path.clone(), record.instance.clone());
                    self.arrived.extend(record.former.clone().map(|former| (path.clone(), former)));
                    // Whether it stays is up to the declaration that replaced it; one of another type doesn't
                    // say that it goes.
                    let (retain, type_name) = (record.retain, record.type_name.clone());
                    match self.resources.insert(path.clone(), *record) {
                        Some(mut before) if before.instance != instance => {
                            before.retain = retain || (before.retain && before.type_name != type_name);
                            self.deposed.insert(before.instance.clone(), before);
                        }
                        Some(_) => {}
                        None => self.hand_over(&path),
                    }
                }
            }
            Entry::Deleted { instance } => {
                self.give_up(&instance);
                self.leave(&instance, true);
            }
            Entry::Forgotten { instance } => self.leave(&instance, false),
            Entry::Abandoned { instance } => {
                self.pending.remove(&instance);
            }
            Entry::Remains { mut remainder } => {
                self.keep_up(&mut remainder);
                self.standing.leave(&remainder);
                self.remains.insert(remainder.instance.clone(), *remainder);
            }
            Entry::Cleared { instance } => {
                self.remains.remove(&instance);
            }
            Entry::Renamed { instance, to } => self.move_all(vec![Move { instance, to }]),
            Entry::Moved { moves } => self.move_all(moves),
            Entry::Outputs { outputs } => self.outputs = outputs,
            Entry::Learned { durations } => self.durations.extend(durations),
            // The count of the applies and the one that runs are the journal's, not the text's.
            Entry::Pushed { state } => {
                *self = Self {
                    serial: self.serial,
                    applies: self.applies,
                    running: self.running.take(),
                    ..*state
                };
            }
            Entry::ApplyBegan { apply } => {
                self.applies = apply.number;
                self.data = apply.data.or(self.data);
                self.running = Some(apply);
            }
            Entry::ApplyEnded { end } => {
                self.running = None;
                // What is to be made again after its deletion is there by now.
                if end.verdict == Verdict::Succeeded {
                    self.arrived.retain(|path, _| self.resources.contains_key(path));
                }
            }
        }
    }

    /// Records resources at other paths. What they had replaced goes with them: it may still be in
    /// the way of what replaces them next.
    fn move_all(&mut self, moves: Vec<Move>) {
        self.standing.clear();
        let wanted: BTreeMap<InstanceId, Path> =
            moves.into_iter().map(|Move { instance, to }| (instance, to)).collect();
        let moved = self.resources.extract_if(.., |_, record| wanted.contains_key(&record.instance));
        let moved: Vec<Record> = moved.map(|(_, record)| record).collect();
        for record in &moved {
            self.arrived.remove(&record.path);
        }
        let mut paths: BTreeMap<Path, Path> = BTreeMap::new();
        for mut record in moved {
            let Some(to) = wanted.get(&record.instance).cloned() else { continue };
            let from = std::mem::replace(&mut record.path, to.clone());
            let last = self.generations.entry(to.clone()).or_default();
            *last = (*last).max(record.generation);
            record.former = Some(from.clone());
            self.arrived.insert(to.clone(), from.clone());
            paths.insert(from, to.clone());
            self.resources.insert(to, record);
        }
        for deposed in self.deposed.values_mut() {
            if let Some(to) = paths.get(&deposed.path) {
                deposed.path = to.clone();
            }
        }
    }

    /// The record of an instance that lives at a path, or lived there.
    pub(crate) fn record_at(&self, path: &Path, instance: &InstanceId) -> Option<&Record> {
        let living = self.resources.get(path).filter(|record| record.instance == *instance);
        living.or_else(|| self.deposed.get(instance))
    }

    /// The living record of an instance; linear in their number.
    #[must_use]
    pub fn record(&self, instance: &InstanceId) -> Option<&Record> {
        self.resources.values().find(|record| record.instance == *instance)
    }

    /// The generation that a new instance of `path` gets.
    #[must_use]
    pub fn next_generation(&self, path: &Path) -> u64 {
        self.generations.get(path).copied().unwrap_or(0) + 1
    }

    /// Every instance that exists in the cloud as far as is known: living and deposed.
    pub fn instances(&self) -> impl Iterator<Item = &Record> {
        self.resources.values().chain(self.deposed.values())
    }

    /// The rules that a state keeps, as a list of those that it breaks.
    #[must_use]
    pub fn violations(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut seen = BTreeSet::new();
        for record in self.instances() {
            if !seen.insert(&record.instance) {
                found.push(format!("instance {} is recorded twice", record.instance));
            }
            if record.physical_id.is_empty() {
                found.push(format!("`{}` has no physical id", record.path));
            }
        }
        for (path, record) in &self.resources {
            if record.path != *path {
                found.push(format!("`{path}` holds the record of `{}`", record.path));
            }
            if self.generations.get(path).copied().unwrap_or(0) < record.generation {
                found.push(format!("`{path}` is of a generation that was never begun"));
            }
        }
        found
    }
}
