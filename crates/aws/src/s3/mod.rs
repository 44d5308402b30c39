//! Simple Storage Service.

mod bucket;
mod bucket_policy;
mod cors;
mod encryption;
mod kind;
mod lifecycle;
mod logging;
mod object_lock;
mod replication;

pub use bucket::{Bucket, DeclaredBucket, NotificationConfiguration, property as bucket_property};
pub use bucket_policy::{BucketPolicy, DeclaredBucketPolicy, property as bucket_policy_property, tls_only};
pub use cors::{CorsConfiguration, CorsMethod, CorsRule};
pub use encryption::BucketEncryption;
pub use kind::{BucketKind, BucketName, Encrypted, LogDelivery};
pub use lifecycle::{
    AbortIncompleteMultipartUpload, LifecycleConfiguration, LifecycleRule, MinimumObjectSize,
    NoncurrentVersionExpiration, NoncurrentVersionTransition, RuleStatus, TagFilter, Transition,
    TransitionStorageClass,
};
pub use logging::{LoggingConfiguration, PartitionDateSource, PartitionedPrefix, TargetObjectKeyFormat};
pub use object_lock::{DefaultRetention, ObjectLockConfiguration, RetentionMode};
pub use replication::{
    ReplicaStorageClass, ReplicationConfiguration, ReplicationDestination, ReplicationFilter, ReplicationRule,
};

use ironward_core::declare::Declaration;
use ironward_core::schema::Schema;

ironward_core::identifiers! {
    /// The ARN of a bucket.
    BucketArn;
}

/// Properties of the CloudFormation schemas that these declarations don't have, and why.
pub const UNSUPPORTED: &[(&str, &str, &str)] = &[
    ("AWS::S3::Bucket", "AbacStatus", "access follows from policies that name buckets, not from bucket tags"),
    (
        "AWS::S3::Bucket",
        "AccelerateConfiguration",
        "acceleration leads uploads over public edge locations, past the VPC endpoint",
    ),
    ("AWS::S3::Bucket", "AccessControl", "access lists are off: OwnershipControls is BucketOwnerEnforced"),
    (
        "AWS::S3::Bucket",
        "AnalyticsConfigurations",
        "storage-class analysis is a cost study; its reports go where the key doesn't follow",
    ),
    (
        "AWS::S3::Bucket",
        "BucketEncryption.ServerSideEncryptionConfiguration.BlockedEncryptionTypes",
        "a statement of the bucket's policy refuses customer-provided keys where that is wanted",
    ),
    ("AWS::S3::Bucket", "BucketNamePrefix", "names are made from the resource's path"),
    (
        "AWS::S3::Bucket",
        "BucketNamespace",
        "names are made from the resource's path, for the global namespace",
    ),
    (
        "AWS::S3::Bucket",
        "IntelligentTieringConfigurations",
        "archive tiers make objects unreadable for hours; lifecycle rules move them at a known age",
    ),
    (
        "AWS::S3::Bucket",
        "InventoryConfigurations",
        "not implemented: reports need a destination of a kind of its own",
    ),
    ("AWS::S3::Bucket", "LifecycleConfiguration.Rules.ExpirationDate", "retention is counted in days"),
    (
        "AWS::S3::Bucket",
        "LifecycleConfiguration.Rules.NoncurrentVersionExpirationInDays",
        "deprecated for NoncurrentVersionExpiration",
    ),
    (
        "AWS::S3::Bucket",
        "LifecycleConfiguration.Rules.NoncurrentVersionTransition",
        "deprecated for NoncurrentVersionTransitions",
    ),
    ("AWS::S3::Bucket", "LifecycleConfiguration.Rules.Transition", "deprecated for Transitions"),
    (
        "AWS::S3::Bucket",
        "LifecycleConfiguration.Rules.Transitions.TransitionDate",
        "transitions are counted in days",
    ),
    (
        "AWS::S3::Bucket",
        "LoggingConfiguration.TargetObjectKeyFormat.SimplePrefix",
        "it is what S3 does where no format is declared",
    ),
    ("AWS::S3::Bucket", "MetadataConfiguration", "S3 Tables are beyond the shipped scope"),
    ("AWS::S3::Bucket", "MetadataTableConfiguration", "deprecated for MetadataConfiguration"),
    ("AWS::S3::Bucket", "MetricsConfigurations", "not implemented: request metrics of parts of a bucket"),
    (
        "AWS::S3::Bucket",
        "NotificationConfiguration.LambdaConfigurations",
        "EventBridge rules route the same events; Lambda is beyond the shipped scope",
    ),
    (
        "AWS::S3::Bucket",
        "NotificationConfiguration.QueueConfigurations",
        "EventBridge rules route the same events; SQS is beyond the shipped scope",
    ),
    (
        "AWS::S3::Bucket",
        "NotificationConfiguration.TopicConfigurations",
        "EventBridge rules route the same events; SNS is beyond the shipped scope",
    ),
    (
        "AWS::S3::Bucket",
        "ObjectLockConfiguration.Rule.DefaultRetention.DefaultEventHold",
        "retention counts from an object's creation, not from an event",
    ),
    ("AWS::S3::Bucket", "ReplicationConfiguration.Rules.Prefix", "deprecated for Filter"),
    (
        "AWS::S3::Bucket",
        "WebsiteConfiguration",
        "website endpoints are public and without TLS, which the public access block contradicts",
    ),
];

/// The facts of this service's types.
#[must_use]
pub fn schemas() -> Vec<&'static Schema> {
    vec![Bucket::<Encrypted>::SCHEMA, BucketPolicy::SCHEMA]
}
