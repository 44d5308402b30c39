//! The handler of `AWS::ECS::Service`.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_ecs::types::{
    AvailabilityZoneRebalancing, AwsVpcConfiguration, DeploymentAlarms, DeploymentCircuitBreaker,
    DeploymentConfiguration, LoadBalancer, MonitoringConfiguration, NetworkConfiguration, PropagateTags,
    Service as Described, ServiceConnectConfiguration, ServiceRegistry, ThresholdConfiguration,
};
use ironward_aws::ecs::Service;
use ironward_core::declare::Declaration;
use ironward_core::document::Document;
use ironward_core::error::{ProviderError, ProviderErrorKind};
use ironward_core::provider::{
    Change, DeleteOutcome, Found, Handler, Observation, Observed, Operation, Phase, Read, ReadResults,
    Target, Wait,
};
use ironward_core::schema::Schema;

use super::api::{Ecs, SERVICES, incomplete, sdk_tags, service_item, tag_map};
use super::container_parts::{items, part, text};
use super::rollout::readiness;
use super::service_parts::{declared_lattice, sdk_connect, sdk_lattice, sdk_monitoring, sdk_volumes};

pub(super) struct ServiceHandler(pub(super) Arc<Ecs>);

const CREATE: &str = "ecs:CreateService";

fn sdk_network(properties: &Document) -> Result<Option<NetworkConfiguration>, ProviderError> {
    part(properties, "NetworkConfiguration", |network| {
        let awsvpc = part(network, "AwsvpcConfiguration", |awsvpc| {
            AwsVpcConfiguration::builder()
                .set_subnets(awsvpc.opt("Subnets")?)
                .set_security_groups(awsvpc.opt("SecurityGroups")?)
                .set_assign_public_ip(awsvpc.parsed("AssignPublicIp")?)
                .build()
                .map_err(|error| incomplete(&error))
        })?;
        Ok(NetworkConfiguration::builder().set_awsvpc_configuration(awsvpc).build())
    })
}

fn sdk_load_balancers(properties: &Document) -> Result<Option<Vec<LoadBalancer>>, ProviderError> {
    items(properties, "LoadBalancers", |balancer| {
        Ok(LoadBalancer::builder()
            .set_target_group_arn(balancer.opt("TargetGroupArn")?)
            .set_container_name(balancer.opt("ContainerName")?)
            .set_container_port(balancer.opt("ContainerPort")?)
            .build())
    })
}

fn sdk_registries(properties: &Document) -> Result<Option<Vec<ServiceRegistry>>, ProviderError> {
    items(properties, "ServiceRegistries", |registry| {
        Ok(ServiceRegistry::builder()
            .set_registry_arn(registry.opt("RegistryArn")?)
            .set_container_name(registry.opt("ContainerName")?)
            .set_container_port(registry.opt("ContainerPort")?)
            .set_port(registry.opt("Port")?)
            .build())
    })
}

/// How deployments go about; whole, since a member that is left out would stay as it is.
fn sdk_deployment(properties: &Document) -> Result<DeploymentConfiguration, ProviderError> {
    let declared = properties.opt::<Document>("DeploymentConfiguration")?.unwrap_or_default();
    let breaker = part(&declared, "DeploymentCircuitBreaker", |breaker| {
        Ok(DeploymentCircuitBreaker::builder()
            .set_enable(breaker.opt("Enable")?)
            .set_rollback(breaker.opt("Rollback")?)
            .set_reset_on_healthy_task(breaker.opt("ResetOnHealthyTask")?)
            .set_threshold_configuration(part(breaker, "ThresholdConfiguration", |threshold| {
                ThresholdConfiguration::builder()
                    .set_type(threshold.parsed("Type")?)
                    .set_value(threshold.opt("Value")?)
                    .build()
                    .map_err(|error| incomplete(&error))
            })?)
            .build())
    })?;
    let alarms = part(&declared, "Alarms", |alarms| {
        DeploymentAlarms::builder()
            .set_alarm_names(alarms.opt("AlarmNames")?)
            .set_enable(alarms.opt("Enable")?)
            .set_rollback(alarms.opt("Rollback")?)
            .build()
            .map_err(|error| incomplete(&error))
    })?;
    Ok(DeploymentConfiguration::builder()
        .maximum_percent(declared.opt("MaximumPercent")?.unwrap_or(200))
        .minimum_healthy_percent(declared.opt("MinimumHealthyPercent")?.unwrap_or(100))
        .deployment_circuit_breaker(
            breaker
                .unwrap_or_else(|| DeploymentCircuitBreaker::builder().enable(false).rollback(false).build()),
        )
        .set_alarms(alarms)
        .build())
}

