//! `AWS::Logs::LogGroup`.

use ironward_core::output::Output;
use ironward_macros::{Choice, Properties, Resource};

use super::{DataProtectionPolicy, LogGroupArn, LogGroupName, LogRetention};
use crate::kms::CustomerKey;
use crate::policy::PolicyDocument;
use crate::tags::Tags;

/// A log group, encrypted with a key of ours and kept for a stated time.
///
/// The key is required (45 CFR 164.312(a)(2)(iv)); its policy must let
/// `logs.REGION.amazonaws.com` use it for the group's ARN. So is the time (45 CFR 164.312(b)):
/// CloudWatch Logs keeps events forever unless told otherwise. A change of the key applies to
/// events from then on; older ones still need the old key.
///
/// A service that still writes after the group was deleted may make it again, without key and
/// time; such a group isn't taken over, since nothing says that it is ours.
///
/// Source: Amazon CloudWatch Logs API Reference, `CreateLogGroup`, `PutRetentionPolicy`,
/// `AssociateKmsKey`; CloudFormation registry.
#[derive(Debug, Clone, Resource)]
#[resource(
    type = "AWS::Logs::LogGroup",
    registry,
    relations = super::limits::LOG_GROUP_RELATIONS,
    id = "LogGroupName",
    protection = "DeletionProtectionEnabled",
    tags,
    stateful,
    shareable,
    seconds = 2
)]
// "Unique within a Region for an AWS account":
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
#[identity(name = "LogGroupName")]
#[attribute(name: LogGroupName = "LogGroupName", predict = "{LogGroupName}")]
#[attribute(
    arn: LogGroupArn = "Arn",
    predict = "arn:{partition}:logs:{region}:{account}:log-group:{LogGroupName}"
)]
pub struct LogGroup {
    /// How many days events are kept.
    #[property(aspect = "retention", after_create, safeguard)]
    retention_in_days: Output<LogRetention>,
    /// The key that events are encrypted with.
    #[property(aspect = "key", compare = "KeyId", safeguard)]
    kms_key_id: CustomerKey,
    /// The name, up to 512 letters, digits and `_-/.#`.
    // https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
    #[property(
        create_only,
        generated_name(max = 512, prefix = "/", separator = '/', legal = "_-/.#", reserved = "aws/")
    )]
    log_group_name: Option<Output<LogGroupName>>,
    /// What the group can do; everything unless set otherwise.
    #[property(create_only, default = "\"STANDARD\"")]
    log_group_class: Option<Output<LogGroupClass>>,
    /// Whether deleting it is refused; false unless set otherwise.
    #[property(aspect = "protection", default = "false", safeguard)]
    deletion_protection_enabled: Option<Output<bool>>,
    /// Which sensitive data is found and masked, as a document of the data protection policy
    /// language.
    #[property(aspect = "data_protection", compare = "Policy", after_create, safeguard)]
    data_protection_policy: Option<Output<DataProtectionPolicy>>,
    /// Who else may write to the group: services that deliver logs, such as Route 53. Nobody unless
    /// set; policies of the account count beside it.
    #[property(aspect = "resource_policy", compare = "Policy", after_create, safeguard)]
    resource_policy_document: Option<PolicyDocument>,
    /// The fields that queries find by index; one policy at most.
    #[property(aspect = "index", compare = "Policy", after_create)]
    field_index_policies: Vec<FieldIndexPolicy>,
    /// Tags.
    #[property(compare = "Tags")]
    tags: Tags,
}

/// What a log group can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum LogGroupClass {
    /// Everything.
    #[value("STANDARD")]
    Standard,
    /// Less, for logs that are rarely read.
    #[value("INFREQUENT_ACCESS")]
    InfrequentAccess,
    /// Delivery to S3 by way of Lambda only.
    #[value("DELIVERY")]
    Delivery,
}

/// Fields of log events that queries find by index.
#[derive(Debug, Clone, Properties)]
pub struct FieldIndexPolicy {
    /// The fields, up to 20.
    #[property(required)]
    fields: Vec<Output<String>>,
}
