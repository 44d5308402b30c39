//! The local store as every backend is seen.

use async_trait::async_trait;
use ironward_core::store::StoreError;

use super::disk::{read, replace};
use super::open::Files;
use super::store::LocalStore;
use crate::codec::Damage;
use crate::codec::vault::Vault;
use crate::keyring::Protection;
use crate::migration::Packed;
use crate::open_state::OpenState;
use crate::verify::Proof;

#[async_trait]
impl OpenState for LocalStore {
    fn place(&self) -> String {
        self.directory().display().to_string()
    }

    fn vault(&self) -> &Vault {
        self.vault()
    }

    async fn proof(&self) -> Result<Proof, StoreError> {
        match self.found() {
            Some(proof) => Ok(proof.clone()),
            // It was accepted although it didn't fit.
            None => self.verify().await,
        }
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.dropped() > 0 {
            notes.push(format!(
                "the last line of the journal in {} wasn't whole: the process was killed while it wrote it, \
                 before it counted; it was dropped",
                self.place()
            ));
        }
        if self.upgraded() {
            notes.push("the state was unencrypted, from an earlier version; it was taken over".to_owned());
        }
        notes
    }

    fn begun(&self) -> bool {
        self.begun()
    }

    fn upgraded(&self) -> bool {
        self.upgraded()
    }

    async fn cloud(&self) -> Result<Option<String>, StoreError> {
        let files = Files::new(self.directory());
        let Some(bytes) = read(&files.cloud())? else { return Ok(None) };
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Some(text.trim_end().to_owned())),
            Err(_) => Err(files.corrupt(&files.cloud(), &Damage::new("this isn't text"))),
        }
    }

    async fn bind(&self, cloud: &str) -> Result<(), StoreError> {
        let file = Files::new(self.directory()).cloud();
        replace(&file, format!("{cloud}\n").as_bytes()).map(drop)
    }

    async fn pack(&self, protection: &Protection) -> Result<Packed, StoreError> {
        self.pack(protection).await
    }

    async fn mark_moved(&self, place: &str) -> Result<(), StoreError> {
        self.mark_moved(place)
    }

    /// Nothing is to do: the operating system's lock goes with the store.
    async fn close(&self) -> Result<(), StoreError> {
        Ok(())
    }
}
