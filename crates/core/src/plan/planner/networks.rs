//! What moves to another network: it can't be taken there in place.
//!
//! In which network a resource stands follows from the graph. The properties that say so
//! ([`Property::network`]) refer to parts of a network, these to the network itself, which is what has
//! no such property.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::there::there;
use super::{Decision, PlanContext, Verdict};
use crate::model::document::Document;
use crate::model::path::Path;
use crate::model::program::Resource;
use crate::model::schema::{Property, Schema};
use crate::state::{InstanceId, Record};

/// Something that resources stand in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Network<'a> {
    /// One that is there, by what the API calls it, whoever made it and however it was come by.
    There(String),
    /// One that is made.
    Made(InstanceId),
    /// Where a lookup found something without saying in which network that is.
    Of(&'a Path),
}

/// The networks of one pass, as far as it has decided.
pub(super) struct Networks<'a> {
    pub(super) scene: &'a PlanContext<'a>,
    pub(super) decided: &'a BTreeMap<Path, Decision>,
}

impl<'a> Networks<'a> {
    /// The properties of what is recorded that would have to lead to another network, among those that
    /// change.
    pub(super) fn leaving(
        &self,
        resource: &'a Resource,
        record: &'a Record,
        changes: impl Fn(&str) -> bool,
    ) -> Vec<&'static str> {
        let properties = resource.schema.properties.iter().filter(|property| property.network);
        let leaves = |property: &&Property| {
            changes(property.name) && {
                let (mut to, mut made) = (BTreeSet::new(), false);
                self.declared(resource, property, &mut to, &mut made);
                let mut from = BTreeSet::new();
                self.recorded(record, property, &mut from, &mut BTreeSet::new());
                // What exists stands in no network that is only made now.
                !to.is_empty() && from.is_disjoint(&to) && (made || !from.is_empty())
            }
        };
        properties.filter(leaves).map(|property| property.name).collect()
    }

    /// The networks that a declared property leads to, and whether one of them is to be made.
    fn declared(
        &self,
        resource: &'a Resource,
        property: &Property,
        found: &mut BTreeSet<Network<'a>>,
        made: &mut bool,
    ) {
        let program = self.scene.input.program;
        let refers = resource.properties.get(property.name).map(|value| value.references());
        for attr in refers.into_iter().flatten() {
            if let Some((path, _)) = program.lookups.get_key_value(&attr.path) {
                found.insert(self.found(path));
            }
            let Some(part) = program.resources.get(&attr.path) else { continue };
            let mut ways = ways(part.schema).peekable();
            if ways.peek().is_none()
                && let Some(decision) = self.decided.get(&part.path)
            {
                let makes = matches!(decision.verdict, Verdict::Create | Verdict::Replace);
                *made |= makes;
                found.insert(match decision.physical_id.clone().filter(|_| !makes) {
                    Some(id) => Network::There(id),
                    None => Network::Made(decision.instance.clone()),
                });
            }
            ways.for_each(|way| self.declared(part, way, found, made));
        }
    }

    /// The networks that a property leads to, as it was applied last or is seen.
    fn recorded<'r>(
        &self,
        record: &'r Record,
        property: &Property,
        found: &mut BTreeSet<Network<'a>>,
        asked: &mut BTreeSet<(&'r InstanceId, &'static str)>,
    ) where
        'a: 'r,
    {
        let input = self.scene.input;
        if !asked.insert((&record.instance, property.name)) {
            return;
        }
        let Some(schema) = input.schemas.get(record.type_name.as_str()).copied() else { return };
        for says in there(input, schema, record) {
            let Some(value) = says.json(property.name) else { continue };
            for part in self.scene.named.by(record.provider.as_deref(), value) {
                let Some(schema) = input.schemas.get(part.type_name.as_str()) else { continue };
                let mut ways = ways(schema).peekable();
                if ways.peek().is_none() {
                    found.insert(Network::There(part.physical_id.clone()));
                }
                ways.for_each(|way| self.recorded(part, way, found, asked));
            }
            let named = texts(value);
            let names = |found: &Document| found.iter().any(|(_, json)| !texts(json).is_disjoint(&named));
            let lookups = input.lookups.iter().filter(|(_, found)| names(found));
            found.extend(lookups.map(|(path, _)| self.found(path)));
        }
    }

    /// The network of what a lookup found.
    fn found(&self, path: &'a Path) -> Network<'a> {
        let input = self.scene.input;
        let attribute = input.program.lookups.get(path).and_then(|node| node.network);
        let says = attribute.and_then(|name| input.lookups.get(path)?.json(name)?.as_str());
        says.map_or(Network::Of(path), |id| Network::There(id.to_owned()))
    }
}

/// The properties that lead to the network that something of a type stands in; none of a network itself.
fn ways(schema: &Schema) -> impl Iterator<Item = &Property> {
    schema.properties.iter().filter(|property| property.network)
}

/// All texts in a value.
fn texts(json: &Json) -> BTreeSet<&str> {
    match json {
        Json::String(text) => BTreeSet::from([text.as_str()]),
        Json::Array(items) => items.iter().flat_map(texts).collect(),
        Json::Object(members) => members.values().flat_map(texts).collect(),
        _ => BTreeSet::new(),
    }
}
