//! How the key of a state is protected, for every backend: a key file in the user's own
//! directory, a passphrase, a service, or not at all.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ironward_core::state::Lineage;
use ironward_core::store::{StoreError, StoreErrorKind};
use zeroize::Zeroizing;

use crate::codec::keys::{
    Cost, DataKey, KeyDocument, KeyWrapper, Passphrase, Wrapped, unwrap_with_file, unwrap_with_passphrase,
    wrap_with_file, wrap_with_passphrase,
};
use crate::codec::vault::{Vault, random};
use crate::local::disk::{create_directory, failed, private, read, sync_directory};

/// How the key of a state is protected.
#[derive(Clone)]
#[non_exhaustive]
pub enum Protection {
    /// By a file of 32 random bytes in this directory, named after the lineage: `LINEAGE.key`,
    /// which only its owner can read. It must not be where the state is.
    KeyFile(PathBuf),
    /// By a passphrase, through Argon2id. An existing state keeps the cost that it was begun with.
    Passphrase(Arc<Passphrase>, Cost),
    /// By a service such as a KMS.
    Service(Arc<dyn KeyWrapper>),
    /// Not at all: the state isn't encrypted.
    None,
}

impl fmt::Debug for Protection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Protection({})", self.kind())
    }
}

impl Protection {
    /// A passphrase at the usual cost.
    #[must_use]
    pub fn passphrase(passphrase: Passphrase) -> Self {
        Self::Passphrase(Arc::new(passphrase), Cost::default())
    }

    /// The word for it in `key.json` and in the configuration.
    #[must_use]
    pub fn kind(&self) -> &str {
        match self {
            Self::KeyFile(_) => "key-file",
            Self::Passphrase(..) => "passphrase",
            Self::Service(wrapper) => wrapper.kind(),
            Self::None => "none",
        }
    }

    /// Makes the keys of a new state: what `key.json` will hold, and the vault. A key file that
    /// a process left behind that was killed before it wrote `key.json` is used again.
    ///
    /// # Errors
    /// [`StoreError`] when a key file can't be written, a service refuses, or there are no random
    /// bytes.
    pub async fn begin(&self, lineage: &Lineage) -> Result<(KeyDocument, Vault), StoreError> {
        let key = match self {
            Self::None => None,
            _ => Some(DataKey::generate()?),
        };
        Ok((self.wrap(key.as_ref(), lineage).await?, vault(lineage, key.as_ref())))
    }

    /// What `key.json` holds of a key, or of none.
    ///
    /// # Errors
    /// [`StoreError`] as [`begin`](Self::begin) says, and where a state that is encrypted would be
    /// protected by nothing, or the other way about.
    pub(crate) async fn wrap(
        &self,
        key: Option<&DataKey>,
        lineage: &Lineage,
    ) -> Result<KeyDocument, StoreError> {
        let wrapped = match (self, key) {
            (Self::KeyFile(directory), Some(key)) => {
                wrap_with_file(&*make_key_file(directory, lineage)?, key, lineage)?
            }
            (Self::Passphrase(passphrase, cost), Some(key)) => {
                wrap_with_passphrase(passphrase, *cost, key, lineage)?
            }
            (Self::Service(wrapper), Some(key)) => {
                let wrapped = wrapper.wrap_key(key, lineage).await?;
                Wrapped::Service { kind: wrapper.kind().to_owned(), wrapped }
            }
            (Self::None, None) => Wrapped::None,
            (Self::None, Some(_)) => {
                let message = "this state is encrypted, and would be in clear there";
                return Err(StoreError::new(StoreErrorKind::Refused, message)
                    .with_hint("choose another `encryption` than \"none\" there"));
            }
            (_, None) => {
                let message =
                    "this state isn't encrypted, and would be there: its history would be written anew";
                return Err(StoreError::new(StoreErrorKind::Refused, message)
                    .with_hint("choose `encryption = \"none\"` there, too"));
            }
        };
        Ok(KeyDocument { lineage: lineage.clone(), wrapped })
    }

    /// The vault of a state whose `key.json` is given; `place` is where that is, for messages.
    ///
    /// # Errors
    /// [`StoreError`] when it is protected in another way, when the key file is missing or of another
    /// state, when the passphrase is wrong, or when the service refuses.
    pub async fn open(&self, document: &KeyDocument, place: &str) -> Result<Vault, StoreError> {
        Ok(vault(&document.lineage, self.unwrap_key(document, place).await?.as_ref()))
    }

