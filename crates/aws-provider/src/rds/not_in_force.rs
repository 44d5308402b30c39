//! What was set on a database instance and isn't in force yet.

use aws_sdk_rds::types::{DbInstance, PendingModifiedValues};
use ironward_core::provider::NotInForce;

/// What waits for a restart, or for the maintenance window. What RDS is changing right now doesn't wait.
pub(super) fn not_in_force(id: &str, instance: &DbInstance) -> Vec<NotInForce> {
    let command = format!("aws rds reboot-db-instance --db-instance-identifier {id} --no-force-failover");
    let restart = "somebody restarts the database, which interrupts it: in a maintenance window";
    let groups = instance.db_parameter_groups().iter();
    // "pending-reboot - the parameter group change will be applied after the DB instance reboots":
    // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBParameterGroupStatus.html
    let waiting = groups.filter(|group| group.parameter_apply_status() == Some("pending-reboot"));
    let groups = waiting.map(|group| {
        let what = format!("static parameters of {}", group.db_parameter_group_name().unwrap_or("its group"));
        NotInForce::new("DBParameterGroupName", what, restart).by(command.clone())
    });
    let window = match instance.preferred_maintenance_window() {
        Some(window) => format!("the maintenance window, {window} UTC"),
        None => "the maintenance window".to_owned(),
    };
    let settled = matches!(instance.db_instance_status(), Some("available" | "storage-optimization") | None);
    let pending = instance.pending_modified_values().filter(|_| settled);
    let values = pending.into_iter().flat_map(changes);
    groups.chain(values.map(|(property, value)| NotInForce::new(property, value, window.clone()))).collect()
}

/// The changes that wait, by property, with the values that they bring.
fn changes(pending: &PendingModifiedValues) -> Vec<(&'static str, String)> {
    let number = |value: Option<i32>| value.map(|value| value.to_string());
    let flag = |value: Option<bool>| value.map(|value| value.to_string());
    let text = |value: Option<&str>| value.map(str::to_owned);
    let rows = [
        ("AllocatedStorage", number(pending.allocated_storage())),
        ("BackupRetentionPeriod", number(pending.backup_retention_period())),
        ("CACertificateIdentifier", text(pending.ca_certificate_identifier())),
        ("DBInstanceClass", text(pending.db_instance_class())),
        ("DBSubnetGroupName", text(pending.db_subnet_group_name())),
        ("DedicatedLogVolume", flag(pending.dedicated_log_volume())),
        ("EnableIAMDatabaseAuthentication", flag(pending.iam_database_authentication_enabled())),
        ("EngineVersion", text(pending.engine_version())),
        ("Iops", number(pending.iops())),
        ("LicenseModel", text(pending.license_model())),
        ("MultiAZ", flag(pending.multi_az())),
        ("Port", number(pending.port())),
        ("StorageThroughput", number(pending.storage_throughput())),
        ("StorageType", text(pending.storage_type())),
    ];
    rows.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

#[cfg(test)]
mod tests {
    use aws_sdk_rds::types::DbParameterGroupStatus;

    use super::*;

    fn group(status: &str) -> DbParameterGroupStatus {
        DbParameterGroupStatus::builder()
            .db_parameter_group_name("main")
            .parameter_apply_status(status)
            .build()
    }

    #[test]
    fn a_parameter_that_waits_for_a_restart_is_not_in_force() {
        let waits = DbInstance::builder().db_parameter_groups(group("pending-reboot")).build();
        let seen = not_in_force("db", &waits);
        assert_eq!(seen.len(), 1);
        assert_eq!((seen[0].property, &*seen[0].what), ("DBParameterGroupName", "static parameters of main"));
        let command = seen[0].command.as_deref().unwrap();
        assert!(command.starts_with("aws rds reboot-db-instance --db-instance-identifier db"), "{command}");
        for settled in ["in-sync", "applying"] {
            assert!(
                not_in_force("db", &DbInstance::builder().db_parameter_groups(group(settled)).build())
                    .is_empty()
            );
        }
    }

    #[test]
    fn what_is_left_to_the_maintenance_window_waits_for_it() {
        let pending =
            PendingModifiedValues::builder().db_instance_class("db.r6g.large").multi_az(true).build();
        let instance = |status: &str| {
            DbInstance::builder()
                .db_instance_status(status)
                .preferred_maintenance_window("mon:04:30-mon:05:30")
                .pending_modified_values(pending.clone())
                .build()
        };
        let seen = not_in_force("db", &instance("available"));
        let rows: Vec<_> = seen.iter().map(|row| (row.property, &*row.what, &*row.until)).collect();
        let window = "the maintenance window, mon:04:30-mon:05:30 UTC";
        assert_eq!(rows, [("DBInstanceClass", "db.r6g.large", window), ("MultiAZ", "true", window)]);
        // While RDS is at it, it doesn't wait.
        assert!(not_in_force("db", &instance("modifying")).is_empty());
    }
}
