//! CloudTrail under test.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_cloudtrail::Client;
use ironward_aws::cloudtrail::{
    AdvancedEventSelector, AdvancedFieldSelector, DataResource, DataResourceType, EventSelector,
    InsightSelector, InsightType, ReadWriteType, Trail, TrailName,
};
use ironward_aws::iam::RoleArn;
use ironward_aws::logs::LogGroupArn;
use ironward_aws::s3::Bucket;
use ironward_core::program::DeclareError;
use ironward_core::stack::{Hipaa, Stack};
use serde_json::{Value as Json, json};

use crate::cloud::{Cloud, Emulator};
use crate::s3::customer_key;
use crate::subject::Subject;
use crate::suite::{ask, conform, edit_each};

pub(crate) struct TrailSubject {
    pub(crate) emulator: Emulator,
}

fn group(name: &str) -> LogGroupArn {
    LogGroupArn::new(format!("arn:aws:logs:us-east-1:123456789012:log-group:{name}"))
}

#[async_trait]
impl Subject for TrailSubject {
    fn declare(&self, stack: &mut Stack<Hipaa>, edit: Option<&str>) -> Result<(), DeclareError> {
        let (key, other_key) = (customer_key(stack, "key")?, customer_key(stack, "other-key")?);
        let bucket = stack.add("bucket", Bucket::encrypted(key.clone()))?;
        let other = stack.add("other", Bucket::encrypted(key.clone()))?;
        let bucket = if edit == Some("S3BucketName") { other } else { bucket };
        let log_group = group(if edit == Some("CloudWatchLogsLogGroupArn") { "edited" } else { "trail" });
        let role = RoleArn::new(format!(
            "arn:aws:iam::123456789012:role/{}",
            if edit == Some("CloudWatchLogsRoleArn") { "edited" } else { "trail" }
        ));
        let key = if edit == Some("KMSKeyId") { other_key } else { key };
        let mut trail = Trail::new(bucket.name(), key).cloud_watch_logs(log_group, role).tag("use", "test");
        match edit {
            Some("S3KeyPrefix") => trail = trail.key_prefix("edited"),
            Some("SnsTopicName") => trail = trail.sns_topic_name("edited"),
            Some("EventSelectors") => {
                let objects = DataResource::new(DataResourceType::S3Object, ["arn:aws:s3:::phi/"]);
                let selector = EventSelector::new(ReadWriteType::All, true).data_resources([objects]);
                trail = trail.event_selectors([selector]);
            }
            Some("AdvancedEventSelectors") => {
                let data = AdvancedFieldSelector::new("eventCategory").equals(["Data"]);
                let objects = AdvancedFieldSelector::new("resources.type").equals(["AWS::S3::Object"]);
                let tests =
                    AdvancedFieldSelector::new("resources.ARN").not_starts_with(["arn:aws:s3:::test"]);
                let selector = AdvancedEventSelector::new([data, objects, tests]).name("objects");
                trail = trail.advanced_event_selectors([selector]);
            }
            Some("InsightSelectors") => {
                trail = trail.insight_selectors([InsightSelector::new(InsightType::ApiErrorRateInsight)]);
            }
            Some("Tags") => trail = trail.tag("use", "edited").tag("more", "yes"),
            Some("TrailName") => {
                trail = trail.trail_name(TrailName::new(format!("edited-{}", std::process::id())))
            }
            _ => {}
        }
        stack.add("subject", trail)?;
        Ok(())
    }

