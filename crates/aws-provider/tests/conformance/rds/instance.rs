//! `AWS::RDS::DBInstance` under test.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use aws_sdk_rds::Client;
use ironward_aws::ec2::{SecurityGroupId, ZoneName};
use ironward_aws::iam::RoleArn;
use ironward_aws::rds::{
    BackupRetention, DbInstance, DbInstanceClass, DbInstanceId, DbParameterGroup, Engine, MasterUserSecret,
    StorageType,
};
use ironward_core::apply::{Cancel, Outcome};
use ironward_core::declare::Declaration;
use ironward_core::program::{DeclareError, Program};
use ironward_core::provider::DeletePolicy;
use ironward_core::stack::{Hipaa, Stack};
use serde_json::{Value as Json, json};

use super::{Network, key};
use crate::cloud::{Cloud, Emulator};
use crate::subject::Subject;
use crate::suite::conform;

pub(crate) struct InstanceSubject {
    network: Network,
    emulator: Emulator,
}

impl InstanceSubject {
    pub(crate) async fn on(cloud: &Cloud) -> Self {
        Self { network: Network::make(cloud).await, emulator: cloud.emulator }
    }

    /// The instance as it starts out, with what it needs declared beside it.
    fn instance(&self, stack: &mut Stack<Hipaa>, edit: Option<&str>) -> Result<DbInstance, DeclareError> {
        let storage_key = key(stack)?;
        let one = stack.add("key", storage_key.clone())?.customer_key();
        let two = stack.add("other-key", storage_key)?.customer_key();
        let placement = self.network.placement(stack)?;
        let parameters = stack.add("parameters", DbParameterGroup::new("postgres16", "conformance"))?;
        let others = stack.add("other-parameters", DbParameterGroup::new("postgres16", "conformance"))?;
        let is = |name: &str| edit == Some(name);
        let instance = DbInstance::new(
            if is("KmsKeyId") { two.clone() } else { one.clone() },
            placement,
            Engine::Postgres,
            DbInstanceClass::new(if is("DBInstanceClass") { "db.r6g.large" } else { "db.t4g.medium" }),
            if is("AllocatedStorage") { 500 } else { 400 },
            if is("MasterUsername") { "other" } else { "ward" },
            if is("BackupRetentionPeriod") {
                BackupRetention::longest()
            } else {
                BackupRetention::days::<14>()
            },
            MasterUserSecret::new(two),
        );
        Ok(instance
            .engine_version(if is("EngineVersion") { "16.6" } else { "16.4" })
            .storage_type(StorageType::Gp3)
            .iops(if is("Iops") { 13000 } else { 12000 })
            .storage_throughput(if is("StorageThroughput") { 600 } else { 500 })
            .max_allocated_storage(if is("MaxAllocatedStorage") { 2000 } else { 1000 })
            .auto_minor_version_upgrade(!is("AutoMinorVersionUpgrade"))
            .copy_tags_to_snapshot(!is("CopyTagsToSnapshot"))
            .ca_certificate_identifier(match is("CACertificateIdentifier") {
                true => "rds-ca-ecc384-g1",
                false => "rds-ca-rsa2048-g1",
            })
            .db_name(if is("DBName") { "other" } else { "fhir" })
            .db_parameter_group_name(match is("DBParameterGroupName") {
                true => others.name(),
                false => parameters.name(),
            })
            .enable_cloudwatch_logs_exports(match is("EnableCloudwatchLogsExports") {
                true => vec!["postgresql", "upgrade"],
                false => vec!["postgresql"],
            })
            .enable_iam_database_authentication(!is("EnableIAMDatabaseAuthentication"))
            .enable_performance_insights(!is("EnablePerformanceInsights"))
            .performance_insights_kms_key_id(one)
            .performance_insights_retention_period(31)
            .monitoring_interval(if is("MonitoringInterval") { 60 } else { 30 })
            .monitoring_role_arn(RoleArn::new("arn:aws:iam::123456789012:role/monitoring"))
            .multi_az(is("MultiAZ"))
            .port(if is("Port") { 6544 } else { 6543 })
            .preferred_backup_window(match is("PreferredBackupWindow") {
                true => "02:00-02:30",
                false => "03:00-03:30",
            })
            .preferred_maintenance_window(match is("PreferredMaintenanceWindow") {
                true => "sat:04:00-sat:05:00",
                false => "Sun:04:00-Sun:05:00",
            })
            .vpc_security_groups([SecurityGroupId::new(match is("VPCSecurityGroups") {
                true => &self.network.groups[1],
                false => &self.network.groups[0],
            })])
            .tag("use", "test"))
    }

    pub(super) fn program(&self, edit: Option<&str>) -> Program {
        let mut stack = Stack::<Hipaa>::new("conformance");
        self.declare(&mut stack, edit).unwrap();
        stack.program()
    }
}

