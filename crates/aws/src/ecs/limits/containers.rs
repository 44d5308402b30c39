//! What has to hold in containers, and between them.

use std::collections::BTreeSet;

use ironward_core::document::Node;

use super::{Misfit, Properties};
use crate::facts::{as_number, as_text, is_something, items, member, number};

const CONTAINERS: &str = "ContainerDefinitions";

fn containers(properties: &Properties) -> &[Node] {
    properties.get(CONTAINERS).map(items).unwrap_or_default()
}

fn name(container: &Node) -> Option<&str> {
    as_text(member(container, "Name")?)
}

/// The container as a message names it.
fn called(container: &Node) -> String {
    format!("the container `{}`", name(container).unwrap_or_default())
}

fn misfit(message: String) -> Misfit {
    Some((CONTAINERS, message))
}

/// What is said of the first container of which something is.
fn first(properties: &Properties, said: impl Fn(&Node) -> Option<String>) -> Misfit {
    containers(properties).iter().find_map(said).and_then(misfit)
}

/// The items of a member, if it has any.
fn list<'n>(container: &'n Node, name: &str) -> &'n [Node] {
    member(container, name).map(items).unwrap_or_default()
}

/// The first text that is there twice.
pub(super) fn twice<'n>(texts: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let mut seen = BTreeSet::new();
    texts.into_iter().find(|text| !seen.insert(*text))
}

/// The containers of a task have names of their own.
pub(super) fn names(properties: &Properties) -> Misfit {
    let name = twice(containers(properties).iter().filter_map(name))?;
    misfit(format!("two containers are called `{name}`: give one another name"))
}

/// A task stops with its essential containers, and has one.
pub(super) fn essential(properties: &Properties) -> Misfit {
    let Node::List(containers) = properties.get(CONTAINERS)? else { return None };
    if containers.iter().any(|container| !matches!(container, Node::Map(_))) {
        return None;
    }
    let optional = |container: &Node| member(container, "Essential") == Some(&Node::Bool(false));
    let message = "none of the containers is essential, and a task stops with an essential one: let one be";
    if containers.iter().all(optional) { misfit(message.to_owned()) } else { None }
}

/// The containers of a task have no more CPU together than it has.
pub(super) fn units(properties: &Properties) -> Misfit {
    let units = number(properties, "Cpu")?;
    let sum: i64 = containers(properties).iter().filter_map(|one| as_number(member(one, "Cpu")?)).sum();
    if sum <= units {
        return None;
    }
    misfit(format!("the containers reserve {sum} CPU units together, and `Cpu` is {units}"))
}

/// What a container is killed beyond isn't less than what it is promised.
pub(super) fn reservation(properties: &Properties) -> Misfit {
    first(properties, |container| {
        let of = |name| member(container, name).and_then(as_number);
        let (most, promised) = (of("Memory")?, of("MemoryReservation")?);
        let message = || {
            format!(
                "`Memory` of {} is {most}, and `MemoryReservation` {promised}: raise it, or promise less",
                called(container)
            )
        };
        (most < promised).then(message)
    })
}

/// A secret has a name that no other variable has.
pub(super) fn variables(properties: &Properties) -> Misfit {
    first(properties, |container| {
        let names = |list_of: &str| list(container, list_of).iter().filter_map(name).collect::<Vec<_>>();
        let secrets = names("Secrets");
        let clear: BTreeSet<&str> = names("Environment").into_iter().collect();
        let shared = secrets.iter().copied().find(|secret| clear.contains(secret));
        let name = shared.or_else(|| twice(secrets.into_iter()))?;
        Some(format!(
            "{} has the secret `{name}`, and another variable of that name: rename one",
            called(container)
        ))
    })
}

/// A container waits for another one, for what that one can come to.
pub(super) fn dependencies(properties: &Properties) -> Misfit {
    let all = containers(properties);
    // Whose name isn't known may be the one that is meant.
    let known = all.iter().all(|container| name(container).is_some());
    first(properties, |container| {
        list(container, "DependsOn").iter().find_map(|dependency| {
            let wanted = as_text(member(dependency, "ContainerName")?)?;
            let who = called(container);
            let Some(other) = all.iter().find(|one| name(one) == Some(wanted)) else {
                return known.then(|| format!("{who} depends on `{wanted}`, and there is no such container"));
            };
            if name(container) == Some(wanted) {
                return Some(format!("{who} depends on itself: leave that out"));
            }
            let condition = as_text(member(dependency, "Condition")?)?;
            let essential = match member(other, "Essential") {
                None | Some(Node::Null) => true,
                Some(flag) => flag == &Node::Bool(true),
            };
            match condition {
                "COMPLETE" | "SUCCESS" if essential => Some(format!(
                    "{who} waits for `{wanted}` to end, and that is essential, so that the task would end with it"
                )),
                "HEALTHY" if !member(other, "HealthCheck").is_some_and(is_something) => Some(format!(
                    "{who} waits for `{wanted}` to be healthy, and that has no `HealthCheck`: declare one"
                )),
                _ => None,
            }
        })
    })
}

/// A port is mapped once.
pub(super) fn ports(properties: &Properties) -> Misfit {
    first(properties, |container| {
        let mut seen = BTreeSet::new();
        list(container, "PortMappings").iter().find_map(|mapping| {
            let port = as_number(member(mapping, "ContainerPort")?)?;
            let protocol = match member(mapping, "Protocol") {
                None | Some(Node::Null) => "tcp",
                Some(protocol) => as_text(protocol)?,
            };
            let again = !seen.insert((port, protocol));
            again.then(|| {
                format!("{} maps the port {port} of {protocol} twice: leave one out", called(container))
            })
        })
    })
}

/// Logs to CloudWatch name a group, a region, and on Fargate how streams begin.
pub(super) fn logs(properties: &Properties) -> Misfit {
    first(properties, |container| {
        let logs = member(container, "LogConfiguration")?;
        if as_text(member(logs, "LogDriver")?)? != "awslogs" {
            return None;
        }
        let empty = Node::Map(Properties::new());
        let options = member(logs, "Options").unwrap_or(&empty);
        let Node::Map(options) = options else { return None };
        let wanted = ["awslogs-group", "awslogs-region", "awslogs-stream-prefix"];
        let missing = wanted.into_iter().find(|name| !options.get(*name).is_some_and(is_something));
        let who = called(container);
        if let Some(name) = missing {
            return Some(format!("{who} logs to CloudWatch without `{name}`, which it needs on Fargate"));
        }
        let mode = as_text(options.get("mode")?)?;
        let message =
            || format!("`mode` of the logs of {who} is `{mode}`; `blocking` or `non-blocking` is allowed");
        (!["blocking", "non-blocking"].contains(&mode)).then(message)
    })
}

/// A check says by its first word whether a shell runs it.
pub(super) fn health(properties: &Properties) -> Misfit {
    first(properties, |container| {
        let command = list(member(container, "HealthCheck")?, "Command");
        let word = as_text(command.first()?)?;
        let message = || {
            format!(
                "the health check of {} begins with `{word}`, and not with `CMD` or `CMD-SHELL`",
                called(container)
            )
        };
        // `NONE` takes away the check that the image has.
        (!["CMD", "CMD-SHELL", "NONE"].contains(&word)).then(message)
    })
}
