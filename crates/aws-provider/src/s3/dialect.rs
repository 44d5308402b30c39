//! Emulators' XML in the form that S3 documents.
//!
//! moto names the root of two answers after the action and not after their type, which the SDK
//! doesn't read. Only answers of emulators pass through here.

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;

/// The question, the root that it is answered with, and the root that S3 documents.
const ROOTS: &[(&str, &str, &str)] = &[
    ("versioning", "GetBucketVersioningResponse", "VersioningConfiguration"),
    ("notification", "GetBucketNotificationResponse", "NotificationConfiguration"),
];

/// A client whose answers have the documented roots.
pub(super) fn documented(inner: SharedHttpClient) -> SharedHttpClient {
    http_client_fn(move |settings, components| {
        SharedHttpConnector::new(Documented(inner.http_connector(settings, components)))
    })
}

#[derive(Debug)]
struct Documented(SharedHttpConnector);

impl HttpConnector for Documented {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let asked = request.uri().split_once('?').map_or("", |(_, query)| query);
        let root = ROOTS.iter().find(|(what, ..)| request.method() == "GET" && asked.starts_with(what));
        let answer = self.0.call(request);
        match root {
            None => answer,
            Some((_, from, to)) => {
                HttpConnectorFuture::new(async move { renamed(answer.await?, from, to).await })
            }
        }
    }
}

async fn renamed(mut answer: HttpResponse, from: &str, to: &str) -> Result<HttpResponse, ConnectorError> {
    let body = std::mem::replace(answer.body_mut(), SdkBody::taken());
    let bytes = ByteStream::new(body).collect().await.map_err(|error| ConnectorError::io(error.into()))?;
    let text = String::from_utf8_lossy(&bytes.into_bytes()).replace(from, to);
    answer.headers_mut().insert("content-length", text.len().to_string());
    *answer.body_mut() = SdkBody::from(text);
    Ok(answer)
}
