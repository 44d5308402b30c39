//! What the schemas say of values, as source of `ironward-aws`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

use super::pattern;

/// What is said of the value at one place.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Row {
    pub(super) kinds: Vec<String>,
    pub(super) values: Vec<String>,
    pub(super) length: Bounds,
    pub(super) items: Bounds,
    pub(super) range: Bounds,
    pub(super) pattern: Option<String>,
    pub(super) requires: Vec<String>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(super) struct Bounds {
    pub(super) least: Option<f64>,
    pub(super) most: Option<f64>,
}

/// The source of the rows of a type; `writable` are the paths that can be written.
pub(super) fn rows(schema: &Value, writable: impl Fn(&str) -> bool) -> String {
    let rows = said(schema, writable);
    let said = rows.iter().filter(|(_, row)| **row != Row::default());
    said.map(|(path, row)| row.source(path)).collect()
}

/// What is said of each path that can be written; the empty path is the type itself.
pub(super) fn said(schema: &Value, writable: impl Fn(&str) -> bool) -> BTreeMap<String, Row> {
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    let required = Row { requires: names(&schema["required"]), ..Row::default() };
    rows.insert(String::new(), required);
    let mut keep = |path: &str, node: &Value| {
        if !writable(path) {
            return false;
        }
        let row = row(schema, node);
        rows.entry(path.to_owned()).and_modify(|other| other.widen(&row)).or_insert(row);
        true
    };
    super::members(schema, schema, "", &mut Vec::new(), &mut keep);
    // What can't be written can't be asked for.
    let known: Vec<String> = rows.keys().cloned().collect();
    for (path, row) in &mut rows {
        let member = |name: &String| if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        row.requires.retain(|name| known.binary_search(&member(name)).is_ok());
    }
    rows
}

