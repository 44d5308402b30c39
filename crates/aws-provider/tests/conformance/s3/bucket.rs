//! Buckets of both kinds under test.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_s3::types::PublicAccessBlockConfiguration;
use ironward_aws::iam::RoleArn;
use ironward_aws::place::AccountId;
use ironward_aws::policy::{Allow, PolicyDocument};
use ironward_aws::s3::{
    AbortIncompleteMultipartUpload, AnalyticsConfiguration, Bucket, BucketArn, BucketPolicy,
    CorsConfiguration, CorsMethod, CorsRule, DataExport, DefaultRetention, IncludedObjectVersions,
    InventoryConfiguration, InventoryField, InventoryFrequency, LifecycleConfiguration, LifecycleRule,
    LoggingConfiguration, MetricsConfiguration, NoncurrentVersionExpiration, NotificationConfiguration,
    ObjectLockConfiguration, OutputSchemaVersion, ReplicationConfiguration, ReplicationDestination,
    ReplicationFilter, ReplicationRule, ReportDestination, ReportFormat, RetentionMode, RuleStatus,
    StorageClassAnalysis, TagFilter, Transition, TransitionStorageClass, tls_only,
};
use ironward_core::declare::Declaration;
use ironward_core::output::{ToValue, concat};
use ironward_core::program::DeclareError;
use ironward_core::stack::{Hipaa, Stack};
use serde_json::{Value as Json, json};

use super::{client, customer_key, fresh_name};
use crate::cloud::{Cloud, Emulator};
use crate::subject::Subject;
use crate::suite::conform;

struct EncryptedSubject {
    emulator: Emulator,
    other_name: String,
}

impl EncryptedSubject {
    fn new(emulator: Emulator) -> Self {
        Self { emulator, other_name: fresh_name("conformance") }
    }
}

fn rules(edited: bool) -> LifecycleConfiguration {
    let age = LifecycleRule::new("age", RuleStatus::Enabled)
        .transitions([Transition::new(TransitionStorageClass::StandardIa, if edited { 60 } else { 30 })])
        .noncurrent_version_expiration(NoncurrentVersionExpiration::new(2557));
    let parts = LifecycleRule::new("parts", RuleStatus::Enabled)
        .abort_incomplete_multipart_upload(AbortIncompleteMultipartUpload::new(7));
    // The edit also takes a member away and adds a filter: both must be noticed.
    if edited {
        let scratch =
            LifecycleRule::new("scratch", RuleStatus::Disabled).prefix("scratch/").expiration_in_days(3);
        LifecycleConfiguration::new([scratch, parts, age])
    } else {
        let scratch = LifecycleRule::new("scratch", RuleStatus::Disabled).expiration_in_days(3);
        LifecycleConfiguration::new([scratch, parts, age.expiration_in_days(3653)])
    }
}

fn to_reports() -> ReportDestination {
    ReportDestination::new(BucketArn::new("arn:aws:s3:::reports"), ReportFormat::Csv)
        .bucket_account_id(AccountId::new("123456789012"))
        .prefix("lists/")
}

fn inventories() -> [InventoryConfiguration; 2] {
    let one = |id: &str, versions, frequency| {
        InventoryConfiguration::new(id, to_reports(), true, versions, frequency)
    };
    let fields = [InventoryField::EncryptionStatus, InventoryField::ObjectLockRetainUntilDate];
    [
        one("week", IncludedObjectVersions::All, InventoryFrequency::Weekly).optional_fields(fields),
        one("day", IncludedObjectVersions::Current, InventoryFrequency::Daily).prefix("fhir/"),
    ]
}

fn metrics() -> [MetricsConfiguration; 3] {
    let tag = || [TagFilter::new("kind", "export")];
    [
        MetricsConfiguration::new("whole"),
        MetricsConfiguration::new("part").prefix("fhir/"),
        MetricsConfiguration::new("both").prefix("fhir/").tag_filters(tag()),
    ]
}

fn analytics() -> [AnalyticsConfiguration; 1] {
    let export = DataExport::new(to_reports(), OutputSchemaVersion::V1);
    let analysis = StorageClassAnalysis::new().data_export(export);
    [AnalyticsConfiguration::new("study", analysis).prefix("fhir/")]
}

