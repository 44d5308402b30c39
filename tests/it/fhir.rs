//! The FHIR server: up, nothing to do, no drift, edits, and down to what must remain.

use std::collections::BTreeMap;

use aws_types::SdkConfig;
use ironward::hipaa::{
    Environment, FhirImage, HipaaFhirServer, ServiceCertificate, Storage, Transport, three_tier,
};
use ironward::prelude::*;
use ironward::testing::TestStack;
use ironward_core::plan::{Action, Plan};

/// What differs between the programs of a test.
#[derive(Clone)]
struct Edition {
    environment: Environment,
    most_storage: i64,
    image: FhirImage,
    exec: bool,
}

impl Edition {
    fn new(environment: Environment) -> Self {
        Self { environment, most_storage: 500, image: FhirImage::hapi(), exec: false }
    }

    fn declare(&self, stack: &mut Stack<Hipaa>) -> Result<(), DeclareError> {
        let mut builder = HipaaFhirServer::builder("fhir")
            .environment(self.environment)
            .network(three_tier!("10.0.0.0/16", zones = 2))
            .database(DbInstanceClass::new("db.r6g.large"), Storage::gib(100).grow_to(self.most_storage))
            .certificate(ServiceCertificate::requested("fhir.example.org"))
            .image(self.image.clone());
        if self.exec {
            builder = builder.logged_exec();
        }
        let fhir = builder.build(stack)?;
        stack.output("host", fhir.service().host())?;
        stack.output("bucket", fhir.data_bucket().name())
    }
}

fn changed(plan: &Plan) -> BTreeMap<&str, &'static str> {
    plan.changes
        .iter()
        .filter(|change| change.action != Action::Noop)
        .map(|change| (change.path.as_str(), change.action.word()))
        .collect()
}

async fn life(mut stack: TestStack<Hipaa>, environment: Environment) {
    let first = Edition::new(environment);
    let outcome = stack.up(|stack: &mut Stack<Hipaa>| first.declare(stack)).await.unwrap();
    assert!(outcome.counts.created > 90, "{:?}", outcome.counts);
    settled(&stack, &first).await;
    let sdk = stack.sdk_config().await;
    let bucket = outcome.outputs["bucket"].as_str().unwrap().to_owned();
    safeguards(&sdk, &bucket).await;

    // An update in place.
    let grown = Edition { most_storage: 600, ..first.clone() };
    edit(&mut stack, &grown, &[("fhir/database/instance", "update")]).await;
    // A replacement, which the service follows.
    let digest = format!("sha256:{}", "a1".repeat(32));
    let own = FhirImage::custom(
        "123456789012.dkr.ecr.us-east-1.amazonaws.com/fhir",
        &digest,
        8080,
        Transport::Sidecar,
    );
    let imaged = Edition { image: own, ..grown.clone() };
    let plan = stack.plan(|stack: &mut Stack<Hipaa>| imaged.declare(stack)).await.unwrap();
    let changes = changed(&plan);
    assert_eq!(changes.get("fhir/service/task"), Some(&"replace"), "{changes:?}");
    assert_eq!(changes.get("fhir/service/service"), Some(&"update"), "{changes:?}");
    let _ = stack.up(|stack: &mut Stack<Hipaa>| imaged.declare(stack)).await.unwrap();
    settled(&stack, &imaged).await;
    // An addition, and its removal.
    let opened = Edition { exec: true, ..imaged.clone() };
    let plan = stack.plan(|stack: &mut Stack<Hipaa>| opened.declare(stack)).await.unwrap();
    assert_eq!(changed(&plan).get("fhir/service/session-log"), Some(&"create"));
    let _ = stack.up(|stack: &mut Stack<Hipaa>| opened.declare(stack)).await.unwrap();
    settled(&stack, &opened).await;
    let plan = stack.plan(|stack: &mut Stack<Hipaa>| imaged.declare(stack)).await.unwrap();
    assert_eq!(changed(&plan).get("fhir/service/session-log"), Some(&"delete"));
    let _ = stack.up(|stack: &mut Stack<Hipaa>| imaged.declare(stack)).await.unwrap();
    settled(&stack, &imaged).await;

    stack.finish().await.unwrap();
    nothing_is_left(&sdk, &bucket).await;
}

async fn settled(stack: &TestStack<Hipaa>, edition: &Edition) {
    let plan = stack.plan(|stack: &mut Stack<Hipaa>| edition.declare(stack)).await.unwrap();
    assert_eq!(changed(&plan), BTreeMap::new());
    assert!(!plan.has_drift());
}

