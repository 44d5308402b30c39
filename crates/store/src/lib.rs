//! The local state backend of Ironward: one directory for each stack.
//!
//! | file | holds |
//! |---|---|
//! | `lock` | the operating system's lock, and who holds it |
//! | `state.json` | the snapshot: the whole state under a checksum, replaced at once |
//! | `journal.jsonl` | what happened since: one numbered entry a line, each under a checksum |
//!
//! An entry is on disk before [`StateStore::append`](ironward_core::store::StateStore::append)
//! returns. Entries that are waiting at the same time share one write and one `fsync`, and an
//! append costs the same however large the state is.
//!
//! A file that isn't exactly what this crate wrote is refused whole, with the file, the line and
//! what to do; nothing is repaired or skipped. The one exception is the last line of a journal
//! whose process was killed while writing it: nobody was told that it counts, so it is dropped,
//! and [`LocalStore::dropped`] says so.

mod disk;
mod journal;
mod local;
mod lock;
mod snapshot;
mod writer;

pub use local::LocalStore;
