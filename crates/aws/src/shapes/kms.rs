//! What the registry says of the values of `kms`.
//!
//! Made by `cargo xtask registry` from the schemas in cfn-lint==1.58.0 (region us-east-1, schemas of 2026-10-20).
// @generated

use super::SOURCE;
use ironward_core::shape::{Bounds, Kind, Shape, Shapes};

/// `AWS::KMS::Alias`.
pub(super) static ALIAS: Shapes = Shapes::new(
    "AWS::KMS::Alias",
    SOURCE,
    &[
        Shape::new("").requires(&["AliasName", "TargetKeyId"]),
        Shape::new("AliasName")
            .kinds(&[Kind::String])
            .length(Bounds::between(1.0, 256.0))
            .pattern(r"^(alias/)[a-zA-Z0-9:/_-]+$"),
        Shape::new("TargetKeyId").kinds(&[Kind::String]).length(Bounds::between(1.0, 256.0)),
    ],
);

/// `AWS::KMS::Key`.
pub(super) static KEY: Shapes = Shapes::new(
    "AWS::KMS::Key",
    SOURCE,
    &[
        Shape::new("BypassPolicyLockoutSafetyCheck").kinds(&[Kind::Boolean]),
        Shape::new("Description").kinds(&[Kind::String]).length(Bounds::between(0.0, 8192.0)),
        Shape::new("EnableKeyRotation").kinds(&[Kind::Boolean]),
        Shape::new("Enabled").kinds(&[Kind::Boolean]),
        Shape::new("KeyPolicy").kinds(&[Kind::Object, Kind::String]),
        Shape::new("KeySpec").kinds(&[Kind::String]).values(&[
            "SYMMETRIC_DEFAULT",
            "RSA_2048",
            "RSA_3072",
            "RSA_4096",
            "ECC_NIST_P256",
            "ECC_NIST_P384",
            "ECC_NIST_P521",
            "ECC_SECG_P256K1",
            "HMAC_224",
            "HMAC_256",
            "HMAC_384",
            "HMAC_512",
            "SM2",
            "ML_DSA_44",
            "ML_DSA_65",
            "ML_DSA_87",
            "ECC_NIST_EDWARDS25519",
        ]),
        Shape::new("KeyUsage").kinds(&[Kind::String]).values(&[
            "ENCRYPT_DECRYPT",
            "SIGN_VERIFY",
            "GENERATE_VERIFY_MAC",
            "KEY_AGREEMENT",
        ]),
        Shape::new("MultiRegion").kinds(&[Kind::Boolean]),
        Shape::new("Origin").kinds(&[Kind::String]).values(&["AWS_KMS", "EXTERNAL"]),
        Shape::new("PendingWindowInDays").kinds(&[Kind::Integer]).range(Bounds::between(7.0, 30.0)),
        Shape::new("RotationPeriodInDays").kinds(&[Kind::Integer]).range(Bounds::between(90.0, 2560.0)),
        Shape::new("Tags").kinds(&[Kind::Array]).requires(&["Key", "Value"]),
        Shape::new("Tags.Key").kinds(&[Kind::String]).length(Bounds::between(1.0, 128.0)),
        Shape::new("Tags.Value").kinds(&[Kind::String]).length(Bounds::between(0.0, 256.0)),
    ],
);
