//! What the registry says of the values of `logs`.
//!
//! Made by `cargo xtask registry` from the schemas in cfn-lint==1.58.0 (region us-east-1, schemas of 2026-10-20).
// @generated

use super::SOURCE;
use ironward_core::shape::{Bounds, Kind, Shape, Shapes};

/// `AWS::Logs::LogGroup`.
pub(super) static LOG_GROUP: Shapes = Shapes::new(
    "AWS::Logs::LogGroup",
    SOURCE,
    &[
        Shape::new("BearerTokenAuthenticationEnabled").kinds(&[Kind::Boolean]),
        Shape::new("DataProtectionPolicy").kinds(&[Kind::Object, Kind::String]),
        Shape::new("DeletionProtectionEnabled").kinds(&[Kind::Boolean]),
        Shape::new("FieldIndexPolicies").kinds(&[Kind::Array]),
        Shape::new("KmsKeyId").kinds(&[Kind::String]).length(Bounds::between(0.0, 256.0)),
        Shape::new("LogGroupClass").kinds(&[Kind::String]).values(&[
            "STANDARD",
            "INFREQUENT_ACCESS",
            "DELIVERY",
        ]),
        Shape::new("LogGroupName").kinds(&[Kind::String]).length(Bounds::between(1.0, 512.0)),
        Shape::new("ResourcePolicyDocument").kinds(&[Kind::Object]),
        Shape::new("RetentionInDays").kinds(&[Kind::Integer]).values(&[
            "1", "3", "5", "7", "14", "30", "60", "90", "120", "150", "180", "365", "400", "545", "731",
            "1096", "1827", "2192", "2557", "2922", "3288", "3653",
        ]),
        Shape::new("Tags").kinds(&[Kind::Array]).requires(&["Key", "Value"]),
        Shape::new("Tags.Key").kinds(&[Kind::String]).length(Bounds::between(1.0, 128.0)),
        Shape::new("Tags.Value").kinds(&[Kind::String]).length(Bounds::between(0.0, 256.0)),
    ],
);
