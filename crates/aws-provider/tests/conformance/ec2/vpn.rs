//! Attachments of virtual private gateways under test.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_ec2::types::{AttachmentStatus, GatewayType};
use ironward_aws::cidr;
use ironward_aws::ec2::{Vpc, VpcGatewayAttachment, VpnGatewayId};
use ironward_core::program::DeclareError;
use ironward_core::stack::{Hipaa, Stack};
use serde_json::{Value as Json, json};

use super::network::ec2;
use crate::cloud::Cloud;
use crate::subject::Subject;
use crate::suite::conform;

struct VpnSubject {
    gateways: [String; 2],
}

async fn gateway(cloud: &Cloud) -> String {
    let made = ec2(cloud).create_vpn_gateway().r#type(GatewayType::Ipsec1).send().await.unwrap();
    made.vpn_gateway.unwrap().vpn_gateway_id.unwrap()
}

impl VpnSubject {
    async fn build(cloud: &Cloud) -> Self {
        Self { gateways: [gateway(cloud).await, gateway(cloud).await] }
    }
}

/// The gateway that is attached to the VPC of a physical id.
async fn attached(cloud: &Cloud, id: &str) -> Option<String> {
    let (kind, vpc) = id.split_once('|').unwrap();
    assert_eq!(kind, "VGW");
    let answer = ec2(cloud).describe_vpn_gateways().send().await.unwrap();
    let is_its = |gateway: &aws_sdk_ec2::types::VpnGateway| {
        gateway.vpc_attachments().iter().any(|attachment| {
            attachment.vpc_id() == Some(vpc) && attachment.state() != Some(&AttachmentStatus::Detached)
        })
    };
    answer.vpn_gateways.unwrap_or_default().into_iter().find(is_its)?.vpn_gateway_id
}

#[async_trait]
impl Subject for VpnSubject {
    fn declare(&self, stack: &mut Stack<Hipaa>, edit: Option<&str>) -> Result<(), DeclareError> {
        let one = stack.add("one", Vpc::new(cidr!("10.0.0.0/16")))?;
        let two = stack.add("two", Vpc::new(cidr!("10.1.0.0/16")))?;
        let vpc = if edit == Some("VpcId") { two } else { one };
        let gateway = &self.gateways[usize::from(edit == Some("VpnGatewayId"))];
        stack.add("subject", VpcGatewayAttachment::vpn(vpc.id(), VpnGatewayId::new(gateway)))?;
        Ok(())
    }

    fn updates(&self) -> &'static [&'static str] {
        &["VpnGatewayId"]
    }

    fn replacements(&self) -> &'static [&'static str] {
        &["VpcId"]
    }

    async fn read(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>> {
        Some(BTreeMap::from([("VpnGatewayId", json!(attached(cloud, id).await?))]))
    }

    async fn tags(&self, _cloud: &Cloud, _id: &str) -> Option<BTreeMap<String, String>> {
        None
    }

    async fn remove(&self, cloud: &Cloud, id: &str) {
        let gateway = attached(cloud, id).await.unwrap();
        let request = ec2(cloud).detach_vpn_gateway().vpn_gateway_id(gateway);
        request.vpc_id(id.split_once('|').unwrap().1).send().await.unwrap();
    }

    async fn disturb(&self, cloud: &Cloud, id: &str) -> Option<&'static str> {
        self.remove(cloud, id).await;
        let request = ec2(cloud).attach_vpn_gateway().vpn_gateway_id(gateway(cloud).await);
        request.vpc_id(id.split_once('|').unwrap().1).send().await.unwrap();
        Some("VpnGatewayId")
    }
}

#[tokio::test]
async fn vpn_attachment_on_sandbox() {
    let cloud = Cloud::sandbox().await;
    conform(&VpnSubject::build(&cloud).await, cloud).await;
}

#[tokio::test]
async fn vpn_attachment_on_moto() {
    let cloud = Cloud::moto().await;
    conform(&VpnSubject::build(&cloud).await, cloud).await;
}
