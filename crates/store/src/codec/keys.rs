//! The data key of a state, and how `key.json` wraps it.
//!
//! ```json
//! {"format":2,"lineage":"…","kind":"key-file","wrapped":"…","sha256":"…"}
//! {"format":2,"lineage":"…","kind":"passphrase","memory_kib":65536,"passes":3,"lanes":1,"salt":"…","wrapped":"…","sha256":"…"}
//! {"format":2,"lineage":"…","kind":"aws-kms","wrapped":"…","sha256":"…"}
//! {"format":2,"lineage":"…","kind":"none","sha256":"…"}
//! ```
//! A key file and a passphrase wrap with XChaCha20-Poly1305, the lineage and the kind as associated
//! data; whoever implements [`KeyWrapper`] binds the lineage in its own way. The checksum tells
//! damage from a wrong key.

use std::fmt;

use argon2::{Algorithm, Argon2, Params, Version};
use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use ironward_core::state::Lineage;
use ironward_core::store::{StoreError, StoreErrorKind};
use secrecy::{ExposeSecret, SecretBox, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::vault::{derive, random};
use super::{Damage, FORMAT, text};

/// The key that everything of a state is encrypted under: 32 random bytes, wiped when dropped.
pub struct DataKey(SecretBox<[u8; 32]>);

impl DataKey {
    /// A new key.
    ///
    /// # Errors
    /// [`StoreError`] when there are no random bytes.
    pub fn generate() -> Result<Self, StoreError> {
        Ok(Self::from_bytes(&random()?))
    }

    /// The key of these bytes, for whoever unwraps one.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(SecretBox::init_with_mut(|key: &mut [u8; 32]| key.copy_from_slice(bytes)))
    }

    /// The bytes, for whoever wraps them.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        self.0.expose_secret()
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey(secret)")
    }
}

/// A passphrase, wiped when dropped.
pub struct Passphrase(SecretString);

impl Passphrase {
    /// The passphrase `text`.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(SecretString::from(text.into()))
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(secret)")
    }
}

/// A service that wraps data keys, such as a KMS.
#[async_trait]
pub trait KeyWrapper: Send + Sync {
    /// Its name in `key.json`, such as `aws-kms`; lower-case letters and hyphens.
    fn kind(&self) -> &str;

    /// Encrypts the key, bound to the lineage.
    ///
    /// # Errors
    /// [`StoreError`] when the service refuses or can't be reached.
    async fn wrap_key(&self, key: &DataKey, lineage: &Lineage) -> Result<Vec<u8>, StoreError>;

    /// Decrypts the key.
    ///
    /// # Errors
    /// [`StoreError`]: of the kind [`WrongKey`](StoreErrorKind::WrongKey) when it was wrapped for another
    /// lineage or under another key, [`Denied`](StoreErrorKind::Denied) when the service refuses,
    /// [`Unreachable`](StoreErrorKind::Unreachable) when it can't be reached.
    async fn unwrap_key(&self, wrapped: &[u8], lineage: &Lineage) -> Result<DataKey, StoreError>;
}

/// What Argon2id costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

/// The second choice of RFC 9106 with one lane: 64 MiB, three passes.
impl Default for Cost {
    fn default() -> Self {
        Self { memory_kib: 65_536, passes: 3, lanes: 1 }
    }
}

impl Cost {
    /// Nobody is made to spend more than this by a `key.json` that was changed: 1 GiB, 64 passes.
    pub(crate) fn is_sensible(self) -> bool {
        self.memory_kib <= 1 << 20 && self.passes <= 64 && self.lanes <= 16
    }
}

/// How the data key is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Wrapped {
    /// Under a key file of 32 random bytes.
    KeyFile {
        /// The encrypted key.
        wrapped: Vec<u8>,
    },
    /// Under a passphrase.
    Passphrase {
        /// What the derivation costs.
        cost: Cost,
        /// Its salt.
        salt: [u8; 16],
        /// The encrypted key.
        wrapped: Vec<u8>,
    },
    /// By a [`KeyWrapper`].
    Service {
        /// Which kind.
        kind: String,
        /// The encrypted key.
        wrapped: Vec<u8>,
    },
    /// There is none: the state isn't encrypted.
    None,
}

