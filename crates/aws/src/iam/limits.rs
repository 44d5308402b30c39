//! What IAM asks of values beyond the registry's schemas.

use std::collections::BTreeMap;

use ironward_core::document::Node;
use ironward_core::shape::{Bounds, Kind as Is, Relation, Shape};

use crate::policy_facts::{self, Element, GRAMMAR, Kind};

const CREATE: &str = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html";
const ATTACH: &str = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html";
const ARNS: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html";
const QUOTAS: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html";

/// The ARN of a managed policy, of an account's own or of AWS's.
const POLICY_ARN: &str = r"^arn:[a-z-]+:iam::([0-9]{12}|aws):policy/.+$";
/// The most characters of all inline policies of a role together, and so of one.
const LONGEST_INLINE: usize = 10_240;
/// The most characters of a trust policy: 2,048 unless the account's quota is raised, up to this.
const LONGEST_TRUST: usize = 4_096;

const INLINE: Kind = Kind {
    principal: Element::Refused("the policy of a role is about the role"),
    resource: Element::Wanted,
    action: Element::Wanted,
    forms: true,
    names: true,
};
const TRUST: Kind = Kind {
    principal: Element::Wanted,
    resource: Element::Refused("a trust policy is about its role"),
    action: Element::Wanted,
    forms: true,
    names: true,
};

/// Of a role.
pub(super) const ROLE: &[Shape] = &[
    // The schema's pattern takes whatever begins with a slash.
    Shape::new("Path")
        .kinds(&[Is::String])
        .length(Bounds::between(1.0, 512.0))
        .pattern(r"^/([!-\x{7F}]+/)?$")
        .source(CREATE)
        .corrects(),
    Shape::new("PermissionsBoundary").pattern(POLICY_ARN).source(ARNS),
];

/// Between the properties of a role.
pub(super) const ROLE_RELATIONS: &[Relation] = &[
    Relation::new(&["AssumeRolePolicyDocument"], trust, GRAMMAR),
    Relation::new(&["AssumeRolePolicyDocument"], trust_length, QUOTAS),
];

/// Between the properties of an inline policy.
pub(super) const ROLE_POLICY_RELATIONS: &[Relation] = &[
    Relation::new(&["PolicyDocument"], inline, GRAMMAR),
    Relation::new(&["PolicyDocument"], inline_length, QUOTAS),
];

/// Of an attachment.
pub(super) const ROLE_POLICY_ATTACHMENT: &[Shape] = &[
    Shape::new("PolicyArn").length(Bounds::between(20.0, 2_048.0)).pattern(POLICY_ARN).source(ATTACH),
    Shape::new("RoleName").length(Bounds::between(1.0, 64.0)).pattern(r"^[\w+=,.@-]+$").source(ATTACH),
];

type Properties = BTreeMap<String, Node>;
type Misfit = Option<(&'static str, String)>;

fn trust(properties: &Properties) -> Misfit {
    let property = "AssumeRolePolicyDocument";
    Some((property, policy_facts::misfit(property, properties.get(property)?, &TRUST)?))
}

fn trust_length(properties: &Properties) -> Misfit {
    let property = "AssumeRolePolicyDocument";
    let advice = "say it in fewer statements";
    Some((property, policy_facts::too_long(property, properties.get(property)?, LONGEST_TRUST, advice)?))
}

fn inline(properties: &Properties) -> Misfit {
    let property = "PolicyDocument";
    Some((property, policy_facts::misfit(property, properties.get(property)?, &INLINE)?))
}

fn inline_length(properties: &Properties) -> Misfit {
    let property = "PolicyDocument";
    let advice = "say it in fewer statements, or attach a managed policy, which has a length of its own";
    Some((property, policy_facts::too_long(property, properties.get(property)?, LONGEST_INLINE, advice)?))
}
