//! IPv4 ranges that are checked while the program compiles.

use std::fmt;
use std::net::Ipv4Addr;

use ironward_core::output::{IntoInput, Output, ToValue};
use ironward_core::value::Value;

/// An IPv4 range in canonical form: an address whose bits after the prefix are all zero.
///
/// [`cidr!`](crate::cidr) makes one from a literal and refuses a bad one while the program
/// compiles; `try_from` makes one from text that is known only at run time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cidr {
    address: u32,
    prefix: u8,
}

/// Text that isn't an IPv4 range in canonical form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` isn't an IPv4 range: {reason}")]
pub struct InvalidCidr {
    text: String,
    reason: &'static str,
}

/// A part that a range doesn't have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{range} has no part {index} of /{}", range.prefix_len() as u32 + *new_bits as u32)]
pub struct NoSuchPart {
    range: Cidr,
    new_bits: u8,
    index: u32,
}

/// What is wrong with a text.
enum Flaw {
    Malformed,
    Prefix,
    HostBits,
}

impl Flaw {
    const fn reason(&self) -> &'static str {
        match self {
            Self::Malformed => {
                "it must be four numbers up to 255, a slash and a prefix length, as 10.0.0.0/16"
            }
            Self::Prefix => "the prefix length must be 0 to 32",
            Self::HostBits => "bits after the prefix are set; the range starts at another address",
        }
    }
}

impl Cidr {
    /// Everything: `0.0.0.0/0`.
    pub const ANYWHERE: Self = Self { address: 0, prefix: 0 };

    /// The range that `text` writes; use it through [`cidr!`](crate::cidr).
    ///
    /// # Panics
    /// When `text` isn't an IPv4 range in canonical form: in a constant that is an error of the
    /// compiler. Text that is known only at run time goes through `try_from`.
    #[must_use]
    #[allow(clippy::panic, reason = "evaluated by the compiler, where a panic is a compile error")]
    pub const fn parse(text: &str) -> Self {
        match Self::read(text) {
            Ok(range) => range,
            Err(Flaw::Malformed) => {
                panic!(
                    "not an IPv4 range: four numbers up to 255, a slash and a prefix length, as 10.0.0.0/16"
                )
            }
            Err(Flaw::Prefix) => panic!("not an IPv4 range: the prefix length must be 0 to 32"),
            Err(Flaw::HostBits) => {
                panic!(
                    "not in canonical form: bits after the prefix are set; the range starts at another address"
                )
            }
        }
    }

    const fn read(text: &str) -> Result<Self, Flaw> {
        let bytes = text.as_bytes();
        let mut address: u32 = 0;
        let mut at = 0;
        let mut octet = 0;
        while octet < 4 {
            let ends_with = if octet == 3 { b'/' } else { b'.' };
            let Some((number, next)) = number(bytes, at) else { return Err(Flaw::Malformed) };
            if number > 255 || next >= bytes.len() || bytes[next] != ends_with {
                return Err(Flaw::Malformed);
            }
            address = (address << 8) | number;
            at = next + 1;
            octet += 1;
        }
        let Some((prefix, end)) = number(bytes, at) else { return Err(Flaw::Malformed) };
        if end != bytes.len() {
            return Err(Flaw::Malformed);
        }
        if prefix > 32 {
            return Err(Flaw::Prefix);
        }
        let range = Self { address, prefix: prefix as u8 };
        if address & !range.mask() != 0 {
            return Err(Flaw::HostBits);
        }
        Ok(range)
    }

    const fn mask(self) -> u32 {
        if self.prefix == 0 { 0 } else { u32::MAX << (32 - self.prefix as u32) }
    }

    /// The first address.
    #[must_use]
    pub const fn address(self) -> Ipv4Addr {
        Ipv4Addr::from_bits(self.address)
    }

    /// The length of the prefix, 0 to 32.
    #[must_use]
    pub const fn prefix_len(self) -> u8 {
        self.prefix
    }

    /// Whether the two ranges have an address in common.
    #[must_use]
    pub const fn overlaps(self, other: Self) -> bool {
        let mask = if self.prefix < other.prefix { self.mask() } else { other.mask() };
        self.address & mask == other.address & mask
    }

    /// Whether every address of `other` is in this range.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.prefix <= other.prefix && other.address & self.mask() == self.address
    }

    /// The part number `index`, from zero, when the range is cut into `2^new_bits` equal parts.
    ///
    /// # Errors
    /// [`NoSuchPart`] when there are fewer parts, or addresses aren't that long.
    pub const fn subnet(self, new_bits: u8, index: u32) -> Result<Self, NoSuchPart> {
        let prefix = self.prefix as u32 + new_bits as u32;
        let missing = NoSuchPart { range: self, new_bits, index };
        if prefix > 32 || (index as u64) >= (1_u64 << new_bits) {
            return Err(missing);
        }
        let offset = if prefix == 0 { 0 } else { index << (32 - prefix) };
        Ok(Self { address: self.address | offset, prefix: prefix as u8 })
    }
}

/// The number that starts at `at` and where it ends: up to three digits without leading zeros.
const fn number(bytes: &[u8], at: usize) -> Option<(u32, usize)> {
    let mut value: u32 = 0;
    let mut end = at;
    while end < bytes.len() && bytes[end].is_ascii_digit() {
        value = value * 10 + (bytes[end] - b'0') as u32;
        end += 1;
        if end - at > 3 {
            return None;
        }
    }
    if end == at || (end - at > 1 && bytes[at] == b'0') { None } else { Some((value, end)) }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address(), self.prefix)
    }
}

impl fmt::Debug for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl TryFrom<&str> for Cidr {
    type Error = InvalidCidr;

