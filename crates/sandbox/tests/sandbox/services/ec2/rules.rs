//! Security groups and their rules.

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::{
    IpPermission, IpRange, ResourceType, SecurityGroupRule, SecurityGroupRuleRequest,
    SecurityGroupRuleUpdate, Tag, UserIdGroupPair,
};

use super::{Echoes, filter, tagged, tags};

fn https() -> IpPermission {
    let range = IpRange::builder().cidr_ip("10.0.0.0/8").description("from inside").build();
    IpPermission::builder().ip_protocol("tcp").from_port(443).to_port(443).ip_ranges(range).build()
}

async fn rules(ec2: &Client, group: &str) -> Vec<SecurityGroupRule> {
    let rules = ec2.describe_security_group_rules().filters(filter("group-id", group)).send().await;
    rules.unwrap().security_group_rules.unwrap()
}

pub(crate) async fn create(ec2: &Client, vpc: &str) -> String {
    let groups = ec2
        .describe_security_groups()
        .filters(filter("vpc-id", vpc))
        .filters(filter("group-name", "default"))
        .send()
        .await
        .unwrap();
    let default = &groups.security_groups()[0];
    assert_eq!(default.description(), Some("default VPC security group"));
    let initial = rules(ec2, default.group_id().unwrap()).await;
    assert_eq!(initial.len(), 2, "from itself, and out");
    for rule in &initial {
        let id = rule.security_group_rule_id().unwrap();
        let group = default.group_id().unwrap();
        if rule.is_egress() == Some(true) {
            ec2.revoke_security_group_egress()
                .group_id(group)
                .security_group_rule_ids(id)
                .send()
                .await
                .unwrap();
        } else {
            ec2.revoke_security_group_ingress()
                .group_id(group)
                .security_group_rule_ids(id)
                .send()
                .await
                .unwrap();
        }
    }
    assert!(rules(ec2, default.group_id().unwrap()).await.is_empty());

    let group = ec2
        .create_security_group()
        .group_name("web")
        .description("the web")
        .vpc_id(vpc)
        .tag_specifications(tags(ResourceType::SecurityGroup))
        .send()
        .await;
    let group = group.unwrap().group_id.unwrap();
    let allowed = ec2
        .authorize_security_group_ingress()
        .group_id(&group)
        .ip_permissions(https())
        .tag_specifications(tags(ResourceType::SecurityGroupRule))
        .send()
        .await
        .unwrap();
    assert!(allowed.security_group_rules()[0].security_group_rule_id().unwrap().starts_with("sgr-"));
    let again = ec2.authorize_security_group_ingress().group_id(&group).ip_permissions(https()).send().await;
    let again = again.unwrap_err().into_service_error();
    assert_eq!(again.meta().code(), Some("InvalidPermission.Duplicate"));
    let pair = UserIdGroupPair::builder().group_id(&group).build();
    let peers = IpPermission::builder().ip_protocol("udp").from_port(1).to_port(9).user_id_group_pairs(pair);
    ec2.authorize_security_group_egress()
        .group_id(&group)
        .ip_permissions(peers.build())
        .send()
        .await
        .unwrap();
    group
}

pub(crate) async fn read(ec2: &Client, group: &str, echoes: &mut Echoes) {
    let groups = ec2.describe_security_groups().group_ids(group).send().await.unwrap();
    let found = &groups.security_groups()[0];
    let ingress = &found.ip_permissions()[0];
    echoes.of(
        "AWS::EC2::SecurityGroup",
        &[
            ("GroupDescription", found.description() == Some("the web")),
            ("GroupName", found.group_name() == Some("web")),
            ("SecurityGroupEgress", found.ip_permissions_egress().len() == 2),
            (
                "SecurityGroupIngress",
                ingress.from_port() == Some(443) && ingress.ip_ranges() == https().ip_ranges(),
            ),
            ("Tags", tagged(found.tags())),
        ],
    );
    let rules = rules(ec2, group).await;
    let by_protocol = |protocol: &str| rules.iter().find(|r| r.ip_protocol() == Some(protocol)).unwrap();
    let (https, udp, out) = (by_protocol("tcp"), by_protocol("udp"), by_protocol("-1"));
    assert_eq!(out.cidr_ipv4(), Some("0.0.0.0/0"));
    let peer = udp.referenced_group_info().and_then(|info| info.group_id());
    echoes.of(
        "AWS::EC2::SecurityGroupIngress",
        &[
            ("CidrIp", https.cidr_ipv4() == Some("10.0.0.0/8")),
            ("Description", https.description() == Some("from inside")),
            ("FromPort", https.from_port() == Some(443)),
            ("GroupId", https.group_id() == Some(group)),
            ("IpProtocol", https.ip_protocol() == Some("tcp")),
            ("Tags", tagged(https.tags())),
            ("ToPort", https.to_port() == Some(443)),
        ],
    );
    echoes.of(
        "AWS::EC2::SecurityGroupEgress",
        &[("DestinationSecurityGroupId", peer == Some(group) && udp.is_egress() == Some(true))],
    );
}

pub(crate) async fn delete(ec2: &Client, group: &str) {
    let all = rules(ec2, group).await;
    let rule = all.iter().find(|rule| rule.is_egress() == Some(false)).unwrap();
    let id = rule.security_group_rule_id().unwrap();
    let request = SecurityGroupRuleRequest::builder()
        .ip_protocol("tcp")
        .from_port(444)
        .to_port(445)
        .cidr_ipv4("10.1.0.0/16")
        .description("changed")
        .build();
    let update = SecurityGroupRuleUpdate::builder().security_group_rule_id(id).security_group_rule(request);
    ec2.modify_security_group_rules()
        .group_id(group)
        .security_group_rules(update.build())
        .send()
        .await
        .unwrap();
    ec2.create_tags().resources(id).tags(Tag::builder().key("new").value("x").build()).send().await.unwrap();
    let changed = ec2.describe_security_group_rules().filters(filter("tag:new", "x")).send().await.unwrap();
    let changed = &changed.security_group_rules()[0];
    assert_eq!((changed.from_port(), changed.to_port()), (Some(444), Some(445)));
    assert_eq!(changed.cidr_ipv4(), Some("10.1.0.0/16"));
    ec2.revoke_security_group_ingress().group_id(group).security_group_rule_ids(id).send().await.unwrap();
    let gone = ec2.describe_security_group_rules().security_group_rule_ids(id).send().await.unwrap_err();
    assert_eq!(gone.into_service_error().meta().code(), Some("InvalidSecurityGroupRuleId.NotFound"));
    ec2.delete_security_group().group_id(group).send().await.unwrap();
    assert!(rules(ec2, group).await.is_empty());
}
