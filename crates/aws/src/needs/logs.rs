//! What CloudWatch Logs needs.

use super::Carries::Text;
use super::{Need, Who};

pub(super) const NEEDS: &[Need] = &[
    // The guide's statement names `kms:Describe*`, too, under the same condition. That call has no encryption
    // context, so the statement never grants it, and encryption works all the same.
    Need::new(
        "CloudWatch Logs encrypts the group",
        "AWS::Logs::LogGroup",
        Who::Service("logs.{region}.amazonaws.com"),
        &["kms:Encrypt", "kms:Decrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:GenerateDataKey"],
        "{KmsKeyId}",
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html",
    )
    .carrying(&[("kms:EncryptionContext:aws:logs:arn", Text("{Arn}"))]),
];
