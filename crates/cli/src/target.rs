//! Which cloud a command talks to, resolved from configuration and flags.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use ironward_core::consent::DataValue;
use serde::Serialize;

use crate::config::{AliasConfig, BucketConfig, CloudKind, Config, ConfigError, Encryption, EvidenceConfig};
use crate::errors::Diagnostic;

/// The directory beside `Ironward.toml` that holds everything that Ironward keeps there.
const KEPT: &str = ".ironward";
pub(crate) const ENDPOINT_HINT: &str = "write an address such as `http://127.0.0.1:5000`";

/// An address of a cloud or an emulator: `http://…` or `https://…`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Endpoint(String);

/// A text that isn't an [`Endpoint`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` isn't an address: {reason}")]
pub struct InvalidEndpoint {
    text: String,
    reason: &'static str,
}

impl Endpoint {
    /// Reads an address.
    ///
    /// # Errors
    /// [`InvalidEndpoint`] when it isn't one, or holds a user name or password.
    pub fn parse(text: &str) -> Result<Self, InvalidEndpoint> {
        let invalid = |reason| InvalidEndpoint { text: text.to_owned(), reason };
        let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
        let rest = rest.ok_or_else(|| invalid("it has to begin with http:// or https://"))?;
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if authority.contains('@') {
            // Such a text is shown nowhere.
            let text = "…".to_owned();
            return Err(InvalidEndpoint { text, reason: "it may not hold a user name or password" });
        }
        if authority.is_empty() || text.contains(char::is_whitespace) {
            return Err(invalid("it names no host"));
        }
        Ok(Self(text.trim_end_matches('/').to_owned()))
    }

    /// The address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether requests to it can be read on their way: credentials are never sent so, but signatures, the
    /// values of properties and what the service answers would be.
    #[must_use]
    pub fn is_in_clear(&self) -> bool {
        self.0.starts_with("http://") && !self.is_loopback()
    }

    /// Whether it is on this machine: an emulator.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let rest = self.0.split_once("://").map_or("", |(_, rest)| rest);
        let authority = rest.split('/').next().unwrap_or_default();
        let host = match authority.strip_prefix('[') {
            Some(rest) => rest.split(']').next().unwrap_or_default(),
            None => authority.split(':').next().unwrap_or_default(),
        };
        match host.parse::<std::net::IpAddr>() {
            Ok(address) => address.is_loopback() || address.is_unspecified(),
            Err(_) => host == "localhost" || host.ends_with(".localhost"),
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Twelve digits.
pub(crate) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A cloud.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cloud {
    /// The sandbox in this process.
    Sandbox,
    /// The sandbox, served by another process.
    ServedSandbox {
        /// Where.
        endpoint: Endpoint,
    },
    /// An emulator on this machine.
    Emulator {
        /// Where.
        endpoint: Endpoint,
    },
    /// AWS, or what answers in its place at the configured address.
    Aws {
        /// The address, where it isn't AWS's own.
        endpoint: Option<Endpoint>,
    },
}

/// How one provider is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reach {
    /// The region.
    pub region: String,
    /// The account that it must be.
    pub account: Option<String>,
    /// Where all services answer; nothing for AWS's own addresses and the sandbox in this process.
    pub endpoint: Option<Endpoint>,
    /// Where single services answer.
    pub endpoints: BTreeMap<String, Endpoint>,
    /// The ARN of a role to assume.
    pub role: Option<String>,
    /// Whether test credentials are used, whatever the environment has, and nothing takes time.
    pub emulated: bool,
    /// Whether it is the sandbox in this process.
    pub in_process: bool,
}

/// Where a state is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StateAt {
    /// In a directory of this machine.
    Directory(PathBuf),
    /// In a bucket.
    Bucket(Box<BucketAt>),
}

/// A bucket that holds a state, and how it is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BucketAt {
    /// Its name.
    pub bucket: String,
    /// What the keys of the bucket's objects begin with, without the stack.
    pub prefix: String,
    /// Where every head of the history is kept as evidence, too.
    pub evidence: Option<EvidenceConfig>,
    /// How the service is reached.
    pub reach: Reach,
}

