//! Refusals of AWS's: each has its effect on moto, and what the project ships is refused nothing.

mod moto {
    use std::time::{Duration, Instant};

    use aws_sdk_ec2::types::{IpPermission, IpRange};
    use aws_sdk_s3::primitives::Blob;
    use ironward_likeaws::rules;

    use crate::likeaws::{Stage, applied, proxy, refused, sdk};

    #[tokio::test]
    async fn what_is_there_excludes_the_same_again() {
        let proxy = proxy(vec![rules::excluding()]);
        let ec2 = aws_sdk_ec2::Client::new(&sdk(&proxy).await);
        let vpc = ec2.create_vpc().cidr_block("10.77.0.0/16").send().await.unwrap();
        let vpc = vpc.vpc().unwrap().vpc_id().unwrap().to_owned();
        let subnet = |range: &str| ec2.create_subnet().vpc_id(&vpc).cidr_block(range).send();
        let made = subnet("10.77.1.0/24").await.unwrap();
        let made = made.subnet().unwrap().subnet_id().unwrap();
        assert_eq!(refused(subnet("10.77.0.0/20").await), "InvalidSubnet.Conflict");

        let group =
            || ec2.create_security_group().vpc_id(&vpc).group_name("of-likeaws").description("d").send();
        let web = group().await.unwrap().group_id.unwrap();
        assert_eq!(refused(group().await), "InvalidGroup.Duplicate");
        let rule = IpPermission::builder().ip_protocol("tcp").from_port(443).to_port(443);
        let rule = rule.ip_ranges(IpRange::builder().cidr_ip("10.0.0.0/8").build()).build();
        let ingress =
            || ec2.authorize_security_group_ingress().group_id(&web).ip_permissions(rule.clone()).send();
        ingress().await.unwrap();
        assert_eq!(refused(ingress().await), "InvalidPermission.Duplicate");

        let gateway = async || {
            let made = ec2.create_internet_gateway().send().await.unwrap();
            made.internet_gateway().unwrap().internet_gateway_id().unwrap().to_owned()
        };
        let (first, second) = (gateway().await, gateway().await);
        let attach =
            |gateway: &str| ec2.attach_internet_gateway().vpc_id(&vpc).internet_gateway_id(gateway).send();
        attach(&first).await.unwrap();
        assert_eq!(refused(attach(&second).await), "InvalidParameterValue");

        let table = async || {
            let made = ec2.create_route_table().vpc_id(&vpc).send().await.unwrap();
            made.route_table().unwrap().route_table_id().unwrap().to_owned()
        };
        let (one, other) = (table().await, table().await);
        let route = || {
            let route = ec2.create_route().route_table_id(&one).destination_cidr_block("0.0.0.0/0");
            route.gateway_id(&first).send()
        };
        route().await.unwrap();
        assert_eq!(refused(route().await), "RouteAlreadyExists");
        let associate =
            |table: &str| ec2.associate_route_table().route_table_id(table).subnet_id(made).send();
        associate(&one).await.unwrap();
        assert_eq!(refused(associate(&other).await), "Resource.AlreadyAssociated");
        applied(&proxy, "excluding-values");
    }

    #[tokio::test]
    async fn a_key_that_is_pending_deletion_serves_nobody() {
        let proxy = proxy(rules::refusals());
        let sdk = sdk(&proxy).await;
        let kms = aws_sdk_kms::Client::new(&sdk);
        let key = kms.create_key().send().await.unwrap().key_metadata.unwrap().key_id;
        let encrypt = || kms.encrypt().key_id(&key).plaintext(Blob::new("a")).send();
        let schedule = || kms.schedule_key_deletion().key_id(&key).pending_window_in_days(7).send();
        encrypt().await.unwrap();
        schedule().await.unwrap();
        assert_eq!(refused(encrypt().await), "KMSInvalidStateException");
        assert_eq!(refused(schedule().await), "KMSInvalidStateException");
        assert_eq!(refused(kms.enable_key().key_id(&key).send().await), "KMSInvalidStateException");
        let alias = kms.create_alias().alias_name("alias/of-likeaws").target_key_id(&key).send().await;
        assert_eq!(refused(alias), "KMSInvalidStateException");
        let rds = aws_sdk_rds::Client::new(&sdk);
        let database = rds.create_db_instance().db_instance_identifier("under-a-dead-key").engine("postgres");
        let database = database.db_instance_class("db.m5.large").allocated_storage(20).kms_key_id(&key);
        let database = database.master_username("clinic").manage_master_user_password(true);
        assert_eq!(refused(database.storage_encrypted(true).send().await), "KMSKeyNotAccessibleFault");
        let logs = aws_sdk_cloudwatchlogs::Client::new(&sdk);
        let group = logs.create_log_group().log_group_name("/of/likeaws").kms_key_id(&key).send().await;
        assert_eq!(refused(group), "InvalidParameterException");
        // It can be saved, and then it serves again.
        kms.cancel_key_deletion().key_id(&key).send().await.unwrap();
        kms.enable_key().key_id(&key).send().await.unwrap();
        encrypt().await.unwrap();
    }

