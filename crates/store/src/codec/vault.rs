//! Sealing and digests under the keys of one state.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use ironward_core::state::Lineage;
use ironward_core::store::{StoreError, StoreErrorKind};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::keys::DataKey;
use super::{Damage, text};

/// A link of a chain: 32 bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of these bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

/// 64 hexadecimal digits.
impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text::to_hex(&self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let digits = String::deserialize(deserializer)?;
        text::digest(&digits).ok_or_else(|| serde::de::Error::custom("this isn't a digest"))
    }
}

/// A place in the chain of operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// The serial after the last operation.
    pub serial: u64,
    /// The chain's digest there.
    pub digest: Digest,
}

/// A place in the chain of applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The number of the last concluded apply.
    pub apply: u64,
    /// The chain's digest there.
    pub digest: Digest,
}

/// What a record is: none passes for one of another kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// A snapshot.
    Snapshot,
    /// The first line of a journal.
    Journal,
    /// An entry of the journal.
    Entry,
    /// The first line of a history.
    History,
    /// An apply of the history.
    Apply,
    /// A saved plan.
    Plan,
    /// An anchored head.
    Head,
    /// The first line of a segment: a part of the journal or of the history that is an object.
    Segment,
}

impl Kind {
    const ALL: [Self; 8] = [
        Self::Snapshot,
        Self::Journal,
        Self::Entry,
        Self::History,
        Self::Apply,
        Self::Plan,
        Self::Head,
        Self::Segment,
    ];

    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Snapshot => "snapshot",
            Self::Journal => "journal",
            Self::Entry => "entry",
            Self::History => "history",
            Self::Apply => "apply",
            Self::Plan => "plan",
            Self::Head => "head",
            Self::Segment => "segment",
        }
    }
}

/// The keys of one state, and what is done with them.
pub struct Vault {
    lineage: Lineage,
    cipher: Option<XChaCha20Poly1305>,
    chains: [Zeroizing<[u8; 32]>; Kind::ALL.len()],
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault")
            .field("lineage", &self.lineage.as_str())
            .field("sealed", &self.cipher.is_some())
            .finish_non_exhaustive()
    }
}

/// A key of its own for each label.
pub(super) fn derive(secret: &[u8], lineage: &Lineage, label: &str) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    // HKDF refuses only more than 255 blocks.
    let _ =
        Hkdf::<Sha256>::new(Some(lineage.as_str().as_bytes()), secret).expand(label.as_bytes(), &mut *key);
    key
}

/// Fills with random bytes of the operating system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], StoreError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| {
        StoreError::new(StoreErrorKind::Unreachable, "the operating system gives no random bytes")
            .with_hint("check that the random device is there, then run again")
            .with_source(error)
    })?;
    Ok(bytes)
}

impl Vault {
    /// The vault of an encrypted state.
    #[must_use]
    pub fn sealed(lineage: Lineage, key: &DataKey) -> Self {
        let seal = derive(key.expose(), &lineage, "ironward/2/seal");
        let cipher = Some(XChaCha20Poly1305::new(&Key::from(*seal)));
        let chains = Kind::ALL
            .map(|kind| derive(key.expose(), &lineage, &format!("ironward/2/chain/{}", kind.label())));
        Self { lineage, cipher, chains }
    }

    /// The vault of a state that isn't encrypted: its chains are keyed by nothing secret.
    #[must_use]
    pub fn plain(lineage: Lineage) -> Self {
        let public = Sha256::digest(lineage.as_str().as_bytes());
        let chains =
            Kind::ALL.map(|kind| derive(&public, &lineage, &format!("ironward/2/public/{}", kind.label())));
        Self { lineage, cipher: None, chains }
    }

    /// Whose it is.
    #[must_use]
    pub fn lineage(&self) -> &Lineage {
        &self.lineage
    }

    /// Whether it encrypts and its chains are keyed by a secret.
    #[must_use]
    pub fn is_sealed(&self) -> bool {
        self.cipher.is_some()
    }

    /// The digest of what follows `previous` in the chain of `kind`.
    #[must_use]
    pub fn digest(&self, kind: Kind, previous: &Digest, number: u64, body: &[u8]) -> Digest {
        // HMAC fills a key up to a block with zeros.
        let mut block = Zeroizing::new([0; 64]);
        block[..32].copy_from_slice(&*self.chains[kind as usize]);
        let mut mac = <Hmac<Sha256> as KeyInit>::new(&(*block).into());
        mac.update(&previous.0);
        mac.update(&number.to_le_bytes());
        mac.update(body);
        Digest(mac.finalize().into_bytes().into())
    }

    /// Where the chain of `kind` begins, after `number`.
    #[must_use]
    pub fn origin(&self, kind: Kind, number: u64) -> Digest {
        self.digest(kind, &Digest([0; 32]), number, self.lineage.as_str().as_bytes())
    }

    fn bound(&self, kind: Kind, number: u64) -> Vec<u8> {
        format!("ironward/2\n{}\n{}\n{number}", self.lineage.as_str(), kind.label()).into_bytes()
    }

    /// JSON text as it is stored: base64 of nonce and ciphertext in quotes, or the text itself where
    /// nothing is encrypted.
    ///
    /// # Errors
    /// [`StoreError`] when there are no random bytes.
    pub fn seal(&self, kind: Kind, number: u64, json: &str) -> Result<String, StoreError> {
        let Some(cipher) = &self.cipher else { return Ok(json.to_owned()) };
        let nonce = random::<24>()?;
        let payload = Payload { msg: json.as_bytes(), aad: &self.bound(kind, number) };
        let sealed = cipher
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| StoreError::new(StoreErrorKind::Refused, "a record is too large to be encrypted"))?;
        Ok(format!("\"{}\"", BASE64.encode([nonce.as_slice(), &sealed].concat())))
    }

    /// The JSON text again.
    ///
    /// # Errors
    /// [`Damage`] when it wasn't sealed as this kind and number of this state.
    pub fn unseal(&self, kind: Kind, number: u64, body: &str) -> Result<Zeroizing<Vec<u8>>, Damage> {
        let Some(cipher) = &self.cipher else { return Ok(Zeroizing::new(body.as_bytes().to_vec())) };
        let broken = || {
            Damage::new(
                "this doesn't open with the state's key; it was damaged, moved or is of another state",
            )
        };
        let text = body.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).ok_or_else(broken)?;
        let bytes = BASE64.decode(text).map_err(|_| broken())?;
        let (nonce, sealed) = bytes.split_first_chunk::<24>().ok_or_else(broken)?;
        let payload = Payload { msg: sealed, aad: &self.bound(kind, number) };
        cipher.decrypt(&XNonce::from(*nonce), payload).map(Zeroizing::new).map_err(|_| broken())
    }
}