/// A list in the order of another one, which has no meaning to the service.
fn in_order_of(seen: &[String], declared: &[String]) -> Vec<String> {
    let place = |item: &String| declared.iter().position(|other| other == item).unwrap_or(usize::MAX);
    let mut list = seen.to_vec();
    list.sort_by_key(|item| (place(item), item.clone()));
    list
}

fn declared_network(network: &NetworkConfiguration, last: &Document) -> Document {
    let list = |name: &str| {
        let path = format!("NetworkConfiguration.AwsvpcConfiguration.{name}");
        let items = last.at(&path).and_then(|list| list.as_array());
        let text = |item: &serde_json::Value| item.as_str().map(str::to_owned);
        items.map(|items| items.iter().filter_map(text).collect::<Vec<_>>()).unwrap_or_default()
    };
    let awsvpc = network.awsvpc_configuration().map(|awsvpc| {
        Document::new()
            .with("Subnets", in_order_of(awsvpc.subnets(), &list("Subnets")))
            .with("SecurityGroups", in_order_of(awsvpc.security_groups(), &list("SecurityGroups")))
            .with("AssignPublicIp", awsvpc.assign_public_ip().map(|assign| assign.as_str()))
    });
    Document::new().with("AwsvpcConfiguration", awsvpc)
}

