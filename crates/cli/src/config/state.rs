//! `[stack.NAME.state]`: where the stack's state is kept, and how.

use serde::Deserialize;
use toml::Spanned;

use super::{ConfigError, Reader};

/// Where the state of a stack is kept, and how.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct StateConfig {
    /// What protects its key. A key file for a state in a directory, unless something else is asked
    /// for; KMS for one in a bucket.
    pub encryption: Encryption,
    /// The KMS key that protects the state's key and the objects of its bucket: an ARN, a key id, or
    /// `alias/NAME`.
    pub kms_key: Option<String>,
    /// The bucket; nothing for the directory beside the configuration.
    pub bucket: Option<BucketConfig>,
}

/// The bucket of a state.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BucketConfig {
    /// Its name.
    pub name: String,
    /// What the keys of its objects begin with; the stack's name follows. `ironward` by default.
    pub prefix: String,
    /// Its region, where that isn't the stack's.
    pub region: Option<String>,
    /// Where every head of the history is kept as evidence, too.
    pub evidence: Option<EvidenceConfig>,
}

/// A bucket with object lock for the heads of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct EvidenceConfig {
    /// Its name.
    pub bucket: String,
    /// For how many days each head is locked, in compliance mode. 2,557 by default: seven years.
    pub days: u32,
}

/// What protects the key of a state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encryption {
    /// A key file in the user's configuration directory.
    #[default]
    KeyFile,
    /// A passphrase: `IRONWARD_PASSPHRASE`, or what is typed when a terminal asks.
    Passphrase,
    /// A key of AWS KMS.
    Kms,
    /// Nothing: the state isn't encrypted.
    None,
}

impl Encryption {
    /// The word for it in the configuration.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::KeyFile => "key-file",
            Self::Passphrase => "passphrase",
            Self::Kms => "kms",
            Self::None => "none",
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "snake_case")]
pub(super) struct RawState {
    encryption: Option<Spanned<Encryption>>,
    kms_key: Option<Spanned<String>>,
    bucket: Option<Spanned<String>>,
    prefix: Option<Spanned<String>>,
    region: Option<Spanned<String>>,
    evidence_bucket: Option<Spanned<String>>,
    evidence_days: Option<Spanned<u32>>,
}

/// What the keys of objects begin with where nothing else is configured.
pub(crate) const DEFAULT_PREFIX: &str = "ironward";
const SEVEN_YEARS: u32 = 2557;

/// Source: Amazon S3 User Guide, "Bucket naming rules".
fn is_bucket(name: &str) -> bool {
    (3..=63).contains(&name.len())
        && name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.'))
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.ends_with(|c: char| c.is_ascii_alphanumeric())
        && !name.contains("..")
}

fn is_prefix(prefix: &str) -> bool {
    !prefix.is_empty()
        && prefix.len() <= 512
        && prefix.split('/').all(|part| {
            !part.is_empty()
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
        })
}

fn is_kms_key(key: &str) -> bool {
    let arn = key.starts_with("arn:") && key.contains(":kms:");
    !key.contains(char::is_whitespace) && (arn || key.starts_with("alias/") || key.len() == 36)
}

impl Reader<'_> {
    pub(super) fn state(&self, raw: RawState) -> Result<StateConfig, ConfigError> {
        let hint = "bucket names have 3 to 63 lower-case letters, digits, hyphens and dots";
        let place = raw.bucket.as_ref().map(Spanned::span);
        let bucket = self.checked(raw.bucket, is_bucket, hint)?;
        if bucket.is_none() {
            let spans = [
                raw.prefix.as_ref().map(|value| (value.span(), "prefix")),
                raw.region.as_ref().map(|value| (value.span(), "region")),
                raw.evidence_bucket.as_ref().map(|value| (value.span(), "evidence_bucket")),
                raw.evidence_days.as_ref().map(|value| (value.span(), "evidence_days")),
            ];
            if let Some((span, key)) = spans.into_iter().flatten().next() {
                let message = format!("`{key}` is of a bucket, and this state has none");
                return Err(self.at(&span, message, "add `bucket = \"…\"`, or take this line out"));
            }
        }
        let hint = "write the key's ARN, its id, or `alias/NAME`";
        let kms_span = raw.kms_key.as_ref().map(Spanned::span);
        let kms_key = self.checked(raw.kms_key, is_kms_key, hint)?;
        let usual = if bucket.is_some() { Encryption::Kms } else { Encryption::KeyFile };
        let asked = raw.encryption.as_ref().map(Spanned::span);
        let encryption = raw.encryption.map_or(usual, Spanned::into_inner);
        let needs = bucket.is_some() || encryption == Encryption::Kms;
        match (&kms_key, kms_span, place) {
            (None, _, Some(place)) => {
                let message = "the bucket of this state has no `kms_key`";
                return Err(self.at(
                    &place,
                    message,
                    "add `kms_key = \"…\"`: its objects are encrypted by it",
                ));
            }
            (None, _, None) if needs => {
                let message = "`encryption = \"kms\"` names no `kms_key`";
                return Err(self.at(
                    &asked.unwrap_or_default(),
                    message,
                    "add `kms_key = \"…\"` to `[stack.NAME.state]`",
                ));
            }
            (Some(_), Some(span), _) if !needs => {
                let message = "`kms_key` isn't used: this state has another protection, and no bucket";
                return Err(self.at(&span, message, "add `encryption = \"kms\"`, or take this line out"));
            }
            _ => {}
        }
        let hint = "write names of letters, digits, hyphens, underscores and dots, with `/` between them";
        let prefix = self.checked(raw.prefix, is_prefix, hint)?.unwrap_or_else(|| DEFAULT_PREFIX.to_owned());
        let region = self.region(raw.region)?;
        let days_span = raw.evidence_days.as_ref().map(Spanned::span);
        let days = raw.evidence_days.map_or(SEVEN_YEARS, Spanned::into_inner);
        if let Some(span) = days_span.as_ref().filter(|_| days == 0 || days > 36_500) {
            return Err(self.at(span, format!("`{days}` isn't possible here"), "write 1 to 36500 days"));
        }
        let hint = "bucket names have 3 to 63 lower-case letters, digits, hyphens and dots";
        let evidence = match (self.checked(raw.evidence_bucket, is_bucket, hint)?, days_span) {
            (Some(bucket), _) => Some(EvidenceConfig { bucket, days }),
            (None, Some(span)) => {
                let message = "`evidence_days` is of an evidence bucket, and there is none";
                return Err(self.at(&span, message, "add `evidence_bucket = \"…\"`, or take this line out"));
            }
            (None, None) => None,
        };
        let bucket = bucket.map(|name| BucketConfig { name, prefix, region, evidence });
        Ok(StateConfig { encryption, kms_key, bucket })
    }
}
