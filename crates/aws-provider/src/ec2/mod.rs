//! Elastic Compute Cloud: the network.

mod eip;
mod internet_gateway;
mod lookups;
mod nat_gateway;
mod network_api;
mod route;
mod route_table;
mod subnet;
mod subnet_route_table_association;
mod vpc;
mod vpc_gateway_attachment;

use aws_config::SdkConfig;

use crate::call::Caller;
use crate::registry::Registry;

pub(crate) fn install(registry: &mut Registry, config: &SdkConfig, caller: &Caller) {
    let network = network_api::install(registry, config, caller);
    registry.handler(eip::EipHandler(network.clone()));
    registry.handler(internet_gateway::InternetGatewayHandler(network.clone()));
    registry.handler(nat_gateway::NatGatewayHandler(network.clone()));
    registry.handler(route::RouteHandler(network.clone()));
    registry.handler(route_table::RouteTableHandler(network.clone()));
    registry.handler(subnet::SubnetHandler(network.clone()));
    registry.handler(subnet_route_table_association::SubnetRouteTableAssociationHandler(network.clone()));
    registry.handler(vpc::VpcHandler(network.clone()));
    registry.handler(vpc_gateway_attachment::VpcGatewayAttachmentHandler(network.clone()));
    registry.resolver(lookups::ImageResolver(network.clone()));
    registry.resolver(lookups::SubnetResolver(network.clone()));
    registry.resolver(lookups::VpcResolver(network.clone()));
    registry.resolver(lookups::ZonesResolver(network));
}
