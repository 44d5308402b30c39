//! Emptying a bucket of everything that may be deleted.

use std::sync::Arc;

use aws_sdk_s3::types::{Delete, ObjectIdentifier};
use ironward_core::error::{ProviderError, ProviderErrorKind};

use super::api::{S3, built};

/// Of how many locked versions the end of the lock is asked for.
const ASKED: usize = 20;

/// What the service says of who is refused by the policy of a bucket, and not for want of a permission.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
const BY_POLICY: &str = "with an explicit deny in a resource-based policy";

/// Versions that can't be deleted.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// How many a lock keeps.
    locked: usize,
    some: Vec<(String, String)>,
    /// How many the bucket's policy keeps.
    refused: usize,
}

impl Kept {
    pub(super) fn is_empty(&self) -> bool {
        self.count() == 0
    }

    fn count(&self) -> usize {
        self.locked + self.refused
    }
}

impl S3 {
    /// Deletes all versions, delete markers and unfinished uploads of a bucket, and says what is
    /// locked, or kept by the bucket's policy. A bucket that is gone is empty.
    pub(super) async fn empty(&self, bucket: &str) -> Result<Kept, ProviderError> {
        self.abort_uploads(bucket).await?;
        let mut kept = Kept::default();
        let mut from: (Option<String>, Option<String>) = (None, None);
        loop {
            let list = || {
                self.client
                    .list_object_versions()
                    .bucket(bucket)
                    .max_keys(1000)
                    .set_key_marker(from.0.clone())
                    .set_version_id_marker(from.1.clone())
                    .send()
            };
            let Some(page) = self.caller.find("s3:ListBucketVersions", list).await? else { return Ok(kept) };
            let versions = page.versions().iter().map(|version| (version.key(), version.version_id()));
            let markers = page.delete_markers().iter().map(|marker| (marker.key(), marker.version_id()));
            let mut objects = Vec::new();
            for (key, version) in versions.chain(markers) {
                let Some(key) = key else { continue };
                let object = ObjectIdentifier::builder().key(key).set_version_id(version.map(str::to_owned));
                objects.push(built(object.build())?);
            }
            let before = kept.count();
            let asked = objects.len();
            self.delete_batch(bucket, objects, &mut kept).await?;
            let progressed = asked > kept.count() - before;
            if !page.is_truncated().unwrap_or(false) {
                return Ok(kept);
            }
            match (page.next_key_marker, page.next_version_id_marker) {
                (Some(key), version) => from = (Some(key), version),
                // Without a place to go on from, look again from the start while that helps.
                (None, _) if progressed => {
                    kept = Kept::default();
                    from = (None, None);
                }
                (None, _) => return Ok(kept),
            }
        }
    }

    async fn delete_batch(
        &self,
        bucket: &str,
        objects: Vec<ObjectIdentifier>,
        kept: &mut Kept,
    ) -> Result<(), ProviderError> {
        if objects.is_empty() {
            return Ok(());
        }
        let delete = built(Delete::builder().set_objects(Some(objects)).quiet(true).build())?;
        let request = || self.client.delete_objects().bucket(bucket).delete(delete.clone()).send();
        let Some(answer) = self.caller.find("s3:DeleteObjectVersion", request).await? else { return Ok(()) };
        for error in answer.errors() {
            let (code, message) = (error.code().unwrap_or_default(), error.message().unwrap_or_default());
            let (key, version) = (error.key().unwrap_or_default(), error.version_id().unwrap_or_default());
            match code {
                "NoSuchKey" | "NoSuchVersion" => {}
                "AccessDenied" if message.contains(BY_POLICY) => kept.refused += 1,
                "AccessDenied"
                    if message.contains("object lock") || self.is_locked(bucket, key, version).await? =>
                {
                    kept.locked += 1;
                    if kept.some.len() < ASKED {
                        kept.some.push((key.to_owned(), version.to_owned()));
                    }
                }
                _ => {
                    let kind = if code == "AccessDenied" {
                        ProviderErrorKind::Denied
                    } else {
                        ProviderErrorKind::Other
                    };
                    let text = format!("object `{key}`: {message}");
                    return Err(ProviderError::new(kind, "s3:DeleteObjectVersion", text).with_code(code));
                }
            }
        }
        Ok(())
    }

