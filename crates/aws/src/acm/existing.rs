//! A certificate that exists already.

use std::collections::BTreeMap;

use ironward_core::declare::{Located, Lookup};
use ironward_core::output::{Output, ToValue};
use ironward_core::path::Path;
use ironward_core::value::Value;

use super::CertificateArn;

/// Looks up a certificate that is issued, by its ARN or by one of its names. Nothing else is
/// found: not one that waits for validation, expired or was revoked.
#[derive(Debug, Clone)]
pub struct ExistingCertificate(Query);

#[derive(Debug, Clone)]
enum Query {
    Arn(CertificateArn),
    Domain(String),
}

impl ExistingCertificate {
    /// The certificate of this ARN.
    #[must_use]
    pub fn by_arn(arn: CertificateArn) -> Self {
        Self(Query::Arn(arn))
    }

    /// The one certificate whose domain name is this. Where several are issued for the name, the
    /// lookup fails and names them.
    #[must_use]
    pub fn by_domain(domain: impl Into<String>) -> Self {
        Self(Query::Domain(domain.into()))
    }
}

/// A certificate that was found.
#[derive(Debug, Clone)]
pub struct FoundCertificate {
    path: Path,
}

impl Lookup for ExistingCertificate {
    const NAME: &'static str = "acm-certificate";
    type Handle = FoundCertificate;

    fn query(&self) -> BTreeMap<String, Value> {
        let (name, value) = match &self.0 {
            Query::Arn(arn) => ("CertificateArn", arn.to_value()),
            Query::Domain(domain) => ("DomainName", domain.to_value()),
        };
        BTreeMap::from([(name.to_owned(), value)])
    }

    fn handle(self, path: Path) -> FoundCertificate {
        FoundCertificate { path }
    }
}

impl FoundCertificate {
    /// The certificate's ARN.
    #[must_use]
    pub fn arn(&self) -> Output<CertificateArn> {
        Output::attribute(&self.path, "CertificateArn")
    }

    /// The name that it was issued for.
    #[must_use]
    pub fn domain_name(&self) -> Output<String> {
        Output::attribute(&self.path, "DomainName")
    }
}

impl Located for FoundCertificate {
    fn path(&self) -> &Path {
        &self.path
    }
}
