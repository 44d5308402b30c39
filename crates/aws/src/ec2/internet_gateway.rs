//! `AWS::EC2::InternetGateway`.

use ironward_macros::Resource;

use super::InternetGatewayId;
use crate::tags::Tags;

/// A gateway to the internet. It does nothing until it is attached to a VPC and a route of a
/// public table leads to it.
///
/// Source: Amazon EC2 API Reference, `CreateInternetGateway`; CloudFormation registry.
#[derive(Debug, Clone, Resource)]
#[resource(type = "AWS::EC2::InternetGateway", registry, id = "InternetGatewayId", tags, seconds = 2)]
// CreateInternetGateway answers with the id:
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateInternetGateway.html
#[identity(given)]
#[attribute(id: InternetGatewayId = "InternetGatewayId")]
pub struct InternetGateway {
    /// Tags.
    #[property(compare = "Tags")]
    tags: Tags,
}
