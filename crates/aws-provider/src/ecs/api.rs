//! The client of ECS and its coalesced reads: a hundred clusters to a call, ten services of one
//! cluster, task definitions one at a time.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_config::SdkConfig;
use aws_sdk_ecs::Client;
use aws_sdk_ecs::operation::describe_task_definition::DescribeTaskDefinitionOutput;
use aws_sdk_ecs::types::{Cluster, ClusterField, Service, ServiceField, Tag, TaskDefinitionField};
use ironward_core::error::{ProviderError, ProviderErrorKind};
use ironward_core::provider::{Change, Operation};

use crate::call::Caller;
use crate::registry::Registry;

pub(super) const CLUSTERS: &str = "ecs:DescribeClusters";
pub(super) const SERVICES: &str = "ecs:DescribeServices";
pub(super) const TASK_DEFINITION: &str = "ecs:DescribeTaskDefinition";

/// Services that one call may name.
const SERVICES_AT_ONCE: usize = 10;

pub(super) struct Ecs {
    pub(super) client: Client,
    pub(super) caller: Caller,
}

pub(super) fn install(registry: &mut Registry, config: &SdkConfig, caller: &Caller) -> Arc<Ecs> {
    let ecs = Arc::new(Ecs { client: Client::new(config), caller: caller.clone() });
    registry.batch(CLUSTERS, 100, &ecs, Ecs::clusters);
    registry.batch(SERVICES, usize::MAX, &ecs, Ecs::services);
    registry.each(TASK_DEFINITION, &ecs, Ecs::task_definition);
    ecs
}

/// The item under which a service is read: its cluster's name, then its own ARN or name.
pub(super) fn service_item(cluster: &str, service: &str) -> String {
    format!("{cluster}|{service}")
}

impl Ecs {
    /// Clusters that aren't inactive, by name.
    pub(super) async fn clusters(
        self: Arc<Self>,
        names: Vec<String>,
    ) -> Result<BTreeMap<String, Cluster>, ProviderError> {
        let request = || {
            self.client
                .describe_clusters()
                .set_clusters(Some(names.clone()))
                .include(ClusterField::Settings)
                .include(ClusterField::Configurations)
                .include(ClusterField::Tags)
                .send()
        };
        let answer = self.caller.call(CLUSTERS, request).await?;
        let living = |cluster: &Cluster| cluster.status() != Some("INACTIVE");
        let clusters = answer.clusters.unwrap_or_default().into_iter().filter(living);
        Ok(clusters.filter_map(|cluster| Some((cluster.cluster_name()?.to_owned(), cluster))).collect())
    }

    /// Services that aren't inactive, by [`service_item`].
    async fn services(
        self: Arc<Self>,
        items: Vec<String>,
    ) -> Result<BTreeMap<String, Service>, ProviderError> {
        let mut by_cluster = BTreeMap::<&str, Vec<&str>>::new();
        for (cluster, service) in items.iter().filter_map(|item| item.split_once('|')) {
            by_cluster.entry(cluster).or_default().push(service);
        }
        let mut found = BTreeMap::new();
        for (cluster, services) in by_cluster {
            for chunk in services.chunks(SERVICES_AT_ONCE) {
                for service in self.described(cluster, chunk).await? {
                    if let Some(arn) = service.service_arn() {
                        found.insert(service_item(cluster, arn), service);
                    }
                }
            }
        }
        Ok(found)
    }

    /// Services of a cluster that aren't inactive.
    pub(super) async fn described(
        &self,
        cluster: &str,
        services: &[&str],
    ) -> Result<Vec<Service>, ProviderError> {
        let services: Vec<String> = services.iter().map(|service| (*service).to_owned()).collect();
        let request = || {
            self.client
                .describe_services()
                .cluster(cluster)
                .set_services(Some(services.clone()))
                .include(ServiceField::Tags)
                .send()
        };
        let answer = self.caller.find(SERVICES, request).await?;
        let mut services = answer.and_then(|answer| answer.services).unwrap_or_default();
        services.retain(|service| service.status() != Some("INACTIVE"));
        Ok(services)
    }

    pub(super) async fn task_definition(
        self: Arc<Self>,
        arn: String,
    ) -> Result<Option<DescribeTaskDefinitionOutput>, ProviderError> {
        let request = || {
            let request = self.client.describe_task_definition().task_definition(&arn);
            request.include(TaskDefinitionField::Tags).send()
        };
        self.caller.find(TASK_DEFINITION, request).await
    }

    /// Makes the tags of an ARN as they shall be.
    pub(super) async fn retag(
        &self,
        arn: &str,
        operation: &Operation<'_>,
        change: &Change<'_>,
    ) -> Result<(), ProviderError> {
        let (set, gone) = change.tags(operation);
        let set = sdk_tags(set);
        let request = || self.client.tag_resource().resource_arn(arn).set_tags(Some(set.clone())).send();
        self.caller.call("ecs:TagResource", request).await?;
        if !gone.is_empty() {
            let request =
                || self.client.untag_resource().resource_arn(arn).set_tag_keys(Some(gone.clone())).send();
            self.caller.call("ecs:UntagResource", request).await?;
        }
        Ok(())
    }
}

pub(super) fn sdk_tags(tags: BTreeMap<String, String>) -> Vec<Tag> {
    tags.into_iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

pub(super) fn tag_map(tags: &[Tag]) -> BTreeMap<String, String> {
    let pair = |tag: &Tag| Some((tag.key()?.to_owned(), tag.value().unwrap_or_default().to_owned()));
    tags.iter().filter_map(pair).collect()
}

/// What a type of the SDK says that lacks a required member.
pub(super) fn incomplete(error: &aws_smithy_types::error::operation::BuildError) -> ProviderError {
    ProviderError::new(ProviderErrorKind::Invalid, "declaration", error.to_string())
}
