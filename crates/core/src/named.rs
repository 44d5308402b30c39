//! Which recorded resources a value names: by an id, or by another attribute.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::path::Path;
use crate::state::{InstanceId, Record, State};

/// What a state records, by what it is called where it is: the same may be called so elsewhere.
#[derive(Debug, Default)]
pub(crate) struct Named(BTreeMap<String, Vec<(Path, InstanceId)>>);

impl Named {
    pub(crate) fn new<'a>(records: impl Iterator<Item = &'a Record>) -> Self {
        let mut named: BTreeMap<String, Vec<(Path, InstanceId)>> = BTreeMap::new();
        for record in records {
            for name in called(record) {
                let place = (record.path.clone(), record.instance.clone());
                named.entry(name.to_owned()).or_default().push(place);
            }
        }
        Self(named)
    }

    /// All of the state that a value names which is of the same provider.
    pub(crate) fn by<'s>(&self, state: &'s State, provider: Option<&str>, value: &Json) -> Vec<&'s Record> {
        let mut found = Vec::new();
        self.collect(state, value, &mut found);
        found.retain(|record| record.provider.as_deref() == provider);
        found
    }

    fn collect<'s>(&self, state: &'s State, value: &Json, found: &mut Vec<&'s Record>) {
        match value {
            Json::String(text) => {
                let places = self.0.get(text).into_iter().flatten();
                found.extend(places.filter_map(|(path, instance)| state.record_at(path, instance)));
            }
            Json::Array(items) => items.iter().for_each(|item| self.collect(state, item, found)),
            Json::Object(members) => members.values().for_each(|member| self.collect(state, member, found)),
            _ => {}
        }
    }
}

/// What the API calls a resource: its id, and what can be nobody else's. Other attributes, such as a zone, are of many.
fn called(record: &Record) -> impl Iterator<Item = &str> {
    let arns = record.attributes.iter().filter_map(|(_, value)| value.as_str());
    let arns = arns.filter(|text| text.starts_with("arn:") && *text != record.physical_id);
    std::iter::once(record.physical_id.as_str()).chain(arns)
}

/// Whether a value names a resource: by its id, or by another of its attributes.
pub(crate) fn names_one(value: &Json, record: &Record) -> bool {
    match value {
        Json::String(text) => {
            let named = |(_, value): (&str, &Json)| value.as_str() == Some(text);
            *text == record.physical_id || record.attributes.iter().any(named)
        }
        Json::Array(items) => items.iter().any(|item| names_one(item, record)),
        Json::Object(members) => members.values().any(|member| names_one(member, record)),
        _ => false,
    }
}
