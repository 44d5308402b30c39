//! What is refused because of what is there, in the codes of AWS.

use aws_sdk_ec2::error::ProvideErrorMetadata;
use aws_sdk_ec2::types::{IpPermission, IpRange};
use aws_sdk_elasticloadbalancingv2::types::{Action, ActionTypeEnum, ProtocolEnum};

use crate::world::World;

/// The code of a refusal.
#[track_caller]
fn refused<T: std::fmt::Debug, E: ProvideErrorMetadata>(result: Result<T, E>) -> String {
    match result {
        Ok(answer) => panic!("it was taken: {answer:?}"),
        Err(error) => error.code().unwrap_or_default().to_owned(),
    }
}

/// A network to put things into.
struct Network {
    ec2: aws_sdk_ec2::Client,
    vpc: String,
}

impl Network {
    async fn new(world: &World) -> Self {
        let ec2 = aws_sdk_ec2::Client::new(&world.config());
        let vpc = ec2.create_vpc().cidr_block("10.0.0.0/16").send().await.unwrap();
        let vpc = vpc.vpc().unwrap().vpc_id().unwrap().to_owned();
        Self { ec2, vpc }
    }

    async fn subnet(
        &self,
        range: &str,
    ) -> Result<String, impl ProvideErrorMetadata + std::fmt::Debug + use<>> {
        let made = self.ec2.create_subnet().vpc_id(&self.vpc).cidr_block(range).send().await;
        made.map(|made| made.subnet().unwrap().subnet_id().unwrap().to_owned())
    }

    async fn table(&self) -> String {
        let table = self.ec2.create_route_table().vpc_id(&self.vpc).send().await.unwrap();
        table.route_table().unwrap().route_table_id().unwrap().to_owned()
    }

    async fn gateway(&self) -> String {
        let gateway = self.ec2.create_internet_gateway().send().await.unwrap();
        gateway.internet_gateway().unwrap().internet_gateway_id().unwrap().to_owned()
    }
}

#[tokio::test]
async fn subnets_do_not_overlap() {
    let world = World::new().await;
    let network = Network::new(&world).await;
    network.subnet("10.0.1.0/24").await.unwrap();
    for range in ["10.0.1.0/24", "10.0.1.128/25", "10.0.0.0/20"] {
        assert_eq!(refused(network.subnet(range).await), "InvalidSubnet.Conflict", "{range}");
    }
    let next = network.subnet("10.0.2.0/24").await.unwrap();
    // What is gone is in nobody's way, and another network has ranges of its own.
    network.ec2.delete_subnet().subnet_id(next).send().await.unwrap();
    network.subnet("10.0.2.0/23").await.unwrap();
    Network { vpc: Network::new(&world).await.vpc, ..network }.subnet("10.0.1.0/24").await.unwrap();
}

#[tokio::test]
async fn two_overlapping_subnets_at_once_are_one() {
    let world = World::new().await;
    let network = Network::new(&world).await;
    let (one, other) = tokio::join!(network.subnet("10.0.1.0/24"), network.subnet("10.0.0.0/20"));
    assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
}

#[tokio::test]
async fn a_group_has_a_name_and_each_rule_once() {
    let world = World::new().await;
    let Network { ec2, vpc } = Network::new(&world).await;
    let group = || ec2.create_security_group().group_name("web").description("d").vpc_id(&vpc).send();
    let made = group().await.unwrap().group_id.unwrap();
    assert_eq!(refused(group().await), "InvalidGroup.Duplicate");
    let range = IpRange::builder().cidr_ip("10.0.0.0/8").build();
    let rule =
        IpPermission::builder().ip_protocol("tcp").from_port(443).to_port(443).ip_ranges(range).build();
    let ingress =
        || ec2.authorize_security_group_ingress().group_id(&made).ip_permissions(rule.clone()).send();
    ingress().await.unwrap();
    assert_eq!(refused(ingress().await), "InvalidPermission.Duplicate");
    let egress = || ec2.authorize_security_group_egress().group_id(&made).ip_permissions(rule.clone()).send();
    egress().await.unwrap();
    assert_eq!(refused(egress().await), "InvalidPermission.Duplicate");
}

#[tokio::test]
async fn a_table_has_one_route_to_a_place_and_a_subnet_one_table() {
    let world = World::new().await;
    let network = Network::new(&world).await;
    let gateway = network.gateway().await;
    let ec2 = &network.ec2;
    let attach = |gateway: String, vpc: &str| {
        ec2.attach_internet_gateway().internet_gateway_id(gateway).vpc_id(vpc).send()
    };
    attach(gateway.clone(), &network.vpc).await.unwrap();
    let other = Network::new(&world).await.vpc;
    assert_eq!(refused(attach(gateway.clone(), &other).await), "Resource.AlreadyAssociated");
    let second = network.gateway().await;
    assert_eq!(refused(attach(second, &network.vpc).await), "InvalidParameterValue");

    let table = network.table().await;
    let route = |to: &str| {
        ec2.create_route().route_table_id(&table).destination_cidr_block(to).gateway_id(&gateway).send()
    };
    route("0.0.0.0/0").await.unwrap();
    assert_eq!(refused(route("0.0.0.0/0").await), "RouteAlreadyExists");
    route("192.168.0.0/16").await.unwrap();

    let subnet = network.subnet("10.0.1.0/24").await.unwrap();
    let associate = |table: &str| ec2.associate_route_table().route_table_id(table).subnet_id(&subnet).send();
    associate(&table).await.unwrap();
    let other = network.table().await;
    assert_eq!(refused(associate(&other).await), "Resource.AlreadyAssociated");
}

