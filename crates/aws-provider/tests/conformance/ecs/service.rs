//! Services under test.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_ecs::Client;
use aws_sdk_ecs::types::{
    Compatibility, ContainerDefinition, NetworkMode, Service as Described, ServiceField, Tag,
};
use ironward_aws::ec2::{Private, SecurityGroupId};
use ironward_aws::ecs::{
    AvailabilityZoneRebalancing, ClusterName, DeploymentCircuitBreaker, DeploymentConfiguration,
    ForceNewDeployment, NetworkConfiguration, PropagateTags, Service, ServiceLoadBalancer, ServiceName,
    ServiceRegistry, TaskDefinitionArn,
};
use ironward_aws::elbv2::TargetGroupArn;
use ironward_core::program::DeclareError;
use ironward_core::stack::{Hipaa, Stack};
use serde_json::{Value as Json, json};

use crate::cloud::{Cloud, Emulator};
use crate::elbv2::world::{World, target_group};
use crate::subject::Subject;
use crate::suite::conform;

pub(super) struct ServiceSubject {
    world: World,
    cluster: String,
    tasks: [String; 2],
    group: String,
    emulator: Emulator,
}

async fn register(cloud: &Cloud, family: &str) -> String {
    let container = ContainerDefinition::builder().name("app").image("app:1").build();
    let request = Client::new(&cloud.sdk)
        .register_task_definition()
        .family(family)
        .network_mode(NetworkMode::Awsvpc)
        .requires_compatibilities(Compatibility::Fargate)
        .cpu("256")
        .memory("512")
        .container_definitions(container);
    request.send().await.unwrap().task_definition.unwrap().task_definition_arn.unwrap()
}

impl ServiceSubject {
    pub(super) async fn build(cloud: &Cloud) -> Self {
        let world = World::build(cloud).await;
        let cluster = format!("cluster-{}", world.vpc);
        Client::new(&cloud.sdk).create_cluster().cluster_name(&cluster).send().await.unwrap();
        Self {
            tasks: [register(cloud, "app").await, register(cloud, "app").await],
            group: target_group(cloud, &world.vpc, &world.vpc).await,
            world,
            cluster,
            emulator: cloud.emulator,
        }
    }

    async fn described(&self, cloud: &Cloud, id: &str) -> Option<Described> {
        let request = Client::new(&cloud.sdk).describe_services().cluster(&self.cluster).services(id);
        let answer = request.include(ServiceField::Tags).send().await.unwrap();
        answer.services.unwrap_or_default().into_iter().find(|service| service.status() == Some("ACTIVE"))
    }
}

fn deployment(maximum: i32) -> DeploymentConfiguration {
    DeploymentConfiguration::new()
        .maximum_percent(maximum)
        .minimum_healthy_percent(100)
        .deployment_circuit_breaker(DeploymentCircuitBreaker::new(true, true))
}

#[async_trait]
impl Subject for ServiceSubject {
    fn declare(&self, stack: &mut Stack<Hipaa>, edit: Option<&str>) -> Result<(), DeclareError> {
        let subnets = if edit == Some("NetworkConfiguration") { [1, 2] } else { [1, 0] };
        let groups = self.world.groups.iter().map(SecurityGroupId::new);
        let network = NetworkConfiguration::private(self.world.subnets::<Private>(&subnets), groups);
        let task = &self.tasks[usize::from(edit == Some("TaskDefinition"))];
        let cluster = ClusterName::new(&self.cluster);
        let mut service = Service::new(cluster, TaskDefinitionArn::new(task), network)
            .desired_count(2)
            .deployment_configuration(deployment(200))
            .tag("use", "test");
        match edit {
            Some("DesiredCount") => service = service.desired_count(1),
            Some("PlatformVersion") => service = service.platform_version("1.4.0"),
            Some("LoadBalancers") => {
                let balancer = ServiceLoadBalancer::new(TargetGroupArn::new(&self.group), "app", 8443);
                service = service.load_balancers([balancer]);
            }
            Some("HealthCheckGracePeriodSeconds") => {
                service = service.health_check_grace_period_seconds(60);
            }
            Some("DeploymentConfiguration") => {
                service = service.deployment_configuration(deployment(150));
            }
            Some("EnableExecuteCommand") => service = service.enable_execute_command(true),
            Some("EnableECSManagedTags") => service = service.enable_ecs_managed_tags(true),
            Some("PropagateTags") => service = service.propagate_tags(PropagateTags::Service),
            Some("ServiceRegistries") => {
                let arn = "arn:aws:servicediscovery:us-east-1:123456789012:service/srv-1";
                service = service.service_registries([ServiceRegistry::new(arn)]);
            }
            Some("AvailabilityZoneRebalancing") => {
                service = service.availability_zone_rebalancing(AvailabilityZoneRebalancing::Disabled);
            }
            Some("ForceNewDeployment") => {
                service = service.force_new_deployment(ForceNewDeployment::new(true, "once"));
            }
            Some("ServiceName") => service = service.service_name(ServiceName::new("edited")),
            Some("Tags") => service = service.tag("use", "edited").tag("more", "yes"),
            _ => {}
        }
        stack.add("subject", service)?;
        Ok(())
    }

