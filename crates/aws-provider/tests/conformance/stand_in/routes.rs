//! Routes of EC2 with every kind of target, each shown under its own name; a Gateway Load Balancer endpoint
//! is shown as a gateway.
//!
//! Source: Amazon EC2 API Reference, `CreateRoute`, `ReplaceRoute`, `Route`.

use std::collections::BTreeMap;
use std::sync::Mutex;

use ironward_emulators::xml;

use super::{Call, Keeper, Parameters, cloud, hold};
use crate::ec2::routing::NatRouteSubject;

/// The routes of each table, by destination.
#[derive(Debug, Default)]
struct Routes(Mutex<BTreeMap<String, BTreeMap<String, Parameters>>>);

const DESTINATIONS: [&str; 3] =
    ["DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId"];

/// A route as a description has it.
fn item(parameters: &Parameters) -> String {
    let element = |(name, value): (&String, &String)| {
        let name = match name.as_str() {
            "RouteTableId" | "Action" | "Version" => return String::new(),
            "VpcEndpointId" => "gatewayId".to_owned(),
            other => format!("{}{}", other[..1].to_lowercase(), &other[1..]),
        };
        format!("<{name}>{value}</{name}>")
    };
    let members: String = parameters.iter().map(element).collect();
    format!("<item>{members}<origin>CreateRoute</origin><state>active</state></item>")
}

impl Keeper for Routes {
    fn answer(&self, call: &Call) -> Option<(u16, String)> {
        if !["CreateRoute", "ReplaceRoute", "DeleteRoute"].contains(&call.operation.as_str()) {
            return None;
        }
        let parameters = call.parameters();
        let destination = DESTINATIONS.iter().find_map(|name| parameters.get(*name)).cloned()?;
        let mut tables = self.0.lock().unwrap();
        let routes = tables.entry(parameters.get("RouteTableId")?.clone()).or_default();
        let refused = match call.operation.as_str() {
            "CreateRoute" => routes.contains_key(&destination).then_some("RouteAlreadyExists"),
            _ => (!routes.contains_key(&destination)).then_some("InvalidRoute.NotFound"),
        };
        if let Some(code) = refused {
            let refusal = format!(
                "<Response><Errors><Error><Code>{code}</Code><Message>{destination}</Message></Error>\
                 </Errors><RequestID>0</RequestID></Response>"
            );
            return Some((400, refusal));
        }
        if call.operation == "DeleteRoute" {
            routes.remove(&destination);
        } else {
            routes.insert(destination, parameters);
        }
        let name = &call.operation;
        Some((200, format!("<{name}Response><return>true</return></{name}Response>")))
    }

    fn show(&self, call: &Call, answer: &str) -> Option<String> {
        if call.operation != "DescribeRouteTables" {
            return None;
        }
        let tables = self.0.lock().unwrap();
        Some(xml::edit_each(answer, "routeTableSet", |set| {
            Some(xml::edit_each(set, "item", |table| {
                let routes = tables.get(xml::text(table, "routeTableId")?)?;
                let items: String = routes.values().map(item).collect();
                Some(xml::edit_each(table, "routeSet", |there| Some(format!("{there}{items}"))))
            }))
        }))
    }
}

#[tokio::test]
async fn routes_settle() {
    hold(&NatRouteSubject, cloud(Routes::default()).await).await;
}
