//! Networks, in the order in which they are built.

mod rules;

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::{
    AttributeBooleanValue, DestinationFileFormat, DestinationOptionsRequest, DomainType, Filter,
    FlowLogsResourceType, HostnameType, LogDestinationType, NatGatewayState, ResourceType, Tag,
    TagSpecification, Tenancy, TrafficType, VpcAttributeName, VpcEndpointType,
};
use aws_types::SdkConfig;

use super::Echoes;

const ROLE: &str = "arn:aws:iam::123456789012:role/flow";
const POLICY: &str = r#"{"Version":"2012-10-17","Statement":[]}"#;

pub(crate) struct Ids {
    vpc: String,
    subnet: String,
    zone_subnet: String,
    gateway: String,
    address: String,
    nat: String,
    table: String,
    association: String,
    group: String,
    flow: String,
    flow_to_bucket: String,
    gateway_endpoint: String,
    interface_endpoint: String,
}

fn tags(kind: ResourceType) -> TagSpecification {
    let tag = Tag::builder().key("a").value("b & c").build();
    TagSpecification::builder()
        .resource_type(kind)
        .tags(tag)
        .build()
}

fn tagged(tags: &[Tag]) -> bool {
    tags.len() == 1 && tags[0].value() == Some("b & c")
}

fn filter(name: &str, value: &str) -> Filter {
    Filter::builder().name(name).values(value).build()
}

pub(crate) async fn create(config: &SdkConfig) -> Ids {
    let ec2 = Client::new(config);
    let vpc = ec2
        .create_vpc()
        .cidr_block("10.0.0.0/16")
        .instance_tenancy(Tenancy::Dedicated)
        .tag_specifications(tags(ResourceType::Vpc))
        .send()
        .await;
    let vpc = vpc.unwrap().vpc.unwrap().vpc_id.unwrap();
    let on = AttributeBooleanValue::builder().value(true).build();
    ec2.modify_vpc_attribute()
        .vpc_id(&vpc)
        .enable_dns_hostnames(on.clone())
        .send()
        .await
        .unwrap();
    let group = rules::create(&ec2, &vpc).await;
    let subnet = ec2
        .create_subnet()
        .vpc_id(&vpc)
        .cidr_block("10.0.1.0/24")
        .availability_zone("eu-west-1b")
        .tag_specifications(tags(ResourceType::Subnet))
        .send()
        .await;
    let subnet = subnet.unwrap().subnet.unwrap().subnet_id.unwrap();
    ec2.modify_subnet_attribute()
        .subnet_id(&subnet)
        .map_public_ip_on_launch(on)
        .send()
        .await
        .unwrap();
    ec2.modify_subnet_attribute()
        .subnet_id(&subnet)
        .private_dns_hostname_type_on_launch(HostnameType::ResourceName)
        .send()
        .await
        .unwrap();
    let zone_subnet = ec2
        .create_subnet()
        .vpc_id(&vpc)
        .cidr_block("10.0.2.0/24")
        .availability_zone_id("euw1-az2")
        .send()
        .await;
    let zone_subnet = zone_subnet.unwrap().subnet.unwrap().subnet_id.unwrap();
    let gateway = ec2
        .create_internet_gateway()
        .tag_specifications(tags(ResourceType::InternetGateway))
        .send()
        .await;
    let gateway = gateway
        .unwrap()
        .internet_gateway
        .unwrap()
        .internet_gateway_id
        .unwrap();
    ec2.attach_internet_gateway()
        .internet_gateway_id(&gateway)
        .vpc_id(&vpc)
        .send()
        .await
        .unwrap();
    let address = ec2
        .allocate_address()
        .domain(DomainType::Vpc)
        .tag_specifications(tags(ResourceType::ElasticIp))
        .send()
        .await;
    let address = address.unwrap().allocation_id.unwrap();
    let nat = nat_gateway(&ec2, &subnet, &address, &vpc).await;
    let (table, association) = routes(&ec2, &vpc, &subnet, &gateway, &nat).await;
    let (flow, flow_to_bucket) = flow_logs(&ec2, &vpc).await;
    let (gateway_endpoint, interface_endpoint) =
        endpoints(&ec2, &vpc, &subnet, &table, &group).await;
    Ids {
        vpc,
        subnet,
        zone_subnet,
        gateway,
        address,
        nat,
        table,
        association,
        group,
        flow,
        flow_to_bucket,
        gateway_endpoint,
        interface_endpoint,
    }
}

