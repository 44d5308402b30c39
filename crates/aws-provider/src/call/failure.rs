//! What the SDK's errors mean.

use std::error::Error;

use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::http::Response;
use aws_smithy_types::error::display::DisplayErrorContext;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::request_id::RequestId;
use ironward_core::error::{ENDPOINT_IN_CLEAR, ProviderError, ProviderErrorKind};

use super::Repeat;
use crate::service::Services;
use crate::transport::InClear;

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

pub(super) fn error_by<E>(
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
