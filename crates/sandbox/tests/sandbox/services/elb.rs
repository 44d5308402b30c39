use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::types::{
    Action, ActionTypeEnum, Certificate, IpAddressType, LoadBalancerAttribute, LoadBalancerSchemeEnum,
    LoadBalancerStateEnum, LoadBalancerTypeEnum, Matcher, ProtocolEnum, RedirectActionConfig,
    RedirectActionStatusCodeEnum, Tag, TargetGroupAttribute, TargetTypeEnum,
};
use aws_types::SdkConfig;

use super::Echoes;

pub(crate) struct Ids {
    balancer: String,
    group: String,
    listener: String,
    redirect: String,
}

fn tag() -> Tag {
    Tag::builder().key("a").value("b c").build()
}

pub(crate) async fn create(config: &SdkConfig) -> Ids {
    let elb = Client::new(config);
    let balancer = elb
        .create_load_balancer()
        .name("l")
        .subnets("subnet-1")
        .subnets("subnet-2")
        .security_groups("sg-1")
        .scheme(LoadBalancerSchemeEnum::Internal)
        .r#type(LoadBalancerTypeEnum::Application)
        .ip_address_type(IpAddressType::Dualstack)
        .tags(tag())
        .send()
        .await;
    let balancer = balancer.unwrap().load_balancers.unwrap().remove(0).load_balancer_arn.unwrap();
    let attribute = LoadBalancerAttribute::builder().key("deletion_protection.enabled").value("true").build();
    elb.modify_load_balancer_attributes()
        .load_balancer_arn(&balancer)
        .attributes(attribute)
        .send()
        .await
        .unwrap();
    let group = elb
        .create_target_group()
        .name("t")
        .protocol(ProtocolEnum::Https)
        .protocol_version("HTTP2")
        .port(8443)
        .vpc_id("vpc-1")
        .target_type(TargetTypeEnum::Ip)
        .health_check_protocol(ProtocolEnum::Https)
        .health_check_port("8444")
        .health_check_path("/h")
        .health_check_enabled(true)
        .health_check_interval_seconds(20)
        .health_check_timeout_seconds(4)
        .healthy_threshold_count(3)
        .unhealthy_threshold_count(4)
        .matcher(Matcher::builder().http_code("200-299").build())
        .tags(tag())
        .send()
        .await;
    let group = group.unwrap().target_groups.unwrap().remove(0).target_group_arn.unwrap();
    let attribute =
        TargetGroupAttribute::builder().key("deregistration_delay.timeout_seconds").value("30").build();
    elb.modify_target_group_attributes().target_group_arn(&group).attributes(attribute).send().await.unwrap();
    let forward = Action::builder().r#type(ActionTypeEnum::Forward).target_group_arn(&group).build();
    let listener = elb
        .create_listener()
        .load_balancer_arn(&balancer)
        .protocol(ProtocolEnum::Https)
        .port(443)
        .ssl_policy("ELBSecurityPolicy-TLS13-1-2-2021-06")
        .certificates(Certificate::builder().certificate_arn("arn:c").build())
        .alpn_policy("HTTP2Preferred")
        .default_actions(forward)
        .tags(tag())
        .send()
        .await;
    let listener = listener.unwrap().listeners.unwrap().remove(0).listener_arn.unwrap();
    let to_https = RedirectActionConfig::builder()
        .protocol("HTTPS")
        .port("443")
        .status_code(RedirectActionStatusCodeEnum::Http301)
        .build();
    let redirect = Action::builder().r#type(ActionTypeEnum::Redirect).redirect_config(to_https).build();
    let redirect = elb
        .create_listener()
        .load_balancer_arn(&balancer)
        .protocol(ProtocolEnum::Http)
        .port(80)
        .default_actions(redirect)
        .send()
        .await;
    let redirect = redirect.unwrap().listeners.unwrap().remove(0).listener_arn.unwrap();
    Ids { balancer, group, listener, redirect }
}

