//! Where keys and anchors of states are kept: with the user, never beside a state.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use ironward_core::clock::Timestamp;
use ironward_core::history::Author;
use ironward_core::store::{StoreError, StoreErrorKind};
use ironward_store::codec::keys::{Cost, Passphrase};
use ironward_store::remote::{Remote, RemoteStore, Terms};
use ironward_store::{Anchor, DirectoryAnchor, LocalStore, OpenState, Options, Protection};

use crate::clock::TokioClock;
use crate::config::Encryption;
use crate::connect::{Connector, StateServices};
use crate::target::{StateAt, Target};

/// What a process needs to open states: where the user's keys and anchors are, the passphrase, and
/// who it is.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct StateAccess {
    /// The user's configuration directory of Ironward: `keys` and `anchors` are below it. Nothing
    /// where the user has none.
    pub directory: Option<PathBuf>,
    /// The passphrase of stacks whose `encryption` is `"passphrase"`.
    pub passphrase: Option<Arc<Passphrase>>,
    /// What a new passphrase costs to try.
    pub cost: Cost,
    /// Who applies, for the history.
    pub author: Author,
    /// By what terms states in buckets are held.
    pub lease: Terms,
    pub(crate) tell: Option<Tell>,
}

/// Who hears, in a sentence, what opening a state waits for.
pub(crate) type Tell = Arc<dyn Fn(&str) + Send + Sync>;

impl fmt::Debug for StateAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StateAccess").field("directory", &self.directory).finish_non_exhaustive()
    }
}

impl StateAccess {
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

    /// The same, telling `tell` in a sentence when opening a state has to wait for another's lease.
    #[must_use]
    pub fn telling(mut self, tell: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.tell = Some(Arc::new(tell));
        self
    }

    /// The same with a passphrase.
    #[must_use]
    pub fn with_passphrase(mut self, passphrase: Passphrase) -> Self {
        self.passphrase = Some(Arc::new(passphrase));
        self
    }

    fn options(
        &self,
        target: &Target,
        services: &StateServices,
        holder: &str,
    ) -> Result<Options, StoreError> {
        let options = Options::new(holder, self.protection(target, services)?);
        // A lock in a bucket is seen from elsewhere: there a process is known by its machine, too.
        let anchor: Option<Arc<dyn Anchor>> = match (&services.anchor, self.below("anchors")) {
            (Some(anchor), _) => Some(Arc::clone(anchor)),
            (None, anchors) => anchors.map(|anchors| Arc::new(DirectoryAnchor::new(anchors)) as _),
        };
        Ok(match anchor {
            Some(anchor) => options.with_anchor(anchor),
            None => options,
        })
    }

    /// What protects the key of a state.
    pub(crate) fn protection(
        &self,
        target: &Target,
        services: &StateServices,
    ) -> Result<Protection, StoreError> {
        Ok(match target.encryption {
            Encryption::None => Protection::None,
            Encryption::KeyFile => Protection::KeyFile(self.below("keys").ok_or_else(homeless)?),
            Encryption::Passphrase => match &self.passphrase {
                Some(passphrase) => Protection::Passphrase(Arc::clone(passphrase), self.cost),
                None => {
                    let message = format!("the state of the stack `{}` needs its passphrase", target.stack);
                    return Err(StoreError::new(StoreErrorKind::WrongKey, message)
                        .with_hint("set IRONWARD_PASSPHRASE"));
                }
            },
            Encryption::Kms => match &services.wrapper {
                Some(wrapper) => Protection::Service(Arc::clone(wrapper)),
                None => {
                    let message = format!("the state of the stack `{}` needs its KMS key", target.stack);
                    return Err(StoreError::new(StoreErrorKind::WrongKey, message)
                        .with_hint("this build has no connection to KMS"));
                }
            },
        })
    }

    fn below(&self, name: &str) -> Option<PathBuf> {
        self.directory.as_ref().map(|directory| directory.join(name))
    }

