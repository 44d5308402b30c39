//! Who stands on what, so that nobody has to be asked who doesn't.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::{InstanceId, Record, Remainder, State};
use crate::model::path::Path;
use crate::state::Grounds;

/// The records and the remainders by what they stand on. It is made of these when it is first asked for, kept up
/// from then on, and may name some that don't stand there any more.
#[derive(Debug, Clone, Default)]
pub(super) struct Standing(Option<Ground>);

#[derive(Debug, Clone, Default)]
struct Ground {
    records: BTreeMap<InstanceId, BTreeSet<(Path, InstanceId)>>,
    remains: BTreeMap<InstanceId, BTreeSet<InstanceId>>,
    /// The remainders by what the API called what left them.
    called: BTreeMap<String, BTreeSet<InstanceId>>,
}

/// It says nothing that the records don't say.
impl PartialEq for Standing {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

impl Standing {
    /// Forgets all: the records have other paths now.
    pub(super) fn clear(&mut self) {
        self.0 = None;
    }

    /// Makes it, where it isn't there.
    pub(super) fn know<'a>(
        &mut self,
        records: impl Iterator<Item = &'a Record>,
        remains: impl Iterator<Item = &'a Remainder>,
    ) {
        if self.0.is_some() {
            return;
        }
        let mut ground = Ground::default();
        records.for_each(|record| ground.add(record));
        remains.for_each(|remainder| ground.leave(remainder));
        self.0 = Some(ground);
    }

    pub(super) fn add(&mut self, record: &Record) {
        if let Some(ground) = &mut self.0 {
            ground.add(record);
        }
    }

    pub(super) fn remove(&mut self, record: &Record) {
        let Some(ground) = &mut self.0 else { return };
        for needed in record.dependencies.iter().chain(&record.opened_by) {
            if let Some(standing) = ground.records.get_mut(needed) {
                standing.remove(&(record.path.clone(), record.instance.clone()));
                if standing.is_empty() {
                    ground.records.remove(needed);
                }
            }
        }
    }

    pub(super) fn leave(&mut self, remainder: &Remainder) {
        if let Some(ground) = &mut self.0 {
            ground.leave(remainder);
        }
    }

    /// Whether anything may stand on an instance.
    pub(super) fn bears(&self, instance: &InstanceId) -> bool {
        self.0.as_ref().is_some_and(|ground| {
            ground.records.contains_key(instance) || ground.remains.contains_key(instance)
        })
    }

    /// The records that may stand on any of `gone`.
    pub(super) fn records_on(&self, gone: &BTreeSet<InstanceId>) -> BTreeSet<(Path, InstanceId)> {
        let standing = self.0.iter().flat_map(|ground| gone.iter().filter_map(|it| ground.records.get(it)));
        standing.flatten().cloned().collect()
    }

    /// The remainders of what the API called so.
    pub(super) fn remains_called(&self, physical_id: &str) -> BTreeSet<InstanceId> {
        let called = self.0.as_ref().and_then(|ground| ground.called.get(physical_id));
        called.cloned().unwrap_or_default()
    }

    /// The remainders that may stand on any of `gone`, by what left them.
    pub(super) fn remains_on(&self, gone: &BTreeSet<InstanceId>) -> BTreeSet<InstanceId> {
        let standing = self.0.iter().flat_map(|ground| gone.iter().filter_map(|it| ground.remains.get(it)));
        standing.flatten().cloned().collect()
    }
}

impl Ground {
    fn add(&mut self, record: &Record) {
        for needed in record.dependencies.iter().chain(&record.opened_by) {
            let standing = self.records.entry(needed.clone()).or_default();
            standing.insert((record.path.clone(), record.instance.clone()));
        }
    }

    fn leave(&mut self, remainder: &Remainder) {
        let called = self.called.entry(remainder.physical_id.clone()).or_default();
        called.insert(remainder.instance.clone());
        for needed in remainder.ground() {
            self.remains.entry(needed.clone()).or_default().insert(remainder.instance.clone());
        }
    }
}

/// The record of an instance that lives at a path, or lived there.
pub(super) fn record_at_mut<'s>(
    resources: &'s mut BTreeMap<Path, Record>,
    deposed: &'s mut BTreeMap<InstanceId, Record>,
    path: &Path,
    instance: &InstanceId,
) -> Option<&'s mut Record> {
    let living = resources.get_mut(path).filter(|record| record.instance == *instance);
    living.or_else(|| deposed.get_mut(instance))
}

impl State {
    pub(super) fn know_standing(&mut self) {
        let records = self.resources.values().chain(self.deposed.values());
        self.standing.know(records, self.remains.values());
    }

