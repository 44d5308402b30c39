//! Whose something is that was looked for.

use std::collections::BTreeMap;

use super::owner_and_place;
use super::{INSTANCE_TAG, LINEAGE_TAG, Operation};

/// What a lookup of an instance found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Nothing.
    Nothing,
    /// The instance itself, by its owner tags, its token or its hash in the name.
    Ours {
        /// What the API calls it.
        physical_id: String,
    },
    /// Something of that natural key that carries no sign of an owner.
    Unmarked {
        /// What the API calls it.
        physical_id: String,
    },
    /// Another instance of the same state.
    Sibling {
        /// What the API calls it.
        physical_id: String,
        /// Which, as its tags say.
        instance: String,
    },
    /// Something that belongs to someone else; the text says to whom.
    Foreign {
        /// What the API calls it.
        physical_id: String,
        /// The owner in words.
        owner: String,
    },
}

impl Found {
    /// Judges what has this name but no tags: a name that carries the instance's hash is ours.
    #[must_use]
    pub fn by_name(operation: &Operation<'_>, name: &str) -> Self {
        let physical_id = name.to_owned();
        if name.ends_with(operation.instance.short()) {
            Self::Ours { physical_id }
        } else {
            Self::Unmarked { physical_id }
        }
    }

    /// Judges what carries these tags.
    #[must_use]
    pub fn by_tags(operation: &Operation<'_>, physical_id: &str, tags: &BTreeMap<String, String>) -> Self {
        let physical_id = physical_id.to_owned();
        if operation.owns(tags) {
            Self::Ours { physical_id }
        } else if tags.get(LINEAGE_TAG).is_some_and(|lineage| lineage == operation.lineage.as_str()) {
            let instance = tags.get(INSTANCE_TAG).map_or("unknown", String::as_str);
            Self::Sibling { physical_id, instance: instance.to_owned() }
        } else if let Some(owner) = owner_and_place(tags) {
            Self::Foreign { physical_id, owner }
        } else {
            Self::Unmarked { physical_id }
        }
    }
}
