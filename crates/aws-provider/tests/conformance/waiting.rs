//! Waiting, against what AWS shows while something comes into being or goes: the sandbox is never
//! pending, so that its answers pass through a script that puts the documented states into them.

use std::sync::{Arc, Mutex};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use ironward_core::apply::{Cancel, Outcome};
use ironward_core::event::Event;
use ironward_core::plan::Action;
use ironward_core::program::Program;
use ironward_core::provider::DeletePolicy;
use ironward_core::stack::{Hipaa, Stack};

use crate::cloud::Cloud;
use crate::subject::Subject;
use crate::wire::operation_of;

/// What a read shows at one look.
#[derive(Debug, Clone, Copy)]
pub enum Look {
    /// These elements instead of the answer's own. The first is in the answer, perhaps more than
    /// once; the others go beside it.
    Shows(&'static [(&'static str, &'static str)]),
    /// This status and body instead of the answer.
    Refuses(u16, &'static str),
    /// What the sandbox answers.
    Truth,
}

/// How a wait ends.
#[derive(Debug, Clone, Copy)]
pub enum End {
    /// Well.
    Well,
    /// Badly, for good: the next plan replaces it.
    Failed(&'static str),
    /// Badly, until someone puts it right: the next plan doesn't replace it.
    Unsettled(&'static str),
}

/// What is read after something was made, changed or deleted, look by look; the last look stays.
pub struct Sequence {
    /// The call that starts it: the operation as the API names it or, of a REST API, method and
    /// target with `*` for any text, such as `PUT /backup-vaults/*`.
    pub after: &'static str,
    /// The read, named in the same way.
    pub read: &'static str,
    pub looks: &'static [Look],
    /// What is told of it, in this order.
    pub told: &'static [&'static str],
    pub end: End,
}

#[derive(Debug, Default)]
struct Play {
    script: Option<(&'static str, &'static str, &'static [Look])>,
    /// Whether the call that starts it was made.
    started: bool,
    look: usize,
    /// The last answer to the read before it started: what went away is shown out of this.
    before: Option<String>,
}

/// What an HTTP client puts into the answers that pass through it.
#[derive(Debug, Clone, Default)]
pub struct Script {
    play: Arc<Mutex<Play>>,
}

impl Script {
    /// A client in front of another whose answers follow the script.
    pub fn before(&self, inner: SharedHttpClient) -> SharedHttpClient {
        let play = Arc::clone(&self.play);
        http_client_fn(move |settings, components| {
            let inner = inner.http_connector(settings, components);
            SharedHttpConnector::new(Player { inner, play: Arc::clone(&play) })
        })
    }

    fn begin(&self, sequence: &Sequence) {
        let mut play = self.play.lock().unwrap();
        let before = play.before.take();
        let script = Some((sequence.after, sequence.read, sequence.looks));
        *play = Play { script, before, ..Play::default() };
    }

    fn assert_played(&self) {
        let play = self.play.lock().unwrap();
        let (.., looks) = play.script.unwrap();
        assert!(play.started && play.look >= looks.len(), "{} of {looks:?} were looked at", play.look);
    }
}

#[derive(Debug)]
struct Player {
    inner: SharedHttpConnector,
    play: Arc<Mutex<Play>>,
}

impl HttpConnector for Player {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let operation = match operation_of(&request) {
            // A REST API.
            operation if operation.is_empty() => format!("{} {}", request.method(), target_of(request.uri())),
            operation => operation,
        };
        let play = Arc::clone(&self.play);
        let answer = self.inner.call(request);
        HttpConnectorFuture::new(async move {
            let mut answer = answer.await?;
            let text = answer.body().bytes().map(String::from_utf8_lossy).unwrap_or_default().into_owned();
            if let Some((status, changed)) = play.lock().unwrap().shown(&operation, text) {
                answer.headers_mut().remove("content-length");
                *answer.status_mut() = StatusCode::try_from(status).unwrap();
                *answer.body_mut() = SdkBody::from(changed);
            }
            Ok(answer)
        })
    }
}

impl Play {
    /// What is shown instead of an answer; nothing where the answer stands.
    fn shown(&mut self, operation: &str, truth: String) -> Option<(u16, String)> {
        let (after, read, looks) = self.script?;
        if fits(after, operation) {
            self.started = true;
        }
        if !fits(read, operation) {
            return None;
        }
        if !self.started {
            self.before = Some(truth);
            return None;
        }
        let look = looks[self.look.min(looks.len() - 1)];
        self.look += 1;
        let elements = match look {
            Look::Shows(elements) => elements,
            Look::Refuses(status, body) => return Some((status, body.to_owned())),
            Look::Truth => return None,
        };
        let there = |text: &String| span(text, elements[0].0).is_some();
        let base = Some(truth).filter(there).or_else(|| self.before.clone().filter(there));
        let base = base.unwrap_or_else(|| panic!("no answer to {operation} has {}", elements[0].0));
        self.before = Some(base.clone());
        let (from, to) = span(&base, elements[0].0)?;
        let is_xml = base[from..].starts_with('<');
        let write = |name: &str, value: &str| match is_xml {
            true => format!("<{name}>{value}</{name}>"),
            false if value.starts_with(['[', '{']) => format!("\"{name}\":{value}"),
            false => format!("\"{name}\":\"{value}\""),
        };
        let mut written = vec![write(elements[0].0, elements[0].1)];
        // The answer may hold others of the same kind beside the subject.
        let mut rest = base[to..].replace(&base[from..to], &written[0]);
        for (name, value) in &elements[1..] {
            match span(&rest, name) {
                Some((from, to)) => rest.replace_range(from..to, &write(name, value)),
                None => written.push(write(name, value)),
            }
        }
        Some((200, format!("{}{}{rest}", &base[..from], written.join(if is_xml { "" } else { "," }))))
    }
}

/// Whether an operation is the one that a pattern names, in which `*` stands for any text.
fn fits(pattern: &str, operation: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = operation.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let mut last = None;
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
        last = Some(part);
    }
    // Only a star at the end lets anything follow.
    rest.is_empty() || last == Some("")
}

/// The path of an address, and what is asked of it.
fn target_of(address: &str) -> &str {
    let host = address.find("://").map_or(0, |at| at + 3);
    address[host..].find('/').map_or("", |at| &address[host + at..])
}

/// Where the first element of a name is in XML or JSON.
fn span(text: &str, name: &str) -> Option<(usize, usize)> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    if let Some(from) = text.find(&open) {
        return Some((from, from + text[from..].find(&close)? + close.len()));
    }
    let key = format!("\"{name}\":");
    let from = text.find(&key)?;
    let value = from + key.len();
    let mut values = serde_json::Deserializer::from_str(&text[value..]).into_iter::<serde_json::Value>();
    values.next()?.ok()?;
    Some((from, value + values.byte_offset()))
}

/// A cloud in which time takes no time, its script, and what was told of waiting.
pub struct Stage {
    pub cloud: Cloud,
    script: Script,
    told: Arc<Mutex<Vec<String>>>,
}

impl Stage {
    pub async fn set() -> Self {
        let told: Arc<Mutex<Vec<String>>> = Arc::default();
        let heard = Arc::clone(&told);
        let (cloud, script) = Cloud::scripted(Arc::new(move |event: Event| {
            if let Event::Waiting { path, reason } = event
                && path.as_str() == "subject"
            {
                heard.lock().unwrap().push(reason);
            }
        }))
        .await;
        Self { cloud, script, told }
    }

