//! The handler of `AWS::EC2::VPCGatewayAttachment`. Its physical id is `IGW|` and the VPC's id, as in
//! the registry: a VPC has one internet gateway at most.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_ec2::types::{self as sdk, AttachmentStatus};
use ironward_aws::ec2::VpcGatewayAttachment;
use ironward_core::declare::Declaration;
use ironward_core::document::Document;
use ironward_core::fault::Fault;
use ironward_core::provider::{
    Answers, Change, Found, Handler, Observation, Observed, Operation, Phase, Read, Readiness, Removal,
    Target, Wait,
};
use ironward_core::schema::Schema;

use super::network_api::{ATTACHED_GATEWAYS, Network};

pub(super) struct VpcGatewayAttachmentHandler(pub(super) Arc<Network>);

const KIND: &str = "IGW";

fn vpc_of(physical_id: &str) -> &str {
    physical_id.split_once('|').map_or(physical_id, |(_, vpc)| vpc)
}

impl Network {
    async fn detach_gateway(&self, gateway: &str, vpc: &str) -> Result<(), Fault> {
        let request =
            || self.client.detach_internet_gateway().internet_gateway_id(gateway).vpc_id(vpc).send();
        self.caller.find("ec2:DetachInternetGateway", request).await.map(|_| ())
    }
}

#[async_trait]
impl Handler for VpcGatewayAttachmentHandler {
    fn schema(&self) -> &'static Schema {
        VpcGatewayAttachment::SCHEMA
    }

    fn plan_reads(&self, target: &Target<'_>) -> Vec<Read> {
        vec![Read::new(ATTACHED_GATEWAYS, vpc_of(target.physical_id))]
    }

    fn absorb(&self, target: &Target<'_>, answers: &Answers) -> Result<Observation, Fault> {
        let vpc = vpc_of(target.physical_id);
        let Some(gateway) = answers.get::<sdk::InternetGateway>(ATTACHED_GATEWAYS, vpc)? else {
            return Ok(Observation::Absent);
        };
        let attachment = gateway.attachments().iter().find(|attachment| attachment.vpc_id() == Some(vpc));
        let readiness = match attachment.and_then(|attachment| attachment.state()) {
            None | Some(AttachmentStatus::Detached) => return Ok(Observation::Absent),
            Some(state @ (AttachmentStatus::Attaching | AttachmentStatus::Detaching)) => {
                Readiness::Pending(format!("the gateway is {}", state.as_str()))
            }
            // The API says `available` of an attached internet gateway.
            Some(_) => Readiness::Ready,
        };
        let attributes = Document::new()
            .with("AttachmentType", KIND)
            .with("VpcId", vpc)
            .with("InternetGatewayId", gateway.internet_gateway_id());
        let observed = Observed::new(attributes)
            .report("VpcId", vpc)
            .report_some("InternetGatewayId", gateway.internet_gateway_id())
            .with_readiness(readiness);
        Ok(Observation::Present(observed))
    }

    async fn create(&self, _operation: &Operation<'_>, desired: &Document) -> Result<String, Fault> {
        let vpc: String = desired.get("VpcId")?;
        let gateway: String = desired.get("InternetGatewayId")?;
        let request =
            || self.0.client.attach_internet_gateway().internet_gateway_id(&gateway).vpc_id(&vpc).send();
        self.0.caller.make("ec2:AttachInternetGateway", request).await?;
        Ok(format!("{KIND}|{vpc}"))
    }

    async fn reconcile(&self, _operation: &Operation<'_>, change: &Change<'_>) -> Result<(), Fault> {
        let vpc = vpc_of(change.physical_id);
        let wanted: String = change.after.get("InternetGatewayId")?;
        if let Some(gateway) = self.0.gateway_of(vpc).await?
            && let Some(attached) = gateway.internet_gateway_id()
        {
            if attached == wanted {
                return Ok(());
            }
            self.0.detach_gateway(attached, vpc).await?;
        }
        let request =
            || self.0.client.attach_internet_gateway().internet_gateway_id(&wanted).vpc_id(vpc).send();
        self.0.caller.call("ec2:AttachInternetGateway", request).await?;
        Ok(())
    }

    async fn delete(&self, _operation: &Operation<'_>, target: &Target<'_>) -> Result<Removal, Fault> {
        let gateway: String = target.properties.get("InternetGatewayId")?;
        self.0.detach_gateway(&gateway, vpc_of(target.physical_id)).await?;
        Ok(Removal::default())
    }

    /// The pair is all there is to an attachment: the same pair is the same attachment.
    async fn find(&self, _operation: &Operation<'_>, desired: &Document) -> Result<Found, Fault> {
        let vpc: String = desired.get("VpcId")?;
        let wanted: String = desired.get("InternetGatewayId")?;
        let physical_id = format!("{KIND}|{vpc}");
        Ok(match self.0.gateway_of(&vpc).await? {
            None => Found::Nothing,
            Some(gateway) if gateway.internet_gateway_id() == Some(wanted.as_str()) => {
                Found::Ours { physical_id }
            }
            Some(_) => Found::Unmarked { physical_id },
        })
    }

    fn wait(&self, phase: Phase) -> Option<Wait> {
        match phase {
            Phase::Created | Phase::Updated => Some(Wait::seconds(1, 2, 1200)),
            Phase::Deleted => Some(Wait::seconds(0, 2, 1200)),
        }
    }
}
