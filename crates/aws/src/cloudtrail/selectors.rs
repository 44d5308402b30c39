//! Which events a trail records.

use ironward_core::output::Output;
use ironward_macros::{Choice, Properties};

/// A choice of events, up to five in a trail.
///
/// Source: AWS CloudTrail API Reference, `PutEventSelectors`.
#[derive(Debug, Clone, Properties)]
pub struct EventSelector {
    /// Reads, writes or both.
    read_write_type: ReadWriteType,
    /// Whether management events are among them.
    include_management_events: Output<bool>,
    /// The data events among them; none unless set.
    data_resources: Vec<DataResource>,
}

/// What data events are recorded of.
#[derive(Debug, Clone, Properties)]
pub struct DataResource {
    /// The kind of resource.
    #[property(name = "Type")]
    kind: DataResourceType,
    /// ARNs, or prefixes of them: `arn:aws:s3:::NAME/` stands for all objects of a bucket. Up to
    /// 250 in a trail.
    #[property(required)]
    values: Vec<Output<String>>,
}

/// Reads, writes or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum ReadWriteType {
    /// Both.
    All,
    /// Reads.
    ReadOnly,
    /// Writes.
    WriteOnly,
}

/// The kind of resource that data events are recorded of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum DataResourceType {
    /// Objects of buckets.
    #[value("AWS::S3::Object")]
    S3Object,
    /// Lambda functions.
    #[value("AWS::Lambda::Function")]
    LambdaFunction,
    /// `DynamoDB` tables.
    #[value("AWS::DynamoDB::Table")]
    DynamoDbTable,
}

/// A choice of events by their fields, in place of [`EventSelector`].
///
/// Source: AWS CloudTrail API Reference, `PutEventSelectors`.
#[derive(Debug, Clone, Properties)]
pub struct AdvancedEventSelector {
    /// The conditions, all of which must hold; one of them on `eventCategory`.
    #[property(required)]
    field_selectors: Vec<AdvancedFieldSelector>,
    /// What it is for, up to 1000 characters.
    name: Option<Output<String>>,
}

/// A condition on a field; any value of a list may fit.
#[derive(Debug, Clone, Properties)]
pub struct AdvancedFieldSelector {
    /// The field: `eventCategory`, `eventName`, `eventSource`, `readOnly`, `resources.type`,
    /// `resources.ARN` and others.
    field: Output<String>,
    /// It is one of these.
    equals: Vec<Output<String>>,
    /// It starts with one of these.
    starts_with: Vec<Output<String>>,
    /// It ends with one of these.
    ends_with: Vec<Output<String>>,
    /// It is none of these.
    not_equals: Vec<Output<String>>,
    /// It starts with none of these.
    not_starts_with: Vec<Output<String>>,
    /// It ends with none of these.
    not_ends_with: Vec<Output<String>>,
}

/// What CloudTrail watches for unusual activity.
///
/// Source: AWS CloudTrail API Reference, `PutInsightSelectors`.
#[derive(Debug, Clone, Properties)]
pub struct InsightSelector {
    /// What is counted.
    insight_type: InsightType,
    /// Of which events: management events unless set.
    event_categories: Vec<InsightCategory>,
}

/// The events that insights are taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum InsightCategory {
    /// Management events.
    Management,
    /// Data events, which the trail has to record.
    Data,
}

/// Summaries of data events, every five minutes, in place of reading each of them.
///
/// Source: AWS CloudTrail API Reference, `PutEventConfiguration`.
#[derive(Debug, Clone, Properties)]
pub struct AggregationConfiguration {
    /// The events that are summed up.
    event_category: AggregatedCategory,
    /// What is told of them.
    #[property(required)]
    templates: Vec<AggregationTemplate>,
}

/// The events that can be summed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum AggregatedCategory {
    /// Data events.
    Data,
}

/// What a summary tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum AggregationTemplate {
    /// Which calls were made.
    #[value("API_ACTIVITY")]
    ApiActivity,
    /// Which resources were used (45 CFR 164.308(a)(1)(ii)(D)).
    #[value("RESOURCE_ACCESS")]
    ResourceAccess,
    /// What each identity did (45 CFR 164.308(a)(1)(ii)(D)).
    #[value("USER_ACTIONS")]
    UserActions,
}

/// What is counted for insights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum InsightType {
    /// Calls that write.
    ApiCallRateInsight,
    /// Calls that fail.
    ApiErrorRateInsight,
}
