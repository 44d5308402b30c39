//! Of endpoints.

use ironward_core::shape::Relation;

use super::{Misfit, Properties};
use crate::facts::{as_text, declared, is_true, items, member, named};

const CREATE: &str = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html";
const NAMES: &str = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DnsOptionsSpecification.html";

/// Between the properties of an endpoint.
pub(in crate::ec2) const VPC_ENDPOINT_RELATIONS: &[Relation] = &[
    Relation::new(
        &["PrivateDnsEnabled", "RouteTableIds", "SecurityGroupIds", "SubnetIds", "VpcEndpointType"],
        placement,
        CREATE,
    ),
    Relation::new(&["ResourceConfigurationArn", "ServiceNetworkArn", "VpcEndpointType"], target, CREATE),
    Relation::new(&["DnsOptions", "VpcEndpointType"], private_names, NAMES),
];

/// The kind of an endpoint; nothing where it isn't known.
fn kind(properties: &Properties) -> Option<&str> {
    properties.get("VpcEndpointType").map_or(Some("Gateway"), as_text)
}

/// A gateway stands in route tables, all others in subnets.
fn placement(properties: &Properties) -> Misfit {
    let has = |name: &&'static str| properties.get(*name).is_some_and(|list| !items(list).is_empty());
    let kind = kind(properties)?;
    if kind != "Gateway" {
        let message = || {
            format!(
                "`RouteTableIds` has route tables, and an endpoint of the type {kind} stands in subnets: leave them out"
            )
        };
        return has(&"RouteTableIds").then(|| ("RouteTableIds", message()));
    }
    if let Some(name) = ["SubnetIds", "SecurityGroupIds"].into_iter().find(has) {
        let message = format!("`{name}` isn't empty, and a gateway stands in route tables: leave it out");
        return Some((name, message));
    }
    let message = "`PrivateDnsEnabled` is true, and a gateway takes over no names: leave it out";
    is_true(properties, "PrivateDnsEnabled").then(|| ("PrivateDnsEnabled", message.to_owned()))
}

/// What is reached has the kind of endpoint that reaches it.
fn target(properties: &Properties) -> Misfit {
    let kind = kind(properties)?;
    let kinds: [(&'static str, &[&str]); 2] =
        [("ResourceConfigurationArn", &["Resource", "Tunnel"]), ("ServiceNetworkArn", &["ServiceNetwork"])];
    let (name, kinds) =
        kinds.into_iter().find(|(name, kinds)| declared(properties, name) && !kinds.contains(&kind))?;
    let message = format!(
        "`{name}` is declared, and the type is {kind}: an endpoint of the type {} reaches it",
        named(kinds, "or")
    );
    Some((name, message))
}

/// Which private names are taken over is chosen for resources and service networks, and listed where it is so chosen.
fn private_names(properties: &Properties) -> Misfit {
    let options = properties.get("DnsOptions")?;
    let kind = kind(properties)?;
    let preference = member(options, "PrivateDnsPreference");
    if preference.is_some() && !["Resource", "ServiceNetwork"].contains(&kind) {
        let message = format!(
            "`DnsOptions.PrivateDnsPreference` is declared, and an endpoint of the type {kind} has none: leave it out"
        );
        return Some(("DnsOptions", message));
    }
    let listed = items(member(options, "PrivateDnsSpecifiedDomains")?);
    let preference = as_text(preference?)?;
    let message = || {
        format!(
            "`DnsOptions.PrivateDnsSpecifiedDomains` is declared, and the preference {preference} takes none: prefer \
             SPECIFIED_DOMAINS_ONLY or VERIFIED_DOMAINS_AND_SPECIFIED_DOMAINS"
        )
    };
    let unlisted = ["ALL_DOMAINS", "VERIFIED_DOMAINS_ONLY"].contains(&preference);
    (unlisted && !listed.is_empty()).then(|| ("DnsOptions", message()))
}
