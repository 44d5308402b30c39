//! Making one API call: classification of what comes back, and repeating what is safe to repeat.
//!
//! The SDK's own retries are off. A call that changes something is repeated only when the service
//! says that it had no effect; an ambiguous outcome goes back to the engine, which looks first.
//! How fast calls are made follows what the service lets through.

use std::error::Error;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
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

/// A call that can be attempted again and again.
trait Call: Send {
    /// Its action, and whether it may be repeated after an ambiguous outcome.
    fn about(&self) -> (&'static str, Repeat);

    /// Makes it once; what came back and was accepted is kept.
    fn attempt(&mut self) -> Pin<Box<dyn Future<Output = Result<(), Fault>> + Send + '_>>;
}

/// A call through the SDK, and what it brought.
struct Attempts<R, A, U, F, T> {
    action: &'static str,
    repeat: Repeat,
    request: R,
    accept: A,
    accepted: Option<U>,
    /// The future of the request, and its answer: they live as long as the request.
    sent: PhantomData<fn() -> (F, T)>,
}

impl<T, U, E, F, R, A> Call for Attempts<R, A, U, F, T>
where
    T: Send,
    U: Send,
    E: ProvideErrorMetadata + Error + 'static,
    F: Future<Output = Result<T, SdkError<E, Response>>> + Send,
    R: Fn() -> F + Send,
    A: Fn(T) -> Result<U, Fault> + Send,
{
    fn about(&self) -> (&'static str, Repeat) {
        (self.action, self.repeat)
    }

    fn attempt(&mut self) -> Pin<Box<dyn Future<Output = Result<(), Fault>> + Send + '_>> {
        let sent = (self.request)();
        Box::pin(async move {
            let answer = sent.await.map_err(|error| fault_of(self.action, self.repeat, &error))?;
            self.accepted = Some((self.accept)(answer)?);
            Ok(())
        })
    }
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
    pub fn call<T, E, F>(
        &self,
        action: &'static str,
        request: impl Fn() -> F + Send,
    ) -> impl Future<Output = Result<T, Fault>> + Send
    where
        T: Send,
        E: ProvideErrorMetadata + Error + 'static,
        F: Future<Output = Result<T, SdkError<E, Response>>> + Send,
    {
        self.send(action, Repeat::Idempotent, request, Ok)
    }

    /// Makes a call that brings something into being.
    ///
    /// # Errors
    /// The classified [`Fault`]; [`FaultKind::Ambiguous`] when the outcome isn't known.
    pub fn make<T, E, F>(
        &self,
        action: &'static str,
        request: impl Fn() -> F + Send,
    ) -> impl Future<Output = Result<T, Fault>> + Send
    where
        T: Send,
        E: ProvideErrorMetadata + Error + 'static,
        F: Future<Output = Result<T, SdkError<E, Response>>> + Send,
    {
        self.send(action, Repeat::Once, request, Ok)
    }

    /// Makes a call that brings something into being and whose answer may hold a refusal although
    /// the call succeeds; `accept` finds it.
    ///
    /// # Errors
    /// The classified [`Fault`], or what `accept` found.
    pub fn make_accepted<T, U, E, F>(
        &self,
        action: &'static str,
        request: impl Fn() -> F + Send,
        accept: impl Fn(T) -> Result<U, Fault> + Send,
    ) -> impl Future<Output = Result<U, Fault>> + Send
    where
        T: Send,
        U: Send,
        E: ProvideErrorMetadata + Error + 'static,
        F: Future<Output = Result<T, SdkError<E, Response>>> + Send,
    {
        self.send(action, Repeat::Once, request, accept)
    }

