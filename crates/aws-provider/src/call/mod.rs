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
use aws_types::request_id::RequestId;
use ironward_core::clock::Clock;
use ironward_core::error::{ENDPOINT_IN_CLEAR, ProviderError, ProviderErrorKind};
use ironward_core::telling;

use crate::classify::spelled;
use crate::gate::Gate;
use crate::service::Services;
use crate::throttle::Throttle;
use crate::transport::InClear;

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

/// What the SDK says went wrong, without the type of the operation's errors.
enum Failure<'a> {
    /// The service refused: its answer, the code and the message.
    Refused(&'a Response, Option<&'a str>, Option<&'a str>),
    /// There was no request.
    Construction(&'a dyn Error),
    /// The request didn't get through.
    Dispatch(&'a (dyn Error + 'static)),
    /// Anything else, such as an answer that can't be read.
    Other(&'a dyn Error),
}

/// The ids of a request in the headers of its answer, the first of each that is there.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/CommonErrors.html
// https://docs.aws.amazon.com/AmazonS3/latest/API/RESTCommonResponseHeaders.html
const REQUEST_ID: [&str; 2] = ["x-amzn-requestid", "x-amz-request-id"];
/// See [`REQUEST_ID`].
const EXTENDED_REQUEST_ID: &str = "x-amz-id-2";

/// What the service calls a request, by the headers of its answer.
fn told(error: ProviderError, answer: Option<&Response>) -> ProviderError {
    let Some(headers) = answer.map(Response::headers) else { return error };
    let id = REQUEST_ID.iter().find_map(|name| headers.get(name));
    error.with_request_id(id).with_extended_request_id(headers.get(EXTENDED_REQUEST_ID))
}

/// What the SDK's error of a call means. Whatever isn't known to have had no effect is ambiguous where the call must
/// not be repeated.
pub fn error_of<E>(action: &'static str, repeat: Repeat, error: &SdkError<E, Response>) -> ProviderError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    error_by(&Services::default(), action, repeat, error)
}

fn error_by<E>(
    services: &Services,
    action: &'static str,
    repeat: Repeat,
    error: &SdkError<E, Response>,
) -> ProviderError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let failure = match error {
        SdkError::ServiceError(answer) => {
            Failure::Refused(answer.raw(), answer.err().code(), answer.err().message())
        }
        SdkError::ConstructionFailure(_) => Failure::Construction(error),
        SdkError::DispatchFailure(_) => Failure::Dispatch(error),
        _ => Failure::Other(error),
    };
    let cause = told(classified(services, action, repeat, failure), error.raw_response());
    // Some services write it into the answer alone.
    let SdkError::ServiceError(answer) = error else { return cause };
    match (&cause.request_id, answer.err().meta().request_id()) {
        (None, said) => cause.with_request_id(said),
        _ => cause,
    }
}

fn classified(
    services: &Services,
    action: &'static str,
    repeat: Repeat,
    failure: Failure<'_>,
) -> ProviderError {
    match failure {
        Failure::Refused(answer, code, message) => {
            let status = answer.status().as_u16();
            let code = code.map_or_else(|| format!("HTTP {status}"), str::to_owned);
            let message = message.unwrap_or("the service gave no reason").to_owned();
            let kind = match services.classify(action, &code, &message) {
                ProviderErrorKind::Other => match status {
                    404 => ProviderErrorKind::NotFound,
                    403 => ProviderErrorKind::Denied,
                    429 => ProviderErrorKind::Throttled,
                    // Nothing says that it had no effect.
                    503 if repeat == Repeat::Idempotent => ProviderErrorKind::Throttled,
                    500.. => ProviderErrorKind::Ambiguous,
                    _ => ProviderErrorKind::Other,
                },
                kind => kind,
            };
            ProviderError::new(kind, action, message).with_code(code)
        }
        Failure::Construction(error) => {
            let context = DisplayErrorContext(error).to_string();
            ProviderError::new(construction(&context), action, chain(error))
        }
        Failure::Dispatch(error) if InClear::caused(error) => {
            ProviderError::new(ProviderErrorKind::Invalid, action, chain(error)).with_code(ENDPOINT_IN_CLEAR)
        }
        Failure::Dispatch(error) => {
            let lower = DisplayErrorContext(error).to_string().to_lowercase();
            let kind = if lower.contains("credential") {
                ProviderErrorKind::Denied
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
                ProviderErrorKind::Unreachable
            } else {
                ProviderErrorKind::Ambiguous
            };
            ProviderError::new(kind, action, chain(error))
        }
        Failure::Other(error) => ProviderError::new(ProviderErrorKind::Ambiguous, action, chain(error)),
    }
}

fn construction(text: &str) -> ProviderErrorKind {
    if text.to_lowercase().contains("credential") {
        ProviderErrorKind::Denied
    } else {
        ProviderErrorKind::Invalid
    }
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
