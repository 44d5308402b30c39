//! What an API error means, and for how long a call is worth repeating after it.
//!
//! The SDK models few errors, so codes are matched as text. What is peculiar to a service is a table
//! beside its handlers, `SERVICE/answers.rs`; what services share is `general.rs`. Sources: the API
//! references of the services ("Errors" of each action) and observed behaviour; a row that comes from
//! elsewhere names its address.

mod general;

use std::time::Duration;

use ironward_core::error::ProviderErrorKind::{self, NotFound, Other};

use crate::service::{Services, prefix_of};

/// The action as IAM writes it (`*` for any), the code, a part of the message (empty for any), the kind.
pub type Meaning = (&'static str, &'static str, &'static str, ProviderErrorKind);

/// An action, and the codes by which it says that it doesn't see yet what was just made: creations of
/// what depends on it, and the first settings of what its own creation leaves out. Only these are
/// repeated: anything else that isn't found is missing.
pub type Late = (&'static str, &'static [&'static str]);

/// For how long one call is repeated while it is refused in one way.
#[derive(Debug)]
#[non_exhaustive]
pub struct Patience {
    /// The action as IAM writes it; `*` for any of the service.
    pub action: &'static str,
    /// The kind of the refusal.
    pub kind: ProviderErrorKind,
    /// A part of its message; empty for any.
    pub part: &'static str,
    /// For how long.
    pub seconds: u64,
    /// What has to happen meanwhile, to follow "until".
    pub until: &'static str,
}

impl Patience {
    /// Patience with an action that is refused in this way, whatever the message says.
    #[must_use]
    pub const fn minutes(
        action: &'static str,
        kind: ProviderErrorKind,
        minutes: u64,
        until: &'static str,
    ) -> Self {
        Self { action, kind, part: "", seconds: minutes * 60, until }
    }

    /// The same only where the message has this part.
    #[must_use]
    pub const fn saying(self, part: &'static str) -> Self {
        Self { part, ..self }
    }
}

/// The kind of an error of `action`, such as `kms:CreateKey`, with this code and message, of a service of this crate.
#[must_use]
pub fn classify(action: &str, code: &str, message: &str) -> ProviderErrorKind {
    Services::default().classify(action, code, message)
}

impl Services {
    /// The kind of an error of `action`, with this code and message.
    pub(crate) fn classify(&self, action: &str, code: &str, message: &str) -> ProviderErrorKind {
        let own = self.of(action).map(|service| service.meanings).unwrap_or_default();
        own.iter()
            .chain(general::MEANINGS)
            .find(|(of, wire, part, _)| {
                (*of == "*" || *of == action) && *wire == code && message.contains(part)
            })
            .map(|(.., kind)| *kind)
            .or_else(|| (prefix_of(action) == "ec2" && code.ends_with(".NotFound")).then_some(NotFound))
            .unwrap_or(Other)
    }

    /// Whether `action` says by `code` that it doesn't see yet what was just made.
    pub(crate) fn is_late(&self, action: &str, code: &str) -> bool {
        let late = self.of(action).map(|service| service.late).unwrap_or_default();
        late.iter().any(|(late, codes)| *late == action && codes.contains(&code))
    }

    /// The patience with `action` where it is refused in this way and the service has a row for that.
    pub(crate) fn patience(
        &self,
        action: &str,
        kind: ProviderErrorKind,
        message: &str,
    ) -> Option<&'static Patience> {
        let rows = self.of(action).map(|service| service.patience).unwrap_or_default();
        rows.iter().find(|row| {
            (row.action == "*" || row.action == action) && row.kind == kind && message.contains(row.part)
        })
    }
}

/// A time as messages say it: `45 s`, `20 min`, `6 h`.
pub(crate) fn spelled(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..120 => format!("{seconds} s"),
        seconds @ 120..7200 => format!("{} min", seconds / 60),
        seconds => format!("{} h", seconds / 3600),
    }
}

#[cfg(all(
    test,
    feature = "acm",
    feature = "backup",
    feature = "cloudtrail",
    feature = "ec2",
    feature = "ecs",
    feature = "elbv2",
    feature = "iam",
    feature = "kms",
    feature = "logs",
    feature = "rds",
    feature = "route53",
    feature = "s3"
))]
mod tests;
