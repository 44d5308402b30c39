//! How fast calls are made: one token bucket for each quota group of the API, whose rate follows
//! what the service lets through.
//!
//! AWS counts calls by account and region, and by groups of actions; others may use the same
//! quota. So no fixed rate is right: a bucket starts at the published quota, or at a careful guess
//! where none is published; a throttled call halves its rate, and every call that succeeds gives a
//! little of it back.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ironward_core::clock::Clock;

use crate::service::{Quota, Quotas, Services, prefix_of};

/// No rate falls below this share of the quota.
const FLOOR: f64 = 1.0 / 64.0;
/// The share of the quota that a success gives back.
const RECOVERY: f64 = 1.0 / 50.0;
/// Throttles within this time are one sign, not many: the calls were under way together.
const TOGETHER: Duration = Duration::from_secs(1);

/// A group of actions that share a quota: the service, and whether they only read. In some services
/// all share one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Group {
    service: &'static str,
    reads: bool,
}

impl Group {
    /// The group of an action as IAM writes it, such as `ec2:DescribeVpcs`, and its quota.
    fn of(services: &Services, action: &'static str) -> (Self, Quota) {
        let quotas = services.of(action).map_or(Quotas::UNKNOWN, |service| service.quotas);
        let operation = action.split_once(':').map_or("", |(_, operation)| operation);
        let reads = ["Describe", "List", "Get", "Head"].iter().any(|verb| operation.starts_with(verb));
        let reads = reads || quotas.shared;
        let quota = if reads { quotas.reads } else { quotas.changes };
        (Self { service: prefix_of(action), reads }, quota)
    }
}

/// One bucket. Who comes when it is empty takes a token on credit and waits until it is paid.
#[derive(Debug)]
struct Bucket {
    quota: Quota,
    /// Calls a second, now.
    rate: f64,
    tokens: f64,
    /// When the tokens were last counted.
    counted: Duration,
    /// When the rate was last halved.
    halved: Option<Duration>,
}

impl Bucket {
    fn new(quota: Quota, now: Duration) -> Self {
        Self { quota, rate: quota.rate, tokens: quota.burst, counted: now, halved: None }
    }

    fn count(&mut self, now: Duration) {
        let passed = now.saturating_sub(self.counted).as_secs_f64();
        self.tokens = (self.tokens + passed * self.rate).min(self.quota.burst);
        self.counted = now;
    }

    /// Takes a token, and says how long to wait for it.
    fn take(&mut self, now: Duration) -> Duration {
        self.count(now);
        self.tokens -= 1.0;
        if self.tokens >= 0.0 { Duration::ZERO } else { Duration::from_secs_f64(-self.tokens / self.rate) }
    }

    fn slow(&mut self, now: Duration) {
        self.count(now);
        // The service has no more for us either.
        self.tokens = self.tokens.min(0.0);
        if self.halved.is_none_or(|halved| now.saturating_sub(halved) >= TOGETHER) {
            self.rate = (self.rate / 2.0).max(self.quota.rate * FLOOR);
            self.halved = Some(now);
        }
    }

    fn recover(&mut self, now: Duration) {
        if self.rate < self.quota.rate {
            self.count(now);
            self.rate = (self.rate + self.quota.rate * RECOVERY).min(self.quota.rate);
        }
    }
}

/// The buckets of one account and region.
pub(crate) struct Throttle {
    clock: Arc<dyn Clock>,
    services: Services,
    /// Nothing, where calls aren't limited.
    buckets: Option<Mutex<BTreeMap<Group, Bucket>>>,
}

impl Throttle {
    /// Full buckets.
    pub(crate) fn new(clock: Arc<dyn Clock>, services: Services) -> Self {
        Self { clock, services, buckets: Some(Mutex::default()) }
    }

    /// No limit, as emulators have none.
    pub(crate) fn unlimited(clock: Arc<dyn Clock>, services: Services) -> Self {
        Self { clock, services, buckets: None }
    }

    /// Waits until a call of `action` may be made, and says for how long that was.
    pub(crate) async fn turn(&self, action: &'static str) -> Duration {
        let wait = self.with(action, Bucket::take).unwrap_or_default();
        if wait > Duration::ZERO {
            self.clock.sleep(wait).await;
        }
        wait
    }

    /// A call of `action` was throttled.
    pub(crate) fn throttled(&self, action: &'static str) {
        self.with(action, Bucket::slow);
    }

    /// A call of `action` was let through.
    pub(crate) fn passed(&self, action: &'static str) {
        self.with(action, Bucket::recover);
    }

