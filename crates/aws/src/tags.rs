//! Tags on resources.

use std::collections::BTreeMap;

use ironward_core::output::{IntoInput, Output, ToValue};
use ironward_core::value::Value;

/// Tags: up to 50 keys of at most 128 characters with values of at most 256, not starting with
/// `aws:`. In property documents they are a list of `Key` and `Value`.
#[derive(Debug, Clone, Default)]
pub struct Tags(BTreeMap<String, Output<String>>);

impl Tags {
    /// Adds a tag, or replaces the one of the same key.
    pub fn insert(&mut self, key: impl Into<String>, value: impl IntoInput<String>) {
        self.0.insert(key.into(), value.into_input());
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl ToValue for Tags {
    fn to_value(&self) -> Value {
        let tag = |(key, value): (&String, &Output<String>)| {
            Value::Map(BTreeMap::from([
                ("Key".to_owned(), key.to_value()),
                ("Value".to_owned(), value.to_value()),
            ]))
        };
        Value::List(self.0.iter().map(tag).collect())
    }
}
