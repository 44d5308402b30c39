//! What is read back of networks.

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::{
    AttributeBooleanValue, DomainType, HostnameType, LogDestinationType, NatGatewayState, Tenancy,
    TrafficType, VpcAttributeName, VpcEndpointType,
};

use super::{Echoes, Ids, POLICY, ROLE, filter, tagged};

pub(super) async fn vpc(ec2: &Client, ids: &Ids, echoes: &mut Echoes) {
    let vpcs = ec2.describe_vpcs().filters(filter("tag:a", "b & c")).send().await.unwrap();
    let vpc = &vpcs.vpcs()[0];
    let attribute =
        async |name| ec2.describe_vpc_attribute().vpc_id(&ids.vpc).attribute(name).send().await.unwrap();
    let hostnames = attribute(VpcAttributeName::EnableDnsHostnames).await;
    let support = attribute(VpcAttributeName::EnableDnsSupport).await;
    let is_on = |value: Option<&AttributeBooleanValue>| value.and_then(|v| v.value()) == Some(true);
    echoes.of(
        "AWS::EC2::VPC",
        &[
            ("CidrBlock", vpc.cidr_block() == Some("10.0.0.0/16")),
            ("EnableDnsHostnames", is_on(hostnames.enable_dns_hostnames())),
            ("EnableDnsSupport", is_on(support.enable_dns_support())),
            ("InstanceTenancy", vpc.instance_tenancy() == Some(&Tenancy::Dedicated)),
            ("Tags", tagged(vpc.tags())),
        ],
    );
    let subnets = ec2.describe_subnets().filters(filter("vpc-id", &ids.vpc)).send().await.unwrap();
    let find = |id: &str| subnets.subnets().iter().find(|s| s.subnet_id() == Some(id)).unwrap();
    let (subnet, by_zone) = (find(&ids.subnet), find(&ids.zone_subnet));
    let hostname = subnet.private_dns_name_options_on_launch().and_then(|o| o.hostname_type());
    echoes.of(
        "AWS::EC2::Subnet",
        &[
            ("AvailabilityZone", subnet.availability_zone() == Some("eu-west-1b")),
            ("AvailabilityZoneId", by_zone.availability_zone_id() == Some("euw1-az2")),
            ("CidrBlock", subnet.cidr_block() == Some("10.0.1.0/24")),
            ("MapPublicIpOnLaunch", subnet.map_public_ip_on_launch() == Some(true)),
            ("PrivateDnsNameOptionsOnLaunch", hostname == Some(&HostnameType::ResourceName)),
            ("Tags", tagged(subnet.tags())),
            ("VpcId", subnet.vpc_id() == Some(&ids.vpc)),
        ],
    );
}

pub(super) async fn gateways(ec2: &Client, ids: &Ids, echoes: &mut Echoes) {
    let gateways = ec2.describe_internet_gateways().internet_gateway_ids(&ids.gateway).send().await.unwrap();
    let gateway = &gateways.internet_gateways()[0];
    echoes.of("AWS::EC2::InternetGateway", &[("Tags", tagged(gateway.tags()))]);
    echoes.of(
        "AWS::EC2::VPCGatewayAttachment",
        &[("VpcId", gateway.attachments()[0].vpc_id() == Some(&ids.vpc))],
    );
    let addresses = ec2.describe_addresses().allocation_ids(&ids.address).send().await.unwrap();
    let address = &addresses.addresses()[0];
    echoes.of(
        "AWS::EC2::EIP",
        &[("Domain", address.domain() == Some(&DomainType::Vpc)), ("Tags", tagged(address.tags()))],
    );
    let nats = ec2.describe_nat_gateways().filter(filter("vpc-id", &ids.vpc)).send().await.unwrap();
    assert_eq!(nats.nat_gateways().len(), 1);
    let nat = &nats.nat_gateways()[0];
    assert_eq!(nat.state(), Some(&NatGatewayState::Available));
    echoes.of(
        "AWS::EC2::NatGateway",
        &[
            ("AllocationId", nat.nat_gateway_addresses()[0].allocation_id() == Some(&ids.address)),
            ("SubnetId", nat.subnet_id() == Some(&ids.subnet)),
            ("Tags", tagged(nat.tags())),
        ],
    );
}

