//! What is sent where no emulator shows it.

use ironward_aws::ec2::SecurityGroupId;
use ironward_aws::iam::{RoleArn, RoleName};
use ironward_aws::rds::{
    AdditionalStorageVolume, AssociatedRole, BackupRetention, DatabaseInsightsMode, DbInstance,
    DbInstanceClass, DbParameterGroup, Engine, MasterUserSecret, NetworkType, ProcessorFeature, SecretArn,
    StorageType,
};
use ironward_core::apply::Cancel;
use ironward_core::declare::Declaration;
use ironward_core::program::Program;
use ironward_core::provider::DeletePolicy;
use ironward_core::stack::{Hipaa, Stack};

use super::instance::InstanceSubject;
use super::{Network, key};
use crate::cloud::Cloud;
use crate::suite::edit_each;
use crate::wire::Wire;

async fn apply(cloud: &Cloud, program: &Program) {
    let planned = cloud.engine.plan(program).await.unwrap();
    let policy = DeletePolicy::default();
    let outcome = cloud.engine.apply(program, planned, policy, &Cancel::default()).await.unwrap();
    assert!(outcome.is_complete(), "{:#?} {:?}", outcome.failures, outcome.skipped);
}

/// An instance with nothing but what it can't be without, and what `more` adds.
fn program(network: &Network, more: impl FnOnce(DbInstance) -> DbInstance) -> Program {
    let mut stack = Stack::<Hipaa>::new("conformance");
    let declared = key(&mut stack).unwrap();
    let key = stack.add("key", declared).unwrap().customer_key();
    let placement = network.placement(&mut stack).unwrap();
    let instance = DbInstance::new(
        key.clone(),
        placement,
        Engine::Postgres,
        DbInstanceClass::new("db.r6g.large"),
        20,
        "ward",
        BackupRetention::days::<7>(),
        MasterUserSecret::new(key),
    )
    .vpc_security_groups([SecurityGroupId::new(&network.groups[0])]);
    stack.add("subject", more(instance).options()).unwrap();
    stack.program()
}

/// The members of the only request of an operation since `skip`.
fn only(wire: &Wire, operation: &str, skip: usize) -> Vec<String> {
    let sent = wire.sent(operation);
    assert_eq!(sent.len(), skip + 1, "{operation}: {sent:#?}");
    sent[skip].body.split('&').map(str::to_owned).collect()
}

#[track_caller]
fn assert_has(sent: &[String], members: &[&str]) {
    for member in members {
        assert!(sent.iter().any(|sent| sent == member), "{member} isn't in {sent:#?}");
    }
}

#[track_caller]
fn assert_lacks(sent: &[String], names: &[&str]) {
    for name in names {
        assert!(!sent.iter().any(|sent| sent.split('=').next() == Some(name)), "{name} is in {sent:#?}");
    }
}

#[tokio::test]
async fn a_creation_carries_every_safeguard() {
    let (cloud, wire) = Cloud::wired().await;
    let network = Network::make(&cloud).await;
    let with = |instance: DbInstance| {
        instance
            .database_insights_mode(DatabaseInsightsMode::Standard)
            .dedicated_log_volume(true)
            .enable_performance_insights(true)
            .performance_insights_retention_period(731)
            .network_type(NetworkType::Dual)
            .processor_features([ProcessorFeature::new("coreCount", "1")])
    };
    apply(&cloud, &program(&network, with)).await;
    let sent = only(&wire, "CreateDBInstance", 0);
    assert_has(
        &sent,
        &[
            "StorageEncrypted=true",
            "PubliclyAccessible=false",
            "ManageMasterUserPassword=true",
            "BackupRetentionPeriod=7",
            "DatabaseInsightsMode=standard",
            "DedicatedLogVolume=true",
            "EnablePerformanceInsights=true",
            "PerformanceInsightsRetentionPeriod=731",
            "NetworkType=DUAL",
            "ProcessorFeatures.ProcessorFeature.1.Name=coreCount",
            "ProcessorFeatures.ProcessorFeature.1.Value=1",
        ],
    );
    assert_lacks(&sent, &["MasterUserPassword"]);
    for name in ["KmsKeyId", "MasterUserSecretKmsKeyId"] {
        let value = sent.iter().find_map(|member| member.strip_prefix(&format!("{name}=")));
        assert!(value.is_some_and(|value| value.contains(":key/")), "{name}: {value:?}");
    }
}

