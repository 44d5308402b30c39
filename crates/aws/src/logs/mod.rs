//! CloudWatch Logs.

use ironward_core::schema::Schema;

ironward_core::identifiers! {
    /// The name of a log group.
    LogGroupName;
    /// The ARN of a log group, without a trailing `:*`.
    LogGroupArn;
}

/// The facts of this service's types.
#[must_use]
pub fn schemas() -> Vec<&'static Schema> {
    vec![]
}
