//! What the registry says of the values of `certificatemanager`.
//!
//! Made by `cargo xtask registry` from the schemas in cfn-lint==1.58.0 (region us-east-1, schemas of 2026-10-20).
// @generated

use super::SOURCE;
use ironward_core::shape::{Bounds, Kind, Shape, Shapes};

/// `AWS::CertificateManager::Certificate`.
pub(super) static CERTIFICATE: Shapes = Shapes::new(
    "AWS::CertificateManager::Certificate",
    SOURCE,
    &[
        Shape::new("").requires(&["DomainName"]),
        Shape::new("CertificateAuthorityArn").kinds(&[Kind::String]),
        Shape::new("CertificateExport").kinds(&[Kind::String]).values(&["ENABLED", "DISABLED"]),
        Shape::new("CertificateTransparencyLoggingPreference")
            .kinds(&[Kind::String])
            .values(&["ENABLED", "DISABLED"]),
        Shape::new("DomainName").kinds(&[Kind::String]),
        Shape::new("DomainValidationOptions").kinds(&[Kind::Array]),
        Shape::new("DomainValidationOptions.DomainName").kinds(&[Kind::String]),
        Shape::new("DomainValidationOptions.HostedZoneId").kinds(&[Kind::String]),
        Shape::new("DomainValidationOptions.ValidationDomain").kinds(&[Kind::String]),
        Shape::new("KeyAlgorithm").kinds(&[Kind::String]),
        Shape::new("SubjectAlternativeNames").kinds(&[Kind::Array]),
        Shape::new("Tags")
            .kinds(&[Kind::Array])
            .items(Bounds::between(1.0, 50.0))
            .requires(&["Key", "Value"]),
        Shape::new("Tags.Key")
            .kinds(&[Kind::String])
            .length(Bounds::between(1.0, 128.0))
            .pattern(r"^([a-zA-Z\x{80}-\x{10FFFF} \x{80}-\x{10FFFF}0-9\x{80}-\x{10FFFF}_.:/=+\-@]*)$"),
        Shape::new("Tags.Value")
            .kinds(&[Kind::String])
            .length(Bounds::most(256.0))
            .pattern(r"^([a-zA-Z\x{80}-\x{10FFFF} \x{80}-\x{10FFFF}0-9\x{80}-\x{10FFFF}_.:/=+\-@]*)$"),
        Shape::new("ValidationMethod").kinds(&[Kind::String]),
    ],
);
