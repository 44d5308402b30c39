//! The declaration of a new type, as source.

use super::model::{Attribute, Kind, NewType, Property, quoted};
use crate::tidy::{UNDECIDED, UNDESCRIBED};

/// How many characters a line of a comment has at most.
const WIDTH: usize = 100;

/// The file of the declaration.
pub(super) fn source(new: &NewType) -> String {
    let body = declaration(new);
    let mut uses = String::new();
    for (word, line) in [
        ("Output<", "use ironward_core::output::Output;\n"),
        ("Value", "use ironward_core::value::Value;\n"),
        ("", "use ironward_macros::Resource;\n"),
    ] {
        if new.properties.iter().any(|property| property.kind.field().contains(word)) || word.is_empty() {
            uses.push_str(line);
        }
    }
    if new.has_tags() {
        uses.push_str("\nuse crate::tags::Tags;\n");
    }
    format!("//! `{}`.\n\n{uses}\n{body}", new.name)
}

fn declaration(new: &NewType) -> String {
    let NewType { name, ident, attributes, .. } = new;
    let mut text = String::new();
    if let Some(Attribute { kind, .. }) = attributes.first() {
        text.push_str(&format!("ironward_core::identifiers! {{\n    /// {UNDESCRIBED}\n    {kind};\n}}\n\n"));
    }
    text.push_str(&format!("/// {UNDESCRIBED}\n#[derive(Debug, Clone, Resource)]\n"));
    let id = attributes.first().map_or("", |attribute| attribute.name.as_str());
    let tags = if new.has_tags() { ", tags" } else { "" };
    text.push_str(&format!("#[resource(type = {name:?}, registry, id = {id:?}{tags})]\n"));
    text.push_str(&question(&identity(new)));
    text.push_str("#[identity(given)]\n");
    if attributes.len() > 1 {
        text.push_str(&question("which of these a program has use for, and which are `volatile`."));
    }
    for Attribute { method, kind, name, predict } in attributes {
        let predict = predict.as_ref().map(|predict| format!(", predict = {predict:?}")).unwrap_or_default();
        text.push_str(&format!("#[attribute({method}: {kind} = {name:?}{predict})]\n"));
    }
    text.push_str(&format!("pub struct {ident} {{\n"));
    for property in &new.properties {
        text.push_str(&field(property));
    }
    text.push_str("}\n");
    text
}

/// What identifies it is in no schema: the primary identifier is what the registry finds it by.
fn identity(new: &NewType) -> String {
    let (primary, declared) = &new.identity;
    let names = quoted(primary);
    match (primary.as_slice(), declared) {
        ([], _) => "what identifies it, with the page that says so.".to_owned(),
        ([one], true) => format!(
            "the registry finds it by {names}, which a declaration says: perhaps `#[identity(name = {one:?})]`, with \
             the page that says so."
        ),
        (several, true) => format!(
            "the registry finds it by {names}, which a declaration says: perhaps `#[identity(place = {:?})]`, with \
             the page that says so.",
            several.join(", ")
        ),
        (_, false) => format!(
            "the registry finds it by {names}, which the service gives: right unless two can't have the same name."
        ),
    }
}

fn field(property: &Property) -> String {
    let Property { field, kind, required, facts, questions, .. } = property;
    let mut text = format!("/// {UNDESCRIBED}\n");
    for asked in questions {
        text.push_str(&question(asked));
    }
    if !facts.is_empty() {
        text.push_str(&format!("#[property({})]\n", facts.join(", ")));
    }
    let kind = match kind {
        Kind::List(_) | Kind::Tags => kind.field(),
        kind if *required => kind.field(),
        kind => format!("Option<{}>", kind.field()),
    };
    text.push_str(&format!("{field}: {kind},\n"));
    text
}

/// A question in a comment, whose first line says that it is one.
fn question(asked: &str) -> String {
    let mut lines = vec![format!("// {UNDECIDED}:")];
    for word in asked.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() < WIDTH => {
                line.push_str(&format!(" {word}"))
            }
            _ => lines.push(format!("// {word}")),
        }
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::super::model::tests::sample;
    use super::*;

    #[test]
    fn everything_is_declared() {
        let text = source(&sample());
        for expected in [
            "//! `AWS::Logs::DBThing`.\n\nuse ironward_core::output::Output;\nuse ironward_core::value::Value;\n\
             use ironward_macros::Resource;\n\nuse crate::tags::Tags;\n",
            "ironward_core::identifiers! {\n    /// To be written.\n    DbThingId;\n}\n",
            "#[resource(type = \"AWS::Logs::DBThing\", registry, id = \"Id\", tags)]\n// To be decided: ",
            "#[identity(given)]\n",
            "#[attribute(id: DbThingId = \"Id\", predict = \"{GroupName}|{DBName}\")]\n",
            "pub struct DbThing {\n/// To be written.\n",
            "#[property(create_only)]\ngroup_name: Output<String>,\n",
            "#[property(required)]\nnames: Vec<Output<String>>,\n",
            "/// To be written.\ncount: Option<Output<i64>>,\n",
            "rules: Vec<Value>,\n",
            "#[property(compare = \"Tags\")]\ntags: Tags,\n}\n",
        ] {
            assert!(text.contains(expected), "{expected} in\n{text}");
        }
        assert!(text.parse::<proc_macro2::TokenStream>().is_ok(), "{text}");
    }

    #[test]
    fn questions_are_wrapped_and_can_be_found() {
        let text = question(&"word ".repeat(60));
        assert!(text.starts_with("// To be decided: word word"), "{text}");
        assert!(text.lines().all(|line| line.starts_with("// ") && line.len() <= WIDTH), "{text}");
        assert_eq!(text.lines().count(), 4);
    }
}
