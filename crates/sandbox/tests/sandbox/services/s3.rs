use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{
    BucketLifecycleConfiguration, BucketLocationConstraint, BucketLoggingStatus, BucketVersioningStatus,
    CreateBucketConfiguration, DefaultRetention, Delete, DeleteMarkerReplication,
    DeleteMarkerReplicationStatus, Destination, ExpirationStatus, LifecycleExpiration, LifecycleRule,
    LifecycleRuleFilter, LoggingEnabled, ObjectIdentifier, ObjectLockConfiguration, ObjectLockEnabled,
    ObjectLockRetentionMode, ObjectLockRule, ObjectOwnership, OwnershipControls, OwnershipControlsRule,
    PublicAccessBlockConfiguration, ReplicationConfiguration, ReplicationRule, ReplicationRuleStatus,
    ServerSideEncryption, ServerSideEncryptionByDefault, ServerSideEncryptionConfiguration,
    ServerSideEncryptionRule, Tag, Tagging, VersioningConfiguration,
};
use aws_types::SdkConfig;

use super::Echoes;

const BUCKET: &str = "data-bucket";
const KEY: &str = "arn:aws:kms:eu-west-1:123456789012:key/k";
const POLICY: &str = r#"{"Version":"2012-10-17","Statement":[]}"#;

pub(crate) async fn create(config: &SdkConfig) {
    let s3 = Client::new(config);
    let ireland =
        CreateBucketConfiguration::builder().location_constraint(BucketLocationConstraint::EuWest1).build();
    s3.create_bucket()
        .bucket(BUCKET)
        .create_bucket_configuration(ireland)
        .object_lock_enabled_for_bucket(true)
        .send()
        .await
        .unwrap();
    defaults(&s3).await;
    protect(&s3).await;
    configure(&s3).await;
}

/// What AWS gives every new bucket, or one with a lock.
async fn defaults(s3: &Client) {
    let access = s3.get_public_access_block().bucket(BUCKET).send().await.unwrap();
    let access = access.public_access_block_configuration.unwrap();
    assert_eq!(access.block_public_policy(), Some(true));
    let lock = s3.get_object_lock_configuration().bucket(BUCKET).send().await.unwrap();
    let lock = lock.object_lock_configuration.unwrap();
    assert_eq!(lock.object_lock_enabled(), Some(&ObjectLockEnabled::Enabled));
    let versions = s3.get_bucket_versioning().bucket(BUCKET).send().await.unwrap();
    assert_eq!(versions.status(), Some(&BucketVersioningStatus::Enabled));
    let encryption = s3.get_bucket_encryption().bucket(BUCKET).send().await.unwrap();
    assert_eq!(encryption.server_side_encryption_configuration().unwrap().rules().len(), 1);
    let location = s3.get_bucket_location().bucket(BUCKET).send().await.unwrap();
    assert_eq!(location.location_constraint(), Some(&BucketLocationConstraint::EuWest1));
    s3.get_bucket_acl().bucket(BUCKET).send().await.unwrap();
}

async fn protect(s3: &Client) {
    let by_default = ServerSideEncryptionByDefault::builder()
        .sse_algorithm(ServerSideEncryption::AwsKms)
        .kms_master_key_id(KEY)
        .build()
        .unwrap();
    let rule = ServerSideEncryptionRule::builder()
        .apply_server_side_encryption_by_default(by_default)
        .bucket_key_enabled(true)
        .build();
    let encryption = ServerSideEncryptionConfiguration::builder().rules(rule).build().unwrap();
    s3.put_bucket_encryption()
        .bucket(BUCKET)
        .server_side_encryption_configuration(encryption)
        .send()
        .await
        .unwrap();
    let access = PublicAccessBlockConfiguration::builder()
        .block_public_acls(true)
        .ignore_public_acls(false)
        .block_public_policy(true)
        .restrict_public_buckets(false)
        .build();
    s3.put_public_access_block()
        .bucket(BUCKET)
        .public_access_block_configuration(access)
        .send()
        .await
        .unwrap();
    let versioned = VersioningConfiguration::builder().status(BucketVersioningStatus::Enabled).build();
    s3.put_bucket_versioning().bucket(BUCKET).versioning_configuration(versioned).send().await.unwrap();
    let owner = OwnershipControlsRule::builder()
        .object_ownership(ObjectOwnership::BucketOwnerPreferred)
        .build()
        .unwrap();
    let controls = OwnershipControls::builder().rules(owner).build().unwrap();
    s3.put_bucket_ownership_controls().bucket(BUCKET).ownership_controls(controls).send().await.unwrap();
    let retention = DefaultRetention::builder().mode(ObjectLockRetentionMode::Governance).days(2192).build();
    let lock = ObjectLockConfiguration::builder()
        .object_lock_enabled(ObjectLockEnabled::Enabled)
        .rule(ObjectLockRule::builder().default_retention(retention).build())
        .build();
    s3.put_object_lock_configuration().bucket(BUCKET).object_lock_configuration(lock).send().await.unwrap();
    s3.put_bucket_policy().bucket(BUCKET).policy(POLICY).send().await.unwrap();
}