impl fmt::Display for StateAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Directory(directory) => write!(f, "{}", directory.display()),
            Self::Bucket(at) => write!(f, "s3://{}/{}", at.bucket, at.prefix),
        }
    }
}

/// The stack and the cloud that a command works on.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Target {
    /// The stack's name.
    pub stack: String,
    /// The cloud.
    pub cloud: Cloud,
    /// How the stack's own provider is reached.
    pub reach: Reach,
    /// How the others are reached, by alias.
    pub providers: BTreeMap<String, Reach>,
    /// Tags on everything that has tags.
    pub tags: BTreeMap<String, String>,
    /// What protects the key of the stack's state.
    pub encryption: Encryption,
    /// The KMS key of the state, where there is one.
    pub kms_key: Option<String>,
    /// What the stack's data is worth: what the configuration says, or else nothing in a sandbox of
    /// ours and much everywhere else.
    pub data: DataValue,
    /// Where the stack's state is kept.
    pub state: StateAt,
    /// The directory of `.ironward`.
    pub directory: PathBuf,
}

impl Target {
    /// Resolves a stack, or the default one. `endpoint` takes the place of the configured one, and
    /// `served` tells where the sandbox is served, if it is.
    ///
    /// # Errors
    /// [`ConfigError`] when there is no such stack, or when it goes to AWS and `endpoint` would send what it
    /// says in clear.
    pub fn resolve(
        config: &Config,
        stack: Option<&str>,
        endpoint: Option<Endpoint>,
        served: impl FnOnce(&Path) -> Option<Endpoint>,
    ) -> Result<Self, ConfigError> {
        let (name, stack) = config.stack(stack)?;
        let served = served(&sandbox_directory(&config.directory));
        let endpoint = endpoint.or_else(|| stack.endpoint.clone());
        let cloud = match (endpoint, stack.cloud) {
            (Some(endpoint), _) if served.as_ref() == Some(&endpoint) => Cloud::ServedSandbox { endpoint },
            (Some(endpoint), _) if endpoint.is_loopback() => Cloud::Emulator { endpoint },
            (Some(endpoint), CloudKind::Sandbox) => Cloud::Emulator { endpoint },
            (Some(endpoint), CloudKind::Aws) if endpoint.is_in_clear() => {
                return Err(ConfigError::in_clear(config, &endpoint));
            }
            (endpoint, CloudKind::Aws) => Cloud::Aws { endpoint },
            (None, CloudKind::Sandbox) => match served {
                Some(endpoint) => Cloud::ServedSandbox { endpoint },
                None => Cloud::Sandbox,
            },
        };
        let emulated = !matches!(cloud, Cloud::Aws { .. });
        let reach = Reach {
            region: stack.region.clone(),
            // Emulators have an account of their own.
            account: stack.account.clone().filter(|_| !emulated || stack.cloud == CloudKind::Sandbox),
            endpoint: cloud.endpoint().cloned(),
            endpoints: stack.endpoints.clone(),
            role: None,
            emulated,
            in_process: cloud == Cloud::Sandbox,
        };
        let providers =
            stack.providers.iter().map(|(alias, config)| (alias.clone(), reach.aliased(config))).collect();
        let state = match &stack.state.bucket {
            Some(bucket) => StateAt::Bucket(Box::new(BucketAt::new(bucket, &reach))),
            None => StateAt::Directory(state_directory(&config.directory, name)),
        };
        let sandboxed = matches!(cloud, Cloud::Sandbox | Cloud::ServedSandbox { .. });
        let data = if sandboxed { DataValue::Disposable } else { DataValue::Kept };
        Ok(Self {
            stack: name.to_owned(),
            data: stack.data.unwrap_or(data),
            cloud,
            reach,
            providers,
            tags: stack.tags.clone(),
            encryption: stack.state.encryption,
            kms_key: stack.state.kms_key.clone(),
            state,
            directory: config.directory.clone(),
        })
    }

