//! Elastic Container Service on Fargate.

mod cluster;
mod container;
mod image;
mod parts;
mod service;
mod task_definition;
mod volume;

pub use cluster::{
    CapacityProvider, CapacityProviderStrategyItem, Cluster, ClusterConfiguration, ContainerInsights,
    DeclaredCluster, ExecuteCommandConfiguration, ManagedStorageConfiguration, property as cluster_property,
};
pub use container::Container;
pub use image::{Image, ImageDigest, NotADigest};
pub use parts::{
    AwsLogs, Capability, ContainerCondition, HealthCheck, LinuxParameters, LogMode, NonRootUser, PortMapping,
    RestartPolicy, Secret, TransportProtocol, UlimitName,
};
pub use service::{
    AvailabilityZoneRebalancing, DeclaredService, DeploymentAlarms, DeploymentCircuitBreaker,
    DeploymentConfiguration, ForceNewDeployment, NetworkConfiguration, PropagateTags, Service,
    ServiceLoadBalancer, ServiceRegistry, property as service_property,
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

const CLUSTER: &str = "AWS::ECS::Cluster";
const SERVICE: &str = "AWS::ECS::Service";
const TASK: &str = "AWS::ECS::TaskDefinition";

/// Writable properties of the registry that these types don't have, and why.
pub const UNSUPPORTED: &[(&str, &str, &str)] = &[
    (CLUSTER, "ServiceConnectDefaults", "Service Connect is beyond the scope"),
    (SERVICE, "CapacityProviderStrategy", "excludes the fixed launch type FARGATE"),
    (SERVICE, "DeploymentConfiguration.BakeTimeInMinutes", "of blue/green deployments, beyond the scope"),
    (SERVICE, "DeploymentConfiguration.CanaryConfiguration", "of canary deployments, beyond the scope"),
    (
        SERVICE,
        "DeploymentConfiguration.EarlySuccessCriteria",
        "a deployment counts when all of it is healthy",
    ),
    (SERVICE, "DeploymentConfiguration.LifecycleHooks", "of blue/green deployments, beyond the scope"),
    (SERVICE, "DeploymentConfiguration.LinearConfiguration", "of linear deployments, beyond the scope"),
    (SERVICE, "DeploymentConfiguration.Strategy", "rolling only; the others are beyond the scope"),
    (SERVICE, "DeploymentController", "ECS's own rolling deployments only"),
    (SERVICE, "GatewayConnectors", "beyond the scope"),
    (SERVICE, "LoadBalancers.AdvancedConfiguration", "of blue/green deployments, beyond the scope"),
    (SERVICE, "LoadBalancers.LoadBalancerName", "of classic load balancers, which are deprecated"),
    (SERVICE, "Monitoring", "beyond the scope"),
    (SERVICE, "PlacementConstraints", "not for Fargate"),
    (SERVICE, "PlacementStrategies", "not for Fargate"),
    (SERVICE, "Role", "the service-linked role is used"),
    (SERVICE, "ServiceConnectConfiguration", "Service Connect is beyond the scope"),
    (SERVICE, "VolumeConfigurations", "volumes attached at launch are beyond the scope"),
    (SERVICE, "VpcLatticeConfigurations", "VPC Lattice is beyond the scope"),
    (TASK, "ContainerDefinitions.CredentialSpecs", "of Windows containers"),
    (TASK, "ContainerDefinitions.DisableNetworking", "not for the network mode awsvpc"),
    (TASK, "ContainerDefinitions.DnsSearchDomains", "not for the network mode awsvpc"),
    (TASK, "ContainerDefinitions.DnsServers", "not for the network mode awsvpc"),
    (TASK, "ContainerDefinitions.DockerSecurityOptions", "not for Fargate"),
    (TASK, "ContainerDefinitions.EnvironmentFiles", "would put secrets into a plain file; use secrets"),
    (TASK, "ContainerDefinitions.ExtraHosts", "not for the network mode awsvpc"),
    (TASK, "ContainerDefinitions.FirelensConfiguration", "logs go to CloudWatch Logs"),
    (TASK, "ContainerDefinitions.Hostname", "not for the network mode awsvpc"),
    (TASK, "ContainerDefinitions.Interactive", "of terminals, not of services"),
    (TASK, "ContainerDefinitions.LinuxParameters.Devices", "not for Fargate"),
    (TASK, "ContainerDefinitions.LinuxParameters.MaxSwap", "not for Fargate"),
    (TASK, "ContainerDefinitions.LinuxParameters.SharedMemorySize", "not for Fargate"),
    (TASK, "ContainerDefinitions.LinuxParameters.Swappiness", "not for Fargate"),
    (TASK, "ContainerDefinitions.LinuxParameters.Tmpfs", "not for Fargate"),
    (TASK, "ContainerDefinitions.Links", "not for the network mode awsvpc"),
    (TASK, "ContainerDefinitions.LogConfiguration.SecretOptions", "awslogs takes none"),
    (TASK, "ContainerDefinitions.PortMappings.AppProtocol", "of Service Connect, beyond the scope"),
    (TASK, "ContainerDefinitions.PortMappings.ContainerPortRange", "not for the network mode awsvpc"),
    (TASK, "ContainerDefinitions.PortMappings.HostPort", "always the container's port with awsvpc"),
    (TASK, "ContainerDefinitions.PseudoTerminal", "of terminals, not of services"),
    (TASK, "ContainerDefinitions.ResourceRequirements", "not for Fargate"),
    (TASK, "ContainerDefinitions.VolumesFrom", "mount the volume itself"),
    (TASK, "EnableFaultInjection", "beyond the scope"),
    (TASK, "InferenceAccelerators", "deprecated"),
    (TASK, "IpcMode", "not for Fargate"),
    (TASK, "PidMode", "containers would see each other's processes"),
    (TASK, "PlacementConstraints", "not for Fargate"),
    (TASK, "ProxyConfiguration", "of App Mesh, which is deprecated"),
    (TASK, "Volumes.ConfiguredAtLaunch", "volumes attached at launch are beyond the scope"),
    (TASK, "Volumes.DockerVolumeConfiguration", "not for Fargate"),
    (TASK, "Volumes.FSxWindowsFileServerVolumeConfiguration", "of Windows containers"),
    (TASK, "Volumes.Host", "a task on Fargate has no host to mount from"),
    (TASK, "Volumes.S3FilesVolumeConfiguration", "beyond the scope"),
];
