//! The journal's lines.
//!
//! The first says whose journal it is and after which point of the chain of operations it goes on:
//! `{"format":2,"kind":"journal","lineage":"…","after":12,"head":"…","digest":"…"}`. Every other is
//! one entry: `{"seq":13,"digest":"…","entry":…}`. A digest covers the one before it, the number
//! and the entry's bytes, so that no line can change, move, or come from another state.

use ironward_core::state::Entry;
use ironward_core::store::StoreError;

use super::vault::{Digest, Kind, Point, Vault};
use super::{Damage, FORMAT, text};

/// A journal that was read.
#[derive(Debug)]
pub struct Journal {
    /// The point after which it was begun.
    pub after: Point,
    /// The entries with their digests; the first has the serial `after.serial + 1`.
    pub entries: Vec<(Entry, Digest)>,
    /// How many bytes of it are whole lines.
    pub length: u64,
    /// Whether the last of these lacks its line end.
    pub unterminated: bool,
    /// How many bytes of a torn last line follow.
    pub torn: u64,
}

impl Journal {
    /// The serial of the last entry.
    #[must_use]
    pub fn last(&self) -> u64 {
        self.after.serial + self.entries.len() as u64
    }

    /// The digest of the chain at `serial`, where the journal holds it.
    #[must_use]
    pub fn digest_at(&self, serial: u64) -> Option<Digest> {
        match serial.checked_sub(self.after.serial)? {
            0 => Some(self.after.digest),
            index => {
                let index = usize::try_from(index - 1).ok()?;
                self.entries.get(index).map(|(_, digest)| *digest)
            }
        }
    }
}

fn header_digest(vault: &Vault, after: &Point) -> Digest {
    vault.digest(Kind::Journal, &after.digest, after.serial, vault.lineage().as_str().as_bytes())
}

/// The first line of a journal.
#[must_use]
pub fn header(vault: &Vault, after: &Point) -> String {
    format!(
        "{{\"format\":{FORMAT},\"kind\":\"journal\",\"lineage\":\"{}\",\"after\":{},\"head\":\"{}\",\
         \"digest\":\"{}\"}}\n",
        vault.lineage().as_str(),
        after.serial,
        after.digest,
        header_digest(vault, after)
    )
}

/// The line of the entry that follows `head`, whose JSON text is given, and the new head.
///
/// # Errors
/// [`StoreError`] when there are no random bytes.
pub fn line(vault: &Vault, head: &Point, entry: &str) -> Result<(String, Point), StoreError> {
    let serial = head.serial + 1;
    let body = vault.seal(Kind::Entry, serial, entry)?;
    let digest = vault.digest(Kind::Entry, &head.digest, serial, body.as_bytes());
    Ok((format!("{{\"seq\":{serial},\"digest\":\"{digest}\",\"entry\":{body}}}\n"), Point { serial, digest }))
}

/// Reads a journal.
///
/// # Errors
/// [`Damage`] with the first line that isn't exactly what was written with this vault.
pub fn read(vault: &Vault, bytes: &[u8]) -> Result<Journal, Damage> {
    let mut lines = bytes.split_inclusive(|byte| *byte == b'\n');
    let first = lines.next().unwrap_or_default();
    let after = read_header(vault, first).map_err(|damage| damage.at(1))?;
    read_lines(vault, after, first.len() as u64, lines)
}

/// Reads the entries that follow `after` and a first line of `length` bytes.
pub(crate) fn read_lines<'a>(
    vault: &Vault,
    after: Point,
    length: u64,
    lines: impl Iterator<Item = &'a [u8]>,
) -> Result<Journal, Damage> {
    let mut journal = Journal { after, entries: Vec::new(), length, unterminated: false, torn: 0 };
    let mut head = after;
    for (index, raw) in lines.enumerate() {
        let (line, ended) = match raw.split_last() {
            Some((b'\n', line)) => (line, true),
            _ => (raw, false),
        };
        match read_line(vault, &head, line) {
            Ok((entry, point)) => {
                journal.entries.push((entry, point.digest));
                journal.length += raw.len() as u64;
                journal.unterminated = !ended;
                head = point;
            }
            Err(_) if !ended && is_torn(vault, &head, line) => journal.torn = raw.len() as u64,
            Err(damage) => return Err(damage.at(index + 2)),
        }
    }
    Ok(journal)
}

fn is_torn(vault: &Vault, head: &Point, line: &[u8]) -> bool {
    text::is_beginning(line, b"{\"seq\":", |whole| read_line(vault, head, whole).is_ok())
}

fn read_header(vault: &Vault, line: &[u8]) -> Result<Point, Damage> {
    let broken = || Damage::new("this isn't the first line of a journal; it was damaged");
    let fields = text::format(std::str::from_utf8(line).map_err(|_| broken())?)?;
    let parse = || {
        let (whose, rest) =
            fields.strip_prefix("\"kind\":\"journal\",\"lineage\":\"")?.split_once("\",\"after\":")?;
        let (after, rest) = rest.split_once(",\"head\":\"")?;
        let (head, rest) = rest.split_once("\",\"digest\":\"")?;
        let digest = text::digest(rest.strip_suffix("\"}\n")?)?;
        Some((whose, Point { serial: text::whole(after)?, digest: text::digest(head)? }, digest))
    };
    let (whose, after, digest) = parse().ok_or_else(broken)?;
    if whose != vault.lineage().as_str() {
        return Err(Damage::foreign(format!(
            "this is the journal of another state ({whose}) than the snapshot ({})",
            vault.lineage().as_str()
        )));
    }
    if header_digest(vault, &after) != digest {
        return Err(Damage::new("the digest doesn't fit; the line was damaged or edited"));
    }
    Ok(after)
}

fn read_line(vault: &Vault, head: &Point, line: &[u8]) -> Result<(Entry, Point), Damage> {
    let parse = || {
        let text = std::str::from_utf8(line).ok()?;
        let (seq, rest) = text.strip_prefix("{\"seq\":")?.split_once(",\"digest\":\"")?;
        let (digest, rest) = rest.split_once("\",\"entry\":")?;
        Some((text::whole(seq)?, text::digest(digest)?, rest.strip_suffix('}')?))
    };
    let (seq, digest, body) =
        parse().ok_or_else(|| Damage::new("this isn't an entry; the line was damaged or edited"))?;
    let serial = head.serial + 1;
    if seq != serial {
        return Err(Damage::new(format!("this is entry {seq}, and entry {serial} should stand here")));
    }
    if vault.digest(Kind::Entry, &head.digest, serial, body.as_bytes()) != digest {
        return Err(Damage::new("the digest doesn't fit; the line was damaged or edited"));
    }
    let json = vault.unseal(Kind::Entry, serial, body)?;
    let entry = serde_json::from_slice(&json)
        .map_err(|error| Damage::new(format!("can't be understood: {error}")))?;
    Ok((entry, Point { serial, digest }))
}
