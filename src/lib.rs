//! Rust-native infrastructure as code for AWS workloads that hold health data.
//!
//! A program declares typed components and hands them to [`run`], which gives it a command line:
//! `preview`, `up`, `drift`, `destroy` and the rest.
//!
//! ```no_run
//! use ironward::prelude::*;
//!
//! fn main() -> std::process::ExitCode {
//!     ironward::run("clinic", |_stack: &mut Stack<Hipaa>| -> Result<(), DeclareError> {
//!         // Declare components here.
//!         Ok(())
//!     })
//! }
//! ```
//!
//! Where a stack goes is configuration (`Ironward.toml`); without any it goes to the embedded
//! sandbox, and nothing leaves the machine. A program with a command line of its own uses
//! [`session`] on its own runtime instead, and [`testing`] deploys a stack in a `cargo test`.
//!
//! The feature `sandbox`, on by default, builds the embedded sandbox in; production builds leave
//! it out. There is a feature for each AWS service, all on by default, and `state` for states in S3.
//! The feature `dynamic` links a program under development fast. "What building costs" in the book says
//! more of them.

// All of what follows is then in the dynamic library.
#[cfg(feature = "dynamic")]
extern crate ironward_dylib as _;

pub use ironward_aws as aws;
pub use ironward_aws_provider as provider;
pub use ironward_cli::{
    clock, config, connect, errors, interrupt, process_env, run, run_with, run_with_services,
    sandbox_served_at, session, state_access, target,
};
pub use ironward_core as core;
pub use ironward_hipaa_components as hipaa;

pub mod testing;

#[cfg(doctest)]
mod book;

/// What nearly every program needs.
pub mod prelude {
    pub use ironward_aws::rds::DbInstanceClass;
    pub use ironward_core::consent::{Day, Loss};
    pub use ironward_core::declare::{Declaration, Located, WithOptions};
    pub use ironward_core::output::Output;
    pub use ironward_core::program::DeclareError;
    pub use ironward_core::secret::Secret;
    pub use ironward_core::stack::{Hipaa, Profile, Stack};
}
