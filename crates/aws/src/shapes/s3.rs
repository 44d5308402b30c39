//! What the registry says of the values of `s3`.
//!
//! Made by `cargo xtask registry` from the schemas in cfn-lint==1.58.0 (region us-east-1, schemas of 2026-10-20).
// @generated

use super::SOURCE;
use ironward_core::shape::{Bounds, Kind, Shape, Shapes};

/// `AWS::S3::Bucket`.
pub(super) static BUCKET: Shapes = Shapes::new(
    "AWS::S3::Bucket",
    SOURCE,
    &[
        Shape::new("AbacStatus").kinds(&[Kind::String]).values(&["Enabled", "Disabled"]),
        Shape::new("AccelerateConfiguration").kinds(&[Kind::Object]).requires(&["AccelerationStatus"]),
        Shape::new("AccelerateConfiguration.AccelerationStatus")
            .kinds(&[Kind::String])
            .values(&["Enabled", "Suspended"]),
        Shape::new("AccessControl").kinds(&[Kind::String]).values(&[
            "AuthenticatedRead",
            "AwsExecRead",
            "BucketOwnerFullControl",
            "BucketOwnerRead",
            "LogDeliveryWrite",
            "Private",
            "PublicRead",
            "PublicReadWrite",
        ]),
        Shape::new("AnalyticsConfigurations").kinds(&[Kind::Array]).requires(&["Id", "StorageClassAnalysis"]),
        Shape::new("AnalyticsConfigurations.Id").kinds(&[Kind::String]),
        Shape::new("AnalyticsConfigurations.Prefix").kinds(&[Kind::String]),
        Shape::new("AnalyticsConfigurations.StorageClassAnalysis").kinds(&[Kind::Object]),
        Shape::new("AnalyticsConfigurations.StorageClassAnalysis.DataExport")
            .kinds(&[Kind::Object])
            .requires(&["Destination", "OutputSchemaVersion"]),
        Shape::new("AnalyticsConfigurations.StorageClassAnalysis.DataExport.Destination")
            .kinds(&[Kind::Object])
            .requires(&["BucketArn", "Format"]),
        Shape::new("AnalyticsConfigurations.StorageClassAnalysis.DataExport.Destination.BucketAccountId")
            .kinds(&[Kind::String]),
        Shape::new("AnalyticsConfigurations.StorageClassAnalysis.DataExport.Destination.BucketArn")
            .kinds(&[Kind::String]),
        Shape::new("AnalyticsConfigurations.StorageClassAnalysis.DataExport.Destination.Format")
            .kinds(&[Kind::String])
            .values(&["CSV", "ORC", "Parquet"]),
        Shape::new("AnalyticsConfigurations.StorageClassAnalysis.DataExport.Destination.Prefix")
            .kinds(&[Kind::String]),
        Shape::new("AnalyticsConfigurations.StorageClassAnalysis.DataExport.OutputSchemaVersion")
            .kinds(&[Kind::String]),
        Shape::new("AnalyticsConfigurations.TagFilters").kinds(&[Kind::Array]).requires(&["Key", "Value"]),
        Shape::new("AnalyticsConfigurations.TagFilters.Key").kinds(&[Kind::String]),
        Shape::new("AnalyticsConfigurations.TagFilters.Value").kinds(&[Kind::String]),
        Shape::new("BucketEncryption")
            .kinds(&[Kind::Object])
            .requires(&["ServerSideEncryptionConfiguration"]),
        Shape::new("BucketEncryption.ServerSideEncryptionConfiguration").kinds(&[Kind::Array]),
        Shape::new("BucketEncryption.ServerSideEncryptionConfiguration.BlockedEncryptionTypes")
            .kinds(&[Kind::Object]),
        Shape::new(
            "BucketEncryption.ServerSideEncryptionConfiguration.BlockedEncryptionTypes.EncryptionType",
        )
        .kinds(&[Kind::Array])
        .values(&["NONE", "SSE-C"]),
        Shape::new("BucketEncryption.ServerSideEncryptionConfiguration.BucketKeyEnabled")
            .kinds(&[Kind::Boolean]),
        Shape::new("BucketEncryption.ServerSideEncryptionConfiguration.ServerSideEncryptionByDefault")
            .kinds(&[Kind::Object])
            .requires(&["SSEAlgorithm"]),
        Shape::new(
            "BucketEncryption.ServerSideEncryptionConfiguration.ServerSideEncryptionByDefault.KMSMasterKeyID",
        )
        .kinds(&[Kind::String]),
        Shape::new(
            "BucketEncryption.ServerSideEncryptionConfiguration.ServerSideEncryptionByDefault.SSEAlgorithm",
        )
        .kinds(&[Kind::String])
        .values(&["aws:kms", "AES256", "aws:kms:dsse"]),
        Shape::new("BucketName")
            .kinds(&[Kind::String])
            .length(Bounds::most(63.0))
            .pattern(r"^([a-z0-9][a-z0-9.-]*[a-z0-9])?$"),
        Shape::new("BucketNamePrefix").kinds(&[Kind::String]),
        Shape::new("BucketNamespace").kinds(&[Kind::String]).values(&["global", "account-regional"]),
        Shape::new("CorsConfiguration").kinds(&[Kind::Object]).requires(&["CorsRules"]),
        Shape::new("CorsConfiguration.CorsRules")
            .kinds(&[Kind::Array])
            .requires(&["AllowedMethods", "AllowedOrigins"]),
        Shape::new("CorsConfiguration.CorsRules.AllowedHeaders").kinds(&[Kind::Array]),
        Shape::new("CorsConfiguration.CorsRules.AllowedMethods")
            .kinds(&[Kind::Array])
            .values(&["GET", "PUT", "HEAD", "POST", "DELETE"]),
        Shape::new("CorsConfiguration.CorsRules.AllowedOrigins").kinds(&[Kind::Array]),
        Shape::new("CorsConfiguration.CorsRules.ExposedHeaders").kinds(&[Kind::Array]),
        Shape::new("CorsConfiguration.CorsRules.Id").kinds(&[Kind::String]).length(Bounds::most(255.0)),
        Shape::new("CorsConfiguration.CorsRules.MaxAge").kinds(&[Kind::Integer]).range(Bounds::least(0.0)),
        Shape::new("IntelligentTieringConfigurations")
            .kinds(&[Kind::Array])
            .requires(&["Id", "Status", "Tierings"]),
        Shape::new("IntelligentTieringConfigurations.Id").kinds(&[Kind::String]),
        Shape::new("IntelligentTieringConfigurations.Prefix").kinds(&[Kind::String]),
        Shape::new("IntelligentTieringConfigurations.Status")
            .kinds(&[Kind::String])
            .values(&["Disabled", "Enabled"]),
        Shape::new("IntelligentTieringConfigurations.TagFilters")
            .kinds(&[Kind::Array])
            .requires(&["Key", "Value"]),
        Shape::new("IntelligentTieringConfigurations.TagFilters.Key").kinds(&[Kind::String]),
        Shape::new("IntelligentTieringConfigurations.TagFilters.Value").kinds(&[Kind::String]),
        Shape::new("IntelligentTieringConfigurations.Tierings")
            .kinds(&[Kind::Array])
            .requires(&["AccessTier", "Days"]),
        Shape::new("IntelligentTieringConfigurations.Tierings.AccessTier")
            .kinds(&[Kind::String])
            .values(&["ARCHIVE_ACCESS", "DEEP_ARCHIVE_ACCESS"]),
        Shape::new("IntelligentTieringConfigurations.Tierings.Days").kinds(&[Kind::Integer]),
        Shape::new("InventoryConfigurations").kinds(&[Kind::Array]).requires(&[
            "Destination",
            "Enabled",
            "Id",
            "IncludedObjectVersions",
            "ScheduleFrequency",
        ]),
        Shape::new("InventoryConfigurations.Destination")
            .kinds(&[Kind::Object])
            .requires(&["BucketArn", "Format"]),
        Shape::new("InventoryConfigurations.Destination.BucketAccountId").kinds(&[Kind::String]),
        Shape::new("InventoryConfigurations.Destination.BucketArn").kinds(&[Kind::String]),
        Shape::new("InventoryConfigurations.Destination.Format")
            .kinds(&[Kind::String])
            .values(&["CSV", "ORC", "Parquet"]),
        Shape::new("InventoryConfigurations.Destination.Prefix").kinds(&[Kind::String]),
        Shape::new("InventoryConfigurations.Enabled").kinds(&[Kind::Boolean]),
        Shape::new("InventoryConfigurations.Id").kinds(&[Kind::String]),
        Shape::new("InventoryConfigurations.IncludedObjectVersions")
            .kinds(&[Kind::String])
            .values(&["All", "Current"]),
        Shape::new("InventoryConfigurations.OptionalFields").kinds(&[Kind::Array]).values(&[
            "Size",
            "LastModifiedDate",
            "StorageClass",
            "ETag",
            "IsMultipartUploaded",
            "ReplicationStatus",
            "EncryptionStatus",
            "ObjectLockRetainUntilDate",
            "ObjectLockMode",
            "ObjectLockLegalHoldStatus",
            "ObjectLockEventHoldStatus",
            "ObjectLockEventHoldDuration",
            "IntelligentTieringAccessTier",
            "BucketKeyStatus",
            "ChecksumAlgorithm",
            "ObjectAccessControlList",
            "ObjectOwner",
            "LifecycleExpirationDate",
            "IntelligentTieringReferenceDate",
        ]),
        Shape::new("InventoryConfigurations.Prefix").kinds(&[Kind::String]),
        Shape::new("InventoryConfigurations.ScheduleFrequency")
            .kinds(&[Kind::String])
            .values(&["Daily", "Weekly"]),
        Shape::new("LifecycleConfiguration").kinds(&[Kind::Object]).requires(&["Rules"]),
        Shape::new("LifecycleConfiguration.Rules").kinds(&[Kind::Array]).requires(&["Status"]),
        Shape::new("LifecycleConfiguration.Rules.AbortIncompleteMultipartUpload")
            .kinds(&[Kind::Object])
            .requires(&["DaysAfterInitiation"]),
        Shape::new("LifecycleConfiguration.Rules.AbortIncompleteMultipartUpload.DaysAfterInitiation")
            .kinds(&[Kind::Integer])
            .range(Bounds::least(0.0)),
        Shape::new("LifecycleConfiguration.Rules.ExpirationDate").kinds(&[Kind::String]).pattern(
            r"^(\d{4})-(0[0-9]|1[0-2])-([0-2]\d|3[01])T([01]\d|2[0-4]):([0-5]\d):([0-6]\d)((\.\d{3})?)Z$",
        ),
        Shape::new("LifecycleConfiguration.Rules.ExpirationInDays").kinds(&[Kind::Integer]),
        Shape::new("LifecycleConfiguration.Rules.ExpiredObjectDeleteMarker").kinds(&[Kind::Boolean]),
        Shape::new("LifecycleConfiguration.Rules.Id").kinds(&[Kind::String]).length(Bounds::most(255.0)),
        Shape::new("LifecycleConfiguration.Rules.NoncurrentVersionExpiration")
            .kinds(&[Kind::Object])
            .requires(&["NoncurrentDays"]),
        Shape::new("LifecycleConfiguration.Rules.NoncurrentVersionExpiration.NewerNoncurrentVersions")
            .kinds(&[Kind::Integer]),
        Shape::new("LifecycleConfiguration.Rules.NoncurrentVersionExpiration.NoncurrentDays")
            .kinds(&[Kind::Integer]),
        Shape::new("LifecycleConfiguration.Rules.NoncurrentVersionExpirationInDays").kinds(&[Kind::Integer]),
        Shape::new("LifecycleConfiguration.Rules.NoncurrentVersionTransition")
            .kinds(&[Kind::Object])
            .requires(&["StorageClass", "TransitionInDays"]),
        Shape::new("LifecycleConfiguration.Rules.NoncurrentVersionTransition.NewerNoncurrentVersions")
            .kinds(&[Kind::Integer]),
        Shape::new("LifecycleConfiguration.Rules.NoncurrentVersionTransition.StorageClass")
            .kinds(&[Kind::String])
            .values(&[
                "DEEP_ARCHIVE",
                "GLACIER",
                "Glacier",
                "GLACIER_IR",
                "INTELLIGENT_TIERING",
                "ONEZONE_IA",
                "STANDARD_IA",
            ]),
        Shape::new("LifecycleConfiguration.Rules.NoncurrentVersionTransition.TransitionInDays")
            .kinds(&[Kind::Integer]),
        Shape::new("LifecycleConfiguration.Rules.NoncurrentVersionTransitions")
            .kinds(&[Kind::Array])
            .requires(&["StorageClass", "TransitionInDays"]),
        Shape::new("LifecycleConfiguration.Rules.NoncurrentVersionTransitions.NewerNoncurrentVersions")
            .kinds(&[Kind::Integer]),
        Shape::new("LifecycleConfiguration.Rules.NoncurrentVersionTransitions.StorageClass")
            .kinds(&[Kind::String])
            .values(&[
                "DEEP_ARCHIVE",
                "GLACIER",
                "Glacier",
                "GLACIER_IR",
                "INTELLIGENT_TIERING",
                "ONEZONE_IA",
                "STANDARD_IA",
            ]),
        Shape::new("LifecycleConfiguration.Rules.NoncurrentVersionTransitions.TransitionInDays")
            .kinds(&[Kind::Integer]),
        Shape::new("LifecycleConfiguration.Rules.ObjectSizeGreaterThan")
            .kinds(&[Kind::String])
            .length(Bounds::most(20.0))
            .pattern(r"[0-9]+"),
        Shape::new("LifecycleConfiguration.Rules.ObjectSizeLessThan")
            .kinds(&[Kind::String])
            .length(Bounds::most(20.0))
            .pattern(r"[0-9]+"),
        Shape::new("LifecycleConfiguration.Rules.Prefix").kinds(&[Kind::String]),
        Shape::new("LifecycleConfiguration.Rules.Status")
            .kinds(&[Kind::String])
            .values(&["Enabled", "Disabled"]),
        Shape::new("LifecycleConfiguration.Rules.TagFilters")
            .kinds(&[Kind::Array])
            .requires(&["Key", "Value"]),
        Shape::new("LifecycleConfiguration.Rules.TagFilters.Key").kinds(&[Kind::String]),
        Shape::new("LifecycleConfiguration.Rules.TagFilters.Value").kinds(&[Kind::String]),
        Shape::new("LifecycleConfiguration.Rules.Transition")
            .kinds(&[Kind::Object])
            .requires(&["StorageClass"]),
        Shape::new("LifecycleConfiguration.Rules.Transition.StorageClass").kinds(&[Kind::String]).values(&[
            "DEEP_ARCHIVE",
            "GLACIER",
            "Glacier",
            "GLACIER_IR",
            "INTELLIGENT_TIERING",
            "ONEZONE_IA",
            "STANDARD_IA",
        ]),
        Shape::new("LifecycleConfiguration.Rules.Transition.TransitionDate").kinds(&[Kind::String]).pattern(
            r"^(\d{4})-(0[0-9]|1[0-2])-([0-2]\d|3[01])T([01]\d|2[0-4]):([0-5]\d):([0-6]\d)((\.\d{3})?)Z$",
        ),
        Shape::new("LifecycleConfiguration.Rules.Transition.TransitionInDays").kinds(&[Kind::Integer]),
        Shape::new("LifecycleConfiguration.Rules.Transitions")
            .kinds(&[Kind::Array])
            .requires(&["StorageClass"]),
        Shape::new("LifecycleConfiguration.Rules.Transitions.StorageClass").kinds(&[Kind::String]).values(&[
            "DEEP_ARCHIVE",
            "GLACIER",
            "Glacier",
            "GLACIER_IR",
            "INTELLIGENT_TIERING",
            "ONEZONE_IA",
            "STANDARD_IA",
        ]),
        Shape::new("LifecycleConfiguration.Rules.Transitions.TransitionDate").kinds(&[Kind::String]).pattern(
            r"^(\d{4})-(0[0-9]|1[0-2])-([0-2]\d|3[01])T([01]\d|2[0-4]):([0-5]\d):([0-6]\d)((\.\d{3})?)Z$",
        ),
        Shape::new("LifecycleConfiguration.Rules.Transitions.TransitionInDays").kinds(&[Kind::Integer]),
        Shape::new("LifecycleConfiguration.TransitionDefaultMinimumObjectSize")
            .kinds(&[Kind::String])
            .values(&["varies_by_storage_class", "all_storage_classes_128K"]),
        Shape::new("LoggingConfiguration").kinds(&[Kind::Object]),
        Shape::new("LoggingConfiguration.DestinationBucketName").kinds(&[Kind::String]),
        Shape::new("LoggingConfiguration.LogFilePrefix").kinds(&[Kind::String]),
        Shape::new("LoggingConfiguration.TargetObjectKeyFormat").kinds(&[Kind::Object]),
        Shape::new("LoggingConfiguration.TargetObjectKeyFormat.PartitionedPrefix").kinds(&[Kind::Object]),
        Shape::new("LoggingConfiguration.TargetObjectKeyFormat.PartitionedPrefix.PartitionDateSource")
            .kinds(&[Kind::String])
            .values(&["EventTime", "DeliveryTime"]),
        Shape::new("LoggingConfiguration.TargetObjectKeyFormat.SimplePrefix").kinds(&[Kind::Object]),
        Shape::new("MetadataConfiguration").kinds(&[Kind::Object]).requires(&["JournalTableConfiguration"]),
        Shape::new("MetadataConfiguration.AnnotationTableConfiguration")
            .kinds(&[Kind::Object])
            .requires(&["ConfigurationState"]),
        Shape::new("MetadataConfiguration.AnnotationTableConfiguration.ConfigurationState")
            .kinds(&[Kind::String])
            .values(&["ENABLED", "DISABLED"]),
        Shape::new("MetadataConfiguration.AnnotationTableConfiguration.EncryptionConfiguration")
            .kinds(&[Kind::Object])
            .requires(&["SseAlgorithm"]),
        Shape::new("MetadataConfiguration.AnnotationTableConfiguration.EncryptionConfiguration.KmsKeyArn")
            .kinds(&[Kind::String]),
        Shape::new("MetadataConfiguration.AnnotationTableConfiguration.EncryptionConfiguration.SseAlgorithm")
            .kinds(&[Kind::String])
            .values(&["aws:kms", "AES256"]),
        Shape::new("MetadataConfiguration.AnnotationTableConfiguration.Role").kinds(&[Kind::String]),
        Shape::new("MetadataConfiguration.InventoryTableConfiguration")
            .kinds(&[Kind::Object])
            .requires(&["ConfigurationState"]),
        Shape::new("MetadataConfiguration.InventoryTableConfiguration.ConfigurationState")
            .kinds(&[Kind::String])
            .values(&["ENABLED", "DISABLED"]),
        Shape::new("MetadataConfiguration.InventoryTableConfiguration.EncryptionConfiguration")
            .kinds(&[Kind::Object])
            .requires(&["SseAlgorithm"]),
        Shape::new("MetadataConfiguration.InventoryTableConfiguration.EncryptionConfiguration.KmsKeyArn")
            .kinds(&[Kind::String]),
        Shape::new("MetadataConfiguration.InventoryTableConfiguration.EncryptionConfiguration.SseAlgorithm")
            .kinds(&[Kind::String])
            .values(&["aws:kms", "AES256"]),
        Shape::new("MetadataConfiguration.JournalTableConfiguration")
            .kinds(&[Kind::Object])
            .requires(&["RecordExpiration"]),
        Shape::new("MetadataConfiguration.JournalTableConfiguration.EncryptionConfiguration")
            .kinds(&[Kind::Object])
            .requires(&["SseAlgorithm"]),
        Shape::new("MetadataConfiguration.JournalTableConfiguration.EncryptionConfiguration.KmsKeyArn")
            .kinds(&[Kind::String]),
        Shape::new("MetadataConfiguration.JournalTableConfiguration.EncryptionConfiguration.SseAlgorithm")
            .kinds(&[Kind::String])
            .values(&["aws:kms", "AES256"]),
        Shape::new("MetadataConfiguration.JournalTableConfiguration.RecordExpiration")
            .kinds(&[Kind::Object])
            .requires(&["Expiration"]),
        Shape::new("MetadataConfiguration.JournalTableConfiguration.RecordExpiration.Days")
            .kinds(&[Kind::Integer]),
        Shape::new("MetadataConfiguration.JournalTableConfiguration.RecordExpiration.Expiration")
            .kinds(&[Kind::String])
            .values(&["ENABLED", "DISABLED"]),
        Shape::new("MetadataTableConfiguration").kinds(&[Kind::Object]).requires(&["S3TablesDestination"]),
        Shape::new("MetadataTableConfiguration.S3TablesDestination")
            .kinds(&[Kind::Object])
            .requires(&["TableBucketArn", "TableName"]),
        Shape::new("MetadataTableConfiguration.S3TablesDestination.TableBucketArn").kinds(&[Kind::String]),
        Shape::new("MetadataTableConfiguration.S3TablesDestination.TableName").kinds(&[Kind::String]),
        Shape::new("MetricsConfigurations").kinds(&[Kind::Array]).requires(&["Id"]),
        Shape::new("MetricsConfigurations.AccessPointArn").kinds(&[Kind::String]),
        Shape::new("MetricsConfigurations.Id").kinds(&[Kind::String]),
        Shape::new("MetricsConfigurations.Prefix").kinds(&[Kind::String]),
        Shape::new("MetricsConfigurations.TagFilters").kinds(&[Kind::Array]).requires(&["Key", "Value"]),
        Shape::new("MetricsConfigurations.TagFilters.Key").kinds(&[Kind::String]),
        Shape::new("MetricsConfigurations.TagFilters.Value").kinds(&[Kind::String]),
        Shape::new("NotificationConfiguration").kinds(&[Kind::Object]),
        Shape::new("NotificationConfiguration.EventBridgeConfiguration")
            .kinds(&[Kind::Object])
            .requires(&["EventBridgeEnabled"]),
        Shape::new("NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled")
            .kinds(&[Kind::Boolean]),
        Shape::new("NotificationConfiguration.LambdaConfigurations")
            .kinds(&[Kind::Array])
            .requires(&["Event", "Function"]),
        Shape::new("NotificationConfiguration.LambdaConfigurations.Event").kinds(&[Kind::String]),
        Shape::new("NotificationConfiguration.LambdaConfigurations.Filter")
            .kinds(&[Kind::Object])
            .requires(&["S3Key"]),
        Shape::new("NotificationConfiguration.LambdaConfigurations.Filter.S3Key")
            .kinds(&[Kind::Object])
            .requires(&["Rules"]),
        Shape::new("NotificationConfiguration.LambdaConfigurations.Filter.S3Key.Rules")
            .kinds(&[Kind::Array])
            .requires(&["Name", "Value"]),
        Shape::new("NotificationConfiguration.LambdaConfigurations.Filter.S3Key.Rules.Name")
            .kinds(&[Kind::String])
            .length(Bounds::most(1024.0)),
        Shape::new("NotificationConfiguration.LambdaConfigurations.Filter.S3Key.Rules.Value")
            .kinds(&[Kind::String]),
        Shape::new("NotificationConfiguration.LambdaConfigurations.Function").kinds(&[Kind::String]),
        Shape::new("NotificationConfiguration.QueueConfigurations")
            .kinds(&[Kind::Array])
            .requires(&["Event", "Queue"]),
        Shape::new("NotificationConfiguration.QueueConfigurations.Event").kinds(&[Kind::String]),
        Shape::new("NotificationConfiguration.QueueConfigurations.Filter")
            .kinds(&[Kind::Object])
            .requires(&["S3Key"]),
        Shape::new("NotificationConfiguration.QueueConfigurations.Filter.S3Key")
            .kinds(&[Kind::Object])
            .requires(&["Rules"]),
        Shape::new("NotificationConfiguration.QueueConfigurations.Filter.S3Key.Rules")
            .kinds(&[Kind::Array])
            .requires(&["Name", "Value"]),
        Shape::new("NotificationConfiguration.QueueConfigurations.Filter.S3Key.Rules.Name")
            .kinds(&[Kind::String])
            .length(Bounds::most(1024.0)),
        Shape::new("NotificationConfiguration.QueueConfigurations.Filter.S3Key.Rules.Value")
            .kinds(&[Kind::String]),
        Shape::new("NotificationConfiguration.QueueConfigurations.Queue").kinds(&[Kind::String]),
        Shape::new("NotificationConfiguration.TopicConfigurations")
            .kinds(&[Kind::Array])
            .requires(&["Event", "Topic"]),
        Shape::new("NotificationConfiguration.TopicConfigurations.Event").kinds(&[Kind::String]),
        Shape::new("NotificationConfiguration.TopicConfigurations.Filter")
            .kinds(&[Kind::Object])
            .requires(&["S3Key"]),
        Shape::new("NotificationConfiguration.TopicConfigurations.Filter.S3Key")
            .kinds(&[Kind::Object])
            .requires(&["Rules"]),
        Shape::new("NotificationConfiguration.TopicConfigurations.Filter.S3Key.Rules")
            .kinds(&[Kind::Array])
            .requires(&["Name", "Value"]),
        Shape::new("NotificationConfiguration.TopicConfigurations.Filter.S3Key.Rules.Name")
            .kinds(&[Kind::String])
            .length(Bounds::most(1024.0)),
        Shape::new("NotificationConfiguration.TopicConfigurations.Filter.S3Key.Rules.Value")
            .kinds(&[Kind::String]),
        Shape::new("NotificationConfiguration.TopicConfigurations.Topic").kinds(&[Kind::String]),
        Shape::new("ObjectLockConfiguration").kinds(&[Kind::Object]),
        Shape::new("ObjectLockConfiguration.ObjectLockEnabled").kinds(&[Kind::String]).values(&["Enabled"]),
        Shape::new("ObjectLockConfiguration.Rule").kinds(&[Kind::Object]),
        Shape::new("ObjectLockConfiguration.Rule.DefaultRetention").kinds(&[Kind::Object]),
        Shape::new("ObjectLockConfiguration.Rule.DefaultRetention.Days").kinds(&[Kind::Integer]),
        Shape::new("ObjectLockConfiguration.Rule.DefaultRetention.DefaultEventHold").kinds(&[Kind::Object]),
        Shape::new("ObjectLockConfiguration.Rule.DefaultRetention.DefaultEventHold.Days")
            .kinds(&[Kind::Integer]),
        Shape::new("ObjectLockConfiguration.Rule.DefaultRetention.DefaultEventHold.Years")
            .kinds(&[Kind::Integer]),
        Shape::new("ObjectLockConfiguration.Rule.DefaultRetention.Mode")
            .kinds(&[Kind::String])
            .values(&["COMPLIANCE", "GOVERNANCE"]),
        Shape::new("ObjectLockConfiguration.Rule.DefaultRetention.Years").kinds(&[Kind::Integer]),
        Shape::new("ObjectLockEnabled").kinds(&[Kind::Boolean]),
        Shape::new("OwnershipControls").kinds(&[Kind::Object]).requires(&["Rules"]),
        Shape::new("OwnershipControls.Rules").kinds(&[Kind::Array]),
        Shape::new("OwnershipControls.Rules.ObjectOwnership").kinds(&[Kind::String]).values(&[
            "ObjectWriter",
            "BucketOwnerPreferred",
            "BucketOwnerEnforced",
        ]),
        Shape::new("PublicAccessBlockConfiguration").kinds(&[Kind::Object]),
        Shape::new("PublicAccessBlockConfiguration.BlockPublicAcls").kinds(&[Kind::Boolean]),
        Shape::new("PublicAccessBlockConfiguration.BlockPublicPolicy").kinds(&[Kind::Boolean]),
        Shape::new("PublicAccessBlockConfiguration.IgnorePublicAcls").kinds(&[Kind::Boolean]),
        Shape::new("PublicAccessBlockConfiguration.RestrictPublicBuckets").kinds(&[Kind::Boolean]),
        Shape::new("ReplicationConfiguration").kinds(&[Kind::Object]).requires(&["Role", "Rules"]),
        Shape::new("ReplicationConfiguration.Role").kinds(&[Kind::String]),
        Shape::new("ReplicationConfiguration.Rules")
            .kinds(&[Kind::Array])
            .requires(&["Destination", "Status"]),
        Shape::new("ReplicationConfiguration.Rules.DeleteMarkerReplication").kinds(&[Kind::Object]),
        Shape::new("ReplicationConfiguration.Rules.DeleteMarkerReplication.Status")
            .kinds(&[Kind::String])
            .values(&["Disabled", "Enabled"]),
        Shape::new("ReplicationConfiguration.Rules.Destination").kinds(&[Kind::Object]).requires(&["Bucket"]),
        Shape::new("ReplicationConfiguration.Rules.Destination.AccessControlTranslation")
            .kinds(&[Kind::Object])
            .requires(&["Owner"]),
        Shape::new("ReplicationConfiguration.Rules.Destination.AccessControlTranslation.Owner")
            .kinds(&[Kind::String])
            .values(&["Destination"]),
        Shape::new("ReplicationConfiguration.Rules.Destination.Account").kinds(&[Kind::String]),
        Shape::new("ReplicationConfiguration.Rules.Destination.Bucket").kinds(&[Kind::String]),
        Shape::new("ReplicationConfiguration.Rules.Destination.EncryptionConfiguration")
            .kinds(&[Kind::Object])
            .requires(&["ReplicaKmsKeyID"]),
        Shape::new("ReplicationConfiguration.Rules.Destination.EncryptionConfiguration.ReplicaKmsKeyID")
            .kinds(&[Kind::String]),
        Shape::new("ReplicationConfiguration.Rules.Destination.Metrics")
            .kinds(&[Kind::Object])
            .requires(&["Status"]),
        Shape::new("ReplicationConfiguration.Rules.Destination.Metrics.EventThreshold")
            .kinds(&[Kind::Object])
            .requires(&["Minutes"]),
        Shape::new("ReplicationConfiguration.Rules.Destination.Metrics.EventThreshold.Minutes")
            .kinds(&[Kind::Integer]),
        Shape::new("ReplicationConfiguration.Rules.Destination.Metrics.Status")
            .kinds(&[Kind::String])
            .values(&["Disabled", "Enabled"]),
        Shape::new("ReplicationConfiguration.Rules.Destination.ReplicationTime")
            .kinds(&[Kind::Object])
            .requires(&["Status", "Time"]),
        Shape::new("ReplicationConfiguration.Rules.Destination.ReplicationTime.Status")
            .kinds(&[Kind::String])
            .values(&["Disabled", "Enabled"]),
        Shape::new("ReplicationConfiguration.Rules.Destination.ReplicationTime.Time")
            .kinds(&[Kind::Object])
            .requires(&["Minutes"]),
        Shape::new("ReplicationConfiguration.Rules.Destination.ReplicationTime.Time.Minutes")
            .kinds(&[Kind::Integer]),
        Shape::new("ReplicationConfiguration.Rules.Destination.StorageClass").kinds(&[Kind::String]).values(
            &[
                "DEEP_ARCHIVE",
                "GLACIER",
                "GLACIER_IR",
                "INTELLIGENT_TIERING",
                "ONEZONE_IA",
                "REDUCED_REDUNDANCY",
                "STANDARD",
                "STANDARD_IA",
            ],
        ),
        Shape::new("ReplicationConfiguration.Rules.Filter").kinds(&[Kind::Object]),
        Shape::new("ReplicationConfiguration.Rules.Filter.And").kinds(&[Kind::Object]),
        Shape::new("ReplicationConfiguration.Rules.Filter.And.Prefix").kinds(&[Kind::String]),
        Shape::new("ReplicationConfiguration.Rules.Filter.And.TagFilters")
            .kinds(&[Kind::Array])
            .requires(&["Key", "Value"]),
        Shape::new("ReplicationConfiguration.Rules.Filter.And.TagFilters.Key").kinds(&[Kind::String]),
        Shape::new("ReplicationConfiguration.Rules.Filter.And.TagFilters.Value").kinds(&[Kind::String]),
        Shape::new("ReplicationConfiguration.Rules.Filter.Prefix").kinds(&[Kind::String]),
        Shape::new("ReplicationConfiguration.Rules.Filter.TagFilter")
            .kinds(&[Kind::Object])
            .requires(&["Key", "Value"]),
        Shape::new("ReplicationConfiguration.Rules.Filter.TagFilter.Key").kinds(&[Kind::String]),
        Shape::new("ReplicationConfiguration.Rules.Filter.TagFilter.Value").kinds(&[Kind::String]),
        Shape::new("ReplicationConfiguration.Rules.Id").kinds(&[Kind::String]).length(Bounds::most(255.0)),
        Shape::new("ReplicationConfiguration.Rules.Prefix")
            .kinds(&[Kind::String])
            .length(Bounds::most(1024.0)),
        Shape::new("ReplicationConfiguration.Rules.Priority").kinds(&[Kind::Integer]),
        Shape::new("ReplicationConfiguration.Rules.SourceSelectionCriteria").kinds(&[Kind::Object]),
        Shape::new("ReplicationConfiguration.Rules.SourceSelectionCriteria.ReplicaModifications")
            .kinds(&[Kind::Object])
            .requires(&["Status"]),
        Shape::new("ReplicationConfiguration.Rules.SourceSelectionCriteria.ReplicaModifications.Status")
            .kinds(&[Kind::String])
            .values(&["Enabled", "Disabled"]),
        Shape::new("ReplicationConfiguration.Rules.SourceSelectionCriteria.SseKmsEncryptedObjects")
            .kinds(&[Kind::Object])
            .requires(&["Status"]),
        Shape::new("ReplicationConfiguration.Rules.SourceSelectionCriteria.SseKmsEncryptedObjects.Status")
            .kinds(&[Kind::String])
            .values(&["Disabled", "Enabled"]),
        Shape::new("ReplicationConfiguration.Rules.Status")
            .kinds(&[Kind::String])
            .values(&["Disabled", "Enabled"]),
        Shape::new("Tags").kinds(&[Kind::Array]).requires(&["Key", "Value"]),
        Shape::new("Tags.Key").kinds(&[Kind::String]).length(Bounds::between(1.0, 128.0)),
        Shape::new("Tags.Value").kinds(&[Kind::String]).length(Bounds::most(256.0)),
        Shape::new("VersioningConfiguration").kinds(&[Kind::Object]).requires(&["Status"]),
        Shape::new("VersioningConfiguration.Status").kinds(&[Kind::String]).values(&["Enabled", "Suspended"]),
        Shape::new("WebsiteConfiguration").kinds(&[Kind::Object]),
        Shape::new("WebsiteConfiguration.ErrorDocument").kinds(&[Kind::String]),
        Shape::new("WebsiteConfiguration.IndexDocument").kinds(&[Kind::String]),
        Shape::new("WebsiteConfiguration.RedirectAllRequestsTo")
            .kinds(&[Kind::Object])
            .requires(&["HostName"]),
        Shape::new("WebsiteConfiguration.RedirectAllRequestsTo.HostName").kinds(&[Kind::String]),
        Shape::new("WebsiteConfiguration.RedirectAllRequestsTo.Protocol")
            .kinds(&[Kind::String])
            .values(&["http", "https"]),
        Shape::new("WebsiteConfiguration.RoutingRules").kinds(&[Kind::Array]).requires(&["RedirectRule"]),
        Shape::new("WebsiteConfiguration.RoutingRules.RedirectRule").kinds(&[Kind::Object]),
        Shape::new("WebsiteConfiguration.RoutingRules.RedirectRule.HostName").kinds(&[Kind::String]),
        Shape::new("WebsiteConfiguration.RoutingRules.RedirectRule.HttpRedirectCode").kinds(&[Kind::String]),
        Shape::new("WebsiteConfiguration.RoutingRules.RedirectRule.Protocol")
            .kinds(&[Kind::String])
            .values(&["http", "https"]),
        Shape::new("WebsiteConfiguration.RoutingRules.RedirectRule.ReplaceKeyPrefixWith")
            .kinds(&[Kind::String]),
        Shape::new("WebsiteConfiguration.RoutingRules.RedirectRule.ReplaceKeyWith").kinds(&[Kind::String]),
        Shape::new("WebsiteConfiguration.RoutingRules.RoutingRuleCondition").kinds(&[Kind::Object]),
        Shape::new("WebsiteConfiguration.RoutingRules.RoutingRuleCondition.HttpErrorCodeReturnedEquals")
            .kinds(&[Kind::String]),
        Shape::new("WebsiteConfiguration.RoutingRules.RoutingRuleCondition.KeyPrefixEquals")
            .kinds(&[Kind::String]),
    ],
);

/// `AWS::S3::BucketPolicy`.
pub(super) static BUCKET_POLICY: Shapes = Shapes::new(
    "AWS::S3::BucketPolicy",
    SOURCE,
    &[
        Shape::new("").requires(&["Bucket", "PolicyDocument"]),
        Shape::new("Bucket").kinds(&[Kind::String]),
        Shape::new("PolicyDocument").kinds(&[Kind::Object, Kind::String]),
    ],
);