async fn edit(stack: &mut TestStack<Hipaa>, edition: &Edition, expected: &[(&str, &'static str)]) {
    let plan = stack.plan(|stack: &mut Stack<Hipaa>| edition.declare(stack)).await.unwrap();
    assert_eq!(changed(&plan), expected.iter().copied().collect());
    let _ = stack.up(|stack: &mut Stack<Hipaa>| edition.declare(stack)).await.unwrap();
    settled(stack, edition).await;
}

/// What the components promise, as the cloud says it is.
async fn safeguards(sdk: &SdkConfig, bucket: &str) {
    let s3 = aws_sdk_s3::Client::from_conf(
        aws_sdk_s3::config::Builder::from(sdk).force_path_style(sdk.endpoint_url().is_some()).build(),
    );
    let versioning = s3.get_bucket_versioning().bucket(bucket).send().await.unwrap();
    assert_eq!(versioning.status().map(|status| status.as_str()), Some("Enabled"));
    let blocked = s3.get_public_access_block().bucket(bucket).send().await.unwrap();
    let blocked = blocked.public_access_block_configuration().unwrap();
    assert_eq!(blocked.restrict_public_buckets(), Some(true));
    let encryption = s3.get_bucket_encryption().bucket(bucket).send().await.unwrap();
    let rule = &encryption.server_side_encryption_configuration().unwrap().rules()[0];
    let default = rule.apply_server_side_encryption_by_default().unwrap();
    assert_eq!(default.sse_algorithm().as_str(), "aws:kms");

    let databases = aws_sdk_rds::Client::new(sdk).describe_db_instances().send().await.unwrap();
    let database = databases
        .db_instances()
        .iter()
        .find(|database| database.db_instance_identifier().is_some_and(|id| id.starts_with("fhir-database")))
        .unwrap();
    assert_eq!(database.storage_encrypted(), Some(true));
    assert_eq!(database.publicly_accessible(), Some(false));

    let balancers = aws_sdk_elasticloadbalancingv2::Client::new(sdk);
    let found = balancers.describe_load_balancers().send().await.unwrap();
    let balancer = found
        .load_balancers()
        .iter()
        .find(|balancer| balancer.load_balancer_name().is_some_and(|name| name.starts_with("fhir-service")))
        .unwrap();
    let listeners = balancers
        .describe_listeners()
        .load_balancer_arn(balancer.load_balancer_arn().unwrap())
        .send()
        .await
        .unwrap();
    let protocols: Vec<&str> =
        listeners.listeners().iter().filter_map(|listener| listener.protocol()).map(|p| p.as_str()).collect();
    assert_eq!(protocols, ["HTTPS"]);
}

async fn nothing_is_left(sdk: &SdkConfig, bucket: &str) {
    let s3 = aws_sdk_s3::Client::from_conf(
        aws_sdk_s3::config::Builder::from(sdk).force_path_style(sdk.endpoint_url().is_some()).build(),
    );
    assert!(s3.head_bucket().bucket(bucket).send().await.is_err(), "the bucket is still there");
    let ours = |name: Option<&str>| name.is_some_and(|name| name.starts_with("fhir-"));
    let databases = aws_sdk_rds::Client::new(sdk).describe_db_instances().send().await.unwrap();
    assert!(!databases.db_instances().iter().any(|database| ours(database.db_instance_identifier())));
    let vpcs = aws_sdk_ec2::Client::new(sdk).describe_vpcs().send().await.unwrap();
    let owned =
        |vpc: &&aws_sdk_ec2::types::Vpc| vpc.tags().iter().any(|tag| tag.key() == Some("ironward:lineage"));
    assert_eq!(vpcs.vpcs().iter().filter(owned).count(), 0);
    let keys = aws_sdk_kms::Client::new(sdk);
    for key in keys.list_keys().send().await.unwrap().keys() {
        let key = keys.describe_key().key_id(key.key_id().unwrap()).send().await.unwrap();
        let key = key.key_metadata().unwrap();
        if key.description().is_some_and(|text| text.ends_with("(Ironward)")) {
            assert_eq!(key.key_state().map(|state| state.as_str()), Some("PendingDeletion"));
        }
    }
}

mod sandbox {
    use super::*;

    #[tokio::test]
    async fn production() {
        life(TestStack::in_process("fhir").await.unwrap(), Environment::Production).await;
    }

    #[tokio::test]
    async fn development() {
        life(TestStack::in_process("fhir").await.unwrap(), Environment::Development).await;
    }
}
