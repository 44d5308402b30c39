//! What is done to a resource, and counts of that.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What is done to a resource, or was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Deed {
    /// Nothing.
    Noop,
    /// It is made.
    Create,
    /// It is changed in place.
    Update,
    /// It is taken over.
    Adopt,
    /// It is another's, and used as it is.
    Share,
    /// Another takes its place.
    Replace,
    /// Its deletion is taken back.
    Restore,
    /// It is taken down.
    Delete,
    /// It stays and is no longer managed.
    Forget,
}

impl Deed {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Noop => "noop",
            Self::Create => "create",
            Self::Update => "update",
            Self::Adopt => "adopt",
            Self::Share => "share",
            Self::Replace => "replace",
            Self::Restore => "restore",
            Self::Delete => "delete",
            Self::Forget => "forget",
        }
    }
}

impl fmt::Display for Deed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// A count of what a plan does, or what an apply did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Counts {
    /// Made.
    pub created: usize,
    /// Changed in place.
    pub updated: usize,
    /// Replaced.
    pub replaced: usize,
    /// Taken down.
    pub deleted: usize,
    /// Left as they are.
    pub unchanged: usize,
    /// Failed.
    pub failed: usize,
    /// Existed already and were taken over.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub adopted: usize,
    /// Are another stack's and used as they are, from now on.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub shared: usize,
    /// Made by a run that failed, and taken down again.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub rolled_back: usize,
    /// Stay in the cloud and are no longer managed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub forgotten: usize,
    /// Their deletion was taken back.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub restored: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

impl Counts {
    /// Whether nothing changed and nothing failed.
    #[must_use]
    pub fn is_unchanged(&self) -> bool {
        let made = self.created + self.adopted + self.shared + self.rolled_back + self.restored;
        made + self.updated + self.replaced + self.deleted + self.forgotten + self.failed == 0
    }

    /// Counts one more of what was done.
    pub(crate) fn add(&mut self, deed: Deed) {
        let count = match deed {
            Deed::Noop => &mut self.unchanged,
            Deed::Create => &mut self.created,
            Deed::Update => &mut self.updated,
            Deed::Adopt => &mut self.adopted,
            Deed::Share => &mut self.shared,
            Deed::Replace => &mut self.replaced,
            Deed::Restore => &mut self.restored,
            Deed::Delete => &mut self.deleted,
            Deed::Forget => &mut self.forgotten,
        };
        *count += 1;
    }
}
