//! What goes over the wire when answers are late, lost or refusals: a scripted HTTP client.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use ironward_aws_provider::{AwsProvider, Settings};
use ironward_core::clock::ManualClock;
use ironward_core::document::Document;
use ironward_core::error::ProviderErrorKind;
use ironward_core::path::Path;
use ironward_core::provider::{Operation, Provider, ReadResult};
use ironward_core::state::{InstanceId, Lineage};

const IDENTITY: &str = "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
    <GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/u</Arn><UserId>U</UserId>\
    <Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";

const KEY: &str =
    r#"{"KeyMetadata": {"KeyId": "1234", "Arn": "arn:aws:kms:us-east-1:123456789012:key/1234"}}"#;

/// One answer: status and body; none stands for a connection that is cut off.
type Scripted = Option<(u16, &'static str)>;

#[derive(Debug, Clone, Default)]
struct Script {
    answers: Arc<Mutex<VecDeque<Scripted>>>,
    sent: Arc<Mutex<Vec<(String, String)>>>,
}

impl HttpConnector for Script {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let body = String::from_utf8_lossy(request.body().bytes().unwrap_or_default()).into_owned();
        if body.contains("GetCallerIdentity") {
            return HttpConnectorFuture::ready(Ok(response(200, IDENTITY)));
        }
        let target = request.headers().get("x-amz-target").unwrap_or_default().to_owned();
        self.sent.lock().unwrap().push((target, body));
        let next = self.answers.lock().unwrap().pop_front().expect("a call that the script doesn't know");
        HttpConnectorFuture::ready(match next {
            Some((status, body)) => Ok(response(status, body)),
            None => Err(ConnectorError::io("connection reset by peer".into())),
        })
    }
}

fn response(status: u16, body: &'static str) -> HttpResponse {
    HttpResponse::new(StatusCode::try_from(status).unwrap(), SdkBody::from(body))
}

impl Script {
    fn new(answers: impl IntoIterator<Item = Scripted>) -> Self {
        Self { answers: Arc::new(Mutex::new(answers.into_iter().collect())), ..Self::default() }
    }

    async fn provider(&self) -> AwsProvider {
        let mut settings = Settings::new("us-east-1");
        let answering = SharedHttpConnector::new(self.clone());
        settings.http_client = Some(http_client_fn(move |_, _| answering.clone()));
        settings.emulated = true;
        AwsProvider::connect(settings, Arc::new(ManualClock::default())).await.unwrap()
    }

    /// Creates a key through its handler.
    async fn create_key(&self) -> Result<String, ProviderErrorKind> {
        let provider = self.provider().await;
        let handler = provider.handler("AWS::KMS::Key").unwrap();
        let (path, lineage) = (Path::parse("key").unwrap(), Lineage::from_random([7; 16]));
        let instance = InstanceId::derive(&lineage, &path, 1);
        let operation = Operation::new(&path, &instance, &lineage, provider.place());
        handler.create(&operation, &Document::new()).await.map_err(|error| error.kind)
    }

    fn sent(&self, operation: &str) -> Vec<String> {
        let sent = self.sent.lock().unwrap();
        sent.iter().filter(|(target, _)| target.ends_with(operation)).map(|(_, body)| body.clone()).collect()
    }
}

#[tokio::test]
async fn a_creation_whose_answer_is_lost_is_sent_once() {
    let lost = [
        None,
        Some((500, r#"{"__type": "KMSInternalException", "message": "try again"}"#)),
        Some((503, r#"{"__type": "ServiceUnavailable"}"#)),
        Some((502, "<html>bad gateway</html>")),
    ];
    for answer in lost {
        let script = Script::new([answer, Some((200, KEY))]);
        assert_eq!(script.create_key().await, Err(ProviderErrorKind::Ambiguous), "{answer:?}");
        // Neither we nor the SDK sent it again.
        assert_eq!(script.sent("CreateKey").len(), 1, "{answer:?}");
    }
}

#[tokio::test]
async fn a_throttled_creation_is_sent_again_unchanged() {
    let throttled = Some((400, r#"{"__type": "ThrottlingException", "message": "Rate exceeded"}"#));
    let script = Script::new([throttled, throttled, Some((200, KEY))]);
    assert_eq!(script.create_key().await, Ok("1234".to_owned()));
    let sent = script.sent("CreateKey");
    assert_eq!(sent.len(), 3);
    assert!(sent.iter().all(|body| *body == sent[0]), "{sent:#?}");
}

#[tokio::test]
async fn a_read_is_sent_again_after_a_lost_answer() {
    let failure = Some((500, r#"{"__type": "KMSInternalException"}"#));
    let script = Script::new([None, failure, Some((200, KEY))]);
    let provider = script.provider().await;
    let answers = provider.read("kms:DescribeKey", &["1234".to_owned()]).await;
    assert!(matches!(answers["1234"], ReadResult::Found(_)), "{answers:?}");
    assert_eq!(script.sent("DescribeKey").len(), 3);
}

#[tokio::test]
async fn two_processes_send_the_same_creation() {
    let once = async || {
        let script = Script::new([Some((200, KEY))]);
        script.create_key().await.unwrap();
        script.sent("CreateKey")
    };
    let first = once().await;
    tokio::time::sleep(Duration::from_millis(20)).await;
    // Nothing in it is random or depends on the time.
    assert_eq!(first, once().await);
}
