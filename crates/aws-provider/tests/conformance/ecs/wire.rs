//! What is sent for what no emulator shows, out of a client that writes it down.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
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
        let recording = SharedHttpConnector::new(recorder.clone());
        settings.http_client = Some(http_client_fn(move |_, _| recording.clone()));
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
    let keys: Vec<&str> =
        sent["tags"].as_array().unwrap().iter().filter_map(|tag| tag["key"].as_str()).collect();
    assert_eq!(keys, ["Name", "ironward:instance", "ironward:lineage", "ironward:path"]);
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

#[tokio::test]
async fn service_connect_volumes_and_metrics_are_asked_for_and_taken_back() {
    let wire = Wire::connect().await;
    let mut with = service();
    with["ServiceConnectConfiguration"] = json!({
        "Enabled": true, "Namespace": "ward", "ContainerConfigurations": [{"LogLevel": "debug"}],
        "AccessLogConfiguration": {"Format": "JSON", "IncludeQueryParameters": "DISABLED"},
        "LogConfiguration": {"LogDriver": "awslogs", "Options": {"awslogs-group": "g"}},
        "Services": [{
            "PortName": "https", "DiscoveryName": "fhir", "IngressPortOverride": 9443,
            "ClientAliases": [{"Port": 443, "DnsName": "fhir.ward"}],
            "Timeout": {"IdleTimeoutSeconds": 60, "PerRequestTimeoutSeconds": 30},
            "Tls": {"IssuerCertificateAuthority": {"AwsPcaAuthorityArn": "arn:ca"}, "KmsKey": "arn:key",
                "RoleArn": "arn:role"},
        }],
    });
    with["VolumeConfigurations"] = json!([{"Name": "scratch", "ManagedEBSVolume": {
        "Encrypted": true, "KmsKeyId": "arn:key", "RoleArn": "arn:role", "SizeInGiB": 20, "VolumeType": "gp3",
        "FilesystemType": "xfs", "TagSpecifications": [{"ResourceType": "volume", "PropagateTags": "SERVICE"}],
    }}]);
    with["VpcLatticeConfigurations"] =
        json!([{"PortName": "https", "RoleArn": "arn:role", "TargetGroupArn": "arn:group"}]);
    with["Monitoring"] =
        json!({"MetricConfigurations": [{"MetricNames": ["CPUUtilization"], "ResolutionSeconds": 20}]});
    let (path, instance, lineage) = identity();
    let operation = Operation::new(&path, &instance, &lineage, wire.provider.place());
    wire.provider.handler(SERVICE).unwrap().create(&operation, &document(with)).await.unwrap();
    let sent = wire.sent("CreateService");
    assert_eq!(
        sent["serviceConnectConfiguration"],
        json!({
            "enabled": true, "namespace": "ward", "containerConfigurations": [{"logLevel": "debug"}],
            "accessLogConfiguration": {"format": "JSON", "includeQueryParameters": "DISABLED"},
            "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "g"}},
            "services": [{
                "portName": "https", "discoveryName": "fhir", "ingressPortOverride": 9443,
                "clientAliases": [{"port": 443, "dnsName": "fhir.ward"}],
                "timeout": {"idleTimeoutSeconds": 60, "perRequestTimeoutSeconds": 30},
                "tls": {"issuerCertificateAuthority": {"awsPcaAuthorityArn": "arn:ca"}, "kmsKey": "arn:key",
                    "roleArn": "arn:role"},
            }],
        })
    );
    assert_eq!(
        sent["volumeConfigurations"],
        json!([{"name": "scratch", "managedEBSVolume": {
            "encrypted": true, "kmsKeyId": "arn:key", "roleArn": "arn:role", "sizeInGiB": 20,
            "volumeType": "gp3", "filesystemType": "xfs",
            "tagSpecifications": [{"resourceType": "volume", "propagateTags": "SERVICE"}],
        }}])
    );
    let lattice = json!([{"portName": "https", "roleArn": "arn:role", "targetGroupArn": "arn:group"}]);
    assert_eq!(sent["vpcLatticeConfigurations"], lattice);
    let metrics = json!([{"metricNames": ["CPUUtilization"], "resolutionSeconds": 20}]);
    assert_eq!(sent["monitoring"]["metricConfigurations"], metrics);
    let aspects = [
        "service_connect_configuration",
        "volume_configurations",
        "vpc_lattice_configurations",
        "monitoring",
    ];
    wire.reconcile(SERVICE, service(), &aspects).await;
    let back = wire.sent("UpdateService");
    assert_eq!(back["serviceConnectConfiguration"], json!({"enabled": false}));
    assert_eq!(back["volumeConfigurations"], json!([]));
    assert_eq!(back["vpcLatticeConfigurations"], json!([]));
    assert_eq!(back["monitoring"], json!({}));
}

#[tokio::test]
async fn a_breaker_counts_as_declared() {
    let wire = Wire::connect().await;
    let mut with = service();
    with["DeploymentConfiguration"] = json!({"DeploymentCircuitBreaker": {
        "Enable": true, "Rollback": true, "ResetOnHealthyTask": true,
        "ThresholdConfiguration": {"Type": "COUNT", "Value": 5},
    }});
    wire.reconcile(SERVICE, with, &["deployment_configuration"]).await;
    let expected = json!({"enable": true, "rollback": true, "resetOnHealthyTask": true,
        "thresholdConfiguration": {"type": "COUNT", "value": 5}});
    let sent = wire.sent("UpdateService");
    assert_eq!(sent["deploymentConfiguration"]["deploymentCircuitBreaker"], expected);
}

#[tokio::test]
async fn a_cluster_has_a_namespace_until_it_has_none() {
    let wire = Wire::connect().await;
    let with = json!({"ClusterName": "c", "ServiceConnectDefaults": {"Namespace": "ward"}});
    wire.reconcile("AWS::ECS::Cluster", with, &["service_connect"]).await;
    let expected = json!({"cluster": "arn:subject", "serviceConnectDefaults": {"namespace": "ward"}});
    assert_eq!(wire.sent("UpdateCluster"), expected);
    let wire = Wire::connect().await;
    wire.reconcile("AWS::ECS::Cluster", json!({"ClusterName": "c"}), &["service_connect"]).await;
    assert_eq!(wire.sent("UpdateCluster")["serviceConnectDefaults"], json!({"namespace": ""}));
}
