//! What the registry says of the values of `ecs`.
//!
//! Made by `cargo xtask registry` from the schemas in cfn-lint==1.58.0 (region us-east-1, schemas of 2026-10-20).
// @generated

use super::SOURCE;
use ironward_core::shape::{Bounds, Kind, Shape, Shapes};

/// `AWS::ECS::Cluster`.
pub(super) static CLUSTER: Shapes = Shapes::new(
    "AWS::ECS::Cluster",
    SOURCE,
    &[
        Shape::new("CapacityProviders").kinds(&[Kind::Array]),
        Shape::new("ClusterName").kinds(&[Kind::String]),
        Shape::new("ClusterSettings").kinds(&[Kind::Array]),
        Shape::new("ClusterSettings.Name").kinds(&[Kind::String]),
        Shape::new("ClusterSettings.Value").kinds(&[Kind::String]),
        Shape::new("Configuration").kinds(&[Kind::Object]),
        Shape::new("Configuration.ExecuteCommandConfiguration").kinds(&[Kind::Object]),
        Shape::new("Configuration.ExecuteCommandConfiguration.KmsKeyId").kinds(&[Kind::String]),
        Shape::new("Configuration.ExecuteCommandConfiguration.LogConfiguration").kinds(&[Kind::Object]),
        Shape::new("Configuration.ExecuteCommandConfiguration.LogConfiguration.CloudWatchEncryptionEnabled")
            .kinds(&[Kind::Boolean]),
        Shape::new("Configuration.ExecuteCommandConfiguration.LogConfiguration.CloudWatchLogGroupName")
            .kinds(&[Kind::String]),
        Shape::new("Configuration.ExecuteCommandConfiguration.LogConfiguration.S3BucketName")
            .kinds(&[Kind::String]),
        Shape::new("Configuration.ExecuteCommandConfiguration.LogConfiguration.S3EncryptionEnabled")
            .kinds(&[Kind::Boolean]),
        Shape::new("Configuration.ExecuteCommandConfiguration.LogConfiguration.S3KeyPrefix")
            .kinds(&[Kind::String]),
        Shape::new("Configuration.ExecuteCommandConfiguration.Logging")
            .kinds(&[Kind::String])
            .values(&["DEFAULT", "NONE", "OVERRIDE"]),
        Shape::new("Configuration.ManagedStorageConfiguration").kinds(&[Kind::Object]),
        Shape::new("Configuration.ManagedStorageConfiguration.FargateEphemeralStorageKmsKeyId")
            .kinds(&[Kind::String]),
        Shape::new("Configuration.ManagedStorageConfiguration.KmsKeyId").kinds(&[Kind::String]),
        Shape::new("DefaultCapacityProviderStrategy").kinds(&[Kind::Array]),
        Shape::new("DefaultCapacityProviderStrategy.Base")
            .kinds(&[Kind::Integer])
            .range(Bounds::between(0.0, 100000.0)),
        Shape::new("DefaultCapacityProviderStrategy.CapacityProvider").kinds(&[Kind::String]),
        Shape::new("DefaultCapacityProviderStrategy.Weight")
            .kinds(&[Kind::Integer])
            .range(Bounds::between(0.0, 1000.0)),
        Shape::new("ServiceConnectDefaults").kinds(&[Kind::Object]),
        Shape::new("ServiceConnectDefaults.Namespace").kinds(&[Kind::String]),
        Shape::new("Tags").kinds(&[Kind::Array]).items(Bounds::between(0.0, 50.0)),
        Shape::new("Tags.Key")
            .kinds(&[Kind::String])
            .length(Bounds::between(1.0, 128.0))
            .pattern(r"^([a-zA-Z\x{80}-\x{10FFFF} \x{80}-\x{10FFFF}0-9\x{80}-\x{10FFFF}_.:/=+\-@]*)$"),
        Shape::new("Tags.Value")
            .kinds(&[Kind::String])
            .length(Bounds::between(0.0, 256.0))
            .pattern(r"^([a-zA-Z\x{80}-\x{10FFFF} \x{80}-\x{10FFFF}0-9\x{80}-\x{10FFFF}_.:/=+\-@]*)$"),
    ],
);

