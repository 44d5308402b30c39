//! What the answers of Identity and Access Management mean.

use ironward_core::error::ProviderErrorKind::{
    AlreadyExists, Ambiguous, Conflict, InUse, Invalid, Propagating,
};

use crate::classify::{Late, Meaning, Patience};

#[rustfmt::skip]
pub(super) const MEANINGS: &[Meaning] = &[
    ("*", "MalformedPolicyDocument", "nvalid principal", Propagating),
    ("*", "ConcurrentModification", "", Conflict),
    ("*", "EntityTemporarilyUnmodifiable", "", Conflict),
    ("*", "DeleteConflict", "", InUse),
    ("*", "EntityAlreadyExists", "", AlreadyExists),
    // https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
    ("*", "ServiceFailure", "", Ambiguous),
    ("*", "InvalidInput", "", Invalid),
    ("*", "PolicyNotAttachable", "", Invalid),
];

#[rustfmt::skip]
pub(super) const LATE: &[Late] = &[
    ("iam:AttachRolePolicy", &["NoSuchEntity"]),
    ("iam:PutRolePermissionsBoundary", &["NoSuchEntity"]),
    ("iam:PutRolePolicy", &["NoSuchEntity"]),
];

pub(super) const PATIENCE: &[Patience] = &[
    // What was detached a moment ago may still count; what others attached stays:
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_general.html#troubleshoot_general_eventual-consistency
    Patience::minutes("*", InUse, 1, "what was detached counts as detached everywhere"),
];
