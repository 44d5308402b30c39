//! The handler of `AWS::ECS::Cluster`.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_ecs::types::{
    CapacityProviderStrategyItem, Cluster as Described, ClusterConfiguration,
    ClusterServiceConnectDefaultsRequest, ClusterSetting, ClusterSettingName, ExecuteCommandConfiguration,
    ExecuteCommandLogConfiguration, ExecuteCommandLogging, ManagedStorageConfiguration,
};
use ironward_aws::ecs::Cluster;
use ironward_core::declare::Declaration;
use ironward_core::document::Document;
use ironward_core::error::{ProviderError, ProviderErrorKind};
use ironward_core::provider::{
    Change, DeleteOutcome, Found, Handler, Observation, Observed, Operation, Phase, Read, ReadResults,
    Readiness, Target, Wait,
};
use ironward_core::schema::Schema;

use super::api::{CLUSTERS, Ecs, incomplete, sdk_tags, tag_map};

pub(super) struct ClusterHandler(pub(super) Arc<Ecs>);

const CREATE: &str = "ecs:CreateCluster";

fn sdk_settings(properties: &Document) -> Result<Vec<ClusterSetting>, ProviderError> {
    let setting = |setting: &Document| -> Result<ClusterSetting, ProviderError> {
        let name = setting.parsed::<ClusterSettingName>("Name")?;
        Ok(ClusterSetting::builder().set_name(name).set_value(setting.opt("Value")?).build())
    };
    properties.list::<Document>("ClusterSettings")?.iter().map(setting).collect()
}

fn sdk_execute(execute: &Document) -> Result<ExecuteCommandConfiguration, ProviderError> {
    let logs = execute.opt::<Document>("LogConfiguration")?.map(|logs| -> Result<_, ProviderError> {
        Ok(ExecuteCommandLogConfiguration::builder()
            .set_cloud_watch_log_group_name(logs.opt("CloudWatchLogGroupName")?)
            .set_cloud_watch_encryption_enabled(logs.opt("CloudWatchEncryptionEnabled")?)
            .build())
    });
    Ok(ExecuteCommandConfiguration::builder()
        .set_kms_key_id(execute.opt("KmsKeyId")?)
        .set_logging(execute.parsed("Logging")?)
        .set_log_configuration(logs.transpose()?)
        .build())
}

fn sdk_configuration(properties: &Document) -> Result<Option<ClusterConfiguration>, ProviderError> {
    let Some(configuration) = properties.opt::<Document>("Configuration")? else { return Ok(None) };
    let execute = configuration.opt::<Document>("ExecuteCommandConfiguration")?;
    let storage = configuration.opt::<Document>("ManagedStorageConfiguration")?;
    let storage = storage.map(|storage| -> Result<_, ProviderError> {
        Ok(ManagedStorageConfiguration::builder()
            .set_kms_key_id(storage.opt("KmsKeyId")?)
            .set_fargate_ephemeral_storage_kms_key_id(storage.opt("FargateEphemeralStorageKmsKeyId")?)
            .build())
    });
    Ok(Some(
        ClusterConfiguration::builder()
            .set_execute_command_configuration(execute.map(|execute| sdk_execute(&execute)).transpose()?)
            .set_managed_storage_configuration(storage.transpose()?)
            .build(),
    ))
}

fn sdk_strategy(properties: &Document) -> Result<Vec<CapacityProviderStrategyItem>, ProviderError> {
    let item = |item: &Document| -> Result<CapacityProviderStrategyItem, ProviderError> {
        CapacityProviderStrategyItem::builder()
            .set_capacity_provider(item.opt("CapacityProvider")?)
            .set_weight(item.opt("Weight")?)
            .set_base(item.opt("Base")?)
            .build()
            .map_err(|error| incomplete(&error))
    };
    properties.list::<Document>("DefaultCapacityProviderStrategy")?.iter().map(item).collect()
}

fn sdk_connect(properties: &Document) -> Result<Option<ClusterServiceConnectDefaultsRequest>, ProviderError> {
    let Some(defaults) = properties.opt::<Document>("ServiceConnectDefaults")? else { return Ok(None) };
    let builder = ClusterServiceConnectDefaultsRequest::builder().set_namespace(defaults.opt("Namespace")?);
    builder.build().map(Some).map_err(|error| incomplete(&error))
}

