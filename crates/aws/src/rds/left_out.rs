//! What the declarations of this service don't have, and why.

const INSTANCE: &str = "AWS::RDS::DBInstance";
const CLUSTER: &str = "clusters (Aurora and Multi-AZ clusters) are beyond the shipped scope";
const RESTORE: &str = "restoring is a recovery step that is done by hand and then imported; a declaration \
                       that restores would lose data when it is replaced";
const REPLICA: &str = "read replicas are beyond the shipped scope";
const CUSTOM: &str = "RDS Custom lets people onto the host, where the safeguards of this type don't hold";
const REPLICATED_BACKUPS: &str = "copies of backups in another region are the job of an AWS Backup plan";
const DOMAIN: &str = "Active Directory domains are beyond the shipped scope; people log in through IAM";
const TDE: &str = "encryption of Oracle through a hardware module was withdrawn; storage is encrypted by KMS";

/// Writable properties of the CloudFormation types that these declarations don't have: the type,
/// the property, and why.
pub const UNSUPPORTED: &[(&str, &str, &str)] = &[
    (
        INSTANCE,
        "AdditionalStorageVolumes",
        "volumes beyond the first (Oracle, SQL Server) are beyond the shipped scope",
    ),
    (INSTANCE, "ApplyImmediately", "every change is applied at once, so that what is declared is what runs"),
    (INSTANCE, "AssociatedRoles", "roles for engine features such as S3 import are beyond the shipped scope"),
    (INSTANCE, "AutomaticBackupReplicationKmsKeyId", REPLICATED_BACKUPS),
    (INSTANCE, "AutomaticBackupReplicationRegion", REPLICATED_BACKUPS),
    (INSTANCE, "AutomaticBackupReplicationRetentionPeriod", REPLICATED_BACKUPS),
    (INSTANCE, "BackupTarget", "backups on Outposts are beyond the shipped scope"),
    (INSTANCE, "CustomIAMInstanceProfile", CUSTOM),
    (INSTANCE, "DBClusterIdentifier", CLUSTER),
    (INSTANCE, "DBClusterSnapshotIdentifier", CLUSTER),
    (INSTANCE, "DBSecurityGroups", "security groups outside a VPC no longer exist"),
    (INSTANCE, "DBSnapshotIdentifier", RESTORE),
    (INSTANCE, "DBSystemId", CUSTOM),
    (INSTANCE, "Domain", DOMAIN),
    (INSTANCE, "DomainAuthSecretArn", DOMAIN),
    (INSTANCE, "DomainDnsIps", DOMAIN),
    (INSTANCE, "DomainFqdn", DOMAIN),
    (INSTANCE, "DomainIAMRoleName", DOMAIN),
    (INSTANCE, "DomainOu", DOMAIN),
    (
        INSTANCE,
        "MasterUserAuthenticationType",
        "the administrator's password is always managed in Secrets Manager under a customer-managed key",
    ),
    (
        INSTANCE,
        "MasterUserPassword",
        "a password in a program ends up in sources, plans and state (45 CFR 164.308(a)(5)(ii)(D)); Secrets Manager makes and rotates it",
    ),
    (INSTANCE, "PromotionTier", CLUSTER),
    (INSTANCE, "ReplicaMode", REPLICA),
    (INSTANCE, "RestoreTime", RESTORE),
    (INSTANCE, "SourceDBClusterIdentifier", REPLICA),
    (INSTANCE, "SourceDBInstanceAutomatedBackupsArn", RESTORE),
    (INSTANCE, "SourceDBInstanceIdentifier", REPLICA),
    (INSTANCE, "SourceDbiResourceId", RESTORE),
    (INSTANCE, "SourceRegion", REPLICA),
    (INSTANCE, "TdeCredentialArn", TDE),
    (INSTANCE, "TdeCredentialPassword", TDE),
    (INSTANCE, "UseDefaultProcessorFeatures", "leaving ProcessorFeatures out does the same"),
    (INSTANCE, "UseLatestRestorableTime", RESTORE),
];
