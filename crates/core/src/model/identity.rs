//! What a state and an instance are called, whatever the cloud calls them.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::model::path::Path;

/// The identity of a stack's state, made once at random and never changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Lineage(String);

impl Lineage {
    /// A lineage from 16 random bytes.
    #[must_use]
    pub fn from_random(bytes: [u8; 16]) -> Self {
        Self(hex(&bytes))
    }

    /// A lineage from its 32 hexadecimal digits, in lower case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let plain = text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        plain.then(|| Self(text.to_owned()))
    }

    /// The lineage as 32 hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The identity of one generation of one resource: 16 hexadecimal digits that follow from the
/// lineage, the path and the generation, so that a run that was killed finds its own traces.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct InstanceId(String);

impl InstanceId {
    /// The instance of `path` in `generation`.
    #[must_use]
    pub fn derive(lineage: &Lineage, path: &Path, generation: u64) -> Self {
        let digest = Sha256::digest(format!("{}\n{path}\n{generation}", lineage.as_str()).as_bytes());
        Self(hex(&digest[..8]))
    }

    /// The instance that is written like this, be it one or not.
    pub(crate) fn written(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part that goes into physical names: eight digits.
    #[must_use]
    pub fn short(&self) -> &str {
        self.0.get(..8).unwrap_or(&self.0)
    }

    /// The idempotency token of `purpose`: 32 hexadecimal digits, the same in every process.
    #[must_use]
    pub fn token(&self, purpose: &str) -> String {
        hex(&Sha256::digest(format!("{}\n{purpose}", self.0).as_bytes())[..16])
    }
}

impl fmt::Display for InstanceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for InstanceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
