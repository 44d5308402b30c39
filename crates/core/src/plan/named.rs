//! Which resources a value names: by an id, or by another attribute.

use std::collections::HashMap;

use serde_json::Value as Json;

use crate::state::Record;

/// Records by what they are called where they are: the same may be called so elsewhere.
#[derive(Debug, Default)]
pub(crate) struct Named<'a>(HashMap<&'a str, Vec<&'a Record>>);

impl<'a> Named<'a> {
    pub(crate) fn new(records: impl Iterator<Item = &'a Record>) -> Self {
        let mut named: HashMap<&'a str, Vec<&'a Record>> = HashMap::new();
        for record in records {
            for name in called(record) {
                named.entry(name).or_default().push(record);
            }
        }
        Self(named)
    }

    /// All of one provider that a value names.
    pub(crate) fn by(&self, provider: Option<&str>, value: &Json) -> Vec<&'a Record> {
        let mut found = Vec::new();
        self.collect(value, &mut found);
        found.retain(|record| record.provider.as_deref() == provider);
        found
    }

    /// All that are called so.
    pub(crate) fn called(&self, name: &str) -> impl Iterator<Item = &'a Record> + use<'_, 'a> {
        self.0.get(name).into_iter().flatten().copied()
    }

    fn collect(&self, value: &Json, found: &mut Vec<&'a Record>) {
        match value {
            Json::String(text) => found.extend(self.called(text)),
            Json::Array(items) => items.iter().for_each(|item| self.collect(item, found)),
            Json::Object(members) => members.values().for_each(|member| self.collect(member, found)),
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
