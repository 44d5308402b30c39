//! Elastic Container Service under test.
