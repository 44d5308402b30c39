//! What speaks for an instance being a declaration, and what against it.

use std::collections::{BTreeMap, BTreeSet};

use ironward_aws::terraform::{Resource as Row, Source};
use ironward_core::path::Path;
use ironward_core::program::{Program, Resource};
use ironward_core::state::{Record, State};
use ironward_core::value::{AttrRef, Known, Value};
use serde_json::Value as Json;

use super::expand::What;
use super::matching::{Matched, Open};
use super::read::StateFile;

/// What is left to match, and what is known already.
pub(super) struct Scene<'a> {
    pub(super) open: &'a [Open<'a>],
    pub(super) free: &'a BTreeSet<&'a Path>,
    pub(super) program: &'a Program,
    pub(super) state: &'a State,
    /// The ids of what was matched.
    pub(super) known: &'a BTreeMap<Path, String>,
}

/// In how much an instance and a declaration agree.
#[derive(Debug, Clone, Copy, Default)]
struct Agreement {
    /// The properties in which they do.
    agreed: usize,
    /// Those of which it isn't known yet.
    unknown: usize,
}

/// What is known of a declared property.
enum Declared {
    Text(String),
    Later,
    Nothing,
}

pub(super) fn is_of(program: &Program, path: &Path, row: &Row) -> bool {
    program.resources.get(path).is_some_and(|resource| resource.schema.type_name == row.type_name)
}

/// The record of an instance that is managed already.
pub(super) fn recorded<'s>(open: &Open<'_>, state: &'s State) -> Option<&'s Record> {
    let mut of_type = state.resources.values().filter(|record| record.type_name == open.row.type_name);
    match &open.id {
        Some(id) => of_type.find(|record| record.physical_id == *id),
        None => of_type.find(|record| {
            open.row.keys.iter().all(|(property, source)| {
                let there = open.instance.values.get(source);
                there.map(String::as_str) == record.properties.json(property).and_then(text).as_deref()
            })
        }),
    }
}

