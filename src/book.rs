//! The listings of the book, compiled as documentation tests.
//!
//! One item for each page of `book/src` that has a Rust listing of its own; listings that are parts
//! of files are compiled where they live. `cargo xtask tidy` says when a page is missing here.

#[doc = include_str!("../book/src/adopting.md")]
struct Adopting;

#[doc = include_str!("../book/src/components/backup.md")]
struct Backup;

#[doc = include_str!("../book/src/components/buckets.md")]
struct Buckets;

#[doc = include_str!("../book/src/components/certificate.md")]
struct Certificate;

#[doc = include_str!("../book/src/concepts.md")]
struct Concepts;

#[doc = include_str!("../book/src/components/database.md")]
struct Database;

#[doc = include_str!("../book/src/embedding.md")]
struct Embedding;

#[doc = include_str!("../book/src/components/keys.md")]
struct Keys;

#[doc = include_str!("../book/src/components/network.md")]
struct Network;

#[doc = include_str!("../book/src/options.md")]
struct Options;

#[doc = include_str!("../book/src/components/retention.md")]
struct Retention;

#[doc = include_str!("../book/src/components/service.md")]
struct Service;

#[doc = include_str!("../book/src/state.md")]
struct State;

#[doc = include_str!("../book/src/testing.md")]
struct Testing;

#[doc = include_str!("../book/src/components/trail.md")]
struct Trail;

#[doc = include_str!("../book/src/writing-a-resource.md")]
struct WritingAResource;

#[doc = include_str!("../README.md")]
struct Readme;
