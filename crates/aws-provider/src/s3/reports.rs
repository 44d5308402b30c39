//! Inventories, metrics and studies of storage classes, between declarations and the SDK. Each
//! kind is a list of configurations with ids; S3 puts and deletes them one by one.

use std::collections::BTreeSet;
use std::sync::Arc;

use aws_sdk_s3::types::{
    AnalyticsAndOperator, AnalyticsConfiguration, AnalyticsExportDestination, AnalyticsFilter,
    AnalyticsS3BucketDestination, InventoryConfiguration, InventoryDestination, InventoryFilter,
    InventoryS3BucketDestination, InventorySchedule, MetricsAndOperator, MetricsConfiguration, MetricsFilter,
    StorageClassAnalysis, StorageClassAnalysisDataExport, Tag,
};
use ironward_core::document::Document;
use ironward_core::error::{ProviderError, ProviderErrorKind};

use super::api::{ANALYTICS, INVENTORY, METRICS, S3, built};
use super::tags::{filters_from_sdk, filters_to_sdk};

/// The SDK's way to say a choice by its name.
fn choice<T: for<'a> From<&'a str>>(of: &Document, member: &str) -> Result<T, ProviderError> {
    let value: Option<T> = of.parsed(member)?;
    value.ok_or_else(|| {
        ProviderError::new(ProviderErrorKind::Invalid, "declaration", format!("`{member}` is missing"))
    })
}

/// The ids of configurations that are there and not wanted.
fn gone<'a>(there: impl Iterator<Item = &'a str>, wanted: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let wanted: BTreeSet<&str> = wanted.collect();
    there.filter(|id| !wanted.contains(id)).collect()
}

macro_rules! kind {
    ($list:ident, $set:ident: $type:ident, $convert:ident, $read:ident, $write:literal,
     $list_call:ident -> $items:ident, $put_call:ident.$field:ident, $delete_call:ident) => {
        impl S3 {
            /// All configurations of this kind; nothing where the bucket is gone.
            pub(super) async fn $list(
                self: Arc<Self>,
                bucket: String,
            ) -> Result<Option<Vec<$type>>, ProviderError> {
                let (mut found, mut token) = (Vec::new(), None::<String>);
                loop {
                    let request = || {
                        self.client.$list_call().bucket(&bucket).set_continuation_token(token.clone()).send()
                    };
                    let Some(page) = self.caller.find($read, request).await? else { return Ok(None) };
                    token = page.next_continuation_token;
                    found.extend(page.$items.unwrap_or_default());
                    if token.is_none() {
                        return Ok(Some(found));
                    }
                }
            }

            /// Makes the configurations of this kind those that are declared.
            pub(super) async fn $set(
                self: &Arc<Self>,
                bucket: &str,
                declared: &[Document],
            ) -> Result<(), ProviderError> {
                let wanted = declared.iter().map($convert).collect::<Result<Vec<_>, _>>()?;
                let there = Arc::clone(self).$list(bucket.to_owned()).await?.unwrap_or_default();
                let ids = |some: &'_ [$type]| some.iter().map(|one| one.id.clone()).collect::<Vec<_>>();
                let (there, kept) = (ids(&there), ids(&wanted));
                for id in gone(there.iter().map(String::as_str), kept.iter().map(String::as_str)) {
                    let request = || self.client.$delete_call().bucket(bucket).id(id).send();
                    self.caller.find($write, request).await?;
                }
                for one in &wanted {
                    let request =
                        || self.client.$put_call().bucket(bucket).id(&one.id).$field(one.clone()).send();
                    self.caller.call($write, request).await?;
                }
                Ok(())
            }
        }
    };
}
kind!(
    inventories, set_inventories: InventoryConfiguration, to_inventory, INVENTORY,
    "s3:PutInventoryConfiguration",
    list_bucket_inventory_configurations -> inventory_configuration_list,
    put_bucket_inventory_configuration.inventory_configuration, delete_bucket_inventory_configuration
);
kind!(
    metrics, set_metrics: MetricsConfiguration, to_metrics, METRICS, "s3:PutMetricsConfiguration",
    list_bucket_metrics_configurations -> metrics_configuration_list,
    put_bucket_metrics_configuration.metrics_configuration, delete_bucket_metrics_configuration
);
kind!(
    analytics, set_analytics: AnalyticsConfiguration, to_analytics, ANALYTICS,
    "s3:PutAnalyticsConfiguration",
    list_bucket_analytics_configurations -> analytics_configuration_list,
    put_bucket_analytics_configuration.analytics_configuration, delete_bucket_analytics_configuration
);

