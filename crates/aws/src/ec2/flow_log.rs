//! `AWS::EC2::FlowLog`.

use ironward_core::output::{IntoInput, Output, ToValue, concat};
use ironward_core::value::Value;
use ironward_macros::{Choice, Properties, Resource};

use super::{NetworkInterfaceId, SubnetId, Tier, VpcId};
use crate::iam::RoleArn;
use crate::logs::LogGroupName;
use crate::s3::BucketArn;
use crate::tags::Tags;

ironward_core::identifiers! {
    /// The id of a flow log.
    FlowLogId;
}

/// A record of the traffic of a VPC, a subnet or a network interface (45 CFR 164.312(b)).
///
/// Accepted and rejected traffic is recorded, in intervals of one minute, unless set otherwise.
/// Everything but the tags is set at creation, and EC2 takes one flow log only for a resource and
/// a destination, so a replacement leaves a gap of seconds. When EC2 can't deliver the records, the flow log
/// counts as failed.
///
/// Source: Amazon EC2 API Reference, `CreateFlowLogs`; CloudFormation registry.
#[derive(Debug, Clone, Resource)]
#[resource(
    type = "AWS::EC2::FlowLog",
    registry,
    limits = super::limits::FLOW_LOG,
    relations = super::limits::FLOW_LOG_RELATIONS,
    id = "Id",
    constructor = "pub(super)",
    tags,
    delete_first,
    seconds = 2
)]
// CreateFlowLogs answers with the id; FlowLogAlreadyExists is for "the specified configuration":
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
#[identity(given)]
#[identity(value = "ResourceId, LogDestinationType, LogDestination, LogGroupName, TrafficType")]
#[attribute(id: FlowLogId = "Id")]
pub struct FlowLog {
    /// The kind of what is recorded.
    #[property(create_only)]
    resource_type: Output<FlowLogResourceType>,
    /// What is recorded.
    #[property(create_only)]
    resource_id: Output<String>,
    /// Where the records go; a log group unless set otherwise.
    #[property(create_only, default = "\"cloud-watch-logs\"", safeguard, no_setter)]
    log_destination_type: Option<Output<LogDestinationType>>,
    /// The bucket, with an optional folder after a slash, by ARN.
    #[property(create_only, compare = "LogGroupArn", safeguard, no_setter)]
    log_destination: Option<Output<String>>,
    /// The log group.
    #[property(create_only, safeguard, no_setter)]
    log_group_name: Option<Output<LogGroupName>>,
    /// The role by which EC2 writes to the log group.
    #[property(create_only, no_setter)]
    deliver_logs_permission_arn: Option<Output<RoleArn>>,
    /// The role by which EC2 writes to a destination in another account.
    #[property(create_only)]
    deliver_cross_account_role: Option<Output<RoleArn>>,
    /// Which traffic is recorded; all of it unless set otherwise.
    #[property(create_only, default = "\"ALL\"", safeguard)]
    traffic_type: Option<Output<TrafficType>>,
    /// Over how long records are aggregated, at most; EC2's own default is ten minutes.
    #[property(create_only, default = "600", safeguard)]
    max_aggregation_interval: Option<Output<AggregationInterval>>,
    /// The fields of a record, such as `${version} ${srcaddr}`; EC2 has a default.
    #[property(
        create_only,
        default = "\"${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status}\""
    )]
    log_format: Option<Output<String>>,
    /// The format of files in a bucket.
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DestinationOptionsRequest.html
    #[property(
        create_only,
        default = "{\"FileFormat\":\"plain-text\",\"HiveCompatiblePartitions\":false,\"PerHourPartition\":false}",
        member("FileFormat", default = "\"plain-text\""),
        member("HiveCompatiblePartitions", default = "false"),
        member("PerHourPartition", default = "false")
    )]
    destination_options: Option<DestinationOptions>,
    /// Tags of EC2 resources that are added to the records, up to three kinds of resources.
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFlowLogs.html
    #[property(create_only, compare = "Set", member("TagKeys", set))]
    tag_field_specifications: Vec<TagFieldSpecification>,
    /// Tags.
    #[property(compare = "Tags")]
    tags: Tags,
}

/// Where a flow log's records go.
#[derive(Debug, Clone)]
pub struct FlowLogDestination(Destination);

#[derive(Debug, Clone)]
enum Destination {
    LogGroup { name: Output<LogGroupName>, role: Output<RoleArn> },
    Bucket { arn: Output<String> },
}

impl FlowLogDestination {
    /// A log group, written to by this role.
    #[must_use]
    pub fn log_group(name: impl IntoInput<LogGroupName>, role: impl IntoInput<RoleArn>) -> Self {
        Self(Destination::LogGroup { name: name.into_input(), role: role.into_input() })
    }

