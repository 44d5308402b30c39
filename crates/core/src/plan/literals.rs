//! What a service would refuse in values that are known while planning: names and tags.

use std::collections::{BTreeMap, BTreeSet};

use crate::cloud::provider::{INSTANCE_TAG, LINEAGE_TAG, Observed, declared_tags, is_mark, others, surplus};
use crate::model::document::{Document, Node};
use crate::model::program::Resource;
use crate::model::schema::{Change, Compare, Meaning, Ownership, Property, Schema};
use crate::plan::adopt::is_named;
use crate::plan::names::illegal;
use crate::state::Record;

/// The most characters of a tag's key, the most of its value, and the most tags of a resource.
///
/// Source: Tagging AWS Resources User Guide, "Tag naming limits and requirements"
/// (<https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html>).
const MOST: (usize, usize, usize) = (128, 256, 50);

/// What begins with this in a key is the cloud's own.
const RESERVED: &str = "aws:";

/// The tags that say who owns a resource.
const OWNERS: usize = 2;

/// What would be refused of `properties`, each with the property and what to do. What is as it was recorded is in force
/// already and isn't looked at, but for tags that never are since ours stand in their place.
pub(crate) fn refused(
    schema: &Schema,
    properties: &BTreeMap<String, Node>,
    recorded: Option<&Document>,
) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    for property in schema.properties {
        let Some(node) = properties.get(property.name) else { continue };
        if property.compare == Compare::Tags {
            found.extend(marks(property, node).into_iter().map(|text| (property.name, text)));
        }
        let before = recorded.and_then(|recorded| recorded.json(property.name));
        if before.is_some() && node.to_json().as_ref() == before {
            continue;
        }
        if let (Some(rule), Node::String(name)) = (property.name_rule, node)
            && let Some(reason) = illegal(&rule, name)
        {
            let text = format!(
                "`{}` is `{name}`, which {reason}: give it another name, or none, so that one is made from the path",
                property.name
            );
            found.push((property.name, text));
        }
        if property.compare == Compare::Tags {
            found.extend(tags(schema, property, node).into_iter().map(|text| (property.name, text)));
        }
    }
    found
}

/// Why the tags that a change of `aspects` would send have no room beside those of others that were seen on it.
pub(crate) fn crowded(
    resource: &Resource,
    properties: &BTreeMap<String, Node>,
    record: &Record,
    seen: &Observed,
    aspects: &BTreeSet<&'static str>,
) -> Option<(&'static str, String)> {
    let schema = resource.schema;
    let tagged = |property: &&Property| property.compare == Compare::Tags;
    let property = schema.properties.iter().find(tagged)?;
    let writes = matches!(property.change, Change::Update(aspect) if aspects.contains(aspect));
    let there = seen.tags.as_ref().filter(|_| writes && schema.ownership == Ownership::Tags)?;
    let last = declared_tags(&record.properties);
    let declared = if resource.options.ignore_changes.contains(&property.name) {
        last.keys().map(String::as_str).collect()
    } else {
        properties.get(property.name).map(keys).unwrap_or_default()
    };
    let paths = [Some(&resource.path), Some(&record.path), record.former.as_ref()];
    let named = is_named(Some(seen), &record.properties, paths.into_iter().flatten());
    let others = others(there, named, |key| declared.contains(&key) || last.contains_key(key));
    let surplus = surplus(declared.len() + OWNERS, others.len());
    if surplus == 0 {
        return None;
    }
    let (.., most) = MOST;
    let whose: Vec<String> = others.iter().take(3).map(|key| format!("`{key}`")).collect();
    let more = others.len().saturating_sub(whose.len());
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let text = format!(
        "with the two that say who owns it and what others tagged it with ({}{more}), there would be {} tags on \
         it, and {most} are the most: take {surplus} away",
        whose.join(", "),
        most + surplus,
    );
    Some((property.name, text))
}

/// The declared keys of tags.
fn keys<'n>(node: &'n Node) -> Vec<&'n str> {
    let Node::List(list) = node else { return Vec::new() };
    let key = |tag: &'n Node| match tag {
        Node::Map(members) => match members.get("Key") {
            Some(Node::String(key)) => Some(key.as_str()),
            _ => None,
        },
        _ => None,
    };
    list.iter().filter_map(key).collect()
}

/// Whether keys that differ in case alone are one.
fn is_caseless(property: &Property) -> bool {
    property.members.iter().any(|row| row.path == "Key" && row.meaning == Meaning::IgnoreCase)
}

/// Declared tags that are marks, by which the owner of something is told.
fn marks(property: &Property, node: &Node) -> Vec<String> {
    let owners = |key: &str| [LINEAGE_TAG, INSTANCE_TAG].iter().any(|mark| mark.eq_ignore_ascii_case(key));
    let mark = |key: &&str| is_mark(key) || (is_caseless(property) && owners(key));
    let refused = |key: &str| {
        format!(
            "the tag `{key}` is one that Ironward writes itself, to tell whose a resource is and where it is \
             declared: name it otherwise, or leave it out"
        )
    };
    keys(node).into_iter().filter(mark).map(refused).collect()
}

