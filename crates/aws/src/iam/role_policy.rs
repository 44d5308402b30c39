//! `AWS::IAM::RolePolicy`.

use ironward_core::output::Output;
use ironward_macros::Resource;

use super::RoleName;
use crate::policy::PolicyDocument;

ironward_core::identifiers! {
    /// The name of a role's inline policy.
    RolePolicyName;
    /// A role's inline policy: the role's name and the policy's, joined by `|`.
    RolePolicyId;
}

/// An inline policy of a role: what the role may do (45 CFR 164.308(a)(4)(ii)(B)).
///
/// Role and name are set at creation. All inline policies of a role together may have 10240
/// characters. The API's `PutRolePolicy` overwrites what is there; a policy of this name that
/// isn't ours is never overwritten by a creation. It has no tags: it is ours when its name
/// carries the instance's hash or the journal holds an intent for it.
///
/// Source: IAM API Reference, `PutRolePolicy`; CloudFormation registry.
#[derive(Debug, Clone, Resource)]
#[resource(
    type = "AWS::IAM::RolePolicy",
    registry,
    relations = super::limits::ROLE_POLICY_RELATIONS,
    id = "Id",
    seconds = 1
)]
// PutRolePolicy adds or updates the policy of this name:
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
#[identity(place = "RoleName, PolicyName", scope = "account")]
#[attribute(id: RolePolicyId = "Id", predict = "{RoleName}|{PolicyName}")]
#[attribute(name: RolePolicyName = "PolicyName", predict = "{PolicyName}")]
pub struct RolePolicy {
    /// The role.
    #[property(create_only)]
    role_name: Output<RoleName>,
    /// What the role may do.
    #[property(compare = "Policy", safeguard)]
    policy_document: PolicyDocument,
    /// The policy's name, up to 128 characters: letters, digits and `+=,.@_-`.
    // https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
    #[property(create_only, generated_name(max = 128, legal = "+=,.@_-"))]
    policy_name: Option<Output<RolePolicyName>>,
}