    #[tokio::test]
    async fn deletions_arrive_late() {
        let time = Duration::from_millis(500);
        let proxy = proxy(vec![rules::held_deletions(time)]);
        let ec2 = aws_sdk_ec2::Client::new(&sdk(&proxy).await);
        let vpc = ec2.create_vpc().cidr_block("10.78.0.0/16").send().await.unwrap();
        let started = Instant::now();
        ec2.delete_vpc().vpc_id(vpc.vpc().unwrap().vpc_id().unwrap()).send().await.unwrap();
        assert!(started.elapsed() >= time);
        applied(&proxy, rules::HELD);
    }

    /// A network in two zones, and one beside it.
    async fn networks(ec2: &aws_sdk_ec2::Client) -> [(String, Vec<String>); 2] {
        let network = async |range: &str| {
            let vpc = ec2.create_vpc().cidr_block(format!("{range}.0.0/16")).send().await.unwrap();
            let vpc = vpc.vpc().unwrap().vpc_id().unwrap().to_owned();
            let mut subnets = Vec::new();
            for (n, zone) in ["us-east-1a", "us-east-1b"].iter().enumerate() {
                let subnet = ec2.create_subnet().vpc_id(&vpc).availability_zone(*zone);
                let subnet = subnet.cidr_block(format!("{range}.{n}.0/24")).send().await.unwrap();
                subnets.push(subnet.subnet().unwrap().subnet_id().unwrap().to_owned());
            }
            (vpc, subnets)
        };
        [network("10.81").await, network("10.82").await]
    }

    #[tokio::test]
    async fn what_stands_in_one_network_does_not_move_to_another() {
        let proxy = proxy(rules::strict::rules());
        let sdk = sdk(&proxy).await;
        let ec2 = aws_sdk_ec2::Client::new(&sdk);
        let [(vpc, here), (_, there)] = networks(&ec2).await;

        let balancers = aws_sdk_elasticloadbalancingv2::Client::new(&sdk);
        let made = |scheme: &str| {
            let balancer = balancers.create_load_balancer().name("of-strict").scheme(scheme.into());
            balancer.set_subnets(Some(here.clone())).send()
        };
        assert_eq!(refused(made("internet-facing").await), "InvalidSubnet", "there is no internet gateway");
        let balancer = made("internal").await.unwrap();
        let balancer = balancer.load_balancers()[0].load_balancer_arn().unwrap();
        let moved = balancers.set_subnets().load_balancer_arn(balancer).set_subnets(Some(there.clone()));
        assert_eq!(refused(moved.send().await), "InvalidSubnet");
        let stays = balancers.set_subnets().load_balancer_arn(balancer).set_subnets(Some(here.clone()));
        stays.send().await.unwrap();

        let rds = aws_sdk_rds::Client::new(&sdk);
        let group = "of-strict";
        let made = |subnets: &[String]| {
            let made = rds.create_db_subnet_group().db_subnet_group_name(group);
            made.db_subnet_group_description("d").set_subnet_ids(Some(subnets.to_vec())).send()
        };
        assert_eq!(refused(made(&here[..1]).await), "DBSubnetGroupDoesNotCoverEnoughAZs");
        made(&here).await.unwrap();
        let changed = |subnets: &[String]| {
            let changed = rds.modify_db_subnet_group().db_subnet_group_name(group);
            changed.set_subnet_ids(Some(subnets.to_vec())).send()
        };
        assert_eq!(refused(changed(&there).await), "InvalidParameterValue");
        // moto forgets a group that was changed, so there is none to delete.
        changed(&here).await.unwrap();

        let gateway = ec2.create_nat_gateway().subnet_id(&here[0]).allocation_id("eipalloc-1").send().await;
        assert_eq!(refused(gateway), "Gateway.NotAttached");
        assert_eq!(refused(ec2.delete_subnet().subnet_id(&here[0]).send().await), "DependencyViolation");
        balancers.delete_load_balancer().load_balancer_arn(balancer).send().await.unwrap();
        for subnet in here.iter().chain(&there) {
            ec2.delete_subnet().subnet_id(subnet).send().await.unwrap();
        }
        ec2.delete_vpc().vpc_id(vpc).send().await.unwrap();
    }

