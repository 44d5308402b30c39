//! What happens while a plan is made and applied, for whoever shows it.

use std::time::Duration;

use serde::Serialize;

use crate::model::path::Path;
use crate::state::{Counts, Deed};

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Event {
    /// The resources of the state are being read.
    Observing {
        /// How many.
        resources: usize,
    },
    /// They were read.
    Observed {
        /// How many coalesced reads it took.
        reads: usize,
    },
    /// An unfinished operation of an earlier run was settled.
    Recovered {
        /// The resource.
        path: Path,
        /// What was found and done.
        outcome: String,
    },
    /// An operation begins.
    Started {
        /// The resource.
        path: Path,
        /// Its type.
        #[serde(rename = "type")]
        type_name: String,
        /// What is done: `create`, `update`, `replace`, `delete`.
        action: Deed,
    },
    /// An operation waits.
    Waiting {
        /// The resource.
        path: Path,
        /// What for.
        reason: String,
    },
    /// An operation ended well.
    Finished {
        /// The resource.
        path: Path,
        /// What was done; `noop` where nothing turned out to differ.
        action: Deed,
        /// How long it took, in milliseconds.
        duration_ms: u64,
    },
    /// A deletion left something behind for its time.
    Remains {
        /// The resource.
        path: Path,
        /// What remains and until when.
        what: String,
    },
    /// An operation failed.
    Failed {
        /// The resource.
        path: Path,
        /// What was tried.
        action: Deed,
        /// What happened.
        message: String,
        /// Where the program declares it.
        source: String,
        /// The property that the service refuses, where its message tells.
        #[serde(skip_serializing_if = "Option::is_none")]
        property: Option<String>,
        /// What to do next.
        #[serde(skip_serializing_if = "Option::is_none")]
        hint: Option<String>,
        /// What the service calls the request that it refused.
        #[serde(skip_serializing_if = "Option::is_none")]
        request_id: Option<String>,
        /// S3's second id of that request.
        #[serde(skip_serializing_if = "Option::is_none")]
        extended_request_id: Option<String>,
    },
    /// An operation wasn't tried because one that it needs failed.
    Skipped {
        /// The resource.
        path: Path,
        /// What wasn't tried.
        action: Deed,
        /// Why.
        reason: String,
    },
    /// What a failed run made is about to be taken down.
    RollingBack {
        /// How many resources.
        resources: usize,
    },
    /// Something that a failed run made stays.
    Kept {
        /// The resource.
        path: Path,
        /// Why.
        reason: String,
    },
    /// Everything ended.
    Summary {
        /// What was done.
        #[serde(flatten)]
        counts: Counts,
        /// How long it took, in milliseconds.
        duration_ms: u64,
    },
}

impl Event {
    pub(crate) fn millis(duration: Duration) -> u64 {
        u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
    }
}

/// Who is told. Called from the engine's task; must not block for long.
pub trait Events: Send + Sync {
    /// Takes an event.
    fn emit(&self, event: Event);
}

/// Tells nobody.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Events for Silent {
    fn emit(&self, _event: Event) {}
}

impl<F: Fn(Event) + Send + Sync> Events for F {
    fn emit(&self, event: Event) {
        self(event);
    }
}
