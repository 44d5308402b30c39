use std::num::NonZeroU32;

use ironward_aws::acm::CertificateAuthorityArn;
use ironward_aws::ec2::{Private, SecurityGroupId, SubnetId};
use ironward_aws::ecs::{
    AccessLogConfiguration, AccessLogFormat, AccessPointId, ApplicationProtocol, AwsLogs, BreakerThreshold,
    BreakerThresholdType, Capability, CapacityProvider, CapacityProviderStrategyItem, ClientAlias, Cluster,
    ClusterConfiguration, ClusterName, Container, ContainerCondition, ContainerInsights, Cpu,
    CpuArchitecture, DeploymentAlarms, DeploymentCircuitBreaker, DeploymentConfiguration, EbsVolumeType,
    EphemeralStorage, ExecuteCommandConfiguration, FileSystemId, FilesystemType, ForceNewDeployment,
    HealthCheck, Image, LinuxParameters, LogMode, ManagedStorageConfiguration, MetricConfiguration,
    Monitoring, NetworkConfiguration, NonRootUser, PortMapping, PropagateTags, ProxyLogLevel, ProxySetting,
    RestartPolicy, RuntimePlatform, Secret, Service, ServiceConnectConfiguration, ServiceConnectDefaults,
    ServiceConnectService, ServiceConnectTimeout, ServiceConnectTls, ServiceLoadBalancer, ServiceMetric,
    ServiceRegistry, ServiceVolume, TaskDefinition, TaskDefinitionArn, Tmpfs, UlimitName, Volume,
    VpcLatticeConfiguration,
};
use ironward_aws::elbv2::TargetGroupArn;
use ironward_aws::iam::RoleArn;
use ironward_aws::logs::LogGroupName;
use ironward_aws::place::Region;
use ironward_aws::rds::SecretArn;
use ironward_core::output::Output;

use super::{Samples, id};

pub fn add(samples: &mut Samples) {
    cluster(samples);
    service(samples);
    task(samples);
}

fn role() -> RoleArn {
    RoleArn::new("arn:role")
}

fn logs() -> AwsLogs {
    AwsLogs::new(LogGroupName::new("group"), Region::new("us-east-1"), "app").mode(LogMode::NonBlocking)
}

fn cluster(samples: &mut Samples) {
    let key = samples.key("cluster-key");
    let storage = ManagedStorageConfiguration::new()
        .kms_key_id(key.clone())
        .fargate_ephemeral_storage_kms_key_id(key.clone());
    let configuration = ClusterConfiguration::new()
        .execute_command_configuration(ExecuteCommandConfiguration::new(key, LogGroupName::new("group")))
        .managed_storage_configuration(storage);
    let item = CapacityProviderStrategyItem::new(CapacityProvider::Fargate).weight(1).base(1);
    let cluster = Cluster::new()
        .cluster_settings(ContainerInsights::Enhanced)
        .configuration(configuration)
        .default_capacity_provider_strategy([item])
        .service_connect_defaults(ServiceConnectDefaults::new("ward"));
    samples.add(&cluster);
}

