//! Reading what is declared, for what has to hold between properties.

use std::collections::BTreeMap;

use ironward_core::document::Node;

/// The text that a property is known to be.
pub(crate) fn text<'p>(properties: &'p BTreeMap<String, Node>, name: &str) -> Option<&'p str> {
    as_text(properties.get(name)?)
}

/// The number that a property is known to be, also where it is written as a text.
pub(crate) fn number(properties: &BTreeMap<String, Node>, name: &str) -> Option<i64> {
    as_number(properties.get(name)?)
}

/// The text that a value is.
pub(crate) fn as_text(node: &Node) -> Option<&str> {
    if let Node::String(text) = node { Some(text) } else { None }
}

/// The number that a value is.
pub(crate) fn as_number(node: &Node) -> Option<i64> {
    match node {
        Node::Number(number) => number.as_i64(),
        Node::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// The member of an object.
pub(crate) fn member<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    if let Node::Map(members) = node { members.get(name) } else { None }
}

/// The items of a list; none of anything else.
pub(crate) fn items(node: &Node) -> &[Node] {
    if let Node::List(items) = node { items } else { &[] }
}

/// Whether a property is declared with something in it. What isn't known yet is something.
pub(crate) fn declared(properties: &BTreeMap<String, Node>, name: &str) -> bool {
    properties.get(name).is_some_and(is_something)
}

/// Whether a value is there: no null, and no list of nothing.
pub(crate) fn is_something(node: &Node) -> bool {
    !node.is_null() && !matches!(node, Node::List(items) if items.is_empty())
}

/// Whether a property is known to be true.
pub(crate) fn is_true(properties: &BTreeMap<String, Node>, name: &str) -> bool {
    matches!(properties.get(name), Some(Node::Bool(true)))
}

/// `a`, `b` and `c`, each in backticks.
pub(crate) fn named(names: &[&str], and: &str) -> String {
    let quoted = |name: &&str| format!("`{name}`");
    match names.split_last() {
        Some((last, [])) => quoted(last),
        Some((last, others)) => {
            let others: Vec<String> = others.iter().map(quoted).collect();
            format!("{} {and} {}", others.join(", "), quoted(last))
        }
        None => String::new(),
    }
}
