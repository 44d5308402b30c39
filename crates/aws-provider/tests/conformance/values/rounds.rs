//! The values of a property, each as a round: what is set, and what is taken away.

use std::collections::BTreeMap;

use ironward_core::path::Path;
use ironward_core::program::{Program, Resource};
use ironward_core::schema::{Compare, Meaning, Property, Schema};
use ironward_core::value::{AttrRef, Known, Value};
use serde_json::{Value as Json, json};

use super::samples;
use super::table::{CONSTANTS, TOGETHER};
use crate::suite::{Life, SUBJECT};

/// Properties that are set together, mostly one; nothing takes a property away.
#[derive(Debug, Clone, PartialEq)]
pub struct Round {
    pub what: &'static str,
    pub set: BTreeMap<String, Option<Json>>,
}

impl Round {
    fn one(what: &'static str, property: &Property, value: Option<Json>) -> Self {
        Self { what, set: BTreeMap::from([(property.name.to_owned(), value)]) }
    }

    /// A round that another part of the suite has been through.
    pub fn named(what: &'static str, property: &str) -> Self {
        Self { what, set: BTreeMap::from([(property.to_owned(), None)]) }
    }

    /// Declares it in a program.
    pub fn declare(&self, program: &mut Program) {
        let path = Path::parse(SUBJECT).unwrap();
        let declared = &mut program.resources.get_mut(&path).unwrap().properties;
        for (name, value) in &self.set {
            match value {
                Some(json) => drop(declared.insert(name.clone(), expression(json))),
                None => drop(declared.remove(name)),
            }
        }
    }

    /// Whether it says something of a property, rather than to take it away for another's sake.
    pub fn is_about(&self, property: &str) -> bool {
        self.set.get(property).is_some_and(|value| value.is_some() || self.set.len() == 1)
    }

    /// What it sets, as text.
    pub fn text(&self) -> String {
        let text = |value: &Option<Json>| value.as_ref().map_or_else(String::new, Json::to_string);
        match self.set.values().next() {
            Some(value) if self.set.len() == 1 => text(value),
            _ => json!(self.set).to_string(),
        }
    }
}

/// A value in which `Fn::GetAtt` stands for an attribute.
fn expression(json: &Json) -> Value {
    match json {
        Json::Object(members) => {
            if let Some([Json::String(path), Json::String(attribute)]) =
                members.get("Fn::GetAtt").and_then(Json::as_array).map(Vec::as_slice)
            {
                let path = Path::parse(path).unwrap();
                return Value::Attr(AttrRef { path, attribute: attribute.clone() });
            }
            Value::Map(members.iter().map(|(name, value)| (name.clone(), expression(value))).collect())
        }
        Json::Array(items) => Value::List(items.iter().map(expression).collect()),
        other => Value::Literal(other.clone()),
    }
}

/// Values that are known to be legal: what the subject declares, its edits, and the samples of its type.
pub struct Samples {
    pub schema: &'static Schema,
    known: BTreeMap<&'static str, Vec<Json>>,
    declared: Vec<String>,
    groups: Vec<Round>,
}

impl Samples {
    pub fn of(life: &Life<'_>) -> Self {
        let path = Path::parse(SUBJECT).unwrap();
        let edits = life.subject.updates().iter().chain(life.subject.replacements());
        let programs: Vec<Program> =
            [None].into_iter().chain(edits.map(|edit| Some(*edit))).map(|edit| life.program(edit)).collect();
        let first = &programs[0].resources[&path];
        let schema = first.schema;
        let mut samples = Self {
            schema,
            known: BTreeMap::new(),
            declared: first.properties.keys().cloned().collect(),
            groups: Vec::new(),
        };
        for program in &programs {
            if differing(&programs[0], program).len() > 1 {
                continue;
            }
            let properties = &program.resources[&path].properties;
            for property in schema.properties {
                let Some(value) = properties.get(property.name) else { continue };
                let Ok(node) = value.evaluate(&|_| Known::Later) else { continue };
                let Some(json) = node.to_json() else { continue };
                samples.know(property.name, json);
            }
        }
        for set in samples::of(schema.type_name) {
            samples.add(first, set);
        }
        samples
    }

    fn know(&mut self, name: &'static str, value: Json) {
        let list = self.known.entry(name).or_default();
        if !list.contains(&value) {
            list.push(value);
        }
    }

    /// Takes a sample of the type, where it is one of the subject's kind.
    fn add(&mut self, first: &Resource, mut set: Json) {
        let when = set.as_object_mut().and_then(|set| set.remove("when")).unwrap_or_else(|| json!({}));
        let is = |(name, value): (&String, &Json)| match first.properties.get(name) {
            Some(Value::Literal(declared)) => declared == value,
            Some(_) => false,
            None => value.is_null(),
        };
        if !when.as_object().into_iter().flatten().all(is) {
            return;
        }
        let set: BTreeMap<String, Option<Json>> = set
            .as_object()
            .expect("a sample is an object")
            .iter()
            .map(|(name, value)| (name.clone(), (!value.is_null()).then(|| value.clone())))
            .collect();
        for name in set.keys() {
            let known = self.schema.property(name).is_some();
            assert!(known, "{} has no property {name}", self.schema.type_name);
        }
        let fits = set.iter().all(|(name, value)| value.is_some() || self.declared.contains(name));
        if !fits {
            return;
        }
        if set.len() == 1
            && let Some((name, Some(value))) = set.iter().next()
            && !value.to_string().contains("Fn::GetAtt")
            && !TOGETHER.iter().any(|(of, together)| *of == self.schema.type_name && together == name)
        {
            let property = self.schema.property(name).expect("it was looked up");
            self.know(property.name, value.clone());
        } else {
            self.groups.push(Round { what: "together", set });
        }
    }

