//! The three-way difference of one resource: last applied, declared, observed.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value as Json;

use crate::cloud::provider::Observed;
use crate::model::compare::{is_empty, policy_as, same, tags};
use crate::model::document::{Document, Node};
use crate::model::meaning::Reading;
use crate::model::schema::{Change, Compare, Property, Schema};
use crate::model::secret::{holds_concealed, redact_like};
use crate::state::InstanceId;

/// A difference of one property.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PropertyDiff {
    /// The canonical name.
    pub property: String,
    /// The value before; nothing where there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Json>,
    /// The value after; nothing where it goes away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Node>,
    /// Whether it takes a replacement.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub replaces: bool,
    /// What the change interrupts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interrupts: Option<&'static str>,
}

/// What differs, and what it takes.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Difference {
    /// From what is there to what is declared.
    pub changes: Vec<PropertyDiff>,
    /// From what was last applied to what is there: changed outside.
    pub drift: Vec<PropertyDiff>,
    /// The aspects that an update must touch.
    pub aspects: BTreeSet<&'static str>,
    /// The properties for which it must be replaced.
    pub replacing: Vec<&'static str>,
    /// How many declared properties the API reported.
    pub observed: usize,
    /// How many properties are declared.
    pub declared: usize,
}

impl Difference {
    /// Whether a property changes.
    pub(crate) fn touches(&self, property: &str) -> bool {
        self.changes.iter().any(|diff| diff.property == property)
    }

    /// Says that changes of these properties replace it.
    pub(crate) fn replace_for(&mut self, properties: &[&'static str]) {
        self.replacing.extend(properties);
        for diff in &mut self.changes {
            diff.replaces |= properties.contains(&diff.property.as_str());
        }
    }
}

/// The versions of one resource that are compared.
#[derive(Debug, Clone, Copy)]
pub struct DiffInput<'a> {
    /// The properties as last applied.
    pub last: &'a Document,
    /// The properties as declared, partly known.
    pub declared: &'a BTreeMap<String, Node>,
    /// What was observed, where it was.
    pub observed: Option<&'a Observed>,
    /// Whether the last operation on it wasn't finished: of what can be updated, only what is
    /// observed is trusted.
    pub incomplete: bool,
    /// Properties whose changes are left alone.
    pub ignore: &'a [&'static str],
    /// Properties whose changes replace.
    pub replace_on: &'a [&'static str],
}

#[cfg(test)]
impl<'a> DiffInput<'a> {
    /// What was applied and what is declared, and nothing else.
    pub(crate) fn plain(last: &'a Document, declared: &'a BTreeMap<String, Node>) -> Self {
        Self { last, declared, observed: None, incomplete: false, ignore: &[], replace_on: &[] }
    }
}

/// What the cloud has, as far as is known.
enum Current<'a> {
    Set(&'a Json),
    Unset,
    Unknown,
}

