//! What a program writes: expressions over literals and attributes of resources.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use serde_json::Value as Json;

use crate::model::document::Node;
use crate::model::path::Path;
use crate::model::secret::Secret;

/// One attribute of one declared resource or lookup, such as `fhir/key` and `Arn`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttrRef {
    /// Whose attribute.
    pub path: Path,
    /// The attribute's canonical name; a dot descends into an object or a list.
    pub attribute: String,
}

impl fmt::Display for AttrRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.path, self.attribute)
    }
}

/// An expression: a literal, an attribute that becomes known when its resource exists, or
/// a composition of these.
#[derive(Clone, Debug)]
pub enum Value {
    /// A value that is known while the program runs.
    Literal(Json),
    /// A list of expressions.
    List(Vec<Value>),
    /// An object of expressions; members that evaluate to null are left out.
    Map(BTreeMap<String, Value>),
    /// An attribute of a resource.
    Attr(AttrRef),
    /// Texts joined without a separator.
    Concat(Vec<Value>),
    /// A document rendered as compact JSON text with sorted keys.
    JsonText(Box<Value>),
    /// A named function of a value.
    Apply(Apply),
    /// A value that must not be seen, nor anything that is built from it.
    Secret(Secret<Box<Value>>),
}

/// A named pure function and its argument.
#[derive(Clone)]
pub struct Apply {
    name: &'static str,
    function: Arc<dyn Fn(Json) -> Result<Json, String> + Send + Sync>,
    argument: Box<Value>,
}

impl fmt::Debug for Apply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({:?})", self.name, self.argument)
    }
}

/// A value that can't be computed although everything it needs is known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EvalError {
    /// A function refused its argument.
    #[error("`{function}` can't use its argument: {reason}")]
    Refused {
        /// The function's name.
        function: &'static str,
        /// What it said.
        reason: String,
    },
    /// Something that isn't text was joined with text.
    #[error("only text, numbers and booleans can be joined into text, this is {found}")]
    NotText {
        /// What stood there.
        found: &'static str,
    },
    /// A resource has no such attribute.
    #[error("`{0}` is not known although its resource exists")]
    NoSuchAttribute(AttrRef),
}

/// What is known of an attribute while values are evaluated.
#[derive(Debug, Clone, PartialEq)]
pub enum Known {
    /// Its value.
    Value(Json),
    /// Known only after apply.
    Later,
    /// The resource exists and doesn't have it.
    Missing,
}

impl Value {
    /// The absent value.
    pub const NULL: Self = Self::Literal(Json::Null);

    /// A named pure function of `argument`; the name appears in plans and errors.
    pub fn apply(
        name: &'static str,
        argument: Value,
        function: impl Fn(Json) -> Result<Json, String> + Send + Sync + 'static,
    ) -> Self {
        Self::Apply(Apply { name, function: Arc::new(function), argument: Box::new(argument) })
    }

    /// The same value, not to be seen.
    #[must_use]
    pub fn secret(value: Self) -> Self {
        match value {
            Self::Secret(_) => value,
            _ => Self::Secret(Secret::new(Box::new(value))),
        }
    }

