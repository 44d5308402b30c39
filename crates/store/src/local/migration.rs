//! Moving a state out of a directory, and into one.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ironward_core::store::{StoreError, StoreErrorKind};

use super::disk::{create_directory, failed, read, replace, sync_directory};
use super::open::Files;
use super::store::LocalStore;
use crate::codec::keys::KeyDocument;
use crate::codec::{Damage, history, snapshot};
use crate::keyring::Protection;
use crate::migration::{Packed, settle};

impl LocalStore {
    /// Packs the state to be moved; `protection` is what it was opened with. Nothing of it changes.
    ///
    /// # Errors
    /// [`StoreError`] when the last run was interrupted and isn't settled, or a file isn't what was
    /// written.
    pub async fn pack(&self, protection: &Protection) -> Result<Packed, StoreError> {
        settle(self).await?;
        let files = Files::new(self.directory());
        let missing = |path: &Path| files.corrupt(path, &Damage::new("this file was removed while in use"));
        let document = read(&files.key())?.ok_or_else(|| missing(&files.key()))?;
        let document = KeyDocument::read(&document).map_err(|damage| files.corrupt(&files.key(), &damage))?;
        let key = protection.unwrap_key(&document, &files.key().display().to_string()).await?;
        let loaded = files.load(self.vault())?.ok_or_else(|| missing(&files.snapshot()))?;
        let bytes = read(&files.history())?.unwrap_or_default();
        let text = String::from_utf8(bytes)
            .map_err(|_| files.corrupt(&files.history(), &Damage::new("this isn't text")))?;
        let lines = text.split_once('\n').map_or("", |(_, lines)| lines);
        Packed::of(key, Arc::clone(self.shared_vault()), loaded, lines)
    }

    /// Puts a packed state into a directory that has none. One that a state was moved out of before is
    /// kept beside it, as `NAME.moved-1` or the next free number.
    ///
    /// # Errors
    /// [`StoreError`] when there is a state already, or the disk refuses; then nothing was changed.
    pub async fn unpack(
        directory: impl AsRef<Path>,
        packed: &Packed,
        protection: &Protection,
    ) -> Result<(), StoreError> {
        let directory = directory.as_ref();
        let was_moved = moved_to(directory)?.is_some();
        if Self::exists(directory) && !was_moved {
            let message = format!("there is a state in {} already", directory.display());
            return Err(StoreError::new(StoreErrorKind::Refused, message).with_hint("nothing was moved"));
        }
        let document = packed.document(protection).await?;
        let fresh = directory.with_extension("moving");
        if fresh.exists() {
            // Of a try that was killed.
            fs::remove_dir_all(&fresh).map_err(failed("remove", &fresh))?;
        }
        create_directory(&fresh)?;
        let files = Files::new(&fresh);
        replace(&files.key(), document.write().as_bytes())?;
        let mut text = history::header(&packed.vault, packed.first());
        text.extend(packed.lines.iter().map(|line| line.text.as_str()));
        replace(&files.history(), text.as_bytes())?;
        replace(&files.snapshot(), &snapshot::write(&packed.vault, &packed.snapshot)?)?;
        if was_moved {
            let kept = former(directory);
            fs::rename(directory, &kept).map_err(failed("rename", directory))?;
        } else if directory.exists() {
            // It holds a lock at most.
            fs::remove_dir_all(directory).map_err(failed("remove", directory))?;
        }
        fs::rename(&fresh, directory).map_err(failed("rename", &fresh))?;
        sync_directory(directory.parent().unwrap_or(Path::new(".")))
    }

    /// Says that the state is at `place` now: nobody opens it here any more.
    ///
    /// # Errors
    /// [`StoreError`] when that can't be written.
    pub fn mark_moved(&self, place: &str) -> Result<(), StoreError> {
        replace(&mark(self.directory()), format!("{place}\n").as_bytes()).map(drop)
    }
}

fn mark(directory: &Path) -> PathBuf {
    directory.join("moved")
}

fn former(directory: &Path) -> PathBuf {
    let mut number = 1;
    loop {
        let kept = directory.with_extension(format!("moved-{number}"));
        if !kept.exists() {
            return kept;
        }
        number += 1;
    }
}

/// Where the state of a directory was moved to, if it was.
fn moved_to(directory: &Path) -> Result<Option<String>, StoreError> {
    let bytes = read(&mark(directory))?;
    Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).trim_end().to_owned()))
}

/// Refuses a directory that the state was moved out of.
pub(super) fn refuse_moved(directory: &Path) -> Result<(), StoreError> {
    match moved_to(directory)? {
        None => Ok(()),
        Some(place) => {
            let message = format!("the state in {} was moved to {place}", directory.display());
            Err(StoreError::new(StoreErrorKind::Moved { to: place }, message).with_hint(
                "write that place into the stack's `[stack.NAME.state]` in Ironward.toml; `state migrate` said how",
            ))
        }
    }
}
