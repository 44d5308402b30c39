//! Object lock: objects that can't be changed or deleted for a time.

use std::collections::BTreeMap;

use ironward_core::output::{IntoInput, Output, ToValue};
use ironward_core::value::Value;
use ironward_macros::Choice;

/// The retention that S3 gives to every new object of a bucket
/// (45 CFR 164.312(c)(1), 164.316(b)(2)(i)).
///
/// Source: Amazon S3 API Reference, `PutObjectLockConfiguration`.
#[derive(Debug, Clone)]
pub struct ObjectLockConfiguration(DefaultRetention);

impl ObjectLockConfiguration {
    /// A lock with this retention of new objects.
    #[must_use]
    pub fn new(default_retention: DefaultRetention) -> Self {
        Self(default_retention)
    }
}

impl ToValue for ObjectLockConfiguration {
    fn to_value(&self) -> Value {
        let rule = BTreeMap::from([("DefaultRetention".to_owned(), self.0.to_value())]);
        Value::Map(BTreeMap::from([
            ("ObjectLockEnabled".to_owned(), "Enabled".to_value()),
            ("Rule".to_owned(), Value::Map(rule)),
        ]))
    }
}

/// How long a new object can't be changed or deleted, in days or in years, not both.
#[derive(Debug, Clone)]
pub struct DefaultRetention {
    mode: RetentionMode,
    unit: &'static str,
    time: Output<i64>,
}

impl DefaultRetention {
    /// So many days, 1 to 36500.
    #[must_use]
    pub fn days(mode: RetentionMode, days: impl IntoInput<i64>) -> Self {
        Self { mode, unit: "Days", time: days.into_input() }
    }

    /// So many years, 1 to 100.
    #[must_use]
    pub fn years(mode: RetentionMode, years: impl IntoInput<i64>) -> Self {
        Self { mode, unit: "Years", time: years.into_input() }
    }
}

impl ToValue for DefaultRetention {
    fn to_value(&self) -> Value {
        Value::Map(BTreeMap::from([
            ("Mode".to_owned(), self.mode.to_value()),
            (self.unit.to_owned(), self.time.to_value()),
        ]))
    }
}

/// Who may end an object's retention early.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum RetentionMode {
    /// Those with the permission `s3:BypassGovernanceRetention`.
    #[value("GOVERNANCE")]
    Governance,
    /// No one, not even the account's root: it ends when the time is over.
    #[value("COMPLIANCE")]
    Compliance,
}
