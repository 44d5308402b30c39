//! The data that the declarations of `ironward-aws` are held against: the writable properties of
//! their types in the CloudFormation registry, and what their values may be.

mod diff;
mod pattern;
mod schemas;
mod shape;
mod source;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::cache::Cache;

pub(crate) use diff::diff;
pub(crate) use pattern::translated;
pub(crate) use schemas::Schemas;
use schemas::{REGION, pinned};
pub(crate) use shape::resolved;
pub(crate) use source::formatted;

/// What the conformance suite draws values from.
const VALUES: &str = "crates/aws/tests/registry/values.tsv";
const TARGET: &str = "crates/aws/tests/registry/properties.tsv";

/// Where the declarations are, a directory for each service.
pub(crate) const DECLARATIONS: &str = "crates/aws/src";

/// Where the generated facts are, a file for each service.
const SHAPES: &str = "crates/aws/src/shapes";

/// Files to write, by their paths in the project.
type Files = BTreeMap<String, String>;

/// Writes the data anew from the pinned schemas.
pub(crate) fn write(root: &Path, cache: &Cache) -> Result<()> {
    let (files, left) = generate(root, cache)?;
    for (path, text) in &files {
        let target = root.join(path);
        if let Some(directory) = target.parent() {
            fs::create_dir_all(directory).with_context(|| format!("making {}", directory.display()))?;
        }
        fs::write(&target, text).with_context(|| format!("writing {}", target.display()))?;
    }
    for stale in stale(root, &files)? {
        fs::remove_file(root.join(&stale)).with_context(|| format!("removing {stale}"))?;
    }
    anstream::println!("wrote {TARGET}, {VALUES} and {SHAPES}");
    for name in left {
        anstream::println!("{name} isn't in the registry; `crates/aws/src/registry.rs` has to say why");
    }
    Ok(())
}

/// Checks that the data is what the pinned schemas make.
pub(crate) fn check(root: &Path, cache: &Cache) -> Result<()> {
    let (files, _) = generate(root, cache)?;
    let mut wrong: Vec<&String> = Vec::new();
    for (path, text) in &files {
        if fs::read_to_string(root.join(path)).ok().as_ref() != Some(text) {
            wrong.push(path);
        }
    }
    let stale = stale(root, &files)?;
    wrong.extend(&stale);
    if let Some(first) = wrong.first() {
        let others = wrong.len() - 1;
        bail!("{first} and {others} others aren't what the pinned schemas make: type `cargo xtask registry`");
    }
    Ok(())
}

/// Generated files that nothing generates any more.
fn stale(root: &Path, files: &Files) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(root.join(SHAPES)) else { return Ok(found) };
    for entry in entries {
        let path = format!("{SHAPES}/{}", entry?.file_name().to_string_lossy());
        if !files.contains_key(&path) {
            found.push(path);
        }
    }
    Ok(found)
}

/// What the pinned schemas make, and the declared types that they don't have.
fn generate(root: &Path, cache: &Cache) -> Result<(Files, Vec<String>)> {
    let schemas = Schemas::open(cache)?;
    let (release, date) = (pinned(), schemas.date()?);
    let from = format!(
        "Made by `cargo xtask registry` from the schemas in cfn-lint=={release} (region {REGION}, schemas of {date})."
    );
    let mut properties = format!(
        "# The writable properties of the CloudFormation registry for the types of ironward-aws, and their members.\n\
         # {from}\n\
         # @generated\n\
         # type\tproperty\tmarks: create-only, conditional (create-only under conditions), write-only, deprecated\n",
    );
    let mut values = format!(
        "# The values that the CloudFormation registry names for properties and their members: each of an\n\
         # enumeration, the smallest and the greatest number, as a list of JSON.\n\
         # {from}\n\
         # @generated\n\
         # type\tproperty\tvalues\n",
    );
    let mut services: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    let mut left = Vec::new();
    for name in declared(root)?.into_keys() {
        let Some(schema) = schemas.read(&name)? else {
            left.push(name);
            continue;
        };
        let writable = writable(&schema);
        for (property, marks) in &writable {
            writeln!(properties, "{name}\t{property}\t{}", marks.join(","))?;
        }
        for (property, named) in named(&schema) {
            writeln!(values, "{name}\t{property}\t{}", Value::Array(named))?;
        }
        let service = name.split("::").nth(1).unwrap_or_default().to_lowercase();
        let rows = shape::rows(&schema, |path| writable.contains_key(path));
        services.entry(service).or_default().push((name, rows));
    }
    let mut files = Files::from([(TARGET.to_owned(), properties), (VALUES.to_owned(), values)]);
    for (name, text) in source::files(&services, &from, &date) {
        files.insert(format!("{SHAPES}/{name}"), source::formatted(root, &text)?);
    }
    Ok((files, left))
}

