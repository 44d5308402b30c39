//! Every resource type, on the sandbox and on moto, through one suite.
//!
//! What a type must do stands once, in [`suite`]; a type's own file says how it is declared,
//! which properties can be edited, and how the cloud is read back by raw SDK calls that share no
//! code with the handler.
//!
//! The tests on moto need `IRONWARD_TEST_MOTO`, its endpoint; `cargo xtask test` starts one, and
//! so does `cargo xtask serve moto`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, unreachable_pub)]

#[cfg(feature = "kms")]
mod aliases;
#[cfg(feature = "kms")]
mod calls;
#[cfg(all(feature = "acm", feature = "ec2", feature = "elbv2", feature = "iam", feature = "rds"))]
mod cases;
mod cloud;
mod moves;
mod recorded;
#[cfg(all(feature = "cloudtrail", feature = "ec2", feature = "elbv2", feature = "rds", feature = "route53"))]
mod stand_in;
mod subject;
mod suite;
mod values;
#[cfg(all(
    feature = "backup",
    feature = "cloudtrail",
    feature = "ec2",
    feature = "elbv2",
    feature = "iam",
    feature = "kms",
    feature = "logs",
    feature = "route53",
    feature = "s3"
))]
mod visibility;
mod waiting;
mod wire;

#[cfg(feature = "acm")]
mod acm;
#[cfg(feature = "backup")]
mod backup;
#[cfg(feature = "cloudtrail")]
mod cloudtrail;
#[cfg(feature = "ec2")]
mod ec2;
#[cfg(feature = "ecs")]
mod ecs;
#[cfg(feature = "elbv2")]
mod elbv2;
#[cfg(feature = "iam")]
mod iam;
#[cfg(feature = "kms")]
mod kms;
#[cfg(feature = "logs")]
mod logs;
#[cfg(feature = "rds")]
mod rds;
#[cfg(feature = "route53")]
mod route53;
#[cfg(feature = "s3")]
mod s3;
