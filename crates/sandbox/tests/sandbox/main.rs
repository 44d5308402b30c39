//! The sandbox as a caller sees it: through the AWS SDK, over HTTP, and on disk.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod exclusions;
mod persistence;
mod services;
mod serving;
mod world;
