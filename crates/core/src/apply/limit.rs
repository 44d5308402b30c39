//! The time that one operation may take.

use std::future::Future;
use std::time::Duration;

use crate::cloud::provider::Wait;
use crate::model::clock::Clock;
use crate::model::error::{ProviderError, ProviderErrorKind};

/// The option `timeout` of a resource, counted from the start of one operation on it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limit {
    pub(super) started: Duration,
    timeout: Option<Duration>,
}

impl Limit {
    pub(super) fn new(started: Duration, timeout: Option<Duration>) -> Self {
        Self { started, timeout }
    }

    /// Runs a call until the limit. A call that is cut off may have had its effect.
    pub(super) async fn bound<T, E: From<ProviderError>>(
        self,
        clock: &dyn Clock,
        action: &'static str,
        call: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        let Some(timeout) = self.timeout else { return call.await };
        let left = (self.started + timeout).saturating_sub(clock.now());
        tokio::select! {
            biased;
            result = call => result,
            () = clock.sleep(left) => {
                let message = format!("it took longer than its timeout of {} s", timeout.as_secs_f64());
                Err(ProviderError::new(ProviderErrorKind::Ambiguous, action, message).into())
            }
        }
    }

    /// A wait with this limit for a deadline, and since when that counts.
    pub(super) fn apply(self, wait: Wait, now: Duration) -> (Wait, Duration) {
        match self.timeout {
            Some(deadline) => (Wait { deadline, ..wait }, self.started),
            None => (wait, now),
        }
    }
}
