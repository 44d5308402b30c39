//! An opened state, wherever it is kept.

use async_trait::async_trait;
use ironward_core::store::{StateStore, StoreError};

use crate::codec::vault::Vault;
use crate::verify::Proof;

/// A state that is opened, and the lock on it.
#[async_trait]
pub trait Kept: StateStore {
    /// Where it is, for messages: a directory, or an address such as `s3://states/fhir`.
    fn place(&self) -> String;

    /// The state's keys, for what is sealed beside it, such as saved plans.
    fn vault(&self) -> &Vault;

    /// What it proved as it was found, before anything was repaired or anchored; nothing where it
    /// didn't fit its anchor and was accepted.
    fn found(&self) -> Option<&Proof>;

    /// How many bytes of torn last lines were dropped when this was opened: a process was killed while
    /// it wrote them, before anybody was told that they count.
    fn dropped(&self) -> u64;

    /// Whether the state was unencrypted, of an earlier version, and was upgraded when this was
    /// opened.
    fn upgraded(&self) -> bool;

    /// Whether the state was begun when this was opened.
    fn begun(&self) -> bool;

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

    /// Frees the lock, once everything is written. Without it the lock is freed when the process
    /// ends or, where it is a lease, when that runs out.
    ///
    /// # Errors
    /// [`StoreError`] when the lock can't be freed.
    async fn close(&self) -> Result<(), StoreError>;
}
