use aws_sdk_rds::Client;
use aws_sdk_rds::types::{ApplyMethod, DatabaseInsightsMode, Parameter, Tag};
use aws_types::SdkConfig;

use super::Echoes;

const KEY: &str = "arn:aws:kms:eu-west-1:123456789012:key/k";
const SECRET_KEY: &str = "arn:aws:kms:eu-west-1:123456789012:key/s";
const ROLE: &str = "arn:aws:iam::123456789012:role/m";

fn tag() -> Tag {
    Tag::builder().key("a").value("b").build()
}

pub(crate) async fn create(config: &SdkConfig) {
    let rds = Client::new(config);
    rds.create_db_subnet_group()
        .db_subnet_group_name("Subnets")
        .db_subnet_group_description("the subnets")
        .subnet_ids("subnet-1")
        .subnet_ids("subnet-2")
        .tags(tag())
        .send()
        .await
        .unwrap();
    rds.create_db_parameter_group()
        .db_parameter_group_name("parameters")
        .db_parameter_group_family("postgres16")
        .description("the parameters")
        .tags(tag())
        .send()
        .await
        .unwrap();
    let parameter = Parameter::builder()
        .parameter_name("rds.force_ssl")
        .parameter_value("1")
        .apply_method(ApplyMethod::Immediate)
        .build();
    rds.modify_db_parameter_group()
        .db_parameter_group_name("parameters")
        .parameters(parameter)
        .send()
        .await
        .unwrap();
    rds.create_db_instance()
        .db_instance_identifier("Db")
        .db_instance_class("db.r6g.large")
        .engine("postgres")
        .engine_version("16.3")
        .allocated_storage(100)
        .max_allocated_storage(400)
        .storage_type("gp3")
        .iops(3000)
        .storage_throughput(125)
        .storage_encrypted(true)
        .kms_key_id(KEY)
        .manage_master_user_password(true)
        .master_user_secret_kms_key_id(SECRET_KEY)
        .master_username("root")
        .db_name("fhir")
        .db_subnet_group_name("subnets")
        .db_parameter_group_name("parameters")
        .vpc_security_group_ids("sg-1")
        .multi_az(true)
        .publicly_accessible(false)
        .backup_retention_period(35)
        .preferred_backup_window("03:00-04:00")
        .preferred_maintenance_window("sun:05:00-sun:06:00")
        .auto_minor_version_upgrade(true)
        .copy_tags_to_snapshot(true)
        .monitoring_interval(30)
        .monitoring_role_arn(ROLE)
        .enable_iam_database_authentication(true)
        .enable_performance_insights(true)
        .performance_insights_kms_key_id(KEY)
        .performance_insights_retention_period(731)
        .database_insights_mode(DatabaseInsightsMode::Advanced)
        .enable_cloudwatch_logs_exports("postgresql")
        .deletion_protection(true)
        .ca_certificate_identifier("rds-ca-rsa2048-g1")
        .port(5433)
        .network_type("IPV4")
        .option_group_name("options")
        .license_model("postgresql-license")
        .tags(tag())
        .send()
        .await
        .unwrap();
}

