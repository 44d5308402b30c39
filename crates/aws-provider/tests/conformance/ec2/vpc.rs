//! VPCs under test.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_ec2::types::{IpPermission, IpRange, SecurityGroup, VpcAttributeName};
use ironward_aws::cidr;
use ironward_aws::ec2::{Tenancy, Vpc};
use ironward_core::program::DeclareError;
use ironward_core::stack::{Hipaa, Stack};
use serde_json::{Value as Json, json};

use super::network::{ec2, filter, own, tags, vpc};
use crate::cloud::Cloud;
use crate::subject::Subject;
use crate::suite::conform;

pub(crate) struct VpcSubject;

async fn default_group(cloud: &Cloud, id: &str) -> SecurityGroup {
    let request = ec2(cloud).describe_security_groups().filters(filter("vpc-id", id));
    let groups = request.send().await.unwrap().security_groups.unwrap();
    groups.into_iter().find(|group| group.group_name() == Some("default")).unwrap()
}

async fn attribute(cloud: &Cloud, id: &str, name: VpcAttributeName) -> Option<bool> {
    let found = ec2(cloud).describe_vpc_attribute().vpc_id(id).attribute(name).send().await.unwrap();
    found.enable_dns_support.or(found.enable_dns_hostnames)?.value
}

#[async_trait]
impl Subject for VpcSubject {
    fn declare(&self, stack: &mut Stack<Hipaa>, edit: Option<&str>) -> Result<(), DeclareError> {
        let range = if edit == Some("CidrBlock") { cidr!("10.21.0.0/16") } else { cidr!("10.20.0.0/16") };
        let mut vpc = Vpc::new(range).tag("use", "test");
        match edit {
            Some("EnableDnsSupport") => vpc = vpc.enable_dns_support(false),
            Some("EnableDnsHostnames") => vpc = vpc.enable_dns_hostnames(true),
            Some("Tags") => vpc = vpc.tag("use", "edited").tag("more", "yes"),
            Some("InstanceTenancy") => vpc = vpc.instance_tenancy(Tenancy::Dedicated),
            _ => {}
        }
        stack.add("subject", vpc)?;
        Ok(())
    }

    fn updates(&self) -> &'static [&'static str] {
        &["EnableDnsSupport", "EnableDnsHostnames", "Tags"]
    }

    fn replacements(&self) -> &'static [&'static str] {
        &["CidrBlock", "InstanceTenancy"]
    }

    async fn read(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>> {
        let vpc = vpc(cloud, id).await?;
        let group = default_group(cloud, id).await;
        assert!(group.ip_permissions().is_empty(), "{group:?}");
        assert!(group.ip_permissions_egress().is_empty(), "{group:?}");
        let support = attribute(cloud, id, VpcAttributeName::EnableDnsSupport).await;
        let hostnames = attribute(cloud, id, VpcAttributeName::EnableDnsHostnames).await;
        Some(BTreeMap::from([
            ("EnableDnsSupport", json!(support)),
            ("EnableDnsHostnames", json!(hostnames)),
            ("Tags", json!(own(vpc.tags()))),
        ]))
    }

    async fn tags(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<String, String>> {
        Some(tags(vpc(cloud, id).await?.tags()))
    }

    async fn remove(&self, cloud: &Cloud, id: &str) {
        ec2(cloud).delete_vpc().vpc_id(id).send().await.unwrap();
    }

    async fn disturb(&self, cloud: &Cloud, id: &str) -> Option<&'static str> {
        let range = IpRange::builder().cidr_ip("0.0.0.0/0").build();
        let permission =
            IpPermission::builder().ip_protocol("tcp").from_port(22).to_port(22).ip_ranges(range);
        let group = default_group(cloud, id).await;
        let open = ec2(cloud).authorize_security_group_ingress().group_id(group.group_id().unwrap());
        open.ip_permissions(permission.build()).send().await.unwrap();
        Some("DefaultSecurityGroupClosed")
    }
}

#[tokio::test]
async fn vpc_on_sandbox() {
    conform(&VpcSubject, Cloud::sandbox().await).await;
}

#[tokio::test]
async fn vpc_on_moto() {
    conform(&VpcSubject, Cloud::moto().await).await;
}
