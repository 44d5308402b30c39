//! The times of the week at which backups and maintenance run, in UTC.

/// A time of each day: `hh24:mi-hh24:mi`.
pub(super) const DAILY: &str = r"^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$";
/// A time of each week: `ddd:hh24:mi-ddd:hh24:mi`.
pub(super) const WEEKLY: &str = r"^(?i)(mon|tue|wed|thu|fri|sat|sun):([01][0-9]|2[0-3]):[0-5][0-9]-(mon|tue|wed|thu|fri|sat|sun):([01][0-9]|2[0-3]):[0-5][0-9]$";
/// The fewest minutes that a window has.
pub(super) const LEAST: i64 = 30;

const DAY: i64 = 24 * 60;
const WEEK: i64 = 7 * DAY;
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// A time that comes again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    /// Minutes since the beginning of the day, or of the week.
    start: i64,
    length: i64,
    /// After how many minutes it comes again.
    period: i64,
}

impl Window {
    pub(super) fn minutes(self) -> i64 {
        self.length
    }

    /// Whether some minute of a week belongs to both.
    pub(super) fn meets(self, other: Self) -> bool {
        let times =
            |window: Self| (0..WEEK / window.period).map(move |turn| window.start + turn * window.period);
        times(self).any(|mine| {
            times(other).any(|theirs| {
                let after = |from: i64, to: i64| (to - from).rem_euclid(WEEK);
                after(mine, theirs) < self.length || after(theirs, mine) < other.length
            })
        })
    }
}

fn window(start: i64, end: i64, period: i64) -> Window {
    Window { start, length: (end - start).rem_euclid(period), period }
}

/// `07:00-07:30`.
pub(super) fn daily(text: &str) -> Option<Window> {
    let (start, end) = text.split_once('-')?;
    Some(window(minute(start)?, minute(end)?, DAY))
}

/// `sun:03:00-sun:04:00`.
pub(super) fn weekly(text: &str) -> Option<Window> {
    let minute = |text: &str| {
        let (day, time) = text.split_once(':')?;
        let day = DAYS.iter().position(|known| day.eq_ignore_ascii_case(known))?;
        Some(i64::try_from(day).ok()? * DAY + minute(time)?)
    };
    let (start, end) = text.split_once('-')?;
    Some(window(minute(start)?, minute(end)?, WEEK))
}

fn minute(text: &str) -> Option<i64> {
    let (hours, minutes) = text.split_once(':')?;
    Some(hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_as_long_as_they_say_also_over_midnight_and_sunday() {
        assert_eq!(daily("07:00-07:30").map(Window::minutes), Some(30));
        assert_eq!(daily("23:45-00:15").map(Window::minutes), Some(30));
        assert_eq!(weekly("Sun:23:30-Mon:00:30").map(Window::minutes), Some(60));
        assert_eq!(weekly("sun:05:00-sun:05:00").map(Window::minutes), Some(0));
    }

    #[test]
    fn windows_meet_where_they_have_a_minute_in_common() {
        let meets =
            |backup: &str, maintenance: &str| daily(backup).unwrap().meets(weekly(maintenance).unwrap());
        assert!(meets("03:00-04:00", "tue:03:30-tue:05:00"));
        assert!(meets("23:30-00:30", "mon:00:00-mon:01:00"));
        assert!(meets("00:00-00:30", "sun:23:30-mon:00:10"));
        assert!(!meets("03:00-04:00", "tue:04:00-tue:05:00"));
        assert!(!meets("03:00-04:00", "tue:01:00-tue:03:00"));
    }
}
