//! `AWS::ECS::Cluster`.

use std::collections::BTreeMap;

use ironward_core::output::{IntoInput, Output, ToValue};
use ironward_core::value::Value;
use ironward_macros::{Choice, Properties, Resource};

use super::{ClusterArn, ClusterName, ServiceConnectDefaults};
use crate::kms::CustomerKey;
use crate::logs::LogGroupName;
use crate::tags::Tags;

/// A cluster: where services and tasks run.
///
/// Interactive sessions in its tasks go through the key and the log group of
/// [`ExecuteCommandConfiguration`]. A deleted cluster lingers as inactive; its name is free again.
///
/// Source: Amazon ECS API Reference, `CreateCluster`, `UpdateCluster`,
/// `PutClusterCapacityProviders`; CloudFormation registry.
#[derive(Debug, Clone, Resource)]
#[resource(type = "AWS::ECS::Cluster", registry, limits = super::limits::CLUSTER, relations = super::limits::CLUSTER_RELATIONS, id = "ClusterName", tags, seconds = 5)]
// CreateCluster, "with a unique name"; of a name that is taken it answers with what is there:
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html
#[identity(name = "ClusterName")]
#[attribute(name: ClusterName = "ClusterName", predict = "{ClusterName}")]
#[attribute(arn: ClusterArn = "Arn", predict = "arn:{partition}:ecs:{region}:{account}:cluster/{ClusterName}")]
pub struct Cluster {
    /// Whether metrics of containers are collected (45 CFR 164.312(b)); what the account's
    /// settings say unless set otherwise.
    #[property(
        aspect = "settings",
        default = "[{\"Name\": \"containerInsights\", \"Value\": \"disabled\"}]",
        safeguard
    )]
    cluster_settings: Option<ContainerInsights>,
    /// How interactive sessions are logged and encrypted, and with which key the tasks' disks are.
    // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ExecuteCommandConfiguration.html,
    // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ExecuteCommandLogConfiguration.html
    #[property(
        aspect = "configuration",
        safeguard,
        member("ExecuteCommandConfiguration.Logging", default = "\"DEFAULT\""),
        member(
            "ExecuteCommandConfiguration.LogConfiguration.CloudWatchEncryptionEnabled",
            default = "false"
        ),
        member("ExecuteCommandConfiguration.LogConfiguration.S3EncryptionEnabled", default = "false")
    )]
    configuration: Option<ClusterConfiguration>,
    /// The capacity providers that tasks may use.
    #[property(aspect = "capacity_providers", compare = "Set")]
    capacity_providers: Vec<CapacityProvider>,
    /// How tasks that name no capacity provider are spread.
    // "If no weight is specified, the default value of 0 is used", and so of the base:
    // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html
    #[property(
        aspect = "capacity_providers",
        compare = "Set",
        member("Weight", default = "0"),
        member("Base", default = "0")
    )]
    default_capacity_provider_strategy: Vec<CapacityProviderStrategyItem>,
    /// The namespace of services that name none.
    #[property(aspect = "service_connect", write_only)]
    service_connect_defaults: Option<ServiceConnectDefaults>,
    /// The name, up to 255 letters, digits, hyphens and underscores.
    // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html
    #[property(create_only, generated_name(max = 255, legal = "-_"))]
    cluster_name: Option<Output<ClusterName>>,
    /// Tags.
    #[property(compare = "Tags")]
    tags: Tags,
}

/// Which metrics of containers are collected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContainerInsights {
    /// Those of clusters, services and tasks.
    Enabled,
    /// Those of each container too.
    Enhanced,
}

impl ToValue for ContainerInsights {
    fn to_value(&self) -> Value {
        let value = match self {
            Self::Enabled => "enabled",
            Self::Enhanced => "enhanced",
        };
        Value::List(vec![object([("Name", "containerInsights".to_value()), ("Value", value.to_value())])])
    }
}

/// How interactive sessions are treated, and how the tasks' disks are encrypted.
#[derive(Debug, Clone, Properties)]
pub struct ClusterConfiguration {
    /// Interactive sessions.
    execute_command_configuration: Option<ExecuteCommandConfiguration>,
    /// Disks.
    managed_storage_configuration: Option<ManagedStorageConfiguration>,
}

/// Interactive sessions, encrypted with a customer-managed key and logged to an encrypted log
/// group (45 CFR 164.312(b), 164.312(a)(2)(iv)). There is no way to have them without either.
#[derive(Debug, Clone)]
pub struct ExecuteCommandConfiguration {
    key: CustomerKey,
    log_group: Output<LogGroupName>,
}

impl ExecuteCommandConfiguration {
    /// Sessions under this key, logged to this group.
    #[must_use]
    pub fn new(key: CustomerKey, log_group: impl IntoInput<LogGroupName>) -> Self {
        Self { key, log_group: log_group.into_input() }
    }
}

impl ToValue for ExecuteCommandConfiguration {
    fn to_value(&self) -> Value {
        let logs = object([
            ("CloudWatchLogGroupName", self.log_group.to_value()),
            ("CloudWatchEncryptionEnabled", true.to_value()),
        ]);
        object([
            ("KmsKeyId", self.key.to_value()),
            ("Logging", "OVERRIDE".to_value()),
            ("LogConfiguration", logs),
        ])
    }
}

/// The keys of the tasks' disks.
#[derive(Debug, Clone, Properties)]
pub struct ManagedStorageConfiguration {
    /// The key of volumes that ECS attaches.
    kms_key_id: Option<CustomerKey>,
    /// The key of Fargate's ephemeral storage (45 CFR 164.312(a)(2)(iv)).
    fargate_ephemeral_storage_kms_key_id: Option<CustomerKey>,
}

/// A capacity provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum CapacityProvider {
    /// Fargate.
    #[value("FARGATE")]
    Fargate,
    /// Fargate on spare capacity, which may be taken away at two minutes' notice.
    #[value("FARGATE_SPOT")]
    FargateSpot,
}

/// The share of a capacity provider.
#[derive(Debug, Clone, Properties)]
pub struct CapacityProviderStrategyItem {
    /// The capacity provider.
    capacity_provider: CapacityProvider,
    /// Its share of the tasks, 0 to 1000; 0 unless set otherwise.
    weight: Option<Output<i64>>,
    /// Tasks that run on it before shares count, 0 to 100000; 0 unless set otherwise.
    base: Option<Output<i64>>,
}

/// An object of these members.
pub(super) fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::Map(BTreeMap::from(members.map(|(name, value)| (name.to_owned(), value))))
}
