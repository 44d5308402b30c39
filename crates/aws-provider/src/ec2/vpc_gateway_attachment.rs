//! The handler of `AWS::EC2::VPCGatewayAttachment`. Its physical id is `IGW|` or `VGW|` and the VPC's
//! id, as in the registry: a VPC has one gateway of each kind at most.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_ec2::types::{self as sdk, AttachmentStatus};
use ironward_aws::ec2::VpcGatewayAttachment;
use ironward_core::declare::Declaration;
use ironward_core::document::Document;
use ironward_core::error::{ProviderError, ProviderErrorKind};
use ironward_core::provider::{
    Change, DeleteOutcome, Found, Handler, Observation, Observed, Operation, Phase, Read, ReadResults,
    Readiness, Target, Wait,
};
use ironward_core::schema::Schema;

use super::network_api::{ATTACHED_GATEWAYS, ATTACHED_VPN_GATEWAYS, Network};

pub(super) struct VpcGatewayAttachmentHandler(pub(super) Arc<Network>);

/// The kind of a gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Internet,
    Vpn,
}

impl Kind {
    /// The kind and the VPC of a physical id.
    fn of_id(physical_id: &str) -> (Self, &str) {
        match physical_id.split_once('|') {
            Some(("VGW", vpc)) => (Self::Vpn, vpc),
            Some((_, vpc)) => (Self::Internet, vpc),
            None => (Self::Internet, physical_id),
        }
    }

    fn declared(properties: &Document) -> Result<Self, ProviderError> {
        let kind: Option<String> = properties.opt("AttachmentType")?;
        Ok(if kind.as_deref() == Some("VGW") { Self::Vpn } else { Self::Internet })
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Internet => "IGW",
            Self::Vpn => "VGW",
        }
    }

    /// The property with the gateway.
    fn property(self) -> &'static str {
        match self {
            Self::Internet => "InternetGatewayId",
            Self::Vpn => "VpnGatewayId",
        }
    }

    fn id(self, vpc: &str) -> String {
        format!("{}|{vpc}", self.as_str())
    }
}

/// A gateway that is attached, and how far it is.
struct Attached<'a> {
    gateway: Option<&'a str>,
    state: Option<&'a AttachmentStatus>,
}

fn internet<'a>(gateway: &'a sdk::InternetGateway, vpc: &str) -> Attached<'a> {
    let attachment = gateway.attachments().iter().find(|attachment| attachment.vpc_id() == Some(vpc));
    let state = attachment.and_then(|attachment| attachment.state());
    Attached { gateway: gateway.internet_gateway_id(), state }
}

fn vpn<'a>(gateway: &'a sdk::VpnGateway, vpc: &str) -> Attached<'a> {
    let attachment = gateway.vpc_attachments().iter().find(|attachment| attachment.vpc_id() == Some(vpc));
    let state = attachment.and_then(|attachment| attachment.state());
    Attached { gateway: gateway.vpn_gateway_id(), state }
}

impl Network {
    async fn attach(&self, kind: Kind, gateway: &str, vpc: &str) -> Result<(), ProviderError> {
        match kind {
            Kind::Internet => {
                let request =
                    || self.client.attach_internet_gateway().internet_gateway_id(gateway).vpc_id(vpc).send();
                self.caller.call("ec2:AttachInternetGateway", request).await.map(|_| ())
            }
            Kind::Vpn => {
                let request = || self.client.attach_vpn_gateway().vpn_gateway_id(gateway).vpc_id(vpc).send();
                self.caller.call("ec2:AttachVpnGateway", request).await.map(|_| ())
            }
        }
    }

    async fn detach(&self, kind: Kind, gateway: &str, vpc: &str) -> Result<(), ProviderError> {
        match kind {
            Kind::Internet => {
                let request =
                    || self.client.detach_internet_gateway().internet_gateway_id(gateway).vpc_id(vpc).send();
                self.caller.call("ec2:DetachInternetGateway", request).await.map(|_| ())
            }
            Kind::Vpn => {
                let request = || self.client.detach_vpn_gateway().vpn_gateway_id(gateway).vpc_id(vpc).send();
                self.caller.call("ec2:DetachVpnGateway", request).await.map(|_| ())
            }
        }
    }

    /// The id of the gateway that is attached to a VPC or about to be.
    async fn attached(&self, kind: Kind, vpc: &str) -> Result<Option<String>, ProviderError> {
        match kind {
            Kind::Internet => Ok(self.gateway_of(vpc).await?.and_then(|gateway| gateway.internet_gateway_id)),
            Kind::Vpn => Ok(self.vpn_gateway_of(vpc).await?.and_then(|gateway| gateway.vpn_gateway_id)),
        }
    }
}

