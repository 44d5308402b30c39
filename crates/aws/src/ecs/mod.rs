//! Elastic Container Service on Fargate.

mod cluster;
mod container;
mod image;
mod left_out;
mod limits;
mod parts;
mod service;
mod service_connect;
mod service_parts;
mod task_definition;
mod volume;

pub use cluster::{
    CapacityProvider, CapacityProviderStrategyItem, Cluster, ClusterConfiguration, ContainerInsights,
    DeclaredCluster, ExecuteCommandConfiguration, ManagedStorageConfiguration, property as cluster_property,
};
pub use container::Container;
pub use image::{Image, ImageDigest, NotADigest};
pub use left_out::LEFT_OUT;
pub use parts::{
    ApplicationProtocol, AwsLogs, Capability, ContainerCondition, HealthCheck, LinuxParameters, LogMode,
    NonRootUser, PortMapping, RestartPolicy, Secret, Tmpfs, TransportProtocol, UlimitName,
};
pub use service::{
    AvailabilityZoneRebalancing, BreakerThreshold, BreakerThresholdType, DeclaredService, DeploymentAlarms,
    DeploymentCircuitBreaker, DeploymentConfiguration, ForceNewDeployment, NetworkConfiguration,
    PropagateTags, Service, ServiceLoadBalancer, ServiceRegistry, property as service_property,
};
pub use service_connect::{
    AccessLogConfiguration, AccessLogFormat, ClientAlias, ProxyLogLevel, ProxySetting,
    ServiceConnectConfiguration, ServiceConnectDefaults, ServiceConnectService, ServiceConnectTimeout,
    ServiceConnectTls,
};
pub use service_parts::{
    EbsVolumeType, FilesystemType, MetricConfiguration, Monitoring, ServiceMetric, ServiceVolume,
    VpcLatticeConfiguration,
};
pub use task_definition::{
    Cpu, CpuArchitecture, DeclaredTaskDefinition, EphemeralStorage, RuntimePlatform, TaskDefinition,
    property as task_definition_property,
};
pub use volume::{AccessPointId, FileSystemId, Volume};

use ironward_core::declare::Declaration;
use ironward_core::schema::Schema;

ironward_core::identifiers! {
    /// The ARN of a cluster.
    ClusterArn;
    /// The name of a cluster.
    ClusterName;
    /// The ARN of a task definition's revision.
    TaskDefinitionArn;
    /// The ARN of a service.
    ServiceArn;
    /// The name of a service.
    ServiceName;
}

/// The facts of this service's types.
#[must_use]
pub fn schemas() -> Vec<&'static Schema> {
    vec![Cluster::SCHEMA, Service::SCHEMA, TaskDefinition::SCHEMA]
}
