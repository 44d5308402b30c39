//! Waiting: one poller for everything that waits. Probes that fall due together are merged into
//! the same coalesced reads as observations, and no waiting operation holds a slot.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::{self, UnboundedSender};
use tokio::sync::{Mutex, Notify};

use crate::cloud::observe::{Providers, observe};
use crate::cloud::provider::{Observation, Observed, Phase, Readiness, Wait};
use crate::cloud::search::settles;
use crate::cloud::telling::unheard;
use crate::model::clock::Clock;
use crate::model::error::{ProviderError, ProviderErrorKind};
use crate::state::{InstanceId, Record};

/// How long a probe waits for others to join it.
const GATHER: Duration = Duration::from_millis(15);

/// How far ahead of its time a probe joins one that is made anyway.
const SLACK: Duration = Duration::from_millis(500);

/// How many looks in a row may miss something that was there: reads come from more than one
/// place.
const MISSES: u32 = 5;

/// From when on it is told again what a wait is for, with how long it has been and may yet be, and how
/// often.
const TOLD_AGAIN: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(300));

/// How many looks in a row may get no answer, or one by which the service says that it failed itself. A provider
/// has asked for each of them again and again by then: what fails so often fails every time.
const UNANSWERED: u32 = 5;

/// How a wait ended.
#[derive(Debug)]
pub(crate) enum WaitOutcome {
    /// It is there and usable.
    Present(Box<Observed>),
    /// It is gone, or only blocks its name for a time.
    Gone,
}

/// Why a wait ended badly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum WaitError {
    /// The service says that it won't become usable.
    Failed(String),
    /// The service says that it is held up until someone puts it right.
    Blocked(String),
    /// The deadline passed; the text says what it was last doing.
    TimedOut { after: Duration, last: String },
    /// It can't be read.
    ProviderError(ProviderError),
    /// It vanished while it was waited for.
    Vanished,
}

impl WaitError {
    pub(crate) fn into_error(self, type_name: &str, phase: Phase) -> ProviderError {
        let wanted = if phase == Phase::Deleted { "gone" } else { "ready" };
        let message = match self {
            Self::ProviderError(error) => return error,
            Self::Failed(reason) => format!("it failed: {reason}"),
            Self::Blocked(reason) => format!("it is held up: {reason}"),
            Self::TimedOut { after, last } => {
                format!("it wasn't {wanted} after {} s; it was last {last}", after.as_secs())
            }
            Self::Vanished => "it vanished while it was waited for".to_owned(),
        };
        ProviderError::new(ProviderErrorKind::Other, format!("waiting for {type_name}"), message)
    }
}

/// What the poller tells who waits.
enum News {
    Doing(String),
    Ended(Result<WaitOutcome, WaitError>),
}

struct Waiting {
    record: Record,
    phase: Phase,
    wait: Wait,
    since: Duration,
    due: Duration,
    last: String,
    /// When it is told again although nothing is new.
    again: Duration,
    missed: u32,
    unanswered: u32,
    news: UnboundedSender<News>,
}

impl Waiting {
    fn deadline(&self) -> Duration {
        self.since + self.wait.deadline
    }
}

/// The poller. Operations register and await their news; whoever finds nobody polling does it
/// for all. It may stop at any point, since an operation may be dropped: the next one goes on.
pub(crate) struct Poller {
    providers: Providers,
    clock: Arc<dyn Clock>,
    scale: f64,
    waiting: std::sync::Mutex<BTreeMap<InstanceId, Waiting>>,
    arrived: Notify,
    driving: Mutex<()>,
}

impl Poller {
    pub(crate) fn new(providers: Providers, clock: Arc<dyn Clock>, scale: f64) -> Self {
        Self {
            providers,
            clock,
            scale: scale.clamp(0.0, 1.0),
            waiting: std::sync::Mutex::default(),
            arrived: Notify::new(),
            driving: Mutex::default(),
        }
    }

    fn table(&self) -> std::sync::MutexGuard<'_, BTreeMap<InstanceId, Waiting>> {
        self.waiting.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Waits until `record` is settled in `phase`; `progress` hears what it is doing. The
    /// deadline counts from `since`.
    pub(crate) async fn settle(
        &self,
        record: &Record,
        phase: Phase,
        wait: Wait,
        since: Duration,
        progress: &(dyn Fn(&str) + Sync),
    ) -> Result<WaitOutcome, WaitError> {
        let (news, mut heard) = mpsc::unbounded_channel();
        let waiting = Waiting {
            record: record.clone(),
            phase,
            wait,
            since,
            due: self.clock.now() + wait.delay.mul_f64(self.scale),
            last: String::new(),
            again: self.clock.now() + TOLD_AGAIN.0,
            missed: 0,
            unanswered: 0,
            news,
        };
        self.table().insert(record.instance.clone(), waiting);
        self.arrived.notify_one();
        loop {
            tokio::select! {
                biased;
                news = heard.recv() => match news {
                    Some(News::Doing(what)) => progress(&what),
                    Some(News::Ended(result)) => return result,
                    None => return Err(WaitError::Vanished),
                },
                turn = self.driving.lock() => {
                    self.poll().await;
                    drop(turn);
                }
            }
        }
    }