/// The contents of `key.json`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyDocument {
    /// Whose key it is.
    pub lineage: Lineage,
    /// How it is kept.
    pub wrapped: Wrapped,
}

#[derive(Serialize, Deserialize)]
struct Fields {
    format: u32,
    lineage: String,
    kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    memory_kib: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    passes: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lanes: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    salt: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wrapped: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
}

impl Wrapped {
    /// The word for it in `key.json` and in the configuration.
    #[must_use]
    pub fn kind(&self) -> &str {
        match self {
            Self::KeyFile { .. } => "key-file",
            Self::Passphrase { .. } => "passphrase",
            Self::Service { kind, .. } => kind,
            Self::None => "none",
        }
    }
}

impl KeyDocument {
    /// The text of the file.
    #[must_use]
    pub fn write(&self) -> String {
        let mut fields = Fields {
            format: FORMAT,
            lineage: self.lineage.as_str().to_owned(),
            kind: self.wrapped.kind().to_owned(),
            memory_kib: None,
            passes: None,
            lanes: None,
            salt: None,
            wrapped: None,
            sha256: None,
        };
        match &self.wrapped {
            Wrapped::KeyFile { wrapped } | Wrapped::Service { wrapped, .. } => {
                fields.wrapped = Some(BASE64.encode(wrapped));
            }
            Wrapped::Passphrase { cost, salt, wrapped } => {
                fields.memory_kib = Some(cost.memory_kib);
                fields.passes = Some(cost.passes);
                fields.lanes = Some(cost.lanes);
                fields.salt = Some(BASE64.encode(salt));
                fields.wrapped = Some(BASE64.encode(wrapped));
            }
            Wrapped::None => {}
        }
        let plain = serde_json::to_string(&fields).unwrap_or_default();
        fields.sha256 = Some(text::to_hex(&Sha256::digest(plain.as_bytes())));
        serde_json::to_string(&fields).unwrap_or_default() + "\n"
    }

    /// Reads the file back.
    ///
    /// # Errors
    /// [`Damage`] when it isn't exactly what was written.
    pub fn read(bytes: &[u8]) -> Result<Self, Damage> {
        let broken = || Damage::new("this key file was damaged or edited").with_hint(LOST);
        let fields: Fields = serde_json::from_slice(bytes).map_err(|_| broken())?;
        if fields.format != FORMAT {
            return Err(Damage::newer(u64::from(fields.format), FORMAT));
        }
        let decoded = |text: &Option<String>| {
            text.as_deref().and_then(|text| BASE64.decode(text).ok()).ok_or_else(broken)
        };
        let wrapped = match fields.kind.as_str() {
            "none" => Wrapped::None,
            "key-file" => Wrapped::KeyFile { wrapped: decoded(&fields.wrapped)? },
            "passphrase" => {
                let (memory_kib, passes, lanes) = fields
                    .memory_kib
                    .zip(fields.passes)
                    .zip(fields.lanes)
                    .map(|((m, p), l)| (m, p, l))
                    .ok_or_else(broken)?;
                let salt = decoded(&fields.salt)?.try_into().map_err(|_| broken())?;
                let cost = Cost { memory_kib, passes, lanes };
                Wrapped::Passphrase { cost, salt, wrapped: decoded(&fields.wrapped)? }
            }
            kind => Wrapped::Service { kind: kind.to_owned(), wrapped: decoded(&fields.wrapped)? },
        };
        let document = Self { lineage: Lineage::parse(&fields.lineage).ok_or_else(broken)?, wrapped };
        // What isn't written exactly so was changed, wherever.
        if document.write().as_bytes() == bytes { Ok(document) } else { Err(broken()) }
    }
}

