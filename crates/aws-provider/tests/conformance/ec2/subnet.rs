//! Subnets under test.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_ec2::types::AttributeBooleanValue;
use ironward_aws::cidr;
use ironward_aws::ec2::{HostnameType, Private, PrivateDnsNameOptions, Subnet, Vpc, ZoneName};
use ironward_core::program::DeclareError;
use ironward_core::stack::{Hipaa, Stack};
use serde_json::{Value as Json, json};

use super::network::{ec2, own, subnet, tags};
use crate::cloud::{Cloud, Emulator};
use crate::subject::Subject;
use crate::suite::conform;

pub(crate) struct SubnetSubject;

#[async_trait]
impl Subject for SubnetSubject {
    fn declare(&self, stack: &mut Stack<Hipaa>, edit: Option<&str>) -> Result<(), DeclareError> {
        let vpc = stack.add("vpc", Vpc::new(cidr!("10.0.0.0/16")))?;
        let other = stack.add("other", Vpc::new(cidr!("10.0.0.0/16")))?;
        let vpc = if edit == Some("VpcId") { other } else { vpc };
        let range = match edit {
            Some("CidrBlock") => cidr!("10.0.1.0/24"),
            // The old subnet is there until the new one is: they can't have the same range.
            Some("AvailabilityZone") => cidr!("10.0.2.0/24"),
            _ => cidr!("10.0.0.0/24"),
        };
        let zone = if edit == Some("AvailabilityZone") { "us-east-1b" } else { "us-east-1a" };
        let mut subnet = Subnet::<Private>::new(vpc.id(), range, ZoneName::new(zone)).tag("use", "test");
        match edit {
            Some("AssignIpv6AddressOnCreation") => subnet = subnet.assign_ipv6_address_on_creation(true),
            Some("EnableDns64") => subnet = subnet.enable_dns64(true),
            Some("PrivateDnsNameOptionsOnLaunch") => {
                let names = PrivateDnsNameOptions::new(HostnameType::IpName);
                subnet =
                    subnet.private_dns_name_options_on_launch(names.enable_resource_name_dns_a_record(true));
            }
            Some("Tags") => subnet = subnet.tag("use", "edited").tag("more", "yes"),
            _ => {}
        }
        stack.add("subject", subnet)?;
        Ok(())
    }

    fn updates(&self) -> &'static [&'static str] {
        &["AssignIpv6AddressOnCreation", "EnableDns64", "PrivateDnsNameOptionsOnLaunch", "Tags"]
    }

    fn replacements(&self) -> &'static [&'static str] {
        &["CidrBlock", "AvailabilityZone", "VpcId"]
    }

    async fn read(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>> {
        let subnet = subnet(cloud, id).await?;
        assert_eq!(subnet.map_public_ip_on_launch(), Some(false));
        let names = subnet.private_dns_name_options_on_launch();
        Some(BTreeMap::from([
            ("AssignIpv6AddressOnCreation", json!(subnet.assign_ipv6_address_on_creation())),
            (
                "PrivateDnsNameOptionsOnLaunch",
                json!(names.and_then(|names| names.enable_resource_name_dns_a_record())),
            ),
            ("Tags", json!(own(subnet.tags()))),
        ]))
    }

    async fn tags(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<String, String>> {
        Some(tags(subnet(cloud, id).await?.tags()))
    }

    async fn remove(&self, cloud: &Cloud, id: &str) {
        ec2(cloud).delete_subnet().subnet_id(id).send().await.unwrap();
    }

    async fn disturb(&self, cloud: &Cloud, id: &str) -> Option<&'static str> {
        let on = AttributeBooleanValue::builder().value(true).build();
        let request = ec2(cloud).modify_subnet_attribute().subnet_id(id).map_public_ip_on_launch(on);
        request.send().await.unwrap();
        Some("MapPublicIpOnLaunch")
    }

    /// Both drop `EnableDns64`: the request is checked in `network_wire`.
    fn unseen(&self, emulator: Emulator) -> &'static [&'static str] {
        match emulator {
            Emulator::Sandbox => {
                &["AssignIpv6AddressOnCreation", "EnableDns64", "PrivateDnsNameOptionsOnLaunch"]
            }
            Emulator::Moto => &["EnableDns64"],
        }
    }
}

#[tokio::test]
async fn subnet_on_sandbox() {
    conform(&SubnetSubject, Cloud::sandbox().await).await;
}

#[tokio::test]
async fn subnet_on_moto() {
    conform(&SubnetSubject, Cloud::moto().await).await;
}
