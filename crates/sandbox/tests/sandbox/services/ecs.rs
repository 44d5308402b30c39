use aws_sdk_ecs::Client;
use aws_sdk_ecs::types::{
    AssignPublicIp, AvailabilityZoneRebalancing, AwsVpcConfiguration, CapacityProviderStrategyItem,
    ClusterConfiguration, ClusterField, ClusterServiceConnectDefaultsRequest, ClusterSetting,
    ClusterSettingName, Compatibility, ContainerCondition, ContainerDefinition, ContainerDependency,
    CpuArchitecture, DeploymentCircuitBreaker, DeploymentConfiguration, DeploymentRolloutState,
    EphemeralStorage, ExecuteCommandConfiguration, ExecuteCommandLogging, HealthCheck, IpcMode, KeyValuePair,
    LaunchType, LinuxParameters, LoadBalancer, LogConfiguration, LogDriver, MountPoint, NetworkConfiguration,
    NetworkMode, PidMode, PortMapping, PropagateTags, RuntimePlatform, Secret, ServiceField, ServiceRegistry,
    Tag, TaskDefinitionField, Ulimit, UlimitName, Volume,
};
use aws_types::SdkConfig;

use super::Echoes;

const ROLE: &str = "arn:aws:iam::123456789012:role/r";

fn tag() -> Tag {
    Tag::builder().key("a").value("b").build()
}

fn container() -> ContainerDefinition {
    let health = HealthCheck::builder().command("CMD").command("true").build().unwrap();
    let logs = LogConfiguration::builder().log_driver(LogDriver::Awslogs).options("awslogs-group", "g");
    ContainerDefinition::builder()
        .name("main")
        .image("image:1")
        .essential(true)
        .environment(KeyValuePair::builder().name("A").value("B").build())
        .port_mappings(PortMapping::builder().container_port(80).host_port(80).build())
        .log_configuration(logs.build().unwrap())
        .secrets(Secret::builder().name("S").value_from("arn:s").build().unwrap())
        .readonly_root_filesystem(true)
        .user("1000")
        .command("serve")
        .entry_point("/bin/main")
        .working_directory("/w")
        .health_check(health)
        .mount_points(MountPoint::builder().source_volume("v").container_path("/v").build())
        .linux_parameters(LinuxParameters::builder().init_process_enabled(true).build())
        .depends_on(
            ContainerDependency::builder()
                .container_name("other")
                .condition(ContainerCondition::Start)
                .build()
                .unwrap(),
        )
        .ulimits(Ulimit::builder().name(UlimitName::Nofile).soft_limit(1).hard_limit(2).build().unwrap())
        .docker_labels("l", "m")
        .stop_timeout(30)
        .build()
}

async fn create_cluster(ecs: &Client) {
    let execute = ExecuteCommandConfiguration::builder()
        .kms_key_id("k")
        .logging(ExecuteCommandLogging::Default)
        .build();
    let setting =
        ClusterSetting::builder().name(ClusterSettingName::ContainerInsights).value("enabled").build();
    let strategy = CapacityProviderStrategyItem::builder().capacity_provider("FARGATE").weight(1).build();
    ecs.create_cluster()
        .cluster_name("c")
        .settings(setting)
        .configuration(ClusterConfiguration::builder().execute_command_configuration(execute).build())
        .capacity_providers("FARGATE")
        .default_capacity_provider_strategy(strategy.unwrap())
        .service_connect_defaults(
            ClusterServiceConnectDefaultsRequest::builder().namespace("n").build().unwrap(),
        )
        .tags(tag())
        .send()
        .await
        .unwrap();
}

async fn register(ecs: &Client) -> String {
    let platform = RuntimePlatform::builder().cpu_architecture(CpuArchitecture::Arm64).build();
    let task = ecs
        .register_task_definition()
        .family("f")
        .task_role_arn(ROLE)
        .execution_role_arn(ROLE)
        .network_mode(NetworkMode::Awsvpc)
        .requires_compatibilities(Compatibility::Fargate)
        .cpu("256")
        .memory("512")
        .pid_mode(PidMode::Task)
        .ipc_mode(IpcMode::None)
        .ephemeral_storage(EphemeralStorage::builder().size_in_gib(30).build())
        .runtime_platform(platform)
        .volumes(Volume::builder().name("v").build())
        .container_definitions(container())
        .tags(tag())
        .send()
        .await;
    task.unwrap().task_definition.unwrap().task_definition_arn.unwrap()
}

