//! What the answers of Backup mean.

use ironward_core::error::ProviderErrorKind::{Conflict, InUse, Propagating};

use crate::classify::{Late, Meaning, Patience};

#[rustfmt::skip]
pub(super) const MEANINGS: &[Meaning] = &[
    ("*", "InvalidParameterValueException", "cannot be assumed", Propagating),
    ("*", "InvalidParameterValueException", "is not authorized to call", Propagating),
    ("*", "InvalidParameterValueException", "Cannot find Backup plan", Propagating),
    // A key that was just made: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_CreateBackupVault.html
    ("backup:CreateBackupVault", "InvalidParameterValueException", "KMS", Propagating),
    ("*", "ConflictException", "", Conflict),
    ("*", "InvalidRequestException", "selections must be deleted", InUse),
];

#[rustfmt::skip]
pub(super) const LATE: &[Late] = &[
    ("backup:CreateBackupPlan", &["ResourceNotFoundException"]),
    ("backup:CreateBackupSelection", &["ResourceNotFoundException"]),
    ("backup:PutBackupVaultAccessPolicy", &["ResourceNotFoundException"]),
    ("backup:PutBackupVaultLockConfiguration", &["ResourceNotFoundException"]),
    ("backup:PutBackupVaultNotifications", &["ResourceNotFoundException"]),
];

pub(super) const PATIENCE: &[Patience] = &[
    // hashicorp/terraform-provider-aws, internal/service/backup/plan.go
    Patience::minutes("backup:DeleteBackupPlan", InUse, 2, "its selections are gone everywhere"),
];
