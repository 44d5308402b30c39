//! `AWS::RDS::DBSubnetGroup` under test.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use aws_sdk_rds::Client;
use ironward_aws::rds::{DbSubnetGroup, DbSubnetGroupName, IsolatedSubnets};
use ironward_core::program::DeclareError;
use ironward_core::stack::{Hipaa, Stack};
use serde_json::{Value as Json, json};

use super::Network;
use crate::cloud::{Cloud, Emulator};
use crate::subject::Subject;
use crate::suite::conform;

struct SubnetGroupSubject {
    network: Network,
    emulator: Emulator,
}

impl SubnetGroupSubject {
    async fn on(cloud: &Cloud) -> Self {
        Self { network: Network::make(cloud).await, emulator: cloud.emulator }
    }
}

#[async_trait]
impl Subject for SubnetGroupSubject {
    fn declare(&self, stack: &mut Stack<Hipaa>, edit: Option<&str>) -> Result<(), DeclareError> {
        let network = &self.network;
        let subnets = IsolatedSubnets::new(network.isolated(0), network.isolated(1));
        let mut group = match edit {
            Some("SubnetIds") => DbSubnetGroup::new(subnets.with(network.isolated(2)), "conformance"),
            Some("DBSubnetGroupDescription") => DbSubnetGroup::new(subnets, "edited"),
            _ => DbSubnetGroup::new(subnets, "conformance"),
        };
        group = group.tag("use", "test");
        match edit {
            Some("Tags") => group = group.tag("use", "edited").tag("more", "yes"),
            Some("DBSubnetGroupName") => {
                group = group.db_subnet_group_name(DbSubnetGroupName::new("Conformance-Edited"));
            }
            _ => {}
        }
        stack.add("subject", group)?;
        Ok(())
    }

    /// moto's `ModifyDBSubnetGroup` takes the group out of its store and doesn't put it back: the
    /// group is gone after any change, so there only the tags are edited.
    fn updates(&self) -> &'static [&'static str] {
        match self.emulator {
            Emulator::Sandbox => &["DBSubnetGroupDescription", "SubnetIds", "Tags"],
            Emulator::Moto => &["Tags"],
        }
    }

    fn replacements(&self) -> &'static [&'static str] {
        &["DBSubnetGroupName"]
    }

    async fn read(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>> {
        let request = Client::new(&cloud.sdk).describe_db_subnet_groups().db_subnet_group_name(id);
        let group = request.send().await.ok()?.db_subnet_groups?.into_iter().next()?;
        let subnets: BTreeSet<&str> =
            group.subnets().iter().filter_map(|subnet| subnet.subnet_identifier()).collect();
        Some(BTreeMap::from([
            ("DBSubnetGroupDescription", json!(group.db_subnet_group_description())),
            ("SubnetIds", json!(subnets)),
            ("Tags", json!(self.tags(cloud, id).await)),
        ]))
    }

    async fn tags(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<String, String>> {
        let arn = format!("arn:aws:rds:us-east-1:123456789012:subgrp:{id}");
        let tags = Client::new(&cloud.sdk).list_tags_for_resource().resource_name(arn).send().await.unwrap();
        let pair = |tag: &aws_sdk_rds::types::Tag| Some((tag.key.clone()?, tag.value.clone()?));
        Some(tags.tag_list().iter().filter_map(pair).collect())
    }

    async fn remove(&self, cloud: &Cloud, id: &str) {
        let request = Client::new(&cloud.sdk).delete_db_subnet_group().db_subnet_group_name(id);
        request.send().await.unwrap();
    }

    async fn disturb(&self, cloud: &Cloud, id: &str) -> Option<&'static str> {
        if self.emulator == Emulator::Moto {
            return None;
        }
        let request = Client::new(&cloud.sdk).modify_db_subnet_group().db_subnet_group_name(id);
        let request = request.db_subnet_group_description("by hand");
        request.set_subnet_ids(Some(self.network.subnets[..2].to_vec())).send().await.unwrap();
        Some("DBSubnetGroupDescription")
    }
}

#[tokio::test]
async fn subnet_group_on_sandbox() {
    let cloud = Cloud::sandbox().await;
    conform(&SubnetGroupSubject::on(&cloud).await, cloud).await;
}

#[tokio::test]
async fn subnet_group_on_moto() {
    let cloud = Cloud::moto().await;
    conform(&SubnetGroupSubject::on(&cloud).await, cloud).await;
}
