//! The state store among objects, on objects in memory.
//!
//! | module | shows |
//! |---|---|
//! | [`objects`] | what was appended is there again, and what that costs |
//! | [`leases`] | who may write and call, until when, and what others are told |
//! | [`fencing`] | holders that were taken over |
//! | [`model`] | random interleavings of holders, lost answers, late writes and pauses |
//! | [`moving`] | a state that moves to a bucket and back |
//! | [`damage`] | no changed bit goes unnoticed, and anchors show what is old |
//! | [`kinds`] | what kind of trouble it is, by what really happens |

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod damage;
mod fencing;
mod kinds;
mod leases;
mod migration;
mod model;
mod objects;
mod world;