/// Computes what differs between the sides.
#[must_use]
pub fn difference(schema: &Schema, sides: &DiffInput<'_>) -> Difference {
    let mut result = Difference::default();
    for property in schema.properties {
        let declared = sides.declared.get(property.name).filter(|node| !node.is_null());
        let last = sides.last.json(property.name);
        let seen = sides.observed.and_then(|observed| seen(property, observed));
        result.declared += usize::from(declared.is_some());
        result.observed += usize::from(declared.is_some() && seen.is_some());
        let is_set = matches!(seen, Some(Current::Set(_)));
        let kept = default_of(property).filter(|_| property.kept && is_set);
        let kept_node = kept.clone().map(Node::from);
        let (declared, last) = (declared.or(kept_node.as_ref()), last.or(kept.as_ref()));
        if sides.ignore.contains(&property.name) {
            continue;
        }
        let beside =
            |name: &str| sides.declared.get(name)?.to_json().or_else(|| sides.last.json(name).cloned());
        let reading = Reading::of(property, beside);
        // What an unfinished operation of ours may have done is no drift.
        // Nor is what was changed outside to what is declared meanwhile: there is nothing to repair.
        if !sides.incomplete
            && !agreed(reading, declared, seen.as_ref())
            && let Some(diff) = drift(property, reading, last, seen.as_ref())
        {
            result.drift.push(diff);
        }
        let current = match seen {
            Some(seen) => seen,
            None if sides.incomplete && matches!(property.change, Change::Update(_)) => Current::Unknown,
            None => last.map_or(Current::Unset, Current::Set),
        };
        if differs(property, reading, last, declared, &current) {
            let replaces = property.change == Change::Replace || sides.replace_on.contains(&property.name);
            if replaces {
                result.replacing.push(property.name);
            }
            if let Change::Update(aspect) = property.change {
                result.aspects.insert(aspect);
            }
            let before = match current {
                Current::Set(json) if property.compare == Compare::Tags => {
                    let declared = declared.and_then(Node::to_json);
                    Some(those_of(json, last.into_iter().chain(declared.as_ref())))
                }
                Current::Set(json) if property.compare == Compare::Policy => {
                    let declared = declared.and_then(Node::to_json);
                    Some(declared.map_or_else(|| json.clone(), |declared| policy_as(json, &declared)))
                }
                Current::Set(json) => Some(json.clone()),
                Current::Unset | Current::Unknown => None,
            };
            let after = declared.cloned().or_else(|| default_of(property).map(Node::from));
            result.changes.push(PropertyDiff {
                property: property.name.to_owned(),
                before,
                after,
                replaces,
                interrupts: property.interrupts,
            });
        }
    }
    result
}

/// What was observed, with salted hashes where the program declares a secret or last declared one: so it is
/// compared with what is declared, and shown.
pub(crate) fn redacted<'a>(
    observed: &'a Observed,
    last: &Document,
    declared: &BTreeMap<String, Node>,
    instance: &InstanceId,
) -> Cow<'a, Observed> {
    let mut redacted = Cow::Borrowed(observed);
    let declared =
        declared.iter().filter_map(|(name, node)| Some((name.as_str(), Cow::Owned(node.to_json()?))));
    for (name, shape) in declared.chain(last.iter().map(|(name, json)| (name, Cow::Borrowed(json)))) {
        if holds_concealed(&shape)
            && let Some(json) = redacted.properties.json(name)
        {
            let concealed = redact_like(&shape, json, instance.as_str());
            redacted.to_mut().properties.set(name, concealed);
        }
    }
    redacted
}

fn seen<'a>(property: &Property, observed: &'a Observed) -> Option<Current<'a>> {
    if property.write_only {
        return None;
    }
    match observed.properties.json(property.name) {
        Some(json) => Some(Current::Set(json)),
        None if observed.unset.contains(property.name) => Some(Current::Unset),
        None => None,
    }
}

/// Whether what is observed is what is declared.
fn agreed(reading: Reading<'_>, declared: Option<&Node>, seen: Option<&Current<'_>>) -> bool {
    match (declared.and_then(Node::to_json), seen) {
        (Some(declared), Some(Current::Set(json))) => reading.same(&declared, json),
        _ => false,
    }
}

fn drift(
    property: &Property,
    reading: Reading<'_>,
    last: Option<&Json>,
    seen: Option<&Current<'_>>,
) -> Option<PropertyDiff> {
    let last = last?;
    let after = match seen? {
        Current::Set(json) if reading.same(last, json) => return None,
        Current::Unset
            if is_empty(last) || default_of(property).is_some_and(|default| reading.same(last, &default)) =>
        {
            return None;
        }
        Current::Set(json) if property.compare == Compare::Tags => Some(Node::from(those_of(json, [last]))),
        Current::Set(json) if property.compare == Compare::Policy => Some(Node::from(policy_as(json, last))),
        Current::Set(json) => Some(Node::from((*json).clone())),
        Current::Unset => None,
        Current::Unknown => return None,
    };
    Some(PropertyDiff {
        property: property.name.to_owned(),
        before: Some(last.clone()),
        after,
        replaces: property.change == Change::Replace,
        interrupts: None,
    })
}

