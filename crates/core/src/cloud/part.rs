//! What is inside of an instance and may be declared as resources of their own.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::cloud::provider::Observed;
use crate::model::document::Document;
use crate::model::path::Path;
use crate::state::InstanceId;

/// Something inside of an instance that a program may declare as a resource of its own, such as a
/// rule of a security group.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// The registry name of its type.
    pub type_name: &'static str,
    /// What the API calls it.
    pub physical_id: String,
    /// The properties that say what it is: a declaration that says the same in all of them is the same
    /// thing.
    pub says: Document,
    /// What it is, in words.
    pub words: String,
    /// How the instance shows it; nothing where it doesn't.
    pub shown: Option<Shown>,
}

/// How an observation of an instance shows what is inside of it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Shown {
    /// As this member of a property that is a list.
    Member(&'static str, Json),
    /// In a property that would be this if nothing of the kind were inside.
    Otherwise(&'static str, Json),
}

impl Shown {
    /// Takes it out of an observation: what is there is left alone.
    pub(crate) fn hide(&self, observed: &mut Observed) {
        match self {
            Self::Member(property, member) => {
                let Some(members) = observed.properties.json(property).and_then(|json| json.as_array())
                else {
                    return;
                };
                let mut members = members.clone();
                if let Some(index) = members.iter().position(|other| other == member) {
                    members.remove(index);
                    observed.properties.set(property, Json::from(members));
                }
            }
            Self::Otherwise(property, without) => {
                if observed.properties.has(property) {
                    observed.properties.set(property, without.clone());
                }
            }
        }
    }
}

/// What of instances is left alone, by instance.
pub(crate) type Spared = BTreeMap<InstanceId, Vec<Shown>>;

/// An observation without what is left alone.
pub(crate) fn without(spared: &Spared, instance: &InstanceId, mut observed: Observed) -> Observed {
    for shown in spared.get(instance).into_iter().flatten() {
        shown.hide(&mut observed);
    }
    observed
}

/// A part of something that an import takes over, which the program doesn't declare.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Left {
    /// What it is inside of.
    pub path: Path,
    /// What the API calls it.
    pub physical_id: String,
    /// What it is, in words.
    pub words: String,
    /// Whether a declaration rules it out: the next `up` takes it away.
    pub goes: bool,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_left_alone_is_not_seen() {
        let seen =
            |list: Json, flag: Json| Observed::new(Document::new()).with("List", list).with("Flag", flag);
        let instance: InstanceId = serde_json::from_value(json!("0123456789abcdef")).unwrap();
        let spared = BTreeMap::from([(
            instance.clone(),
            vec![
                Shown::Member("List", json!({"a": 1})),
                Shown::Member("List", json!({"a": 7})),
                Shown::Member("None", json!(1)),
                Shown::Otherwise("Flag", json!(true)),
                Shown::Otherwise("None", json!(true)),
            ],
        )]);
        let before = seen(json!([{"a": 1}, {"a": 2}, {"a": 1}]), json!(false));
        let after = without(&spared, &instance, before.clone());
        assert_eq!(after, seen(json!([{"a": 2}, {"a": 1}]), json!(true)));
        let other: InstanceId = serde_json::from_value(json!("fedcba9876543210")).unwrap();
        assert_eq!(without(&spared, &other, before.clone()), before);
    }
}