fn declared_deployment(deployment: &DeploymentConfiguration) -> Document {
    let threshold = |threshold: &ThresholdConfiguration| {
        Document::new().with("Type", threshold.r#type().as_str()).with("Value", threshold.value())
    };
    let breaker = deployment.deployment_circuit_breaker().map(|breaker| {
        Document::new()
            .with("Enable", breaker.enable())
            .with("Rollback", breaker.rollback())
            .with("ResetOnHealthyTask", breaker.reset_on_healthy_task())
            .with("ThresholdConfiguration", breaker.threshold_configuration().map(threshold))
    });
    let alarms = deployment.alarms().filter(|alarms| !alarms.alarm_names().is_empty()).map(|alarms| {
        Document::new()
            .with("AlarmNames", alarms.alarm_names())
            .with("Enable", alarms.enable())
            .with("Rollback", alarms.rollback())
    });
    Document::new()
        .with("MaximumPercent", deployment.maximum_percent())
        .with("MinimumHealthyPercent", deployment.minimum_healthy_percent())
        .with("DeploymentCircuitBreaker", breaker)
        .with("Alarms", alarms)
}

fn declared_load_balancer(balancer: &LoadBalancer) -> Document {
    Document::new()
        .with("TargetGroupArn", balancer.target_group_arn())
        .with("ContainerName", balancer.container_name())
        .with("ContainerPort", balancer.container_port())
}

fn declared_registry(registry: &ServiceRegistry) -> Document {
    Document::new()
        .with("RegistryArn", registry.registry_arn())
        .with("ContainerName", registry.container_name())
        .with("ContainerPort", registry.container_port())
        .with("Port", registry.port())
}

#[async_trait]
impl Handler for ServiceHandler {
    fn schema(&self) -> &'static Schema {
        Service::SCHEMA
    }

    fn reads(&self, target: &Target<'_>) -> Vec<Read> {
        vec![Read::new(SERVICES, service_item(&text(target.properties, "Cluster"), target.physical_id))]
    }

    fn observe(&self, target: &Target<'_>, answers: &ReadResults) -> Result<Observation, ProviderError> {
        let cluster = text(target.properties, "Cluster");
        let item = service_item(&cluster, target.physical_id);
        let Some(service) = answers.get::<Described>(SERVICES, &item)? else {
            return Ok(Observation::Absent);
        };
        let attributes =
            Document::new().with("ServiceArn", service.service_arn()).with("Name", service.service_name());
        let balancers: Vec<Document> = service.load_balancers().iter().map(declared_load_balancer).collect();
        let registries: Vec<Document> = service.service_registries().iter().map(declared_registry).collect();
        // What the deployment that counts registers its tasks in.
        let primary = service.deployments().iter().find(|deployment| deployment.status() == Some("PRIMARY"));
        let lattice = primary.and_then(|deployment| deployment.vpc_lattice_configurations.as_ref());
        let lattice = lattice.map(|all| all.iter().map(declared_lattice).collect::<Vec<_>>());
        let in_cluster = service.cluster_arn().and_then(|arn| arn.rsplit('/').next());
        let network = service.network_configuration();
        let rebalancing = service.availability_zone_rebalancing();
        let observed = Observed::new(attributes)
            .with_some("Cluster", in_cluster)
            .with_some("ServiceName", service.service_name())
            .with_some("TaskDefinition", service.task_definition())
            .with("DesiredCount", service.desired_count())
            .with_some("LaunchType", service.launch_type().map(|kind| kind.as_str()))
            .with_some("SchedulingStrategy", service.scheduling_strategy().map(|kind| kind.as_str()))
            .with_some("PlatformVersion", service.platform_version())
            .with_some(
                "NetworkConfiguration",
                network.map(|network| declared_network(network, target.properties)),
            )
            .with("LoadBalancers", balancers)
            .with("ServiceRegistries", registries)
            .with_some("VpcLatticeConfigurations", lattice)
            .with_some("HealthCheckGracePeriodSeconds", service.health_check_grace_period_seconds())
            .with_some("DeploymentConfiguration", service.deployment_configuration().map(declared_deployment))
            .with("EnableExecuteCommand", service.enable_execute_command())
            .with("EnableECSManagedTags", service.enable_ecs_managed_tags())
            .with_some("PropagateTags", service.propagate_tags().map(|whose| whose.as_str()))
            .with_some("AvailabilityZoneRebalancing", rebalancing.map(|on| on.as_str()))
            .tagged(tag_map(service.tags()))
            .with_readiness(readiness(service, &text(target.properties, "TaskDefinition")));
        Ok(Observation::Present(observed))
    }

    async fn create(&self, operation: &Operation<'_>, desired: &Document) -> Result<String, ProviderError> {
        let Self(ecs) = self;
        let (cluster, name): (String, String) = (desired.get("Cluster")?, desired.get("ServiceName")?);
        let task: String = desired.get("TaskDefinition")?;
        let count: i32 = desired.opt("DesiredCount")?.unwrap_or(1);
        let (launch, scheduling) = (desired.parsed("LaunchType")?, desired.parsed("SchedulingStrategy")?);
        let platform: Option<String> = desired.opt("PlatformVersion")?;
        let network = sdk_network(desired)?;
        let (balancers, registries) = (sdk_load_balancers(desired)?, sdk_registries(desired)?);
        let (connect, volumes) = (sdk_connect(desired)?, sdk_volumes(desired)?);
        let (lattice, monitoring) = (sdk_lattice(desired)?, sdk_monitoring(desired)?);
        let grace: Option<i32> = desired.opt("HealthCheckGracePeriodSeconds")?;
        let deployment =
            desired.has("DeploymentConfiguration").then(|| sdk_deployment(desired)).transpose()?;
        let execute: Option<bool> = desired.opt("EnableExecuteCommand")?;
        let managed_tags: Option<bool> = desired.opt("EnableECSManagedTags")?;
        let propagate = desired.parsed::<PropagateTags>("PropagateTags")?;
        let rebalancing = desired.parsed::<AvailabilityZoneRebalancing>("AvailabilityZoneRebalancing")?;
        let tags = sdk_tags(operation.tags(desired));
        let token = operation.token("create");
        let request = || {
            ecs.client
                .create_service()
                .client_token(&token)
                .cluster(&cluster)
                .service_name(&name)
                .task_definition(&task)
                .desired_count(count)
                .set_launch_type(launch.clone())
                .set_scheduling_strategy(scheduling.clone())
                .set_platform_version(platform.clone())
                .set_network_configuration(network.clone())
                .set_load_balancers(balancers.clone())
                .set_service_registries(registries.clone())
                .set_service_connect_configuration(connect.clone())
                .set_volume_configurations(volumes.clone())
                .set_vpc_lattice_configurations(lattice.clone())
                .set_monitoring(monitoring.clone())
                .set_health_check_grace_period_seconds(grace)
                .set_deployment_configuration(deployment.clone())
                .set_enable_execute_command(execute)
                .set_enable_ecs_managed_tags(managed_tags)
                .set_propagate_tags(propagate.clone())
                .set_availability_zone_rebalancing(rebalancing.clone())
                .set_tags(Some(tags.clone()))
                .send()
        };
        let answer = ecs.caller.make(CREATE, request).await?;
        let arn = answer.service.and_then(|service| service.service_arn);
        arn.ok_or_else(|| ProviderError::new(ProviderErrorKind::Ambiguous, CREATE, "the answer holds no ARN"))
    }

    async fn reconcile(&self, operation: &Operation<'_>, change: &Change<'_>) -> Result<(), ProviderError> {
        let Self(ecs) = self;
        let (service, after) = (change.physical_id, change.after);
        if change.aspects.iter().any(|aspect| *aspect != "tags") {
            // One call with what changes: the count may be an autoscaler's.
            let cluster: String = after.get("Cluster")?;
            let task: Option<String> = after.opt("TaskDefinition")?;
            let count = after.opt("DesiredCount")?.unwrap_or(1);
            let platform: String = after.opt("PlatformVersion")?.unwrap_or_else(|| "LATEST".to_owned());
            let network = sdk_network(after)?;
            let balancers = sdk_load_balancers(after)?.unwrap_or_default();
            let registries = sdk_registries(after)?.unwrap_or_default();
            let connect = match sdk_connect(after)? {
                Some(connect) => connect,
                None => ServiceConnectConfiguration::builder().enabled(false).build(),
            };
            let volumes = sdk_volumes(after)?.unwrap_or_default();
            let lattice = sdk_lattice(after)?.unwrap_or_default();
            let monitoring = sdk_monitoring(after)?;
            let monitoring = monitoring.unwrap_or_else(|| MonitoringConfiguration::builder().build());
            let grace = after.opt("HealthCheckGracePeriodSeconds")?.unwrap_or(0);
            let deployment = sdk_deployment(after)?;
            let execute = after.opt("EnableExecuteCommand")?.unwrap_or(false);
            let managed_tags = after.opt("EnableECSManagedTags")?.unwrap_or(false);
            let propagate = after.parsed("PropagateTags")?.unwrap_or(PropagateTags::None);
            let rebalancing = after.parsed("AvailabilityZoneRebalancing")?;
            let rebalancing = rebalancing.unwrap_or(AvailabilityZoneRebalancing::Enabled);
            let force = after.opt::<Document>("ForceNewDeployment")?.unwrap_or_default();
            let force = force.opt("EnableForceNewDeployment")?.unwrap_or(false);
            let request = || {
                let mut request = ecs.client.update_service().cluster(&cluster).service(service);
                if change.has("task_definition") {
                    request = request.set_task_definition(task.clone());
                }
                if change.has("desired_count") {
                    request = request.desired_count(count);
                }
                if change.has("platform_version") {
                    request = request.platform_version(&platform);
                }
                if change.has("network_configuration") {
                    request = request.set_network_configuration(network.clone());
                }
                if change.has("load_balancers") {
                    request = request.set_load_balancers(Some(balancers.clone()));
                }
                if change.has("service_registries") {
                    request = request.set_service_registries(Some(registries.clone()));
                }
                if change.has("service_connect_configuration") {
                    request = request.service_connect_configuration(connect.clone());
                }
                if change.has("volume_configurations") {
                    request = request.set_volume_configurations(Some(volumes.clone()));
                }
                if change.has("vpc_lattice_configurations") {
                    request = request.set_vpc_lattice_configurations(Some(lattice.clone()));
                }
                if change.has("monitoring") {
                    request = request.monitoring(monitoring.clone());
                }
                if change.has("health_check_grace_period_seconds") {
                    request = request.health_check_grace_period_seconds(grace);
                }
                if change.has("deployment_configuration") {
                    request = request.deployment_configuration(deployment.clone());
                }
                if change.has("enable_execute_command") {
                    request = request.enable_execute_command(execute);
                }
                if change.has("enable_ecs_managed_tags") {
                    request = request.enable_ecs_managed_tags(managed_tags);
                }
                if change.has("propagate_tags") {
                    request = request.propagate_tags(propagate.clone());
                }
                if change.has("availability_zone_rebalancing") {
                    request = request.availability_zone_rebalancing(rebalancing.clone());
                }
                if change.has("force_new_deployment") && force {
                    request = request.force_new_deployment(true);
                }
                request.send()
            };
            ecs.caller.call("ecs:UpdateService", request).await?;
        }
        if change.has("tags") {
            ecs.retag(service, operation, change).await?;
        }
        Ok(())
    }

    async fn delete(
        &self,
        _operation: &Operation<'_>,
        target: &Target<'_>,
    ) -> Result<DeleteOutcome, ProviderError> {
        let Self(ecs) = self;
        let cluster: String = target.properties.get("Cluster")?;
        let service = target.physical_id;
        let request =
            || ecs.client.update_service().cluster(&cluster).service(service).desired_count(0).send();
        ecs.caller.call("ecs:UpdateService", request).await?;
        let request = || ecs.client.delete_service().cluster(&cluster).service(service).force(true).send();
        ecs.caller.call("ecs:DeleteService", request).await?;
        Ok(DeleteOutcome::default())
    }

    async fn find(&self, operation: &Operation<'_>, desired: &Document) -> Result<Found, ProviderError> {
        let (cluster, name): (String, String) = (desired.get("Cluster")?, desired.get("ServiceName")?);
        let found = self.0.described(&cluster, &[&name]).await?;
        let Some(service) = found.first() else { return Ok(Found::Nothing) };
        let arn = service.service_arn().unwrap_or_default();
        Ok(Found::by_tags(operation, arn, &tag_map(service.tags())))
    }

    fn wait(&self, phase: Phase) -> Option<Wait> {
        Some(match phase {
            Phase::Created | Phase::Updated => Wait::seconds(5, 15, 1200),
            Phase::Deleted => Wait::seconds(5, 15, 1200),
        })
    }
}
