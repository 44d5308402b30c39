//! Clusters under test.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_ecs::Client;
use aws_sdk_ecs::types::{Cluster as Described, ClusterField, ClusterSetting, ClusterSettingName};
use ironward_aws::ecs::{
    CapacityProvider, CapacityProviderStrategyItem, Cluster, ClusterConfiguration, ClusterName,
    ContainerInsights, ExecuteCommandConfiguration,
};
use ironward_aws::kms::Key;
use ironward_aws::logs::LogGroupName;
use ironward_aws::place::Here;
use ironward_aws::policy::{Allow, PolicyDocument};
use ironward_core::program::DeclareError;
use ironward_core::stack::{Hipaa, Stack};
use serde_json::{Value as Json, json};

use crate::cloud::{Cloud, Emulator};
use crate::subject::Subject;
use crate::suite::conform;

pub(super) struct ClusterSubject;

async fn described(cloud: &Cloud, name: &str) -> Option<Described> {
    let fields = [ClusterField::Settings, ClusterField::Configurations, ClusterField::Tags];
    let request = Client::new(&cloud.sdk).describe_clusters().clusters(name);
    let answer = request.set_include(Some(fields.to_vec())).send().await.unwrap();
    answer.clusters.unwrap_or_default().into_iter().find(|cluster| cluster.status() == Some("ACTIVE"))
}

#[async_trait]
impl Subject for ClusterSubject {
    fn declare(&self, stack: &mut Stack<Hipaa>, edit: Option<&str>) -> Result<(), DeclareError> {
        let here = stack.lookup("here", Here)?;
        let policy =
            PolicyDocument::new().with(Allow::actions(["kms:*"]).principal(here.account_root()).on("*"));
        let key = stack.add("key", Key::new(policy))?;
        let group = if edit == Some("Configuration") { "edited" } else { "sessions" };
        let sessions = ExecuteCommandConfiguration::new(key.customer_key(), LogGroupName::new(group));
        let mut cluster = Cluster::new()
            .cluster_settings(ContainerInsights::Enabled)
            .configuration(ClusterConfiguration::new().execute_command_configuration(sessions))
            .capacity_providers([CapacityProvider::Fargate])
            .tag("use", "test");
        match edit {
            Some("ClusterSettings") => cluster = cluster.cluster_settings(ContainerInsights::Enhanced),
            Some("CapacityProviders") => {
                let both = [CapacityProvider::FargateSpot, CapacityProvider::Fargate];
                cluster = cluster.capacity_providers(both);
            }
            Some("DefaultCapacityProviderStrategy") => {
                let item = CapacityProviderStrategyItem::new(CapacityProvider::Fargate).weight(1).base(2);
                cluster = cluster.default_capacity_provider_strategy([item]);
            }
            Some("ClusterName") => {
                cluster = cluster.cluster_name(ClusterName::new("conformance-edited"));
            }
            Some("Tags") => cluster = cluster.tag("use", "edited").tag("more", "yes"),
            _ => {}
        }
        stack.add("subject", cluster)?;
        Ok(())
    }

    fn updates(&self) -> &'static [&'static str] {
        &["ClusterSettings", "Configuration", "CapacityProviders", "DefaultCapacityProviderStrategy", "Tags"]
    }

    fn replacements(&self) -> &'static [&'static str] {
        &["ClusterName"]
    }

    async fn read(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>> {
        let cluster = described(cloud, id).await?;
        let settings: Vec<_> = cluster.settings().iter().map(|setting| setting.value()).collect();
        let sessions = cluster.configuration().and_then(|c| c.execute_command_configuration());
        let sessions = sessions.map(|sessions| {
            let group = sessions.log_configuration().and_then(|logs| logs.cloud_watch_log_group_name());
            (sessions.kms_key_id().is_some(), group)
        });
        let strategy: Vec<_> = cluster
            .default_capacity_provider_strategy()
            .iter()
            .map(|item| (item.capacity_provider(), item.weight(), item.base()))
            .collect();
        Some(BTreeMap::from([
            ("ClusterSettings", json!(settings)),
            ("Configuration", json!(sessions)),
            ("CapacityProviders", json!(cluster.capacity_providers())),
            ("DefaultCapacityProviderStrategy", json!(strategy)),
            ("Tags", json!(self.tags(cloud, id).await)),
        ]))
    }

    async fn tags(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<String, String>> {
        let cluster = described(cloud, id).await?;
        let pair =
            |tag: &aws_sdk_ecs::types::Tag| (tag.key().unwrap().to_owned(), tag.value().unwrap().to_owned());
        Some(cluster.tags().iter().map(pair).collect())
    }

    async fn remove(&self, cloud: &Cloud, id: &str) {
        Client::new(&cloud.sdk).delete_cluster().cluster(id).send().await.unwrap();
    }

    async fn disturb(&self, cloud: &Cloud, id: &str) -> Option<&'static str> {
        let off =
            ClusterSetting::builder().name(ClusterSettingName::ContainerInsights).value("disabled").build();
        let request = Client::new(&cloud.sdk).update_cluster().cluster(id).settings(off);
        request.send().await.unwrap();
        Some("ClusterSettings")
    }

    fn unseen(&self, emulator: Emulator) -> &'static [&'static str] {
        match emulator {
            Emulator::Sandbox => {
                &["ClusterSettings", "Configuration", "CapacityProviders", "DefaultCapacityProviderStrategy"]
            }
            Emulator::Moto => &[],
        }
    }
}

#[tokio::test]
async fn cluster_on_sandbox() {
    conform(&ClusterSubject, Cloud::sandbox().await).await;
}

#[tokio::test]
async fn cluster_on_moto() {
    conform(&ClusterSubject, Cloud::moto().await).await;
}
