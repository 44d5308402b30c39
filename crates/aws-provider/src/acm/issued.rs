//! The handler of `Ironward::ACM::IssuedCertificate`.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_acm::types::{CertificateDetail, CertificateStatus, DomainStatus};
use ironward_aws::acm::IssuedCertificate;
use ironward_core::declare::Declaration;
use ironward_core::document::Document;
use ironward_core::error::ProviderError;
use ironward_core::provider::{
    Change, DeleteOutcome, Found, Handler, Observation, Observed, Operation, Phase, Read, ReadResults,
    Readiness, Target, Wait,
};
use ironward_core::schema::Schema;

use super::api::{Acm, DESCRIBE};

/// Waits for issuance. Nothing stands for it in the cloud: creation only hands the certificate's
/// ARN on, readiness is the certificate's status, and deletion leaves the certificate alone.
pub(super) struct IssuedHandler(pub(super) Arc<Acm>);

/// Where a certificate stands on its way to being issued.
pub(super) fn readiness(certificate: &CertificateDetail) -> Readiness {
    match certificate.status() {
        Some(CertificateStatus::Issued) => Readiness::Ready,
        Some(CertificateStatus::PendingValidation) | None => Readiness::Pending(awaited(certificate)),
        Some(CertificateStatus::Failed) => {
            let reason = certificate.failure_reason().map_or("no reason given", |reason| reason.as_str());
            Readiness::Failed(format!("the certificate can't be issued: {reason}"))
        }
        Some(CertificateStatus::ValidationTimedOut) => Readiness::Failed(
            "the certificate wasn't validated within 72 hours: write the DNS records and ask for it again"
                .to_owned(),
        ),
        Some(CertificateStatus::Revoked) => {
            let reason = certificate.revocation_reason().map_or("no reason given", |reason| reason.as_str());
            Readiness::Failed(format!("the certificate was revoked: {reason}"))
        }
        Some(CertificateStatus::Expired) => Readiness::Failed("the certificate expired".to_owned()),
        Some(other) => Readiness::Failed(format!("the certificate is {}", other.as_str())),
    }
}

/// The DNS records that must exist before a certificate is issued, in words.
fn awaited(certificate: &CertificateDetail) -> String {
    let mut records: Vec<String> = certificate
        .domain_validation_options()
        .iter()
        .filter(|validation| validation.validation_status() != Some(&DomainStatus::Success))
        .filter_map(|validation| validation.resource_record())
        .map(|record| format!("{} {} {}", record.name(), record.r#type().as_str(), record.value()))
        .collect();
    records.sort();
    records.dedup();
    if records.is_empty() {
        "waiting for issuance".to_owned()
    } else {
        format!("waiting for issuance; these DNS records must exist: {}", records.join(", "))
    }
}

#[async_trait]
impl Handler for IssuedHandler {
    fn schema(&self) -> &'static Schema {
        IssuedCertificate::SCHEMA
    }

    fn reads(&self, target: &Target<'_>) -> Vec<Read> {
        vec![Read::new(DESCRIBE, target.physical_id)]
    }

    fn observe(&self, target: &Target<'_>, answers: &ReadResults) -> Result<Observation, ProviderError> {
        let arn = target.physical_id;
        let Some(certificate) = answers.get::<CertificateDetail>(DESCRIBE, arn)? else {
            return Ok(Observation::Absent);
        };
        let observed = Observed::new(Document::new().with("CertificateArn", arn))
            .with("CertificateArn", arn)
            .with_readiness(readiness(certificate));
        Ok(Observation::Present(observed))
    }

    async fn create(&self, _operation: &Operation<'_>, desired: &Document) -> Result<String, ProviderError> {
        Ok(desired.get("CertificateArn")?)
    }

    async fn reconcile(&self, _operation: &Operation<'_>, _change: &Change<'_>) -> Result<(), ProviderError> {
        Ok(())
    }

    async fn delete(
        &self,
        _operation: &Operation<'_>,
        _target: &Target<'_>,
    ) -> Result<DeleteOutcome, ProviderError> {
        Ok(DeleteOutcome::default())
    }

    async fn find(&self, _operation: &Operation<'_>, desired: &Document) -> Result<Found, ProviderError> {
        let arn: String = desired.get("CertificateArn")?;
        let certificate = Arc::clone(&self.0).describe(arn.clone()).await?;
        Ok(certificate.map_or(Found::Nothing, |_| Found::Ours { physical_id: arn }))
    }

    fn wait(&self, phase: Phase) -> Option<Wait> {
        (phase == Phase::Created).then(|| Wait::seconds(0, 15, 75 * 60))
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_acm::types::{
        CertificateDetail, CertificateStatus, DomainValidation, FailureReason, RecordType, ResourceRecord,
    };
    use ironward_core::provider::Readiness;

    use super::readiness;

    fn certificate(status: CertificateStatus) -> CertificateDetail {
        let record = ResourceRecord::builder()
            .name("_a.example.com.")
            .r#type(RecordType::Cname)
            .value("_b.acm-validations.aws.")
            .build()
            .unwrap();
        let validation =
            DomainValidation::builder().domain_name("example.com").resource_record(record).build().unwrap();
        CertificateDetail::builder()
            .status(status)
            .failure_reason(FailureReason::CaaError)
            .domain_validation_options(validation)
            .build()
    }

    #[test]
    fn a_wait_names_the_records() {
        let Readiness::Pending(text) = readiness(&certificate(CertificateStatus::PendingValidation)) else {
            panic!("it is pending")
        };
        assert!(text.contains("_a.example.com. CNAME _b.acm-validations.aws."), "{text}");
    }

    #[test]
    fn only_an_issued_certificate_is_ready() {
        assert_eq!(readiness(&certificate(CertificateStatus::Issued)), Readiness::Ready);
        for status in [
            CertificateStatus::Failed,
            CertificateStatus::ValidationTimedOut,
            CertificateStatus::Revoked,
            CertificateStatus::Expired,
            CertificateStatus::Inactive,
        ] {
            assert!(matches!(readiness(&certificate(status.clone())), Readiness::Failed(_)), "{status:?}");
        }
        let Readiness::Failed(text) = readiness(&certificate(CertificateStatus::Failed)) else { panic!() };
        assert!(text.contains("CAA_ERROR"), "{text}");
    }
}
