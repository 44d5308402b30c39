//! Answers of the sandbox itself, in the form that the request's protocol expects.

use http::header::CONTENT_TYPE;
use winterbaume_core::{MockRequest, MockResponse, json_error_response, xml_escape};

/// Refuses a request.
pub(crate) fn refusal(request: &MockRequest, status: u16, code: &str, message: &str) -> MockResponse {
    let header = |name: &str| request.headers.get(name).and_then(|value| value.to_str().ok());
    let speaks_json = header("x-amz-target").is_some()
        || header(CONTENT_TYPE.as_str()).is_some_and(|kind| kind.contains("json"));
    if speaks_json {
        json_error_response(status, code, message)
    } else {
        MockResponse::error(status, code, &xml_escape(message))
    }
}

/// Says that the sandbox could not do what it should have.
pub(crate) fn failure(request: &MockRequest, message: &str) -> MockResponse {
    refusal(request, 500, "InternalFailure", message)
}
