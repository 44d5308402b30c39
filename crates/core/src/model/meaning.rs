//! What values mean by the facts of their property, beyond how it compares.

use serde_json::Value as Json;

use crate::model::compare::{is_empty, same, version_reached};
use crate::model::schema::{Compare, Meaning, Member, Property};

/// How values of one property are read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading<'a> {
    property: &'a Property,
    /// How many parts of a version are the major one.
    major: usize,
}

impl<'a> Reading<'a> {
    /// Reads values of a property, given what those beside it say.
    pub(crate) fn of(property: &'a Property, beside: impl Fn(&str) -> Option<Json>) -> Self {
        let major = property
            .majors
            .and_then(|majors| Some(majors.of(&beside(majors.by)?.as_str()?.to_lowercase())))
            .unwrap_or(1);
        Self { property, major }
    }

    /// Whether `observed` is what `declared` asks for.
    pub(crate) fn same(&self, declared: &Json, observed: &Json) -> bool {
        let Property { compare, members, .. } = *self.property;
        if compare == Compare::AtLeastVersion
            && let (Some(declared), Some(observed)) = (declared.as_str(), observed.as_str())
        {
            return version_reached(declared, observed, self.major);
        }
        if members.is_empty() {
            return same(compare, declared, observed);
        }
        let (mut declared, mut observed) = (declared.clone(), observed.clone());
        fill(members, &mut observed);
        // Elsewhere what isn't declared doesn't count.
        if compare == Compare::Whole {
            fill(members, &mut declared);
        }
        for side in [&mut declared, &mut observed] {
            settle(members, side);
        }
        same(compare, &declared, &observed)
    }

    /// The value without the members that say what silence says.
    pub(crate) fn without_defaults(&self, value: &Json) -> Json {
        let mut value = value.clone();
        for (member, default) in defaults(self.property.members) {
            visit(&mut value, member.path, &mut |parent, name| {
                if parent.get(name) == Some(&default) {
                    parent.remove(name);
                }
            });
        }
        value
    }
}

fn defaults(members: &[Member]) -> impl Iterator<Item = (&Member, Json)> {
    members.iter().filter_map(|member| match member.meaning {
        Meaning::Default(text) => Some((member, serde_json::from_str(text).ok()?)),
        _ => None,
    })
}

/// Says what silence says.
fn fill(members: &[Member], value: &mut Json) {
    for (member, default) in defaults(members) {
        visit(value, member.path, &mut |parent, name| {
            if parent.get(name).is_none_or(Json::is_null) {
                parent.insert(name.to_owned(), default.clone());
            }
        });
    }
}

/// Brings text without case and lists without order into the one form that all equal ones share.
fn settle(members: &[Member], value: &mut Json) {
    for member in members.iter().filter(|member| member.meaning == Meaning::IgnoreCase) {
        if member.path.is_empty() {
            lower(value);
            continue;
        }
        visit(value, member.path, &mut |parent, name| {
            if let Some(value) = parent.get_mut(name) {
                lower(value);
            }
        });
    }
    // The innermost first: a list is sorted by what its items have become.
    let mut sets: Vec<&Member> = members.iter().filter(|member| member.meaning == Meaning::Set).collect();
    sets.sort_by_key(|member| std::cmp::Reverse(member.path.len()));
    for member in sets {
        if member.path.is_empty() {
            sort(value);
            continue;
        }
        visit(value, member.path, &mut |parent, name| {
            if let Some(list) = parent.get_mut(name) {
                sort(list);
            }
        });
    }
}

/// Orders a list by its items, and takes away what is there twice. What is empty in an item says
/// nothing.
fn sort(list: &mut Json) {
    if let Json::Array(items) = list {
        items.iter_mut().for_each(prune);
        items.sort_by_cached_key(Json::to_string);
        items.dedup();
    }
}

fn prune(value: &mut Json) {
    match value {
        Json::Object(members) => {
            members.values_mut().for_each(prune);
            members.retain(|_, member| !is_empty(member));
        }
        Json::Array(items) => items.iter_mut().for_each(prune),
        _ => {}
    }
}

