//! The local backend: the files of one state in a directory, and its lock.

mod anchor;
pub(crate) mod disk;
mod lock;
mod migration;
mod open;
mod open_state;
mod store;
mod writer;

pub use anchor::DirectoryAnchor;
pub use store::LocalStore;
