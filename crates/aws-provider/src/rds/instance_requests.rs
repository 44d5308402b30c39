//! The requests that make and change a database instance.

use std::collections::BTreeSet;

use aws_sdk_rds::Client;
use aws_sdk_rds::operation::create_db_instance::builders::CreateDBInstanceFluentBuilder;
use aws_sdk_rds::operation::modify_db_instance::builders::ModifyDBInstanceFluentBuilder;
use aws_sdk_rds::types::{CloudwatchLogsExportConfiguration, ProcessorFeature};
use ironward_core::document::Document;
use ironward_core::error::ProviderError;
use ironward_core::provider::{Change, Operation};

use super::instance_rows::ROWS;
use super::storage;
use super::tags::sdk_tags;

/// The one call that brings an instance into being, complete with all it is declared to have.
pub(super) fn creation(
    client: &Client,
    id: &str,
    operation: &Operation<'_>,
    desired: &Document,
) -> Result<CreateDBInstanceFluentBuilder, ProviderError> {
    let performance = storage::new(desired)?;
    let request = ROWS.creation(client.create_db_instance().db_instance_identifier(id), desired)?;
    Ok(request
        .set_additional_storage_volumes(storage::new_volumes(desired)?)
        .set_iops(performance.iops)
        .set_master_user_secret_kms_key_id(secret_key(desired)?)
        .set_max_allocated_storage(storage::limit(desired)?)
        .set_processor_features(processor_features(desired)?)
        .set_storage_throughput(performance.throughput)
        .set_tags(Some(sdk_tags(operation.tags(desired)))))
}

/// The one call that changes what has changed, at once unless that is left to the maintenance window. What is
/// no longer declared goes back to its default, where it has one.
pub(super) fn modification(
    client: &Client,
    change: &Change<'_>,
) -> Result<ModifyDBInstanceFluentBuilder, ProviderError> {
    let after = change.after;
    let at_once = after.opt("ApplyImmediately")?.unwrap_or(true);
    let request =
        client.modify_db_instance().db_instance_identifier(change.physical_id).apply_immediately(at_once);
    let mut request = ROWS.change(request, change)?;
    if change.has("managemasteruserpassword") || change.has("master_user_secret") {
        request = request.manage_master_user_password(true);
        request = request.set_master_user_secret_kms_key_id(secret_key(after)?);
    }
    if change.has("storage") {
        request = storage::modification(request, change)?;
    }
    if change.has("volumes") {
        request = request.set_additional_storage_volumes(Some(storage::volumes(change)?));
    }
    if change.has("domain") {
        request = domain(request, after)?;
    }
    if change.has("certificate") {
        request = request.set_certificate_rotation_restart(after.opt("CertificateRotationRestart")?);
    }
    if change.has("enable_cloudwatch_logs_exports") {
        request = request.cloudwatch_logs_export_configuration(log_exports(change)?);
    }
    if change.has("engine_version") {
        request = request.set_allow_major_version_upgrade(after.opt("AllowMajorVersionUpgrade")?);
    }
    if change.has("processor_features") {
        request = match processor_features(after)? {
            Some(features) => request.set_processor_features(Some(features)),
            None => request.use_default_processor_features(true),
        };
    }
    observability(request, change)
}

/// Enhanced monitoring and Performance Insights.
fn observability(
    mut request: ModifyDBInstanceFluentBuilder,
    change: &Change<'_>,
) -> Result<ModifyDBInstanceFluentBuilder, ProviderError> {
    let after = change.after;
    if change.has("monitoring") {
        let interval = after.opt("MonitoringInterval")?.unwrap_or(0);
        request = request.monitoring_interval(interval);
        if interval != 0 {
            request = request.set_monitoring_role_arn(after.opt("MonitoringRoleArn")?);
        }
    }
    if change.has("insights") {
        let on = is_on(after, "EnablePerformanceInsights")?;
        request = request.enable_performance_insights(on);
        if on {
            request = request
                .set_performance_insights_kms_key_id(after.opt("PerformanceInsightsKMSKeyId")?)
                .set_performance_insights_retention_period(after.opt("PerformanceInsightsRetentionPeriod")?);
        }
        if differs(change, "DatabaseInsightsMode") {
            let mode: String = after.opt("DatabaseInsightsMode")?.unwrap_or_else(|| "standard".to_owned());
            request = request.database_insights_mode(mode.as_str().into());
        }
    }
    Ok(request)
}

/// Joins a directory, or leaves the one that was joined.
fn domain(
    request: ModifyDBInstanceFluentBuilder,
    after: &Document,
) -> Result<ModifyDBInstanceFluentBuilder, ProviderError> {
    if !after.has("Domain") && !after.has("DomainFqdn") {
        return Ok(request.disable_domain(true));
    }
    Ok(request
        .set_domain(after.opt("Domain")?)
        .set_domain_auth_secret_arn(after.opt("DomainAuthSecretArn")?)
        .set_domain_dns_ips(after.opt("DomainDnsIps")?)
        .set_domain_fqdn(after.opt("DomainFqdn")?)
        .set_domain_iam_role_name(after.opt("DomainIAMRoleName")?)
        .set_domain_ou(after.opt("DomainOu")?))
}

fn log_exports(change: &Change<'_>) -> Result<CloudwatchLogsExportConfiguration, ProviderError> {
    let name = "EnableCloudwatchLogsExports";
    let before: BTreeSet<String> = change.before.list(name)?.into_iter().collect();
    let after: BTreeSet<String> = change.after.list(name)?.into_iter().collect();
    let beyond = |these: &BTreeSet<String>, those: &BTreeSet<String>| {
        let types: Vec<String> = these.difference(those).cloned().collect();
        (!types.is_empty()).then_some(types)
    };
    Ok(CloudwatchLogsExportConfiguration::builder()
        .set_enable_log_types(beyond(&after, &before))
        .set_disable_log_types(beyond(&before, &after))
        .build())
}

pub(super) fn differs(change: &Change<'_>, name: &str) -> bool {
    change.before.json(name) != change.after.json(name)
}

fn is_on(after: &Document, name: &str) -> Result<bool, ProviderError> {
    Ok(after.opt(name)?.unwrap_or(false))
}

fn secret_key(desired: &Document) -> Result<Option<String>, ProviderError> {
    Ok(desired.opt::<Document>("MasterUserSecret")?.unwrap_or_default().opt("KmsKeyId")?)
}

fn processor_features(desired: &Document) -> Result<Option<Vec<ProcessorFeature>>, ProviderError> {
    let features: Vec<Document> = desired.list("ProcessorFeatures")?;
    let features = features
        .iter()
        .map(|feature| {
            let builder = ProcessorFeature::builder();
            Ok(builder.set_name(feature.opt("Name")?).set_value(feature.opt("Value")?).build())
        })
        .collect::<Result<Vec<_>, ProviderError>>()?;
    Ok((!features.is_empty()).then_some(features))
}
