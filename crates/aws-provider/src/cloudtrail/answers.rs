//! What the answers of CloudTrail mean.

use ironward_core::error::ProviderErrorKind::{AlreadyExists, Conflict, NotFound, Propagating, Quota};

use crate::classify::{Late, Meaning};

#[rustfmt::skip]
pub(super) const MEANINGS: &[Meaning] = &[
    ("*", "InsufficientS3BucketPolicyException", "", Propagating),
    ("*", "InsufficientEncryptionPolicyException", "", Propagating),
    ("*", "InsufficientSnsTopicPolicyException", "", Propagating),
    ("*", "InvalidCloudWatchLogsRoleArnException", "", Propagating),
    ("*", "InvalidCloudWatchLogsLogGroupArnException", "", Propagating),
    ("*", "ConflictException", "", Conflict),
    ("*", "TrailAlreadyExistsException", "", AlreadyExists),
    ("*", "TrailNotFoundException", "", NotFound),
    // Of what the trail is built on: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html
    ("*", "KmsKeyNotFoundException", "", NotFound),
    ("*", "S3BucketDoesNotExistException", "", NotFound),
    ("*", "MaximumNumberOfTrailsExceededException", "", Quota),
    ("*", "TagsLimitExceededException", "", Quota),
];

#[rustfmt::skip]
pub(super) const LATE: &[Late] = &[
    ("cloudtrail:CreateTrail", &["KmsKeyNotFoundException", "S3BucketDoesNotExistException"]),
    ("cloudtrail:PutEventConfiguration", &["TrailNotFoundException"]),
    ("cloudtrail:PutEventSelectors", &["TrailNotFoundException"]),
    ("cloudtrail:PutInsightSelectors", &["TrailNotFoundException", "S3BucketDoesNotExistException"]),
    ("cloudtrail:StartLogging", &["TrailNotFoundException"]),
    ("cloudtrail:UpdateTrail", &["KmsKeyNotFoundException", "S3BucketDoesNotExistException"]),
];
