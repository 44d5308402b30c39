//! Networks, in the order in which they are built.

mod read;
mod rules;

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::{
    AttributeBooleanValue, DestinationFileFormat, DestinationOptionsRequest, DomainType, Filter,
    FlowLogsResourceType, HostnameType, LogDestinationType, ResourceType, Tag, TagSpecification, Tenancy,
    TrafficType, VpcEndpointType,
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
    TagSpecification::builder().resource_type(kind).tags(tag).build()
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
    ec2.modify_vpc_attribute().vpc_id(&vpc).enable_dns_hostnames(on.clone()).send().await.unwrap();
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
    ec2.modify_subnet_attribute().subnet_id(&subnet).map_public_ip_on_launch(on).send().await.unwrap();
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
    let gateway =
        ec2.create_internet_gateway().tag_specifications(tags(ResourceType::InternetGateway)).send().await;
    let gateway = gateway.unwrap().internet_gateway.unwrap().internet_gateway_id.unwrap();
    ec2.attach_internet_gateway().internet_gateway_id(&gateway).vpc_id(&vpc).send().await.unwrap();
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
    let (gateway_endpoint, interface_endpoint) = endpoints(&ec2, &vpc, &subnet, &table, &group).await;
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
    let other = create("subnet-other").await.unwrap_err().into_service_error();
    assert_eq!(other.meta().code(), Some("IdempotentParameterMismatch"));
    nat
}

async fn routes(ec2: &Client, vpc: &str, subnet: &str, gateway: &str, nat: &str) -> (String, String) {
    let table =
        ec2.create_route_table().vpc_id(vpc).tag_specifications(tags(ResourceType::RouteTable)).send().await;
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
    let associated = ec2.associate_route_table().route_table_id(&table).subnet_id(subnet).send().await;
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
    let options = DestinationOptionsRequest::builder().file_format(DestinationFileFormat::Parquet).build();
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
    (id(to_logs.unwrap().flow_log_ids.unwrap()), id(to_bucket.unwrap().flow_log_ids.unwrap()))
}

async fn endpoints(ec2: &Client, vpc: &str, subnet: &str, table: &str, group: &str) -> (String, String) {
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
        gateway.unwrap().vpc_endpoint.unwrap().vpc_endpoint_id.unwrap(),
        interface.unwrap().vpc_endpoint.unwrap().vpc_endpoint_id.unwrap(),
    )
}

pub(crate) async fn read(config: &SdkConfig, ids: &Ids) -> Echoes {
    let ec2 = Client::new(config);
    let mut echoes = Echoes::default();
    read::vpc(&ec2, ids, &mut echoes).await;
    read::gateways(&ec2, ids, &mut echoes).await;
    read::routes(&ec2, ids, &mut echoes).await;
    read::flow_logs(&ec2, ids, &mut echoes).await;
    read::endpoints(&ec2, ids, &mut echoes).await;
    rules::read(&ec2, &ids.group, &mut echoes).await;
    echoes
}

pub(crate) async fn delete(config: &SdkConfig, ids: &Ids) {
    let ec2 = Client::new(config);
    ec2.delete_vpc_endpoints()
        .vpc_endpoint_ids(&ids.gateway_endpoint)
        .vpc_endpoint_ids(&ids.interface_endpoint)
        .send()
        .await
        .unwrap();
    assert!(ec2.describe_vpc_endpoints().send().await.unwrap().vpc_endpoints().is_empty());
    ec2.delete_flow_logs().flow_log_ids(&ids.flow).flow_log_ids(&ids.flow_to_bucket).send().await.unwrap();
    assert!(ec2.describe_flow_logs().send().await.unwrap().flow_logs().is_empty());
    ec2.disassociate_route_table().association_id(&ids.association).send().await.unwrap();
    ec2.delete_route_table().route_table_id(&ids.table).send().await.unwrap();
    let tables = ec2.describe_route_tables().filters(filter("vpc-id", &ids.vpc)).send().await.unwrap();
    assert!(tables.route_tables().is_empty());
    ec2.delete_nat_gateway().nat_gateway_id(&ids.nat).send().await.unwrap();
    ec2.release_address().allocation_id(&ids.address).send().await.unwrap();
    assert!(ec2.describe_addresses().send().await.unwrap().addresses().is_empty());
    ec2.detach_internet_gateway().internet_gateway_id(&ids.gateway).vpc_id(&ids.vpc).send().await.unwrap();
    ec2.delete_internet_gateway().internet_gateway_id(&ids.gateway).send().await.unwrap();
    rules::delete(&ec2, &ids.group).await;
    for subnet in [&ids.subnet, &ids.zone_subnet] {
        ec2.delete_subnet().subnet_id(subnet).send().await.unwrap();
    }
    ec2.delete_vpc().vpc_id(&ids.vpc).send().await.unwrap();
    assert!(ec2.describe_vpcs().filters(filter("vpc-id", &ids.vpc)).send().await.unwrap().vpcs().is_empty());
    let groups = ec2.describe_security_groups().filters(filter("vpc-id", &ids.vpc)).send().await.unwrap();
    assert!(groups.security_groups().is_empty(), "the default group goes with its VPC");
}
