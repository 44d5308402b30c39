//! `AWS::ECS::Service`.

use ironward_core::output::{IntoInput, Output, ToValue};
use ironward_core::value::Value;
use ironward_macros::{Choice, Properties, Resource};

use super::cluster::object;
use super::{
    ClusterName, Monitoring, ServiceArn, ServiceConnectConfiguration, ServiceName, ServiceVolume,
    TaskDefinitionArn, VpcLatticeConfiguration,
};
use crate::ec2::{Private, SecurityGroupId, SubnetId};
use crate::elbv2::TargetGroupArn;
use crate::tags::Tags;

/// A service: tasks that are kept running on Fargate.
///
/// Its tasks stand in private subnets and have no public address (45 CFR 164.312(a)(1)). Creation
/// and every deployment wait until all tasks run; a deployment that the circuit breaker gives up
/// on fails with ECS's reason. Deletion first scales it down to nothing. It needs its role's
/// policies and its listener until it is gone, or its tasks are stuck on their way out.
///
/// Source: Amazon ECS API Reference, `CreateService`, `UpdateService`; CloudFormation registry.
#[derive(Debug, Clone, Resource)]
#[resource(type = "AWS::ECS::Service", registry, limits = super::limits::SERVICE_LIMITS, relations = super::limits::SERVICE_RELATIONS, id = "ServiceArn", tags, seconds = 120)]
// "Service names must be unique within a cluster":
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html
#[identity(name = "Cluster, ServiceName")]
#[attribute(
    arn: ServiceArn = "ServiceArn",
    predict = "arn:{partition}:ecs:{region}:{account}:service/{Cluster}/{ServiceName}"
)]
#[attribute(name: ServiceName = "Name", predict = "{ServiceName}")]
#[fixed("LaunchType" = "\"FARGATE\"", create_only)]
#[fixed("SchedulingStrategy" = "\"REPLICA\"", create_only)]
pub struct Service {
    /// The cluster that it runs in.
    #[property(create_only)]
    cluster: Output<ClusterName>,
    /// The revision of the task definition that it runs.
    // "This parameter triggers a new service deployment", as of all that say so:
    // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
    #[property(interrupts = "replaces its tasks, a few at a time")]
    task_definition: Output<TaskDefinitionArn>,
    /// Where its tasks stand.
    // DependencyViolation, for its tasks' network interfaces:
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSubnet.html,
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html
    // "All specified subnets must be from the same VPC". ECS doesn't say that a service with target
    // groups of one VPC could roll into another one, so a new service takes its place there:
    // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html
    #[property(
        safeguard,
        holds,
        network,
        interrupts = "replaces its tasks, a few at a time",
        member("AwsvpcConfiguration.Subnets", set),
        member("AwsvpcConfiguration.SecurityGroups", set)
    )]
    network_configuration: NetworkConfiguration,
    /// How many tasks run; at least two for a service that must stay up
    /// (45 CFR 164.308(a)(7)(ii)(C)). One unless set otherwise.
    #[property(default = "1")]
    desired_count: Option<Output<i64>>,
    /// The version of Fargate; the latest unless set otherwise (45 CFR 164.308(a)(5)(ii)(B)).
    #[property(default = "\"LATEST\"", interrupts = "replaces its tasks, a few at a time")]
    platform_version: Option<Output<String>>,
    /// The target groups that its tasks are registered in.
    #[property(compare = "Set", interrupts = "replaces its tasks, a few at a time")]
    load_balancers: Vec<ServiceLoadBalancer>,
    /// Seconds after a task's start in which failed health checks of the load balancer don't
    /// count; 0 unless set otherwise.
    #[property(default = "0")]
    health_check_grace_period_seconds: Option<Output<i64>>,
    /// How deployments go about.
    // Of services of this kind:
    // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
    #[property(
        safeguard,
        member("MaximumPercent", default = "200"),
        member("MinimumHealthyPercent", default = "100"),
        member("DeploymentCircuitBreaker.ResetOnHealthyTask", default = "false"),
        member("Alarms.AlarmNames", set)
    )]
    deployment_configuration: Option<DeploymentConfiguration>,
    /// Whether interactive sessions may be opened in its tasks; false unless set otherwise.
    #[property(default = "false", safeguard)]
    enable_execute_command: Option<Output<bool>>,
    /// Whether ECS tags tasks with the names of cluster and service; false unless set otherwise.
    #[property(name = "EnableECSManagedTags", default = "false")]
    enable_ecs_managed_tags: Option<Output<bool>>,
    /// Whose tags its tasks get; nobody's unless set otherwise.
    #[property(default = "\"NONE\"")]
    propagate_tags: Option<Output<PropagateTags>>,
    /// The registries that its tasks are registered in.
    // ResourceInUse while "the service still contains one or more registered instances":
    // https://docs.aws.amazon.com/cloud-map/latest/api/API_DeleteService.html
    #[property(compare = "Set", holds, interrupts = "replaces its tasks, a few at a time")]
    service_registries: Vec<ServiceRegistry>,
    /// How it finds and is found by others.
    #[property(write_only, interrupts = "replaces its tasks, a few at a time")]
    service_connect_configuration: Option<ServiceConnectConfiguration>,
    /// The volumes that each task gets for itself.
    #[property(write_only, interrupts = "replaces its tasks, a few at a time")]
    volume_configurations: Vec<ServiceVolume>,
    /// The target groups of VPC Lattice that its tasks are registered in.
    #[property(compare = "Set", interrupts = "replaces its tasks, a few at a time")]
    vpc_lattice_configurations: Vec<VpcLatticeConfiguration>,
    /// How often its own metrics are taken; every minute unless set otherwise.
    #[property(write_only)]
    monitoring: Option<Monitoring>,
    /// Whether tasks are moved when zones are unevenly used; they are unless set otherwise.
    #[property(default = "\"ENABLED\"")]
    availability_zone_rebalancing: Option<Output<AvailabilityZoneRebalancing>>,
    /// Starts a new deployment whenever it changes, although nothing else did.
    #[property(write_only, interrupts = "replaces its tasks, a few at a time")]
    force_new_deployment: Option<ForceNewDeployment>,
    /// The name, up to 255 letters, digits, hyphens and underscores.
    // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html
    #[property(create_only, generated_name(max = 255, legal = "-_"))]
    service_name: Option<Output<ServiceName>>,
    /// Tags.
    #[property(compare = "Tags")]
    tags: Tags,
}

