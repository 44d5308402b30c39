//! Certificate Manager.

mod certificate;
mod certificate_arn;
mod existing;
mod issued;
mod limits;

pub use certificate::{
    Certificate, CertificateAuthorityArn, DeclaredCertificate, KeyAlgorithm, RequestedCertificateArn,
    TransparencyLogging, ValidationOption, ValidationRecord, property as certificate_property,
};
pub use certificate_arn::{CertificateArn, NotACertificateArn};
pub use existing::{ExistingCertificate, FoundCertificate};
pub use issued::{DeclaredIssuedCertificate, IssuedCertificate, property as issued_certificate_property};

use ironward_core::declare::Declaration;
use ironward_core::schema::Schema;

use crate::registry::LeftOut;

/// The facts of this service's types.
#[must_use]
pub fn schemas() -> Vec<&'static Schema> {
    vec![Certificate::SCHEMA, IssuedCertificate::SCHEMA]
}

/// Writable properties of the registry that the declarations don't have.
pub const LEFT_OUT: &[LeftOut] = &[
    LeftOut::secret(
        "AWS::CertificateManager::Certificate",
        "CertificateExport",
        "an exported private key leaves the service's custody, and with it managed renewal",
    ),
    LeftOut::elsewhere(
        "AWS::CertificateManager::Certificate",
        "DomainValidationOptions.HostedZoneId",
        "no parameter of the API: CloudFormation writes the record itself; here it is an \
         `AWS::Route53::RecordSet`",
    ),
    LeftOut::no_state(
        "AWS::CertificateManager::Certificate",
        "Id",
        "CloudFormation's own handle; the certificate is known by its ARN",
    ),
];
