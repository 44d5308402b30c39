use serde_json::{Value as Json, json};

use super::Subject;

fn attribute(key: &str, value: &Json) -> Json {
    json!({"Key": key, "Value": value})
}

#[test]
fn a_load_balancer() {
    let taken =
        json!({"Scheme": "internal", "Subnets": ["subnet-1", "subnet-2"], "SecurityGroups": ["sg-1"]});
    let with = |attributes: &[(&str, Json)]| {
        let attributes: Vec<Json> = attributes.iter().map(|(key, value)| attribute(key, value)).collect();
        json!({"LoadBalancerAttributes": attributes})
    };
    Subject::new("AWS::ElasticLoadBalancingV2::LoadBalancer", taken)
        .takes(&with(&[
            ("idle_timeout.timeout_seconds", json!(1)),
            ("client_keep_alive.seconds", json!("604800")),
            ("deletion_protection.enabled", json!(true)),
            ("routing.http.xff_header_processing.mode", json!("remove")),
            ("access_logs.s3.enabled", json!(true)),
            ("access_logs.s3.bucket", json!("logs")),
            ("connection_logs.s3.enabled", json!(false)),
        ]))
        // What AWS adds to them isn't known here.
        .takes(&with(&[("idle_timeout.timeout_seconds", json!("4000")), ("some.thing.new", json!("odd"))]))
        .takes(&json!({"Subnets": ["subnet-1"]}))
        .refuses(&json!({"Subnets": []}), "`Subnets` has 0 items; at least 1 item is allowed")
        .refuses(
            &with(&[("idle_timeout.timeout_seconds", json!(4_001))]),
            "`idle_timeout.timeout_seconds` of `LoadBalancerAttributes` is `4001`; 1 to 4000 is allowed",
        )
        .refuses(
            &with(&[("client_keep_alive.seconds", json!(59))]),
            "`client_keep_alive.seconds` of `LoadBalancerAttributes` is `59`; 60 to 604800 is allowed",
        )
        .refuses(
            &with(&[("waf.fail_open.enabled", json!("yes"))]),
            "`waf.fail_open.enabled` of `LoadBalancerAttributes` is `yes`; `true` or `false` is allowed",
        )
        .refuses(
            &with(&[("routing.http.desync_mitigation_mode", json!("strict"))]),
            "`routing.http.desync_mitigation_mode` of `LoadBalancerAttributes` is `strict`; `monitor`, `defensive` or \
             `strictest` is allowed",
        )
        .refuses(
            &with(&[("access_logs.s3.enabled", json!(true))]),
            "`access_logs.s3.enabled` of `LoadBalancerAttributes` is true, and no `access_logs.s3.bucket` says where \
             to: name a bucket",
        )
        .refuses(
            &with(&[("waf fail open", json!("true"))]),
            r#"`LoadBalancerAttributes[0].Key` is `"waf fail open"`; it has to match `^[a-zA-Z0-9._]+$`"#,
        )
        .refuses(
            &with(&[("access_logs.s3.prefix", json!("p".repeat(1_025)))]),
            "`LoadBalancerAttributes[0].Value` has 1025 characters; at most 1024 characters are allowed",
        );
}

fn forward(more: &Json) -> Json {
    let mut config = json!({"TargetGroups": [{"TargetGroupArn": "arn:1", "Weight": 1}]});
    for (name, json) in more.as_object().unwrap() {
        config[name] = json.clone();
    }
    json!({"Type": "forward", "ForwardConfig": config})
}

fn listener() -> Subject {
    let taken = json!({"LoadBalancerArn": "arn:1", "Port": 443, "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
        "Certificates": [{"CertificateArn": "arn:1"}], "DefaultActions": [forward(&json!({}))]});
    Subject::new("AWS::ElasticLoadBalancingV2::Listener", taken)
}

fn only(action: &Json) -> Json {
    json!({"DefaultActions": [action]})
}

