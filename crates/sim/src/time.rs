//! Virtual time, and the executor that moves it.

use std::collections::BTreeMap;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use async_trait::async_trait;
use ironward_core::clock::Clock;

use crate::world::Shared;

/// The time, and who sleeps.
#[derive(Debug, Default)]
pub(crate) struct Timeline {
    pub(crate) now: Duration,
    slept: u64,
    /// By deadline and order of arrival.
    sleepers: BTreeMap<(Duration, u64), Waker>,
}

impl Timeline {
    /// Forgets who slept: their process ended, or is paused.
    pub(crate) fn forget(&mut self) -> Sleepers {
        Sleepers(std::mem::take(&mut self.sleepers))
    }

    /// Those of a process sleep on that was paused.
    pub(crate) fn remember(&mut self, sleepers: Sleepers) {
        self.sleepers = sleepers.0;
    }
}

/// Who sleeps in a process that is paused.
#[derive(Debug)]
pub(crate) struct Sleepers(BTreeMap<(Duration, u64), Waker>);

#[async_trait]
impl Clock for Shared {
    fn now(&self) -> Duration {
        self.lock().time.now
    }

    async fn sleep(&self, duration: Duration) {
        let until = self.now() + duration;
        self.sleep_until(until).await;
    }
}

impl Shared {
    pub(crate) fn sleep_until(&self, until: Duration) -> Sleep<'_> {
        Sleep { shared: self, until, ticket: None }
    }
}

pub(crate) struct Sleep<'a> {
    shared: &'a Shared,
    until: Duration,
    ticket: Option<(Duration, u64)>,
}

impl Future for Sleep<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut world = self.shared.lock();
        if world.time.now >= self.until {
            return Poll::Ready(());
        }
        let ticket = self.ticket.unwrap_or_else(|| {
            world.time.slept += 1;
            (self.until, world.time.slept)
        });
        world.time.sleepers.insert(ticket, context.waker().clone());
        drop(world);
        self.ticket = Some(ticket);
        Poll::Pending
    }
}

impl Drop for Sleep<'_> {
    fn drop(&mut self) {
        if let Some(ticket) = &self.ticket {
            self.shared.lock().time.sleepers.remove(ticket);
        }
    }
}

/// How a process ended.
#[derive(Debug)]
pub(crate) enum End<T> {
    /// By itself.
    Done(T),
    /// It was killed.
    Killed,
    /// It was paused.
    Paused,
    /// It waits for nothing that will ever come.
    Hung,
}

/// The virtual time after which a process counts as hung.
const PATIENCE: Duration = Duration::from_secs(48 * 3600);

/// Says that something in a process is awake.
#[derive(Debug, Default)]
pub(crate) struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Runs a process on one thread: whatever is awake runs, and when all sleep, time goes to the
/// first that wakes. It ends at once when the world says that the process was killed.
pub(crate) fn run<T>(shared: &Shared, work: impl Future<Output = T>) -> End<T> {
    go_on(shared, pin!(work), &Arc::default())
}

/// Runs a process from where it is.
pub(crate) fn go_on<T>(
    shared: &Shared,
    mut work: Pin<&mut (impl Future<Output = T> + ?Sized)>,
    flag: &Arc<Flag>,
) -> End<T> {
    let waker = Waker::from(Arc::clone(flag));
    let mut context = Context::from_waker(&waker);
    let limit = shared.now() + PATIENCE;
    loop {
        if let Poll::Ready(result) = work.as_mut().poll(&mut context) {
            return End::Done(result);
        }
        let next = {
            let mut world = shared.lock();
            if world.killed() {
                return End::Killed;
            }
            if world.faults.paused {
                return End::Paused;
            }
            if flag.0.swap(false, Ordering::Relaxed) {
                continue;
            }
            let Some(((due, _), waker)) = world.time.sleepers.pop_first() else { return End::Hung };
            world.time.now = world.time.now.max(due);
            if world.time.now > limit {
                return End::Hung;
            }
            waker
        };
        next.wake();
    }
}
