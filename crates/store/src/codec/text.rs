//! Text in the one way in which we write it: what can be written in two ways hides a changed byte.

use super::vault::Digest;
use super::{Damage, FORMAT};

/// A whole number.
pub(crate) fn whole(digits: &str) -> Option<u64> {
    let plain = digits == "0" || (!digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit()));
    if plain { digits.parse().ok() } else { None }
}

/// Bytes in lower-case hexadecimal digits.
pub(crate) fn hex<const N: usize>(digits: &str) -> Option<[u8; N]> {
    let value = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let mut bytes = [0; N];
    if digits.len() != 2 * N {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks_exact(2)) {
        *byte = value(pair[0])? << 4 | value(pair[1])?;
    }
    Some(bytes)
}

pub(crate) fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn digest(digits: &str) -> Option<Digest> {
    hex(digits).map(Digest::from_bytes)
}

/// The format that a file's first line names, and what follows; an error where this version
/// doesn't know it.
pub(crate) fn format(line: &str) -> Result<&str, Damage> {
    let broken = || Damage::new("this isn't the first line of such a file; it was damaged");
    let (number, rest) =
        line.strip_prefix("{\"format\":").and_then(|rest| rest.split_once(',')).ok_or_else(broken)?;
    match whole(number) {
        Some(format) if format == u64::from(FORMAT) => Ok(rest),
        Some(format) => Err(Damage::newer(format, FORMAT)),
        None => Err(broken()),
    }
}

/// Whether `line` is how a line begins that was cut off: what a process leaves that is killed while
/// it writes. Text that holds a whole line and something more isn't; `is_whole` tells.
pub(crate) fn is_beginning(line: &[u8], start: &[u8], is_whole: impl Fn(&[u8]) -> bool) -> bool {
    let fits = if line.len() < start.len() { start.starts_with(line) } else { line.starts_with(start) };
    let whole_before = line.split_last().is_some_and(|(_, before)| is_whole(before));
    let cut_off = serde_json::from_slice::<serde::de::IgnoredAny>(line).err().is_some_and(|e| e.is_eof());
    fits && cut_off && !whole_before
}
