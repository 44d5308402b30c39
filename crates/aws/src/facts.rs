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
