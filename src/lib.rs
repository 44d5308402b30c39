//! Placeholder.

#[cfg(doctest)]
mod book;
