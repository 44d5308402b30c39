//! The client of CloudWatch Logs and its coalesced reads.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_config::SdkConfig;
use aws_sdk_cloudwatchlogs::Client;
use aws_sdk_cloudwatchlogs::types::{IndexSource, LogGroup, PolicyScope, ResourcePolicy};
use ironward_core::error::{ProviderError, ProviderErrorKind};

use crate::call::Caller;
use crate::registry::Registry;

pub(super) const LOG_GROUPS: &str = "logs:DescribeLogGroups";
pub(super) const TAGS: &str = "logs:ListTagsForResource";
pub(super) const DATA_PROTECTION: &str = "logs:GetDataProtectionPolicy";
pub(super) const RESOURCE_POLICY: &str = "logs:DescribeResourcePolicies";
pub(super) const INDEXES: &str = "logs:DescribeIndexPolicies";

pub(super) struct Logs {
    pub(super) client: Client,
    pub(super) caller: Caller,
}

pub(super) fn install(registry: &mut Registry, config: &SdkConfig, caller: &Caller) -> Arc<Logs> {
    let logs = Arc::new(Logs { client: Client::new(config), caller: caller.clone() });
    registry.batch(LOG_GROUPS, 50, &logs, Logs::groups);
    registry.each(TAGS, &logs, Logs::tags);
    registry.each(DATA_PROTECTION, &logs, Logs::data_protection);
    registry.each(RESOURCE_POLICY, &logs, Logs::resource_policy);
    registry.batch(INDEXES, 50, &logs, Logs::indexes);
    logs
}

impl Logs {
    /// Log groups, by name.
    async fn groups(
        self: Arc<Self>,
        names: Vec<String>,
    ) -> Result<BTreeMap<String, LogGroup>, ProviderError> {
        let mut found = BTreeMap::new();
        let mut token = None;
        loop {
            let request = || {
                let request = self.client.describe_log_groups();
                request.set_log_group_identifiers(Some(names.clone())).set_next_token(token.clone()).send()
            };
            let page = match self.caller.call(LOG_GROUPS, request).await {
                Ok(page) => page,
                // One that isn't there may spoil the answer for all.
                Err(error) if error.kind == ProviderErrorKind::NotFound => {
                    return self.each_group(&names).await;
                }
                Err(error) => return Err(error),
            };
            for group in page.log_groups.unwrap_or_default() {
                if let Some(name) = group.log_group_name().filter(|name| names.iter().any(|one| one == name))
                {
                    found.insert(name.to_owned(), group);
                }
            }
            token = page.next_token;
            if token.is_none() || found.len() == names.len() {
                return Ok(found);
            }
        }
    }

    async fn each_group(&self, names: &[String]) -> Result<BTreeMap<String, LogGroup>, ProviderError> {
        let mut found = BTreeMap::new();
        for name in names {
            if let Some(group) = self.group(name).await? {
                found.insert(name.clone(), group);
            }
        }
        Ok(found)
    }

    /// One log group. Names come sorted, so that of several with this prefix it is the first.
    pub(super) async fn group(&self, name: &str) -> Result<Option<LogGroup>, ProviderError> {
        let request = || self.client.describe_log_groups().log_group_name_prefix(name).send();
        let groups = self.caller.call(LOG_GROUPS, request).await?.log_groups.unwrap_or_default();
        Ok(groups.into_iter().find(|group| group.log_group_name() == Some(name)))
    }

    /// The tags of a log group, by its ARN without a trailing `:*`.
    pub(super) async fn tags(
        self: Arc<Self>,
        arn: String,
    ) -> Result<Option<BTreeMap<String, String>>, ProviderError> {
        let request = || self.client.list_tags_for_resource().resource_arn(&arn).send();
        let answer = self.caller.find(TAGS, request).await?;
        Ok(answer.map(|answer| answer.tags.unwrap_or_default().into_iter().collect()))
    }

    /// The data protection policy of a log group.
    async fn data_protection(self: Arc<Self>, group: String) -> Result<Option<String>, ProviderError> {
        let request = || self.client.get_data_protection_policy().log_group_identifier(&group).send();
        Ok(self.caller.find(DATA_PROTECTION, request).await?.and_then(|answer| answer.policy_document))
    }

    /// The policy of a log group's own, by the group's ARN without a trailing `:*`.
    pub(super) async fn resource_policy(
        self: Arc<Self>,
        arn: String,
    ) -> Result<Option<ResourcePolicy>, ProviderError> {
        let request = || {
            let request = self.client.describe_resource_policies().resource_arn(&arn);
            request.policy_scope(PolicyScope::Resource).send()
        };
        let answer = self.caller.find(RESOURCE_POLICY, request).await?;
        let policies = answer.and_then(|answer| answer.resource_policies).unwrap_or_default();
        let is_its = |policy: &ResourcePolicy| {
            policy.resource_arn().is_some_and(|other| other.trim_end_matches(":*") == arn)
        };
        Ok(policies.into_iter().find(is_its))
    }

    /// The field index policies of log groups, by the group's name; those of the account don't
    /// count.
    async fn indexes(
        self: Arc<Self>,
        groups: Vec<String>,
    ) -> Result<BTreeMap<String, String>, ProviderError> {
        let mut found = BTreeMap::new();
        let mut token = None;
        loop {
            let request = || {
                let request = self.client.describe_index_policies();
                request.set_log_group_identifiers(Some(groups.clone())).set_next_token(token.clone()).send()
            };
            let Some(page) = self.caller.find(INDEXES, request).await? else { return Ok(found) };
            for policy in page.index_policies.unwrap_or_default() {
                let identifier = policy.log_group_identifier.unwrap_or_default();
                let name = identifier.split_once(":log-group:").map_or(&*identifier, |(_, name)| name);
                let name = name.trim_end_matches(":*").to_owned();
                if let Some(document) = policy.policy_document
                    && policy.source != Some(IndexSource::Account)
                {
                    found.insert(name, document);
                }
            }
            token = page.next_token;
            if token.is_none() {
                return Ok(found);
            }
        }
    }
}
