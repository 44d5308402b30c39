//! What the declarations of this service don't have, and why.

use crate::registry::LeftOut;

const CLUSTER: &str = "AWS::ECS::Cluster";
const SERVICE: &str = "AWS::ECS::Service";
const TASK: &str = "AWS::ECS::TaskDefinition";

const SESSIONS: &str = "sessions are logged to an encrypted log group, where alarms can look at them";
const FARGATE: &str = "not for tasks on Fargate";
const AWSVPC: &str = "not for the network mode awsvpc";
const TERMINAL: &str = "of terminals; sessions go through `EnableExecuteCommand`, which logs them \
                        (45 CFR 164.312(b))";

/// Writable properties of the registry that the declarations don't have.
pub const LEFT_OUT: &[LeftOut] = &[
    LeftOut::elsewhere(
        CLUSTER,
        "Configuration.ExecuteCommandConfiguration.LogConfiguration.S3BucketName",
        SESSIONS,
    ),
    LeftOut::elsewhere(
        CLUSTER,
        "Configuration.ExecuteCommandConfiguration.LogConfiguration.S3EncryptionEnabled",
        SESSIONS,
    ),
    LeftOut::elsewhere(
        CLUSTER,
        "Configuration.ExecuteCommandConfiguration.LogConfiguration.S3KeyPrefix",
        SESSIONS,
    ),
    LeftOut::safeguard(
        SERVICE,
        "CapacityProviderStrategy",
        "it excludes the launch type FARGATE; spare capacity is taken away at two minutes' notice \
         (45 CFR 164.308(a)(7)(ii)(C))",
    ),
    LeftOut::missing(SERVICE, "DeploymentConfiguration.BakeTimeInMinutes", "blue/green deployments"),
    LeftOut::missing(SERVICE, "DeploymentConfiguration.CanaryConfiguration", "canary deployments"),
    LeftOut::missing(SERVICE, "DeploymentConfiguration.EarlySuccessCriteria", "blue/green deployments"),
    LeftOut::missing(SERVICE, "DeploymentConfiguration.LifecycleHooks", "blue/green deployments"),
    LeftOut::missing(SERVICE, "DeploymentConfiguration.LinearConfiguration", "linear deployments"),
    LeftOut::missing(
        SERVICE,
        "DeploymentConfiguration.Strategy",
        "blue/green, canary and linear deployments",
    ),
    LeftOut::safeguard(
        SERVICE,
        "DeploymentController",
        "another controller changes the service behind the plan; ECS's own is the default",
    ),
    LeftOut::missing(SERVICE, "GatewayConnectors", "gateways of ECS"),
    LeftOut::missing(SERVICE, "LoadBalancers.AdvancedConfiguration", "blue/green deployments"),
    LeftOut::missing(SERVICE, "VpcLatticeConfigurations.AdvancedConfiguration", "blue/green deployments"),
    LeftOut::missing(
        SERVICE,
        "ServiceConnectConfiguration.Services.ClientAliases.TestTrafficRules",
        "blue/green deployments",
    ),
    LeftOut::other_kind(
        SERVICE,
        "ServiceConnectConfiguration.LogConfiguration.SecretOptions",
        "the driver awslogs takes none",
    ),
    LeftOut::elsewhere(
        SERVICE,
        "VolumeConfigurations.ManagedEBSVolume.TagSpecifications.Tags",
        "volumes get the tags of the service or of the task definition",
    ),
    LeftOut::retired(
        SERVICE,
        "LoadBalancers.LoadBalancerName",
        "of classic load balancers, which application load balancers replace",
    ),
    LeftOut::other_kind(SERVICE, "PlacementConstraints", FARGATE),
    LeftOut::other_kind(SERVICE, "PlacementStrategies", FARGATE),
    LeftOut::other_kind(
        SERVICE,
        "Role",
        "not for the network mode awsvpc, which takes the service-linked role",
    ),
    LeftOut::other_kind(TASK, "ContainerDefinitions.DisableNetworking", AWSVPC),
    LeftOut::other_kind(TASK, "ContainerDefinitions.DnsSearchDomains", AWSVPC),
    LeftOut::other_kind(TASK, "ContainerDefinitions.DnsServers", AWSVPC),
    LeftOut::other_kind(TASK, "ContainerDefinitions.DockerSecurityOptions", FARGATE),
    LeftOut::safeguard(
        TASK,
        "ContainerDefinitions.EnvironmentFiles",
        "a plain file in a bucket is where secrets end up; they are named one by one \
         (45 CFR 164.308(a)(5)(ii)(D))",
    ),
    LeftOut::other_kind(TASK, "ContainerDefinitions.ExtraHosts", AWSVPC),
    LeftOut::safeguard(
        TASK,
        "ContainerDefinitions.FirelensConfiguration",
        "a log router's own file says where logs go; here they go to an encrypted group (45 CFR 164.312(b))",
    ),
    LeftOut::other_kind(TASK, "ContainerDefinitions.Hostname", AWSVPC),
    LeftOut::safeguard(TASK, "ContainerDefinitions.Interactive", TERMINAL),
    LeftOut::other_kind(TASK, "ContainerDefinitions.LinuxParameters.Devices", FARGATE),
    LeftOut::other_kind(TASK, "ContainerDefinitions.LinuxParameters.MaxSwap", FARGATE),
    LeftOut::other_kind(TASK, "ContainerDefinitions.LinuxParameters.SharedMemorySize", FARGATE),
    LeftOut::other_kind(TASK, "ContainerDefinitions.LinuxParameters.Swappiness", FARGATE),
    LeftOut::other_kind(TASK, "ContainerDefinitions.Links", AWSVPC),
    LeftOut::other_kind(
        TASK,
        "ContainerDefinitions.LogConfiguration.SecretOptions",
        "the driver awslogs takes none",
    ),
    LeftOut::other_kind(TASK, "ContainerDefinitions.PortMappings.ContainerPortRange", AWSVPC),
    LeftOut::elsewhere(
        TASK,
        "ContainerDefinitions.PortMappings.HostPort",
        "always the container's port with the network mode awsvpc",
    ),
    LeftOut::safeguard(TASK, "ContainerDefinitions.PseudoTerminal", TERMINAL),
    LeftOut::other_kind(TASK, "ContainerDefinitions.ResourceRequirements", FARGATE),
    LeftOut::elsewhere(TASK, "ContainerDefinitions.VolumesFrom", "mounting the volume itself does the same"),
    LeftOut::retired(TASK, "InferenceAccelerators", "Elastic Inference has ended"),
    LeftOut::other_kind(TASK, "IpcMode", FARGATE),
    LeftOut::safeguard(
        TASK,
        "PidMode",
        "containers of a task would see each other's processes (45 CFR 164.312(a)(1))",
    ),
    LeftOut::other_kind(TASK, "PlacementConstraints", FARGATE),
    LeftOut::retired(TASK, "ProxyConfiguration", "of App Mesh, which Service Connect replaces"),
    LeftOut::other_kind(TASK, "Volumes.DockerVolumeConfiguration", FARGATE),
    LeftOut::other_kind(TASK, "Volumes.FSxWindowsFileServerVolumeConfiguration", "of tasks on Windows"),
    LeftOut::other_kind(TASK, "Volumes.Host", "a task on Fargate has no host to mount from"),
    LeftOut::missing(TASK, "Volumes.S3FilesVolumeConfiguration", "volumes of S3 Files"),
];
