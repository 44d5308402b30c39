//! What CloudTrail needs.

use super::Carries::{Maybe, Text};
use super::{Need, Who};

const TRAIL: &str = "AWS::CloudTrail::Trail";
const CLOUDTRAIL: Who = Who::Service("cloudtrail.amazonaws.com");
const ROLE: Who = Who::Role("{CloudWatchLogsRoleArn}");
const BUCKET: &str =
    "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html";
const KEY: &str =
    "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html";
const LOGS: &str = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/send-cloudtrail-events-to-cloudwatch-logs.html";
const ASSUME: &str = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html";

pub(super) const NEEDS: &[Need] = &[
    Need::new(
        "CloudTrail checks its bucket",
        TRAIL,
        CLOUDTRAIL,
        &["s3:GetBucketAcl"],
        "{S3BucketName->Arn}",
        BUCKET,
    )
    .carrying(&[("aws:SourceArn", Text("{Arn}")), ("aws:SourceAccount", Text("{account}"))]),
    Need::new(
        "CloudTrail writes its files",
        TRAIL,
        CLOUDTRAIL,
        &["s3:PutObject"],
        "{S3BucketName->Arn}/AWSLogs/{account}/CloudTrail/{region}/2026/01/01/events.json.gz",
        BUCKET,
    )
    .carrying(WRITE),
    Need::new(
        "CloudTrail writes its digests",
        TRAIL,
        CLOUDTRAIL,
        &["s3:PutObject"],
        "{S3BucketName->Arn}/AWSLogs/{account}/CloudTrail-Digest/{region}/2026/01/01/digest.json.gz",
        BUCKET,
    )
    .carrying(WRITE),
    Need::new(
        "CloudTrail encrypts its files",
        TRAIL,
        CLOUDTRAIL,
        &["kms:GenerateDataKey"],
        "{KMSKeyId}",
        KEY,
    )
    .carrying(&[
        ("aws:SourceArn", Text("{Arn}")),
        ("aws:SourceAccount", Maybe),
        ("kms:EncryptionContext:aws:cloudtrail:arn", Text("{Arn}")),
    ]),
    // "If you are using an existing S3 bucket with an S3 Bucket Key, kms:Decrypt permissions are required to
    // create or update a trail with SSE-KMS encryption enabled."
    Need::new(
        "CloudTrail uses the bucket's bucket key",
        TRAIL,
        CLOUDTRAIL,
        &["kms:Decrypt"],
        "{KMSKeyId}",
        KEY,
    )
    .when("S3BucketName->BucketEncryption.ServerSideEncryptionConfiguration.*.BucketKeyEnabled", "true")
    .carrying(&[
        ("aws:SourceArn", Text("{Arn}")),
        ("aws:SourceAccount", Maybe),
        ("kms:EncryptionContext:aws:cloudtrail:arn", Maybe),
        ("kms:EncryptionContext:aws:s3:arn", Maybe),
    ]),
    // In a statement of its own: nothing is encrypted, so nothing is said of what.
    Need::new("CloudTrail looks at its key", TRAIL, CLOUDTRAIL, &["kms:DescribeKey"], "{KMSKeyId}", KEY)
        .carrying(&[("aws:SourceArn", Text("{Arn}")), ("aws:SourceAccount", Maybe)]),
    Need::new(
        "auditors read the trail's files",
        TRAIL,
        Who::Administrator,
        &["s3:GetObject"],
        "{S3BucketName->Arn}/AWSLogs/{account}/CloudTrail/{region}/2026/01/01/events.json.gz",
        KEY,
    ),
    Need::new(
        "auditors decrypt the trail's files",
        TRAIL,
        Who::Administrator,
        &["kms:Decrypt"],
        "{KMSKeyId}",
        KEY,
    )
    .carrying(&[
        ("kms:ViaService", Text("s3.{region}.amazonaws.com")),
        ("kms:EncryptionContext:aws:cloudtrail:arn", Maybe),
        ("kms:EncryptionContext:aws:s3:arn", Maybe),
    ]),
    // The guide's trust policy has no condition, and no document says that the call carries where it comes
    // from.
    Need::new(
        "CloudTrail takes its role",
        TRAIL,
        CLOUDTRAIL,
        &["sts:AssumeRole"],
        "{CloudWatchLogsRoleArn}",
        ASSUME,
    ),
    Need::new(
        "the trail's role writes to the log group",
        TRAIL,
        ROLE,
        &["logs:CreateLogStream", "logs:PutLogEvents"],
        "arn:{partition}:logs:{region}:{account}:log-group:{CloudWatchLogsLogGroupArn->LogGroupName}:log-stream:\
         {account}_CloudTrail_{region}",
        LOGS,
    ),
];

const WRITE: &[(&str, super::Carries)] = &[
    ("aws:SourceArn", Text("{Arn}")),
    ("aws:SourceAccount", Text("{account}")),
    ("s3:x-amz-acl", Text("bucket-owner-full-control")),
    ("s3:x-amz-server-side-encryption", Text("aws:kms")),
    ("s3:x-amz-server-side-encryption-aws-kms-key-id", Text("{KMSKeyId}")),
];
