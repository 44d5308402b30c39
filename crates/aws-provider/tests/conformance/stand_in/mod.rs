//! Stand-ins for a service where no emulator keeps what it is told: a client in front of the sandbox that
//! keeps what the calls of one type set, and shows it as the API's reference says that it is shown.

mod controls;
mod databases;
#[cfg(feature = "s3")]
mod deletions;
mod descriptions;
mod endpoints;
mod gateways;
mod records;
mod routes;
mod trails;

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Arc;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;

use crate::cloud::Cloud;
use crate::subject::Subject;
use crate::suite::settle_values;
use crate::wire::{operation_of, unescaped};

/// A call to a service.
struct Call {
    /// The action of a form; of a REST API its method and path.
    operation: String,
    body: String,
}

impl Call {
    fn of(request: &HttpRequest) -> Self {
        let path = request.uri().split('?').next().unwrap_or_default();
        let path =
            path.split_once("://").map_or(path, |(_, rest)| rest.find('/').map_or("", |at| &rest[at..]));
        let action = operation_of(request);
        let operation = if action.is_empty() { format!("{} {path}", request.method()) } else { action };
        let body = String::from_utf8_lossy(request.body().bytes().unwrap_or_default()).into_owned();
        Self { operation, body }
    }

    /// The parameters of a form.
    fn parameters(&self) -> Parameters {
        let pairs = self.body.split('&').filter_map(|pair| pair.split_once('='));
        pairs.map(|(name, value)| (unescaped(name), unescaped(value))).collect()
    }
}

type Parameters = BTreeMap<String, String>;

fn element(name: &str, content: &str) -> String {
    format!("<{name}>{content}</{name}>")
}

/// The values of a list, by its beginning.
fn list(parameters: &Parameters, prefix: &str) -> Vec<String> {
    (1..).map_while(|number| parameters.get(&format!("{prefix}.{number}")).cloned()).collect()
}

/// The items of a list of structures, each with its members.
fn items(parameters: &Parameters, prefix: &str) -> Vec<Parameters> {
    let item = |number: usize| -> Parameters {
        let start = format!("{prefix}.{number}.");
        let members = parameters.iter().filter_map(|(name, value)| Some((name.strip_prefix(&start)?, value)));
        members.map(|(name, value)| (name.to_owned(), value.clone())).collect()
    };
    (1..).map(item).take_while(|item| !item.is_empty()).collect()
}

/// What keeps what the calls of one type set.
trait Keeper: Debug + Send + Sync + 'static {
    /// Whether what the sandbox is known to forget is forgotten here, too.
    fn is_sandbox(&self) -> bool {
        false
    }

    /// The status and the text of an answer in the sandbox's stead.
    fn answer(&self, _call: &Call) -> Option<(u16, String)> {
        None
    }

    /// What a successful answer of the sandbox is, once what is kept is in it.
    fn show(&self, _call: &Call, _answer: &str) -> Option<String> {
        None
    }
}

#[derive(Debug)]
struct StandIn {
    inner: SharedHttpConnector,
    keeper: Arc<dyn Keeper>,
}

impl HttpConnector for StandIn {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let call = Call::of(&request);
        if let Some((status, text)) = self.keeper.answer(&call) {
            let status = StatusCode::try_from(status).unwrap();
            return HttpConnectorFuture::ready(Ok(HttpResponse::new(status, SdkBody::from(text))));
        }
        let (keeper, answer) = (Arc::clone(&self.keeper), self.inner.call(request));
        HttpConnectorFuture::new(async move {
            let mut answer = answer.await?;
            let text = answer.body().bytes().map(String::from_utf8_lossy).unwrap_or_default().into_owned();
            let text = if call.operation == "GetCallerIdentity" && !keeper.is_sandbox() {
                // Nobody that is known to forget something.
                Some(text.replace("user/ironward-sandbox", "user/stand-in"))
            } else if answer.status().is_success() {
                keeper.show(&call, &text)
            } else {
                None
            };
            if let Some(text) = text {
                answer.headers_mut().remove("content-length");
                *answer.body_mut() = SdkBody::from(text);
            }
            Ok(answer)
        })
    }
}

/// A fresh sandbox behind a stand-in.
async fn cloud(keeper: impl Keeper) -> Cloud {
    let keeper: Arc<dyn Keeper> = Arc::new(keeper);
    let in_front = |inner: SharedHttpClient| {
        http_client_fn(move |settings, components| {
            let inner = inner.http_connector(settings, components);
            SharedHttpConnector::new(StandIn { inner, keeper: Arc::clone(&keeper) })
        })
    };
    let mut cloud = Cloud::behind(in_front).await;
    cloud.stand_in = true;
    cloud
}

/// Tries values of a subject's properties.
async fn hold(subject: &dyn Subject, cloud: Cloud) {
    settle_values(subject, cloud).await;
}
