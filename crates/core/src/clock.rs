//! Time, as something that is handed in.

use std::collections::BTreeSet;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use async_trait::async_trait;

/// Time as the engine sees it.
#[async_trait]
pub trait Clock: Send + Sync {
    /// Time since some fixed moment; never goes back.
    fn now(&self) -> Duration;

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
