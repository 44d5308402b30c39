//! The certificate of a service: given, or requested with DNS validation.

use ironward_aws::acm::{Certificate, CertificateArn, IssuedCertificate};
use ironward_aws::hosts::is_host_name;
use ironward_aws::route53::{HostedZoneId, RecordSet};
use ironward_core::declare::Declaration;
use ironward_core::output::{IntoInput, Output};
use ironward_core::program::DeclareError;
use ironward_core::stack::{Profile, Stack};

/// Where the certificate of a service comes from.
#[derive(Debug, Clone)]
pub struct ServiceCertificate(Source);

#[derive(Debug, Clone)]
enum Source {
    Given(Output<CertificateArn>),
    Requested { domain: String, zone: Option<Output<HostedZoneId>> },
}

impl ServiceCertificate {
    /// A certificate that exists and is issued.
    pub fn given(arn: impl IntoInput<CertificateArn>) -> Self {
        Self(Source::Given(arn.into_input()))
    }

    /// One that is requested for `domain`, the name of a host or `*.` and a domain, and validated by a record in this Route 53 zone.
    pub fn requested_in_zone(domain: &str, zone: impl IntoInput<HostedZoneId>) -> Self {
        Self(Source::Requested { domain: domain.to_owned(), zone: Some(zone.into_input()) })
    }

    /// One that is requested for `domain`; `up` prints the record that must be made elsewhere, and
    /// waits for it.
    #[must_use]
    pub fn requested(domain: &str) -> Self {
        Self(Source::Requested { domain: domain.to_owned(), zone: None })
    }

    /// The host that it is for, where that is known: a wildcard is for many.
    pub(crate) fn host(&self) -> Option<&str> {
        match &self.0 {
            Source::Given(_) => None,
            Source::Requested { domain, .. } => Some(domain.as_str()).filter(|name| is_host_name(name)),
        }
    }

    /// Why nobody would issue it.
    pub(crate) fn unsound(&self) -> Option<String> {
        let Source::Requested { domain, .. } = &self.0 else { return None };
        let name = domain.strip_prefix("*.").unwrap_or(domain);
        if name.contains('.') && is_host_name(name) {
            return None;
        }
        Some(format!(
            "no certificate is issued for `{domain}`: write the name alone, with its domain, such as \
             `ServiceCertificate::requested(\"fhir.example.org\")`"
        ))
    }

    /// Declares what there is to declare in `scope`.
    ///
    /// # Errors
    /// [`DeclareError`] when a name is taken.
    pub(crate) fn declare<P: Profile>(
        self,
        scope: &mut Stack<P>,
    ) -> Result<Output<CertificateArn>, DeclareError> {
        let (domain, zone) = match self.0 {
            Source::Given(arn) => return Ok(arn),
            Source::Requested { domain, zone } => (domain, zone),
        };
        let certificate = scope.add("certificate", Certificate::new(&domain))?;
        let mut issued = IssuedCertificate::new(certificate.arn()).options();
        if let Some(zone) = zone {
            // The same for all certificates of a domain in an account, so other stacks may have it too:
            // https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
            let record = RecordSet::validating(zone, &certificate.validation_record(0)).options().shared();
            issued = issued.depends_on(&scope.add("certificate-validation", record)?);
        }
        Ok(scope.add("issued-certificate", issued)?.arn())
    }
}
