use aws_sdk_cloudtrail::Client;
use aws_sdk_cloudtrail::types::{
    AdvancedEventSelector, AdvancedFieldSelector, DataResource, EventSelector, InsightSelector, InsightType,
    ReadWriteType, Tag,
};
use aws_types::SdkConfig;

use super::Echoes;

const KEY: &str = "arn:aws:kms:eu-west-1:123456789012:key/k";
const GROUP: &str = "arn:aws:logs:eu-west-1:123456789012:log-group:g:*";
const ROLE: &str = "arn:aws:iam::123456789012:role/r";

pub(crate) async fn create(config: &SdkConfig) -> String {
    let cloudtrail = Client::new(config);
    let trail = |name: &str| {
        cloudtrail
            .create_trail()
            .name(name)
            .s3_bucket_name("bucket")
            .s3_key_prefix("prefix")
            .is_multi_region_trail(true)
            .include_global_service_events(true)
            .enable_log_file_validation(true)
            .kms_key_id(KEY)
            .cloud_watch_logs_log_group_arn(GROUP)
            .cloud_watch_logs_role_arn(ROLE)
            .sns_topic_name("topic")
            .tags_list(Tag::builder().key("a").value("b").build().unwrap())
    };
    let arn = trail("t").send().await.unwrap().trail_arn.unwrap();
    trail("advanced").send().await.unwrap();
    cloudtrail.start_logging().name("t").send().await.unwrap();
    let objects = DataResource::builder().r#type("AWS::S3::Object").values("arn:aws:s3").build();
    let selector = EventSelector::builder()
        .read_write_type(ReadWriteType::WriteOnly)
        .include_management_events(true)
        .data_resources(objects)
        .build();
    cloudtrail.put_event_selectors().trail_name("t").event_selectors(selector).send().await.unwrap();
    let field = AdvancedFieldSelector::builder().field("eventCategory").equals("Data").build();
    let advanced = AdvancedEventSelector::builder().field_selectors(field.unwrap()).build().unwrap();
    cloudtrail
        .put_event_selectors()
        .trail_name("advanced")
        .advanced_event_selectors(advanced)
        .send()
        .await
        .unwrap();
    let insight = InsightSelector::builder().insight_type(InsightType::ApiCallRateInsight).build();
    cloudtrail.put_insight_selectors().trail_name("t").insight_selectors(insight).send().await.unwrap();
    arn
}

pub(crate) async fn read(config: &SdkConfig, arn: &String) -> Echoes {
    let cloudtrail = Client::new(config);
    let trail = cloudtrail.get_trail().name("t").send().await.unwrap().trail.unwrap();
    assert_eq!(cloudtrail.describe_trails().send().await.unwrap().trail_list().len(), 2);
    let status = cloudtrail.get_trail_status().name(arn).send().await.unwrap();
    let selectors = cloudtrail.get_event_selectors().trail_name("t").send().await.unwrap();
    let advanced = cloudtrail.get_event_selectors().trail_name("advanced").send().await.unwrap();
    let insights = cloudtrail.get_insight_selectors().trail_name("t").send().await.unwrap();
    let tags = cloudtrail.list_tags().resource_id_list(arn).send().await.unwrap();
    let mut echoes = Echoes::default();
    echoes.of(
        "AWS::CloudTrail::Trail",
        &[
            ("AdvancedEventSelectors", !advanced.advanced_event_selectors().is_empty()),
            ("CloudWatchLogsLogGroupArn", trail.cloud_watch_logs_log_group_arn() == Some(GROUP)),
            ("CloudWatchLogsRoleArn", trail.cloud_watch_logs_role_arn() == Some(ROLE)),
            ("EnableLogFileValidation", trail.log_file_validation_enabled() == Some(true)),
            (
                "EventSelectors",
                selectors.event_selectors()[0].read_write_type() == Some(&ReadWriteType::WriteOnly)
                    && selectors.event_selectors()[0].data_resources().len() == 1,
            ),
            ("IncludeGlobalServiceEvents", trail.include_global_service_events() == Some(true)),
            ("InsightSelectors", insights.insight_selectors().len() == 1),
            ("IsLogging", status.is_logging() == Some(true)),
            ("IsMultiRegionTrail", trail.is_multi_region_trail() == Some(true)),
            ("KMSKeyId", trail.kms_key_id() == Some(KEY)),
            ("S3BucketName", trail.s3_bucket_name() == Some("bucket")),
            ("S3KeyPrefix", trail.s3_key_prefix() == Some("prefix")),
            ("SnsTopicName", trail.sns_topic_arn().is_some()),
            ("Tags", tags.resource_tag_list()[0].tags_list().len() == 1),
            ("TrailName", trail.name() == Some("t")),
        ],
    );
    echoes
}

pub(crate) async fn delete(config: &SdkConfig, _: &String) {
    let cloudtrail = Client::new(config);
    for name in ["t", "advanced"] {
        cloudtrail.delete_trail().name(name).send().await.unwrap();
    }
    let gone = cloudtrail.get_trail().name("t").send().await.unwrap_err();
    assert!(gone.into_service_error().is_trail_not_found_exception());
    assert!(cloudtrail.describe_trails().send().await.unwrap().trail_list().is_empty());
}
