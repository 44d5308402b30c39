//! Plans, values, outcomes and graphs as people and programs read them.

pub(crate) mod graph;
pub(crate) mod losses;
pub(crate) mod not_in_force;
pub(crate) mod outcome;
pub(crate) mod plan;
pub(crate) mod svg;
mod tree;
pub(crate) mod value;
