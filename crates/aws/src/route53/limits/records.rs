//! Values of records, where their form is simple.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::{Misfit, Properties};
use crate::facts::{as_text, items, text};

/// Of an alias of names, and of a zone's beginning, there is one.
pub(super) fn count(properties: &Properties) -> Misfit {
    let kind = text(properties, "Type").filter(|kind| ["CNAME", "SOA"].contains(kind))?;
    let count = items(properties.get("ResourceRecords")?).len();
    let message = || format!("`ResourceRecords` has {count} values, and a {kind} record has one");
    (count > 1).then(|| ("ResourceRecords", message()))
}

/// Each value is written as its type asks for.
pub(super) fn values(properties: &Properties) -> Misfit {
    let kind = text(properties, "Type")?;
    let (fits, form): (fn(&str) -> bool, _) = match kind {
        "A" => (|value| value.parse::<Ipv4Addr>().is_ok(), "an IPv4 address such as 192.0.2.1"),
        "AAAA" => (|value| value.parse::<Ipv6Addr>().is_ok(), "an IPv6 address such as 2001:db8::1"),
        "CNAME" | "NS" | "PTR" => (is_name, "a name such as www.example.com"),
        "MX" => (is_mail, "a priority from 0 to 65535 and a name, such as `10 mail.example.com`"),
        "CAA" => (
            is_authority,
            "a flag from 0 to 255, a tag and a value in quotes, such as `0 issue \"amazon.com\"`",
        ),
        "TXT" | "SPF" => {
            (is_quoted, "texts in quotes of 255 characters each at most, such as `\"v=spf1 -all\"`")
        }
        _ => return None,
    };
    items(properties.get("ResourceRecords")?).iter().enumerate().find_map(|(index, value)| {
        let value = as_text(value)?;
        let shown: String = value.chars().take(60).collect();
        let more = if shown.len() < value.len() { "…" } else { "" };
        let message =
            || format!("`ResourceRecords[{index}]` is `{shown}{more}`; a value of {kind} is {form}");
        (!fits(value.trim())).then(|| ("ResourceRecords", message()))
    })
}

/// A name has no white space, and isn't quoted.
fn is_name(value: &str) -> bool {
    !value.is_empty() && !value.contains(char::is_whitespace)
}

fn is_mail(value: &str) -> bool {
    let Some((priority, name)) = value.split_once(char::is_whitespace) else { return false };
    priority.parse::<u16>().is_ok() && is_name(name.trim())
}

fn is_authority(value: &str) -> bool {
    let Some((flag, rest)) = value.split_once(char::is_whitespace) else { return false };
    let Some((tag, value)) = rest.trim_start().split_once(char::is_whitespace) else { return false };
    let tagged = !tag.is_empty() && tag.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let value = value.trim();
    flag.parse::<u8>().is_ok() && tagged && value.len() >= 2 && value.starts_with('"') && value.ends_with('"')
}

/// Texts in quotes with white space between them; in a text, `\` and three digits, or another character, are one.
fn is_quoted(value: &str) -> bool {
    let mut characters = value.chars().peekable();
    let mut texts = 0;
    loop {
        while characters.next_if(|c| c.is_whitespace()).is_some() {}
        match characters.next() {
            None => return texts > 0,
            Some('"') => texts += 1,
            Some(_) => return false,
        }
        let mut length = 0;
        loop {
            match characters.next() {
                None => return false,
                Some('"') => break,
                Some('\\') => {
                    let mut digits = 0;
                    while digits < 3 && characters.next_if(char::is_ascii_digit).is_some() {
                        digits += 1;
                    }
                    if digits == 0 && characters.next().is_none() {
                        return false;
                    }
                }
                Some(_) => {}
            }
            length += 1;
        }
        if length > 255 {
            return false;
        }
    }
}
