//! The lookup of certificates.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_acm::types::{CertificateDetail, CertificateStatus};
use ironward_aws::acm::ExistingCertificate;
use ironward_core::declare::Lookup;
use ironward_core::document::Document;
use ironward_core::error::{ProviderError, ProviderErrorKind};

use super::api::{Acm, DESCRIBE};
use crate::lookups::Resolver;

pub(super) struct ExistingResolver(pub(super) Arc<Acm>);

fn found(arn: &str, domain: Option<&str>) -> Document {
    Document::new().with("CertificateArn", arn).with("DomainName", domain)
}

fn of_detail(arn: &str, certificate: Option<&CertificateDetail>) -> Result<Document, ProviderError> {
    let status = certificate.and_then(CertificateDetail::status);
    match (certificate, status) {
        (None, _) => Err(ProviderError::new(
            ProviderErrorKind::NotFound,
            DESCRIBE,
            format!("there is no certificate {arn}"),
        )),
        (Some(certificate), Some(CertificateStatus::Issued)) => Ok(found(arn, certificate.domain_name())),
        (_, status) => {
            let status = status.map_or("of unknown status", CertificateStatus::as_str);
            let message = format!("the certificate {arn} isn't issued: it is {status}");
            Err(ProviderError::new(ProviderErrorKind::Invalid, DESCRIBE, message))
        }
    }
}

#[async_trait]
impl Resolver for ExistingResolver {
    fn name(&self) -> &'static str {
        ExistingCertificate::NAME
    }

    async fn resolve(&self, query: &Document) -> Result<Document, ProviderError> {
        if let Some(arn) = query.opt::<String>("CertificateArn")? {
            let certificate = Arc::clone(&self.0).describe(arn.clone()).await?;
            return of_detail(&arn, certificate.as_ref());
        }
        let domain: String = query.get("DomainName")?;
        let mut summaries = self.0.of_domain(&domain).await?;
        summaries.retain(|summary| summary.status() == Some(&CertificateStatus::Issued));
        let arns: Vec<&str> = summaries.iter().filter_map(|summary| summary.certificate_arn()).collect();
        match arns[..] {
            [arn] => Ok(found(arn, summaries[0].domain_name())),
            [] => {
                let message = format!("no certificate for `{domain}` is issued in this region");
                Err(ProviderError::new(ProviderErrorKind::NotFound, "acm:ListCertificates", message))
            }
            _ => {
                let message = format!(
                    "several certificates are issued for `{domain}`: {}; look one up by its ARN",
                    arns.join(", ")
                );
                Err(ProviderError::new(ProviderErrorKind::Invalid, "acm:ListCertificates", message))
            }
        }
    }
}
