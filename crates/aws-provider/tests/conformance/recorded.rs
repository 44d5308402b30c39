//! What handlers send in process, on record for the judge of `cargo xtask test`.

use std::cell::Cell;
use std::path::Path;
use std::sync::OnceLock;
use std::thread;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use ironward_likeaws::recording::{Recording, Sender};

thread_local! {
    /// Whether this test is about values that were drawn. Each has a thread of its own.
    static DRAWN: Cell<bool> = const { Cell::new(false) };
}

/// Until it is dropped, what the test sends carries values that no service need take.
pub struct Drawn(());

impl Drawn {
    pub fn begin() -> Self {
        DRAWN.set(true);
        Self(())
    }
}

impl Drop for Drawn {
    fn drop(&mut self) {
        DRAWN.set(false);
    }
}

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
        Some(recording) => http_client_fn(move |settings, components| {
            let inner = inner.http_connector(settings, components);
            SharedHttpConnector::new(Tap { inner, recording })
        }),
        None => inner,
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
        let drawn = DRAWN.get();
        let answer = self.inner.call(request);
        HttpConnectorFuture::new(async move {
            let answer = answer.await;
            if let Some(copy) = copy {
                let status = answer.as_ref().ok().map(|answer| answer.status().as_u16());
                let sender = Sender { test: test.as_deref(), drawn };
                recording.keep(&copy, status, sender).unwrap();
            }
            answer
        })
    }
}
