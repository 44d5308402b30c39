//! Anchors as files in a directory of the user.

use std::path::PathBuf;

use async_trait::async_trait;
use ironward_core::state::Lineage;
use ironward_core::store::StoreError;

use super::disk::{create_directory, read, replace};
use crate::anchor::{Anchor, Head};

/// Anchors in a directory: a file `LINEAGE.json` for each state, which only its owner can read. The
/// directory must not be where the states are: who copies or restores one must not take the
/// other along.
#[derive(Debug, Clone)]
pub struct DirectoryAnchor {
    directory: PathBuf,
}

impl DirectoryAnchor {
    /// Anchors in `directory`, which is made when the first is put.
    #[must_use]
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self { directory: directory.into() }
    }

    fn path(&self, lineage: &Lineage) -> PathBuf {
        self.directory.join(format!("{}.json", lineage.as_str()))
    }
}

#[async_trait]
impl Anchor for DirectoryAnchor {
    fn place(&self, lineage: &Lineage) -> String {
        self.path(lineage).display().to_string()
    }

    async fn get(&self, lineage: &Lineage) -> Result<Option<Head>, StoreError> {
        let path = self.path(lineage);
        let Some(bytes) = read(&path)? else { return Ok(None) };
        let head = Head::decode_for(&bytes, lineage).map_err(|damage| {
            damage.at_place(&path.display().to_string()).with_hint(
                "put a good copy of it in its place; or, if the state is known to be right, `state accept`",
            )
        })?;
        Ok(Some(head))
    }

    async fn put(&self, head: &Head) -> Result<(), StoreError> {
        create_directory(&self.directory)?;
        replace(&self.path(&head.lineage), head.encode().as_bytes()).map(drop)
    }
}
