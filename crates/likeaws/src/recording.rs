//! A record of what was sent, for whoever judges requests when the tests are over.
//!
//! A [`Recording`] is a file with a line of JSON for each signed request:
//!
//! | member | holds |
//! |---|---|
//! | `from` | the test that sent it, where that is known |
//! | `drawn` | whether it carries values that were drawn, be they right or not |
//! | `method`, `host`, `target` | the method, where it went, and the path with the query |
//! | `service`, `region` | what the request was signed for |
//! | `headers` | the headers by name, without the signature and a session's token |
//! | `body` | the body, if it is text of at most [`LONGEST_BODY`] bytes |
//! | `length` | the bytes of the body |
//! | `status` | the status of the answer; null where there was none |
//!
//! [`serve`] is a proxy that changes nothing and records what passes, and the binary `ironward-recorder` is that
//! proxy as a program. A test that has a client of its own calls [`Recording::keep`] itself.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::str;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use hyper::header::HOST;
use hyper::{HeaderMap, Request, Response};
use serde_json::{Map, Value, json};

use crate::Error;
use crate::call::scope;
use crate::rule::Upstream;
use crate::server::{self, Hangup};

/// Longer bodies aren't kept: data of objects, of which there is nothing to judge.
pub const LONGEST_BODY: usize = 200_000;

/// What isn't kept of the headers: it proves who sent the request, and says nothing about it.
const NOT_KEPT: [&str; 2] = ["authorization", "x-amz-security-token"];

/// Who sent a request.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sender<'a> {
    /// The test, where that is known.
    pub test: Option<&'a str>,
    /// Whether its values were drawn: nobody says that a service takes them.
    pub drawn: bool,
}

/// A file with the requests that were sent.
#[derive(Debug)]
pub struct Recording {
    file: Mutex<File>,
}

impl Recording {
    /// Appends to the file at `path`, and makes it if need be.
    ///
    /// # Errors
    ///
    /// If it can't be opened.
    pub fn into(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        Ok(Self { file: Mutex::new(file) })
    }

    /// Keeps a request and the status of its answer; one that isn't signed is a question to the emulator itself and
    /// isn't kept.
    ///
    /// A line is written at once, so that none is lost when a process is killed.
    ///
    /// # Errors
    ///
    /// If the file can't be written.
    pub fn keep(&self, request: &Request<Bytes>, status: Option<u16>, sender: Sender<'_>) -> io::Result<()> {
        let Some(mut line) = line(request, status, sender).map(|line| line.to_string()) else {
            return Ok(());
        };
        line.push('\n');
        self.file.lock().unwrap_or_else(PoisonError::into_inner).write_all(line.as_bytes())
    }
}

fn line(request: &Request<Bytes>, status: Option<u16>, sender: Sender<'_>) -> Option<Value> {
    let scope = scope(request.headers())?;
    let body = request.body();
    let text = if body.len() > LONGEST_BODY { None } else { str::from_utf8(body).ok() };
    Some(json!({
        "from": sender.test,
        "drawn": sender.drawn,
        "method": request.method().as_str(),
        "host": host(request),
        "target": request.uri().path_and_query().map_or("/", |target| target.as_str()),
        "service": scope.service,
        "region": scope.region,
        "headers": headers(request.headers()),
        "body": text,
        "length": body.len(),
        "status": status,
    }))
}

fn host(request: &Request<Bytes>) -> Option<&str> {
    let header = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    request.uri().host().or(header)
}

fn headers(headers: &HeaderMap) -> Map<String, Value> {
    let kept = headers.iter().filter(|(name, _)| !NOT_KEPT.contains(&name.as_str()));
    kept.map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into())).collect()
}

/// Listens on a free port of 127.0.0.1 in front of the emulator at `upstream`, and records what passes, until the
/// runtime ends.
///
/// # Errors
///
/// If no port can be had.
pub async fn serve(upstream: &str, recording: Recording) -> Result<SocketAddr, Error> {
    let shared = Arc::new((Upstream::new(upstream), recording));
    server::listen(move |request| pass(shared.clone(), request)).await
}