    /// Makes a call that may be repeated and whose answer may hold a refusal although the call
    /// succeeds; `accept` finds it.
    ///
    /// # Errors
    /// The classified [`Fault`], or what `accept` found.
    pub fn call_accepted<T, U, E, F>(
        &self,
        action: &'static str,
        request: impl Fn() -> F + Send,
        accept: impl Fn(T) -> Result<U, Fault> + Send,
    ) -> impl Future<Output = Result<U, Fault>> + Send
    where
        T: Send,
        U: Send,
        E: ProvideErrorMetadata + Error + 'static,
        F: Future<Output = Result<T, SdkError<E, Response>>> + Send,
    {
        self.send(action, Repeat::Idempotent, request, accept)
    }

    /// Makes a call and takes "not found" for an answer.
    ///
    /// # Errors
    /// The classified [`Fault`] of anything else.
    pub async fn find<T, E, F>(
        &self,
        action: &'static str,
        request: impl Fn() -> F + Send,
    ) -> Result<Option<T>, Fault>
    where
        T: Send,
        E: ProvideErrorMetadata + Error + 'static,
        F: Future<Output = Result<T, SdkError<E, Response>>> + Send,
    {
        match self.send(action, Repeat::Idempotent, request, Ok).await {
            Ok(found) => Ok(Some(found)),
            Err(fault) if fault.kind == FaultKind::NotFound => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    /// The part of a call that is compiled for each operation, and so does as little as it can:
    /// everything else is in [`Self::until_accepted`], which is compiled once.
    async fn send<T, U, E, F>(
        &self,
        action: &'static str,
        repeat: Repeat,
        request: impl Fn() -> F + Send,
        accept: impl Fn(T) -> Result<U, Fault> + Send,
    ) -> Result<U, Fault>
    where
        T: Send,
        U: Send,
        E: ProvideErrorMetadata + Error + 'static,
        F: Future<Output = Result<T, SdkError<E, Response>>> + Send,
    {
        let mut attempts = Attempts { action, repeat, request, accept, accepted: None, sent: PhantomData };
        self.until_accepted(&mut attempts).await?;
        attempts.accepted.ok_or_else(|| Fault::new(FaultKind::Other, action, "no attempt was made"))
    }

    /// Repeats a call until it is accepted, or until repeating doesn't help any more.
    async fn until_accepted(&self, call: &mut dyn Call) -> Result<(), Fault> {
        let (action, repeat) = call.about();
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
            let Err(fault) = call.attempt().await else {
                self.throttle.passed(action);
                return Ok(());
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

/// What the SDK says went wrong, without the type of the operation's errors.
enum Failure<'a> {
    /// The service refused: status, code, message.
    Refused(u16, Option<&'a str>, Option<&'a str>),
    /// There was no request.
    Construction(&'a dyn Error),
    /// The request didn't get through.
    Dispatch(&'a dyn Error),
    /// Anything else.
    Other(&'a dyn Error),
}

pub(crate) fn fault_of<E>(action: &'static str, repeat: Repeat, error: &SdkError<E, Response>) -> Fault
where
    E: ProvideErrorMetadata + Error + 'static,
{
    classified(
        action,
        repeat,
        match error {
            SdkError::ServiceError(answer) => {
                let meta = answer.err();
                Failure::Refused(answer.raw().status().as_u16(), meta.code(), meta.message())
            }
            SdkError::ConstructionFailure(_) => Failure::Construction(error),
            SdkError::DispatchFailure(_) => Failure::Dispatch(error),
            _ => Failure::Other(error),
        },
    )
}

fn classified(action: &'static str, repeat: Repeat, failure: Failure<'_>) -> Fault {
    match failure {
        Failure::Refused(status, code, message) => {
            let code = code.map_or_else(|| format!("HTTP {status}"), str::to_owned);
            let message = message.unwrap_or("the service gave no reason").to_owned();
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
        Failure::Construction(error) => {
            let context = DisplayErrorContext(error).to_string();
            Fault::new(construction(&context), action, chain(error))
        }
        Failure::Dispatch(error) => {
            let lower = DisplayErrorContext(error).to_string().to_lowercase();
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
        Failure::Other(error) => Fault::new(FaultKind::Ambiguous, action, chain(error)),
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
