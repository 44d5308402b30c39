//! What EC2 asks of values beyond the registry's schemas, by subject.
//!
//! Of internet gateways, route tables and their associations it asks nothing that the schemas and the types of their
//! builders don't say.

mod endpoints;
mod flow_logs;
mod gateways;
mod networks;
mod routes;
mod rules;

use std::collections::BTreeMap;

use ironward_core::document::Node;

pub(super) use endpoints::VPC_ENDPOINT_RELATIONS;
pub(super) use flow_logs::{FLOW_LOG, FLOW_LOG_RELATIONS};
pub(super) use gateways::{EIP_RELATIONS, GATEWAY_ATTACHMENT_RELATIONS, NAT_GATEWAY, NAT_GATEWAY_RELATIONS};
pub(super) use networks::{SUBNET, SUBNET_RELATIONS, VPC, VPC_RELATIONS};
pub(super) use routes::ROUTE_RELATIONS;
pub(super) use rules::{EGRESS, EGRESS_RELATIONS, INGRESS, INGRESS_RELATIONS};

use crate::facts::{declared, named, text};

type Properties = BTreeMap<String, Node>;
type Misfit = Option<(&'static str, String)>;

/// The length of an IPv4 range's prefix. EC2 takes bits set after it, and clears them.
fn prefix(properties: &Properties, name: &'static str) -> Result<u8, Misfit> {
    let Some(text) = text(properties, name) else { return Err(None) };
    let range = text.parse::<ipnet::Ipv4Net>().map(|range| range.prefix_len());
    range.map_err(|_| {
        Some((name, format!("`{name}` is `{text}`, which isn't an IPv4 range such as 10.0.0.0/16")))
    })
}

/// What is declared as an IPv4 range and isn't one.
fn no_range(properties: &Properties, name: &'static str) -> Misfit {
    prefix(properties, name).err().flatten()
}

/// What is declared as an IPv6 range and isn't one.
fn no_range6(properties: &Properties, name: &'static str) -> Misfit {
    let text = text(properties, name)?;
    let message = || format!("`{name}` is `{text}`, which isn't an IPv6 range such as 2001:db8::/32");
    text.parse::<ipnet::Ipv6Net>().is_err().then(|| (name, message()))
}

/// What is declared of these, and that it isn't exactly one. `a` is of what they are one: `a route has one target`.
fn not_one(properties: &Properties, names: &'static [&'static str], a: &str) -> Misfit {
    let there: Vec<&'static str> = names.iter().copied().filter(|name| declared(properties, name)).collect();
    match there.as_slice() {
        [_] => None,
        [] => {
            let first = names.first()?;
            Some((first, format!("none of {} is declared, and {a}", named(names, "and"))))
        }
        [.., last] => {
            let message = format!("{} are declared, and {a}: leave one out", named(&there, "and"));
            Some((last, message))
        }
    }
}
