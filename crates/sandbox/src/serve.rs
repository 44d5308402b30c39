//! The sandbox over HTTP, for the AWS CLI and anything else that takes an endpoint.

use std::convert::Infallible;
use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response, header};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use winterbaume_core::{MockRequest, MockResponse};

use crate::{Sandbox, SandboxError};

/// How long connections may take to finish their calls once a server stops.
const GRACE: Duration = Duration::from_secs(5);

impl Sandbox {
    /// Serves the sandbox over HTTP/1.1 until `shutdown` resolves; calls under way are then finished.
    ///
    /// Every service answers at the same address: `aws --endpoint-url http://127.0.0.1:PORT …`.
    /// Meanwhile [`Sandbox::served_at`] tells the address to other processes, if the sandbox is kept
    /// in a directory. There is no authentication, so listen on a loopback address.
    ///
    /// # Errors
    ///
    /// [`SandboxError::Listen`] where the listener fails; [`SandboxError::Io`] where the address
    /// cannot be written down.
    pub async fn serve(
        &self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send,
    ) -> Result<(), SandboxError> {
        let address = listener.local_addr().map_err(|source| SandboxError::Listen { source })?;
        if let Some(directory) = self.directory() {
            directory.publish_endpoint(&format!("http://{address}"))?;
        }
        let result = self.accept(&listener, shutdown).await;
        if let Some(directory) = self.directory() {
            directory.clear_endpoint()?;
        }
        result
    }

    async fn accept(
        &self,
        listener: &TcpListener,
        shutdown: impl Future<Output = ()> + Send,
    ) -> Result<(), SandboxError> {
        let mut shutdown = pin!(shutdown);
        let connections = GracefulShutdown::new();
        loop {
            let accepted = tokio::select! {
                () = &mut shutdown => break,
                accepted = listener.accept() => accepted,
            };
            let stream = match accepted {
                Ok((stream, _)) => stream,
                Err(source) if is_transient(&source) => {
                    tracing::warn!(error = %source, "a connection failed before it was accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
                Err(source) => return Err(SandboxError::Listen { source }),
            };
            let sandbox = self.clone();
            let service = service_fn(move |request| {
                let sandbox = sandbox.clone();
                async move { Ok::<_, Infallible>(sandbox.exchange(request).await) }
            });
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .serve_connection(TokioIo::new(stream), service);
            let connection = connections.watch(connection);
            tokio::spawn(async move {
                if let Err(error) = connection.await {
                    tracing::debug!(%error, "a connection ended early");
                }
            });
        }
        if tokio::time::timeout(GRACE, connections.shutdown()).await.is_err() {
            tracing::warn!("connections were still open when the server stopped");
        }
        Ok(())
    }

    async fn exchange(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let head = request.method() == Method::HEAD;
        let (parts, body) = request.into_parts();
        let answer = match body.collect().await {
            Ok(body) => {
                let host = parts
                    .headers
                    .get(header::HOST)
                    .and_then(|host| host.to_str().ok())
                    .unwrap_or("localhost");
                let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
                self.answer(MockRequest {
                    method: parts.method.to_string(),
                    uri: format!("http://{host}{path}"),
                    headers: parts.headers,
                    body: body.to_bytes(),
                })
                .await
            }
            Err(error) => {
                tracing::debug!(%error, "a request ended early");
                MockResponse::error(400, "IncompleteBody", "The request ended before its body did.")
            }
        };
        respond(answer, head)
    }
}

fn respond(answer: MockResponse, head: bool) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(answer.body));
    if let Ok(status) = answer.status.try_into() {
        *response.status_mut() = status;
    }
    *response.headers_mut() = answer.headers;
    // The emulators write some of these themselves; here the connection decides, except that the
    // answer to HEAD tells the length of a body that is not sent.
    if !head {
        response.headers_mut().remove(header::CONTENT_LENGTH);
    }
    response.headers_mut().remove(header::TRANSFER_ENCODING);
    response
}

/// Whether the next connection may well succeed: this one went away, or file handles ran out.
fn is_transient(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionReset, Interrupted};
    const TOO_MANY_OPEN_FILES: [i32; 2] = [23, 24];
    matches!(error.kind(), ConnectionAborted | ConnectionReset | Interrupted)
        || error.raw_os_error().is_some_and(|code| TOO_MANY_OPEN_FILES.contains(&code))
}
