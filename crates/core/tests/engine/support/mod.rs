//! What the tests stand on.

pub(crate) mod cloud;
mod handler;
pub(crate) mod lab;
mod world;

pub(crate) use cloud::{Cloud, Look};
pub(crate) use ironward_sim::sketch::{is, of, sketch};
pub(crate) use ironward_sim::{sketch, types};
pub(crate) use lab::Lab;
pub(crate) use world::Object;
