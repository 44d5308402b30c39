//! The proxy between the program and the emulators: it counts calls, kills, and injects faults.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Child, Command};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode, header};
use hyper_util::rt::TokioIo;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use rustix::process::{Pid, Signal, kill_process};
use tokio::net::TcpListener;
use tokio::time::sleep;

use crate::case::Phase;
use crate::{Error, http};

/// Of a hundred calls of a disturbed run, how many are refused as too many, ...
const THROTTLED: u32 = 30;
/// ... have their effect and lose their response, ...
const LOST: u32 = 5;
/// ... or are answered with 503 and have no effect.
const UNAVAILABLE: u32 = 5;

/// What the proxy does to the run that is under way.
#[derive(Debug)]
pub enum Disturbance {
    /// Nothing.
    None,
    /// SIGKILL at the call with this number, counted from 1.
    Kill(usize, Phase),
    /// Throttles, lost responses and 503s, drawn from a seed.
    Faults(u64),
}

#[derive(Debug)]
struct Run {
    disturbance: Disturbance,
    faults: ChaCha8Rng,
    calls: usize,
    /// Whether the program has the answer that it is to be killed after.
    strikes: bool,
    program: Option<Pid>,
}

#[derive(Debug)]
struct Shared {
    moto: String,
    backup: Mutex<String>,
    run: Mutex<Run>,
    in_flight: AtomicUsize,
}

/// A proxy that listens until its runtime ends.
#[derive(Debug, Clone)]
pub struct Proxy {
    shared: Arc<Shared>,
    address: SocketAddr,
    backup: SocketAddr,
}

/// What is to happen to one call.
#[derive(Debug, Clone, Copy)]
enum Fate {
    Forward,
    Kill(Phase, Pid),
    Throttle,
    Lose,
    Unavailable,
}

/// Who answers on a port of the proxy.
#[derive(Debug, Clone, Copy)]
enum Upstream {
    Moto,
    Backup,
}

/// Answers on a free port until the runtime ends.
async fn listen(shared: Arc<Shared>, upstream: Upstream) -> Result<SocketAddr, Error> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(Error::io("listening"))?;
    let address = listener.local_addr().map_err(Error::io("listening"))?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let shared = shared.clone();
            let service = service_fn(move |request| shared.clone().serve(upstream, request));
            // The connection of a program that was killed ends in an error.
            tokio::spawn(
                hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service),
            );
        }
    });
    Ok(address)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Proxy {
    /// Listens on two free ports, one of them for AWS Backup, and forwards the rest to the moto server
    /// at `host:port`.
    ///
    /// # Errors
    ///
    /// If no port can be had.
    pub async fn start(moto: String) -> Result<Self, Error> {
        let run = Run {
            disturbance: Disturbance::None,
            faults: ChaCha8Rng::seed_from_u64(0),
            calls: 0,
            strikes: false,
            program: None,
        };
        let shared = Arc::new(Shared {
            moto,
            backup: Mutex::default(),
            run: Mutex::new(run),
            in_flight: AtomicUsize::new(0),
        });
        let address = listen(shared.clone(), Upstream::Moto).await?;
        let backup = listen(shared.clone(), Upstream::Backup).await?;
        Ok(Self { shared, address, backup })
    }

    /// What programs are given as the endpoint of AWS Backup, which is an emulator of its own.
    #[must_use]
    pub fn backup_endpoint(&self) -> String {
        format!("http://{}", self.backup)
    }

    /// What programs are given as their endpoint.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Sends the calls of AWS Backup to `host:port` from now on; moto can't answer all of them.
    pub fn send_backup_to(&self, address: String) {
        *lock(&self.shared.backup) = address;
    }

    /// Starts `command`, and disturbs it; calls are counted from 1 again.
    ///
    /// # Errors
    ///
    /// If it can't be started.
    pub fn spawn(&self, command: &mut Command, disturbance: Disturbance) -> Result<Child, Error> {
        // Its first call waits for this lock, so that the process to kill is always known.
        let mut run = lock(&self.shared.run);
        let child = command.spawn().map_err(Error::io("starting the program"))?;
        if let Disturbance::Faults(seed) = disturbance {
            run.faults = ChaCha8Rng::seed_from_u64(seed);
        }
        run.disturbance = disturbance;
        run.calls = 0;
        run.strikes = false;
        run.program = Some(Pid::from_child(&child));
        Ok(child)
    }

    /// How many calls the last program made.
    #[must_use]
    pub fn calls(&self) -> usize {
        lock(&self.shared.run).calls
    }

    /// Whether the program is to be killed by whoever looks after its process.
    #[must_use]
    pub fn strikes(&self) -> bool {
        lock(&self.shared.run).strikes
    }

    /// Waits until no call is on its way to an emulator, so that the next run meets what the last one did.
    pub async fn settle(&self) {
        lock(&self.shared.run).disturbance = Disturbance::None;
        while self.shared.in_flight.load(Ordering::SeqCst) > 0 {
            sleep(Duration::from_millis(1)).await;
        }
    }
}

