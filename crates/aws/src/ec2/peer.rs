//! What a security-group rule lets through, and who is on the other side.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use ironward_core::output::{IntoInput, Output, ToValue};
use ironward_core::value::Value;

/// A range of addresses that a security-group rule may name.
///
/// No range wider than the widest private one fits: `/8` of IPv4 and `/7` of IPv6, so neither
/// `0.0.0.0/0` nor `::/0`, nor either in parts (45 CFR 164.312(a)(1), 164.312(e)(1)). What shall
/// be open to the internet says so by its constructor, and for HTTPS only.
///
/// [`peer_cidr!`](crate::peer_cidr) checks a literal while the program is compiled.
///
/// ```
/// use ironward_aws::ec2::PeerCidr;
///
/// assert_eq!("10.4.0.0/16".parse::<PeerCidr>().unwrap().to_string(), "10.4.0.0/16");
/// assert!("0.0.0.0/0".parse::<PeerCidr>().is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PeerCidr(Range);

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Range {
    V4 { bits: u32, length: u32 },
    V6 { bits: u128, length: u32 },
}

/// Why a text isn't a range that a rule may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PeerCidrError {
    /// It isn't an address, a slash and a length.
    Malformed,
    /// It is wider than any private network.
    TooWide,
    /// Bits are set beyond its length: it names a host and not a network.
    HostBits,
}

impl fmt::Display for PeerCidrError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "expected an address, a slash and a length, such as 10.0.0.0/16",
            Self::TooWide => {
                "a rule can't name a range wider than the widest private one, /8 or of IPv6 /7 \
                 (45 CFR 164.312(e)(1)); what the internet may use has constructors of its own"
            }
            Self::HostBits => "bits are set beyond the length: write the network's first address",
        })
    }
}

impl std::error::Error for PeerCidrError {}

impl PeerCidr {
    /// Reads a range.
    ///
    /// # Errors
    /// [`PeerCidrError`] when it isn't one, or too wide.
    pub const fn parse(text: &str) -> Result<Self, PeerCidrError> {
        let bytes = text.as_bytes();
        let mut slash = 0;
        let mut colon = false;
        while slash < bytes.len() && bytes[slash] != b'/' {
            colon = colon || bytes[slash] == b':';
            slash += 1;
        }
        let Some(length) = number(bytes, slash + 1, bytes.len(), 10, 128) else {
            return Err(PeerCidrError::Malformed);
        };
        if colon {
            let Some(bits) = v6(bytes, slash) else { return Err(PeerCidrError::Malformed) };
            if length < 7 {
                return Err(PeerCidrError::TooWide);
            }
            if length < 128 && bits & (u128::MAX >> length) != 0 {
                return Err(PeerCidrError::HostBits);
            }
            return Ok(Self(Range::V6 { bits, length }));
        }
        let Some(bits) = v4(bytes, slash) else { return Err(PeerCidrError::Malformed) };
        if length > 32 {
            return Err(PeerCidrError::Malformed);
        }
        if length < 8 {
            return Err(PeerCidrError::TooWide);
        }
        if length < 32 && bits & (u32::MAX >> length) != 0 {
            return Err(PeerCidrError::HostBits);
        }
        Ok(Self(Range::V4 { bits, length }))
    }

    /// Whether it is a range of IPv6.
    #[must_use]
    pub const fn is_ipv6(&self) -> bool {
        matches!(self.0, Range::V6 { .. })
    }
}

/// A number of `radix` in `bytes[from..to]`, at most `max`.
const fn number(bytes: &[u8], from: usize, to: usize, radix: u32, max: u32) -> Option<u32> {
    if from >= to || to - from > 4 {
        return None;
    }
    let (mut value, mut at) = (0, from);
    while at < to {
        let Some(digit) = (bytes[at] as char).to_digit(radix) else { return None };
        value = value * radix + digit;
        at += 1;
    }
    if value > max { None } else { Some(value) }
}

const fn v4(bytes: &[u8], end: usize) -> Option<u32> {
    let (mut bits, mut groups, mut from, mut at) = (0_u32, 0, 0, 0);
    while at <= end {
        if at == end || bytes[at] == b'.' {
            let Some(part) = number(bytes, from, at, 10, 255) else { return None };
            if groups == 4 {
                return None;
            }
            bits = bits << 8 | part;
            groups += 1;
            from = at + 1;
        }
        at += 1;
    }
    if groups == 4 { Some(bits) } else { None }
}

