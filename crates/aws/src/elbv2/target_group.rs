//! `AWS::ElasticLoadBalancingV2::TargetGroup`.

use std::collections::BTreeMap;

use ironward_core::output::{IntoInput, Output, ToValue};
use ironward_core::value::Value;
use ironward_macros::{Choice, Resource};

use super::{TargetGroupArn, TargetGroupAttributes, TargetGroupName};
use crate::ec2::VpcId;
use crate::tags::Tags;

/// A target group of addresses, as tasks with network interfaces of their own have them.
///
/// The load balancer speaks TLS to its targets (45 CFR 164.312(e)(1)); the targets' certificates
/// aren't verified by it, so a self-signed one will do. Port, protocol and VPC are set at
/// creation. The name has at most 32 letters, digits and hyphens and is made from the resource's
/// path where none is given, so that a replacement can stand beside the old one until the
/// listeners point to it.
///
/// Source: ELBv2 API Reference, `CreateTargetGroup`; CloudFormation registry.
#[derive(Debug, Clone, Resource)]
#[resource(
    type = "AWS::ElasticLoadBalancingV2::TargetGroup",
    registry,
    limits = super::limits::TARGET_GROUP,
    relations = super::limits::TARGET_GROUP_RELATIONS,
    id = "TargetGroupArn",
    tags,
    seconds = 2,
    constructor = "pub(crate)"
)]
// "Unique per region per account":
// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
#[identity(name = "Name")]
#[attribute(arn: TargetGroupArn = "TargetGroupArn")]
#[attribute(name: TargetGroupName = "TargetGroupName", predict = "{Name}")]
#[attribute(full_name: String = "TargetGroupFullName")]
#[fixed("TargetType" = "\"ip\"", create_only)]
pub struct TargetGroup {
    /// The VPC that the targets stand in.
    #[property(create_only, network)]
    vpc_id: Output<VpcId>,
    /// The port of targets that don't name one, 1 to 65535.
    #[property(create_only)]
    port: Output<i64>,
    /// The protocol to the targets.
    #[property(create_only, safeguard)]
    protocol: Protocol,
    /// The protocol of health checks.
    #[property(aspect = "health_check", safeguard)]
    health_check_protocol: Protocol,
    /// The version of HTTP to the targets; HTTP/1.1 unless set otherwise.
    #[property(create_only, default = "\"HTTP1\"")]
    protocol_version: Option<Output<ProtocolVersion>>,
    /// The addresses of the targets; IPv4 unless set otherwise.
    #[property(create_only, default = "\"ipv4\"")]
    ip_address_type: Option<Output<TargetGroupIpAddressType>>,
    /// The port at which targets say how many requests they take at a time, 1 to 65535: it turns the
    /// target optimizer on.
    #[property(create_only)]
    target_control_port: Option<Output<i64>>,
    /// The path of health checks, up to 1024 characters; `/` unless set otherwise.
    #[property(aspect = "health_check", default = "\"/\"")]
    health_check_path: Option<Output<String>>,
    /// The port of health checks; the target's own unless set otherwise.
    #[property(aspect = "health_check", default = "\"traffic-port\"")]
    health_check_port: Option<Output<String>>,
    /// Seconds between health checks of a target, 5 to 300; 30 unless set otherwise.
    #[property(aspect = "health_check", default = "30")]
    health_check_interval_seconds: Option<Output<i64>>,
    /// Seconds that a target has to answer a health check, 2 to 120; 5 unless set otherwise.
    #[property(aspect = "health_check", default = "5")]
    health_check_timeout_seconds: Option<Output<i64>>,
    /// Good answers in a row after which a target counts as healthy, 2 to 10; 5 unless set
    /// otherwise.
    #[property(aspect = "health_check", default = "5")]
    healthy_threshold_count: Option<Output<i64>>,
    /// Bad answers in a row after which a target counts as unhealthy, 2 to 10; 2 unless set
    /// otherwise.
    #[property(aspect = "health_check", default = "2")]
    unhealthy_threshold_count: Option<Output<i64>>,
    /// The status codes that count as good; 200 unless set otherwise.
    #[property(aspect = "health_check", default = "{\"HttpCode\": \"200\"}")]
    matcher: Option<Matcher>,
    /// Its attributes: the delay of deregistration, stickiness, the choice of a target.
    #[property(aspect = "attributes", after_create, compare = "Set")]
    target_group_attributes: Option<TargetGroupAttributes>,
    /// The name.
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
    #[property(create_only, generated_name(max = 32, legal = "-", inner = "-"))]
    name: Option<Output<TargetGroupName>>,
    /// Tags.
    #[property(compare = "Tags")]
    tags: Tags,
}

impl TargetGroup {
    /// Declares one whose targets are spoken to over TLS.
    #[must_use]
    pub fn https(vpc: impl IntoInput<VpcId>, port: impl IntoInput<i64>) -> Self {
        Self::new(vpc, port, Protocol::Https, Protocol::Https)
    }

    /// Declares one whose targets are spoken to in clear. What passes isn't encrypted between the
    /// load balancer and the task (45 CFR 164.312(e)(2)(ii)), hence the acknowledgement.
    #[must_use]
    pub fn plain_http(
        vpc: impl IntoInput<VpcId>,
        port: impl IntoInput<i64>,
        _acknowledged: PlainHttpInsideVpc,
    ) -> Self {
        Self::new(vpc, port, Protocol::Http, Protocol::Http)
    }
}

/// The acknowledgement that traffic within the VPC isn't encrypted: for development with data
/// that is no PHI.
#[derive(Debug, Clone, Copy)]
pub struct PlainHttpInsideVpc(());

impl PlainHttpInsideVpc {
    /// Acknowledges that what passes between load balancer and targets can be read on the way,
    /// and that no PHI passes there.
    #[must_use]
    pub fn no_phi_passes_here() -> Self {
        Self(())
    }
}

/// The protocol to targets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Protocol {
    /// HTTP over TLS.
    #[value("HTTPS")]
    Https,
    /// HTTP in clear; see [`TargetGroup::plain_http`].
    #[value("HTTP")]
    Http,
}

/// The version of HTTP to targets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum ProtocolVersion {
    /// HTTP/1.1.
    #[value("HTTP1")]
    Http1,
    /// HTTP/2.
    #[value("HTTP2")]
    Http2,
    /// gRPC.
    #[value("GRPC")]
    Grpc,
}

/// The addresses of targets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum TargetGroupIpAddressType {
    /// IPv4.
    #[value("ipv4")]
    Ipv4,
    /// IPv6.
    #[value("ipv6")]
    Ipv6,
}

/// The status codes that count as healthy.
#[derive(Debug, Clone)]
pub struct Matcher {
    member: &'static str,
    codes: Output<String>,
}

impl Matcher {
    /// Codes of HTTP, 200 to 499: one, several with commas, or a range, such as `200-299`.
    #[must_use]
    pub fn http(codes: impl IntoInput<String>) -> Self {
        Self { member: "HttpCode", codes: codes.into_input() }
    }

    /// Codes of gRPC, 0 to 99: one, several with commas, or a range.
    #[must_use]
    pub fn grpc(codes: impl IntoInput<String>) -> Self {
        Self { member: "GrpcCode", codes: codes.into_input() }
    }
}

impl ToValue for Matcher {
    fn to_value(&self) -> Value {
        Value::Map(BTreeMap::from([(self.member.to_owned(), self.codes.to_value())]))
    }
}
