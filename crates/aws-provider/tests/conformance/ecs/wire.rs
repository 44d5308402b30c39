//! What is sent for what no emulator shows, out of a client that writes it down.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use ironward_aws_provider::{AwsProvider, Settings};
use ironward_core::clock::Clock;
use ironward_core::document::Document;
use ironward_core::path::Path;
use ironward_core::provider::{Change, Operation, Provider};
use ironward_core::state::{InstanceId, Lineage};
use serde_json::{Value as Json, json};

const IDENTITY: &str = "<GetCallerIdentityResponse><GetCallerIdentityResult>\
    <Account>123456789012</Account><Arn>arn:aws:iam::123456789012:root</Arn>\
    </GetCallerIdentityResult></GetCallerIdentityResponse>";

/// Says yes to everything and keeps actions and bodies.
#[derive(Debug, Clone, Default)]
struct Recorder(Arc<Mutex<Vec<(String, Json)>>>);

impl HttpConnector for Recorder {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let action = request.headers().get("x-amz-target").and_then(|target| target.rsplit('.').next());
        let answer = match action {
            None => IDENTITY.to_owned(),
            Some("CreateService") => json!({"service": {"serviceArn": "arn:service"}}).to_string(),
            Some(_) => "{}".to_owned(),
        };
        let body = serde_json::from_slice(request.body().bytes().unwrap_or_default()).unwrap_or_default();
        self.0.lock().unwrap().push((action.unwrap_or_default().to_owned(), body));
        let status = StatusCode::try_from(200).unwrap();
        HttpConnectorFuture::ready(Ok(HttpResponse::new(status, SdkBody::from(answer))))
    }
}

impl HttpClient for Recorder {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

struct NoClock;

#[async_trait]
impl Clock for NoClock {
    fn now(&self) -> Duration {
        Duration::ZERO
    }

    async fn sleep(&self, _duration: Duration) {}
}

struct Wire {
    recorder: Recorder,
    provider: AwsProvider,
}

fn document(json: Json) -> Document {
    serde_json::from_value(json).unwrap()
}

impl Wire {
    async fn connect() -> Self {
        let recorder = Recorder::default();
        let mut settings = Settings::new("us-east-1");
        settings.emulated = true;
        settings.http_client = Some(SharedHttpClient::new(recorder.clone()));
        let provider = AwsProvider::connect(settings, Arc::new(NoClock)).await.unwrap();
        Self { recorder, provider }
    }

    /// The body of the only request of an action.
    fn sent(&self, action: &str) -> Json {
        let requests = self.recorder.0.lock().unwrap();
        let mut of_it = requests.iter().filter(|(of, _)| of == action);
        let (_, body) = of_it.next().unwrap_or_else(|| panic!("{action} wasn't sent: {requests:?}"));
        assert!(of_it.next().is_none(), "{action} was sent more than once");
        body.clone()
    }

    async fn reconcile(&self, kind: &str, after: Json, aspects: &[&'static str]) {
        let (path, instance, lineage) = identity();
        let operation = Operation::new(&path, &instance, &lineage, self.provider.place());
        let (none, after) = (Document::new(), document(after));
        let aspects = BTreeSet::from_iter(aspects.iter().copied());
        let change = Change::new("arn:subject", &none, &after, &none, aspects);
        self.provider.handler(kind).unwrap().reconcile(&operation, &change).await.unwrap();
    }
}

fn identity() -> (Path, InstanceId, Lineage) {
    let path = Path::parse("subject").unwrap();
    let lineage = Lineage::from_random([7; 16]);
    let instance = InstanceId::derive(&lineage, &path, 1);
    (path, instance, lineage)
}

fn service() -> Json {
    json!({
        "Cluster": "c", "ServiceName": "s", "TaskDefinition": "arn:task:2", "DesiredCount": 2,
        "LaunchType": "FARGATE", "SchedulingStrategy": "REPLICA",
        "NetworkConfiguration": {"AwsvpcConfiguration": {
            "Subnets": ["subnet-1"], "SecurityGroups": ["sg-1"], "AssignPublicIp": "DISABLED",
        }},
        "ForceNewDeployment": {"EnableForceNewDeployment": true, "ForceNewDeploymentNonce": "once"},
    })
}

const SERVICE: &str = "AWS::ECS::Service";

#[tokio::test]
async fn a_forced_deployment_asks_for_nothing_else() {
    let wire = Wire::connect().await;
    wire.reconcile(SERVICE, service(), &["force_new_deployment"]).await;
    let expected = json!({"cluster": "c", "service": "arn:subject", "forceNewDeployment": true});
    assert_eq!(wire.sent("UpdateService"), expected);
}

#[tokio::test]
async fn a_new_revision_leaves_the_count_to_its_autoscaler() {
    let wire = Wire::connect().await;
    wire.reconcile(SERVICE, service(), &["task_definition"]).await;
    let expected = json!({"cluster": "c", "service": "arn:subject", "taskDefinition": "arn:task:2"});
    assert_eq!(wire.sent("UpdateService"), expected);
}

#[tokio::test]
async fn a_service_is_made_with_a_token_and_without_a_public_address() {
    let wire = Wire::connect().await;
    let (path, instance, lineage) = identity();
    let operation = Operation::new(&path, &instance, &lineage, wire.provider.place());
    let handler = wire.provider.handler(SERVICE).unwrap();
    let made = handler.create(&operation, &document(service())).await;
    assert_eq!(made.as_deref(), Ok("arn:service"));
    let sent = wire.sent("CreateService");
    let token = sent["clientToken"].as_str().unwrap();
    assert!(token == operation.token("create") && token.len() <= 36, "{token}");
    assert_eq!(sent["networkConfiguration"]["awsvpcConfiguration"]["assignPublicIp"], "DISABLED");
    assert_eq!(sent["tags"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn a_cluster_without_a_configuration_goes_back_to_plain_sessions() {
    let wire = Wire::connect().await;
    wire.reconcile("AWS::ECS::Cluster", json!({"ClusterName": "c"}), &["configuration"]).await;
    let expected = json!({
        "cluster": "arn:subject",
        "configuration": {"executeCommandConfiguration": {"logging": "DEFAULT"}},
    });
    assert_eq!(wire.sent("UpdateCluster"), expected);
}