    fn program(subject: &dyn Subject, edit: Option<&str>) -> Program {
        let mut stack = Stack::<Hipaa>::new("conformance");
        subject.declare(&mut stack, edit).unwrap();
        stack.program()
    }

    /// Creates the subject, or edits it, and waits through a sequence.
    pub async fn up(&self, subject: &dyn Subject, edit: Option<&str>, sequence: &Sequence) {
        let program = Self::program(subject, edit);
        let planned = self.cloud.engine.plan(&program).await.unwrap();
        self.script.begin(sequence);
        let (policy, cancel) = (DeletePolicy::default(), Cancel::default());
        let outcome = self.cloud.engine.apply(&program, planned, policy, &cancel).await.unwrap();
        self.assert_ended(sequence, &outcome);
        let next = self.cloud.engine.plan(&program).await;
        let replaces = next.unwrap().plan.changes.iter().any(|change| {
            change.path.as_str() == "subject" && matches!(change.action, Action::Replace { .. })
        });
        assert_eq!(replaces, matches!(sequence.end, End::Failed(_)), "{:?}: the next plan", sequence.looks);
    }

    /// Creates the subject without a script.
    async fn made(&self, subject: &dyn Subject, sequence: &Sequence) -> Program {
        let program = Self::program(subject, None);
        let nothing = Sequence { looks: &[Look::Truth], told: &[], end: End::Well, ..*sequence };
        self.script.begin(&nothing);
        let planned = self.cloud.engine.plan(&program).await.unwrap();
        let (policy, cancel) = (DeletePolicy::default(), Cancel::default());
        let made = self.cloud.engine.apply(&program, planned, policy, &cancel).await.unwrap();
        assert!(made.is_complete(), "{:#?}", made.failures);
        self.told.lock().unwrap().clear();
        program
    }

