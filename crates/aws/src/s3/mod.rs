//! Simple Storage Service.

mod bucket;
mod bucket_policy;
mod cors;
mod encryption;
mod kind;
mod left_out;
mod lifecycle;
mod limits;
mod logging;
mod object_lock;
mod replication;
mod reports;
mod statements;

pub use bucket::{Bucket, DeclaredBucket, NotificationConfiguration, property as bucket_property};
pub use bucket_policy::{BucketPolicy, DeclaredBucketPolicy, property as bucket_policy_property};
pub use cors::{CorsConfiguration, CorsMethod, CorsRule};
pub use encryption::BucketEncryption;
pub use kind::{BucketKind, BucketName, Encrypted, LogDelivery};
pub use left_out::LEFT_OUT;
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
pub use reports::{
    AnalyticsConfiguration, DataExport, IncludedObjectVersions, InventoryConfiguration, InventoryField,
    InventoryFrequency, MetricsConfiguration, OutputSchemaVersion, ReportDestination, ReportFormat,
    StorageClassAnalysis,
};
pub use statements::{no_bypass_of_locks, no_callers_keys, no_deletions, objects_of, own_key_only, tls_only};

use ironward_core::declare::Declaration;
use ironward_core::schema::Schema;

ironward_core::identifiers! {
    /// The ARN of a bucket.
    BucketArn;
}

/// The facts of this service's types.
#[must_use]
pub fn schemas() -> Vec<&'static Schema> {
    vec![Bucket::<Encrypted>::SCHEMA, BucketPolicy::SCHEMA]
}
