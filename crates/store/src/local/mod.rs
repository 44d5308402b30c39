//! The local backend: the files of one state in a directory, and its lock.

mod anchor;
pub(crate) mod disk;
mod kept;
mod lock;
mod moving;
mod open;
mod store;
mod writer;

pub use anchor::DirectoryAnchor;
pub use store::LocalStore;