    fn try_from(text: &str) -> Result<Self, InvalidCidr> {
        Self::read(text).map_err(|flaw| InvalidCidr { text: text.to_owned(), reason: flaw.reason() })
    }
}

impl std::str::FromStr for Cidr {
    type Err = InvalidCidr;

    fn from_str(text: &str) -> Result<Self, InvalidCidr> {
        Self::try_from(text)
    }
}

/// Bits after the prefix are cleared.
impl From<ipnet::Ipv4Net> for Cidr {
    fn from(net: ipnet::Ipv4Net) -> Self {
        Self { address: net.network().to_bits(), prefix: net.prefix_len() }
    }
}

impl From<Cidr> for ipnet::Ipv4Net {
    fn from(range: Cidr) -> Self {
        Self::new_assert(range.address(), range.prefix)
    }
}

impl ToValue for Cidr {
    fn to_value(&self) -> Value {
        self.to_string().to_value()
    }
}

impl IntoInput<Cidr> for Cidr {
    fn into_input(self) -> Output<Cidr> {
        Output::known(&self)
    }
}

/// An IPv4 range from a literal, checked while the program compiles.
///
/// ```
/// use ironward_aws::cidr;
///
/// let network = cidr!("10.0.0.0/16");
/// assert_eq!(network.subnet(8, 3).unwrap(), cidr!("10.0.3.0/24"));
/// ```
///
/// A range that isn't in canonical form doesn't compile:
///
/// ```compile_fail
/// let network = ironward_aws::cidr!("10.0.0.1/16");
/// ```
#[macro_export]
macro_rules! cidr {
    ($text:expr) => {{
        const RANGE: $crate::ec2::Cidr = $crate::ec2::Cidr::parse($text);
        RANGE
    }};
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn range(text: &str) -> Cidr {
        Cidr::try_from(text).unwrap_or_else(|error| unreachable!("{error}"))
    }

    #[test]
    fn canonical_text_goes_through_unchanged() {
        for text in ["0.0.0.0/0", "10.0.0.0/8", "10.255.0.0/16", "192.168.4.128/25", "1.2.3.4/32"] {
            assert_eq!(range(text).to_string(), text);
        }
    }

    #[test]
    fn other_text_is_refused_with_a_reason() {
        for (text, reason) in [
            ("", "four numbers"),
            ("10.0.0.0", "four numbers"),
            ("10.0.0/8", "four numbers"),
            ("10.0.0.0.0/8", "four numbers"),
            ("10.0.0.256/32", "four numbers"),
            ("10.0.00.0/8", "four numbers"),
            ("010.0.0.0/8", "four numbers"),
            ("10.0.0.0/08", "four numbers"),
            ("10.0.0.0/8 ", "four numbers"),
            ("10.0.0.0/-1", "four numbers"),
            ("10.0.0.0/99999999999", "four numbers"),
            ("fd00::/8", "four numbers"),
            ("10.0.0.0/33", "0 to 32"),
            ("10.0.0.1/16", "bits after the prefix"),
            ("10.0.0.0/0", "bits after the prefix"),
        ] {
            let error = Cidr::try_from(text).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(error.contains(reason), "{text}: {error}");
        }
    }

    #[test]
    fn overlap_is_symmetric() {
        for (one, other, expected) in [
            ("10.0.0.0/16", "10.0.5.0/24", true),
            ("10.0.0.0/16", "10.1.0.0/16", false),
            ("10.0.0.0/24", "10.0.1.0/24", false),
            ("0.0.0.0/0", "192.168.0.0/16", true),
            ("10.0.0.0/25", "10.0.0.128/25", false),
        ] {
            assert_eq!(range(one).overlaps(range(other)), expected, "{one} {other}");
            assert_eq!(range(other).overlaps(range(one)), expected, "{other} {one}");
        }
    }

    #[test]
    fn a_range_contains_its_parts_and_itself() {
        let whole = range("10.0.0.0/16");
        assert!(whole.contains(whole));
        assert!(whole.contains(range("10.0.255.0/24")));
        assert!(!whole.contains(range("10.1.0.0/24")));
        assert!(!range("10.0.0.0/24").contains(whole));
        assert!(Cidr::ANYWHERE.contains(whole));
    }

    #[test]
    fn parts_are_disjoint_and_within() {
        let whole = range("10.0.0.0/16");
        let parts: Vec<Cidr> = (0..16).filter_map(|index| whole.subnet(4, index).ok()).collect();
        assert_eq!(parts.len(), 16);
        assert_eq!(parts[15], range("10.0.240.0/20"));
        for (index, part) in parts.iter().enumerate() {
            assert!(whole.contains(*part));
            assert!(parts[index + 1..].iter().all(|other| !part.overlaps(*other)));
        }
        let error = whole.subnet(4, 16).err().map(|error| error.to_string());
        assert_eq!(error.as_deref(), Some("10.0.0.0/16 has no part 16 of /20"));
        assert!(whole.subnet(17, 0).is_err());
        assert!(whole.subnet(255, 0).is_err());
        assert_eq!(Cidr::ANYWHERE.subnet(32, u32::MAX), Ok(range("255.255.255.255/32")));
        assert_eq!(whole.subnet(0, 0), Ok(whole));
    }

    #[test]
    fn literals_are_constants() {
        const PART: Result<Cidr, NoSuchPart> = crate::cidr!("10.0.0.0/16").subnet(8, 3);
        assert_eq!(PART, Ok(crate::cidr!("10.0.3.0/24")));
    }

    #[test]
    fn it_converts_to_a_net_and_back() {
        let part = range("192.168.4.128/25");
        let net = ipnet::Ipv4Net::from(part);
        assert_eq!(net.to_string(), "192.168.4.128/25");
        assert_eq!(Cidr::from(net), part);
    }
}