#[async_trait]
impl Handler for VpcGatewayAttachmentHandler {
    fn schema(&self) -> &'static Schema {
        VpcGatewayAttachment::SCHEMA
    }

    fn reads(&self, target: &Target<'_>) -> Vec<Read> {
        let (kind, vpc) = Kind::of_id(target.physical_id);
        vec![match kind {
            Kind::Internet => Read::new(ATTACHED_GATEWAYS, vpc),
            Kind::Vpn => Read::new(ATTACHED_VPN_GATEWAYS, vpc),
        }]
    }

    fn observe(&self, target: &Target<'_>, answers: &ReadResults) -> Result<Observation, ProviderError> {
        let (kind, vpc) = Kind::of_id(target.physical_id);
        let attached = match kind {
            Kind::Internet => answers
                .get::<sdk::InternetGateway>(ATTACHED_GATEWAYS, vpc)?
                .map(|gateway| internet(gateway, vpc)),
            Kind::Vpn => {
                answers.get::<sdk::VpnGateway>(ATTACHED_VPN_GATEWAYS, vpc)?.map(|gateway| vpn(gateway, vpc))
            }
        };
        let Some(Attached { gateway, state }) = attached else { return Ok(Observation::Absent) };
        let readiness = match state {
            None | Some(AttachmentStatus::Detached) => return Ok(Observation::Absent),
            Some(state @ (AttachmentStatus::Attaching | AttachmentStatus::Detaching)) => {
                Readiness::Pending(format!("the gateway is {}", state.as_str()))
            }
            // The API says `available` of an attached internet gateway.
            Some(_) => Readiness::Ready,
        };
        let attributes = Document::new()
            .with("AttachmentType", kind.as_str())
            .with("VpcId", vpc)
            .with("InternetGatewayId", gateway.filter(|_| kind == Kind::Internet));
        let observed = Observed::new(attributes)
            .with("VpcId", vpc)
            .with("AttachmentType", kind.as_str())
            .with_some(kind.property(), gateway)
            .with_readiness(readiness);
        Ok(Observation::Present(observed))
    }

    async fn create(&self, _operation: &Operation<'_>, desired: &Document) -> Result<String, ProviderError> {
        let vpc: String = desired.get("VpcId")?;
        let kind = Kind::declared(desired)?;
        let gateway: String = desired.get(kind.property())?;
        match kind {
            Kind::Internet => {
                let request = || {
                    self.0.client.attach_internet_gateway().internet_gateway_id(&gateway).vpc_id(&vpc).send()
                };
                self.0.caller.make("ec2:AttachInternetGateway", request).await.map(|_| ())?;
            }
            Kind::Vpn => {
                let request =
                    || self.0.client.attach_vpn_gateway().vpn_gateway_id(&gateway).vpc_id(&vpc).send();
                self.0.caller.make("ec2:AttachVpnGateway", request).await.map(|_| ())?;
            }
        }
        Ok(kind.id(&vpc))
    }

    async fn reconcile(&self, _operation: &Operation<'_>, change: &Change<'_>) -> Result<(), ProviderError> {
        let (kind, vpc) = Kind::of_id(change.physical_id);
        let wanted: String = change.after.get(kind.property())?;
        if let Some(attached) = self.0.attached(kind, vpc).await? {
            if attached == wanted {
                return Ok(());
            }
            match self.0.detach(kind, &attached, vpc).await {
                Err(error) if error.kind == ProviderErrorKind::NotFound => {}
                answer => answer?,
            }
        }
        self.0.attach(kind, &wanted, vpc).await
    }

    async fn delete(
        &self,
        _operation: &Operation<'_>,
        target: &Target<'_>,
    ) -> Result<DeleteOutcome, ProviderError> {
        let (kind, vpc) = Kind::of_id(target.physical_id);
        let gateway: String = target.properties.get(kind.property())?;
        self.0.detach(kind, &gateway, vpc).await?;
        Ok(DeleteOutcome::default())
    }

    /// The pair is all there is to an attachment: the same pair is the same attachment.
    async fn find(&self, _operation: &Operation<'_>, desired: &Document) -> Result<Found, ProviderError> {
        let vpc: String = desired.get("VpcId")?;
        let kind = Kind::declared(desired)?;
        let wanted: String = desired.get(kind.property())?;
        let physical_id = kind.id(&vpc);
        Ok(match self.0.attached(kind, &vpc).await? {
            None => Found::Nothing,
            Some(gateway) if gateway == wanted => Found::Ours { physical_id },
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
