//! What of the declared values a service would refuse, or a safeguard forbids: kinds, ranges, lengths, patterns,
//! enumerations, required members, fixed values, and relations between properties.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use regex_lite::Regex;

use crate::model::document::{Document, Node};
use crate::model::program::Resource;
use crate::model::schema::{Compare, Property, Schema};
use crate::model::secret;
use crate::model::shape::{Bounds, Kind, Shape};
use crate::plan::{PlanError, Remedy};

/// The most members of an enumeration that a message lists.
const LISTED: usize = 12;
/// The most characters of a value that a message shows.
const SHOWN: usize = 60;

/// Compiled patterns: many resources of a program are held against the same ones.
#[derive(Debug, Default)]
pub(crate) struct Patterns(RefCell<HashMap<&'static str, Option<Regex>>>);

impl Patterns {
    /// Whether the text holds a match. A pattern that isn't one matches all: those of the library are tested.
    fn hold(&self, pattern: &'static str, text: &str) -> bool {
        let mut compiled = self.0.borrow_mut();
        let regex = compiled.entry(pattern).or_insert_with(|| Regex::new(pattern).ok());
        regex.as_ref().is_none_or(|regex| regex.is_match(text))
    }
}

/// A value that can't be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) property: &'static str,
    /// What it is, and what is allowed.
    pub(crate) message: String,
    /// Where that is said.
    pub(crate) hint: Option<String>,
}

impl Refusal {
    /// The same as a reason why there is no plan.
    pub(crate) fn of(self, resource: &Resource) -> PlanError {
        let remedy = Remedy::Correct { path: resource.path.clone(), property: self.property.to_owned() };
        let problem = PlanError::new(self.message, remedy).at(&resource.path, Some(&resource.source));
        self.hint.into_iter().fold(problem, PlanError::with_hint)
    }
}

/// Those of the properties that hold secrets, which aren't known any more once they are concealed.
pub(crate) fn secrets(properties: &BTreeMap<String, Node>) -> BTreeMap<String, Node> {
    let secret = properties.iter().filter(|(_, node)| node.has_secret());
    secret.map(|(name, node)| (name.clone(), node.clone())).collect()
}

/// What would be refused of `properties`, of which `secrets` are the ones that can be looked at and not shown. What
/// is as it was `recorded` is in force already and isn't looked at, but for fixed values and safeguards, which hold
/// whatever is in force.
pub(crate) fn refused(
    resource: &Resource,
    properties: &BTreeMap<String, Node>,
    secrets: &BTreeMap<String, Node>,
    recorded: Option<&Document>,
    patterns: &Patterns,
) -> Vec<Refusal> {
    let schema = resource.schema;
    let mut found: Vec<Refusal> = Vec::new();
    for property in schema.properties {
        found.extend(fixed(property, properties));
        found.extend(
            Some(property)
                .filter(|_| resource.options.ignore_changes.contains(&property.name))
                .and_then(ignored),
        );
    }
    let in_force = |name: &str| {
        let before = recorded.and_then(|recorded| recorded.json(name));
        before.is_some() && properties.get(name).and_then(Node::to_json).as_ref() == before
    };
    if schema.shapes.is_some() || !schema.limits.is_empty() {
        // Tags have rules of their own, which are the same for all types.
        let looked_at = |property: &&Property| property.compare != Compare::Tags && !in_force(property.name);
        for property in schema.properties.iter().filter(looked_at) {
            let node = secrets.get(property.name).or_else(|| properties.get(property.name));
            let mut walk = Walk { schema, property, patterns, hidden: false, found: &mut found };
            if let Some(node) = node {
                walk.visit(node, property.name, property.name);
            }
        }
    }
    if recorded.is_none() {
        found.extend(missing(schema, properties));
    }
    for relation in schema.relations {
        // What isn't there in both stays as it is, too.
        let stays = |name: &&str| {
            let before = recorded.map(|recorded| recorded.json(name));
            before.is_some_and(|before| properties.get(*name).and_then(Node::to_json).as_ref() == before)
        };
        if relation.of.iter().all(stays) {
            continue;
        }
        if let Some((property, message)) = (relation.check)(properties) {
            found.push(Refusal { property, message, hint: Some(source(relation.source)) });
        }
    }
    found
}