async fn nat_gateway(ec2: &Client, subnet: &str, address: &str, token: &str) -> String {
    let create = async |subnet: &str| {
        let nat = ec2
            .create_nat_gateway()
            .subnet_id(subnet)
            .allocation_id(address)
            .client_token(token)
            .tag_specifications(tags(ResourceType::Natgateway))
            .send()
            .await;
        nat.map(|nat| nat.nat_gateway.unwrap().nat_gateway_id.unwrap())
    };
    let nat = create(subnet).await.unwrap();
    assert_eq!(create(subnet).await.unwrap(), nat, "one token, one gateway");
    let other = create("subnet-other")
        .await
        .unwrap_err()
        .into_service_error();
    assert_eq!(other.meta().code(), Some("IdempotentParameterMismatch"));
    nat
}

async fn routes(
    ec2: &Client,
    vpc: &str,
    subnet: &str,
    gateway: &str,
    nat: &str,
) -> (String, String) {
    let table = ec2
        .create_route_table()
        .vpc_id(vpc)
        .tag_specifications(tags(ResourceType::RouteTable))
        .send()
        .await;
    let table = table.unwrap().route_table.unwrap().route_table_id.unwrap();
    ec2.create_route()
        .route_table_id(&table)
        .destination_cidr_block("0.0.0.0/0")
        .gateway_id(gateway)
        .send()
        .await
        .unwrap();
    ec2.create_route()
        .route_table_id(&table)
        .destination_cidr_block("10.9.0.0/16")
        .nat_gateway_id(nat)
        .send()
        .await
        .unwrap();
    let associated = ec2
        .associate_route_table()
        .route_table_id(&table)
        .subnet_id(subnet)
        .send()
        .await;
    (table, associated.unwrap().association_id.unwrap())
}

async fn flow_logs(ec2: &Client, vpc: &str) -> (String, String) {
    let to_logs = ec2
        .create_flow_logs()
        .resource_ids(vpc)
        .resource_type(FlowLogsResourceType::Vpc)
        .traffic_type(TrafficType::All)
        .log_destination_type(LogDestinationType::CloudWatchLogs)
        .log_group_name("/vpc")
        .deliver_logs_permission_arn(ROLE)
        .max_aggregation_interval(60)
        .log_format("${vpc-id}")
        .tag_specifications(tags(ResourceType::VpcFlowLog))
        .send()
        .await;
    let options = DestinationOptionsRequest::builder()
        .file_format(DestinationFileFormat::Parquet)
        .build();
    let to_bucket = ec2
        .create_flow_logs()
        .resource_ids(vpc)
        .resource_type(FlowLogsResourceType::Vpc)
        .traffic_type(TrafficType::Reject)
        .log_destination_type(LogDestinationType::S3)
        .log_destination("arn:aws:s3:::flow")
        .destination_options(options)
        .send()
        .await;
    let id = |mut ids: Vec<String>| ids.remove(0);
    (
        id(to_logs.unwrap().flow_log_ids.unwrap()),
        id(to_bucket.unwrap().flow_log_ids.unwrap()),
    )
}

async fn endpoints(
    ec2: &Client,
    vpc: &str,
    subnet: &str,
    table: &str,
    group: &str,
) -> (String, String) {
    let create = || {
        ec2.create_vpc_endpoint()
            .vpc_id(vpc)
            .policy_document(POLICY)
            .tag_specifications(tags(ResourceType::VpcEndpoint))
    };
    let gateway = create()
        .vpc_endpoint_type(VpcEndpointType::Gateway)
        .service_name("com.amazonaws.eu-west-1.s3")
        .route_table_ids(table)
        .send()
        .await;
    let interface = create()
        .vpc_endpoint_type(VpcEndpointType::Interface)
        .service_name("com.amazonaws.eu-west-1.kms")
        .subnet_ids(subnet)
        .security_group_ids(group)
        .private_dns_enabled(true)
        .send()
        .await;
    (
        gateway
            .unwrap()
            .vpc_endpoint
            .unwrap()
            .vpc_endpoint_id
            .unwrap(),
        interface
            .unwrap()
            .vpc_endpoint
            .unwrap()
            .vpc_endpoint_id
            .unwrap(),
    )
}

