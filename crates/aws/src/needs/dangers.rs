//! What nobody may do.

use super::Carries::Text;
use super::{Carries, Who};

/// What must be refused, or else a safeguard isn't one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Danger {
    /// What would happen, as a clause: `an administrator decrypts with the key`.
    pub name: &'static str,
    /// The type of the resource that is in danger.
    pub of: &'static str,
    /// A value of the resource and the pattern that one of it must match, or else the row doesn't apply.
    pub when: Option<(&'static str, &'static str)>,
    /// Who asks.
    pub who: Who,
    /// What for.
    pub actions: &'static [&'static str],
    /// On what: a template.
    pub on: &'static str,
    /// What the call carries besides what every call of such a caller carries.
    pub carries: &'static [(&'static str, Carries)],
    /// The safeguard: a section of 45 CFR, and a document on how it is done.
    pub source: &'static str,
}

const KEY: &str = "AWS::KMS::Key";
const BUCKET: &str = "AWS::S3::Bucket";
const ROLE: &str = "AWS::IAM::Role";
const ENDPOINT: &str = "AWS::EC2::VPCEndpoint";
const ENCRYPTED: (&str, &str) = (
    "BucketEncryption.ServerSideEncryptionConfiguration.*.ServerSideEncryptionByDefault.KMSMasterKeyID",
    "*",
);
const LOCKED: (&str, &str) = ("ObjectLockConfiguration.ObjectLockEnabled", "*");
/// In a stack that locks what it keeps.
const SOMETHING_LOCKED: (&str, &str) = ("@AWS::S3::Bucket->ObjectLockConfiguration.ObjectLockEnabled", "*");
const S3_ENDPOINT: (&str, &str) = ("ServiceName", "*.s3");
const OBJECT: &str = "{Arn}/record";
const GRANTS: &str = "45 CFR 164.308(a)(4)(ii)(B); \
                      https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-grant-is-for-aws-resource";
const SEPARATION: &str = "45 CFR 164.308(a)(4)(ii)(B); \
                          https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html";
const ENCRYPTION: &str = "45 CFR 164.312(a)(2)(iv); \
                          https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html";
const TLS: &str = "45 CFR 164.312(e)(1); https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html";
const RETENTION: &str =
    "45 CFR 164.312(c)(1); https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html";
const STRANGERS: &str = "45 CFR 164.312(a)(1); \
                         https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html";
const EXITS: &str = "45 CFR 164.312(e)(1); https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies-vpc-endpoint.html";

const fn danger(
    name: &'static str,
    of: &'static str,
    who: Who,
    actions: &'static [&'static str],
    on: &'static str,
    source: &'static str,
) -> Danger {
    Danger { name, of, when: None, who, actions, on, carries: &[], source }
}

impl Danger {
    const fn when(self, (value, pattern): (&'static str, &'static str)) -> Self {
        Self { when: Some((value, pattern)), ..self }
    }

    const fn carrying(self, carries: &'static [(&'static str, Carries)]) -> Self {
        Self { carries, ..self }
    }
}

