//! The tags by which whoever looks at something in the cloud knows whose it is.

use std::collections::BTreeMap;

use crate::document::Document;
use crate::state::{InstanceId, Lineage};

/// The tag that names the state which owns something.
pub const LINEAGE_TAG: &str = "ironward:lineage";
/// The tag that names the instance which it is.
pub const INSTANCE_TAG: &str = "ironward:instance";
/// What the tag begins with by which a stack says that it uses what is another's; the lineage of its state
/// follows.
pub const USER_TAG: &str = "ironward:used-by:";

/// What an operation writes onto what it changes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mark {
    /// That the stack owns it.
    #[default]
    Owner,
    /// That the stack uses it, beside what says whose it is.
    User,
    /// Nothing: the stack has nothing to do with it any more.
    Nobody,
}

impl Mark {
    /// The tags of this mark.
    pub(super) fn tags(self, lineage: &Lineage, instance: &InstanceId) -> BTreeMap<String, String> {
        let instance = instance.as_str().to_owned();
        match self {
            Self::Owner => BTreeMap::from([
                (LINEAGE_TAG.to_owned(), lineage.as_str().to_owned()),
                (INSTANCE_TAG.to_owned(), instance),
            ]),
            Self::User => BTreeMap::from([(user_tag(lineage), instance)]),
            Self::Nobody => BTreeMap::new(),
        }
    }
}

/// The tag by which the stack of this state says that it uses something.
pub(crate) fn user_tag(lineage: &Lineage) -> String {
    format!("{USER_TAG}{}", lineage.as_str())
}

/// Whether a tag is a mark, and none of a declaration.
pub(super) fn is_mark(key: &str) -> bool {
    key == LINEAGE_TAG || key == INSTANCE_TAG || key.starts_with(USER_TAG)
}

/// The declared tags of a property document: its `Tags`, a list of `{Key, Value}`.
#[must_use]
pub fn declared_tags(properties: &Document) -> BTreeMap<String, String> {
    properties
        .list::<Document>("Tags")
        .unwrap_or_default()
        .iter()
        .filter_map(|tag| Some((tag.get("Key").ok()?, tag.get("Value").ok()?)))
        .collect()
}
