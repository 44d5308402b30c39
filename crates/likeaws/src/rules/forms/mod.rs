//! Answers in the form that AWS gives them: lists in another order, defaults filled in, documents written anew.
//!
//! A [`Form`] is a row, with an answer of the emulator's and what becomes of it; a test tries it. What is rewritten
//! says the same as before: whoever takes it for another is wrong about AWS.
//!
//! | module | holds |
//! |---|---|
//! | `orders` | lists whose order nobody promised |
//! | `defaults` | what AWS fills in |
//! | `attributes` | attributes that load balancers and target groups always have |
//! | `documents` | policies, as they come back |

mod attributes;
mod defaults;
mod documents;
mod orders;

use ironward_emulators::xml;
use serde_json::Value;

use crate::call::Call;
use crate::rule::{Calls, Does, Rule};
use crate::said::is_like;

/// An answer in AWS's form.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    /// What tests and messages call it.
    pub name: &'static str,
    /// The service, as signatures name it.
    pub service: &'static str,
    /// The operations whose answers it is about; `*` stands for anything.
    pub operations: &'static [&'static str],
    /// The document of AWS, or whose report of it.
    pub source: &'static str,
    /// What becomes of the answer.
    pub change: Change,
    /// An answer of the emulator's.
    pub before: &'static str,
    /// The same in AWS's form.
    pub after: &'static str,
}

/// What becomes of an answer.
#[derive(Debug, Clone, Copy)]
pub enum Change {
    /// The members of these lists in the reverse order, in XML: the list, its member.
    Reverse(&'static [(&'static str, &'static str)]),
    /// The same in JSON, by ways: `services.*.networkConfiguration.awsvpcConfiguration.subnets`.
    ReverseAt(&'static [&'static str]),
    /// What is absent, in XML: the list, its member, and what is added to each that has no element of that name.
    Add(&'static [(&'static str, &'static str, &'static str, &'static str)]),
    /// The same in JSON: the way to each object, the member, its value.
    AddAt(&'static [(&'static str, &'static str, &'static str)]),
    /// Whatever else.
    That(fn(&str) -> Option<String>),
}

impl Form {
    /// Whether a call's answer is one that it is about.
    #[must_use]
    pub fn includes(&self, call: &Call) -> bool {
        call.service == self.service
            && self.operations.iter().any(|operation| is_like(operation, &call.operation))
    }

    /// The answer in its form; nothing where it has it already.
    #[must_use]
    pub fn of(&self, answer: &str) -> Option<String> {
        match self.change {
            Change::Reverse(lists) => {
                let reverse = |text: String, (list, member): &(&str, &str)| reversed(&text, list, member);
                Some(lists.iter().fold(answer.to_owned(), reverse))
            }
            Change::Add(members) => {
                Some(members.iter().fold(answer.to_owned(), |text, added| with(&text, added)))
            }
            Change::ReverseAt(ways) => in_json(answer, |value| {
                for way in ways {
                    each(value, way, &mut |value| {
                        value.as_array_mut().into_iter().for_each(|list| list.reverse())
                    });
                }
            }),
            Change::AddAt(members) => in_json(answer, |value| {
                for (way, member, default) in members {
                    each(value, way, &mut |value| fill(value, member, default));
                }
            }),
            Change::That(change) => change(answer),
        }
    }
}

/// Every form.
pub fn all() -> impl Iterator<Item = &'static Form> {
    [orders::FORMS, defaults::FORMS, attributes::FORMS, documents::FORMS].into_iter().flatten()
}

/// The forms as rules.
#[must_use]
pub fn rules() -> Vec<Rule> {
    let rule = |form: &'static Form| Rule {
        name: form.name,
        source: form.source,
        calls: Calls::Form(form),
        does: Does::Form(form),
    };
    all().map(rule).collect()
}

/// The lists of a name in the reverse order, wherever they stand.
fn reversed(text: &str, list: &str, member: &str) -> String {
    xml::edit_each(text, list, |inner| {
        let members = xml::all(inner, member);
        (members.len() > 1)
            .then(|| members.into_iter().rev().map(|one| format!("<{member}>{one}</{member}>")).collect())
    })
}

fn with(text: &str, (list, member, name, value): &(&str, &str, &str, &str)) -> String {
    xml::edit_each(text, list, |inner| {
        Some(xml::edit_each(inner, member, |one| {
            (!xml::has(one, name)).then(|| format!("{one}<{name}>{value}</{name}>"))
        }))
    })
}

fn in_json(answer: &str, change: impl FnOnce(&mut Value)) -> Option<String> {
    let before: Value = serde_json::from_str(answer).ok()?;
    let mut value = before.clone();
    change(&mut value);
    (value != before).then(|| value.to_string())
}

/// Whatever stands at the end of a way; `*` leads to each member of a list.
fn each(value: &mut Value, way: &str, change: &mut dyn FnMut(&mut Value)) {
    let (step, rest) = way.split_once('.').unwrap_or((way, ""));
    match step {
        "" => change(value),
        "*" => value.as_array_mut().into_iter().flatten().for_each(|member| each(member, rest, change)),
        name => {
            if let Some(member) = value.get_mut(name) {
                each(member, rest, change);
            }
        }
    }
}

fn fill(value: &mut Value, member: &str, default: &str) {
    let Some(object) = value.as_object_mut() else { return };
    if object.get(member).is_none_or(Value::is_null) {
        let default = serde_json::from_str(default).unwrap_or_else(|_| Value::from(default));
        object.insert(member.to_owned(), default);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_makes_of_an_answer_what_aws_says() {
        for form in all() {
            let told = form.of(form.before).unwrap_or_else(|| panic!("{} leaves it", form.name));
            match serde_json::from_str::<Value>(form.after) {
                Ok(after) => {
                    assert_eq!(serde_json::from_str::<Value>(&told).unwrap(), after, "{}", form.name)
                }
                Err(_) => assert_eq!(told, form.after, "{}", form.name),
            }
            assert_ne!(form.before, form.after, "{}", form.name);
            assert!(form.source.starts_with("https://"), "{}", form.name);
        }
    }

    #[test]
    fn ways_lead_through_lists() {
        let mut value = serde_json::json!({ "a": [{ "b": [1, 2] }, { "c": 3 }] });
        each(&mut value, "a.*.b", &mut |list| list.as_array_mut().unwrap().reverse());
        each(&mut value, "a.*", &mut |one| fill(one, "d", "[]"));
        assert_eq!(value, serde_json::json!({ "a": [{ "b": [2, 1], "d": [] }, { "c": 3, "d": [] }] }));
    }
}
