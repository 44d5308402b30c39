//! Relations between resources and values of theirs, written as in the tables of `ironward_aws`.
//!
//! | text | means |
//! |---|---|
//! | `A.B` | the value of a property or attribute; `*` is every item of a list, `[Key=x]` those with that member |
//! | `A->` | the resources that the value names, by id or ARN |
//! | `<-T.A` | the resources of type `T` whose value `A` names this one |
//! | `@T` | all resources of type `T` |
//! | `A\|7` | the first seven of the parts between colons: a secret's ARN without the key behind it |

use serde_json::Value as Json;

use crate::estate::{Estate, Resource};
pub(crate) use crate::policy::pattern::matches;

/// The values at `path` of a resource: of its properties, or else of its attributes.
#[must_use]
pub fn values<'a>(resource: &'a Resource, path: &str) -> Vec<&'a Json> {
    let found = within(&resource.properties, path);
    if !found.is_empty() {
        return found;
    }
    // Some attributes have a dot in their name.
    match resource.attributes.get(path) {
        Some(value) => vec![value],
        None => within(&resource.attributes, path),
    }
}

fn within<'a>(json: &'a Json, path: &str) -> Vec<&'a Json> {
    let mut found = vec![json];
    for step in steps(path) {
        found = found.into_iter().flat_map(|value| descend(value, &step)).collect();
    }
    found
}

#[derive(Debug, PartialEq, Eq)]
enum Step<'a> {
    Member(&'a str),
    Every,
    Where(&'a str, &'a str),
}

/// The steps of a path; brackets hold dots.
fn steps(path: &str) -> Vec<Step<'_>> {
    let (mut found, mut rest) = (Vec::new(), path);
    while !rest.is_empty() {
        if let Some((condition, tail)) = rest.strip_prefix('[').and_then(|inside| inside.split_once(']')) {
            let (member, value) = condition.split_once('=').unwrap_or((condition, ""));
            found.push(Step::Where(member, value));
            rest = tail.strip_prefix('.').unwrap_or(tail);
            continue;
        }
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let (step, tail) = rest.split_at(end);
        found.push(if step == "*" { Step::Every } else { Step::Member(step) });
        rest = tail.strip_prefix('.').unwrap_or(tail);
    }
    found
}

fn descend<'a>(value: &'a Json, step: &Step<'_>) -> Vec<&'a Json> {
    let items = || value.as_array().into_iter().flatten();
    match step {
        Step::Member(name) => value.get(name).into_iter().collect(),
        Step::Every => items().collect(),
        Step::Where(member, wanted) => items().filter(|item| item[*member] == **wanted).collect(),
    }
}

/// The resources that a relation leads to from a resource, each once.
#[must_use]
pub fn walk<'a>(estate: &'a Estate, from: &'a Resource, relation: &str) -> Vec<&'a Resource> {
    let of_type = |name: &str| -> Vec<&'a Resource> {
        estate.resources().iter().filter(|resource| resource.type_name == name).collect()
    };
    let (mut at, mut rest) = (vec![from], relation);
    if let Some(type_name) = rest.strip_prefix('@') {
        let end = type_name.find(['-', '<']).unwrap_or(type_name.len());
        at = of_type(&type_name[..end]);
        rest = type_name[end..].strip_prefix("->").unwrap_or(&type_name[end..]);
    }
    while !rest.is_empty() {
        let mut next: Vec<&Resource> = Vec::new();
        if let Some(back) = rest.strip_prefix("<-") {
            let end = [back.find("->"), back.find("<-")].into_iter().flatten().min().unwrap_or(back.len());
            let (source, tail) = back.split_at(end);
            let (type_name, path) = source.split_once('.').unwrap_or((source, ""));
            for resource in of_type(type_name) {
                let named = values(resource, path).into_iter().filter_map(Json::as_str);
                let mut named = named.flat_map(|name| estate.named(name));
                if named.any(|named| at.iter().any(|here| std::ptr::eq(*here, named))) {
                    next.push(resource);
                }
            }
            rest = tail.strip_prefix("->").unwrap_or(tail);
        } else {
            let end = [rest.find("->"), rest.find("<-")].into_iter().flatten().min().unwrap_or(rest.len());
            let (path, tail) = rest.split_at(end);
            for resource in at {
                for name in texts(resource, path) {
                    next.extend(estate.named(&name).filter(|named| !std::ptr::eq(*named, resource)));
                }
            }
            rest = tail.strip_prefix("->").unwrap_or(tail);
        }
        let mut seen: Vec<*const Resource> = Vec::new();
        next.retain(|resource| {
            let new = !seen.contains(&std::ptr::from_ref(*resource));
            seen.push(std::ptr::from_ref(*resource));
            new
        });
        at = next;
    }
    at
}

/// The texts, numbers and booleans at a path.
fn texts(resource: &Resource, path: &str) -> Vec<String> {
    let (path, parts) = match path.split_once('|') {
        Some((path, parts)) => (path, parts.parse().ok()),
        None => (path, None),
    };
    let found = values(resource, path).into_iter().filter_map(|value| match value {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(flag) => Some(flag.to_string()),
        _ => None,
    });
    let cut = |text: String| match parts {
        Some(parts) => text.split(':').take(parts).collect::<Vec<_>>().join(":"),
        None => text,
    };
    found.map(cut).collect()
}

/// The texts that `expression` leads to: a relation whose last step is a value.
#[must_use]
pub fn expression(estate: &Estate, from: &Resource, expression: &str) -> Vec<String> {
    let place = estate.place();
    match expression {
        "partition" => return vec![place.partition.clone()],
        "region" => return vec![place.region.clone()],
        "account" => return vec![place.account.clone()],
        _ => {}
    }
    let Some((relation, path)) = expression.rsplit_once("->") else { return texts(from, expression) };
    let mut found = Vec::new();
    for resource in walk(estate, from, relation) {
        for text in texts(resource, path) {
            if !found.contains(&text) {
                found.push(text);
            }
        }
    }
    found
}

/// Fills a template's `{expression}`s: one text for each combination of what they lead to, and none
/// where one leads nowhere.
#[must_use]
pub fn fill(estate: &Estate, from: &Resource, template: &str) -> Vec<String> {
    let Some((before, after)) = template.split_once('{') else { return vec![template.to_owned()] };
    let Some((inside, tail)) = after.split_once('}') else { return vec![template.to_owned()] };
    let tails = fill(estate, from, tail);
    let found = expression(estate, from, inside);
    found.iter().flat_map(|text| tails.iter().map(move |tail| format!("{before}{text}{tail}"))).collect()
}
