//! What a cloud has one of for all stacks of an account: who made it, who uses it, and what follows.
//!
//! A declaration says that others may use it too ([`WithOptions::shared`]). Where there is none yet, the stack
//! makes it. What another stack made is used as it is: it is neither changed nor deleted, and where its type
//! has tags one of them says who uses it. What is nobody's is taken over where tags can say so, and used as
//! it is where they can't. In the end it goes only with the stack that made it, and only where it is seen
//! that no other one uses it.
//!
//! [`WithOptions::shared`]: crate::model::declare::WithOptions::shared

use std::collections::BTreeMap;

use crate::cloud::provider::{Observation, Observed, USER_TAG, owner, user_tag};
use crate::model::document::{Document, Node};
use crate::model::path::Path;
use crate::model::program::{Program, Resource};
use crate::model::schema::{Compare, Ownership, Schema};
use crate::plan::diff::{DiffInput, difference};
use crate::plan::planner::Input;
use crate::state::{Lineage, Record, Sharing};

/// How a stack stands to a resource that it makes or changes. What others were told that they may use isn't
/// taken back by a declaration: they don't hear of it.
pub(crate) fn as_declared(resource: &Resource, last: Option<&Record>) -> Option<Sharing> {
    let recorded = last.and_then(|record| record.sharing);
    recorded.or_else(|| resource.options.shared.then_some(Sharing::Made))
}

/// How a stack stands to something that it recorded, be it before declarations could say so.
fn of(program: &Program, record: &Record) -> Option<Sharing> {
    let declared = || program.resources.get(&record.path).filter(|resource| resource.options.shared);
    record.sharing.or_else(|| declared().map(|_| Sharing::Made))
}

/// The same, with what its tags say: another stack may use what this one never declared so.
pub(crate) fn as_seen(
    program: &Program,
    record: &Record,
    seen: Option<&Observation>,
    own: &Lineage,
) -> Option<Sharing> {
    let used = || users(tags_of(seen)?, own).next().map(|_| Sharing::Made);
    of(program, record).or_else(used)
}

fn tags_of(seen: Option<&Observation>) -> Option<&BTreeMap<String, String>> {
    match seen {
        Some(Observation::Present(observed)) => observed.tags.as_ref(),
        _ => None,
    }
}

/// Why something stays in the cloud although the stack that recorded it comes down, since others use it or
/// may do so.
pub(crate) fn stays(input: &Input<'_>, record: &Record) -> Option<String> {
    let seen = tags_of(input.observations.get(&record.instance));
    match of(input.program, record) {
        Some(Sharing::Used) => Some(seen.and_then(owner).map_or_else(
            || "it isn't this stack's: it is only used".to_owned(),
            |owner| format!("it belongs to {owner}"),
        )),
        Some(Sharing::Found) => Some("it was there before this stack".to_owned()),
        Some(Sharing::Made) if !tells(input.schemas.get(&record.type_name).copied()) => {
            Some("others may use it too, and nothing tells".to_owned())
        }
        // Whatever is declared or recorded: its tags say who uses it.
        Some(Sharing::Made) | None => used_by(seen?, &input.state.lineage),
    }
}

/// Whether two declarations of one stack may stand for one thing, since each would leave it to others and it
/// can't carry whose it is: the record that validates a name and its wildcard, say.
pub(crate) fn alike(program: &Program, one: &Path, other: &Path) -> bool {
    let shares = |path: &Path| {
        let resource = program.resources.get(path)?;
        (resource.options.shared && !tells(Some(resource.schema))).then_some(resource)
    };
    let both = shares(one).zip(shares(other));
    both.is_some_and(|(one, other)| one.schema.type_name == other.schema.type_name)
}

/// Whether it can be seen who uses something of this type.
pub(crate) fn tells(schema: Option<&Schema>) -> bool {
    schema.is_some_and(|schema| schema.ownership == Ownership::Tags)
}

/// Whether what is replaced stays where it is, as far as that follows from its type.
pub(crate) fn outlives(program: &Program, resource: Option<&Resource>, record: &Record) -> bool {
    match of(program, record) {
        Some(Sharing::Made) => !tells(resource.map(|resource| resource.schema)),
        other => other.is_some(),
    }
}

/// That another stack uses what carries these tags, in words.
pub(crate) fn used_by(tags: &BTreeMap<String, String>, own: &Lineage) -> Option<String> {
    users(tags, own).next().map(|user| format!("the Ironward state {user} uses it too"))
}

/// The lineages of the other states whose stacks use what carries these tags.
fn users<'a>(tags: &'a BTreeMap<String, String>, own: &'a Lineage) -> impl Iterator<Item = &'a str> {
    tags.keys().filter_map(|key| key.strip_prefix(USER_TAG)).filter(|lineage| *lineage != own.as_str())
}

/// Whether what is used says that this stack uses it, where it can.
pub(crate) fn is_marked(schema: &Schema, observed: &Observed, lineage: &Lineage) -> bool {
    schema.ownership != Ownership::Tags
        || observed.tags.as_ref().is_some_and(|tags| tags.contains_key(&user_tag(lineage)))
}

/// The properties in which what is there differs from what is declared, as far as both are known.
pub(crate) fn differing(
    schema: &Schema,
    declared: &BTreeMap<String, Node>,
    observed: &Observed,
) -> Vec<String> {
    let sides = DiffInput {
        last: &Document::new(),
        declared,
        observed: Some(observed),
        incomplete: false,
        ignore: &[],
        replace_on: &[],
    };
    let told = |name: &str| observed.properties.has(name) || observed.unset.contains(name);
    let known = |name: &str| declared.get(name).is_none_or(|node| node.to_json().is_some());
    let tags = |name: &str| schema.property(name).is_some_and(|one| one.compare == Compare::Tags);
    let changes = difference(schema, &sides).changes.into_iter().map(|diff| diff.property);
    changes.filter(|name| told(name) && known(name) && !tags(name)).collect()
}

/// What is said of something that is used as it is.
pub(crate) fn says(observed: &Observed, differing: &[String]) -> String {
    let whose = observed.tags.as_ref().and_then(owner).map(|owner| format!(" and belongs to {owner}"));
    let other = if differing.is_empty() {
        String::new()
    } else {
        format!("; there it has another {} than is declared here", differing.join(", "))
    };
    format!("shared: it exists{}; it is used and not changed{other}", whose.unwrap_or_default())
}