#[tokio::test]
async fn what_is_no_longer_declared_goes_back_to_its_default() {
    let (cloud, wire) = Cloud::wired().await;
    let network = Network::make(&cloud).await;
    let with = |instance: DbInstance| {
        instance
            .database_insights_mode(DatabaseInsightsMode::Advanced)
            .dedicated_log_volume(true)
            .enable_cloudwatch_logs_exports(["postgresql", "upgrade"])
            .enable_performance_insights(true)
            .performance_insights_retention_period(465)
            .max_allocated_storage(100)
            .monitoring_interval(60)
            .monitoring_role_arn(ironward_aws::iam::RoleArn::new("arn:aws:iam::123456789012:role/monitoring"))
            .processor_features([ProcessorFeature::new("coreCount", "1")])
    };
    apply(&cloud, &program(&network, with)).await;
    apply(&cloud, &program(&network, |instance| instance)).await;
    let sent = only(&wire, "ModifyDBInstance", 0);
    assert_has(
        &sent,
        &[
            "ApplyImmediately=true",
            "CloudwatchLogsExportConfiguration.DisableLogTypes.member.1=postgresql",
            "CloudwatchLogsExportConfiguration.DisableLogTypes.member.2=upgrade",
            "DatabaseInsightsMode=standard",
            "DedicatedLogVolume=false",
            "EnablePerformanceInsights=false",
            "MaxAllocatedStorage=20",
            "MonitoringInterval=0",
            "UseDefaultProcessorFeatures=true",
        ],
    );
    assert_lacks(
        &sent,
        &[
            "AllocatedStorage",
            "CloudwatchLogsExportConfiguration.EnableLogTypes",
            "DeletionProtection",
            "EngineVersion",
            "MonitoringRoleArn",
            "PubliclyAccessible",
        ],
    );
}

#[tokio::test]
async fn roles_of_features_come_and_go() {
    let (cloud, wire) = Cloud::wired().await;
    let network = Network::make(&cloud).await;
    let with = |roles: &'static [(&str, &str)]| {
        let roles = roles.iter().map(|(feature, role)| {
            AssociatedRole::new(*feature, RoleArn::new(format!("arn:aws:iam::123456789012:role/{role}")))
        });
        move |instance: DbInstance| instance.associated_roles(roles)
    };
    apply(&cloud, &program(&network, with(&[("s3Import", "one"), ("s3Export", "two")]))).await;
    assert_eq!(wire.sent("AddRoleToDBInstance").len(), 2);
    let first = &wire.sent("AddRoleToDBInstance")[0].body;
    assert!(first.contains("FeatureName=s3Import") && first.contains("role/one"), "{first}");
    apply(&cloud, &program(&network, with(&[("s3Import", "three")]))).await;
    let removed: Vec<String> =
        wire.sent("RemoveRoleFromDBInstance").into_iter().map(|sent| sent.body).collect();
    assert_eq!(removed.len(), 2, "{removed:#?}");
    assert!(removed.iter().any(|body| body.contains("FeatureName=s3Export")), "{removed:#?}");
    let added = &wire.sent("AddRoleToDBInstance");
    assert!(added.last().unwrap().body.contains("role/three"), "{added:#?}");
}

#[tokio::test]
async fn a_directory_is_joined_and_left() {
    let (cloud, wire) = Cloud::wired().await;
    let network = Network::make(&cloud).await;
    let with = |instance: DbInstance| {
        instance.domain("d-1234567890").domain_iam_role_name(RoleName::new("rds-directory"))
    };
    apply(&cloud, &program(&network, with)).await;
    assert_has(
        &only(&wire, "CreateDBInstance", 0),
        &["Domain=d-1234567890", "DomainIAMRoleName=rds-directory"],
    );
    let own = |instance: DbInstance| {
        instance
            .domain_fqdn("ad.example.com")
            .domain_ou("OU=rds,DC=ad,DC=example,DC=com")
            .domain_auth_secret_arn(SecretArn::new("arn:aws:secretsmanager:us-east-1:123456789012:secret:ad"))
            .domain_dns_ips(["10.0.0.10", "10.0.1.10"])
    };
    apply(&cloud, &program(&network, own)).await;
    let sent = only(&wire, "ModifyDBInstance", 0);
    assert_has(
        &sent,
        &[
            "DomainFqdn=ad.example.com",
            "DomainOu=OU=rds,DC=ad,DC=example,DC=com",
            "DomainAuthSecretArn=arn:aws:secretsmanager:us-east-1:123456789012:secret:ad",
            "DomainDnsIps.member.2=10.0.1.10",
        ],
    );
    assert_lacks(&sent, &["Domain", "DisableDomain"]);
    apply(&cloud, &program(&network, |instance| instance)).await;
    assert_has(&only(&wire, "ModifyDBInstance", 1), &["DisableDomain=true"]);
}