/// All dangers.
pub const DANGERS: &[Danger] = &[
    danger(
        "an administrator uses the key directly",
        KEY,
        Who::Administrator,
        &["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom"],
        "{Arn}",
        SEPARATION,
    ),
    danger(
        "an administrator grants the use of the key",
        KEY,
        Who::Administrator,
        &["kms:CreateGrant"],
        "{Arn}",
        GRANTS,
    )
    .carrying(&[("kms:GrantIsForAWSResource", Text("false"))]),
    danger(
        "the use of the key is granted through a service to who asks it",
        KEY,
        Who::Administrator,
        &["kms:CreateGrant"],
        "{Arn}",
        GRANTS,
    )
    .carrying(&[
        ("kms:GrantIsForAWSResource", Text("false")),
        ("kms:ViaService", Text("rds.{region}.amazonaws.com")),
    ]),
    danger(
        "another account uses the key",
        KEY,
        Who::Stranger,
        &["kms:Decrypt", "kms:GenerateDataKey", "kms:CreateGrant", "kms:PutKeyPolicy"],
        "{Arn}",
        STRANGERS,
    ),
    danger(
        "another account uses the key through a service",
        KEY,
        Who::Stranger,
        &["kms:Decrypt", "kms:GenerateDataKey"],
        "{Arn}",
        STRANGERS,
    )
    .carrying(&[("kms:ViaService", Text("s3.{region}.amazonaws.com"))]),
    danger(
        "anybody uses the key",
        KEY,
        Who::Anonymous,
        &["kms:Decrypt", "kms:PutKeyPolicy"],
        "{Arn}",
        STRANGERS,
    ),
    danger(
        "an object is stored under a key of S3's",
        BUCKET,
        Who::Administrator,
        &["s3:PutObject"],
        OBJECT,
        ENCRYPTION,
    )
    .when(ENCRYPTED)
    .carrying(&[("s3:x-amz-server-side-encryption", Text("AES256"))]),
    danger(
        "an object is stored under another key",
        BUCKET,
        Who::Administrator,
        &["s3:PutObject"],
        OBJECT,
        ENCRYPTION,
    )
    .when(ENCRYPTED)
    .carrying(&[
        ("s3:x-amz-server-side-encryption", Text("aws:kms")),
        (
            "s3:x-amz-server-side-encryption-aws-kms-key-id",
            Text("arn:{partition}:kms:{region}:{account}:key/00000000-0000-0000-0000-000000000000"),
        ),
    ]),
    danger(
        "an object is stored under a key that the caller brings",
        BUCKET,
        Who::Administrator,
        &["s3:PutObject"],
        OBJECT,
        ENCRYPTION,
    )
    .when(ENCRYPTED)
    .carrying(&[("s3:x-amz-server-side-encryption-customer-algorithm", Text("AES256"))]),
    danger(
        "the bucket is used without TLS",
        BUCKET,
        Who::Administrator,
        &["s3:GetObject", "s3:PutObject"],
        OBJECT,
        TLS,
    )
    .carrying(&[("aws:SecureTransport", Text("false"))]),
    danger("the bucket is listed without TLS", BUCKET, Who::Administrator, &["s3:ListBucket"], "{Arn}", TLS)
        .carrying(&[("aws:SecureTransport", Text("false"))]),
    danger(
        "a locked object is deleted before its time",
        BUCKET,
        Who::Administrator,
        &["s3:BypassGovernanceRetention"],
        OBJECT,
        RETENTION,
    )
    .when(LOCKED),
    // AWS delivers these logs only to buckets without a lock, so a statement stands for it. It can't stand
    // for lifecycles: what deploys sets a longer one by the same call as a shorter one.
    danger(
        "access logs are deleted before their time",
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        Who::Administrator,
        &["s3:DeleteObject", "s3:DeleteObjectVersion"],
        "{LoadBalancerAttributes[Key=access_logs.s3.bucket].Value->Arn}/log",
        RETENTION,
    )
    .when(SOMETHING_LOCKED),
    danger(
        "anybody reads the bucket",
        BUCKET,
        Who::Anonymous,
        &["s3:GetObject", "s3:PutObject"],
        OBJECT,
        STRANGERS,
    ),
    danger(
        "another account uses the bucket",
        BUCKET,
        Who::Stranger,
        &["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
        OBJECT,
        STRANGERS,
    ),
    danger("another account takes the role", ROLE, Who::Stranger, &["sts:AssumeRole"], "{Arn}", STRANGERS),
    danger("anybody takes the role", ROLE, Who::Anonymous, &["sts:AssumeRole"], "{Arn}", STRANGERS),
    danger(
        "data leaves through the endpoint to another account's bucket",
        ENDPOINT,
        Who::Passing,
        &["s3:PutObject"],
        "arn:{partition}:s3:::somebody-elses-bucket/record",
        EXITS,
    )
    .when(S3_ENDPOINT)
    .carrying(&[("aws:PrincipalAccount", Text("{account}")), ("aws:ResourceAccount", Text("000000000000"))]),
    danger(
        "data leaves through the endpoint under somebody else's credentials",
        ENDPOINT,
        Who::Passing,
        &["s3:PutObject"],
        "arn:{partition}:s3:::somebody-elses-bucket/record",
        EXITS,
    )
    .when(S3_ENDPOINT)
    .carrying(&[
        ("aws:PrincipalAccount", Text("000000000000")),
        ("aws:ResourceAccount", Text("000000000000")),
    ]),
];
