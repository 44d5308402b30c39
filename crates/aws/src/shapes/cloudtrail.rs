//! What the registry says of the values of `cloudtrail`.
//!
//! Made by `cargo xtask registry` from the schemas in cfn-lint==1.58.0 (region us-east-1, schemas of 2026-10-20).
// @generated

use super::SOURCE;
use ironward_core::shape::{Bounds, Kind, Shape, Shapes};

/// `AWS::CloudTrail::Trail`.
pub(super) static TRAIL: Shapes = Shapes::new(
    "AWS::CloudTrail::Trail",
    SOURCE,
    &[
        Shape::new("").requires(&["IsLogging", "S3BucketName"]),
        Shape::new("AdvancedEventSelectors").kinds(&[Kind::Array]).requires(&["FieldSelectors"]),
        Shape::new("AdvancedEventSelectors.FieldSelectors")
            .kinds(&[Kind::Array])
            .items(Bounds::least(1.0))
            .requires(&["Field"]),
        Shape::new("AdvancedEventSelectors.FieldSelectors.EndsWith")
            .kinds(&[Kind::Array])
            .length(Bounds::between(1.0, 2048.0))
            .items(Bounds::least(1.0))
            .pattern(r"(.+)"),
        Shape::new("AdvancedEventSelectors.FieldSelectors.Equals")
            .kinds(&[Kind::Array])
            .length(Bounds::between(1.0, 2048.0))
            .items(Bounds::least(1.0))
            .pattern(r"(.+)"),
        Shape::new("AdvancedEventSelectors.FieldSelectors.Field")
            .kinds(&[Kind::String])
            .length(Bounds::between(1.0, 1000.0))
            .pattern(r"([\w|\d|\.|_]+)"),
        Shape::new("AdvancedEventSelectors.FieldSelectors.NotEndsWith")
            .kinds(&[Kind::Array])
            .length(Bounds::between(1.0, 2048.0))
            .items(Bounds::least(1.0))
            .pattern(r"(.+)"),
        Shape::new("AdvancedEventSelectors.FieldSelectors.NotEquals")
            .kinds(&[Kind::Array])
            .length(Bounds::between(1.0, 2048.0))
            .items(Bounds::least(1.0))
            .pattern(r"(.+)"),
        Shape::new("AdvancedEventSelectors.FieldSelectors.NotStartsWith")
            .kinds(&[Kind::Array])
            .length(Bounds::between(1.0, 2048.0))
            .items(Bounds::least(1.0))
            .pattern(r"(.+)"),
        Shape::new("AdvancedEventSelectors.FieldSelectors.StartsWith")
            .kinds(&[Kind::Array])
            .length(Bounds::between(1.0, 2048.0))
            .items(Bounds::least(1.0))
            .pattern(r"(.+)"),
        Shape::new("AdvancedEventSelectors.Name").kinds(&[Kind::String]).length(Bounds::between(1.0, 1000.0)),
        Shape::new("AggregationConfigurations")
            .kinds(&[Kind::Array])
            .items(Bounds::between(0.0, 1.0))
            .requires(&["EventCategory", "Templates"]),
        Shape::new("AggregationConfigurations.EventCategory").kinds(&[Kind::String]).values(&["Data"]),
        Shape::new("AggregationConfigurations.Templates")
            .kinds(&[Kind::Array])
            .values(&["API_ACTIVITY", "RESOURCE_ACCESS", "USER_ACTIONS"])
            .items(Bounds::between(1.0, 50.0)),
        Shape::new("CloudWatchLogsLogGroupArn").kinds(&[Kind::String]),
        Shape::new("CloudWatchLogsRoleArn").kinds(&[Kind::String]),
        Shape::new("EnableLogFileValidation").kinds(&[Kind::Boolean]),
        Shape::new("EventSelectors").kinds(&[Kind::Array]).items(Bounds::most(5.0)),
        Shape::new("EventSelectors.DataResources").kinds(&[Kind::Array]).requires(&["Type"]),
        Shape::new("EventSelectors.DataResources.Type").kinds(&[Kind::String]).values(&[
            "AWS::Lambda::Function",
            "AWS::S3::Object",
            "AWS::DynamoDB::Table",
            "AWS::S3Outposts::Object",
            "AWS::ManagedBlockchain::Node",
            "AWS::S3ObjectLambda::AccessPoint",
            "AWS::EC2::Snapshot",
            "AWS::S3::AccessPoint",
            "AWS::DynamoDB::Stream",
        ]),
        Shape::new("EventSelectors.DataResources.Values").kinds(&[Kind::Array]),
        Shape::new("EventSelectors.ExcludeManagementEventSources").kinds(&[Kind::Array]),
        Shape::new("EventSelectors.IncludeManagementEvents").kinds(&[Kind::Boolean]),
        Shape::new("EventSelectors.ReadWriteType").kinds(&[Kind::String]).values(&[
            "All",
            "ReadOnly",
            "WriteOnly",
        ]),
        Shape::new("IncludeGlobalServiceEvents").kinds(&[Kind::Boolean]),
        Shape::new("InsightSelectors").kinds(&[Kind::Array]),
        Shape::new("InsightSelectors.EventCategories").kinds(&[Kind::Array]).values(&["Management", "Data"]),
        Shape::new("InsightSelectors.InsightType")
            .kinds(&[Kind::String])
            .values(&["ApiCallRateInsight", "ApiErrorRateInsight"]),
        Shape::new("IsLogging").kinds(&[Kind::Boolean]),
        Shape::new("IsMultiRegionTrail").kinds(&[Kind::Boolean]),
        Shape::new("IsOrganizationTrail").kinds(&[Kind::Boolean]),
        Shape::new("KMSKeyId").kinds(&[Kind::String]),
        Shape::new("S3BucketName").kinds(&[Kind::String]),
        Shape::new("S3KeyPrefix").kinds(&[Kind::String]).length(Bounds::most(200.0)),
        Shape::new("SnsTopicName").kinds(&[Kind::String]).length(Bounds::most(256.0)),
        Shape::new("Tags").kinds(&[Kind::Array]).requires(&["Key", "Value"]),
        Shape::new("Tags.Key").kinds(&[Kind::String]),
        Shape::new("Tags.Value").kinds(&[Kind::String]),
        Shape::new("TrailName")
            .kinds(&[Kind::String])
            .length(Bounds::between(3.0, 128.0))
            .pattern(r"(^[a-zA-Z0-9]$)|(^[a-zA-Z0-9]([a-zA-Z0-9\._-])*[a-zA-Z0-9]$)"),
    ],
);
