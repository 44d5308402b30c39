//! The tests of `examples/records_bucket.rs`, as the book shows them.

// ANCHOR: whole
use aws_types::SdkConfig;
use ironward::hipaa::{AccessLogBucket, HipaaKey, KeyUse, PhiBucket, Retention};
use ironward::prelude::*;
use ironward::testing::TestStack;

/// The program under test. In a program of your own it stands in the library, and `main` and the
/// tests use it.
fn declare(stack: &mut Stack<Hipaa>) -> Result<(), DeclareError> {
    let retention = Retention::years::<7>();
    let key = HipaaKey::declare(stack, "key", KeyUse::Storage)?;
    let logs = AccessLogBucket::declare(stack, "access-logs", retention)?;
    let records = PhiBucket::declare(stack, "records", key.customer_key(), &logs, retention)?;
    stack.output("records_bucket", records.name())
}

// ANCHOR: plan
#[tokio::test]
async fn the_plan_encrypts_the_records() {
    let stack = TestStack::<Hipaa>::open("clinic").await.unwrap();
    let plan = stack.plan(declare).await.unwrap();
    assert_eq!(plan.counts().created, 6);
    let bucket = plan.change("records/bucket").expect("it is declared");
    let encryption = bucket.diffs.iter().find(|diff| diff.property == "BucketEncryption").unwrap();
    let text = serde_json::to_string(&encryption.after).unwrap();
    assert!(text.contains("aws:kms"), "{text}");
}
// ANCHOR_END: plan

// ANCHOR: cloud
#[tokio::test]
async fn the_records_are_kept_as_declared() {
    let stack = TestStack::<Hipaa>::open("clinic").await.unwrap();
    life(stack).await;
}

async fn life(mut stack: TestStack<Hipaa>) {
    let outcome = stack.up(declare).await.unwrap();
    let bucket = outcome.outputs["records_bucket"].as_str().unwrap().to_owned();
    let s3 = s3(&stack.sdk_config().await);
    assert!(is_closed(&s3, &bucket).await);

    // A second `up` has nothing to do.
    assert!(stack.plan(declare).await.unwrap().is_empty());

    // What somebody changes by hand is seen, and repaired.
    s3.delete_public_access_block().bucket(&bucket).send().await.unwrap();
    assert!(!is_closed(&s3, &bucket).await);
    let plan = stack.plan(declare).await.unwrap();
    assert!(plan.has_drift());
    assert_eq!(plan.counts().updated, 1);
    let _ = stack.up(declare).await.unwrap();
    assert!(is_closed(&s3, &bucket).await);

    // Nothing is left behind but the key, which waits for its end.
    let remains = stack.finish().await.unwrap();
    assert!(remains.iter().all(|(path, _)| path.as_str() == "key/key"), "{remains:?}");
    assert!(s3.head_bucket().bucket(&bucket).send().await.is_err());
}

/// Whether the cloud says that the bucket is closed to the public.
async fn is_closed(s3: &aws_sdk_s3::Client, bucket: &str) -> bool {
    let Ok(answer) = s3.get_public_access_block().bucket(bucket).send().await else { return false };
    let block = answer.public_access_block_configuration();
    block.and_then(|block| block.restrict_public_buckets()) == Some(true)
}

/// Emulators answer at one address, without a host name for each bucket.
fn s3(config: &SdkConfig) -> aws_sdk_s3::Client {
    let path_style = config.endpoint_url().is_some();
    let config = aws_sdk_s3::config::Builder::from(config).force_path_style(path_style).build();
    aws_sdk_s3::Client::from_conf(config)
}
// ANCHOR_END: cloud
// ANCHOR_END: whole

/// The same at an endpoint, as `IRONWARD_TEST_ENDPOINT` chooses it for programs of users.
mod moto {
    use ironward::prelude::*;
    use ironward::target::Endpoint;
    use ironward::testing::TestStack;

    #[tokio::test]
    async fn the_records_are_kept_as_declared_there_too() {
        let endpoint = std::env::var("IRONWARD_TEST_MOTO").expect("run `cargo xtask test --only moto`");
        let endpoint = Endpoint::parse(&endpoint).unwrap();
        super::life(TestStack::<Hipaa>::at("clinic", &endpoint).await.unwrap()).await;
    }
}
