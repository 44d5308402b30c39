//! What is seen of a database instance.

use std::collections::BTreeSet;

use aws_sdk_rds::types::{
    AdditionalStorageVolumeOutput, DbInstance, DbInstanceRole, DomainMembership, ProcessorFeature,
};
use ironward_core::document::Document;
use ironward_core::provider::{Observed, Place, Readiness};

use super::instance::KIND;
use super::instance_rows::ROWS;
use super::not_in_force::not_in_force;
use super::tags::{arn, read_tags};

/// The observation of an instance. Changes that are under way count as made: they were asked for,
/// and asking again would change nothing.
pub(super) fn view(place: &Place, id: &str, instance: &DbInstance) -> Observed {
    let observed = Observed::new(attributes(place, id, instance)).with_readiness(readiness(instance));
    let observed = ROWS.observed(observed, instance);
    let observed = domain(observed, instance)
        .with_some("AdditionalStorageVolumes", volumes(instance))
        .with_some("AssociatedRoles", roles(instance))
        .with_some("MasterUserSecret", secret(instance))
        .with_some("ProcessorFeatures", features(instance));
    let mut observed = observability(observed, instance);
    observed.not_in_force = not_in_force(id, instance);
    observed.tagged(read_tags(instance.tag_list()))
}

fn attributes(place: &Place, id: &str, instance: &DbInstance) -> Document {
    let arn = arn(place, KIND, id);
    let endpoint = instance.endpoint();
    Document::new()
        .with("DBInstanceIdentifier", id)
        .with("DBInstanceArn", instance.db_instance_arn().unwrap_or(&arn))
        .with("DbiResourceId", instance.dbi_resource_id())
        .with("Endpoint.Address", endpoint.and_then(|endpoint| endpoint.address()))
        .with("Endpoint.Port", endpoint.and_then(|endpoint| endpoint.port()))
        .with(
            "MasterUserSecret.SecretArn",
            instance.master_user_secret().and_then(|secret| secret.secret_arn()),
        )
}

/// The volumes beyond the first; not reported where the API says nothing of any, as it does of
/// engines that can't have them.
fn volumes(instance: &DbInstance) -> Option<Vec<Document>> {
    let volume = |volume: &AdditionalStorageVolumeOutput| {
        Document::new()
            .with("VolumeName", volume.volume_name())
            .with("AllocatedStorage", volume.allocated_storage())
            .with("Iops", volume.iops())
            .with("MaxAllocatedStorage", volume.max_allocated_storage())
            .with("StorageThroughput", volume.storage_throughput())
            .with("StorageType", volume.storage_type())
    };
    instance.additional_storage_volumes.as_ref().map(|volumes| volumes.iter().map(volume).collect())
}

/// The roles of the engine's features; not reported where the answer has no such list, or says of
/// a role not what it is for.
fn roles(instance: &DbInstance) -> Option<Vec<Document>> {
    let role = |role: &DbInstanceRole| {
        let feature = role.feature_name()?;
        Some(Document::new().with("FeatureName", feature).with("RoleArn", role.role_arn()))
    };
    instance.associated_roles.as_ref()?.iter().map(role).collect()
}

/// The directory that the instance has joined or is joining; not reported where the answer has no
/// list of directories.
fn domain(observed: Observed, instance: &DbInstance) -> Observed {
    let gone = |membership: &&DomainMembership| {
        membership.status().is_some_and(|status| status.contains("remov") || status == "kerberos-disabled")
    };
    let Some(memberships) = &instance.domain_memberships else { return observed };
    let joined = memberships.iter().find(|membership| !gone(membership));
    let ips = joined.map(|joined| joined.dns_ips().to_vec()).filter(|ips| !ips.is_empty());
    observed
        .with("Domain", joined.and_then(|joined| joined.domain()))
        .with("DomainAuthSecretArn", joined.and_then(|joined| joined.auth_secret_arn()))
        .with("DomainDnsIps", ips)
        .with("DomainFqdn", joined.and_then(|joined| joined.fqdn()))
        .with("DomainIAMRoleName", joined.and_then(|joined| joined.iam_role_name()))
        .with("DomainOu", joined.and_then(|joined| joined.ou()))
}

fn secret(instance: &DbInstance) -> Option<Document> {
    instance.master_user_secret().map(|secret| Document::new().with("KmsKeyId", secret.kms_key_id()))
}

/// The processor's features, those that are under way first.
fn features(instance: &DbInstance) -> Option<Vec<Document>> {
    let feature = |feature: &ProcessorFeature| {
        Document::new().with("Name", feature.name()).with("Value", feature.value())
    };
    let pending = instance.pending_modified_values().map(|pending| pending.processor_features());
    let found = pending.into_iter().chain([instance.processor_features()]).find(|some| !some.is_empty())?;
    Some(found.iter().map(feature).collect())
}

