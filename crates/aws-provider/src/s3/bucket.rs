//! The handler of `AWS::S3::Bucket`.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_s3::operation::get_bucket_cors::GetBucketCorsOutput;
use aws_sdk_s3::operation::get_bucket_encryption::GetBucketEncryptionOutput;
use aws_sdk_s3::operation::get_bucket_lifecycle_configuration::GetBucketLifecycleConfigurationOutput;
use aws_sdk_s3::operation::get_bucket_logging::GetBucketLoggingOutput;
use aws_sdk_s3::operation::get_bucket_notification_configuration::GetBucketNotificationConfigurationOutput;
use aws_sdk_s3::operation::get_bucket_ownership_controls::GetBucketOwnershipControlsOutput;
use aws_sdk_s3::operation::get_bucket_replication::GetBucketReplicationOutput;
use aws_sdk_s3::operation::get_bucket_tagging::GetBucketTaggingOutput;
use aws_sdk_s3::operation::get_bucket_versioning::GetBucketVersioningOutput;
use aws_sdk_s3::operation::get_object_lock_configuration::GetObjectLockConfigurationOutput;
use aws_sdk_s3::operation::get_public_access_block::GetPublicAccessBlockOutput;
use aws_sdk_s3::types::{
    AnalyticsConfiguration, BucketLocationConstraint, CreateBucketConfiguration, InventoryConfiguration,
    MetricsConfiguration, ObjectOwnership,
};
use ironward_aws::s3::{Bucket, Encrypted};
use ironward_core::declare::Declaration;
use ironward_core::document::Document;
use ironward_core::error::{ProviderError, ProviderErrorKind};
use ironward_core::provider::{
    Change, Contents, DeleteOutcome, Found, Handler, Observation, Observed, Operation, Place, Read,
    ReadResults, Target,
};
use ironward_core::schema::Schema;

use super::api::{
    ANALYTICS, CORS, ENCRYPTION, INVENTORY, LIFECYCLE, LOGGING, METRICS, NOTIFICATION, OBJECT_LOCK,
    OWNERSHIP, PUBLIC_ACCESS_BLOCK, REPLICATION, S3, TAGGING, VERSIONING,
};
use super::{lifecycle, replication, reports, settings, tags};

/// The region whose buckets have no location constraint.
const FIRST_REGION: &str = "us-east-1";

/// How often a bucket is emptied again that fills up meanwhile.
const EMPTYINGS: usize = 8;

/// The properties that a bucket may be without, and what reads each: asked only where the
/// property is declared or was, since each is a call of its own.
const OPTIONAL: &[(&str, &str)] = &[
    ("LoggingConfiguration", LOGGING),
    ("LifecycleConfiguration", LIFECYCLE),
    ("ObjectLockEnabled", OBJECT_LOCK),
    ("NotificationConfiguration", NOTIFICATION),
    ("ReplicationConfiguration", REPLICATION),
    ("CorsConfiguration", CORS),
    ("InventoryConfigurations", INVENTORY),
    ("MetricsConfigurations", METRICS),
    ("AnalyticsConfigurations", ANALYTICS),
];

pub(super) struct BucketHandler(pub(super) Arc<S3>);

/// The reads of what this target has; all of them where nothing is known of it.
fn optional_reads<'a>(target: &Target<'a>) -> impl Iterator<Item = &'static str> + use<'a> {
    let properties = target.properties;
    OPTIONAL
        .iter()
        .filter(move |(property, _)| properties.is_empty() || properties.has(property))
        .map(|(_, read)| *read)
}

fn attributes(place: &Place, bucket: &str) -> Document {
    let suffix = if place.partition == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" };
    let (partition, region) = (&place.partition, &place.region);
    Document::new()
        .with("BucketName", bucket)
        .with("Arn", format!("arn:{partition}:s3:::{bucket}"))
        .with("DomainName", format!("{bucket}.s3.{suffix}"))
        .with("RegionalDomainName", format!("{bucket}.s3.{region}.{suffix}"))
        .with("DualStackDomainName", format!("{bucket}.s3.dualstack.{region}.{suffix}"))
}