fn to_inventory(declared: &Document) -> Result<InventoryConfiguration, ProviderError> {
    let to: Document = declared.get("Destination")?;
    let bucket = InventoryS3BucketDestination::builder()
        .bucket(to.get::<String>("BucketArn")?)
        .format(choice(&to, "Format")?)
        .set_account_id(to.opt("BucketAccountId")?)
        .set_prefix(to.opt("Prefix")?);
    let destination = InventoryDestination::builder().s3_bucket_destination(built(bucket.build())?);
    let schedule = InventorySchedule::builder().frequency(choice(declared, "ScheduleFrequency")?);
    let filter = match declared.opt::<String>("Prefix")? {
        Some(prefix) => Some(built(InventoryFilter::builder().prefix(prefix).build())?),
        None => None,
    };
    let fields = declared.list::<String>("OptionalFields")?;
    let configuration = InventoryConfiguration::builder()
        .id(declared.get::<String>("Id")?)
        .is_enabled(declared.get("Enabled")?)
        .included_object_versions(choice(declared, "IncludedObjectVersions")?)
        .destination(destination.build())
        .schedule(built(schedule.build())?)
        .set_filter(filter)
        .set_optional_fields(Some(fields.iter().map(|field| field.as_str().into()).collect()));
    built(configuration.build())
}

fn from_inventory(seen: &InventoryConfiguration) -> Document {
    let destination = seen.destination.as_ref().and_then(|to| to.s3_bucket_destination.as_ref()).map(|to| {
        Document::new()
            .with("BucketArn", &to.bucket)
            .with("Format", to.format.as_str())
            .with("BucketAccountId", to.account_id.clone())
            .with("Prefix", to.prefix.clone())
    });
    let fields: Vec<&str> = seen.optional_fields().iter().map(|field| field.as_str()).collect();
    Document::new()
        .with("Id", &seen.id)
        .with("Destination", destination)
        .with("Enabled", seen.is_enabled)
        .with("IncludedObjectVersions", seen.included_object_versions.as_str())
        .with("ScheduleFrequency", seen.schedule.as_ref().map(|schedule| schedule.frequency.as_str()))
        .with("OptionalFields", fields)
        .with("Prefix", seen.filter.as_ref().map(|filter| filter.prefix.clone()))
}

fn to_metrics(declared: &Document) -> Result<MetricsConfiguration, ProviderError> {
    let prefix: Option<String> = declared.opt("Prefix")?;
    let access_point: Option<String> = declared.opt("AccessPointArn")?;
    let mut tags = filters_to_sdk(&declared.list("TagFilters")?)?;
    let conditions = tags.len() + usize::from(prefix.is_some()) + usize::from(access_point.is_some());
    let filter = match (conditions, prefix, access_point) {
        (0, ..) => None,
        (1, Some(prefix), _) => Some(MetricsFilter::Prefix(prefix)),
        (1, _, Some(access_point)) => Some(MetricsFilter::AccessPointArn(access_point)),
        (1, ..) => tags.pop().map(MetricsFilter::Tag),
        (_, prefix, access_point) => Some(MetricsFilter::And(
            MetricsAndOperator::builder()
                .set_prefix(prefix)
                .set_access_point_arn(access_point)
                .set_tags(Some(tags))
                .build(),
        )),
    };
    built(MetricsConfiguration::builder().id(declared.get::<String>("Id")?).set_filter(filter).build())
}

fn from_metrics(seen: &MetricsConfiguration) -> Document {
    let (prefix, access_point, tags): (_, _, &[Tag]) = match &seen.filter {
        Some(MetricsFilter::Prefix(prefix)) => (Some(prefix.clone()), None, &[]),
        Some(MetricsFilter::AccessPointArn(arn)) => (None, Some(arn.clone()), &[]),
        Some(MetricsFilter::Tag(tag)) => (None, None, std::slice::from_ref(tag)),
        Some(MetricsFilter::And(and)) => (and.prefix.clone(), and.access_point_arn.clone(), and.tags()),
        _ => (None, None, &[]),
    };
    Document::new()
        .with("Id", &seen.id)
        .with("Prefix", prefix)
        .with("AccessPointArn", access_point)
        .with("TagFilters", filters_from_sdk(tags))
}

