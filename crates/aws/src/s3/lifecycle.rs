//! Lifecycle rules: when objects move to cheaper storage, and when they go.

use ironward_core::output::Output;
use ironward_macros::{Choice, Properties};

/// The lifecycle rules of a bucket, up to 1000 (45 CFR 164.316(b)(2)(i): what must be kept must
/// not expire before six years).
///
/// Source: Amazon S3 API Reference, `PutBucketLifecycleConfiguration`.
#[derive(Debug, Clone, Properties)]
pub struct LifecycleConfiguration {
    /// The rules.
    #[property(required)]
    rules: Vec<LifecycleRule>,
    /// Below which size objects don't move: 128 KiB in all classes unless set otherwise.
    transition_default_minimum_object_size: Option<MinimumObjectSize>,
}

/// One rule. Its filters narrow it down together; without one it holds for the whole bucket.
#[derive(Debug, Clone, Properties)]
pub struct LifecycleRule {
    /// The rule's name, unique within the bucket, up to 255 characters.
    id: Output<String>,
    /// Whether the rule is carried out.
    status: RuleStatus,
    /// Only keys that start with this.
    prefix: Option<Output<String>>,
    /// Only objects with all of these tags.
    tag_filters: Vec<TagFilter>,
    /// Only objects of more bytes than this.
    object_size_greater_than: Option<Output<i64>>,
    /// Only objects of fewer bytes than this.
    object_size_less_than: Option<Output<i64>>,
    /// Days after creation when an object expires; with versioning its current version becomes
    /// noncurrent. At least 1.
    expiration_in_days: Option<Output<i64>>,
    /// Whether delete markers without versions behind them go; not together with
    /// `ExpirationInDays`.
    expired_object_delete_marker: Option<Output<bool>>,
    /// When noncurrent versions go for good.
    noncurrent_version_expiration: Option<NoncurrentVersionExpiration>,
    /// When noncurrent versions move.
    noncurrent_version_transitions: Vec<NoncurrentVersionTransition>,
    /// When objects move.
    transitions: Vec<Transition>,
    /// When the parts of uploads that were never completed go.
    abort_incomplete_multipart_upload: Option<AbortIncompleteMultipartUpload>,
}

/// A tag that an object must have.
#[derive(Debug, Clone, Properties)]
pub struct TagFilter {
    /// The tag's key.
    key: Output<String>,
    /// The tag's value.
    value: Output<String>,
}

/// When noncurrent versions go for good.
#[derive(Debug, Clone, Properties)]
pub struct NoncurrentVersionExpiration {
    /// Days after they became noncurrent, at least 1.
    noncurrent_days: Output<i64>,
    /// How many of the newest stay whatever their age, 1 to 100.
    newer_noncurrent_versions: Option<Output<i64>>,
}

/// When noncurrent versions move.
#[derive(Debug, Clone, Properties)]
pub struct NoncurrentVersionTransition {
    /// Where to.
    storage_class: TransitionStorageClass,
    /// Days after they became noncurrent.
    transition_in_days: Output<i64>,
    /// How many of the newest stay where they are, 1 to 100.
    newer_noncurrent_versions: Option<Output<i64>>,
}

/// When objects move.
#[derive(Debug, Clone, Properties)]
pub struct Transition {
    /// Where to.
    storage_class: TransitionStorageClass,
    /// Days after creation; at least 30 for the infrequent-access classes.
    transition_in_days: Output<i64>,
}

/// When the parts of uploads that were never completed go.
#[derive(Debug, Clone, Properties)]
pub struct AbortIncompleteMultipartUpload {
    /// Days after the upload was begun, at least 1.
    days_after_initiation: Output<i64>,
}

/// Whether a rule is carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum RuleStatus {
    /// It is.
    Enabled,
    /// It isn't.
    Disabled,
}

/// Where objects can move. One-zone storage isn't among them: it doesn't survive the loss of a
/// zone (45 CFR 164.308(a)(7)(ii)(A)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum TransitionStorageClass {
    /// Standard, infrequent access.
    #[value("STANDARD_IA")]
    StandardIa,
    /// Tiers by use.
    #[value("INTELLIGENT_TIERING")]
    IntelligentTiering,
    /// Glacier, instant retrieval.
    #[value("GLACIER_IR")]
    GlacierInstantRetrieval,
    /// Glacier, retrieval in minutes to hours.
    #[value("GLACIER")]
    Glacier,
    /// Glacier deep archive, retrieval in half a day or two.
    #[value("DEEP_ARCHIVE")]
    DeepArchive,
}

/// Below which size objects don't move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum MinimumObjectSize {
    /// 128 KiB in all classes.
    #[value("all_storage_classes_128K")]
    AllStorageClasses128K,
    /// 128 KiB, but none in the Glacier classes.
    #[value("varies_by_storage_class")]
    VariesByStorageClass,
}
