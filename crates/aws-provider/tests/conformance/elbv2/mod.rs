//! Elastic Load Balancing, version 2 under test.
