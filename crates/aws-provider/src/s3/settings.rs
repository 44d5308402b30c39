//! The smaller configurations of a bucket, between declarations and the SDK.

use std::sync::Arc;

use aws_sdk_s3::operation::get_bucket_cors::GetBucketCorsOutput;
use aws_sdk_s3::types::{
    BucketLoggingStatus, CorsConfiguration, CorsRule, DefaultRetention, EventBridgeConfiguration,
    LoggingEnabled, NotificationConfiguration, ObjectLockConfiguration, ObjectLockEnabled, ObjectLockRule,
    OwnershipControls, OwnershipControlsRule, PartitionedPrefix, PublicAccessBlockConfiguration,
    ServerSideEncryption, ServerSideEncryptionByDefault, ServerSideEncryptionConfiguration,
    ServerSideEncryptionRule, TargetObjectKeyFormat, VersioningConfiguration,
};
use ironward_core::document::Document;
use ironward_core::error::{ProviderError, ProviderErrorKind};

use super::api::{S3, built};

/// Sorts what was seen like what was declared, by `Id`: S3 keeps rules without an order.
pub(super) fn in_order_of(declared: Option<&Document>, list: &str, mut seen: Vec<Document>) -> Vec<Document> {
    let id = |rule: &Document| rule.opt::<String>("Id").ok().flatten();
    let declared = declared.and_then(|declared| declared.list::<Document>(list).ok()).unwrap_or_default();
    let order: Vec<_> = declared.iter().map(id).collect();
    seen.sort_by_key(|rule| {
        let id = id(rule);
        order.iter().position(|declared| *declared == id).unwrap_or(usize::MAX)
    });
    seen
}

impl S3 {
    pub(super) async fn set_ownership(&self, bucket: &str, declared: &Document) -> Result<(), ProviderError> {
        let mut controls = OwnershipControls::builder();
        for rule in declared.list::<Document>("Rules")? {
            let ownership: String = rule.get("ObjectOwnership")?;
            let rule = OwnershipControlsRule::builder().object_ownership(ownership.as_str().into());
            controls = controls.rules(built(rule.build())?);
        }
        let controls = built(controls.build())?;
        let request = || {
            self.client
                .put_bucket_ownership_controls()
                .bucket(bucket)
                .ownership_controls(controls.clone())
                .send()
        };
        self.caller.call("s3:PutBucketOwnershipControls", request).await?;
        Ok(())
    }

    pub(super) async fn set_public_access_block(
        &self,
        bucket: &str,
        declared: &Document,
    ) -> Result<(), ProviderError> {
        let block = PublicAccessBlockConfiguration::builder()
            .set_block_public_acls(declared.opt("BlockPublicAcls")?)
            .set_block_public_policy(declared.opt("BlockPublicPolicy")?)
            .set_ignore_public_acls(declared.opt("IgnorePublicAcls")?)
            .set_restrict_public_buckets(declared.opt("RestrictPublicBuckets")?)
            .build();
        let request = || {
            self.client
                .put_public_access_block()
                .bucket(bucket)
                .public_access_block_configuration(block.clone())
                .send()
        };
        self.caller.call("s3:PutBucketPublicAccessBlock", request).await?;
        Ok(())
    }

    pub(super) async fn set_encryption(
        &self,
        bucket: &str,
        declared: &Document,
    ) -> Result<(), ProviderError> {
        let mut encryption = ServerSideEncryptionConfiguration::builder();
        for rule in declared.list::<Document>("ServerSideEncryptionConfiguration")? {
            let default: Document = rule.get("ServerSideEncryptionByDefault")?;
            let algorithm: String = default.get("SSEAlgorithm")?;
            let default = ServerSideEncryptionByDefault::builder()
                .sse_algorithm(ServerSideEncryption::from(algorithm.as_str()))
                .set_kms_master_key_id(default.opt("KMSMasterKeyID")?)
                .build();
            let rule = ServerSideEncryptionRule::builder()
                .apply_server_side_encryption_by_default(built(default)?)
                .set_bucket_key_enabled(rule.opt("BucketKeyEnabled")?);
            encryption = encryption.rules(rule.build());
        }
        let encryption = built(encryption.build())?;
        let request = || {
            self.client
                .put_bucket_encryption()
                .bucket(bucket)
                .server_side_encryption_configuration(encryption.clone())
                .send()
        };
        self.caller.call("s3:PutEncryptionConfiguration", request).await?;
        Ok(())
    }

    pub(super) async fn set_versioning(
        &self,
        bucket: &str,
        declared: &Document,
    ) -> Result<(), ProviderError> {
        let versioning = VersioningConfiguration::builder().set_status(declared.parsed("Status")?).build();
        let request = || {
            self.client
                .put_bucket_versioning()
                .bucket(bucket)
                .versioning_configuration(versioning.clone())
                .send()
        };
        self.caller.call("s3:PutBucketVersioning", request).await?;
        Ok(())
    }

