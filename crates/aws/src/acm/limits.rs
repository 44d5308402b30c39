//! What Certificate Manager asks of values beyond the registry's schemas.

use std::collections::BTreeMap;

use ironward_core::document::Node;
use ironward_core::shape::{Bounds, Relation, Shape};

use crate::facts::{as_text, declared, items, member, text};

const REQUEST: &str = "https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html";
const OPTION: &str = "https://docs.aws.amazon.com/acm/latest/APIReference/API_DomainValidationOption.html";

/// A name of hosts, perhaps of all in a domain: labels of up to 63 characters, two at least.
const DOMAIN: &str =
    r"^(\*\.)?([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9][A-Za-z0-9-]{0,61}[A-Za-z0-9]$";

/// Of a certificate.
pub(super) const CERTIFICATE: &[Shape] = &[
    // It is the common name, too, which has no more.
    Shape::new("DomainName").length(Bounds::between(1.0, 64.0)).pattern(DOMAIN).source(REQUEST),
    // More than ten need a raised quota; a hundred is what it can be raised to.
    Shape::new("SubjectAlternativeNames")
        .items(Bounds::most(100.0))
        .length(Bounds::between(1.0, 253.0))
        .pattern(DOMAIN)
        .source(REQUEST),
    Shape::new("DomainValidationOptions").items(Bounds::most(100.0)).source(REQUEST),
    Shape::new("DomainValidationOptions.ValidationDomain")
        .length(Bounds::between(1.0, 253.0))
        .pattern(DOMAIN)
        .source(OPTION),
    Shape::new("CertificateAuthorityArn")
        .pattern("^arn:[a-z-]+:acm-pca:[a-z0-9-]*:[0-9]+:certificate-authority/.+$")
        .source(REQUEST),
    Shape::new("KeyAlgorithm")
        .values(&[
            "RSA_1024",
            "RSA_2048",
            "RSA_3072",
            "RSA_4096",
            "EC_prime256v1",
            "EC_secp384r1",
            "EC_secp521r1",
        ])
        .source(REQUEST),
];

/// Between the properties of a certificate.
pub(super) const CERTIFICATE_RELATIONS: &[Relation] = &[
    Relation::new(&["CertificateAuthorityArn", "KeyAlgorithm"], key, REQUEST),
    Relation::new(&["DomainValidationOptions"], validation, OPTION),
];

type Properties = BTreeMap<String, Node>;
type Misfit = Option<(&'static str, String)>;

/// Amazon's own authorities sign keys of three algorithms.
fn key(properties: &Properties) -> Misfit {
    let algorithm = text(properties, "KeyAlgorithm")?;
    let imported = ["RSA_1024", "RSA_3072", "RSA_4096", "EC_secp521r1"].contains(&algorithm);
    let message = || {
        format!(
            "`KeyAlgorithm` is {algorithm}, and public certificates have RSA_2048, EC_prime256v1 or EC_secp384r1: take \
             one of them"
        )
    };
    (imported && !declared(properties, "CertificateAuthorityArn")).then(|| ("KeyAlgorithm", message()))
}

/// Who is asked for a name answers for it, or for a domain above it.
fn validation(properties: &Properties) -> Misfit {
    let options = items(properties.get("DomainValidationOptions")?);
    options.iter().enumerate().find_map(|(index, option)| {
        let [name, domain] = ["DomainName", "ValidationDomain"]
            .map(|name| member(option, name).and_then(as_text).map(str::to_ascii_lowercase));
        let (name, domain) = (name?, domain?);
        let above = name == domain || name.strip_suffix(&domain).is_some_and(|rest| rest.ends_with('.'));
        let message = || {
            format!(
                "`DomainValidationOptions[{index}].ValidationDomain` is `{domain}`, and {name} is validated by itself or \
                 by a domain above it"
            )
        };
        (!above).then(|| ("DomainValidationOptions", message()))
    })
}
