//! `AWS::EC2::SecurityGroupIngress` and `AWS::EC2::SecurityGroupEgress` under test.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::{
    IpPermission, IpRange, SecurityGroupRule, SecurityGroupRuleRequest, SecurityGroupRuleUpdate,
};
use ironward_aws::ec2::{
    SecurityGroup, SecurityGroupEgress, SecurityGroupId, SecurityGroupIngress, Traffic, VpcId,
};
use ironward_aws::peer_cidr;
use ironward_core::program::DeclareError;
use ironward_core::stack::{Hipaa, Stack};
use serde_json::{Value as Json, json};

use super::by_key;
use super::fixture::Network;
use crate::cloud::{Cloud, Emulator};
use crate::subject::Subject;
use crate::suite::{conform, failure};

/// A rule: which way it lets traffic, and by what its peer is named.
struct RuleSubject {
    network: Network,
    emulator: Emulator,
    ingress: bool,
    peer: &'static str,
}

impl RuleSubject {
    async fn on(cloud: &Cloud, ingress: bool, peer: &'static str) -> Self {
        Self { network: Network::make(cloud).await, emulator: cloud.emulator, ingress, peer }
    }
}

async fn rule(cloud: &Cloud, id: &str) -> Option<SecurityGroupRule> {
    let ec2 = Client::new(&cloud.sdk);
    let rules = ec2.describe_security_group_rules().send().await.unwrap().security_group_rules?;
    rules.into_iter().find(|rule| rule.security_group_rule_id() == Some(id))
}

#[async_trait]
impl Subject for RuleSubject {
    fn declare(&self, stack: &mut Stack<Hipaa>, edit: Option<&str>) -> Result<(), DeclareError> {
        let group = |says: &str| SecurityGroup::in_vpc(VpcId::new(&self.network.vpc), says);
        let one = stack.add("one", group("conformance"))?;
        let two = stack.add("two", group("another"))?;
        let group = if edit == Some("GroupId") { two.id() } else { one.id() };
        let traffic = match edit {
            Some("IpProtocol") => Traffic::udp_range(1024, 2048),
            Some("FromPort") => Traffic::tcp_range(1025, 2048),
            Some("ToPort") => Traffic::tcp_range(1024, 2047),
            _ => Traffic::tcp_range(1024, 2048),
        };
        let says = if edit == Some("Description") { "edited" } else { "conformance" };
        let other_kind = edit == Some("PeerType");
        if self.ingress {
            let mut rule = match (self.peer, other_kind) {
                ("CidrIp", false) if edit == Some("CidrIp") => {
                    SecurityGroupIngress::from_cidr(group, peer_cidr!("10.9.0.0/16"), traffic, says)
                }
                ("CidrIp", false) => {
                    SecurityGroupIngress::from_cidr(group, peer_cidr!("10.8.0.0/16"), traffic, says)
                }
                ("CidrIpv6", false) if edit == Some("CidrIpv6") => {
                    SecurityGroupIngress::from_cidr(group, peer_cidr!("fd00:2::/64"), traffic, says)
                }
                ("CidrIpv6", false) => {
                    SecurityGroupIngress::from_cidr(group, peer_cidr!("fd00:1::/64"), traffic, says)
                }
                _ if edit == Some("SourceSecurityGroupId") => {
                    SecurityGroupIngress::from_group(group, one.id(), traffic, says)
                }
                _ => SecurityGroupIngress::from_group(group, two.id(), traffic, says),
            };
            if edit == Some("Tags") {
                rule = rule.tag("use", "edited");
            }
            stack.add("subject", rule)?;
        } else {
            let mut rule = match (self.peer, other_kind) {
                ("CidrIp", false) if edit == Some("CidrIp") => {
                    SecurityGroupEgress::to_cidr(group, peer_cidr!("10.9.0.0/16"), traffic, says)
                }
                ("CidrIp", false) => {
                    SecurityGroupEgress::to_cidr(group, peer_cidr!("10.8.0.0/16"), traffic, says)
                }
                _ if edit == Some("DestinationSecurityGroupId") => {
                    SecurityGroupEgress::to_group(group, one.id(), traffic, says)
                }
                _ => SecurityGroupEgress::to_group(group, two.id(), traffic, says),
            };
            if edit == Some("Tags") {
                rule = rule.tag("use", "edited");
            }
            stack.add("subject", rule)?;
        }
        Ok(())
    }

