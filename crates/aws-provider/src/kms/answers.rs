//! What the answers of Key Management Service mean.

use ironward_core::error::ProviderErrorKind::{Ambiguous, Propagating};

use crate::classify::{Late, Meaning};

#[rustfmt::skip]
pub(super) const MEANINGS: &[Meaning] = &[
    ("*", "MalformedPolicyDocumentException", "principal", Propagating),
    // "You can retry the request": https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html
    ("*", "DependencyTimeoutException", "", Ambiguous),
    ("*", "KMSInternalException", "", Ambiguous),
];

#[rustfmt::skip]
pub(super) const LATE: &[Late] = &[
    ("kms:CreateAlias", &["NotFoundException"]),
    ("kms:DisableKey", &["NotFoundException"]),
    // A key that was enabled a moment ago counts as disabled for some calls, too:
    // https://docs.aws.amazon.com/kms/latest/developerguide/accessing-kms.html#programming-eventual-consistency
    ("kms:EnableKeyRotation", &["NotFoundException", "DisabledException"]),
    ("kms:UpdateAlias", &["NotFoundException"]),
];
