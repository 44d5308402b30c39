//! A refusal in the form in which each service says it.

use bytes::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Response, StatusCode};

use crate::call::Call;

/// Why a request is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The service's error code.
    pub code: String,
    /// What it says besides.
    pub message: String,
}

impl Refusal {
    /// A refusal of the caller's mistake, with status 400.
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { status: 400, code: code.into(), message: message.into() }
    }

    /// The same with another status.
    #[must_use]
    pub fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    /// The answer to a call.
    #[must_use]
    pub fn answer(&self, call: &Call) -> Response<Bytes> {
        let Self { code, message, .. } = self;
        let json = call.speaks_json();
        let text = if json {
            serde_json::json!({ "__type": code, "message": message }).to_string()
        } else {
            let message = escaped(message);
            match call.service.as_str() {
                "ec2" => format!(
                    "<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>\
                     <RequestID>likeaws</RequestID></Response>"
                ),
                "s3" => format!("<Error><Code>{code}</Code><Message>{message}</Message></Error>"),
                _ => format!(
                    "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>\
                     <RequestId>likeaws</RequestId></ErrorResponse>"
                ),
            }
        };
        let mut answer = Response::new(Bytes::from(text));
        *answer.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        let kind = if json { "application/x-amz-json-1.1" } else { "text/xml" };
        answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        if let (true, Ok(code)) = (json, HeaderValue::from_str(code)) {
            answer.headers_mut().insert("x-amzn-errortype", code);
        }
        answer
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