/// A safeguard whose changes an option ignores.
fn ignored(property: &Property) -> Option<Refusal> {
    let section = property.section.map(|section| format!(" ({section})")).unwrap_or_default();
    property.safeguard.then(|| Refusal {
        property: property.name,
        message: format!("`{}` is a safeguard{section}, and its changes can't be ignored", property.name),
        hint: Some("take `.ignore_changes(…)` away from it".to_owned()),
    })
}

fn source(address: &str) -> String {
    format!("see {address}")
}

/// A property that has one value alone, and has another, or none.
fn fixed(property: &Property, properties: &BTreeMap<String, Node>) -> Option<Refusal> {
    let wanted = Node::from(crate::json(property.fixed?).ok()?);
    let is = match properties.get(property.name) {
        Some(node) if *node == wanted || node.has_unknown() => return None,
        Some(node) => format!("is {}", shown(node)),
        None => "isn't declared".to_owned(),
    };
    let message =
        format!("`{}` {is}, and {} is the only value that it may have", property.name, shown(&wanted));
    let hint =
        property.section.map(|section| format!("{section} rests on it: declare it through its own builder"));
    Some(Refusal { property: property.name, message, hint })
}

/// What the resource itself can't be without; what is there has had it.
fn missing(schema: &Schema, properties: &BTreeMap<String, Node>) -> Vec<Refusal> {
    let theirs =
        schema.shapes.and_then(|shapes| shapes.at("")).map(|shape| shape.requires).unwrap_or_default();
    let is_missing = |property: &&Property| {
        (property.required || theirs.contains(&property.name)) && !properties.contains_key(property.name)
    };
    let refusal = |property: &Property| Refusal {
        property: property.name,
        message: format!("`{}` isn't declared, and it can't be without", property.name),
        hint: schema
            .shapes
            .filter(|_| theirs.contains(&property.name))
            .map(|shapes| format!("{} in {} says so", schema.type_name, shapes.source)),
    };
    schema.properties.iter().filter(is_missing).map(refusal).collect()
}

/// A way through the value of a property.
struct Walk<'w> {
    schema: &'w Schema,
    property: &'w Property,
    patterns: &'w Patterns,
    /// Whether what is looked at must not be shown.
    hidden: bool,
    found: &'w mut Vec<Refusal>,
}

impl Walk<'_> {
    /// Looks at a value: `path` is that of its shape, `place` the one that a reader finds it at.
    fn visit(&mut self, node: &Node, path: &str, place: &str) {
        if let Node::Secret(value) = node {
            let hidden = std::mem::replace(&mut self.hidden, true);
            self.visit(&Node::from(value.expose().clone()), path, place);
            self.hidden = hidden;
            return;
        }
        if matches!(node, Node::Null | Node::Unknown(_)) || is_concealed(node) {
            return;
        }
        let limits = self.schema.limits;
        let ours = limits.iter().filter(|limit| limit.path == path);
        let corrected = ours.clone().any(|limit| limit.corrects);
        let theirs = self.schema.shapes.filter(|_| !corrected).and_then(|shapes| shapes.at(path));
        for shape in theirs.into_iter().chain(ours) {
            self.hold(node, shape, place);
        }
        match node {
            Node::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.visit(item, path, &format!("{place}[{index}]"));
                }
            }
            Node::Map(members) => {
                for (name, member) in members {
                    self.visit(member, &format!("{path}.{name}"), &format!("{place}.{name}"));
                }
            }
            _ => {}
        }
    }

    fn hold(&mut self, node: &Node, shape: &Shape, place: &str) {
        let caseless = self.property.compare == Compare::IgnoreCase;
        let Some(misfit) = misfit(node, shape, caseless, self.patterns) else { return };
        let section = shape.section.map(|section| format!(" ({section})")).unwrap_or_default();
        let is = if self.hidden { "is a secret value that can't be used".to_owned() } else { misfit.is };
        let hint = match (shape.source, self.schema.shapes) {
            (Some(address), _) => Some(source(address)),
            (None, Some(shapes)) => Some(format!("{} in {} says so", self.schema.type_name, shapes.source)),
            (None, None) => None,
        };
        self.found.push(Refusal {
            property: self.property.name,
            message: format!("`{place}` {is}; {}{section}", misfit.allowed),
            hint,
        });
    }
}

