//! Waiting: one poller for everything that waits. Probes that fall due together are merged into
//! the same coalesced reads as observations, and no waiting operation holds a slot.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, oneshot};

use crate::clock::Clock;
use crate::fault::{Fault, FaultKind};
use crate::observe::{Providers, observe};
use crate::provider::{Observation, Observed, Phase, Readiness, Wait};
use crate::state::{InstanceId, Record};

/// How long a probe waits for others to join it.
const GATHER: Duration = Duration::from_millis(15);

/// How a wait ended.
#[derive(Debug)]
pub(crate) enum Settled {
    /// It is there and usable.
    Present(Box<Observed>),
    /// It is gone, or only blocks its name for a time.
    Gone,
}

/// Why a wait ended badly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stuck {
    /// The service says that it won't become usable.
    Failed(String),
    /// The deadline passed; the text says what it was last doing.
    TimedOut { after: Duration, last: String },
    /// It can't be read.
    Fault(Fault),
    /// It vanished while it was waited for.
    Vanished,
}

impl Stuck {
    pub(crate) fn into_fault(self, type_name: &str) -> Fault {
        let message = match self {
            Self::Fault(fault) => return fault,
            Self::Failed(reason) => format!("it failed: {reason}"),
            Self::TimedOut { after, last } => {
                format!("it wasn't ready after {} s; it was last {last}", after.as_secs())
            }
            Self::Vanished => "it vanished while it was waited for".to_owned(),
        };
        Fault::new(FaultKind::Other, format!("waiting for {type_name}"), message)
    }
}

struct Waiting {
    record: Record,
    phase: Phase,
    wait: Wait,
    started: Duration,
    due: Duration,
    last: String,
    done: oneshot::Sender<Result<Settled, Stuck>>,
}

/// The poller. Operations register and await their answer; whoever finds no poll under way
/// drives it for all.
pub(crate) struct Poller {
    providers: Providers,
    clock: Arc<dyn Clock>,
    scale: f64,
    waiting: Mutex<BTreeMap<InstanceId, Waiting>>,
    driving: Mutex<()>,
}

impl Poller {
    pub(crate) fn new(providers: Providers, clock: Arc<dyn Clock>, scale: f64) -> Self {
        Self { providers, clock, scale, waiting: Mutex::default(), driving: Mutex::default() }
    }

    fn scaled(&self, duration: Duration) -> Duration {
        duration.mul_f64(self.scale.clamp(0.0, 1.0))
    }

    /// Waits until `record` is settled in `phase`; `progress` hears what it is doing.
    pub(crate) async fn settle(
        &self,
        record: &Record,
        phase: Phase,
        wait: Wait,
        progress: &(dyn Fn(&str) + Sync),
    ) -> Result<Settled, Stuck> {
        let (done, mut answer) = oneshot::channel();
        let started = self.clock.now();
        let waiting = Waiting {
            record: record.clone(),
            phase,
            wait,
            started,
            due: started + self.scaled(wait.delay),
            last: String::new(),
            done,
        };
        self.waiting.lock().await.insert(record.instance.clone(), waiting);
        let mut told = String::new();
        loop {
            tokio::select! {
                biased;
                settled = &mut answer => {
                    return settled.unwrap_or(Err(Stuck::Vanished));
                }
                turn = self.driving.lock() => {
                    self.poll().await;
                    drop(turn);
                    if let Some(waiting) = self.waiting.lock().await.get(&record.instance)
                        && waiting.last != told
                    {
                        told.clone_from(&waiting.last);
                        progress(&told);
                    }
                }
            }
        }
    }

    /// Sleeps until the next probe is due and makes all probes that are due by then.
    async fn poll(&self) {
        let Some(next) = self.waiting.lock().await.values().map(|waiting| waiting.due).min() else { return };
        let now = self.clock.now();
        let pause = next.saturating_sub(now).clamp(GATHER, Duration::from_secs(1));
        self.clock.sleep(pause).await;
        let now = self.clock.now();
        let slack = self.scaled(Duration::from_millis(500));
        let due: Vec<Record> = self
            .waiting
            .lock()
            .await
            .values()
            .filter(|waiting| waiting.due <= now + slack)
            .map(|waiting| waiting.record.clone())
            .collect();
        if due.is_empty() {
            return;
        }
        let mut observed = observe(&self.providers, &due).await.by_instance;
        let now = self.clock.now();
        let mut table = self.waiting.lock().await;
        for record in due {
            let Some(mut waiting) = table.remove(&record.instance) else { continue };
            let observation = observed.remove(&record.instance).unwrap_or(Observation::Absent);
            let verdict = match judge(waiting.phase, observation) {
                Ok(Step::Done(settled)) => Ok(settled),
                Err(stuck) => Err(stuck),
                Ok(Step::Again(doing)) => {
                    let after = now.saturating_sub(waiting.started);
                    if after >= waiting.wait.deadline {
                        Err(Stuck::TimedOut { after, last: doing })
                    } else {
                        waiting.last = doing;
                        waiting.due = now + self.scaled(waiting.wait.interval);
                        table.insert(record.instance.clone(), waiting);
                        continue;
                    }
                }
            };
            // The receiver is gone only when its operation was dropped; then nobody waits.
            let _ = waiting.done.send(verdict);
        }
    }
}

enum Step {
    Done(Settled),
    Again(String),
}

fn judge(phase: Phase, observation: Observation) -> Result<Step, Stuck> {
    match (phase, observation) {
        (_, Observation::Inaccessible(fault))
            if fault.kind.is_retryable() || fault.kind == FaultKind::Ambiguous =>
        {
            Ok(Step::Again(format!("unreadable ({fault})")))
        }
        (_, Observation::Inaccessible(fault)) => Err(Stuck::Fault(fault)),
        (Phase::Deleted, Observation::Absent | Observation::GoneButReserved { .. }) => {
            Ok(Step::Done(Settled::Gone))
        }
        (Phase::Deleted, Observation::Present(observed)) => match observed.readiness {
            Readiness::Failed(reason) => Err(Stuck::Failed(reason)),
            Readiness::Pending(doing) => Ok(Step::Again(doing)),
            Readiness::Ready => Ok(Step::Again("still there".to_owned())),
        },
        (Phase::Created, Observation::Absent) => Ok(Step::Again("not visible yet".to_owned())),
        (Phase::Updated, Observation::Absent) => Err(Stuck::Vanished),
        (_, Observation::GoneButReserved { .. }) => Err(Stuck::Vanished),
        (_, Observation::Present(observed)) => match observed.readiness.clone() {
            Readiness::Ready => Ok(Step::Done(Settled::Present(Box::new(observed)))),
            Readiness::Pending(doing) => Ok(Step::Again(doing)),
            Readiness::Failed(reason) => Err(Stuck::Failed(reason)),
        },
    }
}
