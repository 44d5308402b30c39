//! The policy language of IAM, and what a set of policies says of a request.
//!
//! Source: IAM User Guide, "Policy evaluation logic",
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>

mod condition;
mod document;
mod evaluate;
pub mod managed;
pub(crate) mod pattern;
mod request;
mod truth;

pub use document::{Document, Effect, MalformedPolicy, Statement};
pub use evaluate::{Policies, Verdict};
pub use request::{Carried, Context, Principal, Request};
pub use truth::Truth;
