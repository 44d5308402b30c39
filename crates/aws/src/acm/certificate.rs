//! `AWS::CertificateManager::Certificate`.

use ironward_core::declare::Located;
use ironward_core::output::Output;
use ironward_macros::{Choice, Properties, Resource};

use crate::tags::Tags;

ironward_core::identifiers! {
    /// The ARN of a certificate that was asked for and may not be issued yet.
    RequestedCertificateArn;
    /// The ARN of a certificate authority of AWS Private CA.
    CertificateAuthorityArn;
}

/// A request for a public certificate, validated by DNS.
///
/// It counts as made once the service names the DNS records that prove control of the domains,
/// some seconds after the request; [`DeclaredCertificate::validation_record`] gives them to record
/// sets. Issuance comes later and is a resource of its own,
/// [`IssuedCertificate`](super::IssuedCertificate), so that listeners wait for it and the records
/// don't. Validation by DNS lets the service renew the certificate for as long as the records
/// stand (45 CFR 164.312(e)(1)); validation by e-mail has no constructor. Everything but the
/// options and the tags is set by the request; a replacement makes a new certificate first.
///
/// Source: ACM API Reference, `RequestCertificate`, `DescribeCertificate`,
/// `UpdateCertificateOptions`; CloudFormation registry.
#[derive(Debug, Clone, Resource)]
#[resource(
    type = "AWS::CertificateManager::Certificate",
    registry,
    limits = super::limits::CERTIFICATE,
    relations = super::limits::CERTIFICATE_RELATIONS,
    id = "CertificateArn",
    tags,
    seconds = 15
)]
// RequestCertificate answers with the ARN of a new one:
// https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html
#[identity(given)]
#[attribute(arn: RequestedCertificateArn = "CertificateArn")]
#[fixed("ValidationMethod" = "\"DNS\"", create_only, safeguard)]
pub struct Certificate {
    /// The name that the certificate is for, up to 253 characters; `*.` in front stands for every
    /// name one level below.
    #[property(create_only, compare = "DnsName")]
    domain_name: Output<String>,
    /// Further names, up to the account's limit of 10 unless it was raised.
    // Names of hosts have no case:
    // https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html
    #[property(create_only, compare = "Set", member("", ignore_case))]
    subject_alternative_names: Vec<Output<String>>,
    /// The kind of key; RSA of 2048 bits unless set otherwise. Shorter keys can't be asked for.
    #[property(create_only, default = "\"RSA_2048\"", safeguard)]
    key_algorithm: Option<Output<KeyAlgorithm>>,
    /// The private authority that signs it, in place of a public one; it is trusted by those who trust
    /// the authority, and issued without records that prove control.
    #[property(create_only)]
    certificate_authority_arn: Option<Output<CertificateAuthorityArn>>,
    /// For single names, the domain above it at which control is proved. Never reported back.
    #[property(create_only, write_only)]
    domain_validation_options: Vec<ValidationOption>,
    /// Whether the certificate is entered in public transparency logs; it is unless set otherwise,
    /// and browsers warn of certificates that aren't.
    #[property(aspect = "options", default = "\"ENABLED\"")]
    certificate_transparency_logging_preference: Option<Output<TransparencyLogging>>,
    /// Tags.
    #[property(compare = "Tags")]
    tags: Tags,
}

/// The domain at which control of a name is proved.
#[derive(Debug, Clone, Properties)]
pub struct ValidationOption {
    /// The name in the certificate.
    domain_name: Output<String>,
    /// The same name, or a domain above it.
    validation_domain: Output<String>,
}

/// The kind of a certificate's key. RSA of 1024 bits can't be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum KeyAlgorithm {
    /// RSA of 2048 bits.
    #[value("RSA_2048")]
    Rsa2048,
    /// RSA of 3072 bits.
    #[value("RSA_3072")]
    Rsa3072,
    /// RSA of 4096 bits.
    #[value("RSA_4096")]
    Rsa4096,
    /// The elliptic curve P-256.
    #[value("EC_prime256v1")]
    EcPrime256v1,
    /// The elliptic curve P-384.
    #[value("EC_secp384r1")]
    EcSecp384r1,
    /// The elliptic curve P-521.
    #[value("EC_secp521r1")]
    EcSecp521r1,
}

/// Whether a certificate is entered in public transparency logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum TransparencyLogging {
    /// It is.
    #[value("ENABLED")]
    Enabled,
    /// It isn't.
    #[value("DISABLED")]
    Disabled,
}

/// The DNS record that proves control of one name of a certificate. It must stay in place: renewals
/// look for it again.
#[derive(Debug, Clone)]
pub struct ValidationRecord {
    /// The record's name, with its trailing dot.
    pub name: Output<String>,
    /// The record's type, `CNAME`.
    pub record_type: Output<crate::route53::RecordType>,
    /// The record's value.
    pub value: Output<String>,
}

impl DeclaredCertificate {
    /// The record that validates one name: 0 is `DomainName`, 1 the first of
    /// `SubjectAlternativeNames`, and so on. A wildcard has the same record as the name below which
    /// it stands: declare that record once.
    #[must_use]
    pub fn validation_record(&self, index: usize) -> ValidationRecord {
        let part = |part: &str| format!("DomainValidationOptions.{index}.ResourceRecord.{part}");
        ValidationRecord {
            name: Output::attribute(self.path(), &part("Name")),
            record_type: Output::attribute(self.path(), &part("Type")),
            value: Output::attribute(self.path(), &part("Value")),
        }
    }
}
