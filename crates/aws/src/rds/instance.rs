//! `AWS::RDS::DBInstance`.

use ironward_core::output::Output;
use ironward_macros::{Properties, Resource};

use super::backup_retention::BackupRetention;
use super::choices::{
    DatabaseInsightsMode, Engine, EngineLifecycleSupport, LicenseModel, NetworkType, StorageType,
};
use super::placement::IsolatedPlacement;
use super::{
    DbInstanceArn, DbInstanceClass, DbInstanceId, DbOptionGroupName, DbParameterGroupName, DbiResourceId,
    SecretArn,
};
use crate::ec2::{SecurityGroupId, ZoneName};
use crate::iam::{RoleArn, RoleName};
use crate::kms::CustomerKey;
use crate::tags::Tags;

/// A database instance that may hold PHI.
///
/// It can't be written without a customer-managed key for its storage
/// (45 CFR 164.312(a)(2)(iv)), a place in isolated subnets (45 CFR 164.312(a)(1)), backups of a
/// week at least (45 CFR 164.308(a)(7)(ii)(A)) and an administrator's password that Secrets
/// Manager makes and keeps under a customer-managed key (45 CFR 164.308(a)(5)(ii)(D)). It is
/// never reachable from the internet.
///
/// Key, place, engine, names, character sets and zone are set at creation; a replacement loses
/// the data and takes `.accept(Loss::Replace, "why")`. Changes are applied at once, some of them with a
/// restart, which the plan says; `apply_immediately(false)` leaves those to the maintenance window.
/// Storage only grows. The service raises the engine's minor version and, up to
/// `MaxAllocatedStorage`, the storage by itself; neither is drift. Where a property without a
/// default is no longer declared, the database keeps the value that it has.
///
/// A deletion makes a final snapshot first, named after the instance, unless
/// `SkipFinalSnapshot` says otherwise; CloudFormation expresses this as the resource's
/// `DeletionPolicy`. The snapshot outlives the stack (45 CFR 164.308(a)(7)(ii)(A)).
///
/// Source: RDS API Reference, `CreateDBInstance`, `ModifyDBInstance`, `DeleteDBInstance`; RDS User Guide,
/// "Settings for DB instances", for what a change interrupts; CloudFormation registry.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ModifyInstance.Settings.html
#[derive(Debug, Clone, Resource)]
#[resource(
    type = "AWS::RDS::DBInstance",
    registry,
    limits = super::limits::DB_INSTANCE,
    relations = super::limits::DB_INSTANCE_RELATIONS,
    id = "DBInstanceIdentifier",
    tags,
    stateful,
    protection = "DeletionProtection",
    seconds = 600
)]
// "Stored as a lowercase string"; DBInstanceAlreadyExists:
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
#[identity(name = "DBInstanceIdentifier", ignore_case)]
#[attribute(id: DbInstanceId = "DBInstanceIdentifier", predict = "{DBInstanceIdentifier}")]
#[attribute(
    arn: DbInstanceArn = "DBInstanceArn",
    predict = "arn:{partition}:rds:{region}:{account}:db:{DBInstanceIdentifier}"
)]
#[attribute(resource_id: DbiResourceId = "DbiResourceId")]
#[attribute(address: String = "Endpoint.Address")]
#[attribute(port: i64 = "Endpoint.Port", volatile)]
#[attribute(secret_arn: SecretArn = "MasterUserSecret.SecretArn")]
#[fixed("StorageEncrypted" = "true", create_only, safeguard)]
#[fixed("PubliclyAccessible" = "false", safeguard)]
#[fixed("ManageMasterUserPassword" = "true", safeguard)]
pub struct DbInstance {
    /// The key that encrypts storage, snapshots and backups (45 CFR 164.312(a)(2)(iv)).
    #[property(name = "KmsKeyId", create_only, compare = "KeyId", safeguard)]
    encryption: CustomerKey,
    /// The group of isolated subnets that it stands in (45 CFR 164.312(a)(1)).
    #[property(name = "DBSubnetGroupName", create_only, compare = "IgnoreCase", safeguard, network)]
    placement: IsolatedPlacement,
    /// The engine.
    #[property(create_only, compare = "IgnoreCase")]
    engine: Output<Engine>,
    /// The class, such as `db.r6g.xlarge`; a change restarts it.
    #[property(name = "DBInstanceClass", interrupts = "restarts the database")]
    class: Output<DbInstanceClass>,
    /// The storage in GiB; at least 20 for gp3, at least 100 for io1 and io2. It only grows.
    #[property(aspect = "storage", compare = "AtLeast")]
    allocated_storage: Output<i64>,
    /// The administrator's name; better not `postgres` or `admin`, which everyone knows
    /// (45 CFR 164.312(a)(2)(i)). Up to 16 characters (MySQL), 63 (PostgreSQL) or 128.
    #[property(create_only)]
    master_username: Output<String>,
    /// Days that automated backups are kept, 7 to 35.
    #[property(safeguard)]
    backup_retention_period: BackupRetention,
    /// The key that encrypts the secret with the administrator's password. RDS refuses to change
    /// it while it manages the password, which it always does here.
    // "You can't change the KMS key used to encrypt the secret", MasterUserSecretKmsKeyId in
    // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html
    #[property(
        safeguard,
        once(
            "RDS doesn't change the key of a secret that it manages",
            "leave the key as it is; for another, restore a snapshot into a new database that is declared \
             with it, and let this one go"
        )
    )]
    master_user_secret: MasterUserSecret,

    /// Volumes beyond the first (Oracle, SQL Server), up to three; each is encrypted with the
    /// instance's key.
    #[property(aspect = "volumes", compare = "Set")]
    additional_storage_volumes: Vec<AdditionalStorageVolume>,
    /// Lets a change of `EngineVersion` be one of the major version.
    #[property(local)]
    allow_major_version_upgrade: Option<Output<bool>>,
    /// Whether changes are made at once; true unless set otherwise. Those that RDS can leave to the next
    /// maintenance window wait for it where this is false: until then they are pending, which is no drift.
    /// A change of the port, and static parameters, don't keep to it.
    // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ModifyInstance.ApplyImmediately.html
    #[property(local)]
    apply_immediately: Option<Output<bool>>,
    /// The roles that features of the engine assume, such as import from S3; one for each feature
    /// (45 CFR 164.308(a)(4)(ii)(B)).
    // Of an engine with one feature it needn't be said:
    // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstanceRole.html
    #[property(
        aspect = "associated_roles",
        after_create,
        compare = "Set",
        safeguard,
        member("FeatureName", default = "\"\"")
    )]
    associated_roles: Vec<AssociatedRole>,
    /// Whether minor versions of the engine are installed in the maintenance window
    /// (45 CFR 164.308(a)(5)(ii)(A)); true unless set otherwise.
    #[property(default = "true", safeguard)]
    auto_minor_version_upgrade: Option<Output<bool>>,
    /// The zone, where it has no standby in another; the service chooses unless set otherwise.
    #[property(create_only)]
    availability_zone: Option<Output<ZoneName>>,
    /// The certificate authority of its TLS certificate, `rds-ca-rsa2048-g1` or newer
    /// (45 CFR 164.312(e)(1)).
    #[property(
        name = "CACertificateIdentifier",
        aspect = "certificate",
        safeguard,
        interrupts = "restarts the database, where its engine can't take a certificate while it runs"
    )]
    ca_certificate_identifier: Option<Output<String>>,
    /// Whether a new certificate is put in use by a restart at once; it is unless set otherwise.
    #[property(local)]
    certificate_rotation_restart: Option<Output<bool>>,
    /// The character set (Oracle).
    #[property(create_only)]
    character_set_name: Option<Output<String>>,
    /// Whether snapshots take over the tags (45 CFR 164.310(d)(1)); false unless set otherwise.
    #[property(default = "false")]
    copy_tags_to_snapshot: Option<Output<bool>>,
    /// The identifier, in lower case, up to 63 characters: letters, digits and single hyphens.
    // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
    #[property(
        name = "DBInstanceIdentifier",
        create_only,
        compare = "IgnoreCase",
        generated_name(max = 63, legal = "-", letter_first, single = "-", inner = "-")
    )]
    db_instance_identifier: Option<Output<DbInstanceId>>,
    /// The name of the database that is made with the instance; none unless set, but for Oracle.
    #[property(name = "DBName", create_only)]
    db_name: Option<Output<String>>,
    /// The parameter group; the engine's default unless set otherwise.
    // "Can't be associated with any DB instances":
    // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBParameterGroup.html
    #[property(
        name = "DBParameterGroupName",
        compare = "IgnoreCase",
        safeguard,
        holds,
        interrupts = "leaves static parameters of the new group out of force until the database is restarted"
    )]
    db_parameter_group_name: Option<Output<DbParameterGroupName>>,
    /// How much CloudWatch Database Insights shows; the standard view unless set otherwise.
    #[property(aspect = "insights", default = "\"standard\"")]
    database_insights_mode: Option<Output<DatabaseInsightsMode>>,
    /// Whether transaction logs have a volume of their own; false unless set otherwise.
    #[property(default = "false", interrupts = "takes effect when somebody restarts the database")]
    dedicated_log_volume: Option<Output<bool>>,
    /// Whether automated backups go when the instance is deleted; true unless set otherwise.
    #[property(local)]
    delete_automated_backups: Option<Output<bool>>,
    /// Whether the API refuses to delete it (45 CFR 164.308(a)(7)(i)); false unless set otherwise.
    #[property(default = "false", safeguard)]
    deletion_protection: Option<Output<bool>>,
    /// The logs that go to CloudWatch (45 CFR 164.312(b)): `postgresql` and `upgrade`, or
    /// `audit`, `error`, `general` and `slowquery` and others, by engine.
    #[property(compare = "Set", safeguard)]
    enable_cloudwatch_logs_exports: Vec<Output<String>>,
    /// The directory of AWS Managed Microsoft AD that people are known to (45 CFR 164.312(d)); of a
    /// directory of one's own, `DomainFqdn` and the properties beside it.
    #[property(aspect = "domain", safeguard)]
    domain: Option<Output<String>>,
    /// The secret with the name and password of the account that joins the domain.
    #[property(aspect = "domain", safeguard)]
    domain_auth_secret_arn: Option<Output<SecretArn>>,
    /// The addresses of the domain's two DNS servers.
    // The primary and the secondary one, and the service picks:
    // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DomainMembership.html
    #[property(aspect = "domain", safeguard, compare = "Set")]
    domain_dns_ips: Vec<Output<String>>,
    /// The domain's full name.
    #[property(aspect = "domain", compare = "IgnoreCase", safeguard)]
    domain_fqdn: Option<Output<String>>,
    /// The role by which RDS calls the directory.
    #[property(name = "DomainIAMRoleName", aspect = "domain", safeguard)]
    domain_iam_role_name: Option<Output<RoleName>>,
    /// The organizational unit that the instance joins.
    #[property(aspect = "domain", safeguard)]
    domain_ou: Option<Output<String>>,
    /// Whether people may log in through IAM (45 CFR 164.312(d)); false unless set otherwise.
    #[property(name = "EnableIAMDatabaseAuthentication", default = "false", safeguard)]
    enable_iam_database_authentication: Option<Output<bool>>,
    /// Whether Performance Insights is on (45 CFR 164.312(b)); false unless set otherwise.
    #[property(aspect = "insights", default = "false")]
    enable_performance_insights: Option<Output<bool>>,
    /// What happens at the end of the engine's standard support.
    // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
    #[property(default = "\"open-source-rds-extended-support\"")]
    engine_lifecycle_support: Option<Output<EngineLifecycleSupport>>,
    /// The engine's version: `16`, `16.4`; the service may have raised it within its major one. Another
    /// major one takes `allow_major_version_upgrade(true)`, and a lower one can't be had any more.
    // A major version is `16` of PostgreSQL, `19` of Oracle, and of the others two numbers, `8.0`:
    // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.Upgrading.html
    #[property(
        compare = "AtLeastVersion",
        majors("Engine", "mysql" = 2, "mariadb" = 2, "sqlserver" = 2, "db2" = 2,
            only_with = "AllowMajorVersionUpgrade"),
        interrupts = "stops the database while it is upgraded"
    )]
    engine_version: Option<Output<String>>,
    /// Operations a second that are provisioned (io1, io2, and gp3 from 400 GiB on).
    #[property(aspect = "storage")]
    iops: Option<Output<i64>>,
    /// How the engine's licence is paid for.
    #[property(interrupts = "restarts the database")]
    license_model: Option<Output<LicenseModel>>,
    /// The GiB up to which the storage grows by itself; it doesn't unless set.
    #[property(aspect = "storage")]
    max_allocated_storage: Option<Output<i64>>,
    /// Seconds between measurements of the operating system (45 CFR 164.312(b)): 0 (off), 1, 5,
    /// 10, 15, 30 or 60; 0 unless set otherwise.
    #[property(aspect = "monitoring", default = "0", safeguard)]
    monitoring_interval: Option<Output<i64>>,
    /// The role that sends these measurements to CloudWatch.
    #[property(aspect = "monitoring")]
    monitoring_role_arn: Option<Output<RoleArn>>,
    /// Whether it has a standby in another zone (45 CFR 164.308(a)(7)(ii)(C)); false unless set
    /// otherwise.
    #[property(
        name = "MultiAZ",
        default = "false",
        safeguard,
        interrupts = "may slow the database down while the standby is made"
    )]
    multi_az: Option<Output<bool>>,
    /// The national character set (Oracle): `AL16UTF16` or `UTF8`.
    #[property(create_only)]
    nchar_character_set_name: Option<Output<String>>,
    /// Which addresses it has; IPv4 unless set otherwise.
    #[property(interrupts = "may interrupt connections to the database")]
    network_type: Option<Output<NetworkType>>,
    /// The option group; the engine's default unless set otherwise.
    // InvalidOptionGroupStateFault, while an instance has it:
    // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteOptionGroup.html
    #[property(compare = "IgnoreCase", holds)]
    option_group_name: Option<Output<DbOptionGroupName>>,
    /// The key that encrypts what Performance Insights keeps (45 CFR 164.312(a)(2)(iv)). It can't
    /// be changed while Performance Insights is on.
    // Conditionally create-only in the registry:
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbinstance.html
    #[property(
        name = "PerformanceInsightsKMSKeyId",
        aspect = "insights",
        compare = "KeyId",
        safeguard,
        once(
            "RDS doesn't change the key of Performance Insights while that is on",
            "take `EnablePerformanceInsights` out and run `up`, which loses what it kept; then declare it \
             with the other key",
            only_while = "EnablePerformanceInsights"
        )
    )]
    performance_insights_kms_key_id: Option<CustomerKey>,
    /// Days that Performance Insights keeps: 7, months of 31 days up to 713, or 731; 7 unless set
    /// otherwise.
    #[property(aspect = "insights")]
    performance_insights_retention_period: Option<Output<i64>>,
    /// The port, 1150 to 65535; better not the engine's own (45 CFR 164.312(a)(1)). A change
    /// restarts it.
    // "Your database restarts regardless of the value of the ApplyImmediately parameter", DBPortNumber in
    // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html
    #[property(interrupts = "restarts the database, and at once")]
    port: Option<Output<i64>>,
    /// When daily backups may run, in UTC: `03:00-03:30`, 30 minutes at least.
    preferred_backup_window: Option<Output<String>>,
    /// When maintenance may run, in UTC: `sun:04:00-sun:05:00`, 30 minutes at least.
    #[property(compare = "IgnoreCase")]
    preferred_maintenance_window: Option<Output<String>>,
    /// The number of cores and of threads for each, where they differ from the class's own.
    #[property(compare = "Set", interrupts = "restarts the database")]
    processor_features: Vec<ProcessorFeature>,
    /// Whether a deletion makes no final snapshot. Only where the data can be lost: outside
    /// production.
    #[property(local)]
    skip_final_snapshot: Option<Output<bool>>,
    /// MiB a second that are provisioned (gp3 from 400 GiB on), 500 to 4000.
    #[property(aspect = "storage")]
    storage_throughput: Option<Output<i64>>,
    /// What the data is stored on.
    #[property(
        aspect = "storage",
        compare = "IgnoreCase",
        interrupts = "may slow the database down for hours; RDS takes no other change of its storage for six"
    )]
    storage_type: Option<Output<StorageType>>,
    /// Tags.
    #[property(compare = "Tags")]
    tags: Tags,
    /// The time zone (SQL Server).
    #[property(create_only)]
    timezone: Option<Output<String>>,
    /// The security groups; the VPC's default one unless set.
    // DependencyViolation, for the network interfaces:
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html
    // Those of the VPC of its subnet group:
    // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.RDSSecurityGroups.html
    #[property(name = "VPCSecurityGroups", compare = "Set", safeguard, holds, network)]
    vpc_security_groups: Vec<Output<SecurityGroupId>>,
}

