//! Certificate Manager.

mod certificate;
mod certificate_arn;
mod existing;
mod issued;

pub use certificate::{
    Certificate, DeclaredCertificate, KeyAlgorithm, RequestedCertificateArn, TransparencyLogging,
    ValidationOption, ValidationRecord, property as certificate_property,
};
pub use certificate_arn::{CertificateArn, NotACertificateArn};
pub use existing::{ExistingCertificate, FoundCertificate};
pub use issued::{DeclaredIssuedCertificate, IssuedCertificate, property as issued_certificate_property};

use ironward_core::declare::Declaration;
use ironward_core::schema::Schema;

/// The facts of this service's types.
#[must_use]
pub fn schemas() -> Vec<&'static Schema> {
    vec![Certificate::SCHEMA, IssuedCertificate::SCHEMA]
}

/// Properties of the registry's schemas that have no counterpart here: type, property, reason.
pub const UNSUPPORTED: &[(&str, &str, &str)] = &[
    (
        "AWS::CertificateManager::Certificate",
        "CertificateAuthorityArn",
        "certificates of a private authority are validated by AWS Private CA, which isn't in the shipped scope",
    ),
    (
        "AWS::CertificateManager::Certificate",
        "CertificateExport",
        "an exported private key leaves the service's custody, and with it managed renewal",
    ),
    (
        "AWS::CertificateManager::Certificate",
        "DomainValidationOptions.HostedZoneId",
        "no parameter of the API: CloudFormation writes the record itself; here it is an AWS::Route53::RecordSet",
    ),
];
