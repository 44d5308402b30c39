//! Tags of buckets, and tags in filters.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_sdk_s3::types::{Tag, Tagging};
use ironward_core::document::Document;
use ironward_core::error::ProviderError;
use ironward_core::provider::{Change, Operation};

use super::api::{S3, built};

pub(super) fn sdk(tags: BTreeMap<String, String>) -> Result<Vec<Tag>, ProviderError> {
    tags.into_iter().map(|(key, value)| built(Tag::builder().key(key).value(value).build())).collect()
}

pub(super) fn map(tags: &[Tag]) -> BTreeMap<String, String> {
    tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect()
}

/// `TagFilters` as the SDK has them.
pub(super) fn filters_to_sdk(filters: &[Document]) -> Result<Vec<Tag>, ProviderError> {
    filters
        .iter()
        .map(|tag| {
            built(Tag::builder().key(tag.get::<String>("Key")?).value(tag.get::<String>("Value")?).build())
        })
        .collect()
}

/// `TagFilters` as declarations have them.
pub(super) fn filters_from_sdk(tags: &[Tag]) -> Vec<Document> {
    tags.iter().map(|tag| Document::new().with("Key", &tag.key).with("Value", &tag.value)).collect()
}

impl S3 {
    /// Sets tags. One call replaces them all, so those of others are read first and kept.
    pub(super) async fn set_tags(
        self: &Arc<Self>,
        operation: &Operation<'_>,
        change: &Change<'_>,
    ) -> Result<(), ProviderError> {
        let (set, gone) = change.tags(operation);
        let mut all = Arc::clone(self).tags(change.physical_id).await?;
        all.retain(|key, _| !gone.contains(key));
        all.extend(set);
        let tagging = built(Tagging::builder().set_tag_set(Some(sdk(all)?)).build())?;
        let request =
            || self.client.put_bucket_tagging().bucket(change.physical_id).tagging(tagging.clone()).send();
        self.caller.call("s3:PutBucketTagging", request).await?;
        Ok(())
    }

    /// Marks the owner of a new bucket where its creation didn't: endpoints that don't know tags
    /// on creation ignore them.
    pub(super) async fn mark(
        self: &Arc<Self>,
        operation: &Operation<'_>,
        change: &Change<'_>,
    ) -> Result<(), ProviderError> {
        let tags = Arc::clone(self).tags(change.physical_id).await?;
        if operation.owns(&tags) { Ok(()) } else { self.set_tags(operation, change).await }
    }
}
