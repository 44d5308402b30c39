//! Parts of the journal and of the history, an object each.
//!
//! A segment is a first line and the codec's lines of some entries, or of one apply:
//! `{"format":2,"kind":"journal","lineage":"…","position":9,"fence":3,"holder":"…","since":…,"token":"…","after":12,"head":"…","digest":"…"}`.
//! A segment of the journal without entries is the marker of a takeover. The digest covers the first
//! line and where the chain stood, so that no byte of it can change; the lines below are chained as in
//! any journal. The token is random: no two writers ever write the same bytes.

use ironward_core::clock::Timestamp;
use ironward_core::store::{StoreError, StoreErrorKind};
use serde::{Deserialize, Serialize};

use crate::codec::vault::{Digest, Kind, Point, Vault, random};
use crate::codec::{Damage, FORMAT, text};

/// What a segment is a part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Of {
    Journal,
    History,
}

impl Of {
    /// What the keys of its segments begin with.
    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Self::Journal => "journal/",
            Self::History => "history/",
        }
    }

    /// The key of a segment: as many digits as the largest has, so that their order is that of their
    /// numbers.
    pub(crate) fn key(self, position: u64) -> String {
        format!("{}{position:020}", self.prefix())
    }

    /// The position that a key names.
    pub(crate) fn position(self, key: &str) -> Option<u64> {
        let position = key.strip_prefix(self.prefix())?.parse().ok()?;
        (self.key(position) == key).then_some(position)
    }
}

/// Who writes segments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Author {
    pub(crate) fence: u64,
    pub(crate) holder: String,
    pub(crate) since: Timestamp,
}

/// The first line of a segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Heading {
    format: u32,
    pub(crate) kind: Of,
    lineage: String,
    pub(crate) position: u64,
    #[serde(flatten)]
    pub(crate) author: Author,
    token: String,
    after: u64,
    head: Digest,
}

impl Heading {
    /// Where the chain stood before it.
    pub(crate) fn after(&self) -> Point {
        Point { serial: self.after, digest: self.head }
    }

    fn encode(&self, vault: &Vault) -> Option<String> {
        let plain = serde_json::to_string(self).ok()?;
        let digest = vault.digest(Kind::Segment, &self.head, self.position, plain.as_bytes());
        Some(format!("{},\"digest\":\"{digest}\"}}\n", plain.strip_suffix('}')?))
    }
}

/// The bytes of a segment; `after` is where its chain stands.
pub(crate) fn write(
    vault: &Vault,
    kind: Of,
    position: u64,
    author: &Author,
    after: &Point,
    lines: &str,
) -> Result<Vec<u8>, StoreError> {
    let heading = Heading {
        format: FORMAT,
        kind,
        lineage: vault.lineage().as_str().to_owned(),
        position,
        author: author.clone(),
        token: text::to_hex(&random::<16>()?),
        after: after.serial,
        head: after.digest,
    };
    let first = heading.encode(vault);
    let first =
        first.ok_or_else(|| StoreError::new(StoreErrorKind::Defect, "the segment has no JSON form"))?;
    Ok([first.as_bytes(), lines.as_bytes()].concat())
}

/// Who wrote a segment, as it says itself.
pub(crate) fn author(bytes: &[u8]) -> Option<Author> {
    let first = bytes.split(|byte| *byte == b'\n').next()?;
    serde_json::from_slice::<Heading>(first).ok().map(|heading| heading.author)
}

/// The first line of a segment and the lines below.
///
/// # Errors
/// [`Damage`] when it isn't exactly what was written with this vault at this position.
pub(crate) fn read<'a>(
    vault: &Vault,
    kind: Of,
    position: u64,
    bytes: &'a [u8],
) -> Result<(Heading, &'a [u8]), Damage> {
    let broken = || Damage::new("this isn't the first line of a segment; it was damaged").at(1);
    let end = bytes.iter().position(|byte| *byte == b'\n').ok_or_else(broken)? + 1;
    let (first, lines) = bytes.split_at(end);
    text::format(std::str::from_utf8(first).map_err(|_| broken())?).map_err(|damage| damage.at(1))?;
    let heading: Heading = serde_json::from_slice(first).map_err(|_| broken())?;
    if heading.lineage != vault.lineage().as_str() {
        let whose = format!("this is a segment of another state ({})", heading.lineage);
        return Err(Damage::foreign(whose).at(1));
    }
    // What isn't written exactly so was changed, wherever.
    if heading.encode(vault).as_deref().map(str::as_bytes) != Some(first) {
        return Err(broken());
    }
    if heading.kind != kind || heading.position != position {
        return Err(Damage::new("this segment was moved here from another place").at(1));
    }
    Ok((heading, lines))
}