    fn is_declared(&self, property: &Property) -> bool {
        self.declared.iter().any(|name| name == property.name)
    }

    /// What the subject was made with and can't change any more.
    pub fn set_once(&self) -> impl Iterator<Item = &'static str> {
        let once = self.schema.properties.iter().filter(|property| property.once.is_some());
        once.filter(|property| self.is_declared(property)).map(|property| property.name)
    }

    /// The rounds in which properties are set together.
    pub fn groups(&self) -> &[Round] {
        &self.groups
    }

    /// The rounds in which a property is set by itself.
    pub fn rounds(&self, property: &Property) -> Vec<Round> {
        let place = (self.schema.type_name, property.name);
        if property.compare == Compare::Tags || CONSTANTS.contains(&place) || TOGETHER.contains(&place) {
            return Vec::new();
        }
        let mut rounds: Vec<Round> = Vec::new();
        let mut add = |what: &'static str, value: Json| {
            let round = Round::one(what, property, Some(value));
            if !rounds.iter().any(|other| other.set == round.set) {
                rounds.push(round);
            }
        };
        if let Some(default) = property.default {
            add("default", serde_json::from_str(default).unwrap());
        }
        let samples = self.known.get(property.name).map(Vec::as_slice).unwrap_or_default();
        for sample in samples {
            add("sample", sample.clone());
        }
        for named in named(self.schema.type_name) {
            let Some(rest) = named.path.strip_prefix(property.name) else { continue };
            for value in &named.values {
                if rest.is_empty() && !samples.iter().any(Json::is_array) {
                    add("named", value.clone());
                }
                for sample in samples.iter().filter(|_| rest.starts_with('.')) {
                    add("named member", with(sample, &rest[1..], value));
                }
            }
        }
        for sample in samples {
            // A list that is empty isn't said at all, and what is required isn't empty.
            let optional = property.default == Some("\"\"") || !self.is_declared(property);
            match sample {
                Json::Object(_) if optional => add("empty", json!({})),
                Json::String(_) if optional => add("empty", json!("")),
                _ => {}
            }
            add("turned round", turned(sample));
            if let Json::Array(items) = sample
                && let Some(first) = items.first()
            {
                add("twice", Json::Array(items.iter().chain([first]).cloned().collect()));
            }
            for member in property.members.iter().filter(|member| !member.path.is_empty()) {
                if let Meaning::Default(text) = member.meaning {
                    add("member's default", with(sample, member.path, &serde_json::from_str(text).unwrap()));
                }
            }
            if matches!(property.compare, Compare::IgnoreCase | Compare::DnsName) {
                add("other case", json!(sample.as_str().unwrap_or_default().to_uppercase()));
            }
        }
        if self.is_declared(property) {
            rounds.push(Round::one("unset", property, None));
        }
        rounds
    }
}

/// The properties of the subject that another program declares, and declares otherwise.
pub fn differing(first: &Program, other: &Program) -> Vec<&'static str> {
    let path = Path::parse(SUBJECT).unwrap();
    let texts = |program: &Program, name: &str| {
        program.resources[&path].properties.get(name).map(|value| format!("{value:?}"))
    };
    first.resources[&path]
        .schema
        .properties
        .iter()
        .map(|property| property.name)
        .filter(|name| texts(other, name) != texts(first, name))
        .collect()
}

/// A value with a member set wherever what holds it is there.
fn with(sample: &Json, path: &str, value: &Json) -> Json {
    match sample {
        Json::Array(items) => Json::Array(items.iter().map(|item| with(item, path, value)).collect()),
        Json::Object(members) => {
            let mut members = members.clone();
            match path.split_once('.') {
                Some((first, rest)) => {
                    if let Some(inner) = members.get_mut(first) {
                        *inner = with(inner, rest, value);
                    }
                }
                None => {
                    let list = members.get(path).is_some_and(Json::is_array) && !value.is_array();
                    members.insert(path.to_owned(), if list { json!([value]) } else { value.clone() });
                }
            }
            Json::Object(members)
        }
        other => other.clone(),
    }
}

/// A value with all of its lists turned round.
fn turned(sample: &Json) -> Json {
    match sample {
        Json::Array(items) => Json::Array(items.iter().rev().map(turned).collect()),
        Json::Object(members) => {
            Json::Object(members.iter().map(|(name, value)| (name.clone(), turned(value))).collect())
        }
        other => other.clone(),
    }
}

/// Values that the registry names.
struct Named {
    path: &'static str,
    values: Vec<Json>,
}

fn named(type_name: &str) -> Vec<Named> {
    include_str!("../../../../aws/tests/registry/values.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let mut columns = line.split('\t');
            let (name, path, values) = (columns.next()?, columns.next()?, columns.next()?);
            (name == type_name).then(|| Named { path, values: serde_json::from_str(values).unwrap() })
        })
        .collect()
}
