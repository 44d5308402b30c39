//! How long records are kept: one value from which all others follow.

use ironward_aws::logs::LogRetention;

/// How long records and their audit trail are kept.
///
/// The federal rule is six years, for documentation (45 CFR 164.316(b)(2)(i)); clinical records
/// follow state law, mostly five to ten years. The default is seven. Log retention, object lock,
/// lifecycle and backups derive from this one value, each rounded up to what its service allows.
///
/// Objects and recovery points are locked: nobody shortens their time or deletes them early, but for who
/// may take the lock off. Access logs and log groups can't be locked: nobody may delete an access log, and
/// both end early for who may change the bucket's lifecycle (`s3:PutLifecycleConfiguration`) or the group's
/// retention (`logs:PutRetentionPolicy`), which `drift` finds. [`unlocked`](Retention::unlocked) keeps without a lock, for what holds no PHI and is taken down
/// often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    years: u16,
    locks: bool,
}

/// A number of years for which [`Retention`] can be made: six or more.
#[diagnostic::on_unimplemented(
    message = "records can't be kept for this number of years: 45 CFR 164.316(b)(2)(i) asks for six or more",
    label = "six to ten, fifteen, twenty, twenty-five or thirty years are offered"
)]
pub trait KeptLongEnough {}

/// A number of years as a type, for [`Retention::years`].
#[derive(Debug, Clone, Copy)]
pub struct Years<const N: u16>;

macro_rules! long_enough {
    ($($years:literal),*) => {$(
        impl KeptLongEnough for Years<$years> {}
    )*};
}
long_enough!(6, 7, 8, 9, 10, 15, 20, 25, 30);

/// A retention that is too short, given at run time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{years} years are less than the six that 45 CFR 164.316(b)(2)(i) asks for, or more than 99")]
pub struct NotARetention {
    years: u16,
}

impl Retention {
    /// A number of years that is checked when the program is compiled.
    #[must_use]
    pub fn years<const N: u16>() -> Self
    where
        Years<N>: KeptLongEnough,
    {
        Self { years: N, locks: true }
    }

    /// The same, without locks on objects and recovery points: whoever may delete them can.
    #[must_use]
    pub const fn unlocked(mut self) -> Self {
        self.locks = false;
        self
    }

    /// Whether what is kept is locked (45 CFR 164.312(c)(1)).
    #[must_use]
    pub const fn locks(self) -> bool {
        self.locks
    }

    /// The number of years.
    #[must_use]
    pub fn in_years(self) -> u16 {
        self.years
    }

    /// The least number of days that covers the years, leap days included.
    #[must_use]
    pub fn in_days(self) -> i64 {
        let years = i64::from(self.years);
        years * 365 + (years + 3) / 4
    }
}

impl Retention {
    /// The least legal retention of a log group that covers it; ten years
    /// beyond that.
    #[must_use]
    pub fn for_logs(self) -> LogRetention {
        u32::try_from(self.in_days()).ok().and_then(LogRetention::at_least).unwrap_or(LogRetention::TEN_YEARS)
    }
}

impl Default for Retention {
    fn default() -> Self {
        Self { years: 7, locks: true }
    }
}

impl TryFrom<u16> for Retention {
    type Error = NotARetention;

    fn try_from(years: u16) -> Result<Self, NotARetention> {
        // S3 locks objects for 36500 days at most:
        // https://docs.aws.amazon.com/AmazonS3/latest/API/API_DefaultRetention.html
        if (6..=99).contains(&years) { Ok(Self { years, locks: true }) } else { Err(NotARetention { years }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_cover_the_years() {
        assert_eq!(Retention::years::<6>().in_days(), 2192);
        assert_eq!(Retention::default().in_days(), 2557);
        assert_eq!(Retention::years::<10>().in_days(), 3653);
    }

    #[test]
    fn run_time_values_are_checked() {
        assert!(Retention::try_from(5).is_err());
        assert_eq!(Retention::try_from(7), Ok(Retention::default()));
        assert!(Retention::try_from(99).is_ok_and(|retention| retention.in_days() <= 36_500));
        assert!(Retention::try_from(100).is_err());
    }
}
