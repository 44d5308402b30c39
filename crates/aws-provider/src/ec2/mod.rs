//! Elastic Compute Cloud: the network.

mod answers;
mod eip;
mod encryption_control;
mod flow_log;
mod in_the_way;
mod internet_gateway;
mod lookups;
mod nat_gateway;
mod network_api;
mod prefix_list;
mod route;
mod route_table;
mod security_api;
mod security_group;
mod security_group_rule;
mod subnet;
mod subnet_route_table_association;
mod vpc;
mod vpc_endpoint;
mod vpc_gateway_attachment;

use aws_config::SdkConfig;

use crate::call::Caller;
use crate::registry::Registry;
use crate::service::{Quota, Quotas, Service};

/// The service.
pub(crate) static SERVICE: Service = Service::new("ec2", "ec2", install)
    // "Request throttling for the Amazon EC2 API": Describe 100 and 20, mutating 200 and 5 with a burst of 50 for most.
    // https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
    .quotas(Quotas::new(Quota::new(100.0, 20.0), Quota::new(50.0, 5.0)))
    .meanings(answers::MEANINGS)
    .late(answers::LATE)
    .patience(answers::PATIENCE);

fn install(registry: &mut Registry, config: &SdkConfig, caller: &Caller) {
    use security_group_rule::{Direction, RuleHandler};
    let network = network_api::install(registry, config, caller);
    let security = security_api::install(registry, config, caller);
    registry.handler(eip::EipHandler(network.clone()));
    registry.handler(internet_gateway::InternetGatewayHandler(network.clone()));
    registry.handler(nat_gateway::NatGatewayHandler(network.clone()));
    registry.handler(route::RouteHandler(network.clone()));
    registry.handler(route_table::RouteTableHandler(network.clone()));
    registry.handler(subnet::SubnetHandler(network.clone()));
    registry.handler(subnet_route_table_association::SubnetRouteTableAssociationHandler(network.clone()));
    registry.handler(vpc::VpcHandler(network.clone(), security.clone()));
    registry.handler(vpc_gateway_attachment::VpcGatewayAttachmentHandler(network.clone()));
    registry.resolver(lookups::ImageResolver(network.clone()));
    registry.resolver(lookups::SubnetResolver(network.clone()));
    registry.resolver(lookups::VpcResolver(network.clone()));
    registry.resolver(lookups::ZonesResolver(network.clone()));
    let region = config.region().map(ToString::to_string).unwrap_or_default();
    registry.resolver(prefix_list::PrefixListResolver { network, region });
    registry.handler(security_group::SecurityGroupHandler(security.clone()));
    registry.handler(RuleHandler(security.clone(), Direction::In));
    registry.handler(RuleHandler(security.clone(), Direction::Out));
    registry.handler(flow_log::FlowLogHandler(security.clone()));
    registry.handler(vpc_endpoint::VpcEndpointHandler(security));
}
