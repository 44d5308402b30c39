//! What is known of a property, each with where it is from.

use std::fmt::Write as _;
use std::panic::Location;

use ironward_core::schema::{Change, Collides, Compare, Meaning, Property, Schema, Scope};
use ironward_core::shape::{Bounds, Kind, Shape};

/// One fact.
pub(crate) struct Fact {
    /// What it is about: `range`, `default`.
    pub(crate) about: &'static str,
    /// What it is.
    pub(crate) text: String,
    /// The section of the law that asks for it.
    pub(crate) section: Option<&'static str>,
    /// Where it is documented.
    pub(crate) source: Option<&'static str>,
    /// Where it is written.
    pub(crate) origin: String,
    /// The member that it is about; the property itself where there is none.
    pub(crate) member: Option<&'static str>,
}

/// Everything that is known of a property.
pub(crate) fn of(schema: &Schema, property: &Property) -> Vec<Fact> {
    let mut facts = declared(property);
    let theirs = schema.shapes.into_iter().flat_map(|shapes| shapes.rows);
    let mine = |shape: &&&Shape| belongs(shape.path, property.name);
    let corrected = |path: &str| schema.limits.iter().any(|limit| limit.corrects && limit.path == path);
    for shape in theirs.filter(|shape| !corrected(shape.path)).filter(|shape| mine(&shape)) {
        let origin = schema
            .shapes
            .map(|shapes| format!("{}, {}", shapes.source, at(shape.origin)))
            .unwrap_or_default();
        facts.extend(shaped(shape, property, &origin));
    }
    for shape in schema.limits.iter().filter(|shape| mine(&shape)) {
        facts.extend(shaped(shape, property, &at(shape.origin)));
    }
    facts
}

fn belongs(path: &str, property: &str) -> bool {
    path.strip_prefix(property).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn at(origin: &Location<'_>) -> String {
    format!("{}:{}", origin.file(), origin.line())
}

/// What its declaration says.
fn declared(property: &Property) -> Vec<Fact> {
    let origin = at(property.origin);
    let mut facts = Vec::new();
    let mut add = |about: &'static str, text: String| {
        let section = property.section.filter(|_| matches!(about, "safeguard" | "fixed"));
        facts.push(Fact { about, text, section, source: None, origin: origin.clone(), member: None });
    };
    if property.required {
        add("required", "a declaration can't be without it".to_owned());
    }
    add("change", change(property));
    if let Some(fixed) = property.fixed {
        add("fixed", format!("`{fixed}` is the only value that it may have"));
    }
    if property.safeguard {
        add(
            "safeguard",
            "its changes can't be ignored, and a plan that weakens it asks for consent".to_owned(),
        );
    }
    if let Some(default) = property.default {
        let kept = if property.kept { ", and held at it" } else { "" };
        add("default", format!("`{default}` where nothing is declared{kept}"));
    }
    if let Some(comparison) = comparison(property.compare) {
        add("comparison", comparison.to_owned());
    }
    if let Some(rule) = property.name_rule {
        add(
            "name",
            format!("made from the path where none is declared, {} to {} characters", rule.min, rule.max),
        );
    }
    for member in property.members {
        let what = match member.meaning {
            Meaning::Default(json) => format!("`{}` is `{json}` where it isn't there", member.path),
            Meaning::Set => format!("the order of `{}` means nothing", member.path),
            Meaning::IgnoreCase => format!("the case of `{}` means nothing", member.path),
            _ => continue,
        };
        add("meaning", what);
    }
    if property.write_only {
        add("observed", "the API never shows it".to_owned());
    }
    if let Some(interrupts) = property.interrupts {
        add("interrupts", format!("a change of it {interrupts}"));
    }
    if let Some(once) = property.once {
        add("once", format!("{}: {}", once.because, once.instead));
    }
    facts
}

pub(crate) fn change(property: &Property) -> String {
    match property.change {
        Change::Replace => "replaces the resource".to_owned(),
        Change::Update(_) if property.once.is_some() => "refused once it is set".to_owned(),
        Change::Update(_) => "updates it in place".to_owned(),
        Change::Local => "changes nothing in the cloud: later operations read it".to_owned(),
    }
}

