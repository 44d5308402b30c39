//! The parser on arbitrary and on mutated files: it never panics, every refusal says where and what to
//! write, and what it takes means the same when it is written down again.

use std::fmt::Write as _;

use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::*;

const PLACE: &str = "/somewhere/Ironward.toml";

/// A file with every key.
const WHOLE: &str = r#"
default = "staging"

[stack.staging]
cloud = "sandbox"
endpoint = "http://127.0.0.1:5000"

[stack.staging.endpoints]
backup = "http://127.0.0.1:4566"
kms = "https://kms.example.com/"

[stack.production]
cloud = "aws"
account = "123456789012"
region = "eu-central-1"
tags = { Owner = "clinic", "cost centre" = "\u00e9" }

[stack.production.state]
encryption = "passphrase"
kms_key = "alias/states"
bucket = "clinic.states"
prefix = "ironward/clinic"
region = "eu-west-1"
evidence_bucket = "clinic-evidence"
evidence_days = 3653

[stack.production.providers.recovery]
region = "eu-west-1"
account = "210987654321"
role = "arn:aws:iam::210987654321:role/recovery"
endpoint = "http://localhost:4566"
"#;

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}

/// A configuration written down, independently of how it was written before.
fn written(config: &Config) -> String {
    let mut text = format!("default = {}\n", quoted(&config.default));
    let key = |text: &mut String, name: &str, value: Option<&str>| {
        if let Some(value) = value {
            let _ = writeln!(text, "{name} = {}", quoted(value));
        }
    };
    for (name, stack) in &config.stacks {
        let _ = writeln!(text, "[stack.{name}]");
        let cloud = match stack.cloud {
            CloudKind::Sandbox => "sandbox",
            CloudKind::Aws => "aws",
        };
        key(&mut text, "cloud", Some(cloud));
        key(&mut text, "account", stack.account.as_deref());
        key(&mut text, "region", Some(&stack.region));
        key(&mut text, "endpoint", stack.endpoint.as_ref().map(Endpoint::as_str));
        let _ = writeln!(text, "[stack.{name}.state]");
        let encryption = match stack.state.encryption {
            Encryption::KeyFile => "key-file",
            Encryption::Passphrase => "passphrase",
            Encryption::Kms => "kms",
            Encryption::None => "none",
        };
        key(&mut text, "encryption", Some(encryption));
        key(&mut text, "kms_key", stack.state.kms_key.as_deref());
        if let Some(bucket) = &stack.state.bucket {
            key(&mut text, "bucket", Some(&bucket.name));
            key(&mut text, "prefix", Some(&bucket.prefix));
            key(&mut text, "region", bucket.region.as_deref());
            if let Some(evidence) = &bucket.evidence {
                key(&mut text, "evidence_bucket", Some(&evidence.bucket));
                let _ = writeln!(text, "evidence_days = {}", evidence.days);
            }
        }
        let _ = writeln!(text, "[stack.{name}.endpoints]");
        for (service, endpoint) in &stack.endpoints {
            key(&mut text, service, Some(endpoint.as_str()));
        }
        let _ = writeln!(text, "[stack.{name}.tags]");
        for (tag, value) in &stack.tags {
            key(&mut text, &quoted(tag), Some(value));
        }
        for (alias, provider) in &stack.providers {
            let _ = writeln!(text, "[stack.{name}.providers.{}]", quoted(alias));
            key(&mut text, "region", provider.region.as_deref());
            key(&mut text, "account", provider.account.as_deref());
            key(&mut text, "role", provider.role.as_deref());
            key(&mut text, "endpoint", provider.endpoint.as_ref().map(Endpoint::as_str));
        }
    }
    text
}

/// What holds of every text, whether it is taken or refused.
fn judged(text: &str) -> Result<(), TestCaseError> {
    match Config::parse(Path::new(PLACE), text) {
        Ok(config) => {
            let again = Config::parse(Path::new(PLACE), &written(&config));
            prop_assert_eq!(again.map_err(|error| error.to_string()), Ok(config));
            Ok(())
        }
        Err(error) => explained(&error, text.matches('\n').count() + 1),
    }
}

