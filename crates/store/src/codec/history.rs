//! The history's lines.
//!
//! The first says whose history it is and after which apply it goes on:
//! `{"format":2,"kind":"history","lineage":"…","after":0,"digest":"…"}`. Every other is one
//! concluded apply: `{"apply":1,"digest":"…","record":…}`. The digests are a chain, as the
//! journal's are.

use ironward_core::history::Apply;
use ironward_core::store::{StoreError, StoreErrorKind};
use serde::{Deserialize, Serialize};

use super::vault::{Digest, Kind, Mark, Point, Vault};
use super::{Damage, FORMAT, text};

/// One concluded apply, and the part of the chain of operations that is its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The apply.
    #[serde(flatten)]
    pub apply: Apply,
    /// The point right after it began.
    pub from: Point,
    /// The point right after it ended; where it was interrupted, right before the next began.
    pub to: Point,
}

/// A history that was read.
#[derive(Debug)]
pub struct History {
    /// Where its chain begins.
    pub after: Mark,
    /// The applies with their digests; the first has the number `after.apply + 1`.
    pub records: Vec<(Record, Digest)>,
    /// How many bytes of it are whole lines.
    pub length: u64,
    /// Whether the last of these lacks its line end.
    pub unterminated: bool,
    /// How many bytes of a torn last line follow.
    pub torn: u64,
}

impl History {
    /// The chain's head.
    #[must_use]
    pub fn head(&self) -> Mark {
        let last = self.records.last();
        last.map_or(self.after, |(record, digest)| Mark { apply: record.apply.begun.number, digest: *digest })
    }

    /// The digest of the chain after `apply`, where the history holds it.
    #[must_use]
    pub fn digest_at(&self, apply: u64) -> Option<Digest> {
        match apply.checked_sub(self.after.apply)? {
            0 => Some(self.after.digest),
            index => self.records.get(usize::try_from(index - 1).ok()?).map(|(_, digest)| *digest),
        }
    }
}

fn header_digest(vault: &Vault, after: u64) -> Digest {
    vault.origin(Kind::History, after)
}

/// The first line of a history that goes on after the apply `after`.
#[must_use]
pub fn header(vault: &Vault, after: u64) -> String {
    format!(
        "{{\"format\":{FORMAT},\"kind\":\"history\",\"lineage\":\"{}\",\"after\":{after},\"digest\":\"{}\"}}\n",
        vault.lineage().as_str(),
        header_digest(vault, after)
    )
}

/// The line of the apply that follows `head`, and the new head.
///
/// # Errors
/// [`StoreError`] when there are no random bytes.
pub fn line(vault: &Vault, head: &Mark, record: &Record) -> Result<(String, Mark), StoreError> {
    let json = serde_json::to_string(record).map_err(|error| {
        StoreError::new(StoreErrorKind::Defect, "the apply has no JSON form").with_source(error)
    })?;
    let apply = head.apply + 1;
    let body = vault.seal(Kind::Apply, apply, &json)?;
    let digest = vault.digest(Kind::Apply, &head.digest, apply, body.as_bytes());
    Ok((format!("{{\"apply\":{apply},\"digest\":\"{digest}\",\"record\":{body}}}\n"), Mark { apply, digest }))
}

/// Reads a history.
///
/// # Errors
/// [`Damage`] with the first line that isn't exactly what was written with this vault.
pub fn read(vault: &Vault, bytes: &[u8]) -> Result<History, Damage> {
    let mut lines = bytes.split_inclusive(|byte| *byte == b'\n');
    let first = lines.next().unwrap_or_default();
    let after = read_header(vault, first).map_err(|damage| damage.at(1))?;
    let after = Mark { apply: after, digest: vault.origin(Kind::Apply, after) };
    read_lines(vault, after, first.len() as u64, lines)
}

