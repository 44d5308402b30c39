//! Typed declarations of AWS resources.
//!
//! Each resource type stands at `SERVICE/RESOURCE.rs` with its properties, its attributes and the
//! facts that the engine needs; its handler stands at the same path in `ironward-aws-provider`.
//! Names are those of the CloudFormation registry. What HIPAA forbids has no constructor here:
//! a store that may hold PHI takes a [`kms::CustomerKey`], a database takes isolated subnets, a
//! listener takes a certificate.

pub mod acm;
pub mod backup;
pub mod cloudtrail;
pub mod ec2;
pub mod ecs;
pub mod elbv2;
mod facts;
pub mod hosts;
pub mod iam;
pub mod kms;
pub mod logs;
pub mod needs;
pub mod orders;
pub mod place;
pub mod policy;
mod policy_facts;
pub mod rds;
pub mod registry;
pub mod route53;
pub mod s3;
mod shapes;
pub mod tags;
pub mod terraform;

pub use tags::Tags;

use ironward_core::schema::Schema;

/// The facts of every resource type in this crate.
#[must_use]
pub fn schemas() -> Vec<&'static Schema> {
    [
        acm::schemas(),
        backup::schemas(),
        cloudtrail::schemas(),
        ec2::schemas(),
        ecs::schemas(),
        elbv2::schemas(),
        iam::schemas(),
        kms::schemas(),
        logs::schemas(),
        rds::schemas(),
        route53::schemas(),
        s3::schemas(),
    ]
    .concat()
}

/// What the declarations leave out of the registry's properties, each with the reason.
#[must_use]
pub fn left_out() -> Vec<&'static registry::LeftOut> {
    [
        acm::LEFT_OUT,
        backup::LEFT_OUT,
        cloudtrail::LEFT_OUT,
        ec2::LEFT_OUT,
        ecs::LEFT_OUT,
        elbv2::LEFT_OUT,
        iam::LEFT_OUT,
        logs::LEFT_OUT,
        rds::LEFT_OUT,
        route53::LEFT_OUT,
        s3::LEFT_OUT,
    ]
    .into_iter()
    .flatten()
    .collect()
}
