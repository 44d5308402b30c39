//! What becomes of each property of a database instance, where that is mechanical.

use std::sync::LazyLock;

use aws_sdk_rds::operation::create_db_instance::builders::CreateDBInstanceFluentBuilder as C;
use aws_sdk_rds::operation::modify_db_instance::builders::ModifyDBInstanceFluentBuilder as M;
use aws_sdk_rds::types::{DbInstance as S, PendingModifiedValues as P};
use ironward_aws::rds::DbInstance;
use ironward_core::declare::Declaration;
use ironward_core::document::IntoJson;
use serde_json::Value as Json;

use crate::rows::{Row, Rows, json};

/// Properties of which some way is a function: what changes with others, what is seen in lists, what has no setter.
#[cfg(test)]
const BY_HAND: &[&str] = &[
    "AdditionalStorageVolumes",
    "AllocatedStorage",
    "AssociatedRoles",
    "DBInstanceIdentifier",
    "Domain",
    "DomainAuthSecretArn",
    "DomainDnsIps",
    "DomainFqdn",
    "DomainIAMRoleName",
    "DomainOu",
    "DatabaseInsightsMode",
    "EnableCloudwatchLogsExports",
    "EnablePerformanceInsights",
    "Iops",
    "ManageMasterUserPassword",
    "MasterUserSecret",
    "MaxAllocatedStorage",
    "MonitoringInterval",
    "MonitoringRoleArn",
    "PerformanceInsightsKMSKeyId",
    "PerformanceInsightsRetentionPeriod",
    "ProcessorFeatures",
    "StorageThroughput",
    "StorageType",
    "Tags",
];

