//! Route 53.

use ironward_core::schema::Schema;

ironward_core::identifiers! {
    /// The id of a hosted zone.
    HostedZoneId;
}

/// The facts of this service's types.
#[must_use]
pub fn schemas() -> Vec<&'static Schema> {
    vec![]
}