pub(super) async fn routes(ec2: &Client, ids: &Ids, echoes: &mut Echoes) {
    let tables = ec2.describe_route_tables().route_table_ids(&ids.table).send().await.unwrap();
    let table = &tables.route_tables()[0];
    let route = |to: &str| table.routes().iter().find(|r| r.destination_cidr_block() == Some(to)).unwrap();
    let nat = route("10.9.0.0/16");
    let association = &table.associations()[0];
    assert_eq!(association.route_table_association_id(), Some(ids.association.as_str()));
    echoes.of(
        "AWS::EC2::RouteTable",
        &[("Tags", tagged(table.tags())), ("VpcId", table.vpc_id() == Some(&ids.vpc))],
    );
    echoes.of(
        "AWS::EC2::Route",
        &[
            ("DestinationCidrBlock", nat.destination_cidr_block().is_some()),
            ("GatewayId", route("0.0.0.0/0").gateway_id() == Some(&ids.gateway)),
            ("NatGatewayId", nat.nat_gateway_id() == Some(&ids.nat) && nat.gateway_id().is_none()),
        ],
    );
    echoes.of(
        "AWS::EC2::SubnetRouteTableAssociation",
        &[("SubnetId", association.subnet_id() == Some(&ids.subnet))],
    );
}

pub(super) async fn flow_logs(ec2: &Client, ids: &Ids, echoes: &mut Echoes) {
    let found = ec2.describe_flow_logs().filter(filter("tag:a", "b & c")).send().await.unwrap();
    assert_eq!(found.flow_logs().len(), 1, "found by its tag");
    let flow = &found.flow_logs()[0];
    assert_eq!(flow.flow_log_id(), Some(ids.flow.as_str()));
    let all = ec2.describe_flow_logs().send().await.unwrap();
    let to_bucket = all.flow_logs().iter().find(|f| f.flow_log_id() == Some(&ids.flow_to_bucket)).unwrap();
    echoes.of(
        "AWS::EC2::FlowLog",
        &[
            ("DeliverLogsPermissionArn", flow.deliver_logs_permission_arn() == Some(ROLE)),
            ("DestinationOptions", to_bucket.destination_options().is_some()),
            ("LogDestination", to_bucket.log_destination().is_some()),
            ("LogDestinationType", to_bucket.log_destination_type() == Some(&LogDestinationType::S3)),
            ("LogFormat", flow.log_format() == Some("${vpc-id}")),
            ("LogGroupName", flow.log_group_name() == Some("/vpc")),
            ("MaxAggregationInterval", flow.max_aggregation_interval() == Some(60)),
            ("ResourceId", flow.resource_id() == Some(&ids.vpc)),
            ("Tags", tagged(flow.tags())),
            ("TrafficType", to_bucket.traffic_type() == Some(&TrafficType::Reject)),
        ],
    );
}

pub(super) async fn endpoints(ec2: &Client, ids: &Ids, echoes: &mut Echoes) {
    let found = ec2
        .describe_vpc_endpoints()
        .filters(filter("tag:a", "b & c"))
        .filters(filter("vpc-id", &ids.vpc))
        .send()
        .await
        .unwrap();
    let find = |id: &str| found.vpc_endpoints().iter().find(|e| e.vpc_endpoint_id() == Some(id)).unwrap();
    let (gateway, interface) = (find(&ids.gateway_endpoint), find(&ids.interface_endpoint));
    assert_eq!(interface.state().map(|state| state.as_str()), Some("available"));
    echoes.of(
        "AWS::EC2::VPCEndpoint",
        &[
            ("PolicyDocument", gateway.policy_document() == Some(POLICY)),
            ("PrivateDnsEnabled", interface.private_dns_enabled() == Some(true)),
            ("RouteTableIds", !gateway.route_table_ids().is_empty()),
            ("SecurityGroupIds", !interface.groups().is_empty()),
            ("ServiceName", gateway.service_name() == Some("com.amazonaws.eu-west-1.s3")),
            ("SubnetIds", !interface.subnet_ids().is_empty()),
            ("Tags", tagged(gateway.tags())),
            ("VpcEndpointType", interface.vpc_endpoint_type() == Some(&VpcEndpointType::Interface)),
            ("VpcId", gateway.vpc_id() == Some(&ids.vpc)),
        ],
    );
}
