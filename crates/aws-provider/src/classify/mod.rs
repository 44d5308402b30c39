//! What an API error means, and for how long a call is worth repeating after it.
//!
//! The SDK models few errors, so codes are matched as text. What is peculiar to a service is a table
//! beside its handlers, `SERVICE/answers.rs`; what services share is `general.rs`. Sources: the API
//! references of the services ("Errors" of each action) and observed behaviour; a row that comes from
//! elsewhere names its address.

mod general;

use std::time::Duration;

use ironward_core::error::ProviderErrorKind::{self, NotFound, Other};

/// What the answers of one service mean.
#[derive(Debug)]
pub(crate) struct Answers {
    /// The service as IAM writes it.
    pub(crate) service: &'static str,
    /// What errors mean; the first row that fits decides, before those of all services.
    pub(crate) meanings: &'static [Meaning],
    /// Calls that refer to what may have been made a moment ago.
    pub(crate) late: &'static [Late],
    /// What is waited for longer, or less long, than its kind says.
    pub(crate) patience: &'static [Patience],
}

/// The action as IAM writes it (`*` for any), the code, a part of the message (empty for any), the kind.
pub(crate) type Meaning = (&'static str, &'static str, &'static str, ProviderErrorKind);

/// An action, and the codes by which it says that it doesn't see yet what was just made: creations of
/// what depends on it, and the first settings of what its own creation leaves out. Only these are
/// repeated: anything else that isn't found is missing.
pub(crate) type Late = (&'static str, &'static [&'static str]);

/// For how long one call is repeated while it is refused in one way.
#[derive(Debug)]
pub(crate) struct Patience {
    /// The action as IAM writes it; `*` for any of the service.
    pub(crate) action: &'static str,
    /// The kind of the refusal.
    pub(crate) kind: ProviderErrorKind,
    /// A part of its message; empty for any.
    pub(crate) part: &'static str,
    /// For how long.
    pub(crate) seconds: u64,
    /// What has to happen meanwhile, to follow "until".
    pub(crate) until: &'static str,
}

impl Patience {
    /// Patience with an action that is refused in this way, whatever the message says.
    pub(crate) const fn minutes(
        action: &'static str,
        kind: ProviderErrorKind,
        minutes: u64,
        until: &'static str,
    ) -> Self {
        Self { action, kind, part: "", seconds: minutes * 60, until }
    }

    /// The same only where the message has this part.
    pub(crate) const fn saying(self, part: &'static str) -> Self {
        Self { part, ..self }
    }
}

/// The tables of the services that are built in.
const SERVICES: &[&Answers] = &[
    #[cfg(feature = "acm")]
    &crate::acm::ANSWERS,
    #[cfg(feature = "backup")]
    &crate::backup::ANSWERS,
    #[cfg(feature = "cloudtrail")]
    &crate::cloudtrail::ANSWERS,
    #[cfg(feature = "ec2")]
    &crate::ec2::ANSWERS,
    #[cfg(feature = "ecs")]
    &crate::ecs::ANSWERS,
    #[cfg(feature = "elbv2")]
    &crate::elbv2::ANSWERS,
    #[cfg(feature = "iam")]
    &crate::iam::ANSWERS,
    #[cfg(feature = "kms")]
    &crate::kms::ANSWERS,
    #[cfg(feature = "logs")]
    &crate::logs::ANSWERS,
    #[cfg(feature = "rds")]
    &crate::rds::ANSWERS,
    #[cfg(feature = "route53")]
    &crate::route53::ANSWERS,
    #[cfg(feature = "s3")]
    &crate::s3::ANSWERS,
];

/// The table of the service of an action such as `kms:CreateKey`, or of a service alone.
fn of(action: &str) -> Option<&'static Answers> {
    let service = action.split_once(':').map_or(action, |(service, _)| service);
    SERVICES.iter().find(|answers| answers.service == service).copied()
}

/// The kind of an error of `action`, such as `kms:CreateKey`, with this code and message.
#[must_use]
pub fn classify(action: &str, code: &str, message: &str) -> ProviderErrorKind {
    let own = of(action).map(|answers| answers.meanings).unwrap_or_default();
    own.iter()
        .chain(general::MEANINGS)
        .find(|(of, wire, part, _)| (*of == "*" || *of == action) && *wire == code && message.contains(part))
        .map(|(.., kind)| *kind)
        .or_else(|| (action.starts_with("ec2") && code.ends_with(".NotFound")).then_some(NotFound))
        .unwrap_or(Other)
}

/// Whether `action` says by `code` that it doesn't see yet what was just made.
pub(crate) fn is_late(action: &str, code: &str) -> bool {
    let late = of(action).map(|answers| answers.late).unwrap_or_default();
    late.iter().any(|(late, codes)| *late == action && codes.contains(&code))
}

/// The patience with `action` where it is refused in this way and the service has a row for that.
pub(crate) fn patience(action: &str, kind: ProviderErrorKind, message: &str) -> Option<&'static Patience> {
    let rows = of(action).map(|answers| answers.patience).unwrap_or_default();
    rows.iter().find(|row| {
        (row.action == "*" || row.action == action) && row.kind == kind && message.contains(row.part)
    })
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
