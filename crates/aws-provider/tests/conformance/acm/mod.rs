//! Certificate Manager under test.