    fn with<T>(&self, action: &'static str, work: impl FnOnce(&mut Bucket, Duration) -> T) -> Option<T> {
        let mut buckets: MutexGuard<'_, _> =
            self.buckets.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner);
        let ((group, quota), now) = (Group::of(&self.services, action), self.clock.now());
        let bucket = buckets.entry(group).or_insert_with(|| Bucket::new(quota, now));
        Some(work(bucket, now))
    }
}

#[cfg(test)]
mod tests {
    use futures::future::join_all;
    use ironward_core::clock::ManualClock;

    use super::*;

    const CREATE: &str = "ec2:CreateVpc";

    fn throttle() -> (Arc<ManualClock>, Throttle) {
        let clock = Arc::new(ManualClock::default());
        (Arc::clone(&clock), Throttle::new(clock, Services::default()))
    }

    /// How long `calls` calls take, made as fast as they may be.
    async fn time(clock: &ManualClock, throttle: &Throttle, action: &'static str, calls: usize) -> f64 {
        let before = clock.now();
        join_all((0..calls).map(|_| throttle.turn(action))).await;
        (clock.now() - before).as_secs_f64()
    }

    fn close(left: f64, right: f64) -> bool {
        (left - right).abs() < 0.01
    }

    #[tokio::test]
    async fn a_burst_is_free_and_then_the_rate_counts() {
        let (clock, throttle) = throttle();
        assert!(close(time(&clock, &throttle, CREATE, 50).await, 0.0));
        // Ten more at five a second.
        assert!(close(time(&clock, &throttle, CREATE, 10).await, 2.0));
        // Reads have a quota of their own, and so has every service.
        assert!(close(time(&clock, &throttle, "ec2:DescribeVpcs", 100).await, 0.0));
        assert!(close(time(&clock, &throttle, "kms:CreateKey", 15).await, 0.0));
        assert!(close(time(&clock, &throttle, "kms:CreateKey", 5).await, 1.0));
    }

    #[tokio::test]
    async fn what_is_not_used_comes_back_up_to_the_burst() {
        let (clock, throttle) = throttle();
        time(&clock, &throttle, CREATE, 50).await;
        clock.sleep(Duration::from_secs(100)).await;
        assert!(close(time(&clock, &throttle, CREATE, 50).await, 0.0));
        assert!(close(time(&clock, &throttle, CREATE, 5).await, 1.0));
    }

    #[tokio::test]
    async fn a_throttle_halves_the_rate_and_successes_restore_it() {
        let (clock, throttle) = throttle();
        throttle.throttled(CREATE);
        // The burst is gone, and 2.5 a second are left.
        assert!(close(time(&clock, &throttle, CREATE, 5).await, 2.0));
        // Throttles of calls that were under way together count once.
        clock.sleep(Duration::from_secs(2)).await;
        for _ in 0..20 {
            throttle.throttled(CREATE);
        }
        assert!(close(time(&clock, &throttle, CREATE, 5).await, 4.0));
        for _ in 0..20 {
            throttle.passed(CREATE);
        }
        // 1.25 and twenty times a fiftieth of 5.
        assert!(close(time(&clock, &throttle, CREATE, 13).await, 13.0 / 3.25));
        for _ in 0..1000 {
            throttle.passed(CREATE);
        }
        assert!(close(time(&clock, &throttle, CREATE, 10).await, 2.0));
        // Others never noticed.
        assert!(close(time(&clock, &throttle, "ec2:DescribeVpcs", 100).await, 0.0));
    }

    #[tokio::test]
    async fn the_rate_never_falls_to_nothing() {
        let (clock, throttle) = throttle();
        for _ in 0..50 {
            throttle.throttled(CREATE);
            clock.sleep(Duration::from_secs(2)).await;
        }
        time(&clock, &throttle, CREATE, 50).await;
        let one = time(&clock, &throttle, CREATE, 1).await;
        assert!(close(one, 64.0 / 5.0), "{one}");
    }

    #[tokio::test]
    async fn an_emulator_has_no_limit() {
        let clock = Arc::new(ManualClock::default());
        let throttle = Throttle::unlimited(Arc::clone(&clock) as Arc<dyn Clock>, Services::default());
        throttle.throttled(CREATE);
        assert!(close(time(&clock, &throttle, CREATE, 10_000).await, 0.0));
    }

    #[test]
    fn actions_belong_to_groups() {
        let services = Services::default();
        let of = |action| Group::of(&services, action);
        assert!(of("ec2:DescribeVpcs").0.reads && of("s3:GetBucketPolicy").0.reads);
        assert!(!of("ec2:CreateVpc").0.reads && !of("kms:ScheduleKeyDeletion").0.reads);
        let zone = of("route53:GetHostedZone");
        assert_eq!(zone, of("route53:ChangeResourceRecordSets"));
        assert_eq!(of("new:CreateThing").1, Quota::new(10.0, 5.0));
    }
}
