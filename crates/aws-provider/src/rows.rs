//! One row a property: into the request that makes a resource, into the one that changes it, out of what is seen of it.
//!
//! A row holds what is mechanical. What takes knowledge stays a function beside the rows and is named in the type's
//! list of properties that are handled by hand; a test holds that every property is in one of the two.

use ironward_core::document::{Document, FromJson, IntoJson, ShapeError};
use ironward_core::provider::{Change, Observed};
use ironward_core::schema::{Change as Takes, Property, Schema};
use serde_json::Value as Json;

/// The rows of a type. `C` is the request that makes it, `M` the one that changes it, `S` what is seen of it.
pub(crate) struct Rows<C, M, S> {
    schema: &'static Schema,
    rows: Vec<Row<C, M, S>>,
}

/// What becomes of one property.
pub(crate) struct Row<C, M, S> {
    property: &'static str,
    made: Option<Set<C>>,
    changed: Option<Set<M>>,
    seen: Option<Get<S>>,
}

/// Puts a property of a document into a request.
type Set<R> = Box<dyn Fn(R, &Document) -> Result<R, ShapeError> + Send + Sync>;
/// Reads a property out of an answer, and whether silence means that it isn't set.
type Get<S> = (Box<dyn Fn(&S) -> Json + Send + Sync>, Silence);

/// What it means that an answer says nothing of a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Silence {
    /// It isn't set.
    Unset,
    /// It has its default.
    Default,
    /// Nothing: the service leaves it out now and then.
    Nothing,
}

impl<C: 'static, M: 'static, S: 'static> Row<C, M, S> {
    /// A row of a property that nothing is done about yet.
    pub(crate) fn of(property: &'static str) -> Self {
        Self { property, made: None, changed: None, seen: None }
    }

    /// A member of the request that makes the resource.
    pub(crate) fn made<T: FromJson + 'static>(mut self, set: fn(C, Option<T>) -> C) -> Self {
        let property = self.property;
        self.made = Some(Box::new(move |request, document| Ok(set(request, document.opt(property)?))));
        self
    }

    /// The same for an enumeration of the SDK.
    pub(crate) fn made_parsed<T>(mut self, set: fn(C, Option<T>) -> C) -> Self
    where
        T: for<'a> From<&'a str> + 'static,
    {
        let property = self.property;
        self.made = Some(Box::new(move |request, document| Ok(set(request, document.parsed(property)?))));
        self
    }

    /// A member of the request that changes the resource. What is no longer declared goes back to its default, where
    /// it has one.
    pub(crate) fn changed<T: FromJson + 'static>(mut self, set: fn(M, Option<T>) -> M) -> Self {
        let property = self.property;
        self.changed = Some(Box::new(move |request, document| Ok(set(request, document.opt(property)?))));
        self
    }

    /// What the service always shows: where it shows nothing, it isn't set.
    pub(crate) fn seen(self, get: impl Fn(&S) -> Json + Send + Sync + 'static) -> Self {
        self.seen_by(get, Silence::Unset)
    }

    /// What the service shows unless it has its default.
    pub(crate) fn seen_or_default(self, get: impl Fn(&S) -> Json + Send + Sync + 'static) -> Self {
        self.seen_by(get, Silence::Default)
    }

    /// What the service shows now and then: where it shows nothing, nothing is known.
    pub(crate) fn seen_some(self, get: impl Fn(&S) -> Json + Send + Sync + 'static) -> Self {
        self.seen_by(get, Silence::Nothing)
    }

    fn seen_by(mut self, get: impl Fn(&S) -> Json + Send + Sync + 'static, silence: Silence) -> Self {
        self.seen = Some((Box::new(get), silence));
        self
    }
}

impl<C, M, S> Rows<C, M, S> {
    pub(crate) fn new(schema: &'static Schema, rows: impl IntoIterator<Item = Row<C, M, S>>) -> Self {
        Self { schema, rows: rows.into_iter().collect() }
    }

    /// Completes the request that makes the resource.
    ///
    /// # Errors
    /// [`ShapeError`] where a property has a form that it can't have.
    pub(crate) fn creation(&self, request: C, desired: &Document) -> Result<C, ShapeError> {
        let made = self.rows.iter().filter_map(|row| row.made.as_ref());
        made.into_iter().try_fold(request, |request, set| set(request, desired))
    }

    /// Completes the request that changes what changes.
    ///
    /// # Errors
    /// [`ShapeError`] where a property has a form that it can't have.
    pub(crate) fn change(&self, request: M, change: &Change<'_>) -> Result<M, ShapeError> {
        let changes = |row: &&Row<C, M, S>| {
            let takes = self.schema.property(row.property).map(|property| property.change);
            matches!(takes, Some(Takes::Update(aspect)) if change.has(aspect))
        };
        let changing: Vec<_> = self.rows.iter().filter(changes).collect();
        let wanted = self.with_defaults(change.after, changing.iter().map(|row| row.property));
        let sets = changing.into_iter().filter_map(|row| row.changed.as_ref());
        sets.into_iter().try_fold(request, |request, set| set(request, &wanted))
    }

    /// Adds what is seen of the properties.
    pub(crate) fn observed(&self, observed: Observed, seen: &S) -> Observed {
        self.rows.iter().fold(observed, |observed, row| {
            let Some((get, silence)) = &row.seen else { return observed };
            let name = row.property;
            match (get(seen), silence) {
                (Json::Null, Silence::Nothing) => observed,
                (Json::Null, Silence::Default) => {
                    let default = self.schema.property(name).and_then(default);
                    observed.with(name, default.unwrap_or(Json::Null))
                }
                (json, _) => observed.with(name, json),
            }
        })
    }