    #[tokio::test]
    async fn a_large_database_grows_with_its_operations() {
        let proxy = proxy(rules::strict::rules());
        let rds = aws_sdk_rds::Client::new(&sdk(&proxy).await);
        let name = "of-strict";
        let made = |version: &str| {
            let made = rds.create_db_instance().db_instance_identifier(name).engine("postgres");
            let made = made.engine_version(version).db_instance_class("db.m5.large").storage_type("gp3");
            made.allocated_storage(400).master_username("clinic").manage_master_user_password(true).send()
        };
        assert_eq!(refused(made("16.6").await), "InvalidParameterCombination");
        made("16").await.unwrap();
        let grown = |operations| {
            let grown = rds.modify_db_instance().db_instance_identifier(name).allocated_storage(500);
            grown.set_iops(operations).apply_immediately(true).send()
        };
        assert_eq!(refused(grown(None).await), "InvalidParameterCombination");
        grown(Some(12_000)).await.unwrap();
        let gone = rds.delete_db_instance().db_instance_identifier(name).skip_final_snapshot(true);
        gone.send().await.unwrap();
    }

    #[test]
    fn a_fhir_server_in_development_is_refused_nothing() {
        let stage = Stage::before_moto("eu-central-1", rules::all);
        stage.serves("strict.example.org");
        stage.settles("fhir_environments", &[("CLINIC_DOMAIN", "strict.example.org")]);
    }

    #[test]
    fn a_fhir_server_in_production_is_refused_nothing() {
        Stage::before_moto("us-west-2", rules::all).settles("peer_fhir_server", &[]);
    }

    #[test]
    fn a_fhir_server_is_refused_nothing_on_its_way_to_production() {
        let stage = Stage::before_moto("ca-central-1", rules::all);
        let mut program = stage.program("peer_fhir_server");
        let (development, newer) = (("CLINIC_ENVIRONMENT", "development"), ("CLINIC_POSTGRES", "17"));
        for variables in [&[development][..], &[development, newer], &[newer]] {
            program.environment = variables.to_vec();
            Stage::settle(&program);
        }
        program.environment.clear();
        let said = program.expect(1, "preview");
        assert!(said.contains("EngineVersion can't go back to 16"), "{said}");
        // It stays: moto can't take an endpoint down that was given further route tables, since it made no
        // routes in those.
    }

    #[test]
    fn a_fhir_server_that_leaves_the_internet_is_refused_nothing() {
        let stage = Stage::before_moto("eu-west-2", rules::all);
        let mut program = stage.program("peer_fhir_server");
        let (inside, replaceable) = (("CLINIC_ACCESS", "internal"), ("CLINIC_BALANCER", "replaceable"));
        Stage::settle(&program);
        program.environment = vec![inside];
        let said = program.expect(1, "preview");
        assert!(said.contains("fhir/service/load-balancer") && said.contains("protect"), "{said}");
        // The load balancer is another one each time, and the target group, which serves one alone, stays.
        for (variables, moves) in [
            (&[replaceable][..], false),
            (&[replaceable, inside], true),
            (&[inside], false),
            (&[replaceable, inside], false),
            (&[replaceable], true),
        ] {
            program.environment = variables.to_vec();
            let said = Stage::settle(&program);
            let at = |event: &str| said.find(&format!("\n{event}  fhir/service/listener  "));
            let (goes, comes) = (at("delete "), at("replace"));
            assert_eq!((goes.is_some(), comes.is_some()), (moves, moves), "{said}");
            assert!(goes <= comes, "{said}");
        }
        program.expect(0, "destroy --yes --lift-protection");
    }

    #[test]
    fn two_fhir_servers_in_one_region_come_down_in_either_order() {
        let stage = Stage::before_moto("sa-east-1", rules::all);
        let server = |environment: Option<(&'static str, &'static str)>| {
            let mut program = stage.program("peer_fhir_server");
            program.environment.extend(environment);
            Stage::settle(&program);
            program
        };
        let development = || server(Some(("CLINIC_ENVIRONMENT", "development")));
        let (first, second) = (development(), server(None));
        for program in [first, development()] {
            program.expect(0, "destroy --yes --lift-protection");
            Stage::rest(&second);
        }
        let last = development();
        second.expect(0, "destroy --yes --lift-protection");
        Stage::rest(&last);
        last.expect(0, "destroy --yes --lift-protection");
    }

    #[test]
    fn buckets_are_refused_nothing() {
        Stage::before_moto("eu-west-3", rules::all).settles("records_bucket", &[]);
    }

    #[test]
    fn a_network_is_refused_nothing() {
        Stage::before_moto("us-east-1", rules::all).settles("moving_house", &[]);
    }
}
