//! Databases: versions, storage, and what RDS doesn't change.

use ironward_emulators::xml;

use super::Refuses::That;
use super::{Ask, Row, answered, case};
use crate::question::Question;
use crate::refusal::Refusal;
use crate::said::Said;

const CREATE: &str = "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html";
const MODIFY: &str = "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html";
const STORAGE: &str = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html";

/// What is known of the instance.
const INSTANCE: &[Ask] = &[|said, _| {
    let id = said.get("DBInstanceIdentifier")?;
    Some(Question::form("rds", "DescribeDBInstances", [("DBInstanceIdentifier", id)]))
}];

pub(super) const ROWS: &[Row] = &[
    Row {
        name: "versions-that-are-gone",
        service: "rds",
        operations: &["CreateDBInstance"],
        source: "https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-release-calendar.html",
        asks: &[],
        refuses: That(|said, _| {
            let (engine, version) = (said.get("Engine")?, said.get("EngineVersion")?);
            is_gone(engine, version)
                .then(|| combination(format!("Cannot find version {version} for {engine}")))
        }),
        refused: case(&[("Engine", "postgres"), ("EngineVersion", "16.6")]),
        taken: case(&[("Engine", "postgres"), ("EngineVersion", "16")]),
    },
    Row {
        name: "versions-only-go-up",
        service: "rds",
        operations: &["ModifyDBInstance"],
        source: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.Upgrading.html",
        asks: INSTANCE,
        refuses: That(version_change),
        refused: answered(
            &[("DBInstanceIdentifier", "d"), ("EngineVersion", "15.13")],
            &["<DBInstance><Engine>postgres</Engine><EngineVersion>16.9</EngineVersion></DBInstance>"],
        ),
        taken: answered(
            &[("DBInstanceIdentifier", "d"), ("EngineVersion", "16")],
            &["<DBInstance><Engine>postgres</Engine><EngineVersion>16.9</EngineVersion></DBInstance>"],
        ),
    },
    Row {
        name: "operations-of-small-gp3",
        service: "rds",
        operations: &["CreateDBInstance"],
        source: STORAGE,
        asks: &[],
        refuses: That(|said, _| {
            let (engine, size) = (said.get("Engine")?, said.number("AllocatedStorage")?);
            let asked = said.get("Iops").is_some() || said.get("StorageThroughput").is_some();
            let least = striped_from(engine)?;
            (said.is("StorageType", "gp3") && asked && size < least).then(|| {
                combination(format!(
                    "You can't specify IOPS or storage throughput for engine {engine} and a storage size less than \
                     {least}."
                ))
            })
        }),
        refused: case(&[
            ("Engine", "postgres"),
            ("StorageType", "gp3"),
            ("AllocatedStorage", "399"),
            ("Iops", "12000"),
        ]),
        taken: case(&[
            ("Engine", "postgres"),
            ("StorageType", "gp3"),
            ("AllocatedStorage", "400"),
            ("Iops", "12000"),
        ]),
    },
    Row {
        name: "growth-of-large-gp3",
        service: "rds",
        operations: &["ModifyDBInstance"],
        source: "https://github.com/hashicorp/terraform-provider-aws/issues/28847",
        asks: INSTANCE,
        refuses: That(growth_without_operations),
        refused: answered(&[("DBInstanceIdentifier", "d"), ("AllocatedStorage", "500")], &[LARGE]),
        taken: answered(
            &[("DBInstanceIdentifier", "d"), ("AllocatedStorage", "500"), ("Iops", "12000")],
            &[LARGE],
        ),
    },
    Row {
        name: "storage-never-shrinks",
        service: "rds",
        operations: &["ModifyDBInstance"],
        source: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.ModifyingExisting.html",
        asks: INSTANCE,
        refuses: That(|said, answers| {
            let (asked, has) = (said.number("AllocatedStorage")?, number(&answers[0], "AllocatedStorage")?);
            (asked < has).then(|| {
                combination(format!(
                    "Invalid storage size: the requested storage size ({asked}) cannot be less than the current \
                     storage size ({has})"
                ))
            })
        }),
        refused: answered(&[("DBInstanceIdentifier", "d"), ("AllocatedStorage", "399")], &[LARGE]),
        taken: answered(&[("DBInstanceIdentifier", "d"), ("AllocatedStorage", "400")], &[LARGE]),
    },
    Row {
        name: "least-storage",
        service: "rds",
        operations: &["CreateDBInstance"],
        source: STORAGE,
        asks: &[],
        refuses: That(|said, _| {
            let (engine, size) = (said.get("Engine")?, said.number("AllocatedStorage")?);
            let kind = said.get("StorageType")?;
            (["gp2", "gp3"].contains(&kind) && !(20..=65_536).contains(&size)).then(|| {
                value(format!(
                    "Invalid storage size for engine name {engine} and storage type {kind}: {size}"
                ))
            })
        }),
        refused: case(&[("Engine", "postgres"), ("StorageType", "gp3"), ("AllocatedStorage", "19")]),
        taken: case(&[("Engine", "postgres"), ("StorageType", "gp3"), ("AllocatedStorage", "20")]),
    },
    Row {
        name: "most-storage",
        service: "rds",
        operations: &["CreateDBInstance", "ModifyDBInstance"],
        source: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html",
        asks: &[],
        refuses: That(|said, _| {
            let most = said.number("MaxAllocatedStorage")?;
            (most > 65_536).then(|| {
                let engine = said.get("Engine").unwrap_or("postgres");
                let kind = said.get("StorageType").unwrap_or("gp3");
                value(format!(
                    "Invalid max storage size for engine name {engine} and storage type {kind}: {most}"
                ))
            })
        }),
        refused: case(&[("MaxAllocatedStorage", "500000")]),
        taken: case(&[("MaxAllocatedStorage", "65536")]),
    },
    Row {
        name: "room-to-grow",
        service: "rds",
        operations: &["CreateDBInstance"],
        source: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html",
        asks: &[],
        refuses: That(|said, _| {
            let (size, most) = (said.number("AllocatedStorage")?, said.number("MaxAllocatedStorage")?);
            if most <= size {
                return Some(combination("Max storage size must be greater than storage size"));
            }
            (most * 10 < size * 11).then(|| {
                combination("The maximum allocated storage must be increased by at least 10 percent.")
            })
        }),
        refused: case(&[("AllocatedStorage", "100"), ("MaxAllocatedStorage", "109")]),
        taken: case(&[("AllocatedStorage", "100"), ("MaxAllocatedStorage", "110")]),
    },
    Row {
        name: "logs-that-an-engine-has",
        service: "rds",
        operations: &["CreateDBInstance"],
        source: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Procedural.UploadtoCloudWatch.html",
        asks: &[],
        refuses: That(|said, _| {
            let engine = said.get("Engine")?;
            let (_, has) = LOGS.iter().find(|(beginning, _)| engine.starts_with(beginning))?;
            let wrong = said.all("EnableCloudwatchLogsExports.member.*").find(|log| !has.contains(log))?;
            let version = said.get("EngineVersion").unwrap_or_default();
            Some(combination(format!(
                "You cannot use the log types '{wrong}' with engine version {engine} {version}. For supported log \
                 types, see the documentation."
            )))
        }),
        refused: case(&[("Engine", "postgres"), ("EnableCloudwatchLogsExports.member.1", "audit")]),
        taken: case(&[("Engine", "mysql"), ("EnableCloudwatchLogsExports.member.1", "audit")]),
    },
    Row {
        name: "family-of-parameters",
        service: "rds",
        operations: &["CreateDBInstance"],
        source: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/parameter-groups-overview.html",
        asks: &[|said, _| {
            let group = said.get("DBParameterGroupName")?;
            Some(Question::form("rds", "DescribeDBParameterGroups", [("DBParameterGroupName", group)]))
        }],
        refuses: That(other_family),
        refused: answered(
            &[("Engine", "postgres"), ("EngineVersion", "16"), ("DBParameterGroupName", "g")],
            &["<G><DBParameterGroupFamily>postgres15</DBParameterGroupFamily></G>"],
        ),
        taken: answered(
            &[("Engine", "postgres"), ("EngineVersion", "16"), ("DBParameterGroupName", "g")],
            &["<G><DBParameterGroupFamily>postgres16</DBParameterGroupFamily></G>"],
        ),
    },
    Row {
        name: "key-of-a-managed-secret",
        service: "rds",
        operations: &["ModifyDBInstance"],
        source: MODIFY,
        asks: INSTANCE,
        refuses: That(|said, answers| {
            let asked = said.get("MasterUserSecretKmsKeyId")?;
            let secret = xml::text(&answers[0], "MasterUserSecret")?;
            let key = xml::text(secret, "KmsKeyId")?.trim();
            (!is_same_key(asked, key)).then(|| {
                combination(
                    "You can't change the KMS key used to encrypt the secret of a DB instance whose master user \
                     password RDS manages already.",
                )
            })
        }),
        refused: answered(
            &[("DBInstanceIdentifier", "d"), ("MasterUserSecretKmsKeyId", "arn:aws:kms:r:1:key/new")],
            &["<D><MasterUserSecret><KmsKeyId>arn:aws:kms:r:1:key/old</KmsKeyId></MasterUserSecret></D>"],
        ),
        taken: answered(
            &[("DBInstanceIdentifier", "d"), ("MasterUserSecretKmsKeyId", "arn:aws:kms:r:1:key/new")],
            &["<D><MasterUsername>a</MasterUsername></D>"],
        ),
    },
    Row {
        name: "key-of-performance-insights",
        service: "rds",
        operations: &["ModifyDBInstance"],
        source: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PerfInsights.Overview.html",
        asks: INSTANCE,
        refuses: That(|said, answers| {
            let asked = said.get("PerformanceInsightsKMSKeyId")?;
            let is_on = xml::text(&answers[0], "PerformanceInsightsEnabled")?.trim() == "true";
            let key = xml::text(&answers[0], "PerformanceInsightsKMSKeyId")?.trim();
            (is_on && !is_same_key(asked, key)).then(|| {
                combination(
                    "You can't change the Performance Insights KMS key once Performance Insights is enabled.",
                )
            })
        }),
        refused: answered(
            &[("DBInstanceIdentifier", "d"), ("PerformanceInsightsKMSKeyId", "arn:aws:kms:r:1:key/new")],
            &[
                "<D><PerformanceInsightsEnabled>true</PerformanceInsightsEnabled><PerformanceInsightsKMSKeyId>arn:aws:kms:r:1:key/old</PerformanceInsightsKMSKeyId></D>",
            ],
        ),
        taken: answered(
            &[("DBInstanceIdentifier", "d"), ("PerformanceInsightsKMSKeyId", "arn:aws:kms:r:1:key/new")],
            &["<D><PerformanceInsightsEnabled>false</PerformanceInsightsEnabled></D>"],
        ),
    },
    Row {
        name: "two-ways-to-a-password",
        service: "rds",
        operations: &["CreateDBInstance"],
        source: CREATE,
        asks: &[],
        refuses: That(|said, _| {
            let managed = said.is("ManageMasterUserPassword", "true");
            (managed && said.get("MasterUserPassword").is_some()).then(|| {
                combination("You can't specify MasterUserPassword when ManageMasterUserPassword is enabled.")
            })
        }),
        refused: case(&[("ManageMasterUserPassword", "true"), ("MasterUserPassword", "not-one")]),
        taken: case(&[("ManageMasterUserPassword", "false"), ("MasterUserPassword", "not-one")]),
    },
    Row {
        name: "final-snapshot-or-none",
        service: "rds",
        operations: &["DeleteDBInstance"],
        source: "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html",
        asks: &[],
        refuses: That(|said, _| {
            let skips = said.is("SkipFinalSnapshot", "true");
            (skips == said.get("FinalDBSnapshotIdentifier").is_some()).then(|| {
                combination("FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.")
            })
        }),
        refused: case(&[("SkipFinalSnapshot", "false")]),
        taken: case(&[("SkipFinalSnapshot", "true")]),
    },
];