/// What was asked for and is under way counts as made; else what is there.
fn now<'s, T: IntoJson>(
    seen: &'s S,
    pending: impl Fn(&'s P) -> Option<T>,
    there: impl Fn(&'s S) -> Option<T>,
) -> Json {
    json(seen.pending_modified_values().and_then(pending).or_else(|| there(seen)))
}

fn row(property: &'static str) -> Row<C, M, S> {
    Row::of(property)
}

/// The rows.
#[rustfmt::skip]
pub(super) static ROWS: LazyLock<Rows<C, M, S>> = LazyLock::new(|| Rows::new(DbInstance::SCHEMA, [
    row("AllocatedStorage").made(C::set_allocated_storage)
        .seen_some(|s| now(s, P::allocated_storage, S::allocated_storage)),
    row("AutoMinorVersionUpgrade").made(C::set_auto_minor_version_upgrade).changed(M::set_auto_minor_version_upgrade)
        .seen_some(|s| json(s.auto_minor_version_upgrade())),
    row("AvailabilityZone").made(C::set_availability_zone).seen_some(|s| json(s.availability_zone())),
    row("BackupRetentionPeriod").made(C::set_backup_retention_period).changed(M::set_backup_retention_period)
        .seen_some(|s| now(s, P::backup_retention_period, S::backup_retention_period)),
    row("CACertificateIdentifier").made(C::set_ca_certificate_identifier).changed(M::set_ca_certificate_identifier)
        .seen_some(|s| now(s, P::ca_certificate_identifier, S::ca_certificate_identifier)),
    row("CharacterSetName").made(C::set_character_set_name).seen_some(|s| json(s.character_set_name())),
    row("CopyTagsToSnapshot").made(C::set_copy_tags_to_snapshot).changed(M::set_copy_tags_to_snapshot)
        .seen_or_default(|s| json(s.copy_tags_to_snapshot())),
    row("DBInstanceClass").made(C::set_db_instance_class).changed(M::set_db_instance_class)
        .seen_some(|s| now(s, P::db_instance_class, S::db_instance_class)),
    row("DBInstanceIdentifier").seen(|s| json(s.db_instance_identifier())),
    row("DBName").made(C::set_db_name).seen_some(|s| json(s.db_name())),
    row("DBParameterGroupName").made(C::set_db_parameter_group_name).changed(M::set_db_parameter_group_name)
        .seen_some(|s| json(parameter_group(s))),
    row("DBSubnetGroupName").made(C::set_db_subnet_group_name)
        .seen_some(|s| now(s, P::db_subnet_group_name, subnet_group)),
    row("DatabaseInsightsMode").made_parsed(C::set_database_insights_mode)
        .seen_some(|s| json(s.database_insights_mode().map(|mode| mode.as_str()))),
    row("DedicatedLogVolume").made(C::set_dedicated_log_volume).changed(M::set_dedicated_log_volume)
        .seen_some(|s| now(s, P::dedicated_log_volume, S::dedicated_log_volume)),
    row("DeletionProtection").made(C::set_deletion_protection).changed(M::set_deletion_protection)
        .seen_or_default(|s| json(s.deletion_protection())),
    row("Domain").made(C::set_domain),
    row("DomainAuthSecretArn").made(C::set_domain_auth_secret_arn),
    row("DomainDnsIps").made(C::set_domain_dns_ips),
    row("DomainFqdn").made(C::set_domain_fqdn),
    row("DomainIAMRoleName").made(C::set_domain_iam_role_name),
    row("DomainOu").made(C::set_domain_ou),
    row("EnableCloudwatchLogsExports").made(C::set_enable_cloudwatch_logs_exports),
    row("EnableIAMDatabaseAuthentication").made(C::set_enable_iam_database_authentication).changed(M::set_enable_iam_database_authentication)
        .seen_or_default(|s| now(s, P::iam_database_authentication_enabled, S::iam_database_authentication_enabled)),
    row("EnablePerformanceInsights").made(C::set_enable_performance_insights),
    row("Engine").made(C::set_engine).seen_some(|s| json(s.engine())),
    row("EngineLifecycleSupport").made(C::set_engine_lifecycle_support).changed(M::set_engine_lifecycle_support)
        .seen_some(|s| json(s.engine_lifecycle_support())),
    row("EngineVersion").made(C::set_engine_version).changed(M::set_engine_version)
        .seen_some(|s| now(s, P::engine_version, S::engine_version)),
    row("Iops").seen_some(|s| now(s, P::iops, S::iops)),
    row("KmsKeyId").made(C::set_kms_key_id).seen(|s| json(s.kms_key_id())),
    row("LicenseModel").made(C::set_license_model).changed(M::set_license_model)
        .seen_some(|s| now(s, P::license_model, S::license_model)),
    row("ManageMasterUserPassword").made(C::set_manage_master_user_password)
        .seen(|s| json(s.master_user_secret().is_some())),
    row("MasterUsername").made(C::set_master_username).seen_some(|s| json(s.master_username())),
    row("MaxAllocatedStorage").seen(|s| json(s.max_allocated_storage())),
    row("MonitoringInterval").made(C::set_monitoring_interval),
    row("MonitoringRoleArn").made(C::set_monitoring_role_arn),
    row("MultiAZ").made(C::set_multi_az).changed(M::set_multi_az)
        .seen_or_default(|s| now(s, P::multi_az, S::multi_az)),
    row("NcharCharacterSetName").made(C::set_nchar_character_set_name)
        .seen_some(|s| json(s.nchar_character_set_name())),
    row("NetworkType").made(C::set_network_type).changed(M::set_network_type).seen_some(|s| json(s.network_type())),
    row("OptionGroupName").made(C::set_option_group_name).changed(M::set_option_group_name)
        .seen_some(|s| json(option_group(s))),
    row("PerformanceInsightsKMSKeyId").made(C::set_performance_insights_kms_key_id),
    row("PerformanceInsightsRetentionPeriod").made(C::set_performance_insights_retention_period),
    row("Port").made(C::set_port).changed(M::set_db_port_number)
        .seen_some(|s| now(s, P::port, |there| there.endpoint()?.port())),
    row("PreferredBackupWindow").made(C::set_preferred_backup_window).changed(M::set_preferred_backup_window)
        .seen_some(|s| json(s.preferred_backup_window())),
    row("PreferredMaintenanceWindow").made(C::set_preferred_maintenance_window).changed(M::set_preferred_maintenance_window)
        .seen_some(|s| json(s.preferred_maintenance_window())),
    row("PubliclyAccessible").made(C::set_publicly_accessible).changed(M::set_publicly_accessible)
        .seen(|s| json(s.publicly_accessible().unwrap_or(false))),
    row("StorageEncrypted").made(C::set_storage_encrypted).seen(|s| json(s.storage_encrypted().unwrap_or(false))),
    row("StorageThroughput").seen_some(|s| now(s, P::storage_throughput, S::storage_throughput)),
    row("StorageType").made(C::set_storage_type).seen_some(|s| now(s, P::storage_type, S::storage_type)),
    row("Timezone").made(C::set_timezone).seen_some(|s| json(s.timezone())),
    row("VPCSecurityGroups").made(C::set_vpc_security_group_ids).changed(M::set_vpc_security_group_ids)
        .seen(|s| json(security_groups(s))),
]));

fn parameter_group(seen: &S) -> Option<&str> {
    seen.db_parameter_groups().first()?.db_parameter_group_name()
}

fn subnet_group(seen: &S) -> Option<&str> {
    seen.db_subnet_group()?.db_subnet_group_name()
}

/// The option group, without one that it leaves.
fn option_group(seen: &S) -> Option<&str> {
    let leaves = |status: &str| status.contains("remov");
    let groups = seen.option_group_memberships();
    groups.iter().rfind(|group| !group.status().is_some_and(leaves))?.option_group_name()
}

/// The security groups, without those that it leaves.
fn security_groups(seen: &S) -> Vec<String> {
    let groups = seen.vpc_security_groups().iter().filter(|group| group.status() != Some("removing"));
    groups.filter_map(|group| group.vpc_security_group_id.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_property_is_in_a_row_or_handled_by_hand() {
        assert_eq!(ROWS.gaps(BY_HAND), Vec::<String>::new());
    }
}
