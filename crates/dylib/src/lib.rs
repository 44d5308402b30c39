//! All of Ironward but the façade, linked into one dynamic library.
//!
//! Nobody depends on this directly: the feature `dynamic` of `ironward` does. A program that is built
//! with it links this library instead of everything in it, so that an edit of the program costs a
//! second and not ten.

// The command line depends on everything else.
extern crate ironward_cli as _;
