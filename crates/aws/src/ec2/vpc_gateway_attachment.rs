//! `AWS::EC2::VPCGatewayAttachment`.

use ironward_core::output::{IntoInput, Output};
use ironward_macros::{Choice, Resource};

use super::{InternetGatewayId, VpcId};

ironward_core::identifiers! {
    /// The id of a virtual private gateway: the end of site-to-site VPNs in AWS.
    VpnGatewayId;
}

/// The attachment of an internet gateway or of a virtual private gateway to a VPC; a VPC has one of
/// each kind at most.
///
/// Routes to an internet gateway take its id from here, and so wait for the attachment. Another
/// gateway is exchanged in place: the old one is detached, the new one attached, and the VPC is cut
/// off in between. A gateway is attached to one VPC at most, so for another VPC the attachment goes
/// first. Detaching an internet gateway waits while anything in the VPC has a public address.
///
/// Source: Amazon EC2 API Reference, `AttachInternetGateway`, `DetachInternetGateway`,
/// `AttachVpnGateway`, `DetachVpnGateway`; CloudFormation registry.
#[derive(Debug, Clone, Resource)]
#[resource(
    type = "AWS::EC2::VPCGatewayAttachment",
    registry,
    relations = super::limits::GATEWAY_ATTACHMENT_RELATIONS,
    id = "AttachmentType",
    delete_first,
    seconds = 3,
    constructor = "pub(crate)"
)]
// Resource.AlreadyAssociated: a VPC has one of each kind, and a gateway one VPC.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html,
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachVpnGateway.html
#[identity(place = "VpcId, AttachmentType")]
#[identity(value = "InternetGatewayId")]
#[identity(value = "VpnGatewayId")]
#[attribute(attachment_type: String = "AttachmentType", predict = "{AttachmentType}")]
#[attribute(vpc_id: VpcId = "VpcId", predict = "{VpcId}")]
#[attribute(gateway_id: InternetGatewayId = "InternetGatewayId", predict = "{InternetGatewayId}", volatile)]
pub struct VpcGatewayAttachment {
    /// The VPC.
    #[property(create_only, network)]
    vpc_id: Output<VpcId>,
    /// The kind of gateway: the VPC's one attachment of that kind is meant. It is ours; the registry
    /// reads it off the gateway.
    #[property(create_only, no_setter, default = "\"IGW\"")]
    attachment_type: Option<Output<AttachmentType>>,
    /// The internet gateway.
    #[property(aspect = "gateway", no_setter)]
    internet_gateway_id: Option<Output<InternetGatewayId>>,
    /// The virtual private gateway.
    #[property(aspect = "gateway", no_setter)]
    vpn_gateway_id: Option<Output<VpnGatewayId>>,
}

impl VpcGatewayAttachment {
    /// Attaches an internet gateway.
    #[must_use]
    pub fn internet(vpc: impl IntoInput<VpcId>, gateway: impl IntoInput<InternetGatewayId>) -> Self {
        Self { internet_gateway_id: Some(gateway.into_input()), ..Self::new(vpc) }
    }

    /// Attaches a virtual private gateway.
    #[must_use]
    pub fn vpn(vpc: impl IntoInput<VpcId>, gateway: impl IntoInput<VpnGatewayId>) -> Self {
        let kind = Some(AttachmentType::Vpn.into_input());
        Self { attachment_type: kind, vpn_gateway_id: Some(gateway.into_input()), ..Self::new(vpc) }
    }
}

/// The kind of an attached gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum AttachmentType {
    /// An internet gateway.
    #[value("IGW")]
    Internet,
    /// A virtual private gateway.
    #[value("VGW")]
    Vpn,
}
