//! What ECS asks of values beyond the registry's schemas.

use std::collections::BTreeMap;

use ironward_core::document::Node;
use ironward_core::shape::{Bounds, Relation, Shape};

use crate::facts::{as_number, as_text, items, member, number};

const HEALTH: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html";
const SIZES: &str = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html";
const DEFINITION: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html";
const CONTAINER: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html";
const STORAGE: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EphemeralStorage.html";
const SERVICE: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html";

/// Of a task definition.
pub(super) const TASK_DEFINITION: &[Shape] = &[
    Shape::new("Family").length(Bounds::between(1.0, 255.0)).pattern("^[A-Za-z0-9_-]+$").source(DEFINITION),
    Shape::new("ContainerDefinitions.Name")
        .length(Bounds::between(1.0, 255.0))
        .pattern("^[A-Za-z0-9_-]+$")
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
    Shape::new("EphemeralStorage.SizeInGiB").range(Bounds::between(20.0, 200.0)).source(STORAGE),
];

/// Of a service.
pub(super) const SERVICE_LIMITS: &[Shape] = &[
    Shape::new("DesiredCount").range(Bounds::least(0.0)).source(SERVICE),
    Shape::new("ServiceName").length(Bounds::between(1.0, 255.0)).pattern("^[A-Za-z0-9_-]+$").source(SERVICE),
    Shape::new("HealthCheckGracePeriodSeconds").range(Bounds::between(0.0, 2_147_483_647.0)).source(SERVICE),
];

/// Between the properties of a task definition.
pub(super) const TASK_DEFINITION_RELATIONS: &[Relation] = &[
    Relation::new(&["Cpu", "Memory"], sizes, SIZES),
    Relation::new(&["ContainerDefinitions", "Memory"], within, CONTAINER),
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
