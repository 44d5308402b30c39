//! The parts of a container's definition.

use std::num::NonZeroU32;

use ironward_core::output::{IntoInput, Output, ToValue, concat};
use ironward_core::value::Value;
use ironward_macros::{Choice, Properties};

use super::cluster::object;
use crate::logs::LogGroupName;
use crate::place::Region;
use crate::rds::SecretArn;

/// A user other than root, by numbers (45 CFR 164.312(a)(1)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NonRootUser {
    user: NonZeroU32,
    group: Option<NonZeroU32>,
}

impl NonRootUser {
    /// The user of this number, in the group that the image gives it.
    #[must_use]
    pub const fn id(user: NonZeroU32) -> Self {
        Self { user, group: None }
    }

    /// The user of this number in a group other than root's.
    #[must_use]
    pub const fn in_group(user: NonZeroU32, group: NonZeroU32) -> Self {
        Self { user, group: Some(group) }
    }
}

impl ToValue for NonRootUser {
    fn to_value(&self) -> Value {
        match self.group {
            Some(group) => format!("{}:{group}", self.user).to_value(),
            None => self.user.to_string().to_value(),
        }
    }
}

/// A secret by reference: the task's agent reads it when a container starts, and its value stands
/// neither in the task definition nor in the state (45 CFR 164.312(d)).
#[derive(Debug, Clone)]
pub struct Secret(Output<String>);

impl Secret {
    /// The whole secret.
    #[must_use]
    pub fn whole(secret: impl IntoInput<SecretArn>) -> Self {
        Self(secret.into_input().as_text())
    }

    /// One key of a secret that holds a JSON object.
    #[must_use]
    pub fn key(secret: impl IntoInput<SecretArn>, key: &str) -> Self {
        Self(concat([secret.into_input().to_value(), format!(":{key}::").to_value()]))
    }
}

impl ToValue for Secret {
    fn to_value(&self) -> Value {
        self.0.to_value()
    }
}

/// A port that a container listens on. In the network mode awsvpc it is the task's port too.
#[derive(Debug, Clone)]
pub struct PortMapping {
    pub(super) port: u16,
    pub(super) protocol: TransportProtocol,
    name: Option<String>,
    application: Option<ApplicationProtocol>,
}

impl PortMapping {
    /// A TCP port.
    #[must_use]
    pub fn tcp(port: u16) -> Self {
        Self { port, protocol: TransportProtocol::Tcp, name: None, application: None }
    }

    /// A UDP port.
    #[must_use]
    pub fn udp(port: u16) -> Self {
        Self { port, protocol: TransportProtocol::Udp, name: None, application: None }
    }

    /// Names it.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        self.name = Some(name.to_owned());
        self
    }

    /// Says what is spoken over it, so that Service Connect can tell requests apart; nothing is said
    /// of bare TCP.
    #[must_use]
    pub fn application_protocol(mut self, protocol: ApplicationProtocol) -> Self {
        self.application = Some(protocol);
        self
    }
}

impl ToValue for PortMapping {
    fn to_value(&self) -> Value {
        object([
            ("ContainerPort", i32::from(self.port).to_value()),
            ("Protocol", self.protocol.to_value()),
            ("Name", self.name.to_value()),
            ("AppProtocol", self.application.to_value()),
        ])
    }
}

/// What is spoken over a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum ApplicationProtocol {
    /// HTTP.
    #[value("http")]
    Http,
    /// HTTP/2.
    #[value("http2")]
    Http2,
    /// gRPC.
    #[value("grpc")]
    Grpc,
}

/// A transport protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Choice)]
pub enum TransportProtocol {
    /// TCP.
    #[value("tcp")]
    Tcp,
    /// UDP.
    #[value("udp")]
    Udp,
}

/// Logs to CloudWatch Logs (45 CFR 164.312(b)).
#[derive(Debug, Clone)]
pub struct AwsLogs {
    group: Output<LogGroupName>,
    region: Output<Region>,
    stream_prefix: String,
    mode: Option<LogMode>,
}

impl AwsLogs {
    /// Logs to a group of a region, each container to a stream `PREFIX/CONTAINER/TASK`.
    #[must_use]
    pub fn new(
        group: impl IntoInput<LogGroupName>,
        region: impl IntoInput<Region>,
        stream_prefix: &str,
    ) -> Self {
        Self {
            group: group.into_input(),
            region: region.into_input(),
            stream_prefix: stream_prefix.to_owned(),
            mode: None,
        }
    }

    /// What happens to a container whose logs can't be delivered at once.
    #[must_use]
    pub fn mode(mut self, mode: LogMode) -> Self {
        self.mode = Some(mode);
        self
    }
}

