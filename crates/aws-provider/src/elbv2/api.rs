//! The client of load balancing and its coalesced reads: twenty ARNs to a call, attributes one at
//! a time.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;

use aws_config::SdkConfig;
use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::operation::describe_capacity_reservation::DescribeCapacityReservationOutput;
use aws_sdk_elasticloadbalancingv2::types::{Listener, LoadBalancer, Tag, TargetGroup};
use ironward_core::error::{ProviderError, ProviderErrorKind};
use ironward_core::provider::{Change, Operation};

use super::attributes::Keys;
use crate::call::Caller;
use crate::registry::Registry;

pub(super) const LOAD_BALANCERS: &str = "elasticloadbalancing:DescribeLoadBalancers";
pub(super) const LOAD_BALANCER_ATTRIBUTES: &str = "elasticloadbalancing:DescribeLoadBalancerAttributes";
pub(super) const TARGET_GROUPS: &str = "elasticloadbalancing:DescribeTargetGroups";
pub(super) const TARGET_GROUP_ATTRIBUTES: &str = "elasticloadbalancing:DescribeTargetGroupAttributes";
pub(super) const LISTENERS: &str = "elasticloadbalancing:DescribeListeners";
pub(super) const LISTENER_ATTRIBUTES: &str = "elasticloadbalancing:DescribeListenerAttributes";
pub(super) const CAPACITY: &str = "elasticloadbalancing:DescribeCapacityReservation";
pub(super) const TAGS: &str = "elasticloadbalancing:DescribeTags";

/// ARNs that one call may name.
const BATCH: usize = 20;

pub(super) struct Elb {
    pub(super) client: Client,
    pub(super) caller: Caller,
}

pub(super) fn install(registry: &mut Registry, config: &SdkConfig, caller: &Caller) -> Arc<Elb> {
    let elb = Arc::new(Elb { client: Client::new(config), caller: caller.clone() });
    registry.batch(LOAD_BALANCERS, BATCH, &elb, Elb::load_balancers);
    registry.each(LOAD_BALANCER_ATTRIBUTES, &elb, Elb::load_balancer_attributes);
    registry.batch(TARGET_GROUPS, BATCH, &elb, Elb::target_groups);
    registry.each(TARGET_GROUP_ATTRIBUTES, &elb, Elb::target_group_attributes);
    registry.batch(LISTENERS, BATCH, &elb, Elb::listeners);
    registry.each(LISTENER_ATTRIBUTES, &elb, Elb::listener_attributes);
    registry.each(CAPACITY, &elb, Elb::capacity);
    registry.batch(TAGS, BATCH, &elb, Elb::tags);
    elb
}

