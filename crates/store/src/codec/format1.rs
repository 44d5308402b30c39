//! What versions before encryption wrote: a snapshot and a journal in clear under CRC-32. They are
//! read once, when the state is upgraded.

use ironward_core::state::{Entry, Lineage, State};

use super::{Damage, text};

const TAIL: &str = "\n}\n";

/// Whether this is a snapshot or a journal of this format.
#[must_use]
pub fn is(bytes: &[u8]) -> bool {
    bytes.starts_with(b"{\"format\":1,")
}

/// Reads a snapshot.
///
/// # Errors
/// [`Damage`] when it isn't exactly what was written.
pub fn read_snapshot(bytes: &[u8]) -> Result<State, Damage> {
    let text =
        std::str::from_utf8(bytes).map_err(|_| Damage::new("this snapshot isn't text; it was damaged"))?;
    let (head, rest) = text
        .split_once('\n')
        .ok_or_else(|| Damage::new("this snapshot ends in its first line; it was cut off").at(1))?;
    let sum = head
        .strip_prefix("{\"format\":1,\"crc32\":\"")
        .and_then(|rest| crc(rest.strip_suffix("\",\"state\":")?))
        .ok_or_else(|| Damage::new("this isn't the first line of a snapshot; it was damaged").at(1))?;
    let bad = |what: String| Damage::new(what).at(2);
    let body =
        rest.strip_suffix(TAIL).ok_or_else(|| bad("this snapshot was cut off or damaged".to_owned()))?;
    if crc32fast::hash(body.as_bytes()) != sum {
        return Err(bad("the checksum doesn't fit the state; one of them was damaged or edited".to_owned()));
    }
    let state: State =
        serde_json::from_str(body).map_err(|error| bad(format!("the state can't be understood: {error}")))?;
    let state = state.readable().map_err(|format| Damage::newer(u64::from(format), State::FORMAT).at(2))?;
    match state.violations().as_slice() {
        [] => Ok(state),
        broken => Err(bad(format!("the state contradicts itself: {}", broken.join("; ")))),
    }
}

/// The serial that a journal was begun after, and its entries; a torn last line is left out.
///
/// # Errors
/// [`Damage`] with the first line that isn't exactly what was written for `lineage`.
pub fn read_journal(bytes: &[u8], lineage: &Lineage) -> Result<(u64, Vec<Entry>), Damage> {
    let mut lines = bytes.split_inclusive(|byte| *byte == b'\n');
    let after = read_header(lines.next().unwrap_or_default(), lineage).map_err(|damage| damage.at(1))?;
    let mut entries = Vec::new();
    for (index, raw) in lines.enumerate() {
        let (line, ended) = match raw.split_last() {
            Some((b'\n', line)) => (line, true),
            _ => (raw, false),
        };
        let expected = after + 1 + index as u64;
        match read_line(line, lineage) {
            Ok((seq, _)) if seq != expected => {
                let what = format!("this is entry {seq}, and entry {expected} should stand here");
                return Err(Damage::new(what).at(index + 2));
            }
            Ok((_, entry)) => entries.push(entry),
            Err(_)
                if !ended
                    && text::is_beginning(line, b"{\"seq\":", |whole| read_line(whole, lineage).is_ok()) => {}
            Err(damage) => return Err(damage.at(index + 2)),
        }
    }
    Ok((after, entries))
}

fn read_header(line: &[u8], lineage: &Lineage) -> Result<u64, Damage> {
    let parse = || {
        let text = std::str::from_utf8(line).ok()?;
        let (whose, rest) = text.strip_prefix("{\"format\":1,\"lineage\":\"")?.split_once("\",\"after\":")?;
        let (after, rest) = rest.split_once(",\"crc32\":\"")?;
        Some((whose, text::whole(after)?, crc(rest.strip_suffix("\"}\n")?)?))
    };
    let (whose, after, sum) =
        parse().ok_or_else(|| Damage::new("this isn't the first line of a journal; it was damaged"))?;
    if whose != lineage.as_str() {
        return Err(Damage::foreign(format!(
            "this is the journal of another state ({whose}) than the snapshot ({})",
            lineage.as_str()
        )));
    }
    if checksum(lineage, after, b"header") == sum {
        Ok(after)
    } else {
        Err(Damage::new("the checksum doesn't fit; the line was damaged or edited"))
    }
}

fn read_line(line: &[u8], lineage: &Lineage) -> Result<(u64, Entry), Damage> {
    let parse = || {
        let text = std::str::from_utf8(line).ok()?;
        let (seq, rest) = text.strip_prefix("{\"seq\":")?.split_once(",\"crc32\":\"")?;
        let (sum, rest) = rest.split_once("\",\"entry\":")?;
        Some((text::whole(seq)?, crc(sum)?, rest.strip_suffix('}')?))
    };
    let (seq, sum, entry) =
        parse().ok_or_else(|| Damage::new("this isn't an entry; the line was damaged or edited"))?;
    if checksum(lineage, seq, entry.as_bytes()) != sum {
        return Err(Damage::new("the checksum doesn't fit; the line was damaged or edited"));
    }
    let entry =
        serde_json::from_str(entry).map_err(|error| Damage::new(format!("can't be understood: {error}")))?;
    Ok((seq, entry))
}

fn checksum(lineage: &Lineage, number: u64, bytes: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(lineage.as_str().as_bytes());
    hasher.update(&number.to_le_bytes());
    hasher.update(bytes);
    hasher.finalize()
}

fn crc(digits: &str) -> Option<u32> {
    text::hex(digits).map(u32::from_be_bytes)
}
