//! The sandbox as the AWS SDK's HTTP client.

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use http::{HeaderMap, HeaderName, HeaderValue};
use http_body_util::BodyExt;
use winterbaume_core::{MockRequest, MockResponse};

use crate::Sandbox;

impl Sandbox {
    /// The HTTP client that makes an SDK client talk to this sandbox, in any region.
    ///
    /// Requests never leave the process. They have to be made on a Tokio runtime.
    pub fn http_client(&self) -> SharedHttpClient {
        SharedHttpClient::new(InProcess(self.clone()))
    }
}

/// The sandbox in the place of a network.
#[derive(Debug, Clone)]
struct InProcess(Sandbox);

impl HttpClient for InProcess {
    fn http_connector(
        &self,
        _settings: &HttpConnectorSettings,
        _components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for InProcess {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let sandbox = self.0.clone();
        HttpConnectorFuture::new(async move {
            let request = from_sdk(request).await?;
            to_sdk(sandbox.answer(request).await)
        })
    }
}

async fn from_sdk(request: HttpRequest) -> Result<MockRequest, ConnectorError> {
    let mut headers = HeaderMap::new();
    for (name, value) in request.headers() {
        let name = HeaderName::try_from(name).map_err(|e| ConnectorError::user(e.into()))?;
        let value = HeaderValue::try_from(value).map_err(|e| ConnectorError::user(e.into()))?;
        headers.append(name, value);
    }
    let method = request.method().to_owned();
    let uri = request.uri().to_owned();
    let body = request.into_body().collect().await.map_err(ConnectorError::io)?.to_bytes();
    Ok(MockRequest { method, uri, headers, body })
}

fn to_sdk(answer: MockResponse) -> Result<HttpResponse, ConnectorError> {
    let status = StatusCode::try_from(answer.status).map_err(|e| ConnectorError::other(e.into(), None))?;
    let mut response = HttpResponse::new(status, SdkBody::from(answer.body));
    for (name, value) in &answer.headers {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        response.headers_mut().append(name.as_str().to_owned(), value);
    }
    Ok(response)
}
