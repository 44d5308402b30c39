//! Typed components for AWS workloads that hold health data.
//!
//! Each component is useful alone and declares what the HIPAA Security Rule (45 CFR Part 164
//! Subpart C) asks for; `HipaaFhirServer` is made of the others.

pub mod environment;
pub mod key;
pub mod retention;

pub use environment::Environment;
pub use key::{HipaaKey, KeyUse};
pub use retention::Retention;
