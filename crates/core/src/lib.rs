//! The engine of Ironward: typed values, declarations, the dependency graph, planning, parallel
//! execution, the journal and the state.
//!
//! The engine knows no cloud, no terminal, no environment variable and no clock of its own:
//! clouds come in as [`provider::Provider`], state stores as [`store::StateStore`], time as
//! [`clock::Clock`].

pub mod clock;
pub mod compare;
pub mod consent;
pub mod declare;
pub mod diff;
pub mod document;
pub mod engine;
pub mod event;
pub mod execute;
pub mod fault;
pub mod history;
pub mod names;
pub mod needs;
pub mod observe;
pub mod output;
pub mod part;
pub mod path;
pub mod plan;
pub mod planner;
pub mod program;
pub mod provider;
pub mod schema;
pub mod secret;
pub mod sharing;
pub mod stack;
pub mod state;
pub mod store;
pub mod surgery;
pub mod telling;
pub mod value;

mod adopt;
mod cascade;
mod claims;
mod graph;
mod ground;
mod literals;
mod meaning;
mod named;
mod schedule;
mod search;
mod wait;

/// Parses JSON text; what the derives use for properties that are always the same.
///
/// # Errors
/// When the text isn't JSON.
#[doc(hidden)]
pub fn json(text: &str) -> Result<serde_json::Value, serde_json::Error> {
    serde_json::from_str(text)
}