/// `AWS::ECS::Service`.
pub(super) static SERVICE: Shapes = Shapes::new(
    "AWS::ECS::Service",
    SOURCE,
    &[
        Shape::new("AvailabilityZoneRebalancing").kinds(&[Kind::String]).values(&["ENABLED", "DISABLED"]),
        Shape::new("CapacityProviderStrategy").kinds(&[Kind::Array]),
        Shape::new("CapacityProviderStrategy.Base")
            .kinds(&[Kind::Integer])
            .range(Bounds::between(0.0, 100000.0)),
        Shape::new("CapacityProviderStrategy.CapacityProvider").kinds(&[Kind::String]),
        Shape::new("CapacityProviderStrategy.Weight")
            .kinds(&[Kind::Integer])
            .range(Bounds::between(0.0, 1000.0)),
        Shape::new("Cluster").kinds(&[Kind::String]),
        Shape::new("DeploymentConfiguration").kinds(&[Kind::Object]),
        Shape::new("DeploymentConfiguration.Alarms").kinds(&[Kind::Object]).requires(&[
            "AlarmNames",
            "Enable",
            "Rollback",
        ]),
        Shape::new("DeploymentConfiguration.Alarms.AlarmNames").kinds(&[Kind::Array]),
        Shape::new("DeploymentConfiguration.Alarms.Enable").kinds(&[Kind::Boolean]),
        Shape::new("DeploymentConfiguration.Alarms.Rollback").kinds(&[Kind::Boolean]),
        Shape::new("DeploymentConfiguration.BakeTimeInMinutes")
            .kinds(&[Kind::Integer])
            .range(Bounds::between(0.0, 1440.0)),
        Shape::new("DeploymentConfiguration.CanaryConfiguration").kinds(&[Kind::Object]),
        Shape::new("DeploymentConfiguration.CanaryConfiguration.CanaryBakeTimeInMinutes")
            .kinds(&[Kind::Integer])
            .range(Bounds::between(0.0, 1440.0)),
        Shape::new("DeploymentConfiguration.CanaryConfiguration.CanaryPercent")
            .kinds(&[Kind::Number])
            .range(Bounds::between(0.1, 100.0)),
        Shape::new("DeploymentConfiguration.DeploymentCircuitBreaker")
            .kinds(&[Kind::Object])
            .requires(&["Enable", "Rollback"]),
        Shape::new("DeploymentConfiguration.DeploymentCircuitBreaker.Enable").kinds(&[Kind::Boolean]),
        Shape::new("DeploymentConfiguration.DeploymentCircuitBreaker.ResetOnHealthyTask")
            .kinds(&[Kind::Boolean]),
        Shape::new("DeploymentConfiguration.DeploymentCircuitBreaker.Rollback").kinds(&[Kind::Boolean]),
        Shape::new("DeploymentConfiguration.DeploymentCircuitBreaker.ThresholdConfiguration")
            .kinds(&[Kind::Object])
            .requires(&["Type", "Value"]),
        Shape::new("DeploymentConfiguration.DeploymentCircuitBreaker.ThresholdConfiguration.Type")
            .kinds(&[Kind::String])
            .values(&["COUNT", "BOUNDED_PERCENT", "UNBOUNDED_PERCENT"]),
        Shape::new("DeploymentConfiguration.DeploymentCircuitBreaker.ThresholdConfiguration.Value")
            .kinds(&[Kind::Integer]),
        Shape::new("DeploymentConfiguration.EarlySuccessCriteria").kinds(&[Kind::Object]),
        Shape::new("DeploymentConfiguration.EarlySuccessCriteria.Enable").kinds(&[Kind::Boolean]),
        Shape::new("DeploymentConfiguration.EarlySuccessCriteria.HealthyPercent")
            .kinds(&[Kind::Integer])
            .range(Bounds::between(0.0, 100.0)),
        Shape::new("DeploymentConfiguration.EarlySuccessCriteria.SourceServiceRevisionCleanup")
            .kinds(&[Kind::String])
            .values(&["BLOCKING", "DEFERRED"]),
        Shape::new("DeploymentConfiguration.LifecycleHooks")
            .kinds(&[Kind::Array])
            .requires(&["LifecycleStages"]),
        Shape::new("DeploymentConfiguration.LifecycleHooks.HookDetails").kinds(&[Kind::String, Kind::Object]),
        Shape::new("DeploymentConfiguration.LifecycleHooks.HookTargetArn").kinds(&[Kind::String]),
        Shape::new("DeploymentConfiguration.LifecycleHooks.LifecycleStages")
            .kinds(&[Kind::Array])
            .values(&[
                "RECONCILE_SERVICE",
                "PRE_SCALE_UP",
                "POST_SCALE_UP",
                "TEST_TRAFFIC_SHIFT",
                "POST_TEST_TRAFFIC_SHIFT",
                "PRE_PRODUCTION_TRAFFIC_SHIFT",
                "PRODUCTION_TRAFFIC_SHIFT",
                "POST_PRODUCTION_TRAFFIC_SHIFT",
            ])
            .items(Bounds::least(1.0)),
        Shape::new("DeploymentConfiguration.LifecycleHooks.RoleArn").kinds(&[Kind::String]),
        Shape::new("DeploymentConfiguration.LifecycleHooks.TargetType")
            .kinds(&[Kind::String])
            .values(&["AWS_LAMBDA", "PAUSE"]),
        Shape::new("DeploymentConfiguration.LifecycleHooks.TimeoutConfiguration").kinds(&[Kind::Object]),
        Shape::new("DeploymentConfiguration.LifecycleHooks.TimeoutConfiguration.Action")
            .kinds(&[Kind::String])
            .values(&["ROLLBACK", "CONTINUE"]),
        Shape::new("DeploymentConfiguration.LifecycleHooks.TimeoutConfiguration.TimeoutInMinutes")
            .kinds(&[Kind::Integer])
            .range(Bounds::between(1.0, 20160.0)),
        Shape::new("DeploymentConfiguration.LinearConfiguration").kinds(&[Kind::Object]),
        Shape::new("DeploymentConfiguration.LinearConfiguration.StepBakeTimeInMinutes")
            .kinds(&[Kind::Integer])
            .range(Bounds::between(0.0, 1440.0)),
        Shape::new("DeploymentConfiguration.LinearConfiguration.StepPercent")
            .kinds(&[Kind::Number])
            .range(Bounds::between(3.0, 100.0)),
        Shape::new("DeploymentConfiguration.MaximumPercent").kinds(&[Kind::Integer]),
        Shape::new("DeploymentConfiguration.MinimumHealthyPercent").kinds(&[Kind::Integer]),
        Shape::new("DeploymentConfiguration.Strategy").kinds(&[Kind::String]).values(&[
            "ROLLING",
            "BLUE_GREEN",
            "LINEAR",
            "CANARY",
        ]),
        Shape::new("DeploymentController").kinds(&[Kind::Object]),
        Shape::new("DeploymentController.Type").kinds(&[Kind::String]).values(&[
            "CODE_DEPLOY",
            "ECS",
            "EXTERNAL",
        ]),
        Shape::new("DesiredCount").kinds(&[Kind::Integer]),
        Shape::new("EnableECSManagedTags").kinds(&[Kind::Boolean]),
        Shape::new("EnableExecuteCommand").kinds(&[Kind::Boolean]),
        Shape::new("ForceNewDeployment").kinds(&[Kind::Object]).requires(&["EnableForceNewDeployment"]),
        Shape::new("ForceNewDeployment.EnableForceNewDeployment").kinds(&[Kind::Boolean]),
        Shape::new("ForceNewDeployment.ForceNewDeploymentNonce")
            .kinds(&[Kind::String])
            .length(Bounds::between(1.0, 255.0)),
        Shape::new("GatewayConnectors")
            .kinds(&[Kind::Array])
            .items(Bounds::most(1.0))
            .requires(&["PortName"]),
        Shape::new("GatewayConnectors.Filters").kinds(&[Kind::Object]),
        Shape::new("GatewayConnectors.Filters.AccessTypes")
            .kinds(&[Kind::Array])
            .values(&["PUBLIC", "PRIVATE"])
            .items(Bounds::most(2.0)),
        Shape::new("GatewayConnectors.HealthCheck").kinds(&[Kind::Object]),
        Shape::new("GatewayConnectors.HealthCheck.HealthCheckIntervalSeconds").kinds(&[Kind::Integer]),
        Shape::new("GatewayConnectors.HealthCheck.HealthCheckPath").kinds(&[Kind::String]),
        Shape::new("GatewayConnectors.HealthCheck.HealthCheckPort").kinds(&[Kind::Integer]),
        Shape::new("GatewayConnectors.HealthCheck.HealthCheckProtocol")
            .kinds(&[Kind::String])
            .values(&["HTTP", "HTTPS"]),
        Shape::new("GatewayConnectors.HealthCheck.HealthCheckTimeoutSeconds").kinds(&[Kind::Integer]),
        Shape::new("GatewayConnectors.HealthCheck.HealthyThresholdCount").kinds(&[Kind::Integer]),
        Shape::new("GatewayConnectors.HealthCheck.Matcher").kinds(&[Kind::Object]),
        Shape::new("GatewayConnectors.HealthCheck.Matcher.GrpcCode").kinds(&[Kind::String]),
        Shape::new("GatewayConnectors.HealthCheck.Matcher.HttpCode").kinds(&[Kind::String]),
        Shape::new("GatewayConnectors.HealthCheck.UnhealthyThresholdCount").kinds(&[Kind::Integer]),
        Shape::new("GatewayConnectors.PortName").kinds(&[Kind::String]),
        Shape::new("HealthCheckGracePeriodSeconds").kinds(&[Kind::Integer]),
        Shape::new("LaunchType").kinds(&[Kind::String]).values(&["EC2", "FARGATE", "EXTERNAL"]),
        Shape::new("LoadBalancers").kinds(&[Kind::Array]),
        Shape::new("LoadBalancers.AdvancedConfiguration")
            .kinds(&[Kind::Object])
            .requires(&["AlternateTargetGroupArn"]),
        Shape::new("LoadBalancers.AdvancedConfiguration.AlternateTargetGroupArn").kinds(&[Kind::String]),
        Shape::new("LoadBalancers.AdvancedConfiguration.ProductionListenerRule").kinds(&[Kind::String]),
        Shape::new("LoadBalancers.AdvancedConfiguration.RoleArn").kinds(&[Kind::String]),
        Shape::new("LoadBalancers.AdvancedConfiguration.TestListenerRule").kinds(&[Kind::String]),
        Shape::new("LoadBalancers.ContainerName").kinds(&[Kind::String]),
        Shape::new("LoadBalancers.ContainerPort").kinds(&[Kind::Integer]),
        Shape::new("LoadBalancers.LoadBalancerName").kinds(&[Kind::String]),
        Shape::new("LoadBalancers.TargetGroupArn").kinds(&[Kind::String]),
        Shape::new("Monitoring").kinds(&[Kind::Object]).requires(&["MetricConfigurations"]),
        Shape::new("Monitoring.MetricConfigurations")
            .kinds(&[Kind::Array])
            .items(Bounds::between(1.0, 2.0))
            .requires(&["MetricNames", "ResolutionSeconds"]),
        Shape::new("Monitoring.MetricConfigurations.MetricNames")
            .kinds(&[Kind::Array])
            .values(&["CPUUtilization", "MemoryUtilization"])
            .length(Bounds::between(1.0, 255.0))
            .items(Bounds::between(1.0, 2.0)),
        Shape::new("Monitoring.MetricConfigurations.ResolutionSeconds")
            .kinds(&[Kind::Integer])
            .values(&["20", "60"])
            .range(Bounds::between(20.0, 60.0)),
        Shape::new("NetworkConfiguration").kinds(&[Kind::Object]),
        Shape::new("NetworkConfiguration.AwsvpcConfiguration").kinds(&[Kind::Object]),
        Shape::new("NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp")
            .kinds(&[Kind::String])
            .values(&["DISABLED", "ENABLED"]),
        Shape::new("NetworkConfiguration.AwsvpcConfiguration.SecurityGroups").kinds(&[Kind::Array]),
        Shape::new("NetworkConfiguration.AwsvpcConfiguration.Subnets").kinds(&[Kind::Array]),
        Shape::new("PlacementConstraints").kinds(&[Kind::Array]).requires(&["Type"]),
        Shape::new("PlacementConstraints.Expression").kinds(&[Kind::String]),
        Shape::new("PlacementConstraints.Type")
            .kinds(&[Kind::String])
            .values(&["distinctInstance", "memberOf"]),
        Shape::new("PlacementStrategies").kinds(&[Kind::Array]).requires(&["Type"]),
        Shape::new("PlacementStrategies.Field").kinds(&[Kind::String]),
        Shape::new("PlacementStrategies.Type")
            .kinds(&[Kind::String])
            .values(&["binpack", "random", "spread"]),
        Shape::new("PlatformVersion").kinds(&[Kind::String]),
        Shape::new("PropagateTags").kinds(&[Kind::String]).values(&["SERVICE", "TASK_DEFINITION"]),
        Shape::new("Role").kinds(&[Kind::String]),
        Shape::new("SchedulingStrategy").kinds(&[Kind::String]).values(&["DAEMON", "REPLICA"]),
        Shape::new("ServiceConnectConfiguration").kinds(&[Kind::Object]).requires(&["Enabled"]),
        Shape::new("ServiceConnectConfiguration.AccessLogConfiguration")
            .kinds(&[Kind::Object])
            .requires(&["Format"]),
        Shape::new("ServiceConnectConfiguration.AccessLogConfiguration.Format")
            .kinds(&[Kind::String])
            .values(&["TEXT", "JSON"]),
        Shape::new("ServiceConnectConfiguration.AccessLogConfiguration.IncludeQueryParameters")
            .kinds(&[Kind::String])
            .values(&["DISABLED", "ENABLED"]),
        Shape::new("ServiceConnectConfiguration.ContainerConfigurations")
            .kinds(&[Kind::Array])
            .items(Bounds::between(0.0, 10.0)),
        Shape::new("ServiceConnectConfiguration.ContainerConfigurations.LogLevel")
            .kinds(&[Kind::String])
            .values(&["debug", "info"]),
        Shape::new("ServiceConnectConfiguration.Enabled").kinds(&[Kind::Boolean]),
        Shape::new("ServiceConnectConfiguration.LogConfiguration").kinds(&[Kind::Object]),
        Shape::new("ServiceConnectConfiguration.LogConfiguration.LogDriver").kinds(&[Kind::String]),
        Shape::new("ServiceConnectConfiguration.LogConfiguration.Options").kinds(&[Kind::Object]),
        Shape::new("ServiceConnectConfiguration.LogConfiguration.SecretOptions")
            .kinds(&[Kind::Array])
            .requires(&["Name", "ValueFrom"]),
        Shape::new("ServiceConnectConfiguration.LogConfiguration.SecretOptions.Name").kinds(&[Kind::String]),
        Shape::new("ServiceConnectConfiguration.LogConfiguration.SecretOptions.ValueFrom")
            .kinds(&[Kind::String]),
        Shape::new("ServiceConnectConfiguration.Namespace").kinds(&[Kind::String]),
        Shape::new("ServiceConnectConfiguration.Services").kinds(&[Kind::Array]).requires(&["PortName"]),
        Shape::new("ServiceConnectConfiguration.Services.ClientAliases")
            .kinds(&[Kind::Array])
            .requires(&["Port"]),
        Shape::new("ServiceConnectConfiguration.Services.ClientAliases.DnsName").kinds(&[Kind::String]),
        Shape::new("ServiceConnectConfiguration.Services.ClientAliases.Port")
            .kinds(&[Kind::Integer])
            .range(Bounds::between(0.0, 65535.0)),
        Shape::new("ServiceConnectConfiguration.Services.ClientAliases.TestTrafficRules")
            .kinds(&[Kind::Object])
            .requires(&["Header"]),
        Shape::new("ServiceConnectConfiguration.Services.ClientAliases.TestTrafficRules.Header")
            .kinds(&[Kind::Object])
            .requires(&["Name"]),
        Shape::new("ServiceConnectConfiguration.Services.ClientAliases.TestTrafficRules.Header.Name")
            .kinds(&[Kind::String]),
        Shape::new("ServiceConnectConfiguration.Services.ClientAliases.TestTrafficRules.Header.Value")
            .kinds(&[Kind::Object])
            .requires(&["Exact"]),
        Shape::new("ServiceConnectConfiguration.Services.ClientAliases.TestTrafficRules.Header.Value.Exact")
            .kinds(&[Kind::String]),
        Shape::new("ServiceConnectConfiguration.Services.DiscoveryName").kinds(&[Kind::String]),
        Shape::new("ServiceConnectConfiguration.Services.IngressPortOverride")
            .kinds(&[Kind::Integer])
            .range(Bounds::between(0.0, 65535.0)),
        Shape::new("ServiceConnectConfiguration.Services.PortName").kinds(&[Kind::String]),
        Shape::new("ServiceConnectConfiguration.Services.Timeout").kinds(&[Kind::Object]),
        Shape::new("ServiceConnectConfiguration.Services.Timeout.IdleTimeoutSeconds")
            .kinds(&[Kind::Integer])
            .range(Bounds::between(0.0, 2147483647.0)),
        Shape::new("ServiceConnectConfiguration.Services.Timeout.PerRequestTimeoutSeconds")
            .kinds(&[Kind::Integer])
            .range(Bounds::between(0.0, 2147483647.0)),
        Shape::new("ServiceConnectConfiguration.Services.Tls")
            .kinds(&[Kind::Object])
            .requires(&["IssuerCertificateAuthority"]),
        Shape::new("ServiceConnectConfiguration.Services.Tls.IssuerCertificateAuthority")
            .kinds(&[Kind::Object]),
        Shape::new("ServiceConnectConfiguration.Services.Tls.IssuerCertificateAuthority.AwsPcaAuthorityArn")
            .kinds(&[Kind::String]),
        Shape::new("ServiceConnectConfiguration.Services.Tls.KmsKey").kinds(&[Kind::String]),
        Shape::new("ServiceConnectConfiguration.Services.Tls.RoleArn").kinds(&[Kind::String]),
        Shape::new("ServiceName").kinds(&[Kind::String]),
        Shape::new("ServiceRegistries").kinds(&[Kind::Array]),
        Shape::new("ServiceRegistries.ContainerName").kinds(&[Kind::String]),
        Shape::new("ServiceRegistries.ContainerPort").kinds(&[Kind::Integer]),
        Shape::new("ServiceRegistries.Port").kinds(&[Kind::Integer]),
        Shape::new("ServiceRegistries.RegistryArn").kinds(&[Kind::String]),
        Shape::new("Tags").kinds(&[Kind::Array]).items(Bounds::between(0.0, 50.0)),
        Shape::new("Tags.Key")
            .kinds(&[Kind::String])
            .length(Bounds::between(1.0, 128.0))
            .pattern(r"^([a-zA-Z\x{80}-\x{10FFFF} \x{80}-\x{10FFFF}0-9\x{80}-\x{10FFFF}_.:/=+\-@]*)$"),
        Shape::new("Tags.Value")
            .kinds(&[Kind::String])
            .length(Bounds::between(0.0, 256.0))
            .pattern(r"^([a-zA-Z\x{80}-\x{10FFFF} \x{80}-\x{10FFFF}0-9\x{80}-\x{10FFFF}_.:/=+\-@]*)$"),
        Shape::new("TaskDefinition").kinds(&[Kind::String]),
        Shape::new("VolumeConfigurations").kinds(&[Kind::Array]).requires(&["Name"]),
        Shape::new("VolumeConfigurations.ManagedEBSVolume").kinds(&[Kind::Object]).requires(&["RoleArn"]),
        Shape::new("VolumeConfigurations.ManagedEBSVolume.Encrypted").kinds(&[Kind::Boolean]),
        Shape::new("VolumeConfigurations.ManagedEBSVolume.FilesystemType")
            .kinds(&[Kind::String])
            .values(&["ext3", "ext4", "ntfs", "xfs"]),
        Shape::new("VolumeConfigurations.ManagedEBSVolume.Iops").kinds(&[Kind::Integer]),
        Shape::new("VolumeConfigurations.ManagedEBSVolume.KmsKeyId").kinds(&[Kind::String]),
        Shape::new("VolumeConfigurations.ManagedEBSVolume.RoleArn").kinds(&[Kind::String]),
        Shape::new("VolumeConfigurations.ManagedEBSVolume.SizeInGiB").kinds(&[Kind::Integer]),
        Shape::new("VolumeConfigurations.ManagedEBSVolume.SnapshotId").kinds(&[Kind::String]),
        Shape::new("VolumeConfigurations.ManagedEBSVolume.TagSpecifications")
            .kinds(&[Kind::Array])
            .requires(&["ResourceType"]),
        Shape::new("VolumeConfigurations.ManagedEBSVolume.TagSpecifications.PropagateTags")
            .kinds(&[Kind::String])
            .values(&["SERVICE", "TASK_DEFINITION"]),
        Shape::new("VolumeConfigurations.ManagedEBSVolume.TagSpecifications.ResourceType")
            .kinds(&[Kind::String])
            .values(&["volume"]),
        Shape::new("VolumeConfigurations.ManagedEBSVolume.TagSpecifications.Tags")
            .kinds(&[Kind::Array])
            .items(Bounds::between(0.0, 50.0)),
        Shape::new("VolumeConfigurations.ManagedEBSVolume.TagSpecifications.Tags.Key")
            .kinds(&[Kind::String])
            .length(Bounds::between(1.0, 128.0))
            .pattern(r"^([a-zA-Z\x{80}-\x{10FFFF} \x{80}-\x{10FFFF}0-9\x{80}-\x{10FFFF}_.:/=+\-@]*)$"),
        Shape::new("VolumeConfigurations.ManagedEBSVolume.TagSpecifications.Tags.Value")
            .kinds(&[Kind::String])
            .length(Bounds::between(0.0, 256.0))
            .pattern(r"^([a-zA-Z\x{80}-\x{10FFFF} \x{80}-\x{10FFFF}0-9\x{80}-\x{10FFFF}_.:/=+\-@]*)$"),
        Shape::new("VolumeConfigurations.ManagedEBSVolume.Throughput").kinds(&[Kind::Integer]),
        Shape::new("VolumeConfigurations.ManagedEBSVolume.VolumeInitializationRate").kinds(&[Kind::Integer]),
        Shape::new("VolumeConfigurations.ManagedEBSVolume.VolumeType").kinds(&[Kind::String]),
        Shape::new("VolumeConfigurations.Name").kinds(&[Kind::String]),
        Shape::new("VpcLatticeConfigurations").kinds(&[Kind::Array]).requires(&[
            "PortName",
            "RoleArn",
            "TargetGroupArn",
        ]),
        Shape::new("VpcLatticeConfigurations.AdvancedConfiguration").kinds(&[Kind::Object]),
        Shape::new("VpcLatticeConfigurations.AdvancedConfiguration.AlternateTargetGroupArn")
            .kinds(&[Kind::String]),
        Shape::new("VpcLatticeConfigurations.AdvancedConfiguration.ProductionListenerRule")
            .kinds(&[Kind::String]),
        Shape::new("VpcLatticeConfigurations.AdvancedConfiguration.TestListenerRule").kinds(&[Kind::String]),
        Shape::new("VpcLatticeConfigurations.PortName").kinds(&[Kind::String]),
        Shape::new("VpcLatticeConfigurations.RoleArn").kinds(&[Kind::String]),
        Shape::new("VpcLatticeConfigurations.TargetGroupArn").kinds(&[Kind::String]),
    ],
);

