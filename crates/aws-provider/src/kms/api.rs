//! The client of KMS and its coalesced reads: keys one at a time, all aliases at once.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_config::SdkConfig;
use aws_sdk_kms::Client;
use aws_sdk_kms::operation::get_key_rotation_status::GetKeyRotationStatusOutput;
use aws_sdk_kms::types::KeyMetadata;
use ironward_core::error::ProviderError;

use crate::call::Caller;
use crate::registry::Registry;

pub(super) const DESCRIBE_KEY: &str = "kms:DescribeKey";
pub(super) const KEY_POLICY: &str = "kms:GetKeyPolicy";
pub(super) const ROTATION: &str = "kms:GetKeyRotationStatus";
pub(super) const TAGS: &str = "kms:ListResourceTags";
pub(super) const ALIASES: &str = "kms:ListAliases";

pub(super) struct Kms {
    pub(super) client: Client,
    pub(super) caller: Caller,
}

// ANCHOR: reads
pub(super) fn install(registry: &mut Registry, config: &SdkConfig, caller: &Caller) -> Arc<Kms> {
    let kms = Arc::new(Kms { client: Client::new(config), caller: caller.clone() });
    registry.each(DESCRIBE_KEY, &kms, Kms::describe_key);
    registry.each(KEY_POLICY, &kms, Kms::key_policy);
    registry.each(ROTATION, &kms, Kms::rotation);
    registry.each(TAGS, &kms, Kms::tags);
    registry.batch(ALIASES, usize::MAX, &kms, Kms::aliases);
    kms
}

impl Kms {
    async fn describe_key(self: Arc<Self>, key: String) -> Result<Option<KeyMetadata>, ProviderError> {
        let request = || self.client.describe_key().key_id(&key).send();
        Ok(self.caller.find(DESCRIBE_KEY, request).await?.and_then(|answer| answer.key_metadata))
    }
    // ANCHOR_END: reads

    async fn key_policy(self: Arc<Self>, key: String) -> Result<Option<String>, ProviderError> {
        let request = || self.client.get_key_policy().key_id(&key).policy_name("default").send();
        Ok(self.caller.find(KEY_POLICY, request).await?.and_then(|answer| answer.policy))
    }

    /// The rotation of a key; none for keys that can't rotate.
    async fn rotation(
        self: Arc<Self>,
        key: String,
    ) -> Result<Option<GetKeyRotationStatusOutput>, ProviderError> {
        let request = || self.client.get_key_rotation_status().key_id(&key).send();
        match self.caller.find(ROTATION, request).await {
            Err(error)
                if matches!(&*error.code, "UnsupportedOperationException" | "KMSInvalidStateException") =>
            {
                Ok(None)
            }
            answer => answer,
        }
    }

    /// The tags of a key.
    pub(super) async fn tags(
        self: Arc<Self>,
        key: String,
    ) -> Result<Option<BTreeMap<String, String>>, ProviderError> {
        let mut tags = BTreeMap::new();
        let mut marker = None;
        loop {
            let request = || self.client.list_resource_tags().key_id(&key).set_marker(marker.clone()).send();
            let Some(page) = self.caller.find(TAGS, request).await? else { return Ok(None) };
            for tag in page.tags() {
                tags.insert(tag.tag_key().to_owned(), tag.tag_value().to_owned());
            }
            marker = page.next_marker().map(str::to_owned);
            if marker.is_none() {
                return Ok(Some(tags));
            }
        }
    }

    /// Every alias of the region with the id of its key; which ones are asked for doesn't matter.
    pub(super) async fn aliases(
        self: Arc<Self>,
        _names: Vec<String>,
    ) -> Result<BTreeMap<String, String>, ProviderError> {
        let mut found = BTreeMap::new();
        let mut marker = None;
        loop {
            let request = || self.client.list_aliases().set_marker(marker.clone()).send();
            let page = self.caller.call(ALIASES, request).await?;
            for alias in page.aliases() {
                if let (Some(name), Some(key)) = (alias.alias_name(), alias.target_key_id()) {
                    found.insert(name.to_owned(), key.to_owned());
                }
            }
            marker = page.next_marker().map(str::to_owned);
            if marker.is_none() {
                return Ok(found);
            }
        }
    }

    /// Every key of the region, by id.
    pub(super) async fn keys(&self) -> Result<Vec<String>, ProviderError> {
        let mut found = Vec::new();
        let mut marker = None;
        loop {
            let request = || self.client.list_keys().set_marker(marker.clone()).send();
            let page = self.caller.call("kms:ListKeys", request).await?;
            found.extend(page.keys().iter().filter_map(|key| key.key_id().map(str::to_owned)));
            marker = page.next_marker().map(str::to_owned);
            if marker.is_none() {
                return Ok(found);
            }
        }
    }
}

/// Whether a deletion failed because it was asked for already.
pub(super) fn is_going(error: &ProviderError) -> bool {
    error.code == "KMSInvalidStateException" && error.message.contains("pending deletion")
}
