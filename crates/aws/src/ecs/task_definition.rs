//! `AWS::ECS::TaskDefinition`.

use ironward_core::output::{IntoInput, Output, ToValue};
use ironward_core::value::Value;
use ironward_macros::{Choice, Properties, Resource};

use super::{Container, TaskDefinitionArn, Volume};
use crate::iam::RoleArn;
use crate::tags::Tags;

/// A revision of a task definition for Fargate.
///
/// A revision can't be changed: every change but one of the tags registers a new revision of the
/// family, moves the services to it, and deregisters the old one, which lingers as inactive. Tasks
/// have network interfaces of their own (45 CFR 164.312(a)(1)). ECS's agent and the application
/// have a role each (45 CFR 164.308(a)(4)(ii)(B)).
///
/// Source: Amazon ECS API Reference, `RegisterTaskDefinition`; CloudFormation registry.
#[derive(Debug, Clone, Resource)]
#[resource(
    type = "AWS::ECS::TaskDefinition",
    registry,
    limits = super::limits::TASK_DEFINITION,
    relations = super::limits::TASK_DEFINITION_RELATIONS,
    id = "TaskDefinitionArn",
    tags,
    seconds = 1,
    constructor = "pub(crate)"
)]
// RegisterTaskDefinition counts a new revision each time:
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
#[identity(given)]
#[attribute(arn: TaskDefinitionArn = "TaskDefinitionArn")]
#[fixed("NetworkMode" = "\"awsvpc\"", create_only, safeguard)]
#[fixed("RequiresCompatibilities" = "[\"FARGATE\"]", create_only)]
pub struct TaskDefinition {
    /// The family that its revisions are counted in, up to 255 letters, digits, hyphens and
    /// underscores.
    #[property(create_only)]
    family: Output<String>,
    /// The role that ECS's agent assumes to pull images, read secrets and write logs.
    #[property(create_only, safeguard)]
    execution_role_arn: Output<RoleArn>,
    /// The role that the application assumes.
    #[property(create_only, safeguard)]
    task_role_arn: Output<RoleArn>,
    /// The task's CPU units.
    #[property(create_only)]
    cpu: Output<Cpu>,
    /// The task's memory in MiB; each amount of CPU allows a range.
    #[property(create_only)]
    memory: Output<i64>,
    /// Its containers.
    // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html,
    // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
    #[property(
        create_only,
        safeguard,
        member("Privileged", default = "false"),
        member("ReadonlyRootFilesystem", default = "false"),
        member("Essential", default = "true"),
        member("Cpu", default = "0"),
        member("VersionConsistency", default = "\"enabled\""),
        member("LinuxParameters.InitProcessEnabled", default = "false"),
        member("MountPoints.ReadOnly", default = "false"),
        member("HealthCheck.Interval", default = "30"),
        member("HealthCheck.Timeout", default = "5"),
        member("HealthCheck.Retries", default = "3"),
        member("PortMappings.Protocol", default = "\"tcp\""),
        member("Environment", set),
        member("Secrets", set)
    )]
    container_definitions: Containers,
    /// The volumes that containers mount.
    // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EFSVolumeConfiguration.html
    #[property(
        create_only,
        no_setter,
        safeguard,
        member("EFSVolumeConfiguration.RootDirectory", default = "\"/\""),
        member("EFSVolumeConfiguration.AuthorizationConfig.IAM", default = "\"DISABLED\"")
    )]
    volumes: Option<Volumes>,
    /// The processor and operating system; Linux on x86-64 unless set otherwise.
    #[property(create_only)]
    runtime_platform: Option<RuntimePlatform>,
    /// The task's disk beyond the 20 GiB that it has unless set otherwise.
    #[property(create_only)]
    ephemeral_storage: Option<EphemeralStorage>,
    /// Whether AWS Fault Injection Service may disturb its tasks, for drills
    /// (45 CFR 164.308(a)(7)(ii)(D)); it may not unless set.
    #[property(create_only, default = "false")]
    enable_fault_injection: Option<Output<bool>>,
    /// Tags.
    #[property(compare = "Tags")]
    tags: Tags,
}

impl TaskDefinition {
    /// Declares a task definition for Fargate.
    #[must_use]
    pub fn fargate(
        family: impl IntoInput<String>,
        execution_role: impl IntoInput<RoleArn>,
        task_role: impl IntoInput<RoleArn>,
        cpu: impl IntoInput<Cpu>,
        memory_mebibytes: impl IntoInput<i64>,
        containers: impl IntoIterator<Item = Container>,
    ) -> Self {
        let mut containers: Vec<Container> = containers.into_iter().collect();
        containers.sort_by(|a, b| a.name.cmp(&b.name));
        Self::new(family, execution_role, task_role, cpu, memory_mebibytes, Containers(containers))
    }

    /// The volumes that containers mount.
    #[must_use]
    pub fn volumes(mut self, volumes: impl IntoIterator<Item = Volume>) -> Self {
        let mut volumes: Vec<Volume> = volumes.into_iter().collect();
        volumes.sort_by(|a, b| a.name.cmp(&b.name));
        self.volumes = Some(Volumes(volumes));
        self
    }
}

/// Containers in the order of their names.
#[derive(Debug, Clone)]
pub(crate) struct Containers(Vec<Container>);

impl ToValue for Containers {
    fn to_value(&self) -> Value {
        self.0.to_value()
    }
}

/// Volumes in the order of their names.
#[derive(Debug, Clone)]
pub(crate) struct Volumes(Vec<Volume>);

impl ToValue for Volumes {
    fn to_value(&self) -> Value {
        self.0.to_value()
    }
}

/// The CPU units of a task; 1024 are one virtual CPU.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Cpu {
    /// A quarter of a virtual CPU, with 512, 1024 or 2048 MiB.
    #[value("256")]
    Quarter,
    /// Half a virtual CPU, with 1 to 4 GiB.
    #[value("512")]
    Half,
    /// One virtual CPU, with 2 to 8 GiB.
    #[value("1024")]
    One,
    /// Two virtual CPUs, with 4 to 16 GiB.
    #[value("2048")]
    Two,
    /// Four virtual CPUs, with 8 to 30 GiB.
    #[value("4096")]
    Four,
    /// Eight virtual CPUs, with 16 to 60 GiB in steps of 4.
    #[value("8192")]
    Eight,
    /// Sixteen virtual CPUs, with 32 to 120 GiB in steps of 8.
    #[value("16384")]
    Sixteen,
}

/// The processor and operating system of a task.
#[derive(Debug, Clone, Properties)]
pub struct RuntimePlatform {
    /// The processor.
    cpu_architecture: CpuArchitecture,
    /// The operating system; Linux is the only one here.
    #[property(no_setter)]
    operating_system_family: Linux,
}

impl RuntimePlatform {
    /// Linux on this processor.
    #[must_use]
    pub fn linux(architecture: CpuArchitecture) -> Self {
        Self::new(architecture, Linux)
    }
}

/// The operating system Linux.
#[derive(Debug, Clone, Copy)]
pub struct Linux;

impl ToValue for Linux {
    fn to_value(&self) -> Value {
        "LINUX".to_value()
    }
}

/// A processor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum CpuArchitecture {
    /// x86-64.
    #[value("X86_64")]
    X86,
    /// ARM of 64 bits.
    #[value("ARM64")]
    Arm,
}

/// The disk of a task.
#[derive(Debug, Clone, Properties)]
pub struct EphemeralStorage {
    /// GiB, 21 to 200.
    #[property(name = "SizeInGiB")]
    size_in_gib: Output<i64>,
}
