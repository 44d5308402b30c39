//! The handler of `AWS::EC2::Route`. Its physical id is the table's, a bar, and the destination.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_ec2::types::{self as sdk, RouteOrigin};
use ironward_aws::ec2::Route;
use ironward_core::declare::Declaration;
use ironward_core::document::Document;
use ironward_core::error::{ProviderError, ProviderErrorKind};
use ironward_core::provider::{
    Change, DeleteOutcome, Found, Handler, Observation, Observed, Operation, Read, ReadResults, Target,
};
use ironward_core::schema::Schema;

use super::network_api::{Network, ROUTE_TABLES, filter};

pub(super) struct RouteHandler(pub(super) Arc<Network>);

/// The table and the destination of a physical id.
fn parts(physical_id: &str) -> (&str, &str) {
    physical_id.split_once('|').unwrap_or((physical_id, ""))
}

fn destination(properties: &Document) -> Result<String, ProviderError> {
    for name in ["DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId"] {
        if let Some(destination) = properties.opt(name)? {
            return Ok(destination);
        }
    }
    Err(ProviderError::new(ProviderErrorKind::Invalid, "ec2:CreateRoute", "the route has no destination"))
}

/// A destination by its kind: an IPv4 range, an IPv6 range, a prefix list.
struct Destination {
    ipv4: Option<String>,
    ipv6: Option<String>,
    list: Option<String>,
}

impl Destination {
    fn of(text: &str) -> Self {
        let is_list = text.starts_with("pl-");
        let is_ipv6 = !is_list && text.contains(':');
        let when = |condition: bool| condition.then(|| text.to_owned());
        Self { ipv4: when(!is_list && !is_ipv6), ipv6: when(is_ipv6), list: when(is_list) }
    }
}

/// The targets of a property document.
struct Goal {
    gateway: Option<String>,
    nat: Option<String>,
    egress_only: Option<String>,
    transit: Option<String>,
    peering: Option<String>,
    endpoint: Option<String>,
    interface: Option<String>,
    carrier: Option<String>,
    local: Option<String>,
    core: Option<String>,
    odb: Option<String>,
}

impl Goal {
    fn of(properties: &Document) -> Result<Self, ProviderError> {
        Ok(Self {
            gateway: properties.opt("GatewayId")?,
            nat: properties.opt("NatGatewayId")?,
            egress_only: properties.opt("EgressOnlyInternetGatewayId")?,
            transit: properties.opt("TransitGatewayId")?,
            peering: properties.opt("VpcPeeringConnectionId")?,
            endpoint: properties.opt("VpcEndpointId")?,
            interface: properties.opt("NetworkInterfaceId")?,
            carrier: properties.opt("CarrierGatewayId")?,
            local: properties.opt("LocalGatewayId")?,
            core: properties.opt("CoreNetworkArn")?,
            odb: properties.opt("OdbNetworkArn")?,
        })
    }
}

/// Calls that make a route and that exchange its target take the same.
macro_rules! aimed {
    ($request:expr, $table:expr, $destination:expr, $goal:expr) => {
        $request
            .route_table_id($table)
            .set_destination_cidr_block($destination.ipv4.clone())
            .set_destination_ipv6_cidr_block($destination.ipv6.clone())
            .set_destination_prefix_list_id($destination.list.clone())
            .set_gateway_id($goal.gateway.clone())
            .set_nat_gateway_id($goal.nat.clone())
            .set_egress_only_internet_gateway_id($goal.egress_only.clone())
            .set_transit_gateway_id($goal.transit.clone())
            .set_vpc_peering_connection_id($goal.peering.clone())
            .set_vpc_endpoint_id($goal.endpoint.clone())
            .set_network_interface_id($goal.interface.clone())
            .set_carrier_gateway_id($goal.carrier.clone())
            .set_local_gateway_id($goal.local.clone())
            .set_core_network_arn($goal.core.clone())
            .set_odb_network_arn($goal.odb.clone())
            .send()
    };
}

/// The route of a table to a destination, where someone made it: the route within the VPC, those
/// that are propagated and those of gateway endpoints come and go by themselves.
fn made_route<'a>(table: &'a sdk::RouteTable, to: &str) -> Option<&'a sdk::Route> {
    let leads = |route: &&sdk::Route| {
        [
            route.destination_cidr_block(),
            route.destination_ipv6_cidr_block(),
            route.destination_prefix_list_id(),
        ]
        .contains(&Some(to))
    };
    let is_made = |route: &&sdk::Route| {
        let gateway = route.gateway_id().unwrap_or_default();
        let of_endpoint = route.destination_prefix_list_id().is_some() && gateway.starts_with("vpce-");
        route.origin().is_none_or(|origin| *origin == RouteOrigin::CreateRoute)
            && gateway != "local"
            && !of_endpoint
    };
    table.routes().iter().filter(leads).find(is_made)
}

