//! Identity and Access Management.

use ironward_core::schema::Schema;

ironward_core::identifiers! {
    /// The name of a role.
    RoleName;
    /// The ARN of a role.
    RoleArn;
    /// The ARN of a managed policy.
    PolicyArn;
}

/// The facts of this service's types.
#[must_use]
pub fn schemas() -> Vec<&'static Schema> {
    vec![]
}
