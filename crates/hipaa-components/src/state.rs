//! `StateBucket`: where the states of other stacks are kept.

use ironward_aws::kms::DeclaredKey;
use ironward_aws::policy::PolicyDocument;
use ironward_aws::s3::{
    AbortIncompleteMultipartUpload, Bucket, BucketName, BucketPolicy, DeclaredBucket, Encrypted,
    LifecycleConfiguration, LifecycleRule, NoncurrentVersionExpiration, RuleStatus, no_callers_keys,
    own_key_only, tls_only,
};
use ironward_core::declare::Declaration;
use ironward_core::output::Output;
use ironward_core::program::DeclareError;
use ironward_core::stack::{Profile, Stack};

use crate::classification::{Classification, open};
use crate::key::{HipaaKey, KeyUse};

/// For how many days replaced and deleted versions of the objects are kept.
const VERSIONS_KEPT: i64 = 90;

/// A bucket for states, with a customer-managed key of its own: encrypted, versioned, closed to the
/// public and to plain HTTP, and protected against deletion by its stack (45 CFR 164.312(a)(2)(iv),
/// (c)(1), (e)(1)). A state says where PHI is, and holds none.
///
/// Replaced and deleted versions are kept for 90 days: the journal's parts are deleted once a snapshot
/// holds them. It has no object lock, which would keep each of them for years.
#[derive(Debug, Clone)]
pub struct StateBucket {
    bucket: DeclaredBucket<Encrypted>,
    key: HipaaKey,
}

impl StateBucket {
    /// Declares bucket and key as the component `name`; the bucket is called `bucket` in AWS.
    ///
    /// # Errors
    /// [`DeclareError`] when the name is taken or isn't one.
    #[track_caller]
    pub fn declare<P: Profile>(stack: &mut Stack<P>, name: &str, bucket: &str) -> Result<Self, DeclareError> {
        Self::with_policy(stack, name, bucket, true)
    }

    /// The same without the policy that closes it to plain HTTP: for an emulator that heeds no condition of
    /// a policy, and would let nobody in. Nothing that is on AWS may be declared so.
    ///
    /// # Errors
    /// As [`StateBucket::declare`].
    #[doc(hidden)]
    #[track_caller]
    pub fn declare_without_policy<P: Profile>(
        stack: &mut Stack<P>,
        name: &str,
        bucket: &str,
    ) -> Result<Self, DeclareError> {
        Self::with_policy(stack, name, bucket, false)
    }

    #[track_caller]
    fn with_policy<P: Profile>(
        stack: &mut Stack<P>,
        name: &str,
        bucket: &str,
        closed_to_http: bool,
    ) -> Result<Self, DeclareError> {
        let mut scope = open(stack, name, "StateBucket", Classification::Internal)?;
        let key = HipaaKey::declare(&mut scope, "key", KeyUse::State)?;
        let rule = LifecycleRule::new("versions", RuleStatus::Enabled)
            .noncurrent_version_expiration(NoncurrentVersionExpiration::new(VERSIONS_KEPT))
            .abort_incomplete_multipart_upload(AbortIncompleteMultipartUpload::new(7_i64));
        let objects = Bucket::encrypted(key.customer_key())
            .bucket_name(bucket)
            .lifecycle_configuration(LifecycleConfiguration::new([rule]));
        let bucket = scope.add("bucket", objects.options().protect())?;
        if closed_to_http {
            let policy = PolicyDocument::new()
                .with(tls_only(bucket.arn()))
                .with(own_key_only(bucket.arn(), &key.customer_key()))
                .with(no_callers_keys(bucket.arn()));
            scope.add("policy", BucketPolicy::on(bucket.name(), policy))?;
        }
        Ok(Self { bucket, key })
    }

    /// The bucket's name.
    #[must_use]
    pub fn name(&self) -> Output<BucketName<Encrypted>> {
        self.bucket.name()
    }

    /// Its key.
    #[must_use]
    pub fn key(&self) -> &DeclaredKey {
        self.key.key()
    }
}