    fn updates(&self) -> &'static [&'static str] {
        match (self.peer, self.ingress) {
            ("CidrIp", _) => &["IpProtocol", "FromPort", "ToPort", "Description", "CidrIp", "Tags"],
            ("CidrIpv6", _) => &["IpProtocol", "FromPort", "ToPort", "Description", "CidrIpv6", "Tags"],
            // moto changes neither a rule's group nor its IPv6 range.
            _ if self.emulator == Emulator::Moto => &["IpProtocol", "FromPort", "ToPort", "Tags"],
            (_, true) => &["IpProtocol", "FromPort", "Description", "SourceSecurityGroupId", "Tags"],
            (_, false) => &["IpProtocol", "FromPort", "Description", "DestinationSecurityGroupId", "Tags"],
        }
    }

    fn replacements(&self) -> &'static [&'static str] {
        if self.peer == "CidrIp" { &["GroupId", "PeerType"] } else { &["GroupId"] }
    }

    async fn read(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>> {
        let rule = rule(cloud, id).await?;
        assert_eq!(rule.is_egress(), Some(!self.ingress));
        let group = rule.referenced_group_info().and_then(|info| info.group_id());
        Some(BTreeMap::from([
            ("IpProtocol", json!(rule.ip_protocol())),
            ("FromPort", json!(rule.from_port())),
            ("ToPort", json!(rule.to_port())),
            ("Description", json!(rule.description())),
            ("CidrIp", json!(rule.cidr_ipv4())),
            ("CidrIpv6", json!(rule.cidr_ipv6())),
            ("SourceSecurityGroupId", json!(group)),
            ("DestinationSecurityGroupId", json!(group)),
            ("Tags", json!(by_key(rule.tags()))),
        ]))
    }

    async fn tags(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<String, String>> {
        Some(by_key(rule(cloud, id).await?.tags()))
    }

    async fn remove(&self, cloud: &Cloud, id: &str) {
        let ec2 = Client::new(&cloud.sdk);
        let group = rule(cloud, id).await.unwrap().group_id.unwrap();
        if self.ingress {
            let request = ec2.revoke_security_group_ingress().group_id(group).security_group_rule_ids(id);
            request.send().await.unwrap();
        } else {
            let request = ec2.revoke_security_group_egress().group_id(group).security_group_rule_ids(id);
            request.send().await.unwrap();
        }
    }

    async fn disturb(&self, cloud: &Cloud, id: &str) -> Option<&'static str> {
        let now = rule(cloud, id).await.unwrap();
        let group = now.referenced_group_info().and_then(|info| info.group_id()).map(str::to_owned);
        let request = SecurityGroupRuleRequest::builder()
            .set_ip_protocol(now.ip_protocol.clone())
            .from_port(7)
            .set_to_port(now.to_port)
            .set_description(now.description.clone())
            .set_cidr_ipv4(now.cidr_ipv4.clone())
            .set_cidr_ipv6(now.cidr_ipv6.clone())
            .set_referenced_group_id(group);
        let update = SecurityGroupRuleUpdate::builder().security_group_rule_id(id);
        let update = update.security_group_rule(request.build()).build();
        let ec2 = Client::new(&cloud.sdk);
        let request = ec2.modify_security_group_rules().set_group_id(now.group_id);
        request.security_group_rules(update).send().await.unwrap();
        Some("FromPort")
    }
}

#[tokio::test]
async fn ingress_on_sandbox() {
    let cloud = Cloud::sandbox().await;
    conform(&RuleSubject::on(&cloud, true, "CidrIp").await, cloud).await;
}

#[tokio::test]
async fn ingress_on_moto() {
    let cloud = Cloud::moto().await;
    conform(&RuleSubject::on(&cloud, true, "CidrIp").await, cloud).await;
}

#[tokio::test]
async fn ingress_from_ipv6_on_sandbox() {
    let cloud = Cloud::sandbox().await;
    conform(&RuleSubject::on(&cloud, true, "CidrIpv6").await, cloud).await;
}

#[tokio::test]
async fn ingress_from_a_group_on_sandbox() {
    let cloud = Cloud::sandbox().await;
    conform(&RuleSubject::on(&cloud, true, "Group").await, cloud).await;
}

#[tokio::test]
async fn ingress_from_a_group_on_moto() {
    let cloud = Cloud::moto().await;
    conform(&RuleSubject::on(&cloud, true, "Group").await, cloud).await;
}

#[tokio::test]
async fn egress_on_sandbox() {
    let cloud = Cloud::sandbox().await;
    conform(&RuleSubject::on(&cloud, false, "CidrIp").await, cloud).await;
}

#[tokio::test]
async fn egress_on_moto() {
    let cloud = Cloud::moto().await;
    conform(&RuleSubject::on(&cloud, false, "CidrIp").await, cloud).await;
}

#[tokio::test]
async fn egress_to_a_group_on_sandbox() {
    let cloud = Cloud::sandbox().await;
    conform(&RuleSubject::on(&cloud, false, "Group").await, cloud).await;
}

#[tokio::test]
async fn egress_to_a_group_on_moto() {
    let cloud = Cloud::moto().await;
    conform(&RuleSubject::on(&cloud, false, "Group").await, cloud).await;
}

/// The same rule is there already, made by hand: it isn't taken over.
async fn a_rule_of_others_is_refused(cloud: Cloud) {
    let network = Network::make(&cloud).await;
    let ec2 = Client::new(&cloud.sdk);
    let group = ec2.create_security_group().group_name("theirs").description("theirs").vpc_id(&network.vpc);
    let group = group.send().await.unwrap().group_id.unwrap();
    let https = IpPermission::builder().ip_protocol("tcp").from_port(443).to_port(443);
    let https = https.ip_ranges(IpRange::builder().cidr_ip("0.0.0.0/0").build()).build();
    let request = ec2.authorize_security_group_ingress().group_id(&group).ip_permissions(https);
    request.send().await.unwrap();
    let mut stack = Stack::<Hipaa>::new("conformance");
    let rule = SecurityGroupIngress::https_from_internet(SecurityGroupId::new(&group), "HTTPS");
    stack.add("subject", rule).unwrap();
    let failure = failure(&cloud, &stack.program()).await;
    assert!(failure.contains("isn't managed by this stack"), "{failure}");
}

#[tokio::test]
async fn a_rule_of_others_is_refused_on_sandbox() {
    a_rule_of_others_is_refused(Cloud::sandbox().await).await;
}

#[tokio::test]
async fn a_rule_of_others_is_refused_on_moto() {
    a_rule_of_others_is_refused(Cloud::moto().await).await;
}
