//! Route 53 under test.
