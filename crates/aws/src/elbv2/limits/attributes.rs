//! Attributes: what each that is documented takes. Others are left alone, since AWS adds to them.

use std::fmt;
use std::ops::RangeInclusive;

use ironward_core::document::Node;

use super::{Misfit, Properties};
use crate::facts::{as_text, items, member, named};

/// What an attribute takes.
enum Takes {
    Words(&'static [&'static str]),
    Number(RangeInclusive<i64>),
    /// A word, or a number.
    Either(&'static str, RangeInclusive<i64>),
}

use Takes::{Either, Number, Words};

const FLAG: Takes = Words(&["true", "false"]);
const WEEK: RangeInclusive<i64> = 1..=604_800;
const ANY: RangeInclusive<i64> = 1..=i64::MAX;

const OF_BALANCER: &[(&str, Takes)] = &[
    ("access_logs.s3.enabled", FLAG),
    ("client_keep_alive.seconds", Number(60..=604_800)),
    ("connection_logs.s3.enabled", FLAG),
    ("deletion_protection.enabled", FLAG),
    ("health_check_logs.s3.enabled", FLAG),
    ("idle_timeout.timeout_seconds", Number(1..=4_000)),
    ("ipv6.deny_all_igw_traffic", FLAG),
    ("routing.http.desync_mitigation_mode", Words(&["monitor", "defensive", "strictest"])),
    ("routing.http.drop_invalid_header_fields.enabled", FLAG),
    ("routing.http.preserve_host_header.enabled", FLAG),
    ("routing.http.x_amzn_tls_version_and_cipher_suite.enabled", FLAG),
    ("routing.http.xff_client_port.enabled", FLAG),
    ("routing.http.xff_header_processing.mode", Words(&["append", "preserve", "remove"])),
    ("routing.http2.enabled", FLAG),
    ("waf.fail_open.enabled", FLAG),
    ("zonal_shift.config.enabled", FLAG),
];

const OF_LISTENER: &[(&str, Takes)] = &[("routing.http.response.server.enabled", FLAG)];

const OF_TARGETS: &[(&str, Takes)] = &[
    ("deregistration_delay.timeout_seconds", Number(0..=3_600)),
    ("load_balancing.algorithm.anomaly_mitigation", Words(&["on", "off"])),
    (
        "load_balancing.algorithm.type",
        Words(&["round_robin", "least_outstanding_requests", "weighted_random"]),
    ),
    ("load_balancing.cross_zone.enabled", Words(&["true", "false", "use_load_balancer_configuration"])),
    ("slow_start.duration_seconds", Either("0", 30..=900)),
    ("stickiness.app_cookie.duration_seconds", Number(WEEK)),
    ("stickiness.enabled", FLAG),
    ("stickiness.lb_cookie.duration_seconds", Number(WEEK)),
    ("target_group_health.dns_failover.minimum_healthy_targets.count", Either("off", ANY)),
    ("target_group_health.dns_failover.minimum_healthy_targets.percentage", Either("off", 1..=100)),
    ("target_group_health.unhealthy_state_routing.minimum_healthy_targets.count", Number(ANY)),
    (
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage",
        Either("off", 1..=100),
    ),
];

impl Takes {
    fn holds(&self, value: &str) -> bool {
        let within = |range: &RangeInclusive<i64>| value.parse().is_ok_and(|number| range.contains(&number));
        match self {
            Words(words) => words.contains(&value),
            Number(range) => within(range),
            Either(word, range) => *word == value || within(range),
        }
    }
}

impl fmt::Display for Takes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, range) = match self {
            Words(words) => return f.write_str(&named(words, "or")),
            Number(range) => (None, range),
            Either(word, range) => (Some(word), range),
        };
        match range.end() {
            &i64::MAX => write!(f, "at least {}", range.start())?,
            most => write!(f, "{} to {most}", range.start())?,
        }
        word.map_or(Ok(()), |word| write!(f, " or `{word}`"))
    }
}

pub(super) fn of_balancer(properties: &Properties) -> Misfit {
    odd(properties, "LoadBalancerAttributes", OF_BALANCER)
}

pub(super) fn of_listener(properties: &Properties) -> Misfit {
    odd(properties, "ListenerAttributes", OF_LISTENER)
}

pub(super) fn of_targets(properties: &Properties) -> Misfit {
    odd(properties, "TargetGroupAttributes", OF_TARGETS)
}

/// The first attribute whose value isn't what it takes.
fn odd(properties: &Properties, name: &'static str, known: &[(&str, Takes)]) -> Misfit {
    attributes(properties, name).find_map(|(key, value)| {
        let (_, takes) = known.iter().find(|(known, _)| *known == key)?;
        let value = value?;
        let message = || format!("`{key}` of `{name}` is `{value}`; {takes} is allowed");
        (!takes.holds(&value)).then(|| (name, message()))
    })
}

/// The attributes of which at least the name is known.
fn attributes<'p>(properties: &'p Properties, name: &str) -> impl Iterator<Item = (&'p str, Option<String>)> {
    let attributes = properties.get(name).map(items).unwrap_or_default();
    attributes.iter().filter_map(|one| Some((as_text(member(one, "Key")?)?, written(member(one, "Value")?))))
}

/// A value as it is sent.
fn written(node: &Node) -> Option<String> {
    match node {
        Node::String(text) => Some(text.clone()),
        Node::Number(number) => Some(number.to_string()),
        Node::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// Logs are written to a bucket.
pub(super) fn logs(properties: &Properties) -> Misfit {
    let name = "LoadBalancerAttributes";
    let has = |key: &str| attributes(properties, name).any(|(known, _)| known == key);
    ["access_logs", "connection_logs", "health_check_logs"].into_iter().find_map(|kind| {
        let (enabled, bucket) = (format!("{kind}.s3.enabled"), format!("{kind}.s3.bucket"));
        let is_on = attributes(properties, name)
            .any(|(key, value)| key == enabled && value.as_deref() == Some("true"));
        let message =
            || format!("`{enabled}` of `{name}` is true, and no `{bucket}` says where to: name a bucket");
        (is_on && !has(&bucket)).then(|| (name, message()))
    })
}
