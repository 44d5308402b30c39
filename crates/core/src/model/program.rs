//! A declared program: every resource, lookup, component and output, before anything is planned.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::panic::Location;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::model::consent::Consent;
use crate::model::declare::Options;
use crate::model::path::{InvalidName, Path};
use crate::model::schema::Schema;
use crate::model::value::Value;

/// A place in the user's source.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Source(String);

impl Source {
    /// The place as `file:line`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&Location<'_>> for Source {
    fn from(location: &Location<'_>) -> Self {
        Self(format!("{}:{}", location.file(), location.line()))
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One declared resource.
#[derive(Debug, Clone)]
pub struct Resource {
    /// Its identity.
    pub path: Path,
    /// Its type's facts.
    pub schema: &'static Schema,
    /// Its properties under canonical names.
    pub properties: BTreeMap<String, Value>,
    /// Its options.
    pub options: Options,
    /// Where the program declares it.
    pub source: Source,
}

/// One lookup of something that exists already.
#[derive(Debug, Clone)]
pub struct LookupNode {
    /// Its identity.
    pub path: Path,
    /// The name under which the provider resolves it.
    pub name: &'static str,
    /// What is asked for.
    pub query: BTreeMap<String, Value>,
    /// The attribute that says in which network that is which it finds.
    pub network: Option<&'static str>,
    /// The provider's alias, where it isn't the stack's own.
    pub provider: Option<String>,
    /// Where the program declares it.
    pub source: Source,
}

/// One component: a named group of resources.
#[derive(Debug, Clone)]
pub struct Component {
    /// The component's type, such as `HipaaDatabase`.
    pub type_name: String,
    /// Where the program declares it.
    pub source: Source,
    /// Tags that everything below it carries.
    pub tags: BTreeMap<String, String>,
}

/// All that a program declares.
#[derive(Debug, Clone, Default)]
pub struct Program {
    /// The program's name.
    pub name: String,
    /// The profile that its stack was opened with.
    pub profile: String,
    /// Tags that everything carries.
    pub tags: BTreeMap<String, String>,
    /// Components by path.
    pub components: BTreeMap<Path, Component>,
    /// Resources by path, in the order of declaration.
    pub resources: IndexMap<Path, Resource>,
    /// Lookups by path.
    pub lookups: IndexMap<Path, LookupNode>,
    /// Values that the program exports.
    pub outputs: BTreeMap<String, Value>,
    /// Remarks that the program and its components make of choices which the evidence must show.
    pub remarks: Vec<Remark>,
    /// What stood elsewhere before, with all inside.
    pub moves: Vec<Moved>,
    /// Consents to what plans would lose, besides those of single resources.
    pub consents: Vec<Consent>,
    /// Whether it declares something that is meant to hold the data of real people.
    pub production: bool,
}

/// A path that everything at and below another one had before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Where it stood.
    pub from: Path,
    /// Where it stands.
    pub to: Path,
}

/// A recorded choice, such as plain HTTP inside the VPC in a development environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Remark {
    /// The component that made it; none where the program did itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<Path>,
    /// What was chosen, and what it means.
    pub text: String,
    /// The section of the law that it touches.
    pub citation: Option<String>,
    /// Where the program makes the choice.
    pub source: Source,
}

/// A program that can't be declared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DeclareError {
    /// A name breaks the rules.
    #[error("{source_line}: {error}")]
    Name {
        /// What is wrong with it.
        error: InvalidName,
        /// Where it is declared.
        source_line: Source,
    },
    /// Two things stand at one path.
    #[error("{second}: `{path}` is declared already, at {first}; give one of them another name")]
    Duplicate {
        /// The path.
        path: Path,
        /// The first declaration.
        first: Source,
        /// The second.
        second: Source,
    },
    /// Two outputs have one name.
    #[error("{source_line}: the output `{name}` is set already")]
    DuplicateOutput {
        /// The output's name.
        name: String,
        /// Where it is set again.
        source_line: Source,
    },
    /// A component can't be built as asked.
    #[error("{source_line}: {component}: {message}{}", citation.as_ref().map(|c| format!(" ({c})")).unwrap_or_default())]
    Component {
        /// The component's path.
        component: String,
        /// What is wrong, and what to write instead.
        message: String,
        /// The section of the law, where it is one that forbids it.
        citation: Option<String>,
        /// Where the component is declared.
        source_line: Source,
    },
}

impl Program {
    /// The texts of all secrets that it declares, as they were written and as what was made of them: what
    /// must not stand in anything that is written down.
    #[must_use]
    pub fn secrets(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let properties = self.resources.values().flat_map(|resource| resource.properties.values());
        let queries = self.lookups.values().flat_map(|lookup| lookup.query.values());
        for value in properties.chain(queries).chain(self.outputs.values()) {
            value.collect_secrets(&mut found);
        }
        found.remove("");
        found
    }

    /// Where the thing at `path` is declared.
    #[must_use]
    pub fn source_of(&self, path: &Path) -> Option<&Source> {
        self.resources
            .get(path)
            .map(|resource| &resource.source)
            .or_else(|| self.lookups.get(path).map(|lookup| &lookup.source))
            .or_else(|| self.components.get(path).map(|component| &component.source))
    }

    /// The paths that a resource had before, the latest first: the one that it says itself, or those
    /// that follow from what moved around it.
    #[must_use]
    pub fn formers_of(&self, resource: &Resource) -> Vec<Path> {
        let mut formers: Vec<Path> = resource.options.renamed_from.iter().cloned().collect();
        let mut path = formers.first().unwrap_or(&resource.path).clone();
        // A move leads to a path that isn't among those before: no way is longer than all moves.
        for _ in &self.moves {
            let around = self.moves.iter().filter_map(|moved| Some((moved, path.below(&moved.to)?)));
            let nearest = around.max_by_key(|(moved, _)| moved.to.as_str().len());
            let Some(former) = nearest.and_then(|(moved, rest)| moved.from.extend(rest)) else { break };
            if former == resource.path || formers.contains(&former) {
                break;
            }
            formers.push(former.clone());
            path = former;
        }
        formers
    }

    /// The tags of the program and of every component around `path`, inner ones winning.
    #[must_use]
    pub fn tags_around(&self, path: &Path) -> BTreeMap<String, String> {
        let mut around = Vec::new();
        let mut next = path.parent();
        while let Some(parent) = next {
            if let Some(component) = self.components.get(&parent) {
                around.push(&component.tags);
            }
            next = parent.parent();
        }
        around.push(&self.tags);
        around
            .into_iter()
            .rev()
            .flat_map(|tags| tags.iter().map(|(key, value)| (key.clone(), value.clone())))
            .collect()
    }
}