#[test]
fn a_listener() {
    listener()
        .takes(&json!({"MutualAuthentication": {"Mode": "verify", "TrustStoreArn": "arn:1"}}))
        .takes(&json!({"MutualAuthentication": {"Mode": "passthrough"}}))
        .takes(&json!({"ListenerAttributes": [attribute("routing.http.response.server.enabled", &json!(false))]}))
        .refuses(
            &json!({"Certificates": []}),
            "`Certificates` has 0 items; exactly 1 item is allowed",
        )
        .refuses(
            &json!({"Certificates": [{"CertificateArn": "arn:1"}, {"CertificateArn": "arn:2"}]}),
            "`Certificates` has 2 items; exactly 1 item is allowed",
        )
        .refuses(
            &json!({"Certificates": [{}]}),
            "`Certificates[0]` lacks `CertificateArn`; it can't be without",
        )
        .refuses(&json!({"Port": 0}), "`Port` is `0`; 1 to 65535 is allowed")
        .refuses(
            &json!({"Protocol": "HTTP"}),
            r#"`Protocol` is `"HTTP"`, and `"HTTPS"` is the only value that it may have"#,
        )
        .refuses(
            &json!({"MutualAuthentication": {"Mode": "verify"}}),
            "`MutualAuthentication.Mode` is verify, and no `TrustStoreArn` says against what: name a trust store",
        )
        .refuses(
            &json!({"MutualAuthentication": {"Mode": "on"}}),
            r#"`MutualAuthentication.Mode` is `"on"`; `off`, `passthrough` or `verify` is allowed"#,
        )
        .refuses(
            &json!({"ListenerAttributes": [attribute("routing.http.response.server.enabled", &json!("off"))]}),
            "`routing.http.response.server.enabled` of `ListenerAttributes` is `off`; `true` or `false` is allowed",
        );
}

#[test]
fn what_a_listener_does() {
    let at = |mut action: Json, order: i64| {
        action["Order"] = json!(order);
        action
    };
    let tokens = |more: &Json| {
        let mut config =
            json!({"Issuer": "https://sso.example.org", "JwksEndpoint": "https://sso.example.org/keys"});
        for (name, json) in more.as_object().unwrap() {
            config[name] = json.clone();
        }
        json!({"Type": "jwt-validation", "JwtValidationConfig": config})
    };
    let both = |first: Json, last: Json| json!({"DefaultActions": [first, last]});
    let goes = || forward(&json!({}));
    let claims = |count: usize| {
        let claim = json!({"Name": "scope", "Format": "string-array", "Values": ["a"]});
        at(tokens(&json!({"AdditionalClaims": vec![claim; count]})), 1)
    };
    listener()
        .takes(&both(at(tokens(&json!({})), 1), at(goes(), 2)))
        .takes(&both(at(goes(), 50_000), at(tokens(&json!({})), 1)))
        .takes(&both(claims(10), at(goes(), 2)))
        .takes(&only(&json!({"Type": "forward", "TargetGroupArn": "arn:1"})))
        .refuses(
            &json!({"DefaultActions": []}),
            "`DefaultActions` has 0 of forward, redirect and fixed-response, and a listener has exactly one of them",
        )
        .refuses(
            &both(at(goes(), 1), at(goes(), 2)),
            "`DefaultActions` has 2 of forward, redirect and fixed-response, and a listener has exactly one of them",
        )
        .refuses(
            &only(&tokens(&json!({}))),
            "`DefaultActions` has 0 of forward, redirect and fixed-response, and a listener has exactly one of them",
        )
        .refuses(
            &both(tokens(&json!({})), at(goes(), 2)),
            "`DefaultActions[0].Order` isn't declared, and several actions need it",
        )
        .refuses(
            &both(at(tokens(&json!({})), 3), at(goes(), 2)),
            "`DefaultActions` has an action after forward, which is the last",
        )
        .refuses(
            &only(&json!({"Type": "fixed-response"})),
            "`DefaultActions[0]` is fixed-response, and has no `FixedResponseConfig`: say it",
        )
        .refuses(
            &both(claims(11), at(goes(), 2)),
            "`DefaultActions[0].JwtValidationConfig.AdditionalClaims` has 11 items; at most 10 items are allowed",
        )
        .refuses(
            &both(at(tokens(&json!({"Issuer": "i".repeat(257)})), 1), at(goes(), 2)),
            "`DefaultActions[0].JwtValidationConfig.Issuer` has 257 characters; at most 256 characters are allowed",
        )
        .refuses(
            &both(at(tokens(&json!({"JwksEndpoint": "http://sso.example.org"})), 1), at(goes(), 2)),
            r#"`DefaultActions[0].JwtValidationConfig.JwksEndpoint` is `"http://sso.example.org"`; it has to match `^(?i)https://`"#,
        );
}

