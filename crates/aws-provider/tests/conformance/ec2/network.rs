//! Raw reads of the network, and what its subjects have in common.

use std::collections::BTreeMap;

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::{Address, Filter, InternetGateway, NatGateway, Route, RouteTable, Subnet, Tag, Vpc};

use crate::cloud::Cloud;

pub fn ec2(cloud: &Cloud) -> Client {
    Client::new(&cloud.sdk)
}

pub fn filter(name: &str, value: &str) -> Filter {
    Filter::builder().name(name).values(value).build()
}

pub fn tags(tags: &[Tag]) -> BTreeMap<String, String> {
    tags.iter().map(|tag| (tag.key().unwrap().to_owned(), tag.value().unwrap().to_owned())).collect()
}

/// The tags that a program declares: those without a prefix.
pub fn own(tags: &[Tag]) -> BTreeMap<String, String> {
    self::tags(tags).into_iter().filter(|(key, _)| !key.contains(':')).collect()
}

pub async fn retag(cloud: &Cloud, id: &str) -> Option<&'static str> {
    let tag = Tag::builder().key("use").value("by hand").build();
    ec2(cloud).create_tags().resources(id).tags(tag).send().await.unwrap();
    Some("Tags")
}

pub async fn vpc(cloud: &Cloud, id: &str) -> Option<Vpc> {
    let found = ec2(cloud).describe_vpcs().filters(filter("vpc-id", id)).send().await.unwrap();
    found.vpcs?.into_iter().find(|vpc| vpc.vpc_id() == Some(id))
}

pub async fn subnet(cloud: &Cloud, id: &str) -> Option<Subnet> {
    let found = ec2(cloud).describe_subnets().filters(filter("subnet-id", id)).send().await.unwrap();
    found.subnets?.into_iter().find(|subnet| subnet.subnet_id() == Some(id))
}

pub async fn gateways(cloud: &Cloud) -> Vec<InternetGateway> {
    ec2(cloud).describe_internet_gateways().send().await.unwrap().internet_gateways.unwrap_or_default()
}

pub async fn address(cloud: &Cloud, id: &str) -> Option<Address> {
    let found = ec2(cloud).describe_addresses().send().await.unwrap().addresses?;
    found.into_iter().find(|address| address.allocation_id() == Some(id))
}

/// A NAT gateway that isn't deleted.
pub async fn nat(cloud: &Cloud, id: &str) -> Option<NatGateway> {
    let found = ec2(cloud).describe_nat_gateways().send().await.unwrap().nat_gateways?;
    found
        .into_iter()
        .filter(|nat| nat.state().is_none_or(|state| state.as_str() != "deleted"))
        .find(|nat| nat.nat_gateway_id() == Some(id))
}

pub async fn tables(cloud: &Cloud) -> Vec<RouteTable> {
    ec2(cloud).describe_route_tables().send().await.unwrap().route_tables.unwrap_or_default()
}

pub async fn table(cloud: &Cloud, id: &str) -> Option<RouteTable> {
    tables(cloud).await.into_iter().find(|table| table.route_table_id() == Some(id))
}

/// The table that a subnet is associated with.
pub async fn table_of(cloud: &Cloud, subnet: &str) -> Option<RouteTable> {
    tables(cloud)
        .await
        .into_iter()
        .find(|table| table.associations().iter().any(|association| association.subnet_id() == Some(subnet)))
}

/// The route of a physical id: a table, a bar and a destination.
pub async fn route(cloud: &Cloud, id: &str) -> Option<Route> {
    let (table_id, to) = id.split_once('|').unwrap();
    let table = table(cloud, table_id).await?;
    table.routes().iter().find(|route| route.destination_cidr_block() == Some(to)).cloned()
}
