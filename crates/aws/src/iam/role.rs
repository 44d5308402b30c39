//! `AWS::IAM::Role`.

use ironward_core::output::Output;
use ironward_macros::Resource;

use super::{PolicyArn, RoleArn, RoleName};
use crate::policy::PolicyDocument;
use crate::tags::Tags;

ironward_core::identifiers! {
    /// The unique id of a role, `AROA…`: a role that is deleted and made again has another.
    RoleId;
}

/// A role: an identity that services and people assume.
///
/// The trust policy says who may assume it (45 CFR 164.312(d)); what the role itself may do is
/// declared beside it, as [`RolePolicy`](super::RolePolicy) and
/// [`RolePolicyAttachment`](super::RolePolicyAttachment) (45 CFR 164.308(a)(4)(ii)(B)). What uses
/// a role should depend on these.
///
/// Path and name are set at creation. A role that is replaced has another unique id: policies of
/// resources that name the old one stop working even under the same name. Deletion is refused
/// while policies are attached; those of this stack go first, and those of others are left alone.
///
/// Source: IAM API Reference, `CreateRole`, `UpdateRole`, `UpdateAssumeRolePolicy`;
/// CloudFormation registry.
#[derive(Debug, Clone, Resource)]
#[resource(
    type = "AWS::IAM::Role",
    registry,
    limits = super::limits::ROLE,
    relations = super::limits::ROLE_RELATIONS,
    id = "RoleName",
    tags,
    seconds = 3
)]
// "Names are not distinguished by case":
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
#[identity(name = "RoleName", scope = "account", ignore_case)]
#[attribute(name: RoleName = "RoleName", predict = "{RoleName}")]
#[attribute(arn: RoleArn = "Arn", predict = "arn:{partition}:iam::{account}:role{Path}{RoleName}")]
#[attribute(role_id: RoleId = "RoleId")]
pub struct Role {
    /// Who may assume the role.
    #[property(compare = "Policy", safeguard)]
    assume_role_policy_document: PolicyDocument,
    /// What the role is for, up to 1000 characters.
    #[property(aspect = "settings", default = "\"\"")]
    description: Option<Output<String>>,
    /// Seconds that a session may last, 3600 to 43200; 3600 unless set otherwise. Sessions that a
    /// role assumes from another role last an hour at most (45 CFR 164.312(a)(2)(iii)).
    #[property(aspect = "settings", default = "3600")]
    max_session_duration: Option<Output<i64>>,
    /// The path that stands before the name in the ARN, from slash to slash; `/` unless set
    /// otherwise.
    #[property(create_only, default = "\"/\"")]
    path: Option<Output<String>>,
    /// The managed policy beyond which the role's own policies can't allow anything
    /// (45 CFR 164.308(a)(4)(ii)(B)).
    // DeleteConflict, while it is attached:
    // https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html
    #[property(safeguard, holds)]
    permissions_boundary: Option<Output<PolicyArn>>,
    /// The name, up to 64 characters: letters, digits and `+=,.@_-`.
    // https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
    #[property(create_only, generated_name(max = 64, legal = "+=,.@_-"))]
    role_name: Option<Output<RoleName>>,
    /// Tags.
    // "Tag keys are not case sensitive": https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
    #[property(compare = "Tags", member("Key", ignore_case))]
    tags: Tags,
}
