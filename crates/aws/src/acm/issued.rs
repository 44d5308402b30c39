//! `Ironward::ACM::IssuedCertificate`.

use ironward_core::output::Output;
use ironward_macros::Resource;

use super::{CertificateArn, RequestedCertificateArn};

/// The issuance of a certificate: waits until it is issued.
///
/// There is no such object in the cloud, and no call changes anything; the resource stands for the
/// moment from which the certificate can be served. Its id is the certificate's ARN. A listener
/// takes the ARN from here and so waits, while the validation records take theirs from the
/// [`Certificate`](super::Certificate) and are written meanwhile. The wait names the records that
/// must exist and lasts up to 75 minutes; the service itself gives up after 72 hours.
///
/// Source: ACM API Reference, `DescribeCertificate`, `CertificateDetail`.
#[derive(Debug, Clone, Resource)]
#[resource(type = "Ironward::ACM::IssuedCertificate", id = "CertificateArn", seconds = 300)]
// Ours: it stands for one moment in the life of one certificate.
#[identity(place = "CertificateArn")]
#[attribute(arn: CertificateArn = "CertificateArn", predict = "{CertificateArn}")]
pub struct IssuedCertificate {
    /// The certificate that was asked for.
    #[property(create_only)]
    certificate_arn: Output<RequestedCertificateArn>,
}
