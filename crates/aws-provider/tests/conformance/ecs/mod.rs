//! Elastic Container Service under test.

mod cluster;
mod service;
mod task_definition;
mod waiting;
mod wire;
