//! Names of hosts.

/// Whether a text is the name of a host, such as `fhir.example.org`: labels of letters, digits and
/// inner hyphens, up to 63 characters each and 253 in all, with dots between them. An address with a
/// scheme, a port or a path isn't one, nor is a wildcard.
///
/// Source: RFC 1123, section 2.1.
///
/// ```
/// use ironward_aws::hosts::is_host_name;
///
/// assert!(is_host_name("fhir.example.org"));
/// assert!(!is_host_name("https://fhir.example.org") && !is_host_name("*.example.org"));
/// ```
#[must_use]
pub fn is_host_name(text: &str) -> bool {
    let is_label = |label: &str| {
        let bytes = label.as_bytes();
        (1..=63).contains(&bytes.len())
            && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
            && bytes.first() != Some(&b'-')
            && bytes.last() != Some(&b'-')
    };
    text.len() <= 253 && text.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::is_host_name;

    #[test]
    fn names_are_told_from_what_holds_one() {
        for name in ["a", "fhir.example.org", "xn--bcher-kva.example", "10-0-0-1.example.org"] {
            assert!(is_host_name(name), "{name}");
        }
        let (label, name) = ("a".repeat(64), "a.".repeat(127));
        for text in ["", ".", "a.", "a..b", "-a", "a-", "a b", "a/b", "a:1", "*.a", "a_b", &label, &name] {
            assert!(!is_host_name(text), "{text}");
        }
    }
}
