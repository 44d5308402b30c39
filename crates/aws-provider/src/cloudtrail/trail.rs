//! The handler of `AWS::CloudTrail::Trail`.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_cloudtrail::operation::get_event_configuration::GetEventConfigurationOutput;
use aws_sdk_cloudtrail::operation::get_event_selectors::GetEventSelectorsOutput;
use aws_sdk_cloudtrail::operation::get_insight_selectors::GetInsightSelectorsOutput;
use aws_sdk_cloudtrail::types::{Tag, Trail as Seen};
use ironward_aws::cloudtrail::Trail;
use ironward_core::declare::Declaration;
use ironward_core::document::Document;
use ironward_core::error::ProviderError;
use ironward_core::provider::{
    Change, DeleteOutcome, Found, Handler, Observation, Observed, Operation, Place, Read, ReadResults, Target,
};
use ironward_core::schema::Schema;

use super::api::{
    CloudTrail, DESCRIBE, EVENT_CONFIGURATION, EVENT_SELECTORS, INSIGHT_SELECTORS, STATUS, TAGS,
};
use super::selectors::{self, built};

pub(super) struct TrailHandler(pub(super) Arc<CloudTrail>);

fn arn(place: &Place, name: &str) -> String {
    let Place { partition, region, account, .. } = place;
    format!("arn:{partition}:cloudtrail:{region}:{account}:trail/{name}")
}

fn sdk_tags(tags: BTreeMap<String, String>) -> Result<Vec<Tag>, ProviderError> {
    tags.into_iter().map(|(key, value)| built(Tag::builder().key(key).value(value).build())).collect()
}

/// The properties that one call sets together.
struct Settings {
    bucket: Option<String>,
    prefix: Option<String>,
    topic: Option<String>,
    log_group: Option<String>,
    role: Option<String>,
    key: Option<String>,
    global: Option<bool>,
    every_region: Option<bool>,
    validation: Option<bool>,
}

impl Settings {
    fn of(properties: &Document) -> Result<Self, ProviderError> {
        Ok(Self {
            bucket: properties.opt("S3BucketName")?,
            prefix: properties.opt("S3KeyPrefix")?,
            topic: properties.opt("SnsTopicName")?,
            log_group: properties.opt("CloudWatchLogsLogGroupArn")?,
            role: properties.opt("CloudWatchLogsRoleArn")?,
            key: properties.opt("KMSKeyId")?,
            global: properties.opt("IncludeGlobalServiceEvents")?,
            every_region: properties.opt("IsMultiRegionTrail")?,
            validation: properties.opt("EnableLogFileValidation")?,
        })
    }
}

/// The texts that an update sends: what was set and shall be no longer goes as an empty text.
fn cleared(before: &Document, name: &str, after: Option<String>) -> Option<String> {
    after.or_else(|| before.has(name).then(String::new))
}

impl CloudTrail {
    async fn update(&self, change: &Change<'_>) -> Result<(), ProviderError> {
        let Settings { bucket, prefix, topic, log_group, role, key, global, every_region, validation } =
            Settings::of(change.after)?;
        let prefix = cleared(change.before, "S3KeyPrefix", prefix);
        let topic = cleared(change.before, "SnsTopicName", topic);
        let log_group = cleared(change.before, "CloudWatchLogsLogGroupArn", log_group);
        let role = cleared(change.before, "CloudWatchLogsRoleArn", role);
        let request = || {
            self.client
                .update_trail()
                .name(change.physical_id)
                .set_s3_bucket_name(bucket.clone())
                .set_s3_key_prefix(prefix.clone())
                .set_sns_topic_name(topic.clone())
                .set_cloud_watch_logs_log_group_arn(log_group.clone())
                .set_cloud_watch_logs_role_arn(role.clone())
                .set_kms_key_id(key.clone())
                .set_include_global_service_events(global)
                .set_is_multi_region_trail(every_region)
                .set_enable_log_file_validation(validation)
                .send()
        };
        self.caller.call("cloudtrail:UpdateTrail", request).await?;
        Ok(())
    }

