//! What a registry schema says of a type that is to be written.

use std::collections::BTreeSet;

use serde_json::Value;

use super::names::{field, module, own, pascal, snake};
use crate::registry::{paths, resolved, writable};

/// A type to be written.
#[derive(Debug)]
pub(super) struct NewType {
    /// Such as `AWS::Logs::MetricFilter`.
    pub(super) name: String,
    /// The directory of the service, such as `logs`.
    pub(super) service: String,
    /// The file's name without its ending, such as `metric_filter`.
    pub(super) module: String,
    /// Such as `MetricFilter`.
    pub(super) ident: String,
    /// What is required first, tags last.
    pub(super) properties: Vec<Property>,
    /// The one that the API knows it by first.
    pub(super) attributes: Vec<Attribute>,
    /// What can be read and no attribute was made of.
    pub(super) unread: Vec<String>,
    /// The properties that identify it to the schema, and whether a declaration says all of them.
    pub(super) identity: (Vec<String>, bool),
}

/// A property to be written.
#[derive(Debug)]
pub(super) struct Property {
    pub(super) name: String,
    pub(super) field: String,
    pub(super) kind: Kind,
    pub(super) required: bool,
    /// Such as `create_only`.
    pub(super) facts: Vec<String>,
    /// What the author has to decide, a sentence each.
    pub(super) questions: Vec<String>,
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Text,
    Integer,
    Number,
    Boolean,
    List(Box<Kind>),
    Tags,
    /// What takes a type of its own.
    Open,
}

/// An attribute to be written.
#[derive(Debug, PartialEq)]
pub(super) struct Attribute {
    pub(super) method: String,
    /// Such as `MetricFilterId`, which is declared beside the type, or `String`.
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) predict: Option<String>,
}

impl Kind {
    fn of(schema: &Value, node: &Value) -> Self {
        let node = resolved(schema, node);
        match node["type"].as_str() {
            Some("string") => Self::Text,
            Some("integer") => Self::Integer,
            Some("number") => Self::Number,
            Some("boolean") => Self::Boolean,
            Some("array") => match Self::of(schema, &node["items"]) {
                // What is in lists of lists is for the author to say.
                Self::List(_) => Self::Open,
                item => Self::List(Box::new(item)),
            },
            _ => Self::Open,
        }
    }

    /// The type of an attribute that holds this; none where no simple one does.
    fn plain(&self) -> Option<&'static str> {
        match self {
            Self::Text => Some("String"),
            Self::Integer => Some("i64"),
            Self::Number => Some("f64"),
            Self::Boolean => Some("bool"),
            Self::List(_) | Self::Tags | Self::Open => None,
        }
    }

    /// The type of a field.
    pub(super) fn field(&self) -> String {
        match self {
            Self::List(item) => format!("Vec<{}>", item.field()),
            Self::Tags => "Tags".to_owned(),
            kind => kind.plain().map_or_else(|| "Value".to_owned(), |plain| format!("Output<{plain}>")),
        }
    }

    /// Whether nothing of it and none of it are the same.
    pub(super) fn is_collection(&self) -> bool {
        matches!(self, Self::List(_) | Self::Tags)
    }

    fn is_open(&self) -> bool {
        match self {
            Self::List(item) => item.is_open(),
            kind => *kind == Self::Open,
        }
    }
}

impl NewType {
    /// Reads the schema of `name`, whose service stands in the directory `service`.
    pub(super) fn read(name: &str, service: &str, schema: &Value) -> Self {
        let kind = snake(name.rsplit("::").next().unwrap_or(name));
        let ident = pascal(&kind);
        let marks = writable(schema);
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let mut properties = Vec::new();
        for (property, own_marks) in marks.iter().filter(|(path, _)| !path.contains('.')) {
            let of = Described { schema, node: &schema["properties"][property], name: property };
            let mut made = of.property(&kind, own_marks, required.contains(&property.as_str()));
            let below = format!("{property}.");
            let replaced: Vec<String> = paths(schema, "createOnlyProperties")
                .into_iter()
                .filter(|path| path.starts_with(&below))
                .collect();
            if !replaced.is_empty() {
                made.questions.push(format!("a change of {} replaces, says the schema.", quoted(&replaced)));
            }
            properties.push(made);
        }
        properties.sort_by_key(|property| (property.kind == Kind::Tags, !property.required));
        let writable_names: BTreeSet<&str> =
            properties.iter().map(|property| property.name.as_str()).collect();
        let primary = paths(schema, "primaryIdentifier");
        let declared =
            !primary.is_empty() && primary.iter().all(|name| writable_names.contains(name.as_str()));
        let (attributes, unread) = attributes(schema, &ident, &primary, declared);
        Self {
            name: name.to_owned(),
            service: service.to_owned(),
            module: module(&kind),
            ident,
            properties,
            attributes,
            unread,
            identity: (primary, declared),
        }
    }

