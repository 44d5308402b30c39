//! Who can do what in the FHIR server, with every option, and in each component alone.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

#[path = "../common/programs.rs"]
mod programs;

mod planted;

use std::collections::{BTreeMap, BTreeSet};

use ironward_aws::needs::{DANGERS, needs};
use ironward_judges::reach;

use programs::{Choice, estate, estates};

#[test]
fn every_need_is_granted_and_every_danger_refused() {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut applied = BTreeSet::new();
    for (name, estate) in estates() {
        let report = reach::judge(&estate).unwrap();
        applied.extend(report.applied);
        for finding in report.findings {
            found.entry(finding.to_string()).or_default().push(name.clone());
        }
    }
    let lines: Vec<String> = found
        .iter()
        .map(|(finding, names)| format!("{finding} (in {} programs: {})", names.len(), names[0]))
        .collect();
    assert!(lines.is_empty(), "{} findings:\n{}", lines.len(), lines.join("\n"));
    let rows = needs().into_iter().map(|need| need.name).chain(DANGERS.iter().map(|danger| danger.name));
    let never: Vec<&str> = rows.filter(|row| !applied.contains(row)).collect();
    assert!(never.is_empty(), "rows that never applied: {never:#?}");
}

/// What nothing notices the loss of isn't needed, and a permission that isn't needed is one too many.
#[test]
fn every_statement_is_needed() {
    let mut noticed: BTreeMap<(String, String), usize> = BTreeMap::new();
    for choice in [Choice::full(), Choice::plain(), Choice::small()] {
        for mutation in reach::dead_statements(&estate(&choice.declare().unwrap())).unwrap() {
            *noticed.entry((mutation.path, mutation.statement)).or_default() += mutation.noticed;
        }
    }
    assert!(noticed.len() > 40, "{}", noticed.len());
    let dead: Vec<_> =
        noticed.iter().filter(|(_, count)| **count == 0).map(|(statement, _)| statement).collect();
    assert!(dead.is_empty(), "nothing needs these statements: {dead:#?}");
}

#[test]
fn every_row_has_a_document_and_a_name_of_its_own() {
    let mut names = BTreeSet::new();
    let rows = needs().into_iter().map(|need| (need.name, need.source));
    for (name, source) in rows.chain(DANGERS.iter().map(|danger| (danger.name, danger.source))) {
        assert!(names.insert(name), "two rows are called `{name}`");
        assert!(source.contains("https://docs.aws.amazon.com/"), "{name}: {source}");
    }
}