pub(crate) async fn read(config: &SdkConfig, _: &()) -> Echoes {
    let rds = Client::new(config);
    let subnets = rds.describe_db_subnet_groups().db_subnet_group_name("SUBNETS").send().await.unwrap();
    let subnets = &subnets.db_subnet_groups()[0];
    let mut subnet_ids: Vec<_> = subnets.subnets().iter().filter_map(|s| s.subnet_identifier()).collect();
    subnet_ids.sort_unstable();
    let groups =
        rds.describe_db_parameter_groups().db_parameter_group_name("parameters").send().await.unwrap();
    let group = &groups.db_parameter_groups()[0];
    let parameters = rds.describe_db_parameters().db_parameter_group_name("parameters").send().await.unwrap();
    let databases = rds.describe_db_instances().db_instance_identifier("db").send().await.unwrap();
    let db = &databases.db_instances()[0];
    assert_eq!(db.db_instance_status(), Some("available"));
    let resource = db.dbi_resource_id().unwrap();
    assert!(resource.starts_with("db-") && resource.len() == 29, "{resource}");
    let secret = db.master_user_secret();
    let tagged = async |arn: Option<&str>| {
        let tags = rds.list_tags_for_resource().resource_name(arn.unwrap()).send().await.unwrap();
        tags.tag_list() == [tag()]
    };
    let mut echoes = Echoes::default();
    echoes.of(
        "AWS::RDS::DBSubnetGroup",
        &[
            ("DBSubnetGroupDescription", subnets.db_subnet_group_description() == Some("the subnets")),
            ("DBSubnetGroupName", subnets.db_subnet_group_name() == Some("subnets")),
            ("SubnetIds", subnet_ids == ["subnet-1", "subnet-2"]),
            ("Tags", tagged(subnets.db_subnet_group_arn()).await),
        ],
    );
    echoes.of(
        "AWS::RDS::DBParameterGroup",
        &[
            ("DBParameterGroupName", group.db_parameter_group_name() == Some("parameters")),
            ("Description", group.description() == Some("the parameters")),
            ("Family", group.db_parameter_group_family() == Some("postgres16")),
            ("Parameters", !parameters.parameters().is_empty()),
            ("Tags", tagged(group.db_parameter_group_arn()).await),
        ],
    );
    echoes.of(
        "AWS::RDS::DBInstance",
        &[
            ("AllocatedStorage", db.allocated_storage() == Some(100)),
            ("AutoMinorVersionUpgrade", db.auto_minor_version_upgrade() == Some(true)),
            ("BackupRetentionPeriod", db.backup_retention_period() == Some(35)),
            ("CACertificateIdentifier", db.ca_certificate_identifier() == Some("rds-ca-rsa2048-g1")),
            ("CopyTagsToSnapshot", db.copy_tags_to_snapshot() == Some(true)),
            ("DatabaseInsightsMode", db.database_insights_mode().is_some()),
            ("DBInstanceClass", db.db_instance_class() == Some("db.r6g.large")),
            ("DBInstanceIdentifier", db.db_instance_identifier() == Some("db")),
            ("DBName", db.db_name() == Some("fhir")),
            (
                "DBParameterGroupName",
                db.db_parameter_groups()[0].db_parameter_group_name() == Some("parameters"),
            ),
            (
                "DBSubnetGroupName",
                db.db_subnet_group().and_then(|g| g.db_subnet_group_name()) == Some("subnets"),
            ),
            ("DeletionProtection", db.deletion_protection() == Some(true)),
            ("EnableCloudwatchLogsExports", !db.enabled_cloudwatch_logs_exports().is_empty()),
            ("EnableIAMDatabaseAuthentication", db.iam_database_authentication_enabled() == Some(true)),
            ("EnablePerformanceInsights", db.performance_insights_enabled() == Some(true)),
            ("Engine", db.engine() == Some("postgres")),
            ("EngineVersion", db.engine_version() == Some("16.3")),
            ("Iops", db.iops() == Some(3000)),
            ("KmsKeyId", db.kms_key_id() == Some(KEY)),
            ("LicenseModel", db.license_model() == Some("postgresql-license")),
            ("ManageMasterUserPassword", secret.is_some_and(|s| s.secret_status() == Some("active"))),
            ("MasterUsername", db.master_username() == Some("root")),
            (
                "MasterUserSecret",
                secret.is_some_and(|s| s.kms_key_id() == Some(SECRET_KEY) && s.secret_arn().is_some()),
            ),
            ("MaxAllocatedStorage", db.max_allocated_storage() == Some(400)),
            ("MonitoringInterval", db.monitoring_interval() == Some(30)),
            ("MonitoringRoleArn", db.monitoring_role_arn() == Some(ROLE)),
            ("MultiAZ", db.multi_az() == Some(true)),
            ("NetworkType", db.network_type() == Some("IPV4")),
            ("OptionGroupName", !db.option_group_memberships().is_empty()),
            ("PerformanceInsightsKMSKeyId", db.performance_insights_kms_key_id() == Some(KEY)),
            ("PerformanceInsightsRetentionPeriod", db.performance_insights_retention_period() == Some(731)),
            ("Port", db.endpoint().and_then(|e| e.port()) == Some(5433)),
            ("PreferredBackupWindow", db.preferred_backup_window() == Some("03:00-04:00")),
            ("PreferredMaintenanceWindow", db.preferred_maintenance_window() == Some("sun:05:00-sun:06:00")),
            ("PubliclyAccessible", db.publicly_accessible() == Some(false)),
            ("StorageEncrypted", db.storage_encrypted() == Some(true)),
            ("StorageThroughput", db.storage_throughput() == Some(125)),
            ("StorageType", db.storage_type() == Some("gp3")),
            ("Tags", db.tag_list() == [tag()]),
            ("VPCSecurityGroups", db.vpc_security_groups()[0].vpc_security_group_id() == Some("sg-1")),
        ],
    );
    echoes
}

pub(crate) async fn delete(config: &SdkConfig, _: &()) {
    let rds = Client::new(config);
    let modified = rds
        .modify_db_instance()
        .db_instance_identifier("db")
        .vpc_security_group_ids("sg-2")
        .db_parameter_group_name("others")
        .copy_tags_to_snapshot(false)
        .publicly_accessible(true)
        .deletion_protection(false)
        .manage_master_user_password(false)
        .send()
        .await;
    let db = modified.unwrap().db_instance.unwrap();
    assert_eq!(db.vpc_security_groups()[0].vpc_security_group_id(), Some("sg-2"));
    assert_eq!(db.db_parameter_groups()[0].db_parameter_group_name(), Some("others"));
    assert_eq!(db.copy_tags_to_snapshot(), Some(false));
    assert_eq!(db.publicly_accessible(), Some(true));
    assert!(db.master_user_secret().is_none());
    rds.delete_db_instance().db_instance_identifier("db").skip_final_snapshot(true).send().await.unwrap();
    let gone = rds.describe_db_instances().db_instance_identifier("db").send().await.unwrap_err();
    assert!(gone.into_service_error().is_db_instance_not_found_fault());
    rds.delete_db_subnet_group().db_subnet_group_name("subnets").send().await.unwrap();
    assert!(rds.describe_db_subnet_groups().send().await.unwrap().db_subnet_groups().is_empty());
    rds.delete_db_parameter_group().db_parameter_group_name("parameters").send().await.unwrap();
    let gone = rds.describe_db_parameter_groups().db_parameter_group_name("parameters").send().await;
    assert!(gone.unwrap_err().into_service_error().is_db_parameter_group_not_found_fault());
}
