//! CloudTrail.

use ironward_core::schema::Schema;

ironward_core::identifiers! {
    /// The name of a trail.
    TrailName;
    /// The ARN of a trail.
    TrailArn;
}

/// The facts of this service's types.
#[must_use]
pub fn schemas() -> Vec<&'static Schema> {
    vec![]
}