/// The types in the declarations' `#[resource(type = "…")]`, with the file of each in the project.
pub(crate) fn declared(root: &Path) -> Result<BTreeMap<String, String>> {
    let mut types = BTreeMap::new();
    let mut directories = vec![DECLARATIONS.to_owned()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(root.join(&directory)).with_context(|| format!("reading {directory}"))? {
            let path = format!("{directory}/{}", entry?.file_name().to_string_lossy());
            if root.join(&path).is_dir() {
                directories.push(path);
            } else {
                let text = fs::read_to_string(root.join(&path)).with_context(|| format!("reading {path}"))?;
                types.extend(type_names(&text).map(|name| (name, path.clone())));
            }
        }
    }
    Ok(types)
}

fn type_names(source: &str) -> impl Iterator<Item = String> {
    source.split("type = \"").skip(1).filter_map(|rest| {
        let name = rest.split('"').next()?;
        (name.split("::").count() == 3).then(|| name.to_owned())
    })
}

/// The properties that can be written and their members, as paths with dots, each with its marks.
/// Lists are passed through: `Rules.Status` is the status of each rule.
pub(crate) fn writable(schema: &Value) -> BTreeMap<String, Vec<&'static str>> {
    let mut found = BTreeMap::new();
    let read_only = paths(schema, "readOnlyProperties");
    let marks = [
        ("create-only", paths(schema, "createOnlyProperties")),
        ("conditional", paths(schema, "conditionalCreateOnlyProperties")),
        ("write-only", paths(schema, "writeOnlyProperties")),
        ("deprecated", paths(schema, "deprecatedProperties")),
    ];
    let mut keep = |path: &str, _: &Value| {
        let under = |other: &String| path == other || path.starts_with(&format!("{other}."));
        if read_only.iter().any(under) {
            return false;
        }
        let of = |(mark, paths): &(&'static str, Vec<String>)| {
            paths.iter().any(|other| other == path).then_some(*mark)
        };
        found.insert(path.to_owned(), marks.iter().filter_map(of).collect());
        true
    };
    members(schema, schema, "", &mut Vec::new(), &mut keep);
    found
}

/// The values that a schema names, by path: enumerations and ends of ranges.
fn named(schema: &Value) -> BTreeMap<String, Vec<Value>> {
    let mut found: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    let writable = writable(schema);
    let mut keep = |path: &str, node: &Value| {
        let mut nodes = vec![node, &node["items"]];
        for several in ["oneOf", "anyOf", "allOf"] {
            nodes.extend(node[several].as_array().into_iter().flatten());
        }
        for node in nodes {
            let node = match node["$ref"].as_str() {
                Some(reference) => schema.pointer(reference.trim_start_matches('#')).unwrap_or(node),
                None => node,
            };
            let ends = ["minimum", "maximum"].map(|end| node[end].clone());
            let values = node["enum"].as_array().cloned().unwrap_or_default().into_iter().chain(ends);
            for value in values.filter(|value| !value.is_null()) {
                let list = found.entry(path.to_owned()).or_default();
                if !list.contains(&value) {
                    list.push(value);
                }
            }
        }
        true
    };
    members(schema, schema, "", &mut Vec::new(), &mut keep);
    found.retain(|path, _| writable.contains_key(path));
    found
}

