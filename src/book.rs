//! The listings of the book, compiled as documentation tests.
//!
//! One item for each page of `book/src` that has a Rust listing, such as
//! `#[doc = include_str!("../book/src/concepts.md")] struct Concepts;`.
//! `cargo xtask tidy` says when a page is missing here.

#[doc = include_str!("../book/src/adopting.md")]
struct Adopting;
