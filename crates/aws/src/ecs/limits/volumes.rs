//! What has to hold between volumes, and what mounts them.

use ironward_core::document::Node;

use super::containers::twice;
use super::{Misfit, Properties};
use crate::facts::{as_text, is_something, items, member};

fn volumes(properties: &Properties) -> &[Node] {
    properties.get("Volumes").map(items).unwrap_or_default()
}

fn name(volume: &Node) -> Option<&str> {
    as_text(member(volume, "Name")?)
}

/// What a container mounts is a volume of its task.
pub(super) fn mounts(properties: &Properties) -> Misfit {
    let volumes = match properties.get("Volumes") {
        None | Some(Node::Null) => &[],
        Some(Node::List(volumes)) => volumes.as_slice(),
        Some(_) => return None,
    };
    if volumes.iter().any(|volume| name(volume).is_none()) {
        return None;
    }
    items(properties.get("ContainerDefinitions")?).iter().find_map(|container| {
        items(member(container, "MountPoints")?).iter().find_map(|mount| {
            let source = as_text(member(mount, "SourceVolume")?)?;
            let container = name(container).unwrap_or_default();
            let message = || {
                format!(
                    "the container `{container}` mounts `{source}`, and `Volumes` has no such volume: declare it there"
                )
            };
            let unknown = !volumes.iter().any(|volume| name(volume) == Some(source));
            unknown.then(|| ("ContainerDefinitions", message()))
        })
    })
}

/// The volumes of a task have names of their own.
pub(super) fn names(properties: &Properties) -> Misfit {
    let name = twice(volumes(properties).iter().filter_map(name))?;
    Some(("Volumes", format!("two volumes are called `{name}`: give one another name")))
}

/// A service makes one volume for each of its tasks.
pub(super) fn at_launch(properties: &Properties) -> Misfit {
    let at_launch = |volume: &&Node| member(volume, "ConfiguredAtLaunch") == Some(&Node::Bool(true));
    let count = volumes(properties).iter().filter(at_launch).count();
    let message = || format!("{count} volumes are configured at launch, and a task definition may have one");
    (count > 1).then(|| ("Volumes", message()))
}

/// What of a file system is mounted, and that it is reached encrypted where a role or an access point is used.
pub(super) fn shared(properties: &Properties) -> Misfit {
    volumes(properties).iter().find_map(|volume| {
        let efs = member(volume, "EFSVolumeConfiguration")?;
        let access = member(efs, "AuthorizationConfig")?;
        let point = member(access, "AccessPointId").is_some_and(is_something);
        let role = member(access, "IAM").and_then(as_text) == Some("ENABLED");
        let name = name(volume).unwrap_or_default();
        let root = member(efs, "RootDirectory").and_then(as_text).filter(|root| *root != "/");
        if let Some(root) = root.filter(|_| point) {
            let message = format!(
                "the volume `{name}` has the root directory `{root}`, and its access point says where it begins: leave \
                 it out"
            );
            return Some(("Volumes", message));
        }
        let clear = match member(efs, "TransitEncryption") {
            None | Some(Node::Null) => true,
            Some(encryption) => as_text(encryption)? == "DISABLED",
        };
        let message = || {
            format!(
                "the volume `{name}` is reached through a role or an access point, and not encrypted: set \
                 `TransitEncryption` to ENABLED"
            )
        };
        ((point || role) && clear).then(|| ("Volumes", message()))
    })
}
