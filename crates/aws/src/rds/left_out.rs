//! What the declarations of this service don't have, and why.

use crate::registry::LeftOut;

const INSTANCE: &str = "AWS::RDS::DBInstance";

const BACKUPS_ELSEWHERE: &str = "copies in another region are made by an AWS Backup plan, under a key and a \
                                 lock of that region (45 CFR 164.308(a)(7)(ii)(A))";
const CLUSTER: &str = "of clusters; an instance of a cluster takes storage, key and backups from it";
const CUSTOM: &str = "RDS Custom lets people onto the host, where the safeguards of this type don't hold \
                      (45 CFR 164.312(a)(1))";
const REPLICA: &str = "RDS makes no read replica of an instance whose administrator's password is managed in \
                       Secrets Manager, as it is on every declared one (SQL Server excepted)";
const RESTORE: &str = "restoring is a step that is taken once; declared, it would restore again when the \
                       instance is replaced, and lose what was written since";
const TDE: &str = "Oracle's own key in a hardware module; storage is encrypted by KMS \
                   (45 CFR 164.312(a)(2)(iv))";
const PASSWORD: &str = "a password in a program ends up in sources, plans and state \
                        (45 CFR 164.308(a)(5)(ii)(D)); Secrets Manager makes and rotates it";

/// Writable properties of the registry that the declarations don't have.
pub const LEFT_OUT: &[LeftOut] = &[
    LeftOut::elsewhere(INSTANCE, "AutomaticBackupReplicationKmsKeyId", BACKUPS_ELSEWHERE),
    LeftOut::elsewhere(INSTANCE, "AutomaticBackupReplicationRegion", BACKUPS_ELSEWHERE),
    LeftOut::elsewhere(INSTANCE, "AutomaticBackupReplicationRetentionPeriod", BACKUPS_ELSEWHERE),
    LeftOut::safeguard(
        INSTANCE,
        "BackupTarget",
        "backups on an Outpost share the fate of what they back up (45 CFR 164.308(a)(7)(ii)(A))",
    ),
    LeftOut::safeguard(INSTANCE, "CustomIAMInstanceProfile", CUSTOM),
    LeftOut::other_kind(INSTANCE, "DBClusterIdentifier", CLUSTER),
    LeftOut::other_kind(INSTANCE, "DBClusterSnapshotIdentifier", CLUSTER),
    LeftOut::retired(INSTANCE, "DBSecurityGroups", "security groups outside a VPC no longer exist"),
    LeftOut::no_state(INSTANCE, "DBSnapshotIdentifier", RESTORE),
    LeftOut::safeguard(INSTANCE, "DBSystemId", CUSTOM),
    LeftOut::safeguard(
        INSTANCE,
        "MasterUserAuthenticationType",
        "the administrator's password is always managed in Secrets Manager under a customer-managed key",
    ),
    LeftOut::secret(INSTANCE, "MasterUserPassword", PASSWORD),
    LeftOut::other_kind(INSTANCE, "PromotionTier", CLUSTER),
    LeftOut::other_kind(INSTANCE, "ReplicaMode", REPLICA),
    LeftOut::no_state(INSTANCE, "RestoreTime", RESTORE),
    LeftOut::other_kind(INSTANCE, "SourceDBClusterIdentifier", REPLICA),
    LeftOut::no_state(INSTANCE, "SourceDBInstanceAutomatedBackupsArn", RESTORE),
    LeftOut::other_kind(INSTANCE, "SourceDBInstanceIdentifier", REPLICA),
    LeftOut::no_state(INSTANCE, "SourceDbiResourceId", RESTORE),
    LeftOut::other_kind(INSTANCE, "SourceRegion", REPLICA),
    LeftOut::elsewhere(INSTANCE, "TdeCredentialArn", TDE),
    LeftOut::secret(INSTANCE, "TdeCredentialPassword", TDE),
    LeftOut::no_state(
        INSTANCE,
        "UseDefaultProcessorFeatures",
        "it takes `ProcessorFeatures` back; leaving these out does the same",
    ),
    LeftOut::no_state(INSTANCE, "UseLatestRestorableTime", RESTORE),
];
