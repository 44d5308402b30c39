//! Gateways, their attachments and addresses under test.

use std::collections::BTreeMap;

use async_trait::async_trait;
use ironward_aws::cidr;
use ironward_aws::ec2::{
    Eip, InternetGateway, NatGateway, Private, Public, Subnet, Vpc, VpcGatewayAttachment, ZoneName,
};
use ironward_core::program::DeclareError;
use ironward_core::stack::{Hipaa, Stack};
use serde_json::{Value as Json, json};

use super::network::{address, ec2, gateways, nat, own, retag, tags};
use crate::cloud::{Cloud, Emulator};
use crate::subject::Subject;
use crate::suite::conform;

pub(crate) struct InternetGatewaySubject;

#[async_trait]
impl Subject for InternetGatewaySubject {
    fn declare(&self, stack: &mut Stack<Hipaa>, edit: Option<&str>) -> Result<(), DeclareError> {
        let mut gateway = InternetGateway::new().tag("use", "test");
        if edit == Some("Tags") {
            gateway = gateway.tag("use", "edited").tag("more", "yes");
        }
        stack.add("subject", gateway)?;
        Ok(())
    }

    fn updates(&self) -> &'static [&'static str] {
        &["Tags"]
    }

    /// Nothing of it is set at creation only.
    fn replacements(&self) -> &'static [&'static str] {
        &[]
    }

    async fn read(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>> {
        let gateways = gateways(cloud).await;
        let gateway = gateways.iter().find(|gateway| gateway.internet_gateway_id() == Some(id))?;
        Some(BTreeMap::from([("Tags", json!(own(gateway.tags())))]))
    }

    async fn tags(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<String, String>> {
        let gateways = gateways(cloud).await;
        let gateway = gateways.iter().find(|gateway| gateway.internet_gateway_id() == Some(id))?;
        Some(tags(gateway.tags()))
    }

    async fn remove(&self, cloud: &Cloud, id: &str) {
        ec2(cloud).delete_internet_gateway().internet_gateway_id(id).send().await.unwrap();
    }

    async fn disturb(&self, cloud: &Cloud, id: &str) -> Option<&'static str> {
        retag(cloud, id).await
    }
}

pub(super) struct AttachmentSubject;

/// The gateway that is attached to the VPC of a physical id.
async fn attached(cloud: &Cloud, id: &str) -> Option<String> {
    let (_, vpc) = id.split_once('|').unwrap();
    let gateways = gateways(cloud).await;
    let is_its = |gateway: &aws_sdk_ec2::types::InternetGateway| {
        gateway.attachments().iter().any(|attachment| attachment.vpc_id() == Some(vpc))
    };
    gateways.into_iter().find(is_its)?.internet_gateway_id
}

#[async_trait]
impl Subject for AttachmentSubject {
    fn declare(&self, stack: &mut Stack<Hipaa>, edit: Option<&str>) -> Result<(), DeclareError> {
        let one = stack.add("one", Vpc::new(cidr!("10.0.0.0/16")))?;
        let two = stack.add("two", Vpc::new(cidr!("10.1.0.0/16")))?;
        let gateway_one = stack.add("gateway-one", InternetGateway::new())?;
        let gateway_two = stack.add("gateway-two", InternetGateway::new())?;
        let vpc = if edit == Some("VpcId") { two } else { one };
        let gateway = if edit == Some("InternetGatewayId") { gateway_two } else { gateway_one };
        stack.add("subject", VpcGatewayAttachment::internet(vpc.id(), gateway.id()))?;
        Ok(())
    }

