//! What stays in the cloud beside what is managed.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{InstanceId, Record};
use crate::path::Path;

/// What stays in the cloud and isn't managed: what a deletion left behind, or what was let go of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
            needs: record.dependencies.union(&record.opened_by).cloned().collect(),
        }
    }
}
