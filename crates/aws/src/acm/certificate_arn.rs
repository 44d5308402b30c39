//! The ARN of a certificate that can be served.

use std::fmt;

use ironward_core::output::{IntoInput, Output, ToValue};
use ironward_core::value::Value;

/// The ARN of a certificate that is issued: what a listener takes
/// (45 CFR 164.312(e)(1), 164.312(e)(2)(ii)).
///
/// It comes from an [`IssuedCertificate`](super::IssuedCertificate), from an
/// [`ExistingCertificate`](super::ExistingCertificate), or by `try_from` from a text that has the
/// form `arn:PARTITION:acm:REGION:ACCOUNT:certificate/ID`. The ARN of a certificate that was only
/// asked for is a [`RequestedCertificateArn`](super::RequestedCertificateArn) and doesn't fit.
///
/// # Examples
///
/// ```
/// use ironward_aws::acm::CertificateArn;
///
/// let arn = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012";
/// assert!(CertificateArn::try_from(arn).is_ok());
/// assert!(CertificateArn::try_from("arn:aws:iam::123456789012:server-certificate/old").is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CertificateArn(String);

/// A text that isn't the ARN of a certificate in Certificate Manager.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotACertificateArn(String);

impl CertificateArn {
    /// The ARN as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<&str> for CertificateArn {
    type Error = NotACertificateArn;

    fn try_from(text: &str) -> Result<Self, NotACertificateArn> {
        if is_certificate(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotACertificateArn(text.to_owned()))
        }
    }
}

impl TryFrom<String> for CertificateArn {
    type Error = NotACertificateArn;

    fn try_from(text: String) -> Result<Self, NotACertificateArn> {
        Self::try_from(text.as_str())
    }
}

fn is_certificate(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    let ["arn", partition, "acm", region, account, resource] = parts[..] else { return false };
    let is_word = |text: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    };
    partition.starts_with("aws")
        && is_word(region)
        && account.len() == 12
        && account.bytes().all(|byte| byte.is_ascii_digit())
        && resource.strip_prefix("certificate/").is_some_and(is_word)
}

impl fmt::Display for NotACertificateArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` isn't the ARN of a certificate: `arn:PARTITION:acm:REGION:ACCOUNT:certificate/ID` is expected",
            self.0
        )
    }
}

impl std::error::Error for NotACertificateArn {}

impl ToValue for CertificateArn {
    fn to_value(&self) -> Value {
        self.0.to_value()
    }
}

impl IntoInput<CertificateArn> for CertificateArn {
    fn into_input(self) -> Output<CertificateArn> {
        Output::known(&self)
    }
}

#[cfg(test)]
mod tests {
    use super::CertificateArn;

    #[test]
    fn only_certificates_of_certificate_manager_fit() {
        for (text, fits) in [
            ("arn:aws:acm:us-east-1:123456789012:certificate/ab-12", true),
            ("arn:aws-us-gov:acm:us-gov-west-1:123456789012:certificate/ab-12", true),
            ("arn:aws:acm:us-east-1:123456789012:certificate/", false),
            ("arn:aws:acm::123456789012:certificate/ab-12", false),
            ("arn:aws:acm:us-east-1:1234:certificate/ab-12", false),
            ("arn:aws:acm:us-east-1:123456789012:certificate/ab:12", false),
            ("arn:aws:iam::123456789012:server-certificate/ab", false),
            ("", false),
        ] {
            assert_eq!(CertificateArn::try_from(text).is_ok(), fits, "{text}");
        }
    }
}
