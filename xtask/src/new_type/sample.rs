//! The smallest document of a type that its schema takes.

use regex_lite::Regex;
use serde_json::{Map, Value, json};

use crate::registry::{paths, resolved, translated};

/// Texts that patterns commonly ask for, the simplest first.
const TEXTS: [&str; 12] = [
    "example",
    "Example",
    "1",
    "example.com",
    "arn:aws:iam::123456789012:role/example",
    "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555",
    "123456789012",
    "10.0.0.0/16",
    "/example/",
    "https://example.com",
    "11111111-2222-3333-4444-555555555555",
    "us-east-1",
];

/// How deep members are followed: a definition may contain itself.
const DEPTH: usize = 8;

/// The document with what is required alone. Texts that no guess fits are `missing`.
pub(super) fn minimal(schema: &Value, missing: &str) -> Value {
    let read_only = paths(schema, "readOnlyProperties");
    let sampler = Sampler { schema, missing };
    let mut document = sampler.object(schema, DEPTH);
    if let Some(members) = document.as_object_mut() {
        members.retain(|name, _| !read_only.contains(name));
    }
    document
}

struct Sampler<'s> {
    schema: &'s Value,
    missing: &'s str,
}

impl Sampler<'_> {
    fn object(&self, node: &Value, depth: usize) -> Value {
        let mut members = Map::new();
        for name in node["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            members.insert(name.to_owned(), self.value(&node["properties"][name], depth));
        }
        Value::Object(members)
    }

    fn value(&self, node: &Value, depth: usize) -> Value {
        let node = resolved(self.schema, node);
        if let Some(first) = node["enum"].get(0) {
            return first.clone();
        }
        match node["type"].as_str() {
            Some("string") => json!(self.text(node)),
            Some("integer") => json!(node["minimum"].as_i64().unwrap_or(1)),
            Some("number") => json!(node["minimum"].as_f64().unwrap_or(1.0)),
            Some("boolean") => json!(true),
            Some("array") if depth > 0 => {
                let least = node["minItems"].as_u64().unwrap_or(1).max(1);
                (0..least).map(|_| self.value(&node["items"], depth - 1)).collect()
            }
            Some("array") => json!([]),
            _ if depth > 0 => self.object(node, depth - 1),
            _ => json!({}),
        }
    }

    fn text(&self, node: &Value) -> String {
        let (least, most) = (node["minLength"].as_u64().unwrap_or(0), node["maxLength"].as_u64());
        let pattern =
            node["pattern"].as_str().and_then(translated).and_then(|pattern| Regex::new(&pattern).ok());
        let fits = |text: &str| {
            let length = text.chars().count() as u64;
            length >= least
                && most.is_none_or(|most| length <= most)
                && pattern.as_ref().is_none_or(|pattern| pattern.is_match(text))
        };
        let long = "a".repeat(usize::try_from(least.max(1)).unwrap_or(1));
        let guess = TEXTS.into_iter().chain([long.as_str()]).find(|text| fits(text));
        guess.unwrap_or(self.missing).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_required_is_in_it_and_fits() {
        let schema = json!({
            "properties": {
                "Arn": {"type": "string"},
                "Code": {"type": "string", "pattern": "^[0-9]{12}$"},
                "Hard": {"type": "string", "pattern": "^zz[0-9]$"},
                "Long": {"type": "string", "minLength": 60},
                "Policy": {},
                "Rules": {"type": "array", "minItems": 2, "items": {"$ref": "#/definitions/Rule"}},
                "Spare": {"type": "string"},
            },
            "definitions": {"Rule": {
                "type": "object",
                "properties": {"Kind": {"type": "string", "enum": ["x"]}, "Size": {"type": "integer", "minimum": 7}},
                "required": ["Kind", "Size"],
            }},
            "required": ["Arn", "Code", "Hard", "Long", "Policy", "Rules"],
            "readOnlyProperties": ["/properties/Arn"],
        });
        let rule = json!({"Kind": "x", "Size": 7});
        assert_eq!(
            minimal(&schema, "?"),
            json!({
                "Code": "123456789012",
                "Hard": "?",
                "Long": TEXTS[5],
                "Policy": {},
                "Rules": [rule, rule],
            })
        );
    }

    #[test]
    fn a_definition_that_contains_itself_ends() {
        let node = json!({"type": "object", "properties": {"In": {"$ref": "#/definitions/Node"}}, "required": ["In"]});
        let schema = json!({
            "properties": {"In": {"$ref": "#/definitions/Node"}},
            "required": ["In"],
            "definitions": {"Node": node},
        });
        assert!(minimal(&schema, "?")["In"]["In"].is_object());
    }
}
