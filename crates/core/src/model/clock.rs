//! Time, as something that is handed in.

use std::collections::BTreeSet;
use std::fmt;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// A moment of the calendar, in milliseconds since 1970 in UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(u64);

impl Timestamp {
    /// The moment this long after the beginning of 1970.
    #[must_use]
    pub fn from_unix(elapsed: Duration) -> Self {
        Self(u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX))
    }

    /// Milliseconds since the beginning of 1970.
    #[must_use]
    pub fn unix_millis(self) -> u64 {
        self.0
    }
}

/// `YYYY-MM-DDTHH:MM:SSZ`, in UTC; milliseconds are left out.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0 / 1000;
        let (days, time) = (seconds / 86_400, seconds % 86_400);
        // Days are counted from 1 March of year 0, so that the leap day is a year's last.
        let days = days + 719_468;
        let (era, day_of_era) = (days / 146_097, days % 146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * march_month + 2) / 5 + 1;
        let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
        let year = era * 400 + year_of_era + u64::from(month <= 2);
        let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
        f.pad(&format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"))
    }
}

/// Time as the engine sees it.
#[async_trait]
pub trait Clock: Send + Sync {
    /// Time since some fixed moment; never goes back.
    fn now(&self) -> Duration;

    /// The time of the calendar, for the history. Simulated time keeps this default, for which
    /// the fixed moment of [`now`](Self::now) is the beginning of 1970; a clock of real time says
    /// what the wall clock shows.
    fn wall(&self) -> Timestamp {
        Timestamp::from_unix(self.now())
    }

    /// Returns after `duration`.
    async fn sleep(&self, duration: Duration);
}

/// A clock for tests: sleeping takes no time and moves it on.
///
/// Sleepers wake in the order of their deadlines, and time moves only after everything else had
/// a few chances to run, so that concurrent sleeps overlap as they would in reality.
#[derive(Debug, Default)]
pub struct ManualClock {
    timeline: Mutex<Timeline>,
}

#[derive(Debug, Default)]
struct Timeline {
    now: Duration,
    slept: u64,
    /// Who sleeps, by deadline and order of arrival.
    sleepers: BTreeSet<(Duration, u64)>,
}

/// How often the next sleeper lets others run before it moves time on.
const TURNS: u32 = 4;

#[async_trait]
impl Clock for ManualClock {
    fn now(&self) -> Duration {
        self.lock().now
    }

    async fn sleep(&self, duration: Duration) {
        let ticket = {
            let mut timeline = self.lock();
            timeline.slept += 1;
            let ticket = (timeline.now + duration, timeline.slept);
            timeline.sleepers.insert(ticket);
            ticket
        };
        Sleeper { clock: self, ticket, turns: 0 }.await;
    }
}

impl ManualClock {
    fn lock(&self) -> MutexGuard<'_, Timeline> {
        self.timeline.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Sleeper<'a> {
    clock: &'a ManualClock,
    ticket: (Duration, u64),
    turns: u32,
}

impl Future for Sleeper<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut timeline = self.clock.lock();
        if timeline.now >= self.ticket.0 {
            return Poll::Ready(());
        }
        let next = timeline.sleepers.first() == Some(&self.ticket);
        if next && self.turns >= TURNS {
            timeline.now = self.ticket.0;
            return Poll::Ready(());
        }
        drop(timeline);
        self.turns = if next { self.turns + 1 } else { 0 };
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

impl Drop for Sleeper<'_> {
    fn drop(&mut self) {
        self.clock.lock().sleepers.remove(&self.ticket);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_in_utc() {
        for (seconds, expected) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_709_251_199, "2024-02-29T23:59:59Z"),
            (1_709_251_200, "2024-03-01T00:00:00Z"),
            (4_102_444_799, "2099-12-31T23:59:59Z"),
        ] {
            assert_eq!(Timestamp::from_unix(Duration::from_secs(seconds)).to_string(), expected);
        }
    }
}
