//! What is shipped can still be created.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

#[path = "../common/programs.rs"]
mod programs;

use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ironward_aws::rds::versions::can_be_created;
use ironward_judges::Estate;

use programs::{Choice, estate};

/// Engine and version of each database that can't be created on a day, or that nothing is known of.
fn refused(estate: &Estate, on: &str) -> Vec<String> {
    let databases = estate.of_type("AWS::RDS::DBInstance").map(|database| {
        let text = |name: &str| database.properties[name].as_str().unwrap_or_default().to_owned();
        (text("Engine"), text("EngineVersion"))
    });
    let refused = databases.filter(|(engine, version)| can_be_created(engine, version, on) != Some(true));
    refused.map(|(engine, version)| format!("{engine} {version}")).collect()
}

/// The day in so many days, `2026-11-29`.
fn day(ahead: u64) -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap() + Duration::from_hours(24 * ahead);
    let mut days = since.as_secs() / 86_400;
    let mut year = 1970;
    let leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    while days >= 365 + u64::from(leap(year)) {
        days -= 365 + u64::from(leap(year));
        year += 1;
    }
    let february = 28 + u64::from(leap(year));
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    format!("{year}-{month:02}-{:02}", days + 1)
}

/// Ninety days ahead: there shall be time to release what comes next.
#[test]
fn shipped_versions_can_be_created() {
    for choice in [Choice::full(), Choice::plain(), Choice::small()] {
        let estate = estate(&choice.declare().unwrap());
        assert_eq!(estate.of_type("AWS::RDS::DBInstance").count(), 1);
        assert_eq!(refused(&estate, &day(90)), Vec::<String>::new());
    }
}

#[test]
fn a_version_that_can_no_longer_be_created_is_flagged() {
    let old = estate(&Choice::plain().declare().unwrap()).edited(|resource| {
        if resource.type_name == "AWS::RDS::DBInstance" {
            resource.properties["EngineVersion"] = "16.6".into();
        }
    });
    assert_eq!(refused(&old, "2026-11-29"), ["postgres 16.6"]);
    assert_eq!(refused(&old, "2026-04-30"), Vec::<String>::new());
    assert_eq!(can_be_created("postgres", "16.99", "2026-11-29"), None);
}

/// Texts of a source file that look like a minor version of an engine: `16.6` and not `16`, `1.2` or `10.0.0.0`.
fn minor_versions(source: &str) -> Vec<&str> {
    let texts = source.split('"').skip(1).step_by(2);
    let is_minor = |text: &&str| {
        let parts: Vec<Option<u32>> = text.split('.').map(|part| part.parse().ok()).collect();
        matches!(parts.as_slice(), [Some(major), Some(_)] | [Some(major), Some(_), Some(_)] if *major >= 5)
    };
    texts.filter(is_minor).collect()
}

/// AWS takes minor versions away within a year or two, and then nothing that names one can be created.
#[test]
fn no_component_names_a_minor_version() {
    assert_eq!(
        minor_versions(r#"const VERSION: &str = "16.6"; "16" "1.2" "10.0.0.0/16" "8.0.36""#),
        ["16.6", "8.0.36"]
    );
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../hipaa-components/src")];
    let mut files = 0;
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        files += 1;
        let source = std::fs::read_to_string(&path).unwrap();
        assert_eq!(minor_versions(&source), Vec::<&str>::new(), "{}", path.display());
    }
    assert!(files > 10);
}
