//! A request, as policies see it.

use std::collections::BTreeMap;

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// A service of AWS by its own name, such as `cloudtrail.amazonaws.com`.
    Service(String),
    /// A role, a user, or the root of an account, by ARN.
    Identity(String),
    /// Nobody that AWS knows.
    Anonymous,
}

impl Principal {
    /// The account that an identity is of.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        match self {
            Self::Identity(arn) => arn.split(':').nth(4),
            Self::Service(_) | Self::Anonymous => None,
        }
    }
}

/// What a request carries under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Carried {
    /// These values.
    Values(Vec<String>),
    /// AWS doesn't say whether it carries the key, or with which value.
    Maybe,
}

impl<T: Into<String>> From<T> for Carried {
    fn from(value: T) -> Self {
        Self::Values(vec![value.into()])
    }
}

/// The context keys of a request. What isn't in it isn't carried. Case of names doesn't count.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context(BTreeMap<String, Carried>);

impl Context {
    /// The same context with another key.
    #[must_use]
    pub fn with(mut self, key: &str, carried: impl Into<Carried>) -> Self {
        self.set(key, carried);
        self
    }

    /// Sets a key.
    pub fn set(&mut self, key: &str, carried: impl Into<Carried>) {
        self.0.insert(key.to_ascii_lowercase(), carried.into());
    }

    /// Sets a key that isn't set yet.
    pub fn set_default(&mut self, key: &str, carried: impl Into<Carried>) {
        self.0.entry(key.to_ascii_lowercase()).or_insert_with(|| carried.into());
    }

    /// What is carried under `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Carried> {
        self.0.get(&key.to_ascii_lowercase())
    }
}

/// A request of one action on one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Who asks.
    pub principal: Principal,
    /// What for, such as `s3:PutObject`.
    pub action: String,
    /// On what: an ARN, or `*` where the action knows no resource.
    pub resource: String,
    /// With what.
    pub context: Context,
}

impl Request {
    /// A request that carries nothing yet.
    pub fn new(principal: Principal, action: &str, resource: &str) -> Self {
        Self {
            principal,
            action: action.to_owned(),
            resource: resource.to_owned(),
            context: Context::default(),
        }
    }

    /// The same request, carrying `key` with `value`.
    #[must_use]
    pub fn carrying(mut self, key: &str, value: impl Into<Carried>) -> Self {
        self.context.set(key, value);
        self
    }
}
