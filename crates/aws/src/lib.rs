//! Typed declarations of AWS resources.
//!
//! Each resource type stands at `SERVICE/RESOURCE.rs` with its properties, its attributes and the
//! facts that the engine needs; its handler stands at the same path in `ironward-aws-provider`.
//! Names are those of the CloudFormation registry. What HIPAA forbids has no constructor here:
//! a store that may hold PHI takes a [`kms::CustomerKey`], a database takes isolated subnets, a
//! listener takes a certificate.

pub mod kms;
pub mod place;
pub mod policy;
pub mod tags;

pub use tags::Tags;

use ironward_core::schema::Schema;

/// The facts of every resource type in this crate.
#[must_use]
pub fn schemas() -> Vec<&'static Schema> {
    [kms::schemas()].concat()
}