    /// Whether it has tags under the name that all types have them under.
    pub(super) fn has_tags(&self) -> bool {
        self.properties.iter().any(|property| property.kind == Kind::Tags)
    }
}

/// A property as the schema describes it.
struct Described<'s> {
    schema: &'s Value,
    node: &'s Value,
    name: &'s str,
}

impl Described<'_> {
    fn property(&self, of: &str, marks: &[&str], required: bool) -> Property {
        let Self { schema, node, name } = *self;
        let kind = if name == "Tags" { Kind::Tags } else { Kind::of(schema, node) };
        let field = field(&snake(name), of);
        let mut facts = Vec::new();
        if pascal(&field) != name {
            facts.push(format!("name = {name:?}"));
        }
        for (mark, fact) in [("create-only", "create_only"), ("write-only", "write_only")] {
            if marks.contains(&mark) {
                facts.push(fact.to_owned());
            }
        }
        if kind == Kind::Tags {
            facts.push("compare = \"Tags\"".to_owned());
        } else if kind.is_collection() && required {
            facts.push("required".to_owned());
        }
        let default = &node["default"];
        if !default.is_null() && !required && kind != Kind::Tags {
            facts.push(format!("default = {:?}", default.to_string()));
        }
        let required = required && kind != Kind::Tags;
        Property {
            name: name.to_owned(),
            field,
            required,
            facts,
            questions: self.questions(&kind, marks),
            kind,
        }
    }

    /// What the schema says and no fact was made of.
    fn questions(&self, kind: &Kind, marks: &[&str]) -> Vec<String> {
        let mut questions = Vec::new();
        let node = resolved(self.schema, self.node);
        let item = if matches!(kind, Kind::List(_)) { resolved(self.schema, &node["items"]) } else { node };
        if kind.is_open() {
            let members: Vec<String> =
                item["properties"].as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
            let with = if members.is_empty() { String::new() } else { format!(" with {}", quoted(&members)) };
            let each = if matches!(kind, Kind::List(_)) { " for each" } else { "" };
            let policy = match self.name.ends_with("Policy") || self.name.ends_with("PolicyDocument") {
                true => " A policy is a `PolicyDocument` with `compare = \"Policy\"`.",
                false => "",
            };
            questions.push(format!("a type of its own{each} instead of `Value`: an object{with}.{policy}"));
        }
        let values = item["enum"].as_array().map_or(0, Vec::len);
        if values > 0 && matches!(kind, Kind::Text | Kind::List(_)) {
            questions
                .push(format!("one of {values} values; an enumeration that derives `Choice` names them."));
        }
        let formats: Vec<String> = [item]
            .into_iter()
            .chain(
                ["anyOf", "oneOf", "allOf"]
                    .iter()
                    .flat_map(|key| item[*key].as_array().into_iter().flatten()),
            )
            .filter_map(|node| node["format"].as_str())
            .filter(|format| format.contains("::"))
            .map(str::to_owned)
            .collect();
        if !formats.is_empty() {
            questions
                .push(format!("refers to {}; an identifier's type lets nothing else in.", quoted(&formats)));
        }
        if marks.contains(&"conditional") {
            questions.push("a change replaces under conditions, which the schema doesn't name.".to_owned());
        }
        if marks.contains(&"deprecated") {
            questions.push("deprecated; what isn't declared stands in `LEFT_OUT`.".to_owned());
        }
        questions
    }
}

/// The attributes, and the read-only properties that none was made of.
fn attributes(
    schema: &Value,
    ident: &str,
    primary: &[String],
    declared: bool,
) -> (Vec<Attribute>, Vec<String>) {
    let id = match primary {
        [one] => one.as_str(),
        _ => "Id",
    };
    let predict = declared.then(|| {
        let holes: Vec<String> = primary.iter().map(|name| format!("{{{name}}}")).collect();
        holes.join("|")
    });
    let mut found: Vec<Attribute> = Vec::new();
    let mut unread = Vec::new();
    let mut add = |name: &str, kind: String, predict: Option<String>| {
        let short = snake(own(ident, name));
        let taken = |method: &str| found.iter().any(|other: &Attribute| other.method == method);
        let method = if taken(&short) { snake(name) } else { field(&short, &snake(ident)) };
        if !taken(&method) {
            found.push(Attribute { method, kind, name: name.to_owned(), predict });
        }
    };
    let last = id.rsplit('.').next().unwrap_or(id);
    add(id, format!("{ident}{}", own(ident, last)), predict);
    for pointer in schema["readOnlyProperties"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        let Some(path) = pointer.strip_prefix("/properties/").map(|path| path.replace("/properties/", "/"))
        else {
            continue;
        };
        let name = path.replace('/', ".");
        let of_lists = path.split('/').any(|part| part == "*" || part == "items");
        let node =
            path.split('/').try_fold(schema, |node, part| resolved(schema, node)["properties"].get(part));
        match node.and_then(|node| Kind::of(schema, node).plain()).filter(|_| !of_lists) {
            _ if name == id => {}
            Some(kind) => add(&name, kind.to_owned(), None),
            None => unread.push(name),
        }
    }
    (found, unread)
}

