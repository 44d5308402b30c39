//! Container definitions.

use std::collections::BTreeMap;

use ironward_core::output::{IntoInput, Output, ToValue};
use ironward_core::value::Value;

use super::cluster::object;
use super::parts::{
    AwsLogs, ContainerCondition, HealthCheck, LinuxParameters, NonRootUser, PortMapping, RestartPolicy,
    Secret, UlimitName,
};
use super::{Image, Volume};
use crate::rds::SecretArn;

/// A container of a task.
///
/// It is never privileged, runs as a user other than root and ships its logs
/// (45 CFR 164.312(a)(1), 164.312(b)); its root filesystem is read-only unless it is said to be
/// writable. The task ends with it unless it is said not to be essential. Environment, secrets,
/// ports, mounts and limits have no order.
///
/// Source: Amazon ECS API Reference, `ContainerDefinition`.
#[derive(Debug, Clone)]
pub struct Container {
    pub(super) name: String,
    facts: BTreeMap<String, Value>,
    environment: BTreeMap<String, Output<String>>,
    secrets: BTreeMap<String, Secret>,
    ports: Vec<PortMapping>,
    mounts: BTreeMap<String, (String, bool)>,
    depends_on: BTreeMap<String, ContainerCondition>,
    ulimits: Vec<(UlimitName, i64, i64)>,
    labels: BTreeMap<String, Output<String>>,
    system_controls: BTreeMap<String, String>,
}

impl Container {
    /// A container with what it can't be without. The name has up to 255 letters, digits, hyphens
    /// and underscores.
    #[must_use]
    pub fn new(name: &str, image: Image, user: NonRootUser, logs: AwsLogs) -> Self {
        let container = Self {
            name: name.to_owned(),
            facts: BTreeMap::new(),
            environment: BTreeMap::new(),
            secrets: BTreeMap::new(),
            ports: Vec::new(),
            mounts: BTreeMap::new(),
            depends_on: BTreeMap::new(),
            ulimits: Vec::new(),
            labels: BTreeMap::new(),
            system_controls: BTreeMap::new(),
        };
        container
            .with("Name", &name)
            .with("Image", &image)
            .with("User", &user)
            .with("LogConfiguration", &logs)
            .with("Privileged", &false)
            .with("ReadonlyRootFilesystem", &true)
            .with("Essential", &true)
    }

    fn with(mut self, name: &str, value: &impl ToValue) -> Self {
        self.facts.insert(name.to_owned(), value.to_value());
        self
    }

    /// Sets an environment variable. What is secret goes into [`Container::secret`] instead: this
    /// stands in the task definition for everyone to read who may describe it.
    #[must_use]
    pub fn environment(mut self, name: &str, value: impl IntoInput<String>) -> Self {
        self.environment.insert(name.to_owned(), value.into_input());
        self
    }

    /// Sets an environment variable to a secret's value when the container starts.
    #[must_use]
    pub fn secret(mut self, name: &str, secret: Secret) -> Self {
        self.secrets.insert(name.to_owned(), secret);
        self
    }

    /// Adds a port that it listens on.
    #[must_use]
    pub fn port(mut self, port: PortMapping) -> Self {
        self.ports.push(port);
        self.ports.sort_by_key(|port| (port.port, port.protocol));
        self
    }

    /// Mounts a volume of the task at a path, writable.
    #[must_use]
    pub fn mount(mut self, volume: &Volume, path: &str) -> Self {
        self.mounts.insert(path.to_owned(), (volume.name.clone(), false));
        self
    }

    /// Mounts a volume of the task at a path, read-only.
    #[must_use]
    pub fn mount_read_only(mut self, volume: &Volume, path: &str) -> Self {
        self.mounts.insert(path.to_owned(), (volume.name.clone(), true));
        self
    }

    /// Starts it once another container of the task has reached a condition.
    #[must_use]
    pub fn depends_on(mut self, container: &str, condition: ContainerCondition) -> Self {
        self.depends_on.insert(container.to_owned(), condition);
        self
    }

    /// Limits it: softly, which it may raise itself, and hard.
    #[must_use]
    pub fn ulimit(mut self, name: UlimitName, soft: i64, hard: i64) -> Self {
        self.ulimits.retain(|(other, ..)| *other != name);
        self.ulimits.push((name, soft, hard));
        self
    }

    /// Adds a label of the container's own.
    #[must_use]
    pub fn docker_label(mut self, key: &str, value: impl IntoInput<String>) -> Self {
        self.labels.insert(key.to_owned(), value.into_input());
        self
    }

    /// Sets a kernel parameter of the task's namespace, such as `net.core.somaxconn`.
    #[must_use]
    pub fn system_control(mut self, namespace: &str, value: &str) -> Self {
        self.system_controls.insert(namespace.to_owned(), value.to_owned());
        self
    }

    /// Sets what runs, in place of the image's own entry point.
    #[must_use]
    pub fn entry_point(self, words: impl IntoIterator<Item = impl IntoInput<String>>) -> Self {
        self.with("EntryPoint", &words.into_iter().map(IntoInput::into_input).collect::<Vec<_>>())
    }

    /// Sets the arguments of what runs, in place of the image's own.
    #[must_use]
    pub fn command(self, words: impl IntoIterator<Item = impl IntoInput<String>>) -> Self {
        self.with("Command", &words.into_iter().map(IntoInput::into_input).collect::<Vec<_>>())
    }

