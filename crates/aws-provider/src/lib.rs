//! Handlers that reconcile Ironward's declarations through the AWS SDK for Rust.
//!
//! A handler stands at the same path as its declaration in `ironward-aws`. It maps property
//! documents to requests and answers to observations; retries, classification, ownership and
//! batching are done once, here: [`call`], [`classify`], [`reads`].

pub mod call;
pub mod classify;
pub mod lookups;
pub mod provider;
pub mod reads;
pub mod registry;
pub mod settings;

#[cfg(feature = "kms")]
mod kms;

pub use provider::AwsProvider;
pub use settings::Settings;