/// An IPv6 address; the form with an IPv4 address in it isn't taken.
const fn v6(bytes: &[u8], end: usize) -> Option<u128> {
    let (mut head, mut tail) = (0_u128, 0_u128);
    let (mut before, mut after) = (0_u32, 0_u32);
    let (mut gap, mut at) = (false, 0);
    while at < end {
        if bytes[at] == b':' {
            if at + 1 < end && bytes[at + 1] == b':' {
                if gap {
                    return None;
                }
                gap = true;
                at += 2;
                continue;
            }
            if at == 0 || at + 1 == end || bytes[at - 1] == b':' {
                return None;
            }
            at += 1;
            continue;
        }
        let from = at;
        while at < end && bytes[at] != b':' {
            at += 1;
        }
        let Some(part) = number(bytes, from, at, 16, 0xffff) else { return None };
        if gap {
            tail = tail << 16 | part as u128;
            after += 1;
        } else {
            head = head << 16 | part as u128;
            before += 1;
        }
        if before + after > 8 {
            return None;
        }
    }
    match (gap, before + after) {
        (false, 8) => Some(head),
        (true, 0) => Some(0),
        (true, groups) if groups < 8 => {
            let shifted = if before == 0 { 0 } else { head << (16 * (8 - before)) };
            Some(shifted | tail)
        }
        _ => None,
    }
}

impl fmt::Display for PeerCidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Range::V4 { bits, length } => write!(f, "{}/{length}", Ipv4Addr::from(bits)),
            Range::V6 { bits, length } => write!(f, "{}/{length}", Ipv6Addr::from(bits)),
        }
    }
}

impl fmt::Debug for PeerCidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PeerCidr({self})")
    }
}

impl FromStr for PeerCidr {
    type Err = PeerCidrError;
    fn from_str(text: &str) -> Result<Self, PeerCidrError> {
        Self::parse(text)
    }
}

impl TryFrom<&str> for PeerCidr {
    type Error = PeerCidrError;
    fn try_from(text: &str) -> Result<Self, PeerCidrError> {
        Self::parse(text)
    }
}

impl ToValue for PeerCidr {
    fn to_value(&self) -> Value {
        self.to_string().to_value()
    }
}

/// A range of addresses for a security-group rule, checked while the program is compiled.
///
/// ```
/// let office = ironward_aws::peer_cidr!("198.51.100.0/24");
/// assert_eq!(office.to_string(), "198.51.100.0/24");
/// ```
///
/// ```compile_fail
/// let everyone = ironward_aws::peer_cidr!("0.0.0.0/0");
/// ```
#[macro_export]
macro_rules! peer_cidr {
    ($text:expr) => {{
        const CIDR: $crate::ec2::PeerCidr = match $crate::ec2::PeerCidr::parse($text) {
            Ok(cidr) => cidr,
            Err($crate::ec2::PeerCidrError::TooWide) => {
                panic!("a rule can't name a range wider than the widest private one (45 CFR 164.312(e)(1))")
            }
            Err(_) => panic!("this isn't a network in CIDR notation"),
        };
        CIDR
    }};
}

/// What a security-group rule lets through: a protocol and its ports.
///
/// All protocols at once can't be said: a rule names what it is for (45 CFR 164.312(e)(1)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Traffic {
    pub(super) protocol: &'static str,
    pub(super) from: i32,
    pub(super) to: i32,
}

impl Traffic {
    /// TCP on 443.
    pub const HTTPS: Self = Self::tcp(443);
    /// TCP on 5432.
    pub const POSTGRES: Self = Self::tcp(5432);

    /// TCP on one port.
    #[must_use]
    pub const fn tcp(port: u16) -> Self {
        Self::tcp_range(port, port)
    }

    /// TCP on a range of ports, both ends included.
    #[must_use]
    pub const fn tcp_range(from: u16, to: u16) -> Self {
        Self { protocol: "tcp", from: from as i32, to: to as i32 }
    }

