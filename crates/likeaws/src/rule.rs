//! What a rule is.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hyper::{Request, Response};

use crate::call::{self, Call};
use crate::refusal::Refusal;
use crate::rules::{forms, strict};
use crate::{Error, http};

/// One way in which AWS differs from an emulator.
#[derive(Debug, Clone)]
pub struct Rule {
    /// What tests and messages call it.
    pub name: &'static str,
    /// The document of AWS that it follows, or where else it was seen.
    pub source: &'static str,
    /// The calls that it is about.
    pub calls: Calls,
    /// What it does.
    pub does: Does,
}

/// Which calls a rule is about.
#[derive(Debug, Clone, Copy)]
pub enum Calls {
    /// These operations of a service, as [`Call::operation`] names them.
    Of(&'static str, &'static [&'static str]),
    /// Whatever takes something away.
    Deletions,
    /// Whatever the function says.
    That(fn(&Call) -> bool),
    /// What a row of refusals is about.
    Row(&'static strict::Row),
    /// What a row of forms is about.
    Form(&'static forms::Form),
}

impl Calls {
    /// Whether a call is one of them.
    #[must_use]
    pub fn include(&self, call: &Call) -> bool {
        match self {
            Self::Of(service, operations) => {
                call.service == *service && operations.contains(&call.operation.as_str())
            }
            Self::Deletions => call.is_deletion(),
            Self::That(holds) => holds(call),
            Self::Row(row) => row.includes(call),
            Self::Form(form) => form.includes(call),
        }
    }
}

/// A future in a box.
pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A refusal that a test thinks of for itself.
pub type Meeting = Arc<dyn Fn(&Call) -> Option<Refusal> + Send + Sync>;

/// What a rule does with the calls that it is about.
#[derive(Clone)]
pub enum Does {
    /// Gives the text of a successful answer another form; nothing leaves it as it is.
    Rewrite(fn(&Call, &str) -> Option<String>),
    /// The same, and may ask the emulator.
    RewriteAsking(for<'a> fn(&'a Call, &'a str, &'a Upstream) -> Boxed<'a, Option<String>>),
    /// Refuses the request, or doesn't; it may ask the emulator.
    Refuse(for<'a> fn(&'a Call, &'a Upstream) -> Boxed<'a, Option<Refusal>>),
    /// Refuses the request where the row does.
    Judge(&'static strict::Row),
    /// Gives the text of a successful answer the form of the row.
    Form(&'static forms::Form),
    /// Keeps the request back for so long before the emulator sees it.
    Hold(Duration),
    /// Whatever else a test needs before the request is sent on.
    Meet(Meeting),
}

impl fmt::Debug for Does {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rewrite(_) | Self::RewriteAsking(_) | Self::Form(_) => "rewrites the answer",
            Self::Refuse(_) | Self::Meet(_) | Self::Judge(_) => "refuses the request",
            Self::Hold(_) => "holds the request",
        })
    }
}

/// The emulator behind the proxy, and others that answer for single services.
#[derive(Debug, Clone)]
pub struct Upstream {
    address: String,
    others: Vec<(&'static str, String)>,
}

impl Upstream {
    /// The emulator at `http://host:port`, or `host:port`.
    #[must_use]
    pub fn new(endpoint: &str) -> Self {
        Self { address: address(endpoint), others: Vec::new() }
    }

    /// Another emulator for a service, as signatures name it.
    #[must_use]
    pub fn with_service_at(mut self, service: &'static str, endpoint: &str) -> Self {
        self.others.push((service, address(endpoint)));
        self
    }

    /// Sends a request, and gives the answer back whatever it says.
    ///
    /// # Errors
    ///
    /// If there is no answer.
    pub async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Error> {
        http::forward(self.address_for(&request), request).await
    }

    /// The text of a successful answer; nothing where it is none.
    pub async fn ask(&self, request: Request<Bytes>) -> Option<String> {
        http::text(self.address_for(&request), request).await.ok()
    }

    fn address_for(&self, request: &Request<Bytes>) -> &str {
        let service = call::service(request.headers());
        let other = self.others.iter().find(|(of, _)| Some(*of) == service);
        other.map_or(&self.address, |(_, address)| address)
    }
}

fn address(endpoint: &str) -> String {
    endpoint.trim_start_matches("http://").trim_end_matches('/').to_owned()
}