/// What a value is, and what is allowed.
struct Misfit {
    is: String,
    allowed: String,
}

fn misfit(node: &Node, shape: &Shape, caseless: bool, patterns: &Patterns) -> Option<Misfit> {
    let is_value = |allowed: String| Some(Misfit { is: format!("is {}", shown(node)), allowed });
    // A list is spoken of as such by `items`, and its items by the rest.
    if let Node::List(items) = node {
        let count = items.len();
        let allowed = || format!("{} allowed", range(&shape.items, "item"));
        return (!shape.items.hold(count as f64))
            .then(|| Misfit { is: format!("has {}", counted(count, "item")), allowed: allowed() });
    }
    let of_kind = shape.kinds.is_empty() || shape.kinds.iter().any(|kind| is_of(node, *kind));
    // Where a list is taken, the kinds of its items aren't told.
    if !of_kind && !shape.kinds.contains(&Kind::Array) {
        return is_value(format!(
            "{} is allowed",
            either(shape.kinds.iter().map(|kind| named(*kind).to_owned()))
        ));
    }
    if let Node::Map(members) = node {
        let lacks = shape.requires.iter().filter(|name| !members.contains_key(**name));
        let lacks: Vec<String> = lacks.map(|name| format!("`{name}`")).collect();
        let allowed = || "it can't be without".to_owned();
        return (!lacks.is_empty())
            .then(|| Misfit { is: format!("lacks {}", lacks.join(" and ")), allowed: allowed() });
    }
    let text = match node {
        Node::String(text) => text.clone(),
        Node::Number(number) => number.to_string(),
        Node::Bool(flag) => flag.to_string(),
        _ => return None,
    };
    let same = |value: &&&str| if caseless { value.eq_ignore_ascii_case(&text) } else { **value == text };
    if !shape.values.is_empty() && !shape.values.iter().any(|value| same(&value)) {
        return is_value(format!("{} is allowed", listed(shape.values)));
    }
    if let Node::Number(number) = node
        && number.as_f64().is_some_and(|number| !shape.range.hold(number))
    {
        return is_value(format!("{} is allowed", range(&shape.range, "")));
    }
    let length = text.chars().count();
    if !shape.length.hold(length as f64) {
        let allowed = format!("{} allowed", range(&shape.length, "character"));
        return Some(Misfit { is: format!("has {}", counted(length, "character")), allowed });
    }
    let pattern = shape.pattern.filter(|pattern| !patterns.hold(pattern, &text))?;
    is_value(format!("it has to match `{pattern}`"))
}

/// Whether this is the hash of a secret, of which nothing is known.
fn is_concealed(node: &Node) -> bool {
    matches!(node, Node::Map(members) if members.len() == 1 && members.contains_key(secret::MARK))
}

fn is_of(node: &Node, kind: Kind) -> bool {
    match (kind, node) {
        (Kind::Boolean, Node::Bool(_))
        | (Kind::Number, Node::Number(_))
        // What is a number or a truth to us may be a text to a schema, which takes both.
        | (Kind::String, Node::String(_) | Node::Number(_) | Node::Bool(_))
        | (Kind::Array, Node::List(_))
        | (Kind::Object, Node::Map(_)) => true,
        (Kind::Integer, Node::Number(number)) => number.is_i64() || number.is_u64(),
        _ => false,
    }
}

fn named(kind: Kind) -> &'static str {
    match kind {
        Kind::Boolean => "true or false",
        Kind::Integer => "a whole number",
        Kind::Number => "a number",
        Kind::String => "a text",
        Kind::Array => "a list",
        Kind::Object => "an object",
    }
}

/// A value as a message shows it.
fn shown(node: &Node) -> String {
    match node {
        Node::List(_) => "a list".to_owned(),
        Node::Map(_) => "an object".to_owned(),
        Node::Secret(_) => "(secret)".to_owned(),
        other => {
            let text = other.to_json().map(|json| json.to_string()).unwrap_or_default();
            let short: String = text.chars().take(SHOWN).collect();
            if short.len() < text.len() { format!("`{short}…`") } else { format!("`{text}`") }
        }
    }
}

fn counted(count: usize, thing: &str) -> String {
    if count == 1 { format!("1 {thing}") } else { format!("{count} {thing}s") }
}

