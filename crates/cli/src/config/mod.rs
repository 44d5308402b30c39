//! `Ironward.toml`: which cloud each stack goes to.

use std::collections::BTreeMap;
use std::fmt;
use std::io::ErrorKind;
use std::ops::Range;
use std::path::{Path, PathBuf};

use ironward_aws_provider::service;
use ironward_core::consent::DataValue;
use serde::Deserialize;
use toml::Spanned;

pub use state::{BucketConfig, Encryption, EvidenceConfig, StateConfig};

use crate::target::{Endpoint, is_account};

mod state;

pub(crate) use state::DEFAULT_PREFIX;

/// The file's name.
pub const FILE: &str = "Ironward.toml";
/// The stack of programs that have no configuration.
pub const DEFAULT_STACK: &str = "sandbox";
/// The region where none is configured.
pub const DEFAULT_REGION: &str = "us-east-1";

/// The stacks of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Config {
    /// The directory that the configuration lies in, or would: `.ironward` is there too.
    pub directory: PathBuf,
    /// The stack that is meant where none is named.
    pub default: String,
    /// The configured stacks.
    pub stacks: BTreeMap<String, StackConfig>,
    /// The file, where there is one.
    pub file: Option<PathBuf>,
}

/// The configuration of one stack.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StackConfig {
    /// Which kind of cloud.
    pub cloud: CloudKind,
    /// The account that it must be, twelve digits.
    pub account: Option<String>,
    /// The region.
    pub region: String,
    /// Where all services answer, instead of their own addresses.
    pub endpoint: Option<Endpoint>,
    /// Where single services answer, by their name in
    /// [`service::names`], such as `backup`.
    pub endpoints: BTreeMap<String, Endpoint>,
    /// Tags on everything that has tags.
    pub tags: BTreeMap<String, String>,
    /// Further providers by alias.
    pub providers: BTreeMap<String, AliasConfig>,
    /// How its state is kept.
    pub state: StateConfig,
    /// What its data is worth, where it says so.
    pub data: Option<DataValue>,
}

/// A kind of cloud.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CloudKind {
    /// The embedded sandbox, or an emulator at the stack's `endpoint`.
    #[default]
    Sandbox,
    /// AWS.
    Aws,
}

/// A provider beside the stack's own; what it doesn't say is as in the stack.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AliasConfig {
    /// The region.
    pub region: Option<String>,
    /// The account that it must be.
    pub account: Option<String>,
    /// The ARN of a role to assume.
    pub role: Option<String>,
    /// Where all services answer.
    pub endpoint: Option<Endpoint>,
}

impl Default for StackConfig {
    fn default() -> Self {
        Self {
            cloud: CloudKind::Sandbox,
            account: None,
            region: DEFAULT_REGION.to_owned(),
            endpoint: None,
            endpoints: BTreeMap::new(),
            tags: BTreeMap::new(),
            providers: BTreeMap::new(),
            state: StateConfig::default(),
            data: None,
        }
    }
}

/// A configuration that can't be used.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConfigError {
    file: Option<PathBuf>,
    line: Option<usize>,
    message: String,
    hint: Option<String>,
}

/// What to write in the place of an endpoint that AWS would be asked at in clear.
const IN_CLEAR_HINT: &str = "write `https://…`; where an emulator answers there, take `cloud = \"aws\"` out: a stack \
                             without it goes to the emulator at its endpoint";

fn in_clear(endpoint: &Endpoint) -> String {
    format!("`{endpoint}` is in clear, and this stack goes to AWS")
}

impl ConfigError {
    /// Refuses an endpoint that a command was given.
    pub(crate) fn in_clear(config: &Config, endpoint: &Endpoint) -> Self {
        Self {
            file: config.file.clone(),
            line: None,
            message: in_clear(endpoint),
            hint: Some(IN_CLEAR_HINT.to_owned()),
        }
    }

