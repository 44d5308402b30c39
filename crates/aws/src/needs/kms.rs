//! What whoever deploys a key needs.

use super::{Need, Who};

pub(super) const NEEDS: &[Need] = &[
    // "If you do not include a key administrator … the key becomes unmanageable."
    Need::new(
        "the stack makes, changes and deletes its key",
        "AWS::KMS::Key",
        Who::Administrator,
        &[
            "kms:CancelKeyDeletion",
            "kms:CreateAlias",
            "kms:DeleteAlias",
            "kms:DescribeKey",
            "kms:DisableKey",
            "kms:EnableKey",
            "kms:EnableKeyRotation",
            "kms:GetKeyPolicy",
            "kms:GetKeyRotationStatus",
            "kms:ListResourceTags",
            "kms:PutKeyPolicy",
            "kms:ScheduleKeyDeletion",
            "kms:TagResource",
            "kms:UntagResource",
            "kms:UpdateAlias",
            "kms:UpdateKeyDescription",
        ],
        "{Arn}",
        "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html",
    ),
];
