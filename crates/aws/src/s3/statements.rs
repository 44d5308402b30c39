//! Statements that belong into every policy of a bucket for PHI.

use ironward_core::output::{IntoInput, Output, ToValue, concat};

use super::BucketArn;
use crate::kms::CustomerKey;
use crate::policy::{Deny, Statement};

/// The statement that refuses every request to a bucket that doesn't come over TLS
/// (45 CFR 164.312(e)(1)).
#[must_use]
pub fn tls_only(bucket: impl IntoInput<BucketArn>) -> Statement {
    let bucket = bucket.into_input();
    Deny::actions(["s3:*"])
        .sid("TlsOnly")
        .everyone()
        .on(bucket.clone().as_text())
        .on(objects_of(&bucket))
        .when("Bool", "aws:SecureTransport", false)
        .into()
}

/// The statement that refuses objects which ask for another encryption than the bucket's own: another
/// key, a key of S3's, or `aws:kms` without a key, which means the key `aws/s3` of AWS
/// (45 CFR 164.312(a)(2)(iv)). What asks for nothing is encrypted as the bucket says, and passes.
// A condition that something isn't equal holds where it isn't there, too:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html;
// the keys: https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html;
// "aws:kms and … no key ID": https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
#[must_use]
pub fn own_key_only(bucket: impl IntoInput<BucketArn>, key: &CustomerKey) -> Statement {
    Deny::actions(["s3:PutObject"])
        .sid("OwnKeyOnly")
        .everyone()
        .on(objects_of(&bucket.into_input()))
        .when("Null", "s3:x-amz-server-side-encryption", false)
        .when("StringNotEquals", "s3:x-amz-server-side-encryption-aws-kms-key-id", key.arn())
        .into()
}

/// The statement that refuses keys which callers bring along: what is encrypted with one, nobody else
/// can ever read (45 CFR 164.308(a)(7)(ii)(A)).
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html
#[must_use]
pub fn no_callers_keys(bucket: impl IntoInput<BucketArn>) -> Statement {
    Deny::actions(["s3:PutObject"])
        .sid("NoCallersKeys")
        .everyone()
        .on(objects_of(&bucket.into_input()))
        .when("Null", "s3:x-amz-server-side-encryption-customer-algorithm", false)
        .into()
}

/// The statement that lets nobody step over a lock in governance mode, whatever his own permissions
/// are (45 CFR 164.312(c)(1)).
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html
#[must_use]
pub fn no_bypass_of_locks(bucket: impl IntoInput<BucketArn>) -> Statement {
    Deny::actions(["s3:BypassGovernanceRetention"])
        .sid("NoBypassOfLocks")
        .everyone()
        .on(objects_of(&bucket.into_input()))
        .into()
}

/// The statement that lets nobody delete an object, but for one role where it is given. Lifecycle rules
/// aren't bound by it, nor is whoever may change them (`s3:PutLifecycleConfiguration`).
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
#[must_use]
pub fn no_deletions(bucket: impl IntoInput<BucketArn>, but_by: Option<Output<String>>) -> Statement {
    let deny = Deny::actions(["s3:DeleteObject", "s3:DeleteObjectVersion"])
        .sid("NoDeletions")
        .everyone()
        .on(objects_of(&bucket.into_input()));
    match but_by {
        Some(role) => deny.when("ArnNotEquals", "aws:PrincipalArn", role).into(),
        None => deny.into(),
    }
}

/// The ARN that stands for all objects of a bucket.
#[must_use]
pub fn objects_of(bucket: &Output<BucketArn>) -> Output<String> {
    concat([bucket.to_value(), "/*".to_value()])
}
