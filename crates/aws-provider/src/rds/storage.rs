//! What requests say of a database's storage.
//!
//! Which performance goes along with a size is a table by engine, [`ironward_aws::rds::storage`].

use aws_sdk_rds::operation::modify_db_instance::builders::ModifyDBInstanceFluentBuilder;
use aws_sdk_rds::types::{AdditionalStorageVolume, ModifyAdditionalStorageVolume};
use ironward_aws::rds::storage::{MOST_GIB, Performance, gp3_threshold, performance};
use ironward_core::document::Document;
use ironward_core::error::{ProviderError, ProviderErrorKind};
use ironward_core::provider::Change;

use super::instance_requests::differs;

/// The performance that a request asks for, as the SDK takes it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) iops: Option<i32>,
    pub(super) throughput: Option<i32>,
}

/// What is asked for a volume of this size: what is declared, and otherwise what it has or the engine
/// gives. A volume that is declared without a type has that of what is there.
fn asked(
    engine: &str,
    gib: i64,
    before: Option<&Document>,
    after: &Document,
) -> Result<Asked, ProviderError> {
    let declared_type: Option<String> = after.opt("StorageType")?;
    let has_type: Option<String> = before.map(|before| before.opt("StorageType")).transpose()?.flatten();
    let storage_type = declared_type.or(has_type.clone()).unwrap_or_default();
    // What another type had says nothing of this one.
    let same = before.filter(|_| has_type.is_none_or(|has| has.eq_ignore_ascii_case(&storage_type)));
    let has = match same {
        Some(before) => before
            .opt("Iops")?
            .map(|iops| {
                Ok::<_, ProviderError>(Performance { iops, throughput: before.opt("StorageThroughput")? })
            })
            .transpose()?,
        None => None,
    };
    let besides = performance(engine, &storage_type, gib, has);
    let narrow = |number: Option<i64>| number.and_then(|number| i32::try_from(number).ok());
    Ok(Asked {
        iops: after.opt("Iops")?.or(narrow(besides.map(|besides| besides.iops))),
        throughput: after
            .opt("StorageThroughput")?
            .or(narrow(besides.and_then(|besides| besides.throughput))),
    })
}

/// Up to how many GiB the storage grows by itself.
///
/// # Errors
/// [`ProviderErrorKind::Invalid`] beyond what a volume can have: nothing is asked of the service then.
pub(super) fn limit(desired: &Document) -> Result<Option<i32>, ProviderError> {
    let Some(limit) = desired.opt::<i64>("MaxAllocatedStorage")? else { return Ok(None) };
    let beyond = || {
        let message = format!("MaxAllocatedStorage is {limit}, and a volume has {MOST_GIB} GiB at most");
        ProviderError::new(ProviderErrorKind::Invalid, "declaration", message)
    };
    i32::try_from(limit).ok().filter(|_| limit <= MOST_GIB).map(Some).ok_or_else(beyond)
}

/// The performance of a new instance's storage. SQL Server's has its baseline without being asked.
pub(super) fn new(desired: &Document) -> Result<Asked, ProviderError> {
    let (engine, gib): (String, i64) = (desired.get("Engine")?, desired.get("AllocatedStorage")?);
    let chosen = Asked { iops: desired.opt("Iops")?, throughput: desired.opt("StorageThroughput")? };
    let striped = gp3_threshold(&engine).is_some_and(|gib| gib > 0);
    if striped { asked(&engine, gib, None, desired) } else { Ok(chosen) }
}

/// Size, type and performance of the storage go together. What the service has grown it to isn't
/// taken back; growth by itself ends where the limit is the size that it has.
pub(super) fn modification(
    mut request: ModifyDBInstanceFluentBuilder,
    change: &Change<'_>,
) -> Result<ModifyDBInstanceFluentBuilder, ProviderError> {
    let (before, after) = (change.before, change.after);
    let declared: i32 = after.get("AllocatedStorage")?;
    let has: Option<i32> = before.opt("AllocatedStorage")?;
    let size = has.unwrap_or(declared).max(declared);
    let anew = |name: &&str| after.has(name) && differs(change, name);
    if has != Some(size) || ["Iops", "StorageThroughput", "StorageType"].iter().any(anew) {
        let engine: String = after.get("Engine")?;
        let performance = asked(&engine, size.into(), Some(before), after)?;
        request = request
            .allocated_storage(size)
            .set_iops(performance.iops)
            .set_storage_throughput(performance.throughput)
            .set_storage_type(after.opt("StorageType")?);
    }
    if differs(change, "MaxAllocatedStorage") {
        request = request.max_allocated_storage(limit(after)?.unwrap_or(size));
    }
    Ok(request)
}

