//! `cargo xtask registry --diff`: what the schemas of another release would change for the declared types.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;
use serde_json::Value;

use super::schemas::{Schemas, pinned};
use super::shape::{self, Bounds, Row};
use super::{declared, named, paths, writable};
use crate::cache::Cache;

/// How many values are named before the rest is counted.
const NAMED: usize = 12;

/// Prints what the schemas of `release` would change.
pub(crate) fn diff(root: &Path, cache: &Cache, release: &str) -> Result<()> {
    if release == pinned() {
        anstream::println!("Nothing would change: cfn-lint {release} is the pinned release.");
        return Ok(());
    }
    let (ours, theirs) = (Schemas::open(cache)?, Schemas::of(cache, release)?);
    let (date, other_date) = (ours.date()?, theirs.date()?);
    let older = if other_date < date { ", which are older" } else { "" };
    anstream::println!(
        "From cfn-lint {} (schemas of {date}) to {release} (schemas of {other_date}{older}):\n",
        pinned()
    );
    let names = declared(root)?;
    let mut found = Vec::new();
    for name in names.keys() {
        let changes = type_changes(ours.read(name)?.as_ref(), theirs.read(name)?.as_ref());
        if !changes.is_empty() {
            found.push((name.as_str(), changes));
        }
    }
    anstream::print!("{}", report(&found, names.len()));
    if !found.is_empty() {
        anstream::println!("CONTRIBUTING.md, \"The CloudFormation registry\", says how to pin that release.");
    }
    Ok(())
}

/// What is different in one place.
#[derive(Debug, PartialEq)]
struct Change {
    /// The property, or a member of one; empty for the type itself.
    place: String,
    /// What is different, as a clause after the place.
    what: String,
}

/// The changes by type and property, and their count.
fn report(found: &[(&str, Vec<Change>)], types: usize) -> String {
    let mut text = String::new();
    for (name, changes) in found {
        text.push_str(&format!("{name}\n"));
        for Change { place, what } in changes {
            let place = if place.is_empty() { "the type" } else { place };
            text.push_str(&format!("  {place} {what}\n"));
        }
        text.push('\n');
    }
    let count: usize = found.iter().map(|(_, changes)| changes.len()).sum();
    let last = match count {
        0 => format!("Nothing would change for the {types} declared types.\n"),
        _ => format!(
            "{} of {} of the {types} declared.\n",
            counted(count, "change"),
            counted(found.len(), "type")
        ),
    };
    text + &last
}

fn type_changes(ours: Option<&Value>, theirs: Option<&Value>) -> Vec<Change> {
    let whole = |what: &str| vec![Change { place: String::new(), what: what.to_owned() }];
    match (ours, theirs) {
        (Some(ours), Some(theirs)) => changes(&Facts::read(ours), &Facts::read(theirs)),
        (Some(_), None) => whole("isn't there any more"),
        (None, Some(_)) => whole("is there now: `crates/aws/src/registry.rs` says that it is our own"),
        (None, None) => Vec::new(),
    }
}

/// What is read of a schema.
struct Facts {
    marks: BTreeMap<String, Vec<&'static str>>,
    rows: BTreeMap<String, Row>,
    named: BTreeMap<String, Vec<Value>>,
    read_only: Vec<String>,
}

impl Facts {
    fn read(schema: &Value) -> Self {
        let marks = writable(schema);
        let rows = shape::said(schema, |path| marks.contains_key(path));
        Self { rows, named: named(schema), read_only: paths(schema, "readOnlyProperties"), marks }
    }

    /// Properties that `other` doesn't have, each once: what is below one goes with it.
    fn without<'f>(&'f self, other: &'f Self) -> impl Iterator<Item = &'f str> {
        let missing = |path: &str| !other.marks.contains_key(path);
        self.marks.keys().map(String::as_str).filter(move |path| {
            missing(path) && path.rsplit_once('.').is_none_or(|(above, _)| !missing(above))
        })
    }

    /// The names of a property's members.
    fn below(&self, path: &str) -> Vec<String> {
        let prefix = format!("{path}.");
        let names = self.marks.keys().filter_map(|other| other.strip_prefix(&prefix));
        names.filter(|name| !name.contains('.')).map(str::to_owned).collect()
    }
}

