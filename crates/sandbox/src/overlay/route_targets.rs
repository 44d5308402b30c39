//! A route names its destination and its target by what they are: the emulator knows ranges of addresses as
//! destinations, calls every target a gateway, and keeps only some of them.

use std::collections::BTreeMap;

use winterbaume_core::MockResponse;

use super::{Memory, Part, edit_xml, xml};
use crate::call::Call;

pub(crate) struct RouteTargets;

/// What a request calls targets other than gateways; an answer calls them the same, with a small first letter
/// (<https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Route.html>).
const TARGETS: [&str; 10] = [
    "CarrierGatewayId",
    "CoreNetworkArn",
    "EgressOnlyInternetGatewayId",
    "InstanceId",
    "LocalGatewayId",
    "NatGatewayId",
    "NetworkInterfaceId",
    "OdbNetworkArn",
    "TransitGatewayId",
    "VpcPeeringConnectionId",
];

/// How the emulator has kept targets that it was given as they are, in sandboxes of before.
const MARKS: [(&str, &str); 6] = [
    ("nat-", "NatGatewayId"),
    ("tgw-", "TransitGatewayId"),
    ("pcx-", "VpcPeeringConnectionId"),
    ("eni-", "NetworkInterfaceId"),
    ("eigw-", "EgressOnlyInternetGatewayId"),
    ("i-", "InstanceId"),
];

impl Part for RouteTargets {
    fn request(&self, call: &mut Call, _memory: &mut Memory) -> Option<MockResponse> {
        if !matches!(call.operation.as_str(), "CreateRoute" | "ReplaceRoute" | "DeleteRoute") {
            return None;
        }
        let form = call.form();
        if let Some(gateway) = known_target(&form) {
            call.set_form_field("GatewayId", &gateway);
        }
        let other = ["DestinationPrefixListId", "DestinationIpv6CidrBlock"];
        // The emulator looks a destination up among ranges of IPv4, and keeps one of IPv6 beside them.
        let asked = if call.operation == "ReplaceRoute" { &other[..] } else { &other[..1] };
        if let Some(destination) = asked.iter().find_map(|name| form.get(*name)) {
            call.set_form_field("DestinationCidrBlock", destination);
        }
        None
    }

    fn response(&self, call: &Call, _memory: &mut Memory, response: &mut MockResponse) {
        if call.operation != "DescribeRouteTables" {
            return;
        }
        edit_xml(response, |body| {
            xml::edit_each(body, "routeSet", |routes| Some(xml::edit_each(routes, "item", shown)))
        });
    }
}

/// The gateway by which the emulator knows the target of a request; nothing for one that is a gateway.
fn known_target(form: &BTreeMap<String, String>) -> Option<String> {
    // The API gives an endpoint of a Gateway Load Balancer back as a gateway.
    if let Some(endpoint) = form.get("VpcEndpointId") {
        return Some(endpoint.clone());
    }
    TARGETS.iter().find_map(|name| Some(format!("{name}={}", form.get(*name)?)))
}

/// A route as EC2 shows it.
fn shown(route: &str) -> Option<String> {
    let mut shown = route.to_owned();
    if let Some(list) = xml::text(route, "destinationCidrBlock").filter(|to| to.starts_with("pl-")) {
        shown =
            shown.replace(&element("destinationCidrBlock", list), &element("destinationPrefixListId", list));
    }
    if let Some(known) = xml::text(route, "gatewayId") {
        let marked =
            || MARKS.iter().find(|(mark, _)| known.starts_with(mark)).map(|(_, name)| (*name, known));
        if let Some((name, target)) = known.split_once('=').or_else(marked) {
            let mut letters = name.chars();
            let name =
                letters.next().map(|first| format!("{}{}", first.to_ascii_lowercase(), letters.as_str()))?;
            shown = shown.replace(&element("gatewayId", known), &element(&name, target));
        }
    }
    (shown != route).then_some(shown)
}

fn element(name: &str, text: &str) -> String {
    format!("<{name}>{text}</{name}>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_route_leads_to_comes_back_as_it_was_asked_for() {
        let check = |field: &str, target: &str, shows: &str| {
            let form = BTreeMap::from([(field.to_owned(), target.to_owned())]);
            let known = known_target(&form).unwrap_or_else(|| target.to_owned());
            let route = element("destinationCidrBlock", "10.0.0.0/8") + &element("gatewayId", &known);
            let expected = element("destinationCidrBlock", "10.0.0.0/8") + shows;
            assert_eq!(shown(&route).unwrap_or(route), expected);
        };
        check("GatewayId", "igw-1", "<gatewayId>igw-1</gatewayId>");
        check("VpcEndpointId", "vpce-1", "<gatewayId>vpce-1</gatewayId>");
        check("NatGatewayId", "nat-1", "<natGatewayId>nat-1</natGatewayId>");
        check("CoreNetworkArn", "arn:aws:x:y", "<coreNetworkArn>arn:aws:x:y</coreNetworkArn>");
        check("OdbNetworkArn", "arn:aws:o:y", "<odbNetworkArn>arn:aws:o:y</odbNetworkArn>");
    }

    #[test]
    fn a_target_that_was_kept_without_its_kind_is_told_by_its_mark() {
        assert_eq!(
            shown("<gatewayId>eni-1</gatewayId>").unwrap(),
            "<networkInterfaceId>eni-1</networkInterfaceId>"
        );
        assert_eq!(shown("<gatewayId>local</gatewayId>"), None);
    }

    #[test]
    fn a_prefix_list_is_a_destination_of_its_own_kind() {
        let route = "<destinationCidrBlock>pl-1</destinationCidrBlock><gatewayId>igw-1</gatewayId>";
        let expected = "<destinationPrefixListId>pl-1</destinationPrefixListId><gatewayId>igw-1</gatewayId>";
        assert_eq!(shown(route).unwrap(), expected);
    }
}