    /// The same stack with its state in the directory beside the configuration.
    #[must_use]
    pub fn with_local_state(mut self) -> Self {
        self.state = StateAt::Directory(state_directory(&self.directory, &self.stack));
        self
    }

    /// The same with the state of the bucket for states, beside the configuration.
    pub(crate) fn with_bootstrap_state(mut self) -> Self {
        self.state = StateAt::Directory(self.directory.join(KEPT).join("bootstrap"));
        self
    }

    /// Where the embedded sandbox is kept.
    #[must_use]
    pub fn sandbox_directory(&self) -> PathBuf {
        sandbox_directory(&self.directory)
    }

    /// The cloud in words, for people.
    #[must_use]
    pub fn describe(&self) -> String {
        let region = &self.reach.region;
        match &self.cloud {
            Cloud::Sandbox => format!("the embedded sandbox, {region} (nothing leaves this machine)"),
            Cloud::ServedSandbox { endpoint } => format!("the sandbox served at {endpoint}, {region}"),
            Cloud::Emulator { endpoint } => format!("the emulator at {endpoint}, {region}"),
            Cloud::Aws { endpoint } => {
                let account = self.reach.account.as_deref().unwrap_or("of the credentials");
                let at = endpoint.as_ref().map(|endpoint| format!(" at {endpoint}")).unwrap_or_default();
                format!("AWS account {account}{at}, {region}")
            }
        }
    }

    /// The cloud's identity: what a state must not change without saying so.
    #[must_use]
    pub fn identity(&self) -> String {
        let Reach { region, account, .. } = &self.reach;
        match &self.cloud {
            Cloud::Sandbox | Cloud::ServedSandbox { .. } => format!("the sandbox in {region}"),
            Cloud::Emulator { endpoint } => format!("the emulator at {endpoint} in {region}"),
            Cloud::Aws { .. } => {
                format!("AWS account {} in {region}", account.as_deref().unwrap_or("unknown"))
            }
        }
    }
}

impl BucketAt {
    fn new(config: &BucketConfig, stack: &Reach) -> Self {
        let region = config.region.clone().unwrap_or_else(|| stack.region.clone());
        Self {
            bucket: config.name.clone(),
            prefix: config.prefix.clone(),
            evidence: config.evidence.clone(),
            reach: Reach { region, ..stack.clone() },
        }
    }
}

fn state_directory(directory: &Path, stack: &str) -> PathBuf {
    directory.join(KEPT).join("stacks").join(stack)
}

fn sandbox_directory(directory: &Path) -> PathBuf {
    directory.join(KEPT).join("sandbox")
}

impl Cloud {
    /// The word for it in events.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Sandbox | Self::ServedSandbox { .. } => "sandbox",
            Self::Emulator { .. } => "emulator",
            Self::Aws { .. } => "aws",
        }
    }

    /// The address of all services, where it isn't AWS's own.
    #[must_use]
    pub fn endpoint(&self) -> Option<&Endpoint> {
        match self {
            Self::Sandbox => None,
            Self::ServedSandbox { endpoint } | Self::Emulator { endpoint } => Some(endpoint),
            Self::Aws { endpoint } => endpoint.as_ref(),
        }
    }
}

impl Reach {
    fn aliased(&self, alias: &AliasConfig) -> Self {
        let endpoint = alias.endpoint.clone().or_else(|| self.endpoint.clone());
        let local = endpoint.as_ref().is_some_and(Endpoint::is_loopback);
        Self {
            region: alias.region.clone().unwrap_or_else(|| self.region.clone()),
            account: alias.account.clone().or_else(|| self.account.clone()),
            emulated: self.emulated || local,
            in_process: self.in_process && endpoint.is_none(),
            endpoint,
            endpoints: self.endpoints.clone(),
            role: alias.role.clone(),
        }
    }
}

