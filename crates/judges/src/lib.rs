//! Judges of a stack by what AWS documents, without an account.
//!
//! Emulators look at neither policies nor orders nor versions. These judges do, on the declared
//! program or on what a deployment recorded: an [`Estate`] of either.
//!
//! | judge | says |
//! |---|---|
//! | [`reach`] | whether every service and role can do what its guide says it needs, and nobody what is dangerous |
//! | [`order`] | whether everything waits for what AWS wants to be there before it |
//! | [`template`] | the declared properties as a CloudFormation template, for a linter |
//!
//! What AWS wants is data beside the services, in `ironward_aws::needs` and `ironward_aws::orders`.

pub mod estate;
pub mod order;
pub mod policy;
pub mod reach;
pub mod relation;
pub mod template;

pub use estate::{Estate, EstateError};