    /// Sets where the access log goes; none stops it.
    pub(super) async fn set_logging(
        &self,
        bucket: &str,
        declared: Option<&Document>,
    ) -> Result<(), ProviderError> {
        let mut status = BucketLoggingStatus::builder();
        if let Some(declared) = declared {
            let format = match declared.opt::<Document>("TargetObjectKeyFormat")? {
                Some(format) => {
                    let prefix = format.opt::<Document>("PartitionedPrefix")?.unwrap_or_default();
                    let prefix = PartitionedPrefix::builder()
                        .set_partition_date_source(prefix.parsed("PartitionDateSource")?);
                    Some(TargetObjectKeyFormat::builder().partitioned_prefix(prefix.build()).build())
                }
                None => None,
            };
            let enabled = LoggingEnabled::builder()
                .target_bucket(declared.get::<String>("DestinationBucketName")?)
                .target_prefix(declared.opt::<String>("LogFilePrefix")?.unwrap_or_default())
                .set_target_object_key_format(format);
            status = status.logging_enabled(built(enabled.build())?);
        }
        let status = status.build();
        let request =
            || self.client.put_bucket_logging().bucket(bucket).bucket_logging_status(status.clone()).send();
        self.caller.call("s3:PutBucketLogging", request).await?;
        Ok(())
    }

    /// Switches object lock on, with or without a retention of new objects.
    pub(super) async fn set_object_lock(
        &self,
        bucket: &str,
        enabled: bool,
        declared: Option<&Document>,
    ) -> Result<(), ProviderError> {
        if !enabled {
            let message = "object lock can't be switched off: declare it, or replace the bucket";
            return Err(ProviderError::new(
                ProviderErrorKind::Invalid,
                "s3:PutBucketObjectLockConfiguration",
                message,
            ));
        }
        let mut lock = ObjectLockConfiguration::builder().object_lock_enabled(ObjectLockEnabled::Enabled);
        let rule = match declared {
            Some(declared) => declared.opt::<Document>("Rule")?,
            None => None,
        };
        if let Some(rule) = rule {
            let retention: Document = rule.get("DefaultRetention")?;
            let retention = DefaultRetention::builder()
                .set_mode(retention.parsed("Mode")?)
                .set_days(retention.opt("Days")?)
                .set_years(retention.opt("Years")?)
                .build();
            lock = lock.rule(ObjectLockRule::builder().default_retention(retention).build());
        }
        let lock = lock.build();
        let request = || {
            self.client
                .put_object_lock_configuration()
                .bucket(bucket)
                .object_lock_configuration(lock.clone())
                .send()
        };
        self.caller.call("s3:PutBucketObjectLockConfiguration", request).await?;
        Ok(())
    }

    /// Sets whether events go to EventBridge. One call replaces all destinations, so those of
    /// others are read first and kept.
    pub(super) async fn set_notification(
        self: &Arc<Self>,
        bucket: &str,
        declared: Option<&Document>,
    ) -> Result<(), ProviderError> {
        let bridge = declared
            .and_then(|declared| declared.at("EventBridgeConfiguration.EventBridgeEnabled"))
            .is_some_and(|enabled| enabled == true);
        let mut notification = NotificationConfiguration::builder();
        if let Some(now) = Arc::clone(self).notification(bucket.to_owned()).await? {
            notification = notification
                .set_topic_configurations(now.topic_configurations)
                .set_queue_configurations(now.queue_configurations)
                .set_lambda_function_configurations(now.lambda_function_configurations);
        }
        if bridge {
            notification =
                notification.event_bridge_configuration(EventBridgeConfiguration::builder().build());
        }
        let notification = notification.build();
        let request = || {
            self.client
                .put_bucket_notification_configuration()
                .bucket(bucket)
                .notification_configuration(notification.clone())
                .skip_destination_validation(true)
                .send()
        };
        self.caller.call("s3:PutBucketNotification", request).await?;
        Ok(())
    }

    /// Sets what pages of other origins may do; none takes it away.
    pub(super) async fn set_cors(
        &self,
        bucket: &str,
        declared: Option<&Document>,
    ) -> Result<(), ProviderError> {
        let Some(declared) = declared else {
            let request = || self.client.delete_bucket_cors().bucket(bucket).send();
            self.caller.find("s3:PutBucketCORS", request).await?;
            return Ok(());
        };
        let mut cors = CorsConfiguration::builder();
        for rule in declared.list::<Document>("CorsRules")? {
            let rule = CorsRule::builder()
                .set_id(rule.opt("Id")?)
                .set_allowed_methods(rule.opt("AllowedMethods")?)
                .set_allowed_origins(rule.opt("AllowedOrigins")?)
                .set_allowed_headers(rule.opt("AllowedHeaders")?)
                .set_expose_headers(rule.opt("ExposedHeaders")?)
                .set_max_age_seconds(rule.opt("MaxAge")?);
            cors = cors.cors_rules(built(rule.build())?);
        }
        let cors = built(cors.build())?;
        let request = || self.client.put_bucket_cors().bucket(bucket).cors_configuration(cors.clone()).send();
        self.caller.call("s3:PutBucketCORS", request).await?;
        Ok(())
    }
}