#[async_trait]
impl Subject for InstanceSubject {
    fn declare(&self, stack: &mut Stack<Hipaa>, edit: Option<&str>) -> Result<(), DeclareError> {
        let mut instance = self.instance(stack, edit)?;
        match edit {
            Some("AvailabilityZone") => instance = instance.availability_zone(ZoneName::new("us-east-1b")),
            Some("DBInstanceIdentifier") => {
                instance = instance.db_instance_identifier(DbInstanceId::new("Conformance-Edited"));
            }
            Some("DeletionProtection") => instance = instance.deletion_protection(true),
            Some("Tags") => instance = instance.tag("use", "edited").tag("more", "yes"),
            _ => {}
        }
        stack.add(
            "subject",
            instance
                .options()
                .accept(ironward_core::consent::Loss::Replace, "the suite")
                .accept(ironward_core::consent::Loss::Recreate, "the suite"),
        )?;
        Ok(())
    }

    fn updates(&self) -> &'static [&'static str] {
        match self.emulator {
            Emulator::Sandbox => &[
                "AutoMinorVersionUpgrade",
                "BackupRetentionPeriod",
                "CACertificateIdentifier",
                "CopyTagsToSnapshot",
                "DBInstanceClass",
                "DBParameterGroupName",
                "DeletionProtection",
                "EnableCloudwatchLogsExports",
                "EnableIAMDatabaseAuthentication",
                "EnablePerformanceInsights",
                "Iops",
                "MaxAllocatedStorage",
                "MonitoringInterval",
                "MultiAZ",
                "Port",
                "PreferredBackupWindow",
                "PreferredMaintenanceWindow",
                "StorageThroughput",
                "Tags",
                "VPCSecurityGroups",
            ],
            // moto goes on to report the port that an instance was made with.
            Emulator::Moto => &[
                "AutoMinorVersionUpgrade",
                "BackupRetentionPeriod",
                "CACertificateIdentifier",
                "CopyTagsToSnapshot",
                "DBInstanceClass",
                "DBParameterGroupName",
                "DeletionProtection",
                "EnableCloudwatchLogsExports",
                "EnableIAMDatabaseAuthentication",
                "EnablePerformanceInsights",
                "Iops",
                "MaxAllocatedStorage",
                "MonitoringInterval",
                "MultiAZ",
                "PreferredBackupWindow",
                "PreferredMaintenanceWindow",
                "StorageThroughput",
                "Tags",
                "VPCSecurityGroups",
            ],
        }
    }

    fn replacements(&self) -> &'static [&'static str] {
        &["AvailabilityZone", "DBInstanceIdentifier", "DBName", "KmsKeyId", "MasterUsername"]
    }

    async fn read(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>> {
        let request = Client::new(&cloud.sdk).describe_db_instances().db_instance_identifier(id);
        let found = request.send().await.ok()?.db_instances?.into_iter().next()?;
        let logs: BTreeSet<&String> = found.enabled_cloudwatch_logs_exports().iter().collect();
        let groups: Vec<_> =
            found.vpc_security_groups().iter().map(|group| group.vpc_security_group_id()).collect();
        let parameters: Vec<_> =
            found.db_parameter_groups().iter().map(|group| group.db_parameter_group_name()).collect();
        Some(BTreeMap::from([
            ("AllocatedStorage", json!(found.allocated_storage())),
            ("AutoMinorVersionUpgrade", json!(found.auto_minor_version_upgrade())),
            ("BackupRetentionPeriod", json!(found.backup_retention_period())),
            ("CACertificateIdentifier", json!(found.ca_certificate_identifier())),
            ("CopyTagsToSnapshot", json!(found.copy_tags_to_snapshot())),
            ("DBInstanceClass", json!(found.db_instance_class())),
            ("DBParameterGroupName", json!(parameters)),
            ("DeletionProtection", json!(found.deletion_protection())),
            ("EnableCloudwatchLogsExports", json!(logs)),
            ("EnableIAMDatabaseAuthentication", json!(found.iam_database_authentication_enabled())),
            ("EnablePerformanceInsights", json!(found.performance_insights_enabled())),
            ("EngineVersion", json!(found.engine_version())),
            ("Iops", json!(found.iops())),
            ("MaxAllocatedStorage", json!(found.max_allocated_storage())),
            ("MonitoringInterval", json!(found.monitoring_interval())),
            ("MultiAZ", json!(found.multi_az())),
            ("Port", json!(found.endpoint().and_then(|endpoint| endpoint.port()))),
            ("PreferredBackupWindow", json!(found.preferred_backup_window())),
            ("PreferredMaintenanceWindow", json!(found.preferred_maintenance_window())),
            ("StorageThroughput", json!(found.storage_throughput())),
            ("VPCSecurityGroups", json!(groups)),
            ("Tags", json!(self.tags(cloud, id).await)),
        ]))
    }

    async fn tags(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<String, String>> {
        let arn = format!("arn:aws:rds:us-east-1:123456789012:db:{id}");
        let tags = Client::new(&cloud.sdk).list_tags_for_resource().resource_name(arn).send().await.unwrap();
        let pair = |tag: &aws_sdk_rds::types::Tag| Some((tag.key.clone()?, tag.value.clone()?));
        Some(tags.tag_list().iter().filter_map(pair).collect())
    }

    async fn remove(&self, cloud: &Cloud, id: &str) {
        let request = Client::new(&cloud.sdk).delete_db_instance().db_instance_identifier(id);
        request.skip_final_snapshot(true).send().await.unwrap();
    }

    async fn disturb(&self, cloud: &Cloud, id: &str) -> Option<&'static str> {
        let request = Client::new(&cloud.sdk).modify_db_instance().db_instance_identifier(id);
        request.publicly_accessible(true).apply_immediately(true).send().await.unwrap();
        Some("PubliclyAccessible")
    }

    fn unseen(&self, emulator: Emulator) -> &'static [&'static str] {
        match emulator {
            Emulator::Sandbox => &[
                "EnableCloudwatchLogsExports",
                "EnableIAMDatabaseAuthentication",
                "EnablePerformanceInsights",
                "MaxAllocatedStorage",
                "MonitoringInterval",
                "PreferredBackupWindow",
                "PreferredMaintenanceWindow",
                "StorageThroughput",
            ],
            Emulator::Moto => &["EnablePerformanceInsights"],
        }
    }
}

