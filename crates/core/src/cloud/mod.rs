//! What is there: the contract with a cloud, looking at it, and waiting for it.

pub mod observe;
pub mod part;
pub mod provider;
pub mod telling;

pub(crate) mod search;
pub(crate) mod wait;
