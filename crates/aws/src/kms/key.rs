//! `AWS::KMS::Key`.

use ironward_core::output::Output;
use ironward_macros::{Choice, Resource};

use crate::policy::PolicyDocument;
use crate::tags::Tags;

ironward_core::identifiers! {
    /// The id of a KMS key, a UUID.
    KeyId;
    /// The ARN of a KMS key.
    KeyArn;
}

/// A customer-managed KMS key.
///
/// The policy is required: a key without one would be given a policy that lets IAM decide
/// everything (45 CFR 164.308(a)(4)(ii)(B)). The key's material, usage and regions are set at
/// creation; replacing a key makes everything that it encrypts unreadable, so it takes
/// `.accept(Loss::Replace, "why")`. Deletion schedules the key's end after `PendingWindowInDays`; until then
/// nothing can be decrypted with it and the deletion can be cancelled.
///
/// Source: AWS KMS API Reference, `CreateKey`, `ScheduleKeyDeletion`; CloudFormation registry.
// ANCHOR: declaration
#[derive(Debug, Clone, Resource)]
#[resource(
    type = "AWS::KMS::Key",
    registry,
    relations = super::limits::KEY_RELATIONS,
    id = "KeyId",
    tags,
    stateful,
    opens,
    restores,
    seconds = 3
)]
// CreateKey answers with the id:
// https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html
#[identity(given)]
#[attribute(id: KeyId = "KeyId")]
#[attribute(arn: KeyArn = "Arn")]
pub struct Key {
    /// Who may administer and who may use the key.
    #[property(compare = "Policy", safeguard)]
    key_policy: PolicyDocument,
    /// What the key is for, up to 8192 characters.
    #[property(default = "\"\"")]
    description: Option<Output<String>>,
    /// Whether the key can be used; true unless set otherwise, and kept so: one that is disabled outside, or
    /// was pending deletion and is brought back, is enabled again.
    // "When CancelKeyDeletion succeeds, the key state of the KMS key is Disabled. To enable the KMS key, use
    // EnableKey": https://docs.aws.amazon.com/kms/latest/APIReference/API_CancelKeyDeletion.html
    #[property(after_create, default = "true", kept, safeguard)]
    enabled: Option<Output<bool>>,
    /// Whether the key's material is rotated by itself; symmetric keys only
    /// (45 CFR 164.312(a)(2)(iv)).
    #[property(aspect = "rotation", after_create, default = "false", safeguard)]
    enable_key_rotation: Option<Output<bool>>,
    /// Days between rotations, 90 to 2560; 365 unless set otherwise.
    // "The default value is 365 days":
    // https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html
    #[property(aspect = "rotation", after_create, default = "365")]
    rotation_period_in_days: Option<Output<i64>>,
    /// Days between the request to delete the key and its end, 7 to 30; 30 unless set otherwise.
    #[property(local)]
    pending_window_in_days: Option<Output<i64>>,
    /// The kind of key material; symmetric unless set otherwise.
    #[property(create_only, default = "\"SYMMETRIC_DEFAULT\"")]
    key_spec: Option<Output<KeySpec>>,
    /// What the key is used for; encryption unless set otherwise.
    #[property(create_only, default = "\"ENCRYPT_DECRYPT\"")]
    key_usage: Option<Output<KeyUsage>>,
    /// Where the key's material comes from; KMS unless set otherwise.
    #[property(create_only, default = "\"AWS_KMS\"")]
    origin: Option<Output<Origin>>,
    /// Whether it is the primary of a multi-region key.
    #[property(create_only, default = "false")]
    multi_region: Option<Output<bool>>,
    /// Skips the check that the caller can still change the policy afterwards.
    #[property(local)]
    bypass_policy_lockout_safety_check: Option<Output<bool>>,
    /// Tags.
    #[property(compare = "Tags")]
    tags: Tags,
}
// ANCHOR_END: declaration

/// The kind of a key's material.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum KeySpec {
    /// A symmetric key, AES-256-GCM.
    #[value("SYMMETRIC_DEFAULT")]
    SymmetricDefault,
    /// RSA of 2048 bits.
    #[value("RSA_2048")]
    Rsa2048,
    /// RSA of 3072 bits.
    #[value("RSA_3072")]
    Rsa3072,
    /// RSA of 4096 bits.
    #[value("RSA_4096")]
    Rsa4096,
    /// The NIST curve P-256.
    #[value("ECC_NIST_P256")]
    EccNistP256,
    /// The NIST curve P-384.
    #[value("ECC_NIST_P384")]
    EccNistP384,
    /// HMAC of 256 bits.
    #[value("HMAC_256")]
    Hmac256,
}

/// What a key is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum KeyUsage {
    /// Encrypting and decrypting.
    #[value("ENCRYPT_DECRYPT")]
    EncryptDecrypt,
    /// Signing and verifying.
    #[value("SIGN_VERIFY")]
    SignVerify,
    /// Message authentication codes.
    #[value("GENERATE_VERIFY_MAC")]
    GenerateVerifyMac,
    /// Agreeing on keys.
    #[value("KEY_AGREEMENT")]
    KeyAgreement,
}

/// Where a key's material comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum Origin {
    /// KMS makes it.
    #[value("AWS_KMS")]
    AwsKms,
    /// It is imported.
    #[value("EXTERNAL")]
    External,
}