    /// Whether a version has a retention or a legal hold.
    async fn is_locked(&self, bucket: &str, key: &str, version: &str) -> Result<bool, ProviderError> {
        if self.retained_until(bucket, key, version).await?.is_some() {
            return Ok(true);
        }
        let request =
            || self.client.get_object_legal_hold().bucket(bucket).key(key).version_id(version).send();
        let hold = match self.caller.find("s3:GetObjectLegalHold", request).await {
            Ok(hold) => hold,
            Err(error) if is_without_lock(&error) => None,
            Err(error) => return Err(error),
        };
        let status = hold.and_then(|hold| hold.legal_hold).and_then(|hold| hold.status);
        Ok(status.is_some_and(|status| status.as_str() == "ON"))
    }

    async fn retained_until(
        &self,
        bucket: &str,
        key: &str,
        version: &str,
    ) -> Result<Option<i64>, ProviderError> {
        let request =
            || self.client.get_object_retention().bucket(bucket).key(key).version_id(version).send();
        match self.caller.find("s3:GetObjectRetention", request).await {
            Ok(answer) => Ok(answer
                .and_then(|answer| answer.retention)
                .and_then(|retention| retention.retain_until_date)
                .map(|date| date.secs())),
            Err(error) if is_without_lock(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What is kept and until when, in words. A date that can't be read is left out.
    pub(super) async fn describe(self: &Arc<Self>, bucket: &str, kept: &Kept) -> String {
        let mut until: Option<i64> = None;
        for (key, version) in &kept.some {
            until = until.max(self.retained_until(bucket, key, version).await.unwrap_or_default());
        }
        let date = until.map(|seconds| aws_smithy_types::DateTime::from_secs(seconds).to_string());
        let objects = |count: usize| if count == 1 { "object" } else { "objects" };
        let count = kept.locked;
        if count == 0 {
            let (count, what) = (kept.refused, objects(kept.refused));
            return format!(
                "bucket {bucket} keeps {count} {what} that its policy lets nobody delete, until its lifecycle \
                 rules do"
            );
        }
        let end = match date {
            Some(date) if count > kept.some.len() => format!("{date} or later"),
            Some(date) => date,
            None => "retention or legal hold ends".to_owned(),
        };
        format!("bucket {bucket} keeps {count} locked {} until {end}", objects(count))
    }

    async fn abort_uploads(&self, bucket: &str) -> Result<(), ProviderError> {
        let mut from: (Option<String>, Option<String>) = (None, None);
        loop {
            let list = || {
                self.client
                    .list_multipart_uploads()
                    .bucket(bucket)
                    .set_key_marker(from.0.clone())
                    .set_upload_id_marker(from.1.clone())
                    .send()
            };
            let Some(page) = self.caller.find("s3:ListBucketMultipartUploads", list).await? else {
                return Ok(());
            };
            for upload in page.uploads() {
                let (Some(key), Some(id)) = (upload.key(), upload.upload_id()) else { continue };
                let request =
                    || self.client.abort_multipart_upload().bucket(bucket).key(key).upload_id(id).send();
                self.caller.find("s3:AbortMultipartUpload", request).await?;
            }
            match (page.is_truncated, page.next_key_marker) {
                (Some(true), Some(key)) => from = (Some(key), page.next_upload_id_marker),
                _ => return Ok(()),
            }
        }
    }
}

/// Whether a question about locks failed because there is none.
fn is_without_lock(error: &ProviderError) -> bool {
    error.kind == ProviderErrorKind::NotFound
        || matches!(
            &*error.code,
            "NoSuchObjectLockConfiguration" | "InvalidRequest" | "NoSuchKey" | "NoSuchVersion"
        )
}
