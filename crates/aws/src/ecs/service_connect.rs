//! Service Connect: how services find and speak to each other.

use std::collections::BTreeMap;

use ironward_core::output::{IntoInput, Output, ToValue};
use ironward_core::value::Value;
use ironward_macros::{Choice, Properties};

use super::AwsLogs;
use super::cluster::object;
use crate::acm::CertificateAuthorityArn;
use crate::elbv2::PlainHttpInsideVpc;
use crate::iam::RoleArn;
use crate::kms::CustomerKey;

/// The namespace of a cluster's services that name none.
#[derive(Debug, Clone, Properties)]
pub struct ServiceConnectDefaults {
    /// The name or ARN of a namespace of Cloud Map.
    namespace: Output<String>,
}

/// How a service takes part in Service Connect: as a client unless it offers something.
///
/// Source: Amazon ECS API Reference, `ServiceConnectConfiguration`.
#[derive(Debug, Clone, Properties)]
pub struct ServiceConnectConfiguration {
    /// Whether it takes part.
    enabled: Output<bool>,
    /// The name or ARN of the namespace; the cluster's unless set.
    namespace: Option<Output<String>>,
    /// What it offers.
    services: Vec<ServiceConnectService>,
    /// Where the proxy's own log goes (45 CFR 164.312(b)).
    log_configuration: Option<AwsLogs>,
    /// The proxy's log of requests (45 CFR 164.312(b)).
    access_log_configuration: Option<AccessLogConfiguration>,
    /// Settings of the proxy.
    container_configurations: Vec<ProxySetting>,
}

/// A setting of the proxy.
#[derive(Debug, Clone, Properties)]
pub struct ProxySetting {
    /// How much it logs.
    log_level: ProxyLogLevel,
}

/// How much the proxy logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum ProxyLogLevel {
    /// What it does, as it is unless set otherwise.
    #[value("info")]
    Info,
    /// Every step, while trouble is looked for.
    #[value("debug")]
    Debug,
}

/// A port that a service offers to others.
#[derive(Debug, Clone)]
pub struct ServiceConnectService {
    members: BTreeMap<&'static str, Value>,
    aliases: Vec<ClientAlias>,
}

impl ServiceConnectService {
    fn new(port_name: &str) -> Self {
        Self { members: BTreeMap::from([("PortName", port_name.to_value())]), aliases: Vec::new() }
    }

    fn with(mut self, name: &'static str, value: Value) -> Self {
        self.members.insert(name, value);
        self
    }

    /// The port of this name in the task definition, spoken to over TLS (45 CFR 164.312(e)(1)).
    #[must_use]
    pub fn tls(port_name: &str, tls: ServiceConnectTls) -> Self {
        Self::new(port_name).with("Tls", tls.to_value())
    }

    /// The port of this name in the task definition, spoken to in clear. What passes isn't
    /// encrypted between the tasks (45 CFR 164.312(e)(2)(ii)), hence the acknowledgement.
    #[must_use]
    pub fn plain(port_name: &str, _acknowledged: PlainHttpInsideVpc) -> Self {
        Self::new(port_name)
    }

    /// Adds a name and port that clients use.
    #[must_use]
    pub fn client_alias(mut self, alias: ClientAlias) -> Self {
        self.aliases.push(alias);
        self
    }

    /// The name in Cloud Map; the port's unless set.
    #[must_use]
    pub fn discovery_name(self, name: &str) -> Self {
        self.with("DiscoveryName", name.to_value())
    }

    /// The port of the proxy; any free one unless set.
    #[must_use]
    pub fn ingress_port_override(self, port: impl IntoInput<i64>) -> Self {
        self.with("IngressPortOverride", port.into_input().to_value())
    }

    /// How long requests and connections may take.
    #[must_use]
    pub fn timeout(self, timeout: ServiceConnectTimeout) -> Self {
        self.with("Timeout", timeout.to_value())
    }
}

impl ToValue for ServiceConnectService {
    fn to_value(&self) -> Value {
        let mut members: BTreeMap<String, Value> =
            self.members.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        if !self.aliases.is_empty() {
            members.insert("ClientAliases".to_owned(), self.aliases.to_value());
        }
        Value::Map(members)
    }
}

/// What TLS between tasks takes.
#[derive(Debug, Clone)]
pub struct ServiceConnectTls {
    authority: Output<CertificateAuthorityArn>,
    key: CustomerKey,
    role: Output<RoleArn>,
}

impl ServiceConnectTls {
    /// Certificates of this private authority, whose keys this key encrypts, by this role of ECS.
    #[must_use]
    pub fn new(
        authority: impl IntoInput<CertificateAuthorityArn>,
        key: CustomerKey,
        role: impl IntoInput<RoleArn>,
    ) -> Self {
        Self { authority: authority.into_input(), key, role: role.into_input() }
    }
}

impl ToValue for ServiceConnectTls {
    fn to_value(&self) -> Value {
        object([
            ("IssuerCertificateAuthority", object([("AwsPcaAuthorityArn", self.authority.to_value())])),
            ("KmsKey", self.key.to_value()),
            ("RoleArn", self.role.to_value()),
        ])
    }
}

/// A name and port that clients use for a service.
#[derive(Debug, Clone, Properties)]
pub struct ClientAlias {
    /// The port.
    port: Output<i64>,
    /// The name; the port's name and the namespace unless set.
    dns_name: Option<Output<String>>,
}

/// How long requests and connections may take.
#[derive(Debug, Clone, Properties)]
pub struct ServiceConnectTimeout {
    /// Seconds that a connection may be silent; 0 for ever, 300 unless set otherwise for HTTP.
    idle_timeout_seconds: Option<Output<i64>>,
    /// Seconds that an answer may take; 0 for ever, 15 unless set otherwise. Not for TCP.
    per_request_timeout_seconds: Option<Output<i64>>,
}

/// The log of requests. Queries aren't in it, since a search of FHIR names patients there
/// (45 CFR 164.502(b)).
#[derive(Debug, Clone, Copy)]
pub struct AccessLogConfiguration(AccessLogFormat);

impl AccessLogConfiguration {
    /// A log in this form.
    #[must_use]
    pub fn new(format: AccessLogFormat) -> Self {
        Self(format)
    }
}

impl ToValue for AccessLogConfiguration {
    fn to_value(&self) -> Value {
        object([("Format", self.0.to_value()), ("IncludeQueryParameters", "DISABLED".to_value())])
    }
}

/// The form of a log of requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum AccessLogFormat {
    /// Lines of text.
    #[value("TEXT")]
    Text,
    /// Lines of JSON.
    #[value("JSON")]
    Json,
}
