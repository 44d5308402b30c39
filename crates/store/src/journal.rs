//! The journal's lines.
//!
//! The first says whose journal it is and after which serial it goes on:
//! `{"format":1,"lineage":"…","after":12,"crc32":"…"}`. Every other is one entry:
//! `{"seq":13,"crc32":"…","entry":{…}}`. A checksum covers the lineage, the number and the
//! entry's bytes, so that no line can change, move, or come from another state.

use std::path::Path;

use ironward_core::state::{Entry, Lineage};
use ironward_core::store::StoreError;

use crate::disk::corrupt;
use crate::snapshot::{FORMAT, newer};

/// A journal that was read.
#[derive(Debug)]
pub(crate) struct Journal {
    /// The serial of the snapshot that it was begun after.
    pub(crate) after: u64,
    /// The entries; the first has the number `after + 1`.
    pub(crate) entries: Vec<Entry>,
    /// How many bytes of the file are whole lines.
    pub(crate) length: u64,
    /// Whether the last of these lacks its line end.
    pub(crate) unterminated: bool,
    /// How many bytes of a torn last line follow.
    pub(crate) torn: u64,
}

/// The first line of a journal.
pub(crate) fn header(lineage: &Lineage, after: u64) -> String {
    let sum = checksum(lineage, after, b"header");
    format!(
        "{{\"format\":{FORMAT},\"lineage\":\"{}\",\"after\":{after},\"crc32\":\"{sum:08x}\"}}\n",
        lineage.as_str()
    )
}

/// The line of an entry, whose JSON is given.
pub(crate) fn line(lineage: &Lineage, number: u64, entry: &str) -> String {
    let sum = checksum(lineage, number, entry.as_bytes());
    format!("{{\"seq\":{number},\"crc32\":\"{sum:08x}\",\"entry\":{entry}}}\n")
}

fn checksum(lineage: &Lineage, number: u64, bytes: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(lineage.as_str().as_bytes());
    hasher.update(&number.to_le_bytes());
    hasher.update(bytes);
    hasher.finalize()
}

/// Reads a journal of `lineage`.
pub(crate) fn read(path: &Path, bytes: &[u8], lineage: &Lineage) -> Result<Journal, StoreError> {
    let bad = |line: usize, what: &str| corrupt(path, Some(line), what);
    let mut lines = bytes.split_inclusive(|byte| *byte == b'\n');
    let first = lines.next().unwrap_or_default();
    let after = read_header(path, first, lineage)?;
    let mut journal =
        Journal { after, entries: Vec::new(), length: first.len() as u64, unterminated: false, torn: 0 };
    for (index, raw) in lines.enumerate() {
        let (number, expected) = (index + 2, after + 1 + index as u64);
        let (text, ended) = match raw.split_last() {
            Some((b'\n', text)) => (text, true),
            _ => (raw, false),
        };
        match read_line(text, lineage) {
            Ok((seq, _)) if seq != expected => {
                let what = format!("this is entry {seq}, and entry {expected} should stand here");
                return Err(bad(number, &what));
            }
            Ok((_, entry)) => {
                journal.entries.push(entry);
                journal.length += raw.len() as u64;
                journal.unterminated = !ended;
            }
            Err(_) if !ended && is_beginning(text, lineage) => journal.torn = raw.len() as u64,
            Err(what) => return Err(bad(number, &what)),
        }
    }
    Ok(journal)
}

fn read_header(path: &Path, line: &[u8], lineage: &Lineage) -> Result<u64, StoreError> {
    let bad = |what: &str| corrupt(path, Some(1), what);
    let broken = || bad("this isn't the first line of a journal; it was damaged");
    let text = std::str::from_utf8(line).map_err(|_| broken())?;
    let parse = || {
        let (format, rest) = text.strip_prefix("{\"format\":")?.split_once(",\"lineage\":\"")?;
        let (whose, rest) = rest.split_once("\",\"after\":")?;
        let (after, rest) = rest.split_once(",\"crc32\":\"")?;
        let sum = rest.strip_suffix("\"}\n")?;
        Some((whole(format)?, whose, whole(after)?, hex(sum)?))
    };
    let (format, whose, after, sum) = parse().ok_or_else(broken)?;
    if format != u64::from(FORMAT) {
        return Err(newer(path, u32::try_from(format).unwrap_or(u32::MAX)));
    }
    if whose != lineage.as_str() {
        let what = format!(
            "this is the journal of another state ({whose}) than the snapshot ({})",
            lineage.as_str()
        );
        return Err(bad(&what));
    }
    if checksum(lineage, after, b"header") != sum {
        return Err(bad("the checksum doesn't fit; the line was damaged or edited"));
    }
    Ok(after)
}

fn read_line(line: &[u8], lineage: &Lineage) -> Result<(u64, Entry), String> {
    let parse = || {
        let text = std::str::from_utf8(line).ok()?;
        let (seq, rest) = text.strip_prefix("{\"seq\":")?.split_once(",\"crc32\":\"")?;
        let (sum, rest) = rest.split_once("\",\"entry\":")?;
        Some((whole(seq)?, hex(sum)?, rest.strip_suffix('}')?))
    };
    let (seq, sum, entry) = parse().ok_or("this isn't an entry; the line was damaged or edited")?;
    if checksum(lineage, seq, entry.as_bytes()) != sum {
        return Err("the checksum doesn't fit; the line was damaged or edited".to_owned());
    }
    let entry = serde_json::from_str(entry).map_err(|error| format!("can't be understood: {error}"))?;
    Ok((seq, entry))
}

/// Whether this is how an entry's line begins: what a process leaves that is killed while it
/// writes. Text that holds a whole entry and something more isn't.
fn is_beginning(text: &[u8], lineage: &Lineage) -> bool {
    let start = b"{\"seq\":";
    let fits = if text.len() < start.len() { start.starts_with(text) } else { text.starts_with(start) };
    let whole_before = text.split_last().is_some_and(|(_, before)| read_line(before, lineage).is_ok());
    let cut_off = serde_json::from_slice::<serde::de::IgnoredAny>(text).err().is_some_and(|e| e.is_eof());
    fits && cut_off && !whole_before
}

/// A number in the one way in which we write it.
pub(crate) fn whole(digits: &str) -> Option<u64> {
    let plain = digits == "0" || (!digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit()));
    if plain { digits.parse().ok() } else { None }
}

/// A checksum in the one way in which we write it.
pub(crate) fn hex(digits: &str) -> Option<u32> {
    if digits.len() == 8 && digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        u32::from_str_radix(digits, 16).ok()
    } else {
        None
    }
}