#[test]
fn where_requests_go() {
    let weighing = |weight: i64| {
        only(&forward(&json!({"TargetGroups": [{"TargetGroupArn": "arn:1", "Weight": weight}]})))
    };
    let sticky = |stickiness: Json| only(&forward(&json!({"TargetGroupStickinessConfig": stickiness})));
    let redirect = |mut config: Json| {
        config["StatusCode"] = json!("HTTP_301");
        only(&json!({"Type": "redirect", "RedirectConfig": config}))
    };
    let answer = |kind: &str| {
        only(&json!({"Type": "fixed-response",
            "FixedResponseConfig": {"StatusCode": "404", "ContentType": kind}}))
    };
    listener()
        .takes(&weighing(0))
        .takes(&weighing(999))
        .takes(&sticky(json!({"Enabled": true, "DurationSeconds": 604_800})))
        .takes(&sticky(json!({"Enabled": false})))
        .takes(&redirect(json!({"Protocol": "HTTPS", "Port": "8443"})))
        .takes(&redirect(json!({"Host": "example.org", "Port": "#{port}", "Path": "/#{path}"})))
        .takes(&answer("application/json"))
        .refuses(
            &weighing(1_000),
            "`DefaultActions[0].ForwardConfig.TargetGroups[0].Weight` is `1000`; 0 to 999 is allowed",
        )
        .refuses(
            &sticky(json!({"Enabled": true})),
            "`DefaultActions[0].ForwardConfig.TargetGroupStickinessConfig` is enabled, and has no `DurationSeconds`: \
             say for how long",
        )
        .refuses(
            &sticky(json!({"Enabled": true, "DurationSeconds": 0})),
            "`DefaultActions[0].ForwardConfig.TargetGroupStickinessConfig.DurationSeconds` is `0`; 1 to 604800 is \
             allowed",
        )
        .refuses(
            &redirect(json!({"Protocol": "#{protocol}", "Path": "/#{path}", "Query": "a=b"})),
            "`DefaultActions[0].RedirectConfig` leads back to the same address: change the protocol, the host, the port \
             or the path",
        )
        .refuses(
            &redirect(json!({"Port": "65536"})),
            "`DefaultActions[0].RedirectConfig.Port` is `65536`; 1 to 65535 or `#{port}` is allowed",
        )
        .refuses(
            &redirect(json!({"Path": "here"})),
            r#"`DefaultActions[0].RedirectConfig.Path` is `"here"`; it has to match `^/`"#,
        )
        .refuses(
            &redirect(json!({"Protocol": "HTTP"})),
            r#"`DefaultActions[0].RedirectConfig.Protocol` is `"HTTP"`; `HTTPS` or `#{protocol}` is allowed"#,
        )
        .refuses(
            &answer("text/xml"),
            "`DefaultActions[0].FixedResponseConfig.ContentType` is `\"text/xml\"`; `text/plain`, `text/css`, \
             `text/html`, `application/javascript` or `application/json` is allowed",
        );
}