/// Reads the applies that follow `after` and a first line of `length` bytes.
pub(crate) fn read_lines<'a>(
    vault: &Vault,
    after: Mark,
    length: u64,
    lines: impl Iterator<Item = &'a [u8]>,
) -> Result<History, Damage> {
    let mut history = History { after, records: Vec::new(), length, unterminated: false, torn: 0 };
    let mut head = after;
    let mut reached = None;
    for (index, raw) in lines.enumerate() {
        let (line, ended) = match raw.split_last() {
            Some((b'\n', line)) => (line, true),
            _ => (raw, false),
        };
        match read_line(vault, &head, line) {
            Ok((record, mark)) => {
                follows(reached, &record).map_err(|damage| damage.at(index + 2))?;
                reached = Some(record.to.serial);
                history.records.push((record, mark.digest));
                history.length += raw.len() as u64;
                history.unterminated = !ended;
                head = mark;
            }
            Err(_) if !ended && is_torn(vault, &head, line) => history.torn = raw.len() as u64,
            Err(damage) => return Err(damage.at(index + 2)),
        }
    }
    Ok(history)
}

/// Applies follow each other: none begins before the one before it ended.
pub(crate) fn follows(reached: Option<u64>, record: &Record) -> Result<(), Damage> {
    let fits = record.from.serial <= record.to.serial && reached.is_none_or(|end| end < record.from.serial);
    let number = record.apply.begun.number;
    if fits { Ok(()) } else { Err(Damage::new(format!("apply {number} overlaps the one before it"))) }
}

fn is_torn(vault: &Vault, head: &Mark, line: &[u8]) -> bool {
    text::is_beginning(line, b"{\"apply\":", |whole| read_line(vault, head, whole).is_ok())
}

fn read_header(vault: &Vault, line: &[u8]) -> Result<u64, Damage> {
    let broken = || Damage::new("this isn't the first line of a history; it was damaged");
    let fields = text::format(std::str::from_utf8(line).map_err(|_| broken())?)?;
    let parse = || {
        let (whose, rest) =
            fields.strip_prefix("\"kind\":\"history\",\"lineage\":\"")?.split_once("\",\"after\":")?;
        let (after, rest) = rest.split_once(",\"digest\":\"")?;
        Some((whose, text::whole(after)?, text::digest(rest.strip_suffix("\"}\n")?)?))
    };
    let (whose, after, digest) = parse().ok_or_else(broken)?;
    if whose != vault.lineage().as_str() {
        return Err(Damage::foreign(format!(
            "this is the history of another state ({whose}) than the snapshot ({})",
            vault.lineage().as_str()
        )));
    }
    if header_digest(vault, after) != digest {
        return Err(Damage::new("the digest doesn't fit; the line was damaged or edited"));
    }
    Ok(after)
}

fn read_line(vault: &Vault, head: &Mark, line: &[u8]) -> Result<(Record, Mark), Damage> {
    let parse = || {
        let text = std::str::from_utf8(line).ok()?;
        let (number, rest) = text.strip_prefix("{\"apply\":")?.split_once(",\"digest\":\"")?;
        let (digest, rest) = rest.split_once("\",\"record\":")?;
        Some((text::whole(number)?, text::digest(digest)?, rest.strip_suffix('}')?))
    };
    let (number, digest, body) =
        parse().ok_or_else(|| Damage::new("this isn't an apply; the line was damaged or edited"))?;
    let apply = head.apply + 1;
    if number != apply {
        return Err(Damage::new(format!("this is apply {number}, and apply {apply} should stand here")));
    }
    if vault.digest(Kind::Apply, &head.digest, apply, body.as_bytes()) != digest {
        return Err(Damage::new(format!(
            "the digest of apply {apply} doesn't fit; it was damaged or edited"
        )));
    }
    let json = vault.unseal(Kind::Apply, apply, body)?;
    let record: Record = serde_json::from_slice(&json)
        .map_err(|error| Damage::new(format!("can't be understood: {error}")))?;
    if record.apply.begun.number != apply {
        return Err(Damage::new(format!("apply {apply} calls itself {}", record.apply.begun.number)));
    }
    Ok((record, Mark { apply, digest }))
}
