//! Commands as users run them, against a cloud in memory.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bad_input;
mod bench;
mod buckets;
mod deploying;
mod embedding;
mod events;
mod history;
mod importing;
mod looking;
mod programs;
mod rolling_back;
mod saved_plans;
#[cfg(unix)]
mod signals;
mod state_access;
mod state_edit;
mod world;
