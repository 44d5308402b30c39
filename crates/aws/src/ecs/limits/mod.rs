//! What ECS asks of values beyond the registry's schemas, of tasks on Fargate.

mod clusters;
mod containers;
mod services;
mod volumes;

use std::collections::BTreeMap;

use ironward_core::document::Node;
use ironward_core::shape::{Bounds, Relation, Shape};

pub(super) use clusters::{CLUSTER, CLUSTER_RELATIONS};
pub(super) use services::{SERVICE_LIMITS, SERVICE_RELATIONS};

use crate::facts::{as_number, as_text, items, member, number};

const HEALTH: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html";
const SIZES: &str = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html";
const DEFINITION: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html";
const CONTAINER: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html";
const STORAGE: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EphemeralStorage.html";
const DEPENDENCY: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html";
const PORT: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html";
const LOGS: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html";
const RESTART: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerRestartPolicy.html";
const CAPABILITIES: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_KernelCapabilities.html";
const CONTROL: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_SystemControl.html";
const MOUNT: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_MountPoint.html";
const VOLUME: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Volume.html";
const EFS: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EFSVolumeConfiguration.html";

/// What names are written in.
const NAME: &str = "^[A-Za-z0-9_-]+$";
/// What names of ports are written in.
const PORT_NAME: &str = "^[a-z0-9_][a-z0-9_-]*$";
/// Where a task on Fargate can write its logs to.
const DRIVERS: &[&str] = &["awslogs", "splunk", "awsfirelens"];

/// Of a task definition.
pub(super) const TASK_DEFINITION: &[Shape] = &[
    Shape::new("Family").length(Bounds::between(1.0, 255.0)).pattern(NAME).source(DEFINITION),
    Shape::new("ContainerDefinitions.Name")
        .length(Bounds::between(1.0, 255.0))
        .pattern(NAME)
        .source(CONTAINER),
    Shape::new("ContainerDefinitions.HealthCheck.Interval").range(Bounds::between(5.0, 300.0)).source(HEALTH),
    Shape::new("ContainerDefinitions.HealthCheck.Retries").range(Bounds::between(1.0, 10.0)).source(HEALTH),
    Shape::new("ContainerDefinitions.HealthCheck.StartPeriod")
        .range(Bounds::between(0.0, 300.0))
        .source(HEALTH),
    Shape::new("ContainerDefinitions.HealthCheck.Timeout").range(Bounds::between(2.0, 60.0)).source(HEALTH),
    Shape::new("ContainerDefinitions.Memory").range(Bounds::least(4.0)).source(CONTAINER),
    Shape::new("ContainerDefinitions.PortMappings.ContainerPort")
        .range(Bounds::between(1.0, 65_535.0))
        .source(CONTAINER),
    // Of Fargate, which is what there is.
    Shape::new("ContainerDefinitions.StopTimeout").range(Bounds::between(0.0, 120.0)).source(CONTAINER),
    Shape::new("ContainerDefinitions.StartTimeout").range(Bounds::between(2.0, 120.0)).source(CONTAINER),
    Shape::new("ContainerDefinitions.CredentialSpecs").items(Bounds::most(1.0)).source(CONTAINER),
    Shape::new("ContainerDefinitions.LinuxParameters.Capabilities.Add")
        .values(&["SYS_PTRACE"])
        .source(CAPABILITIES),
    Shape::new("ContainerDefinitions.LogConfiguration.LogDriver").values(DRIVERS).source(LOGS),
    Shape::new("ContainerDefinitions.PortMappings.Name")
        .length(Bounds::between(1.0, 64.0))
        .pattern(PORT_NAME)
        .source(PORT),
    Shape::new("ContainerDefinitions.RestartPolicy.IgnoredExitCodes")
        .items(Bounds::most(50.0))
        .source(RESTART),
    Shape::new("ContainerDefinitions.RestartPolicy.RestartAttemptPeriod")
        .range(Bounds::between(60.0, 1_800.0))
        .source(RESTART),
    Shape::new("ContainerDefinitions.SystemControls.Namespace")
        .pattern(r"^(kernel\.(msgmax|msgmnb|msgmni|sem|shmall|shmmax|shmmni|shm_rmid_forced)|fs\.mqueue\..+|net\..+)$")
        .source(CONTROL),
    // There are 20 without saying so.
    Shape::new("EphemeralStorage.SizeInGiB").range(Bounds::between(21.0, 200.0)).source(STORAGE),
    Shape::new("Volumes.Name").length(Bounds::between(1.0, 255.0)).pattern(NAME).source(VOLUME),
];

