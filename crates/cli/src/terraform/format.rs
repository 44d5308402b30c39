//! What kind of file it is that shall be a Terraform state.

use std::borrow::Cow;

use serde_json::{Map, Value as Json};

/// A format that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// Format 4, of Terraform 0.12 and later and of OpenTofu.
    Current,
    /// Formats 1 to 3.
    Old,
    /// What `show -json` prints of a state.
    Shown,
}

/// Why a file can't be read. It never quotes the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ReadError {
    /// It isn't JSON of the right shape.
    #[error("it isn't a Terraform state: {what}, at line {line} column {column}")]
    Shape {
        /// What is wrong.
        what: &'static str,
        /// Where.
        line: usize,
        /// Where on the line.
        column: usize,
    },
    /// It has a later format.
    #[error("it is a Terraform state of format {0}, and formats 1 to 4 are known")]
    Format(u64),
    /// It is something else that has a name.
    #[error("it is {what}")]
    Other {
        /// What it is.
        what: &'static str,
        /// What to type.
        hint: &'static str,
    },
}

const PULL: &str = "`terraform state pull > FILE`, or `tofu state pull > FILE`, writes the state";

impl ReadError {
    /// What to type next.
    pub(crate) fn hint(&self) -> &'static str {
        match self {
            Self::Shape { .. } => PULL,
            Self::Format(_) => {
                "a later version of Ironward may know it; an older Terraform can't write it back"
            }
            Self::Other { hint, .. } => hint,
        }
    }
}

impl From<serde_json::Error> for ReadError {
    fn from(error: serde_json::Error) -> Self {
        let what = match error.classify() {
            serde_json::error::Category::Eof => "it was cut off",
            serde_json::error::Category::Syntax => "it isn't JSON",
            serde_json::error::Category::Data => "a member is missing or of another kind",
            serde_json::error::Category::Io => "it can't be read",
        };
        Self::Shape { what, line: error.line(), column: error.column() }
    }
}

const fn other(what: &'static str, hint: &'static str) -> ReadError {
    ReadError::Other { what, hint }
}

/// How two bytes are a unit of UTF-16.
type Unit = fn([u8; 2]) -> u16;

/// The text of a file: UTF-8 with or without a mark, or UTF-16, which is what `>` writes in
/// PowerShell.
pub(super) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, ReadError> {
    let recognised = [
        (&b"PK\x03\x04"[..], other("a plan that `plan -out` saved, and no state", PULL)),
        (b"\x1f\x8b", other("compressed with gzip", "unpack it first: `gunzip -c FILE > STATE`")),
        (
            b"tfstate",
            other(
                "a state of Terraform before 0.3, which is binary",
                "Terraform 0.3 to 0.11 reads it and writes it anew: `terraform refresh`",
            ),
        ),
        (b"\xff\xfe\0\0", other("written as UTF-32", "write it as UTF-8")),
        (b"\0\0\xfe\xff", other("written as UTF-32", "write it as UTF-8")),
    ];
    if let Some((_, error)) = recognised.into_iter().find(|(start, _)| bytes.starts_with(start)) {
        return Err(error);
    }
    let (unit, rest): (Option<Unit>, &[u8]) = match bytes {
        [0xff, 0xfe, rest @ ..] => (Some(u16::from_le_bytes), rest),
        [0xfe, 0xff, rest @ ..] => (Some(u16::from_be_bytes), rest),
        [0xef, 0xbb, 0xbf, rest @ ..] => (None, rest),
        [first, 0, ..] if *first != 0 => (Some(u16::from_le_bytes), bytes),
        [0, second, ..] if *second != 0 => (Some(u16::from_be_bytes), bytes),
        _ => (None, bytes),
    };
    let text = match unit {
        Some(unit) if rest.len() % 2 == 0 => {
            let units = rest.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
            char::decode_utf16(units).collect::<Result<String, _>>().ok().map(Cow::Owned)
        }
        Some(_) => return Err(other("UTF-16 that was cut off", PULL)),
        None => std::str::from_utf8(rest).ok().map(Cow::Borrowed),
    };
    let text = text.ok_or_else(|| {
        other(
            "neither UTF-8 nor UTF-16",
            "write it as UTF-8; in PowerShell: `terraform state pull | Set-Content -Encoding utf8 FILE`",
        )
    })?;
    if text.trim().is_empty() {
        return Err(other(
            "empty: `state pull` writes nothing where no state was begun",
            "type it in the directory and the workspace of the configuration",
        ));
    }
    Ok(text)
}

/// Which format a document has.
pub(super) fn format_of(text: &str) -> Result<Format, ReadError> {
    let first = text.trim_start();
    if !first.starts_with('{') {
        let is_shown = ["# ", "resource \"", "module ", "terraform {", "provider "];
        if is_shown.iter().any(|start| first.starts_with(start)) {
            return Err(other("the text of a configuration, or what `show` prints for people", PULL));
        }
    }
    let document: Json = serde_json::from_str(text)?;
    let Json::Object(document) = document else {
        return Err(ReadError::Shape { what: "it isn't an object", line: 1, column: 1 });
    };
    named(&document)?;
    match document.get("version") {
        Some(version) => match version.as_u64() {
            Some(4) => Ok(Format::Current),
            Some(1..=3) => Ok(Format::Old),
            Some(version) => Err(ReadError::Format(version)),
            None => Err(ReadError::Shape { what: "its `version` is no number", line: 1, column: 1 }),
        },
        None if document.contains_key("values") && document.contains_key("format_version") => {
            Ok(Format::Shown)
        }
        None if document.contains_key("format_version") => Err(other(
            "what `show -json` prints where there is no state",
            "type it in the directory and the workspace of the configuration",
        )),
        None => Err(ReadError::Shape { what: "it has no `version`", line: 1, column: 1 }),
    }
}