/// The members of what each bucket can have, by raw SDK calls.
async fn read(cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>> {
    let s3 = client(cloud);
    s3.head_bucket().bucket(id).send().await.ok()?;
    let debug = |value: &dyn std::fmt::Debug| json!(format!("{value:?}"));
    let encryption = s3.get_bucket_encryption().bucket(id).send().await.unwrap();
    let encryption = encryption.server_side_encryption_configuration.unwrap();
    let key = encryption.rules[0].apply_server_side_encryption_by_default().unwrap();
    let lifecycle = s3.get_bucket_lifecycle_configuration().bucket(id).send().await.ok();
    let logging = s3.get_bucket_logging().bucket(id).send().await.unwrap();
    let lock = s3.get_object_lock_configuration().bucket(id).send().await.ok();
    let events = s3.get_bucket_notification_configuration().bucket(id).send().await.ok();
    let copies = s3.get_bucket_replication().bucket(id).send().await.ok();
    let inventories = s3.list_bucket_inventory_configurations().bucket(id).send().await.ok();
    let metrics = s3.list_bucket_metrics_configurations().bucket(id).send().await.ok();
    let analytics = s3.list_bucket_analytics_configurations().bucket(id).send().await.ok();
    let cors = s3.get_bucket_cors().bucket(id).send().await.ok();
    Some(BTreeMap::from([
        ("BucketEncryption", json!(key.kms_master_key_id())),
        ("LifecycleConfiguration", debug(&lifecycle.and_then(|answer| answer.rules))),
        ("LoggingConfiguration", debug(&logging.logging_enabled)),
        ("ObjectLockConfiguration", debug(&lock.and_then(|answer| answer.object_lock_configuration))),
        ("NotificationConfiguration", debug(&events.and_then(|answer| answer.event_bridge_configuration))),
        ("ReplicationConfiguration", debug(&copies.and_then(|answer| answer.replication_configuration))),
        ("CorsConfiguration", debug(&cors.and_then(|answer| answer.cors_rules))),
        (
            "InventoryConfigurations",
            debug(&inventories.and_then(|answer| answer.inventory_configuration_list)),
        ),
        ("MetricsConfigurations", debug(&metrics.and_then(|answer| answer.metrics_configuration_list))),
        ("AnalyticsConfigurations", debug(&analytics.and_then(|answer| answer.analytics_configuration_list))),
        ("Tags", json!(tags(cloud, id).await)),
    ]))
}

async fn tags(cloud: &Cloud, id: &str) -> BTreeMap<String, String> {
    let answer = client(cloud).get_bucket_tagging().bucket(id).send().await.unwrap();
    answer.tag_set.into_iter().map(|tag| (tag.key, tag.value)).collect()
}

#[async_trait]
impl Subject for EncryptedSubject {
    fn declare(&self, stack: &mut Stack<Hipaa>, edit: Option<&str>) -> Result<(), DeclareError> {
        let (key, other_key) = (customer_key(stack, "key")?, customer_key(stack, "other-key")?);
        let logs = stack.add("logs", Bucket::log_delivery())?;
        let delivery = Allow::actions(["s3:PutObject"])
            .service("logging.s3.amazonaws.com")
            .on(concat([logs.arn().to_value(), "/*".to_value()]));
        let document = PolicyDocument::new().with(tls_only(logs.arn())).with(delivery);
        let delivers = stack.add("delivers", BucketPolicy::on(logs.name(), document))?;
        let mut bucket =
            Bucket::encrypted(if edit == Some("BucketEncryption") { other_key } else { key.clone() })
                .lifecycle_configuration(rules(edit == Some("LifecycleConfiguration")))
                .object_lock_enabled()
                .tag("use", "test");
        match edit {
            Some("LoggingConfiguration") => {
                let logging = LoggingConfiguration::new(logs.name()).log_file_prefix("data/");
                bucket = bucket.logging_configuration(logging);
            }
            Some("ObjectLockConfiguration") => {
                let retention = DefaultRetention::days(RetentionMode::Governance, 1);
                bucket = bucket.object_lock_configuration(ObjectLockConfiguration::new(retention));
            }
            Some("NotificationConfiguration") => {
                bucket = bucket.notification_configuration(NotificationConfiguration::event_bridge());
            }
            Some("ReplicationConfiguration") => {
                let destination = ReplicationDestination::new(BucketArn::new("arn:aws:s3:::copies"), &key)
                    .replication_time_control();
                let rule = ReplicationRule::new("dr", 1, ReplicationFilter::everything(), destination);
                let role = RoleArn::new("arn:aws:iam::123456789012:role/replication");
                bucket = bucket.replication_configuration(ReplicationConfiguration::new(role, [rule]));
            }
            Some("CorsConfiguration") => {
                let rule = CorsRule::new([CorsMethod::Get], ["https://portal.example.com"])
                    .allowed_headers(["*"])
                    .max_age(600);
                bucket = bucket.cors_configuration(CorsConfiguration::new([rule]));
            }
            Some("InventoryConfigurations") => bucket = bucket.inventory_configurations(inventories()),
            Some("MetricsConfigurations") => bucket = bucket.metrics_configurations(metrics()),
            Some("AnalyticsConfigurations") => bucket = bucket.analytics_configurations(analytics()),
            Some("Tags") => bucket = bucket.tag("use", "edited").tag("more", "yes"),
            Some("BucketName") => bucket = bucket.bucket_name(&self.other_name),
            _ => {}
        }
        stack.add(
            "subject",
            bucket
                .options()
                .accept(ironward_core::consent::Loss::Replace, "the suite")
                .accept(ironward_core::consent::Loss::Recreate, "the suite")
                .depends_on(&delivers),
        )?;
        Ok(())
    }

    fn updates(&self) -> &'static [&'static str] {
        match self.emulator {
            Emulator::Sandbox => &[
                "BucketEncryption",
                "LifecycleConfiguration",
                "LoggingConfiguration",
                "ObjectLockConfiguration",
                "NotificationConfiguration",
                "ReplicationConfiguration",
                "CorsConfiguration",
                "InventoryConfigurations",
                "MetricsConfigurations",
                "AnalyticsConfigurations",
                "Tags",
            ],
            // moto reports every replication rule without its source selection and with an empty
            // filter, whatever was put, and forgets that events go to EventBridge: what comes
            // back differs from what was declared.
            Emulator::Moto => &[
                "BucketEncryption",
                "LifecycleConfiguration",
                "LoggingConfiguration",
                "ObjectLockConfiguration",
                "CorsConfiguration",
                "Tags",
            ],
        }
    }

    fn replacements(&self) -> &'static [&'static str] {
        &["BucketName"]
    }

    async fn read(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>> {
        read(cloud, id).await
    }

    async fn tags(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<String, String>> {
        Some(tags(cloud, id).await)
    }

    async fn remove(&self, cloud: &Cloud, id: &str) {
        client(cloud).delete_bucket().bucket(id).send().await.unwrap();
    }

    async fn disturb(&self, cloud: &Cloud, id: &str) -> Option<&'static str> {
        let open = PublicAccessBlockConfiguration::builder().block_public_policy(false).build();
        let request =
            client(cloud).put_public_access_block().bucket(id).public_access_block_configuration(open);
        request.send().await.unwrap();
        Some("PublicAccessBlockConfiguration")
    }

    fn unseen(&self, emulator: Emulator) -> &'static [&'static str] {
        match emulator {
            // It takes the logging configuration and drops it.
            Emulator::Sandbox => &["LoggingConfiguration"],
            Emulator::Moto => &[],
        }
    }
}

