//! What the answers of CloudWatch Logs mean.

use ironward_core::error::ProviderErrorKind::{Conflict, Propagating, Protected};

use crate::classify::{Late, Meaning};

#[rustfmt::skip]
pub(super) const MEANINGS: &[Meaning] = &[
    // Tags that the permission depends on: hashicorp/terraform-provider-aws, internal/service/logs/group.go.
    ("*", "AccessDeniedException", "logs:PutRetentionPolicy", Propagating),
    // A key that was just made, or whose policy was: https://github.com/hashicorp/terraform-provider-aws/issues/29282,
    // https://github.com/ministryofjustice/modernisation-platform/issues/7870
    ("logs:CreateLogGroup", "AccessDeniedException", "The specified KMS key does not exist or is not allowed", Propagating),
    ("logs:AssociateKmsKey", "AccessDeniedException", "The specified KMS key does not exist or is not allowed", Propagating),
    // The same in other words: https://github.com/aws/aws-cdk/issues/28304
    ("*", "InvalidParameterException", "KMS key", Propagating),
    ("*", "OperationAbortedException", "", Conflict),
    ("*", "ValidationException", "eletion protection", Protected),
    ("*", "InvalidParameterException", "eletion protection", Protected),
];

#[rustfmt::skip]
pub(super) const LATE: &[Late] = &[
    ("logs:AssociateKmsKey", &["ResourceNotFoundException"]),
    ("logs:PutDataProtectionPolicy", &["ResourceNotFoundException"]),
    ("logs:PutIndexPolicy", &["ResourceNotFoundException"]),
    ("logs:PutLogGroupDeletionProtection", &["ResourceNotFoundException"]),
    ("logs:PutResourcePolicy", &["ResourceNotFoundException"]),
    ("logs:PutRetentionPolicy", &["ResourceNotFoundException"]),
];
