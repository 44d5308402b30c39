//! Where Ironward keeps the state of a stack: the codec of what is kept, which every backend
//! shares, the local backend, a directory for each stack, and one among [objects](remote), such as
//! those of a bucket.
//!
//! | file | holds |
//! |---|---|
//! | `lock` | the operating system's lock, and who holds it |
//! | `key.json` | the key of the state, wrapped, and how |
//! | `state.json` | the snapshot: the whole state, replaced at once |
//! | `journal.jsonl` | what happened since: one numbered entry a line |
//! | `cloud` | which cloud the resources are in, in words |
//! | `history.jsonl` | every apply that was concluded, a line each; it only grows |
//!
//! An entry is on disk before [`StateStore::append`](ironward_core::store::StateStore::append)
//! returns. Entries that are waiting at the same time share one write and one `fsync`, and an
//! append costs the same however large the state is.
//!
//! Everything is sealed and chained as [`codec`] says, unless [`Protection::None`] is asked for. A
//! file that isn't exactly what this crate wrote is refused whole, with the file, the line and
//! what to do; nothing is repaired or skipped. The one exception is the last line of a journal or
//! a history whose process was killed while writing it: nobody was told that it counts, so it is
//! dropped, and [`LocalStore::dropped`] says so.
//!
//! An [`Anchor`] kept apart from the state shows an old copy and a rewritten one, and
//! [`verify`](verify::verify) says what the files prove.

pub mod anchor;
mod chains;
pub mod codec;
mod keyring;
mod local;
mod migration;
mod open_state;
mod options;
pub mod remote;
pub mod verify;

pub use anchor::Anchor;
pub use keyring::Protection;
pub use local::{DirectoryAnchor, LocalStore};
pub use migration::Packed;
pub use open_state::OpenState;
pub use options::Options;
pub use remote::RemoteStore;