fn to_analytics(declared: &Document) -> Result<AnalyticsConfiguration, ProviderError> {
    let prefix: Option<String> = declared.opt("Prefix")?;
    let mut tags = filters_to_sdk(&declared.list("TagFilters")?)?;
    let filter = match (tags.len() + usize::from(prefix.is_some()), prefix) {
        (0, _) => None,
        (1, Some(prefix)) => Some(AnalyticsFilter::Prefix(prefix)),
        (1, None) => tags.pop().map(AnalyticsFilter::Tag),
        (_, prefix) => Some(AnalyticsFilter::And(
            AnalyticsAndOperator::builder().set_prefix(prefix).set_tags(Some(tags)).build(),
        )),
    };
    let analysis: Document = declared.get("StorageClassAnalysis")?;
    let export = match analysis.opt::<Document>("DataExport")? {
        Some(export) => {
            let to: Document = export.get("Destination")?;
            let bucket = AnalyticsS3BucketDestination::builder()
                .bucket(to.get::<String>("BucketArn")?)
                .format(choice(&to, "Format")?)
                .set_bucket_account_id(to.opt("BucketAccountId")?)
                .set_prefix(to.opt("Prefix")?);
            let destination =
                AnalyticsExportDestination::builder().s3_bucket_destination(built(bucket.build())?);
            let export = StorageClassAnalysisDataExport::builder()
                .output_schema_version(choice(&export, "OutputSchemaVersion")?)
                .destination(destination.build());
            Some(built(export.build())?)
        }
        None => None,
    };
    let analysis = StorageClassAnalysis::builder().set_data_export(export).build();
    let configuration = AnalyticsConfiguration::builder()
        .id(declared.get::<String>("Id")?)
        .set_filter(filter)
        .storage_class_analysis(analysis);
    built(configuration.build())
}

fn from_analytics(seen: &AnalyticsConfiguration) -> Document {
    let (prefix, tags): (_, &[Tag]) = match &seen.filter {
        Some(AnalyticsFilter::Prefix(prefix)) => (Some(prefix.clone()), &[]),
        Some(AnalyticsFilter::Tag(tag)) => (None, std::slice::from_ref(tag)),
        Some(AnalyticsFilter::And(and)) => (and.prefix.clone(), and.tags()),
        _ => (None, &[]),
    };
    let export = seen.storage_class_analysis.as_ref().and_then(|analysis| analysis.data_export.as_ref());
    let export = export.map(|export| {
        let to = export.destination.as_ref().and_then(|to| to.s3_bucket_destination.as_ref()).map(|to| {
            Document::new()
                .with("BucketArn", &to.bucket)
                .with("Format", to.format.as_str())
                .with("BucketAccountId", to.bucket_account_id.clone())
                .with("Prefix", to.prefix.clone())
        });
        Document::new()
            .with("Destination", to)
            .with("OutputSchemaVersion", export.output_schema_version.as_str())
    });
    Document::new()
        .with("Id", &seen.id)
        .with("StorageClassAnalysis", Document::new().with("DataExport", export))
        .with("Prefix", prefix)
        .with("TagFilters", filters_from_sdk(tags))
}

/// What was seen of a kind, in the order of the declaration.
fn report<T>(seen: Option<&Vec<T>>, declared: &[Document], convert: fn(&T) -> Document) -> Vec<Document> {
    let id = |one: &Document| one.opt::<String>("Id").ok().flatten();
    let order: Vec<_> = declared.iter().map(id).collect();
    let mut seen: Vec<Document> = seen.into_iter().flatten().map(convert).collect();
    seen.sort_by_key(|one| order.iter().position(|other| *other == id(one)).unwrap_or(usize::MAX));
    seen
}

pub(super) fn inventories(
    seen: Option<&Vec<InventoryConfiguration>>,
    declared: &[Document],
) -> Vec<Document> {
    report(seen, declared, from_inventory)
}

pub(super) fn metrics(seen: Option<&Vec<MetricsConfiguration>>, declared: &[Document]) -> Vec<Document> {
    report(seen, declared, from_metrics)
}

pub(super) fn analytics(seen: Option<&Vec<AnalyticsConfiguration>>, declared: &[Document]) -> Vec<Document> {
    report(seen, declared, from_analytics)
}
