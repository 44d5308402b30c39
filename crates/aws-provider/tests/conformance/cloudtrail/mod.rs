//! CloudTrail under test.
