//! Times of the day and of the week in which services work by themselves, in UTC.

use std::fmt;

const DAY: u32 = 24 * 60;
const WEEK: u32 = 7 * DAY;
/// The shortest window that RDS takes, in minutes.
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
const SHORTEST: u16 = 30;

/// A window of every day.
///
/// ```
/// use ironward_hipaa_components::windows::DailyWindow;
///
/// assert_eq!(DailyWindow::utc(3, 0, 60).unwrap().to_string(), "03:00-04:00");
/// assert!(DailyWindow::utc(3, 0, 20).is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DailyWindow {
    start: u16,
    minutes: u16,
}

/// A window of every week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WeeklyWindow {
    day: Weekday,
    daily: DailyWindow,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "everybody knows them")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// A window that no service takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidWindow {
    /// It begins at no time of the day.
    #[error("{hour}:{minute} is no time of the day")]
    Time {
        /// The hour.
        hour: u16,
        /// The minute.
        minute: u16,
    },
    /// It is too short, or longer than a day.
    #[error("a window of {minutes} minutes can't be had: it takes 30 at least, and is over within a day")]
    Length {
        /// Its minutes.
        minutes: u16,
    },
}

impl DailyWindow {
    /// So many minutes from a time of the day: 30 at least, less than a day.
    ///
    /// # Errors
    /// [`InvalidWindow`] for no time of the day, or a length that no service takes.
    pub const fn utc(hour: u16, minute: u16, minutes: u16) -> Result<Self, InvalidWindow> {
        if hour > 23 || minute > 59 {
            return Err(InvalidWindow::Time { hour, minute });
        }
        if minutes < SHORTEST || minutes as u32 >= DAY {
            return Err(InvalidWindow::Length { minutes });
        }
        Ok(Self::of(hour, minute, minutes))
    }

    /// One that is known to be right.
    pub(crate) const fn of(hour: u16, minute: u16, minutes: u16) -> Self {
        Self { start: hour * 60 + minute, minutes }
    }

    /// As AWS Backup writes when something begins every day.
    pub(crate) fn cron(self) -> String {
        format!("cron({} {} * * ? *)", self.start % 60, self.start / 60)
    }

    pub(crate) fn minutes(self) -> u16 {
        self.minutes
    }

    /// The same on every day of the week, in minutes of the week.
    fn days(self) -> impl Iterator<Item = (u32, u32)> {
        (0..7).map(move |day| (day * DAY + u32::from(self.start), u32::from(self.minutes)))
    }

    /// Whether something that may begin at any time of this window would come into `other`, or less
    /// than so many minutes before it.
    pub(crate) fn comes_near(self, other: Self, minutes_before: u16) -> bool {
        self.days().any(|own| other.days().any(|(start, length)| near(own, (start, length), minutes_before)))
    }

    /// The same of a weekly window.
    pub(crate) fn comes_near_weekly(self, other: WeeklyWindow, minutes_before: u16) -> bool {
        self.days().any(|own| near(own, other.span(), minutes_before))
    }
}

impl WeeklyWindow {
    /// A window of this day of the week.
    #[must_use]
    pub const fn on(day: Weekday, daily: DailyWindow) -> Self {
        Self { day, daily }
    }

    fn span(self) -> (u32, u32) {
        (self.day as u32 * DAY + u32::from(self.daily.start), u32::from(self.daily.minutes))
    }
}

/// Whether one span of the week touches another, or the time before it. Both may pass Sunday midnight.
fn near((own, own_length): (u32, u32), (other, other_length): (u32, u32), before: u16) -> bool {
    let other = (other + WEEK - u32::from(before)) % WEEK;
    let other_length = other_length + u32::from(before);
    (other + WEEK - own) % WEEK < own_length || (own + WEEK - other) % WEEK < other_length
}

fn clock(minute: u32) -> String {
    let minute = minute % DAY;
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

impl fmt::Display for DailyWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start = u32::from(self.start);
        write!(f, "{}-{}", clock(start), clock(start + u32::from(self.minutes)))
    }
}

impl fmt::Display for WeeklyWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        let (start, length) = self.span();
        let day = |minute: u32| DAYS.get((minute % WEEK / DAY) as usize).copied().unwrap_or_default();
        let end = start + length;
        write!(f, "{}:{}-{}:{}", day(start), clock(start), day(end), clock(end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_written_as_services_read_them() {
        let late = DailyWindow::utc(23, 30, 60).unwrap();
        assert_eq!(late.to_string(), "23:30-00:30");
        assert_eq!(WeeklyWindow::on(Weekday::Sunday, late).to_string(), "sun:23:30-mon:00:30");
        assert_eq!(DailyWindow::of(6, 30, 60).cron(), "cron(30 6 * * ? *)");
    }

    #[test]
    fn windows_that_touch_are_near() {
        let window = DailyWindow::of;
        assert!(window(5, 0, 60).comes_near(window(5, 30, 30), 0));
        assert!(!window(5, 0, 60).comes_near(window(6, 0, 30), 0));
        assert!(window(5, 0, 60).comes_near(window(6, 30, 30), 60));
        assert!(window(23, 30, 60).comes_near(window(0, 15, 30), 0));
        let monday = WeeklyWindow::on(Weekday::Monday, window(0, 30, 60));
        assert!(window(23, 0, 30).comes_near_weekly(monday, 120));
        assert!(!window(23, 0, 30).comes_near_weekly(monday, 60));
        assert!(!window(3, 0, 30).comes_near_weekly(monday, 60));
    }
}