fn lower(value: &mut Json) {
    match value {
        Json::String(text) => *text = text.to_lowercase(),
        Json::Array(items) => items.iter_mut().for_each(lower),
        _ => {}
    }
}

/// Hands over each object that may have the member, and the member's name in it.
fn visit(value: &mut Json, path: &str, act: &mut dyn FnMut(&mut serde_json::Map<String, Json>, &str)) {
    match value {
        Json::Array(items) => items.iter_mut().for_each(|item| visit(item, path, act)),
        Json::Object(members) => match path.split_once('.') {
            Some((first, rest)) => {
                if let Some(inner) = members.get_mut(first) {
                    visit(inner, rest, act);
                }
            }
            None => act(members, path),
        },
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::schema::{Change, Majors};

    const MEMBERS: &[Member] = &[
        Member::new("Rules.Prefix", Meaning::Default("\"\"")),
        Member::new("Rules.Marker", Meaning::Default("false")),
        Member::new("Rules.Moves", Meaning::Set),
        Member::new("Class", Meaning::IgnoreCase),
    ];

    #[test]
    fn a_row_may_be_about_the_value_itself() {
        const ITSELF: &[Member] = &[Member::new("", Meaning::IgnoreCase)];
        let property =
            Property { compare: Compare::Set, members: ITSELF, ..Property::new("Names", Change::Replace) };
        let reading = Reading::of(&property, |_| None);
        assert!(reading.same(&json!(["B.example", "a.example"]), &json!(["A.example", "b.example"])));
    }

    fn property(compare: Compare) -> Property {
        Property { compare, members: MEMBERS, ..Property::new("Thing", Change::Update("thing")) }
    }

    #[track_caller]
    fn check(compare: Compare, declared: Json, observed: Json, expected: bool) {
        let property = property(compare);
        let reading = Reading::of(&property, |_| None);
        assert_eq!(reading.same(&declared, &observed), expected, "{compare:?}: {declared} vs {observed}");
    }

    #[test]
    fn a_default_said_aloud_is_silence() {
        for compare in [Compare::Exact, Compare::Whole] {
            let (aloud, silent) =
                (json!({"Rules": [{"Prefix": "", "Marker": false}]}), json!({"Rules": [{}]}));
            check(compare, aloud.clone(), silent.clone(), true);
            check(compare, silent, aloud.clone(), true);
            check(compare, aloud, json!({"Rules": [{"Prefix": "x"}]}), false);
        }
        check(Compare::Whole, json!({"Rules": [{}]}), json!({"Rules": [{"Prefix": "x"}]}), false);
        check(Compare::Whole, json!({"Rules": [{}]}), json!({"Rules": [{"Other": 1}]}), false);
    }

    #[test]
    fn lists_without_order_and_text_without_case() {
        check(
            Compare::Whole,
            json!({"Class": "GP3", "Rules": [{"Moves": [{"To": "A"}, {"To": "B"}, {"To": "A"}]}]}),
            json!({"Class": "gp3", "Rules": [{"Moves": [{"To": "B"}, {"To": "A"}]}]}),
            true,
        );
        check(
            Compare::Whole,
            json!({"Rules": [{"Moves": ["a"]}]}),
            json!({"Rules": [{"Moves": ["b"]}]}),
            false,
        );
    }

    #[test]
    fn what_says_what_silence_says_can_be_left_out() {
        let property = property(Compare::Exact);
        let reading = Reading::of(&property, |_| None);
        let value = json!({"Rules": [{"Prefix": "", "Marker": true}]});
        assert_eq!(reading.without_defaults(&value), json!({"Rules": [{"Marker": true}]}));
    }

    #[test]
    fn how_long_a_major_version_is_depends_on_what_stands_beside_it() {
        let property = Property {
            compare: Compare::AtLeastVersion,
            majors: Some(Majors::by("Engine", &[("mysql", 2)])),
            ..Property::new("Version", Change::Update("version"))
        };
        let reached = |engine: &str| {
            let reading = Reading::of(&property, |name| (name == "Engine").then(|| json!(engine)));
            reading.same(&json!("8.0.35"), &json!("8.4.3"))
        };
        assert!(!reached("MySQL") && reached("postgres"));
    }
}
