//! Buckets and keys on moto.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use aws_sdk_s3::types::{
    BucketVersioningStatus, PublicAccessBlockConfiguration, ServerSideEncryption,
    ServerSideEncryptionByDefault, ServerSideEncryptionConfiguration, ServerSideEncryptionRule,
    VersioningConfiguration,
};
use ironward_aws_provider::Settings;
use ironward_aws_state::{Bucket, KmsWrapper, S3Objects};
use ironward_core::store::StoreError;
use ironward_store::remote::{BootClock, Listed, Object, ObjectError, Objects, Only, Tag};
use ironward_store::{Options, Protection};
use tokio::sync::watch;

/// A bucket of its own, as it should be, and a key.
pub(crate) struct Place {
    settings: Settings,
    pub(crate) s3: aws_sdk_s3::Client,
    pub(crate) bucket: String,
    pub(crate) key: String,
}

impl Place {
    pub(crate) async fn new(name: &str) -> Self {
        Self::make(name, false).await
    }

    /// With object lock.
    pub(crate) async fn locked(name: &str) -> Self {
        Self::make(name, true).await
    }

    async fn make(name: &str, locked: bool) -> Self {
        let endpoint = std::env::var("IRONWARD_TEST_MOTO")
            .expect("IRONWARD_TEST_MOTO isn't set: run `cargo xtask test`, or start a server with `cargo xtask serve moto`");
        let mut settings = Settings::new("us-east-1");
        settings.endpoint = Some(endpoint);
        settings.emulated = true;
        let sdk = settings.sdk_config().await;
        let s3 = aws_sdk_s3::config::Builder::from(&sdk).force_path_style(true).build();
        let s3 = aws_sdk_s3::Client::from_conf(s3);
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
        let bucket = format!("states-{name}-{now}-{count}");
        let create = s3.create_bucket().bucket(&bucket).object_lock_enabled_for_bucket(locked);
        create.send().await.unwrap();
        let kms = aws_sdk_kms::Client::new(&sdk);
        let key = kms.create_key().send().await.unwrap().key_metadata.unwrap().key_id;
        let place = Self { settings, s3, bucket, key };
        place.version(true).await;
        place.block([true; 4]).await;
        place.encrypt(ServerSideEncryption::AwsKms).await;
        place
    }

    pub(crate) async fn version(&self, enabled: bool) {
        let status =
            if enabled { BucketVersioningStatus::Enabled } else { BucketVersioningStatus::Suspended };
        let versioning = VersioningConfiguration::builder().status(status).build();
        let put = self.s3.put_bucket_versioning().bucket(&self.bucket);
        put.versioning_configuration(versioning).send().await.unwrap();
    }

    pub(crate) async fn block(&self, [acls, ignore, policy, restrict]: [bool; 4]) {
        let block = PublicAccessBlockConfiguration::builder()
            .block_public_acls(acls)
            .ignore_public_acls(ignore)
            .block_public_policy(policy)
            .restrict_public_buckets(restrict)
            .build();
        let put = self.s3.put_public_access_block().bucket(&self.bucket);
        put.public_access_block_configuration(block).send().await.unwrap();
    }

    pub(crate) async fn encrypt(&self, algorithm: ServerSideEncryption) {
        let default = ServerSideEncryptionByDefault::builder().sse_algorithm(algorithm).build().unwrap();
        let rule = ServerSideEncryptionRule::builder().apply_server_side_encryption_by_default(default);
        let rules = ServerSideEncryptionConfiguration::builder().rules(rule.build()).build().unwrap();
        let put = self.s3.put_bucket_encryption().bucket(&self.bucket);
        put.server_side_encryption_configuration(rules).send().await.unwrap();
    }

    pub(crate) async fn connect_to(&self, bucket: Bucket) -> Result<S3Objects, StoreError> {
        S3Objects::connect(&self.settings, bucket).await
    }

    pub(crate) async fn connect(&self) -> Result<S3Objects, StoreError> {
        self.connect_to(Bucket::new(&self.bucket, "states/fhir").with_key(&self.key)).await
    }

    pub(crate) async fn wrapper(&self) -> KmsWrapper {
        KmsWrapper::new(&self.settings, &self.key, Arc::new(BootClock)).await
    }

    pub(crate) async fn options(&self, holder: &str) -> Options {
        Options::new(holder, Protection::Service(Arc::new(self.wrapper().await)))
    }
}

/// Objects whose requests wait while they are paused, as those of a process do that is stopped.
pub(crate) struct Pausable {
    inner: Arc<S3Objects>,
    paused: watch::Receiver<bool>,
}

impl Pausable {
    pub(crate) fn new(inner: Arc<S3Objects>) -> (Self, watch::Sender<bool>) {
        let (pause, paused) = watch::channel(false);
        (Self { inner, paused }, pause)
    }

    async fn awake(&self) {
        self.paused.clone().wait_for(|paused| !paused).await.unwrap();
    }
}

#[async_trait]
impl Objects for Pausable {
    fn place(&self, key: &str) -> String {
        self.inner.place(key)
    }

    async fn get(&self, key: &str) -> Result<Object, ObjectError> {
        self.awake().await;
        self.inner.get(key).await
    }

    async fn put(&self, key: &str, bytes: &[u8], only: &Only) -> Result<Tag, ObjectError> {
        self.awake().await;
        self.inner.put(key, bytes, only).await
    }

    async fn list(&self, prefix: &str, after: &str, limit: usize) -> Result<Vec<Listed>, ObjectError> {
        self.awake().await;
        self.inner.list(prefix, after, limit).await
    }

    async fn delete(&self, keys: &[String]) -> Result<(), ObjectError> {
        self.awake().await;
        self.inner.delete(keys).await
    }
}
