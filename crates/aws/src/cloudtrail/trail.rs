//! `AWS::CloudTrail::Trail`.

use ironward_core::output::{IntoInput, Output, ToValue, concat};
use ironward_macros::Resource;

use super::{
    AdvancedEventSelector, AggregationConfiguration, EventSelector, InsightSelector, TrailArn, TrailName,
};
use crate::iam::RoleArn;
use crate::kms::CustomerKey;
use crate::logs::LogGroupArn;
use crate::s3::{BucketName, Encrypted};
use crate::tags::Tags;

/// A trail: the record of what was done in the account (45 CFR 164.312(b)).
///
/// It is recording, covers every region and the global services, writes digests that prove that
/// no log was edited, and encrypts with a customer-managed key; none of these can be set
/// otherwise (45 CFR 164.312(c)(2), 164.312(a)(2)(iv)). The bucket's policy and the key's policy
/// must let `cloudtrail.amazonaws.com` write and encrypt before the trail is made. An account has
/// at most five trails in a region.
///
/// Source: AWS CloudTrail API Reference, `CreateTrail`, `UpdateTrail`, `StartLogging`;
/// CloudFormation registry.
#[derive(Debug, Clone, Resource)]
#[resource(
    type = "AWS::CloudTrail::Trail",
    registry,
    relations = super::limits::TRAIL_RELATIONS,
    id = "TrailName",
    tags,
    seconds = 5
)]
// TrailAlreadyExistsException:
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html
#[identity(name = "TrailName")]
#[attribute(name: TrailName = "TrailName", predict = "{TrailName}")]
#[attribute(
    arn: TrailArn = "Arn",
    predict = "arn:{partition}:cloudtrail:{region}:{account}:trail/{TrailName}"
)]
#[attribute(sns_topic_arn: String = "SnsTopicArn", volatile)]
#[fixed("EnableLogFileValidation" = "true", aspect = "trail", safeguard)]
#[fixed("IncludeGlobalServiceEvents" = "true", aspect = "trail", safeguard)]
#[fixed("IsLogging" = "true", aspect = "logging", after_create, safeguard)]
#[fixed("IsMultiRegionTrail" = "true", aspect = "trail", safeguard)]
pub struct Trail {
    /// The bucket that takes the log files.
    #[property(aspect = "trail", safeguard, name = "S3BucketName")]
    bucket: Output<BucketName<Encrypted>>,
    /// The key that encrypts them, in the bucket's region.
    #[property(aspect = "trail", safeguard, name = "KMSKeyId", compare = "KeyId")]
    key: CustomerKey,
    /// The name: 3 to 128 letters, digits, dots, hyphens and underscores; made from the path
    /// unless set.
    // https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html
    #[property(
        create_only,
        generated_name(max = 128, min = 3, legal = "._-", single = "._-", inner = "._-")
    )]
    trail_name: Option<Output<TrailName>>,
    /// What the keys of the log files start with, up to 200 characters; `AWSLogs` follows.
    // No prefix is the empty one:
    // https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html
    #[property(aspect = "trail", name = "S3KeyPrefix", default = "\"\"")]
    key_prefix: Option<Output<String>>,
    /// The log group that events are sent to as well.
    #[property(aspect = "trail", safeguard, compare = "LogGroupArn", no_setter)]
    cloud_watch_logs_log_group_arn: Option<Output<String>>,
    /// The role that CloudTrail assumes to write there.
    #[property(aspect = "trail", safeguard, no_setter)]
    cloud_watch_logs_role_arn: Option<Output<RoleArn>>,
    /// The topic that hears of every log file, by name; none does unless set.
    // An empty name takes it away: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateTrail.html
    #[property(aspect = "trail", default = "\"\"")]
    sns_topic_name: Option<Output<String>>,
    /// The events that are recorded: all management events unless set otherwise. Not together
    /// with `AdvancedEventSelectors`.
    // The defaults, and lists of which each counts:
    // https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventSelector.html
    #[property(
        aspect = "event_selectors",
        after_create,
        safeguard,
        compare = "Whole",
        default = r#"[{"IncludeManagementEvents":true,"ReadWriteType":"All"}]"#,
        member("IncludeManagementEvents", default = "true"),
        member("ReadWriteType", default = "\"All\""),
        member("DataResources", set),
        member("DataResources.Values", set)
    )]
    event_selectors: Vec<EventSelector>,
    /// The events that are recorded, by their fields. Not together with `EventSelectors`.
    // All fields must match, and of each any value:
    // https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html
    #[property(
        aspect = "event_selectors",
        after_create,
        safeguard,
        compare = "Whole",
        member("Name", default = "\"\""),
        member("FieldSelectors", set),
        member("FieldSelectors.Equals", set),
        member("FieldSelectors.StartsWith", set),
        member("FieldSelectors.EndsWith", set),
        member("FieldSelectors.NotEquals", set),
        member("FieldSelectors.NotStartsWith", set),
        member("FieldSelectors.NotEndsWith", set)
    )]
    advanced_event_selectors: Vec<AdvancedEventSelector>,
    /// The summaries that are made of events; none unless set.
    // https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AggregationConfiguration.html
    #[property(aspect = "aggregation", after_create, compare = "Set", member("Templates", set))]
    aggregation_configurations: Vec<AggregationConfiguration>,
    /// What is watched for unusual activity; nothing unless set.
    // Management events unless said otherwise:
    // https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_InsightSelector.html
    #[property(
        aspect = "insight_selectors",
        after_create,
        compare = "Set",
        member("EventCategories", default = "[\"Management\"]"),
        member("EventCategories", set)
    )]
    insight_selectors: Vec<InsightSelector>,
    /// Tags, up to 50.
    #[property(compare = "Tags")]
    tags: Tags,
}

impl Trail {
    /// Sends events to a log group as well, where alarms can look at them
    /// (45 CFR 164.308(a)(1)(ii)(D)). The role must be allowed to create streams and put events
    /// there.
    #[must_use]
    pub fn cloud_watch_logs(
        mut self,
        group: impl IntoInput<LogGroupArn>,
        role: impl IntoInput<RoleArn>,
    ) -> Self {
        // CloudTrail wants the ARN in the form that ends in `:*`.
        self.cloud_watch_logs_log_group_arn = Some(concat([group.into_input().to_value(), ":*".to_value()]));
        self.cloud_watch_logs_role_arn = Some(role.into_input());
        self
    }
}
