//! The store among objects as every backend is seen.

use async_trait::async_trait;
use ironward_core::store::StoreError;

use super::load::corrupt;
use super::objects::{Only, Put};
use super::store::RemoteStore;
use crate::codec::Damage;
use crate::codec::vault::Vault;
use crate::keyring::Protection;
use crate::migration::Packed;
use crate::open_state::OpenState;
use crate::verify::Proof;

/// Which cloud the state belongs to.
const CLOUD: &str = "cloud";

#[async_trait]
impl OpenState for RemoteStore {
    fn place(&self) -> String {
        self.place()
    }

    fn vault(&self) -> &Vault {
        self.vault()
    }

    async fn proof(&self) -> Result<Proof, StoreError> {
        self.verify().await
    }

    fn notes(&self) -> Vec<String> {
        let taken = |holder| {
            format!(
                "the lock of this state was taken over from {holder}, which didn't give it back; what it left \
                 unfinished is settled first"
            )
        };
        self.taken_from().map(taken).into_iter().collect()
    }

    fn begun(&self) -> bool {
        self.begun()
    }

    async fn cloud(&self) -> Result<Option<String>, StoreError> {
        let Some(object) = self.site.fetch(CLOUD).await? else { return Ok(None) };
        match String::from_utf8(object.bytes) {
            Ok(text) => Ok(Some(text.trim_end().to_owned())),
            Err(_) => Err(corrupt(&self.site, CLOUD, &Damage::new("this isn't text"))),
        }
    }

    async fn bind(&self, cloud: &str) -> Result<(), StoreError> {
        self.held.may_write()?;
        let there = self.site.fetch(CLOUD).await?;
        let only = there.map_or(Only::IfAbsent, |object| Only::IfTag(object.tag));
        match self.site.put(CLOUD, format!("{cloud}\n").as_bytes(), &only).await? {
            Put::Done(_) => Ok(()),
            Put::Other(_) => Err(self
                .held
                .taken(None)
                .with_hint("see `state lock status`, and run again once the lock is free")),
        }
    }

    async fn pack(&self, protection: &Protection) -> Result<Packed, StoreError> {
        self.pack(protection).await
    }

    async fn mark_moved(&self, place: &str) -> Result<(), StoreError> {
        self.mark_moved(place).await
    }

    async fn close(&self) -> Result<(), StoreError> {
        self.close().await
    }
}
