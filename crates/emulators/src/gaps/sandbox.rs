//! The sandbox.

use super::{DEFAULT, DROPPED, gaps};

gaps! {
    "acm" "AWS::CertificateManager::Certificate" {
        "KeyAlgorithm" => "always reported as RSA_2048",
    }
    "backup" "AWS::Backup::BackupPlan" {
        "BackupPlan.AdvancedBackupSettings" => DROPPED,
        "BackupPlan.BackupPlanRule.CopyActions" => DROPPED,
        "BackupPlan.BackupPlanRule.EnableContinuousBackup" => DROPPED,
        "BackupPlan.BackupPlanRule.Lifecycle" => DROPPED,
        "BackupPlan.BackupPlanRule.RecoveryPointTags" => DROPPED,
        "BackupPlan.BackupPlanRule.ScheduleExpressionTimezone" => DROPPED,
    }
    "backup" "AWS::Backup::BackupVault" {
        "EncryptionKeyArn" => DROPPED,
    }
    "cloudtrail" "AWS::CloudTrail::Trail" {
        "AdvancedEventSelectors" => DROPPED,
        "CloudWatchLogsLogGroupArn" => DROPPED,
        "CloudWatchLogsRoleArn" => DROPPED,
        "EnableLogFileValidation" => DROPPED,
        "KMSKeyId" => DROPPED,
        "SnsTopicName" => DROPPED,
    }
    "ec2" "AWS::EC2::FlowLog" {
        "DeliverLogsPermissionArn" => DROPPED,
        "DestinationOptions" => DROPPED,
        "LogDestination" => DROPPED,
        "LogFormat" => DROPPED,
        "LogGroupName" => DROPPED,
        "MaxAggregationInterval" => DROPPED,
    }
    "ec2" "AWS::EC2::Subnet" {
        "AvailabilityZoneId" => "replaced by the first zone of us-east-1",
        "PrivateDnsNameOptionsOnLaunch" => DROPPED,
    }
    "ec2" "AWS::EC2::VPCEndpoint" {
        "PolicyDocument" => DROPPED,
        "PrivateDnsEnabled" => DROPPED,
        "RouteTableIds" => DROPPED,
        "SecurityGroupIds" => DROPPED,
        "SubnetIds" => DROPPED,
    }
    "ecs" "AWS::ECS::Cluster" {
        "CapacityProviders" => DROPPED,
        "ClusterSettings" => DROPPED,
        "Configuration" => DROPPED,
        "DefaultCapacityProviderStrategy" => DROPPED,
        "ServiceConnectDefaults" => DROPPED,
    }
    "ecs" "AWS::ECS::Service" {
        "AvailabilityZoneRebalancing" => DROPPED,
        "DeploymentConfiguration" => DROPPED,
        "EnableECSManagedTags" => DROPPED,
        "EnableExecuteCommand" => DROPPED,
        "HealthCheckGracePeriodSeconds" => DROPPED,
        "NetworkConfiguration" => DROPPED,
        "PlatformVersion" => DROPPED,
        "PropagateTags" => DROPPED,
        "ServiceRegistries" => DROPPED,
    }
    "ecs" "AWS::ECS::TaskDefinition" {
        "ContainerDefinitions.Command" => DROPPED,
        "ContainerDefinitions.DependsOn" => DROPPED,
        "ContainerDefinitions.DockerLabels" => DROPPED,
        "ContainerDefinitions.EntryPoint" => DROPPED,
        "ContainerDefinitions.HealthCheck" => DROPPED,
        "ContainerDefinitions.LinuxParameters" => DROPPED,
        "ContainerDefinitions.LogConfiguration.Options" => DROPPED,
        "ContainerDefinitions.MountPoints" => DROPPED,
        "ContainerDefinitions.ReadonlyRootFilesystem" => DROPPED,
        "ContainerDefinitions.Secrets" => DROPPED,
        "ContainerDefinitions.StopTimeout" => DROPPED,
        "ContainerDefinitions.Ulimits" => DROPPED,
        "ContainerDefinitions.User" => DROPPED,
        "ContainerDefinitions.WorkingDirectory" => DROPPED,
        "EphemeralStorage" => DROPPED,
        "IpcMode" => DROPPED,
        "PidMode" => DROPPED,
        "RuntimePlatform" => DROPPED,
        "Volumes" => DROPPED,
    }
    "elasticloadbalancing" "AWS::ElasticLoadBalancingV2::Listener" {
        "AlpnPolicy" => DROPPED,
        "Certificates" => DROPPED,
        "DefaultActions.RedirectConfig" => DROPPED,
        "SslPolicy" => DROPPED,
    }
    "elasticloadbalancing" "AWS::ElasticLoadBalancingV2::LoadBalancer" {
        "IpAddressType" => "always reported as ipv4",
    }
    "elasticloadbalancing" "AWS::ElasticLoadBalancingV2::TargetGroup" {
        "HealthCheckIntervalSeconds" => DEFAULT,
        "HealthCheckPort" => "always reported as traffic-port",
        "HealthCheckTimeoutSeconds" => DEFAULT,
        "HealthyThresholdCount" => DEFAULT,
        "Matcher" => DEFAULT,
        "ProtocolVersion" => DEFAULT,
        "UnhealthyThresholdCount" => DEFAULT,
    }
    "iam" "AWS::IAM::Role" {
        "Description" => DROPPED,
        "PermissionsBoundary" => DROPPED,
    }
    "kms" "AWS::KMS::Key" {
        "RotationPeriodInDays" => DROPPED,
    }
    "logs" "AWS::Logs::LogGroup" {
        "DeletionProtectionEnabled" => DROPPED,
        "KmsKeyId" => DROPPED,
        "LogGroupClass" => DROPPED,
    }
    "rds" "AWS::RDS::DBInstance" {
        "DatabaseInsightsMode" => DROPPED,
        "EnableCloudwatchLogsExports" => DROPPED,
        "EnableIAMDatabaseAuthentication" => DROPPED,
        "EnablePerformanceInsights" => DROPPED,
        "MaxAllocatedStorage" => DROPPED,
        "MonitoringInterval" => DROPPED,
        "MonitoringRoleArn" => DROPPED,
        "NetworkType" => DROPPED,
        "OptionGroupName" => DROPPED,
        "PerformanceInsightsKMSKeyId" => DROPPED,
        "PerformanceInsightsRetentionPeriod" => DROPPED,
        "PreferredBackupWindow" => DROPPED,
        "PreferredMaintenanceWindow" => DROPPED,
        "StorageThroughput" => DROPPED,
    }
    "rds" "AWS::RDS::DBParameterGroup" {
        "Parameters" => DROPPED,
    }
    "s3" "AWS::S3::Bucket" {
        "LoggingConfiguration" => DROPPED,
    }
}
