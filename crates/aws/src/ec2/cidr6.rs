//! IPv6 ranges.

use std::fmt;
use std::net::Ipv6Addr;

use ironward_core::output::{IntoInput, Output, ToValue};
use ironward_core::value::Value;

/// An IPv6 range in canonical form: the shortest text, and bits after the prefix all zero.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ipv6Cidr(ipnet::Ipv6Net);

/// Text that isn't an IPv6 range in canonical form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` isn't an IPv6 range in canonical form{}", hint(canonical.as_ref()))]
pub struct InvalidIpv6Cidr {
    text: String,
    canonical: Option<String>,
}

fn hint(canonical: Option<&String>) -> String {
    canonical.map(|canonical| format!("; write `{canonical}`")).unwrap_or_default()
}

impl Ipv6Cidr {
    /// Everything: `::/0`.
    pub const ANYWHERE: Self = Self(ipnet::Ipv6Net::new_assert(Ipv6Addr::UNSPECIFIED, 0));
}

impl TryFrom<&str> for Ipv6Cidr {
    type Error = InvalidIpv6Cidr;

    fn try_from(text: &str) -> Result<Self, InvalidIpv6Cidr> {
        let canonical = text.parse::<ipnet::Ipv6Net>().ok().map(|net| net.trunc());
        match canonical {
            Some(net) if net.to_string() == text => Ok(Self(net)),
            other => {
                Err(InvalidIpv6Cidr { text: text.to_owned(), canonical: other.map(|net| net.to_string()) })
            }
        }
    }
}

impl fmt::Display for Ipv6Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Ipv6Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl ToValue for Ipv6Cidr {
    fn to_value(&self) -> Value {
        self.to_string().to_value()
    }
}

impl IntoInput<Ipv6Cidr> for Ipv6Cidr {
    fn into_input(self) -> Output<Ipv6Cidr> {
        Output::known(&self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_canonical_text_is_taken() {
        for text in ["::/0", "2001:db8::/32", "2001:db8:0:1::/64"] {
            assert_eq!(Ipv6Cidr::try_from(text).map(|range| range.to_string()).as_deref(), Ok(text));
        }
        let error = Ipv6Cidr::try_from("2001:DB8:0:1::7/64").err().map(|error| error.to_string());
        let expected =
            "`2001:DB8:0:1::7/64` isn't an IPv6 range in canonical form; write `2001:db8:0:1::/64`";
        assert_eq!(error.as_deref(), Some(expected));
        assert!(Ipv6Cidr::try_from("10.0.0.0/8").is_err());
        assert!(Ipv6Cidr::try_from("::/129").is_err());
    }
}