/// What a node says: of a list, also what it says of its items.
fn row(schema: &Value, node: &Value) -> Row {
    let mut row = Row::default();
    let node = resolved(schema, node);
    row.read(schema, node);
    row.kinds = match &node["type"] {
        Value::String(kind) => vec![kind.clone()],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    row.items = Bounds::read(node, "minItems", "maxItems");
    if let Some(items) = node.get("items") {
        row.read(schema, resolved(schema, items));
    }
    row
}

pub(crate) fn resolved<'s>(schema: &'s Value, node: &'s Value) -> &'s Value {
    match node["$ref"].as_str() {
        Some(reference) => schema.pointer(reference.trim_start_matches('#')).unwrap_or(node),
        None => node,
    }
}

fn names(list: &Value) -> Vec<String> {
    let mut names: Vec<String> =
        list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    names.sort();
    names.dedup();
    names
}

impl Row {
    /// Takes over what a node says of one value. Of several alternatives nothing is taken: which one holds isn't known.
    fn read(&mut self, schema: &Value, node: &Value) {
        let text = |value: &Value| match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let values = node["enum"].as_array();
        self.values.extend(values.into_iter().flatten().filter(|value| !value.is_null()).map(text));
        self.requires.extend(names(&node["required"]));
        let narrow = |ours: &mut Bounds, theirs: Bounds| {
            ours.least = theirs.least.or(ours.least);
            ours.most = theirs.most.or(ours.most);
        };
        narrow(&mut self.length, Bounds::read(node, "minLength", "maxLength"));
        narrow(&mut self.range, Bounds::read(node, "minimum", "maximum"));
        if let Some(translated) = node["pattern"].as_str().and_then(pattern::translated) {
            self.pattern = Some(translated);
        }
        for all in node["allOf"].as_array().into_iter().flatten() {
            self.read(schema, resolved(schema, all));
        }
    }

    /// Allows what another alternative allows as well.
    fn widen(&mut self, other: &Self) {
        if self.kinds != other.kinds {
            self.kinds.clear();
        }
        if self.values.is_empty() || other.values.is_empty() {
            self.values.clear();
        } else {
            let more = other.values.iter().filter(|value| !self.values.contains(value)).cloned();
            let more: Vec<String> = more.collect();
            self.values.extend(more);
        }
        self.length.widen(other.length);
        self.items.widen(other.items);
        self.range.widen(other.range);
        if self.pattern != other.pattern {
            self.pattern = None;
        }
        self.requires.retain(|name| other.requires.contains(name));
    }

    fn source(&self, path: &str) -> String {
        let list =
            |texts: &[String]| texts.iter().map(|text| format!("{text:?}")).collect::<Vec<_>>().join(", ");
        let mut text = format!("Shape::new({path:?})");
        let mut kinds: Vec<String> =
            self.kinds.iter().map(|kind| format!("Kind::{}", pascal(kind))).collect();
        kinds.dedup();
        if !kinds.is_empty() {
            let _ = write!(text, ".kinds(&[{}])", kinds.join(", "));
        }
        if !self.values.is_empty() {
            let _ = write!(text, ".values(&[{}])", list(&self.values));
        }
        for (name, bounds) in [("length", self.length), ("items", self.items), ("range", self.range)] {
            if let Some(bounds) = bounds.source() {
                let _ = write!(text, ".{name}({bounds})");
            }
        }
        if let Some(pattern) = &self.pattern {
            let hashes = if pattern.contains('"') { "#" } else { "" };
            let _ = write!(text, ".pattern(r{hashes}\"{pattern}\"{hashes})");
        }
        if !self.requires.is_empty() {
            let _ = write!(text, ".requires(&[{}])", list(&self.requires));
        }
        text.push_str(",\n");
        text
    }
}

impl Bounds {
    fn read(node: &Value, least: &str, most: &str) -> Self {
        Self { least: node[least].as_f64(), most: node[most].as_f64() }
    }

    fn widen(&mut self, other: Self) {
        self.least = self.least.zip(other.least).map(|(a, b)| a.min(b));
        self.most = self.most.zip(other.most).map(|(a, b)| a.max(b));
    }

    fn source(self) -> Option<String> {
        match (self.least.filter(|least| *least != 0.0), self.most) {
            (Some(least), Some(most)) => Some(format!("Bounds::between({least:?}, {most:?})")),
            (Some(least), None) => Some(format!("Bounds::least({least:?})")),
            (None, Some(most)) if self.least.is_some() => Some(format!("Bounds::between(0.0, {most:?})")),
            (None, Some(most)) => Some(format!("Bounds::most({most:?})")),
            (None, None) => self.least.map(|least| format!("Bounds::least({least:?})")),
        }
    }
}

fn pascal(kind: &str) -> String {
    let mut letters = kind.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn all_that_is_said_of_values_is_written() {
        let schema = json!({
            "properties": {
                "Days": {"type": "integer", "minimum": 7, "maximum": 30},
                "Name": {"type": "string", "minLength": 1, "pattern": "^[a-z]+$"},
                "Rules": {"type": "array", "maxItems": 2, "items": {"$ref": "#/definitions/Rule"}},
                "Arn": {"type": "string"},
            },
            "required": ["Name", "Arn"],
            "definitions": {"Rule": {
                "type": "object",
                "properties": {"Class": {"enum": ["a", "b"]}, "Id": {"type": "string"}},
                "required": ["Class"],
            }},
        });
        assert_eq!(
            rows(&schema, |path| path != "Arn"),
            "Shape::new(\"\").requires(&[\"Name\"]),\n\
             Shape::new(\"Days\").kinds(&[Kind::Integer]).range(Bounds::between(7.0, 30.0)),\n\
             Shape::new(\"Name\").kinds(&[Kind::String]).length(Bounds::least(1.0)).pattern(r\"^[a-z]+$\"),\n\
             Shape::new(\"Rules\").kinds(&[Kind::Array]).items(Bounds::most(2.0)).requires(&[\"Class\"]),\n\
             Shape::new(\"Rules.Class\").values(&[\"a\", \"b\"]),\n\
             Shape::new(\"Rules.Id\").kinds(&[Kind::String]),\n"
        );
    }

    #[test]
    fn of_several_alternatives_each_is_allowed() {
        let schema = json!({
            "properties": {"Target": {"type": "object", "oneOf": [
                {"properties": {"Kind": {"type": "string", "enum": ["a"]}, "Size": {"maximum": 3}}, "required": ["Kind"]},
                {"properties": {"Kind": {"type": "string", "enum": ["b"]}, "Size": {"maximum": 5}}},
            ]}},
        });
        assert_eq!(
            rows(&schema, |_| true),
            "Shape::new(\"Target\").kinds(&[Kind::Object]),\n\
             Shape::new(\"Target.Kind\").kinds(&[Kind::String]).values(&[\"a\", \"b\"]),\n\
             Shape::new(\"Target.Size\").range(Bounds::most(5.0)),\n"
        );
    }
}
