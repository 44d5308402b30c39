//! Moving a state from one place to another, with its key and its chains: every line of its history
//! stays what it was, so that it proves there what it proved here.

use std::sync::Arc;

use ironward_core::store::{StateStore, StoreError, StoreErrorKind};

use crate::codec::history::History;
use crate::codec::keys::{DataKey, KeyDocument};
use crate::codec::load::Loaded;
use crate::codec::snapshot::Snapshot;
use crate::codec::vault::{Mark, Vault};
use crate::keyring::Protection;

/// A state that is packed to be moved.
pub struct Packed {
    /// The data key; nothing where the state isn't encrypted.
    key: Option<DataKey>,
    pub(crate) vault: Arc<Vault>,
    pub(crate) snapshot: Snapshot,
    /// The lines of the history, the oldest first.
    pub(crate) lines: Vec<Line>,
}

/// A line of the history, and where the chain stood before it.
pub(crate) struct Line {
    pub(crate) after: Mark,
    pub(crate) text: String,
}

impl Packed {
    /// Packs what was read after everything was folded into the snapshot; `lines` is the text of the
    /// history without its first line.
    pub(crate) fn of(
        key: Option<DataKey>,
        vault: Arc<Vault>,
        loaded: Loaded,
        lines: &str,
    ) -> Result<Self, StoreError> {
        let records = loaded.history.as_ref().map(|history| history.records.as_slice()).unwrap_or_default();
        let first = loaded.history.as_ref().map_or(loaded.history_base, |history| history.after);
        let heads =
            records.iter().map(|(record, digest)| Mark { apply: record.apply.begun.number, digest: *digest });
        let befores = std::iter::once(first).chain(heads);
        let lines: Vec<Line> = befores
            .zip(lines.split_inclusive('\n'))
            .map(|(after, text)| Line { after, text: text.to_owned() })
            .collect();
        if lines.len() != records.len() || !loaded.missing.is_empty() {
            let message = "the history of this state changed while it was packed";
            return Err(
                StoreError::new(StoreErrorKind::Contended, message).with_hint("nothing was moved; run again")
            );
        }
        let history = loaded.history.as_ref().map_or(loaded.history_base, History::head);
        let Loaded { state, origin, head, began, .. } = loaded;
        let snapshot = Snapshot { origin, head: head.digest, began, history, remote: None, state };
        Ok(Self { key, vault, snapshot, lines })
    }

    /// What `key.json` says at the new place.
    pub(crate) async fn document(&self, protection: &Protection) -> Result<KeyDocument, StoreError> {
        protection.wrap(self.key.as_ref(), self.vault.lineage()).await
    }

    /// The number of the apply after which its history begins.
    pub(crate) fn first(&self) -> u64 {
        self.lines.first().map_or(self.snapshot.history.apply, |line| line.after.apply)
    }

    /// How many applies its history holds.
    #[must_use]
    pub fn applies(&self) -> usize {
        self.lines.len()
    }
}

/// Folds everything into the snapshot.
pub(crate) async fn settle(store: &dyn StateStore) -> Result<(), StoreError> {
    let state = store.load().await?;
    if !state.pending.is_empty() || state.running.is_some() {
        let message = "the last run of this stack was interrupted, and isn't settled yet";
        return Err(StoreError::new(StoreErrorKind::Refused, message)
            .with_hint("type `preview` to settle it, then move the state"));
    }
    store.compact(&state).await
}
