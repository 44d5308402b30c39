//! `AWS::EC2::SecurityGroup` under test.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::{IpPermission, IpRange};
use ironward_aws::ec2::{SecurityGroup, VpcId};
use ironward_core::program::DeclareError;
use ironward_core::stack::{Hipaa, Stack};
use serde_json::{Value as Json, json};

use super::by_key;
use super::fixture::Network;
use crate::cloud::Cloud;
use crate::subject::Subject;
use crate::suite::conform;

/// A group; `disturbed` is the direction in which it is opened by hand.
struct GroupSubject {
    network: Network,
    other: Network,
    disturbed: &'static str,
}

impl GroupSubject {
    async fn on(cloud: &Cloud, disturbed: &'static str) -> Self {
        Self { network: Network::make(cloud).await, other: Network::make(cloud).await, disturbed }
    }
}

async fn group(cloud: &Cloud, id: &str) -> Option<aws_sdk_ec2::types::SecurityGroup> {
    let groups = Client::new(&cloud.sdk).describe_security_groups().send().await.unwrap().security_groups?;
    groups.into_iter().find(|group| group.group_id() == Some(id))
}

#[async_trait]
impl Subject for GroupSubject {
    fn declare(&self, stack: &mut Stack<Hipaa>, edit: Option<&str>) -> Result<(), DeclareError> {
        let vpc = if edit == Some("VpcId") { &self.other.vpc } else { &self.network.vpc };
        let says = if edit == Some("GroupDescription") { "edited" } else { "conformance" };
        let mut group = SecurityGroup::in_vpc(VpcId::new(vpc), says).tag("use", "test");
        match edit {
            Some("GroupName") => group = group.group_name(format!("named-{}", self.network.vpc)),
            Some("Tags") => group = group.tag("use", "edited").tag("more", "yes"),
            _ => {}
        }
        stack.add("subject", group)?;
        Ok(())
    }

    fn updates(&self) -> &'static [&'static str] {
        &["Tags"]
    }

    fn replacements(&self) -> &'static [&'static str] {
        &["GroupDescription", "GroupName", "VpcId"]
    }

    async fn read(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>> {
        let group = group(cloud, id).await?;
        assert!(group.ip_permissions().is_empty(), "nothing is let in: {group:?}");
        assert!(group.ip_permissions_egress().is_empty(), "nothing is let out: {group:?}");
        Some(BTreeMap::from([("Tags", json!(self.tags(cloud, id).await))]))
    }

    async fn tags(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<String, String>> {
        Some(by_key(group(cloud, id).await?.tags()))
    }

    async fn remove(&self, cloud: &Cloud, id: &str) {
        Client::new(&cloud.sdk).delete_security_group().group_id(id).send().await.unwrap();
    }

    async fn disturb(&self, cloud: &Cloud, id: &str) -> Option<&'static str> {
        let ec2 = Client::new(&cloud.sdk);
        let world = IpRange::builder().cidr_ip("0.0.0.0/0").build();
        if self.disturbed == "SecurityGroupEgress" {
            let everything = IpPermission::builder().ip_protocol("-1").ip_ranges(world).build();
            let request = ec2.authorize_security_group_egress().group_id(id).ip_permissions(everything);
            request.send().await.unwrap();
        } else {
            let ssh = IpPermission::builder().ip_protocol("tcp").from_port(22).to_port(22).ip_ranges(world);
            let request = ec2.authorize_security_group_ingress().group_id(id).ip_permissions(ssh.build());
            request.send().await.unwrap();
        }
        Some(self.disturbed)
    }
}

#[tokio::test]
async fn group_on_sandbox() {
    let cloud = Cloud::sandbox().await;
    conform(&GroupSubject::on(&cloud, "SecurityGroupEgress").await, cloud).await;
}

#[tokio::test]
async fn group_on_moto() {
    let cloud = Cloud::moto().await;
    conform(&GroupSubject::on(&cloud, "SecurityGroupEgress").await, cloud).await;
}

#[tokio::test]
async fn a_port_that_is_opened_by_hand_is_closed_on_sandbox() {
    let cloud = Cloud::sandbox().await;
    conform(&GroupSubject::on(&cloud, "SecurityGroupIngress").await, cloud).await;
}

#[tokio::test]
async fn a_port_that_is_opened_by_hand_is_closed_on_moto() {
    let cloud = Cloud::moto().await;
    conform(&GroupSubject::on(&cloud, "SecurityGroupIngress").await, cloud).await;
}