fn observability(observed: Observed, instance: &DbInstance) -> Observed {
    let mut logs: BTreeSet<String> = instance.enabled_cloudwatch_logs_exports().iter().cloned().collect();
    let pending = instance.pending_modified_values();
    if let Some(pending) = pending.and_then(|pending| pending.pending_cloudwatch_logs_exports()) {
        logs.extend(pending.log_types_to_enable().iter().cloned());
        logs.retain(|log| !pending.log_types_to_disable().contains(log));
    }
    let logs = (!logs.is_empty()).then(|| logs.into_iter().collect::<Vec<_>>());
    let interval = instance.monitoring_interval().unwrap_or(0);
    let mut observed =
        observed.with("EnableCloudwatchLogsExports", logs).with("MonitoringInterval", interval);
    // What is off has neither role nor key nor days, and takes none; they may be declared for when it is on:
    // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html
    if interval != 0 {
        observed = observed.with("MonitoringRoleArn", instance.monitoring_role_arn());
    }
    let Some(insights) = instance.performance_insights_enabled() else { return observed };
    let observed = observed.with("EnablePerformanceInsights", insights);
    if !insights {
        return observed;
    }
    observed
        .with("PerformanceInsightsKMSKeyId", instance.performance_insights_kms_key_id())
        .with("PerformanceInsightsRetentionPeriod", instance.performance_insights_retention_period())
}

/// Where an instance stands on its way, by its status.
/// Source: RDS User Guide, "Viewing Amazon RDS DB instance status".
pub(super) fn readiness(instance: &DbInstance) -> Readiness {
    let status = instance.db_instance_status().unwrap_or("unknown");
    let said: Vec<&str> = instance.status_infos().iter().filter_map(|info| info.message()).collect();
    let said = if said.is_empty() { String::new() } else { format!(": {}", said.join("; ")) };
    let because = |why: &str| format!("the database is {status}: {why}{said}");
    let failed = |why| Readiness::Failed(because(why));
    // The data is still there: nothing of this may lead to a new and empty database.
    let blocked = |why| Readiness::Blocked(because(why));
    match status {
        "available" | "storage-optimization" => Readiness::Ready,
        "failed" => failed("it failed and RDS can't recover it"),
        "incompatible-create" => failed("RDS can't make an instance like this"),
        "incompatible-network" => blocked("RDS can't recover it in its VPC"),
        "incompatible-option-group" => blocked("its option group doesn't fit"),
        "incompatible-parameters" => blocked("a parameter doesn't fit its class or version"),
        "incompatible-restore" => failed("RDS can't restore it to the time that was asked for"),
        "insufficient-capacity" => failed("AWS has no room for this class in the zone"),
        "inaccessible-encryption-credentials" | "inaccessible-encryption-credentials-recoverable" => {
            blocked("its KMS key can't be used")
        }
        "restore-error" => failed("restoring it failed"),
        "storage-full" => blocked("its storage is full"),
        doing => Readiness::Pending(format!("the database is {doing}")),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_rds::types::{DbInstanceStatusInfo, PendingCloudwatchLogsExports, PendingModifiedValues};
    use serde_json::json;

    use super::*;

    fn seen(instance: &DbInstance) -> Observed {
        view(&Place::new("aws", "us-east-1", "123456789012"), "db", instance)
    }

    #[test]
    fn changes_under_way_count_as_made() {
        let logs = PendingCloudwatchLogsExports::builder()
            .log_types_to_enable("upgrade")
            .log_types_to_disable("postgresql")
            .build();
        let pending = PendingModifiedValues::builder()
            .db_instance_class("db.r6g.large")
            .multi_az(true)
            .pending_cloudwatch_logs_exports(logs)
            .build();
        let instance = DbInstance::builder()
            .db_instance_class("db.t4g.medium")
            .multi_az(false)
            .enabled_cloudwatch_logs_exports("postgresql")
            .pending_modified_values(pending)
            .build();
        let observed = seen(&instance);
        let property = |name: &str| observed.properties.json(name).cloned();
        assert_eq!(property("DBInstanceClass"), Some(json!("db.r6g.large")));
        assert_eq!(property("MultiAZ"), Some(json!(true)));
        assert_eq!(property("EnableCloudwatchLogsExports"), Some(json!(["upgrade"])));
    }

    #[test]
    fn what_is_off_says_nothing_of_its_settings() {
        let off = DbInstance::builder().monitoring_interval(0).performance_insights_enabled(false).build();
        let on = DbInstance::builder().monitoring_interval(60).performance_insights_enabled(true).build();
        for name in ["MonitoringRoleArn", "PerformanceInsightsKMSKeyId", "PerformanceInsightsRetentionPeriod"]
        {
            let says = |observed: &Observed| observed.properties.has(name) || observed.unset.contains(name);
            assert!(!says(&seen(&off)) && says(&seen(&on)), "{name}");
        }
    }

    #[test]
    fn states_from_which_nothing_leads_on_say_why() {
        let info = DbInstanceStatusInfo::builder().message("The key is disabled").build();
        let stuck = DbInstance::builder()
            .db_instance_status("inaccessible-encryption-credentials")
            .status_infos(info)
            .build();
        let Readiness::Blocked(reason) = seen(&stuck).readiness else { unreachable!("it is stuck") };
        assert!(reason.contains("its KMS key can't be used: The key is disabled"), "{reason}");
        let busy = DbInstance::builder().db_instance_status("modifying").build();
        assert!(matches!(seen(&busy).readiness, Readiness::Pending(_)));
        let grown = DbInstance::builder().db_instance_status("storage-optimization").build();
        assert_eq!(seen(&grown).readiness, Readiness::Ready);
    }
}
