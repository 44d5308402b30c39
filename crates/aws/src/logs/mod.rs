//! CloudWatch Logs.

mod data_protection;
mod limits;
mod log_group;
mod retention;

pub use data_protection::DataProtectionPolicy;
pub use log_group::{
    DeclaredLogGroup, FieldIndexPolicy, LogGroup, LogGroupClass, property as log_group_property,
};
pub use retention::LogRetention;

use ironward_core::declare::Declaration;
use ironward_core::schema::Schema;

use crate::registry::LeftOut;

ironward_core::identifiers! {
    /// The name of a log group.
    LogGroupName;
    /// The ARN of a log group, without a trailing `:*`.
    LogGroupArn;
}

/// The facts of this service's types.
#[must_use]
pub fn schemas() -> Vec<&'static Schema> {
    vec![LogGroup::SCHEMA]
}

/// Writable properties of the registry that the declarations don't have.
pub const LEFT_OUT: &[LeftOut] = &[LeftOut::safeguard(
    "AWS::Logs::LogGroup",
    "BearerTokenAuthenticationEnabled",
    "a long-lived token doesn't prove who sends (45 CFR 164.312(d))",
)];
