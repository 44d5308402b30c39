//! What the registry says of the values of `iam`.
//!
//! Made by `cargo xtask registry` from the schemas in cfn-lint==1.58.0 (region us-east-1, schemas of 2026-10-20).
// @generated

use super::SOURCE;
use ironward_core::shape::{Bounds, Kind, Shape, Shapes};

/// `AWS::IAM::Role`.
pub(super) static ROLE: Shapes = Shapes::new(
    "AWS::IAM::Role",
    SOURCE,
    &[
        Shape::new("").requires(&["AssumeRolePolicyDocument"]),
        Shape::new("AssumeRolePolicyDocument")
            .kinds(&[Kind::Object, Kind::String])
            .length(Bounds::between(1.0, 131072.0))
            .pattern(r"^[\x{9}\x{A}\x{D}\x{20}-\x{FF}]+$"),
        Shape::new("Description")
            .kinds(&[Kind::String])
            .length(Bounds::between(0.0, 1000.0))
            .pattern(r"^[\x{9}\x{A}\x{D}\x{20}-\x{7E}\x{A1}-\x{FF}]*$"),
        Shape::new("ManagedPolicyArns")
            .kinds(&[Kind::Array])
            .items(Bounds::least(0.0))
            .pattern(r"arn:(aws[a-zA-Z-]*)?:iam::(\d{12}|aws):policy/[a-zA-Z_0-9+=,.@\-_/]+"),
        Shape::new("MaxSessionDuration").kinds(&[Kind::Integer]).range(Bounds::between(3600.0, 43200.0)),
        Shape::new("Path")
            .kinds(&[Kind::String])
            .length(Bounds::between(1.0, 512.0))
            .pattern(r"^(\x{2F})|(\x{2F}[\x{21}-\x{7E}]+\x{2F})$"),
        Shape::new("PermissionsBoundary").kinds(&[Kind::String]).length(Bounds::between(20.0, 2048.0)),
        Shape::new("Policies").kinds(&[Kind::Array]).requires(&["PolicyDocument", "PolicyName"]),
        Shape::new("Policies.PolicyDocument").kinds(&[Kind::String, Kind::Object]),
        Shape::new("Policies.PolicyName").kinds(&[Kind::String]),
        Shape::new("RoleName")
            .kinds(&[Kind::String])
            .length(Bounds::between(1.0, 64.0))
            .pattern(r"^[\w+=,.@-]+$"),
        Shape::new("Tags")
            .kinds(&[Kind::Array])
            .items(Bounds::between(0.0, 50.0))
            .requires(&["Key", "Value"]),
        Shape::new("Tags.Key")
            .kinds(&[Kind::String])
            .length(Bounds::between(1.0, 128.0))
            .pattern(r"^[a-zA-Z\x{80}-\x{10FFFF} \x{80}-\x{10FFFF}0-9\x{80}-\x{10FFFF}_.:/=+\-@]+$"),
        Shape::new("Tags.Value")
            .kinds(&[Kind::String])
            .length(Bounds::between(0.0, 256.0))
            .pattern(r"^[a-zA-Z\x{80}-\x{10FFFF} \x{80}-\x{10FFFF}0-9\x{80}-\x{10FFFF}_.:/=+\-@]*$"),
    ],
);

/// `AWS::IAM::RolePolicy`.
pub(super) static ROLE_POLICY: Shapes = Shapes::new(
    "AWS::IAM::RolePolicy",
    SOURCE,
    &[
        Shape::new("").requires(&["PolicyName", "RoleName"]),
        Shape::new("PolicyDocument")
            .kinds(&[Kind::Object, Kind::String])
            .length(Bounds::between(1.0, 131072.0))
            .pattern(r"^[\x{9}\x{A}\x{D}\x{20}-\x{FF}]+$"),
        Shape::new("PolicyName")
            .kinds(&[Kind::String])
            .length(Bounds::between(1.0, 128.0))
            .pattern(r"^[\w+=,.@-]+$"),
        Shape::new("RoleName")
            .kinds(&[Kind::String])
            .length(Bounds::between(1.0, 64.0))
            .pattern(r"^[\w+=,.@-]+$"),
    ],
);
