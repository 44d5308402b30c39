//! Plans: what an apply would do, as data.

pub mod diff;
pub mod names;
pub mod needs;
pub mod planner;
pub mod sharing;

pub(crate) mod adopt;
pub(crate) mod cascade;
pub(crate) mod claims;
pub(crate) mod graph;
pub(crate) mod ground;
pub(crate) mod literals;
pub(crate) mod named;
pub(crate) mod schedule;
pub(crate) mod values;

mod problem;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::cloud::provider::{NotInForce, Place};
use crate::model::consent::{Consent, DataValue, Lost};
use crate::model::document::{Document, Node};
use crate::model::identity::hex;
use crate::model::path::Path;
use crate::model::program::{Remark, Source};
use crate::model::schema::ReplaceOrder;
use crate::plan::diff::PropertyDiff;
use crate::state::{Counts, Deed, InstanceId, Lineage};

pub use problem::{PlanError, Remedy};

/// What an apply would do. Two plans are the same when their JSON is.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Plan {
    /// The format's version.
    pub format: u32,
    /// The program's name.
    pub program: String,
    /// The profile that its stack was opened with.
    pub profile: String,
    /// Whether this takes everything down.
    pub destroys: bool,
    /// The state that it was made from.
    pub lineage: Lineage,
    /// That state's serial.
    pub serial: u64,
    /// Where resources are made unless they name another provider.
    pub place: Place,
    /// One entry for every resource of program and state, each after what it needs.
    pub changes: Vec<ResourceChange>,
    /// What the lookups found.
    pub lookups: BTreeMap<Path, Document>,
    /// The exported values, as far as they are known.
    pub outputs: BTreeMap<String, Node>,
    /// Choices that the evidence must show.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<Remark>,
    /// What runs above what is declared.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub outgrown: Vec<Outgrown>,
    /// What the data of the stack is worth.
    pub data: DataValue,
    /// What it loses, each with the consent to it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub losses: Vec<Lost>,
    /// The consents that were given with the command.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub consents: Vec<Consent>,
    /// Consents that have nothing to consent to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub idle_consents: Vec<Consent>,
}

/// A property that the service raised above what is declared: nothing is to be done about what runs, but a
/// new one would be made as declared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Outgrown {
    /// The resource.
    pub path: Path,
    /// The property.
    pub property: String,
    /// What is declared.
    pub declared: String,
    /// What runs.
    pub runs: String,
    /// Where the program declares it.
    pub source: Source,
}

/// What an apply would do to one resource.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ResourceChange {
    /// The resource.
    pub path: Path,
    /// Its type's registry name.
    #[serde(rename = "type")]
    pub type_name: String,
    /// What happens to it.
    pub action: Action,
    /// Why, where it isn't plain.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
    /// The instance that it is, or becomes.
    pub instance: InstanceId,
    /// That instance's generation.
    pub generation: u64,
    /// The instance that goes, in a replacement or deletion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replaces: Option<InstanceId>,
    /// What the API calls it, where it exists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub physical_id: Option<String>,
    /// The differences that the action makes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub diffs: Vec<PropertyDiff>,
    /// What was changed outside.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub drift: Vec<PropertyDiff>,
    /// What was set and isn't in force yet. It is no part of what a saved plan promises.
    #[serde(skip)]
    pub not_in_force: Vec<NotInForce>,
    /// Whether it vanished outside.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub vanished: bool,
    /// How many properties are declared.
    pub declared: usize,
    /// How many of these the API reported.
    pub observed: usize,
    /// Whether it exists already and isn't managed yet: it is taken over first.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub adopted: bool,
    /// The path that it had before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<Path>,
    /// The instances that have what it needs for itself, a name or a range: they go, or let go, first.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub waits_for: BTreeSet<InstanceId>,
    /// Why the instance that it replaces stays in the cloud, unmanaged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spares: Option<String>,
    /// The instance that takes along what goes here, when it goes itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub goes_with: Option<InstanceId>,
    /// The provider's alias, where it isn't the stack's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// Where the program declares it.
    pub source: Source,
}

/// What happens to a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Action {
    /// Nothing.
    Noop,
    /// It is made.
    Create,
    /// It is changed in place.
    Update {
        /// The aspects that change.
        aspects: BTreeSet<&'static str>,
    },
    /// What exists already is taken over, and changed in place where it differs.
    Adopt {
        /// The aspects that change.
        aspects: BTreeSet<&'static str>,
    },
    /// What another stack has is used, as it is.
    Share,
    /// Another instance takes its place.
    Replace {
        /// Which of the two steps comes first.
        order: ReplaceOrder,
    },
    /// Its deletion, which is pending, is taken back, and it is changed in place where it differs.
    Restore {
        /// The aspects that change.
        aspects: BTreeSet<&'static str>,
    },
    /// It is taken down.
    Delete,
    /// It stays in the cloud and is no longer managed.
    Forget,
}

impl Action {
    /// What is done, without how.
    #[must_use]
    pub fn deed(&self) -> Deed {
        match self {
            Self::Noop => Deed::Noop,
            Self::Create => Deed::Create,
            Self::Update { .. } => Deed::Update,
            Self::Adopt { .. } => Deed::Adopt,
            Self::Share => Deed::Share,
            Self::Replace { .. } => Deed::Replace,
            Self::Restore { .. } => Deed::Restore,
            Self::Delete => Deed::Delete,
            Self::Forget => Deed::Forget,
        }
    }

    /// The word for it.
    #[must_use]
    pub fn word(&self) -> &'static str {
        self.deed().word()
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl Plan {
    /// The current format.
    pub const FORMAT: u32 = 1;

    /// What the plan would do, counted.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for change in &self.changes {
            counts.add(change.action.deed());
        }
        counts
    }

    /// The SHA-256 of the plan's canonical JSON (no spaces, members sorted by name), as 64
    /// hexadecimal digits; nothing where it has no JSON form.
    #[must_use]
    pub fn hash(&self) -> Option<String> {
        // `Value` keeps the members of its objects sorted.
        let json = serde_json::to_value(self).ok()?;
        Some(hex(&Sha256::digest(json.to_string().as_bytes())))
    }

    /// Whether it would change nothing, neither in the cloud nor in what is recorded of it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.counts().is_unchanged() && self.changes.iter().all(|change| change.renamed_from.is_none())
    }

    /// Whether anything was changed or removed outside.
    #[must_use]
    pub fn has_drift(&self) -> bool {
        self.changes.iter().any(ResourceChange::has_drift)
    }

    /// The change of the resource at `path`.
    #[must_use]
    pub fn change(&self, path: &str) -> Option<&ResourceChange> {
        self.changes.iter().find(|change| change.path.as_str() == path)
    }
}

impl ResourceChange {
    /// Whether it was changed or removed outside, or is about to go.
    #[must_use]
    pub fn has_drift(&self) -> bool {
        self.vanished || !self.drift.is_empty() || matches!(self.action, Action::Restore { .. })
    }
}
