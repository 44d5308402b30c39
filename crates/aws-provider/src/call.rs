//! Making one API call: classification of what comes back, and repeating what is safe to repeat.
//!
//! The SDK's own retries are off. A call that changes something is repeated only when the service
//! says that it had no effect; an ambiguous outcome goes back to the engine, which looks first.
//! How fast calls are made follows what the service lets through.

use std::error::Error;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::http::Response;
use aws_smithy_types::error::display::DisplayErrorContext;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use ironward_core::clock::Clock;
use ironward_core::fault::{Fault, FaultKind};

use crate::classify::{classify, is_late};
use crate::gate::Gate;
use crate::throttle::Throttle;

/// What handlers call the API through.
#[derive(Clone)]
pub struct Caller {
    clock: Arc<dyn Clock>,
    throttle: Arc<Throttle>,
    emulated: bool,
    gate: Gate,
}

/// Whether a call may be repeated after an ambiguous outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// Reading, or setting something to a value: the second time does no harm.
    Idempotent,
    /// Making something: the engine looks first.
    Once,
}

impl Caller {
    /// A caller by this clock. Against an emulator it is less patient, since nothing propagates
    /// there, and as fast as it can be. Clones share the rates.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, emulated: bool) -> Self {
        let rates = if emulated { Throttle::unlimited } else { Throttle::new };
        let throttle = Arc::new(rates(Arc::clone(&clock)));
        Self { throttle, clock, emulated, gate: Gate::default() }
    }

    /// Asks this gate before every call that changes something.
    #[must_use]
    pub fn with_gate(mut self, gate: Gate) -> Self {
        self.gate = gate;
        self
    }

    /// Whether calls go to an emulator.
    pub(crate) fn is_emulated(&self) -> bool {
        self.emulated
    }

    /// Makes a call that reads, or that sets something to a value. `action` is as IAM writes it,
    /// such as `kms:DescribeKey`.
    ///
    /// # Errors
    /// The classified [`Fault`], once repeating doesn't help any more.
    pub async fn call<T, E, F>(&self, action: &'static str, request: impl Fn() -> F) -> Result<T, Fault>
    where
        F: Future<Output = Result<T, SdkError<E, Response>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        self.send(action, Repeat::Idempotent, request, Ok).await
    }

    /// Makes a call that brings something into being.
    ///
    /// # Errors
    /// The classified [`Fault`]; [`FaultKind::Ambiguous`] when the outcome isn't known.
    pub async fn make<T, E, F>(&self, action: &'static str, request: impl Fn() -> F) -> Result<T, Fault>
    where
        F: Future<Output = Result<T, SdkError<E, Response>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        self.send(action, Repeat::Once, request, Ok).await
    }

    /// Makes a call that brings something into being and whose answer may hold a refusal although
    /// the call succeeds; `accept` finds it.
    ///
    /// # Errors
    /// The classified [`Fault`], or what `accept` found.
    pub async fn make_accepted<T, U, E, F>(
        &self,
        action: &'static str,
        request: impl Fn() -> F,
        accept: impl Fn(T) -> Result<U, Fault>,
    ) -> Result<U, Fault>
    where
        F: Future<Output = Result<T, SdkError<E, Response>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        self.send(action, Repeat::Once, request, accept).await
    }

    /// Makes a call that may be repeated and whose answer may hold a refusal although the call
    /// succeeds; `accept` finds it.
    ///
    /// # Errors
    /// The classified [`Fault`], or what `accept` found.
    pub async fn call_accepted<T, U, E, F>(
        &self,
        action: &'static str,
        request: impl Fn() -> F,
        accept: impl Fn(T) -> Result<U, Fault>,
    ) -> Result<U, Fault>
    where
        F: Future<Output = Result<T, SdkError<E, Response>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        self.send(action, Repeat::Idempotent, request, accept).await
    }

    /// Makes a call and takes "not found" for an answer.
    ///
    /// # Errors
    /// The classified [`Fault`] of anything else.
    pub async fn find<T, E, F>(
        &self,
        action: &'static str,
        request: impl Fn() -> F,
    ) -> Result<Option<T>, Fault>
    where
        F: Future<Output = Result<T, SdkError<E, Response>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        match self.send(action, Repeat::Idempotent, request, Ok).await {
            Ok(found) => Ok(Some(found)),
            Err(fault) if fault.kind == FaultKind::NotFound => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    async fn send<T, U, E, F>(
        &self,
        action: &'static str,
        repeat: Repeat,
        request: impl Fn() -> F,
        accept: impl Fn(T) -> Result<U, Fault>,
    ) -> Result<U, Fault>
    where
        F: Future<Output = Result<T, SdkError<E, Response>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        let started = self.clock.now();
        // Waiting for a turn says nothing about the service: it doesn't count.
        let mut queued = Duration::ZERO;
        let mut attempt: u32 = 0;
        loop {
            queued += self.throttle.turn(action).await;
            // Asked again for every attempt: the turn, or the pause before it, may have taken long.
            if changes(action) {
                self.gate.pass(action)?;
            }
            let fault = match request().await {
                Ok(answer) => match accept(answer) {
                    Ok(accepted) => {
                        self.throttle.passed(action);
                        return Ok(accepted);
                    }
                    Err(fault) => fault,
                },
                Err(error) => fault_of(action, repeat, &error),
            };
            if fault.kind == FaultKind::Throttled {
                self.throttle.throttled(action);
            }
            let patience = self.patience(&fault, repeat);
            let waited = self.clock.now().saturating_sub(started + queued);
            if waited >= patience {
                return Err(fault);
            }
            self.clock.sleep(self.pause(attempt)).await;
            attempt += 1;
        }
    }

    /// For how long a kind of fault is worth repeating a call.
    fn patience(&self, fault: &Fault, repeat: Repeat) -> Duration {
        let seconds = match fault.kind {
            FaultKind::Throttled | FaultKind::Conflict => 300,
            FaultKind::Propagating => 120,
            FaultKind::InUse => 1200,
            FaultKind::NotFound if !self.emulated && is_late(&fault.action, &fault.code) => 60,
            FaultKind::Ambiguous if repeat == Repeat::Idempotent => 60,
            _ => 0,
        };
        Duration::from_secs(if self.emulated { seconds.min(8) } else { seconds })
    }

    fn pause(&self, attempt: u32) -> Duration {
        let full = Duration::from_millis(250) * 2u32.pow(attempt.min(5));
        if self.emulated { full / 10 } else { full }
    }
}

