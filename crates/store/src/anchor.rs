//! Anchors: where a state's chain stood, kept apart from the state, so that an old copy or a
//! rewritten one shows.
//!
//! A store writes its anchor after the state itself, at every beginning and every end of an apply.
//! So an anchor may lag behind the state and never leads it: a crash between the two costs
//! nothing.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use ironward_core::state::Lineage;
use ironward_core::store::{StoreError, StoreErrorKind};

use crate::codec::load::Loaded;
use crate::codec::vault::{Digest, Kind, Mark, Point, Vault};
use crate::codec::{Damage, FORMAT, text};

/// Where the chains of a state stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Whose chains.
    pub lineage: Lineage,
    /// The state's serial.
    pub serial: u64,
    /// The number of the last concluded apply.
    pub apply: u64,
    /// The digest of both chains together.
    pub digest: Digest,
}

/// A place that keeps one head for each lineage.
#[async_trait]
pub trait Anchor: Send + Sync {
    /// Where that is, for messages.
    fn place(&self, lineage: &Lineage) -> String;

    /// The head that was put last.
    ///
    /// # Errors
    /// [`StoreError`] when it can't be read or was [damaged](StoreErrorKind::Corrupt).
    async fn get(&self, lineage: &Lineage) -> Result<Option<Head>, StoreError>;

    /// Puts a head in the place of the one before. It is durable when this returns.
    ///
    /// # Errors
    /// [`StoreError`] when it can't be written; then the one before stays. Of the kind
    /// [`LeaseLost`](StoreErrorKind::LeaseLost) when another process moved it on.
    async fn put(&self, head: &Head) -> Result<(), StoreError>;
}

/// Anchors in memory, for tests.
#[derive(Debug, Default)]
pub struct MemoryAnchor {
    heads: Mutex<BTreeMap<Lineage, Head>>,
}

#[async_trait]
impl Anchor for MemoryAnchor {
    fn place(&self, _lineage: &Lineage) -> String {
        "memory".to_owned()
    }

    async fn get(&self, lineage: &Lineage) -> Result<Option<Head>, StoreError> {
        Ok(self.heads.lock().unwrap_or_else(PoisonError::into_inner).get(lineage).cloned())
    }

    async fn put(&self, head: &Head) -> Result<(), StoreError> {
        let mut heads = self.heads.lock().unwrap_or_else(PoisonError::into_inner);
        heads.insert(head.lineage.clone(), head.clone());
        Ok(())
    }
}

impl Head {
    /// The head of chains that stand here.
    #[must_use]
    pub fn of(vault: &Vault, point: &Point, mark: &Mark) -> Self {
        let body = format!("{}\n{}", mark.apply, mark.digest);
        Self {
            lineage: vault.lineage().clone(),
            serial: point.serial,
            apply: mark.apply,
            digest: vault.digest(Kind::Head, &point.digest, point.serial, body.as_bytes()),
        }
    }

    /// The head as a line of text, under a checksum.
    #[must_use]
    pub fn encode(&self) -> String {
        let plain = self.plain();
        format!("{plain},\"crc32\":\"{:08x}\"}}\n", crc32fast::hash(plain.as_bytes()))
    }

    fn plain(&self) -> String {
        format!(
            "{{\"format\":{FORMAT},\"lineage\":\"{}\",\"serial\":{},\"apply\":{},\"digest\":\"{}\"",
            self.lineage.as_str(),
            self.serial,
            self.apply,
            self.digest
        )
    }

    /// Reads such a line.
    ///
    /// # Errors
    /// [`Damage`] when it isn't exactly what was written.
    pub fn decode(line: &[u8]) -> Result<Self, Damage> {
        let broken = || Damage::new("this anchor was damaged or edited");
        let fields = text::format(std::str::from_utf8(line).map_err(|_| broken())?)?;
        let parse = || {
            let (lineage, rest) = fields.strip_prefix("\"lineage\":\"")?.split_once("\",\"serial\":")?;
            let (serial, rest) = rest.split_once(",\"apply\":")?;
            let (apply, rest) = rest.split_once(",\"digest\":\"")?;
            let (digest, _) = rest.split_once('"')?;
            Some(Self {
                lineage: Lineage::parse(lineage)?,
                serial: text::whole(serial)?,
                apply: text::whole(apply)?,
                digest: text::digest(digest)?,
            })
        };
        let head = parse().ok_or_else(broken)?;
        // What isn't written exactly so was changed, wherever.
        if head.encode().as_bytes() == line { Ok(head) } else { Err(broken()) }
    }
}

