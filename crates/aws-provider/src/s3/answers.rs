//! What the answers of Simple Storage Service mean.

use ironward_core::error::ProviderErrorKind::{AlreadyExists, Conflict, NotFound, Propagating, Quota};

use crate::classify::{Late, Meaning};

#[rustfmt::skip]
pub(super) const MEANINGS: &[Meaning] = &[
    ("*", "MalformedPolicy", "nvalid principal", Propagating),
    ("*", "InvalidTargetBucketForLogging", "", Propagating),
    // Versioning that was just switched on, of the bucket or of the one that it is copied to:
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/manage-versioning-examples.html
    ("s3:PutReplicationConfiguration", "InvalidRequest", "ersioning must be 'Enabled'", Propagating),
    ("*", "OperationAborted", "", Conflict),
    ("*", "BucketAlreadyOwnedByYou", "", AlreadyExists),
    ("*", "BucketAlreadyExists", "", AlreadyExists),
    ("*", "NoSuchBucket", "", NotFound),
    ("*", "NotFound", "", NotFound),
    ("*", "NoSuchBucketPolicy", "", NotFound),
    ("*", "NoSuchLifecycleConfiguration", "", NotFound),
    ("*", "NoSuchPublicAccessBlockConfiguration", "", NotFound),
    ("*", "NoSuchTagSet", "", NotFound),
    ("*", "OwnershipControlsNotFoundError", "", NotFound),
    ("*", "ServerSideEncryptionConfigurationNotFoundError", "", NotFound),
    ("*", "ObjectLockConfigurationNotFoundError", "", NotFound),
    ("*", "ReplicationConfigurationNotFoundError", "", NotFound),
    ("*", "TooManyBuckets", "", Quota),
];

#[rustfmt::skip]
pub(super) const LATE: &[Late] = &[
    ("s3:PutBucketCORS", &["NoSuchBucket"]),
    ("s3:PutBucketLogging", &["NoSuchBucket"]),
    ("s3:PutBucketNotification", &["NoSuchBucket"]),
    ("s3:PutBucketObjectLockConfiguration", &["NoSuchBucket"]),
    ("s3:PutBucketOwnershipControls", &["NoSuchBucket"]),
    ("s3:PutBucketPolicy", &["NoSuchBucket"]),
    ("s3:PutBucketPublicAccessBlock", &["NoSuchBucket"]),
    ("s3:PutBucketTagging", &["NoSuchBucket"]),
    ("s3:PutBucketVersioning", &["NoSuchBucket"]),
    ("s3:PutEncryptionConfiguration", &["NoSuchBucket"]),
    ("s3:PutLifecycleConfiguration", &["NoSuchBucket"]),
    ("s3:PutReplicationConfiguration", &["NoSuchBucket"]),
];