impl From<&InvalidEndpoint> for Diagnostic {
    fn from(error: &InvalidEndpoint) -> Self {
        Self::new(error.to_string()).with_hint(ENDPOINT_HINT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(text: &str) -> Endpoint {
        Endpoint::parse(text).unwrap()
    }

    fn resolve(toml: &str, given: Option<&str>, served: Option<&str>) -> Target {
        let config = Config::parse(Path::new("/w/Ironward.toml"), toml).unwrap();
        Target::resolve(&config, None, given.map(endpoint), |_| served.map(endpoint)).unwrap()
    }

    #[test]
    fn addresses_on_this_machine_are_emulators() {
        for local in ["http://127.0.0.1:5000", "http://localhost", "https://a.localhost/x", "http://[::1]:80"]
        {
            assert!(endpoint(local).is_loopback(), "{local}");
        }
        for remote in ["https://localhost.example.com", "https://10.0.0.1", "http://example.com/127.0.0.1"] {
            assert!(!endpoint(remote).is_loopback(), "{remote}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused_and_secrets_are_not_repeated() {
        for bad in ["", "localhost:5000", "ftp://x", "http://", "http:// x"] {
            assert!(Endpoint::parse(bad).is_err(), "{bad}");
        }
        let error = Endpoint::parse("http://me:hunter2@example.com").unwrap_err().to_string();
        assert!(!error.contains("hunter2"), "{error}");
    }

    #[test]
    fn the_sandbox_is_the_default_and_a_served_one_is_connected_to() {
        assert_eq!(resolve("", None, None).cloud, Cloud::Sandbox);
        let served = resolve("", None, Some("http://127.0.0.1:4000"));
        assert_eq!(served.cloud, Cloud::ServedSandbox { endpoint: endpoint("http://127.0.0.1:4000") });
        assert_eq!(served.identity(), resolve("", None, None).identity());
        let named = resolve("", Some("http://127.0.0.1:4000"), Some("http://127.0.0.1:4000"));
        assert_eq!(named.cloud, served.cloud);
    }

    #[test]
    fn a_given_endpoint_wins() {
        let toml = "[stack.sandbox]\ncloud = \"aws\"\naccount = \"123456789012\"\n";
        let aws = resolve(toml, None, None);
        assert_eq!((aws.cloud.word(), aws.reach.emulated), ("aws", false));
        let emulated = resolve(toml, Some("http://localhost:5000/"), None);
        assert_eq!(emulated.cloud, Cloud::Emulator { endpoint: endpoint("http://localhost:5000") });
        assert!(emulated.reach.emulated && emulated.reach.account.is_none());
        let elsewhere = resolve(toml, Some("https://vpce.example.com"), None);
        assert_eq!((elsewhere.cloud.word(), elsewhere.reach.account.is_some()), ("aws", true));
    }

    #[test]
    fn what_goes_to_aws_goes_encrypted() {
        let toml = "[stack.sandbox]\ncloud = \"aws\"\naccount = \"123456789012\"\n";
        let config = Config::parse(Path::new("/w/Ironward.toml"), toml).unwrap();
        let given = |text: &str| Target::resolve(&config, None, Some(endpoint(text)), |_| None);
        let error = given("http://vpce.example.com").unwrap_err();
        assert_eq!(
            error.to_string(),
            "Ironward.toml: `http://vpce.example.com` is in clear, and this stack goes to AWS"
        );
        assert!(error.hint().unwrap().contains("https://"), "{:?}", error.hint());
        for fine in ["https://vpce.example.com", "http://127.0.0.1:5000", "http://[::1]:5000"] {
            assert!(given(fine).is_ok(), "{fine}");
        }
        let sandbox = resolve("", Some("http://emulator.example.com"), None);
        assert!(matches!(sandbox.cloud, Cloud::Emulator { .. }), "{sandbox:?}");
    }

    #[test]
    fn aliases_take_over_what_they_do_not_say() {
        let target = resolve("[stack.sandbox.providers.dr]\nregion = \"us-west-2\"\n", None, None);
        let alias = &target.providers["dr"];
        assert_eq!((alias.region.as_str(), alias.in_process), ("us-west-2", true));
    }
}