#[tokio::test]
async fn an_address_stands_at_one_gateway() {
    let world = World::new().await;
    let network = Network::new(&world).await;
    let subnet = network.subnet("10.0.1.0/24").await.unwrap();
    let address = network.ec2.allocate_address().send().await.unwrap().allocation_id.unwrap();
    let gateway = |token: &str| {
        network.ec2.create_nat_gateway().subnet_id(&subnet).allocation_id(&address).client_token(token).send()
    };
    let first = gateway("one").await.unwrap();
    // The same request again is the same gateway.
    let again = gateway("one").await.unwrap();
    let id = |made: &aws_sdk_ec2::operation::create_nat_gateway::CreateNatGatewayOutput| {
        made.nat_gateway().unwrap().nat_gateway_id().unwrap().to_owned()
    };
    assert_eq!(id(&first), id(&again));
    assert_eq!(refused(gateway("two").await), "Resource.AlreadyAssociated");
    network.ec2.delete_nat_gateway().nat_gateway_id(id(&first)).send().await.unwrap();
    gateway("three").await.unwrap();
}

#[tokio::test]
async fn a_balancer_has_one_listener_on_a_port() {
    let world = World::new().await;
    let elb = aws_sdk_elasticloadbalancingv2::Client::new(&world.config());
    let balancer = || elb.create_load_balancer().name("l").subnets("subnet-1").subnets("subnet-2").send();
    let arn = balancer().await.unwrap().load_balancers.unwrap().remove(0).load_balancer_arn.unwrap();
    assert_eq!(refused(balancer().await), "DuplicateLoadBalancerName");
    let group = |port| {
        elb.create_target_group().name("t").protocol(ProtocolEnum::Http).port(port).vpc_id("vpc-1").send()
    };
    let target = group(80).await.unwrap().target_groups.unwrap().remove(0).target_group_arn.unwrap();
    assert_eq!(refused(group(81).await), "DuplicateTargetGroupName");
    let forward = || Action::builder().r#type(ActionTypeEnum::Forward).target_group_arn(&target).build();
    let listener = |port| {
        elb.create_listener()
            .load_balancer_arn(&arn)
            .protocol(ProtocolEnum::Http)
            .port(port)
            .default_actions(forward())
            .send()
    };
    listener(80).await.unwrap();
    assert_eq!(refused(listener(80).await), "DuplicateListener");
    listener(81).await.unwrap();
}

#[tokio::test]
async fn a_policy_that_is_attached_twice_is_attached() {
    let world = World::new().await;
    let iam = aws_sdk_iam::Client::new(&world.config());
    let trust = r#"{"Version":"2012-10-17","Statement":[]}"#;
    let role = || iam.create_role().role_name("r").assume_role_policy_document(trust).send();
    role().await.unwrap();
    assert_eq!(refused(role().await), "EntityAlreadyExists");
    for _ in 0..2 {
        let policy = "arn:aws:iam::aws:policy/ReadOnlyAccess";
        iam.attach_role_policy().role_name("r").policy_arn(policy).send().await.unwrap();
    }
    let attached = iam.list_attached_role_policies().role_name("r").send().await.unwrap();
    assert_eq!(attached.attached_policies().len(), 1);
}

#[tokio::test]
async fn names_are_taken_once() {
    let world = World::new().await;
    let config = world.config();
    let logs = aws_sdk_cloudwatchlogs::Client::new(&config);
    logs.create_log_group().log_group_name("g").send().await.unwrap();
    let again = logs.create_log_group().log_group_name("g").send().await;
    assert_eq!(refused(again), "ResourceAlreadyExistsException");

    let kms = aws_sdk_kms::Client::new(&config);
    let key = || async { kms.create_key().send().await.unwrap().key_metadata.unwrap().key_id };
    kms.create_alias().alias_name("alias/a").target_key_id(key().await).send().await.unwrap();
    let again = kms.create_alias().alias_name("alias/a").target_key_id(key().await).send().await;
    assert_eq!(refused(again), "AlreadyExistsException");

    let rds = aws_sdk_rds::Client::new(&config);
    let group = || {
        rds.create_db_parameter_group()
            .db_parameter_group_name("p")
            .db_parameter_group_family("postgres16")
            .description("d")
            .send()
    };
    group().await.unwrap();
    assert_eq!(refused(group().await), "DBParameterGroupAlreadyExists");
    let subnets = || {
        rds.create_db_subnet_group()
            .db_subnet_group_name("s")
            .db_subnet_group_description("d")
            .subnet_ids("subnet-1")
            .subnet_ids("subnet-2")
            .send()
    };
    subnets().await.unwrap();
    assert_eq!(refused(subnets().await), "DBSubnetGroupAlreadyExists");
    let database = || {
        rds.create_db_instance()
            .db_instance_identifier("d")
            .db_instance_class("db.t4g.medium")
            .engine("postgres")
            .allocated_storage(20)
            .master_username("clinic")
            .manage_master_user_password(true)
            .send()
    };
    database().await.unwrap();
    assert_eq!(refused(database().await), "DBInstanceAlreadyExists");

    let backup = aws_sdk_backup::Client::new(&config);
    backup.create_backup_vault().backup_vault_name("v").send().await.unwrap();
    let again = backup.create_backup_vault().backup_vault_name("v").send().await;
    assert_eq!(refused(again), "AlreadyExistsException");

    let trails = aws_sdk_cloudtrail::Client::new(&config);
    trails.create_trail().name("t").s3_bucket_name("b").send().await.unwrap();
    let again = trails.create_trail().name("t").s3_bucket_name("b").send().await;
    assert_eq!(refused(again), "TrailAlreadyExistsException");
}