fn tags(schema: &Schema, property: &Property, node: &Node) -> Vec<String> {
    let Node::List(list) = node else { return Vec::new() };
    let (key_length, value_length, count) = MOST;
    let mut found = Vec::new();
    for tag in list {
        let Node::Map(members) = tag else { continue };
        let Some(Node::String(key)) = members.get("Key") else { continue };
        let length = key.chars().count();
        if length > key_length {
            let start: String = key.chars().take(20).collect();
            found.push(format!(
                "the tag `{start}…` has a key of {length} characters, and {key_length} are the most: shorten it"
            ));
        } else if key.is_empty() {
            found.push("a tag has an empty key: name it, or leave it out".to_owned());
        } else if key.to_lowercase().starts_with(RESERVED) {
            found.push(format!(
                "the tag `{key}` begins with `{RESERVED}`, which AWS keeps for its own: name it otherwise"
            ));
        }
        if let Some(Node::String(value)) = members.get("Value") {
            let length = value.chars().count();
            if length > value_length {
                found.push(format!(
                    "the tag `{key}` has a value of {length} characters, and {value_length} are the most: shorten it"
                ));
            }
        }
    }
    let owners = if schema.ownership == Ownership::Tags { OWNERS } else { 0 };
    if list.len() + owners > count {
        let with = if owners > 0 { ", with the two that say who owns it" } else { "" };
        found.push(format!(
            "it has {} tags{with}, and {count} are the most: take {} away",
            list.len() + owners,
            list.len() + owners - count
        ));
    }
    if is_caseless(property) {
        let mut seen: BTreeMap<String, &str> = BTreeMap::new();
        for key in keys(node) {
            if let Some(other) = seen.insert(key.to_lowercase(), key) {
                found.push(format!(
                    "the tags `{other}` and `{key}` are one, since keys have no case there: keep one of them"
                ));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::cloud::provider::{NAME_TAG, PATH_TAG, STACK_TAG, USER_TAG};
    use crate::model::schema::{Change, Member, NameRule};

    const CASELESS: &[Member] = &[Member::new("Key", Meaning::IgnoreCase)];

    static THING: Schema = {
        const PROPERTIES: &[Property] = &[
            Property {
                name_rule: Some(NameRule { reserved: &["sg-"], ..NameRule::new(10) }),
                ..Property::new("Name", Change::Replace)
            },
            Property {
                compare: Compare::Tags,
                members: CASELESS,
                ..Property::new("Tags", Change::Update("tags"))
            },
        ];
        let mut schema = Schema::new("Test::Thing", "Id", PROPERTIES, &[]);
        schema.ownership = Ownership::Tags;
        schema
    };

    fn check(properties: Json, recorded: Option<Json>) -> Vec<String> {
        let recorded = recorded.map(|json| serde_json::from_value::<Document>(json).unwrap());
        let found = refused(&THING, &Node::from(properties).into_members(), recorded.as_ref());
        found.into_iter().map(|(_, text)| text).collect()
    }

    fn tagged(tags: &[(&str, &str)]) -> Json {
        let tags: Vec<Json> = tags.iter().map(|(key, value)| json!({"Key": key, "Value": value})).collect();
        json!({"Tags": tags})
    }

    #[track_caller]
    fn one(found: &[String], part: &str) {
        assert!(found.len() == 1 && found[0].contains(part), "{found:?}");
    }

    #[test]
    fn what_is_legal_is_left_alone() {
        assert_eq!(check(json!({"Name": "web"}), None), Vec::<String>::new());
        assert_eq!(check(tagged(&[("a", "b"), ("owner", "")]), None), Vec::<String>::new());
    }

    #[test]
    fn a_name_is_refused_unless_it_is_in_force() {
        one(&check(json!({"Name": "sg-web"}), None), "begins with `sg-`");
        assert_eq!(check(json!({"Name": "sg-web"}), Some(json!({"Name": "sg-web"}))), Vec::<String>::new());
    }

    #[test]
    fn tags_have_keys_values_and_a_number_that_are_legal() {
        one(&check(tagged(&[("aws:owner", "x")]), None), "`aws:owner` begins with `aws:`");
        one(&check(tagged(&[("AWS:owner", "x")]), None), "begins with `aws:`");
        one(&check(tagged(&[("", "x")]), None), "empty key");
        for key in [LINEAGE_TAG, INSTANCE_TAG, PATH_TAG, STACK_TAG, &format!("{USER_TAG}abc")] {
            let found = check(tagged(&[(key, "x")]), None);
            one(&found, &format!("`{key}` is one that Ironward writes itself"));
            // What was accepted before never settled.
            assert_eq!(check(tagged(&[(key, "x")]), Some(tagged(&[(key, "x")]))), found);
        }
        assert_eq!(check(tagged(&[("ironward:other", "x"), (NAME_TAG, "x")]), None), Vec::<String>::new());
        one(&check(tagged(&[(&"k".repeat(129), "x")]), None), "129 characters");
        one(&check(tagged(&[("k", &"v".repeat(257))]), None), "257 characters");
        let many: Vec<String> = (0..49).map(|index| format!("key-{index}")).collect();
        let many: Vec<(&str, &str)> = many.iter().map(|key| (key.as_str(), "v")).collect();
        one(&check(tagged(&many), None), "51 tags, with the two that say who owns it, and 50 are the most");
        assert_eq!(check(tagged(&many[1..]), None), Vec::<String>::new());
        one(&check(tagged(&[("Environment", "a"), ("environment", "b")]), None), "are one");
    }

    #[test]
    fn a_key_is_a_mark_in_another_case_only_where_keys_have_none() {
        const PROPERTIES: &[Property] =
            &[Property { compare: Compare::Tags, ..Property::new("Tags", Change::Update("tags")) }];
        static CASED: Schema = Schema::new("Test::Cased", "Id", PROPERTIES, &[]);
        let properties = |key: &str| Node::from(tagged(&[(key, "x")])).into_members();
        assert_eq!(refused(&CASED, &properties("Ironward:Lineage"), None), Vec::new());
        assert_eq!(refused(&CASED, &properties("ironward:lineage"), None).len(), 1);
        one(&check(tagged(&[("Ironward:Lineage", "x")]), None), "one that Ironward writes itself");
        // These give way to what is declared.
        assert_eq!(check(tagged(&[("Ironward:Path", "x"), ("name", "x")]), None), Vec::<String>::new());
    }
}