/// Bounds in words: `1 to 63 characters are`, `at least 7`.
fn range(bounds: &Bounds, thing: &str) -> String {
    let text = match (bounds.least, bounds.most) {
        (Some(least), Some(most)) if least == most => format!("exactly {least}"),
        (Some(least), Some(most)) => format!("{least} to {most}"),
        (Some(least), None) => format!("at least {least}"),
        (None, Some(most)) => format!("at most {most}"),
        (None, None) => "any number".to_owned(),
    };
    let one = bounds.most == Some(1.0) || (bounds.most.is_none() && bounds.least == Some(1.0));
    match (thing, one) {
        ("", _) => text,
        (thing, true) => format!("{text} {thing} is"),
        (thing, false) => format!("{text} {thing}s are"),
    }
}

/// `a`, `b` or `c`; of many the first ones.
fn listed(values: &[&str]) -> String {
    let quoted = values.iter().take(LISTED).map(|value| format!("`{value}`"));
    match values.len().saturating_sub(LISTED) {
        0 => either(quoted),
        more => format!("{} or one of {more} others", quoted.collect::<Vec<_>>().join(", ")),
    }
}

fn either(words: impl Iterator<Item = String>) -> String {
    let mut words: Vec<String> = words.collect();
    match words.pop() {
        Some(last) if words.is_empty() => last,
        Some(last) => format!("{} or {last}", words.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::model::declare::Options;
    use crate::model::path::Path;
    use crate::model::program::Source;
    use crate::model::schema::Change;
    use crate::model::secret::Secret;
    use crate::model::shape::{Relation, Shapes};

    static SHAPES: Shapes = Shapes::new(
        "Test::Thing",
        "the test's registry",
        &[
            Shape::new("Class").kinds(&[Kind::String]).values(&["small", "large"]),
            Shape::new("Days").kinds(&[Kind::Integer]).range(Bounds::between(7.0, 30.0)),
            Shape::new("Name").kinds(&[Kind::String]).length(Bounds::between(1.0, 8.0)).pattern("^[a-z-]+$"),
            Shape::new("Rules").kinds(&[Kind::Array]).items(Bounds::most(2.0)).requires(&["Status"]),
            Shape::new("Rules.Status").values(&["on", "off"]),
        ],
    );

    static THING: Schema = {
        const PROPERTIES: &[Property] = &[
            Property::new("Class", Change::Replace),
            Property::new("Days", Change::Local),
            Property::new("Name", Change::Replace),
            Property::new("Rules", Change::Update("rules")),
            Property {
                fixed: Some("true"),
                safeguard: true,
                section: Some("45 CFR 164.312(a)(2)(iv)"),
                ..Property::new("Encrypted", Change::Replace)
            },
        ];
        let mut schema = Schema::new("Test::Thing", "Id", PROPERTIES, &[]);
        schema.shapes = Some(&SHAPES);
        schema.limits = &[
            Shape::new("Days")
                .range(Bounds::most(14.0))
                .section("45 CFR 164.310(d)(1)")
                .source("https://example.org"),
            Shape::new("Name").length(Bounds::most(4.0)).corrects(),
        ];
        schema.relations = &[Relation::new(
            &["Class", "Days"],
            |properties| {
                let small = properties.get("Class")? == &Node::String("small".into());
                let long = properties.get("Days")? == &Node::from(json!(14));
                (small && long).then(|| ("Days", "`Days` is 14, and a small one is kept for less".to_owned()))
            },
            "https://example.org/relations",
        )];
        schema
    };

    fn thing() -> Resource {
        let source = Source::from(std::panic::Location::caller());
        let (path, options) = (Path::parse("thing").unwrap(), Options::default());
        Resource { path, schema: &THING, properties: BTreeMap::new(), options, source }
    }

    fn looked_at(properties: &BTreeMap<String, Node>, recorded: Option<&Document>) -> Vec<Refusal> {
        refused(&thing(), properties, &BTreeMap::new(), recorded, &Patterns::default())
    }

    fn check(properties: Json, recorded: Option<Json>) -> Vec<String> {
        let mut properties = Node::from(properties).into_members();
        properties.entry("Encrypted".to_owned()).or_insert(Node::Bool(true));
        let recorded = recorded.map(|json| serde_json::from_value::<Document>(json).unwrap());
        let found = looked_at(&properties, recorded.as_ref());
        found
            .into_iter()
            .map(|refusal| format!("{} | {}", refusal.message, refusal.hint.unwrap_or_default()))
            .collect()
    }

    #[test]
    fn what_is_allowed_is_left_alone() {
        let rules = json!([{"Status": "on"}, {"Status": "off"}]);
        let thing = json!({"Class": "small", "Days": 7, "Name": "a-b", "Rules": rules});
        assert_eq!(check(thing, None), Vec::<String>::new());
    }

    #[test]
    fn each_kind_of_misfit_is_told_with_what_is_allowed_and_where_that_is_said() {
        let registry = "Test::Thing in the test's registry says so";
        for (thing, message) in [
            (json!({"Class": "banana"}), format!("`Class` is `\"banana\"`; `small` or `large` is allowed | {registry}")),
            (json!({"Class": ["small"], "Days": "x"}), format!("`Days` is `\"x\"`; a whole number is allowed | {registry}")),
            (json!({"Days": 3}), format!("`Days` is `3`; 7 to 30 is allowed | {registry}")),
            (
                json!({"Days": 20}),
                "`Days` is `20`; at most 14 is allowed (45 CFR 164.310(d)(1)) | see https://example.org".to_owned(),
            ),
            (json!({"Name": "abcde"}), format!("`Name` has 5 characters; at most 4 characters are allowed | {registry}")),
            (
                json!({"Rules": [{"Status": "on"}, {"Status": "maybe"}]}),
                format!("`Rules[1].Status` is `\"maybe\"`; `on` or `off` is allowed | {registry}"),
            ),
            (json!({"Rules": [{}]}), format!("`Rules[0]` lacks `Status`; it can't be without | {registry}")),
            (
                json!({"Rules": [{"Status": "on"}, {"Status": "on"}, {"Status": "on"}]}),
                format!("`Rules` has 3 items; at most 2 items are allowed | {registry}"),
            ),
            (
                json!({"Class": "small", "Days": 14}),
                "`Days` is 14, and a small one is kept for less | see https://example.org/relations".to_owned(),
            ),
            (
                json!({"Encrypted": false}),
                "`Encrypted` is `false`, and `true` is the only value that it may have | 45 CFR 164.312(a)(2)(iv) \
                 rests on it: declare it through its own builder"
                    .to_owned(),
            ),
        ] {
            assert_eq!(check(thing.clone(), None), [message], "{thing}");
        }
    }

    #[test]
    fn what_corrects_the_schema_stands_in_its_place() {
        // By the schema's pattern it couldn't be.
        assert_eq!(check(json!({"Name": "A_B"}), None), Vec::<String>::new());
    }

    #[test]
    fn what_is_in_force_is_left_alone_unless_it_is_fixed() {
        let thing = json!({"Class": "banana", "Encrypted": false});
        let found = check(thing.clone(), Some(thing));
        assert!(found.len() == 1 && found[0].starts_with("`Encrypted`"), "{found:?}");
    }

    #[test]
    fn changes_of_a_safeguard_cannot_be_ignored() {
        let mut resource = thing();
        resource.options.ignore_changes = vec!["Class", "Encrypted"];
        let properties = BTreeMap::from([("Encrypted".to_owned(), Node::Bool(true))]);
        let found =
            refused(&resource, &properties, &BTreeMap::new(), Some(&Document::new()), &Patterns::default());
        assert!(
            found.len() == 1 && found[0].message.contains("`Encrypted` is a safeguard (45 CFR"),
            "{found:?}"
        );
    }

    #[test]
    fn what_is_fixed_has_to_be_there() {
        let found = looked_at(&BTreeMap::new(), None);
        assert!(found.len() == 1 && found[0].message.starts_with("`Encrypted` isn't declared"), "{found:?}");
    }

    #[test]
    fn a_secret_is_looked_at_and_not_shown() {
        let secret = Node::Secret(Secret::new(json!("abcdefgh")));
        let found = looked_at(&BTreeMap::from([("Name".to_owned(), secret)]), None);
        let message = &found.last().unwrap().message;
        assert_eq!(message, "`Name` is a secret value that can't be used; at most 4 characters are allowed");
    }
}
