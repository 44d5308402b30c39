//! Simple Storage Service.

mod kind;

pub use kind::{BucketKind, BucketName, Encrypted, LogDelivery};

use ironward_core::schema::Schema;

ironward_core::identifiers! {
    /// The ARN of a bucket.
    BucketArn;
}

/// The facts of this service's types.
#[must_use]
pub fn schemas() -> Vec<&'static Schema> {
    vec![]
}