/// Where tasks stand: private subnets and security groups, without a public address.
#[derive(Debug, Clone)]
pub struct NetworkConfiguration {
    subnets: Vec<Output<SubnetId<Private>>>,
    security_groups: Vec<Output<SecurityGroupId>>,
}

impl NetworkConfiguration {
    /// In these subnets, up to 16, with these security groups, up to 5.
    #[must_use]
    pub fn private(
        subnets: impl IntoIterator<Item = impl IntoInput<SubnetId<Private>>>,
        security_groups: impl IntoIterator<Item = impl IntoInput<SecurityGroupId>>,
    ) -> Self {
        Self {
            subnets: subnets.into_iter().map(IntoInput::into_input).collect(),
            security_groups: security_groups.into_iter().map(IntoInput::into_input).collect(),
        }
    }
}

impl ToValue for NetworkConfiguration {
    fn to_value(&self) -> Value {
        let awsvpc = object([
            ("Subnets", self.subnets.to_value()),
            ("SecurityGroups", self.security_groups.to_value()),
            ("AssignPublicIp", "DISABLED".to_value()),
        ]);
        object([("AwsvpcConfiguration", awsvpc)])
    }
}

/// A target group that tasks are registered in.
#[derive(Debug, Clone, Properties)]
pub struct ServiceLoadBalancer {
    /// The target group.
    target_group_arn: Output<TargetGroupArn>,
    /// The container that is spoken to.
    container_name: Output<String>,
    /// The port that it is spoken to at.
    container_port: Output<i64>,
}

