//! What is sent, where no emulator shows it: an HTTP client in front of a sandbox that keeps every
//! request.

use std::sync::{Arc, Mutex};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;

/// What passed through an HTTP client.
#[derive(Debug, Clone, Default)]
pub struct Wire {
    seen: Arc<Mutex<Vec<Sent>>>,
}

/// A request that was sent: the operation, and its body as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// The operation's name.
    pub operation: String,
    /// The body: JSON, XML, or a form with its escapes undone.
    pub body: String,
}

impl Wire {
    /// A client in front of another that keeps what passes.
    pub fn before(&self, inner: SharedHttpClient) -> SharedHttpClient {
        let seen = Arc::clone(&self.seen);
        http_client_fn(move |settings, components| {
            let inner = inner.http_connector(settings, components);
            SharedHttpConnector::new(Tap { inner, seen: Arc::clone(&seen) })
        })
    }

    /// The requests of an operation, in their order.
    pub fn sent(&self, operation: &str) -> Vec<Sent> {
        self.seen.lock().unwrap().iter().filter(|sent| sent.operation == operation).cloned().collect()
    }
}

#[derive(Debug)]
struct Tap {
    inner: SharedHttpConnector,
    seen: Arc<Mutex<Vec<Sent>>>,
}

impl HttpConnector for Tap {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        self.seen.lock().unwrap().push(Sent::of(&request));
        self.inner.call(request)
    }
}

impl Sent {
    fn of(request: &HttpRequest) -> Self {
        let text = request.body().bytes().map(String::from_utf8_lossy).unwrap_or_default().into_owned();
        let (operation, body) = match request.headers().get("x-amz-target") {
            Some(target) => (target.rsplit('.').next().unwrap_or(target).to_owned(), text),
            None => {
                let body = unescaped(&text);
                let action = body.split('&').find_map(|pair| pair.strip_prefix("Action="));
                (action.unwrap_or_default().to_owned(), body)
            }
        };
        Self { operation, body }
    }
}

/// The operation of a request: its target or its action, empty for REST.
pub fn operation_of(request: &HttpRequest) -> String {
    Sent::of(request).operation
}

/// A form with its escapes undone.
pub fn unescaped(form: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = form.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let digits = [rest.next().unwrap_or(b'0'), rest.next().unwrap_or(b'0')];
                let digits = String::from_utf8_lossy(&digits).into_owned();
                bytes.push(u8::from_str_radix(&digits, 16).unwrap_or(b'?'));
            }
            b'+' => bytes.push(b' '),
            byte => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