    /// UDP on one port.
    #[must_use]
    pub const fn udp(port: u16) -> Self {
        Self::udp_range(port, port)
    }

    /// UDP on a range of ports, both ends included.
    #[must_use]
    pub const fn udp_range(from: u16, to: u16) -> Self {
        Self { protocol: "udp", from: from as i32, to: to as i32 }
    }

    /// ICMP messages of a type and, where one is given, a code.
    #[must_use]
    pub const fn icmp(kind: u8, code: Option<u8>) -> Self {
        Self { protocol: "icmp", from: kind as i32, to: code_of(code) }
    }

    /// ICMPv6 messages of a type and, where one is given, a code.
    #[must_use]
    pub const fn icmpv6(kind: u8, code: Option<u8>) -> Self {
        Self { protocol: "icmpv6", from: kind as i32, to: code_of(code) }
    }
}

const fn code_of(code: Option<u8>) -> i32 {
    match code {
        Some(code) => code as i32,
        None => -1,
    }
}

/// A description, refused while planning where EC2 would refuse it or where it says nothing:
/// 1 to 255 characters of letters, digits, spaces and `._-:/()#,@[]+=&;{}!$*`
/// (45 CFR 164.316(b)(1)).
pub(super) fn description(text: impl IntoInput<String>) -> Output<String> {
    text.into_input().map("description", |json| {
        let text = json.as_str().unwrap_or_default();
        let legal = |c: char| c.is_ascii_alphanumeric() || " ._-:/()#,@[]+=&;{}!$*".contains(c);
        if text.trim().is_empty() {
            Err("it says nothing: write what the rule is for (45 CFR 164.316(b)(1))".to_owned())
        } else if text.chars().count() > 255 {
            Err("it has more than 255 characters".to_owned())
        } else if let Some(odd) = text.chars().find(|c| !legal(*c)) {
            Err(format!("EC2 doesn't take the character `{odd}` in descriptions"))
        } else {
            Ok(json)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_read_and_written() {
        for (text, written) in [
            ("10.0.0.0/8", "10.0.0.0/8"),
            ("192.0.2.7/32", "192.0.2.7/32"),
            ("fc00::/7", "fc00::/7"),
            ("2001:DB8:0:1::/64", "2001:db8:0:1::/64"),
            ("2001:db8::1/128", "2001:db8::1/128"),
            ("1:2:3:4:5:6:7:8/128", "1:2:3:4:5:6:7:8/128"),
        ] {
            assert_eq!(PeerCidr::parse(text).map(|cidr| cidr.to_string()), Ok(written.to_owned()), "{text}");
        }
    }

    #[test]
    fn the_world_and_its_halves_are_refused() {
        for text in ["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "::/0", "8000::/1", "2000::/3"] {
            assert_eq!(PeerCidr::parse(text), Err(PeerCidrError::TooWide), "{text}");
        }
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for (text, error) in [
            ("10.0.0.1/24", PeerCidrError::HostBits),
            ("2001:db8::1/64", PeerCidrError::HostBits),
            ("10.0.0/24", PeerCidrError::Malformed),
            ("10.0.0.0.0/24", PeerCidrError::Malformed),
            ("10.0.0.256/32", PeerCidrError::Malformed),
            ("10.0.0.0", PeerCidrError::Malformed),
            ("10.0.0.0/", PeerCidrError::Malformed),
            ("10.0.0.0/33", PeerCidrError::Malformed),
            ("1::2::3/64", PeerCidrError::Malformed),
            ("1:2:3:4:5:6:7/64", PeerCidrError::Malformed),
            (":1::/64", PeerCidrError::Malformed),
            ("1:::/64", PeerCidrError::Malformed),
            ("1:2:3:4:5:6:7:8::/128", PeerCidrError::Malformed),
            ("", PeerCidrError::Malformed),
        ] {
            assert_eq!(PeerCidr::parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn descriptions_say_something_that_ec2_takes() {
        let refused =
            |text: &str| description(text).value().evaluate(&|_| ironward_core::value::Known::Later).is_err();
        assert!(!refused("HTTPS from the load balancer"));
        for text in ["", "  ", "café", "it's", &"a".repeat(256)] {
            assert!(refused(text), "{text}");
        }
    }
}
