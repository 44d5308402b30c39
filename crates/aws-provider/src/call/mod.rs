//! Making one API call: classification of what comes back, and repeating what is safe to repeat.
//!
//! The SDK's own retries are off. A call that changes something is repeated only when the service
//! says that it had no effect; an ambiguous outcome goes back to the engine, which looks first.
//! How fast calls are made follows what the service lets through.

mod failure;

use std::error::Error;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::http::Response;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::request_id::RequestId;
use ironward_core::clock::Clock;
use ironward_core::error::{ProviderError, ProviderErrorKind};
use ironward_core::telling;
use tracing::Instrument;

use crate::classify::spelled;
use crate::gate::Gate;
use crate::service::Services;
use crate::throttle::Throttle;

use failure::error_by;
pub use failure::error_of;

/// What handlers call the API through.
#[derive(Clone)]
pub struct Caller {
    clock: Arc<dyn Clock>,
    throttle: Arc<Throttle>,
    services: Services,
    emulated: bool,
    gate: Gate,
}

/// Whether a call may be repeated after an ambiguous outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
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
    fn attempt(&mut self) -> Pin<Box<dyn Future<Output = Result<(), ProviderError>> + Send + '_>>;
}

/// A call through the SDK, and what it brought.
struct Attempts<'s, R, A, U, F, T> {
    services: &'s Services,
    action: &'static str,
    repeat: Repeat,
    request: R,
    accept: A,
    accepted: Option<U>,
    /// The future of the request, and its answer: they live as long as the request.
    sent: PhantomData<fn() -> (F, T)>,
}

