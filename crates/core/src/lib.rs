//! The engine of Ironward: typed values, declarations, the dependency graph, planning, parallel
//! execution, the journal and the state.
//!
//! The engine knows no cloud, no terminal, no environment variable and no clock of its own:
//! clouds come in as [`provider::Provider`], state stores as [`store::StateStore`], time as
//! [`clock::Clock`].
//!
//! It has six rooms, each of which uses those above it and none below: the model (what is declared), the state
//! (what is remembered), the cloud (what is there), the plan (what is to be done), the apply (doing it), and the
//! engine around them. This page lists all that is public.

mod cloud;
mod model;

pub mod apply;
pub mod engine;
pub mod plan;
pub mod state;

pub use apply::event;
pub use cloud::{observe, part, provider, telling};
pub use model::{
    clock, compare, consent, declare, document, error, output, path, program, schema, secret, shape, stack,
    value,
};
pub use plan::{diff, names, needs, planner, sharing};
pub use state::{history, store};

/// Parses JSON text; what the derives use for properties that are always the same.
///
/// # Errors
/// When the text isn't JSON.
#[doc(hidden)]
pub fn json(text: &str) -> Result<serde_json::Value, serde_json::Error> {
    serde_json::from_str(text)
}
