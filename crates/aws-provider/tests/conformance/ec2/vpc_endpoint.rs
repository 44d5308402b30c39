//! `AWS::EC2::VPCEndpoint` under test.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::Tag;
use ironward_aws::ec2::{
    DnsOptions, DnsRecordIpType, EndpointIpAddressType, EndpointPolicy, EndpointStatement, PrivateDnsFor,
    SecurityGroup, VpcEndpoint, VpcId, service_name,
};
use ironward_aws::place::Here;
use ironward_core::program::DeclareError;
use ironward_core::stack::{Hipaa, Stack};
use serde_json::{Value as Json, json};

use super::by_key;
use super::fixture::Network;
use crate::cloud::{Cloud, Emulator};
use crate::subject::Subject;
use crate::suite::{conform, edit_each};

struct GatewaySubject {
    network: Network,
}

pub(crate) struct InterfaceSubject {
    pub(crate) network: Network,
}

async fn endpoint(cloud: &Cloud, id: &str) -> Option<aws_sdk_ec2::types::VpcEndpoint> {
    // moto keeps what was deleted, and answers 500 for it once its security groups are gone.
    let request = Client::new(&cloud.sdk).describe_vpc_endpoints().vpc_endpoint_ids(id);
    let found = request.send().await.ok()?.vpc_endpoints?;
    let found = found.into_iter().find(|endpoint| endpoint.vpc_endpoint_id() == Some(id))?;
    let state = found.state().map(|state| state.as_str().to_lowercase());
    (state.as_deref() != Some("deleted")).then_some(found)
}

async fn read(cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>> {
    let endpoint = endpoint(cloud, id).await?;
    let sorted = |ids: &[String]| {
        let mut ids = ids.to_vec();
        ids.sort();
        json!(ids)
    };
    let groups: Vec<String> = endpoint.groups().iter().filter_map(|group| group.group_id.clone()).collect();
    let policy: Option<Json> = endpoint.policy_document().map(|text| serde_json::from_str(text).unwrap());
    Some(BTreeMap::from([
        ("PolicyDocument", json!(policy)),
        ("RouteTableIds", sorted(endpoint.route_table_ids())),
        ("SubnetIds", sorted(endpoint.subnet_ids())),
        ("SecurityGroupIds", sorted(&groups)),
        ("PrivateDnsEnabled", json!(endpoint.private_dns_enabled())),
        ("Tags", json!(by_key(endpoint.tags()))),
    ]))
}

async fn remove(cloud: &Cloud, id: &str) {
    Client::new(&cloud.sdk).delete_vpc_endpoints().vpc_endpoint_ids(id).send().await.unwrap();
}

async fn disturb(cloud: &Cloud, id: &str) {
    let tag = Tag::builder().key("use").value("by hand").build();
    Client::new(&cloud.sdk).create_tags().resources(id).tags(tag).send().await.unwrap();
}

fn reading() -> EndpointPolicy {
    EndpointPolicy::new().with(EndpointStatement::allow(["s3:GetObject"]).on("arn:aws:s3:::kept/*"))
}

#[async_trait]
impl Subject for GatewaySubject {
    fn declare(&self, stack: &mut Stack<Hipaa>, edit: Option<&str>) -> Result<(), DeclareError> {
        let here = stack.lookup("here", Here)?;
        let service = if edit == Some("ServiceName") { "dynamodb" } else { "s3" };
        let service = service_name(&here.region(), service);
        let table = self.network.route_table(0);
        let mut gateway =
            VpcEndpoint::gateway(VpcId::new(&self.network.vpc), service, [table]).tag("use", "test");
        match edit {
            Some("RouteTableIds") => gateway = gateway.route_table(self.network.route_table(1)),
            Some("PolicyDocument") => gateway = gateway.policy_document(reading()),
            Some("Tags") => gateway = gateway.tag("use", "edited").tag("more", "yes"),
            _ => {}
        }
        stack.add("subject", gateway)?;
        Ok(())
    }

    fn updates(&self) -> &'static [&'static str] {
        &["PolicyDocument", "RouteTableIds", "Tags"]
    }

    fn replacements(&self) -> &'static [&'static str] {
        &["ServiceName"]
    }

    async fn read(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>> {
        read(cloud, id).await
    }

    async fn tags(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<String, String>> {
        Some(by_key(endpoint(cloud, id).await?.tags()))
    }

    async fn remove(&self, cloud: &Cloud, id: &str) {
        remove(cloud, id).await;
    }

    async fn disturb(&self, cloud: &Cloud, id: &str) -> Option<&'static str> {
        disturb(cloud, id).await;
        Some("Tags")
    }

    fn unseen(&self, emulator: Emulator) -> &'static [&'static str] {
        match emulator {
            Emulator::Sandbox => &["PolicyDocument", "RouteTableIds"],
            Emulator::Moto => &[],
        }
    }
}