/// Reads all ARNs in one call; where one of them is gone, the call fails for all, so each is then
/// read by itself.
async fn all_or_each<T, F>(
    arns: Vec<String>,
    read: impl Fn(Vec<String>) -> F,
) -> Result<BTreeMap<String, T>, ProviderError>
where
    F: Future<Output = Result<BTreeMap<String, T>, ProviderError>>,
{
    match read(arns.clone()).await {
        Err(error) if error.kind == ProviderErrorKind::NotFound && arns.len() > 1 => {}
        Err(error) if error.kind == ProviderErrorKind::NotFound => return Ok(BTreeMap::new()),
        answer => return answer,
    }
    let mut found = BTreeMap::new();
    for arn in arns {
        match read(vec![arn]).await {
            Ok(one) => found.extend(one),
            Err(error) if error.kind == ProviderErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

fn by_arn<T>(items: Vec<T>, arn: impl Fn(&T) -> Option<&str>) -> BTreeMap<String, T> {
    items.into_iter().filter_map(|item| Some((arn(&item)?.to_owned(), item))).collect()
}

impl Elb {
    async fn load_balancers(
        self: Arc<Self>,
        arns: Vec<String>,
    ) -> Result<BTreeMap<String, LoadBalancer>, ProviderError> {
        let elb = &*self;
        all_or_each(arns, |arns| async move {
            let request =
                || elb.client.describe_load_balancers().set_load_balancer_arns(Some(arns.clone())).send();
            let answer = elb.caller.call(LOAD_BALANCERS, request).await?;
            Ok(by_arn(answer.load_balancers.unwrap_or_default(), LoadBalancer::load_balancer_arn))
        })
        .await
    }

    async fn load_balancer_attributes(self: Arc<Self>, arn: String) -> Result<Option<Keys>, ProviderError> {
        let request = || self.client.describe_load_balancer_attributes().load_balancer_arn(&arn).send();
        let answer = self.caller.find(LOAD_BALANCER_ATTRIBUTES, request).await?;
        let pair = |attribute: &aws_sdk_elasticloadbalancingv2::types::LoadBalancerAttribute| {
            Some((attribute.key()?.to_owned(), attribute.value().unwrap_or_default().to_owned()))
        };
        Ok(answer.map(|answer| answer.attributes().iter().filter_map(pair).collect()))
    }

    async fn target_groups(
        self: Arc<Self>,
        arns: Vec<String>,
    ) -> Result<BTreeMap<String, TargetGroup>, ProviderError> {
        let elb = &*self;
        all_or_each(arns, |arns| async move {
            let request =
                || elb.client.describe_target_groups().set_target_group_arns(Some(arns.clone())).send();
            let answer = elb.caller.call(TARGET_GROUPS, request).await?;
            Ok(by_arn(answer.target_groups.unwrap_or_default(), TargetGroup::target_group_arn))
        })
        .await
    }

    async fn target_group_attributes(self: Arc<Self>, arn: String) -> Result<Option<Keys>, ProviderError> {
        let request = || self.client.describe_target_group_attributes().target_group_arn(&arn).send();
        let answer = self.caller.find(TARGET_GROUP_ATTRIBUTES, request).await?;
        let pair = |attribute: &aws_sdk_elasticloadbalancingv2::types::TargetGroupAttribute| {
            Some((attribute.key()?.to_owned(), attribute.value().unwrap_or_default().to_owned()))
        };
        Ok(answer.map(|answer| answer.attributes().iter().filter_map(pair).collect()))
    }

    async fn listeners(
        self: Arc<Self>,
        arns: Vec<String>,
    ) -> Result<BTreeMap<String, Listener>, ProviderError> {
        let elb = &*self;
        all_or_each(arns, |arns| async move {
            let request = || elb.client.describe_listeners().set_listener_arns(Some(arns.clone())).send();
            let answer = elb.caller.call(LISTENERS, request).await?;
            Ok(by_arn(answer.listeners.unwrap_or_default(), Listener::listener_arn))
        })
        .await
    }

    async fn listener_attributes(self: Arc<Self>, arn: String) -> Result<Option<Keys>, ProviderError> {
        let request = || self.client.describe_listener_attributes().listener_arn(&arn).send();
        let answer = self.caller.find(LISTENER_ATTRIBUTES, request).await?;
        let pair = |attribute: &aws_sdk_elasticloadbalancingv2::types::ListenerAttribute| {
            Some((attribute.key()?.to_owned(), attribute.value().unwrap_or_default().to_owned()))
        };
        Ok(answer.map(|answer| answer.attributes().iter().filter_map(pair).collect()))
    }

    /// The capacity units that a load balancer always has; 0 where none are reserved.
    async fn capacity(self: Arc<Self>, arn: String) -> Result<Option<i32>, ProviderError> {
        let request = || self.client.describe_capacity_reservation().load_balancer_arn(&arn).send();
        let answer = self.caller.find(CAPACITY, request).await?;
        let units =
            |answer: DescribeCapacityReservationOutput| answer.minimum_load_balancer_capacity?.capacity_units;
        Ok(answer.map(|answer| units(answer).unwrap_or(0)))
    }

    /// The tags of what has these ARNs.
    pub(super) async fn tags(
        self: Arc<Self>,
        arns: Vec<String>,
    ) -> Result<BTreeMap<String, BTreeMap<String, String>>, ProviderError> {
        let elb = &*self;
        all_or_each(arns, |arns| async move {
            let request = || elb.client.describe_tags().set_resource_arns(Some(arns.clone())).send();
            let answer = elb.caller.call(TAGS, request).await?;
            let mut found = BTreeMap::new();
            for described in answer.tag_descriptions() {
                let tags = described.tags().iter().filter_map(|tag| {
                    Some((tag.key()?.to_owned(), tag.value().unwrap_or_default().to_owned()))
                });
                if let Some(arn) = described.resource_arn() {
                    found.insert(arn.to_owned(), tags.collect());
                }
            }
            Ok(found)
        })
        .await
    }

    /// The tags of one ARN.
    pub(super) async fn tags_of(
        self: Arc<Self>,
        arn: &str,
    ) -> Result<BTreeMap<String, String>, ProviderError> {
        Ok(self.tags(vec![arn.to_owned()]).await?.remove(arn).unwrap_or_default())
    }

    /// Makes the tags as they shall be.
    pub(super) async fn retag(
        &self,
        operation: &Operation<'_>,
        change: &Change<'_>,
    ) -> Result<(), ProviderError> {
        let arn = change.physical_id;
        let (set, gone) = change.tags(operation);
        let set = sdk_tags(set);
        let request = || self.client.add_tags().resource_arns(arn).set_tags(Some(set.clone())).send();
        self.caller.call("elasticloadbalancing:AddTags", request).await?;
        if !gone.is_empty() {
            let request =
                || self.client.remove_tags().resource_arns(arn).set_tag_keys(Some(gone.clone())).send();
            self.caller.call("elasticloadbalancing:RemoveTags", request).await?;
        }
        Ok(())
    }
}

pub(super) fn sdk_tags(tags: BTreeMap<String, String>) -> Vec<Tag> {
    tags.into_iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

/// What a creation says that should have named what it made.
pub(super) fn no_arn(action: &'static str) -> ProviderError {
    ProviderError::new(ProviderErrorKind::Ambiguous, action, "the answer holds no ARN")
}

/// What a creation says under a name that is taken: the API would hand out what has it.
pub(super) fn taken(action: &'static str, name: &str) -> ProviderError {
    ProviderError::new(
        ProviderErrorKind::AlreadyExists,
        action,
        format!("there is one of the name `{name}` already"),
    )
}
