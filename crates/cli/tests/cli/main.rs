//! Commands as users run them, against a cloud in memory.

mod bad_input;
mod bench;
mod deploying;
mod embedding;
mod events;
mod history;
mod keeping;
mod looking;
mod programs;
mod saved_plans;
mod world;
