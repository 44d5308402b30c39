//! `AWS::EC2::VPCGatewayAttachment`.

use ironward_core::output::Output;
use ironward_macros::Resource;

use super::{InternetGatewayId, VpcId};

/// The attachment of an internet gateway to a VPC; a VPC has one at most.
///
/// Routes to the gateway take its id from here, and so wait for the attachment. Another gateway
/// is exchanged in place: the old one is detached, the new one attached, and the VPC is cut off
/// in between. A gateway is attached to one VPC at most, so for another VPC the attachment goes
/// first. Detaching waits while anything in the VPC has a public address.
///
/// Source: Amazon EC2 API Reference, `AttachInternetGateway`, `DetachInternetGateway`;
/// CloudFormation registry.
#[derive(Debug, Clone, Resource)]
#[resource(type = "AWS::EC2::VPCGatewayAttachment", id = "AttachmentType", delete_first, seconds = 3)]
#[attribute(attachment_type: String = "AttachmentType", predict = "IGW")]
#[attribute(vpc_id: VpcId = "VpcId", predict = "{VpcId}")]
#[attribute(gateway_id: InternetGatewayId = "InternetGatewayId", predict = "{InternetGatewayId}", volatile)]
pub struct VpcGatewayAttachment {
    /// The VPC.
    #[property(create_only)]
    vpc_id: Output<VpcId>,
    /// The gateway.
    #[property(aspect = "gateway")]
    internet_gateway_id: Output<InternetGatewayId>,
}
