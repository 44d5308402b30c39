//! The FHIR server: up, nothing to do, no drift, edits, and down to what must remain.

use std::collections::BTreeMap;

use aws_types::SdkConfig;
use ironward::aws::elbv2::JwtValidation;
use ironward::aws::peer_cidr;
use ironward::hipaa::{
    Access, Environment, FhirImage, HipaaFhirServer, ServiceCertificate, Storage, Transport, three_tier,
};
use ironward::prelude::*;
use ironward::testing::TestStack;
use ironward_core::plan::{Action, Plan};

use crate::leftovers::{Search, by_kind, s3};

/// What differs between the programs of a test.
#[derive(Clone)]
struct Edition {
    /// Its own, where tests share a cloud.
    name: &'static str,
    environment: Environment,
    most_storage: i64,
    image: FhirImage,
    exec: bool,
    access: Access,
}

impl Edition {
    fn new(environment: Environment) -> Self {
        let name = if environment.is_production() { "clinic" } else { "trial" };
        let tokens = JwtValidation::new("https://sso.example.org", "https://sso.example.org/keys");
        let (image, access) = (FhirImage::hapi(), Access::tokens(tokens));
        Self { name, environment, most_storage: 500, image, exec: false, access }
    }

    fn at(&self, path: &str) -> String {
        format!("{}/{path}", self.name)
    }

    fn declare(&self, stack: &mut Stack<Hipaa>) -> Result<(), DeclareError> {
        let mut builder = HipaaFhirServer::builder(self.name)
            .environment(self.environment)
            .network(three_tier!("10.0.0.0/16", zones = 2))
            .database(DbInstanceClass::new("db.r6g.large"), Storage::gib(100).grow_to(self.most_storage))
            .certificate(ServiceCertificate::requested("fhir.example.org"))
            .access(self.access.clone())
            .image(self.image.clone())
            // One for the account: only one of two servers can declare it.
            .os_metrics_group(self.environment.is_production());
        if self.exec {
            builder = builder.logged_exec();
        }
        let fhir = builder.build(stack)?;
        stack.output("host", fhir.service().host())?;
        stack.output("bucket", fhir.data_bucket().name())
    }
}

fn changed(plan: &Plan) -> BTreeMap<String, &'static str> {
    plan.changes
        .iter()
        .filter(|change| change.action != Action::Noop)
        .map(|change| (change.path.to_string(), change.action.word()))
        .collect()
}

async fn life(mut stack: TestStack<Hipaa>, first: Edition) {
    let outcome = stack.up(|stack: &mut Stack<Hipaa>| first.declare(stack)).await.unwrap();
    assert!(outcome.counts.created > 90, "{:?}", outcome.counts);
    settled(&stack, &first).await;
    let (sdk, backup) = (stack.sdk_config().await, stack.sdk_config_of("backup").await);
    let lineage = stack.state().await.unwrap().lineage.as_str().to_owned();
    let search =
        Search { sdk: &sdk, backup: &backup, lineage: &lineage, prefix: &format!("{}-", first.name) };
    let found = search.all().await;
    let kinds = by_kind(&found);
    assert_eq!(
        (kinds["VPC"], kinds["subnet"], kinds["bucket"], kinds["database"]),
        (1, 6, 3, 1),
        "{kinds:?}"
    );
    let bucket = outcome.outputs["bucket"].as_str().unwrap().to_owned();
    safeguards(&sdk, first.name, &bucket).await;
    disturbed(&mut stack, &first, &sdk, &bucket).await;

    // An update in place.
    let grown = Edition { most_storage: 600, ..first.clone() };
    edit(&mut stack, &grown, &[(grown.at("database/instance"), "update")]).await;
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
    assert_eq!(changes.get(&imaged.at("service/task")), Some(&"replace"), "{changes:?}");
    assert_eq!(changes.get(&imaged.at("service/service")), Some(&"update"), "{changes:?}");
    let _ = stack.up(|stack: &mut Stack<Hipaa>| imaged.declare(stack)).await.unwrap();
    settled(&stack, &imaged).await;
    // An addition, and its removal.
    let opened = Edition { exec: true, ..imaged.clone() };
    let plan = stack.plan(|stack: &mut Stack<Hipaa>| opened.declare(stack)).await.unwrap();
    assert_eq!(changed(&plan).get(&opened.at("service/session-log")), Some(&"create"));
    let _ = stack.up(|stack: &mut Stack<Hipaa>| opened.declare(stack)).await.unwrap();
    settled(&stack, &opened).await;
    let plan = stack.plan(|stack: &mut Stack<Hipaa>| imaged.declare(stack)).await.unwrap();
    assert_eq!(changed(&plan).get(&opened.at("service/session-log")), Some(&"delete"));
    let _ = stack.up(|stack: &mut Stack<Hipaa>| imaged.declare(stack)).await.unwrap();
    settled(&stack, &imaged).await;

    let remains = stack.finish().await.unwrap();
    let keys = remains.iter().filter(|(_, what)| what.contains("cancel-key-deletion")).count();
    let production = first.environment.is_production();
    assert_eq!(keys, if production { 6 } else { 7 }, "{remains:?}");
    let snapshots = remains.iter().filter(|(_, what)| what.contains("the final snapshot")).count();
    assert_eq!(snapshots, usize::from(production), "{remains:?}");
    nothing_is_left(&search, production).await;
}

async fn settled(stack: &TestStack<Hipaa>, edition: &Edition) {
    let plan = stack.plan(|stack: &mut Stack<Hipaa>| edition.declare(stack)).await.unwrap();
    assert_eq!(changed(&plan), BTreeMap::new());
    assert!(!plan.has_drift());
}

