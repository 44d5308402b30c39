//! `AWS::S3::BucketPolicy`.

use ironward_core::output::{IntoInput, Output};
use ironward_macros::Resource;

use super::{BucketKind, BucketName};
use crate::policy::PolicyDocument;

/// The policy of a bucket, of which a bucket has one.
///
/// An anonymous grant can't be written (45 CFR 164.312(a)(1)); [`tls_only`](super::tls_only) refuses requests
/// without TLS. A policy that another program put on the bucket isn't overwritten. Services that
/// deliver logs may add statements of their own when a delivery is set up: declare these too, or
/// they show up as drift. A bucket has no tags to spare for its policy: it is ours when it says
/// what is declared, or the journal holds an intent for it. When the bucket changes, the new
/// bucket gets its policy before the old one loses it.
///
/// Source: Amazon S3 API Reference, `PutBucketPolicy`; CloudFormation registry.
#[derive(Debug, Clone, Resource)]
#[resource(
    type = "AWS::S3::BucketPolicy",
    registry,
    relations = super::limits::BUCKET_POLICY_RELATIONS,
    id = "Bucket",
    part_of = "Bucket",
    seconds = 2,
    constructor = "pub(crate)"
)]
// A bucket has one, and PutBucketPolicy writes over it:
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
#[identity(place = "Bucket", scope = "partition")]
#[attribute(bucket: String = "Bucket", predict = "{Bucket}")]
pub struct BucketPolicy {
    /// The bucket's name.
    #[property(create_only)]
    bucket: Output<String>,
    /// Who may do what with the bucket and its objects, up to 20 KiB.
    #[property(compare = "Policy", safeguard)]
    policy_document: PolicyDocument,
}

impl BucketPolicy {
    /// Declares the policy of a bucket.
    #[must_use]
    pub fn on<K: BucketKind>(bucket: impl IntoInput<BucketName<K>>, document: PolicyDocument) -> Self {
        Self::new(bucket.into_input().as_text(), document)
    }
}
