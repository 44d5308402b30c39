//! The local store as every backend is seen.

use async_trait::async_trait;
use ironward_core::store::StoreError;

use super::disk::{read, replace};
use super::open::Files;
use super::store::LocalStore;
use crate::codec::Damage;
use crate::codec::vault::Vault;
use crate::kept::Kept;
use crate::verify::Proof;

#[async_trait]
impl Kept for LocalStore {
    fn place(&self) -> String {
        self.directory().display().to_string()
    }

    fn vault(&self) -> &Vault {
        self.vault()
    }

    fn found(&self) -> Option<&Proof> {
        self.found()
    }

    fn dropped(&self) -> u64 {
        self.dropped()
    }

    fn upgraded(&self) -> bool {
        self.upgraded()
    }

    fn begun(&self) -> bool {
        self.begun()
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

    /// Nothing is to do: the operating system's lock goes with the store.
    async fn close(&self) -> Result<(), StoreError> {
        Ok(())
    }
}