    /// Whether a secret is part of it.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        match self {
            Self::Secret(_) => true,
            Self::Literal(_) | Self::Attr(_) => false,
            Self::List(items) | Self::Concat(items) => items.iter().any(Self::is_secret),
            Self::Map(members) => members.values().any(Self::is_secret),
            Self::JsonText(inner) => inner.is_secret(),
            Self::Apply(apply) => apply.argument.is_secret(),
        }
    }

    /// Whether this is the literal null.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Literal(Json::Null))
    }

    /// Every attribute that the expression mentions.
    #[must_use]
    pub fn references(&self) -> BTreeSet<AttrRef> {
        let mut found = BTreeSet::new();
        self.collect(&mut found);
        found
    }

    fn collect(&self, found: &mut BTreeSet<AttrRef>) {
        match self {
            Self::Literal(_) => {}
            Self::Attr(attr) => {
                found.insert(attr.clone());
            }
            Self::List(items) | Self::Concat(items) => items.iter().for_each(|item| item.collect(found)),
            Self::Map(members) => members.values().for_each(|member| member.collect(found)),
            Self::JsonText(inner) => inner.collect(found),
            Self::Apply(apply) => apply.argument.collect(found),
            Self::Secret(inner) => inner.expose().collect(found),
        }
    }

    /// Adds the texts of its secrets, as far as they are known before anything exists: as they were written,
    /// and as what was made of them.
    pub(crate) fn collect_secrets(&self, found: &mut BTreeSet<String>) {
        if let Ok(node) = self.evaluate(&|_| Known::Later) {
            found.extend(node.secrets());
        }
        match self {
            Self::Literal(_) | Self::Attr(_) => {}
            Self::List(items) | Self::Concat(items) => {
                items.iter().for_each(|item| item.collect_secrets(found));
            }
            Self::Map(members) => members.values().for_each(|member| member.collect_secrets(found)),
            Self::JsonText(inner) => inner.collect_secrets(found),
            Self::Apply(apply) => apply.argument.collect_secrets(found),
            // Of one that waits for an attribute, what is there already.
            Self::Secret(inner) => inner.expose().collect_texts(found),
        }
    }

    /// Adds every text in it.
    fn collect_texts(&self, found: &mut BTreeSet<String>) {
        match self {
            Self::Literal(json) => found.extend(Node::Secret(Secret::new(json.clone())).secrets()),
            Self::Attr(_) => {}
            Self::List(items) | Self::Concat(items) => {
                items.iter().for_each(|item| item.collect_texts(found));
            }
            Self::Map(members) => members.values().for_each(|member| member.collect_texts(found)),
            Self::JsonText(inner) => inner.collect_texts(found),
            Self::Apply(apply) => apply.argument.collect_texts(found),
            Self::Secret(inner) => inner.expose().collect_texts(found),
        }
    }

    /// Computes as much as is known; what isn't becomes [`Node::Unknown`] with the attributes
    /// that it waits for.
    ///
    /// # Errors
    /// [`EvalError`] when a function refuses its argument or an attribute doesn't exist.
    pub fn evaluate(&self, known: &dyn Fn(&AttrRef) -> Known) -> Result<Node, EvalError> {
        match self {
            Self::Literal(json) => Ok(Node::from(json.clone())),
            Self::List(items) => {
                let items = items.iter().map(|item| item.evaluate(known)).collect::<Result<_, _>>()?;
                Ok(Node::List(items))
            }
            Self::Map(members) => {
                let mut object = BTreeMap::new();
                for (name, member) in members {
                    let node = member.evaluate(known)?;
                    if !node.is_null() {
                        object.insert(name.clone(), node);
                    }
                }
                Ok(Node::Map(object))
            }
            Self::Attr(attr) => match known(attr) {
                Known::Value(json) => Ok(Node::from(json)),
                Known::Later => Ok(Node::Unknown(BTreeSet::from([attr.clone()]))),
                Known::Missing => Err(EvalError::NoSuchAttribute(attr.clone())),
            },
            Self::Concat(parts) => {
                let nodes = parts.iter().map(|part| part.evaluate(known)).collect::<Result<Vec<_>, _>>()?;
                let secret = nodes.iter().any(Node::has_secret);
                when_known(&nodes, || {
                    let text = nodes.iter().map(text_of).collect::<Result<String, _>>()?;
                    Ok(guarded(Json::String(text), secret))
                })
            }
            Self::JsonText(inner) => {
                let node = inner.evaluate(known)?;
                Ok(match node.to_json() {
                    Some(json) => guarded(Json::String(json.to_string()), node.has_secret()),
                    None => Node::Unknown(node.unknowns()),
                })
            }
            Self::Apply(apply) => {
                let node = apply.argument.evaluate(known)?;
                let secret = node.has_secret();
                match node.to_json() {
                    Some(json) => {
                        (apply.function)(json).map(|json| guarded(json, secret)).map_err(|reason| {
                            let reason =
                                if secret { "it is secret, and so is the reason".to_owned() } else { reason };
                            EvalError::Refused { function: apply.name, reason }
                        })
                    }
                    None => Ok(Node::Unknown(node.unknowns())),
                }
            }
            Self::Secret(inner) => {
                let node = inner.expose().evaluate(known).map_err(EvalError::concealed)?;
                Ok(match node.to_json() {
                    Some(json) => guarded(json, true),
                    None => Node::Unknown(node.unknowns()),
                })
            }
        }
    }
}

impl EvalError {
    /// The same error without what a function said of a secret.
    fn concealed(self) -> Self {
        match self {
            Self::Refused { function, .. } => {
                Self::Refused { function, reason: "it is secret, and so is the reason".to_owned() }
            }
            other => other,
        }
    }
}

/// A known value as a node, of which nothing may be seen where it is secret.
fn guarded(json: Json, secret: bool) -> Node {
    match json {
        Json::Null => Node::Null,
        json if secret => Node::Secret(Secret::new(json)),
        json => Node::from(json),
    }
}

fn when_known(nodes: &[Node], compute: impl FnOnce() -> Result<Node, EvalError>) -> Result<Node, EvalError> {
    let waiting: BTreeSet<AttrRef> = nodes.iter().flat_map(Node::unknowns).collect();
    if waiting.is_empty() { compute() } else { Ok(Node::Unknown(waiting)) }
}

