//! What a program declares: paths, values, properties, types of resources, and all of it together.

pub mod clock;
pub mod compare;
pub mod consent;
pub mod declare;
pub mod document;
pub mod error;
pub mod output;
pub mod path;
pub mod program;
pub mod schema;
pub mod secret;
pub mod shape;
pub mod stack;
pub mod value;

pub(crate) mod identity;
pub(crate) mod meaning;
