//! What S3 needs.

use super::Carries::Text;
use super::{Need, Who};

pub(super) const NEEDS: &[Need] = &[Need::new(
    "S3 delivers the bucket's access log",
    "AWS::S3::Bucket",
    Who::Service("logging.s3.amazonaws.com"),
    &["s3:PutObject"],
    "{LoggingConfiguration.DestinationBucketName->Arn}/{LoggingConfiguration.LogFilePrefix}2026-01-01-log",
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html",
)
.carrying(&[("aws:SourceArn", Text("{Arn}")), ("aws:SourceAccount", Text("{account}"))])];