async fn pass(
    shared: Arc<(Upstream, Recording)>,
    request: Request<Bytes>,
) -> Result<Response<Bytes>, Hangup> {
    let (upstream, recording) = &*shared;
    let answer = upstream.send(request.clone()).await;
    let status = answer.as_ref().ok().map(|answer| answer.status().as_u16());
    // A request that isn't on record wouldn't be judged, and nobody would know.
    let kept = recording.keep(&request, status, Sender::default());
    kept.map_err(|error| Hangup(format!("writing the recording: {error}")))?;
    Ok(answer?)
}

#[cfg(test)]
mod tests {
    use tokio::runtime::Runtime;

    use super::*;
    use hyper::header::AUTHORIZATION;

    use crate::http;

    fn signed(body: &'static [u8]) -> Request<Bytes> {
        Request::builder()
            .method("PUT")
            .uri("/b/k?x-id=PutObject")
            .header("host", "127.0.0.1")
            .header(
                AUTHORIZATION,
                "AWS4-HMAC-SHA256 Credential=AKID/20260102/eu-west-1/s3/aws4_request, Signature=x",
            )
            .header("x-amz-security-token", "token")
            .header("x-amz-tagging", "a=b")
            .body(Bytes::from_static(body))
            .unwrap()
    }

    fn read(path: &Path) -> Vec<Value> {
        let text = std::fs::read_to_string(path).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn scratch(name: &str) -> std::path::PathBuf {
        let path = std::env::temp_dir().join(format!("ironward-recording-{}-{name}", std::process::id()));
        let _ = std::fs::remove_file(&path);
        path
    }

    #[test]
    fn a_line_has_the_request_and_no_proof_of_who_sent_it() {
        let sender = Sender { test: Some("a_test"), drawn: true };
        let line = line(&signed(b"text"), Some(200), sender).unwrap();
        assert_eq!((&line["host"], &line["target"]), (&json!("127.0.0.1"), &json!("/b/k?x-id=PutObject")));
        assert_eq!((&line["service"], &line["region"]), (&json!("s3"), &json!("eu-west-1")));
        assert_eq!(line["headers"], json!({"host": "127.0.0.1", "x-amz-tagging": "a=b"}));
        assert_eq!((&line["body"], &line["length"]), (&json!("text"), &json!(4)));
        assert_eq!((&line["status"], &line["from"]), (&json!(200), &json!("a_test")));
        assert_eq!(line["drawn"], json!(true));
        assert!(
            super::line(&Request::new(Bytes::new()), None, Sender::default()).is_none(),
            "it isn't signed"
        );
    }

    #[test]
    fn data_is_counted_and_not_kept() {
        let line = |body| line(&signed(body), None, Sender::default()).unwrap();
        assert_eq!((&line(b"\xff\x00")["body"], &line(b"\xff\x00")["length"]), (&Value::Null, &json!(2)));
        let long: &'static [u8] = Box::leak(vec![b'a'; LONGEST_BODY + 1].into_boxed_slice());
        assert_eq!(line(long)["body"], Value::Null);
        assert_ne!(line(&long[1..])["body"], Value::Null);
    }

    #[test]
    fn what_passes_is_recorded_and_left_as_it_is() {
        let path = scratch("passes");
        Runtime::new().unwrap().block_on(async {
            let emulator = server::listen(|request: Request<Bytes>| async move {
                assert_eq!(
                    request.headers()["x-amz-security-token"],
                    "token",
                    "the emulator gets everything"
                );
                let answer = Response::builder().status(409).header("x-amz-request-id", "7");
                Ok(answer.body(request.into_body()).unwrap())
            });
            let emulator = format!("http://{}", emulator.await.unwrap());
            let recorder = serve(&emulator, Recording::into(&path).unwrap()).await.unwrap();
            let answer = http::send(&recorder.to_string(), signed(b"text")).await.unwrap();
            assert_eq!((answer.status().as_u16(), &answer.body()[..]), (409, &b"text"[..]));
            assert_eq!(answer.headers()["x-amz-request-id"], "7");

            let gone = serve("http://127.0.0.1:1", Recording::into(&path).unwrap()).await.unwrap();
            assert!(http::send(&gone.to_string(), signed(b"lost")).await.is_err());
        });
        let lines = read(&path);
        assert_eq!((&lines[0]["body"], &lines[0]["status"]), (&json!("text"), &json!(409)));
        assert_eq!((&lines[1]["body"], &lines[1]["status"]), (&json!("lost"), &Value::Null));
        let _ = std::fs::remove_file(&path);
    }
}