    fn updates(&self) -> &'static [&'static str] {
        &["InternetGatewayId"]
    }

    fn replacements(&self) -> &'static [&'static str] {
        &["VpcId"]
    }

    async fn read(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>> {
        Some(BTreeMap::from([("InternetGatewayId", json!(attached(cloud, id).await?))]))
    }

    async fn tags(&self, _cloud: &Cloud, _id: &str) -> Option<BTreeMap<String, String>> {
        None
    }

    async fn remove(&self, cloud: &Cloud, id: &str) {
        let gateway = attached(cloud, id).await.unwrap();
        let request = ec2(cloud).detach_internet_gateway().internet_gateway_id(gateway);
        request.vpc_id(id.split_once('|').unwrap().1).send().await.unwrap();
    }

    async fn disturb(&self, cloud: &Cloud, id: &str) -> Option<&'static str> {
        self.remove(cloud, id).await;
        let other = ec2(cloud).create_internet_gateway().send().await.unwrap().internet_gateway.unwrap();
        let request = ec2(cloud).attach_internet_gateway();
        let request = request.internet_gateway_id(other.internet_gateway_id().unwrap());
        request.vpc_id(id.split_once('|').unwrap().1).send().await.unwrap();
        Some("InternetGatewayId")
    }
}

pub(crate) struct EipSubject;

#[async_trait]
impl Subject for EipSubject {
    fn declare(&self, stack: &mut Stack<Hipaa>, edit: Option<&str>) -> Result<(), DeclareError> {
        let mut eip = Eip::new().tag("use", "test");
        match edit {
            Some("Tags") => eip = eip.tag("use", "edited").tag("more", "yes"),
            Some("NetworkBorderGroup") => eip = eip.network_border_group("us-east-1"),
            _ => {}
        }
        stack.add("subject", eip)?;
        Ok(())
    }

    fn updates(&self) -> &'static [&'static str] {
        &["Tags"]
    }

    fn replacements(&self) -> &'static [&'static str] {
        &["NetworkBorderGroup"]
    }

    async fn read(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>> {
        let address = address(cloud, id).await?;
        assert_eq!(address.domain().map(|domain| domain.as_str()), Some("vpc"));
        Some(BTreeMap::from([("Tags", json!(own(address.tags())))]))
    }

    async fn tags(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<String, String>> {
        Some(tags(address(cloud, id).await?.tags()))
    }

    async fn remove(&self, cloud: &Cloud, id: &str) {
        ec2(cloud).release_address().allocation_id(id).send().await.unwrap();
    }

    async fn disturb(&self, cloud: &Cloud, id: &str) -> Option<&'static str> {
        retag(cloud, id).await
    }
}

/// A gateway to the internet.
pub(crate) struct PublicNatSubject(pub(crate) Emulator);

#[async_trait]
impl Subject for PublicNatSubject {
    fn declare(&self, stack: &mut Stack<Hipaa>, edit: Option<&str>) -> Result<(), DeclareError> {
        let vpc = stack.add("vpc", Vpc::new(cidr!("10.0.0.0/16")))?;
        let zone = ZoneName::new("us-east-1a");
        let subnet = Subnet::<Public>::new(vpc.id(), cidr!("10.0.0.0/24"), zone);
        let subnet = stack.add("subnet", subnet)?;
        let one = stack.add("one", Eip::new())?;
        let two = stack.add("two", Eip::new())?;
        let more = stack.add("more", Eip::new())?;
        let address = if edit == Some("AllocationId") { two } else { one };
        let mut gateway = NatGateway::public(subnet.id(), address.allocation_id()).tag("use", "test");
        match edit {
            Some("SecondaryAllocationIds") => {
                gateway = gateway.secondary_allocation_ids([more.allocation_id()]);
            }
            Some("Tags") => gateway = gateway.tag("use", "edited").tag("more", "yes"),
            _ => {}
        }
        stack.add("subject", gateway)?;
        Ok(())
    }