fn differs(
    property: &Property,
    reading: Reading<'_>,
    last: Option<&Json>,
    declared: Option<&Node>,
    current: &Current<'_>,
) -> bool {
    match declared {
        Some(node) => match (node.to_json(), current) {
            (None, _) | (_, Current::Unknown) => true,
            (Some(json), Current::Set(current)) => {
                !reading.same(&json, current)
                    || (property.compare == Compare::Tags && keys_leave(last, &json, current))
                    || (property.compare == Compare::Exact
                        && last.is_some_and(|last| {
                            members_leave(&reading.without_defaults(last), &json, current)
                        }))
            }
            (Some(json), Current::Unset) => {
                !default_of(property).is_some_and(|default| reading.same(&json, &default)) && !is_empty(&json)
            }
        },
        None => match (last, current) {
            (None, _) | (_, Current::Unset) => false,
            (Some(last), Current::Set(current)) if property.compare == Compare::Tags => {
                keys_leave(Some(last), &Json::Null, current)
            }
            (Some(_), Current::Set(current)) => {
                !default_of(property).is_some_and(|default| reading.same(&default, current))
            }
            (Some(_), Current::Unknown) => true,
        },
    }
}

/// The tags whose keys one of the sides has. The others that are there, be they those of others or a name that
/// nothing declares, stay as they are.
fn those_of<'a>(there: &Json, sides: impl IntoIterator<Item = &'a Json>) -> Json {
    let keys: BTreeSet<String> = sides.into_iter().flat_map(|side| tags(side).into_keys()).collect();
    let Some(items) = there.as_array() else { return there.clone() };
    let key = |item: &Json| item.get("Key").and_then(Json::as_str).is_some_and(|key| keys.contains(key));
    items.iter().filter(|item| key(item)).cloned().collect()
}

/// Whether a tag that we set before is no longer declared and still there.
fn keys_leave(last: Option<&Json>, declared: &Json, current: &Json) -> bool {
    let (declared, current) = (tags(declared), tags(current));
    last.map(tags)
        .unwrap_or_default()
        .keys()
        .any(|key| !declared.contains_key(key) && current.contains_key(key))
}

/// Whether a member that we set before, at any depth, is no longer declared and still there as we
/// set it. Of objects only declared members are compared, so that what a service fills in is no
/// difference; what leaves the program is one.
fn members_leave(last: &Json, declared: &Json, current: &Json) -> bool {
    match (last, declared, current) {
        (Json::Object(last), Json::Object(declared), Json::Object(current)) => {
            last.iter().any(|(name, before)| match (declared.get(name), current.get(name)) {
                (Some(declared), Some(current)) => members_leave(before, declared, current),
                (None, Some(current)) => !is_empty(before) && same(Compare::Exact, before, current),
                (_, None) => false,
            })
        }
        (Json::Array(last), Json::Array(declared), Json::Array(current))
            if last.len() == declared.len() && last.len() == current.len() =>
        {
            let sides = last.iter().zip(declared).zip(current);
            sides.into_iter().any(|((last, declared), current)| members_leave(last, declared, current))
        }
        _ => false,
    }
}

