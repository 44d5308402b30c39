//! The client of EC2 for security groups, flow logs and VPC endpoints, and its coalesced reads:
//! all by filters, so that what isn't there doesn't spoil the answer for the rest.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_config::SdkConfig;
use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::{
    Filter, FlowLog, ResourceType, SecurityGroup, SecurityGroupRule, Tag, TagSpecification, UnsuccessfulItem,
    VpcEndpoint,
};
use ironward_core::error::ProviderError;
use ironward_core::provider::{Change, INSTANCE_TAG, Operation};

use crate::call::Caller;
use crate::classify::classify;
use crate::registry::Registry;

pub(super) const GROUPS: &str = "ec2:DescribeSecurityGroups";
pub(super) const RULES: &str = "ec2:DescribeSecurityGroupRules";
pub(super) const FLOW_LOGS: &str = "ec2:DescribeFlowLogs";
pub(super) const ENDPOINTS: &str = "ec2:DescribeVpcEndpoints";

/// The most values of one filter.
const VALUES: usize = 200;

pub(super) struct Security {
    pub(super) client: Client,
    pub(super) caller: Caller,
}

pub(super) fn install(registry: &mut Registry, config: &SdkConfig, caller: &Caller) -> Arc<Security> {
    let security = Arc::new(Security { client: Client::new(config), caller: caller.clone() });
    registry.batch(GROUPS, VALUES, &security, Security::groups);
    registry.batch(RULES, VALUES, &security, Security::rules);
    registry.batch(FLOW_LOGS, VALUES, &security, Security::flow_logs);
    registry.batch(ENDPOINTS, VALUES, &security, Security::endpoints);
    security
}

/// A filter that takes any of these values.
pub(super) fn filter(name: &str, values: impl IntoIterator<Item = impl Into<String>>) -> Filter {
    let values = values.into_iter().map(Into::into).collect();
    Filter::builder().name(name).set_values(Some(values)).build()
}

/// The filter that finds what carries an instance's owner tag.
pub(super) fn of_instance(operation: &Operation<'_>) -> Filter {
    filter(&format!("tag:{INSTANCE_TAG}"), [operation.instance.as_str()])
}

/// The tags of a resource, by key.
pub(super) fn carried(tags: &[Tag]) -> BTreeMap<String, String> {
    tags.iter()
        .filter_map(|tag| Some((tag.key()?.to_owned(), tag.value().unwrap_or_default().to_owned())))
        .collect()
}

