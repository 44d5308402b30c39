//! The parts of container definitions, to the SDK's types and back.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_ecs::types::{
    ContainerDependency, ContainerRestartPolicy, HealthCheck, KernelCapabilities, KeyValuePair,
    LinuxParameters, LogConfiguration, LogDriver, MountPoint, PortMapping, Secret, SystemControl, Tmpfs,
    Ulimit, UlimitName,
};
use ironward_core::document::Document;
use ironward_core::error::ProviderError;

use super::api::incomplete;

/// The items of a list, each turned into a type of the SDK.
pub(super) fn items<T>(
    container: &Document,
    name: &str,
    item: impl Fn(&Document) -> Result<T, ProviderError>,
) -> Result<Option<Vec<T>>, ProviderError> {
    container.opt::<Vec<Document>>(name)?.map(|list| list.iter().map(item).collect()).transpose()
}

/// An object, turned into a type of the SDK.
pub(super) fn part<T>(
    container: &Document,
    name: &str,
    part: impl FnOnce(&Document) -> Result<T, ProviderError>,
) -> Result<Option<T>, ProviderError> {
    container.opt::<Document>(name)?.map(|member| part(&member)).transpose()
}

/// A map of texts.
pub(super) fn texts(
    container: &Document,
    name: &str,
) -> Result<Option<HashMap<String, String>>, ProviderError> {
    Ok(container.opt::<BTreeMap<String, String>>(name)?.map(|texts| texts.into_iter().collect()))
}

/// A list in the order of a key; nothing where it is empty, as a service reports what nobody set.
pub(super) fn sorted<K: Ord>(mut list: Vec<Document>, key: impl Fn(&Document) -> K) -> Option<Vec<Document>> {
    list.sort_by_key(key);
    (!list.is_empty()).then_some(list)
}

pub(super) fn text(document: &Document, name: &str) -> String {
    document.opt(name).ok().flatten().unwrap_or_default()
}

/// A list of texts in its own order; nothing where it is empty.
pub(super) fn words(list: &[String]) -> Option<Vec<String>> {
    (!list.is_empty()).then(|| list.to_vec())
}

pub(super) fn sdk_pair(pair: &Document) -> Result<KeyValuePair, ProviderError> {
    Ok(KeyValuePair::builder().set_name(pair.opt("Name")?).set_value(pair.opt("Value")?).build())
}

pub(super) fn declared_pair(pair: &KeyValuePair) -> Document {
    Document::new().with("Name", pair.name()).with("Value", pair.value())
}

pub(super) fn sdk_secret(secret: &Document) -> Result<Secret, ProviderError> {
    let builder = Secret::builder().set_name(secret.opt("Name")?).set_value_from(secret.opt("ValueFrom")?);
    builder.build().map_err(|error| incomplete(&error))
}

pub(super) fn declared_secret(secret: &Secret) -> Document {
    Document::new().with("Name", secret.name()).with("ValueFrom", secret.value_from())
}

/// In the network mode awsvpc the host's port is the container's.
pub(super) fn sdk_port(port: &Document) -> Result<PortMapping, ProviderError> {
    Ok(PortMapping::builder()
        .set_container_port(port.opt("ContainerPort")?)
        .set_host_port(port.opt("ContainerPort")?)
        .set_protocol(port.parsed("Protocol")?)
        .set_name(port.opt("Name")?)
        .set_app_protocol(port.parsed("AppProtocol")?)
        .build())
}

pub(super) fn declared_port(port: &PortMapping) -> Document {
    Document::new()
        .with("ContainerPort", port.container_port())
        .with("Protocol", port.protocol().map_or("tcp", |protocol| protocol.as_str()))
        .with("Name", port.name())
        .with("AppProtocol", port.app_protocol().map(|protocol| protocol.as_str()))
}

pub(super) fn sdk_mount(mount: &Document) -> Result<MountPoint, ProviderError> {
    Ok(MountPoint::builder()
        .set_source_volume(mount.opt("SourceVolume")?)
        .set_container_path(mount.opt("ContainerPath")?)
        .set_read_only(mount.opt("ReadOnly")?)
        .build())
}

pub(super) fn declared_mount(mount: &MountPoint) -> Document {
    Document::new()
        .with("SourceVolume", mount.source_volume())
        .with("ContainerPath", mount.container_path())
        .with("ReadOnly", mount.read_only().unwrap_or(false))
}

pub(super) fn sdk_dependency(dependency: &Document) -> Result<ContainerDependency, ProviderError> {
    ContainerDependency::builder()
        .set_container_name(dependency.opt("ContainerName")?)
        .set_condition(dependency.parsed("Condition")?)
        .build()
        .map_err(|error| incomplete(&error))
}

pub(super) fn declared_dependency(dependency: &ContainerDependency) -> Document {
    Document::new()
        .with("ContainerName", dependency.container_name())
        .with("Condition", dependency.condition().as_str())
}