/// What is different between two schemas of a type, by place.
fn changes(ours: &Facts, theirs: &Facts) -> Vec<Change> {
    let mut found = Vec::new();
    let mut add = |place: &str, what: String| found.push(Change { place: place.to_owned(), what });
    for path in ours.without(theirs) {
        let under = |other: &String| path == other || path.starts_with(&format!("{other}."));
        let what = if theirs.read_only.iter().any(under) {
            "can't be written any more: it is read-only".to_owned()
        } else {
            format!("is gone{}", with_members(&ours.below(path)))
        };
        add(path, what);
    }
    for path in theirs.without(ours) {
        let mut parts: Vec<String> = Vec::new();
        parts.extend(theirs.rows.get(path).and_then(kind));
        parts.extend(theirs.marks[path].iter().map(|mark| meaning(mark).to_owned()));
        let said = if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) };
        add(path, format!("is new{said}{}", with_members(&theirs.below(path))));
    }
    for (path, marks) in &ours.marks {
        let Some(others) = theirs.marks.get(path) else { continue };
        for mark in others.iter().filter(|mark| !marks.contains(mark)) {
            add(path, format!("becomes {}", meaning(mark)));
        }
        for mark in marks.iter().filter(|mark| !others.contains(mark)) {
            add(path, format!("is no longer {}", meaning(mark)));
        }
    }
    for (path, row) in &ours.rows {
        let Some(other) = theirs.rows.get(path) else { continue };
        for what in row_changes(row, other) {
            add(path, what);
        }
        // Of alternatives the rows say less than what the conformance suite draws from.
        if row.values == other.values && row.range == other.range {
            let of = |facts: &Facts| facts.named.get(path).map(|values| texts(values)).unwrap_or_default();
            let (more, fewer) = both_ways(&of(ours), &of(theirs));
            if !more.is_empty() {
                add(path, format!("names {} in one of its alternatives", listed(&more)));
            }
            if !fewer.is_empty() {
                add(path, format!("no longer names {} in its alternatives", listed(&fewer)));
            }
        }
    }
    found.sort_by(|one, other| one.place.cmp(&other.place));
    found
}

/// What is said otherwise of the values at a place.
fn row_changes(ours: &Row, theirs: &Row) -> Vec<String> {
    let mut found = Vec::new();
    if ours.kinds != theirs.kinds {
        let kind = |row| kind(row).unwrap_or_else(|| "of any kind".to_owned());
        found.push(format!("is {}, was {}", kind(theirs), kind(ours)));
    }
    match (ours.values.is_empty(), theirs.values.is_empty()) {
        (true, false) => found.push(format!("takes {} and nothing else", listed(&theirs.values))),
        (false, true) => found.push(format!("takes any value, was one of {}", listed(&ours.values))),
        _ => {
            let (more, fewer) = both_ways(&ours.values, &theirs.values);
            if !more.is_empty() {
                found.push(format!("takes {} as well", listed(&more)));
            }
            if !fewer.is_empty() {
                found.push(format!("no longer takes {}", listed(&fewer)));
            }
        }
    }
    for (verbs, unit, ours, theirs) in [
        (("has", "had"), "characters", ours.length, theirs.length),
        (("has", "had"), "items", ours.items, theirs.items),
        (("is", "was"), "", ours.range, theirs.range),
    ] {
        if ours != theirs {
            let (now, before) = (span(theirs, unit), span(ours, unit));
            found.push(format!("{} {now}, {} {before}", verbs.0, verbs.1));
        }
    }
    match (&ours.pattern, &theirs.pattern) {
        (before, now) if before == now => {}
        (None, Some(now)) => found.push(format!("has to match `{now}`")),
        (Some(before), Some(now)) => found.push(format!("has to match `{now}`, had to match `{before}`")),
        (Some(before), None) => found.push(format!("need not match `{before}` any more")),
        (None, None) => {}
    }
    let (more, fewer) = both_ways(&ours.requires, &theirs.requires);
    if !more.is_empty() {
        found.push(format!("can't be without {}", listed(&more)));
    }
    if !fewer.is_empty() {
        found.push(format!("can be without {}", listed(&fewer)));
    }
    found
}