/// Adds what the optional reads say. A read that finds nothing says that it isn't set.
fn report_optional(
    mut observed: Observed,
    target: &Target<'_>,
    answers: &ReadResults,
    reads: &[&'static str],
) -> Result<Observed, ProviderError> {
    let bucket = target.physical_id;
    let declared = |property: &str| target.properties.opt::<Document>(property);
    if reads.contains(&LOGGING) {
        let answer = answers.get::<GetBucketLoggingOutput>(LOGGING, bucket)?;
        let enabled = answer.and_then(|answer| answer.logging_enabled.as_ref());
        observed = observed.with("LoggingConfiguration", enabled.map(settings::logging));
    }
    if reads.contains(&LIFECYCLE) {
        let before = declared("LifecycleConfiguration")?;
        let answer = answers.get::<GetBucketLifecycleConfigurationOutput>(LIFECYCLE, bucket)?;
        let rules = answer
            .filter(|answer| !answer.rules().is_empty())
            .map(|answer| lifecycle::report(answer, before.as_ref()));
        observed = observed.with("LifecycleConfiguration", rules);
    }
    if reads.contains(&OBJECT_LOCK) {
        let answer = answers.get::<GetObjectLockConfigurationOutput>(OBJECT_LOCK, bucket)?;
        let lock = answer.and_then(|answer| answer.object_lock_configuration.as_ref());
        observed = observed
            .with("ObjectLockEnabled", lock.is_some_and(|lock| lock.object_lock_enabled.is_some()))
            .with("ObjectLockConfiguration", lock.and_then(settings::object_lock));
    }
    if reads.contains(&NOTIFICATION) {
        let answer = answers.get::<GetBucketNotificationConfigurationOutput>(NOTIFICATION, bucket)?;
        let bridge = answer.is_some_and(|answer| answer.event_bridge_configuration.is_some());
        observed = observed.with("NotificationConfiguration", bridge.then(settings::notification));
    }
    if reads.contains(&REPLICATION) {
        let before = declared("ReplicationConfiguration")?;
        let answer = answers.get::<GetBucketReplicationOutput>(REPLICATION, bucket)?;
        let seen = answer.and_then(|answer| answer.replication_configuration.as_ref());
        observed = observed
            .with("ReplicationConfiguration", seen.map(|seen| replication::report(seen, before.as_ref())));
    }
    if reads.contains(&CORS) {
        let answer = answers.get::<GetBucketCorsOutput>(CORS, bucket)?;
        let rules = answer.filter(|answer| !answer.cors_rules().is_empty());
        observed = observed.with("CorsConfiguration", rules.map(settings::cors));
    }
    report_lists(observed, target, answers, reads)
}

/// Adds the lists that are told of by a read each.
fn report_lists(
    mut observed: Observed,
    target: &Target<'_>,
    answers: &ReadResults,
    reads: &[&'static str],
) -> Result<Observed, ProviderError> {
    let bucket = target.physical_id;
    let declared = |property: &str| target.properties.list::<Document>(property);
    if reads.contains(&INVENTORY) {
        let seen = answers.get::<Vec<InventoryConfiguration>>(INVENTORY, bucket)?;
        let list = reports::inventories(seen, &declared("InventoryConfigurations")?);
        observed = observed.with("InventoryConfigurations", list);
    }
    if reads.contains(&METRICS) {
        let seen = answers.get::<Vec<MetricsConfiguration>>(METRICS, bucket)?;
        let list = reports::metrics(seen, &declared("MetricsConfigurations")?);
        observed = observed.with("MetricsConfigurations", list);
    }
    if reads.contains(&ANALYTICS) {
        let seen = answers.get::<Vec<AnalyticsConfiguration>>(ANALYTICS, bucket)?;
        let list = reports::analytics(seen, &declared("AnalyticsConfigurations")?);
        observed = observed.with("AnalyticsConfigurations", list);
    }
    Ok(observed)
}

#[async_trait]
impl Handler for BucketHandler {
    fn schema(&self) -> &'static Schema {
        // The facts are the same for every kind.
        Bucket::<Encrypted>::SCHEMA
    }

    fn reads(&self, target: &Target<'_>) -> Vec<Read> {
        [VERSIONING, ENCRYPTION, PUBLIC_ACCESS_BLOCK, OWNERSHIP, TAGGING]
            .into_iter()
            .chain(optional_reads(target))
            .map(|operation| Read::new(operation, target.physical_id))
            .collect()
    }

    fn observe(&self, target: &Target<'_>, answers: &ReadResults) -> Result<Observation, ProviderError> {
        let bucket = target.physical_id;
        let Some(versioning) = answers.get::<GetBucketVersioningOutput>(VERSIONING, bucket)? else {
            return Ok(Observation::Absent);
        };
        let status = versioning.status().map(|status| Document::new().with("Status", status.as_str()));
        let block = answers
            .get::<GetPublicAccessBlockOutput>(PUBLIC_ACCESS_BLOCK, bucket)?
            .and_then(|answer| answer.public_access_block_configuration.as_ref());
        let ownership = answers
            .get::<GetBucketOwnershipControlsOutput>(OWNERSHIP, bucket)?
            .and_then(|answer| answer.ownership_controls.as_ref());
        let encryption = answers
            .get::<GetBucketEncryptionOutput>(ENCRYPTION, bucket)?
            .and_then(|answer| answer.server_side_encryption_configuration.as_ref());
        let tags = answers
            .get::<GetBucketTaggingOutput>(TAGGING, bucket)?
            .map(|answer| tags::map(&answer.tag_set))
            .unwrap_or_default();
        let observed = Observed::new(attributes(target.place, bucket))
            .with("BucketName", bucket)
            .with("VersioningConfiguration", status)
            .with("PublicAccessBlockConfiguration", block.map(settings::public_access_block))
            .with("OwnershipControls", ownership.map(settings::ownership))
            .with("BucketEncryption", encryption.map(settings::encryption))
            .tagged(tags);
        let reads: Vec<_> = optional_reads(target).collect();
        Ok(Observation::Present(report_optional(observed, target, answers, &reads)?))
    }

    async fn create(&self, operation: &Operation<'_>, desired: &Document) -> Result<String, ProviderError> {
        let Self(s3) = self;
        let bucket: String = desired.get("BucketName")?;
        let region = operation.place.region.as_str();
        // In the first region, creating a bucket that one has already succeeds.
        if region == FIRST_REGION
            && s3
                .caller
                .find("s3:ListBucket", || s3.client.head_bucket().bucket(&bucket).send())
                .await?
                .is_some()
        {
            let message = format!("bucket {bucket} is there already");
            return Err(ProviderError::new(ProviderErrorKind::AlreadyExists, "s3:CreateBucket", message));
        }
        let location = (region != FIRST_REGION).then(|| BucketLocationConstraint::from(region));
        let configuration = CreateBucketConfiguration::builder()
            .set_location_constraint(location)
            .set_tags(Some(tags::sdk(operation.tags(desired))?))
            .build();
        let lock: Option<bool> = desired.opt("ObjectLockEnabled")?;
        let request = || {
            s3.client
                .create_bucket()
                .bucket(&bucket)
                .object_ownership(ObjectOwnership::BucketOwnerEnforced)
                .set_object_lock_enabled_for_bucket(lock)
                .create_bucket_configuration(configuration.clone())
                .send()
        };
        s3.caller.make("s3:CreateBucket", request).await?;
        Ok(bucket)
    }

    /// One configuration after the other: S3 refuses two at a time. The bucket is closed and
    /// encrypted before anything is let in, and has versions before anything needs them.
    async fn reconcile(&self, operation: &Operation<'_>, change: &Change<'_>) -> Result<(), ProviderError> {
        let Self(s3) = self;
        let (bucket, after) = (change.physical_id, change.after);
        if change.has("ownership_controls") {
            s3.set_ownership(bucket, &after.get("OwnershipControls")?).await?;
        }
        if change.has("public_access_block") {
            s3.set_public_access_block(bucket, &after.get("PublicAccessBlockConfiguration")?).await?;
        }
        if change.has("tags") {
            s3.set_tags(operation, change).await?;
        } else if change.has("versioning") {
            // Every creation comes by here.
            s3.mark(operation, change).await?;
        }
        if change.has("encryption") {
            s3.set_encryption(bucket, &after.get("BucketEncryption")?).await?;
        }
        if change.has("versioning") {
            s3.set_versioning(bucket, &after.get("VersioningConfiguration")?).await?;
        }
        if change.has("object_lock") {
            let enabled = after.opt("ObjectLockEnabled")?.unwrap_or(false);
            let declared = after.opt("ObjectLockConfiguration")?;
            s3.set_object_lock(bucket, enabled, declared.as_ref()).await?;
        }
        if change.has("lifecycle") {
            s3.set_lifecycle(bucket, after.opt("LifecycleConfiguration")?.as_ref()).await?;
        }
        if change.has("logging") {
            s3.set_logging(bucket, after.opt("LoggingConfiguration")?.as_ref()).await?;
        }
        if change.has("notification") {
            s3.set_notification(bucket, after.opt("NotificationConfiguration")?.as_ref()).await?;
        }
        if change.has("cors") {
            s3.set_cors(bucket, after.opt("CorsConfiguration")?.as_ref()).await?;
        }
        if change.has("inventory") {
            s3.set_inventories(bucket, &after.list("InventoryConfigurations")?).await?;
        }
        if change.has("metrics") {
            s3.set_metrics(bucket, &after.list("MetricsConfigurations")?).await?;
        }
        if change.has("analytics") {
            s3.set_analytics(bucket, &after.list("AnalyticsConfigurations")?).await?;
        }
        if change.has("replication") {
            s3.set_replication(bucket, after.opt("ReplicationConfiguration")?.as_ref()).await?;
        }
        Ok(())
    }

    /// The bucket's policy is in force until it is gone. An emulator is reached without TLS, which our own
    /// policies refuse: there the policy is taken off first, and put back where the bucket stays.
    async fn delete(
        &self,
        operation: &Operation<'_>,
        target: &Target<'_>,
    ) -> Result<DeleteOutcome, ProviderError> {
        let Self(s3) = self;
        let bucket = target.physical_id;
        let policy = if s3.caller.is_emulated() { s3.take_policy(bucket).await? } else { None };
        let removal = self.take_down(operation, bucket).await;
        let stays = removal.as_ref().map_or(true, |removal| removal.stays);
        if let Some(policy) = policy.filter(|_| stays) {
            let request = || s3.client.put_bucket_policy().bucket(bucket).policy(&policy).send();
            s3.caller.call("s3:PutBucketPolicy", request).await?;
        }
        removal
    }

    /// Versions and delete markers: what a deletion of the bucket would have to delete first.
    async fn contents(&self, target: &Target<'_>) -> Result<Option<Contents>, ProviderError> {
        let Self(s3) = self;
        let bucket = target.physical_id;
        let list = || s3.client.list_object_versions().bucket(bucket).max_keys(1000).send();
        let page = s3.caller.find("s3:ListBucketVersions", list).await?;
        Ok(page.map(|page| {
            let versions = page.versions().len() + page.delete_markers().len();
            let count = u64::try_from(versions).unwrap_or(u64::MAX);
            let of = if count == 1 { "version of an object" } else { "versions of objects" };
            Contents { count, at_least: page.is_truncated().unwrap_or(false), of }
        }))
    }

    async fn find(&self, operation: &Operation<'_>, desired: &Document) -> Result<Found, ProviderError> {
        let Self(s3) = self;
        let bucket: String = desired.get("BucketName")?;
        let owner = operation.place.account.as_str();
        let request = || s3.client.head_bucket().bucket(&bucket).expected_bucket_owner(owner).send();
        match s3.caller.find("s3:ListBucket", request).await {
            Ok(None) => return Ok(Found::Nothing),
            Ok(Some(_)) => {}
            Err(error) if error.kind == ProviderErrorKind::Denied => {
                let owner = "another account, or hidden from these credentials".to_owned();
                return Ok(Found::Foreign { physical_id: bucket, owner });
            }
            Err(error) => return Err(error),
        }
        let tags = Arc::clone(s3).tags(&bucket).await?;
        Ok(match Found::by_tags(operation, &bucket, &tags) {
            Found::Unmarked { .. } => Found::by_name(operation, &bucket),
            found => found,
        })
    }
}

impl BucketHandler {
    /// Deletes a bucket, and what it holds where that may be.
    async fn take_down(
        &self,
        operation: &Operation<'_>,
        bucket: &str,
    ) -> Result<DeleteOutcome, ProviderError> {
        let Self(s3) = self;
        let policy = operation.policy;
        let lift = (policy.lift_protection || policy.contents_accepted) && !policy.keep_contents;
        let mut rounds = 0;
        loop {
            if lift {
                let kept = s3.empty(bucket).await?;
                if !kept.is_empty() {
                    let remains = s3.describe(bucket, &kept).await;
                    return Ok(DeleteOutcome::staying(remains));
                }
            }
            rounds += 1;
            match s3.caller.call("s3:DeleteBucket", || s3.client.delete_bucket().bucket(bucket).send()).await
            {
                Ok(_) => return Ok(DeleteOutcome::default()),
                Err(error) if error.code == "BucketNotEmpty" && lift && rounds < EMPTYINGS => {}
                Err(error) if error.code == "BucketNotEmpty" => return Err(not_empty(bucket, lift, &error)),
                Err(error) => return Err(error),
            }
        }
    }
}

impl S3 {
    /// Takes the policy off a bucket, where it has one.
    async fn take_policy(&self, bucket: &str) -> Result<Option<String>, ProviderError> {
        let get = || self.client.get_bucket_policy().bucket(bucket).send();
        let answer = self.caller.find("s3:GetBucketPolicy", get).await?;
        let policy = answer.and_then(|answer| answer.policy().map(str::to_owned));
        if policy.is_some() {
            let delete = || self.client.delete_bucket_policy().bucket(bucket).send();
            self.caller.call("s3:DeleteBucketPolicy", delete).await?;
        }
        Ok(policy)
    }
}

fn not_empty(bucket: &str, lift: bool, error: &ProviderError) -> ProviderError {
    let message = if lift {
        format!("something keeps writing to bucket {bucket}: stop it, then run again")
    } else {
        format!(
            "bucket {bucket} still holds objects: move them away, or delete those that aren't locked with \
             `--accept-loss PATH` or `destroy --lift-protection`"
        )
    };
    ProviderError::new(ProviderErrorKind::Invalid, "s3:DeleteBucket", message).with_code(&*error.code)
}
