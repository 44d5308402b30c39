//! Policy documents as IAM writes them: URL-encoded text.

use serde_json::Value as Json;

/// The document in an answer: percent-decoded where it is encoded, and parsed. Nothing comes out
/// where it isn't JSON, so that nothing is concluded from it.
pub(super) fn parsed(text: &str) -> Option<Json> {
    serde_json::from_str(text).ok().or_else(|| serde_json::from_str(&percent_decoded(text)?).ok())
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        if *first == b'%' {
            let digits = std::str::from_utf8(tail.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = tail.get(2..)?;
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn documents_are_read_encoded_and_plain() {
        assert_eq!(parsed("%7B%22Sid%22%3A%22a%2Bb%20c%22%7D"), Some(json!({"Sid": "a+b c"})));
        assert_eq!(
            parsed(r#"{"Resource":"arn:aws:s3:::b/%41"}"#),
            Some(json!({"Resource": "arn:aws:s3:::b/%41"}))
        );
        assert_eq!(parsed("%7B%2"), None);
        assert_eq!(parsed("none"), None);
    }
}