    /// Opens the state of a stack without its cloud.
    pub(crate) async fn open(
        &self,
        target: &Target,
        connector: &dyn Connector,
        holder: &str,
    ) -> Result<Arc<dyn OpenState>, StoreError> {
        let services = services(target, connector).await?;
        match &target.state {
            StateAt::Directory(directory) => {
                let options = self.options(target, &services, holder)?;
                Ok(Arc::new(LocalStore::open(directory, options).await?))
            }
            StateAt::Bucket(_) => {
                let options = self.options(target, &services, &self.signed(holder))?;
                Ok(Arc::new(RemoteStore::open(self.remote(target, &services)?, options).await?))
            }
        }
    }

    /// Opens it although it doesn't fit its anchor.
    pub(crate) async fn accept(
        &self,
        target: &Target,
        connector: &dyn Connector,
        holder: &str,
        now: Timestamp,
    ) -> Result<Arc<dyn OpenState>, StoreError> {
        let services = services(target, connector).await?;
        let author = self.author.clone();
        match &target.state {
            StateAt::Directory(directory) => {
                let options = self.options(target, &services, holder)?;
                Ok(Arc::new(LocalStore::accept(directory, options, author, now).await?))
            }
            StateAt::Bucket(_) => {
                let options = self.options(target, &services, &self.signed(holder))?;
                let remote = self.remote(target, &services)?;
                Ok(Arc::new(RemoteStore::accept(remote, options, author, now).await?))
            }
        }
    }

    /// Whether a state was ever begun there.
    pub(crate) async fn exists(
        &self,
        target: &Target,
        connector: &dyn Connector,
    ) -> Result<bool, StoreError> {
        match &target.state {
            StateAt::Directory(directory) => Ok(LocalStore::exists(directory)),
            StateAt::Bucket(_) => {
                RemoteStore::exists(&self.remote(target, &services(target, connector).await?)?).await
            }
        }
    }

    /// The state of a stack among the objects of its bucket.
    pub(crate) fn remote(&self, target: &Target, services: &StateServices) -> Result<Remote, StoreError> {
        let objects = services.objects.clone().ok_or_else(|| {
            let message = format!("the state of the stack `{}` is kept in no bucket", target.stack);
            StoreError::new(StoreErrorKind::Refused, message)
                .with_hint("see `bucket` in `[stack.NAME.state]`")
        })?;
        let remote = Remote::new(&target.stack, objects).with_terms(self.lease);
        Ok(match self.tell.clone() {
            Some(tell) => remote.telling(move |what| tell(what)),
            None => remote,
        })
    }

    /// A holder as others see it who may be anywhere: `alice@host (fhir up, process 123)`.
    pub(crate) fn signed(&self, holder: &str) -> String {
        let who = if self.author.who.is_empty() { "somebody" } else { &self.author.who };
        format!("{who} ({holder}, process {})", std::process::id())
    }

    /// What was found and done when the state was opened, for the user to know.
    pub(crate) fn note(&self, store: &dyn OpenState, target: &Target) -> Option<String> {
        let mut notes = store.notes();
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

/// What a state needs of AWS; nothing where it needs nothing.
pub(crate) async fn services(
    target: &Target,
    connector: &dyn Connector,
) -> Result<StateServices, StoreError> {
    match (&target.state, target.encryption) {
        (StateAt::Bucket(_), _) | (_, Encryption::Kms) => {
            connector.state(target, Arc::new(TokioClock::new())).await
        }
        _ => Ok(StateServices::default()),
    }
}

fn homeless() -> StoreError {
    let message = "there is no directory for the state's key: neither XDG_CONFIG_HOME nor HOME is set";
    StoreError::new(StoreErrorKind::Refused, message).with_hint(
        "set one of the two; or choose `encryption = \"passphrase\"` in the stack's `[stack.NAME.state]`",
    )
}