pub(super) fn sdk_ulimit(limit: &Document) -> Result<Ulimit, ProviderError> {
    Ulimit::builder()
        .set_name(limit.parsed::<UlimitName>("Name")?)
        .set_soft_limit(limit.opt("SoftLimit")?)
        .set_hard_limit(limit.opt("HardLimit")?)
        .build()
        .map_err(|error| incomplete(&error))
}

pub(super) fn declared_ulimit(limit: &Ulimit) -> Document {
    Document::new()
        .with("Name", limit.name().as_str())
        .with("SoftLimit", limit.soft_limit())
        .with("HardLimit", limit.hard_limit())
}

pub(super) fn sdk_control(control: &Document) -> Result<SystemControl, ProviderError> {
    let builder = SystemControl::builder().set_namespace(control.opt("Namespace")?);
    Ok(builder.set_value(control.opt("Value")?).build())
}

pub(super) fn declared_control(control: &SystemControl) -> Document {
    Document::new().with("Namespace", control.namespace()).with("Value", control.value())
}

pub(super) fn sdk_logs(logs: &Document) -> Result<LogConfiguration, ProviderError> {
    LogConfiguration::builder()
        .set_log_driver(logs.parsed::<LogDriver>("LogDriver")?)
        .set_options(texts(logs, "Options")?)
        .build()
        .map_err(|error| incomplete(&error))
}

pub(super) fn declared_logs(logs: &LogConfiguration) -> Document {
    Document::new().with("LogDriver", logs.log_driver().as_str()).with("Options", map(logs.options()))
}

/// A map of texts as a document; nothing where it is empty.
pub(super) fn map(texts: Option<&HashMap<String, String>>) -> Option<BTreeMap<String, String>> {
    let texts: BTreeMap<String, String> = texts?.clone().into_iter().collect();
    (!texts.is_empty()).then_some(texts)
}

pub(super) fn sdk_health(check: &Document) -> Result<HealthCheck, ProviderError> {
    HealthCheck::builder()
        .set_command(check.opt("Command")?)
        .set_interval(check.opt("Interval")?)
        .set_timeout(check.opt("Timeout")?)
        .set_retries(check.opt("Retries")?)
        .set_start_period(check.opt("StartPeriod")?)
        .build()
        .map_err(|error| incomplete(&error))
}

pub(super) fn declared_health(check: &HealthCheck) -> Document {
    Document::new()
        .with("Command", check.command())
        .with("Interval", check.interval())
        .with("Timeout", check.timeout())
        .with("Retries", check.retries())
        .with("StartPeriod", check.start_period())
}

pub(super) fn sdk_linux(linux: &Document) -> Result<LinuxParameters, ProviderError> {
    let capabilities = part(linux, "Capabilities", |capabilities| {
        let builder = KernelCapabilities::builder().set_add(capabilities.opt("Add")?);
        Ok(builder.set_drop(capabilities.opt("Drop")?).build())
    })?;
    let tmpfs = items(linux, "Tmpfs", |tmpfs| {
        Tmpfs::builder()
            .set_container_path(tmpfs.opt("ContainerPath")?)
            .set_size(tmpfs.opt("Size")?)
            .set_mount_options(tmpfs.opt("MountOptions")?)
            .build()
            .map_err(|error| incomplete(&error))
    })?;
    let builder = LinuxParameters::builder().set_capabilities(capabilities).set_tmpfs(tmpfs);
    Ok(builder.set_init_process_enabled(linux.opt("InitProcessEnabled")?).build())
}

pub(super) fn declared_linux(linux: &LinuxParameters) -> Document {
    let capabilities = linux.capabilities().map(|capabilities| {
        let mut drop = capabilities.drop().to_vec();
        drop.sort();
        Document::new().with("Add", words(capabilities.add())).with("Drop", words(&drop))
    });
    let tmpfs = |tmpfs: &Tmpfs| {
        Document::new()
            .with("ContainerPath", tmpfs.container_path())
            .with("Size", tmpfs.size())
            .with("MountOptions", words(tmpfs.mount_options()))
    };
    let tmpfs: Vec<Document> = linux.tmpfs().iter().map(tmpfs).collect();
    Document::new()
        .with("InitProcessEnabled", linux.init_process_enabled())
        .with("Tmpfs", (!tmpfs.is_empty()).then_some(tmpfs))
        .with("Capabilities", capabilities.filter(|capabilities| !capabilities.is_empty()))
}

pub(super) fn sdk_restart(policy: &Document) -> Result<ContainerRestartPolicy, ProviderError> {
    ContainerRestartPolicy::builder()
        .set_enabled(policy.opt("Enabled")?)
        .set_ignored_exit_codes(policy.opt("IgnoredExitCodes")?)
        .set_restart_attempt_period(policy.opt("RestartAttemptPeriod")?)
        .build()
        .map_err(|error| incomplete(&error))
}

pub(super) fn declared_restart(policy: &ContainerRestartPolicy) -> Document {
    let codes = policy.ignored_exit_codes();
    Document::new()
        .with("Enabled", policy.enabled())
        .with("IgnoredExitCodes", (!codes.is_empty()).then(|| codes.to_vec()))
        .with("RestartAttemptPeriod", policy.restart_attempt_period())
}
