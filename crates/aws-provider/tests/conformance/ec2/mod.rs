//! Elastic Compute Cloud: the network under test.