/// The end of a process that can't be caught.
fn kill(program: Pid) {
    // It waits for the answer to the call that it is killed at, so it is there.
    let _ = kill_process(program, Signal::KILL);
}

/// A call that gets no answer; its connection is closed.
#[derive(Debug)]
struct NoAnswer(String);

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NoAnswer {}

impl Shared {
    async fn serve(
        self: Arc<Self>,
        upstream: Upstream,
        request: Request<Incoming>,
    ) -> Result<Response<Full<Bytes>>, NoAnswer> {
        let (head, body) = request.into_parts();
        let body = body.collect().await.map_err(|error| NoAnswer(error.to_string()))?.to_bytes();
        let request = Request::from_parts(head, Full::new(body));
        self.in_flight.fetch_add(1, Ordering::SeqCst);
        // Apart from the connection: what was sent has its effect, though its sender is dead.
        let shared = self.clone();
        let answered = tokio::spawn(async move {
            let answer = shared.meet(upstream, request).await;
            shared.in_flight.fetch_sub(1, Ordering::SeqCst);
            answer
        });
        answered.await.map_err(|error| NoAnswer(error.to_string()))?
    }

    async fn meet(
        &self,
        upstream: Upstream,
        request: Request<Full<Bytes>>,
    ) -> Result<Response<Full<Bytes>>, NoAnswer> {
        // Questions to the emulator itself, whether it is one, aren't calls of AWS.
        let Some(service) = service(&request).map(String::from) else {
            return self.forward(upstream, request).await;
        };
        match self.fate() {
            Fate::Forward => self.forward(upstream, request).await,
            Fate::Kill(Phase::Before, program) => {
                kill(program);
                Err(NoAnswer("killed before the request".into()))
            }
            Fate::Kill(Phase::After, _) => {
                let answer = self.forward(upstream, request).await;
                lock(&self.run).strikes = true;
                answer
            }
            Fate::Kill(_, program) => {
                let answer = self.forward(upstream, request).await;
                kill(program);
                answer.and(Err(NoAnswer("killed before the response".into())))
            }
            Fate::Throttle => Ok(throttle(&request, &service)),
            Fate::Lose => {
                self.forward(upstream, request).await?;
                Err(NoAnswer("the response is lost".into()))
            }
            Fate::Unavailable => {
                let mut answer = Response::new(Full::default());
                *answer.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
                Ok(answer)
            }
        }
    }

    fn fate(&self) -> Fate {
        let mut run = lock(&self.run);
        run.calls += 1;
        match (&run.disturbance, run.program) {
            (Disturbance::Kill(at, phase), Some(program)) if *at == run.calls => Fate::Kill(*phase, program),
            (Disturbance::Faults(_), _) => match run.faults.next_u32() % 100 {
                drawn if drawn < THROTTLED => Fate::Throttle,
                drawn if drawn < THROTTLED + LOST => Fate::Lose,
                drawn if drawn < THROTTLED + LOST + UNAVAILABLE => Fate::Unavailable,
                _ => Fate::Forward,
            },
            _ => Fate::Forward,
        }
    }

    async fn forward(
        &self,
        upstream: Upstream,
        request: Request<Full<Bytes>>,
    ) -> Result<Response<Full<Bytes>>, NoAnswer> {
        let address = match upstream {
            Upstream::Moto => self.moto.clone(),
            Upstream::Backup => lock(&self.backup).clone(),
        };
        let answer = http::send(&address, request).await.map_err(|error| NoAnswer(error.to_string()))?;
        let (mut head, body) = answer.into_parts();
        head.headers.remove(header::TRANSFER_ENCODING);
        head.headers.remove(header::CONNECTION);
        Ok(Response::from_parts(head, Full::new(body)))
    }
}

/// The service that a request is signed for.
fn service<B>(request: &Request<B>) -> Option<&str> {
    let signed = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    signed.split_once("Credential=")?.1.split('/').nth(3)
}

/// "Too many requests", as the service says it.
fn throttle<B>(request: &Request<B>, service: &str) -> Response<Full<Bytes>> {
    let json = request.headers().contains_key("x-amz-target") || service == "backup";
    let (status, text) = match service {
        _ if json => (400, r#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#),
        "ec2" => (
            503,
            "<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>Request limit exceeded.</Message>\
             </Error></Errors><RequestID>chaos</RequestID></Response>",
        ),
        "s3" => {
            (503, "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>")
        }
        _ => (
            400,
            "<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message>\
             </Error><RequestId>chaos</RequestId></ErrorResponse>",
        ),
    };
    let mut answer = Response::new(Full::new(Bytes::from_static(text.as_bytes())));
    *answer.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    if json {
        let kind = header::HeaderValue::from_static("ThrottlingException");
        answer.headers_mut().insert("x-amzn-errortype", kind);
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_service_is_that_of_the_signature() {
        let signed = "AWS4-HMAC-SHA256 Credential=AKID/20260102/us-east-1/backup/aws4_request, Signature=x";
        let request = Request::builder().header(header::AUTHORIZATION, signed).body(()).unwrap();
        assert_eq!(service(&request), Some("backup"));
        assert_eq!(service(&Request::new(())), None);
    }
}
