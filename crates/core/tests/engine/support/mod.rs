//! What the tests stand on.

pub(crate) mod cloud;
pub(crate) mod lab;
pub(crate) mod sketch;
pub(crate) mod types;

pub(crate) use cloud::{Cloud, Look};
pub(crate) use lab::Lab;
pub(crate) use sketch::{is, of, sketch};