pub(crate) struct LogDeliverySubject {
    other_name: String,
}

impl LogDeliverySubject {
    pub(crate) fn new() -> Self {
        Self { other_name: fresh_name("logs") }
    }
}

#[async_trait]
impl Subject for LogDeliverySubject {
    fn declare(&self, stack: &mut Stack<Hipaa>, edit: Option<&str>) -> Result<(), DeclareError> {
        let mut bucket =
            Bucket::log_delivery().lifecycle_configuration(rules(edit == Some("LifecycleConfiguration")));
        if edit == Some("BucketName") {
            bucket = bucket.bucket_name(&self.other_name);
        }
        if edit == Some("Tags") {
            bucket = bucket.tag("use", "logs");
        }
        stack.add(
            "subject",
            bucket
                .options()
                .accept(ironward_core::consent::Loss::Replace, "the suite")
                .accept(ironward_core::consent::Loss::Recreate, "the suite"),
        )?;
        Ok(())
    }

    fn updates(&self) -> &'static [&'static str] {
        &["LifecycleConfiguration", "Tags"]
    }

    fn replacements(&self) -> &'static [&'static str] {
        &["BucketName"]
    }

    async fn read(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>> {
        read(cloud, id).await
    }

    async fn tags(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<String, String>> {
        Some(tags(cloud, id).await)
    }

    async fn remove(&self, cloud: &Cloud, id: &str) {
        client(cloud).delete_bucket().bucket(id).send().await.unwrap();
    }

    async fn disturb(&self, cloud: &Cloud, id: &str) -> Option<&'static str> {
        client(cloud).delete_bucket_lifecycle().bucket(id).send().await.unwrap();
        Some("LifecycleConfiguration")
    }
}

#[tokio::test]
async fn encrypted_bucket_on_sandbox() {
    conform(&EncryptedSubject::new(Emulator::Sandbox), Cloud::sandbox().await).await;
}

#[tokio::test]
async fn encrypted_bucket_on_moto() {
    conform(&EncryptedSubject::new(Emulator::Moto), Cloud::moto().await).await;
}

#[tokio::test]
async fn log_bucket_on_sandbox() {
    conform(&LogDeliverySubject::new(), Cloud::sandbox().await).await;
}

#[tokio::test]
async fn log_bucket_on_moto() {
    conform(&LogDeliverySubject::new(), Cloud::moto().await).await;
}