async fn apply(cloud: &Cloud, program: &Program) {
    let planned = cloud.engine.plan(program).await.unwrap();
    let policy = DeletePolicy::default();
    let outcome = cloud.engine.apply(program, planned, policy, &Cancel::default()).await.unwrap();
    assert!(outcome.is_complete(), "{:#?} {:?}", outcome.failures, outcome.skipped);
}

async fn destroy(cloud: &Cloud, program: &Program, lift_protection: bool) -> Outcome {
    let planned = cloud.engine.plan_destroy(program, true).await.unwrap();
    let mut policy = DeletePolicy::default();
    policy.lift_protection = lift_protection;
    cloud.engine.apply(program, planned, policy, &Cancel::default()).await.unwrap()
}

async fn subject_record(cloud: &Cloud) -> ironward_core::state::Record {
    let state = cloud.engine.state().await.unwrap();
    state.resources.values().find(|record| record.path.as_str() == "subject").unwrap().clone()
}

#[tokio::test]
async fn instance_on_sandbox() {
    let cloud = Cloud::sandbox().await;
    conform(&InstanceSubject::on(&cloud).await, cloud).await;
}

#[tokio::test]
async fn instance_on_moto() {
    let cloud = Cloud::moto().await;
    conform(&InstanceSubject::on(&cloud).await, cloud).await;
}

/// What the service raises by itself isn't drift, and is never taken back.
#[tokio::test]
async fn growth_is_not_taken_back_on_moto() {
    let cloud = Cloud::moto().await;
    let subject = InstanceSubject::on(&cloud).await;
    apply(&cloud, &subject.program(None)).await;
    let id = subject_record(&cloud).await.physical_id;
    for edit in ["AllocatedStorage", "EngineVersion"] {
        apply(&cloud, &subject.program(Some(edit))).await;
        let raised = subject.read(&cloud, &id).await.unwrap()[edit].clone();
        assert!(raised == json!(500) || raised == json!("16.6"), "{edit}: {raised}");
        let planned = cloud.engine.plan(&subject.program(None)).await.unwrap();
        let change = planned.plan.change("subject").unwrap();
        assert!(change.diffs.is_empty() && change.drift.is_empty(), "{edit}: {change:#?}");
    }
    // Other changes of the storage keep what it has grown to.
    apply(&cloud, &subject.program(Some("Iops"))).await;
    let seen = subject.read(&cloud, &id).await.unwrap();
    assert_eq!((&seen["AllocatedStorage"], &seen["Iops"]), (&json!(500), &json!(13000)));
    assert!(destroy(&cloud, &subject.program(None), false).await.is_complete());
}

/// A protected instance stays until the protection is lifted on purpose; its data stays anyway.
#[tokio::test]
async fn deletion_keeps_a_snapshot_on_moto() {
    let cloud = Cloud::moto().await;
    let subject = InstanceSubject::on(&cloud).await;
    let program = subject.program(Some("DeletionProtection"));
    apply(&cloud, &program).await;
    let record = subject_record(&cloud).await;
    let (id, token) = (&record.physical_id, record.instance.token("final-snapshot"));
    let taken = format!("{id}-final-{}", &token[..8]);
    let rds = Client::new(&cloud.sdk);
    let request = rds.create_db_snapshot().db_instance_identifier(id).db_snapshot_identifier(&taken);
    request.send().await.unwrap();

    let outcome = destroy(&cloud, &program, false).await;
    assert!(!outcome.is_complete());
    assert!(subject.read(&cloud, id).await.is_some(), "protection was ignored");

    let outcome = destroy(&cloud, &program, true).await;
    assert!(outcome.is_complete(), "{:#?}", outcome.failures);
    let second = format!("{taken}-2");
    assert!(format!("{:?}", outcome.remains).contains(&second), "{:?}", outcome.remains);
    let request = rds.describe_db_snapshots().db_snapshot_identifier(&second);
    let snapshots = request.send().await.unwrap().db_snapshots.unwrap();
    assert_eq!(snapshots.first().unwrap().db_instance_identifier(), Some(id.as_str()));
}
