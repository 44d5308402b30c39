//! The proxy between the program and the emulators: it counts calls, kills, and injects faults.

use std::net::SocketAddr;
use std::process::{Child, Command};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use hyper::{Request, Response, StatusCode};
use ironward_likeaws::call::Call;
use ironward_likeaws::http;
use ironward_likeaws::refusal::Refusal;
use ironward_likeaws::server::{Hangup, listen};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use rustix::process::{Pid, Signal, kill_process};
use tokio::time::sleep;

use crate::Error;
use crate::case::Phase;

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
        let moto = shared.clone();
        let address = listen(move |request| moto.clone().serve(Upstream::Moto, request)).await?;
        let sandbox = shared.clone();
        let backup = listen(move |request| sandbox.clone().serve(Upstream::Backup, request)).await?;
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

impl Shared {
    /// Counts the call at once, before anything is waited for.
    fn serve(
        self: Arc<Self>,
        upstream: Upstream,
        request: Request<Bytes>,
    ) -> impl Future<Output = Result<Response<Bytes>, Hangup>> + Send + 'static {
        self.in_flight.fetch_add(1, Ordering::SeqCst);
        async move {
            let answer = self.meet(upstream, request).await;
            self.in_flight.fetch_sub(1, Ordering::SeqCst);
            answer
        }
    }

    async fn meet(&self, upstream: Upstream, request: Request<Bytes>) -> Result<Response<Bytes>, Hangup> {
        // Questions to the emulator itself, whether it is one, aren't calls of AWS.
        let Some(call) = Call::of(&request) else {
            return self.forward(upstream, request).await;
        };
        match self.fate() {
            Fate::Forward => self.forward(upstream, request).await,
            Fate::Kill(Phase::Before, program) => {
                kill(program);
                Err(Hangup("killed before the request".into()))
            }
            Fate::Kill(Phase::After, _) => {
                let answer = self.forward(upstream, request).await;
                lock(&self.run).strikes = true;
                answer
            }
            Fate::Kill(_, program) => {
                let answer = self.forward(upstream, request).await;
                kill(program);
                answer.and(Err(Hangup("killed before the response".into())))
            }
            Fate::Throttle => Ok(throttle(&call)),
            Fate::Lose => {
                self.forward(upstream, request).await?;
                Err(Hangup("the response is lost".into()))
            }
            Fate::Unavailable => {
                let mut answer = Response::new(Bytes::new());
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

    async fn forward(&self, upstream: Upstream, request: Request<Bytes>) -> Result<Response<Bytes>, Hangup> {
        let address = match upstream {
            Upstream::Moto => self.moto.clone(),
            Upstream::Backup => lock(&self.backup).clone(),
        };
        Ok(http::forward(&address, request).await?)
    }
}

/// "Too many requests", as the service says it.
fn throttle(call: &Call) -> Response<Bytes> {
    let refusal = match call.service.as_str() {
        _ if call.speaks_json() => Refusal::new("ThrottlingException", "Rate exceeded"),
        "ec2" => Refusal::new("RequestLimitExceeded", "Request limit exceeded.").with_status(503),
        "s3" => Refusal::new("SlowDown", "Please reduce your request rate.").with_status(503),
        _ => Refusal::new("Throttling", "Rate exceeded"),
    };
    refusal.answer(call)
}

#[cfg(test)]
mod tests {
    use hyper::header;

    use super::*;

    #[test]
    fn each_service_is_throttled_in_its_own_words() {
        let throttled = |service: &str| {
            let signed = format!(
                "AWS4-HMAC-SHA256 Credential=AKID/20260102/us-east-1/{service}/aws4_request, Signature=x"
            );
            let request =
                Request::builder().header(header::AUTHORIZATION, signed).body(Bytes::new()).unwrap();
            let answer = throttle(&Call::of(&request).unwrap());
            (answer.status().as_u16(), String::from_utf8(answer.into_body().to_vec()).unwrap())
        };
        assert!(throttled("backup").1.contains("ThrottlingException"));
        let (status, text) = throttled("ec2");
        assert!(
            status == 503 && text.starts_with("<Response><Errors><Error><Code>RequestLimitExceeded<"),
            "{text}"
        );
        assert!(throttled("iam").1.starts_with("<ErrorResponse><Error><Type>Sender</Type><Code>Throttling<"));
    }
}
