//! The local state store, on real files, and the codec under it.
//!
//! | module | shows |
//! |---|---|
//! | [`files`] | what was appended is there again, whole, after whatever end |
//! | [`damage`] | no changed bit and no cut goes unnoticed, in any file |
//! | [`applies`] | the history, its chain, and what `verify` says |
//! | [`anchors`] | old and rewritten states are refused, and a lagging anchor never is |
//! | [`keys`] | encryption: nothing in clear, and who can't open it |
//! | [`kinds`] | what kind of trouble it is, by what really happens |
//! | [`upgrade`] | states of before encryption |
//! | [`parsers`] | every parser on arbitrary and on mutated bytes |
//! | [`cost`] | what an operation costs in a small and in a large state |

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod anchors;
mod applies;
mod cost;
mod damage;
mod files;
mod keys;
mod kinds;
mod parsers;
mod upgrade;
mod world;
