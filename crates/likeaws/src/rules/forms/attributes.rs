//! Attributes that load balancers and target groups always have, with what they say when nobody set them.

use ironward_emulators::xml;

use super::{Change, Form};

pub(super) const FORMS: &[Form] = &[
    Form {
        name: "attributes-of-balancers",
        service: "elasticloadbalancing",
        operations: &["DescribeLoadBalancerAttributes", "ModifyLoadBalancerAttributes"],
        source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html",
        change: Change::That(|answer| Some(filled(answer, OF_BALANCERS))),
        before: "<R><Attributes><member><Key>idle_timeout.timeout_seconds</Key><Value>4000</Value></member></Attributes></R>",
        after: "<R><Attributes><member><Key>idle_timeout.timeout_seconds</Key><Value>4000</Value></member><member><Key>access_logs.s3.enabled</Key><Value>false</Value></member><member><Key>access_logs.s3.bucket</Key><Value></Value></member><member><Key>access_logs.s3.prefix</Key><Value></Value></member><member><Key>connection_logs.s3.enabled</Key><Value>false</Value></member><member><Key>connection_logs.s3.bucket</Key><Value></Value></member><member><Key>connection_logs.s3.prefix</Key><Value></Value></member><member><Key>client_keep_alive.seconds</Key><Value>3600</Value></member><member><Key>deletion_protection.enabled</Key><Value>false</Value></member><member><Key>load_balancing.cross_zone.enabled</Key><Value>true</Value></member><member><Key>routing.http.desync_mitigation_mode</Key><Value>defensive</Value></member><member><Key>routing.http.drop_invalid_header_fields.enabled</Key><Value>false</Value></member><member><Key>routing.http.preserve_host_header.enabled</Key><Value>false</Value></member><member><Key>routing.http.x_amzn_tls_version_and_cipher_suite.enabled</Key><Value>false</Value></member><member><Key>routing.http.xff_client_port.enabled</Key><Value>false</Value></member><member><Key>routing.http.xff_header_processing.mode</Key><Value>append</Value></member><member><Key>routing.http2.enabled</Key><Value>true</Value></member><member><Key>waf.fail_open.enabled</Key><Value>false</Value></member><member><Key>zonal_shift.config.enabled</Key><Value>false</Value></member></Attributes></R>",
    },
    Form {
        name: "attributes-of-target-groups",
        service: "elasticloadbalancing",
        operations: &["DescribeTargetGroupAttributes", "ModifyTargetGroupAttributes"],
        source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html",
        change: Change::That(|answer| Some(filled(answer, OF_TARGET_GROUPS))),
        before: "<R><Attributes><member><Key>stickiness.enabled</Key><Value>true</Value></member><member><Key>deregistration_delay.timeout_seconds</Key><Value>30</Value></member></Attributes></R>",
        after: "<R><Attributes><member><Key>stickiness.enabled</Key><Value>true</Value></member><member><Key>deregistration_delay.timeout_seconds</Key><Value>30</Value></member><member><Key>load_balancing.algorithm.type</Key><Value>round_robin</Value></member><member><Key>load_balancing.algorithm.anomaly_mitigation</Key><Value>off</Value></member><member><Key>load_balancing.cross_zone.enabled</Key><Value>use_load_balancer_configuration</Value></member><member><Key>slow_start.duration_seconds</Key><Value>0</Value></member><member><Key>stickiness.type</Key><Value>lb_cookie</Value></member><member><Key>stickiness.lb_cookie.duration_seconds</Key><Value>86400</Value></member><member><Key>stickiness.app_cookie.cookie_name</Key><Value></Value></member><member><Key>stickiness.app_cookie.duration_seconds</Key><Value>86400</Value></member><member><Key>target_group_health.dns_failover.minimum_healthy_targets.count</Key><Value>1</Value></member><member><Key>target_group_health.dns_failover.minimum_healthy_targets.percentage</Key><Value>off</Value></member><member><Key>target_group_health.unhealthy_state_routing.minimum_healthy_targets.count</Key><Value>1</Value></member><member><Key>target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage</Key><Value>off</Value></member></Attributes></R>",
    },
];

const OF_BALANCERS: &[(&str, &str)] = &[
    ("access_logs.s3.enabled", "false"),
    ("access_logs.s3.bucket", ""),
    ("access_logs.s3.prefix", ""),
    ("connection_logs.s3.enabled", "false"),
    ("connection_logs.s3.bucket", ""),
    ("connection_logs.s3.prefix", ""),
    ("client_keep_alive.seconds", "3600"),
    ("deletion_protection.enabled", "false"),
    ("idle_timeout.timeout_seconds", "60"),
    ("load_balancing.cross_zone.enabled", "true"),
    ("routing.http.desync_mitigation_mode", "defensive"),
    ("routing.http.drop_invalid_header_fields.enabled", "false"),
    ("routing.http.preserve_host_header.enabled", "false"),
    ("routing.http.x_amzn_tls_version_and_cipher_suite.enabled", "false"),
    ("routing.http.xff_client_port.enabled", "false"),
    ("routing.http.xff_header_processing.mode", "append"),
    ("routing.http2.enabled", "true"),
    ("waf.fail_open.enabled", "false"),
    ("zonal_shift.config.enabled", "false"),
];

const OF_TARGET_GROUPS: &[(&str, &str)] = &[
    ("deregistration_delay.timeout_seconds", "300"),
    ("load_balancing.algorithm.type", "round_robin"),
    ("load_balancing.algorithm.anomaly_mitigation", "off"),
    ("load_balancing.cross_zone.enabled", "use_load_balancer_configuration"),
    ("slow_start.duration_seconds", "0"),
    ("stickiness.enabled", "false"),
    ("stickiness.type", "lb_cookie"),
    ("stickiness.lb_cookie.duration_seconds", "86400"),
    ("stickiness.app_cookie.cookie_name", ""),
    ("stickiness.app_cookie.duration_seconds", "86400"),
    ("target_group_health.dns_failover.minimum_healthy_targets.count", "1"),
    ("target_group_health.dns_failover.minimum_healthy_targets.percentage", "off"),
    ("target_group_health.unhealthy_state_routing.minimum_healthy_targets.count", "1"),
    ("target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage", "off"),
];

/// The attributes of an answer, and behind them those that it is silent about.
fn filled(answer: &str, defaults: &[(&str, &str)]) -> String {
    xml::edit_each(answer, "Attributes", |inner| {
        let members = xml::all(inner, "member");
        let has = |key: &str| {
            members.iter().any(|member| xml::text(member, "Key").is_some_and(|known| known.trim() == key))
        };
        let missing = defaults.iter().filter(|(key, _)| !has(key));
        let added: String = missing
            .map(|(key, value)| format!("<member><Key>{key}</Key><Value>{value}</Value></member>"))
            .collect();
        Some(format!("{inner}{added}"))
    })
}
