//! Route tables, routes and associations under test.

use std::collections::BTreeMap;

use async_trait::async_trait;
use ironward_aws::cidr;
use ironward_aws::ec2::{
    Eip, InternetGateway, NatGateway, Private, Public, Route, RouteTable, Subnet,
    SubnetRouteTableAssociation, Vpc, ZoneName,
};
use ironward_core::program::DeclareError;
use ironward_core::stack::{Hipaa, Stack};
use serde_json::{Value as Json, json};

use super::network::{ec2, gateways, own, retag, route, table, table_of, tables, tags};
use crate::cloud::Cloud;
use crate::subject::Subject;
use crate::suite::conform;

struct RouteTableSubject;

#[async_trait]
impl Subject for RouteTableSubject {
    fn declare(&self, stack: &mut Stack<Hipaa>, edit: Option<&str>) -> Result<(), DeclareError> {
        let one = stack.add("one", Vpc::new(cidr!("10.0.0.0/16")))?;
        let two = stack.add("two", Vpc::new(cidr!("10.1.0.0/16")))?;
        let vpc = if edit == Some("VpcId") { two } else { one };
        let mut table = RouteTable::<Private>::new(vpc.id()).tag("use", "test");
        if edit == Some("Tags") {
            table = table.tag("use", "edited").tag("more", "yes");
        }
        stack.add("subject", table)?;
        Ok(())
    }

    fn updates(&self) -> &'static [&'static str] {
        &["Tags"]
    }

    fn replacements(&self) -> &'static [&'static str] {
        &["VpcId"]
    }

    async fn read(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>> {
        Some(BTreeMap::from([("Tags", json!(own(table(cloud, id).await?.tags())))]))
    }

    async fn tags(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<String, String>> {
        Some(tags(table(cloud, id).await?.tags()))
    }

    async fn remove(&self, cloud: &Cloud, id: &str) {
        ec2(cloud).delete_route_table().route_table_id(id).send().await.unwrap();
    }

    async fn disturb(&self, cloud: &Cloud, id: &str) -> Option<&'static str> {
        retag(cloud, id).await
    }
}

/// A route of a private table to a NAT gateway.
pub(crate) struct NatRouteSubject;

#[async_trait]
impl Subject for NatRouteSubject {
    fn declare(&self, stack: &mut Stack<Hipaa>, edit: Option<&str>) -> Result<(), DeclareError> {
        let vpc = stack.add("vpc", Vpc::new(cidr!("10.0.0.0/16")))?;
        let subnet = Subnet::<Public>::new(vpc.id(), cidr!("10.0.0.0/24"), ZoneName::new("us-east-1a"));
        let subnet = stack.add("subnet", subnet)?;
        let address_one = stack.add("address-one", Eip::new())?;
        let address_two = stack.add("address-two", Eip::new())?;
        let nat_one = stack.add("nat-one", NatGateway::public(subnet.id(), address_one.allocation_id()))?;
        let nat_two = stack.add("nat-two", NatGateway::public(subnet.id(), address_two.allocation_id()))?;
        let one = stack.add("one", RouteTable::<Private>::new(vpc.id()))?;
        let two = stack.add("two", RouteTable::<Private>::new(vpc.id()))?;
        let table = if edit == Some("RouteTableId") { two } else { one };
        let nat = if edit == Some("NatGatewayId") { nat_two } else { nat_one };
        let edited = edit == Some("DestinationCidrBlock");
        let to = if edited { cidr!("192.0.2.0/24") } else { cidr!("0.0.0.0/0") };
        stack.add("subject", Route::to_nat_gateway(table.id(), nat.id(), to))?;
        Ok(())
    }

    fn updates(&self) -> &'static [&'static str] {
        &["NatGatewayId"]
    }

    fn replacements(&self) -> &'static [&'static str] {
        &["DestinationCidrBlock", "RouteTableId"]
    }

    async fn read(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>> {
        let route = route(cloud, id).await?;
        Some(BTreeMap::from([("NatGatewayId", json!(route.nat_gateway_id()))]))
    }

    async fn tags(&self, _cloud: &Cloud, _id: &str) -> Option<BTreeMap<String, String>> {
        None
    }

    async fn remove(&self, cloud: &Cloud, id: &str) {
        let (table, to) = id.split_once('|').unwrap();
        let request = ec2(cloud).delete_route().route_table_id(table).destination_cidr_block(to);
        request.send().await.unwrap();
    }

    async fn disturb(&self, cloud: &Cloud, id: &str) -> Option<&'static str> {
        let (table_id, to) = id.split_once('|').unwrap();
        let current = route(cloud, id).await.unwrap();
        let vpc = table(cloud, table_id).await.unwrap().vpc_id.unwrap();
        let nats = ec2(cloud).describe_nat_gateways().send().await.unwrap().nat_gateways.unwrap();
        let other = nats
            .iter()
            .filter(|nat| nat.vpc_id() == Some(vpc.as_str()))
            .find(|nat| nat.nat_gateway_id() != current.nat_gateway_id())
            .unwrap();
        let request = ec2(cloud).replace_route().route_table_id(table_id).destination_cidr_block(to);
        request.nat_gateway_id(other.nat_gateway_id().unwrap()).send().await.unwrap();
        Some("NatGatewayId")
    }
}

/// A route of a public table to an internet gateway.
struct InternetRouteSubject;

