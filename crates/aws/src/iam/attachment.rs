//! `AWS::IAM::RolePolicyAttachment`.

use ironward_core::output::Output;
use ironward_macros::Resource;

use super::{PolicyArn, RoleName};

ironward_core::identifiers! {
    /// An attachment: the role's name and the policy's ARN, joined by `|`.
    AttachmentId;
}

/// The attachment of a managed policy to a role (45 CFR 164.308(a)(4)(ii)(B)).
///
/// The CloudFormation registry has no such type; this one is Ironward's own and is exported as
/// the role's `ManagedPolicyArns`. Attaching what is attached already changes nothing, so two
/// declarations of the same pair share it: whichever leaves first detaches it. A role holds 10
/// attachments unless its account's quota is higher.
///
/// Source: IAM API Reference, `AttachRolePolicy`, `DetachRolePolicy`.
#[derive(Debug, Clone, Resource)]
#[resource(
    type = "AWS::IAM::RolePolicyAttachment",
    limits = super::limits::ROLE_POLICY_ATTACHMENT,
    id = "Id",
    seconds = 1
)]
// A policy is attached to a role or isn't:
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html
#[identity(place = "RoleName, PolicyArn", scope = "account")]
#[attribute(id: AttachmentId = "Id", predict = "{RoleName}|{PolicyArn}")]
pub struct RolePolicyAttachment {
    /// The role.
    #[property(create_only)]
    role_name: Output<RoleName>,
    /// The managed policy, [`PolicyArn::aws_managed`] for those of AWS.
    #[property(create_only)]
    policy_arn: Output<PolicyArn>,
}
