//! The snapshot: one JSON object of fixed outer form around the state.
//!
//! ```text
//! {"format":1,"crc32":"0a1b2c3d","state":
//! {…}
//! }
//! ```
//! The checksum covers the middle, byte for byte; the rest is compared as it stands. So no
//! changed byte goes unnoticed, and `jq .state state.json` still works.

use std::path::Path;

use ironward_core::state::State;
use ironward_core::store::StoreError;

use crate::disk::corrupt;
use crate::journal;

/// The version of snapshot and journal files.
pub(crate) const FORMAT: u32 = 1;
const TAIL: &str = "\n}\n";

/// The text of a snapshot.
pub(crate) fn write(state: &State) -> Result<Vec<u8>, StoreError> {
    let body = serde_json::to_string(state)
        .map_err(|error| StoreError::new("the state has no JSON form").with_source(error))?;
    let sum = crc32fast::hash(body.as_bytes());
    Ok(format!("{{\"format\":{FORMAT},\"crc32\":\"{sum:08x}\",\"state\":\n{body}{TAIL}").into_bytes())
}

/// Reads a snapshot back.
pub(crate) fn read(path: &Path, bytes: &[u8]) -> Result<State, StoreError> {
    let text = std::str::from_utf8(bytes)
        .map_err(|_| corrupt(path, None, "this snapshot isn't text; it was damaged"))?;
    let damaged = |line, what: &str| corrupt(path, Some(line), what);
    let Some((head, rest)) = text.split_once('\n') else {
        return Err(damaged(1, "this snapshot ends in its first line; it was cut off"));
    };
    let (format, sum) =
        header(head).ok_or_else(|| damaged(1, "this isn't the first line of a snapshot; it was damaged"))?;
    if format != FORMAT {
        return Err(newer(path, format));
    }
    let body = rest.strip_suffix(TAIL).ok_or_else(|| damaged(2, "this snapshot was cut off or damaged"))?;
    if crc32fast::hash(body.as_bytes()) != sum {
        return Err(damaged(2, "the checksum doesn't fit the state; one of them was damaged or edited"));
    }
    let state: State = serde_json::from_str(body)
        .map_err(|error| damaged(2, &format!("the state can't be understood: {error}")))?;
    if state.format != State::FORMAT {
        return Err(newer(path, state.format));
    }
    match state.violations().as_slice() {
        [] => Ok(state),
        broken => Err(damaged(2, &format!("the state contradicts itself: {}", broken.join("; ")))),
    }
}

fn header(line: &str) -> Option<(u32, u32)> {
    let (format, rest) = line.strip_prefix("{\"format\":")?.split_once(",\"crc32\":\"")?;
    let sum = rest.strip_suffix("\",\"state\":")?;
    Some((u32::try_from(journal::whole(format)?).ok()?, journal::hex(sum)?))
}

/// A file of a format that this version doesn't know.
pub(crate) fn newer(path: &Path, format: u32) -> StoreError {
    StoreError::new(format!(
        "{}: this state has format {format}, and this version of Ironward knows format {FORMAT}",
        path.display()
    ))
    .with_hint("use the version of Ironward that wrote it, or a newer one")
}