pub(crate) async fn create(config: &SdkConfig) -> String {
    let ecs = Client::new(config);
    create_cluster(&ecs).await;
    let task = register(&ecs).await;
    let network = AwsVpcConfiguration::builder()
        .subnets("subnet-1")
        .security_groups("sg-1")
        .assign_public_ip(AssignPublicIp::Disabled)
        .build()
        .unwrap();
    let breaker = DeploymentCircuitBreaker::builder().enable(true).rollback(true).build();
    let service = ecs
        .create_service()
        .cluster("c")
        .service_name("s")
        .task_definition(&task)
        .desired_count(2)
        .launch_type(LaunchType::Fargate)
        .platform_version("1.4.0")
        .network_configuration(NetworkConfiguration::builder().awsvpc_configuration(network).build())
        .load_balancers(
            LoadBalancer::builder().target_group_arn("tg").container_name("main").container_port(80).build(),
        )
        .health_check_grace_period_seconds(60)
        .deployment_configuration(
            DeploymentConfiguration::builder().deployment_circuit_breaker(breaker).build(),
        )
        .enable_execute_command(true)
        .enable_ecs_managed_tags(true)
        .propagate_tags(PropagateTags::Service)
        .service_registries(ServiceRegistry::builder().registry_arn("arn:r").build())
        .availability_zone_rebalancing(AvailabilityZoneRebalancing::Enabled)
        .tags(tag())
        .send()
        .await;
    let service = service.unwrap().service.unwrap();
    assert_eq!((service.running_count(), service.pending_count()), (2, 0), "steady at once");
    task
}