/// A refusal names the line and says what to write.
fn explained(error: &ConfigError, lines: usize) -> Result<(), TestCaseError> {
    let place = error.place().unwrap_or_default();
    let line = place.strip_prefix("Ironward.toml:").and_then(|line| line.parse::<usize>().ok());
    prop_assert!(line.is_some_and(|line| (1..=lines).contains(&line)), "{place} of {lines}: {error}");
    prop_assert!(!error.message.is_empty());
    prop_assert!(error.hint().is_some_and(|hint| !hint.is_empty()), "{error}");
    Ok(())
}

/// Text with the words of a configuration.
fn words() -> impl Strategy<Value = String> {
    let words = select(vec![
        "[stack.a]\n",
        "[stack.a.tags]\n",
        "[stack.a.state]\n",
        "[stack.a.endpoints]\n",
        "[stack.a.providers.b]\n",
        "[[stack]]\n",
        "[stack.\"A b\"]\n",
        "default = ",
        "cloud = ",
        "account = ",
        "region = ",
        "endpoint = ",
        "encryption = ",
        "kms_key = ",
        "bucket = ",
        "prefix = ",
        "evidence_bucket = ",
        "evidence_days = 7\n",
        "\"alias/states\"\n",
        "\"kms\"\n",
        "role = ",
        "kms = ",
        "\"aws\"\n",
        "\"a\"\n",
        "\"123456789012\"\n",
        "\"us-east-1\"\n",
        "\"http://localhost:1\"\n",
        "\"key-file\"\n",
        "{ a = 1 }\n",
        "9223372036854775808\n",
        "2026-11-26T00:00:00Z\n",
        "\"\"\"\n",
        "\\u0000",
        "é",
        "\u{0}",
        "#",
        "\r\n",
        " = ",
        "'",
    ]);
    prop::collection::vec(words, 0..16).prop_map(|words| words.concat())
}

/// One change of a text: a byte replaced, a part cut out, doubled, or moved to the end.
fn mutated(from: Index, to: Index, how: u8, byte: u8) -> Vec<u8> {
    let text = WHOLE.as_bytes();
    let (a, b) = (from.index(text.len()), to.index(text.len() + 1));
    let (from, to) = (a.min(b), a.max(b));
    let mut bytes = text.to_vec();
    match how % 4 {
        0 => bytes[from.min(text.len() - 1)] = byte,
        1 => drop(bytes.drain(from..to)),
        2 => drop(bytes.splice(to..to, text[from..to].to_vec())),
        _ => {
            let part: Vec<u8> = bytes.drain(from..to).collect();
            bytes.extend(part);
        }
    }
    bytes
}

#[test]
fn the_whole_file_means_the_same_when_written_again() {
    let config = Config::parse(Path::new(PLACE), WHOLE).unwrap();
    assert_eq!(Config::parse(Path::new(PLACE), &written(&config)).unwrap(), config);
    assert_eq!(config.stacks.len(), 2);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 1024, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_taken_or_explained(text in ".{0,200}") {
        judged(&text)?;
    }

    #[test]
    fn any_words_are_taken_or_explained(text in words()) {
        judged(&text)?;
    }

    #[test]
    fn a_mutated_file_is_taken_or_explained(from: Index, to: Index, how: u8, byte: u8) {
        let bytes = mutated(from, to, how, byte);
        match text(Path::new(PLACE), &bytes) {
            Ok(text) => judged(text)?,
            Err(error) => explained(&error, String::from_utf8_lossy(&bytes).matches('\n').count() + 1)?,
        }
    }

    #[test]
    fn any_bytes_are_text_or_explained(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
        let lines = bytes.iter().filter(|byte| **byte == b'\n').count() + 1;
        match text(Path::new(PLACE), &bytes) {
            Ok(text) => judged(text)?,
            Err(error) => explained(&error, lines)?,
        }
    }
}
