//! What keeps recovery points from being deleted early.

use std::fmt;

use ironward_core::output::Output;
use ironward_macros::Properties;

/// The fewest days in which an irrevocable lock can still be changed.
const FEWEST_DAYS: i64 = 3;

/// A vault lock: no recovery point is kept for less than the shortest retention, and none is
/// deleted before its time (45 CFR 164.312(c)(1)).
///
/// A lock in governance mode ([`LockConfiguration::governance`]) can be taken off by whoever may
/// call `DeleteBackupVaultLockConfiguration`. An irrevocable one ([`LockConfiguration::irrevocable`],
/// compliance mode) can't, by no one, once its grace time is over.
///
/// Source: AWS Backup API Reference, `PutBackupVaultLockConfiguration`.
#[derive(Debug, Clone, Properties)]
pub struct LockConfiguration {
    /// The shortest retention in days, 1 at least.
    min_retention_days: Output<i64>,
    /// The longest retention in days; none unless set.
    max_retention_days: Option<Output<i64>>,
    /// Days until the lock can't be changed any more.
    #[property(no_setter)]
    changeable_for_days: Option<Output<i64>>,
}

/// The acknowledgement that a lock is for ever: after the grace time neither the account's root nor
/// AWS can delete the vault or shorten what its recovery points are kept for, and their storage is
/// paid for until then.
#[derive(Debug, Clone, Copy)]
pub struct Irrevocable(());

impl Irrevocable {
    /// Says so.
    #[must_use]
    pub fn acknowledged() -> Self {
        Self(())
    }
}

/// A lock that the service refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum IllegalLock {
    /// Less than one day of retention.
    NoDay,
    /// Less than three days of grace.
    GraceTooShort,
}

impl LockConfiguration {
    /// A lock that can be taken off again by permission.
    ///
    /// # Errors
    /// [`IllegalLock`] for fewer than one day.
    pub fn governance(min_retention_days: i64) -> Result<Self, IllegalLock> {
        if min_retention_days < 1 {
            return Err(IllegalLock::NoDay);
        }
        Ok(Self::new(min_retention_days))
    }

    /// A lock that nobody can take off once `changeable_for_days`, three at least, are over.
    ///
    /// # Errors
    /// [`IllegalLock`] for fewer than one day of retention or three of grace.
    ///
    /// # Examples
    ///
    /// ```
    /// use ironward_aws::backup::{Irrevocable, LockConfiguration};
    ///
    /// assert!(LockConfiguration::irrevocable(2192, 3, Irrevocable::acknowledged()).is_ok());
    /// assert!(LockConfiguration::irrevocable(2192, 2, Irrevocable::acknowledged()).is_err());
    /// ```
    pub fn irrevocable(
        min_retention_days: i64,
        changeable_for_days: i64,
        _acknowledgement: Irrevocable,
    ) -> Result<Self, IllegalLock> {
        if changeable_for_days < FEWEST_DAYS {
            return Err(IllegalLock::GraceTooShort);
        }
        Ok(Self {
            changeable_for_days: Some(Output::known(&changeable_for_days)),
            ..Self::governance(min_retention_days)?
        })
    }
}

impl fmt::Display for IllegalLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDay => f.write_str("a vault lock keeps recovery points for at least one day"),
            Self::GraceTooShort => {
                write!(f, "a vault lock can be changed for at least {FEWEST_DAYS} days")
            }
        }
    }
}

impl std::error::Error for IllegalLock {}