/// The paths in a list of pointers such as `/properties/Rules/*/Prefix`, with dots.
pub(crate) fn paths(schema: &Value, list: &str) -> Vec<String> {
    let pointers = schema[list].as_array().into_iter().flatten().filter_map(Value::as_str);
    pointers
        .map(|pointer| {
            let names = pointer.split('/').filter(|part| !matches!(*part, "" | "properties" | "*" | "items"));
            names.collect::<Vec<_>>().join(".")
        })
        .collect()
}

/// Calls `keep` on every member of `node` and, where it agrees, on their members; `open` holds the
/// definitions on the way, so that one that contains itself ends there.
fn members<'a>(
    schema: &'a Value,
    node: &'a Value,
    above: &str,
    open: &mut Vec<&'a str>,
    keep: &mut impl FnMut(&str, &'a Value) -> bool,
) {
    if let Some(reference) = node["$ref"].as_str() {
        if !open.contains(&reference) {
            open.push(reference);
            let target = schema.pointer(reference.trim_start_matches('#')).unwrap_or(&Value::Null);
            members(schema, target, above, open, keep);
            open.pop();
        }
        return;
    }
    for (name, member) in node["properties"].as_object().into_iter().flatten() {
        let path = if above.is_empty() { name.clone() } else { format!("{above}.{name}") };
        if keep(&path, member) {
            members(schema, member, &path, open, keep);
        }
    }
    // What isn't one shape but several is the sum of them; the root's alternatives only say which
    // properties go together.
    if !above.is_empty() {
        if let Some(items) = node.get("items") {
            members(schema, items, above, open, keep);
        }
        for several in ["oneOf", "anyOf", "allOf"] {
            for one in node[several].as_array().into_iter().flatten() {
                members(schema, one, above, open, keep);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn types_are_found_in_declarations() {
        let source = r#"#[resource(type = "AWS::KMS::Key", id = "KeyId")] let x: "type = \"AWS\""; "#;
        assert_eq!(type_names(source).collect::<Vec<_>>(), ["AWS::KMS::Key"]);
    }

    #[test]
    fn values_that_are_named_are_listed() {
        let schema = json!({
            "properties": {
                "Days": {"type": "integer", "minimum": 7, "maximum": 30},
                "Rules": {"type": "array", "items": {"$ref": "#/definitions/Rule"}},
                "State": {"type": "string", "enum": ["on"]},
            },
            "definitions": {"Rule": {"properties": {"Class": {"enum": ["a", "b"]}}}},
            "readOnlyProperties": ["/properties/State"],
        });
        let found: Vec<_> = named(&schema).into_iter().collect();
        let row = |path: &str, values: &[Value]| (path.to_owned(), values.to_vec());
        assert_eq!(
            found,
            [row("Days", &[json!(7), json!(30)]), row("Rules.Class", &[json!("a"), json!("b")])]
        );
    }

    #[test]
    fn members_of_lists_and_definitions_are_written_out() {
        let schema = json!({
            "properties": {
                "Arn": {"type": "string"},
                "Rules": {"type": "array", "items": {"$ref": "#/definitions/Rule"}},
                "Name": {"type": "string"},
            },
            "definitions": {
                "Rule": {"properties": {
                    "Prefix": {"type": "string"},
                    "Id": {"type": "string"},
                    "Nested": {"$ref": "#/definitions/Rule"},
                }},
            },
            "readOnlyProperties": ["/properties/Arn", "/properties/Rules/*/Id"],
            "createOnlyProperties": ["/properties/Name"],
            "writeOnlyProperties": ["/properties/Name", "/properties/Rules/*/Prefix"],
        });
        assert!(named(&schema).is_empty());
        let found: Vec<_> = writable(&schema).into_iter().collect();
        let row = |path: &str, marks: &[&'static str]| (path.to_owned(), marks.to_vec());
        assert_eq!(
            found,
            [
                row("Name", &["create-only", "write-only"]),
                row("Rules", &[]),
                row("Rules.Nested", &[]),
                row("Rules.Prefix", &["write-only"]),
            ]
        );
    }
}
