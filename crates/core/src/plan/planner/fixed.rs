//! What is fixed once it is set: an update that the cloud would refuse isn't planned.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::model::compare::is_empty;
use crate::model::document::Node;
use crate::model::schema::{Once, Property, Schema};
use crate::plan::diff::Difference;

/// The properties that an update would change although they are fixed ([`Property::once`]). `before` says
/// what the cloud has.
pub(super) fn refused(
    schema: &Schema,
    before: impl Fn(&str) -> Option<Json>,
    declared: &BTreeMap<String, Node>,
    difference: &Difference,
) -> Vec<(&'static str, Once)> {
    let is_on = |name: &str| {
        let stays = declared.get(name).and_then(Node::to_json) == Some(Json::Bool(true));
        stays && before(name) == Some(Json::Bool(true))
    };
    let fixed = schema.properties.iter().filter_map(|property| Some((property, property.once?)));
    fixed
        .filter(|(property, once)| {
            let diff = difference.changes.iter().find(|diff| diff.property == property.name);
            let set = diff.and_then(|diff| diff.before.as_ref());
            set.is_some_and(|value| !is_unset(property, value)) && once.only_while.is_none_or(is_on)
        })
        .map(|(property, once)| (property.name, once))
        .collect()
}

/// Whether a value is as good as none.
fn is_unset(property: &Property, value: &Json) -> bool {
    let default = property.default.and_then(|text| serde_json::from_str::<Json>(text).ok());
    is_empty(value) || default.is_some_and(|default| default == *value)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::document::Document;
    use crate::model::schema::Change;
    use crate::plan::diff::{DiffInput, difference};

    static SCHEMA: Schema = Schema::new(
        "Test::Thing",
        "Id",
        &[
            Property { once: Some(Once::new("no", "don't")), ..Property::new("Key", Change::Update("key")) },
            Property {
                once: Some(Once::new("not while it is on", "switch it off").only_while("On")),
                ..Property::new("Seal", Change::Update("on"))
            },
            Property { default: Some("false"), ..Property::new("On", Change::Update("on")) },
            Property {
                once: Some(Once::new("never off again", "leave it on")),
                default: Some("false"),
                ..Property::new("Lock", Change::Update("lock"))
            },
        ],
        &[],
    );

    fn of(last: Json, declared: Json) -> Vec<&'static str> {
        let last: Document = serde_json::from_value(last).unwrap();
        let declared = Node::from(declared).into_members();
        let sides = DiffInput::plain(&last, &declared);
        let difference = difference(&SCHEMA, &sides);
        let before = |name: &str| last.json(name).cloned();
        refused(&SCHEMA, before, &declared, &difference).into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn what_is_fixed_is_refused_once_it_is_set_and_while_that_holds() {
        assert_eq!(of(json!({"Key": "a"}), json!({"Key": "b"})), ["Key"]);
        assert!(of(json!({}), json!({"Key": "b"})).is_empty());
        assert!(of(json!({"Key": "a"}), json!({"Key": "a"})).is_empty());
        let (on, off) = (json!({"On": true, "Seal": "a"}), json!({"On": false, "Seal": "a"}));
        assert_eq!(of(on.clone(), json!({"On": true, "Seal": "b"})), ["Seal"]);
        assert!(of(on, json!({"On": false, "Seal": "b"})).is_empty());
        assert!(of(off, json!({"On": true, "Seal": "b"})).is_empty());
        assert_eq!(of(json!({"Lock": true}), json!({"Lock": false})), ["Lock"]);
        assert!(of(json!({"Lock": false}), json!({"Lock": true})).is_empty());
    }
}
