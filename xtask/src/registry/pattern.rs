//! The patterns of schemas, which are in the syntax of ECMA 262, in that of the crate `regex-lite`.

use regex_lite::Regex;

/// All that isn't ASCII: what stands for the classes of Unicode, which `regex-lite` doesn't have. So a translated
/// pattern never refuses what the schema's takes.
const REST: &str = r"\x{80}-\x{10FFFF}";

/// The pattern in the other syntax; nothing where it has no counterpart there, or matches every text.
pub(crate) fn translated(pattern: &str) -> Option<String> {
    let mut text = String::new();
    let mut rest = pattern;
    let mut in_class = false;
    while let Some(c) = rest.chars().next() {
        if let Some((class, tail)) = unicode_class(rest) {
            let ascii = match class {
                "L" | "Lu" | "Ll" | "Alphabetic" => "a-zA-Z",
                "N" | "Nd" => "0-9",
                "Z" | "Zs" => " ",
                "P" | "Punctuation" => r"!-/:-@\[-`{-~",
                "S" => r"$+<=>^`|~",
                "M" => "",
                "ASCII" => r"\x00-\x7F",
                "Graph" => "!-~",
                "Print" => " -~",
                "C" => return None,
                _ => return None,
            };
            let members = format!("{ascii}{REST}");
            text.push_str(&if in_class { members } else { format!("[{members}]") });
            rest = tail;
            continue;
        }
        if let Some((code, tail)) = escape(rest) {
            text.push_str(&format!(r"\x{{{code:X}}}"));
            rest = tail;
            continue;
        }
        let length = match c {
            '\\' => 1 + rest[1..].chars().next()?.len_utf8(),
            other => other.len_utf8(),
        };
        let token = &rest[..length];
        rest = &rest[length..];
        match token {
            // Escapes that the other syntax doesn't know.
            r"\/" | r"\:" | r"\@" | r"\=" | r"\," | r"\ " | r#"\""# | r"\'" | r"\_" | r"\%" | r"\;"
            | r"\!" | r"\<" | r"\>" | r"\`" => text.push_str(&token[1..]),
            "[" if in_class => text.push_str(r"\["),
            "&" | "~" if in_class => text.push_str(&format!("\\{token}")),
            "[" => {
                in_class = true;
                text.push('[');
                // A bracket that comes first, and nothing, are themselves there.
                if let Some(tail) = rest.strip_prefix('^') {
                    text.push('^');
                    rest = tail;
                }
            }
            "]" => {
                in_class = false;
                text.push(']');
            }
            other => text.push_str(other),
        }
    }
    (Regex::new(&text).is_ok() && !matches!(text.as_str(), "" | ".*" | "^.*$" | ".+" | "^.+$"))
        .then_some(text)
}

/// A class such as `\p{L}` at the beginning, and what comes after it.
fn unicode_class(text: &str) -> Option<(&str, &str)> {
    let tail = text.strip_prefix(r"\p{")?;
    let (class, tail) = tail.split_once('}')?;
    Some((class.trim_start_matches("Is"), tail))
}

/// The code point of an escape such as `\u00FF`, or of a pair of them, and what comes after it.
fn escape(text: &str) -> Option<(u32, &str)> {
    let unit = |text: &str| u32::from_str_radix(text.strip_prefix(r"\u")?.get(..4)?, 16).ok();
    let (first, tail) = (unit(text)?, &text[6..]);
    match unit(tail).filter(|_| (0xD800..0xDC00).contains(&first)) {
        Some(second) => {
            Some((0x10000 + ((first - 0xD800) << 10) + (second.checked_sub(0xDC00)?), &tail[6..]))
        }
        None => char::from_u32(first).map(|_| (first, tail)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, taken: &[&str], refused: &[&str]) {
        let regex = Regex::new(&translated(pattern).unwrap()).unwrap();
        for text in taken {
            assert!(regex.is_match(text), "{pattern}: {text}");
        }
        for text in refused {
            assert!(!regex.is_match(text), "{pattern}: {text}");
        }
    }

    #[test]
    fn what_the_other_syntax_lacks_is_put_otherwise() {
        check(r"^[\p{L}\p{Z}\p{N}_.:\/=+\-@]*$", &["größe: 1/2", ""], &["a*b"]);
        check(r"^arn:aws[-a-z]*\:kms\:", &["arn:aws-us-gov:kms:x"], &["arn:gcp:kms:"]);
        check(
            r"^[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\r\n\t]*$",
            &["a ß 𝄞", "\t"],
            &["\u{1}"],
        );
        check(r"^[.[a-z]+$", &["[a.b"], &["]"]);
        check(r"^\p{L}+$", &["añb"], &["a b"]);
    }

    #[test]
    fn what_has_no_counterpart_or_says_nothing_is_left_out() {
        for pattern in ["(?!aws:)^a", "(?<=x)y", ".*", "^.+$", r"^\p{C}$"] {
            assert_eq!(translated(pattern), None, "{pattern}");
        }
    }
}
