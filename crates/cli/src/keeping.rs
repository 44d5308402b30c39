//! Where keys and anchors of states are kept: with the user, never beside a state.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use ironward_core::history::Author;
use ironward_core::store::StoreError;
use ironward_store::codec::keys::{Cost, Passphrase};
use ironward_store::{DirectoryAnchor, Kept, LocalStore, Options, Protection};

use crate::config::Encryption;
use crate::target::Target;

/// What a process needs to open states: where the user's keys and anchors are, the passphrase, and
/// who it is.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Keeping {
    /// The user's configuration directory of Ironward: `keys` and `anchors` are below it. Nothing
    /// where the user has none.
    pub directory: Option<PathBuf>,
    /// The passphrase of stacks whose `encryption` is `"passphrase"`.
    pub passphrase: Option<Arc<Passphrase>>,
    /// What a new passphrase costs to try.
    pub cost: Cost,
    /// Who applies, for the history.
    pub author: Author,
}

impl fmt::Debug for Keeping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keeping").field("directory", &self.directory).finish_non_exhaustive()
    }
}

impl Keeping {
    /// Keys and anchors below `directory`.
    #[must_use]
    pub fn in_directory(directory: impl Into<PathBuf>) -> Self {
        Self { directory: Some(directory.into()), ..Self::default() }
    }

    /// The same for a person and a program's version.
    #[must_use]
    pub fn with_author(mut self, author: Author) -> Self {
        self.author = author;
        self
    }

    /// The same with a passphrase.
    #[must_use]
    pub fn with_passphrase(mut self, passphrase: Passphrase) -> Self {
        self.passphrase = Some(Arc::new(passphrase));
        self
    }

    fn options(&self, target: &Target, holder: &str) -> Result<Options, StoreError> {
        let protection = match target.encryption {
            Encryption::None => Protection::None,
            Encryption::KeyFile => Protection::KeyFile(self.below("keys").ok_or_else(homeless)?),
            Encryption::Passphrase => match &self.passphrase {
                Some(passphrase) => Protection::Passphrase(Arc::clone(passphrase), self.cost),
                None => {
                    let message = format!("the state of the stack `{}` needs its passphrase", target.stack);
                    return Err(StoreError::new(message).with_hint("set IRONWARD_PASSPHRASE"));
                }
            },
        };
        let options = Options::new(holder, protection);
        Ok(match self.below("anchors") {
            Some(anchors) => options.with_anchor(Arc::new(DirectoryAnchor::new(anchors))),
            None => options,
        })
    }

    fn below(&self, name: &str) -> Option<PathBuf> {
        self.directory.as_ref().map(|directory| directory.join(name))
    }

    /// Opens the state of a stack without its cloud.
    pub(crate) async fn open(&self, target: &Target, holder: &str) -> Result<Arc<dyn Kept>, StoreError> {
        Ok(Arc::new(LocalStore::open(target.state_directory(), self.options(target, holder)?).await?))
    }

    /// Opens it although it doesn't fit its anchor.
    pub(crate) async fn accept(
        &self,
        target: &Target,
        holder: &str,
        now: ironward_core::clock::Timestamp,
    ) -> Result<Arc<dyn Kept>, StoreError> {
        let options = self.options(target, holder)?;
        let author = self.author.clone();
        Ok(Arc::new(LocalStore::accept(target.state_directory(), options, author, now).await?))
    }

    /// What was found and done when the state was opened, for the user to know.
    pub(crate) fn note(&self, store: &dyn Kept, target: &Target) -> Option<String> {
        let mut notes = Vec::new();
        if store.dropped() > 0 {
            notes.push(format!(
                "the last line of the journal in {} wasn't whole: the process was killed while it wrote it, \
                 before it counted; it was dropped",
                store.place()
            ));
        }
        if store.upgraded() {
            notes.push("the state was unencrypted, from an earlier version; it was taken over".to_owned());
        }
        // What the embedded sandbox holds can be made again.
        let matters = store.upgraded() || (store.begun() && !target.reach.in_process);
        if matters
            && target.encryption == Encryption::KeyFile
            && let Some(keys) = self.below("keys")
        {
            let file = keys.join(format!("{}.key", store.vault().lineage().as_str()));
            notes.push(format!(
                "the key of this state is {}; keep a copy of it elsewhere, since nothing opens the state without it",
                file.display()
            ));
        }
        (!notes.is_empty()).then(|| notes.join("\n"))
    }
}

fn homeless() -> StoreError {
    StoreError::new("there is no directory for the state's key: neither XDG_CONFIG_HOME nor HOME is set")
        .with_hint(
            "set one of the two; or choose `encryption = \"passphrase\"` in the stack's `[stack.NAME.state]`",
        )
}