    /// The key of a state; nothing where it isn't encrypted.
    pub(crate) async fn unwrap_key(
        &self,
        document: &KeyDocument,
        place: &str,
    ) -> Result<Option<DataKey>, StoreError> {
        let lineage = &document.lineage;
        let key = match (self, &document.wrapped) {
            (Self::None, Wrapped::None) => return Ok(None),
            (Self::KeyFile(directory), Wrapped::KeyFile { wrapped }) => {
                let path = key_path(directory, lineage);
                let file = read_key_file(&path, place)?;
                unwrap_with_file(&file, wrapped, lineage).ok_or_else(|| {
                    let message = format!("the key in {} isn't the one of {place}", path.display());
                    StoreError::new(StoreErrorKind::WrongKey, message)
                        .with_hint("put the key file that belongs to this state in its place")
                })?
            }
            (Self::Passphrase(passphrase, _), Wrapped::Passphrase { cost, salt, wrapped }) => {
                unwrap_with_passphrase(passphrase, *cost, salt, wrapped, lineage).ok_or_else(|| {
                    // A cost that nobody chose was written by another hand: no passphrase is tried.
                    let kind = match cost.is_sensible() {
                        true => StoreErrorKind::WrongKey,
                        false => StoreErrorKind::Corrupt,
                    };
                    StoreError::new(kind, format!("the passphrase doesn't open {place}")).with_hint(
                        "check the passphrase, and that it is the one of this stack; nothing was changed",
                    )
                })?
            }
            (Self::Service(wrapper), Wrapped::Service { kind, wrapped }) if wrapper.kind() == kind => {
                wrapper.unwrap_key(wrapped, lineage).await?
            }
            (_, wrapped) => {
                let message = format!(
                    "the key of this state is protected by `{}` ({place}), and `{}` is asked for",
                    wrapped.kind(),
                    self.kind()
                );
                return Err(StoreError::new(StoreErrorKind::WrongKey, message)
                    .with_hint(format!("set the stack's `encryption` to \"{}\"", wrapped.kind())));
            }
        };
        Ok(Some(key))
    }
}

fn vault(lineage: &Lineage, key: Option<&DataKey>) -> Vault {
    match key {
        Some(key) => Vault::sealed(lineage.clone(), key),
        None => Vault::plain(lineage.clone()),
    }
}

fn key_path(directory: &Path, lineage: &Lineage) -> PathBuf {
    directory.join(format!("{}.key", lineage.as_str()))
}

/// The complaint about a key file. It isn't a part of the state, which may be as good as ever.
fn unusable(message: String) -> StoreError {
    StoreError::new(StoreErrorKind::WrongKey, message)
        .with_hint("copy it from the machine that has it, or from its backup")
}

fn read_key_file(path: &Path, place: &str) -> Result<Zeroizing<[u8; 32]>, StoreError> {
    let bytes = Zeroizing::new(read(path)?.ok_or_else(|| {
        let message =
            format!("the key file {} is missing, and {place} can't be opened without it", path.display());
        unusable(message)
    })?);
    let key: [u8; 32] = bytes.as_slice().try_into().map_err(|_| {
        let length = bytes.len();
        unusable(format!("the key file {} is damaged: it has {length} bytes and not 32", path.display()))
    })?;
    Ok(Zeroizing::new(key))
}

fn make_key_file(directory: &Path, lineage: &Lineage) -> Result<Zeroizing<[u8; 32]>, StoreError> {
    use std::io::Write;
    let path = key_path(directory, lineage);
    create_directory(directory)?;
    if path.exists() {
        return read_key_file(&path, "the state");
    }
    let key = Zeroizing::new(random::<32>()?);
    let fresh = path.with_extension("new");
    let mut file =
        private().write(true).create(true).truncate(true).open(&fresh).map_err(failed("create", &fresh))?;
    file.write_all(&*key).and_then(|()| file.sync_all()).map_err(failed("write", &fresh))?;
    std::fs::rename(&fresh, &path).map_err(failed("create", &path))?;
    sync_directory(directory)?;
    Ok(key)
}
