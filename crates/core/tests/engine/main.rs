//! The engine against a simulated cloud.
//!
//! [`support::cloud`] is an in-memory cloud that enforces what real ones do: references must
//! exist, nothing that is held goes, names are unique. It fails, delays and lies on request and
//! keeps a log. [`support::lab`] runs the engine on it, on a clock on which waiting takes no time.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
// Most tests look at the cloud and the log rather than at the outcome.
#![allow(unused_must_use)]

mod adopting;
mod failures;
mod history;
mod inside;
mod keys;
mod labels;
mod leases;
mod letting_go;
mod lifecycle;
mod losses;
mod moves;
mod networks;
mod options;
mod parts;
mod problems;
mod random;
mod recovery;
mod remedies;
mod replacement;
mod rollback;
mod room;
mod secrets;
mod seen;
mod settling;
mod sharing;
mod staying;
mod support;
mod unfinished;
mod values;
mod waiting;
