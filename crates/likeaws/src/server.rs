//! Answers to whole requests on a port of this machine.

use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::Error;

/// A call that gets no answer; its connection is closed.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Hangup(pub String);

impl From<Error> for Hangup {
    fn from(error: Error) -> Self {
        Self(error.to_string())
    }
}

/// Answers on a free port of 127.0.0.1 until the runtime ends. What was sent has its effect even where its sender is
/// gone by then.
///
/// # Errors
///
/// If no port can be had.
pub async fn listen<A, F>(answer: A) -> Result<SocketAddr, Error>
where
    A: Fn(Request<Bytes>) -> F + Clone + Send + 'static,
    F: Future<Output = Result<Response<Bytes>, Hangup>> + Send + 'static,
{
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(Error::io("listening"))?;
    let address = listener.local_addr().map_err(Error::io("listening"))?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let answer = answer.clone();
            let service = service_fn(move |request| serve(answer.clone(), request));
            // The connection of a program that was killed ends in an error.
            tokio::spawn(
                hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service),
            );
        }
    });
    Ok(address)
}

async fn serve<A, F>(answer: A, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Hangup>
where
    A: Fn(Request<Bytes>) -> F,
    F: Future<Output = Result<Response<Bytes>, Hangup>> + Send + 'static,
{
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(|error| Hangup(error.to_string()))?.to_bytes();
    let answered = tokio::spawn(answer(Request::from_parts(head, body)));
    let answered = answered.await.map_err(|error| Hangup(error.to_string()))??;
    Ok(answered.map(Full::new))
}