pub(crate) async fn read(config: &SdkConfig, task: &String) -> Echoes {
    let ecs = Client::new(config);
    let fields = [ClusterField::Settings, ClusterField::Tags, ClusterField::Configurations];
    let clusters =
        ecs.describe_clusters().clusters("c").set_include(Some(fields.to_vec())).send().await.unwrap();
    let cluster = &clusters.clusters()[0];
    let described = ecs
        .describe_task_definition()
        .task_definition(task)
        .include(TaskDefinitionField::Tags)
        .send()
        .await
        .unwrap();
    let definition = described.task_definition().unwrap();
    let main = &definition.container_definitions()[0];
    let services =
        ecs.describe_services().cluster("c").services("s").include(ServiceField::Tags).send().await.unwrap();
    let service = &services.services()[0];
    assert_eq!(service.running_count(), service.desired_count());
    let primary = &service.deployments()[0];
    assert_eq!(primary.status(), Some("PRIMARY"));
    assert_eq!(primary.rollout_state(), Some(&DeploymentRolloutState::Completed));
    assert!(primary.id().is_some() && primary.created_at().is_some());
    assert!(service.events()[0].message().unwrap().contains("steady state"));
    let options = main.log_configuration().and_then(|logs| logs.options());
    let mut echoes = Echoes::default();
    echoes.of(
        "AWS::ECS::Cluster",
        &[
            ("CapacityProviders", !cluster.capacity_providers().is_empty()),
            ("ClusterName", cluster.cluster_name() == Some("c")),
            ("ClusterSettings", !cluster.settings().is_empty()),
            ("Configuration", cluster.configuration().is_some()),
            ("DefaultCapacityProviderStrategy", !cluster.default_capacity_provider_strategy().is_empty()),
            ("ServiceConnectDefaults", cluster.service_connect_defaults().is_some()),
            ("Tags", cluster.tags() == [tag()]),
        ],
    );
    echoes.of(
        "AWS::ECS::TaskDefinition",
        &[
            ("ContainerDefinitions.Command", !main.command().is_empty()),
            ("ContainerDefinitions.DependsOn", !main.depends_on().is_empty()),
            ("ContainerDefinitions.DockerLabels", main.docker_labels().is_some()),
            ("ContainerDefinitions.EntryPoint", !main.entry_point().is_empty()),
            ("ContainerDefinitions.Environment", main.environment()[0].value() == Some("B")),
            ("ContainerDefinitions.Essential", main.essential() == Some(true)),
            ("ContainerDefinitions.HealthCheck", main.health_check().is_some()),
            ("ContainerDefinitions.Image", main.image() == Some("image:1")),
            ("ContainerDefinitions.LinuxParameters", main.linux_parameters().is_some()),
            (
                "ContainerDefinitions.LogConfiguration.LogDriver",
                main.log_configuration().map(|l| l.log_driver()) == Some(&LogDriver::Awslogs),
            ),
            ("ContainerDefinitions.LogConfiguration.Options", options.is_some()),
            ("ContainerDefinitions.MountPoints", !main.mount_points().is_empty()),
            ("ContainerDefinitions.Name", main.name() == Some("main")),
            ("ContainerDefinitions.PortMappings", main.port_mappings()[0].container_port() == Some(80)),
            ("ContainerDefinitions.ReadonlyRootFilesystem", main.readonly_root_filesystem() == Some(true)),
            ("ContainerDefinitions.Secrets", !main.secrets().is_empty()),
            ("ContainerDefinitions.StopTimeout", main.stop_timeout() == Some(30)),
            ("ContainerDefinitions.Ulimits", !main.ulimits().is_empty()),
            ("ContainerDefinitions.User", main.user() == Some("1000")),
            ("ContainerDefinitions.WorkingDirectory", main.working_directory() == Some("/w")),
            ("Cpu", definition.cpu() == Some("256")),
            ("EphemeralStorage", definition.ephemeral_storage().is_some()),
            ("ExecutionRoleArn", definition.execution_role_arn() == Some(ROLE)),
            ("Family", definition.family() == Some("f")),
            ("IpcMode", definition.ipc_mode() == Some(&IpcMode::None)),
            ("Memory", definition.memory() == Some("512")),
            ("NetworkMode", definition.network_mode() == Some(&NetworkMode::Awsvpc)),
            ("PidMode", definition.pid_mode() == Some(&PidMode::Task)),
            ("RequiresCompatibilities", definition.requires_compatibilities() == [Compatibility::Fargate]),
            ("RuntimePlatform", definition.runtime_platform().is_some()),
            ("Tags", described.tags() == [tag()]),
            ("TaskRoleArn", definition.task_role_arn() == Some(ROLE)),
            ("Volumes", !definition.volumes().is_empty()),
        ],
    );
    echoes.of(
        "AWS::ECS::Service",
        &[
            ("AvailabilityZoneRebalancing", service.availability_zone_rebalancing().is_some()),
            ("Cluster", service.cluster_arn().is_some_and(|arn| arn.ends_with("cluster/c"))),
            ("DeploymentConfiguration", service.deployment_configuration().is_some()),
            ("DesiredCount", service.desired_count() == 2),
            ("EnableECSManagedTags", service.enable_ecs_managed_tags()),
            ("EnableExecuteCommand", service.enable_execute_command()),
            ("HealthCheckGracePeriodSeconds", service.health_check_grace_period_seconds() == Some(60)),
            ("LaunchType", service.launch_type() == Some(&LaunchType::Fargate)),
            ("LoadBalancers", service.load_balancers()[0].container_port() == Some(80)),
            ("NetworkConfiguration", service.network_configuration().is_some()),
            ("PlatformVersion", service.platform_version() == Some("1.4.0")),
            ("PropagateTags", service.propagate_tags() == Some(&PropagateTags::Service)),
            ("ServiceName", service.service_name() == Some("s")),
            ("ServiceRegistries", !service.service_registries().is_empty()),
            ("Tags", service.tags() == [tag()]),
            ("TaskDefinition", service.task_definition() == Some(task)),
        ],
    );
    echoes
}

pub(crate) async fn delete(config: &SdkConfig, task: &String) {
    let ecs = Client::new(config);
    let updated = ecs.update_service().cluster("c").service("s").desired_count(3).send().await.unwrap();
    assert_eq!(updated.service().unwrap().running_count(), 3);
    ecs.delete_service().cluster("c").service("s").force(true).send().await.unwrap();
    let services = ecs.describe_services().cluster("c").services("s").send().await.unwrap();
    assert_eq!(services.services()[0].status(), Some("INACTIVE"));
    assert_eq!(services.services()[0].running_count(), 0);
    let task = ecs.deregister_task_definition().task_definition(task).send().await.unwrap();
    assert_eq!(task.task_definition().unwrap().status().unwrap().as_str(), "INACTIVE");
    ecs.delete_cluster().cluster("c").send().await.unwrap();
    let clusters = ecs.describe_clusters().clusters("c").send().await.unwrap();
    assert_eq!(clusters.clusters()[0].status(), Some("INACTIVE"));
}
