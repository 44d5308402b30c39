//! The backend among objects: a state in a bucket, held under a lease.
//!
//! | object | holds |
//! |---|---|
//! | `lock.json` | the lease: who has it, its fence number, until when |
//! | `key.json` | the key of the state, wrapped, and how |
//! | `cloud` | which cloud the resources are in, in words |
//! | `state.json` | the snapshot: the whole state, and the position that it stands at |
//! | `journal/POSITION` | what happened since: some entries that were written together |
//! | `history/APPLY` | every apply that was concluded, an object each |
//!
//! Every write has a condition: a segment is written where none is, and lock and snapshot where they
//! still are what the writer knows. Where an answer is lost, what is there decides.
//!
//! # Fencing
//! A lease can't stop a request that is under way. So a new holder doesn't trust it: before anything
//! else it puts a marker at the position of the journal at which its predecessor would write next,
//! and puts a snapshot of its own in the place of the last one. From then on every write of the
//! predecessor is refused, and it knows that it was taken over. Where one of its writes comes first,
//! the new holder's is refused, and it reads again: that write counts. Markers are kept for a day.
//! Only after a lease that was given back in order none is needed.

mod anchor;
mod clock;
mod lease;
mod load;
mod memory;
mod migration;
mod objects;
mod open_state;
mod segment;
mod status;
mod store;
mod writer;

pub use anchor::{EvidenceAnchor, ObjectAnchor};
pub use clock::BootClock;
pub use lease::Terms;
pub use memory::{Fate, MemoryObjects, Request, Weather};
pub use objects::{Listed, Object, ObjectError, Objects, Only, Tag};
pub use status::{LockStatus, break_lock, lock_status};
pub use store::{Remote, RemoteStore};
