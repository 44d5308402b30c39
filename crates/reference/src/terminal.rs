//! The facts of a type on a terminal: one line each, with its origin.

use ironward_core::schema::{Property, Schema};

use crate::facts::{self, Fact};

/// All facts of a type, or of one of its properties.
pub(crate) fn show(schema: &Schema, only: Option<&Property>) -> String {
    let mut text = format!("{}\n", schema.type_name);
    if only.is_none() {
        for sentence in facts::identity(schema) {
            text.push_str(&format!("  {sentence}\n"));
        }
        if schema.stateful {
            text.push_str("  It holds data: its deletion and its replacement ask for consent.\n");
        }
    }
    for property in schema.properties.iter().filter(|one| only.is_none_or(|only| only.name == one.name)) {
        text.push_str(&format!("\n  {}\n", property.name));
        for fact in facts::of(schema, property) {
            text.push_str(&line(&fact));
        }
    }
    let relations = schema.relations.iter();
    let mine = relations.filter(|relation| only.is_none_or(|only| relation.of.contains(&only.name)));
    for (index, relation) in mine.enumerate() {
        if index == 0 {
            text.push_str("\n  between properties\n");
        }
        text.push_str(&format!("    {}\n      {}\n", relation.of.join(", "), relation.source));
    }
    text
}

fn line(fact: &Fact) -> String {
    let member = fact.member.map(|member| format!(" of {member}")).unwrap_or_default();
    let section = fact.section.map(|section| format!(" ({section})")).unwrap_or_default();
    let source = fact.source.map(|source| format!("\n      {source}")).unwrap_or_default();
    format!("    {}{member}: {}{section}\n      {}{source}\n", fact.about, fact.text, fact.origin)
}
