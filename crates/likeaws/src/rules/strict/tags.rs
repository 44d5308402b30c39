//! Tags, whatever the service.

use super::Refuses::Value;
use super::{Row, case};

/// Where requests say the keys of tags.
const KEY_FIELDS: &[&str] = &[
    "Tag.*.Key",
    "TagSpecification.*.Tag.*.Key",
    "Tags.Tag.*.Key",
    "Tags.member.*.Key",
    "Tags.*.TagKey",
    "Tags.*.Key",
    "TagsList.*.Key",
    "tags.*.key",
];
const VALUE_FIELDS: &[&str] = &[
    "Tag.*.Value",
    "TagSpecification.*.Tag.*.Value",
    "Tags.Tag.*.Value",
    "Tags.member.*.Value",
    "Tags.*.TagValue",
    "Tags.*.Value",
    "TagsList.*.Value",
    "tags.*.value",
];

/// What makes things, and what puts tags on them.
const OPERATIONS: &[&str] = &["Create*", "Add*", "Tag*", "Register*", "Request*"];

const RDS: &str = "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_Tag.html";
const EC2: &str = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html";
const BALANCERS: &str = "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Tag.html";
const IAM: &str = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_Tag.html";
const KMS: &str = "https://docs.aws.amazon.com/kms/latest/APIReference/API_Tag.html";
const ECS: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tag.html";
const TRAILS: &str = "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_Tag.html";
const CERTIFICATES: &str = "https://docs.aws.amazon.com/acm/latest/APIReference/API_Tag.html";

/// A row for each service, since each has a code of its own.
const fn keys(name: &'static str, service: &'static str, code: &'static str, source: &'static str) -> Row {
    Row {
        name,
        service,
        operations: OPERATIONS,
        source,
        asks: &[],
        refuses: Value(
            KEY_FIELDS,
            |key| key.to_ascii_lowercase().starts_with("aws:") || key.chars().count() > 128,
            code,
            "Tag keys have at most 128 characters, and those starting with 'aws:' are reserved for internal use: {}",
        ),
        refused: case(&[("Tags.Tag.1.Key", "aws:path")]),
        taken: case(&[("Tags.Tag.1.Key", "awsome:path")]),
    }
}

/// The same for their values.
const fn values(name: &'static str, service: &'static str, code: &'static str, source: &'static str) -> Row {
    Row {
        name,
        service,
        operations: OPERATIONS,
        source,
        asks: &[],
        refuses: Value(
            VALUE_FIELDS,
            |value| value.chars().count() > 256 || value.chars().any(is_no_part_of_values),
            code,
            "Tag values have at most 256 characters: letters, spaces, numbers, and _ . : / = + - @: {}",
        ),
        refused: case(&[("Tags.Tag.1.Value", "records*")]),
        taken: case(&[("Tags.Tag.1.Value", "records + more")]),
    }
}

/// What the patterns of these services have no place for; EC2 and KMS take more.
fn is_no_part_of_values(one: char) -> bool {
    !(one.is_alphanumeric() || one == ' ' || "_.:/=+-@".contains(one))
}

pub(super) const ROWS: &[Row] = &[
    keys("tag-keys-of-ec2", "ec2", "InvalidParameterValue", EC2),
    keys("tag-keys-of-rds", "rds", "InvalidParameterValue", RDS),
    keys("tag-keys-of-balancers", "elasticloadbalancing", "ValidationError", BALANCERS),
    keys("tag-keys-of-iam", "iam", "InvalidInput", IAM),
    keys("tag-keys-of-kms", "kms", "TagException", KMS),
    keys("tag-keys-of-ecs", "ecs", "InvalidParameterException", ECS),
    keys("tag-keys-of-trails", "cloudtrail", "InvalidTagParameterException", TRAILS),
    keys("tag-keys-of-certificates", "acm", "InvalidTagException", CERTIFICATES),
    values("tag-values-of-rds", "rds", "InvalidParameterValue", RDS),
    values("tag-values-of-balancers", "elasticloadbalancing", "ValidationError", BALANCERS),
    values("tag-values-of-iam", "iam", "ValidationError", IAM),
    values("tag-values-of-ecs", "ecs", "InvalidParameterException", ECS),
    values("tag-values-of-trails", "cloudtrail", "InvalidTagParameterException", TRAILS),
    values("tag-values-of-certificates", "acm", "InvalidTagException", CERTIFICATES),
];
