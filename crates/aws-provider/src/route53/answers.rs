//! What the answers of Route 53 mean.

use ironward_core::error::ProviderErrorKind::{AlreadyExists, NotFound};

use crate::classify::{Answers, Meaning};

pub(crate) const ANSWERS: Answers =
    Answers { service: "route53", meanings: MEANINGS, late: &[], patience: &[] };

#[rustfmt::skip]
const MEANINGS: &[Meaning] = &[
    ("*", "InvalidChangeBatch", "already exists", AlreadyExists),
    ("*", "NoSuchHostedZone", "", NotFound),
    ("*", "NoSuchHealthCheck", "", NotFound),
    ("*", "InvalidChangeBatch", "not found", NotFound),
];