#[tokio::test]
async fn further_volumes_come_and_go() {
    let (cloud, wire) = Cloud::wired().await;
    let network = Network::make(&cloud).await;
    let volume = |name: &str, size: i64| {
        let volume = AdditionalStorageVolume::new(name).allocated_storage(size);
        volume.storage_type(StorageType::Gp3).iops(12000).storage_throughput(500).max_allocated_storage(2000)
    };
    let with = move |instance: DbInstance| instance.additional_storage_volumes([volume("RDSDBDATA2", 400)]);
    apply(&cloud, &program(&network, with)).await;
    let member = "AdditionalStorageVolumes.member.1";
    let is = |name: &str, value: &str| format!("{member}.{name}={value}");
    let created = only(&wire, "CreateDBInstance", 0);
    for one in [
        is("VolumeName", "RDSDBDATA2"),
        is("AllocatedStorage", "400"),
        is("StorageType", "gp3"),
        is("IOPS", "12000"),
        is("StorageThroughput", "500"),
        is("MaxAllocatedStorage", "2000"),
    ] {
        assert_has(&created, &[&one]);
    }
    let other = move |instance: DbInstance| instance.additional_storage_volumes([volume("RDSDBDATA3", 500)]);
    apply(&cloud, &program(&network, other)).await;
    let sent = only(&wire, "ModifyDBInstance", 0);
    let gone = [
        "AdditionalStorageVolumes.member.2.VolumeName=RDSDBDATA2",
        "AdditionalStorageVolumes.member.2.SetForDelete=true",
    ];
    assert_has(&sent, &[&is("VolumeName", "RDSDBDATA3"), gone[0], gone[1]]);
    assert_lacks(&sent, &["AllocatedStorage", "StorageType"]);
}

#[tokio::test]
async fn a_major_version_takes_consent() {
    let (cloud, wire) = Cloud::wired().await;
    let network = Network::make(&cloud).await;
    apply(&cloud, &program(&network, |instance| instance.engine_version("16.4"))).await;
    let next = |instance: DbInstance| instance.engine_version("17.2").allow_major_version_upgrade(true);
    apply(&cloud, &program(&network, next)).await;
    let sent = only(&wire, "ModifyDBInstance", 0);
    assert_has(&sent, &["EngineVersion=17.2", "AllowMajorVersionUpgrade=true"]);
}

#[tokio::test]
async fn a_change_carries_only_what_changes() {
    let (cloud, wire) = Cloud::wired().await;
    let subject = InstanceSubject::on(&cloud).await;
    edit_each(&subject, cloud, &["EnableIAMDatabaseAuthentication", "PreferredBackupWindow"]).await;
    let sent: Vec<Vec<String>> = wire
        .sent("ModifyDBInstance")
        .iter()
        .map(|sent| sent.body.split('&').map(str::to_owned).collect())
        .collect();
    let changing = [
        "EnableIAMDatabaseAuthentication=false",
        "EnableIAMDatabaseAuthentication=true",
        "PreferredBackupWindow=02:00-02:30",
        "PreferredBackupWindow=03:00-03:30",
    ];
    assert_eq!(sent.len(), changing.len(), "{sent:#?}");
    for (sent, change) in sent.iter().zip(changing) {
        let others = ["Action=", "Version=", "ApplyImmediately=", "DBInstanceIdentifier="];
        let rest: Vec<_> =
            sent.iter().filter(|member| !others.iter().any(|other| member.starts_with(other))).collect();
        assert_eq!(rest, [change]);
    }
}

#[tokio::test]
async fn tags_are_sent() {
    let (cloud, wire) = Cloud::wired().await;
    let network = Network::make(&cloud).await;
    apply(&cloud, &program(&network, |instance| instance.tag("use", "test").tag("gone", "soon"))).await;
    apply(&cloud, &program(&network, |instance| instance.tag("use", "edited"))).await;
    let added = only(&wire, "AddTagsToResource", 0);
    assert!(added.iter().any(|member| member.ends_with(".Value=edited")), "{added:#?}");
    let removed = only(&wire, "RemoveTagsFromResource", 0);
    assert_has(&removed, &["TagKeys.member.1=gone"]);
}

#[tokio::test]
async fn parameters_go_twenty_at_a_time_and_are_reset() {
    let (cloud, wire) = Cloud::wired().await;
    let program = |count: usize| {
        let mut stack = Stack::<Hipaa>::new("conformance");
        let parameters = (0..count).map(|number| (format!("p{number:02}"), number.to_string()));
        let group = DbParameterGroup::new("postgres16", "conformance").parameters(parameters);
        stack.add("subject", group).unwrap();
        stack.program()
    };
    apply(&cloud, &program(25)).await;
    let set = wire.sent("ModifyDBParameterGroup");
    let counts: Vec<usize> = set.iter().map(|sent| sent.body.matches(".ParameterName=").count()).collect();
    assert_eq!(counts, [20, 5]);
    assert!(set[0].body.contains("Parameters.Parameter.1.ApplyMethod=pending-reboot"), "{}", set[0].body);

    apply(&cloud, &program(24)).await;
    let reset = only(&wire, "ResetDBParameterGroup", 0);
    assert_has(&reset, &["ResetAllParameters=false", "Parameters.Parameter.1.ParameterName=p24"]);
    assert_eq!(wire.sent("ModifyDBParameterGroup").len(), 2, "nothing else is set again");
}