    fn updates(&self) -> &'static [&'static str] {
        match self.emulator {
            Emulator::Sandbox => &[
                "S3BucketName",
                "S3KeyPrefix",
                "KMSKeyId",
                "CloudWatchLogsLogGroupArn",
                "CloudWatchLogsRoleArn",
                "SnsTopicName",
                "EventSelectors",
                "InsightSelectors",
                "Tags",
            ],
            // moto adds insight selectors to those that are there instead of replacing them.
            Emulator::Moto => &[
                "S3BucketName",
                "S3KeyPrefix",
                "KMSKeyId",
                "CloudWatchLogsLogGroupArn",
                "CloudWatchLogsRoleArn",
                "SnsTopicName",
                "EventSelectors",
                "Tags",
            ],
        }
    }

    fn replacements(&self) -> &'static [&'static str] {
        &["TrailName"]
    }

    async fn read(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>> {
        let client = Client::new(&cloud.sdk);
        let trail = client.get_trail().name(id).send().await.ok()?.trail?;
        let status = client.get_trail_status().name(id).send().await.unwrap();
        assert_eq!(status.is_logging(), Some(true));
        let events = client.get_event_selectors().trail_name(id).send().await.unwrap();
        let resources: Vec<_> = events
            .event_selectors()
            .iter()
            .map(|selector| format!("{:?}", selector.data_resources()))
            .collect();
        let resources: Vec<_> = resources.into_iter().filter(|resources| resources != "[]").collect();
        let insights = client.get_insight_selectors().trail_name(id).send().await;
        let insights =
            insights.map(|answer| answer.insight_selectors.unwrap_or_default()).unwrap_or_default();
        let given = |text: Option<&str>| json!(text.filter(|text| !text.is_empty()));
        Some(BTreeMap::from([
            ("S3BucketName", given(trail.s3_bucket_name())),
            ("S3KeyPrefix", given(trail.s3_key_prefix())),
            ("KMSKeyId", given(trail.kms_key_id())),
            ("CloudWatchLogsLogGroupArn", given(trail.cloud_watch_logs_log_group_arn())),
            ("CloudWatchLogsRoleArn", given(trail.cloud_watch_logs_role_arn())),
            ("SnsTopicName", given(trail.sns_topic_arn().and_then(|arn| arn.rsplit(':').next()))),
            ("EventSelectors", json!(resources)),
            ("InsightSelectors", json!(format!("{insights:?}"))),
            ("Tags", json!(self.tags(cloud, id).await)),
        ]))
    }

    async fn tags(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<String, String>> {
        let client = Client::new(&cloud.sdk);
        let arn = client.get_trail().name(id).send().await.unwrap().trail.unwrap().trail_arn.unwrap();
        let answer = client.list_tags().resource_id_list(arn).send().await.unwrap();
        let tags = answer.resource_tag_list.unwrap_or_default().into_iter();
        let tags = tags.flat_map(|resource| resource.tags_list.unwrap_or_default());
        Some(tags.map(|tag| (tag.key, tag.value.unwrap_or_default())).collect())
    }

    async fn remove(&self, cloud: &Cloud, id: &str) {
        Client::new(&cloud.sdk).delete_trail().name(id).send().await.unwrap();
    }

    async fn disturb(&self, cloud: &Cloud, id: &str) -> Option<&'static str> {
        Client::new(&cloud.sdk).stop_logging().name(id).send().await.unwrap();
        Some("IsLogging")
    }

    fn unseen(&self, emulator: Emulator) -> &'static [&'static str] {
        match emulator {
            Emulator::Sandbox => {
                &["KMSKeyId", "CloudWatchLogsLogGroupArn", "CloudWatchLogsRoleArn", "SnsTopicName"]
            }
            Emulator::Moto => &[],
        }
    }
}

#[tokio::test]
async fn trail_on_sandbox() {
    conform(&TrailSubject { emulator: Emulator::Sandbox }, Cloud::sandbox().await).await;
}

#[tokio::test]
async fn trail_on_moto() {
    conform(&TrailSubject { emulator: Emulator::Moto }, Cloud::moto().await).await;
}

/// The sandbox drops advanced selectors, and moto keeps them beside those that replace them.
#[tokio::test]
async fn advanced_selectors_are_asked_for_as_declared() {
    let (cloud, wire) = Cloud::wired().await;
    let subject = TrailSubject { emulator: Emulator::Sandbox };
    edit_each(&subject, cloud, &["AdvancedEventSelectors"]).await;
    let sent: Vec<Json> =
        wire.sent("PutEventSelectors").iter().map(|sent| serde_json::from_str(&sent.body).unwrap()).collect();
    let selector = json!({"Name": "objects", "FieldSelectors": [
        {"Field": "eventCategory", "Equals": ["Data"]},
        {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
        {"Field": "resources.ARN", "NotStartsWith": ["arn:aws:s3:::test"]},
    ]});
    assert_eq!(sent[0]["AdvancedEventSelectors"], json!([selector]));
    assert!(sent[0].get("EventSelectors").is_none());
    assert_eq!(sent[1]["EventSelectors"][0]["ReadWriteType"], json!("All"));
    assert!(sent[1].get("AdvancedEventSelectors").is_none());
}

/// No emulator knows summaries, nor insights of data events.
#[tokio::test]
async fn summaries_and_insights_are_asked_for_as_declared() {
    let (cloud, wire) = Cloud::wired().await;
    let trail = "AWS::CloudTrail::Trail";
    let summaries = json!([{"EventCategory": "Data", "Templates": ["USER_ACTIONS", "RESOURCE_ACCESS"]}]);
    let properties = json!({"AggregationConfigurations": summaries});
    ask(&cloud, trail, "trail", properties, "aggregation").await;
    let sent: Json = serde_json::from_str(&wire.sent("PutEventConfiguration")[0].body).unwrap();
    assert_eq!(sent["AggregationConfigurations"], summaries);
    let insights = json!([{"InsightType": "ApiCallRateInsight", "EventCategories": ["Management", "Data"]}]);
    let properties = json!({"InsightSelectors": insights});
    ask(&cloud, trail, "trail", properties, "insight_selectors").await;
    let sent: Json = serde_json::from_str(&wire.sent("PutInsightSelectors")[0].body).unwrap();
    assert_eq!(sent["InsightSelectors"], insights);
}
