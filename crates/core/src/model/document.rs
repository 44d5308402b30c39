//! Property documents: partly known while planning ([`Node`]), wholly known at apply ([`Document`]).

use std::collections::{BTreeMap, BTreeSet};

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::{Map, Number, Value as Json};

use crate::model::secret::{self, Secret};
use crate::model::value::AttrRef;

/// A JSON document of which parts may be known only after apply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// Absent.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A text.
    String(String),
    /// A list.
    List(Vec<Node>),
    /// An object.
    Map(BTreeMap<String, Node>),
    /// Known once these attributes are.
    Unknown(BTreeSet<AttrRef>),
    /// Known, and not to be seen.
    Secret(Secret<Json>),
}

impl Node {
    /// Whether this is null.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether any part is unknown.
    #[must_use]
    pub fn has_unknown(&self) -> bool {
        match self {
            Self::Unknown(_) => true,
            Self::List(items) => items.iter().any(Self::has_unknown),
            Self::Map(members) => members.values().any(Self::has_unknown),
            _ => false,
        }
    }

    /// Whether any part is secret.
    #[must_use]
    pub fn has_secret(&self) -> bool {
        match self {
            Self::Secret(_) => true,
            Self::List(items) => items.iter().any(Self::has_secret),
            Self::Map(members) => members.values().any(Self::has_secret),
            _ => false,
        }
    }

    /// The document with a salted hash in the place of every secret.
    #[must_use]
    pub fn concealed(self, salt: &str) -> Self {
        match self {
            Self::Secret(secret) => Self::from(secret::concealed(salt, secret.expose())),
            Self::List(items) => Self::List(items.into_iter().map(|item| item.concealed(salt)).collect()),
            Self::Map(members) => {
                Self::Map(members.into_iter().map(|(name, node)| (name, node.concealed(salt))).collect())
            }
            other => other,
        }
    }

    /// The texts of all secrets in it, so that they can be taken out of messages.
    pub(crate) fn secrets(&self) -> Vec<String> {
        fn texts(json: &Json) -> Vec<String> {
            match json {
                Json::String(text) => vec![text.clone()],
                Json::Array(items) => items.iter().flat_map(texts).collect(),
                Json::Object(members) => members.values().flat_map(texts).collect(),
                Json::Number(number) => vec![number.to_string()],
                Json::Null | Json::Bool(_) => Vec::new(),
            }
        }
        match self {
            Self::Secret(secret) => texts(secret.expose()),
            Self::List(items) => items.iter().flat_map(Self::secrets).collect(),
            Self::Map(members) => members.values().flat_map(Self::secrets).collect(),
            _ => Vec::new(),
        }
    }

    /// The attributes that the unknown parts wait for.
    #[must_use]
    pub fn unknowns(&self) -> BTreeSet<AttrRef> {
        match self {
            Self::Unknown(waits) => waits.clone(),
            Self::List(items) => items.iter().flat_map(Self::unknowns).collect(),
            Self::Map(members) => members.values().flat_map(Self::unknowns).collect(),
            _ => BTreeSet::new(),
        }
    }

    /// The document as JSON, where all of it is known; secrets are in clear, so what this returns
    /// is for the cloud and nothing else.
    #[must_use]
    pub fn to_json(&self) -> Option<Json> {
        Some(match self {
            Self::Null => Json::Null,
            Self::Bool(flag) => Json::Bool(*flag),
            Self::Number(number) => Json::Number(number.clone()),
            Self::String(text) => Json::String(text.clone()),
            Self::List(items) => Json::Array(items.iter().map(Self::to_json).collect::<Option<_>>()?),
            Self::Map(members) => Json::Object(
                members
                    .iter()
                    .map(|(name, node)| Some((name.clone(), node.to_json()?)))
                    .collect::<Option<_>>()?,
            ),
            Self::Unknown(_) => return None,
            Self::Secret(secret) => secret.expose().clone(),
        })
    }

    /// The members of an object; an empty map for anything else.
    #[must_use]
    pub fn into_members(self) -> BTreeMap<String, Node> {
        match self {
            Self::Map(members) => members,
            _ => BTreeMap::new(),
        }
    }
}