/// How the secret with the administrator's password is kept.
#[derive(Debug, Clone, Properties)]
pub struct MasterUserSecret {
    /// The key that encrypts it (45 CFR 164.312(a)(2)(iv)).
    kms_key_id: CustomerKey,
}

/// A feature of a database's processor.
#[derive(Debug, Clone, Properties)]
pub struct ProcessorFeature {
    /// `coreCount` or `threadsPerCore`.
    name: Output<String>,
    /// Its value.
    value: Output<String>,
}

/// A role that a feature of the engine assumes.
#[derive(Debug, Clone, Properties)]
pub struct AssociatedRole {
    /// The feature, such as `s3Import` or `s3Export`; each engine version has its own.
    feature_name: Output<String>,
    /// The role.
    role_arn: Output<RoleArn>,
}

/// A volume beyond the first.
#[derive(Debug, Clone, Properties)]
pub struct AdditionalStorageVolume {
    /// `RDSDBDATA2`, `RDSDBDATA3` or `RDSDBDATA4`.
    volume_name: Output<String>,
    /// Its storage in GiB, at least 200. It only grows.
    allocated_storage: Option<Output<i64>>,
    /// Operations a second that are provisioned.
    iops: Option<Output<i64>>,
    /// The GiB up to which it grows by itself; it doesn't unless set.
    max_allocated_storage: Option<Output<i64>>,
    /// MiB a second that are provisioned (gp3).
    storage_throughput: Option<Output<i64>>,
    /// What the data is stored on: gp3 or io2.
    storage_type: Option<Output<StorageType>>,
}
