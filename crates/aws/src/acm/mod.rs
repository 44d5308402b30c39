//! Certificate Manager.

use ironward_core::schema::Schema;

ironward_core::identifiers! {
    /// The ARN of a certificate.
    CertificateArn;
}

/// The facts of this service's types.
#[must_use]
pub fn schemas() -> Vec<&'static Schema> {
    vec![]
}
