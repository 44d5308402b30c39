//! Whole stacks against emulated clouds, read back by raw SDK calls.
//!
//! The tests in the module `moto` need `IRONWARD_TEST_MOTO`, the endpoint of a moto server;
//! `cargo xtask test` starts one, and so does `cargo xtask serve moto`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(missing_docs)]

mod clinic;
mod estates;
mod examples;
mod fhir;
mod foundations;
mod importing;
mod judges;
mod leftovers;
mod likeaws;
mod outside;
mod program;
mod refusals;
mod secrets;
mod states;
mod upgrades;