    /// Sleeps until the next probe is due and makes all probes that are due by then.
    async fn poll(&self) {
        let earliest = self.clock.now() + GATHER;
        loop {
            let next = {
                let mut table = self.table();
                table.retain(|_, waiting| !waiting.news.is_closed());
                let Some(next) = table.values().map(|waiting| waiting.due).min() else { return };
                next.max(earliest)
            };
            let now = self.clock.now();
            if next <= now {
                break;
            }
            tokio::select! {
                biased;
                () = self.arrived.notified() => {}
                () = self.clock.sleep(next - now) => break,
            }
        }
        let horizon = self.clock.now() + SLACK.mul_f64(self.scale);
        let due: Vec<Record> = self
            .table()
            .values()
            .filter(|waiting| waiting.due <= horizon)
            .map(|waiting| waiting.record.clone())
            .collect();
        let mut observed = unheard(observe(&self.providers, &due)).await.by_instance;
        let now = self.clock.now();
        let mut table = self.table();
        for record in due {
            if let Some(observation) = observed.remove(&record.instance)
                && let Some(waiting) = table.get_mut(&record.instance)
                && let Some(result) = waiting.judge(observation, now, self.scale)
            {
                // Nobody hears it where the operation was dropped.
                let _ = waiting.news.send(News::Ended(result));
                table.remove(&record.instance);
            }
        }
    }
}

impl Waiting {
    /// How the wait ends with this observation; nothing when it goes on.
    fn judge(
        &mut self,
        observation: Observation,
        now: Duration,
        scale: f64,
    ) -> Option<Result<WaitOutcome, WaitError>> {
        let missing = observation == Observation::Absent;
        self.missed = if missing { self.missed + 1 } else { 0 };
        let unanswered = matches!(&observation, Observation::Inaccessible(error)
            if error.kind == ProviderErrorKind::Ambiguous);
        self.unanswered = if unanswered { self.unanswered + 1 } else { 0 };
        let doing = match (self.phase, observation) {
            (_, Observation::Inaccessible(mut error)) if self.unanswered >= UNANSWERED => {
                error.message = format!("{} (to {UNANSWERED} looks in a row)", error.message);
                return Some(Err(WaitError::ProviderError(error)));
            }
            (_, Observation::Inaccessible(error))
                if error.kind.is_retryable() || error.kind == ProviderErrorKind::Ambiguous =>
            {
                format!("unreadable ({error})")
            }
            (_, Observation::Inaccessible(error)) => return Some(Err(WaitError::ProviderError(error))),
            (Phase::Deleted, Observation::GoneButReserved { .. }) => return Some(Ok(WaitOutcome::Gone)),
            // What was made right before isn't seen by every look yet, and would be taken for gone.
            (Phase::Deleted, Observation::Absent) if now >= self.since + settles(scale) => {
                return Some(Ok(WaitOutcome::Gone));
            }
            (Phase::Deleted, Observation::Absent) => "not visible any more".to_owned(),
            (Phase::Created, Observation::Absent) => "not visible yet".to_owned(),
            (Phase::Updated, Observation::Absent) if self.missed <= MISSES => "not visible".to_owned(),
            (_, Observation::Absent | Observation::GoneButReserved { .. }) => {
                return Some(Err(WaitError::Vanished));
            }
            (phase, Observation::Present(observed)) => match (&observed.readiness, phase) {
                (Readiness::Failed(reason), _) => return Some(Err(WaitError::Failed(reason.clone()))),
                // What is held up may go all the same.
                (Readiness::Blocked(doing), Phase::Deleted) | (Readiness::Pending(doing), _) => doing.clone(),
                (Readiness::Blocked(reason), _) => return Some(Err(WaitError::Blocked(reason.clone()))),
                (Readiness::Ready, Phase::Deleted) => "still there".to_owned(),
                (Readiness::Ready, _) => return Some(Ok(WaitOutcome::Present(Box::new(observed)))),
            },
        };
        if now >= self.deadline() {
            return Some(Err(WaitError::TimedOut { after: now.saturating_sub(self.since), last: doing }));
        }
        if now >= self.again {
            let been = now.saturating_sub(self.since).as_secs() / 60;
            let most = self.wait.deadline.as_secs().div_ceil(60);
            let told = format!("{doing} (for {been} min now, {most} min at most)");
            let _ = self.news.send(News::Doing(told));
            self.again = now + TOLD_AGAIN.1;
            self.last = doing;
        } else if doing != self.last {
            let _ = self.news.send(News::Doing(doing.clone()));
            self.last = doing;
        }
        self.due = (now + self.wait.interval.mul_f64(scale)).min(self.deadline());
        if missing && self.phase == Phase::Deleted {
            self.due = self.due.min(self.since + settles(scale));
        }
        None
    }
}
