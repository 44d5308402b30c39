//! The client of CloudTrail and its reads: all trails and their tags at once, status and
//! selectors of one trail at a time.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_config::SdkConfig;
use aws_sdk_cloudtrail::Client;
use aws_sdk_cloudtrail::operation::get_event_configuration::GetEventConfigurationOutput;
use aws_sdk_cloudtrail::operation::get_event_selectors::GetEventSelectorsOutput;
use aws_sdk_cloudtrail::operation::get_insight_selectors::GetInsightSelectorsOutput;
use aws_sdk_cloudtrail::types::Trail;
use ironward_core::error::ProviderError;

use crate::call::Caller;
use crate::registry::Registry;

pub(super) const DESCRIBE: &str = "cloudtrail:DescribeTrails";
pub(super) const STATUS: &str = "cloudtrail:GetTrailStatus";
pub(super) const EVENT_SELECTORS: &str = "cloudtrail:GetEventSelectors";
pub(super) const INSIGHT_SELECTORS: &str = "cloudtrail:GetInsightSelectors";
pub(super) const EVENT_CONFIGURATION: &str = "cloudtrail:GetEventConfiguration";
pub(super) const TAGS: &str = "cloudtrail:ListTags";

pub(super) struct CloudTrail {
    pub(super) client: Client,
    pub(super) caller: Caller,
}

pub(super) fn install(registry: &mut Registry, config: &SdkConfig, caller: &Caller) -> Arc<CloudTrail> {
    let trails = Arc::new(CloudTrail { client: Client::new(config), caller: caller.clone() });
    registry.batch(DESCRIBE, usize::MAX, &trails, CloudTrail::describe);
    registry.each(STATUS, &trails, CloudTrail::is_logging);
    registry.each(EVENT_SELECTORS, &trails, CloudTrail::event_selectors);
    registry.each(INSIGHT_SELECTORS, &trails, CloudTrail::insight_selectors);
    registry.each(EVENT_CONFIGURATION, &trails, CloudTrail::event_configuration);
    registry.batch(TAGS, 20, &trails, CloudTrail::tags);
    trails
}

impl CloudTrail {
    /// Every trail of the region, by name; which ones are asked for doesn't matter.
    pub(super) async fn describe(
        self: Arc<Self>,
        _names: Vec<String>,
    ) -> Result<BTreeMap<String, Trail>, ProviderError> {
        let request = || self.client.describe_trails().include_shadow_trails(false).send();
        let answer = self.caller.call(DESCRIBE, request).await?;
        let trails = answer.trail_list.unwrap_or_default().into_iter();
        Ok(trails.filter_map(|trail| Some((trail.name.clone()?, trail))).collect())
    }

    async fn is_logging(self: Arc<Self>, name: String) -> Result<Option<bool>, ProviderError> {
        let request = || self.client.get_trail_status().name(&name).send();
        Ok(self.caller.find(STATUS, request).await?.and_then(|status| status.is_logging))
    }

    async fn event_selectors(
        self: Arc<Self>,
        name: String,
    ) -> Result<Option<GetEventSelectorsOutput>, ProviderError> {
        let request = || self.client.get_event_selectors().trail_name(&name).send();
        self.caller.find(EVENT_SELECTORS, request).await
    }

    async fn event_configuration(
        self: Arc<Self>,
        name: String,
    ) -> Result<Option<GetEventConfigurationOutput>, ProviderError> {
        let request = || self.client.get_event_configuration().trail_name(&name).send();
        self.caller.find(EVENT_CONFIGURATION, request).await
    }

    /// The insights of a trail; none where they were never switched on.
    async fn insight_selectors(
        self: Arc<Self>,
        name: String,
    ) -> Result<Option<GetInsightSelectorsOutput>, ProviderError> {
        let request = || self.client.get_insight_selectors().trail_name(&name).send();
        match self.caller.find(INSIGHT_SELECTORS, request).await {
            Err(error) if error.code == "InsightNotEnabledException" => Ok(None),
            answer => answer,
        }
    }

    /// The tags of up to twenty trails, by ARN.
    pub(super) async fn tags(
        self: Arc<Self>,
        arns: Vec<String>,
    ) -> Result<BTreeMap<String, BTreeMap<String, String>>, ProviderError> {
        let mut found: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        let mut token = None;
        loop {
            let request = || {
                self.client
                    .list_tags()
                    .set_resource_id_list(Some(arns.clone()))
                    .set_next_token(token.clone())
                    .send()
            };
            // One trail that is gone fails the call for all: nothing is said of any then.
            let Some(page) = self.caller.find(TAGS, request).await? else { return Ok(found) };
            for resource in page.resource_tag_list.unwrap_or_default() {
                let Some(arn) = resource.resource_id else { continue };
                let tags = resource.tags_list.unwrap_or_default().into_iter();
                let tags = tags.map(|tag| (tag.key, tag.value.unwrap_or_default()));
                found.entry(arn).or_default().extend(tags);
            }
            token = page.next_token.filter(|token| !token.is_empty());
            if token.is_none() {
                return Ok(found);
            }
        }
    }
}