pub(super) fn ownership(seen: &OwnershipControls) -> Document {
    let rules: Vec<Document> = seen
        .rules
        .iter()
        .map(|rule| Document::new().with("ObjectOwnership", rule.object_ownership.as_str()))
        .collect();
    Document::new().with("Rules", rules)
}

pub(super) fn public_access_block(seen: &PublicAccessBlockConfiguration) -> Document {
    Document::new()
        .with("BlockPublicAcls", seen.block_public_acls)
        .with("BlockPublicPolicy", seen.block_public_policy)
        .with("IgnorePublicAcls", seen.ignore_public_acls)
        .with("RestrictPublicBuckets", seen.restrict_public_buckets)
}

pub(super) fn encryption(seen: &ServerSideEncryptionConfiguration) -> Document {
    let rules: Vec<Document> = seen
        .rules
        .iter()
        .map(|rule| {
            let default = rule.apply_server_side_encryption_by_default.as_ref().map(|default| {
                Document::new()
                    .with("SSEAlgorithm", default.sse_algorithm.as_str())
                    .with("KMSMasterKeyID", default.kms_master_key_id.clone())
            });
            Document::new()
                .with("ServerSideEncryptionByDefault", default)
                .with("BucketKeyEnabled", rule.bucket_key_enabled)
        })
        .collect();
    Document::new().with("ServerSideEncryptionConfiguration", rules)
}

pub(super) fn logging(seen: &LoggingEnabled) -> Document {
    let format =
        seen.target_object_key_format.as_ref().and_then(|format| format.partitioned_prefix.as_ref()).map(
            |prefix| {
                let source = prefix.partition_date_source.as_ref().map(|source| source.as_str());
                Document::new().with("PartitionedPrefix", Document::new().with("PartitionDateSource", source))
            },
        );
    let prefix = Some(seen.target_prefix.as_str()).filter(|prefix| !prefix.is_empty());
    Document::new()
        .with("DestinationBucketName", &seen.target_bucket)
        .with("LogFilePrefix", prefix)
        .with("TargetObjectKeyFormat", format)
}

/// The retention of new objects; none where there is a lock without one.
pub(super) fn object_lock(seen: &ObjectLockConfiguration) -> Option<Document> {
    let retention = seen.rule.as_ref()?.default_retention.as_ref()?;
    let given = |number: Option<i32>| number.filter(|number| *number > 0);
    let retention = Document::new()
        .with("Mode", retention.mode.as_ref().map(|mode| mode.as_str()))
        .with("Days", given(retention.days))
        .with("Years", given(retention.years));
    Some(
        Document::new()
            .with("ObjectLockEnabled", "Enabled")
            .with("Rule", Document::new().with("DefaultRetention", retention)),
    )
}

pub(super) fn notification() -> Document {
    let bridge = Document::new().with("EventBridgeEnabled", true);
    Document::new().with("EventBridgeConfiguration", bridge)
}

pub(super) fn cors(seen: &GetBucketCorsOutput) -> Document {
    let rules: Vec<Document> = seen
        .cors_rules()
        .iter()
        .map(|rule| {
            Document::new()
                .with("Id", rule.id.clone())
                .with("AllowedMethods", rule.allowed_methods.clone())
                .with("AllowedOrigins", rule.allowed_origins.clone())
                .with("AllowedHeaders", rule.allowed_headers.clone())
                .with("ExposedHeaders", rule.expose_headers.clone())
                .with("MaxAge", rule.max_age_seconds)
        })
        .collect();
    Document::new().with("CorsRules", rules)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn rules_are_sorted_like_those_declared() {
        let rules = |ids: &[&str]| ids.iter().map(|id| Document::new().with("Id", *id)).collect::<Vec<_>>();
        let declared: Document =
            serde_json::from_value(json!({"Rules": [{"Id": "b"}, {"Id": "a"}]})).unwrap();
        assert_eq!(in_order_of(Some(&declared), "Rules", rules(&["x", "a", "b"])), rules(&["b", "a", "x"]));
        assert_eq!(in_order_of(None, "Rules", rules(&["x", "a"])), rules(&["x", "a"]));
    }
}
