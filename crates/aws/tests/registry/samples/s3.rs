use ironward_aws::iam::RoleArn;
use ironward_aws::place::AccountId;
use ironward_aws::s3::{
    AbortIncompleteMultipartUpload, AnalyticsConfiguration, Bucket, BucketArn, CorsConfiguration, CorsMethod,
    CorsRule, DataExport, DefaultRetention, IncludedObjectVersions, InventoryConfiguration, InventoryField,
    InventoryFrequency, LifecycleConfiguration, LifecycleRule, LoggingConfiguration, MetricsConfiguration,
    MinimumObjectSize, NoncurrentVersionExpiration, NoncurrentVersionTransition, NotificationConfiguration,
    ObjectLockConfiguration, OutputSchemaVersion, PartitionDateSource, PartitionedPrefix,
    ReplicaStorageClass, ReplicationConfiguration, ReplicationDestination, ReplicationFilter,
    ReplicationRule, ReportDestination, ReportFormat, RetentionMode, RuleStatus, StorageClassAnalysis,
    TagFilter, TargetObjectKeyFormat, Transition, TransitionStorageClass,
};

use super::Samples;

pub fn add(samples: &mut Samples) {
    let tag = || TagFilter::new("kind", "export");
    let class = TransitionStorageClass::GlacierInstantRetrieval;
    let rule = LifecycleRule::new("rule", RuleStatus::Enabled)
        .prefix("fhir/")
        .tag_filters([tag()])
        .object_size_greater_than(1)
        .object_size_less_than(1000)
        .expiration_in_days(3653)
        .expired_object_delete_marker(true)
        .noncurrent_version_expiration(NoncurrentVersionExpiration::new(3653).newer_noncurrent_versions(1))
        .noncurrent_version_transitions([
            NoncurrentVersionTransition::new(class, 30).newer_noncurrent_versions(1)
        ])
        .transitions([Transition::new(class, 30)])
        .abort_incomplete_multipart_upload(AbortIncompleteMultipartUpload::new(7));
    let lifecycle = LifecycleConfiguration::new([rule])
        .transition_default_minimum_object_size(MinimumObjectSize::VariesByStorageClass);

    let logs = samples.stack.add("logs", Bucket::log_delivery()).unwrap();
    let format = PartitionedPrefix::new(PartitionDateSource::EventTime);
    let logging = LoggingConfiguration::new(logs.name())
        .log_file_prefix("data/")
        .target_object_key_format(TargetObjectKeyFormat::new(format));

    let cors = CorsRule::new([CorsMethod::Get], ["https://portal.example.com"])
        .allowed_headers(["*"])
        .exposed_headers(["etag"])
        .id("portal")
        .max_age(600);

    let key = samples.key("s3");
    let copy = |filter| {
        let destination = ReplicationDestination::new(BucketArn::new("arn:copies"), &key)
            .account("123456789012")
            .storage_class(ReplicaStorageClass::StandardIa)
            .replication_time_control();
        ReplicationRule::new("dr", 1, filter, destination).replica_modifications(RuleStatus::Enabled)
    };
    let filters = [ReplicationFilter::everything(), ReplicationFilter::prefix("fhir/").tag(tag())];
    let replication = ReplicationConfiguration::new(RoleArn::new("arn:role"), filters.map(copy));

    let to = || {
        ReportDestination::new(BucketArn::new("arn:reports"), ReportFormat::Csv)
            .bucket_account_id(AccountId::new("123456789012"))
            .prefix("lists/")
    };
    let inventory = InventoryConfiguration::new(
        "all",
        to(),
        true,
        IncludedObjectVersions::All,
        InventoryFrequency::Daily,
    )
    .optional_fields([InventoryField::Size])
    .prefix("fhir/");
    let metrics =
        MetricsConfiguration::new("all").access_point_arn("arn:ap").prefix("fhir/").tag_filters([tag()]);
    let export = DataExport::new(to(), OutputSchemaVersion::V1);
    let analysis = StorageClassAnalysis::new().data_export(export);
    let analytics = AnalyticsConfiguration::new("all", analysis).prefix("fhir/").tag_filters([tag()]);

    let lock = |retention| {
        Bucket::encrypted(key.clone()).object_lock_configuration(ObjectLockConfiguration::new(retention))
    };
    let bucket = lock(DefaultRetention::days(RetentionMode::Governance, 1))
        .lifecycle_configuration(lifecycle)
        .logging_configuration(logging)
        .notification_configuration(NotificationConfiguration::event_bridge())
        .replication_configuration(replication)
        .cors_configuration(CorsConfiguration::new([cors]))
        .inventory_configurations([inventory])
        .metrics_configurations([metrics])
        .analytics_configurations([analytics]);
    samples.add(&bucket);
    samples.add(&lock(DefaultRetention::years(RetentionMode::Governance, 7)));
}