    async fn set_tags(&self, operation: &Operation<'_>, change: &Change<'_>) -> Result<(), ProviderError> {
        let (set, gone) = change.tags(operation);
        let resource = arn(operation.place, change.physical_id);
        let set = sdk_tags(set)?;
        let request =
            || self.client.add_tags().resource_id(&resource).set_tags_list(Some(set.clone())).send();
        self.caller.call("cloudtrail:AddTags", request).await?;
        if gone.is_empty() {
            return Ok(());
        }
        // CloudTrail takes a key with its value off, or one without whatever the value is.
        let gone: BTreeMap<_, _> = ironward_core::provider::declared_tags(change.before)
            .into_iter()
            .filter(|(key, _)| gone.contains(key))
            .collect();
        let gone = sdk_tags(gone)?;
        let request =
            || self.client.remove_tags().resource_id(&resource).set_tags_list(Some(gone.clone())).send();
        self.caller.call("cloudtrail:RemoveTags", request).await?;
        Ok(())
    }
}

/// Adds the properties that `DescribeTrails` reports: what it doesn't name isn't set.
#[allow(deprecated, reason = "the name of the topic is what CloudFormation calls the property")]
fn report_trail(observed: Observed, trail: &Seen) -> Observed {
    let given = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
    observed
        .with("S3BucketName", given(trail.s3_bucket_name()))
        .with("S3KeyPrefix", given(trail.s3_key_prefix()))
        .with("SnsTopicName", given(trail.sns_topic_name()))
        .with("CloudWatchLogsLogGroupArn", given(trail.cloud_watch_logs_log_group_arn()))
        .with("CloudWatchLogsRoleArn", given(trail.cloud_watch_logs_role_arn()))
        .with("KMSKeyId", given(trail.kms_key_id()))
        .with_some("EnableLogFileValidation", trail.log_file_validation_enabled())
        .with_some("IncludeGlobalServiceEvents", trail.include_global_service_events())
        .with_some("IsMultiRegionTrail", trail.is_multi_region_trail())
}

