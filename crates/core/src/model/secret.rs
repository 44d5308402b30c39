//! Values that must not be seen: not printed, not serialised, and not part of a value that can be.
//!
//! An expression that is built from a secret is secret ([`Value::Secret`](crate::model::value::Value)). It
//! reaches the call that needs it and nothing else: plans, events, state and journal hold a hash of
//! it, salted with the instance it belongs to, so that a change shows and the value doesn't.

use std::fmt;

use serde_json::{Map, Value as Json};
use sha2::{Digest, Sha256};

use crate::model::identity::hex;
use crate::model::output::{IntoInput, Output, ToValue};
use crate::model::value::Value;

/// A value that can't be printed or serialised, nor become part of a text that can.
///
/// ```
/// use ironward_core::output::{ToValue, concat};
/// use ironward_core::secret::Secret;
///
/// let password = Secret::new("hunter2".to_owned());
/// assert_eq!(format!("{password:?}"), "(secret)");
/// let url = concat(["postgres://app:".to_value(), password.to_value(), "@db".to_value()]);
/// assert!(url.is_secret());
/// assert!(!format!("{url:?}").contains("hunter2"));
/// ```
///
/// It has no `Display`, so that it doesn't get into a message by accident:
/// ```compile_fail,E0277
/// # use ironward_core::secret::Secret;
/// let password = Secret::new("hunter2".to_owned());
/// let message = format!("the password is {password}");
/// ```
/// It has no `Serialize`:
/// ```compile_fail,E0277
/// # use ironward_core::secret::Secret;
/// let json = serde_json::to_string(&Secret::new("hunter2".to_owned()));
/// ```
/// And it isn't text:
/// ```compile_fail,E0308
/// # use ironward_core::secret::Secret;
/// let text: String = Secret::new("hunter2".to_owned());
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Hides a value.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for the call that needs it.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

impl<T: ToValue> ToValue for Secret<T> {
    fn to_value(&self) -> Value {
        Value::secret(self.0.to_value())
    }
}

impl<T: ToValue> IntoInput<T> for Secret<T> {
    fn into_input(self) -> Output<T> {
        Output::from_value(self.to_value())
    }
}

/// The member that marks the place of a secret in a document.
pub const MARK: &str = "$secret";

/// What stands in the place of a secret: its salted hash, of 32 hexadecimal digits.
#[must_use]
pub fn concealed(salt: &str, secret: &Json) -> Json {
    let digest = Sha256::digest(format!("{salt}\n{secret}").as_bytes());
    Json::Object(Map::from_iter([(MARK.to_owned(), Json::String(hex(&digest[..16])))]))
}

/// Whether this stands in the place of a secret.
#[must_use]
pub fn is_concealed(json: &Json) -> bool {
    json.as_object().is_some_and(|members| members.len() == 1 && members.contains_key(MARK))
}

/// Whether a secret stood anywhere in this.
pub(crate) fn holds_concealed(json: &Json) -> bool {
    match json {
        Json::Object(members) => is_concealed(json) || members.values().any(holds_concealed),
        Json::Array(items) => items.iter().any(holds_concealed),
        _ => false,
    }
}

/// `json` with hashes where `shape` has them, so that the two can be compared.
pub(crate) fn redact_like(shape: &Json, json: &Json, salt: &str) -> Json {
    match (shape, json) {
        (shape, json) if is_concealed(shape) && !json.is_null() && !is_concealed(json) => {
            concealed(salt, json)
        }
        (Json::Object(shape), Json::Object(members)) => {
            let like = |(name, member): (&String, &Json)| {
                let shape = shape.get(name).unwrap_or(&Json::Null);
                (name.clone(), redact_like(shape, member, salt))
            };
            Json::Object(members.iter().map(like).collect())
        }
        (Json::Array(shape), Json::Array(items)) => {
            let like = |(index, item): (usize, &Json)| {
                let same = match called(item) {
                    Some(name) => shape.iter().find(|shape| called(shape) == Some(name)),
                    None => shape.get(index),
                };
                redact_like(same.unwrap_or(&Json::Null), item, salt)
            };
            Json::Array(items.iter().enumerate().map(like).collect())
        }
        _ => json.clone(),
    }
}

/// What an item of a list is called, where it has a name: a service may order them anew.
fn called(item: &Json) -> Option<&Json> {
    item.get("Key").or_else(|| item.get("Name"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_hash_depends_on_salt_and_value() {
        let hash = concealed("a", &json!("x"));
        assert_eq!(hash, concealed("a", &json!("x")));
        assert_ne!(hash, concealed("b", &json!("x")));
        assert_ne!(hash, concealed("a", &json!("y")));
        assert!(is_concealed(&hash) && holds_concealed(&json!([{"Value": hash}])));
    }

    #[test]
    fn what_is_seen_is_concealed_where_the_declaration_is() {
        let shape = json!({"Env": [{"Name": "A", "Value": concealed("s", &json!("x"))}]});
        let seen = json!({"Env": [{"Name": "B", "Value": "y"}, {"Name": "A", "Value": "x"}], "More": 1});
        let expected = json!({
            "Env": [{"Name": "B", "Value": "y"}, {"Name": "A", "Value": concealed("s", &json!("x"))}],
            "More": 1,
        });
        assert_eq!(redact_like(&shape, &seen, "s"), expected);
    }
}