/// What a mark of `properties.tsv` means.
fn meaning(mark: &str) -> &str {
    match mark {
        "conditional" => "create-only under conditions",
        mark => mark,
    }
}

/// `a string or an object`.
fn kind(row: &Row) -> Option<String> {
    let article = |kind: &String| {
        let vowel = kind.starts_with(['a', 'e', 'i', 'o', 'u']);
        format!("{} {kind}", if vowel { "an" } else { "a" })
    };
    let kinds: Vec<String> = row.kinds.iter().map(article).collect();
    (!kinds.is_empty()).then(|| kinds.join(" or "))
}

/// The bounds in words; `unit` is what is counted, nothing for a number itself.
fn span(bounds: Bounds, unit: &str) -> String {
    let of = |end: f64| match unit {
        "" => String::new(),
        unit if end == 1.0 => format!(" {}", unit.trim_end_matches('s')),
        unit => format!(" {unit}"),
    };
    match (bounds.least, bounds.most) {
        (Some(least), Some(most)) if least == most => format!("{least}{}", of(most)),
        (Some(least), Some(most)) => format!("{least} to {most}{}", of(most)),
        (Some(least), None) => format!("at least {least}{}", of(least)),
        (None, Some(most)) => format!("at most {most}{}", of(most)),
        (None, None) if unit.is_empty() => "any number".to_owned(),
        (None, None) => format!("any number of {unit}"),
    }
}

/// What the second list has and the first doesn't, and the other way round.
fn both_ways(one: &[String], other: &[String]) -> (Vec<String>, Vec<String>) {
    let missing = |from: &[String], of: &[String]| -> Vec<String> {
        of.iter().filter(|value| !from.contains(value)).cloned().collect()
    };
    (missing(one, other), missing(other, one))
}

fn texts(values: &[Value]) -> Vec<String> {
    values.iter().map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned)).collect()
}

/// The first of them in a sentence, and how many others there are.
fn listed(values: &[String]) -> String {
    let mut shown: Vec<String> = values.iter().take(NAMED).map(|value| format!("`{value}`")).collect();
    let last = match values.len().saturating_sub(NAMED) {
        0 => shown.pop(),
        others => Some(counted(others, "other")),
    };
    match (shown.is_empty(), last) {
        (false, Some(last)) => format!("{} and {last}", shown.join(", ")),
        (_, last) => last.unwrap_or_default(),
    }
}

