//! What the answers of Relational Database Service mean.

use ironward_core::error::ProviderErrorKind::{
    AlreadyExists, Conflict, InUse, Invalid, NotFound, Other, Propagating, Protected, Quota,
};

use crate::classify::{Late, Meaning, Patience};

#[rustfmt::skip]
pub(super) const MEANINGS: &[Meaning] = &[
    ("*", "InvalidParameterValue", "ENHANCED_MONITORING", Propagating),
    ("*", "InvalidParameterValue", "IAM role ARN value is invalid", Propagating),
    ("*", "KMSKeyNotAccessibleFault", "", Propagating),
    // Its handler knows.
    ("*", "InvalidDBInstanceState", "already being deleted", Other),
    ("*", "InvalidDBInstanceState", "", Conflict),
    ("*", "InvalidParameterCombination", "previous storage change is being optimized", Conflict),
    // A change of a group that is being applied: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBParameterGroup.html
    ("rds:ModifyDBParameterGroup", "InvalidDBParameterGroupState", "", Conflict),
    ("rds:ResetDBParameterGroup", "InvalidDBParameterGroupState", "", Conflict),
    ("*", "InvalidParameterCombination", "deletion protection", Protected),
    ("*", "InvalidParameterCombination", "protected from deletion", Protected),
    ("*", "InvalidDBSubnetGroupStateFault", "", InUse),
    ("*", "InvalidDBParameterGroupState", "", InUse),
    ("*", "DBInstanceAlreadyExists", "", AlreadyExists),
    ("*", "DBSubnetGroupAlreadyExists", "", AlreadyExists),
    ("*", "DBParameterGroupAlreadyExists", "", AlreadyExists),
    ("*", "DBInstanceNotFound", "", NotFound),
    ("*", "DBInstanceNotFoundFault", "", NotFound),
    ("*", "DBSubnetGroupNotFoundFault", "", NotFound),
    ("*", "DBParameterGroupNotFound", "", NotFound),
    ("*", "InvalidSubnet", "", Invalid),
    ("*", "InstanceQuotaExceeded", "", Quota),
    ("*", "StorageQuotaExceeded", "", Quota),
    ("*", "SnapshotQuotaExceeded", "", Quota),
    ("*", "DBInstanceRoleQuotaExceeded", "", Quota),
    ("*", "DBParameterGroupQuotaExceeded", "", Quota),
    ("*", "DBSubnetGroupQuotaExceeded", "", Quota),
    ("*", "DBSubnetQuotaExceededFault", "", Quota),
];

#[rustfmt::skip]
pub(super) const LATE: &[Late] = &[
    ("rds:CreateDBInstance", &["DBSubnetGroupNotFoundFault", "DBParameterGroupNotFound", "InvalidSubnet"]),
    ("rds:CreateDBSubnetGroup", &["InvalidSubnet"]),
    ("rds:ModifyDBInstance", &["DBParameterGroupNotFound"]),
    ("rds:ModifyDBParameterGroup", &["DBParameterGroupNotFound"]),
    ("rds:ModifyDBSubnetGroup", &["InvalidSubnet"]),
];

pub(super) const PATIENCE: &[Patience] = &[
    // Not before six hours, or until the storage is optimized, whichever is longer:
    // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.ModifyingExisting.html
    Patience::minutes(
        "rds:ModifyDBInstance",
        Conflict,
        390,
        "RDS has optimized the storage, which takes 6 h or more after its last change",
    )
    .saying("being optimized"),
    // Backups, maintenance and changes under way, such as a conversion to Multi-AZ, for which there is no
    // documented limit; as long as https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/db_instance#timeouts
    Patience::minutes("rds:DeleteDBInstance", Conflict, 60, "the database is available again"),
    Patience::minutes("rds:ModifyDBInstance", Conflict, 80, "the database is available again"),
    Patience::minutes("rds:AddRoleToDBInstance", Conflict, 80, "the database is available again"),
    Patience::minutes("rds:RemoveRoleFromDBInstance", Conflict, 80, "the database is available again"),
    Patience::minutes(
        "rds:DeleteDBSubnetGroup",
        InUse,
        3,
        "the database that stood in it is gone everywhere",
    ),
    Patience::minutes("rds:DeleteDBParameterGroup", InUse, 3, "the database that used it is gone everywhere"),
];