    /// What to write instead.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        self.hint.clone()
    }

    /// The place as `file:line`, as far as there is one.
    #[must_use]
    pub fn place(&self) -> Option<String> {
        let file = self.file.as_ref()?.file_name()?.to_string_lossy().into_owned();
        Some(match self.line {
            Some(line) => format!("{file}:{line}"),
            None => file,
        })
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = self.place() {
            write!(f, "{place}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for ConfigError {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    default: Option<Spanned<String>>,
    #[serde(default)]
    stack: BTreeMap<String, Spanned<RawStack>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStack {
    #[serde(default)]
    cloud: CloudKind,
    account: Option<Spanned<String>>,
    region: Option<Spanned<String>>,
    endpoint: Option<Spanned<String>>,
    #[serde(default)]
    endpoints: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    tags: BTreeMap<String, String>,
    #[serde(default)]
    providers: BTreeMap<String, Spanned<RawAlias>>,
    #[serde(default)]
    state: state::RawState,
    data: Option<DataValue>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAlias {
    region: Option<Spanned<String>>,
    account: Option<Spanned<String>>,
    role: Option<Spanned<String>>,
    endpoint: Option<Spanned<String>>,
}

impl Config {
    /// The configuration of `directory`: from `Ironward.toml` there or in the nearest directory
    /// above, or, where there is none, one stack that goes to the embedded sandbox.
    ///
    /// # Errors
    /// [`ConfigError`] when the file can't be read or isn't a configuration.
    pub fn find(directory: &Path) -> Result<Self, ConfigError> {
        for place in directory.ancestors() {
            let file = place.join(FILE);
            match std::fs::read(&file) {
                Ok(bytes) => return Self::parse(&file, text(&file, &bytes)?),
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => {
                    return Err(ConfigError {
                        message: format!("can't be read: {error}"),
                        hint: Some(format!("check {}", file.display())),
                        file: Some(file),
                        line: None,
                    });
                }
            }
        }
        Ok(Self::sandbox(directory))
    }

    /// The configuration of a program that has none.
    #[must_use]
    pub fn sandbox(directory: &Path) -> Self {
        Self {
            directory: directory.to_owned(),
            default: DEFAULT_STACK.to_owned(),
            stacks: BTreeMap::from([(DEFAULT_STACK.to_owned(), StackConfig::default())]),
            file: None,
        }
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// [`ConfigError`] with the file and the line.
    pub fn parse(file: &Path, text: &str) -> Result<Self, ConfigError> {
        let reader = Reader { file, text };
        let raw: RawFile = toml::from_str(text).map_err(|error| reader.syntax(&error))?;
        let mut stacks = BTreeMap::new();
        for (name, stack) in raw.stack {
            let span = stack.span();
            if ironward_core::path::Path::segment(&name).is_err() {
                return Err(reader.at(
                    &span,
                    format!("`{name}` can't be the name of a stack"),
                    "names start with a lower-case letter and hold lower-case letters, digits and hyphens",
                ));
            }
            let stack = reader.stack(&name, &span, stack.into_inner())?;
            stacks.insert(name, stack);
        }
        if raw.default.is_none() {
            stacks.entry(DEFAULT_STACK.to_owned()).or_default();
        }
        let default = match raw.default {
            None => DEFAULT_STACK.to_owned(),
            Some(name) if stacks.contains_key(name.get_ref()) => name.into_inner(),
            Some(name) => {
                let message = format!("the default stack `{}` isn't configured", name.get_ref());
                let hint = format!("add `[stack.{}]`, or name one of: {}", name.get_ref(), names(&stacks));
                return Err(reader.at(&name.span(), message, hint));
            }
        };
        let directory = file.parent().unwrap_or(Path::new(".")).to_owned();
        Ok(Self { directory, default, stacks, file: Some(file.to_owned()) })
    }

    /// The configuration of a stack, or of the default one.
    ///
    /// # Errors
    /// [`ConfigError`] when there is none of that name.
    pub fn stack(&self, name: Option<&str>) -> Result<(&str, &StackConfig), ConfigError> {
        let name = name.unwrap_or(&self.default);
        if let Some((name, stack)) = self.stacks.get_key_value(name) {
            return Ok((name, stack));
        }
        let close = nearest(name, self.stacks.keys().map(String::as_str));
        let hint = match (&self.file, close) {
            (_, Some(close)) => format!("did you mean `{close}`?"),
            (Some(_), None) => {
                format!("add `[stack.{name}]` to {FILE}, or use one of: {}", names(&self.stacks))
            }
            (None, None) => format!("there is no {FILE} here: write one with a `[stack.{name}]` in it"),
        };
        Err(ConfigError {
            file: self.file.clone(),
            line: None,
            message: format!("there is no stack `{name}`"),
            hint: Some(hint),
        })
    }
}

/// The text of a file.
fn text<'a>(file: &Path, bytes: &'a [u8]) -> Result<&'a str, ConfigError> {
    std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        ConfigError {
            file: Some(file.to_owned()),
            line: Some(before.iter().filter(|byte| **byte == b'\n').count() + 1),
            message: "isn't text in UTF-8 from here on".to_owned(),
            hint: Some("save the file as UTF-8".to_owned()),
        }
    })
}

fn names(stacks: &BTreeMap<String, StackConfig>) -> String {
    stacks.keys().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// The candidate that a mistyped word most likely meant.
pub(crate) fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map(|(_, candidate)| candidate)
}

struct Reader<'a> {
    file: &'a Path,
    text: &'a str,
}

