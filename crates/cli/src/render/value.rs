//! Values and the differences between them, leaf by leaf.

use std::collections::{BTreeMap, BTreeSet};

use ironward_core::diff::PropertyDiff;
use ironward_core::document::Node;
use ironward_core::secret::MARK;
use serde_json::Value as Json;

/// One difference inside a property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Leaf {
    /// The property and the way into it: `Policy.Statement[0].Action`.
    pub(crate) name: String,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
}

/// A value on one line.
pub(crate) fn text(node: &Node) -> String {
    match node {
        Node::Unknown(waits) => {
            let waits: Vec<String> = waits.iter().map(ToString::to_string).collect();
            format!("(known after apply: {})", waits.join(", "))
        }
        Node::List(items) => {
            if let Some(tags) = tags(items) {
                let tags: Vec<String> =
                    tags.iter().map(|(key, value)| format!("{key} = {}", text(value))).collect();
                return format!("{{ {} }}", tags.join(", "));
            }
            format!("[{}]", items.iter().map(text).collect::<Vec<_>>().join(", "))
        }
        node if is_secret(node) => "(secret)".to_owned(),
        Node::Map(members) if members.is_empty() => "{}".to_owned(),
        Node::Map(members) => {
            let members: Vec<String> =
                members.iter().map(|(name, member)| format!("{name}: {}", text(member))).collect();
            format!("{{ {} }}", members.join(", "))
        }
        known => known.to_json().map_or_else(String::new, |json| json.to_string()),
    }
}

/// Whether this stands in the place of a secret.
fn is_secret(node: &Node) -> bool {
    match node {
        Node::Secret(_) => true,
        Node::Map(members) => members.len() == 1 && members.contains_key(MARK),
        _ => false,
    }
}

/// A JSON value on one line.
pub(crate) fn json(value: &Json) -> String {
    text(&Node::from(value.clone()))
}

/// The differences inside a property; where nothing but the form differs, the property itself.
pub(crate) fn leaves(diff: &PropertyDiff) -> Vec<Leaf> {
    let before = diff.before.clone().map(Node::from);
    let mut found = Vec::new();
    compare(&diff.property, before.as_ref(), diff.after.as_ref(), &mut found);
    if found.is_empty() {
        found.push(Leaf {
            name: diff.property.clone(),
            before: before.as_ref().map(text),
            after: diff.after.as_ref().map(text),
        });
    }
    found
}

fn compare(name: &str, before: Option<&Node>, after: Option<&Node>, found: &mut Vec<Leaf>) {
    let (Some(old), Some(new)) = (before, after) else {
        if before.is_some() || after.is_some() {
            found.push(Leaf { name: name.to_owned(), before: before.map(text), after: after.map(text) });
        }
        return;
    };
    if old == new {
        return;
    }
    match (old, new) {
        (old, new) if is_secret(old) && is_secret(new) => found.push(Leaf {
            name: name.to_owned(),
            before: Some(text(old)),
            after: Some("(another secret)".to_owned()),
        }),
        (old, new) if is_secret(old) || is_secret(new) => {
            found.push(Leaf { name: name.to_owned(), before: Some(text(old)), after: Some(text(new)) });
        }
        (Node::Map(old), Node::Map(new)) => members(name, old, new, found),
        (Node::List(old), Node::List(new)) => match (tags(old), tags(new)) {
            (Some(old), Some(new)) => members(name, &old, &new, found),
            (Some(old), None) if new.is_empty() => members(name, &old, &BTreeMap::new(), found),
            (None, Some(new)) if old.is_empty() => members(name, &BTreeMap::new(), &new, found),
            _ if old.iter().chain(new).all(|item| matches!(item, Node::Map(_))) => {
                items(name, old, new, found);
            }
            _ => found.push(Leaf { name: name.to_owned(), before: before.map(text), after: after.map(text) }),
        },
        _ => match (document(old), document(new)) {
            (Some(old), Some(new)) => compare(name, Some(&old), Some(&new), found),
            _ if text(old).trim_matches('"') == text(new).trim_matches('"') => {}
            _ => found.push(Leaf { name: name.to_owned(), before: before.map(text), after: after.map(text) }),
        },
    }
}

fn members(name: &str, old: &BTreeMap<String, Node>, new: &BTreeMap<String, Node>, found: &mut Vec<Leaf>) {
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for member in names {
        compare(&format!("{name}.{member}"), old.get(member), new.get(member), found);
    }
}