    /// moto has no `AssociateNatGatewayAddress`.
    fn updates(&self) -> &'static [&'static str] {
        match self.0 {
            Emulator::Sandbox => &["SecondaryAllocationIds", "Tags"],
            Emulator::Moto => &["Tags"],
        }
    }

    /// On moto a deleted gateway keeps its address, so it can't come back with the same one.
    fn replacements(&self) -> &'static [&'static str] {
        match self.0 {
            Emulator::Sandbox => &["AllocationId"],
            Emulator::Moto => &[],
        }
    }

    async fn read(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>> {
        let nat = nat(cloud, id).await?;
        let more: Vec<_> = nat
            .nat_gateway_addresses()
            .iter()
            .filter(|address| address.is_primary() == Some(false))
            .map(|address| address.allocation_id())
            .collect();
        Some(BTreeMap::from([("SecondaryAllocationIds", json!(more)), ("Tags", json!(own(nat.tags())))]))
    }

    async fn tags(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<String, String>> {
        Some(tags(nat(cloud, id).await?.tags()))
    }

    async fn remove(&self, cloud: &Cloud, id: &str) {
        let nat = nat(cloud, id).await.unwrap();
        ec2(cloud).delete_nat_gateway().nat_gateway_id(id).send().await.unwrap();
        if self.0 == Emulator::Moto {
            // On AWS the address is free once the gateway is deleted.
            let allocation = nat.nat_gateway_addresses()[0].allocation_id().unwrap();
            let association = address(cloud, allocation).await.unwrap().association_id.unwrap();
            ec2(cloud).disassociate_address().association_id(association).send().await.unwrap();
        }
    }

    async fn disturb(&self, cloud: &Cloud, id: &str) -> Option<&'static str> {
        retag(cloud, id).await
    }
}

/// A gateway to other networks.
pub(crate) struct PrivateNatSubject;

#[async_trait]
impl Subject for PrivateNatSubject {
    fn declare(&self, stack: &mut Stack<Hipaa>, edit: Option<&str>) -> Result<(), DeclareError> {
        let vpc = stack.add("vpc", Vpc::new(cidr!("10.0.0.0/16")))?;
        let zone = ZoneName::new("us-east-1a");
        let one = Subnet::<Private>::new(vpc.id(), cidr!("10.0.0.0/24"), zone.clone());
        let one = stack.add("one", one)?;
        let two = stack.add("two", Subnet::<Private>::new(vpc.id(), cidr!("10.0.1.0/24"), zone))?;
        let subnet = if edit == Some("SubnetId") { two } else { one };
        let mut gateway = NatGateway::private(subnet.id()).tag("use", "test");
        if edit == Some("Tags") {
            gateway = gateway.tag("use", "edited").tag("more", "yes");
        }
        stack.add("subject", gateway)?;
        Ok(())
    }

    fn updates(&self) -> &'static [&'static str] {
        &["Tags"]
    }

    fn replacements(&self) -> &'static [&'static str] {
        &["SubnetId"]
    }

    async fn read(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>> {
        let nat = nat(cloud, id).await?;
        assert_eq!(nat.connectivity_type().map(|kind| kind.as_str()), Some("private"));
        Some(BTreeMap::from([("Tags", json!(own(nat.tags())))]))
    }

    async fn tags(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<String, String>> {
        Some(tags(nat(cloud, id).await?.tags()))
    }

    async fn remove(&self, cloud: &Cloud, id: &str) {
        ec2(cloud).delete_nat_gateway().nat_gateway_id(id).send().await.unwrap();
    }

    async fn disturb(&self, cloud: &Cloud, id: &str) -> Option<&'static str> {
        retag(cloud, id).await
    }
}

macro_rules! on_both {
    ($($sandbox:ident, $moto:ident: $subject:expr, $same:expr;)*) => {$(
        #[tokio::test]
        async fn $sandbox() {
            conform(&$subject, Cloud::sandbox().await).await;
        }

        #[tokio::test]
        async fn $moto() {
            conform(&$same, Cloud::moto().await).await;
        }
    )*};
}
on_both! {
    internet_gateway_on_sandbox, internet_gateway_on_moto: InternetGatewaySubject, InternetGatewaySubject;
    attachment_on_sandbox, attachment_on_moto: AttachmentSubject, AttachmentSubject;
    eip_on_sandbox, eip_on_moto: EipSubject, EipSubject;
    public_nat_on_sandbox, public_nat_on_moto:
        PublicNatSubject(Emulator::Sandbox), PublicNatSubject(Emulator::Moto);
    private_nat_on_sandbox, private_nat_on_moto: PrivateNatSubject, PrivateNatSubject;
}