    /// Takes an instance off the record, which is gone or was let go of.
    pub(super) fn leave(&mut self, instance: &InstanceId, gone: bool) {
        let begun = self.pending.remove(instance).map(|pending| pending.record.path);
        if let Some(deposed) = self.deposed.remove(instance) {
            self.standing.remove(&deposed);
            return;
        }
        let lives_at = |path: &Path| self.resources.get(path).is_some_and(|r| r.instance == *instance);
        // Nearly always the intent tells where it lives, and nothing has to be searched.
        let path = begun.filter(lives_at).or_else(|| Some(self.record(instance)?.path.clone()));
        if let Some(record) = path.and_then(|path| self.resources.remove(&path)) {
            self.standing.remove(&record);
            if gone {
                self.mourn(&record);
            }
        }
    }

    /// What was built on a resource that moved and is gone keeps the memory of it also as that of an
    /// instance of the path where it was last: [`Self::hand_over`] knows what comes back to either path.
    fn mourn(&mut self, gone: &Record) {
        if gone.instance == InstanceId::derive(&self.lineage, &gone.path, gone.generation) {
            return;
        }
        let generation = self.next_generation(&gone.path);
        let remembered = InstanceId::derive(&self.lineage, &gone.path, generation);
        self.generations.insert(gone.path.clone(), generation);
        let gone = BTreeSet::from([gone.instance.clone()]);
        self.know_standing();
        self.stand_on_too(&gone, &remembered);
        self.remains_stand_on(&gone, &remembered);
    }

    /// What was built on instances of `path` that are gone stands on the one that lives there now:
    /// where the cloud calls both the same, nothing else of it changes. What was let go of isn't gone.
    pub(super) fn hand_over(&mut self, path: &Path) {
        let Some(living) = self.resources.get(path) else { return };
        let instance = living.instance.clone();
        if self.next_generation(path) == 2 {
            return;
        }
        self.know_standing();
        let generations = 1..self.next_generation(path);
        let mut gone: BTreeSet<InstanceId> = generations
            .map(|generation| InstanceId::derive(&self.lineage, path, generation))
            .filter(|gone| *gone != instance && self.standing.bears(gone))
            .collect();
        if gone.is_empty() {
            return;
        }
        for record in self.instances() {
            gone.remove(&record.instance);
        }
        gone.retain(|gone| !self.remains.contains_key(gone));
        self.stand_on_too(&gone, &instance);
        self.remains_stand_on(&gone, &instance);
    }

    /// The state with what its instances are seen to stand on.
    pub(crate) fn grounded(&self, grounds: &Grounds) -> Cow<'_, Self> {
        let grown = self.grown(grounds);
        let mut state = Cow::Borrowed(self);
        if !grown.is_empty() {
            let state = state.to_mut();
            state.standing.clear();
            for record in grown {
                let there =
                    record_at_mut(&mut state.resources, &mut state.deposed, &record.path, &record.instance);
                if let Some(there) = there {
                    *there = record;
                }
            }
        }
        state
    }

    /// The records of instances that are seen to stand on more than is recorded, with that.
    pub(crate) fn grown(&self, grounds: &Grounds) -> Vec<Record> {
        let grown = |record: &Record| {
            let ground = grounds.get(&record.instance)?;
            let known =
                ground.on.is_subset(&record.dependencies) && ground.under.is_subset(&record.opened_by);
            (!known).then(|| {
                let mut record = record.clone();
                record.dependencies.extend(ground.on.iter().cloned());
                record.opened_by.extend(ground.under.iter().cloned());
                record
            })
        };
        if grounds.is_empty() { Vec::new() } else { self.instances().filter_map(grown).collect() }
    }

    /// What lives where instances lived that are gone, by these.
    pub(crate) fn heirs(&self) -> BTreeMap<InstanceId, &InstanceId> {
        let replaced = self.generations.iter().filter(|(_, generations)| **generations > 1);
        let living =
            replaced.filter_map(|(path, last)| Some((path, *last, &self.resources.get(path)?.instance)));
        let earlier = living.flat_map(|(path, last, living)| {
            (1..=last).map(move |generation| (InstanceId::derive(&self.lineage, path, generation), living))
        });
        let mut heirs: BTreeMap<InstanceId, &InstanceId> = earlier.collect();
        for record in self.instances() {
            heirs.remove(&record.instance);
        }
        heirs
    }

    /// Records what was built on any of `gone`, which may come back, as built on `instance` too: whether the cloud
    /// calls both the same nobody knows before it is looked at again.
    fn stand_on_too(&mut self, gone: &BTreeSet<InstanceId>, instance: &InstanceId) {
        for (path, standing) in self.standing.records_on(gone) {
            let record = record_at_mut(&mut self.resources, &mut self.deposed, &path, &standing);
            if let Some(record) = record.filter(|record| !record.dependencies.is_disjoint(gone)) {
                record.dependencies.insert(instance.clone());
                self.standing.add(record);
            }
        }
    }
}