#[async_trait]
impl Subject for InterfaceSubject {
    fn declare(&self, stack: &mut Stack<Hipaa>, edit: Option<&str>) -> Result<(), DeclareError> {
        let here = stack.lookup("here", Here)?;
        let service = if edit == Some("ServiceName") { "kms" } else { "logs" };
        let vpc = VpcId::new(&self.network.vpc);
        let one = stack.add("one", SecurityGroup::in_vpc(vpc.clone(), "conformance"))?;
        let two = stack.add("two", SecurityGroup::in_vpc(vpc.clone(), "another"))?;
        let mut subnets = vec![self.network.subnet(0)];
        if edit == Some("SubnetIds") {
            subnets.push(self.network.subnet(1));
        }
        let group = if edit == Some("SecurityGroupIds") { two.id() } else { one.id() };
        let service = service_name(&here.region(), service);
        let mut interface = VpcEndpoint::interface(vpc, service, subnets, [group]).tag("use", "test");
        match edit {
            Some("PolicyDocument") => {
                interface = interface.policy_document(EndpointPolicy::within_account(&here.account()));
            }
            Some("PrivateDnsEnabled") => interface = interface.private_dns_enabled(false),
            Some("IpAddressType") => {
                interface = interface.ip_address_type(EndpointIpAddressType::Dualstack).dns_options(
                    DnsOptions::new()
                        .dns_record_ip_type(DnsRecordIpType::Dualstack)
                        .private_dns_only_for_inbound_resolver_endpoint(PrivateDnsFor::AllResolvers),
                );
            }
            Some("Tags") => interface = interface.tag("use", "edited").tag("more", "yes"),
            _ => {}
        }
        stack.add("subject", interface)?;
        Ok(())
    }

    fn updates(&self) -> &'static [&'static str] {
        &["PolicyDocument", "SubnetIds", "SecurityGroupIds", "Tags"]
    }

    fn replacements(&self) -> &'static [&'static str] {
        &["ServiceName"]
    }

    async fn read(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>> {
        read(cloud, id).await
    }

    async fn tags(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<String, String>> {
        Some(by_key(endpoint(cloud, id).await?.tags()))
    }

    async fn remove(&self, cloud: &Cloud, id: &str) {
        remove(cloud, id).await;
    }

    async fn disturb(&self, cloud: &Cloud, id: &str) -> Option<&'static str> {
        disturb(cloud, id).await;
        Some("Tags")
    }

    fn unseen(&self, emulator: Emulator) -> &'static [&'static str] {
        match emulator {
            Emulator::Sandbox => &["PolicyDocument", "SubnetIds", "SecurityGroupIds"],
            Emulator::Moto => &[],
        }
    }
}

#[tokio::test]
async fn gateway_on_sandbox() {
    let cloud = Cloud::sandbox().await;
    conform(&GatewaySubject { network: Network::make(&cloud).await }, cloud).await;
}

#[tokio::test]
async fn gateway_on_moto() {
    let cloud = Cloud::moto().await;
    conform(&GatewaySubject { network: Network::make(&cloud).await }, cloud).await;
}

#[tokio::test]
async fn interface_on_sandbox() {
    let cloud = Cloud::sandbox().await;
    conform(&InterfaceSubject { network: Network::make(&cloud).await }, cloud).await;
}

#[tokio::test]
async fn interface_on_moto() {
    let cloud = Cloud::moto().await;
    conform(&InterfaceSubject { network: Network::make(&cloud).await }, cloud).await;
}

/// moto takes a change of private DNS, address type and DNS options without making it, and the
/// sandbox shows none of them.
#[tokio::test]
async fn dns_is_asked_for_as_declared() {
    let (cloud, wire) = Cloud::wired().await;
    let subject = InterfaceSubject { network: Network::make(&cloud).await };
    edit_each(&subject, cloud, &["PrivateDnsEnabled", "IpAddressType"]).await;
    let created = wire.sent("CreateVpcEndpoint");
    assert_eq!(created.len(), 1, "{created:#?}");
    assert!(created[0].body.contains("PrivateDnsEnabled=true"), "{}", created[0].body);
    assert!(created[0].body.contains("ClientToken="), "{}", created[0].body);
    let changed = wire.sent("ModifyVpcEndpoint");
    assert!(changed[0].body.contains("PrivateDnsEnabled=false"), "{}", changed[0].body);
    assert!(changed[1].body.contains("PrivateDnsEnabled=true"), "{}", changed[1].body);
    for part in [
        "IpAddressType=dualstack",
        "DnsOptions.DnsRecordIpType=dualstack",
        "DnsOptions.PrivateDnsOnlyForInboundResolverEndpoint=false",
    ] {
        assert!(changed[2].body.contains(part), "{part}: {}", changed[2].body);
    }
    for part in ["IpAddressType=ipv4", "DnsOptions.DnsRecordIpType=ipv4"] {
        assert!(changed[3].body.contains(part), "{part}: {}", changed[3].body);
    }
}