pub(crate) async fn read(config: &SdkConfig, ids: &Ids) -> Echoes {
    let elb = Client::new(config);
    let balancers = elb.describe_load_balancers().names("l").send().await.unwrap();
    let balancer = &balancers.load_balancers()[0];
    assert_eq!(balancer.state().unwrap().code(), Some(&LoadBalancerStateEnum::Active));
    let attributes =
        elb.describe_load_balancer_attributes().load_balancer_arn(&ids.balancer).send().await.unwrap();
    let groups = elb.describe_target_groups().target_group_arns(&ids.group).send().await.unwrap();
    let group = &groups.target_groups()[0];
    let group_attributes =
        elb.describe_target_group_attributes().target_group_arn(&ids.group).send().await.unwrap();
    let listeners = elb.describe_listeners().listener_arns(&ids.listener).send().await.unwrap();
    let listener = &listeners.listeners()[0];
    let redirects = elb.describe_listeners().listener_arns(&ids.redirect).send().await.unwrap();
    let redirect = redirects.listeners()[0].default_actions()[0].redirect_config();
    let tagged = async |arn: &str| {
        let tags = elb.describe_tags().resource_arns(arn).send().await.unwrap();
        tags.tag_descriptions()[0].tags() == [tag()]
    };
    let mut subnets: Vec<_> =
        balancer.availability_zones().iter().filter_map(|zone| zone.subnet_id()).collect();
    subnets.sort_unstable();
    let mut echoes = Echoes::default();
    echoes.of(
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        &[
            ("IpAddressType", balancer.ip_address_type() == Some(&IpAddressType::Dualstack)),
            (
                "LoadBalancerAttributes",
                attributes
                    .attributes()
                    .iter()
                    .any(|a| a.key() == Some("deletion_protection.enabled") && a.value() == Some("true")),
            ),
            ("Name", balancer.load_balancer_name() == Some("l")),
            ("Scheme", balancer.scheme() == Some(&LoadBalancerSchemeEnum::Internal)),
            ("SecurityGroups", balancer.security_groups() == ["sg-1"]),
            ("Subnets", subnets == ["subnet-1", "subnet-2"]),
            ("Tags", tagged(&ids.balancer).await),
            ("Type", balancer.r#type() == Some(&LoadBalancerTypeEnum::Application)),
        ],
    );
    echoes.of(
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        &[
            ("HealthCheckEnabled", group.health_check_enabled() == Some(true)),
            ("HealthCheckIntervalSeconds", group.health_check_interval_seconds() == Some(20)),
            ("HealthCheckPath", group.health_check_path() == Some("/h")),
            ("HealthCheckPort", group.health_check_port() == Some("8444")),
            ("HealthCheckProtocol", group.health_check_protocol() == Some(&ProtocolEnum::Https)),
            ("HealthCheckTimeoutSeconds", group.health_check_timeout_seconds() == Some(4)),
            ("HealthyThresholdCount", group.healthy_threshold_count() == Some(3)),
            ("Matcher", group.matcher().and_then(|m| m.http_code()) == Some("200-299")),
            ("Name", group.target_group_name() == Some("t")),
            ("Port", group.port() == Some(8443)),
            ("Protocol", group.protocol() == Some(&ProtocolEnum::Https)),
            ("ProtocolVersion", group.protocol_version() == Some("HTTP2")),
            ("Tags", tagged(&ids.group).await),
            ("TargetGroupAttributes", group_attributes.attributes().iter().any(|a| a.value() == Some("30"))),
            ("TargetType", group.target_type() == Some(&TargetTypeEnum::Ip)),
            ("UnhealthyThresholdCount", group.unhealthy_threshold_count() == Some(4)),
            ("VpcId", group.vpc_id() == Some("vpc-1")),
        ],
    );
    echoes.of(
        "AWS::ElasticLoadBalancingV2::Listener",
        &[
            ("AlpnPolicy", !listener.alpn_policy().is_empty()),
            ("Certificates", !listener.certificates().is_empty()),
            ("DefaultActions.RedirectConfig", redirect.is_some()),
            (
                "DefaultActions.TargetGroupArn",
                listener.default_actions()[0].target_group_arn() == Some(&ids.group),
            ),
            ("LoadBalancerArn", listener.load_balancer_arn() == Some(&ids.balancer)),
            ("Port", listener.port() == Some(443)),
            ("Protocol", listener.protocol() == Some(&ProtocolEnum::Https)),
            ("SslPolicy", listener.ssl_policy().is_some()),
            ("Tags", tagged(&ids.listener).await),
        ],
    );
    echoes
}

pub(crate) async fn delete(config: &SdkConfig, ids: &Ids) {
    let elb = Client::new(config);
    for listener in [&ids.listener, &ids.redirect] {
        elb.delete_listener().listener_arn(listener).send().await.unwrap();
        assert!(elb.describe_listeners().listener_arns(listener).send().await.is_err());
    }
    elb.delete_load_balancer().load_balancer_arn(&ids.balancer).send().await.unwrap();
    let gone = elb.describe_load_balancers().names("l").send().await.unwrap_err();
    assert!(gone.into_service_error().is_load_balancer_not_found_exception());
    elb.delete_target_group().target_group_arn(&ids.group).send().await.unwrap();
    assert!(elb.describe_target_groups().send().await.unwrap().target_groups().is_empty());
}
