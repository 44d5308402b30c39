//! Tags of everything in RDS go by ARN.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_sdk_rds::types::Tag;
use ironward_core::error::ProviderError;
use ironward_core::provider::{Change, Operation, Place};

use super::api::{Rds, TAGS};

/// The ARN of something in RDS, by its kind: `db`, `pg`, `subgrp`.
pub(super) fn arn(place: &Place, kind: &str, name: &str) -> String {
    let Place { partition, region, account, .. } = place;
    format!("arn:{partition}:rds:{region}:{account}:{kind}:{name}")
}

pub(super) fn sdk_tags(tags: BTreeMap<String, String>) -> Vec<Tag> {
    tags.into_iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

pub(super) fn read_tags(tags: &[Tag]) -> BTreeMap<String, String> {
    tags.iter()
        .filter_map(|tag| Some((tag.key()?.to_owned(), tag.value().unwrap_or_default().to_owned())))
        .collect()
}

impl Rds {
    /// The tags of what has this ARN.
    pub(super) async fn tags(
        self: Arc<Self>,
        arn: String,
    ) -> Result<Option<BTreeMap<String, String>>, ProviderError> {
        let request = || self.client.list_tags_for_resource().resource_name(&arn).send();
        Ok(self.caller.find(TAGS, request).await?.map(|answer| read_tags(answer.tag_list())))
    }

    pub(super) async fn set_tags(
        &self,
        arn: &str,
        operation: &Operation<'_>,
        change: &Change<'_>,
    ) -> Result<(), ProviderError> {
        let (set, gone) = change.tags(operation);
        let set = sdk_tags(set);
        let request =
            || self.client.add_tags_to_resource().resource_name(arn).set_tags(Some(set.clone())).send();
        self.caller.call("rds:AddTagsToResource", request).await?;
        if !gone.is_empty() {
            let request = || {
                self.client
                    .remove_tags_from_resource()
                    .resource_name(arn)
                    .set_tag_keys(Some(gone.clone()))
                    .send()
            };
            self.caller.call("rds:RemoveTagsFromResource", request).await?;
        }
        Ok(())
    }
}
