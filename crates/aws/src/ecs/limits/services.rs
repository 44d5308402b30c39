//! Of services.

use ironward_core::document::Node;
use ironward_core::shape::{Bounds, Relation, Shape};

use super::{DRIVERS, LOGS, Misfit, NAME, PORT_NAME, Properties};
use crate::facts::{as_number, as_text, is_something, items, member};

const CREATE: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html";
const DEPLOYMENT: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html";
const NETWORK: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html";
const BALANCER: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LoadBalancer.html";
const REGISTRY: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceRegistry.html";
const CONNECT: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceConnectConfiguration.html";
const CONNECTED: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceConnectService.html";
const ALIAS: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceConnectClientAlias.html";
const EBS: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceManagedEBSVolumeConfiguration.html";

/// Of a service.
pub(in crate::ecs) const SERVICE_LIMITS: &[Shape] = &[
    Shape::new("DesiredCount").range(Bounds::least(0.0)).source(CREATE),
    Shape::new("ServiceName").length(Bounds::between(1.0, 255.0)).pattern(NAME).source(CREATE),
    Shape::new("HealthCheckGracePeriodSeconds").range(Bounds::between(0.0, 2_147_483_647.0)).source(CREATE),
    // Of tasks on Fargate, each of which has an interface of its own.
    Shape::new("NetworkConfiguration").requires(&["AwsvpcConfiguration"]).source(CREATE),
    Shape::new("NetworkConfiguration.AwsvpcConfiguration").requires(&["Subnets"]).source(NETWORK),
    Shape::new("NetworkConfiguration.AwsvpcConfiguration.Subnets")
        .items(Bounds::between(1.0, 16.0))
        .source(NETWORK),
    Shape::new("NetworkConfiguration.AwsvpcConfiguration.SecurityGroups")
        .items(Bounds::most(5.0))
        .source(NETWORK),
    Shape::new("LoadBalancers").requires(&["ContainerName", "ContainerPort"]).source(BALANCER),
    Shape::new("LoadBalancers.ContainerPort").range(Bounds::between(1.0, 65_535.0)).source(BALANCER),
    Shape::new("ServiceRegistries").items(Bounds::most(1.0)).source(CREATE),
    Shape::new("ServiceConnectConfiguration.LogConfiguration.LogDriver").values(DRIVERS).source(LOGS),
    Shape::new("ServiceConnectConfiguration.Services.ClientAliases")
        .items(Bounds::most(1.0))
        .source(CONNECTED),
    Shape::new("ServiceConnectConfiguration.Services.ClientAliases.DnsName")
        .length(Bounds::between(1.0, 127.0))
        .pattern("^[a-z0-9_.][a-z0-9_.-]*$")
        .source(ALIAS),
    Shape::new("ServiceConnectConfiguration.Services.DiscoveryName")
        .length(Bounds::between(1.0, 64.0))
        .pattern(PORT_NAME)
        .source(CONNECTED),
    // A task has one such volume.
    Shape::new("VolumeConfigurations").items(Bounds::most(1.0)).source(super::VOLUME),
    Shape::new("VolumeConfigurations.ManagedEBSVolume.VolumeType")
        .values(&["gp2", "gp3", "io1", "io2", "sc1", "st1"])
        .source(EBS),
];

/// Between the properties of a service.
pub(in crate::ecs) const SERVICE_RELATIONS: &[Relation] = &[
    Relation::new(&["DeploymentConfiguration"], deployable, DEPLOYMENT),
    Relation::new(&["ServiceRegistries"], discovered, REGISTRY),
    Relation::new(&["ServiceConnectConfiguration"], access_logs, CONNECT),
    Relation::new(&["VolumeConfigurations"], content, EBS),
    Relation::new(&["VolumeConfigurations"], performance, EBS),
];

/// The least GiB of a volume of each type.
const SIZES: [(&str, i64); 6] = [("gp2", 1), ("gp3", 1), ("io1", 4), ("io2", 4), ("sc1", 125), ("st1", 125)];