/// Names in a sentence.
pub(super) fn quoted(names: &[String]) -> String {
    let mut quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let last = quoted.pop().unwrap_or_default();
    if quoted.is_empty() { last } else { format!("{} and {last}", quoted.join(", ")) }
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::json;

    use super::*;

    /// A type that has something of everything.
    pub(in crate::new_type) fn sample() -> NewType {
        NewType::read("AWS::Logs::DBThing", "logs", &schema())
    }

    pub(in crate::new_type) fn schema() -> Value {
        json!({
            "properties": {
                "Arn": {"type": "string"},
                "Count": {"type": "integer"},
                "DBName": {"type": "string", "enum": ["a", "b"]},
                "Endpoint": {"type": "object", "properties": {"Address": {"type": "string"}}},
                "GroupName": {"type": "string", "minLength": 1, "format": "AWS::Logs::LogGroup.Name"},
                "Names": {"type": "array", "items": {"type": "string"}, "minItems": 2},
                "On": {"type": "boolean", "default": true},
                "Policy": {"type": ["object", "string"]},
                "Rules": {"type": "array", "items": {"$ref": "#/definitions/Rule"}},
                "Secret": {"type": "string"},
                "Tags": {"type": "array", "items": {"$ref": "#/definitions/Tag"}},
                "Zones": {"type": "array", "items": {"type": "string"}},
            },
            "definitions": {
                "Rule": {"type": "object", "properties": {"Id": {"type": "string"}, "Size": {"type": "integer"}}},
                "Tag": {"type": "object", "properties": {"Key": {"type": "string"}}},
            },
            "required": ["GroupName", "Names", "Arn"],
            "readOnlyProperties": ["/properties/Arn", "/properties/Endpoint/Address", "/properties/Zones"],
            "createOnlyProperties": ["/properties/GroupName", "/properties/DBName", "/properties/Rules/*/Id"],
            "writeOnlyProperties": ["/properties/Secret"],
            "primaryIdentifier": ["/properties/GroupName", "/properties/DBName"],
        })
    }

    #[test]
    fn every_writable_property_is_read_with_its_facts() {
        let sample = sample();
        let rows: Vec<String> = sample
            .properties
            .iter()
            .map(|property| {
                let kind = property.kind.field();
                let required = if property.required { "!" } else { "" };
                format!("{}: {kind}{required} {}", property.field, property.facts.join(", "))
            })
            .collect();
        assert_eq!(
            rows,
            [
                "group_name: Output<String>! create_only",
                "names: Vec<Output<String>>! required",
                "count: Output<i64> ",
                "db_name: Output<String> name = \"DBName\", create_only",
                "endpoint: Value ",
                "on: Output<bool> default = \"true\"",
                "policy: Value ",
                "rules: Vec<Value> ",
                "secret: Output<String> write_only",
                "tags: Tags compare = \"Tags\"",
            ]
        );
        assert!(sample.has_tags());
    }

    #[test]
    fn what_no_fact_says_is_asked() {
        let sample = sample();
        let of = |name: &str| {
            let property = sample.properties.iter().find(|property| property.name == name).unwrap();
            property.questions.join(" ")
        };
        assert_eq!(of("DBName"), "one of 2 values; an enumeration that derives `Choice` names them.");
        assert_eq!(
            of("GroupName"),
            "refers to `AWS::Logs::LogGroup.Name`; an identifier's type lets nothing else in."
        );
        assert_eq!(
            of("Policy"),
            "a type of its own instead of `Value`: an object. A policy is a `PolicyDocument` with \
             `compare = \"Policy\"`."
        );
        assert_eq!(
            of("Rules"),
            "a type of its own for each instead of `Value`: an object with `Id` and `Size`. a change of `Rules.Id` \
             replaces, says the schema."
        );
    }

    #[test]
    fn attributes_are_what_can_be_read_and_the_identifier_comes_first() {
        let sample = sample();
        let rows: Vec<String> = sample
            .attributes
            .iter()
            .map(|Attribute { method, kind, name, predict }| {
                format!("{method}: {kind} = {name} {}", predict.clone().unwrap_or_default())
            })
            .collect();
        assert_eq!(
            rows,
            [
                "id: DbThingId = Id {GroupName}|{DBName}",
                "arn: String = Arn ",
                "endpoint_address: String = Endpoint.Address ",
            ]
        );
        assert_eq!(sample.unread, ["Zones"]);
    }
}