const LARGE: &str = "<DBInstance><Engine>postgres</Engine><StorageType>gp3</StorageType>\
                     <AllocatedStorage>400</AllocatedStorage><Iops>12000</Iops></DBInstance>";

/// The first minor version of each major version that a database can still be created with, and since when:
/// engine, major, minor, day.
///
/// Announced to owners of databases, and told in
/// <https://github.com/saayam-for-all/database/wiki/AWS-RDS-instances-%E2%80%90-Health-Checks> and
/// <https://lucaberton.com/blog/aws-rds-postgresql-minor-version-deprecation-may-2026/>; cfn-lint's list of deprecated
/// versions agrees.
const VERSIONS: &[(&str, u32, u32, &str)] = &[
    ("postgres", 14, 18, "2026-05-01"),
    ("postgres", 15, 13, "2026-05-01"),
    ("postgres", 16, 9, "2026-05-01"),
    ("postgres", 17, 5, "2026-05-01"),
];

fn is_gone(engine: &str, version: &str) -> bool {
    let mut parts = version.split(['.', '-']).map_while(|part| part.parse::<u32>().ok());
    let (Some(major), Some(minor)) = (parts.next(), parts.next()) else { return false };
    VERSIONS.iter().any(|(of, since, first, _)| engine == *of && major == *since && minor < *first)
}