impl Head {
    /// Reads such a line of the state of `lineage`.
    pub(crate) fn decode_for(line: &[u8], lineage: &Lineage) -> Result<Self, Damage> {
        let head = Self::decode(line)?;
        if head.lineage == *lineage {
            Ok(head)
        } else {
            Err(Damage::foreign("this is the anchor of another state"))
        }
    }
}

/// A state that doesn't fit its anchor.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Misfit {
    /// The state is older than the anchor.
    #[error(
        "this is an old copy of the state: it has serial {serial} and {apply} concluded applies, and the anchor \
         stands at serial {anchored} and {anchored_apply}"
    )]
    Old {
        /// The state's serial.
        serial: u64,
        /// Its last concluded apply.
        apply: u64,
        /// The anchor's serial.
        anchored: u64,
        /// The anchor's apply.
        anchored_apply: u64,
    },
    /// The state has another past than the anchor knows.
    #[error("the state was rewritten: its chain has another digest at serial {serial} than the anchor")]
    Rewritten {
        /// The anchored serial.
        serial: u64,
    },
}

/// Holds a state against its anchor, and tells by how many serials the anchor lags.
///
/// # Errors
/// [`Misfit`] when the state is older than the anchor, or has another past.
pub fn check(vault: &Vault, loaded: &Loaded, anchored: &Head) -> Result<u64, Misfit> {
    let (serial, apply) = (loaded.head.serial, loaded.concluded());
    if serial < anchored.serial || apply < anchored.apply {
        let (anchored, anchored_apply) = (anchored.serial, anchored.apply);
        return Err(Misfit::Old { serial, apply, anchored, anchored_apply });
    }
    let rewritten = Misfit::Rewritten { serial: anchored.serial };
    let (Some(digest), Some(mark)) =
        (loaded.digest_at(anchored.serial), loaded.apply_digest_at(anchored.apply))
    else {
        // Anchors are put where applies begin and end, and those points are known for good.
        return Err(rewritten);
    };
    let point = Point { serial: anchored.serial, digest };
    let fits = Head::of(vault, &point, &Mark { apply: anchored.apply, digest: mark }) == *anchored;
    if fits { Ok(serial - anchored.serial) } else { Err(rewritten) }
}

/// Reads the head of `lineage`; an anchor that can't be read is refused only if `strict`.
pub(crate) async fn fetch(
    anchor: Option<&dyn Anchor>,
    lineage: &Lineage,
    strict: bool,
) -> Result<Option<Head>, StoreError> {
    match anchor {
        None => Ok(None),
        Some(anchor) => match anchor.get(lineage).await {
            Err(_) if !strict => Ok(None),
            answer => answer,
        },
    }
}

impl From<Misfit> for StoreError {
    fn from(misfit: Misfit) -> Self {
        Self::new(StoreErrorKind::Misfit, misfit.to_string()).with_source(misfit)
    }
}

/// Refuses a state, which is kept at `place`, that doesn't fit its head.
pub(crate) fn refuse_misfit(
    anchor: Option<&dyn Anchor>,
    anchored: Option<&Head>,
    vault: &Vault,
    loaded: &Loaded,
    place: &str,
) -> Result<(), StoreError> {
    let (Some(anchor), Some(head)) = (anchor, anchored) else { return Ok(()) };
    check(vault, loaded, head).map(drop).map_err(|misfit| {
        let message = format!("{place}: {misfit} ({})", anchor.place(vault.lineage()));
        StoreError::new(StoreErrorKind::Misfit, message).with_source(misfit).with_hint(
            "nothing was changed: put the newest copy of the state in its place; or, if you restored \
             this one on purpose, type `state accept`",
        )
    })
}
