//! A lock that is a lease: it lasts for a while, and heartbeats renew it. Whoever is paused for
//! longer loses it, and so does a process whose heartbeats are lost.

use std::time::Duration;

use ironward_core::store::{StoreError, StoreErrorKind};

use crate::dice::Dice;
use crate::world::World;

/// How long a lease lasts since its last heartbeat.
const LENGTH: Duration = Duration::from_secs(60);

/// The time between two heartbeats.
const BEAT: Duration = Duration::from_secs(15);

/// How long before the end of its lease a holder starts no call any more.
const MARGIN: Duration = Duration::from_secs(20);

/// How long after the end of its lease calls of a former holder may still take effect.
pub const WINDOW: Duration = Duration::from_secs(30);

/// Who holds the lease, and since when.
#[derive(Debug, Default)]
pub(crate) struct Lease {
    since: Duration,
    /// When the heartbeats end.
    silent: Option<Duration>,
    /// When calls of former holders take no effect any more.
    settled: Duration,
}

impl Lease {
    fn last_beat(&self, now: Duration) -> Duration {
        let until = self.silent.map_or(now, |silent| silent.min(now)).saturating_sub(self.since);
        let beats = until.as_millis() / BEAT.as_millis();
        self.since + BEAT * u32::try_from(beats).unwrap_or(u32::MAX)
    }

    /// Until when the holder may start calls, as far as it knows.
    fn permits_until(&self, now: Duration) -> Duration {
        self.last_beat(now) + LENGTH - MARGIN
    }

    /// Whether the holder ended without giving the lease back.
    pub(crate) fn is_silent(&self, now: Duration) -> bool {
        self.silent.is_some_and(|at| at <= now)
    }

    /// The heartbeats end.
    pub(crate) fn fall_silent(&mut self, at: Duration) {
        self.silent = Some(self.silent.map_or(at, |silent| silent.min(at)));
    }

    /// How late a call that is on its way may take effect, in milliseconds from now: from when its
    /// lease ends, to when nothing of it may come any more.
    pub(crate) fn lateness(&self, now: Duration) -> (u32, u32) {
        let from = (self.last_beat(now) + LENGTH).saturating_sub(now);
        let millis = |time: Duration| u32::try_from(time.as_millis()).unwrap_or(u32::MAX);
        (millis(from), millis(from + WINDOW))
    }
}

impl World {
    /// When whoever wants the lock gets it: at once, or when a silent holder's lease has ended. It
    /// sees the lease unrenewed for its whole length, on its own clock.
    pub(crate) fn lock_is_free(&mut self, dice: &mut Dice) -> Duration {
        let now = self.time.now;
        match &mut self.lease {
            Some(lease) if self.disk.held && lease.is_silent(now) => {
                let ends = lease.last_beat(now) + LENGTH;
                let free =
                    ends.max(now) + if dice.chance(500) { Duration::ZERO } else { dice.millis(0, 20_000) };
                lease.settled = free + WINDOW;
                self.disk.held = false;
                free
            }
            _ => now,
        }
    }

    /// A process takes the lease.
    pub(crate) fn take_lease(&mut self) {
        let now = self.time.now;
        if let Some(lease) = &mut self.lease {
            (lease.since, lease.silent) = (now, None);
        }
    }

    /// A process that was paused finds its lease as it left it, and renews it where it is still in
    /// time.
    pub(crate) fn renew_lease(&mut self) {
        let now = self.time.now;
        if let Some(lease) = &mut self.lease
            && now < lease.permits_until(now)
        {
            (lease.since, lease.silent) = (now, None);
        }
    }

    /// The heartbeats of the process that begins may be lost at some time.
    pub(crate) fn silence(&mut self) {
        let now = self.time.now;
        if self.lease.is_none() {
            return;
        }
        if let Some((after, lease)) = self.faults.silences().zip(self.lease.as_mut()) {
            lease.fall_silent(now + after);
            self.tally.silenced += 1;
        }
    }

    /// The holder with this fence is paused: its heartbeats end, and what it has on the wire comes
    /// late or never.
    pub(crate) fn fall_silent(&mut self, fence: u64) {
        let now = self.time.now;
        if let Some(lease) = &mut self.lease {
            lease.fall_silent(now);
        }
        let (_, mut dice) = self.faults.point();
        self.cut_off(fence, &mut dice);
    }

    /// A process ended, and gives the lock back where it still can.
    pub(crate) fn let_go(&mut self, fence: u64, killed: bool) {
        let now = self.time.now;
        let overtaken = fence != self.disk.fence && self.lease.is_some();
        if killed {
            self.tally.crashes += 1;
            if overtaken {
                return;
            }
            self.fall_silent(fence);
        }
        match &self.lease {
            _ if overtaken => {}
            Some(lease) if lease.is_silent(now) && !killed => {
                let (_, mut dice) = self.faults.point();
                self.cut_off(fence, &mut dice);
            }
            Some(_) if killed => {}
            _ => self.disk.held = false,
        }
    }

    /// When the process with this fence may start no call any more; never, where nothing ends.
    pub(crate) fn permits_until(&self, fence: u64) -> Option<Duration> {
        let lease = self.lease.as_ref()?;
        Some(if fence == self.disk.fence { lease.permits_until(self.time.now) } else { Duration::ZERO })
    }

    /// For how long calls of former holders may still take effect.
    pub(crate) fn unsettled(&self) -> Duration {
        self.lease.as_ref().map_or(Duration::ZERO, |lease| lease.settled.saturating_sub(self.time.now))
    }
}

/// What a holder is told whose time is over.
pub(crate) fn lapsed() -> StoreError {
    let message = "the lease of the state ends, and wasn't renewed";
    StoreError::new(StoreErrorKind::LeaseLost, message).with_hint("run again")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_is_counted_from_its_last_heartbeat() {
        let seconds = Duration::from_secs;
        let mut lease = Lease { since: seconds(100), ..Lease::default() };
        assert_eq!(lease.permits_until(seconds(114)), seconds(140));
        assert_eq!(lease.permits_until(seconds(1000)), seconds(1040));
        lease.fall_silent(seconds(131));
        assert_eq!(lease.permits_until(seconds(1000)), seconds(170));
        assert_eq!(lease.lateness(seconds(140)), (50_000, 80_000));
    }
}