fn comparison(compare: Compare) -> Option<&'static str> {
    Some(match compare {
        Compare::Exact | Compare::Tags => return None,
        Compare::Whole => "as a whole: what isn't declared in it counts",
        Compare::Set => "in any order",
        Compare::Policy => "as a policy document, by what it means",
        Compare::IgnoreCase => "without regard to case",
        Compare::AtLeastVersion => "a version that the service may raise",
        Compare::AtLeast => "a number that the service may raise",
        Compare::KeyId => "a key by its id or ARN",
        Compare::LogGroupArn => "an ARN with or without `:*` at its end",
        Compare::DnsName => "a DNS name in any case, with or without the dot at its end",
        _ => return None,
    })
}

/// What is said of values at one place.
fn shaped(shape: &Shape, property: &Property, origin: &str) -> Vec<Fact> {
    let member = (shape.path != property.name).then_some(shape.path);
    let mut facts = Vec::new();
    let mut add = |about: &'static str, text: String| {
        let (section, source) = (shape.section, shape.source);
        facts.push(Fact { about, text, section, source, origin: origin.to_owned(), member });
    };
    if !shape.kinds.is_empty() {
        let kinds: Vec<&str> = shape.kinds.iter().map(|kind| named(*kind)).collect();
        add("kind", kinds.join(" or "));
    }
    if !shape.values.is_empty() {
        let values: Vec<String> = shape.values.iter().map(|value| format!("`{value}`")).collect();
        add("values", values.join(", "));
    }
    for (about, bounds, unit) in [
        ("length", shape.length, " characters"),
        ("items", shape.items, " items"),
        ("range", shape.range, ""),
    ] {
        if bounds != Bounds::FREE {
            add(about, format!("{}{unit}", range(bounds)));
        }
    }
    if let Some(pattern) = shape.pattern {
        add("pattern", format!("`{pattern}`"));
    }
    if !shape.requires.is_empty() {
        let names: Vec<String> = shape.requires.iter().map(|name| format!("`{name}`")).collect();
        add("members", format!("can't be without {}", names.join(", ")));
    }
    facts
}

fn named(kind: Kind) -> &'static str {
    match kind {
        Kind::Boolean => "boolean",
        Kind::Integer => "integer",
        Kind::Number => "number",
        Kind::String => "string",
        Kind::Array => "list",
        Kind::Object => "object",
        _ => "value",
    }
}

fn range(bounds: Bounds) -> String {
    match (bounds.least, bounds.most) {
        (Some(least), Some(most)) if least == most => format!("exactly {least}"),
        (Some(least), Some(most)) => format!("{least} to {most}"),
        (Some(least), None) => format!("at least {least}"),
        (None, Some(most)) => format!("at most {most}"),
        (None, None) => "any".to_owned(),
    }
}

/// What sets instances apart, a sentence each.
pub(crate) fn identity(schema: &Schema) -> Vec<String> {
    if schema.claims.is_empty() {
        return vec!["The service gives each an id; nothing else sets two apart.".to_owned()];
    }
    let sentence = |claim: &ironward_core::schema::Claim| {
        let names: Vec<String> = claim.properties.iter().map(|name| format!("`{name}`")).collect();
        let scope = match claim.scope {
            Scope::Region => "an account and region",
            Scope::Account => "an account, across its regions",
            Scope::Partition => "a partition, across all accounts",
            _ => "its scope",
        };
        let mut text = format!("{} can't be the same twice in {scope}", names.join(" with "));
        match claim.collides {
            Collides::IgnoreCase => text.push_str(", in whatever case"),
            Collides::Ranges => text.push_str(": ranges can't overlap"),
            Collides::DnsName => text.push_str(", as DNS names"),
            _ => {}
        }
        if let Some((property, value)) = claim.when {
            let _ = write!(text, ", where `{property}` is `{value}`");
        }
        text.push('.');
        text
    };
    schema.claims.iter().map(sentence).collect()
}
