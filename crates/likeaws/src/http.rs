//! One request, one connection: all that a proxy and a test need of an HTTP client.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::{Request, Response, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::Error;

/// Sends `request` to `host:port` and reads the whole answer.
///
/// # Errors
///
/// If there is no answer.
pub async fn send(address: &str, request: Request<Bytes>) -> Result<Response<Bytes>, Error> {
    let url = format!("{} http://{address}{}", request.method(), request.uri());
    let failed = |reason: String| Error::NoAnswer { url: url.clone(), reason };
    let stream = TcpStream::connect(address).await.map_err(|error| failed(error.to_string()))?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|error| failed(error.to_string()))?;
    let connection = tokio::spawn(connection);
    let answer: Response<Incoming> =
        sender.send_request(request.map(Full::new)).await.map_err(|error| failed(error.to_string()))?;
    let (head, body) = answer.into_parts();
    let body = body.collect().await.map_err(|error| failed(error.to_string()))?.to_bytes();
    connection.abort();
    Ok(Response::from_parts(head, body))
}

/// Sends `request` on, and gives the answer back without what belongs to the connection that it came over.
///
/// # Errors
///
/// If there is no answer.
pub async fn forward(address: &str, request: Request<Bytes>) -> Result<Response<Bytes>, Error> {
    let mut answer = send(address, request).await?;
    answer.headers_mut().remove(header::TRANSFER_ENCODING);
    answer.headers_mut().remove(header::CONNECTION);
    Ok(answer)
}

/// The text of a successful answer.
///
/// # Errors
///
/// If there is no answer, or it says that something is wrong.
pub async fn text(address: &str, request: Request<Bytes>) -> Result<String, Error> {
    let url = format!("{} http://{address}{}", request.method(), request.uri());
    let answer = send(address, request).await?;
    let text = String::from_utf8_lossy(answer.body()).into_owned();
    if answer.status().is_success() {
        Ok(text)
    } else {
        Err(Error::NoAnswer { url, reason: format!("{}: {text}", answer.status()) })
    }
}
