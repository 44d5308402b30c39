//! How long log events are kept.

use ironward_core::output::{IntoInput, Output, ToValue};
use ironward_core::value::Value;

macro_rules! retention {
    ($($(#[$meta:meta])* $name:ident = $days:literal,)*) => {
        /// How long log events are kept: the values that CloudWatch Logs takes.
        ///
        /// Six years, as 45 CFR 164.316(b)(2)(i) asks of documentation, are
        /// [`SIX_YEARS`](LogRetention::SIX_YEARS) or more; 2555 days, seven times 365, isn't a
        /// value that the service takes.
        /// Source: Amazon CloudWatch Logs API Reference, `PutRetentionPolicy`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum LogRetention {
            $($(#[$meta])* $name,)*
        }

        impl LogRetention {
            /// Every value, from the shortest.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The value in days.
            #[must_use]
            pub const fn days(self) -> i32 {
                match self {
                    $(Self::$name => $days,)*
                }
            }
        }
    };
}
retention! {
    /// 1 day.
    Days1 = 1,
    /// 3 days.
    Days3 = 3,
    /// 5 days.
    Days5 = 5,
    /// 7 days.
    Days7 = 7,
    /// 14 days.
    Days14 = 14,
    /// 30 days.
    Days30 = 30,
    /// 60 days.
    Days60 = 60,
    /// 90 days.
    Days90 = 90,
    /// 120 days.
    Days120 = 120,
    /// 150 days.
    Days150 = 150,
    /// 180 days.
    Days180 = 180,
    /// 365 days.
    Days365 = 365,
    /// 400 days.
    Days400 = 400,
    /// 545 days.
    Days545 = 545,
    /// 731 days: two years.
    Days731 = 731,
    /// 1096 days: three years.
    Days1096 = 1096,
    /// 1827 days: five years.
    Days1827 = 1827,
    /// 2192 days: six years.
    Days2192 = 2192,
    /// 2557 days: seven years.
    Days2557 = 2557,
    /// 2922 days: eight years.
    Days2922 = 2922,
    /// 3288 days: nine years.
    Days3288 = 3288,
    /// 3653 days: ten years.
    Days3653 = 3653,
}

impl LogRetention {
    /// Six years: 2192 days (45 CFR 164.316(b)(2)(i)).
    pub const SIX_YEARS: Self = Self::Days2192;
    /// Ten years: 3653 days, the longest; it satisfies every public rule set.
    pub const TEN_YEARS: Self = Self::Days3653;

    /// The shortest value of at least so many days; none beyond 3653.
    ///
    /// ```
    /// use ironward_aws::logs::LogRetention;
    ///
    /// assert_eq!(LogRetention::at_least(2555), Some(LogRetention::Days2557));
    /// assert_eq!(LogRetention::at_least(4000), None);
    /// ```
    #[must_use]
    pub const fn at_least(days: u32) -> Option<Self> {
        let mut index = 0;
        while index < Self::ALL.len() {
            if Self::ALL[index].days() as u32 >= days {
                return Some(Self::ALL[index]);
            }
            index += 1;
        }
        None
    }
}

impl ToValue for LogRetention {
    fn to_value(&self) -> Value {
        self.days().to_value()
    }
}

impl IntoInput<LogRetention> for LogRetention {
    fn into_input(self) -> Output<LogRetention> {
        Output::known(&self)
    }
}

#[cfg(test)]
mod tests {
    use super::LogRetention;

    #[test]
    fn values_rise_and_are_found_again() {
        for pair in LogRetention::ALL.windows(2) {
            assert!(pair[0].days() < pair[1].days());
        }
        for (days, expected) in
            [(0, 1), (1, 1), (2, 3), (2191, 2192), (2192, 2192), (2193, 2557), (3653, 3653)]
        {
            assert_eq!(LogRetention::at_least(days).map(LogRetention::days), Some(expected), "{days}");
        }
    }
}