fn default_of(property: &Property) -> Option<Json> {
    property.default.and_then(|text| serde_json::from_str(text).ok())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::value::AttrRef;

    const fn property(name: &'static str, change: Change) -> Property {
        Property::new(name, change)
    }

    static SCHEMA: Schema = Schema::new(
        "Test::Thing",
        "Id",
        &[
            property("Size", Change::Update("size")),
            property("Zone", Change::Replace),
            Property { compare: Compare::Tags, ..property("Tags", Change::Update("tags")) },
            Property {
                default: Some("false"),
                after_create: true,
                ..property("Loud", Change::Update("loud"))
            },
        ],
        &[],
    );

    fn document(json: Json) -> Document {
        serde_json::from_value(json).unwrap()
    }

    fn compute(last: Json, declared: Json, observed: Option<Json>) -> Difference {
        let declared = Node::from(declared).into_members();
        let observed = observed.map(|json| Observed { properties: document(json), ..Observed::default() });
        difference(
            &SCHEMA,
            &DiffInput {
                last: &document(last),
                declared: &declared,
                observed: observed.as_ref(),
                incomplete: false,
                ignore: &[],
                replace_on: &[],
            },
        )
    }

    fn names(diffs: &[PropertyDiff]) -> Vec<&str> {
        diffs.iter().map(|diff| diff.property.as_str()).collect()
    }

    #[test]
    fn nothing_differs() {
        let same = json!({"Size": 1, "Zone": "a"});
        assert_eq!(names(&compute(same.clone(), same.clone(), Some(same)).changes), Vec::<&str>::new());
    }

    #[test]
    fn a_change_of_the_program_touches_its_aspect_only() {
        let result = compute(json!({"Size": 1, "Zone": "a"}), json!({"Size": 2, "Zone": "a"}), None);
        assert_eq!(result.aspects, BTreeSet::from(["size"]));
        assert!(result.replacing.is_empty() && result.drift.is_empty());
    }

    #[test]
    fn drift_is_shown_apart_and_repaired() {
        let last = json!({"Size": 1});
        let result = compute(last.clone(), last, Some(json!({"Size": 5})));
        assert_eq!(names(&result.drift), ["Size"]);
        assert_eq!(result.changes[0].before, Some(json!(5)));
        assert_eq!(result.changes[0].after, Some(Node::from(json!(1))));
    }

    #[test]
    fn what_was_changed_outside_to_what_is_declared_is_no_drift() {
        let result = compute(json!({"Size": 1}), json!({"Size": 5}), Some(json!({"Size": 5})));
        assert!(result.drift.is_empty() && result.changes.is_empty());
    }

    #[test]
    fn what_is_not_reported_is_no_drift() {
        let last = json!({"Size": 1, "Zone": "a"});
        let result = compute(last.clone(), last, Some(json!({"Zone": "a"})));
        assert!(result.drift.is_empty() && result.changes.is_empty());
        assert_eq!((result.declared, result.observed), (2, 1));
    }

    #[test]
    fn of_a_policy_only_what_means_something_else_is_shown() {
        static POLICY: Schema = Schema::new(
            "Test::Policy",
            "Id",
            &[Property { compare: Compare::Policy, ..property("Policy", Change::Update("policy")) }],
            &[],
        );
        let statement = |sid: &str, action: Json, on: Json| json!({"Sid": sid, "Effect": "Allow", "Action": action, "Resource": on});
        let there = json!({"Version": "2012-10-17", "Statement": [
            statement("b", json!("s3:*"), json!(["two", "one"])),
            statement("a", json!(["s3:Get*", "s3:List*"]), json!("old")),
        ]});
        let declared = json!({"Version": "2012-10-17", "Statement": [
            statement("a", json!(["s3:List*", "s3:Get*"]), json!(["new"])),
            statement("b", json!(["s3:*"]), json!(["one", "two"])),
        ]});
        let mut shown = declared.clone();
        shown["Statement"][0]["Resource"] = json!("old");
        let node = Node::from(json!({"Policy": declared})).into_members();
        for there in [there.clone(), json!(there.to_string())] {
            let observed =
                Observed { properties: Document::new().with("Policy", there), ..Observed::default() };
            let result = difference(
                &POLICY,
                &DiffInput {
                    last: &Document::new(),
                    declared: &node,
                    observed: Some(&observed),
                    incomplete: false,
                    ignore: &[],
                    replace_on: &[],
                },
            );
            assert_eq!(result.changes[0].before, Some(shown.clone()));
            assert_eq!(result.changes[0].after, Some(Node::from(declared.clone())));
            let last = Document::new().with("Policy", declared.clone());
            let drifted = drift(
                &POLICY.properties[0],
                Reading::of(&POLICY.properties[0], |_| None),
                last.json("Policy"),
                observed.properties.json("Policy").map(Current::Set).as_ref(),
            );
            assert_eq!(drifted.and_then(|diff| diff.after), Some(Node::from(shown.clone())));
        }
    }

    #[test]
    fn create_only_changes_replace() {
        let result = compute(json!({"Zone": "a"}), json!({"Zone": "b"}), None);
        assert_eq!(result.replacing, ["Zone"]);
    }

    #[test]
    fn unknown_values_may_change() {
        let waits = AttrRef { path: crate::model::path::Path::parse("x").unwrap(), attribute: "Id".into() };
        let declared = BTreeMap::from([("Zone".to_owned(), Node::Unknown(BTreeSet::from([waits])))]);
        let last = document(json!({"Zone": "a"}));
        let result = difference(&SCHEMA, &DiffInput::plain(&last, &declared));
        assert_eq!(result.replacing, ["Zone"]);
    }

    #[test]
    fn tags_of_others_stay_and_ours_leave() {
        let tag = |key: &str| json!({"Key": key, "Value": "v"});
        let last = json!({"Tags": [tag("ours"), tag("old")]});
        let declared = json!({"Tags": [tag("ours")]});
        let with_old = json!({"Tags": [tag("ours"), tag("old"), tag("theirs")]});
        assert_eq!(compute(last.clone(), declared.clone(), Some(with_old)).aspects, BTreeSet::from(["tags"]));
        let without = json!({"Tags": [tag("ours"), tag("theirs")]});
        assert!(compute(declared.clone(), declared, Some(without)).changes.is_empty());
    }

    #[test]
    fn a_property_that_leaves_the_program_goes_back_to_its_default() {
        let result = compute(json!({"Loud": true}), json!({}), Some(json!({"Loud": true})));
        assert_eq!(result.aspects, BTreeSet::from(["loud"]));
        assert_eq!(result.changes[0].after, Some(Node::Bool(false)));
        assert!(compute(json!({"Loud": true}), json!({}), Some(json!({"Loud": false}))).changes.is_empty());
    }

    #[test]
    fn a_member_that_leaves_the_program_is_a_difference() {
        let last = json!({"Size": {"Parts": [{"A": 1, "B": 2}]}});
        let declared = json!({"Size": {"Parts": [{"A": 1}]}});
        let filled = json!({"Size": {"Parts": [{"A": 1, "B": 2, "Server": 3}]}});
        let result = compute(last.clone(), declared.clone(), Some(filled.clone()));
        assert_eq!(result.aspects, BTreeSet::from(["size"]));
        assert!(compute(declared.clone(), declared, Some(filled.clone())).changes.is_empty());
        assert!(compute(last.clone(), last, Some(filled)).changes.is_empty());
    }

    #[test]
    fn after_an_unfinished_operation_only_what_is_seen_is_trusted() {
        let last = document(json!({"Size": 1, "Loud": true, "Zone": "a"}));
        let declared = Node::from(json!({"Size": 1, "Loud": true, "Zone": "a"})).into_members();
        let seen = Observed { properties: document(json!({"Size": 1})), ..Observed::default() };
        let sides = DiffInput {
            last: &last,
            declared: &declared,
            observed: Some(&seen),
            incomplete: true,
            ignore: &[],
            replace_on: &[],
        };
        let result = difference(&SCHEMA, &sides);
        assert_eq!(result.aspects, BTreeSet::from(["loud"]));
        assert!(result.replacing.is_empty());
    }
}
