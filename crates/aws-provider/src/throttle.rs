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

/// The quota of one group: calls at once, and calls a second that come back.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Quota {
    burst: f64,
    rate: f64,
}

/// A service, and its quotas for calls that read and calls that change something.
type Row = (&'static str, (f64, f64), (f64, f64));

/// Burst and rate by service. Sources: "Request throttling for the Amazon EC2 API" (Describe 100
/// and 20, mutating 200 and 5 with a burst of 50 for most); "AWS KMS request quotas" (CreateKey 5
/// a second, reads of 5 to 500); "Amazon Route 53 quotas" (5 a second for an account);
/// "CloudWatch Logs quotas" (10 a second for most actions); "CloudTrail quotas" (10 a second for
/// reads, 1 for others); "Throttling for the Elastic Load Balancing API". The rest is a guess.
#[rustfmt::skip]
const QUOTAS: &[Row] = &[
    ("acm",                  (10.0, 10.0),   (5.0, 5.0)),
    ("backup",               (20.0, 10.0),   (10.0, 5.0)),
    ("cloudtrail",           (10.0, 10.0),   (2.0, 1.0)),
    ("ec2",                  (100.0, 20.0),  (50.0, 5.0)),
    ("ecs",                  (50.0, 20.0),   (20.0, 5.0)),
    ("elasticloadbalancing", (40.0, 10.0),   (20.0, 3.0)),
    ("iam",                  (100.0, 20.0),  (50.0, 10.0)),
    ("kms",                  (50.0, 20.0),   (15.0, 5.0)),
    ("logs",                 (10.0, 10.0),   (10.0, 10.0)),
    ("rds",                  (50.0, 20.0),   (20.0, 5.0)),
    ("route53",              (5.0, 5.0),     (5.0, 5.0)),
    ("s3",                   (100.0, 100.0), (50.0, 50.0)),
];

/// For a service that isn't listed.
const OTHERS: ((f64, f64), (f64, f64)) = ((20.0, 10.0), (10.0, 5.0));

/// No rate falls below this share of the quota.
const FLOOR: f64 = 1.0 / 64.0;
/// The share of the quota that a success gives back.
const RECOVERY: f64 = 1.0 / 50.0;
/// Throttles within this time are one sign, not many: the calls were under way together.
const TOGETHER: Duration = Duration::from_secs(1);

/// A group of actions that share a quota: the service, and whether they only read. In Route 53
/// all share one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Group {
    service: &'static str,
    reads: bool,
}

impl Group {
    /// The group of an action as IAM writes it, such as `ec2:DescribeVpcs`.
    fn of(action: &'static str) -> Self {
        let (service, operation) = action.split_once(':').unwrap_or((action, ""));
        let reads = ["Describe", "List", "Get", "Head"].iter().any(|verb| operation.starts_with(verb));
        Self { service, reads: reads || service == "route53" }
    }

    fn quota(self) -> Quota {
        let row = QUOTAS.iter().find(|(service, ..)| *service == self.service);
        let (reading, changing) = row.map_or(OTHERS, |(_, reading, changing)| (*reading, *changing));
        let (burst, rate) = if self.reads { reading } else { changing };
        Quota { burst, rate }
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
    /// Nothing, where calls aren't limited.
    buckets: Option<Mutex<BTreeMap<Group, Bucket>>>,
}

impl Throttle {
    /// Full buckets.
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, buckets: Some(Mutex::default()) }
    }

    /// No limit, as emulators have none.
    pub(crate) fn unlimited(clock: Arc<dyn Clock>) -> Self {
        Self { clock, buckets: None }
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
        let (group, now) = (Group::of(action), self.clock.now());
        let bucket = buckets.entry(group).or_insert_with(|| Bucket::new(group.quota(), now));
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
        (Arc::clone(&clock), Throttle::new(clock))
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
        let throttle = Throttle::unlimited(Arc::clone(&clock) as Arc<dyn Clock>);
        throttle.throttled(CREATE);
        assert!(close(time(&clock, &throttle, CREATE, 10_000).await, 0.0));
    }

    #[test]
    fn actions_belong_to_groups() {
        assert!(Group::of("ec2:DescribeVpcs").reads && Group::of("s3:GetBucketPolicy").reads);
        assert!(!Group::of("ec2:CreateVpc").reads && !Group::of("kms:ScheduleKeyDeletion").reads);
        let zone = Group::of("route53:GetHostedZone");
        assert_eq!(zone, Group::of("route53:ChangeResourceRecordSets"));
        assert_eq!(Group::of("new:CreateThing").quota(), Quota { burst: 10.0, rate: 5.0 });
    }
}