/// A registry of Cloud Map that tasks are registered in.
#[derive(Debug, Clone, Properties)]
pub struct ServiceRegistry {
    /// The ARN of the registry.
    registry_arn: Output<String>,
    /// The container that records of type SRV name.
    container_name: Option<Output<String>>,
    /// That container's port.
    container_port: Option<Output<i64>>,
    /// The port of records of type SRV, where no container is named.
    port: Option<Output<i64>>,
}

/// How deployments go about.
#[derive(Debug, Clone, Properties)]
pub struct DeploymentConfiguration {
    /// How many tasks may run during a deployment, in percent of the desired ones; 200 unless set
    /// otherwise.
    maximum_percent: Option<Output<i64>>,
    /// How many tasks must be healthy during a deployment, in percent of the desired ones; 100
    /// unless set otherwise.
    minimum_healthy_percent: Option<Output<i64>>,
    /// Whether a deployment that doesn't become steady is given up.
    deployment_circuit_breaker: Option<DeploymentCircuitBreaker>,
    /// Alarms that end a deployment.
    alarms: Option<DeploymentAlarms>,
}

/// Whether a deployment that doesn't become steady is given up
/// (45 CFR 164.308(a)(7)(ii)(C)).
#[derive(Debug, Clone, Properties)]
pub struct DeploymentCircuitBreaker {
    /// Whether it is given up.
    enable: Output<bool>,
    /// Whether the last one that was steady is then brought back.
    rollback: Output<bool>,
    /// Whether a task that becomes healthy sets the count of failures back; it doesn't unless set.
    reset_on_healthy_task: Option<Output<bool>>,
    /// After how many failures; between 3 and 200, half of the desired tasks, unless set.
    threshold_configuration: Option<BreakerThreshold>,
}

/// After how many failures a deployment is given up.
#[derive(Debug, Clone, Properties)]
pub struct BreakerThreshold {
    /// What the value counts.
    #[property(name = "Type")]
    kind: BreakerThresholdType,
    /// The value.
    value: Output<i64>,
}

/// How failures of tasks are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum BreakerThresholdType {
    /// So many tasks.
    #[value("COUNT")]
    Count,
    /// So many percent of the desired tasks, 3 at least and 200 at most.
    #[value("BOUNDED_PERCENT")]
    BoundedPercent,
    /// So many percent of the desired tasks.
    #[value("UNBOUNDED_PERCENT")]
    UnboundedPercent,
}

/// Alarms that end a deployment.
#[derive(Debug, Clone, Properties)]
pub struct DeploymentAlarms {
    /// The names of CloudWatch alarms.
    #[property(required)]
    alarm_names: Vec<Output<String>>,
    /// Whether they do.
    enable: Output<bool>,
    /// Whether the last deployment that was steady is then brought back.
    rollback: Output<bool>,
}

/// A forced deployment.
#[derive(Debug, Clone, Properties)]
pub struct ForceNewDeployment {
    /// Whether a new deployment is forced.
    enable_force_new_deployment: Output<bool>,
    /// Any text; another one forces another deployment.
    force_new_deployment_nonce: Output<String>,
}

/// Whose tags tasks get.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum PropagateTags {
    /// Those of the service.
    #[value("SERVICE")]
    Service,
    /// Those of the task definition.
    #[value("TASK_DEFINITION")]
    TaskDefinition,
}

/// Whether tasks are moved when zones are unevenly used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum AvailabilityZoneRebalancing {
    /// They are.
    #[value("ENABLED")]
    Enabled,
    /// They aren't.
    #[value("DISABLED")]
    Disabled,
}
