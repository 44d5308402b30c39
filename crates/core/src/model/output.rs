//! Typed values: [`Output`] and what may stand where one is wanted.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde_json::Value as Json;

use crate::model::path::Path;
use crate::model::secret::Secret;
use crate::model::value::{AttrRef, Value};

/// A value of type `T` that is known now or once the resources it depends on exist.
pub struct Output<T: ?Sized> {
    value: Value,
    marker: PhantomData<fn() -> T>,
}

impl<T: ?Sized> Clone for Output<T> {
    fn clone(&self) -> Self {
        Self { value: self.value.clone(), marker: PhantomData }
    }
}

impl<T: ?Sized> fmt::Debug for Output<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Output({:?})", self.value)
    }
}

impl<T: ?Sized> Output<T> {
    /// The attribute `attribute` of the resource at `path`.
    #[must_use]
    pub fn attribute(path: &Path, attribute: &str) -> Self {
        Self::from_value(Value::Attr(AttrRef { path: path.clone(), attribute: attribute.to_owned() }))
    }

    /// Wraps an expression; whoever calls this vouches for its type.
    #[must_use]
    pub fn from_value(value: Value) -> Self {
        Self { value, marker: PhantomData }
    }

    /// The expression.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The same value, not to be seen, nor anything that is built from it.
    #[must_use]
    pub fn into_secret(self) -> Self {
        Self::from_value(Value::secret(self.value))
    }

    /// Whether a secret is part of it.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        self.value.is_secret()
    }
}

impl<T: ToValue> Output<T> {
    /// A value that is known now.
    #[must_use]
    pub fn known(value: &T) -> Self {
        Self::from_value(value.to_value())
    }

    /// A value that is known now and must not be seen.
    #[must_use]
    pub fn secret(value: &Secret<T>) -> Self
    where
        T: Sized,
    {
        Self::from_value(value.to_value())
    }
}

impl<T> Output<T> {
    /// A named pure function of this value; `name` appears in plans and errors.
    pub fn map<U>(
        &self,
        name: &'static str,
        function: impl Fn(Json) -> Result<Json, String> + Send + Sync + 'static,
    ) -> Output<U> {
        Output::from_value(Value::apply(name, self.value.clone(), function))
    }

    /// The same value as text, for joining.
    #[must_use]
    pub fn as_text(&self) -> Output<String> {
        Output::from_value(self.value.clone())
    }
}

/// Joins texts and outputs without a separator.
pub fn concat(parts: impl IntoIterator<Item = Value>) -> Output<String> {
    Output::from_value(Value::Concat(parts.into_iter().collect()))
}

/// What can stand in a property document.
pub trait ToValue {
    /// The expression under canonical names.
    fn to_value(&self) -> Value;
}

impl<T: ?Sized> ToValue for Output<T> {
    fn to_value(&self) -> Value {
        self.value.clone()
    }
}

impl<T: ToValue> ToValue for Vec<T> {
    fn to_value(&self) -> Value {
        Value::List(self.iter().map(ToValue::to_value).collect())
    }
}

impl<T: ToValue> ToValue for Option<T> {
    fn to_value(&self) -> Value {
        self.as_ref().map_or(Value::NULL, ToValue::to_value)
    }
}

impl<T: ToValue> ToValue for Box<T> {
    fn to_value(&self) -> Value {
        (**self).to_value()
    }
}

impl<T: ToValue> ToValue for BTreeMap<String, T> {
    fn to_value(&self) -> Value {
        Value::Map(self.iter().map(|(name, member)| (name.clone(), member.to_value())).collect())
    }
}

impl ToValue for Value {
    fn to_value(&self) -> Value {
        self.clone()
    }
}

macro_rules! lower_literal {
    ($($type:ty),*) => {$(
        impl ToValue for $type {
            fn to_value(&self) -> Value {
                Value::Literal(Json::from(self.clone()))
            }
        }
        impl IntoInput<$type> for $type {
            fn into_input(self) -> Output<$type> {
                Output::known(&self)
            }
        }
    )*};
}
lower_literal!(bool, i32, i64, f64, String);

impl ToValue for &str {
    fn to_value(&self) -> Value {
        Value::Literal(Json::from(*self))
    }
}

/// What may be written where a `T` is wanted: a `T`, or an [`Output`] of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be used where `{T}` is wanted",
    label = "expected `{T}` or `Output<{T}>`",
    note = "identifiers are typed: an output of one resource type doesn't fit where another type's is wanted"
)]
pub trait IntoInput<T> {
    /// Turns it into an output.
    fn into_input(self) -> Output<T>;
}

impl<T> IntoInput<T> for Output<T> {
    fn into_input(self) -> Output<T> {
        self
    }
}

impl<T> IntoInput<T> for &Output<T> {
    fn into_input(self) -> Output<T> {
        self.clone()
    }
}

impl IntoInput<String> for &str {
    fn into_input(self) -> Output<String> {
        Output::from_value(Value::Literal(Json::from(self)))
    }
}

impl IntoInput<String> for &String {
    fn into_input(self) -> Output<String> {
        self.as_str().into_input()
    }
}

impl IntoInput<i64> for i32 {
    fn into_input(self) -> Output<i64> {
        Output::from_value(Value::Literal(Json::from(self)))
    }
}

/// Declares identifier types: newtypes over text whose outputs don't mix.
///
/// Each gets `new` for an identifier that is known now, and may be used wherever its own
/// type is wanted and nowhere else.
#[macro_export]
macro_rules! identifiers {
    ($($(#[$meta:meta])* $name:ident;)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// An identifier that is known now.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The identifier as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl $crate::output::ToValue for $name {
            fn to_value(&self) -> $crate::value::Value {
                $crate::output::ToValue::to_value(&self.0)
            }
        }

        impl $crate::output::IntoInput<$name> for $name {
            fn into_input(self) -> $crate::output::Output<$name> {
                $crate::output::Output::known(&self)
            }
        }
    )*};
}
