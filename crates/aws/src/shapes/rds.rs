//! What the registry says of the values of `rds`.
//!
//! Made by `cargo xtask registry` from the schemas in cfn-lint==1.58.0 (region us-east-1, schemas of 2026-10-20).
// @generated

use super::SOURCE;
use ironward_core::shape::{Bounds, Kind, Shape, Shapes};

/// `AWS::RDS::DBInstance`.
pub(super) static DB_INSTANCE: Shapes = Shapes::new(
    "AWS::RDS::DBInstance",
    SOURCE,
    &[
        Shape::new("AdditionalStorageVolumes").kinds(&[Kind::Array]),
        Shape::new("AdditionalStorageVolumes.AllocatedStorage").kinds(&[Kind::String]).pattern(r"^[0-9]*$"),
        Shape::new("AdditionalStorageVolumes.Iops").kinds(&[Kind::Integer]),
        Shape::new("AdditionalStorageVolumes.MaxAllocatedStorage").kinds(&[Kind::Integer]),
        Shape::new("AdditionalStorageVolumes.StorageThroughput").kinds(&[Kind::Integer]),
        Shape::new("AdditionalStorageVolumes.StorageType").kinds(&[Kind::String]),
        Shape::new("AdditionalStorageVolumes.VolumeName").kinds(&[Kind::String]),
        Shape::new("AllocatedStorage").kinds(&[Kind::String]).pattern(r"^[0-9]*$"),
        Shape::new("AllowMajorVersionUpgrade").kinds(&[Kind::Boolean]),
        Shape::new("ApplyImmediately").kinds(&[Kind::Boolean]),
        Shape::new("AssociatedRoles").kinds(&[Kind::Array]).requires(&["FeatureName", "RoleArn"]),
        Shape::new("AssociatedRoles.FeatureName").kinds(&[Kind::String]),
        Shape::new("AssociatedRoles.RoleArn").kinds(&[Kind::String]),
        Shape::new("AutoMinorVersionUpgrade").kinds(&[Kind::Boolean]),
        Shape::new("AutomaticBackupReplicationKmsKeyId").kinds(&[Kind::String]),
        Shape::new("AutomaticBackupReplicationRegion").kinds(&[Kind::String]),
        Shape::new("AutomaticBackupReplicationRetentionPeriod")
            .kinds(&[Kind::Integer])
            .range(Bounds::least(1.0)),
        Shape::new("AvailabilityZone").kinds(&[Kind::String]),
        Shape::new("BackupRetentionPeriod").kinds(&[Kind::Integer]).range(Bounds::least(0.0)),
        Shape::new("BackupTarget").kinds(&[Kind::String]),
        Shape::new("CACertificateIdentifier").kinds(&[Kind::String]),
        Shape::new("CertificateRotationRestart").kinds(&[Kind::Boolean]),
        Shape::new("CharacterSetName").kinds(&[Kind::String]),
        Shape::new("CopyTagsToSnapshot").kinds(&[Kind::Boolean]),
        Shape::new("CustomIAMInstanceProfile").kinds(&[Kind::String]),
        Shape::new("DBClusterIdentifier").kinds(&[Kind::String]),
        Shape::new("DBClusterSnapshotIdentifier").kinds(&[Kind::String]),
        Shape::new("DBInstanceClass").kinds(&[Kind::String]),
        Shape::new("DBInstanceIdentifier")
            .kinds(&[Kind::String])
            .length(Bounds::between(1.0, 63.0))
            .pattern(r"^$|^[a-zA-Z]{1}(?:-?[a-zA-Z0-9]){0,62}$"),
        Shape::new("DBName").kinds(&[Kind::String]),
        Shape::new("DBParameterGroupName").kinds(&[Kind::String]),
        Shape::new("DBSecurityGroups").kinds(&[Kind::Array]),
        Shape::new("DBSnapshotIdentifier").kinds(&[Kind::String]),
        Shape::new("DBSubnetGroupName").kinds(&[Kind::String]),
        Shape::new("DBSystemId").kinds(&[Kind::String]),
        Shape::new("DatabaseInsightsMode").kinds(&[Kind::String]).values(&["advanced", "standard"]),
        Shape::new("DedicatedLogVolume").kinds(&[Kind::Boolean]),
        Shape::new("DeleteAutomatedBackups").kinds(&[Kind::Boolean]),
        Shape::new("DeletionProtection").kinds(&[Kind::Boolean]),
        Shape::new("Domain").kinds(&[Kind::String]),
        Shape::new("DomainAuthSecretArn").kinds(&[Kind::String]),
        Shape::new("DomainDnsIps").kinds(&[Kind::Array]),
        Shape::new("DomainFqdn").kinds(&[Kind::String]),
        Shape::new("DomainIAMRoleName").kinds(&[Kind::String]),
        Shape::new("DomainOu").kinds(&[Kind::String]),
        Shape::new("EnableCloudwatchLogsExports").kinds(&[Kind::Array]),
        Shape::new("EnableIAMDatabaseAuthentication").kinds(&[Kind::Boolean]),
        Shape::new("EnablePerformanceInsights").kinds(&[Kind::Boolean]),
        Shape::new("Engine").kinds(&[Kind::String]),
        Shape::new("EngineLifecycleSupport").kinds(&[Kind::String]),
        Shape::new("EngineVersion").kinds(&[Kind::String]),
        Shape::new("Iops").kinds(&[Kind::Integer]),
        Shape::new("KmsKeyId").kinds(&[Kind::String]),
        Shape::new("LicenseModel").kinds(&[Kind::String]),
        Shape::new("ManageMasterUserPassword").kinds(&[Kind::Boolean]),
        Shape::new("MasterUserAuthenticationType")
            .kinds(&[Kind::String])
            .values(&["iam-db-auth", "password"]),
        Shape::new("MasterUserPassword").kinds(&[Kind::String]),
        Shape::new("MasterUserSecret").kinds(&[Kind::Object]),
        Shape::new("MasterUserSecret.KmsKeyId").kinds(&[Kind::String]),
        Shape::new("MasterUsername")
            .kinds(&[Kind::String])
            .length(Bounds::between(1.0, 128.0))
            .pattern(r"^[a-zA-Z][a-zA-Z0-9_]{0,127}$"),
        Shape::new("MaxAllocatedStorage").kinds(&[Kind::Integer]),
        Shape::new("MonitoringInterval").kinds(&[Kind::Integer]),
        Shape::new("MonitoringRoleArn").kinds(&[Kind::String]),
        Shape::new("MultiAZ").kinds(&[Kind::Boolean]),
        Shape::new("NcharCharacterSetName").kinds(&[Kind::String]),
        Shape::new("NetworkType").kinds(&[Kind::String]),
        Shape::new("OptionGroupName").kinds(&[Kind::String]),
        Shape::new("PerformanceInsightsKMSKeyId").kinds(&[Kind::String]),
        Shape::new("PerformanceInsightsRetentionPeriod").kinds(&[Kind::Integer]).values(&[
            "7", "31", "62", "93", "124", "155", "186", "217", "248", "279", "310", "341", "372", "403",
            "434", "465", "496", "527", "558", "589", "620", "651", "682", "713", "731",
        ]),
        Shape::new("Port").kinds(&[Kind::String]).pattern(r"^\d*$"),
        Shape::new("PreferredBackupWindow").kinds(&[Kind::String]),
        Shape::new("PreferredMaintenanceWindow").kinds(&[Kind::String]),
        Shape::new("ProcessorFeatures").kinds(&[Kind::Array]),
        Shape::new("ProcessorFeatures.Name").kinds(&[Kind::String]).values(&["coreCount", "threadsPerCore"]),
        Shape::new("ProcessorFeatures.Value").kinds(&[Kind::String]),
        Shape::new("PromotionTier").kinds(&[Kind::Integer]).range(Bounds::between(0.0, 15.0)),
        Shape::new("PubliclyAccessible").kinds(&[Kind::Boolean]),
        Shape::new("ReplicaMode").kinds(&[Kind::String]),
        Shape::new("RestoreTime").kinds(&[Kind::String]),
        Shape::new("SourceDBClusterIdentifier").kinds(&[Kind::String]),
        Shape::new("SourceDBInstanceAutomatedBackupsArn").kinds(&[Kind::String]),
        Shape::new("SourceDBInstanceIdentifier").kinds(&[Kind::String]),
        Shape::new("SourceDbiResourceId").kinds(&[Kind::String]),
        Shape::new("SourceRegion").kinds(&[Kind::String]),
        Shape::new("StorageEncrypted").kinds(&[Kind::Boolean]),
        Shape::new("StorageThroughput").kinds(&[Kind::Integer]),
        Shape::new("StorageType").kinds(&[Kind::String]),
        Shape::new("Tags").kinds(&[Kind::Array]).requires(&["Key"]),
        Shape::new("Tags.Key").kinds(&[Kind::String]).length(Bounds::between(1.0, 128.0)),
        Shape::new("Tags.Value").kinds(&[Kind::String]).length(Bounds::between(0.0, 256.0)),
        Shape::new("TdeCredentialArn").kinds(&[Kind::String]),
        Shape::new("TdeCredentialPassword").kinds(&[Kind::String]),
        Shape::new("Timezone").kinds(&[Kind::String]),
        Shape::new("UseDefaultProcessorFeatures").kinds(&[Kind::Boolean]),
        Shape::new("UseLatestRestorableTime").kinds(&[Kind::Boolean]),
        Shape::new("VPCSecurityGroups").kinds(&[Kind::Array]),
    ],
);

