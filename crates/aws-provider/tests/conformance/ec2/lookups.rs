//! Lookups of networks under test.

use ironward_aws::ec2::{
    AvailabilityZones, ExistingImage, ExistingSubnet, ExistingVpc, Isolated, Private, Public,
};
use ironward_core::declare::Lookup;
use ironward_core::document::{Document, Node};
use ironward_core::error::ProviderError;
use ironward_core::provider::Provider;
use ironward_core::value::Known;

use super::network::ec2;
use crate::cloud::{Cloud, Emulator};

async fn resolve<L: Lookup>(cloud: &Cloud, lookup: L) -> Result<Document, ProviderError> {
    let mut query = Document::new();
    for (name, value) in lookup.query() {
        let node: Node = value.evaluate(&|_| Known::Later).unwrap();
        query.set(&name, node.to_json().unwrap());
    }
    cloud.provider.look_up(L::NAME, &query).await
}

async fn refusal<L: Lookup>(cloud: &Cloud, lookup: L) -> String {
    resolve(cloud, lookup).await.expect_err("it is refused").to_string()
}

async fn zones(cloud: Cloud) {
    let found = resolve(&cloud, AvailabilityZones).await.unwrap();
    let names: Vec<String> = found.get("Names").unwrap();
    assert_eq!(names[..2], ["us-east-1a", "us-east-1b"]);
    assert!(names.is_sorted());
    assert!(found.at("Ids.0").is_some());
}

/// A VPC with a subnet whose table can get routes; all by raw calls.
struct Made {
    vpc: String,
    subnet: String,
    table: String,
    gateway: String,
}

async fn make(cloud: &Cloud) -> Made {
    let ec2 = ec2(cloud);
    let vpc = ec2.create_vpc().cidr_block("10.77.0.0/16").send().await.unwrap().vpc.unwrap();
    let vpc = vpc.vpc_id.unwrap();
    let subnet = ec2.create_subnet().vpc_id(&vpc).cidr_block("10.77.0.0/24").send().await.unwrap();
    let subnet = subnet.subnet.unwrap().subnet_id.unwrap();
    let table = ec2.create_route_table().vpc_id(&vpc).send().await.unwrap().route_table.unwrap();
    let table = table.route_table_id.unwrap();
    let gateway = ec2.create_internet_gateway().send().await.unwrap().internet_gateway.unwrap();
    let gateway = gateway.internet_gateway_id.unwrap();
    ec2.attach_internet_gateway().internet_gateway_id(&gateway).vpc_id(&vpc).send().await.unwrap();
    Made { vpc, subnet, table, gateway }
}

