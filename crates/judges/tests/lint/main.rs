//! The declared properties of each program as a CloudFormation template, through cfn-lint.
//!
//! `IRONWARD_TEST_CFN_LINT` is the path of the linter; `cargo xtask test --only lint` installs it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "../common/programs.rs"]
mod programs;

use std::collections::BTreeMap;

use ironward_judges::template;

use programs::{Choice, alone, estate};

fn linter() -> String {
    std::env::var("IRONWARD_TEST_CFN_LINT").expect("run `cargo xtask test --only lint`")
}

#[test]
fn a_deprecated_version_and_an_impossible_value_are_flagged() {
    let faulty = estate(&Choice::small().declare().unwrap()).edited(|resource| {
        if resource.type_name == "AWS::RDS::DBInstance" {
            resource.properties["EngineVersion"] = "16.6".into();
        }
        if resource.path == "fhir/network/vpc" {
            resource.properties["CidrBlock"] = "10.0.0.0/33".into();
        }
    });
    let found = template::lint(&linter(), &faulty).unwrap();
    assert!(found.iter().any(|complaint| complaint.rule == "W3691"), "{found:#?}");
    assert!(found.iter().any(|complaint| complaint.at.contains("FhirNetworkVpc")), "{found:#?}");
}

#[test]
fn nothing_is_wrong_or_deprecated() {
    let linter = linter();
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let servers = [("full", Choice::full()), ("small", Choice::small())];
    let servers = servers.map(|(name, choice)| (name.to_owned(), choice.declare().unwrap()));
    for (name, program) in servers.into_iter().chain(alone()) {
        for complaint in template::lint(&linter, &estate(&program)).unwrap() {
            found.entry(complaint.to_string()).or_default().push(name.clone());
        }
    }
    let lines: Vec<String> =
        found.iter().map(|(text, names)| format!("{text} ({}×: {})", names.len(), names[0])).collect();
    assert!(lines.is_empty(), "{} complaints:\n{}", lines.len(), lines.join("\n"));
}