impl ToValue for AwsLogs {
    fn to_value(&self) -> Value {
        let options = object([
            ("awslogs-group", self.group.to_value()),
            ("awslogs-region", self.region.to_value()),
            ("awslogs-stream-prefix", self.stream_prefix.to_value()),
            ("mode", self.mode.to_value()),
        ]);
        object([("LogDriver", "awslogs".to_value()), ("Options", options)])
    }
}

/// What happens to a container whose logs can't be delivered at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum LogMode {
    /// It waits; no line is lost.
    #[value("blocking")]
    Blocking,
    /// It goes on; lines may be lost.
    #[value("non-blocking")]
    NonBlocking,
}

/// A check that ECS runs within a container.
#[derive(Debug, Clone, Properties)]
pub struct HealthCheck {
    /// The command: `CMD` and its arguments, or `CMD-SHELL` and one line.
    #[property(required)]
    command: Vec<Output<String>>,
    /// Seconds between checks, 5 to 300; 30 unless set otherwise.
    interval: Option<Output<i64>>,
    /// Seconds that a check may take, 2 to 60; 5 unless set otherwise.
    timeout: Option<Output<i64>>,
    /// Failures in a row after which the container counts as unhealthy, 1 to 10; 3 unless set
    /// otherwise.
    retries: Option<Output<i64>>,
    /// Seconds after the start in which failures don't count, 0 to 300; 0 unless set otherwise.
    start_period: Option<Output<i64>>,
}

/// What a container may do beyond the plain, as far as Fargate allows.
#[derive(Debug, Clone, Default)]
pub struct LinuxParameters {
    init: Option<bool>,
    add: Vec<Capability>,
    drop: Vec<String>,
    tmpfs: Vec<Tmpfs>,
}

impl LinuxParameters {
    /// Nothing beyond the plain.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Runs an init process that forwards signals and reaps children.
    #[must_use]
    pub fn init_process_enabled(mut self, on: bool) -> Self {
        self.init = Some(on);
        self
    }

    /// Mounts a part of the task's memory as a file system; Fargate allows it since January 2026.
    #[must_use]
    pub fn tmpfs(mut self, tmpfs: Tmpfs) -> Self {
        self.tmpfs.push(tmpfs);
        self
    }

    /// Gives it a capability.
    #[must_use]
    pub fn grant(mut self, capability: Capability) -> Self {
        self.add.push(capability);
        self
    }

    /// Takes capabilities away, such as `ALL` or `NET_RAW`.
    #[must_use]
    pub fn drop(mut self, capabilities: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.drop.extend(capabilities.into_iter().map(Into::into));
        self.drop.sort();
        self
    }
}

/// A part of a task's memory that a container uses as a file system: the place for what it must
/// write and nobody must keep (45 CFR 164.310(d)(2)(i)).
#[derive(Debug, Clone, Properties)]
pub struct Tmpfs {
    /// Where it is mounted.
    container_path: Output<String>,
    /// The most MiB that it takes.
    size: Output<i64>,
    /// Options of the mount, such as `noexec`.
    mount_options: Vec<Output<String>>,
}

impl ToValue for LinuxParameters {
    fn to_value(&self) -> Value {
        let some = |list: Value, empty: bool| if empty { Value::NULL } else { list };
        let capabilities = object([
            ("Add", some(self.add.to_value(), self.add.is_empty())),
            ("Drop", some(self.drop.to_value(), self.drop.is_empty())),
        ]);
        object([
            ("InitProcessEnabled", self.init.to_value()),
            ("Tmpfs", some(self.tmpfs.to_value(), self.tmpfs.is_empty())),
            ("Capabilities", some(capabilities, self.add.is_empty() && self.drop.is_empty())),
        ])
    }
}

/// A capability that Fargate lets a container have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum Capability {
    /// Tracing processes.
    #[value("SYS_PTRACE")]
    SysPtrace,
}

/// Whether a container that ends is started again without the task ending.
#[derive(Debug, Clone, Properties)]
pub struct RestartPolicy {
    /// Whether it is.
    enabled: Output<bool>,
    /// Exit codes after which it isn't, up to 50.
    ignored_exit_codes: Vec<Output<i64>>,
    /// Seconds that it must have run for, 60 to 1800; 300 unless set otherwise.
    restart_attempt_period: Option<Output<i64>>,
}

/// What another container must have reached before this one starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum ContainerCondition {
    /// It was started.
    #[value("START")]
    Start,
    /// It ended.
    #[value("COMPLETE")]
    Complete,
    /// It ended with code 0.
    #[value("SUCCESS")]
    Success,
    /// Its health check passed.
    #[value("HEALTHY")]
    Healthy,
}

/// A limit of a container; Fargate allows the number of open files only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum UlimitName {
    /// Open files.
    #[value("nofile")]
    Nofile,
}