async fn networks(cloud: Cloud) {
    let ec2 = ec2(&cloud);
    let Made { vpc, subnet, table, gateway } = make(&cloud).await;
    let twin = make(&cloud).await;
    let mark = |id: &str, value: &str| {
        let tag = aws_sdk_ec2::types::Tag::builder().key("lookup").value(value).build();
        ec2.create_tags().resources(id).tags(tag).send()
    };
    mark(&vpc, &vpc).await.unwrap();
    let found = resolve(&cloud, ExistingVpc::by_tag("lookup", &vpc)).await.unwrap();
    assert_eq!(found.get::<String>("VpcId").unwrap(), vpc);
    assert_eq!(found.get::<String>("CidrBlock").unwrap(), "10.77.0.0/16");
    let found = resolve(&cloud, ExistingVpc::by_id(&vpc)).await.unwrap();
    assert_eq!(found.get::<String>("VpcId").unwrap(), vpc);
    assert!(refusal(&cloud, ExistingVpc::by_id("vpc-none")).await.contains("no VPC has the id `vpc-none`"));
    mark(&twin.vpc, &vpc).await.unwrap();
    let error = refusal(&cloud, ExistingVpc::by_tag("lookup", &vpc)).await;
    assert!(error.contains("2 VPCs have the tags"), "{error}");

    ec2.associate_route_table().route_table_id(&table).subnet_id(&subnet).send().await.unwrap();
    let found = resolve(&cloud, ExistingSubnet::<Isolated>::by_id(&subnet)).await.unwrap();
    assert_eq!(found.get::<String>("SubnetId").unwrap(), subnet);
    assert_eq!(found.get::<String>("VpcId").unwrap(), vpc);

    // Not a default route, but one to the internet.
    let request = ec2.create_route().route_table_id(&table).destination_cidr_block("192.0.2.0/24");
    request.gateway_id(&gateway).send().await.unwrap();
    let error = refusal(&cloud, ExistingSubnet::<Isolated>::by_id(&subnet)).await;
    assert!(
        error.contains("isn't isolated") && error.contains(&format!("192.0.2.0/24 to {gateway}")),
        "{error}"
    );
    let error = refusal(&cloud, ExistingSubnet::<Private>::by_id(&subnet)).await;
    assert!(error.contains("isn't private"), "{error}");
    assert!(resolve(&cloud, ExistingSubnet::<Public>::by_id(&subnet)).await.is_ok());
    let request = ec2.delete_route().route_table_id(&table).destination_cidr_block("192.0.2.0/24");
    request.send().await.unwrap();

    let address = ec2.allocate_address().send().await.unwrap().allocation_id.unwrap();
    let nat = ec2.create_nat_gateway().subnet_id(&twin.subnet).allocation_id(address).send().await.unwrap();
    let nat = nat.nat_gateway.unwrap().nat_gateway_id.unwrap();
    let request = ec2.create_route().route_table_id(&table).destination_cidr_block("0.0.0.0/0");
    request.nat_gateway_id(nat).send().await.unwrap();
    let error = refusal(&cloud, ExistingSubnet::<Isolated>::by_id(&subnet)).await;
    assert!(error.contains("isn't isolated") && error.contains("0.0.0.0/0 to nat-"), "{error}");
    assert!(resolve(&cloud, ExistingSubnet::<Private>::by_id(&subnet)).await.is_ok());

    // Without an association the VPC's main table decides.
    if cloud.emulator == Emulator::Moto {
        assert!(resolve(&cloud, ExistingSubnet::<Isolated>::by_id(&twin.subnet)).await.is_ok());
        let tables = super::network::tables(&cloud).await;
        let main = tables
            .iter()
            .filter(|table| table.vpc_id() == Some(twin.vpc.as_str()))
            .find(|table| table.associations().iter().any(|association| association.main() == Some(true)));
        let request = ec2.create_route().route_table_id(main.unwrap().route_table_id().unwrap());
        let request = request.destination_cidr_block("0.0.0.0/0").gateway_id(&twin.gateway);
        request.send().await.unwrap();
        let error = refusal(&cloud, ExistingSubnet::<Isolated>::by_id(&twin.subnet)).await;
        assert!(error.contains("isn't isolated"), "{error}");
    }
}

/// The second of two images is the newer one; dates have whole seconds on moto.
async fn images(cloud: Cloud) {
    let error = refusal(&cloud, ExistingImage::newest("self", "no-such-image-*")).await;
    assert!(error.contains("no available image whose name fits `no-such-image-*`"), "{error}");
    let mut ids = Vec::new();
    for name in ["conformance-b", "conformance-a", "other"] {
        let image = ec2(&cloud).register_image().name(name).send().await.unwrap();
        ids.push(image.image_id.unwrap());
        tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    }
    // The sandbox takes a pattern for the name itself, so only moto is asked by one.
    let pattern = if cloud.emulator == Emulator::Moto { "conformance-*" } else { "conformance-a" };
    let found = resolve(&cloud, ExistingImage::newest("self", pattern)).await.unwrap();
    assert_eq!(found.get::<String>("ImageId").unwrap(), ids[1]);
    assert_eq!(found.get::<String>("Name").unwrap(), "conformance-a");
}

#[tokio::test]
async fn zones_on_sandbox() {
    zones(Cloud::sandbox().await).await;
}

#[tokio::test]
async fn zones_on_moto() {
    zones(Cloud::moto().await).await;
}

#[tokio::test]
async fn networks_on_sandbox() {
    networks(Cloud::sandbox().await).await;
}

#[tokio::test]
async fn networks_on_moto() {
    networks(Cloud::moto().await).await;
}

#[tokio::test]
async fn images_on_sandbox() {
    images(Cloud::sandbox().await).await;
}

#[tokio::test]
async fn images_on_moto() {
    images(Cloud::moto().await).await;
}
