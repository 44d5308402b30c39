//! A service: all that the provider has to know of it, in one place.
//!
//! Each service's module has one [`Service`]; [`list`](self) is the one list of those of this crate. A crate
//! outside hands its own in with [`Settings::services`](crate::Settings::services).

mod list;

use std::sync::Arc;

use aws_config::SdkConfig;

use crate::call::Caller;
use crate::classify::{Late, Meaning, Patience};
use crate::registry::Registry;

pub use list::names;
pub(crate) use list::{built_in, feature_of};

/// One service.
#[derive(Debug)]
#[non_exhaustive]
pub struct Service {
    /// The name of its SDK crate without `aws-sdk-`, by which its endpoint is configured: `cloudwatchlogs`.
    pub name: &'static str,
    /// The service as IAM writes it, before the colon of an action: `logs`.
    pub prefix: &'static str,
    /// How fast it may be called.
    pub quotas: Quotas,
    /// What errors mean; the first row that fits decides, before those of all services.
    pub meanings: &'static [Meaning],
    /// Calls that refer to what may have been made a moment ago.
    pub late: &'static [Late],
    /// What is waited for longer, or less long, than its kind says.
    pub patience: &'static [Patience],
    /// Adds its reads, handlers and lookups.
    pub install: Install,
}

/// Adds the reads, handlers and lookups of a service to the registry.
pub type Install = fn(&mut Registry, &SdkConfig, &Caller);

/// The quotas of a service, in calls. AWS counts them by account and region.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Quotas {
    /// Of calls that read.
    pub reads: Quota,
    /// Of calls that change something.
    pub changes: Quota,
    /// Whether both kinds share the quota of reads.
    pub shared: bool,
}

/// One quota.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Quota {
    /// Calls at once.
    pub burst: f64,
    /// Calls a second that come back.
    pub rate: f64,
}

impl Quota {
    /// So many calls at once, and so many a second.
    #[must_use]
    pub const fn new(burst: f64, rate: f64) -> Self {
        Self { burst, rate }
    }
}

impl Quotas {
    /// A careful guess, where none is published.
    pub const UNKNOWN: Self = Self::new(Quota::new(20.0, 10.0), Quota::new(10.0, 5.0));

    /// Of calls that read, and of calls that change something.
    #[must_use]
    pub const fn new(reads: Quota, changes: Quota) -> Self {
        Self { reads, changes, shared: false }
    }

    /// One quota for all calls.
    #[must_use]
    pub const fn shared(all: Quota) -> Self {
        Self { reads: all, changes: all, shared: true }
    }
}

impl Service {
    /// A service of which nothing peculiar is known.
    #[must_use]
    pub const fn new(name: &'static str, prefix: &'static str, install: Install) -> Self {
        Self { name, prefix, quotas: Quotas::UNKNOWN, meanings: &[], late: &[], patience: &[], install }
    }

    /// It may be called so fast.
    #[must_use]
    pub const fn quotas(self, quotas: Quotas) -> Self {
        Self { quotas, ..self }
    }

    /// Its errors mean this.
    #[must_use]
    pub const fn meanings(self, meanings: &'static [Meaning]) -> Self {
        Self { meanings, ..self }
    }

    /// These calls may not see yet what was just made.
    #[must_use]
    pub const fn late(self, late: &'static [Late]) -> Self {
        Self { late, ..self }
    }

    /// These refusals have a patience of their own.
    #[must_use]
    pub const fn patience(self, patience: &'static [Patience]) -> Self {
        Self { patience, ..self }
    }
}

/// The services of a provider: those of this crate, and those that were handed in.
#[derive(Debug, Clone, Default)]
pub(crate) struct Services(Arc<[&'static Service]>);

impl Services {
    /// Those of this crate and others.
    pub(crate) fn with(others: &[&'static Service]) -> Self {
        Self(others.into())
    }

    /// All of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &'static Service> {
        built_in().chain(self.0.iter().copied())
    }

    /// The service of an action such as `kms:CreateKey`.
    pub(crate) fn of(&self, action: &str) -> Option<&'static Service> {
        let prefix = prefix_of(action);
        self.iter().find(|service| service.prefix == prefix)
    }
}

/// The service of an action, as IAM writes it.
pub(crate) fn prefix_of(action: &str) -> &str {
    action.split_once(':').map_or(action, |(prefix, _)| prefix)
}