fn text(json: &Json) -> Option<String> {
    match json {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

fn same(there: &str, here: &str) -> bool {
    there.trim_end_matches('.').eq_ignore_ascii_case(here.trim_end_matches('.'))
}

impl Scene<'_> {
    /// What is known of a declared property: literals, and ids of what is managed or matched.
    fn declared(&self, resource: &Resource, property: &str) -> Declared {
        let attribute = |attr: &AttrRef| {
            if let Some(record) = self.state.resources.get(&attr.path) {
                return record.attributes.at(&attr.attribute).cloned().map_or(Known::Later, Known::Value);
            }
            let schema = self.program.resources.get(&attr.path).map(|other| other.schema);
            match self.known.get(&attr.path) {
                Some(id) if schema.is_some_and(|schema| schema.id == attr.attribute) => {
                    Known::Value(id.clone().into())
                }
                _ => Known::Later,
            }
        };
        let Some(value) = resource.properties.get(property) else { return Declared::Nothing };
        match value.evaluate(&attribute) {
            Ok(node) => match node.to_json() {
                Some(json) => text(&json).map_or(Declared::Nothing, Declared::Text),
                None => Declared::Later,
            },
            Err(_) => Declared::Nothing,
        }
    }

    /// In how much an instance and a declaration agree; nothing where they contradict each other.
    fn agreement(&self, open: &Open<'_>, path: &Path) -> Option<Agreement> {
        let resource = self.program.resources.get(path)?;
        if resource.schema.type_name != open.row.type_name {
            return None;
        }
        let mut found = Agreement::default();
        let keys = open.row.keys.iter().map(|key| (key, true));
        for ((property, source), tells) in keys.chain(open.row.within.iter().map(|key| (key, false))) {
            match (open.instance.values.get(source), self.declared(resource, property)) {
                (Some(there), Declared::Text(here)) if same(there, &here) => {
                    found.agreed += usize::from(tells);
                }
                (Some(_), Declared::Text(_)) => return None,
                (Some(_), Declared::Later) => found.unknown += 1,
                // What is known by what it says says all of it.
                (Some(_), Declared::Nothing) | (None, Declared::Text(_) | Declared::Later)
                    if open.row.alike =>
                {
                    return None;
                }
                _ => {}
            }
        }
        Some(found)
    }

    /// Instances and declarations that agree in something, contradict each other in nothing, and
    /// have no rival on either side.
    pub(super) fn recognised(&self) -> Vec<(usize, Path)> {
        self.pairs(|open, path| {
            self.agreement(open, path)
                .is_some_and(|found| found.agreed > 0 && (found.unknown == 0 || !open.row.alike))
        })
    }

    /// Instances to which one refers that was matched, where its declaration refers to a resource.
    pub(super) fn referred<'m>(
        &self,
        file: &StateFile,
        matched: impl Iterator<Item = &'m Matched>,
    ) -> Vec<(usize, Path)> {
        let mut found: BTreeMap<usize, Path> = BTreeMap::new();
        for matched in matched {
            let Some(resource) = self.program.resources.get(&matched.path) else { continue };
            let instances = file.instances.iter().filter(|one| one.address == matched.address);
            for (instance, row) in instances.filter_map(|one| match one.what {
                What::Resource(row) => Some((one, row)),
                _ => None,
            }) {
                let mut refers =
                    row.keys.iter().chain(row.within).filter_map(|(property, source): &(&str, Source)| {
                        let Some(Value::Attr(attr)) = resource.properties.get(*property) else { return None };
                        let id = instance.values.get(source)?;
                        let other = self.program.resources.get(&attr.path)?;
                        let free = self.free.contains(&attr.path) && other.schema.id == attr.attribute;
                        let is = |open: &Open<'_>| {
                            open.id.as_ref() == Some(id) && self.agreement(open, &attr.path).is_some()
                        };
                        Some((self.open.iter().position(is).filter(|_| free)?, attr.path.clone()))
                    });
                if let Some((index, path)) = refers.next()
                    && !found.values().any(|taken| *taken == path)
                {
                    found.entry(index).or_insert(path);
                }
            }
        }
        found.into_iter().collect()
    }

    /// Instances and declarations of one type that contradict each other in nothing, and all others of it in
    /// something.
    pub(super) fn only_ones(&self) -> Vec<(usize, Path)> {
        let mut pairs = self.pairs(|open, path| !open.row.alike && self.agreement(open, path).is_some());
        // Those first on whose answers others may wait.
        pairs
            .sort_by_key(|(index, path)| self.agreement(&self.open[*index], path).map(|found| found.unknown));
        pairs
    }

    /// The declarations that an instance may be.
    pub(super) fn candidates(&self, open: &Open<'_>) -> Vec<Path> {
        let fits = |path: &&&Path| match open.row.alike {
            true => self.agreement(open, path).is_some(),
            false => is_of(self.program, path, open.row),
        };
        self.free.iter().filter(fits).map(|path| (*path).clone()).collect()
    }

    /// The pairs that fit each other and nothing else.
    fn pairs(&self, fits: impl Fn(&Open<'_>, &Path) -> bool) -> Vec<(usize, Path)> {
        let mut of_instance: Vec<Vec<&Path>> = Vec::new();
        let mut rivals: BTreeMap<&Path, usize> = BTreeMap::new();
        for open in self.open {
            let paths: Vec<&Path> = self.free.iter().copied().filter(|path| fits(open, path)).collect();
            for path in &paths {
                *rivals.entry(path).or_default() += 1;
            }
            of_instance.push(paths);
        }
        let pair = |(index, paths): (usize, Vec<&Path>)| match paths.as_slice() {
            [path] if rivals.get(path) == Some(&1) => Some((index, (*path).clone())),
            _ => None,
        };
        of_instance.into_iter().enumerate().filter_map(pair).collect()
    }
}
