//! `cargo xtask new-type`: the skeleton of a resource type, from its schema in the CloudFormation registry.

mod declaration;
mod handler;
mod model;
mod names;
mod sample;
mod steps;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::cache::Cache;
use crate::registry::{DECLARATIONS, Schemas, declared, formatted};
use crate::tidy::{UNDECIDED, UNDESCRIBED};
use model::NewType;

/// Where the handlers are, a directory for each service.
const HANDLERS: &str = "crates/aws-provider/src";
/// Where documents of types are tried, a file for each service.
const TESTS: &str = "crates/aws/tests/values";

/// Files to write: their paths in the project, and their texts.
type Files = Vec<(String, String)>;

/// Writes the skeleton of the type, and says what is left to do.
pub(crate) fn new_type(root: &Path, cache: &Cache, name: &str) -> Result<()> {
    let schemas = Schemas::open(cache)?;
    let Some(schema) = schemas.read(name)? else { bail!(unknown(name, &schemas.names())) };
    let declared = declared(root)?;
    if let Some(path) = declared.get(name) {
        bail!("{name} is declared already, in {path}; write on there");
    }
    if name.split("::").count() != 3 {
        bail!("{name} isn't a type of a service, which is written `AWS::SERVICE::TYPE`");
    }
    let service = service(&declared, name);
    let new = NewType::read(name, &service, &schema);
    let test = test(&new, &sample::minimal(&schema, UNDECIDED));
    let there = |path: &str| root.join(path).exists();
    let is_new = !there(&format!("{DECLARATIONS}/{service}/mod.rs"));
    let has_tests = there(&format!("{TESTS}/{service}.rs"));
    let mut files = Vec::new();
    for (path, text) in texts(&new, &test, is_new, has_tests) {
        let text = formatted(root, &text).with_context(|| format!("making {path}"))?;
        files.push((path, text));
    }
    write(root, &files)?;
    for (path, _) in &files {
        anstream::println!("wrote {path}");
    }
    anstream::print!("{}", steps::left(&new, is_new, has_tests.then_some(test.as_str())));
    Ok(())
}

/// The files of the type. Those of its service are made where it has none, and never edited.
fn texts(new: &NewType, test: &str, is_new: bool, has_tests: bool) -> Files {
    let NewType { service, module, .. } = new;
    let mut files = vec![
        (format!("{DECLARATIONS}/{service}/{module}.rs"), declaration::source(new)),
        (format!("{HANDLERS}/{service}/{module}.rs"), handler::source(new)),
    ];
    if is_new {
        files.push((format!("{DECLARATIONS}/{service}/mod.rs"), steps::module(new)));
        files.push((format!("{HANDLERS}/{service}/mod.rs"), handler::module(new)));
    }
    if !has_tests {
        let text = format!("use serde_json::json;\n\nuse super::Subject;\n\n{test}");
        files.push((format!("{TESTS}/{service}.rs"), text));
    }
    files
}

/// A test that its smallest document is taken, and that nothing of it can be left out. Laid out by hand: rustfmt
/// leaves alone what holds a text that is longer than a line.
fn test(new: &NewType, document: &Value) -> String {
    let members: Vec<(&String, &Value)> = document.as_object().into_iter().flatten().collect();
    let mut text = format!("#[test]\nfn {}() {{\n", new.module);
    if members.is_empty() {
        return text + &format!("    Subject::new({:?}, json!({{}}));\n}}\n", new.name);
    }
    text.push_str(&format!("    Subject::new(\n        {:?},\n        json!({{\n", new.name));
    for (name, value) in &members {
        text.push_str(&format!("            {name:?}: {},\n", spaced(value)));
    }
    text.push_str("        }),\n    )");
    for (name, _) in &members {
        text.push_str(&format!(
            "\n    .refuses(\n        &json!({{{name:?}: null}}),\n        \"`{name}` isn't declared, and it can't be \
             without\",\n    )"
        ));
    }
    text + ";\n}\n"
}

/// JSON in one line, as one writes it.
fn spaced(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members: Vec<String> =
                members.iter().map(|(name, member)| format!("{name:?}: {}", spaced(member))).collect();
            format!("{{{}}}", members.join(", "))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(spaced).collect::<Vec<_>>().join(", ")),
        plain => plain.to_string(),
    }
}

