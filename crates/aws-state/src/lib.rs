//! States in S3: the objects of the state's backend in a bucket, and its key under KMS.
//!
//! Permissions that this needs, with the bucket and its prefix for resources: `s3:GetObject`,
//! `s3:PutObject`, `s3:DeleteObject`, `s3:ListBucket`, `s3:GetBucketVersioning`,
//! `s3:GetBucketPublicAccessBlock`, `s3:GetEncryptionConfiguration`; and of the key `kms:Encrypt`,
//! `kms:Decrypt`, `kms:GenerateDataKey`. Evidence needs `s3:PutObjectRetention` and
//! `s3:GetBucketObjectLockConfiguration` besides.

mod bucket;
mod kms;
mod objects;

pub use kms::KmsWrapper;
pub use objects::{Bucket, S3Objects};
