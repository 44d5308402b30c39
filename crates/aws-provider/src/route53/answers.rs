//! What the answers of Route 53 mean.

use ironward_core::error::ProviderErrorKind::{AlreadyExists, NotFound};

use crate::classify::Meaning;

#[rustfmt::skip]
pub(super) const MEANINGS: &[Meaning] = &[
    ("*", "InvalidChangeBatch", "already exists", AlreadyExists),
    ("*", "NoSuchHostedZone", "", NotFound),
    ("*", "NoSuchHealthCheck", "", NotFound),
    ("*", "InvalidChangeBatch", "not found", NotFound),
];
