//! The AWS that an Ironward program deploys to by default.
//!
//! A [`Sandbox`] bundles emulators of the services that Ironward uses. It takes the place of the
//! network under the AWS SDK ([`Sandbox::http_client`]), keeps what was deployed between runs
//! ([`Sandbox::open`]), and can be served over HTTP to the AWS CLI ([`Sandbox::serve`]).
//!
//! It is not AWS. `ironward_emulators::gaps` lists what it forgets, so that no one takes silence for
//! agreement.
//! What AWS refuses because of what is there already, it refuses too: `ironward_emulators::exclusions`.
//! Deletion protection and `DependencyViolation` are not enforced: a delete that AWS would refuse
//! may succeed here.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod address;
mod answering;
mod aws_chunked;
mod call;
mod client;
mod directory;
mod emulator;
mod error;
mod example_zones;
mod objects;
mod overlay;
mod refusal;
mod sandbox;
mod saved;
mod serve;
mod service;

pub use error::SandboxError;
pub use sandbox::Sandbox;

/// The account that everything in the sandbox belongs to.
pub const ACCOUNT_ID: &str = winterbaume_core::DEFAULT_ACCOUNT_ID;