/// The volumes of a new instance beyond the first.
pub(super) fn new_volumes(desired: &Document) -> Result<Option<Vec<AdditionalStorageVolume>>, ProviderError> {
    let mut made = Vec::new();
    for volume in desired.list::<Document>("AdditionalStorageVolumes")? {
        let builder = AdditionalStorageVolume::builder()
            .set_volume_name(volume.opt("VolumeName")?)
            .set_allocated_storage(volume.opt("AllocatedStorage")?)
            .set_iops(volume.opt("Iops")?)
            .set_max_allocated_storage(volume.opt("MaxAllocatedStorage")?)
            .set_storage_throughput(volume.opt("StorageThroughput")?)
            .set_storage_type(volume.opt("StorageType")?);
        made.push(builder.build());
    }
    Ok((!made.is_empty()).then_some(made))
}

/// The volumes as they shall be, and those that go.
pub(super) fn volumes(change: &Change<'_>) -> Result<Vec<ModifyAdditionalStorageVolume>, ProviderError> {
    let name = "AdditionalStorageVolumes";
    let (before, after) = (change.before.list::<Document>(name)?, change.after.list::<Document>(name)?);
    let engine: String = change.after.opt("Engine")?.unwrap_or_default();
    let is = |volume: &Document, name: &str| volume.json("VolumeName").is_some_and(|other| other == name);
    let mut sent = Vec::new();
    for volume in after.iter().filter(|volume| !before.contains(volume)) {
        let name: String = volume.get("VolumeName")?;
        let has = before.iter().find(|volume| is(volume, &name));
        let size: Option<i64> = volume.opt("AllocatedStorage")?;
        let performance = match (has, size) {
            (Some(has), Some(size)) => asked(&engine, size, Some(has), volume)?,
            _ => Asked { iops: volume.opt("Iops")?, throughput: volume.opt("StorageThroughput")? },
        };
        let builder = ModifyAdditionalStorageVolume::builder()
            .volume_name(name)
            .set_allocated_storage(volume.opt("AllocatedStorage")?)
            .set_iops(performance.iops)
            .set_max_allocated_storage(volume.opt("MaxAllocatedStorage")?)
            .set_storage_throughput(performance.throughput)
            .set_storage_type(volume.opt("StorageType")?);
        sent.push(builder.build());
    }
    for gone in &before {
        let name: String = gone.get("VolumeName")?;
        if !after.iter().any(|volume| is(volume, &name)) {
            let builder = ModifyAdditionalStorageVolume::builder().volume_name(name).set_for_delete(true);
            sent.push(builder.build());
        }
    }
    Ok(sent)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use aws_sdk_rds::config::BehaviorVersion;
    use serde_json::json;

    use super::*;

    fn document(json: serde_json::Value) -> Document {
        serde_json::from_value(json).unwrap()
    }

    /// What a modification sends of size, operations and throughput.
    fn sent(
        engine: &str,
        before: serde_json::Value,
        after: serde_json::Value,
    ) -> (Option<i32>, Option<i32>, Option<i32>) {
        let (before, after) = (document(before), document(after).with("Engine", engine));
        let none = Document::new();
        let change = Change::new("db", &before, &after, &none, BTreeSet::from(["storage"]));
        let config = aws_sdk_rds::Config::builder().behavior_version(BehaviorVersion::latest()).build();
        let request = aws_sdk_rds::Client::from_conf(config).modify_db_instance();
        let request = modification(request, &change).unwrap();
        (*request.get_allocated_storage(), *request.get_iops(), *request.get_storage_throughput())
    }

    fn gp3(gib: i32, iops: i32, throughput: i32) -> serde_json::Value {
        json!({
            "AllocatedStorage": gib, "StorageType": "gp3", "Iops": iops, "StorageThroughput": throughput
        })
    }

    #[test]
    fn growth_says_what_the_volume_has_where_rds_wants_to_hear_it() {
        let to = |gib: i32| json!({"AllocatedStorage": gib, "StorageType": "gp3"});
        for (engine, before, after, expected) in [
            ("postgres", gp3(500, 12_000, 500), to(600), (Some(600), Some(12_000), Some(500))),
            ("postgres", gp3(500, 20_000, 750), to(600), (Some(600), Some(20_000), Some(750))),
            ("postgres", gp3(100, 3_000, 125), to(200), (Some(200), None, None)),
            // Over the threshold, and to it.
            ("postgres", gp3(100, 3_000, 125), to(400), (Some(400), Some(12_000), Some(500))),
            ("oracle-ee", gp3(100, 3_000, 125), to(200), (Some(200), Some(12_000), Some(500))),
            ("sqlserver-se", gp3(100, 3_000, 125), to(200), (Some(200), Some(3_000), Some(125))),
            // It has grown by itself, and nothing changes.
            ("postgres", gp3(500, 12_000, 500), to(300), (None, None, None)),
            // What is declared goes before what it has.
            ("postgres", gp3(500, 12_000, 500), gp3(600, 16_000, 600), (Some(600), Some(16_000), Some(600))),
        ] {
            assert_eq!(sent(engine, before.clone(), after.clone()), expected, "{engine} {before} {after}");
        }
    }

    #[test]
    fn another_type_takes_no_performance_of_the_last() {
        let io2 = json!({"AllocatedStorage": 400, "StorageType": "io2", "Iops": 40_000});
        let gp3 = json!({"AllocatedStorage": 400, "StorageType": "gp3"});
        let gp2 = json!({"AllocatedStorage": 400, "StorageType": "gp2"});
        assert_eq!(sent("postgres", io2.clone(), gp3.clone()), (Some(400), Some(12_000), Some(500)));
        assert_eq!(sent("postgres", gp2.clone(), gp3), (Some(400), Some(12_000), Some(500)));
        assert_eq!(sent("postgres", io2.clone(), gp2), (Some(400), None, None));
        let grown = json!({"AllocatedStorage": 500, "StorageType": "io2"});
        assert_eq!(sent("postgres", io2, grown), (Some(500), Some(40_000), None));
    }

    #[test]
    fn a_new_instance_asks_for_the_baseline_from_the_threshold_on() {
        let asked = |engine: &str, gib: i32| {
            let desired = json!({"Engine": engine, "AllocatedStorage": gib, "StorageType": "gp3"});
            let asked = new(&document(desired)).unwrap();
            (asked.iops, asked.throughput)
        };
        assert_eq!(asked("postgres", 100), (None, None));
        assert_eq!(asked("postgres", 400), (Some(12_000), Some(500)));
        assert_eq!(asked("sqlserver-se", 400), (None, None));
    }

    #[test]
    fn no_volume_grows_beyond_what_one_can_have() {
        let of = |gib: i64| limit(&Document::new().with("MaxAllocatedStorage", gib));
        assert_eq!(of(65_536).unwrap(), Some(65_536));
        let error = of(500_000).unwrap_err();
        assert_eq!(error.kind, ProviderErrorKind::Invalid);
        assert!(
            error.message.contains("MaxAllocatedStorage is 500000, and a volume has 65536 GiB"),
            "{error}"
        );
    }

    #[test]
    fn a_further_volume_that_grows_says_what_it_has() {
        let volume =
            |gib: i32| json!({"VolumeName": "RDSDBDATA2", "AllocatedStorage": gib, "StorageType": "gp3"});
        let mut has = volume(200);
        has["Iops"] = 12_000.into();
        has["StorageThroughput"] = 500.into();
        let before = document(json!({"AdditionalStorageVolumes": [has]}));
        let after = document(json!({"Engine": "oracle-ee", "AdditionalStorageVolumes": [volume(300)]}));
        let none = Document::new();
        let sent = volumes(&Change::new("db", &before, &after, &none, BTreeSet::from(["volumes"]))).unwrap();
        assert_eq!((sent[0].iops(), sent[0].storage_throughput()), (Some(12_000), Some(500)));
    }
}