/// Items that stand on both sides don't differ, wherever they stand; the others are compared
/// in pairs.
fn items(name: &str, old: &[Node], new: &[Node], found: &mut Vec<Leaf>) {
    let mut old: Vec<(usize, &Node)> = old.iter().enumerate().collect();
    let mut left: Vec<(usize, &Node)> = Vec::new();
    for (index, item) in new.iter().enumerate() {
        match old.iter().position(|(_, other)| *other == item) {
            Some(at) => {
                old.remove(at);
            }
            None => left.push((index, item)),
        }
    }
    for pair in 0..old.len().max(left.len()) {
        let (before, after) = (old.get(pair), left.get(pair));
        let index = after.or(before).map_or(pair, |(index, _)| *index);
        compare(&format!("{name}[{index}]"), before.map(|b| b.1), after.map(|a| a.1), found);
    }
}

/// A document that is a text, such as a policy, or a document as it is.
fn document(node: &Node) -> Option<Node> {
    match node {
        Node::Map(_) => Some(node.clone()),
        Node::String(text) if text.trim_start().starts_with('{') => {
            let json: Json = serde_json::from_str(text).ok()?;
            Some(Node::from(json))
        }
        _ => None,
    }
}

/// A list of `{Key, Value}` as what it means.
fn tags(items: &[Node]) -> Option<BTreeMap<String, Node>> {
    if items.is_empty() {
        return None;
    }
    items
        .iter()
        .map(|item| match item {
            Node::Map(members) if members.len() == 2 => match (members.get("Key")?, members.get("Value")?) {
                (Node::String(key), value) => Some((key.clone(), value.clone())),
                _ => None,
            },
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_secret_is_named_and_not_shown() {
        let secret = |hash: &str| json!({"Env": [{"Name": "A", "Value": {"$secret": hash}}]});
        assert_eq!(compared(secret("1f"), secret("2f")), ["P.Env[0].Value: (secret) → (another secret)"]);
        assert_eq!(text(&Node::from(secret("1f"))), "{ Env: [{ Name: \"A\", Value: (secret) }] }");
        let plain = json!({"Env": [{"Name": "A", "Value": "x"}]});
        assert_eq!(compared(plain, secret("2f")), ["P.Env[0].Value: \"x\" → (secret)"]);
    }

    fn compared(before: Json, after: Json) -> Vec<String> {
        let (before, after) = (Node::from(before), Node::from(after));
        let mut found = Vec::new();
        compare("P", Some(&before), Some(&after), &mut found);
        found
            .into_iter()
            .map(|leaf| {
                let side = |side: Option<String>| side.unwrap_or_else(|| "none".into());
                format!("{}: {} → {}", leaf.name, side(leaf.before), side(leaf.after))
            })
            .collect()
    }

    #[track_caller]
    fn check(before: Json, after: Json, expected: &[&str]) {
        assert_eq!(compared(before, after), expected);
    }

    #[test]
    fn only_what_differs_is_named() {
        check(json!({"A": 1, "B": {"C": 2}}), json!({"A": 1, "B": {"C": 3}}), &["P.B.C: 2 → 3"]);
        check(json!(1), json!("x"), &["P: 1 → \"x\""]);
        check(json!(["a", "b"]), json!(["a"]), &["P: [\"a\", \"b\"] → [\"a\"]"]);
    }

    #[test]
    fn policies_in_text_are_looked_into() {
        let before = json!(r#"{"Statement":[{"Effect":"Allow"},{"Sid":"x"}]}"#);
        let after = json!({"Statement": [{"Sid": "x"}, {"Effect": "Deny"}]});
        check(before, after, &["P.Statement[1].Effect: \"Allow\" → \"Deny\""]);
    }

    #[test]
    fn tags_are_named_by_their_key() {
        let before = json!([{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]);
        let after = json!([{"Key": "b", "Value": "3"}, {"Key": "c", "Value": "4"}]);
        check(before, after, &["P.a: \"1\" → none", "P.b: \"2\" → \"3\"", "P.c: none → \"4\""]);
        let one = json!([{"Key": "a", "Value": "1"}]);
        check(json!([]), one.clone(), &["P.a: none → \"1\""]);
        check(one, json!([]), &["P.a: \"1\" → none"]);
    }

    #[test]
    fn unknown_values_say_what_they_wait_for() {
        let path = ironward_core::path::Path::parse("fhir/key").unwrap();
        let waits = ironward_core::value::AttrRef { path, attribute: "Arn".into() };
        assert_eq!(text(&Node::Unknown(BTreeSet::from([waits]))), "(known after apply: fhir/key.Arn)");
    }
}
