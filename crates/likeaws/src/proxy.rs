//! The proxy.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use bytes::Bytes;
use hyper::header::CONTENT_LENGTH;
use hyper::{Request, Response};
use tokio::sync::{Mutex as AsyncMutex, oneshot};
use tokio::time::sleep;

use crate::call::Call;
use crate::rule::{Does, Rule, Upstream};
use crate::server::{self, Hangup};
use crate::{Error, http};

/// A proxy in front of an emulator, on a thread of its own; it ends when it is dropped.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    _stop: oneshot::Sender<()>,
}

#[derive(Debug)]
struct Shared {
    upstream: Upstream,
    rules: Vec<Rule>,
    /// Held from the question whether a request is refused until it has its effect.
    refusing: AsyncMutex<()>,
    applied: Mutex<Vec<&'static str>>,
}

impl Proxy {
    /// Listens on a free port of 127.0.0.1 in front of the emulator at `http://host:port`.
    ///
    /// # Errors
    ///
    /// If no port can be had.
    pub fn start(upstream: &str, rules: Vec<Rule>) -> Result<Self, Error> {
        Self::before(Upstream::new(upstream), rules)
    }

    /// The same in front of several emulators.
    ///
    /// # Errors
    ///
    /// If no port can be had.
    pub fn before(upstream: Upstream, rules: Vec<Rule>) -> Result<Self, Error> {
        let shared =
            Arc::new(Shared { upstream, rules, refusing: AsyncMutex::default(), applied: Mutex::default() });
        let serving = shared.clone();
        let (stop, stopped) = oneshot::channel();
        let (ready, address) = std::sync::mpsc::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(Error::io("starting the proxy"))?;
        let serve = move || {
            runtime.block_on(async move {
                let listening = server::listen(move |request| meet(serving.clone(), request)).await;
                // Whoever started it waits for the answer, and drops the other end when it is done.
                let _ = ready.send(listening);
                let _ = stopped.await;
            });
        };
        thread::Builder::new()
            .name("likeaws".to_owned())
            .spawn(serve)
            .map_err(Error::io("starting the proxy"))?;
        let gone =
            |_| Error::Io { what: "starting the proxy", source: std::io::ErrorKind::BrokenPipe.into() };
        let address = address.recv().map_err(gone)??;
        Ok(Self { address, shared, _stop: stop })
    }

    /// What programs are given as their endpoint.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The names of the rules that had an effect so far, one for each time, in their order.
    #[must_use]
    pub fn applied(&self) -> Vec<&'static str> {
        self.shared.applied.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn meet(shared: Arc<Shared>, request: Request<Bytes>) -> Result<Response<Bytes>, Hangup> {
    match Call::of(&request) {
        Some(call) => shared.answer(call).await,
        // Questions to the emulator itself.
        None => Ok(shared.upstream.send(request).await?),
    }
}

impl Shared {
    async fn answer(&self, call: Call) -> Result<Response<Bytes>, Hangup> {
        let rules: Vec<&Rule> = self.rules.iter().filter(|rule| rule.calls.include(&call)).collect();
        for rule in &rules {
            if let Does::Hold(time) = rule.does {
                self.note(rule);
                sleep(time).await;
            }
        }
        let may_refuse =
            rules.iter().any(|rule| matches!(rule.does, Does::Refuse(_) | Does::Meet(_) | Does::Judge(_)));
        let alone = if may_refuse { Some(self.refusing.lock().await) } else { None };
        for rule in &rules {
            let refusal = match &rule.does {
                Does::Refuse(refuse) => refuse(&call, &self.upstream).await,
                Does::Meet(meet) => meet(&call),
                Does::Judge(row) => row.refuse(&call, &self.upstream).await,
                _ => None,
            };
            if let Some(refusal) = refusal {
                self.note(rule);
                return Ok(refusal.answer(&call));
            }
        }
        let answer = self.upstream.send(call.request.clone()).await?;
        drop(alone);
        Ok(self.rewrite(&rules, &call, answer).await)
    }

    async fn rewrite(&self, rules: &[&Rule], call: &Call, answer: Response<Bytes>) -> Response<Bytes> {
        let Ok(mut text) = String::from_utf8(answer.body().to_vec()) else { return answer };
        if !answer.status().is_success() || text.is_empty() {
            return answer;
        }
        let before = text.clone();
        for rule in rules {
            // Rules see what those before them made of it.
            let new = match rule.does {
                Does::Rewrite(rewrite) => rewrite(call, &text),
                Does::Form(form) => form.of(&text),
                Does::RewriteAsking(rewrite) => rewrite(call, &text, &self.upstream).await,
                _ => None,
            };
            if let Some(new) = new.filter(|new| *new != text) {
                self.note(rule);
                text = new;
            }
        }
        if text == before {
            return answer;
        }
        let mut answer = answer.map(|_| Bytes::from(text));
        answer.headers_mut().remove(CONTENT_LENGTH);
        answer
    }

    fn note(&self, rule: &Rule) {
        self.applied.lock().unwrap_or_else(PoisonError::into_inner).push(rule.name);
    }
}

/// Sends one request, for tests that ask the proxy or the emulator themselves.
///
/// # Errors
///
/// If there is no answer.
pub async fn send(endpoint: &str, request: Request<Bytes>) -> Result<Response<Bytes>, Error> {
    http::send(endpoint.trim_start_matches("http://"), request).await
}
