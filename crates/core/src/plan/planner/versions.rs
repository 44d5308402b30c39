//! Versions that a service wouldn't go to: it never goes back to a lower one, nor to another major one unless that is
//! said.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::cloud::provider::NotInForce;
use crate::model::compare::{exceeds, version_reached};
use crate::model::document::Node;
use crate::model::schema::{Compare, Schema};
use crate::plan::diff::Difference;

/// A change of a version that isn't made.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) property: &'static str,
    pub(super) message: String,
    pub(super) hint: String,
}

/// The versions that an update would not reach. `before` says what the cloud has, `waiting` what of that isn't in
/// force yet: what runs instead isn't known, and it may be taken back.
pub(super) fn refused(
    schema: &Schema,
    before: impl Fn(&str) -> Option<Json>,
    waiting: &[NotInForce],
    declared: &BTreeMap<String, Node>,
    difference: &Difference,
) -> Vec<Refusal> {
    let said = |name: &str| declared.get(name).and_then(Node::to_json);
    let mut found = Vec::new();
    for property in schema.properties.iter().filter(|one| one.compare == Compare::AtLeastVersion) {
        let name = property.name;
        let changes = difference.changes.iter().any(|change| change.property == name);
        if !changes {
            continue;
        }
        let (Some(Json::String(runs)), Some(Json::String(asked))) = (before(name), said(name)) else {
            continue;
        };
        if exceeds(property.compare, &asked.as_str().into(), &runs.as_str().into()) {
            // What waits may be taken back.
            if waiting.iter().any(|waits| waits.property == name) {
                continue;
            }
            found.push(Refusal {
                property: name,
                message: format!("{name} can't go back to {asked}: {runs} runs, and nothing goes back to a lower one"),
                hint: format!(
                    "declare {runs}, or the beginning of it; for {asked}, restore what was saved under it into \
                     another one"
                ),
            });
            continue;
        }
        let Some((majors, with)) = property.majors.and_then(|majors| Some((majors, majors.only_with?)))
        else {
            continue;
        };
        let by = said(majors.by).and_then(|value| Some(value.as_str()?.to_lowercase()));
        let parts = by.map_or(1, |by| majors.of(&by));
        // The first parts of what is asked for, and anything after them.
        let major: Vec<&str> = asked.split('.').take(parts).collect();
        if !version_reached(&major.join("."), &runs, parts) && said(with) != Some(Json::Bool(true)) {
            found.push(Refusal {
                property: name,
                message: format!("{name} would go from {runs} to {asked}, another major version, and {with} isn't set"),
                hint: format!(
                    "set {with} to true, once what uses it is known to work with {asked}: there is no way back"
                ),
            });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::document::Document;
    use crate::model::schema::{Change, Majors, Property};
    use crate::plan::diff::{DiffInput, difference};

    static SCHEMA: Schema = Schema::new(
        "Test::Database",
        "Id",
        &[
            Property::new("Engine", Change::Replace),
            Property::new("Allow", Change::Local),
            Property {
                compare: Compare::AtLeastVersion,
                majors: Some(Majors::by("Engine", &[("mysql", 2)]).only_with("Allow")),
                ..Property::new("Version", Change::Update("version"))
            },
        ],
        &[],
    );

    #[track_caller]
    fn check(engine: &str, runs: &str, asked: &str, allow: bool, expected: Option<&str>) {
        let last: Document = serde_json::from_value(json!({"Engine": engine, "Version": runs})).unwrap();
        let mut declared = json!({"Engine": engine, "Version": asked});
        if allow {
            declared["Allow"] = json!(true);
        }
        let declared = Node::from(declared).into_members();
        let sides = DiffInput::plain(&last, &declared);
        let difference = difference(&SCHEMA, &sides);
        let before = |name: &str| last.json(name).cloned();
        let found = refused(&SCHEMA, before, &[], &declared, &difference);
        // What waits may be taken back; another major version is one all the same.
        let waiting = [NotInForce::new("Version", runs, "the maintenance window")];
        let back = found.iter().filter(|one| one.message.contains("can't go back")).count();
        assert_eq!(refused(&SCHEMA, before, &waiting, &declared, &difference).len(), found.len() - back);
        match (expected, &found[..]) {
            (None, []) => {}
            (Some(text), [one]) => assert!(one.message.contains(text), "{one:?}"),
            _ => panic!("{runs} to {asked}: {found:?}"),
        }
    }

    #[test]
    fn a_major_version_is_asked_for_and_none_goes_back() {
        check("postgres", "16.4", "17", true, None);
        check("postgres", "16.4", "17", false, Some("from 16.4 to 17, another major version, and Allow"));
        check("postgres", "16.4", "16.6", false, None);
        check("postgres", "16.4", "16", false, None);
        check("postgres", "17.2", "16", true, Some("can't go back to 16: 17.2 runs"));
        check("postgres", "17.2", "16.9", true, Some("can't go back to 16.9"));
        check("mysql", "8.0.36", "8.4", false, Some("another major version"));
        check("mysql", "8.0.36", "8.4.1", true, None);
        check("mysql", "8.0.36", "8.0.40", false, None);
        check("mysql", "8.4.1", "8.0", true, Some("can't go back"));
    }
}
