//! `PhiBucket`, `AuditBucket` and `AccessLogBucket`.

use ironward_aws::kms::CustomerKey;
use ironward_aws::place::{FoundHere, Here};
use ironward_aws::policy::{Allow, PolicyDocument};
use ironward_aws::s3::{
    AbortIncompleteMultipartUpload, Bucket, BucketArn, BucketName, BucketPolicy, DeclaredBucket,
    DefaultRetention, Encrypted, LifecycleConfiguration, LifecycleRule, LogDelivery, LoggingConfiguration,
    NoncurrentVersionExpiration, NotificationConfiguration, ObjectLockConfiguration, RetentionMode,
    RuleStatus, tls_only,
};
use ironward_core::output::{Lower, Output, concat};
use ironward_core::program::DeclareError;
use ironward_core::stack::{Profile, Stack};

use crate::classification::{Classification, open};
use crate::retention::Retention;

/// A bucket for access logs of load balancers and other buckets.
///
/// AWS delivers these only to buckets with SSE-S3 and without object lock; so it has these, public
/// access blocked, TLS required and old logs removed after the retention, and it may hold no PHI:
/// [`PhiBucket`] can't be made of it.
#[derive(Debug, Clone)]
pub struct AccessLogBucket {
    bucket: DeclaredBucket<LogDelivery>,
    ready: Output<BucketName<LogDelivery>>,
}

impl AccessLogBucket {
    /// Declares the bucket as the component `name`.
    ///
    /// # Errors
    /// [`DeclareError`] when the name is taken or isn't one.
    #[track_caller]
    pub fn declare<P: Profile>(
        stack: &mut Stack<P>,
        name: &str,
        retention: Retention,
    ) -> Result<Self, DeclareError> {
        let mut scope = open(stack, name, "AccessLogBucket", Classification::Internal)?;
        let here = scope.lookup("here", Here)?;
        let rule = LifecycleRule::new("retention", RuleStatus::Enabled)
            .expiration_in_days(retention.in_days())
            .noncurrent_version_expiration(NoncurrentVersionExpiration::new(30_i64))
            .abort_incomplete_multipart_upload(AbortIncompleteMultipartUpload::new(7_i64));
        let bucket = Bucket::log_delivery().lifecycle_configuration(LifecycleConfiguration::new([rule]));
        let bucket = scope.add("bucket", bucket)?;
        let objects = objects_of(&bucket.arn());
        let deliver = |service: &str| {
            Allow::actions(["s3:PutObject"]).service(service).on(&objects).when(
                "StringEquals",
                "aws:SourceAccount",
                here.account(),
            )
        };
        let policy = PolicyDocument::new()
            .with(tls_only(bucket.arn()))
            .with(deliver("logging.s3.amazonaws.com").sid("BucketLogs"))
            .with(deliver("logdelivery.elasticloadbalancing.amazonaws.com").sid("LoadBalancerLogs"));
        let policy = scope.add("policy", BucketPolicy::on(bucket.name(), policy))?;
        Ok(Self { ready: retype(policy.bucket()), bucket })
    }

    /// The bucket's name, once its policy lets logs be delivered.
    #[must_use]
    pub fn name(&self) -> Output<BucketName<LogDelivery>> {
        self.ready.clone()
    }

    /// The bucket's ARN.
    #[must_use]
    pub fn arn(&self) -> Output<BucketArn> {
        self.bucket.arn()
    }
}

/// A bucket for PHI: encrypted with a customer-managed key, versioned, locked for the retention,
/// logged, closed to the public and to plain HTTP (45 CFR 164.312(a)(2)(iv), (b), (c)(1), (e)(1)).
#[derive(Debug, Clone)]
pub struct PhiBucket {
    bucket: DeclaredBucket<Encrypted>,
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
        let bucket = scope.add("bucket", locked_bucket(key, logs, name, retention))?;
        let policy = PolicyDocument::new().with(tls_only(bucket.arn()));
        scope.add("policy", BucketPolicy::on(bucket.name(), policy))?;
        Ok(Self { bucket })
    }

    /// The bucket's name.
    #[must_use]
    pub fn name(&self) -> Output<BucketName<Encrypted>> {
        self.bucket.name()
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
        let bucket = scope.add("bucket", locked_bucket(key, logs, name, retention))?;
        let policy = trail_policy(&bucket, &here);
        let policy = scope.add("policy", BucketPolicy::on(bucket.name(), policy))?;
        Ok(Self { ready: retype(policy.bucket()), bucket })
    }

    /// The bucket's name, once its policy lets the trail be delivered.
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

fn locked_bucket(
    key: CustomerKey,
    logs: &AccessLogBucket,
    name: &str,
    retention: Retention,
) -> Bucket<Encrypted> {
    let rule = LifecycleRule::new("retention", RuleStatus::Enabled)
        .noncurrent_version_expiration(NoncurrentVersionExpiration::new(retention.in_days()))
        .abort_incomplete_multipart_upload(AbortIncompleteMultipartUpload::new(7_i64));
    let lock = DefaultRetention::days(RetentionMode::Governance, retention.in_days());
    Bucket::encrypted(key)
        .logging_configuration(LoggingConfiguration::new(logs.name()).log_file_prefix(format!("s3/{name}/")))
        .lifecycle_configuration(LifecycleConfiguration::new([rule]))
        .object_lock_configuration(ObjectLockConfiguration::new(lock))
        .notification_configuration(NotificationConfiguration::event_bridge())
}

fn trail_policy(bucket: &DeclaredBucket<Encrypted>, here: &FoundHere) -> PolicyDocument {
    let any_trail = concat([
        "arn:".lower(),
        here.partition().lower(),
        ":cloudtrail:*:".lower(),
        here.account().lower(),
        ":trail/*".lower(),
    ]);
    let check = Allow::actions(["s3:GetBucketAcl"])
        .sid("TrailChecks")
        .service("cloudtrail.amazonaws.com")
        .on(retype::<_, String>(bucket.arn()))
        .when("StringLike", "aws:SourceArn", any_trail.clone());
    let write = Allow::actions(["s3:PutObject"])
        .sid("TrailWrites")
        .service("cloudtrail.amazonaws.com")
        .on(objects_of(&bucket.arn()))
        .when("StringLike", "aws:SourceArn", any_trail);
    PolicyDocument::new().with(tls_only(bucket.arn())).with(check).with(write)
}

fn objects_of(arn: &Output<BucketArn>) -> Output<String> {
    concat([arn.lower(), "/*".lower()])
}

/// The same value under another type; the caller vouches for it.
pub(crate) fn retype<T, U>(output: Output<T>) -> Output<U> {
    Output::from_value(output.value().clone())
}
