//! How a state is opened, wherever it is kept.

use std::sync::Arc;

use ironward_core::state::Lineage;
use ironward_core::store::StoreError;

use crate::anchor::Anchor;
use crate::codec::vault::random;
use crate::keyring::Protection;

/// How a state is opened.
#[derive(Clone)]
#[must_use]
pub struct Options {
    pub(crate) holder: String,
    pub(crate) protection: Protection,
    pub(crate) anchor: Option<Arc<dyn Anchor>>,
    pub(crate) lineage: Option<[u8; 16]>,
}

impl Options {
    /// Options for a process that others see as `holder` while it holds the lock, such as
    /// `fhir up`, and the key that protects the state. Nothing is anchored.
    pub fn new(holder: &str, protection: Protection) -> Self {
        Self { holder: holder.to_owned(), protection, anchor: None, lineage: None }
    }

    /// Holds the state against an anchor, and moves that along.
    pub fn with_anchor(mut self, anchor: Arc<dyn Anchor>) -> Self {
        self.anchor = Some(anchor);
        self
    }

    /// Where there is no state yet, begins one of the lineage of these bytes rather than of random
    /// ones.
    pub fn with_lineage(mut self, bytes: [u8; 16]) -> Self {
        self.lineage = Some(bytes);
        self
    }

    /// The lineage of a state that is begun.
    pub(crate) fn new_lineage(&self) -> Result<Lineage, StoreError> {
        Ok(Lineage::from_random(match self.lineage {
            Some(bytes) => bytes,
            None => random()?,
        }))
    }
}
