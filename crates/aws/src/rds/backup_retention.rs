//! How long automated backups are kept.

use ironward_core::output::ToValue;
use ironward_core::value::Value;

mod sealed {
    pub trait Sealed {}
}

/// Days of automated backups that are long enough to be useful: 7 to 35, which is the most that
/// the service keeps (45 CFR 164.308(a)(7)(ii)(A)).
///
/// Longer retention is the business of a backup plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackupRetention(i64);

/// A number of days that [`BackupRetention`] may have.
#[diagnostic::on_unimplemented(
    message = "automated backups of a database that may hold PHI are kept for 7 to 35 days",
    label = "this number of days isn't allowed",
    note = "45 CFR 164.308(a)(7)(ii)(A) asks for retrievable exact copies; 35 days is the most that RDS keeps"
)]
pub trait RetentionDays: sealed::Sealed {}

/// A number, as a type.
#[derive(Debug, Clone, Copy)]
pub enum Days<const DAYS: i64> {}

macro_rules! legal {
    ($($days:literal)*) => {$(
        impl sealed::Sealed for Days<$days> {}
        impl RetentionDays for Days<$days> {}
    )*};
}
legal!(7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35);

impl BackupRetention {
    /// A number of days that is known while the program is compiled.
    #[must_use]
    pub const fn days<const DAYS: i64>() -> Self
    where
        Days<DAYS>: RetentionDays,
    {
        Self(DAYS)
    }

    /// The longest that the service keeps: 35 days.
    #[must_use]
    pub const fn longest() -> Self {
        Self(35)
    }

    /// The number of days.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }
}

/// A number of days that [`BackupRetention`] can't have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IllegalRetention(i64);

impl std::fmt::Display for IllegalRetention {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "automated backups are kept for 7 to 35 days, not {} (45 CFR 164.308(a)(7)(ii)(A))", self.0)
    }
}

impl std::error::Error for IllegalRetention {}

impl TryFrom<i64> for BackupRetention {
    type Error = IllegalRetention;

    fn try_from(days: i64) -> Result<Self, IllegalRetention> {
        if (7..=35).contains(&days) { Ok(Self(days)) } else { Err(IllegalRetention(days)) }
    }
}

impl ToValue for BackupRetention {
    fn to_value(&self) -> Value {
        self.0.to_value()
    }
}