#[test]
fn a_group_of_targets() {
    let taken = json!({"VpcId": "vpc-1", "Port": 8443, "Protocol": "HTTPS", "HealthCheckProtocol": "HTTPS"});
    let with = |key: &str, value: Json| json!({"TargetGroupAttributes": [attribute(key, &value)]});
    let matching = |codes: &str| json!({"Matcher": {"HttpCode": codes}});
    Subject::new("AWS::ElasticLoadBalancingV2::TargetGroup", taken)
        .takes(&json!({"HealthCheckIntervalSeconds": 5, "HealthCheckTimeoutSeconds": 4}))
        .takes(&json!({"HealthCheckPort": "traffic-port", "HealthCheckPath": "/health?full"}))
        .takes(&json!({"HealthCheckPort": "1", "HealthyThresholdCount": 2, "UnhealthyThresholdCount": 10}))
        .takes(&json!({"ProtocolVersion": "GRPC", "Matcher": {"GrpcCode": "0-99"}}))
        .takes(&matching("200,301-302, 499"))
        .takes(&with("slow_start.duration_seconds", json!(0)))
        .takes(&with("slow_start.duration_seconds", json!("900")))
        .takes(&with("deregistration_delay.timeout_seconds", json!(0)))
        .takes(&with("deregistration_delay.timeout_seconds", json!(3_600)))
        .takes(&with("stickiness.lb_cookie.duration_seconds", json!(604_800)))
        .takes(&with("target_group_health.unhealthy_state_routing.minimum_healthy_targets.count", json!(1)))
        .takes(&with("target_group_health.dns_failover.minimum_healthy_targets.percentage", json!("off")))
        .refuses(
            &json!({"HealthCheckIntervalSeconds": 10, "HealthCheckTimeoutSeconds": 10}),
            "`HealthCheckTimeoutSeconds` is 10, and `HealthCheckIntervalSeconds` 10: a check ends before the next one",
        )
        .refuses(
            &json!({"HealthCheckPort": "0"}),
            "`HealthCheckPort` is `0`; 1 to 65535 or `traffic-port` is allowed",
        )
        .refuses(
            &json!({"HealthCheckPath": "health"}),
            r#"`HealthCheckPath` is `"health"`; it has to match `^/`"#,
        )
        .refuses(&json!({"HealthyThresholdCount": 1}), "`HealthyThresholdCount` is `1`; 2 to 10 is allowed")
        .refuses(
            &json!({"HealthCheckProtocol": "TCP"}),
            "`HealthCheckProtocol` is TCP, and targets that speak HTTPS aren't checked by it: take HTTPS or HTTP",
        )
        .refuses(
            &json!({"ProtocolVersion": "HTTP3"}),
            r#"`ProtocolVersion` is `"HTTP3"`; `HTTP1`, `HTTP2` or `GRPC` is allowed"#,
        )
        .refuses(
            &json!({"Protocol": "TLS", "ProtocolVersion": "HTTP2"}),
            "`ProtocolVersion` is declared, and TLS has none to choose: leave it out",
        )
        .refuses(
            &matching("200-500"),
            "`Matcher.HttpCode` is `200-500`; codes from 200 to 499 are allowed, with commas between them, or ranges \
             such as 200-499",
        )
        .refuses(
            &json!({"ProtocolVersion": "GRPC", "Matcher": {"GrpcCode": "100"}}),
            "`Matcher.GrpcCode` is `100`; codes from 0 to 99 are allowed, with commas between them, or ranges such as \
             0-99",
        )
        .refuses(
            &with("deregistration_delay.timeout_seconds", json!(3_601)),
            "`deregistration_delay.timeout_seconds` of `TargetGroupAttributes` is `3601`; 0 to 3600 is allowed",
        )
        .refuses(
            &with("slow_start.duration_seconds", json!(29)),
            "`slow_start.duration_seconds` of `TargetGroupAttributes` is `29`; 30 to 900 or `0` is allowed",
        )
        .refuses(
            &with("stickiness.lb_cookie.duration_seconds", json!(0)),
            "`stickiness.lb_cookie.duration_seconds` of `TargetGroupAttributes` is `0`; 1 to 604800 is allowed",
        )
        .refuses(
            &with("target_group_health.unhealthy_state_routing.minimum_healthy_targets.count", json!(0)),
            "`target_group_health.unhealthy_state_routing.minimum_healthy_targets.count` of `TargetGroupAttributes` is \
             `0`; at least 1 is allowed",
        );
}
