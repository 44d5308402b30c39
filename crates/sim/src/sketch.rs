//! Programs in a few words.

use std::collections::BTreeMap;
use std::panic::Location;

use ironward_core::declare::Options;
use ironward_core::path::Path;
use ironward_core::program::{Component, LookupNode, Program, Resource, Source};
use ironward_core::schema::Schema;
use ironward_core::value::{AttrRef, Value};
use serde_json::Value as Json;

/// The path that is written like this.
///
/// # Panics
/// When it can't be one.
#[must_use]
#[expect(clippy::panic, reason = "a test that names what can't be a path is wrong itself")]
pub fn path(text: &str) -> Path {
    match Path::parse(text) {
        Ok(path) => path,
        Err(error) => panic!("{error}"),
    }
}

/// A literal.
#[must_use]
pub fn is(json: impl Into<Json>) -> Value {
    Value::Literal(json.into())
}

/// An attribute of a resource.
#[must_use]
pub fn of(resource: &str, attribute: &str) -> Value {
    Value::Attr(AttrRef { path: path(resource), attribute: attribute.to_owned() })
}

/// A program under construction.
#[derive(Debug, Clone)]
#[must_use = "a sketch is nothing until it is `done`"]
pub struct Sketch(Program);

/// A program without resources, called `lab`.
pub fn sketch() -> Sketch {
    Sketch(Program { name: "lab".to_owned(), profile: "hipaa".to_owned(), ..Program::default() })
}

impl Sketch {
    /// Declares a resource.
    #[track_caller]
    pub fn add(
        mut self,
        at: &str,
        schema: &'static Schema,
        properties: impl IntoIterator<Item = (&'static str, Value)>,
    ) -> Self {
        let resource = Resource {
            path: path(at),
            schema,
            properties: properties.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            options: Options::default(),
            source: Source::from(Location::caller()),
        };
        self.0.resources.insert(resource.path.clone(), resource);
        self
    }

    /// Sets options of what was added last.
    pub fn tune(mut self, set: impl FnOnce(&mut Options)) -> Self {
        if let Some((_, resource)) = self.0.resources.last_mut() {
            set(&mut resource.options);
        }
        self
    }

    /// Declares a component with tags.
    #[track_caller]
    pub fn component(mut self, at: &str, tags: &[(&str, &str)]) -> Self {
        let component = Component {
            type_name: "Group".to_owned(),
            source: Source::from(Location::caller()),
            tags: tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(),
        };
        self.0.components.insert(path(at), component);
        self
    }

    /// Declares a lookup by name.
    #[track_caller]
    pub fn lookup(mut self, at: &str, name: &'static str, query: Value) -> Self {
        let node = LookupNode {
            path: path(at),
            name,
            query: BTreeMap::from([("Name".to_owned(), query)]),
            network: Some("Network"),
            provider: None,
            source: Source::from(Location::caller()),
        };
        self.0.lookups.insert(node.path.clone(), node);
        self
    }

    /// Exports a value.
    pub fn output(mut self, name: &str, value: Value) -> Self {
        self.0.outputs.insert(name.to_owned(), value);
        self
    }

    /// Calls the program something else.
    pub fn named(mut self, name: &str) -> Self {
        self.0.name = name.to_owned();
        self
    }

    /// The program.
    #[must_use]
    pub fn done(self) -> Program {
        self.0
    }
}