/// What a route's properties are; the API calls a Gateway Load Balancer endpoint a gateway.
fn described(observed: Observed, route: &sdk::Route) -> Observed {
    let gateway = route.gateway_id();
    let endpoint = gateway.filter(|gateway| gateway.starts_with("vpce-"));
    observed
        .with("GatewayId", gateway.filter(|_| endpoint.is_none()))
        .with("VpcEndpointId", endpoint)
        .with("NatGatewayId", route.nat_gateway_id())
        .with("EgressOnlyInternetGatewayId", route.egress_only_internet_gateway_id())
        .with("TransitGatewayId", route.transit_gateway_id())
        .with("VpcPeeringConnectionId", route.vpc_peering_connection_id())
        .with("NetworkInterfaceId", route.network_interface_id())
        .with("CarrierGatewayId", route.carrier_gateway_id())
        .with("LocalGatewayId", route.local_gateway_id())
        .with("CoreNetworkArn", route.core_network_arn())
        .with("OdbNetworkArn", route.odb_network_arn())
        .with("DestinationCidrBlock", route.destination_cidr_block())
        .with("DestinationIpv6CidrBlock", route.destination_ipv6_cidr_block())
        .with("DestinationPrefixListId", route.destination_prefix_list_id())
}

#[async_trait]
impl Handler for RouteHandler {
    fn schema(&self) -> &'static Schema {
        Route::SCHEMA
    }

    fn reads(&self, target: &Target<'_>) -> Vec<Read> {
        vec![Read::new(ROUTE_TABLES, parts(target.physical_id).0)]
    }

    fn observe(&self, target: &Target<'_>, answers: &ReadResults) -> Result<Observation, ProviderError> {
        let (table_id, to) = parts(target.physical_id);
        let Some(table) = answers.get::<sdk::RouteTable>(ROUTE_TABLES, table_id)? else {
            return Ok(Observation::Absent);
        };
        let Some(route) = made_route(table, to) else { return Ok(Observation::Absent) };
        let observed = Observed::new(Document::new().with("CidrBlock", to)).with("RouteTableId", table_id);
        Ok(Observation::Present(described(observed, route)))
    }

    async fn create(&self, _operation: &Operation<'_>, desired: &Document) -> Result<String, ProviderError> {
        let table: String = desired.get("RouteTableId")?;
        let to = destination(desired)?;
        let (destination, goal) = (Destination::of(&to), Goal::of(desired)?);
        let request = || aimed!(self.0.client.create_route(), &table, destination, goal);
        self.0.caller.make("ec2:CreateRoute", request).await?;
        Ok(format!("{table}|{to}"))
    }

    async fn reconcile(&self, _operation: &Operation<'_>, change: &Change<'_>) -> Result<(), ProviderError> {
        let (table, to) = parts(change.physical_id);
        let (destination, goal) = (Destination::of(to), Goal::of(change.after)?);
        let request = || aimed!(self.0.client.replace_route(), table, destination, goal);
        self.0.caller.call("ec2:ReplaceRoute", request).await?;
        Ok(())
    }

    async fn delete(
        &self,
        _operation: &Operation<'_>,
        target: &Target<'_>,
    ) -> Result<DeleteOutcome, ProviderError> {
        let (table, to) = parts(target.physical_id);
        let destination = Destination::of(to);
        let request = || {
            self.0
                .client
                .delete_route()
                .route_table_id(table)
                .set_destination_cidr_block(destination.ipv4.clone())
                .set_destination_ipv6_cidr_block(destination.ipv6.clone())
                .set_destination_prefix_list_id(destination.list.clone())
                .send()
        };
        self.0.caller.call("ec2:DeleteRoute", request).await?;
        Ok(DeleteOutcome::default())
    }

    /// The table, the destination and the target are all there is to a route: the same ones are the
    /// same route.
    async fn find(&self, _operation: &Operation<'_>, desired: &Document) -> Result<Found, ProviderError> {
        let table_id: String = desired.get("RouteTableId")?;
        let to = destination(desired)?;
        let tables = self.0.tables(vec![filter("route-table-id", [&table_id])]).await?;
        let table = tables.iter().find(|table| table.route_table_id() == Some(table_id.as_str()));
        let Some(route) = table.and_then(|table| made_route(table, &to)) else { return Ok(Found::Nothing) };
        let seen = described(Observed::default(), route).properties;
        let targets = |name: &&str| !name.starts_with("Destination") && *name != "RouteTableId";
        let same = seen.iter().map(|(name, _)| name).filter(targets).all(|name| {
            // A NAT gateway's interface may be reported beside it.
            desired.json(name) == seen.json(name) || (name == "NetworkInterfaceId" && !desired.has(name))
        });
        let physical_id = format!("{table_id}|{to}");
        Ok(if same { Found::Ours { physical_id } } else { Found::Unmarked { physical_id } })
    }
}