/// `AWS::RDS::DBParameterGroup`.
pub(super) static DB_PARAMETER_GROUP: Shapes = Shapes::new(
    "AWS::RDS::DBParameterGroup",
    SOURCE,
    &[
        Shape::new("").requires(&["Description", "Family"]),
        Shape::new("DBParameterGroupName").kinds(&[Kind::String]).pattern(r"^[a-zA-Z]{1}(?:-?[a-zA-Z0-9])*$"),
        Shape::new("Description").kinds(&[Kind::String]),
        Shape::new("Family").kinds(&[Kind::String]),
        Shape::new("Parameters").kinds(&[Kind::Object, Kind::String]),
        Shape::new("Tags").kinds(&[Kind::Array]).items(Bounds::most(50.0)).requires(&["Key"]),
        Shape::new("Tags.Key").kinds(&[Kind::String]).length(Bounds::between(1.0, 128.0)),
        Shape::new("Tags.Value").kinds(&[Kind::String]).length(Bounds::between(0.0, 256.0)),
    ],
);

/// `AWS::RDS::DBSubnetGroup`.
pub(super) static DB_SUBNET_GROUP: Shapes = Shapes::new(
    "AWS::RDS::DBSubnetGroup",
    SOURCE,
    &[
        Shape::new("").requires(&["DBSubnetGroupDescription", "SubnetIds"]),
        Shape::new("DBSubnetGroupDescription").kinds(&[Kind::String]),
        Shape::new("DBSubnetGroupName").kinds(&[Kind::String]),
        Shape::new("SubnetIds").kinds(&[Kind::Array]),
        Shape::new("Tags").kinds(&[Kind::Array]).items(Bounds::most(50.0)).requires(&["Key"]),
        Shape::new("Tags.Key").kinds(&[Kind::String]).length(Bounds::between(1.0, 128.0)),
        Shape::new("Tags.Value").kinds(&[Kind::String]).length(Bounds::between(0.0, 256.0)),
    ],
);