/// A deployment may start tasks first, or stop some first.
fn deployable(properties: &Properties) -> Misfit {
    let deployment = properties.get("DeploymentConfiguration")?;
    let percent = |name, default| match member(deployment, name) {
        None | Some(Node::Null) => Some(default),
        Some(percent) => as_number(percent),
    };
    let (most, least) = (percent("MaximumPercent", 200)?, percent("MinimumHealthyPercent", 100)?);
    let message = || {
        format!(
            "`DeploymentConfiguration` lets no task start beyond {most} percent and none stop below {least}, so that no \
             deployment can begin: raise `MaximumPercent`, or lower `MinimumHealthyPercent`"
        )
    };
    (most <= 100 && least >= 100).then(|| ("DeploymentConfiguration", message()))
}

/// Others find tasks by a container and its port, or by a port.
fn discovered(properties: &Properties) -> Misfit {
    items(properties.get("ServiceRegistries")?).iter().find_map(|registry| {
        let has = |name: &str| member(registry, name).is_some_and(is_something);
        let both = has("Port") && (has("ContainerName") || has("ContainerPort"));
        both.then(|| {
            let message = "`ServiceRegistries` has a `Port`, and a container, too: leave one of them out";
            ("ServiceRegistries", message.to_owned())
        })
    })
}

/// Who asked for what is written where the proxy logs to.
fn access_logs(properties: &Properties) -> Misfit {
    let connect = properties.get("ServiceConnectConfiguration")?;
    let has = |name: &str| member(connect, name).is_some_and(is_something);
    (has("AccessLogConfiguration") && !has("LogConfiguration")).then(|| {
        let message = "`ServiceConnectConfiguration` has an `AccessLogConfiguration`, and no `LogConfiguration` says \
                       where to: declare one";
        ("ServiceConnectConfiguration", message.to_owned())
    })
}

fn volume(properties: &Properties) -> Option<&Node> {
    items(properties.get("VolumeConfigurations")?).iter().find_map(|one| member(one, "ManagedEBSVolume"))
}

/// A volume has a size, or is filled from a snapshot.
fn content(properties: &Properties) -> Misfit {
    let Node::Map(volume) = volume(properties)? else { return None };
    let has = |name: &str| volume.get(name).is_some_and(is_something);
    let message = if !has("SizeInGiB") && !has("SnapshotId") {
        "the volume has neither a `SizeInGiB` nor a `SnapshotId`: declare one"
    } else if has("VolumeInitializationRate") && !has("SnapshotId") {
        "the volume has a `VolumeInitializationRate`, and no `SnapshotId` that it is filled from: leave it out"
    } else {
        return None;
    };
    Some(("VolumeConfigurations", message.to_owned()))
}

/// What a volume of a type has to choose.
fn performance(properties: &Properties) -> Misfit {
    let volume = volume(properties)?;
    let kind = as_text(member(volume, "VolumeType")?)?;
    let (_, least) = SIZES.iter().find(|(name, _)| *name == kind)?;
    let of = |name| member(volume, name).and_then(as_number);
    let has = |name| member(volume, name).is_some_and(is_something);
    let message = if of("SizeInGiB").is_some_and(|size| size < *least) {
        format!("a volume of the type {kind} has {least} GiB at least: raise `SizeInGiB`")
    } else if has("Throughput") && kind != "gp3" {
        format!("`Throughput` is declared, and {kind} has none to choose: leave it out, or take gp3")
    } else if has("Iops") && ["sc1", "st1"].contains(&kind) {
        format!("`Iops` is declared, and {kind} has none to choose: leave it out")
    } else if !has("Iops") && ["io1", "io2"].contains(&kind) {
        format!("`Iops` isn't declared, and {kind} can't be without")
    } else {
        let least = if kind == "gp3" { 3_000 } else { 100 };
        let iops = of("Iops").filter(|iops| *iops < least && kind != "gp2")?;
        format!("`Iops` is {iops}, and {kind} has {least} at least: raise it, or leave it out")
    };
    Some(("VolumeConfigurations", message))
}
