//! Ranges of addresses.

use std::net::IpAddr;

/// A range, of either family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    first: u128,
    last: u128,
    is_v6: bool,
}

impl Range {
    /// Reads `10.0.0.0/16` or `fd00::/8`; bits behind the prefix don't count.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (address, length) = text.trim().split_once('/')?;
        let length: u32 = length.parse().ok()?;
        let (value, bits, is_v6) = match address.parse().ok()? {
            IpAddr::V4(address) => (u128::from(u32::from(address)), 32, false),
            IpAddr::V6(address) => (u128::from(address), 128, true),
        };
        let free = u32::checked_sub(bits, length)?;
        let rest = u128::MAX.checked_shr(128 - free).unwrap_or(0);
        Some(Self { first: value & !rest, last: value | rest, is_v6 })
    }

    /// Whether an address is in both.
    pub(super) fn overlaps(self, other: Self) -> bool {
        self.is_v6 == other.is_v6 && self.first <= other.last && other.first <= self.last
    }
}

/// Whether two texts are the same range.
pub(super) fn same(one: &str, other: &str) -> bool {
    one == other || Range::parse(one).is_some_and(|range| Some(range) == Range::parse(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_overlap_where_an_address_is_in_both() {
        let overlap =
            |one: &str, other: &str| Range::parse(one).unwrap().overlaps(Range::parse(other).unwrap());
        assert!(overlap("10.0.0.0/16", "10.0.3.0/24"));
        assert!(overlap("10.0.3.0/24", "10.0.0.0/16"));
        assert!(!overlap("10.0.0.0/24", "10.0.1.0/24"));
        assert!(overlap("0.0.0.0/0", "10.0.1.1/32"));
        assert!(!overlap("0.0.0.0/0", "::/0"));
        assert!(overlap("fd00::/8", "fd00:1::/64"));
        assert!(same("10.0.3.9/24", "10.0.3.0/24") && !same("10.0.3.0/24", "10.0.3.0/25"));
        assert!(Range::parse("10.0.0.0/33").is_none() && Range::parse("10.0.0/8").is_none());
    }
}