fn with_members(members: &[String]) -> String {
    let what = if members.len() == 1 { "member" } else { "members" };
    if members.is_empty() { String::new() } else { format!(", with the {what} {}", listed(members)) }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The lines below the type's name.
    #[track_caller]
    fn check(ours: &Value, theirs: &Value, expected: &[&str]) {
        let found: Vec<String> = type_changes(Some(ours), Some(theirs))
            .iter()
            .map(|change| format!("{} {}", change.place, change.what))
            .collect();
        assert_eq!(found, expected);
    }

    fn one(property: &Value) -> Value {
        json!({"properties": {"It": property}})
    }

    #[test]
    fn the_same_schema_changes_nothing_and_says_so() {
        let schema = json!({"properties": {"Name": {"type": "string", "enum": ["a"], "description": "x"}}});
        let mut other = schema.clone();
        other["properties"]["Name"]["description"] = json!("y");
        check(&schema, &other, &[]);
        assert_eq!(report(&[], 37), "Nothing would change for the 37 declared types.\n");
    }

    #[test]
    fn types_come_and_go() {
        let schema = json!({});
        let said = |ours, theirs| type_changes(ours, theirs).into_iter().map(|change| change.what).collect();
        let gone: Vec<String> = said(Some(&schema), None);
        assert_eq!(gone, ["isn't there any more"]);
        let new: Vec<String> = said(None, Some(&schema));
        assert_eq!(new, ["is there now: `crates/aws/src/registry.rs` says that it is our own"]);
        assert!(type_changes(None, None).is_empty());
    }

    #[test]
    fn properties_come_and_go_with_their_members() {
        let rule =
            json!({"type": "object", "properties": {"Id": {"type": "string"}, "On": {"type": "boolean"}}});
        let ours = json!({"properties": {"Arn": {}, "Rule": rule, "Name": {}}});
        let theirs = json!({
            "properties": {"Arn": {}, "Rules": {"type": "array", "items": rule}, "Name": {}, "Key": {"type": ["string", "object"]}},
            "readOnlyProperties": ["/properties/Arn"],
            "createOnlyProperties": ["/properties/Key"],
            "writeOnlyProperties": ["/properties/Key"],
        });
        check(
            &ours,
            &theirs,
            &[
                "Arn can't be written any more: it is read-only",
                "Key is new: a string or an object, create-only, write-only",
                "Rule is gone, with the members `Id` and `On`",
                "Rules is new: an array, with the members `Id` and `On`",
            ],
        );
    }

    #[test]
    fn marks_change() {
        let mut ours = one(&json!({"type": "string"}));
        let mut theirs = ours.clone();
        ours["conditionalCreateOnlyProperties"] = json!(["/properties/It"]);
        theirs["createOnlyProperties"] = json!(["/properties/It"]);
        check(&ours, &theirs, &["It becomes create-only", "It is no longer create-only under conditions"]);
    }

    #[test]
    fn values_change() {
        let of = |values: &Value| one(&json!({"type": "string", "enum": values}));
        check(
            &of(&json!(["a", "b"])),
            &of(&json!(["b", "c", "d"])),
            &["It takes `c` and `d` as well", "It no longer takes `a`"],
        );
        let any = one(&json!({"type": "string"}));
        check(&any, &of(&json!(["a"])), &["It takes `a` and nothing else"]);
        check(&of(&json!(["a", "b"])), &any, &["It takes any value, was one of `a` and `b`"]);
        // Of what has alternatives without values nothing is refused, but their values are drawn.
        let alternatives = |values: &Value| one(&json!({"anyOf": [{"enum": values}, {"type": "string"}]}));
        check(
            &alternatives(&json!(["a"])),
            &alternatives(&json!(["b"])),
            &["It names `b` in one of its alternatives", "It no longer names `a` in its alternatives"],
        );
    }

    #[test]
    fn kinds_and_bounds_and_patterns_change() {
        check(
            &one(&json!({"type": "string", "maxLength": 8, "pattern": "^a$"})),
            &one(&json!({"type": "integer", "minLength": 1, "maxLength": 16, "pattern": "^b$"})),
            &[
                "It is an integer, was a string",
                "It has 1 to 16 characters, had at most 8 characters",
                "It has to match `^b$`, had to match `^a$`",
            ],
        );
        check(
            &one(&json!({"type": "array", "minItems": 1, "pattern": "^a$"})),
            &one(&json!({"type": "array", "minimum": 7})),
            &[
                "It has any number of items, had at least 1 item",
                "It is at least 7, was any number",
                "It need not match `^a$` any more",
            ],
        );
    }

    #[test]
    fn what_is_required_changes_for_the_type_and_its_members() {
        let schema = |type_needs: &Value, member_needs: &Value| {
            let properties = json!({"A": {}, "B": {}});
            json!({"properties": {"It": {"properties": properties, "required": member_needs}}, "required": type_needs})
        };
        let changes = type_changes(
            Some(&schema(&json!([]), &json!(["A"]))),
            Some(&schema(&json!(["It"]), &json!(["B"]))),
        );
        assert_eq!(
            report(&[("AWS::X::Y", changes)], 2),
            "AWS::X::Y\n\
             \x20 the type can't be without `It`\n\
             \x20 It can't be without `B`\n\
             \x20 It can be without `A`\n\
             \n\
             3 changes of 1 type of the 2 declared.\n"
        );
    }

    #[test]
    fn long_lists_are_cut() {
        let values: Vec<String> = (0..NAMED + 2).map(|number| number.to_string()).collect();
        assert!(listed(&values).ends_with("`11` and 2 others"), "{}", listed(&values));
        assert_eq!(listed(&values[..1]), "`0`");
    }
}