pub(crate) async fn read(config: &SdkConfig, ids: &Ids) -> Echoes {
    let ec2 = Client::new(config);
    let mut echoes = Echoes::default();
    read_vpc(&ec2, ids, &mut echoes).await;
    read_gateways(&ec2, ids, &mut echoes).await;
    read_routes(&ec2, ids, &mut echoes).await;
    read_flow_logs(&ec2, ids, &mut echoes).await;
    read_endpoints(&ec2, ids, &mut echoes).await;
    rules::read(&ec2, &ids.group, &mut echoes).await;
    echoes
}

async fn read_vpc(ec2: &Client, ids: &Ids, echoes: &mut Echoes) {
    let vpcs = ec2
        .describe_vpcs()
        .filters(filter("tag:a", "b & c"))
        .send()
        .await
        .unwrap();
    let vpc = &vpcs.vpcs()[0];
    let attribute = async |name| {
        ec2.describe_vpc_attribute()
            .vpc_id(&ids.vpc)
            .attribute(name)
            .send()
            .await
            .unwrap()
    };
    let hostnames = attribute(VpcAttributeName::EnableDnsHostnames).await;
    let support = attribute(VpcAttributeName::EnableDnsSupport).await;
    let is_on = |value: Option<&AttributeBooleanValue>| value.and_then(|v| v.value()) == Some(true);
    echoes.of(
        "AWS::EC2::VPC",
        &[
            ("CidrBlock", vpc.cidr_block() == Some("10.0.0.0/16")),
            (
                "EnableDnsHostnames",
                is_on(hostnames.enable_dns_hostnames()),
            ),
            ("EnableDnsSupport", is_on(support.enable_dns_support())),
            (
                "InstanceTenancy",
                vpc.instance_tenancy() == Some(&Tenancy::Dedicated),
            ),
            ("Tags", tagged(vpc.tags())),
        ],
    );
    let subnets = ec2
        .describe_subnets()
        .filters(filter("vpc-id", &ids.vpc))
        .send()
        .await
        .unwrap();
    let find = |id: &str| {
        subnets
            .subnets()
            .iter()
            .find(|s| s.subnet_id() == Some(id))
            .unwrap()
    };
    let (subnet, by_zone) = (find(&ids.subnet), find(&ids.zone_subnet));
    let hostname = subnet
        .private_dns_name_options_on_launch()
        .and_then(|o| o.hostname_type());
    echoes.of(
        "AWS::EC2::Subnet",
        &[
            (
                "AvailabilityZone",
                subnet.availability_zone() == Some("eu-west-1b"),
            ),
            (
                "AvailabilityZoneId",
                by_zone.availability_zone_id() == Some("euw1-az2"),
            ),
            ("CidrBlock", subnet.cidr_block() == Some("10.0.1.0/24")),
            (
                "MapPublicIpOnLaunch",
                subnet.map_public_ip_on_launch() == Some(true),
            ),
            (
                "PrivateDnsNameOptionsOnLaunch",
                hostname == Some(&HostnameType::ResourceName),
            ),
            ("Tags", tagged(subnet.tags())),
            ("VpcId", subnet.vpc_id() == Some(&ids.vpc)),
        ],
    );
}