/// Writes all of the files, or none where one is there already.
fn write(root: &Path, files: &Files) -> Result<()> {
    if let Some((path, _)) = files.iter().find(|(path, _)| root.join(path).exists()) {
        bail!("{path} is there already, and nothing was written: move it away, or finish what it begins");
    }
    for (path, text) in files {
        let target = root.join(path);
        if let Some(directory) = target.parent() {
            fs::create_dir_all(directory).with_context(|| format!("making {}", directory.display()))?;
        }
        // Somebody else may have made it meanwhile.
        let mut file = File::create_new(&target).with_context(|| format!("making {path}"))?;
        file.write_all(text.as_bytes()).with_context(|| format!("writing {path}"))?;
    }
    Ok(())
}

/// The directory of the service of a type: where its other types are declared, else the service's name.
fn service(declared: &BTreeMap<String, String>, name: &str) -> String {
    let of = |name: &str| name.split("::").nth(1).unwrap_or_default().to_owned();
    let other = declared.iter().find(|(other, _)| of(other) == of(name));
    let directory =
        other.and_then(|(_, path)| path.strip_prefix(DECLARATIONS)?.trim_matches('/').split_once('/'));
    directory.map_or_else(|| of(name).to_lowercase(), |(directory, _)| directory.to_owned())
}

/// What to say of a type that the registry doesn't have.
fn unknown(name: &str, names: &[&str]) -> String {
    let near = names::near(name, names);
    match near.first() {
        Some(first) => format!(
            "the registry has no type {name}; it has {}: type `cargo xtask new-type {first}`",
            near.join(", ")
        ),
        None => format!(
            "the registry has no type {name}, and none with a name near it; a type is written `AWS::SERVICE::TYPE`, \
             such as `AWS::Logs::MetricFilter`"
        ),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tempfile::TempDir;

    use super::model::tests::{sample, schema};
    use super::*;

    #[test]
    fn files_of_a_service_are_made_once_only() {
        let paths = |is_new, has_tests| -> Vec<String> {
            texts(&sample(), "", is_new, has_tests).into_iter().map(|(path, _)| path).collect()
        };
        let own = ["crates/aws/src/logs/db_thing.rs", "crates/aws-provider/src/logs/db_thing.rs"];
        assert_eq!(paths(false, true), own);
        let all = paths(true, false);
        assert_eq!(all[..2], own);
        assert_eq!(
            all[2..],
            [
                "crates/aws/src/logs/mod.rs",
                "crates/aws-provider/src/logs/mod.rs",
                "crates/aws/tests/values/logs.rs"
            ]
        );
    }

    #[test]
    fn a_test_tries_the_smallest_document() {
        let text = test(&sample(), &sample::minimal(&schema(), UNDECIDED));
        assert_eq!(
            text,
            r#"#[test]
fn db_thing() {
    Subject::new(
        "AWS::Logs::DBThing",
        json!({
            "GroupName": "example",
            "Names": ["example", "example"],
        }),
    )
    .refuses(
        &json!({"GroupName": null}),
        "`GroupName` isn't declared, and it can't be without",
    )
    .refuses(
        &json!({"Names": null}),
        "`Names` isn't declared, and it can't be without",
    );
}
"#
        );
        assert!(test(&sample(), &json!({})).ends_with("json!({}));\n}\n"));
    }

    #[test]
    fn nothing_is_overwritten() {
        let root = TempDir::new().unwrap();
        let file = |path: &str| (path.to_owned(), "new".to_owned());
        write(root.path(), &vec![file("a/one.rs")]).unwrap();
        fs::write(root.path().join("a/one.rs"), "mine").unwrap();
        let error = write(root.path(), &vec![file("a/two.rs"), file("a/one.rs")]).unwrap_err().to_string();
        assert!(error.starts_with("a/one.rs is there already, and nothing was written"), "{error}");
        assert!(!root.path().join("a/two.rs").exists());
        assert_eq!(fs::read_to_string(root.path().join("a/one.rs")).unwrap(), "mine");
    }

    #[test]
    fn a_service_is_found_by_its_other_types() {
        let listener = "AWS::ElasticLoadBalancingV2::Listener";
        let declared = BTreeMap::from([(listener.to_owned(), format!("{DECLARATIONS}/elbv2/listener.rs"))]);
        assert_eq!(service(&declared, "AWS::ElasticLoadBalancingV2::TrustStore"), "elbv2");
        assert_eq!(service(&declared, "AWS::SNS::Topic"), "sns");
    }

    #[test]
    fn what_the_registry_lacks_is_refused_with_what_it_has() {
        let names = ["AWS::SNS::Topic", "AWS::SQS::Queue"];
        assert_eq!(
            unknown("AWS::SNS::Topics", &names),
            "the registry has no type AWS::SNS::Topics; it has AWS::SNS::Topic: type \
             `cargo xtask new-type AWS::SNS::Topic`"
        );
        assert!(unknown("Nothing", &names).contains("none with a name near it"));
    }
}
