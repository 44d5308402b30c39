//! Answers in AWS's form: each rewriting has its effect on moto, and none is taken for a change.

mod moto {
    use aws_sdk_rds::types::{ApplyMethod, Parameter};
    use aws_sdk_s3::types::{
        BucketLifecycleConfiguration, ExpirationStatus, LifecycleExpiration, LifecycleRule,
        NoncurrentVersionExpiration,
    };
    use ironward_likeaws::rules;

    use crate::leftovers::s3;
    use crate::likeaws::{Stage, applied, proxy, sdk};

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

    /// What is rewritten of the answers about a FHIR server. A form that isn't here has its test beside its row.
    const REWRITTEN: &[&str] = &[
        "algorithms-of-certificates",
        "attributes-of-balancers",
        "attributes-of-target-groups",
        "balancers-in-any-order",
        "baseline-of-gp3",
        "certificates-in-any-order",
        "databases-in-any-order",
        "defaults-of-backup-rules",
        "defaults-of-balancers",
        "defaults-of-clusters",
        "defaults-of-containers",
        "defaults-of-databases",
        "defaults-of-keys",
        "defaults-of-log-groups",
        "defaults-of-rotation",
        "defaults-of-route-tables",
        "defaults-of-selections",
        "defaults-of-services",
        "defaults-of-subnets",
        "encryption-names-what-is-blocked",
        "full-engine-versions",
        "networks-in-any-order",
        "parameters-at-their-default",
        "peers-without-certificates",
        "policies-of-buckets",
        "policies-of-endpoints",
        "policies-of-keys",
        "policies-of-roles-in-any-order",
        "records-in-any-order",
        "selections-in-any-order",
        "services-in-any-order",
        "tags-of-balancers-in-any-order",
        "tags-of-buckets-in-any-order",
        "tags-of-databases-in-any-order",
        "tags-of-keys-in-any-order",
        "tags-of-trails-in-any-order",
        "variables-in-any-order",
    ];

    #[test]
    fn a_fhir_server_has_not_changed_because_aws_says_it_otherwise() {
        let stage = Stage::before_moto("us-east-2", rules::answers);
        stage.serves("answers.example.org");
        stage.settles("fhir_environments", &[("CLINIC_DOMAIN", "answers.example.org")]);
        let applied = stage.applied();
        let missing: Vec<_> = REWRITTEN.iter().filter(|form| !applied.contains(form)).collect();
        assert!(missing.is_empty(), "nothing was rewritten by {missing:?}");
    }
}