impl<T, U, E, F, R, A> Call for Attempts<'_, R, A, U, F, T>
where
    T: Send,
    U: Send,
    E: ProvideErrorMetadata + Error + 'static,
    F: Future<Output = Result<T, SdkError<E, Response>>> + Send,
    R: Fn() -> F + Send,
    A: Fn(T) -> Result<U, ProviderError> + Send,
{
    fn about(&self) -> (&'static str, Repeat) {
        (self.action, self.repeat)
    }

    fn attempt(&mut self) -> Pin<Box<dyn Future<Output = Result<(), ProviderError>> + Send + '_>> {
        let sent = (self.request)();
        Box::pin(async move {
            let answer =
                sent.await.map_err(|error| error_by(self.services, self.action, self.repeat, &error))?;
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
        Self::of(Services::default(), clock, emulated)
    }

    /// The same for services that aren't of this crate, too.
    pub(crate) fn of(services: Services, clock: Arc<dyn Clock>, emulated: bool) -> Self {
        let rates = if emulated { Throttle::unlimited } else { Throttle::new };
        let throttle = Arc::new(rates(Arc::clone(&clock), services.clone()));
        Self { throttle, services, clock, emulated, gate: Gate::default() }
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

    /// Looks again and again until nothing is under way any more, and tells from the first minute on what
    /// that is. It ends after `patience` at the latest: what comes next says why it can't be done.
    ///
    /// # Errors
    /// The [`ProviderError`] of a look.
    pub(crate) async fn until_idle<F>(
        &self,
        patience: Duration,
        look: impl Fn() -> F + Send,
    ) -> Result<(), ProviderError>
    where
        F: Future<Output = Result<Option<String>, ProviderError>> + Send,
    {
        let (patience, pause) = match self.emulated {
            true => (patience.min(Duration::from_secs(8)), Duration::from_millis(500)),
            false => (patience, Duration::from_secs(10)),
        };
        let started = self.clock.now();
        let mut tell = QUIET;
        while let Some(doing) = look().await? {
            let waited = self.clock.now().saturating_sub(started);
            if waited >= patience {
                break;
            }
            if waited >= tell {
                telling::tell(&format!("{doing}; for {} at most", spelled(patience)));
                tell = waited + AGAIN;
            }
            self.clock.sleep(pause).await;
        }
        Ok(())
    }

    /// Makes a call that reads, or that sets something to a value. `action` is as IAM writes it,
    /// such as `kms:DescribeKey`.
    ///
    /// # Errors
    /// The classified [`ProviderError`], once repeating doesn't help any more.
    pub fn call<T, E, F>(
        &self,
        action: &'static str,
        request: impl Fn() -> F + Send,
    ) -> impl Future<Output = Result<T, ProviderError>> + Send
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
    /// The classified [`ProviderError`]; [`ProviderErrorKind::Ambiguous`] when the outcome isn't known.
    pub fn make<T, E, F>(
        &self,
        action: &'static str,
        request: impl Fn() -> F + Send,
    ) -> impl Future<Output = Result<T, ProviderError>> + Send
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
    /// The classified [`ProviderError`], or what `accept` found.
    pub fn make_accepted<T, U, E, F>(
        &self,
        action: &'static str,
        request: impl Fn() -> F + Send,
        accept: impl Fn(T) -> Result<U, ProviderError> + Send,
    ) -> impl Future<Output = Result<U, ProviderError>> + Send
    where
        T: RequestId + Send,
        U: Send,
        E: ProvideErrorMetadata + Error + 'static,
        F: Future<Output = Result<T, SdkError<E, Response>>> + Send,
    {
        self.send(action, Repeat::Once, request, identified(accept))
    }

    /// Makes a call that may be repeated and whose answer may hold a refusal although the call
    /// succeeds; `accept` finds it.
    ///
    /// # Errors
    /// The classified [`ProviderError`], or what `accept` found.
    pub fn call_accepted<T, U, E, F>(
        &self,
        action: &'static str,
        request: impl Fn() -> F + Send,
        accept: impl Fn(T) -> Result<U, ProviderError> + Send,
    ) -> impl Future<Output = Result<U, ProviderError>> + Send
    where
        T: RequestId + Send,
        U: Send,
        E: ProvideErrorMetadata + Error + 'static,
        F: Future<Output = Result<T, SdkError<E, Response>>> + Send,
    {
        self.send(action, Repeat::Idempotent, request, identified(accept))
    }

    /// Makes a call and takes "not found" for an answer.
    ///
    /// # Errors
    /// The classified [`ProviderError`] of anything else.
    pub async fn find<T, E, F>(
        &self,
        action: &'static str,
        request: impl Fn() -> F + Send,
    ) -> Result<Option<T>, ProviderError>
    where
        T: Send,
        E: ProvideErrorMetadata + Error + 'static,
        F: Future<Output = Result<T, SdkError<E, Response>>> + Send,
    {
        match self.send(action, Repeat::Idempotent, request, Ok).await {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.kind == ProviderErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The part of a call that is compiled for each operation, and so does as little as it can:
    /// everything else is in [`Self::until_accepted`], which is compiled once.
    async fn send<T, U, E, F>(
        &self,
        action: &'static str,
        repeat: Repeat,
        request: impl Fn() -> F + Send,
        accept: impl Fn(T) -> Result<U, ProviderError> + Send,
    ) -> Result<U, ProviderError>
    where
        T: Send,
        U: Send,
        E: ProvideErrorMetadata + Error + 'static,
        F: Future<Output = Result<T, SdkError<E, Response>>> + Send,
    {
        let services = &self.services;
        let mut attempts =
            Attempts { services, action, repeat, request, accept, accepted: None, sent: PhantomData };
        self.until_accepted(&mut attempts).await?;
        attempts
            .accepted
            .ok_or_else(|| ProviderError::new(ProviderErrorKind::Other, action, "no attempt was made"))
    }

    /// Repeats a call until it is accepted, or until repeating doesn't help any more; what keeps it
    /// from being accepted is told from the first minute on.
    async fn until_accepted(&self, call: &mut dyn Call) -> Result<(), ProviderError> {
        let (action, repeat) = call.about();
        let span = tracing::debug_span!("call", action);
        self.repeated(call, action, repeat).instrument(span).await
    }

    async fn repeated(
        &self,
        call: &mut dyn Call,
        action: &'static str,
        repeat: Repeat,
    ) -> Result<(), ProviderError> {
        let started = self.clock.now();
        // Waiting for a turn says nothing about the service: it doesn't count.
        let mut queued = Duration::ZERO;
        let mut attempt: u32 = 0;
        let mut tell = QUIET;
        loop {
            queued += self.throttle.turn(action).await;
            // Asked again for every attempt: the turn, or the pause before it, may have taken long.
            if changes(action) {
                self.gate.pass(action)?;
            }
            let Err(error) = call.attempt().await else {
                self.throttle.passed(action);
                return Ok(());
            };
            if error.kind == ProviderErrorKind::Throttled {
                self.throttle.throttled(action);
            }
            let (patience, until) = self.patience(&error, repeat);
            let waited = self.clock.now().saturating_sub(started + queued);
            // What it says may repeat what it was told.
            let (kind, code, request_id) = (error.kind, error.code.as_str(), error.request_id.as_deref());
            tracing::debug!(?kind, code, request_id, attempt, again = waited < patience, "refused");
            if waited >= patience {
                return Err(given_up(error, waited));
            }
            if waited >= tell {
                let until = until.map_or_else(String::new, |until| format!(" until {until},"));
                telling::tell(&format!("{error}; asked again{until} for {} at most", spelled(patience)));
                tell = waited + AGAIN;
            }
            self.clock.sleep(self.pause(attempt, patience).min(patience - waited)).await;
            attempt += 1;
        }
    }

    /// For how long a kind of fault is worth repeating a call, and what happens meanwhile.
    fn patience(&self, error: &ProviderError, repeat: Repeat) -> (Duration, Option<&'static str>) {
        let own = self.services.patience(&error.action, error.kind, &error.message);
        let general = match error.kind {
            ProviderErrorKind::Throttled | ProviderErrorKind::Conflict => 300,
            ProviderErrorKind::Propagating | ProviderErrorKind::InUse => 120,
            ProviderErrorKind::Ambiguous if repeat == Repeat::Idempotent => 60,
            _ if !self.emulated && self.services.is_late(&error.action, &error.code) => 60,
            _ => 0,
        };
        let seconds = own.map_or(general, |own| own.seconds);
        let seconds = if self.emulated { seconds.min(8) } else { seconds };
        (Duration::from_secs(seconds), own.map(|own| own.until))
    }

    /// How long to wait before the next attempt: what takes long is asked for less often.
    fn pause(&self, attempt: u32, patience: Duration) -> Duration {
        let doublings = if patience > LONG { 7 } else { 5 };
        let full = Duration::from_millis(250) * 2u32.pow(attempt.min(doublings));
        if self.emulated { full / 10 } else { full }
    }
}

/// For how long a refusal isn't told: most are over by then.
const QUIET: Duration = Duration::from_secs(60);

/// How often it is told from then on.
const AGAIN: Duration = Duration::from_secs(300);

/// What counts as long to wait for.
const LONG: Duration = Duration::from_secs(300);

/// A fault that stayed, with how long it was waited for.
fn given_up(mut error: ProviderError, waited: Duration) -> ProviderError {
    if waited >= Duration::from_secs(1) {
        error.message = format!("{} (still so after {})", error.message, spelled(waited));
    }
    error
}

/// Adds to what `accept` finds in an answer what the service calls the request.
fn identified<T: RequestId, U>(
    accept: impl Fn(T) -> Result<U, ProviderError> + Send,
) -> impl Fn(T) -> Result<U, ProviderError> + Send {
    move |answer| {
        let id = answer.request_id().map(str::to_owned);
        accept(answer).map_err(|error| error.with_request_id(id.as_deref()))
    }
}

/// Whether an action changes something, by its verb.
fn changes(action: &str) -> bool {
    let verb = action.split_once(':').map_or(action, |(_, verb)| verb);
    !["Describe", "Get", "List"].iter().any(|reading| verb.starts_with(reading))
}

#[cfg(test)]
mod tests;
