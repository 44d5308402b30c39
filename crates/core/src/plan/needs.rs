//! What each resource of a program needs, directly.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::path::Path;
use crate::model::program::Program;
use crate::model::value::Value;

/// The direct needs of every resource: the paths whose attributes it uses and those it names,
/// a component standing for all resources inside.
#[derive(Debug)]
pub struct Needs<'a> {
    of: BTreeMap<&'a Path, BTreeSet<Path>>,
    nothing: BTreeSet<Path>,
}

impl<'a> Needs<'a> {
    /// Gathers them.
    #[must_use]
    pub fn new(program: &'a Program) -> Self {
        let mut sorted: Vec<&Path> = Vec::new();
        let mut of = BTreeMap::new();
        for (path, resource) in &program.resources {
            let mut found: BTreeSet<Path> =
                resource.properties.values().flat_map(Value::references).map(|attr| attr.path).collect();
            for named in &resource.options.depends_on {
                if !program.components.contains_key(named) {
                    found.insert(named.clone());
                    continue;
                }
                if sorted.is_empty() {
                    sorted = program.resources.keys().collect();
                    sorted.sort();
                }
                let inside = format!("{named}/");
                let start = sorted.partition_point(|path| path.as_str() < inside.as_str());
                let members = sorted[start..].iter().take_while(|path| path.as_str().starts_with(&inside));
                found.extend(members.map(|path| (*path).clone()));
            }
            of.insert(path, found);
        }
        Self { of, nothing: BTreeSet::new() }
    }

    /// What the resource at `path` needs.
    #[must_use]
    pub fn of(&self, path: &Path) -> &BTreeSet<Path> {
        self.of.get(path).unwrap_or(&self.nothing)
    }

    /// Whether `from` needs `to`, directly or not.
    pub(crate) fn reach(&self, from: &Path, to: &Path) -> bool {
        let mut seen = BTreeSet::from([from]);
        let mut open = vec![from];
        while let Some(path) = open.pop() {
            for needed in self.of(path) {
                if needed == to {
                    return true;
                }
                if seen.insert(needed) {
                    open.push(needed);
                }
            }
        }
        false
    }
}