async fn edit(stack: &mut TestStack<Hipaa>, edition: &Edition, expected: &[(String, &'static str)]) {
    let plan = stack.plan(|stack: &mut Stack<Hipaa>| edition.declare(stack)).await.unwrap();
    assert_eq!(changed(&plan), expected.iter().cloned().collect());
    let _ = stack.up(|stack: &mut Stack<Hipaa>| edition.declare(stack)).await.unwrap();
    settled(stack, edition).await;
}

/// What is changed behind the stack's back is shown as drift and repaired.
async fn disturbed(stack: &mut TestStack<Hipaa>, edition: &Edition, sdk: &SdkConfig, bucket: &str) {
    let suspended = aws_sdk_s3::types::VersioningConfiguration::builder()
        .status(aws_sdk_s3::types::BucketVersioningStatus::Suspended)
        .build();
    s3(sdk).put_bucket_versioning().bucket(bucket).versioning_configuration(suspended).send().await.unwrap();
    let logs = aws_sdk_cloudwatchlogs::Client::new(sdk);
    let plan = stack.plan(|stack: &mut Stack<Hipaa>| edition.declare(stack)).await.unwrap();
    let group = plan.change(&edition.at("service/log")).unwrap().physical_id.clone().unwrap();
    logs.delete_log_group().log_group_name(group).send().await.unwrap();
    let plan = stack.plan(|stack: &mut Stack<Hipaa>| edition.declare(stack)).await.unwrap();
    assert!(plan.has_drift());
    let drifted = plan.change(&edition.at("data/bucket")).unwrap();
    let properties: Vec<&str> = drifted.drift.iter().map(|diff| diff.property.as_str()).collect();
    assert_eq!(properties, ["VersioningConfiguration"]);
    assert!(plan.change(&edition.at("service/log")).unwrap().vanished);
    let outcome = stack.up(|stack: &mut Stack<Hipaa>| edition.declare(stack)).await.unwrap();
    assert_eq!((outcome.counts.created, outcome.counts.deleted), (1, 0), "{:?}", outcome.counts);
    settled(stack, edition).await;
}

/// What the components promise, as the cloud says it is.
async fn safeguards(sdk: &SdkConfig, name: &str, bucket: &str) {
    let s3 = s3(sdk);
    assert_eq!(versioning(&s3, bucket).await, "Enabled");
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
        .find(|database| {
            database.db_instance_identifier().is_some_and(|id| id.starts_with(&format!("{name}-database")))
        })
        .unwrap();
    assert_eq!(database.storage_encrypted(), Some(true));
    assert_eq!(database.publicly_accessible(), Some(false));

    let balancers = aws_sdk_elasticloadbalancingv2::Client::new(sdk);
    let found = balancers.describe_load_balancers().send().await.unwrap();
    let balancer = found
        .load_balancers()
        .iter()
        .find(|balancer| {
            balancer.load_balancer_name().is_some_and(|at| at.starts_with(&format!("{name}-service")))
        })
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

/// The status of a bucket's versioning.
async fn versioning(s3: &aws_sdk_s3::Client, bucket: &str) -> String {
    match s3.get_bucket_versioning().bucket(bucket).send().await {
        Ok(found) => found.status().unwrap().as_str().to_owned(),
        // moto's answer has another root than the SDK expects; what it says is there all the same.
        Err(error) => {
            let body = error.raw_response().and_then(|raw| raw.body().bytes()).unwrap_or_default();
            let text = String::from_utf8_lossy(body).into_owned();
            let (_, rest) = text.split_once("<Status>").unwrap_or_else(|| panic!("{error}: {text}"));
            rest.split('<').next().unwrap().to_owned()
        }
    }
}

/// Nothing but what must remain for its time: keys on their way out and, with a final snapshot, the
/// key that opens it.
async fn nothing_is_left(search: &Search<'_>, snapshot: bool) {
    let found = search.all().await;
    let (keys, others): (Vec<&String>, Vec<&String>) =
        found.iter().partition(|what| what.starts_with("key "));
    assert!(others.is_empty(), "{others:#?}");
    assert_eq!(keys.len(), usize::from(snapshot), "{keys:?}");
}

mod sandbox {
    use super::*;

    #[tokio::test]
    async fn production() {
        life(TestStack::in_process("fhir").await.unwrap(), Edition::new(Environment::Production)).await;
    }

    #[tokio::test]
    async fn development() {
        life(TestStack::in_process("fhir").await.unwrap(), Edition::new(Environment::Development)).await;
    }
}

mod moto {
    use ironward::target::Endpoint;

    use super::*;

    /// A stack at moto, but for AWS Backup, which the sandbox answers for: moto's answer to
    /// `CreateBackupSelection` is 500.
    async fn stack() -> TestStack<Hipaa> {
        let moto = std::env::var("IRONWARD_TEST_MOTO")
            .expect("IRONWARD_TEST_MOTO isn't set: run `cargo xtask test --only moto`");
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let backup = format!("http://{}", listener.local_addr().unwrap());
        let sandbox = ironward_sandbox::Sandbox::in_memory().await.unwrap();
        tokio::spawn(async move { sandbox.serve(listener, std::future::pending()).await });
        TestStack::at("fhir", &Endpoint::parse(&moto).unwrap())
            .await
            .unwrap()
            .with_service_at("backup", &Endpoint::parse(&backup).unwrap())
    }

    /// moto knows no listener that checks tokens.
    fn edition(environment: Environment) -> Edition {
        let access = Access::peers([peer_cidr!("203.0.113.0/24")]);
        Edition { access, ..Edition::new(environment) }
    }

    #[tokio::test]
    async fn production() {
        life(stack().await, edition(Environment::Production)).await;
    }

    #[tokio::test]
    async fn development() {
        life(stack().await, edition(Environment::Development)).await;
    }
}
