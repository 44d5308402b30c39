//! CloudWatch Logs under test.