#[async_trait]
impl Subject for InternetRouteSubject {
    fn declare(&self, stack: &mut Stack<Hipaa>, edit: Option<&str>) -> Result<(), DeclareError> {
        let vpc = stack.add("vpc", Vpc::new(cidr!("10.0.0.0/16")))?;
        let table = stack.add("table", RouteTable::<Public>::new(vpc.id()))?;
        let one = stack.add("one", InternetGateway::new())?;
        let two = stack.add("two", InternetGateway::new())?;
        let gateway = if edit == Some("GatewayId") { two } else { one };
        let edited = edit == Some("DestinationCidrBlock");
        let to = if edited { cidr!("192.0.2.0/24") } else { cidr!("0.0.0.0/0") };
        stack.add("subject", Route::to_internet_gateway(table.id(), gateway.id(), to))?;
        Ok(())
    }

    fn updates(&self) -> &'static [&'static str] {
        &["GatewayId"]
    }

    fn replacements(&self) -> &'static [&'static str] {
        &["DestinationCidrBlock"]
    }

    async fn read(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>> {
        Some(BTreeMap::from([("GatewayId", json!(route(cloud, id).await?.gateway_id()))]))
    }

    async fn tags(&self, _cloud: &Cloud, _id: &str) -> Option<BTreeMap<String, String>> {
        None
    }

    async fn remove(&self, cloud: &Cloud, id: &str) {
        NatRouteSubject.remove(cloud, id).await;
    }

    async fn disturb(&self, cloud: &Cloud, id: &str) -> Option<&'static str> {
        let (table, to) = id.split_once('|').unwrap();
        let current = route(cloud, id).await.unwrap().gateway_id.unwrap();
        let gateways = gateways(cloud).await;
        let other =
            gateways.iter().find(|other| other.internet_gateway_id() != Some(current.as_str())).unwrap();
        let request = ec2(cloud).replace_route().route_table_id(table).destination_cidr_block(to);
        request.gateway_id(other.internet_gateway_id().unwrap()).send().await.unwrap();
        Some("GatewayId")
    }
}

struct AssociationSubject;

#[async_trait]
impl Subject for AssociationSubject {
    fn declare(&self, stack: &mut Stack<Hipaa>, edit: Option<&str>) -> Result<(), DeclareError> {
        let vpc = stack.add("vpc", Vpc::new(cidr!("10.0.0.0/16")))?;
        let zone = ZoneName::new("us-east-1a");
        let one = Subnet::<Private>::new(vpc.id(), cidr!("10.0.0.0/24"), zone.clone());
        let one = stack.add("one", one)?;
        let two = stack.add("two", Subnet::<Private>::new(vpc.id(), cidr!("10.0.1.0/24"), zone))?;
        let table_one = stack.add("table-one", RouteTable::<Private>::new(vpc.id()))?;
        let table_two = stack.add("table-two", RouteTable::<Private>::new(vpc.id()))?;
        let subnet = if edit == Some("SubnetId") { two } else { one };
        let table = if edit == Some("RouteTableId") { table_two } else { table_one };
        stack.add("subject", SubnetRouteTableAssociation::new(subnet.id(), table.id()))?;
        Ok(())
    }

    fn updates(&self) -> &'static [&'static str] {
        &["RouteTableId"]
    }

    fn replacements(&self) -> &'static [&'static str] {
        &["SubnetId"]
    }

    async fn read(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>> {
        let table = table_of(cloud, id).await?;
        Some(BTreeMap::from([("RouteTableId", json!(table.route_table_id()))]))
    }

    async fn tags(&self, _cloud: &Cloud, _id: &str) -> Option<BTreeMap<String, String>> {
        None
    }

    async fn remove(&self, cloud: &Cloud, id: &str) {
        let table = table_of(cloud, id).await.unwrap();
        let its = table.associations().iter().find(|its| its.subnet_id() == Some(id)).unwrap();
        let request = ec2(cloud).disassociate_route_table();
        request.association_id(its.route_table_association_id().unwrap()).send().await.unwrap();
    }

    async fn disturb(&self, cloud: &Cloud, id: &str) -> Option<&'static str> {
        let table = table_of(cloud, id).await.unwrap();
        let its = table.associations().iter().find(|its| its.subnet_id() == Some(id)).unwrap();
        let tables = tables(cloud).await;
        let other = tables
            .iter()
            .filter(|other| other.vpc_id() == table.vpc_id() && !other.tags().is_empty())
            .find(|other| other.route_table_id() != table.route_table_id())
            .unwrap();
        let request = ec2(cloud).replace_route_table_association();
        let request = request.association_id(its.route_table_association_id().unwrap());
        request.route_table_id(other.route_table_id().unwrap()).send().await.unwrap();
        Some("RouteTableId")
    }
}

#[tokio::test]
async fn route_table_on_sandbox() {
    conform(&RouteTableSubject, Cloud::sandbox().await).await;
}

#[tokio::test]
async fn route_table_on_moto() {
    conform(&RouteTableSubject, Cloud::moto().await).await;
}

#[tokio::test]
async fn nat_route_on_sandbox() {
    conform(&NatRouteSubject, Cloud::sandbox().await).await;
}

#[tokio::test]
async fn nat_route_on_moto() {
    conform(&NatRouteSubject, Cloud::moto().await).await;
}

#[tokio::test]
async fn internet_route_on_sandbox() {
    conform(&InternetRouteSubject, Cloud::sandbox().await).await;
}

#[tokio::test]
async fn internet_route_on_moto() {
    conform(&InternetRouteSubject, Cloud::moto().await).await;
}

#[tokio::test]
async fn association_on_sandbox() {
    conform(&AssociationSubject, Cloud::sandbox().await).await;
}

#[tokio::test]
async fn association_on_moto() {
    conform(&AssociationSubject, Cloud::moto().await).await;
}
