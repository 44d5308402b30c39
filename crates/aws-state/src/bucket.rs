//! What a bucket must be like to hold states.

use aws_sdk_s3::types::{BucketVersioningStatus, ObjectLockEnabled, ServerSideEncryption};
use futures::future::try_join4;
use ironward_aws_provider::call::{Repeat, error_of};
use ironward_core::error::ProviderError;
use ironward_core::store::{StoreError, StoreErrorKind};

use crate::objects::{S3Objects, trouble};

impl S3Objects {
    /// Refuses a bucket that may not hold states.
    pub(crate) async fn check(&self) -> Result<(), StoreError> {
        try_join4(self.versioned(), self.private(), self.encrypted(), self.locked()).await.map(drop)
    }

    fn place_of_bucket(&self) -> String {
        format!("the bucket `{}`", self.bucket.name)
    }

    fn refuse(&self, what: &str) -> StoreError {
        let message = format!("{} {what}", self.place_of_bucket());
        StoreError::new(StoreErrorKind::Refused, message).with_hint(
            "type `state bootstrap`, which makes a bucket and a key for states; or set this bucket up so",
        )
    }

    fn unread(&self, error: &ProviderError) -> StoreError {
        trouble(&self.place_of_bucket(), error)
    }

    async fn versioned(&self) -> Result<(), StoreError> {
        let answer = self.client.get_bucket_versioning().bucket(&self.bucket.name).send().await;
        let answer = answer
            .map_err(|error| self.unread(&error_of("s3:GetBucketVersioning", Repeat::Idempotent, &error)))?;
        match answer.status() {
            Some(BucketVersioningStatus::Enabled) => Ok(()),
            _ => Err(self.refuse("keeps no versions, so nobody could bring a lost state back")),
        }
    }

    async fn private(&self) -> Result<(), StoreError> {
        let open = || self.refuse("doesn't block all public access");
        let answer = self.client.get_public_access_block().bucket(&self.bucket.name).send().await;
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => {
                let cause = error_of("s3:GetBucketPublicAccessBlock", Repeat::Idempotent, &error);
                let none = cause.code == "NoSuchPublicAccessBlockConfiguration";
                return Err(if none { open() } else { self.unread(&cause) });
            }
        };
        let blocks = answer.public_access_block_configuration().is_some_and(|block| {
            [
                block.block_public_acls(),
                block.ignore_public_acls(),
                block.block_public_policy(),
                block.restrict_public_buckets(),
            ]
            .iter()
            .all(|set| *set == Some(true))
        });
        if blocks { Ok(()) } else { Err(open()) }
    }

    async fn encrypted(&self) -> Result<(), StoreError> {
        let clear = || self.refuse("doesn't encrypt under a KMS key by default");
        let answer = self.client.get_bucket_encryption().bucket(&self.bucket.name).send().await;
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => {
                let cause = error_of("s3:GetEncryptionConfiguration", Repeat::Idempotent, &error);
                let none = cause.code == "ServerSideEncryptionConfigurationNotFoundError";
                return Err(if none { clear() } else { self.unread(&cause) });
            }
        };
        let rules = answer.server_side_encryption_configuration().map(|all| all.rules()).unwrap_or_default();
        let under_kms = rules.iter().any(|rule| {
            let default = rule.apply_server_side_encryption_by_default();
            default.is_some_and(|default| {
                matches!(
                    default.sse_algorithm(),
                    ServerSideEncryption::AwsKms | ServerSideEncryption::AwsKmsDsse
                )
            })
        });
        if under_kms { Ok(()) } else { Err(clear()) }
    }

    async fn locked(&self) -> Result<(), StoreError> {
        if self.bucket.retained.is_none() {
            return Ok(());
        }
        let unlocked = || self.refuse("has no object lock, and evidence is to be kept in it");
        let answer = self.client.get_object_lock_configuration().bucket(&self.bucket.name).send().await;
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => {
                let cause = error_of("s3:GetBucketObjectLockConfiguration", Repeat::Idempotent, &error);
                let none = cause.code == "ObjectLockConfigurationNotFoundError";
                return Err(if none { unlocked() } else { self.unread(&cause) });
            }
        };
        let lock = answer.object_lock_configuration().and_then(|lock| lock.object_lock_enabled());
        if lock == Some(&ObjectLockEnabled::Enabled) { Ok(()) } else { Err(unlocked()) }
    }
}
