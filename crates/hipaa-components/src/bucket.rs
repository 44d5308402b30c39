//! `PhiBucket` and `AuditBucket`.

use ironward_aws::kms::CustomerKey;
use ironward_aws::place::{FoundHere, Here};
use ironward_aws::policy::{Allow, PolicyDocument};
use ironward_aws::s3::{
    AbortIncompleteMultipartUpload, Bucket, BucketArn, BucketName, BucketPolicy, DeclaredBucket,
    DefaultRetention, Encrypted, LifecycleConfiguration, LifecycleRule, LoggingConfiguration,
    NoncurrentVersionExpiration, NotificationConfiguration, ObjectLockConfiguration, RetentionMode,
    RuleStatus, no_bypass_of_locks, no_callers_keys, objects_of, own_key_only, tls_only,
};
use ironward_core::output::Output;
use ironward_core::program::DeclareError;
use ironward_core::stack::{Profile, Stack};

use crate::access_log::AccessLogBucket;
use crate::classification::{Classification, open};
use crate::key::any_trail;
use crate::retention::Retention;

/// A bucket for PHI: encrypted with a customer-managed key, versioned, locked for the retention,
/// logged, closed to the public and to plain HTTP, and closed to objects under any other key
/// (45 CFR 164.312(a)(2)(iv), (b), (c)(1), (e)(1)).
///
/// What is locked, no lifecycle deletes, whoever changes it; whoever may change the bucket's default lock
/// (`s3:PutBucketObjectLockConfiguration`) changes it for objects to come.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html
#[derive(Debug, Clone)]
pub struct PhiBucket {
    bucket: DeclaredBucket<Encrypted>,
    ready: Output<BucketName<Encrypted>>,
}

impl PhiBucket {
    /// Declares the bucket as the component `name`; its access log goes to `logs`.
    ///
    /// # Errors
    /// [`DeclareError`] when the name is taken or isn't one.
    #[track_caller]
    pub fn declare<P: Profile>(
        stack: &mut Stack<P>,
        name: &str,
        key: CustomerKey,
        logs: &AccessLogBucket,
        retention: Retention,
    ) -> Result<Self, DeclareError> {
        let mut scope = open(stack, name, "PhiBucket", Classification::Phi)?;
        let bucket = scope.add("bucket", closed_bucket(key.clone(), logs, name, retention))?;
        let policy = BucketPolicy::on(bucket.name(), closed_policy(&bucket, &key, retention));
        let policy = scope.add("policy", policy)?;
        Ok(Self { ready: retype(policy.bucket()), bucket })
    }

    /// The bucket's name, once its policy is in force.
    #[must_use]
    pub fn name(&self) -> Output<BucketName<Encrypted>> {
        self.ready.clone()
    }

    /// The bucket's ARN.
    #[must_use]
    pub fn arn(&self) -> Output<BucketArn> {
        self.bucket.arn()
    }
}

/// The bucket that keeps an audit trail: as a [`PhiBucket`], and CloudTrail of this account may
/// write to it (45 CFR 164.312(b)).
#[derive(Debug, Clone)]
pub struct AuditBucket {
    bucket: DeclaredBucket<Encrypted>,
    ready: Output<BucketName<Encrypted>>,
    key: CustomerKey,
}

impl AuditBucket {
    /// Declares the bucket as the component `name`; its access log goes to `logs`.
    ///
    /// # Errors
    /// [`DeclareError`] when the name is taken or isn't one.
    #[track_caller]
    pub fn declare<P: Profile>(
        stack: &mut Stack<P>,
        name: &str,
        key: CustomerKey,
        logs: &AccessLogBucket,
        retention: Retention,
    ) -> Result<Self, DeclareError> {
        let mut scope = open(stack, name, "AuditBucket", Classification::Audit)?;
        let here = scope.lookup("here", Here)?;
        let bucket = scope.add("bucket", closed_bucket(key.clone(), logs, name, retention))?;
        let [check, write] = trails_deliver(&bucket, &here);
        let policy = closed_policy(&bucket, &key, retention).with(check).with(write);
        let policy = scope.add("policy", BucketPolicy::on(bucket.name(), policy))?;
        Ok(Self { ready: retype(policy.bucket()), bucket, key })
    }

    /// The bucket's name, once its policy lets the trail be delivered.
    #[must_use]
    pub fn name(&self) -> Output<BucketName<Encrypted>> {
        self.ready.clone()
    }

    /// The key that it is encrypted with: a trail is delivered under no other.
    #[must_use]
    pub fn key(&self) -> CustomerKey {
        self.key.clone()
    }

    /// The bucket's ARN.
    #[must_use]
    pub fn arn(&self) -> Output<BucketArn> {
        self.bucket.arn()
    }
}

fn closed_bucket(
    key: CustomerKey,
    logs: &AccessLogBucket,
    name: &str,
    retention: Retention,
) -> Bucket<Encrypted> {
    let rule = LifecycleRule::new("retention", RuleStatus::Enabled)
        .noncurrent_version_expiration(NoncurrentVersionExpiration::new(retention.in_days()))
        .abort_incomplete_multipart_upload(AbortIncompleteMultipartUpload::new(7_i64));
    let bucket = Bucket::encrypted(key)
        .logging_configuration(LoggingConfiguration::new(logs.name()).log_file_prefix(format!("s3/{name}/")))
        .lifecycle_configuration(LifecycleConfiguration::new([rule]))
        .notification_configuration(NotificationConfiguration::event_bridge())
        // Where nothing is locked yet, it can be at any time, and what is locked need not be made anew.
        .object_lock_enabled();
    if !retention.locks() {
        return bucket;
    }
    let lock = DefaultRetention::days(RetentionMode::Governance, retention.in_days());
    bucket.object_lock_configuration(ObjectLockConfiguration::new(lock))
}

/// What nobody may do with a bucket for PHI, whatever his own permissions are.
fn closed_policy(
    bucket: &DeclaredBucket<Encrypted>,
    key: &CustomerKey,
    retention: Retention,
) -> PolicyDocument {
    let policy = PolicyDocument::new()
        .with(tls_only(bucket.arn()))
        .with(own_key_only(bucket.arn(), key))
        .with(no_callers_keys(bucket.arn()));
    if retention.locks() { policy.with(no_bypass_of_locks(bucket.arn())) } else { policy }
}

/// Source: AWS CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail".
fn trails_deliver(bucket: &DeclaredBucket<Encrypted>, here: &FoundHere) -> [Allow; 2] {
    let allow = |sid: &str, action: &str, on: Output<String>| {
        Allow::actions([action]).sid(sid).service("cloudtrail.amazonaws.com").on(on).when(
            "StringLike",
            "aws:SourceArn",
            any_trail(here),
        )
    };
    [
        allow("TrailChecks", "s3:GetBucketAcl", retype(bucket.arn())),
        allow("TrailWrites", "s3:PutObject", objects_of(&bucket.arn())),
    ]
}

/// The same value under another type; the caller vouches for it.
pub(crate) fn retype<T, U>(output: Output<T>) -> Output<U> {
    Output::from_value(output.value().clone())
}
