//! The client of S3 and its reads: one call for each configuration of a bucket, since S3 has no
//! call for several. Whether a bucket is there is told by its versioning, which is always read.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_config::SdkConfig;
use aws_sdk_s3::Client;
use aws_sdk_s3::operation::get_bucket_cors::GetBucketCorsOutput;
use aws_sdk_s3::operation::get_bucket_encryption::GetBucketEncryptionOutput;
use aws_sdk_s3::operation::get_bucket_lifecycle_configuration::GetBucketLifecycleConfigurationOutput;
use aws_sdk_s3::operation::get_bucket_logging::GetBucketLoggingOutput;
use aws_sdk_s3::operation::get_bucket_notification_configuration::GetBucketNotificationConfigurationOutput;
use aws_sdk_s3::operation::get_bucket_ownership_controls::GetBucketOwnershipControlsOutput;
use aws_sdk_s3::operation::get_bucket_policy::GetBucketPolicyOutput;
use aws_sdk_s3::operation::get_bucket_replication::GetBucketReplicationOutput;
use aws_sdk_s3::operation::get_bucket_tagging::GetBucketTaggingOutput;
use aws_sdk_s3::operation::get_bucket_versioning::GetBucketVersioningOutput;
use aws_sdk_s3::operation::get_object_lock_configuration::GetObjectLockConfigurationOutput;
use aws_sdk_s3::operation::get_public_access_block::GetPublicAccessBlockOutput;
use aws_smithy_types::error::operation::BuildError;
use ironward_core::error::{ProviderError, ProviderErrorKind};

use crate::call::Caller;
use crate::registry::Registry;

use super::dialect::documented;

pub(super) const VERSIONING: &str = "s3:GetBucketVersioning";
pub(super) const ENCRYPTION: &str = "s3:GetEncryptionConfiguration";
pub(super) const PUBLIC_ACCESS_BLOCK: &str = "s3:GetBucketPublicAccessBlock";
pub(super) const OWNERSHIP: &str = "s3:GetBucketOwnershipControls";
pub(super) const TAGGING: &str = "s3:GetBucketTagging";
pub(super) const LOGGING: &str = "s3:GetBucketLogging";
pub(super) const LIFECYCLE: &str = "s3:GetLifecycleConfiguration";
pub(super) const OBJECT_LOCK: &str = "s3:GetBucketObjectLockConfiguration";
pub(super) const NOTIFICATION: &str = "s3:GetBucketNotification";
pub(super) const REPLICATION: &str = "s3:GetReplicationConfiguration";
pub(super) const CORS: &str = "s3:GetBucketCORS";
pub(super) const INVENTORY: &str = "s3:GetInventoryConfiguration";
pub(super) const METRICS: &str = "s3:GetMetricsConfiguration";
pub(super) const ANALYTICS: &str = "s3:GetAnalyticsConfiguration";
pub(super) const POLICY: &str = "s3:GetBucketPolicy";

pub(super) struct S3 {
    pub(super) client: Client,
    pub(super) caller: Caller,
}

/// The configuration of a client.
pub(crate) fn client(config: &SdkConfig, emulated: bool) -> aws_sdk_s3::config::Builder {
    // An endpoint of one's own has one host name, not one for each bucket.
    let client = aws_sdk_s3::config::Builder::from(config).force_path_style(config.endpoint_url().is_some());
    match config.http_client().filter(|_| emulated) {
        Some(http) => client.http_client(documented(http)),
        None => client,
    }
}

pub(super) fn install(registry: &mut Registry, config: &SdkConfig, caller: &Caller) -> Arc<S3> {
    let client = client(config, caller.is_emulated()).build();
    let s3 = Arc::new(S3 { client: Client::from_conf(client), caller: caller.clone() });
    registry.each(VERSIONING, &s3, S3::versioning);
    registry.each(ENCRYPTION, &s3, S3::encryption);
    registry.each(PUBLIC_ACCESS_BLOCK, &s3, S3::public_access_block);
    registry.each(OWNERSHIP, &s3, S3::ownership);
    registry.each(TAGGING, &s3, S3::tagging);
    registry.each(LOGGING, &s3, S3::logging);
    registry.each(LIFECYCLE, &s3, S3::lifecycle);
    registry.each(OBJECT_LOCK, &s3, S3::object_lock);
    registry.each(NOTIFICATION, &s3, S3::notification);
    registry.each(REPLICATION, &s3, S3::replication);
    registry.each(CORS, &s3, S3::cors);
    registry.each(INVENTORY, &s3, S3::inventories);
    registry.each(METRICS, &s3, S3::metrics);
    registry.each(ANALYTICS, &s3, S3::analytics);
    registry.each(POLICY, &s3, S3::policy);
    s3
}

macro_rules! reads {
    ($($method:ident: $operation:ident = $call:ident -> $output:ty;)*) => {
        impl S3 {$(
            pub(super) async fn $method(self: Arc<Self>, bucket: String) -> Result<Option<$output>, ProviderError> {
                let request = || self.client.$call().bucket(&bucket).send();
                self.caller.find($operation, request).await
            }
        )*}
    };
}
reads! {
    versioning: VERSIONING = get_bucket_versioning -> GetBucketVersioningOutput;
    encryption: ENCRYPTION = get_bucket_encryption -> GetBucketEncryptionOutput;
    public_access_block: PUBLIC_ACCESS_BLOCK = get_public_access_block -> GetPublicAccessBlockOutput;
    ownership: OWNERSHIP = get_bucket_ownership_controls -> GetBucketOwnershipControlsOutput;
    tagging: TAGGING = get_bucket_tagging -> GetBucketTaggingOutput;
    logging: LOGGING = get_bucket_logging -> GetBucketLoggingOutput;
    lifecycle: LIFECYCLE = get_bucket_lifecycle_configuration -> GetBucketLifecycleConfigurationOutput;
    object_lock: OBJECT_LOCK = get_object_lock_configuration -> GetObjectLockConfigurationOutput;
    notification: NOTIFICATION =
        get_bucket_notification_configuration -> GetBucketNotificationConfigurationOutput;
    replication: REPLICATION = get_bucket_replication -> GetBucketReplicationOutput;
    cors: CORS = get_bucket_cors -> GetBucketCorsOutput;
    policy: POLICY = get_bucket_policy -> GetBucketPolicyOutput;
}

impl S3 {
    /// The tags of a bucket; empty where it has none.
    pub(super) async fn tags(
        self: Arc<Self>,
        bucket: &str,
    ) -> Result<BTreeMap<String, String>, ProviderError> {
        let answer = self.tagging(bucket.to_owned()).await?;
        Ok(answer.map(|answer| super::tags::map(&answer.tag_set)).unwrap_or_default())
    }
}

/// What an SDK builder made of a declaration.
pub(super) fn built<T>(made: Result<T, BuildError>) -> Result<T, ProviderError> {
    made.map_err(|error| ProviderError::new(ProviderErrorKind::Invalid, "declaration", error.to_string()))
}
