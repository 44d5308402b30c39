//! Simple Storage Service under test.
