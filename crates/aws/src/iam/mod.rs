//! Identity and Access Management.

mod attachment;
mod limits;
mod policy_arn;
mod role;
mod role_policy;
mod trust;

pub use attachment::{
    AttachmentId, DeclaredRolePolicyAttachment, RolePolicyAttachment, property as attachment_property,
};
pub use role::{DeclaredRole, Role, RoleId, property as role_property};
pub use role_policy::{
    DeclaredRolePolicy, RolePolicy, RolePolicyId, RolePolicyName, property as role_policy_property,
};
pub use trust::service_trust;

use ironward_core::declare::Declaration;
use ironward_core::schema::Schema;

use crate::registry::LeftOut;

ironward_core::identifiers! {
    /// The name of a role.
    RoleName;
    /// The ARN of a role.
    RoleArn;
    /// The ARN of a managed policy.
    PolicyArn;
}

/// Writable properties of the registry that the declarations don't have.
pub const LEFT_OUT: &[LeftOut] = &[
    LeftOut::elsewhere(
        "AWS::IAM::Role",
        "ManagedPolicyArns",
        "each attachment is an `AWS::IAM::RolePolicyAttachment`, so that what uses the role can wait for it",
    ),
    LeftOut::elsewhere(
        "AWS::IAM::Role",
        "Policies",
        "each inline policy is an `AWS::IAM::RolePolicy`, so that it may name what depends on the role",
    ),
];

/// The facts of this service's types.
#[must_use]
pub fn schemas() -> Vec<&'static Schema> {
    vec![Role::SCHEMA, RolePolicy::SCHEMA, RolePolicyAttachment::SCHEMA]
}
