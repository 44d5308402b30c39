//! A route names its target by what it is: the emulator calls every target a gateway.

use winterbaume_core::MockResponse;

use super::{Memory, Part, edit_xml, xml};
use crate::call::Call;

pub(crate) struct RouteTargets;

/// How targets other than internet gateways are told apart, and called.
const TARGETS: [(&str, &str); 6] = [
    ("nat-", "natGatewayId"),
    ("tgw-", "transitGatewayId"),
    ("pcx-", "vpcPeeringConnectionId"),
    ("eni-", "networkInterfaceId"),
    ("eigw-", "egressOnlyInternetGatewayId"),
    ("i-", "instanceId"),
];

impl Part for RouteTargets {
    fn response(&self, call: &Call, _memory: &mut Memory, response: &mut MockResponse) {
        if call.operation != "DescribeRouteTables" {
            return;
        }
        edit_xml(response, |body| {
            xml::edit_each(body, "routeSet", |routes| {
                Some(xml::edit_each(routes, "item", |route| {
                    let target = xml::text(route, "gatewayId")?;
                    let (_, name) = TARGETS.iter().find(|(mark, _)| target.starts_with(mark))?;
                    Some(route.replace(
                        &format!("<gatewayId>{target}</gatewayId>"),
                        &format!("<{name}>{target}</{name}>"),
                    ))
                }))
            })
        });
    }
}