const LOST: &str = "put a good copy of key.json in its place; without it the state can't be read";

fn bound(lineage: &Lineage, kind: &str) -> Vec<u8> {
    format!("ironward/2\n{}\nkey\n{kind}", lineage.as_str()).into_bytes()
}

fn encrypt(key: &[u8; 32], data: &DataKey, lineage: &Lineage, kind: &str) -> Result<Vec<u8>, StoreError> {
    let nonce = random::<24>()?;
    let payload = Payload { msg: data.expose(), aad: &bound(lineage, kind) };
    let sealed = XChaCha20Poly1305::new(&Key::from(*key))
        .encrypt(&XNonce::from(nonce), payload)
        .map_err(|_| StoreError::new(StoreErrorKind::Defect, "the data key can't be encrypted"))?;
    Ok([nonce.as_slice(), &sealed].concat())
}

fn decrypt(key: &[u8; 32], wrapped: &[u8], lineage: &Lineage, kind: &str) -> Option<DataKey> {
    let (nonce, sealed) = wrapped.split_first_chunk::<24>()?;
    let payload = Payload { msg: sealed, aad: &bound(lineage, kind) };
    let cipher = XChaCha20Poly1305::new(&Key::from(*key));
    let bytes = cipher.decrypt(&XNonce::from(*nonce), payload).map(Zeroizing::new).ok()?;
    Some(DataKey::from_bytes(bytes.as_slice().try_into().ok()?))
}

fn file_key(file: &[u8; 32], lineage: &Lineage) -> Zeroizing<[u8; 32]> {
    derive(file, lineage, "ironward/2/wrap/key-file")
}

/// Wraps a key under the bytes of a key file.
///
/// # Errors
/// [`StoreError`] when there are no random bytes.
pub fn wrap_with_file(file: &[u8; 32], key: &DataKey, lineage: &Lineage) -> Result<Wrapped, StoreError> {
    Ok(Wrapped::KeyFile { wrapped: encrypt(&file_key(file, lineage), key, lineage, "key-file")? })
}

/// Unwraps a key with the bytes of a key file; nothing where it is another's.
#[must_use]
pub fn unwrap_with_file(file: &[u8; 32], wrapped: &[u8], lineage: &Lineage) -> Option<DataKey> {
    decrypt(&file_key(file, lineage), wrapped, lineage, "key-file")
}

fn passphrase_key(passphrase: &Passphrase, cost: Cost, salt: &[u8; 16]) -> Option<Zeroizing<[u8; 32]>> {
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(32)).ok()?;
    let mut key = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.0.expose_secret().as_bytes(), salt, &mut *key)
        .ok()?;
    Some(key)
}

/// Wraps a key under a passphrase.
///
/// # Errors
/// [`StoreError`] when the cost isn't one that Argon2id knows, or when there are no random bytes.
pub fn wrap_with_passphrase(
    passphrase: &Passphrase,
    cost: Cost,
    key: &DataKey,
    lineage: &Lineage,
) -> Result<Wrapped, StoreError> {
    let salt = random()?;
    let derived = passphrase_key(passphrase, cost, &salt).ok_or_else(|| {
        StoreError::new(StoreErrorKind::Refused, "Argon2id doesn't work with this cost or passphrase")
    })?;
    Ok(Wrapped::Passphrase { cost, salt, wrapped: encrypt(&derived, key, lineage, "passphrase")? })
}

/// Unwraps a key with a passphrase; nothing where it is the wrong one.
#[must_use]
pub fn unwrap_with_passphrase(
    passphrase: &Passphrase,
    cost: Cost,
    salt: &[u8; 16],
    wrapped: &[u8],
    lineage: &Lineage,
) -> Option<DataKey> {
    if !cost.is_sensible() {
        return None;
    }
    decrypt(&*passphrase_key(passphrase, cost, salt)?, wrapped, lineage, "passphrase")
}
