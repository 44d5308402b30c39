//! Service Connect, volumes, VPC Lattice and metrics of a service, to the SDK's types. Most of these
//! the API takes and doesn't report.

use aws_sdk_ecs::types::{
    EbsResourceType, EbsTagSpecification, MetricConfiguration, MonitoringConfiguration,
    ServiceConnectAccessLogConfiguration, ServiceConnectClientAlias, ServiceConnectConfiguration,
    ServiceConnectContainerConfiguration, ServiceConnectService, ServiceConnectTlsCertificateAuthority,
    ServiceConnectTlsConfiguration, ServiceManagedEbsVolumeConfiguration, ServiceVolumeConfiguration,
    TimeoutConfiguration, VpcLatticeConfiguration,
};
use ironward_core::document::Document;
use ironward_core::error::ProviderError;

use super::api::incomplete;
use super::container_parts::{items, part, sdk_logs};

/// How a service takes part in Service Connect; none takes it out.
pub(super) fn sdk_connect(
    properties: &Document,
) -> Result<Option<ServiceConnectConfiguration>, ProviderError> {
    part(properties, "ServiceConnectConfiguration", |connect| {
        let log = part(connect, "AccessLogConfiguration", |log| {
            ServiceConnectAccessLogConfiguration::builder()
                .set_format(log.parsed("Format")?)
                .set_include_query_parameters(log.parsed("IncludeQueryParameters")?)
                .build()
                .map_err(|error| incomplete(&error))
        })?;
        Ok(ServiceConnectConfiguration::builder()
            .set_enabled(connect.opt("Enabled")?)
            .set_namespace(connect.opt("Namespace")?)
            .set_services(items(connect, "Services", sdk_offer)?)
            .set_log_configuration(part(connect, "LogConfiguration", sdk_logs)?)
            .set_access_log_configuration(log)
            .set_container_configurations(items(connect, "ContainerConfigurations", |setting| {
                let level: String = setting.get("LogLevel")?;
                Ok(ServiceConnectContainerConfiguration::LogLevel(level.as_str().into()))
            })?)
            .build())
    })
}

fn sdk_offer(offer: &Document) -> Result<ServiceConnectService, ProviderError> {
    let aliases = items(offer, "ClientAliases", |alias| {
        ServiceConnectClientAlias::builder()
            .set_port(alias.opt("Port")?)
            .set_dns_name(alias.opt("DnsName")?)
            .build()
            .map_err(|error| incomplete(&error))
    })?;
    let timeout = part(offer, "Timeout", |timeout| {
        Ok(TimeoutConfiguration::builder()
            .set_idle_timeout_seconds(timeout.opt("IdleTimeoutSeconds")?)
            .set_per_request_timeout_seconds(timeout.opt("PerRequestTimeoutSeconds")?)
            .build())
    })?;
    let tls = part(offer, "Tls", |tls| {
        let authority = part(tls, "IssuerCertificateAuthority", |authority| {
            Ok(ServiceConnectTlsCertificateAuthority::builder()
                .set_aws_pca_authority_arn(authority.opt("AwsPcaAuthorityArn")?)
                .build())
        })?;
        Ok(ServiceConnectTlsConfiguration::builder()
            .set_issuer_certificate_authority(authority)
            .set_kms_key(tls.opt("KmsKey")?)
            .set_role_arn(tls.opt("RoleArn")?)
            .build())
    })?;
    ServiceConnectService::builder()
        .set_port_name(offer.opt("PortName")?)
        .set_discovery_name(offer.opt("DiscoveryName")?)
        .set_ingress_port_override(offer.opt("IngressPortOverride")?)
        .set_client_aliases(aliases)
        .set_timeout(timeout)
        .set_tls(tls)
        .build()
        .map_err(|error| incomplete(&error))
}

/// The volumes that each task gets for itself.
pub(super) fn sdk_volumes(
    properties: &Document,
) -> Result<Option<Vec<ServiceVolumeConfiguration>>, ProviderError> {
    items(properties, "VolumeConfigurations", |volume| {
        let managed = part(volume, "ManagedEBSVolume", |managed| {
            let tags = items(managed, "TagSpecifications", |tags| {
                EbsTagSpecification::builder()
                    .set_resource_type(tags.parsed::<EbsResourceType>("ResourceType")?)
                    .set_propagate_tags(tags.parsed("PropagateTags")?)
                    .build()
                    .map_err(|error| incomplete(&error))
            })?;
            ServiceManagedEbsVolumeConfiguration::builder()
                .set_encrypted(managed.opt("Encrypted")?)
                .set_kms_key_id(managed.opt("KmsKeyId")?)
                .set_role_arn(managed.opt("RoleArn")?)
                .set_size_in_gib(managed.opt("SizeInGiB")?)
                .set_volume_type(managed.opt("VolumeType")?)
                .set_iops(managed.opt("Iops")?)
                .set_throughput(managed.opt("Throughput")?)
                .set_filesystem_type(managed.parsed("FilesystemType")?)
                .set_snapshot_id(managed.opt("SnapshotId")?)
                .set_volume_initialization_rate(managed.opt("VolumeInitializationRate")?)
                .set_tag_specifications(tags)
                .build()
                .map_err(|error| incomplete(&error))
        })?;
        ServiceVolumeConfiguration::builder()
            .set_name(volume.opt("Name")?)
            .set_managed_ebs_volume(managed)
            .build()
            .map_err(|error| incomplete(&error))
    })
}

/// The target groups of VPC Lattice.
pub(super) fn sdk_lattice(
    properties: &Document,
) -> Result<Option<Vec<VpcLatticeConfiguration>>, ProviderError> {
    items(properties, "VpcLatticeConfigurations", |lattice| {
        VpcLatticeConfiguration::builder()
            .set_port_name(lattice.opt("PortName")?)
            .set_role_arn(lattice.opt("RoleArn")?)
            .set_target_group_arn(lattice.opt("TargetGroupArn")?)
            .build()
            .map_err(|error| incomplete(&error))
    })
}

pub(super) fn declared_lattice(lattice: &VpcLatticeConfiguration) -> Document {
    Document::new()
        .with("PortName", lattice.port_name())
        .with("RoleArn", lattice.role_arn())
        .with("TargetGroupArn", lattice.target_group_arn())
}

/// How often metrics are taken.
pub(super) fn sdk_monitoring(
    properties: &Document,
) -> Result<Option<MonitoringConfiguration>, ProviderError> {
    part(properties, "Monitoring", |monitoring| {
        let metrics = items(monitoring, "MetricConfigurations", |metric| {
            MetricConfiguration::builder()
                .set_metric_names(metric.opt("MetricNames")?)
                .set_resolution_seconds(metric.opt("ResolutionSeconds")?)
                .build()
                .map_err(|error| incomplete(&error))
        })?;
        Ok(MonitoringConfiguration::builder().set_metric_configurations(metrics).build())
    })
}