    fn with_defaults(&self, document: &Document, names: impl Iterator<Item = &'static str>) -> Document {
        let mut whole = document.clone();
        for name in names.filter(|name| !document.has(name)) {
            if let Some(json) = self.schema.property(name).and_then(default) {
                whole.set(name, json);
            }
        }
        whole
    }

    /// What of the type is in no row and not among those that are handled by hand, or is in rows wholly and named there
    /// nevertheless.
    #[cfg(test)]
    pub(crate) fn gaps(&self, by_hand: &[&str]) -> Vec<String> {
        let mut gaps = Vec::new();
        let mut known = std::collections::BTreeSet::new();
        for property in self.schema.properties {
            known.insert(property.name);
            let row = self.rows.iter().find(|row| row.property == property.name);
            let made = row.is_some_and(|row| row.made.is_some());
            let changed = row.is_some_and(|row| row.changed.is_some());
            let seen = row.is_some_and(|row| row.seen.is_some());
            let lacks_made = !made && property.change != Takes::Local && !property.after_create;
            let lacks_change =
                !changed && matches!(property.change, Takes::Update(_)) && property.once.is_none();
            let lacks_seen = !seen && !property.write_only && property.change != Takes::Local;
            let lacks = lacks_made || lacks_change || lacks_seen;
            match by_hand.contains(&property.name) {
                false if lacks => {
                    gaps.push(format!("{} is in no row wholly, and not by hand", property.name))
                }
                true if !lacks => {
                    gaps.push(format!("{} is in rows wholly, and said to be by hand", property.name))
                }
                _ => {}
            }
        }
        let named = by_hand.iter().copied().chain(self.rows.iter().map(|row| row.property));
        gaps.extend(
            named.filter(|name| !known.contains(name)).map(|name| format!("there is no property {name}")),
        );
        gaps
    }
}

/// The default of a property.
fn default(property: &Property) -> Option<Json> {
    serde_json::from_str(property.default?).ok()
}

/// A value as documents hold it; nothing is null.
pub(crate) fn json(value: impl IntoJson) -> Json {
    value.into_json()
}

#[cfg(test)]
mod tests {
    use serde_json::json as text;

    use super::*;

    static THING: Schema = {
        const PROPERTIES: &[Property] = &[
            Property::new("Name", Takes::Replace),
            {
                let mut property = Property::new("On", Takes::Update("on"));
                property.default = Some("true");
                property
            },
            Property::new("Size", Takes::Update("size")),
            Property::new("Window", Takes::Local),
        ];
        Schema::new("Test::Thing", "Id", PROPERTIES, &[])
    };

    /// A request: what was set on it.
    #[derive(Debug, Default, PartialEq)]
    struct Request {
        name: Option<String>,
        on: Option<bool>,
        size: Option<i64>,
    }

    fn rows() -> Rows<Request, Request, Request> {
        Rows::new(
            &THING,
            [
                Row::of("Name")
                    .made(|request: Request, name| Request { name, ..request })
                    .seen(|seen: &Request| json(seen.name.clone())),
                Row::of("On")
                    .made(|request: Request, on| Request { on, ..request })
                    .changed(|request: Request, on| Request { on, ..request })
                    .seen_or_default(|seen: &Request| json(seen.on)),
                Row::of("Size")
                    .made(|request: Request, size| Request { size, ..request })
                    .changed(|request: Request, size| Request { size, ..request })
                    .seen_some(|seen: &Request| json(seen.size)),
            ],
        )
    }

    fn document(json: Json) -> Document {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn what_is_declared_goes_into_the_request_that_makes_it() {
        let made = rows().creation(Request::default(), &document(text!({"Name": "a", "Size": 3}))).unwrap();
        assert_eq!(made, Request { name: Some("a".into()), on: None, size: Some(3) });
        let error = rows().creation(Request::default(), &document(text!({"Size": "big"}))).unwrap_err();
        assert_eq!(error.property, "Size");
    }

    #[test]
    fn what_changes_goes_into_the_request_that_changes_it_and_what_is_left_out_to_its_default() {
        let (before, after) = (document(text!({"On": false, "Size": 3})), document(text!({"Size": 4})));
        let none = Document::new();
        let change = |aspects: &[&'static str]| {
            let change = Change::new("id", &before, &after, &none, aspects.iter().copied().collect());
            rows().change(Request::default(), &change).unwrap()
        };
        assert_eq!(change(&["on"]), Request { on: Some(true), ..Request::default() });
        assert_eq!(change(&["size"]), Request { size: Some(4), ..Request::default() });
        assert_eq!(change(&["tags"]), Request::default());
    }

    #[test]
    fn silence_means_what_the_row_says() {
        let observed = rows().observed(Observed::new(Document::new()), &Request::default());
        assert!(observed.unset.contains("Name") && !observed.unset.contains("Size"));
        assert_eq!(observed.properties.json("On"), Some(&text!(true)));
        assert!(!observed.properties.has("Size"));
    }

    #[test]
    fn a_property_that_is_in_no_row_is_a_gap_unless_it_is_by_hand() {
        assert_eq!(rows().gaps(&[]), Vec::<String>::new());
        let two = Rows::new(&THING, rows().rows.into_iter().take(2));
        assert_eq!(two.gaps(&[]), ["Size is in no row wholly, and not by hand"]);
        assert_eq!(two.gaps(&["Size"]), Vec::<String>::new());
        assert_eq!(
            rows().gaps(&["Size", "Weight"]),
            ["Size is in rows wholly, and said to be by hand", "there is no property Weight"]
        );
    }
}