impl Reader<'_> {
    fn at(&self, span: &Range<usize>, message: impl Into<String>, hint: impl Into<String>) -> ConfigError {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        ConfigError {
            file: Some(self.file.to_owned()),
            line: Some(before.matches('\n').count() + 1),
            message: message.into(),
            hint: Some(hint.into()),
        }
    }

    /// A text that isn't TOML, or TOML that has another shape than a configuration.
    fn syntax(&self, error: &toml::de::Error) -> ConfigError {
        let message = error.message().lines().collect::<Vec<_>>().join("; ");
        let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
        let hint = match quoted.split_first() {
            Some((word, known)) if message.starts_with("unknown ") => {
                let list = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
                match nearest(word, known.iter().copied()) {
                    Some(close) => format!("did you mean `{close}`? Possible here: {list}"),
                    None => format!("possible here: {list}"),
                }
            }
            _ => "correct this line; a stack is written as `[stack.NAME]`, and below it `key = \"value\"`"
                .to_owned(),
        };
        let message = match quoted.first() {
            Some(word) if message.starts_with("unknown field") => format!("there is no key `{word}`"),
            Some(word) if message.starts_with("unknown variant") => format!("`{word}` isn't possible here"),
            _ => message,
        };
        self.at(&error.span().unwrap_or(0..0), message, hint)
    }

    fn stack(&self, name: &str, span: &Range<usize>, raw: RawStack) -> Result<StackConfig, ConfigError> {
        let account = self.account(raw.account)?;
        if raw.cloud == CloudKind::Aws && account.is_none() {
            return Err(self.at(
                span,
                format!("the stack `{name}` goes to AWS and names no account"),
                "add `account = \"…\"`, twelve digits: the stack then refuses to run under any other",
            ));
        }
        let mut endpoints = BTreeMap::new();
        for (service, url) in raw.endpoints {
            if !service::names().any(|known| known == service) {
                return Err(self.unknown_service(&service, &url.span()));
            }
            if let Some(endpoint) = self.endpoint(Some(url), raw.cloud)? {
                endpoints.insert(service, endpoint);
            }
        }
        let mut providers = BTreeMap::new();
        for (alias, alias_raw) in raw.providers {
            let alias_raw = alias_raw.into_inner();
            let alias_config = AliasConfig {
                region: self.region(alias_raw.region)?,
                account: self.account(alias_raw.account)?,
                role: self.role(alias_raw.role)?,
                endpoint: self.endpoint(alias_raw.endpoint, raw.cloud)?,
            };
            providers.insert(alias, alias_config);
        }
        Ok(StackConfig {
            cloud: raw.cloud,
            account,
            region: self.region(raw.region)?.unwrap_or_else(|| DEFAULT_REGION.to_owned()),
            endpoint: self.endpoint(raw.endpoint, raw.cloud)?,
            endpoints,
            tags: raw.tags,
            providers,
            state: self.state(raw.state)?,
            data: raw.data,
        })
    }

    /// An endpoint that nothing would use: its calls would go elsewhere, perhaps to AWS.
    fn unknown_service(&self, service: &str, span: &Range<usize>) -> ConfigError {
        let list = service::names().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let hint = match nearest(service, service::names()) {
            Some(close) => format!("did you mean `{close}`? Possible here: {list}"),
            None => format!("possible here: {list}"),
        };
        self.at(span, format!("there is no service `{service}`"), hint)
    }

    fn checked(
        &self,
        value: Option<Spanned<String>>,
        fits: impl FnOnce(&str) -> bool,
        hint: &str,
    ) -> Result<Option<String>, ConfigError> {
        match value {
            Some(value) if !fits(value.get_ref()) => {
                Err(self.at(&value.span(), format!("`{}` isn't possible here", value.get_ref()), hint))
            }
            value => Ok(value.map(Spanned::into_inner)),
        }
    }

    fn account(&self, value: Option<Spanned<String>>) -> Result<Option<String>, ConfigError> {
        self.checked(value, is_account, "an account id has twelve digits, in quotes")
    }

    fn region(&self, value: Option<Spanned<String>>) -> Result<Option<String>, ConfigError> {
        let fits = |region: &str| {
            region.split('-').count() >= 3
                && region.ends_with(|c: char| c.is_ascii_digit())
                && region.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
        };
        self.checked(value, fits, "write a region as AWS does, such as `us-east-1`")
    }

    fn role(&self, value: Option<Spanned<String>>) -> Result<Option<String>, ConfigError> {
        let fits = |role: &str| role.starts_with("arn:") && role.contains(":role/");
        self.checked(value, fits, "write the role's whole ARN, `arn:aws:iam::ACCOUNT:role/NAME`")
    }

    /// An address where services answer; of AWS one that nobody on the way can read along at.
    fn endpoint(
        &self,
        value: Option<Spanned<String>>,
        cloud: CloudKind,
    ) -> Result<Option<Endpoint>, ConfigError> {
        let Some(value) = value else { return Ok(None) };
        let endpoint = Endpoint::parse(value.get_ref())
            .map_err(|error| self.at(&value.span(), error.to_string(), crate::target::ENDPOINT_HINT))?;
        if cloud == CloudKind::Aws && endpoint.is_in_clear() {
            return Err(self.at(&value.span(), in_clear(&endpoint), IN_CLEAR_HINT));
        }
        Ok(Some(endpoint))
    }
}

#[cfg(test)]
mod parsing;

#[cfg(test)]
mod tests;