fn service(samples: &mut Samples) {
    let key = samples.key("service-key");
    let subnets: [Output<SubnetId<Private>>; 1] = [id("subnet-1")];
    let network = NetworkConfiguration::private(subnets, [SecurityGroupId::new("sg-1")]);
    let breaker = DeploymentCircuitBreaker::new(true, true)
        .reset_on_healthy_task(true)
        .threshold_configuration(BreakerThreshold::new(BreakerThresholdType::Count, 5));
    let deployment = DeploymentConfiguration::new()
        .maximum_percent(200)
        .minimum_healthy_percent(100)
        .deployment_circuit_breaker(breaker)
        .alarms(DeploymentAlarms::new(["errors"], true, true));
    let tls = ServiceConnectTls::new(CertificateAuthorityArn::new("arn:ca"), key.clone(), role());
    let timeout = ServiceConnectTimeout::new().idle_timeout_seconds(60).per_request_timeout_seconds(30);
    let offer = ServiceConnectService::tls("https", tls)
        .client_alias(ClientAlias::new(443).dns_name("fhir.ward"))
        .discovery_name("fhir")
        .ingress_port_override(9443)
        .timeout(timeout);
    let connect = ServiceConnectConfiguration::new(true)
        .namespace("ward")
        .services([offer])
        .log_configuration(logs())
        .access_log_configuration(AccessLogConfiguration::new(AccessLogFormat::Json))
        .container_configurations([ProxySetting::new(ProxyLogLevel::Info)]);
    let volume = ServiceVolume::new(&Volume::configured_at_launch("scratch"), 20, key, role())
        .volume_type(EbsVolumeType::Gp3)
        .iops(3000)
        .throughput(125)
        .filesystem_type(FilesystemType::Xfs)
        .snapshot("snap-1", Some(100))
        .propagate_tags(PropagateTags::Service);
    let registry = ServiceRegistry::new("arn:registry").container_name("app").container_port(8443).port(8443);
    let metrics = MetricConfiguration::new([ServiceMetric::Cpu], 20);
    let service = Service::new(ClusterName::new("c"), TaskDefinitionArn::new("arn:task"), network)
        .load_balancers([ServiceLoadBalancer::new(TargetGroupArn::new("arn:group"), "app", 8443)])
        .deployment_configuration(deployment)
        .service_registries([registry])
        .force_new_deployment(ForceNewDeployment::new(true, "once"))
        .service_connect_configuration(connect)
        .volume_configurations([volume])
        .vpc_lattice_configurations([VpcLatticeConfiguration::new("https", role(), "arn:group")])
        .monitoring(Monitoring::new([metrics]));
    samples.add(&service);
}

fn task(samples: &mut Samples) {
    let files = Volume::efs("files", FileSystemId::new("fs-1"))
        .root_directory("/")
        .access_point(AccessPointId::new("fsap-1"))
        .with_task_role()
        .transit_encryption_port(2999);
    let scratch = Volume::configured_at_launch("scratch");
    let linux = LinuxParameters::new()
        .init_process_enabled(true)
        .grant(Capability::SysPtrace)
        .drop(["NET_RAW"])
        .tmpfs(Tmpfs::new("/tmp", 64).mount_options(["noexec"]));
    let health = HealthCheck::new(["CMD", "true"]).interval(30).timeout(5).retries(3).start_period(0);
    let secret = SecretArn::new("arn:secret");
    let container = |user| {
        Container::new("app", Image::tagged("repository", "1"), user, logs())
            .environment("A", "1")
            .secret("S", Secret::whole(secret.clone()))
            .port(PortMapping::tcp(8443).named("https").application_protocol(ApplicationProtocol::Http2))
            .mount(&files, "/files")
            .depends_on("init", ContainerCondition::Success)
            .ulimit(UlimitName::Nofile, 1024, 4096)
            .docker_label("a", "b")
            .system_control("net.core.somaxconn", "1024")
            .entry_point(["/bin/app"])
            .command(["serve"])
            .working_directory("/srv")
            .cpu(128)
            .memory(256)
            .memory_reservation(128)
            .health_check(health.clone())
            .linux_parameters(linux.clone())
            .restart_policy(RestartPolicy::new(true).ignored_exit_codes([0]).restart_attempt_period(60))
            .repository_credentials(secret.clone())
            .credential_spec("credentialspecdomainless:arn")
            .start_timeout(30)
            .stop_timeout(60)
            .version_consistency(true)
    };
    let user = NonRootUser::id(NonZeroU32::MIN);
    let task = TaskDefinition::fargate("fhir", role(), role(), Cpu::One, 2048, [container(user)])
        .volumes([files.clone(), scratch])
        .runtime_platform(RuntimePlatform::linux(CpuArchitecture::Arm))
        .ephemeral_storage(EphemeralStorage::new(40));
    samples.add(&task);
}
