//! What RDS asks of values beyond the registry's schemas.

use std::collections::BTreeMap;

use ironward_core::document::Node;
use ironward_core::shape::{Bounds, Relation, Shape};

use super::storage;
use super::windows;
use crate::facts::{number, text};

const CREATE: &str = "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html";
const SUBNET_GROUP: &str =
    "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSubnetGroup.html";
const STORAGE: &str = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html";

// ANCHOR: limits
/// Of a database instance.
pub(super) const DB_INSTANCE: &[Shape] = &[
    Shape::new("AllocatedStorage").range(Bounds::between(5.0, 65_536.0)).source(CREATE),
    Shape::new("MaxAllocatedStorage").range(Bounds::between(20.0, 65_536.0)).source(CREATE),
    Shape::new("BackupRetentionPeriod")
        .range(Bounds::between(7.0, 35.0))
        .section("45 CFR 164.308(a)(7)(ii)(A)")
        .source(CREATE),
    Shape::new("DBInstanceClass").pattern(r"^db\.[a-z0-9-]+(\.[a-z0-9-]+)+$").source(CREATE),
    Shape::new("DBName")
        .length(Bounds::between(1.0, 64.0))
        .pattern(r"^[A-Za-z][A-Za-z0-9_]*$")
        .source(CREATE),
    Shape::new("MonitoringInterval").values(&["0", "1", "5", "10", "15", "30", "60"]).source(CREATE),
    Shape::new("Port").range(Bounds::between(1_150.0, 65_535.0)).source(CREATE),
    Shape::new("PreferredBackupWindow").pattern(windows::DAILY).source(CREATE),
    Shape::new("PreferredMaintenanceWindow").pattern(windows::WEEKLY).source(CREATE),
];
// ANCHOR_END: limits

/// Of a subnet group.
pub(super) const DB_SUBNET_GROUP: &[Shape] = &[
    Shape::new("DBSubnetGroupName").length(Bounds::between(1.0, 255.0)).source(SUBNET_GROUP),
    // In two zones at least, each of which takes a subnet.
    Shape::new("SubnetIds").items(Bounds::least(2.0)).source(SUBNET_GROUP),
];

/// Between the properties of a database instance.
pub(super) const DB_INSTANCE_RELATIONS: &[Relation] = &[
    Relation::new(
        &["AllocatedStorage", "Engine", "Iops", "StorageThroughput", "StorageType"],
        performance,
        STORAGE,
    ),
    Relation::new(&["AllocatedStorage", "MaxAllocatedStorage"], growth, CREATE),
    Relation::new(&["PreferredBackupWindow"], backup, CREATE),
    Relation::new(&["PreferredMaintenanceWindow"], maintenance, CREATE),
    Relation::new(&["PreferredBackupWindow", "PreferredMaintenanceWindow"], apart, CREATE),
    Relation::new(&["DBName", "Engine"], name, CREATE),
];

type Properties = BTreeMap<String, Node>;
type Misfit = Option<(&'static str, String)>;

/// Performance is chosen where the storage has it to choose.
fn performance(properties: &Properties) -> Misfit {
    let kind = text(properties, "StorageType")?;
    let engine = text(properties, "Engine")?;
    let iops = properties.contains_key("Iops");
    let chosen = ["Iops", "StorageThroughput"].into_iter().find(|name| properties.contains_key(*name));
    match (kind, chosen) {
        ("io1" | "io2", _) if !iops => {
            Some(("Iops", format!("`Iops` isn't declared, and {kind} can't be without")))
        }
        ("io1" | "io2", _) if properties.contains_key("StorageThroughput") => {
            let message =
                format!("`StorageThroughput` is declared, and {kind} has none to choose: leave it out");
            Some(("StorageThroughput", message))
        }
        ("gp2" | "standard", Some(name)) => Some((
            name,
            format!("`{name}` is declared, and {kind} has none to choose: leave it out, or take gp3"),
        )),
        ("gp3", Some(name)) => {
            let (size, threshold) =
                (number(properties, "AllocatedStorage")?, storage::gp3_threshold(engine)?);
            let message = || {
                format!(
                    "`{name}` is declared, and {engine} has it to choose from {threshold} GiB on, of which \
                     `AllocatedStorage` has {size}: leave it out, or allocate more"
                )
            };
            (size < threshold).then(|| (name, message()))
        }
        _ => None,
    }
}

/// What storage may grow to is more than it begins with.
fn growth(properties: &Properties) -> Misfit {
    let (size, most) = (number(properties, "AllocatedStorage")?, number(properties, "MaxAllocatedStorage")?);
    let message = || {
        format!("`MaxAllocatedStorage` is {most}, and `AllocatedStorage` {size} already: it has to be more")
    };
    (most <= size).then(|| ("MaxAllocatedStorage", message()))
}

fn backup(properties: &Properties) -> Misfit {
    let window = text(properties, "PreferredBackupWindow")?;
    let minutes = windows::daily(window)?.minutes();
    (minutes < windows::LEAST).then(|| ("PreferredBackupWindow", short("PreferredBackupWindow", window)))
}

fn maintenance(properties: &Properties) -> Misfit {
    let window = text(properties, "PreferredMaintenanceWindow")?;
    let minutes = windows::weekly(window)?.minutes();
    (minutes < windows::LEAST)
        .then(|| ("PreferredMaintenanceWindow", short("PreferredMaintenanceWindow", window)))
}

fn short(name: &str, window: &str) -> String {
    format!("`{name}` is `{window}`, and half an hour is the least: let it end later")
}

/// Backups and maintenance don't overlap.
fn apart(properties: &Properties) -> Misfit {
    let (backup, maintenance) =
        (text(properties, "PreferredBackupWindow")?, text(properties, "PreferredMaintenanceWindow")?);
    let overlap = windows::daily(backup)?.meets(windows::weekly(maintenance)?);
    let message = || {
        format!(
            "`PreferredMaintenanceWindow` is `{maintenance}`, which meets the backups of every day, `{backup}`: \
             choose another time for one of them"
        )
    };
    overlap.then(|| ("PreferredMaintenanceWindow", message()))
}

/// How long the name of the first database is, by engine; SQL Server makes none.
fn name(properties: &Properties) -> Misfit {
    let (name, engine) = (text(properties, "DBName")?, text(properties, "Engine")?.to_lowercase());
    let most = match engine.split(['-', '_']).next()? {
        "sqlserver" => {
            return Some((
                "DBName",
                "`DBName` is declared, and SQL Server makes no database: leave it out".to_owned(),
            ));
        }
        "oracle" | "db2" => 8,
        "postgres" => 63,
        _ => 64,
    };
    let length = name.chars().count();
    let message =
        || format!("`DBName` is `{name}`, which has {length} characters, and {engine} takes {most} at most");
    (length > most).then(|| ("DBName", message()))
}