    fn updates(&self) -> &'static [&'static str] {
        const ALL: &[&str] = &[
            "LoadBalancers",
            "TaskDefinition",
            "DesiredCount",
            "NetworkConfiguration",
            "PlatformVersion",
            "HealthCheckGracePeriodSeconds",
            "DeploymentConfiguration",
            "EnableExecuteCommand",
            "EnableECSManagedTags",
            "PropagateTags",
            "ServiceRegistries",
            "AvailabilityZoneRebalancing",
            "ForceNewDeployment",
            "Tags",
        ];
        match self.emulator {
            // The sandbox's UpdateService leaves load balancers as they were created.
            Emulator::Sandbox => &ALL[1..],
            Emulator::Moto => ALL,
        }
    }

    fn replacements(&self) -> &'static [&'static str] {
        &["ServiceName"]
    }

    async fn read(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>> {
        let service = self.described(cloud, id).await?;
        let awsvpc = service.network_configuration().and_then(|network| network.awsvpc_configuration());
        let balancers: Vec<_> =
            service.load_balancers().iter().map(|balancer| balancer.target_group_arn()).collect();
        let registries: Vec<_> =
            service.service_registries().iter().map(|registry| registry.registry_arn()).collect();
        // What nobody set may be missing or be there as the default.
        let grace = service.health_check_grace_period_seconds().unwrap_or(0);
        let rebalancing =
            service.availability_zone_rebalancing().map_or("ENABLED", |rebalancing| rebalancing.as_str());
        // moto says nothing about deployments until they are set by an update.
        let maximum = service.deployment_configuration().and_then(|deployment| deployment.maximum_percent());
        Some(BTreeMap::from([
            ("TaskDefinition", json!(service.task_definition())),
            ("DesiredCount", json!(service.desired_count())),
            ("NetworkConfiguration", json!(awsvpc.map(|awsvpc| awsvpc.subnets()))),
            ("PlatformVersion", json!(service.platform_version().unwrap_or("LATEST"))),
            ("LoadBalancers", json!(balancers)),
            ("HealthCheckGracePeriodSeconds", json!(grace)),
            ("DeploymentConfiguration", json!(maximum.unwrap_or(200))),
            ("EnableExecuteCommand", json!(service.enable_execute_command())),
            ("EnableECSManagedTags", json!(service.enable_ecs_managed_tags())),
            ("PropagateTags", json!(service.propagate_tags().map_or("NONE", |whose| whose.as_str()))),
            ("ServiceRegistries", json!(registries)),
            ("AvailabilityZoneRebalancing", json!(rebalancing)),
            ("Tags", json!(self.tags(cloud, id).await)),
        ]))
    }

    async fn tags(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<String, String>> {
        let service = self.described(cloud, id).await?;
        let pair = |tag: &Tag| (tag.key().unwrap().to_owned(), tag.value().unwrap().to_owned());
        Some(service.tags().iter().map(pair).collect())
    }

    async fn remove(&self, cloud: &Cloud, id: &str) {
        let request = Client::new(&cloud.sdk).delete_service().cluster(&self.cluster).service(id);
        request.force(true).send().await.unwrap();
    }

    async fn disturb(&self, cloud: &Cloud, id: &str) -> Option<&'static str> {
        let request = Client::new(&cloud.sdk).update_service().cluster(&self.cluster).service(id);
        request.desired_count(1).send().await.unwrap();
        Some("DesiredCount")
    }

    fn unseen(&self, emulator: Emulator) -> &'static [&'static str] {
        match emulator {
            Emulator::Sandbox => &[
                "NetworkConfiguration",
                "PlatformVersion",
                "HealthCheckGracePeriodSeconds",
                "DeploymentConfiguration",
                "EnableExecuteCommand",
                "EnableECSManagedTags",
                "PropagateTags",
                "ServiceRegistries",
                "AvailabilityZoneRebalancing",
                "ForceNewDeployment",
            ],
            // It is no setting that could be read.
            Emulator::Moto => &["ForceNewDeployment"],
        }
    }
}

#[tokio::test]
async fn service_on_sandbox() {
    let cloud = Cloud::sandbox().await;
    let subject = ServiceSubject::build(&cloud).await;
    conform(&subject, cloud).await;
}

#[tokio::test]
async fn service_on_moto() {
    let cloud = Cloud::moto().await;
    let subject = ServiceSubject::build(&cloud).await;
    conform(&subject, cloud).await;
}
