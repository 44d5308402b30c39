//! What handlers send in process, on record for the judge of `cargo xtask test`.

use std::path::Path;
use std::sync::OnceLock;
use std::thread;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use ironward_likeaws::recording::Recording;

/// The recording of this process, if the environment names a directory for it.
fn recording() -> Option<&'static Recording> {
    static RECORDING: OnceLock<Option<Recording>> = OnceLock::new();
    let open = || {
        let directory = std::env::var_os("IRONWARD_TEST_WIRE")?;
        let file = format!("conformance-{}.jsonl", std::process::id());
        Some(Recording::into(&Path::new(&directory).join(file)).unwrap())
    };
    RECORDING.get_or_init(open).as_ref()
}

/// A client whose requests are on record; the client itself where nobody asks for that.
pub fn recorded(inner: SharedHttpClient) -> SharedHttpClient {
    match recording() {
        Some(recording) => SharedHttpClient::new(Recorded { inner, recording }),
        None => inner,
    }
}

#[derive(Debug)]
struct Recorded {
    inner: SharedHttpClient,
    recording: &'static Recording,
}

impl HttpClient for Recorded {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(Tap { inner, recording: self.recording })
    }
}

#[derive(Debug)]
struct Tap {
    inner: SharedHttpConnector,
    recording: &'static Recording,
}

impl HttpConnector for Tap {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let recording = self.recording;
        let copy = request.try_clone().and_then(|copy| copy.try_into_http1x().ok());
        let copy = copy.map(|copy| copy.map(|body| body.bytes().unwrap_or_default().to_vec().into()));
        // A test's thread has its name.
        let test = thread::current().name().map(str::to_owned);
        let answer = self.inner.call(request);
        HttpConnectorFuture::new(async move {
            let answer = answer.await;
            if let Some(copy) = copy {
                let status = answer.as_ref().ok().map(|answer| answer.status().as_u16());
                recording.keep(&copy, status, test.as_deref()).unwrap();
            }
            answer
        })
    }
}