fn sdk_tags(tags: BTreeMap<String, String>) -> Vec<Tag> {
    tags.into_iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

/// The tags of a resource that is about to be made.
pub(super) fn specification(kind: ResourceType, tags: BTreeMap<String, String>) -> TagSpecification {
    TagSpecification::builder().resource_type(kind).set_tags(Some(sdk_tags(tags))).build()
}

/// Whether an answer holds a refusal although the call succeeded.
pub(super) fn refusal(action: &'static str, items: &[UnsuccessfulItem]) -> Result<(), ProviderError> {
    let Some(item) = items.first() else { return Ok(()) };
    let error = item.error();
    let code = error.and_then(|error| error.code()).unwrap_or_default();
    let message = error.and_then(|error| error.message()).unwrap_or("the service gave no reason");
    Err(ProviderError::new(classify("ec2", code, message), action, message).with_code(code))
}

impl Security {
    /// Security groups, by id.
    async fn groups(
        self: Arc<Self>,
        ids: Vec<String>,
    ) -> Result<BTreeMap<String, SecurityGroup>, ProviderError> {
        let found = self.groups_with(&[filter("group-id", ids)]).await?;
        Ok(found.into_iter().filter_map(|group| Some((group.group_id()?.to_owned(), group))).collect())
    }

    /// Security groups that fit filters.
    pub(super) async fn groups_with(&self, filters: &[Filter]) -> Result<Vec<SecurityGroup>, ProviderError> {
        let (mut found, mut token) = (Vec::new(), None);
        loop {
            let request = || {
                let request = self.client.describe_security_groups().set_filters(Some(filters.to_vec()));
                request.set_next_token(token.clone()).send()
            };
            let page = self.caller.call(GROUPS, request).await?;
            found.extend(page.security_groups.unwrap_or_default());
            token = page.next_token.filter(|token| !token.is_empty());
            if token.is_none() {
                return Ok(found);
            }
        }
    }

    /// The rules of security groups, by the group's id.
    pub(super) async fn rules(
        self: Arc<Self>,
        groups: Vec<String>,
    ) -> Result<BTreeMap<String, Vec<SecurityGroupRule>>, ProviderError> {
        let mut found: BTreeMap<String, Vec<SecurityGroupRule>> = BTreeMap::new();
        let filters = vec![filter("group-id", groups)];
        let mut token = None;
        loop {
            let request = || {
                let request = self.client.describe_security_group_rules().set_filters(Some(filters.clone()));
                request.set_next_token(token.clone()).send()
            };
            let page = self.caller.call(RULES, request).await?;
            for rule in page.security_group_rules.unwrap_or_default() {
                if let Some(group) = rule.group_id() {
                    found.entry(group.to_owned()).or_default().push(rule);
                }
            }
            token = page.next_token.filter(|token| !token.is_empty());
            if token.is_none() {
                return Ok(found);
            }
        }
    }

    /// Flow logs, by id.
    async fn flow_logs(
        self: Arc<Self>,
        ids: Vec<String>,
    ) -> Result<BTreeMap<String, FlowLog>, ProviderError> {
        let found = self.flow_logs_with(filter("flow-log-id", ids)).await?;
        Ok(found.into_iter().filter_map(|log| Some((log.flow_log_id()?.to_owned(), log))).collect())
    }

    /// Flow logs that fit a filter.
    pub(super) async fn flow_logs_with(&self, filter: Filter) -> Result<Vec<FlowLog>, ProviderError> {
        let (mut found, mut token) = (Vec::new(), None);
        loop {
            let request = || {
                let request = self.client.describe_flow_logs().filter(filter.clone());
                request.set_next_token(token.clone()).send()
            };
            let page = self.caller.call(FLOW_LOGS, request).await?;
            found.extend(page.flow_logs.unwrap_or_default());
            token = page.next_token.filter(|token| !token.is_empty());
            if token.is_none() {
                return Ok(found);
            }
        }
    }

    /// VPC endpoints, by id. They are asked for by id, and only where one of them isn't there by
    /// listing all: the filter by id isn't known everywhere.
    pub(super) async fn endpoints(
        self: Arc<Self>,
        ids: Vec<String>,
    ) -> Result<BTreeMap<String, VpcEndpoint>, ProviderError> {
        let request = || self.client.describe_vpc_endpoints().set_vpc_endpoint_ids(Some(ids.clone())).send();
        let found = match self.caller.find(ENDPOINTS, request).await? {
            Some(page) if page.next_token().is_none_or(str::is_empty) => {
                page.vpc_endpoints.unwrap_or_default()
            }
            _ => self.endpoints_with(None).await?,
        };
        let by_id = found.into_iter();
        Ok(by_id.filter_map(|endpoint| Some((endpoint.vpc_endpoint_id()?.to_owned(), endpoint))).collect())
    }

    /// All VPC endpoints, or those that fit a filter.
    pub(super) async fn endpoints_with(
        &self,
        filter: Option<Filter>,
    ) -> Result<Vec<VpcEndpoint>, ProviderError> {
        let filters = filter.map(|filter| vec![filter]);
        let (mut found, mut token) = (Vec::new(), None);
        loop {
            let request = || {
                let request = self.client.describe_vpc_endpoints().set_filters(filters.clone());
                request.set_next_token(token.clone()).send()
            };
            let page = self.caller.call(ENDPOINTS, request).await?;
            found.extend(page.vpc_endpoints.unwrap_or_default());
            token = page.next_token.filter(|token| !token.is_empty());
            if token.is_none() {
                return Ok(found);
            }
        }
    }

    /// Makes the tags of a resource as declared; tags of others stay.
    pub(super) async fn set_tags(
        &self,
        operation: &Operation<'_>,
        change: &Change<'_>,
    ) -> Result<(), ProviderError> {
        let (set, gone) = change.tags(operation);
        let set = sdk_tags(set);
        let request =
            || self.client.create_tags().resources(change.physical_id).set_tags(Some(set.clone())).send();
        self.caller.call("ec2:CreateTags", request).await?;
        if !gone.is_empty() {
            let gone: Vec<Tag> = gone.into_iter().map(|key| Tag::builder().key(key).build()).collect();
            let request = || {
                self.client.delete_tags().resources(change.physical_id).set_tags(Some(gone.clone())).send()
            };
            self.caller.call("ec2:DeleteTags", request).await?;
        }
        Ok(())
    }
}