/// Whether there is anything in it, in any format with a version.
fn has_resources(document: &Map<String, Json>) -> bool {
    let modules = document.get("modules").and_then(Json::as_array);
    let filled = |module: &Json| module["resources"].as_object().is_some_and(|all| !all.is_empty());
    document.contains_key("resources") || modules.is_some_and(|modules| modules.iter().any(filled))
}

/// Refuses by name what is known and no state.
fn named(document: &Map<String, Json>) -> Result<(), ReadError> {
    let has = |name: &str| document.contains_key(name);
    let refused = if has("encrypted_data") {
        let hint = "`tofu state pull > FILE` writes the state in clear, where the configuration has the key";
        Some(other("encrypted by OpenTofu", hint))
    } else if has("planned_values") || has("resource_changes") || has("planned_state") {
        Some(other("a plan that `show -json` printed, and no state", PULL))
    } else if has("deployment") || has("checkpoint") {
        Some(other("a state of Pulumi", "`import PATH ID` takes over one resource at a time"))
    } else if has("backend") && !has_resources(document) {
        Some(other(
            "Terraform's note of where its state is (`.terraform/terraform.tfstate`), and no state",
            PULL,
        ))
    } else if has("AWSTemplateFormatVersion") {
        Some(other("a template of CloudFormation", "`import PATH ID` takes over one resource at a time"))
    } else if has("configuration") && has("root_module") || has("provider_schemas") {
        Some(other("what `terraform` prints of a configuration or of providers, and no state", PULL))
    } else if has("@level") || has("@message") {
        Some(other("the log of a run with `-json`, and no state", PULL))
    } else {
        None
    };
    refused.map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATE: &str = r#"{"version":4,"resources":[]}"#;

    fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(unit).collect()
    }

    #[test]
    fn every_encoding_that_tools_write_is_read() {
        let marked = |mark: &[u8], rest: Vec<u8>| [mark.to_vec(), rest].concat();
        for bytes in [
            STATE.as_bytes().to_vec(),
            marked(b"\xef\xbb\xbf", STATE.as_bytes().to_vec()),
            marked(b"\xff\xfe", utf16(STATE, u16::to_le_bytes)),
            marked(b"\xfe\xff", utf16(STATE, u16::to_be_bytes)),
            utf16(STATE, u16::to_le_bytes),
            utf16(STATE, u16::to_be_bytes),
        ] {
            let text = decode(&bytes).unwrap();
            assert_eq!(text, STATE);
            assert_eq!(format_of(&text), Ok(Format::Current));
        }
        let odd = marked(b"\xff\xfe", vec![b'{']);
        assert_eq!(decode(&odd).unwrap_err().to_string(), "it is UTF-16 that was cut off");
        assert_eq!(decode(b"{\"a\": \"\xe4\"}").unwrap_err().to_string(), "it is neither UTF-8 nor UTF-16");
        assert!(decode(b" \r\n").unwrap_err().to_string().starts_with("it is empty"));
    }

    #[track_caller]
    fn refused(bytes: &[u8]) -> String {
        match decode(bytes).and_then(|text| format_of(&text)) {
            Err(error) => error.to_string(),
            Ok(format) => panic!("it is read as {format:?}"),
        }
    }

    #[test]
    fn what_is_no_state_is_refused_by_its_name() {
        for (bytes, wanted) in [
            (
                &br#"{"meta":{},"encrypted_data":"AAAA","encryption_version":"v0"}"#[..],
                "encrypted by OpenTofu",
            ),
            (b"PK\x03\x04\x14\x00", "a plan that `plan -out` saved"),
            (
                br#"{"format_version":"1.2","planned_values":{},"resource_changes":[]}"#,
                "a plan that `show -json`",
            ),
            (br#"{"format_version":"1.0"}"#, "where there is no state"),
            (br#"{"version":3,"backend":{"type":"s3"},"modules":[]}"#, "note of where its state is"),
            (br#"{"version":3,"deployment":{"manifest":{}}}"#, "a state of Pulumi"),
            (b"\x1f\x8b\x08\x00", "compressed with gzip"),
            (b"tfstate\x01", "before 0.3"),
            (b"resource \"aws_vpc\" \"main\" {\n}", "the text of a configuration"),
            (br#"{"version":5}"#, "of format 5"),
            (br#"{"version":"4"}"#, "its `version` is no number"),
            (br#"{"version":4,"#, "it was cut off"),
            (b"<xml/>", "it isn't JSON"),
            (b"{}", "it has no `version`"),
            (b"[]", "it isn't an object"),
        ] {
            let message = refused(bytes);
            assert!(message.contains(wanted), "{message}");
        }
    }

    #[test]
    fn formats_are_told_by_their_members() {
        for (text, wanted) in [
            (r#"{"version":1,"modules":[]}"#, Format::Old),
            (r#"{"version":2,"modules":[]}"#, Format::Old),
            (r#"{"version":3,"modules":[]}"#, Format::Old),
            (r#"{"format_version":"1.0","values":{"root_module":{}}}"#, Format::Shown),
        ] {
            assert_eq!(format_of(text), Ok(wanted), "{text}");
        }
    }
}
