//! Of routes.

use ironward_core::shape::Relation;

use super::{Misfit, Properties, no_range, no_range6, not_one};
use crate::facts::declared;

const CREATE: &str = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html";

const DESTINATIONS: &[&str] =
    &["DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId"];
const TARGETS: &[&str] = &[
    "GatewayId",
    "NatGatewayId",
    "EgressOnlyInternetGatewayId",
    "TransitGatewayId",
    "VpcPeeringConnectionId",
    "VpcEndpointId",
    "NetworkInterfaceId",
    "CarrierGatewayId",
    "LocalGatewayId",
    "CoreNetworkArn",
    "OdbNetworkArn",
];

/// Between the properties of a route.
pub(in crate::ec2) const ROUTE_RELATIONS: &[Relation] = &[
    Relation::new(DESTINATIONS, |route| not_one(route, DESTINATIONS, "a route has one destination"), CREATE),
    Relation::new(TARGETS, |route| not_one(route, TARGETS, "a route has one target"), CREATE),
    Relation::new(&["DestinationCidrBlock"], |route| no_range(route, "DestinationCidrBlock"), CREATE),
    Relation::new(
        &["DestinationIpv6CidrBlock"],
        |route| no_range6(route, "DestinationIpv6CidrBlock"),
        CREATE,
    ),
    Relation::new(&["DestinationCidrBlock", "EgressOnlyInternetGatewayId"], egress_only, CREATE),
];

/// What lets traffic out alone is for IPv6.
fn egress_only(properties: &Properties) -> Misfit {
    let both = ["DestinationCidrBlock", "EgressOnlyInternetGatewayId"];
    both.iter().all(|name| declared(properties, name)).then(|| {
        let message = "`EgressOnlyInternetGatewayId` is declared with a range of IPv4, and an egress-only internet \
                       gateway carries IPv6 alone: take a NAT gateway";
        ("EgressOnlyInternetGatewayId", message.to_owned())
    })
}