async fn configure(s3: &Client) {
    let logging = LoggingEnabled::builder().target_bucket("logs").target_prefix("p/").build().unwrap();
    let logging = BucketLoggingStatus::builder().logging_enabled(logging).build();
    s3.put_bucket_logging().bucket(BUCKET).bucket_logging_status(logging).send().await.unwrap();
    let expire = LifecycleRule::builder()
        .id("expire")
        .status(ExpirationStatus::Enabled)
        .filter(LifecycleRuleFilter::builder().prefix("a/").build())
        .expiration(LifecycleExpiration::builder().days(3000).build())
        .build()
        .unwrap();
    let lifecycle = BucketLifecycleConfiguration::builder().rules(expire).build().unwrap();
    s3.put_bucket_lifecycle_configuration()
        .bucket(BUCKET)
        .lifecycle_configuration(lifecycle)
        .send()
        .await
        .unwrap();
    let marker = DeleteMarkerReplication::builder().status(DeleteMarkerReplicationStatus::Enabled).build();
    let rule = ReplicationRule::builder()
        .id("r")
        .priority(1)
        .status(ReplicationRuleStatus::Enabled)
        .delete_marker_replication(marker)
        .destination(Destination::builder().bucket("arn:aws:s3:::dr").build().unwrap())
        .build()
        .unwrap();
    let replication = ReplicationConfiguration::builder().role("arn:r").rules(rule).build().unwrap();
    s3.put_bucket_replication().bucket(BUCKET).replication_configuration(replication).send().await.unwrap();
    let tag = Tag::builder().key("a").value("b & c").build().unwrap();
    let tagging = Tagging::builder().tag_set(tag).build().unwrap();
    s3.put_bucket_tagging().bucket(BUCKET).tagging(tagging).send().await.unwrap();
}

pub(crate) async fn read(config: &SdkConfig, _: &()) -> Echoes {
    let s3 = Client::new(config);
    s3.head_bucket().bucket(BUCKET).send().await.unwrap();
    let encryption = s3.get_bucket_encryption().bucket(BUCKET).send().await.unwrap();
    let encryption = &encryption.server_side_encryption_configuration().unwrap().rules()[0];
    let key =
        encryption.apply_server_side_encryption_by_default().and_then(|default| default.kms_master_key_id());
    let access = s3.get_public_access_block().bucket(BUCKET).send().await.unwrap();
    let access = access.public_access_block_configuration.unwrap();
    let versioning = s3.get_bucket_versioning().bucket(BUCKET).send().await.unwrap();
    let ownership = s3.get_bucket_ownership_controls().bucket(BUCKET).send().await.unwrap();
    let ownership = ownership.ownership_controls.unwrap();
    let logging = s3.get_bucket_logging().bucket(BUCKET).send().await.unwrap();
    let lifecycle = s3.get_bucket_lifecycle_configuration().bucket(BUCKET).send().await.unwrap();
    let lock = s3.get_object_lock_configuration().bucket(BUCKET).send().await.unwrap();
    let lock = lock.object_lock_configuration.unwrap();
    let retention = lock.rule().and_then(|rule| rule.default_retention());
    let replication = s3.get_bucket_replication().bucket(BUCKET).send().await.unwrap();
    let tags = s3.get_bucket_tagging().bucket(BUCKET).send().await.unwrap();
    let policy = s3.get_bucket_policy().bucket(BUCKET).send().await.unwrap();
    let mut echoes = Echoes::default();
    echoes.of(
        "AWS::S3::Bucket",
        &[
            ("BucketEncryption", key == Some(KEY) && encryption.bucket_key_enabled() == Some(true)),
            (
                "LifecycleConfiguration",
                lifecycle.rules()[0].expiration().and_then(|e| e.days()) == Some(3000),
            ),
            ("LoggingConfiguration", logging.logging_enabled().is_some()),
            ("ObjectLockConfiguration", retention.and_then(|r| r.days()) == Some(2192)),
            (
                "OwnershipControls",
                *ownership.rules()[0].object_ownership() == ObjectOwnership::BucketOwnerPreferred,
            ),
            (
                "PublicAccessBlockConfiguration",
                access.block_public_acls() == Some(true)
                    && access.ignore_public_acls() == Some(false)
                    && access.restrict_public_buckets() == Some(false),
            ),
            ("ReplicationConfiguration", replication.replication_configuration().unwrap().rules().len() == 1),
            ("Tags", tags.tag_set()[0].value() == "b & c"),
            ("VersioningConfiguration", versioning.status() == Some(&BucketVersioningStatus::Enabled)),
        ],
    );
    echoes.of("AWS::S3::BucketPolicy", &[("PolicyDocument", policy.policy() == Some(POLICY))]);
    echoes
}

pub(crate) async fn delete(config: &SdkConfig, _: &()) {
    let s3 = Client::new(config);
    for _ in 0..2 {
        s3.put_object().bucket(BUCKET).key("o").body(ByteStream::from_static(b"x")).send().await.unwrap();
    }
    s3.delete_object().bucket(BUCKET).key("o").send().await.unwrap();
    assert!(s3.delete_bucket().bucket(BUCKET).send().await.is_err(), "versions are left");
    let versions = s3.list_object_versions().bucket(BUCKET).send().await.unwrap();
    let ids = versions.versions().iter().map(|v| v.version_id());
    let ids = ids.chain(versions.delete_markers().iter().map(|m| m.version_id()));
    let objects: Vec<_> = ids
        .map(|id| ObjectIdentifier::builder().key("o").set_version_id(id.map(str::to_owned)).build().unwrap())
        .collect();
    assert_eq!(objects.len(), 3);
    let all = Delete::builder().set_objects(Some(objects)).build().unwrap();
    s3.delete_objects().bucket(BUCKET).delete(all).send().await.unwrap();
    s3.delete_bucket().bucket(BUCKET).send().await.unwrap();
    let gone = s3.head_bucket().bucket(BUCKET).send().await.unwrap_err();
    assert!(gone.into_service_error().is_not_found());
}