fn declared_configuration(configuration: &ClusterConfiguration) -> Document {
    let execute = configuration.execute_command_configuration().map(|execute| {
        let logs = execute.log_configuration().map(|logs| {
            Document::new()
                .with("CloudWatchLogGroupName", logs.cloud_watch_log_group_name())
                .with("CloudWatchEncryptionEnabled", logs.cloud_watch_encryption_enabled())
        });
        Document::new()
            .with("KmsKeyId", execute.kms_key_id())
            .with("Logging", execute.logging().map(|logging| logging.as_str()))
            .with("LogConfiguration", logs)
    });
    let storage = configuration.managed_storage_configuration().map(|storage| {
        Document::new()
            .with("KmsKeyId", storage.kms_key_id())
            .with("FargateEphemeralStorageKmsKeyId", storage.fargate_ephemeral_storage_kms_key_id())
    });
    Document::new().with("ExecuteCommandConfiguration", execute).with("ManagedStorageConfiguration", storage)
}

#[async_trait]
impl Handler for ClusterHandler {
    fn schema(&self) -> &'static Schema {
        Cluster::SCHEMA
    }

    fn reads(&self, target: &Target<'_>) -> Vec<Read> {
        vec![Read::new(CLUSTERS, target.physical_id)]
    }

    fn observe(&self, target: &Target<'_>, answers: &ReadResults) -> Result<Observation, ProviderError> {
        let name = target.physical_id;
        let Some(cluster) = answers.get::<Described>(CLUSTERS, name)? else {
            return Ok(Observation::Absent);
        };
        let readiness = match (cluster.status(), cluster.attachments_status()) {
            (Some("FAILED"), _) => Readiness::Failed("the cluster failed".to_owned()),
            (Some("PROVISIONING"), _) => Readiness::Pending("cluster is provisioning".to_owned()),
            (Some("DEPROVISIONING"), _) => Readiness::Pending("cluster is going".to_owned()),
            (_, Some("UPDATE_IN_PROGRESS")) => {
                Readiness::Pending("cluster attaches its capacity providers".to_owned())
            }
            (_, Some("UPDATE_FAILED")) => {
                Readiness::Blocked("the capacity providers can't be attached".to_owned())
            }
            _ => Readiness::Ready,
        };
        let settings: Vec<Document> = cluster
            .settings()
            .iter()
            .map(|setting| {
                let name = setting.name().map(ClusterSettingName::as_str);
                Document::new().with("Name", name).with("Value", setting.value())
            })
            .collect();
        let strategy: Vec<Document> = cluster
            .default_capacity_provider_strategy()
            .iter()
            .map(|item| {
                Document::new()
                    .with("CapacityProvider", item.capacity_provider())
                    .with("Weight", item.weight())
                    .with("Base", item.base())
            })
            .collect();
        let attributes = Document::new().with("ClusterName", name).with("Arn", cluster.cluster_arn());
        let observed = Observed::new(attributes)
            .with("ClusterName", name)
            .with("ClusterSettings", settings)
            .with("Configuration", cluster.configuration().map(declared_configuration))
            .with("CapacityProviders", cluster.capacity_providers())
            .with("DefaultCapacityProviderStrategy", strategy)
            .tagged(tag_map(cluster.tags()))
            .with_readiness(readiness);
        Ok(Observation::Present(observed))
    }

    async fn create(&self, operation: &Operation<'_>, desired: &Document) -> Result<String, ProviderError> {
        let Self(ecs) = self;
        let name: String = desired.get("ClusterName")?;
        // The API hands out the cluster that has the name, whoever made it.
        if Arc::clone(ecs).clusters(vec![name.clone()]).await?.contains_key(&name) {
            let message = format!("there is a cluster of the name `{name}` already");
            return Err(ProviderError::new(ProviderErrorKind::AlreadyExists, CREATE, message));
        }
        let settings = sdk_settings(desired)?;
        let configuration = sdk_configuration(desired)?;
        let providers: Vec<String> = desired.list("CapacityProviders")?;
        let strategy = sdk_strategy(desired)?;
        let connect = sdk_connect(desired)?;
        let tags = sdk_tags(operation.tags(desired));
        let request = || {
            ecs.client
                .create_cluster()
                .cluster_name(&name)
                .set_settings((!settings.is_empty()).then(|| settings.clone()))
                .set_configuration(configuration.clone())
                .set_service_connect_defaults(connect.clone())
                .set_capacity_providers(Some(providers.clone()))
                .set_default_capacity_provider_strategy(Some(strategy.clone()))
                .set_tags(Some(tags.clone()))
                .send()
        };
        ecs.caller.make(CREATE, request).await?;
        Ok(name)
    }

    async fn reconcile(&self, operation: &Operation<'_>, change: &Change<'_>) -> Result<(), ProviderError> {
        let Self(ecs) = self;
        let (name, after) = (change.physical_id, change.after);
        if change.has("service_connect") {
            // An empty name takes the default away.
            let connect = match sdk_connect(after)? {
                Some(connect) => connect,
                None => ClusterServiceConnectDefaultsRequest::builder()
                    .namespace("")
                    .build()
                    .map_err(|error| incomplete(&error))?,
            };
            let request =
                || ecs.client.update_cluster().cluster(name).service_connect_defaults(connect.clone()).send();
            ecs.caller.call("ecs:UpdateCluster", request).await?;
        }
        if change.has("settings") || change.has("configuration") {
            let mut settings = sdk_settings(after)?;
            if settings.is_empty() {
                let insights = ClusterSetting::builder().name(ClusterSettingName::ContainerInsights);
                settings.push(insights.value("disabled").build());
            }
            let settings = change.has("settings").then_some(settings);
            let configuration = change.has("configuration").then(|| sdk_configuration(after)).transpose()?;
            // Leaving the configuration out would keep it.
            let configuration = configuration.map(|configuration| {
                configuration.unwrap_or_else(|| {
                    let plain =
                        ExecuteCommandConfiguration::builder().logging(ExecuteCommandLogging::Default);
                    let plain = plain.build();
                    ClusterConfiguration::builder().execute_command_configuration(plain).build()
                })
            });
            let request = || {
                ecs.client
                    .update_cluster()
                    .cluster(name)
                    .set_settings(settings.clone())
                    .set_configuration(configuration.clone())
                    .send()
            };
            ecs.caller.call("ecs:UpdateCluster", request).await?;
        }
        if change.has("capacity_providers") {
            let providers: Vec<String> = after.list("CapacityProviders")?;
            let strategy = sdk_strategy(after)?;
            let request = || {
                ecs.client
                    .put_cluster_capacity_providers()
                    .cluster(name)
                    .set_capacity_providers(Some(providers.clone()))
                    .set_default_capacity_provider_strategy(Some(strategy.clone()))
                    .send()
            };
            ecs.caller.call("ecs:PutClusterCapacityProviders", request).await?;
        }
        if change.has("tags") {
            let arn: String = change.attributes.get("Arn")?;
            ecs.retag(&arn, operation, change).await?;
        }
        Ok(())
    }

    async fn delete(
        &self,
        _operation: &Operation<'_>,
        target: &Target<'_>,
    ) -> Result<DeleteOutcome, ProviderError> {
        let Self(ecs) = self;
        let request = || ecs.client.delete_cluster().cluster(target.physical_id).send();
        ecs.caller.call("ecs:DeleteCluster", request).await?;
        Ok(DeleteOutcome::default())
    }

    async fn find(&self, operation: &Operation<'_>, desired: &Document) -> Result<Found, ProviderError> {
        let name: String = desired.get("ClusterName")?;
        let found = Arc::clone(&self.0).clusters(vec![name.clone()]).await?;
        Ok(match found.get(&name) {
            Some(cluster) => Found::by_tags(operation, &name, &tag_map(cluster.tags())),
            None => Found::Nothing,
        })
    }

    fn wait(&self, phase: Phase) -> Option<Wait> {
        Some(match phase {
            Phase::Created | Phase::Updated => Wait::seconds(0, 3, 600),
            Phase::Deleted => Wait::seconds(0, 5, 600),
        })
    }
}