/// Whether an action changes something, by its verb.
fn changes(action: &str) -> bool {
    let verb = action.split_once(':').map_or(action, |(_, verb)| verb);
    !["Describe", "Get", "List"].iter().any(|reading| verb.starts_with(reading))
}

pub(crate) fn fault_of<E>(action: &'static str, repeat: Repeat, error: &SdkError<E, Response>) -> Fault
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let context = || DisplayErrorContext(error).to_string();
    match error {
        SdkError::ServiceError(answer) => {
            let meta = answer.err();
            let status = answer.raw().status().as_u16();
            let code = meta.code().map_or_else(|| format!("HTTP {status}"), str::to_owned);
            let message = meta.message().unwrap_or("the service gave no reason").to_owned();
            let kind = match classify(action, &code, &message) {
                FaultKind::Other => match status {
                    404 => FaultKind::NotFound,
                    403 => FaultKind::Denied,
                    429 => FaultKind::Throttled,
                    // Nothing says that it had no effect.
                    503 if repeat == Repeat::Idempotent => FaultKind::Throttled,
                    500.. => FaultKind::Ambiguous,
                    _ => FaultKind::Other,
                },
                kind => kind,
            };
            Fault::new(kind, action, message).with_code(code)
        }
        SdkError::ConstructionFailure(_) => Fault::new(construction(&context()), action, chain(error)),
        SdkError::DispatchFailure(_) => {
            let text = context();
            let lower = text.to_lowercase();
            let kind = if lower.contains("credential") {
                FaultKind::Denied
            } else if [
                "connection refused",
                "dns error",
                "failed to lookup",
                "unreachable",
                "invalid certificate",
            ]
            .iter()
            .any(|part| lower.contains(part))
            {
                FaultKind::Unreachable
            } else {
                FaultKind::Ambiguous
            };
            Fault::new(kind, action, chain(error))
        }
        _ => Fault::new(FaultKind::Ambiguous, action, chain(error)),
    }
}

fn construction(text: &str) -> FaultKind {
    if text.to_lowercase().contains("credential") { FaultKind::Denied } else { FaultKind::Invalid }
}

/// An error and its causes, each once: what [`DisplayErrorContext`] says without the debug output that
/// follows there.
fn chain(error: &dyn Error) -> String {
    let mut parts = vec![error.to_string()];
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if parts.last().is_none_or(|last| !last.ends_with(&text)) {
            parts.push(text);
        }
        cause = error.source();
    }
    parts.join(": ")
}

#[cfg(test)]
mod tests;