    /// Sets the directory that it runs in.
    #[must_use]
    pub fn working_directory(self, path: impl IntoInput<String>) -> Self {
        self.with("WorkingDirectory", &path.into_input())
    }

    /// Reserves CPU units of the task's for it; 1024 are one virtual CPU.
    #[must_use]
    pub fn cpu(self, units: impl IntoInput<i64>) -> Self {
        self.with("Cpu", &units.into_input())
    }

    /// Ends it when it uses more memory than this, in MiB.
    #[must_use]
    pub fn memory(self, mebibytes: impl IntoInput<i64>) -> Self {
        self.with("Memory", &mebibytes.into_input())
    }

    /// Reserves memory of the task's for it, in MiB.
    #[must_use]
    pub fn memory_reservation(self, mebibytes: impl IntoInput<i64>) -> Self {
        self.with("MemoryReservation", &mebibytes.into_input())
    }

    /// Lets the task go on when it ends.
    #[must_use]
    pub fn not_essential(self) -> Self {
        self.with("Essential", &false)
    }

    /// Lets it write to its root filesystem; volumes are the better place for what it writes.
    #[must_use]
    pub fn writable_root_filesystem(self) -> Self {
        self.with("ReadonlyRootFilesystem", &false)
    }

    /// Checks its health from within.
    #[must_use]
    pub fn health_check(self, check: HealthCheck) -> Self {
        self.with("HealthCheck", &check)
    }

    /// Sets what it may do beyond the plain.
    #[must_use]
    pub fn linux_parameters(self, parameters: LinuxParameters) -> Self {
        self.with("LinuxParameters", &parameters)
    }

    /// Lets it sign in to Active Directory as the account that this file describes: `domainless`, the
    /// scheme `credentialspecdomainless:` and the file's ARN in S3 or Parameter Store.
    #[must_use]
    pub fn credential_spec(self, spec: impl IntoInput<String>) -> Self {
        self.with("CredentialSpecs", &vec![spec.into_input()])
    }

    /// Starts it again when it ends, without the task ending.
    #[must_use]
    pub fn restart_policy(self, policy: RestartPolicy) -> Self {
        self.with("RestartPolicy", &policy)
    }

    /// Reads the credentials of a private registry from a secret.
    #[must_use]
    pub fn repository_credentials(self, secret: impl IntoInput<SecretArn>) -> Self {
        let credentials = object([("CredentialsParameter", secret.into_input().to_value())]);
        self.with("RepositoryCredentials", &credentials)
    }

    /// Seconds that containers which depend on it wait for it, 2 to 120.
    #[must_use]
    pub fn start_timeout(self, seconds: impl IntoInput<i64>) -> Self {
        self.with("StartTimeout", &seconds.into_input())
    }

    /// Seconds that it has to end by itself, 2 to 120; 30 unless set otherwise.
    #[must_use]
    pub fn stop_timeout(self, seconds: impl IntoInput<i64>) -> Self {
        self.with("StopTimeout", &seconds.into_input())
    }

    /// Whether a tag is resolved to a digest once for all tasks of a deployment; it is unless set
    /// otherwise.
    #[must_use]
    pub fn version_consistency(self, on: bool) -> Self {
        self.with("VersionConsistency", &if on { "enabled" } else { "disabled" })
    }
}

impl ToValue for Container {
    fn to_value(&self) -> Value {
        let mut members = self.facts.clone();
        let mut list = |name: &str, items: Vec<Value>| {
            if !items.is_empty() {
                members.insert(name.to_owned(), Value::List(items));
            }
        };
        let pair = |(name, value): (&String, &Output<String>)| {
            object([("Name", name.to_value()), ("Value", value.to_value())])
        };
        list("Environment", self.environment.iter().map(pair).collect());
        let secret = |(name, from): (&String, &Secret)| {
            object([("Name", name.to_value()), ("ValueFrom", from.to_value())])
        };
        list("Secrets", self.secrets.iter().map(secret).collect());
        list("PortMappings", self.ports.iter().map(ToValue::to_value).collect());
        let mount = |(path, (volume, read_only)): (&String, &(String, bool))| {
            object([
                ("ContainerPath", path.to_value()),
                ("SourceVolume", volume.to_value()),
                ("ReadOnly", read_only.to_value()),
            ])
        };
        list("MountPoints", self.mounts.iter().map(mount).collect());
        let dependency = |(name, condition): (&String, &ContainerCondition)| {
            object([("ContainerName", name.to_value()), ("Condition", condition.to_value())])
        };
        list("DependsOn", self.depends_on.iter().map(dependency).collect());
        let limit = |(name, soft, hard): &(UlimitName, i64, i64)| {
            object([
                ("Name", name.to_value()),
                ("SoftLimit", soft.to_value()),
                ("HardLimit", hard.to_value()),
            ])
        };
        list("Ulimits", self.ulimits.iter().map(limit).collect());
        let control = |(namespace, value): (&String, &String)| {
            object([("Namespace", namespace.to_value()), ("Value", value.to_value())])
        };
        list("SystemControls", self.system_controls.iter().map(control).collect());
        if !self.labels.is_empty() {
            members.insert("DockerLabels".to_owned(), self.labels.to_value());
        }
        Value::Map(members)
    }
}
