//! Handlers that reconcile Ironward's declarations through the AWS SDK for Rust.
//!
//! A handler stands at the same path as its declaration in `ironward-aws`. It maps property
//! documents to requests and answers to observations; retries, classification, ownership and
//! batching are done once, here: [`call`], [`classify`], [`reads`].

pub mod call;
pub mod classify;
pub mod gate;
pub mod lookups;
mod masked;
pub mod provider;
pub mod reads;
pub mod recording;
pub mod registry;
mod rows;
pub mod service;
pub mod settings;
mod throttle;
mod transport;

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

pub use aws_config::SdkConfig;
pub use gate::Gate;
pub use provider::AwsProvider;
pub use recording::Recording;
pub use settings::Settings;
