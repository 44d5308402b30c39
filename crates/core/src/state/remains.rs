//! What stays in the cloud beside what is managed.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::standing::record_at_mut;
use super::{InstanceId, Record, State};
use crate::model::path::Path;

/// What stays in the cloud and isn't managed: what a deletion left behind, or what was let go of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Remainder {
    /// The path that it had.
    pub path: Path,
    /// The type's registry name.
    #[serde(rename = "type")]
    pub type_name: String,
    /// The instance that left it, or that it is.
    pub instance: InstanceId,
    /// What the API called that.
    pub physical_id: String,
    /// What it is and until when, in words.
    pub what: String,
    /// Why it is there.
    pub because: RemainsBecause,
    /// The instances that it needs: the keys that open it, what it stands on. They aren't deleted.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub needs: BTreeSet<InstanceId>,
    /// The last record of what was let go of: it still has its name and its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<Box<Record>>,
}

/// Why something stays in the cloud that isn't managed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RemainsBecause {
    /// A deletion left it: a final snapshot, a backup, a key that is pending deletion.
    Deleted,
    /// It was let go of.
    LetGo,
}

impl Remainder {
    /// What letting go of a recorded instance leaves.
    #[must_use]
    pub fn let_go(record: &Record) -> Self {
        Self {
            path: record.path.clone(),
            type_name: record.type_name.clone(),
            instance: record.instance.clone(),
            physical_id: record.physical_id.clone(),
            what: format!("{} {} stays, unmanaged", record.type_name, record.physical_id),
            because: RemainsBecause::LetGo,
            needs: record.ground().cloned().collect(),
            record: Some(Box::new(record.clone())),
        }
    }

    /// Whether it was let go of, and not left by a deletion.
    pub(crate) fn is_let_go(&self) -> bool {
        self.because == RemainsBecause::LetGo
    }

    /// Whether it was let go of and is what is recorded, as another instance. What another provider has is
    /// something else, also where both call it the same.
    pub(crate) fn is(&self, record: &Record) -> bool {
        self.is_let_go()
            && self.physical_id == record.physical_id
            && self.type_name == record.type_name
            && self.record.as_ref().is_none_or(|last| last.provider == record.provider)
    }

    /// Records what stood on any of `gone` as standing on `instance`.
    fn stand_on(&mut self, gone: &dyn Fn(&InstanceId) -> bool, instance: &InstanceId) {
        for needs in self.grounds_mut() {
            stand_on(needs, gone, instance);
        }
    }

    /// Records what stood on any of `gone`, which may come back, as standing on `instance` too.
    fn stand_on_too(&mut self, gone: &dyn Fn(&InstanceId) -> bool, instance: &InstanceId) {
        for needs in self.grounds_mut() {
            if needs.iter().any(gone) {
                needs.insert(instance.clone());
            }
        }
    }

    /// What it stands on.
    pub(super) fn ground(&self) -> impl Iterator<Item = &InstanceId> {
        let said = self.record.as_deref().map(|record| record.dependencies.iter().chain(&record.opened_by));
        self.needs.iter().chain(said.into_iter().flatten())
    }

    /// The same, wherever it is said.
    fn grounds_mut(&mut self) -> impl Iterator<Item = &mut BTreeSet<InstanceId>> {
        let record = self.record.as_deref_mut();
        let said = record.map(|record| [&mut record.dependencies, &mut record.opened_by]);
        std::iter::once(&mut self.needs).chain(said.into_iter().flatten())
    }
}

pub(super) fn stand_on(
    needs: &mut BTreeSet<InstanceId>,
    gone: &dyn Fn(&InstanceId) -> bool,
    instance: &InstanceId,
) {
    let before = needs.len();
    needs.retain(|needed| !gone(needed));
    if needs.len() < before {
        needs.insert(instance.clone());
    }
}

