//! Identity and Access Management under test.