    /// Creates the subject without a script, edits it, and waits through a sequence.
    pub async fn change(&self, subject: &dyn Subject, edit: &str, sequence: &Sequence) {
        self.made(subject, sequence).await;
        self.up(subject, Some(edit), sequence).await;
    }

    /// Creates the subject without a script, and waits through a sequence while it goes.
    pub async fn down(&self, subject: &dyn Subject, sequence: &Sequence) {
        let program = self.made(subject, sequence).await;
        let (policy, cancel) = (DeletePolicy::default(), Cancel::default());
        let planned = self.cloud.engine.plan_destroy(&program, true).await.unwrap();
        self.script.begin(sequence);
        let outcome = self.cloud.engine.apply(&program, planned, policy, &cancel).await.unwrap();
        self.assert_ended(sequence, &outcome);
    }

    fn assert_ended(&self, sequence: &Sequence, outcome: &Outcome) {
        let why = format!("{:?}", outcome.failures);
        match sequence.end {
            End::Well => assert!(outcome.is_complete(), "{:?}: {why}", sequence.looks),
            End::Failed(reason) | End::Unsettled(reason) => {
                assert!(why.contains(reason), "{:?}: {why}", sequence.looks);
            }
        }
        let told = std::mem::take(&mut *self.told.lock().unwrap());
        let mut heard = told.iter();
        for wanted in sequence.told {
            assert!(
                heard.any(|text| text.contains(wanted)),
                "{:?}: {wanted} isn't in {told:?}",
                sequence.looks
            );
        }
        self.script.assert_played();
    }
}

#[test]
fn patterns() {
    assert!(fits("CreateKey", "CreateKey") && !fits("CreateKey", "CreateKeyPair"));
    assert!(fits("PUT /backup-vaults/*", "PUT /backup-vaults/one"));
    assert!(fits("GET /*/rrset", "GET /2013-04-01/hostedzone/Z1/rrset"));
    assert!(!fits("GET /*/rrset", "GET /2013-04-01/hostedzone/Z1/rrset?name=a"));
    assert_eq!(target_of("http://localhost:5000/a?b"), "/a?b");
}

#[test]
fn elements() {
    let json = r#"{"a":{"list":[{"name":"x ] \" }"}],"state":"on"}}"#;
    let part = |name| span(json, name).map(|(from, to)| &json[from..to]);
    assert_eq!(part("list"), Some(r#""list":[{"name":"x ] \" }"}]"#));
    assert_eq!(part("state"), Some(r#""state":"on""#));
    assert_eq!(span("<a><b>1</b></a>", "b"), Some((3, 11)));
}
