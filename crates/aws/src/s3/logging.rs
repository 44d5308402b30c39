//! Server access logging.

use ironward_core::output::Output;
use ironward_macros::{Choice, Properties};

use super::{BucketName, LogDelivery};

/// Where the access log of a bucket goes (45 CFR 164.312(b)).
///
/// The destination is another bucket, of the kind that takes logs, in the same region and
/// account; its policy lets `logging.s3.amazonaws.com` put objects. Delivery is best effort,
/// usually within a few hours.
///
/// Source: Amazon S3 API Reference, `PutBucketLogging`.
#[derive(Debug, Clone, Properties)]
pub struct LoggingConfiguration {
    /// The bucket that takes the log.
    destination_bucket_name: Output<BucketName<LogDelivery>>,
    /// What the keys of the log objects start with; nothing unless set.
    log_file_prefix: Option<Output<String>>,
    /// How the keys go on after the prefix: date and time unless set otherwise.
    target_object_key_format: Option<TargetObjectKeyFormat>,
}

/// How the keys of log objects are formed.
#[derive(Debug, Clone, Properties)]
pub struct TargetObjectKeyFormat {
    /// By account, region, bucket and date.
    partitioned_prefix: PartitionedPrefix,
}

/// Keys of log objects by account, region, bucket and date.
#[derive(Debug, Clone, Properties)]
pub struct PartitionedPrefix {
    /// Which date.
    partition_date_source: PartitionDateSource,
}

/// The date in the keys of log objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum PartitionDateSource {
    /// When the request was made.
    EventTime,
    /// When the log was delivered.
    DeliveryTime,
}
