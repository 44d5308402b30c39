//! Relational Database Service under test.