impl From<Json> for Node {
    fn from(json: Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(flag) => Self::Bool(flag),
            Json::Number(number) => Self::Number(number),
            Json::String(text) => Self::String(text),
            Json::Array(items) => Self::List(items.into_iter().map(Self::from).collect()),
            Json::Object(members) => {
                Self::Map(members.into_iter().map(|(name, json)| (name, Self::from(json))).collect())
            }
        }
    }
}

/// Unknown parts are written as `{"$unknown": ["path.Attribute", …]}`, and secret ones as
/// `{"$secret": …}` with their salted hash, or null where nobody concealed them.
impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(flag) => serializer.serialize_bool(*flag),
            Self::Number(number) => number.serialize(serializer),
            Self::String(text) => serializer.serialize_str(text),
            Self::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(item)?;
                }
                list.end()
            }
            Self::Map(members) => serializer.collect_map(members),
            Self::Unknown(waits) => {
                let mut map = serializer.serialize_map(Some(1))?;
                let waits: Vec<String> = waits.iter().map(ToString::to_string).collect();
                map.serialize_entry("$unknown", &waits)?;
                map.end()
            }
            Self::Secret(_) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry(secret::MARK, &())?;
                map.end()
            }
        }
    }
}

/// A property document, wholly known, under canonical names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Document(Map<String, Json>);

/// A document that doesn't have the shape that its reader needs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("property `{property}`: expected {expected}, found {found}")]
#[non_exhaustive]
pub struct ShapeError {
    /// The property's canonical name.
    pub property: String,
    /// What is needed.
    pub expected: &'static str,
    /// What is there, as JSON.
    pub found: String,
}

impl Document {
    /// An empty document.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same document with `name` set; a value that is null is left out.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl IntoJson) -> Self {
        self.set(name, value);
        self
    }

    /// Sets `name`; a value that is null removes it.
    pub fn set(&mut self, name: &str, value: impl IntoJson) {
        match value.into_json() {
            Json::Null => {
                self.0.remove(name);
            }
            json => {
                self.0.insert(name.to_owned(), json);
            }
        }
    }

    /// The raw member.
    #[must_use]
    pub fn json(&self, name: &str) -> Option<&Json> {
        self.0.get(name)
    }

    /// Whether the member is there.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The member as `T`, where it is there.
    ///
    /// # Errors
    /// [`ShapeError`] when it is there and isn't a `T`.
    pub fn opt<T: FromJson>(&self, name: &str) -> Result<Option<T>, ShapeError> {
        self.0
            .get(name)
            .map(|json| {
                T::from_json(json).ok_or_else(|| ShapeError {
                    property: name.to_owned(),
                    expected: T::EXPECTED,
                    found: json.to_string(),
                })
            })
            .transpose()
    }

    /// The member as `T`.
    ///
    /// # Errors
    /// [`ShapeError`] when it is missing or isn't a `T`.
    pub fn get<T: FromJson>(&self, name: &str) -> Result<T, ShapeError> {
        self.opt(name)?.ok_or_else(|| ShapeError {
            property: name.to_owned(),
            expected: T::EXPECTED,
            found: "nothing".to_owned(),
        })
    }

    /// The member as a text that converts to `T`, such as an SDK enum.
    ///
    /// # Errors
    /// [`ShapeError`] when it is there and isn't a text.
    pub fn parsed<T: for<'a> From<&'a str>>(&self, name: &str) -> Result<Option<T>, ShapeError> {
        Ok(self.opt::<String>(name)?.map(|text| T::from(text.as_str())))
    }

    /// The list's items, or none where the member is missing.
    ///
    /// # Errors
    /// [`ShapeError`] when it is there and isn't a list of `T`.
    pub fn list<T: FromJson>(&self, name: &str) -> Result<Vec<T>, ShapeError> {
        Ok(self.opt::<Vec<T>>(name)?.unwrap_or_default())
    }

    /// All members, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Json)> {
        self.0.iter().map(|(name, json)| (name.as_str(), json))
    }

    /// Whether there is no member.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Looks a dotted name up: `Endpoint.Address`, `Rules.0.Id`.
    #[must_use]
    pub fn at(&self, dotted: &str) -> Option<&Json> {
        if let Some(json) = self.0.get(dotted) {
            return Some(json);
        }
        let mut parts = dotted.split('.');
        let first = self.0.get(parts.next()?)?;
        parts.try_fold(first, |json, part| match json {
            Json::Array(items) => part.parse::<usize>().ok().and_then(|index| items.get(index)),
            Json::Object(members) => members.get(part),
            _ => None,
        })
    }
}

