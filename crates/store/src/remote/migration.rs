//! Moving a state out of a bucket, and into one.

use std::sync::Arc;

use ironward_core::store::{StoreError, StoreErrorKind};

use super::lease::{HeldLease, acquire};
use super::load::{STATE, corrupt};
use super::objects::{self, Only, Put};
use super::segment::{self, Of};
use super::store::{KEY, Remote, RemoteStore};
use crate::codec::Damage;
use crate::codec::keys::KeyDocument;
use crate::codec::snapshot::{self, Standing};
use crate::codec::vault::Point;
use crate::keyring::Protection;
use crate::migration::{Packed, settle};

impl RemoteStore {
    /// Whether a state was ever begun among these objects.
    ///
    /// # Errors
    /// [`StoreError`] when that can't be read.
    pub async fn exists(remote: &Remote) -> Result<bool, StoreError> {
        Ok(remote.site().fetch(KEY).await?.is_some())
    }

    /// Packs the state to be moved; `protection` is what it was opened with. Nothing of it changes.
    ///
    /// # Errors
    /// [`StoreError`] when the last run was interrupted and isn't settled, or an object isn't what
    /// was written.
    pub async fn pack(&self, protection: &Protection) -> Result<Packed, StoreError> {
        settle(self).await?;
        let site = &self.site;
        let missing = |key: &str| corrupt(site, key, &Damage::new("this object was removed while in use"));
        let document = site.fetch(KEY).await?.ok_or_else(|| missing(KEY))?;
        let document = KeyDocument::read(&document.bytes).map_err(|damage| corrupt(site, KEY, &damage))?;
        let key = protection.unwrap_key(&document, &site.objects.place(KEY)).await?;
        let loaded = self.inspect().await?;
        let mut lines = String::new();
        for listed in objects::list(&*site.objects, &*site.clock, Of::History.prefix(), "").await? {
            let object = site.fetch(&listed.key).await?.ok_or_else(|| missing(&listed.key))?;
            let strange = || corrupt(site, &listed.key, &Damage::new("this is no object of a state"));
            let position = Of::History.position(&listed.key).ok_or_else(strange)?;
            let (_, line) = segment::read(self.vault(), Of::History, position, &object.bytes)
                .map_err(|damage| corrupt(site, &listed.key, &damage))?;
            lines.push_str(std::str::from_utf8(line).map_err(|_| strange())?);
        }
        Packed::of(key, Arc::clone(self.shared_vault()), *loaded, &lines)
    }

    /// Puts a packed state among objects where there is none. `holder` is who works there meanwhile.
    ///
    /// # Errors
    /// [`StoreError`] when there is a state already, when somebody else works there, or when the
    /// service refuses; a second try goes on from there.
    pub async fn unpack(
        remote: &Remote,
        packed: &Packed,
        protection: &Protection,
        holder: &str,
    ) -> Result<(), StoreError> {
        let site = remote.site();
        let document = packed.document(protection).await?;
        let (held, _) = acquire(site, holder, remote.terms(), remote.listener()).await?;
        let written = write(remote, &held, packed, &document).await;
        held.release(true).await?;
        written
    }

    /// Says that the state is at `place` now: nobody opens it here any more. The lease is given back.
    ///
    /// # Errors
    /// [`StoreError`] when that can't be written.
    pub async fn mark_moved(&self, place: &str) -> Result<(), StoreError> {
        self.held.set_moved(place);
        self.close().await
    }
}

async fn write(
    remote: &Remote,
    held: &HeldLease,
    packed: &Packed,
    document: &KeyDocument,
) -> Result<(), StoreError> {
    let site = remote.site();
    let occupied = || {
        let message = format!("there is a state in {} already", site.place());
        StoreError::new(StoreErrorKind::Refused, message).with_hint("nothing was moved; give another prefix")
    };
    if site.fetch(STATE).await?.is_some() {
        return Err(occupied());
    }
    // What a try that was killed left: the snapshot comes last.
    let lineage = packed.vault.lineage();
    if let Some(object) = site.fetch(KEY).await? {
        match KeyDocument::read(&object.bytes) {
            Ok(there) if there.lineage == *lineage => {}
            _ => return Err(occupied()),
        }
        let left = objects::list(&*site.objects, &*site.clock, Of::History.prefix(), "").await?;
        let keys: Vec<String> = left.into_iter().map(|listed| listed.key).chain([KEY.to_owned()]).collect();
        site.objects.delete(&keys).await.map_err(|error| error.into_store_error(&site.place()))?;
    }
    let put = async |key: &str, bytes: &[u8]| match site.put(key, bytes, &Only::IfAbsent).await? {
        Put::Done(_) => Ok(()),
        Put::Other(_) => Err(occupied()),
    };
    put(KEY, document.write().as_bytes()).await?;
    for line in &packed.lines {
        held.may_write()?;
        let after = Point { serial: line.after.apply, digest: line.after.digest };
        let position = line.after.apply + 1;
        let author = held.author();
        let bytes = segment::write(&packed.vault, Of::History, position, author, &after, &line.text)?;
        put(&Of::History.key(position), &bytes).await?;
    }
    held.may_write()?;
    let mut snapshot = packed.snapshot.clone();
    snapshot.remote = Some(Standing { fence: held.author().fence, ..Standing::default() });
    put(STATE, &snapshot::write(&packed.vault, &snapshot)?).await
}
