//! Time that goes on while the machine is suspended.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use ironward_core::clock::{Clock, Timestamp};
use rustix::time::{ClockId, clock_gettime};

/// The clock by which a lease is counted: it never goes back, and a machine that was suspended
/// finds it moved on.
#[derive(Debug, Clone, Copy, Default)]
pub struct BootClock;

#[cfg(any(target_os = "linux", target_os = "android"))]
const CLOCK: ClockId = ClockId::Boottime;
// Elsewhere it is the monotonic clock that goes on during suspend.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
const CLOCK: ClockId = ClockId::Monotonic;

#[async_trait]
impl Clock for BootClock {
    fn now(&self) -> Duration {
        let time = clock_gettime(CLOCK);
        let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
        Duration::new(seconds, u32::try_from(time.tv_nsec).unwrap_or_default())
    }

    fn wall(&self) -> Timestamp {
        Timestamp::from_unix(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}