/// What engines export, by the beginnings of their names.
const LOGS: &[(&str, &[&str])] = &[
    ("postgres", &["postgresql", "upgrade", "iam-db-auth-error"]),
    ("mysql", &["audit", "error", "general", "slowquery", "iam-db-auth-error"]),
    ("mariadb", &["audit", "error", "general", "slowquery", "iam-db-auth-error"]),
    ("oracle", &["alert", "audit", "listener", "trace", "oemagent"]),
    ("sqlserver", &["agent", "error"]),
];

/// From how many GiB gp3 is striped over several volumes, so that operations can be had and must be said.
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html#gp3-storage>
fn striped_from(engine: &str) -> Option<i64> {
    const FROM: &[(&str, i64)] = &[("postgres", 400), ("mysql", 400), ("mariadb", 400), ("oracle", 200)];
    FROM.iter().find(|(beginning, _)| engine.starts_with(beginning)).map(|(_, from)| *from)
}

fn growth_without_operations(said: &Said, answers: &[String]) -> Option<Refusal> {
    let has = |name| xml::text(&answers[0], name).map(str::trim);
    let (asked, size) = (said.number("AllocatedStorage")?, number(&answers[0], "AllocatedStorage")?);
    let kind = said.get("StorageType").or(has("StorageType"))?;
    let from = striped_from(has("Engine")?)?;
    (kind == "gp3" && asked > size && asked >= from && said.get("Iops").is_none()).then(|| {
        combination(
            "You must specify both the storage size and iops when modifying the storage size or iops on a DB instance \
             that has iops.",
        )
    })
}

