//! What instances are seen to stand on, beside what is recorded.

use std::collections::{BTreeMap, BTreeSet};

use super::InstanceId;

/// What one instance is seen to stand on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Ground {
    /// What can't go while it is as it is.
    pub(crate) on: BTreeSet<InstanceId>,
    /// The keys that what it holds is under.
    pub(crate) under: BTreeSet<InstanceId>,
}

/// What each instance is seen to stand on, as far as that is anything.
pub(crate) type Grounds = BTreeMap<InstanceId, Ground>;