fn text_of(node: &Node) -> Result<String, EvalError> {
    match node {
        Node::String(text) => Ok(text.clone()),
        Node::Number(number) => Ok(number.to_string()),
        Node::Bool(flag) => Ok(flag.to_string()),
        Node::Secret(secret) => text_of(&Node::from(secret.expose().clone())),
        Node::Null => Err(EvalError::NotText { found: "null" }),
        Node::List(_) => Err(EvalError::NotText { found: "a list" }),
        Node::Map(_) => Err(EvalError::NotText { found: "an object" }),
        Node::Unknown(_) => Err(EvalError::NotText { found: "unknown" }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_collected_as_they_were_written_and_as_what_was_made_of_them() {
        let secret = || Value::secret(Value::Literal(json!("word")));
        let doubled =
            Value::apply("doubled", secret(), |json| Ok(json!(json.as_str().unwrap_or_default().repeat(2))));
        let late = Value::secret(Value::Concat(vec![Value::Literal(json!("begun-")), attr("a", "Arn")]));
        let value = Value::Map(BTreeMap::from([
            ("Open".to_owned(), Value::Literal(json!("open"))),
            ("Made".to_owned(), doubled),
            ("Joined".to_owned(), Value::Concat(vec![Value::Literal(json!("a ")), secret()])),
            ("Late".to_owned(), late),
        ]));
        let mut found = BTreeSet::new();
        value.collect_secrets(&mut found);
        for text in ["word", "wordword", "a word", "begun-"] {
            assert!(found.contains(text), "{text} isn't in {found:?}");
        }
        assert!(!found.contains("open"), "{found:?}");
    }

    fn attr(path: &str, attribute: &str) -> Value {
        Value::Attr(AttrRef { path: Path::parse(path).unwrap(), attribute: attribute.into() })
    }

    fn text(text: &str) -> Value {
        Value::Literal(json!(text))
    }

    #[test]
    fn unknown_parts_stay_unknown_and_say_what_they_wait_for() {
        let value = Value::Concat(vec![text("arn:"), attr("key", "Arn")]);
        let node = value.evaluate(&|_| Known::Later).unwrap();
        let waits: Vec<String> = node.unknowns().iter().map(ToString::to_string).collect();
        assert_eq!(waits, ["key.Arn"]);
        let node = value.evaluate(&|_| Known::Value(json!("x"))).unwrap();
        assert_eq!(node.to_json(), Some(json!("arn:x")));
    }

    #[test]
    fn null_members_are_left_out() {
        let map = Value::Map(BTreeMap::from([("A".into(), Value::NULL), ("B".into(), text("b"))]));
        assert_eq!(map.evaluate(&|_| Known::Later).unwrap().to_json(), Some(json!({"B": "b"})));
    }

    #[test]
    fn functions_wait_for_their_argument_and_may_refuse_it() {
        let double = |argument| {
            Value::apply("double", argument, |json| {
                json.as_i64().map(|n| json!(n * 2)).ok_or_else(|| "not a number".to_owned())
            })
        };
        let known = double(Value::Literal(json!(21))).evaluate(&|_| Known::Later).unwrap();
        assert_eq!(known.to_json(), Some(json!(42)));
        let error = double(text("x")).evaluate(&|_| Known::Later).unwrap_err();
        assert_eq!(error.to_string(), "`double` can't use its argument: not a number");
        assert!(double(attr("a", "N")).evaluate(&|_| Known::Later).unwrap().to_json().is_none());
    }

    #[test]
    fn what_is_built_from_a_secret_is_secret() {
        let secret = || Value::secret(text("hunter2"));
        let built = [
            secret(),
            Value::Concat(vec![text("x:"), secret()]),
            Value::JsonText(Box::new(Value::Map(BTreeMap::from([("P".into(), secret())])))),
            Value::apply("upper", secret(), |json| {
                Ok(json!(json.as_str().unwrap_or_default().to_uppercase()))
            }),
            Value::List(vec![secret()]),
            Value::Map(BTreeMap::from([("P".into(), secret())])),
        ];
        for value in built {
            assert!(value.is_secret(), "{value:?}");
            let node = value.evaluate(&|_| Known::Later).unwrap();
            assert!(node.has_secret());
            let seen = format!("{value:?} {node:?} {}", serde_json::to_string(&node).unwrap());
            assert!(!seen.to_lowercase().contains("hunter2"), "{seen}");
            let concealed = node.clone().concealed("salt");
            assert!(!concealed.has_secret());
            assert!(!format!("{concealed:?}").to_lowercase().contains("hunter2"));
            assert!(node.to_json().unwrap().to_string().to_lowercase().contains("hunter2"), "it can be used");
        }
    }

    #[test]
    fn a_secret_waits_for_what_it_is_made_of_and_its_errors_say_nothing() {
        let waiting = Value::secret(attr("key", "Arn")).evaluate(&|_| Known::Later).unwrap();
        assert_eq!(waiting.unknowns().len(), 1);
        let fussy = |argument| Value::apply("fussy", argument, |json| Err(format!("can't use {json}")));
        for value in [fussy(Value::secret(text("hunter2"))), Value::secret(fussy(text("hunter2")))] {
            let error = value.evaluate(&|_| Known::Later).unwrap_err().to_string();
            assert!(error.contains("fussy") && !error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn json_text_sorts_its_keys() {
        let document = Value::JsonText(Box::new(Value::Literal(json!({"b": 1, "a": 2}))));
        let node = document.evaluate(&|_| Known::Later).unwrap();
        assert_eq!(node.to_json(), Some(json!(r#"{"a":2,"b":1}"#)));
    }
}