impl From<Map<String, Json>> for Document {
    fn from(mut map: Map<String, Json>) -> Self {
        map.retain(|_, json| !json.is_null());
        Self(map)
    }
}

impl From<Document> for Json {
    fn from(document: Document) -> Self {
        Json::Object(document.0)
    }
}

/// What can be read out of a property document.
pub trait FromJson: Sized {
    /// The shape in words, for errors.
    const EXPECTED: &'static str;
    /// Reads it, or none when the shape is another.
    fn from_json(json: &Json) -> Option<Self>;
}

/// What can be put into a property document.
pub trait IntoJson {
    /// The JSON; null stands for absent.
    fn into_json(self) -> Json;
}

impl FromJson for String {
    const EXPECTED: &'static str = "a text";
    fn from_json(json: &Json) -> Option<Self> {
        match json {
            Json::String(text) => Some(text.clone()),
            Json::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }
}

impl FromJson for bool {
    const EXPECTED: &'static str = "true or false";
    fn from_json(json: &Json) -> Option<Self> {
        json.as_bool().or_else(|| json.as_str()?.parse().ok())
    }
}

impl FromJson for i64 {
    const EXPECTED: &'static str = "a whole number";
    fn from_json(json: &Json) -> Option<Self> {
        json.as_i64().or_else(|| json.as_str()?.parse().ok())
    }
}

impl FromJson for i32 {
    const EXPECTED: &'static str = "a whole number";
    fn from_json(json: &Json) -> Option<Self> {
        i64::from_json(json)?.try_into().ok()
    }
}

impl FromJson for f64 {
    const EXPECTED: &'static str = "a number";
    fn from_json(json: &Json) -> Option<Self> {
        json.as_f64()
    }
}

impl FromJson for Json {
    const EXPECTED: &'static str = "any value";
    fn from_json(json: &Json) -> Option<Self> {
        Some(json.clone())
    }
}

impl FromJson for Document {
    const EXPECTED: &'static str = "an object";
    fn from_json(json: &Json) -> Option<Self> {
        json.as_object().cloned().map(Document::from)
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    const EXPECTED: &'static str = "a list";
    fn from_json(json: &Json) -> Option<Self> {
        json.as_array()?.iter().map(T::from_json).collect()
    }
}

impl<T: FromJson> FromJson for BTreeMap<String, T> {
    const EXPECTED: &'static str = "an object";
    fn from_json(json: &Json) -> Option<Self> {
        json.as_object()?.iter().map(|(name, member)| Some((name.clone(), T::from_json(member)?))).collect()
    }
}

macro_rules! into_json {
    ($($type:ty),*) => {$(
        impl IntoJson for $type {
            fn into_json(self) -> Json {
                Json::from(self)
            }
        }
    )*};
}
into_json!(bool, i32, i64, f64, &str, String, Json);

impl IntoJson for &String {
    fn into_json(self) -> Json {
        Json::from(self.as_str())
    }
}

impl IntoJson for Document {
    fn into_json(self) -> Json {
        self.into()
    }
}

impl<T: IntoJson> IntoJson for Option<T> {
    fn into_json(self) -> Json {
        self.map_or(Json::Null, IntoJson::into_json)
    }
}

impl<T: IntoJson> IntoJson for Vec<T> {
    fn into_json(self) -> Json {
        Json::Array(self.into_iter().map(IntoJson::into_json).collect())
    }
}

impl<T: IntoJson + Clone> IntoJson for &[T] {
    fn into_json(self) -> Json {
        self.to_vec().into_json()
    }
}

impl<T: IntoJson> IntoJson for BTreeMap<String, T> {
    fn into_json(self) -> Json {
        Json::Object(self.into_iter().map(|(name, member)| (name, member.into_json())).collect())
    }
}
