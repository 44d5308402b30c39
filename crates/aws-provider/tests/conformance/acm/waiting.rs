//! Waiting for a certificate. Source: AWS Certificate Manager API Reference, `CertificateDetail`.

use crate::waiting::End::{Failed, Well};
use crate::waiting::Look::Shows;
use crate::waiting::{End, Look, Sequence, Stage};

use super::IssuedSubject;

#[tokio::test]
async fn issued_certificate() {
    let sequence = |looks: &'static [Look], told: &'static [&'static str], end: End| Sequence {
        after: "RequestCertificate",
        read: "DescribeCertificate",
        looks,
        told,
        end,
    };
    // The certificate itself is looked at, too, and is there as soon as it is asked for.
    const PENDING: Look = Shows(&[("Status", "PENDING_VALIDATION")]);
    for wait in [
        sequence(
            &[PENDING, PENDING, PENDING, Shows(&[("Status", "ISSUED")])],
            &["waiting for issuance"],
            Well,
        ),
        sequence(
            &[PENDING, PENDING, PENDING, Shows(&[("Status", "FAILED"), ("FailureReason", "CAA_ERROR")])],
            &["waiting for issuance"],
            Failed("the certificate can't be issued: CAA_ERROR"),
        ),
        sequence(
            &[PENDING, PENDING, PENDING, Shows(&[("Status", "VALIDATION_TIMED_OUT")])],
            &["waiting for issuance"],
            Failed("the certificate wasn't validated within 72 hours"),
        ),
    ] {
        let stage = Stage::set().await;
        stage.up(&IssuedSubject, None, &wait).await;
    }
}
