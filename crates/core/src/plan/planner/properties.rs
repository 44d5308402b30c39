//! The properties of a resource as they shall be: evaluated, named and tagged.

use std::collections::BTreeMap;
use std::fmt;

use crate::model::document::Node;
use crate::model::program::{Program, Resource};
use crate::model::schema::Ownership;
use crate::model::value::{AttrRef, EvalError, Known};
use crate::plan::names::physical_name;
use crate::state::{InstanceId, Record};

/// A property whose value can't be told.
#[derive(Debug)]
pub(crate) struct Untold {
    pub(crate) property: String,
    error: EvalError,
}

impl fmt::Display for Untold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "property `{}`: {}", self.property, self.error)
    }
}

/// Computes the properties of `resource` as `instance`: evaluated, named and tagged. A generated
/// name is kept while the instance is the recorded one.
pub(crate) fn evaluate(
    program: &Program,
    default_tags: &BTreeMap<String, String>,
    resource: &Resource,
    instance: &InstanceId,
    record: Option<&Record>,
    known: &dyn Fn(&AttrRef) -> Known,
) -> Result<BTreeMap<String, Node>, Untold> {
    let mut properties = BTreeMap::new();
    for (name, value) in &resource.properties {
        let node = value.evaluate(known).map_err(|error| Untold { property: name.clone(), error })?;
        if !node.is_null() {
            properties.insert(name.clone(), node);
        }
    }
    if let Some((property, rule)) = resource.schema.name_property()
        && !properties.contains_key(property.name)
    {
        let recorded = record
            .filter(|record| record.instance == *instance)
            .and_then(|record| record.properties.json(property.name));
        let name = match recorded {
            Some(json) => Node::from(json.clone()),
            None => Node::String(physical_name(rule, &resource.path, instance)),
        };
        properties.insert(property.name.to_owned(), name);
    }
    if resource.schema.ownership == Ownership::Tags {
        let around = program.tags_around(&resource.path);
        let merged = merge_tags(default_tags, around, properties.remove("Tags"));
        if !merged.is_null() {
            properties.insert("Tags".to_owned(), merged);
        }
    }
    Ok(properties)
}

/// The properties with salted hashes in the place of secrets: what plan and state hold.
pub(crate) fn concealed(properties: BTreeMap<String, Node>, instance: &InstanceId) -> BTreeMap<String, Node> {
    properties.into_iter().map(|(name, node)| (name, node.concealed(instance.as_str()))).collect()
}

/// The stack's tags, under those of the components, under those of the resource. Where the
/// resource's own keys aren't known yet, nothing of the list is.
fn merge_tags(
    stack: &BTreeMap<String, String>,
    components: BTreeMap<String, String>,
    own: Option<Node>,
) -> Node {
    let mut tags: BTreeMap<String, Node> = stack
        .iter()
        .map(|(key, value)| (key.clone(), value.clone()))
        .chain(components)
        .map(|(key, value)| (key, Node::String(value)))
        .collect();
    match own {
        Some(Node::List(list)) => {
            for tag in list {
                let waits = tag.unknowns();
                let mut members = tag.into_members();
                match (members.remove("Key"), members.remove("Value")) {
                    (Some(Node::String(key)), Some(value)) => drop(tags.insert(key, value)),
                    _ if !waits.is_empty() => return Node::Unknown(waits),
                    _ => {}
                }
            }
        }
        Some(unknown @ Node::Unknown(_)) => return unknown,
        _ => {}
    }
    if tags.is_empty() {
        return Node::Null;
    }
    let tag = |(key, value)| {
        Node::Map(BTreeMap::from([("Key".to_owned(), Node::String(key)), ("Value".to_owned(), value)]))
    };
    Node::List(tags.into_iter().map(tag).collect())
}
