//! What a state looks like at rest: lines and files, sealed and chained. No disk here: a backend
//! stores these bytes where it likes, and the local one stores them as files.
//!
//! | module | holds |
//! |---|---|
//! | [`vault`] | sealing and digests under the keys of one state |
//! | [`keys`] | the data key, and how `key.json` wraps it |
//! | [`sealed`] | a file that is one sealed document: a snapshot or a saved plan |
//! | [`journal`] | the operations since the snapshot, a line each |
//! | [`history`] | the applies, a line each |
//! | [`snapshot`] | the state, and where both chains stood |
//! | [`load`] | all of these read together and held against each other |
//! | [`format1`] | what versions before encryption wrote |
//!
//! # The chains
//! Every line's digest is HMAC-SHA256(chain key, previous digest ‖ number ‖ body), the number as
//! eight bytes, least significant first, and the body as it is stored. Operations and applies are
//! a chain each, with a key each. A snapshot carries the heads of both, so they go on over
//! compactions; an apply carries the points of the chain of operations at which it began and
//! ended. Encryption and chain keys follow from the data key by HKDF-SHA256 with labels of their
//! own. Without encryption the chain's keys follow from the lineage, which is no secret: then the
//! chain shows damage, and what was anchored, but anybody who can write the files can make
//! another.
//!
//! # The seal
//! XChaCha20-Poly1305 with a random nonce; associated data are lineage, kind and number, so that
//! no record opens in another place, at another number, or in another state.

use ironward_core::store::{StoreError, StoreErrorKind};

pub mod format1;
pub mod history;
pub mod journal;
pub mod keys;
pub mod load;
pub mod sealed;
pub mod snapshot;
pub mod vault;

pub(crate) mod text;

/// The version of files and lines.
pub const FORMAT: u32 = 2;

/// Bytes that aren't what was written, or not what was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct Damage {
    /// The line, where the file has several.
    pub line: Option<usize>,
    /// What is wrong.
    pub what: String,
    /// What to do next, where it isn't to restore a good copy.
    pub hint: Option<&'static str>,
    /// What it is to whoever reads the state: [`Corrupt`](StoreErrorKind::Corrupt),
    /// [`Newer`](StoreErrorKind::Newer) or [`Misfit`](StoreErrorKind::Misfit).
    pub kind: StoreErrorKind,
}

impl Damage {
    /// Damage of a file as a whole.
    pub fn new(what: impl Into<String>) -> Self {
        Self { line: None, what: what.into(), hint: None, kind: StoreErrorKind::Corrupt }
    }

    /// A file that is another state's, or of another time.
    pub fn foreign(what: impl Into<String>) -> Self {
        Self { kind: StoreErrorKind::Misfit, ..Self::new(what) }
    }

    /// The same damage, in a line.
    #[must_use]
    pub fn at(mut self, line: usize) -> Self {
        self.line = Some(line);
        self
    }

    /// The same damage, with what to do next.
    #[must_use]
    pub fn with_hint(mut self, hint: &'static str) -> Self {
        self.hint = Some(hint);
        self
    }

    /// The error of whoever reads it at `place`, to which a hint is added.
    pub(crate) fn at_place(&self, place: &str) -> StoreError {
        let line = self.line.map(|line| format!(":{line}")).unwrap_or_default();
        StoreError::new(self.kind.clone(), format!("{place}{line}: {}", self.what)).with_source(self.clone())
    }

    /// A format that this version doesn't know; what it knows is another for files and for what is in them.
    #[must_use]
    pub fn newer(format: u64, known: u32) -> Self {
        let what =
            format!("this state has format {format}, and this version of Ironward knows format {known}");
        // No version wrote a lower one in this place.
        let kind = if format > u64::from(known) { StoreErrorKind::Newer } else { StoreErrorKind::Corrupt };
        Self { kind, ..Self::new(what) }
            .with_hint("use the version of Ironward that wrote it, or a newer one")
    }
}