/// Between the properties of a task definition.
pub(super) const TASK_DEFINITION_RELATIONS: &[Relation] = &[
    Relation::new(&["Cpu", "Memory"], sizes, SIZES),
    Relation::new(&["ContainerDefinitions", "Memory"], within, CONTAINER),
    Relation::new(&["ContainerDefinitions", "Cpu"], containers::units, CONTAINER),
    Relation::new(&["ContainerDefinitions"], containers::names, CONTAINER),
    Relation::new(&["ContainerDefinitions"], containers::essential, CONTAINER),
    Relation::new(&["ContainerDefinitions"], containers::reservation, CONTAINER),
    Relation::new(&["ContainerDefinitions"], containers::variables, DEFINITION),
    Relation::new(&["ContainerDefinitions"], containers::dependencies, DEPENDENCY),
    Relation::new(&["ContainerDefinitions"], containers::ports, PORT),
    Relation::new(&["ContainerDefinitions"], containers::logs, LOGS),
    Relation::new(&["ContainerDefinitions"], containers::health, HEALTH),
    Relation::new(&["ContainerDefinitions", "Volumes"], volumes::mounts, MOUNT),
    Relation::new(&["Volumes"], volumes::names, VOLUME),
    Relation::new(&["Volumes"], volumes::at_launch, VOLUME),
    Relation::new(&["Volumes"], volumes::shared, EFS),
];

/// The memory that Fargate gives to so many CPU units: from, to, and in steps of so many MiB.
const FARGATE: [(i64, i64, i64, i64); 7] = [
    (256, 512, 2_048, 512),
    (512, 1_024, 4_096, 1_024),
    (1_024, 2_048, 8_192, 1_024),
    (2_048, 4_096, 16_384, 1_024),
    (4_096, 8_192, 30_720, 1_024),
    (8_192, 16_384, 61_440, 4_096),
    (16_384, 32_768, 122_880, 8_192),
];

type Properties = BTreeMap<String, Node>;
type Misfit = Option<(&'static str, String)>;

/// Fargate has CPU and memory in certain sizes alone.
fn sizes(properties: &Properties) -> Misfit {
    let (cpu, memory) = (number(properties, "Cpu")?, number(properties, "Memory")?);
    let Some((_, least, most, step)) = FARGATE.iter().find(|(units, ..)| *units == cpu) else {
        let units: Vec<String> = FARGATE.iter().map(|(units, ..)| units.to_string()).collect();
        return Some(("Cpu", format!("`Cpu` is {cpu}, and Fargate has {} units", units.join(", "))));
    };
    // A quarter has half a GiB, one and two.
    let fits = (*least..=*most).contains(&memory) && memory % step == 0 && (cpu, memory) != (256, 1_536);
    let sizes = match cpu {
        256 => "512, 1024 or 2048 MiB".to_owned(),
        _ => format!("{least} to {most} MiB in steps of {step}"),
    };
    (!fits).then(|| ("Memory", format!("`Memory` is {memory}, and Fargate has {sizes} for {cpu} CPU units")))
}

/// The containers of a task have no more memory together than it has.
fn within(properties: &Properties) -> Misfit {
    let memory = number(properties, "Memory")?;
    let containers = items(properties.get("ContainerDefinitions")?);
    let sum: i64 = containers.iter().filter_map(|one| as_number(member(one, "MemoryReservation")?)).sum();
    if sum > memory {
        let message = format!("the containers reserve {sum} MiB together, and `Memory` is {memory}");
        return Some(("ContainerDefinitions", message));
    }
    containers.iter().find_map(|container| {
        let most = as_number(member(container, "Memory")?)?;
        let name = as_text(member(container, "Name")?).unwrap_or_default();
        let message =
            || format!("`Memory` of the container `{name}` is {most}, and that of its task {memory}");
        (most > memory).then(|| ("ContainerDefinitions", message()))
    })
}
