//! What the answers of Certificate Manager mean.

use ironward_core::error::ProviderErrorKind::{Conflict, InUse};

use crate::classify::{Late, Meaning, Patience};

#[rustfmt::skip]
pub(super) const MEANINGS: &[Meaning] = &[
    // "You are trying to update a resource or configuration that is already being created or updated":
    // https://docs.aws.amazon.com/acm/latest/APIReference/API_DeleteCertificate.html
    ("*", "ConflictException", "", Conflict),
    ("*", "RequestInProgressException", "", Conflict),
    ("*", "ResourceInUseException", "", InUse),
];

#[rustfmt::skip]
pub(super) const LATE: &[Late] = &[
    ("acm:AddTagsToCertificate", &["ResourceNotFoundException"]),
    ("acm:UpdateCertificateOptions", &["ResourceNotFoundException"]),
];

pub(super) const PATIENCE: &[Patience] = &[
    // https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/acm_certificate (20 minutes, as there)
    Patience::minutes("acm:DeleteCertificate", InUse, 20, "the load balancer that used it has let it go"),
];