    /// A bucket, whose policy must let `delivery.logs.amazonaws.com` write.
    #[must_use]
    pub fn bucket(arn: impl IntoInput<BucketArn>) -> Self {
        Self(Destination::Bucket { arn: arn.into_input().as_text() })
    }

    /// A folder of a bucket, such as `network/`.
    #[must_use]
    pub fn folder(arn: impl IntoInput<BucketArn>, folder: &str) -> Self {
        let arn = concat([arn.into_input().to_value(), "/".to_value(), folder.to_value()]);
        Self(Destination::Bucket { arn })
    }
}

impl FlowLog {
    /// Records the traffic of a VPC.
    #[must_use]
    pub fn of_vpc(vpc: impl IntoInput<VpcId>, to: FlowLogDestination) -> Self {
        Self::of(FlowLogResourceType::Vpc, vpc.into_input().as_text(), to)
    }

    /// Records the traffic of a subnet.
    #[must_use]
    pub fn of_subnet<T: Tier>(subnet: impl IntoInput<SubnetId<T>>, to: FlowLogDestination) -> Self {
        Self::of(FlowLogResourceType::Subnet, subnet.into_input().as_text(), to)
    }

    /// Records the traffic of a network interface.
    #[must_use]
    pub fn of_network_interface(
        interface: impl IntoInput<NetworkInterfaceId>,
        to: FlowLogDestination,
    ) -> Self {
        Self::of(FlowLogResourceType::NetworkInterface, interface.into_input().as_text(), to)
    }

    fn of(kind: FlowLogResourceType, id: Output<String>, to: FlowLogDestination) -> Self {
        let log = Self::new(kind, id)
            .traffic_type(TrafficType::All)
            .max_aggregation_interval(AggregationInterval::OneMinute);
        match to.0 {
            Destination::LogGroup { name, role } => Self {
                log_destination_type: Some(LogDestinationType::CloudWatchLogs.into_input()),
                log_group_name: Some(name),
                deliver_logs_permission_arn: Some(role),
                ..log
            },
            Destination::Bucket { arn } => Self {
                log_destination_type: Some(LogDestinationType::S3.into_input()),
                log_destination: Some(arn),
                ..log
            },
        }
    }
}

/// The kind of what a flow log records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum FlowLogResourceType {
    /// A VPC.
    #[value("VPC")]
    Vpc,
    /// A subnet.
    Subnet,
    /// A network interface.
    NetworkInterface,
}

/// The kind of place that a flow log's records go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum LogDestinationType {
    /// A log group.
    #[value("cloud-watch-logs")]
    CloudWatchLogs,
    /// A bucket.
    #[value("s3")]
    S3,
}

/// Which traffic a flow log records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum TrafficType {
    /// All of it.
    #[value("ALL")]
    All,
    /// What is let through.
    #[value("ACCEPT")]
    Accept,
    /// What isn't let through.
    #[value("REJECT")]
    Reject,
}

/// Over how long a flow log aggregates, at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AggregationInterval {
    /// 60 seconds.
    OneMinute,
    /// 600 seconds.
    TenMinutes,
}

impl AggregationInterval {
    /// The interval in seconds.
    #[must_use]
    pub const fn seconds(self) -> i32 {
        match self {
            Self::OneMinute => 60,
            Self::TenMinutes => 600,
        }
    }
}

impl ToValue for AggregationInterval {
    fn to_value(&self) -> Value {
        self.seconds().to_value()
    }
}

impl IntoInput<AggregationInterval> for AggregationInterval {
    fn into_input(self) -> Output<AggregationInterval> {
        Output::known(&self)
    }
}

/// The format of a flow log's files in a bucket.
#[derive(Debug, Clone, Properties)]
pub struct DestinationOptions {
    /// The format of the files.
    file_format: Output<FileFormat>,
    /// Whether prefixes are those that Hive understands.
    hive_compatible_partitions: Output<bool>,
    /// Whether files are partitioned by hour rather than by day.
    per_hour_partition: Output<bool>,
}

/// The format of a flow log's files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum FileFormat {
    /// Lines of text.
    #[value("plain-text")]
    PlainText,
    /// Apache Parquet.
    #[value("parquet")]
    Parquet,
}

/// Tags of a kind of EC2 resources that are added to a flow log's records.
#[derive(Debug, Clone, Properties)]
pub struct TagFieldSpecification {
    /// The kind: `instance`, `network-interface` or `auto-scaling-group`.
    resource_type: Output<String>,
    /// The tags' keys, one or two.
    #[property(required)]
    tag_keys: Vec<Output<String>>,
}
