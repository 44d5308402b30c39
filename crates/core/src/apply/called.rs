//! What the API calls what is recorded, found without a search.

use std::collections::{BTreeSet, HashMap};

use crate::model::path::Path;
use crate::state::{Entry, InstanceId, Record, State};

/// Every recorded instance, by what the API calls it and by itself.
#[derive(Debug, Default)]
pub(super) struct Called {
    by_id: HashMap<String, BTreeSet<InstanceId>>,
    of: HashMap<InstanceId, (String, Path)>,
}

impl Called {
    pub(super) fn new(state: &State) -> Self {
        let mut called = Self::default();
        for record in state.instances() {
            called.insert(record);
        }
        called
    }

    fn insert(&mut self, record: &Record) {
        self.remove(&record.instance);
        let (id, instance) = (record.physical_id.clone(), record.instance.clone());
        self.by_id.entry(id.clone()).or_default().insert(instance.clone());
        self.of.insert(instance, (id, record.path.clone()));
    }

    fn remove(&mut self, instance: &InstanceId) {
        let Some((id, _)) = self.of.remove(instance) else { return };
        if let Some(others) = self.by_id.get_mut(&id) {
            others.remove(instance);
            if others.is_empty() {
                self.by_id.remove(&id);
            }
        }
    }

    /// Takes in what an entry changes.
    pub(super) fn learn(&mut self, entry: &Entry) {
        match entry {
            Entry::Done { record } => self.insert(record),
            Entry::Deleted { instance } | Entry::Forgotten { instance } => self.remove(instance),
            Entry::Moved { moves } => {
                for moved in moves {
                    if let Some((_, path)) = self.of.get_mut(&moved.instance) {
                        *path = moved.to.clone();
                    }
                }
            }
            _ => {}
        }
    }

    /// The instances that the API calls this.
    pub(super) fn instances(&self, physical_id: &str) -> impl Iterator<Item = &InstanceId> {
        self.by_id.get(physical_id).into_iter().flatten()
    }

    /// Where an instance stands.
    pub(super) fn path(&self, instance: &InstanceId) -> Option<&Path> {
        self.of.get(instance).map(|(_, path)| path)
    }
}