/// `AWS::ECS::TaskDefinition`.
pub(super) static TASK_DEFINITION: Shapes = Shapes::new(
    "AWS::ECS::TaskDefinition",
    SOURCE,
    &[
        Shape::new("ContainerDefinitions").kinds(&[Kind::Array]).requires(&["Image", "Name"]),
        Shape::new("ContainerDefinitions.Command").kinds(&[Kind::Array]),
        Shape::new("ContainerDefinitions.Cpu").kinds(&[Kind::Integer]),
        Shape::new("ContainerDefinitions.CredentialSpecs").kinds(&[Kind::Array]),
        Shape::new("ContainerDefinitions.DependsOn").kinds(&[Kind::Array]),
        Shape::new("ContainerDefinitions.DependsOn.Condition")
            .kinds(&[Kind::String])
            .values(&["COMPLETE", "HEALTHY", "START", "SUCCESS"]),
        Shape::new("ContainerDefinitions.DependsOn.ContainerName").kinds(&[Kind::String]),
        Shape::new("ContainerDefinitions.DisableNetworking").kinds(&[Kind::Boolean]),
        Shape::new("ContainerDefinitions.DnsSearchDomains").kinds(&[Kind::Array]),
        Shape::new("ContainerDefinitions.DnsServers").kinds(&[Kind::Array]),
        Shape::new("ContainerDefinitions.DockerLabels").kinds(&[Kind::Object]),
        Shape::new("ContainerDefinitions.DockerSecurityOptions").kinds(&[Kind::Array]),
        Shape::new("ContainerDefinitions.EntryPoint").kinds(&[Kind::Array]),
        Shape::new("ContainerDefinitions.Environment").kinds(&[Kind::Array]),
        Shape::new("ContainerDefinitions.Environment.Name").kinds(&[Kind::String]),
        Shape::new("ContainerDefinitions.Environment.Value").kinds(&[Kind::String]),
        Shape::new("ContainerDefinitions.EnvironmentFiles").kinds(&[Kind::Array]),
        Shape::new("ContainerDefinitions.EnvironmentFiles.Type").kinds(&[Kind::String]).values(&["s3"]),
        Shape::new("ContainerDefinitions.EnvironmentFiles.Value").kinds(&[Kind::String]),
        Shape::new("ContainerDefinitions.Essential").kinds(&[Kind::Boolean]),
        Shape::new("ContainerDefinitions.ExtraHosts").kinds(&[Kind::Array]),
        Shape::new("ContainerDefinitions.ExtraHosts.Hostname").kinds(&[Kind::String]),
        Shape::new("ContainerDefinitions.ExtraHosts.IpAddress").kinds(&[Kind::String]),
        Shape::new("ContainerDefinitions.FirelensConfiguration").kinds(&[Kind::Object]),
        Shape::new("ContainerDefinitions.FirelensConfiguration.Options").kinds(&[Kind::Object]),
        Shape::new("ContainerDefinitions.FirelensConfiguration.Type")
            .kinds(&[Kind::String])
            .values(&["fluentbit", "fluentd"]),
        Shape::new("ContainerDefinitions.HealthCheck").kinds(&[Kind::Object]),
        Shape::new("ContainerDefinitions.HealthCheck.Command").kinds(&[Kind::Array]),
        Shape::new("ContainerDefinitions.HealthCheck.Interval").kinds(&[Kind::Integer]),
        Shape::new("ContainerDefinitions.HealthCheck.Retries").kinds(&[Kind::Integer]),
        Shape::new("ContainerDefinitions.HealthCheck.StartPeriod").kinds(&[Kind::Integer]),
        Shape::new("ContainerDefinitions.HealthCheck.Timeout").kinds(&[Kind::Integer]),
        Shape::new("ContainerDefinitions.Hostname").kinds(&[Kind::String]),
        Shape::new("ContainerDefinitions.Image").kinds(&[Kind::String]),
        Shape::new("ContainerDefinitions.Interactive").kinds(&[Kind::Boolean]),
        Shape::new("ContainerDefinitions.Links").kinds(&[Kind::Array]),
        Shape::new("ContainerDefinitions.LinuxParameters").kinds(&[Kind::Object]),
        Shape::new("ContainerDefinitions.LinuxParameters.Capabilities").kinds(&[Kind::Object]),
        Shape::new("ContainerDefinitions.LinuxParameters.Capabilities.Add").kinds(&[Kind::Array]),
        Shape::new("ContainerDefinitions.LinuxParameters.Capabilities.Drop").kinds(&[Kind::Array]),
        Shape::new("ContainerDefinitions.LinuxParameters.Devices").kinds(&[Kind::Array]),
        Shape::new("ContainerDefinitions.LinuxParameters.Devices.ContainerPath").kinds(&[Kind::String]),
        Shape::new("ContainerDefinitions.LinuxParameters.Devices.HostPath").kinds(&[Kind::String]),
        Shape::new("ContainerDefinitions.LinuxParameters.Devices.Permissions")
            .kinds(&[Kind::Array])
            .values(&["mknod", "read", "write"]),
        Shape::new("ContainerDefinitions.LinuxParameters.InitProcessEnabled").kinds(&[Kind::Boolean]),
        Shape::new("ContainerDefinitions.LinuxParameters.MaxSwap").kinds(&[Kind::Integer]),
        Shape::new("ContainerDefinitions.LinuxParameters.SharedMemorySize").kinds(&[Kind::Integer]),
        Shape::new("ContainerDefinitions.LinuxParameters.Swappiness").kinds(&[Kind::Integer]),
        Shape::new("ContainerDefinitions.LinuxParameters.Tmpfs").kinds(&[Kind::Array]).requires(&["Size"]),
        Shape::new("ContainerDefinitions.LinuxParameters.Tmpfs.ContainerPath").kinds(&[Kind::String]),
        Shape::new("ContainerDefinitions.LinuxParameters.Tmpfs.MountOptions").kinds(&[Kind::Array]),
        Shape::new("ContainerDefinitions.LinuxParameters.Tmpfs.Size").kinds(&[Kind::Integer]),
        Shape::new("ContainerDefinitions.LogConfiguration").kinds(&[Kind::Object]).requires(&["LogDriver"]),
        Shape::new("ContainerDefinitions.LogConfiguration.LogDriver").kinds(&[Kind::String]),
        Shape::new("ContainerDefinitions.LogConfiguration.Options").kinds(&[Kind::Object]),
        Shape::new("ContainerDefinitions.LogConfiguration.SecretOptions")
            .kinds(&[Kind::Array])
            .requires(&["Name", "ValueFrom"]),
        Shape::new("ContainerDefinitions.LogConfiguration.SecretOptions.Name").kinds(&[Kind::String]),
        Shape::new("ContainerDefinitions.LogConfiguration.SecretOptions.ValueFrom").kinds(&[Kind::String]),
        Shape::new("ContainerDefinitions.Memory").kinds(&[Kind::Integer]),
        Shape::new("ContainerDefinitions.MemoryReservation").kinds(&[Kind::Integer]),
        Shape::new("ContainerDefinitions.MountPoints").kinds(&[Kind::Array]),
        Shape::new("ContainerDefinitions.MountPoints.ContainerPath").kinds(&[Kind::String]),
        Shape::new("ContainerDefinitions.MountPoints.ReadOnly").kinds(&[Kind::Boolean]),
        Shape::new("ContainerDefinitions.MountPoints.SourceVolume").kinds(&[Kind::String]),
        Shape::new("ContainerDefinitions.Name").kinds(&[Kind::String]),
        Shape::new("ContainerDefinitions.PortMappings").kinds(&[Kind::Array]),
        Shape::new("ContainerDefinitions.PortMappings.AppProtocol")
            .kinds(&[Kind::String])
            .values(&["http", "http2", "grpc"]),
        Shape::new("ContainerDefinitions.PortMappings.ContainerPort").kinds(&[Kind::Integer]),
        Shape::new("ContainerDefinitions.PortMappings.ContainerPortRange").kinds(&[Kind::String]),
        Shape::new("ContainerDefinitions.PortMappings.HostPort").kinds(&[Kind::Integer]),
        Shape::new("ContainerDefinitions.PortMappings.Name").kinds(&[Kind::String]),
        Shape::new("ContainerDefinitions.PortMappings.Protocol")
            .kinds(&[Kind::String])
            .values(&["tcp", "udp"]),
        Shape::new("ContainerDefinitions.Privileged").kinds(&[Kind::Boolean]),
        Shape::new("ContainerDefinitions.PseudoTerminal").kinds(&[Kind::Boolean]),
        Shape::new("ContainerDefinitions.ReadonlyRootFilesystem").kinds(&[Kind::Boolean]),
        Shape::new("ContainerDefinitions.RepositoryCredentials").kinds(&[Kind::Object]),
        Shape::new("ContainerDefinitions.RepositoryCredentials.CredentialsParameter").kinds(&[Kind::String]),
        Shape::new("ContainerDefinitions.ResourceRequirements").kinds(&[Kind::Array]).requires(&["Type"]),
        Shape::new("ContainerDefinitions.ResourceRequirements.SharingStrategy")
            .kinds(&[Kind::Object])
            .requires(&["NvidiaMps"]),
        Shape::new("ContainerDefinitions.ResourceRequirements.SharingStrategy.NvidiaMps")
            .kinds(&[Kind::Object])
            .requires(&["Memory"]),
        Shape::new("ContainerDefinitions.ResourceRequirements.SharingStrategy.NvidiaMps.MaxComputePercent")
            .kinds(&[Kind::Integer])
            .range(Bounds::between(1.0, 100.0)),
        Shape::new("ContainerDefinitions.ResourceRequirements.SharingStrategy.NvidiaMps.Memory")
            .kinds(&[Kind::Integer])
            .range(Bounds::least(1.0)),
        Shape::new("ContainerDefinitions.ResourceRequirements.Type").kinds(&[Kind::String]).values(&[
            "GPU",
            "InferenceAccelerator",
            "NeuronDevice",
        ]),
        Shape::new("ContainerDefinitions.ResourceRequirements.Value").kinds(&[Kind::String]),
        Shape::new("ContainerDefinitions.RestartPolicy").kinds(&[Kind::Object]),
        Shape::new("ContainerDefinitions.RestartPolicy.Enabled").kinds(&[Kind::Boolean]),
        Shape::new("ContainerDefinitions.RestartPolicy.IgnoredExitCodes").kinds(&[Kind::Array]),
        Shape::new("ContainerDefinitions.RestartPolicy.RestartAttemptPeriod").kinds(&[Kind::Integer]),
        Shape::new("ContainerDefinitions.Secrets").kinds(&[Kind::Array]).requires(&["Name", "ValueFrom"]),
        Shape::new("ContainerDefinitions.Secrets.Name").kinds(&[Kind::String]),
        Shape::new("ContainerDefinitions.Secrets.ValueFrom").kinds(&[Kind::String]),
        Shape::new("ContainerDefinitions.StartTimeout").kinds(&[Kind::Integer]),
        Shape::new("ContainerDefinitions.StopTimeout").kinds(&[Kind::Integer]),
        Shape::new("ContainerDefinitions.SystemControls").kinds(&[Kind::Array]),
        Shape::new("ContainerDefinitions.SystemControls.Namespace").kinds(&[Kind::String]),
        Shape::new("ContainerDefinitions.SystemControls.Value").kinds(&[Kind::String]),
        Shape::new("ContainerDefinitions.Ulimits").kinds(&[Kind::Array]).requires(&[
            "HardLimit",
            "Name",
            "SoftLimit",
        ]),
        Shape::new("ContainerDefinitions.Ulimits.HardLimit").kinds(&[Kind::Integer]),
        Shape::new("ContainerDefinitions.Ulimits.Name").kinds(&[Kind::String]).values(&[
            "core",
            "cpu",
            "data",
            "fsize",
            "locks",
            "memlock",
            "msgqueue",
            "nice",
            "nofile",
            "nproc",
            "rss",
            "rtprio",
            "rttime",
            "sigpending",
            "stack",
        ]),
        Shape::new("ContainerDefinitions.Ulimits.SoftLimit").kinds(&[Kind::Integer]),
        Shape::new("ContainerDefinitions.User").kinds(&[Kind::String]),
        Shape::new("ContainerDefinitions.VersionConsistency")
            .kinds(&[Kind::String])
            .values(&["enabled", "disabled"]),
        Shape::new("ContainerDefinitions.VolumesFrom").kinds(&[Kind::Array]),
        Shape::new("ContainerDefinitions.VolumesFrom.ReadOnly").kinds(&[Kind::Boolean]),
        Shape::new("ContainerDefinitions.VolumesFrom.SourceContainer").kinds(&[Kind::String]),
        Shape::new("ContainerDefinitions.WorkingDirectory").kinds(&[Kind::String]),
        Shape::new("Cpu").kinds(&[Kind::String]),
        Shape::new("EnableFaultInjection").kinds(&[Kind::Boolean]),
        Shape::new("EphemeralStorage").kinds(&[Kind::Object]),
        Shape::new("EphemeralStorage.SizeInGiB").kinds(&[Kind::Integer]),
        Shape::new("ExecutionRoleArn").kinds(&[Kind::String]),
        Shape::new("Family").kinds(&[Kind::String]),
        Shape::new("InferenceAccelerators").kinds(&[Kind::Array]),
        Shape::new("InferenceAccelerators.DeviceName").kinds(&[Kind::String]),
        Shape::new("InferenceAccelerators.DeviceType").kinds(&[Kind::String]),
        Shape::new("IpcMode").kinds(&[Kind::String]).values(&["host", "none", "task"]),
        Shape::new("Memory").kinds(&[Kind::String]),
        Shape::new("NetworkMode").kinds(&[Kind::String]).values(&["awsvpc", "bridge", "host", "none"]),
        Shape::new("PidMode").kinds(&[Kind::String]).values(&["host", "task"]),
        Shape::new("PlacementConstraints").kinds(&[Kind::Array]).requires(&["Type"]),
        Shape::new("PlacementConstraints.Expression").kinds(&[Kind::String]),
        Shape::new("PlacementConstraints.Type").kinds(&[Kind::String]).values(&["memberOf"]),
        Shape::new("ProxyConfiguration").kinds(&[Kind::Object]).requires(&["ContainerName"]),
        Shape::new("ProxyConfiguration.ContainerName").kinds(&[Kind::String]),
        Shape::new("ProxyConfiguration.ProxyConfigurationProperties").kinds(&[Kind::Array]),
        Shape::new("ProxyConfiguration.ProxyConfigurationProperties.Name").kinds(&[Kind::String]),
        Shape::new("ProxyConfiguration.ProxyConfigurationProperties.Value").kinds(&[Kind::String]),
        Shape::new("ProxyConfiguration.Type").kinds(&[Kind::String]).values(&["APPMESH"]),
        Shape::new("RequiresCompatibilities").kinds(&[Kind::Array]).values(&[
            "EC2",
            "EXTERNAL",
            "FARGATE",
            "MANAGED_INSTANCES",
        ]),
        Shape::new("RuntimePlatform").kinds(&[Kind::Object]),
        Shape::new("RuntimePlatform.CpuArchitecture").kinds(&[Kind::String]).values(&["ARM64", "X86_64"]),
        Shape::new("RuntimePlatform.OperatingSystemFamily").kinds(&[Kind::String]).values(&[
            "LINUX",
            "WINDOWS_SERVER_2004_CORE",
            "WINDOWS_SERVER_2016_FULL",
            "WINDOWS_SERVER_2019_CORE",
            "WINDOWS_SERVER_2019_FULL",
            "WINDOWS_SERVER_2022_CORE",
            "WINDOWS_SERVER_2022_FULL",
            "WINDOWS_SERVER_2025_CORE",
            "WINDOWS_SERVER_2025_FULL",
            "WINDOWS_SERVER_20H2_CORE",
        ]),
        Shape::new("Tags").kinds(&[Kind::Array]).items(Bounds::between(0.0, 50.0)),
        Shape::new("Tags.Key")
            .kinds(&[Kind::String])
            .length(Bounds::between(1.0, 128.0))
            .pattern(r"^([a-zA-Z\x{80}-\x{10FFFF} \x{80}-\x{10FFFF}0-9\x{80}-\x{10FFFF}_.:/=+\-@]*)$"),
        Shape::new("Tags.Value")
            .kinds(&[Kind::String])
            .length(Bounds::between(0.0, 256.0))
            .pattern(r"^([a-zA-Z\x{80}-\x{10FFFF} \x{80}-\x{10FFFF}0-9\x{80}-\x{10FFFF}_.:/=+\-@]*)$"),
        Shape::new("TaskRoleArn").kinds(&[Kind::String]),
        Shape::new("Volumes").kinds(&[Kind::Array]),
        Shape::new("Volumes.ConfiguredAtLaunch").kinds(&[Kind::Boolean]),
        Shape::new("Volumes.DockerVolumeConfiguration").kinds(&[Kind::Object]),
        Shape::new("Volumes.DockerVolumeConfiguration.Autoprovision").kinds(&[Kind::Boolean]),
        Shape::new("Volumes.DockerVolumeConfiguration.Driver").kinds(&[Kind::String]),
        Shape::new("Volumes.DockerVolumeConfiguration.DriverOpts").kinds(&[Kind::Object]),
        Shape::new("Volumes.DockerVolumeConfiguration.Labels").kinds(&[Kind::Object]),
        Shape::new("Volumes.DockerVolumeConfiguration.Scope")
            .kinds(&[Kind::String])
            .values(&["shared", "task"]),
        Shape::new("Volumes.EFSVolumeConfiguration").kinds(&[Kind::Object]).requires(&["FilesystemId"]),
        Shape::new("Volumes.EFSVolumeConfiguration.AuthorizationConfig").kinds(&[Kind::Object]),
        Shape::new("Volumes.EFSVolumeConfiguration.AuthorizationConfig.AccessPointId").kinds(&[Kind::String]),
        Shape::new("Volumes.EFSVolumeConfiguration.AuthorizationConfig.IAM")
            .kinds(&[Kind::String])
            .values(&["ENABLED", "DISABLED"]),
        Shape::new("Volumes.EFSVolumeConfiguration.FilesystemId").kinds(&[Kind::String]),
        Shape::new("Volumes.EFSVolumeConfiguration.RootDirectory").kinds(&[Kind::String]),
        Shape::new("Volumes.EFSVolumeConfiguration.TransitEncryption")
            .kinds(&[Kind::String])
            .values(&["ENABLED", "DISABLED"]),
        Shape::new("Volumes.EFSVolumeConfiguration.TransitEncryptionPort").kinds(&[Kind::Integer]),
        Shape::new("Volumes.FSxWindowsFileServerVolumeConfiguration")
            .kinds(&[Kind::Object])
            .requires(&["FileSystemId", "RootDirectory"]),
        Shape::new("Volumes.FSxWindowsFileServerVolumeConfiguration.AuthorizationConfig")
            .kinds(&[Kind::Object])
            .requires(&["CredentialsParameter", "Domain"]),
        Shape::new(
            "Volumes.FSxWindowsFileServerVolumeConfiguration.AuthorizationConfig.CredentialsParameter",
        )
        .kinds(&[Kind::String]),
        Shape::new("Volumes.FSxWindowsFileServerVolumeConfiguration.AuthorizationConfig.Domain")
            .kinds(&[Kind::String]),
        Shape::new("Volumes.FSxWindowsFileServerVolumeConfiguration.FileSystemId").kinds(&[Kind::String]),
        Shape::new("Volumes.FSxWindowsFileServerVolumeConfiguration.RootDirectory").kinds(&[Kind::String]),
        Shape::new("Volumes.Host").kinds(&[Kind::Object]),
        Shape::new("Volumes.Host.SourcePath").kinds(&[Kind::String]),
        Shape::new("Volumes.Name").kinds(&[Kind::String]),
        Shape::new("Volumes.S3FilesVolumeConfiguration").kinds(&[Kind::Object]).requires(&["FileSystemArn"]),
        Shape::new("Volumes.S3FilesVolumeConfiguration.AccessPointArn").kinds(&[Kind::String]),
        Shape::new("Volumes.S3FilesVolumeConfiguration.FileSystemArn").kinds(&[Kind::String]),
        Shape::new("Volumes.S3FilesVolumeConfiguration.RootDirectory").kinds(&[Kind::String]),
        Shape::new("Volumes.S3FilesVolumeConfiguration.TransitEncryptionPort").kinds(&[Kind::Integer]),
    ],
);
