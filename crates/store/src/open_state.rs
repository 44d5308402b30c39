//! An opened state, wherever it is kept.

use async_trait::async_trait;
use ironward_core::store::{StateStore, StoreError};

use crate::codec::vault::Vault;
use crate::keyring::Protection;
use crate::migration::Packed;
use crate::verify::Proof;

/// A state that is opened, and the lock on it.
#[async_trait]
pub trait OpenState: StateStore {
    /// Where it is, for messages: a directory, or an address such as `s3://states/fhir`.
    fn place(&self) -> String;

    /// The state's keys, for what is sealed beside it, such as saved plans.
    fn vault(&self) -> &Vault;

    /// What it proves, as far as possible as it was found, before anything was repaired or anchored.
    ///
    /// # Errors
    /// [`StoreError`] with the first thing that doesn't hold.
    async fn proof(&self) -> Result<Proof, StoreError>;

    /// What was found and done when this was opened, a sentence each, for the user to know.
    fn notes(&self) -> Vec<String>;

    /// Whether the state was begun when this was opened.
    fn begun(&self) -> bool;

    /// Whether it was unencrypted, of an earlier version, and was upgraded when this was opened. No, by
    /// default.
    fn upgraded(&self) -> bool {
        false
    }

    /// The cloud that the state's resources are in, in the words that [`bind`](Self::bind) was given;
    /// nothing where it wasn't bound yet.
    ///
    /// # Errors
    /// [`StoreError`] when it can't be read.
    async fn cloud(&self) -> Result<Option<String>, StoreError>;

    /// Says which cloud the state's resources are in.
    ///
    /// # Errors
    /// [`StoreError`] when it can't be written.
    async fn bind(&self, cloud: &str) -> Result<(), StoreError>;

    /// Packs the state to be moved; `protection` is what it was opened with. Nothing of it changes.
    ///
    /// # Errors
    /// [`StoreError`] when the last run was interrupted and isn't settled, or what is there isn't what
    /// was written.
    async fn pack(&self, protection: &Protection) -> Result<Packed, StoreError>;

    /// Says that the state is at `place` now: nobody opens it here any more.
    ///
    /// # Errors
    /// [`StoreError`] when that can't be written.
    async fn mark_moved(&self, place: &str) -> Result<(), StoreError>;

    /// Frees the lock, once everything is written. Without it the lock is freed when the process
    /// ends or, where it is a lease, when that runs out.
    ///
    /// # Errors
    /// [`StoreError`] when the lock can't be freed.
    async fn close(&self) -> Result<(), StoreError>;
}
