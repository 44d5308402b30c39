//! For how long recovery points are kept.

use std::fmt;

use ironward_core::output::Output;
use ironward_macros::Properties;

/// Recovery points stay in cold storage for at least this many days.
const COLD_DAYS: i64 = 90;

/// For how long recovery points are kept (45 CFR 164.308(a)(7)(ii)(A)); for ever, if nothing is
/// said.
///
/// Source: AWS Backup API Reference, `Lifecycle`.
#[derive(Debug, Clone, Properties)]
pub struct Lifecycle {
    /// Days after which they are deleted.
    #[property(no_setter)]
    delete_after_days: Option<Output<i64>>,
    /// Days after which they move to cold storage.
    #[property(no_setter)]
    move_to_cold_storage_after_days: Option<Output<i64>>,
    /// Whether types of resources that have an archive tier use it.
    opt_in_to_archive_for_supported_resources: Option<Output<bool>>,
}

/// A lifecycle that the service refuses, or that would lose what it should keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum IllegalLifecycle {
    /// Fewer than one day.
    NoDay,
    /// Deletion comes less than 90 days after the move to cold storage.
    TooShortInColdStorage {
        /// The days after which recovery points would move.
        move_after: i64,
        /// The days after which they would be deleted.
        delete_after: i64,
    },
}

impl Lifecycle {
    /// Deletes recovery points after these days.
    ///
    /// # Errors
    /// [`IllegalLifecycle`] for fewer than one day.
    pub fn delete_after(days: i64) -> Result<Self, IllegalLifecycle> {
        if days < 1 {
            return Err(IllegalLifecycle::NoDay);
        }
        Ok(Self { delete_after_days: Some(Output::known(&days)), ..Self::new() })
    }

    /// Moves recovery points to cold storage and deletes them at least 90 days later. What can't
    /// be moved, such as recovery points of RDS, stays in warm storage.
    ///
    /// # Errors
    /// [`IllegalLifecycle`] for fewer than one day before the move, or fewer than 90 after it.
    ///
    /// # Examples
    ///
    /// ```
    /// use ironward_aws::backup::Lifecycle;
    ///
    /// assert!(Lifecycle::cold_then_delete(30, 2557).is_ok());
    /// assert!(Lifecycle::cold_then_delete(30, 119).is_err());
    /// ```
    pub fn cold_then_delete(move_after: i64, delete_after: i64) -> Result<Self, IllegalLifecycle> {
        if move_after < 1 {
            return Err(IllegalLifecycle::NoDay);
        }
        if move_after.checked_add(COLD_DAYS).is_none_or(|earliest| delete_after < earliest) {
            return Err(IllegalLifecycle::TooShortInColdStorage { move_after, delete_after });
        }
        Ok(Self {
            move_to_cold_storage_after_days: Some(Output::known(&move_after)),
            ..Self::delete_after(delete_after)?
        })
    }
}

impl fmt::Display for IllegalLifecycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDay => f.write_str("recovery points are kept for at least one day"),
            Self::TooShortInColdStorage { move_after, delete_after } => write!(
                f,
                "recovery points stay in cold storage for at least {COLD_DAYS} days: they can't move after {move_after} days and be deleted after {delete_after}"
            ),
        }
    }
}

impl std::error::Error for IllegalLifecycle {}

#[cfg(test)]
mod tests {
    use super::Lifecycle;

    #[test]
    fn cold_storage_lasts_ninety_days() {
        for (move_after, delete_after, legal) in
            [(30, 120, true), (30, 119, false), (0, 365, false), (i64::MAX, i64::MAX, false), (1, 91, true)]
        {
            assert_eq!(Lifecycle::cold_then_delete(move_after, delete_after).is_ok(), legal, "{move_after}");
        }
        assert!(Lifecycle::delete_after(0).is_err());
    }
}