async fn read_gateways(ec2: &Client, ids: &Ids, echoes: &mut Echoes) {
    let gateways = ec2
        .describe_internet_gateways()
        .internet_gateway_ids(&ids.gateway)
        .send()
        .await
        .unwrap();
    let gateway = &gateways.internet_gateways()[0];
    echoes.of(
        "AWS::EC2::InternetGateway",
        &[("Tags", tagged(gateway.tags()))],
    );
    echoes.of(
        "AWS::EC2::VPCGatewayAttachment",
        &[("VpcId", gateway.attachments()[0].vpc_id() == Some(&ids.vpc))],
    );
    let addresses = ec2
        .describe_addresses()
        .allocation_ids(&ids.address)
        .send()
        .await
        .unwrap();
    let address = &addresses.addresses()[0];
    echoes.of(
        "AWS::EC2::EIP",
        &[
            ("Domain", address.domain() == Some(&DomainType::Vpc)),
            ("Tags", tagged(address.tags())),
        ],
    );
    let nats = ec2
        .describe_nat_gateways()
        .filter(filter("vpc-id", &ids.vpc))
        .send()
        .await
        .unwrap();
    assert_eq!(nats.nat_gateways().len(), 1);
    let nat = &nats.nat_gateways()[0];
    assert_eq!(nat.state(), Some(&NatGatewayState::Available));
    echoes.of(
        "AWS::EC2::NatGateway",
        &[
            (
                "AllocationId",
                nat.nat_gateway_addresses()[0].allocation_id() == Some(&ids.address),
            ),
            ("SubnetId", nat.subnet_id() == Some(&ids.subnet)),
            ("Tags", tagged(nat.tags())),
        ],
    );
}

async fn read_routes(ec2: &Client, ids: &Ids, echoes: &mut Echoes) {
    let tables = ec2
        .describe_route_tables()
        .route_table_ids(&ids.table)
        .send()
        .await
        .unwrap();
    let table = &tables.route_tables()[0];
    let route = |to: &str| {
        table
            .routes()
            .iter()
            .find(|r| r.destination_cidr_block() == Some(to))
            .unwrap()
    };
    let nat = route("10.9.0.0/16");
    let association = &table.associations()[0];
    assert_eq!(
        association.route_table_association_id(),
        Some(ids.association.as_str())
    );
    echoes.of(
        "AWS::EC2::RouteTable",
        &[
            ("Tags", tagged(table.tags())),
            ("VpcId", table.vpc_id() == Some(&ids.vpc)),
        ],
    );
    echoes.of(
        "AWS::EC2::Route",
        &[
            (
                "DestinationCidrBlock",
                nat.destination_cidr_block().is_some(),
            ),
            (
                "GatewayId",
                route("0.0.0.0/0").gateway_id() == Some(&ids.gateway),
            ),
            (
                "NatGatewayId",
                nat.nat_gateway_id() == Some(&ids.nat) && nat.gateway_id().is_none(),
            ),
        ],
    );
    echoes.of(
        "AWS::EC2::SubnetRouteTableAssociation",
        &[("SubnetId", association.subnet_id() == Some(&ids.subnet))],
    );
}

async fn read_flow_logs(ec2: &Client, ids: &Ids, echoes: &mut Echoes) {
    let found = ec2
        .describe_flow_logs()
        .filter(filter("tag:a", "b & c"))
        .send()
        .await
        .unwrap();
    assert_eq!(found.flow_logs().len(), 1, "found by its tag");
    let flow = &found.flow_logs()[0];
    assert_eq!(flow.flow_log_id(), Some(ids.flow.as_str()));
    let all = ec2.describe_flow_logs().send().await.unwrap();
    let to_bucket = all
        .flow_logs()
        .iter()
        .find(|f| f.flow_log_id() == Some(&ids.flow_to_bucket))
        .unwrap();
    echoes.of(
        "AWS::EC2::FlowLog",
        &[
            (
                "DeliverLogsPermissionArn",
                flow.deliver_logs_permission_arn() == Some(ROLE),
            ),
            (
                "DestinationOptions",
                to_bucket.destination_options().is_some(),
            ),
            ("LogDestination", to_bucket.log_destination().is_some()),
            (
                "LogDestinationType",
                to_bucket.log_destination_type() == Some(&LogDestinationType::S3),
            ),
            ("LogFormat", flow.log_format() == Some("${vpc-id}")),
            ("LogGroupName", flow.log_group_name() == Some("/vpc")),
            (
                "MaxAggregationInterval",
                flow.max_aggregation_interval() == Some(60),
            ),
            ("ResourceId", flow.resource_id() == Some(&ids.vpc)),
            ("Tags", tagged(flow.tags())),
            (
                "TrafficType",
                to_bucket.traffic_type() == Some(&TrafficType::Reject),
            ),
        ],
    );
}