#[async_trait]
impl Handler for TrailHandler {
    fn schema(&self) -> &'static Schema {
        Trail::SCHEMA
    }

    fn reads(&self, target: &Target<'_>) -> Vec<Read> {
        let (name, properties) = (target.physical_id, target.properties);
        let mut reads = vec![
            Read::new(DESCRIBE, name),
            Read::new(STATUS, name),
            Read::new(EVENT_SELECTORS, name),
            Read::new(TAGS, arn(target.place, name)),
        ];
        if properties.is_empty() || properties.has("InsightSelectors") {
            reads.push(Read::new(INSIGHT_SELECTORS, name));
        }
        if properties.has("AggregationConfigurations") {
            reads.push(Read::new(EVENT_CONFIGURATION, name));
        }
        reads
    }

    fn observe(&self, target: &Target<'_>, answers: &ReadResults) -> Result<Observation, ProviderError> {
        let (name, properties) = (target.physical_id, target.properties);
        let Some(trail) = answers.get::<Seen>(DESCRIBE, name)? else { return Ok(Observation::Absent) };
        let arn = arn(target.place, name);
        let attributes = Document::new()
            .with("TrailName", name)
            .with("Arn", trail.trail_arn().unwrap_or(&arn))
            .with("SnsTopicArn", trail.sns_topic_arn());
        let mut observed = report_trail(Observed::new(attributes).with("TrailName", name), trail)
            .with_some("IsLogging", answers.get::<bool>(STATUS, name)?.copied());
        if let Some(answer) = answers.get::<GetEventSelectorsOutput>(EVENT_SELECTORS, name)? {
            let listed = |list: Vec<Document>| Some(list).filter(|list| !list.is_empty());
            observed = observed
                .with("EventSelectors", listed(selectors::simple(answer)))
                .with("AdvancedEventSelectors", listed(selectors::advanced(answer)));
        }
        if properties.is_empty() || properties.has("InsightSelectors") {
            let answer = answers.get::<GetInsightSelectorsOutput>(INSIGHT_SELECTORS, name)?;
            let insights: Vec<Document> = answer
                .map(|answer| answer.insight_selectors())
                .unwrap_or_default()
                .iter()
                .map(|selector| {
                    let kind = selector.insight_type.as_ref().map(|kind| kind.as_str());
                    let categories: Vec<&str> =
                        selector.event_categories().iter().map(|category| category.as_str()).collect();
                    // What it is unless set otherwise isn't told apart from what isn't set.
                    let categories =
                        Some(categories).filter(|categories| !matches!(categories[..], [] | ["Management"]));
                    Document::new().with("InsightType", kind).with("EventCategories", categories)
                })
                .collect();
            observed = observed.with("InsightSelectors", Some(insights).filter(|list| !list.is_empty()));
        }
        if properties.has("AggregationConfigurations")
            && let Some(answer) = answers.get::<GetEventConfigurationOutput>(EVENT_CONFIGURATION, name)?
        {
            observed = observed.with("AggregationConfigurations", selectors::aggregation(answer));
        }
        if let Some(tags) = answers.get::<BTreeMap<String, String>>(TAGS, &arn)? {
            observed = observed.tagged(tags.clone());
        }
        Ok(Observation::Present(observed))
    }

    async fn create(&self, operation: &Operation<'_>, desired: &Document) -> Result<String, ProviderError> {
        let Self(trails) = self;
        let name: String = desired.get("TrailName")?;
        let Settings { bucket, prefix, topic, log_group, role, key, global, every_region, validation } =
            Settings::of(desired)?;
        let tags = sdk_tags(operation.tags(desired))?;
        let request = || {
            trails
                .client
                .create_trail()
                .name(&name)
                .set_s3_bucket_name(bucket.clone())
                .set_s3_key_prefix(prefix.clone())
                .set_sns_topic_name(topic.clone())
                .set_cloud_watch_logs_log_group_arn(log_group.clone())
                .set_cloud_watch_logs_role_arn(role.clone())
                .set_kms_key_id(key.clone())
                .set_include_global_service_events(global)
                .set_is_multi_region_trail(every_region)
                .set_enable_log_file_validation(validation)
                .set_tags_list(Some(tags.clone()))
                .send()
        };
        trails.caller.make("cloudtrail:CreateTrail", request).await?;
        Ok(name)
    }

    async fn reconcile(&self, operation: &Operation<'_>, change: &Change<'_>) -> Result<(), ProviderError> {
        let Self(trails) = self;
        let name = change.physical_id;
        if change.has("trail") {
            trails.update(change).await?;
        }
        if change.has("event_selectors") {
            trails.set_event_selectors(name, change.after).await?;
        }
        if change.has("aggregation") {
            trails.set_aggregation(name, change.after).await?;
        }
        if change.has("insight_selectors") {
            trails.set_insight_selectors(name, change.after).await?;
        }
        if change.has("tags") {
            trails.set_tags(operation, change).await?;
        }
        if change.has("logging") {
            if change.after.opt("IsLogging")?.unwrap_or(true) {
                let request = || trails.client.start_logging().name(name).send();
                trails.caller.call("cloudtrail:StartLogging", request).await?;
            } else {
                let request = || trails.client.stop_logging().name(name).send();
                trails.caller.call("cloudtrail:StopLogging", request).await?;
            }
        }
        Ok(())
    }

    /// Stops the trail first, so that no more log files come to a bucket that may go next.
    async fn delete(
        &self,
        _operation: &Operation<'_>,
        target: &Target<'_>,
    ) -> Result<DeleteOutcome, ProviderError> {
        let Self(trails) = self;
        let name = target.physical_id;
        let stop = || trails.client.stop_logging().name(name).send();
        trails.caller.call("cloudtrail:StopLogging", stop).await?;
        let delete = || trails.client.delete_trail().name(name).send();
        trails.caller.call("cloudtrail:DeleteTrail", delete).await?;
        Ok(DeleteOutcome::default())
    }

    async fn find(&self, operation: &Operation<'_>, desired: &Document) -> Result<Found, ProviderError> {
        let Self(trails) = self;
        let name: String = desired.get("TrailName")?;
        let Some(trail) = Arc::clone(trails).describe(Vec::new()).await?.remove(&name) else {
            return Ok(Found::Nothing);
        };
        let arn = trail.trail_arn().map_or_else(|| arn(operation.place, &name), str::to_owned);
        let tags = Arc::clone(trails).tags(vec![arn.clone()]).await?.remove(&arn).unwrap_or_default();
        Ok(Found::by_tags(operation, &name, &tags))
    }
}
