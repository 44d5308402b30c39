//! moto behind the proxy that answers and refuses as AWS does: each rule has its effect, and programs that are
//! right on AWS have nothing to do a second time.

mod moto {
    use std::fmt::Debug;
    use std::time::{Duration, Instant};

    use aws_sdk_ec2::error::ProvideErrorMetadata;
    use aws_sdk_ec2::types::{IpPermission, IpRange};
    use aws_sdk_rds::types::{ApplyMethod, Parameter};
    use aws_sdk_s3::primitives::Blob;
    use aws_sdk_s3::types::{
        BucketLifecycleConfiguration, ExpirationStatus, LifecycleExpiration, LifecycleRule,
        NoncurrentVersionExpiration,
    };
    use aws_types::SdkConfig;
    use ironward::prelude::*;
    use ironward::target::Endpoint;
    use ironward::testing::TestStack;
    use ironward_likeaws::{Proxy, Rule, rules};

    use crate::leftovers::s3;
    use crate::program::Program;

    fn proxy(rules: Vec<Rule>) -> Proxy {
        let moto = std::env::var("IRONWARD_TEST_MOTO")
            .expect("IRONWARD_TEST_MOTO isn't set: run `cargo xtask test --only moto`");
        Proxy::start(&moto, rules).unwrap()
    }

    async fn sdk(proxy: &Proxy) -> SdkConfig {
        let endpoint = Endpoint::parse(&proxy.endpoint()).unwrap();
        TestStack::<Hipaa>::at("likeaws", &endpoint).await.unwrap().sdk_config().await
    }

    /// That a rule had an effect, so that no test passes because a rule is never asked.
    #[track_caller]
    fn applied(proxy: &Proxy, rule: &str) {
        assert!(proxy.applied().contains(&rule), "{:?}", proxy.applied());
    }

    /// The code of a refusal.
    #[track_caller]
    fn refused<T: Debug, E: ProvideErrorMetadata>(result: Result<T, E>) -> String {
        match result {
            Ok(answer) => panic!("it was taken: {answer:?}"),
            Err(error) => error.code().unwrap_or_default().to_owned(),
        }
    }

    #[tokio::test]
    async fn a_parameter_at_its_default_is_not_the_users() {
        let proxy = proxy(rules::named(&["parameters-at-their-default"]));
        let rds = aws_sdk_rds::Client::new(&sdk(&proxy).await);
        let group = "of-likeaws";
        let made = rds.create_db_parameter_group().db_parameter_group_name(group).description("d");
        made.db_parameter_group_family("postgres16").send().await.unwrap();
        let set = |name: &str, value: &str| {
            Parameter::builder()
                .parameter_name(name)
                .parameter_value(value)
                .apply_method(ApplyMethod::Immediate)
                .build()
        };
        let changed = rds.modify_db_parameter_group().db_parameter_group_name(group);
        let changed = changed.parameters(set("rds.force_ssl", "1")).parameters(set("log_statement", "ddl"));
        changed.send().await.unwrap();
        for (asked, told) in [
            (Some("user"), vec![("log_statement", "user")]),
            (Some("system"), vec![("rds.force_ssl", "system")]),
            (None, vec![("log_statement", "user"), ("rds.force_ssl", "system")]),
        ] {
            let answer = rds
                .describe_db_parameters()
                .db_parameter_group_name(group)
                .set_source(asked.map(String::from));
            let answer = answer.send().await.unwrap();
            let mut names: Vec<_> = answer
                .parameters()
                .iter()
                .map(|one| (one.parameter_name().unwrap(), one.source().unwrap()))
                .collect();
            names.sort_unstable();
            assert_eq!(names, told, "{asked:?}");
        }
        applied(&proxy, "parameters-at-their-default");
        rds.delete_db_parameter_group().db_parameter_group_name(group).send().await.unwrap();
    }

    #[tokio::test]
    async fn the_version_that_runs_is_told_in_full() {
        let proxy = proxy(rules::named(&["full-engine-versions"]));
        let rds = aws_sdk_rds::Client::new(&sdk(&proxy).await);
        for (name, engine, asked, runs) in [
            ("oracle-of-likeaws", "oracle-se2", "19", "19.0.0.0.ru-2024-04.rur-2024-04.r1"),
            ("sqlserver-of-likeaws", "sqlserver-se", "15.00", "15.00.4375.4.v1"),
        ] {
            let made = rds.create_db_instance().db_instance_identifier(name).db_instance_class("db.m5.large");
            let made = made.engine(engine).engine_version(asked).allocated_storage(100);
            made.master_username("clinic").manage_master_user_password(true).send().await.unwrap();
            let told = rds.describe_db_instances().db_instance_identifier(name).send().await.unwrap();
            assert_eq!(told.db_instances()[0].engine_version(), Some(runs));
            rds.delete_db_instance()
                .db_instance_identifier(name)
                .skip_final_snapshot(true)
                .send()
                .await
                .unwrap();
        }
    }

    #[tokio::test]
    async fn lifecycle_rules_come_back_in_their_form() {
        let proxy = proxy(rules::named(&["lifecycle-rules-in-their-form"]));
        let s3 = s3(&sdk(&proxy).await);
        let bucket = format!("lifecycle-of-likeaws-{}", std::process::id());
        s3.create_bucket().bucket(&bucket).send().await.unwrap();
        #[allow(deprecated)]
        let rule = LifecycleRule::builder()
            .id("a")
            .status(ExpirationStatus::Enabled)
            .prefix("")
            .expiration(LifecycleExpiration::builder().expired_object_delete_marker(false).build())
            .noncurrent_version_expiration(NoncurrentVersionExpiration::builder().noncurrent_days(3).build())
            .build()
            .unwrap();
        let configuration = BucketLifecycleConfiguration::builder().rules(rule).build().unwrap();
        let put = s3.put_bucket_lifecycle_configuration().bucket(&bucket);
        put.lifecycle_configuration(configuration).send().await.unwrap();
        let told = s3.get_bucket_lifecycle_configuration().bucket(&bucket).send().await.unwrap();
        let told = &told.rules()[0];
        assert_eq!(told.filter().unwrap().prefix(), Some(""));
        #[allow(deprecated)]
        let prefix = told.prefix();
        assert_eq!(prefix, None);
        assert!(told.expiration().is_none(), "{told:?}");
        assert_eq!(told.noncurrent_version_expiration().unwrap().noncurrent_days(), Some(3));
        applied(&proxy, "lifecycle-rules-in-their-form");
        s3.delete_bucket().bucket(&bucket).send().await.unwrap();
    }

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

    /// A program behind all rules, and a second look at it.
    fn settles(example: &str, region: &str) {
        let proxy = proxy(rules::all());
        let endpoint = proxy.endpoint();
        let configuration =
            format!("default = \"moto\"\n[stack.moto]\nregion = \"{region}\"\nendpoint = \"{endpoint}\"\n");
        let program = Program::of(example, Some(&configuration));
        program.expect(0, "up --yes");
        let said = program.expect(0, "preview --detailed-exitcode");
        assert!(said.contains("nothing to do"), "{said}");
        program.expect(0, "destroy --yes --lift-protection");
    }

    #[test]
    fn records_are_settled_behind_all_rules() {
        settles("records_bucket", "eu-west-3");
    }

    #[test]
    fn a_network_is_settled_behind_all_rules() {
        settles("moving_house", "us-east-1");
    }
}