fn version_change(said: &Said, answers: &[String]) -> Option<Refusal> {
    let asked = said.get("EngineVersion")?;
    let (engine, runs) =
        (xml::text(&answers[0], "Engine")?.trim(), xml::text(&answers[0], "EngineVersion")?.trim());
    let parts =
        |version: &str| -> Vec<u32> { version.split('.').map_while(|part| part.parse().ok()).collect() };
    let (to, from) = (parts(asked), parts(runs));
    let common = to.len().min(from.len());
    if to[..common] < from[..common] {
        return Some(combination(format!("Cannot upgrade {engine} from {runs} to {asked}")));
    }
    let is_major = to.first() != from.first();
    (is_major && !said.is("AllowMajorVersionUpgrade", "true")).then(|| {
        combination(
            "The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version.",
        )
    })
}

fn other_family(said: &Said, answers: &[String]) -> Option<Refusal> {
    let group = said.get("DBParameterGroupName")?;
    let family = xml::text(&answers[0], "DBParameterGroupFamily")?.trim();
    // Only PostgreSQL's families are called by the major version alone.
    let major = said.get("EngineVersion")?.split('.').next()?;
    let wanted = said.is("Engine", "postgres").then(|| format!("postgres{major}"))?;
    (family != wanted).then(|| {
        combination(format!(
            "The parameter group {group} with DBParameterGroupFamily {family} can't be used for this instance. Please \
             use a parameter group with DBParameterGroupFamily {wanted}."
        ))
    })
}

fn number(answer: &str, name: &str) -> Option<i64> {
    xml::text(answer, name)?.trim().parse().ok()
}

/// Whether two are one key, as far as their names tell: an ARN ends with the id.
fn is_same_key(one: &str, other: &str) -> bool {
    let id = |key: &str| key.rsplit('/').next().unwrap_or_default().to_owned();
    id(one) == id(other)
}

fn value(message: impl Into<String>) -> Refusal {
    Refusal::new("InvalidParameterValue", message)
}

fn combination(message: impl Into<String>) -> Refusal {
    Refusal::new("InvalidParameterCombination", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_minor_versions_can_be_gone() {
        assert!(is_gone("postgres", "16.6") && is_gone("postgres", "17.4") && is_gone("postgres", "15.12"));
        assert!(!is_gone("postgres", "16") && !is_gone("postgres", "16.9") && !is_gone("postgres", "18.0"));
        assert!(!is_gone("mysql", "16.6"));
    }

    #[test]
    fn a_major_upgrade_is_asked_for() {
        let answers = ["<D><Engine>postgres</Engine><EngineVersion>16.9</EngineVersion></D>".to_owned()];
        let asked = |fields: &[(&str, &str)]| version_change(&Said::fields(fields), &answers);
        assert!(asked(&[("EngineVersion", "17.5")]).unwrap().message.contains("AllowMajorVersionUpgrade"));
        assert_eq!(asked(&[("EngineVersion", "17.5"), ("AllowMajorVersionUpgrade", "true")]), None);
        assert!(asked(&[("EngineVersion", "16.8")]).is_some());
        assert_eq!(asked(&[("EngineVersion", "16.10")]), None);
    }
}