async fn read_endpoints(ec2: &Client, ids: &Ids, echoes: &mut Echoes) {
    let found = ec2
        .describe_vpc_endpoints()
        .filters(filter("tag:a", "b & c"))
        .filters(filter("vpc-id", &ids.vpc))
        .send()
        .await
        .unwrap();
    let find = |id: &str| {
        found
            .vpc_endpoints()
            .iter()
            .find(|e| e.vpc_endpoint_id() == Some(id))
            .unwrap()
    };
    let (gateway, interface) = (find(&ids.gateway_endpoint), find(&ids.interface_endpoint));
    assert_eq!(
        interface.state().map(|state| state.as_str()),
        Some("available")
    );
    echoes.of(
        "AWS::EC2::VPCEndpoint",
        &[
            ("PolicyDocument", gateway.policy_document() == Some(POLICY)),
            (
                "PrivateDnsEnabled",
                interface.private_dns_enabled() == Some(true),
            ),
            ("RouteTableIds", !gateway.route_table_ids().is_empty()),
            ("SecurityGroupIds", !interface.groups().is_empty()),
            (
                "ServiceName",
                gateway.service_name() == Some("com.amazonaws.eu-west-1.s3"),
            ),
            ("SubnetIds", !interface.subnet_ids().is_empty()),
            ("Tags", tagged(gateway.tags())),
            (
                "VpcEndpointType",
                interface.vpc_endpoint_type() == Some(&VpcEndpointType::Interface),
            ),
            ("VpcId", gateway.vpc_id() == Some(&ids.vpc)),
        ],
    );
}

pub(crate) async fn delete(config: &SdkConfig, ids: &Ids) {
    let ec2 = Client::new(config);
    ec2.delete_vpc_endpoints()
        .vpc_endpoint_ids(&ids.gateway_endpoint)
        .vpc_endpoint_ids(&ids.interface_endpoint)
        .send()
        .await
        .unwrap();
    assert!(
        ec2.describe_vpc_endpoints()
            .send()
            .await
            .unwrap()
            .vpc_endpoints()
            .is_empty()
    );
    ec2.delete_flow_logs()
        .flow_log_ids(&ids.flow)
        .flow_log_ids(&ids.flow_to_bucket)
        .send()
        .await
        .unwrap();
    assert!(
        ec2.describe_flow_logs()
            .send()
            .await
            .unwrap()
            .flow_logs()
            .is_empty()
    );
    ec2.disassociate_route_table()
        .association_id(&ids.association)
        .send()
        .await
        .unwrap();
    ec2.delete_route_table()
        .route_table_id(&ids.table)
        .send()
        .await
        .unwrap();
    let tables = ec2
        .describe_route_tables()
        .filters(filter("vpc-id", &ids.vpc))
        .send()
        .await
        .unwrap();
    assert!(tables.route_tables().is_empty());
    ec2.delete_nat_gateway()
        .nat_gateway_id(&ids.nat)
        .send()
        .await
        .unwrap();
    ec2.release_address()
        .allocation_id(&ids.address)
        .send()
        .await
        .unwrap();
    assert!(
        ec2.describe_addresses()
            .send()
            .await
            .unwrap()
            .addresses()
            .is_empty()
    );
    ec2.detach_internet_gateway()
        .internet_gateway_id(&ids.gateway)
        .vpc_id(&ids.vpc)
        .send()
        .await
        .unwrap();
    ec2.delete_internet_gateway()
        .internet_gateway_id(&ids.gateway)
        .send()
        .await
        .unwrap();
    rules::delete(&ec2, &ids.group).await;
    for subnet in [&ids.subnet, &ids.zone_subnet] {
        ec2.delete_subnet().subnet_id(subnet).send().await.unwrap();
    }
    ec2.delete_vpc().vpc_id(&ids.vpc).send().await.unwrap();
    assert!(
        ec2.describe_vpcs()
            .filters(filter("vpc-id", &ids.vpc))
            .send()
            .await
            .unwrap()
            .vpcs()
            .is_empty()
    );
    let groups = ec2
        .describe_security_groups()
        .filters(filter("vpc-id", &ids.vpc))
        .send()
        .await
        .unwrap();
    assert!(
        groups.security_groups().is_empty(),
        "the default group goes with its VPC"
    );
}
