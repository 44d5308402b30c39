//! AWS Backup under test.
