//! What S3 tells about a bucket's objects and requests: inventories, metrics, studies of storage
//! classes. Each has an id that is unique in its bucket, up to 64 letters, digits, dots, hyphens
//! and underscores.

use ironward_core::output::Output;
use ironward_macros::{Choice, Properties};

use super::{BucketArn, TagFilter};
use crate::place::AccountId;

/// A list of a bucket's objects that S3 writes every day or week, up to 1000 in a bucket
/// (45 CFR 164.310(d)(2)(iii)).
///
/// Source: Amazon S3 API Reference, `PutBucketInventoryConfiguration`.
#[derive(Debug, Clone, Properties)]
pub struct InventoryConfiguration {
    /// The id.
    id: Output<String>,
    /// Where the lists go.
    destination: ReportDestination,
    /// Whether lists are written.
    enabled: Output<bool>,
    /// Whether noncurrent versions are listed.
    included_object_versions: IncludedObjectVersions,
    /// How often.
    schedule_frequency: InventoryFrequency,
    /// What stands in the list besides the key.
    optional_fields: Vec<InventoryField>,
    /// Only keys that start with this.
    prefix: Option<Output<String>>,
}

/// Where S3 writes reports: a bucket of the same region, whose policy lets `s3.amazonaws.com` put
/// objects. Keys may name patients: take a bucket that may hold PHI. It encrypts the reports as
/// it does everything.
#[derive(Debug, Clone, Properties)]
pub struct ReportDestination {
    /// The bucket.
    bucket_arn: Output<BucketArn>,
    /// The format; analyses are written as CSV only.
    format: ReportFormat,
    /// The account that must own the bucket; reports stop when another does. Not checked unless
    /// set.
    bucket_account_id: Option<Output<AccountId>>,
    /// What the keys of the reports start with.
    prefix: Option<Output<String>>,
}

/// The format of reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum ReportFormat {
    /// Values with commas between them.
    #[value("CSV")]
    Csv,
    /// Optimized row columnar.
    #[value("ORC")]
    Orc,
    /// Apache Parquet.
    Parquet,
}

/// Whether noncurrent versions are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum IncludedObjectVersions {
    /// They are.
    All,
    /// They aren't.
    Current,
}

/// How often an inventory is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum InventoryFrequency {
    /// Every day.
    Daily,
    /// Every Sunday.
    Weekly,
}

/// What stands in an inventory besides keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum InventoryField {
    /// Whether the bucket key was used.
    BucketKeyStatus,
    /// The algorithm of the checksum.
    ChecksumAlgorithm,
    /// The entity tag.
    ETag,
    /// How it is encrypted (45 CFR 164.312(a)(2)(iv)).
    EncryptionStatus,
    /// The tier within intelligent tiering.
    IntelligentTieringAccessTier,
    /// The date from which intelligent tiering counts.
    IntelligentTieringReferenceDate,
    /// Whether it was uploaded in parts.
    IsMultipartUploaded,
    /// When it was last written.
    LastModifiedDate,
    /// When it expires.
    LifecycleExpirationDate,
    /// Its access list.
    ObjectAccessControlList,
    /// Whether it is under a legal hold (45 CFR 164.312(c)(1)).
    ObjectLockLegalHoldStatus,
    /// Who may end its retention.
    ObjectLockMode,
    /// Until when it is kept (45 CFR 164.316(b)(2)(i)).
    ObjectLockRetainUntilDate,
    /// Who owns it.
    ObjectOwner,
    /// Whether it was copied (45 CFR 164.308(a)(7)(ii)(A)).
    ReplicationStatus,
    /// Its size.
    Size,
    /// Its storage class.
    StorageClass,
}

/// Requests that CloudWatch counts, up to 1000 in a bucket (45 CFR 164.312(b)). The conditions
/// narrow them down together; without one all requests are counted.
///
/// Source: Amazon S3 API Reference, `PutBucketMetricsConfiguration`.
#[derive(Debug, Clone, Properties)]
pub struct MetricsConfiguration {
    /// The id.
    id: Output<String>,
    /// Only through this access point.
    access_point_arn: Option<Output<String>>,
    /// Only keys that start with this.
    prefix: Option<Output<String>>,
    /// Only objects with all of these tags.
    tag_filters: Vec<TagFilter>,
}

/// A study of which objects are seldom read, up to 1000 in a bucket. The conditions narrow it down
/// together.
///
/// Source: Amazon S3 API Reference, `PutBucketAnalyticsConfiguration`.
#[derive(Debug, Clone, Properties)]
pub struct AnalyticsConfiguration {
    /// The id.
    id: Output<String>,
    /// What comes of it.
    storage_class_analysis: StorageClassAnalysis,
    /// Only keys that start with this.
    prefix: Option<Output<String>>,
    /// Only objects with all of these tags.
    tag_filters: Vec<TagFilter>,
}

/// What comes of a study of storage classes; it shows in the console only unless exported.
#[derive(Debug, Clone, Properties)]
pub struct StorageClassAnalysis {
    /// The daily export.
    data_export: Option<DataExport>,
}

/// The export of a study.
#[derive(Debug, Clone, Properties)]
pub struct DataExport {
    /// Where it goes.
    destination: ReportDestination,
    /// The form of its rows.
    output_schema_version: OutputSchemaVersion,
}

/// The form of an export's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum OutputSchemaVersion {
    /// The first.
    #[value("V_1")]
    V1,
}
