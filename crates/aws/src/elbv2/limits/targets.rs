//! Of groups of targets.

use ironward_core::shape::{Bounds, Relation, Shape};

use super::{KEY, Misfit, Properties, attributes, is_port};
use crate::facts::{as_text, is_something, member, number, text};

const CREATE: &str =
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html";
const CHECKS: &str =
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html";
const MATCHER: &str = "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Matcher.html";
const ATTRIBUTE: &str =
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html";

/// Of a group of targets.
pub(in crate::elbv2) const TARGET_GROUP: &[Shape] = &[
    Shape::new("HealthCheckPath").pattern("^/").source(CHECKS),
    Shape::new("ProtocolVersion").values(&["HTTP1", "HTTP2", "GRPC"]).source(CREATE),
    Shape::new("TargetGroupAttributes.Key").length(Bounds::most(256.0)).pattern(KEY).source(ATTRIBUTE),
];

/// Between the properties of a group of targets.
pub(in crate::elbv2) const TARGET_GROUP_RELATIONS: &[Relation] = &[
    Relation::new(&["HealthCheckIntervalSeconds", "HealthCheckTimeoutSeconds"], in_time, CHECKS),
    Relation::new(&["HealthCheckPort"], port, CREATE),
    Relation::new(&["HealthCheckProtocol", "Protocol"], check_protocol, CREATE),
    Relation::new(&["Protocol", "ProtocolVersion"], version, CREATE),
    Relation::new(&["Matcher", "Protocol"], codes, MATCHER),
    Relation::new(&["TargetGroupAttributes"], attributes::of_targets, ATTRIBUTE),
];

/// A check has ended when the next one begins.
fn in_time(properties: &Properties) -> Misfit {
    let name = "HealthCheckTimeoutSeconds";
    let (timeout, interval) = (number(properties, name)?, number(properties, "HealthCheckIntervalSeconds")?);
    let message = || {
        format!(
            "`{name}` is {timeout}, and `HealthCheckIntervalSeconds` {interval}: a check ends before the next one"
        )
    };
    (timeout >= interval).then(|| (name, message()))
}

fn port(properties: &Properties) -> Misfit {
    let port = text(properties, "HealthCheckPort")?;
    let message = || format!("`HealthCheckPort` is `{port}`; 1 to 65535 or `traffic-port` is allowed");
    (!is_port(port) && port != "traffic-port").then(|| ("HealthCheckPort", message()))
}

fn is_http(protocol: &str) -> bool {
    ["HTTP", "HTTPS"].contains(&protocol)
}

/// Checks speak HTTP, or open a connection where the targets don't.
fn check_protocol(properties: &Properties) -> Misfit {
    let (protocol, check) = (text(properties, "Protocol")?, text(properties, "HealthCheckProtocol")?);
    let fits = is_http(check) || (check == "TCP" && !is_http(protocol));
    let message = || {
        format!(
            "`HealthCheckProtocol` is {check}, and targets that speak {protocol} aren't checked by it: take HTTPS or HTTP"
        )
    };
    (!fits).then(|| ("HealthCheckProtocol", message()))
}

/// HTTP has versions.
fn version(properties: &Properties) -> Misfit {
    let protocol = text(properties, "Protocol")?;
    let declared = properties.get("ProtocolVersion").is_some_and(is_something);
    let message =
        || format!("`ProtocolVersion` is declared, and {protocol} has none to choose: leave it out");
    (declared && !is_http(protocol)).then(|| ("ProtocolVersion", message()))
}

/// The answers that count as health.
fn codes(properties: &Properties) -> Misfit {
    let matcher = properties.get("Matcher")?;
    let http = if is_http(text(properties, "Protocol")?) { 200..=499 } else { 200..=599 };
    [("HttpCode", http), ("GrpcCode", 0..=99)].into_iter().find_map(|(name, range)| {
        let codes = member(matcher, name).and_then(as_text)?;
        let fits = |part: &str| part.trim().parse::<i64>().is_ok_and(|code| range.contains(&code));
        let (least, most) = (range.start(), range.end());
        let message = || {
            format!(
                "`Matcher.{name}` is `{codes}`; codes from {least} to {most} are allowed, with commas between them, or \
                 ranges such as {least}-{most}"
            )
        };
        let all = codes.split(',').all(|part| part.split('-').all(fits) && part.split('-').count() <= 2);
        (!all).then(|| ("Matcher", message()))
    })
}