impl State {
    /// Forgets that something was let go of that was deleted after all.
    pub(super) fn give_up(&mut self, instance: &InstanceId) {
        if self.remains.get(instance).is_some_and(Remainder::is_let_go) {
            self.remains.remove(instance);
        }
    }

    /// Lets what is left stand on what it stands on by now: while that was written down, something of it may have
    /// been made again, or taken over, as another instance.
    pub(super) fn keep_up(&self, remainder: &mut Remainder) {
        let Some(now) = self.record_at(&remainder.path, &remainder.instance) else { return };
        if let Some(last) = &mut remainder.record {
            last.dependencies.clone_from(&now.dependencies);
            last.opened_by.clone_from(&now.opened_by);
            remainder.needs = last.ground().cloned().collect();
        } else if remainder.needs.iter().any(|needed| !now.opened_by.contains(needed)) {
            remainder.needs.extend(now.opened_by.iter().cloned());
        }
    }

    /// Records what stays and stood on any of `gone` as standing on `instance` too, except where that was let
    /// go of and is there. Nothing says whether the cloud calls both the same: what is gone may have been of
    /// another type than what stands at its path by now, and be made again there after that.
    pub(super) fn remains_stand_on(&mut self, gone: &BTreeSet<InstanceId>, instance: &InstanceId) {
        self.know_standing();
        let gone: BTreeSet<InstanceId> =
            gone.iter().filter(|needed| !self.remains.contains_key(*needed)).cloned().collect();
        for left in self.standing.remains_on(&gone) {
            if let Some(remainder) = self.remains.get_mut(&left) {
                remainder.stand_on_too(&|needed| gone.contains(needed), instance);
                self.standing.leave(remainder);
            }
        }
    }

    /// Whatever an instance was to leave, it is there; and what was let go of is managed again, under
    /// another instance: what stays and stands on it stands on that, and until it is as declared it stands
    /// itself on what it stood on, where it was taken over and not made.
    pub(super) fn welcome(&mut self, record: &mut Record, adopts: bool) {
        if self.remains.is_empty() {
            return;
        }
        self.know_standing();
        let mut back = self.standing.remains_called(&record.physical_id);
        back.retain(|left| self.remains.get(left).is_some_and(|left| left.is(record)));
        back.insert(record.instance.clone());
        let gone: Vec<Remainder> = back.iter().filter_map(|left| self.remains.remove(left)).collect();
        if gone.is_empty() {
            return;
        }
        let former: BTreeSet<InstanceId> = gone.iter().map(|remainder| remainder.instance.clone()).collect();
        // What was about to be let go of and wasn't after all has a record that knows it.
        let again = |left: &Remainder| adopts && left.is_let_go() && left.instance != record.instance;
        for left in gone.into_iter().filter(again).collect::<Vec<_>>() {
            match left.record {
                Some(last) => {
                    record.dependencies.extend(last.dependencies);
                    record.opened_by.extend(last.opened_by);
                }
                None => record.dependencies.extend(left.needs),
            }
        }
        let was = |needed: &InstanceId| former.contains(needed);
        for left in self.standing.remains_on(&former) {
            if let Some(remainder) = self.remains.get_mut(&left) {
                remainder.stand_on(&was, &record.instance);
                self.standing.leave(remainder);
            }
        }
        for (path, other) in self.standing.records_on(&former) {
            if let Some(other) = record_at_mut(&mut self.resources, &mut self.deposed, &path, &other) {
                stand_on(&mut other.dependencies, &was, &record.instance);
                stand_on(&mut other.opened_by, &was, &record.instance);
                self.standing.add(other);
            }
        }
    }

    /// Whether what stands, or stood last, at a path came there from one of `formers`.
    #[must_use]
    pub fn arrived_from(&self, path: &Path, formers: &[Path]) -> bool {
        let here = self.resources.get(path).and_then(|record| record.former.as_ref());
        here.into_iter().chain(self.arrived.get(path)).any(|former| formers.contains(former))
    }
}
