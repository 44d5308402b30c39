//! How replacements spread, and in which order each is done.
//!
//! Two rules keep every plan acyclic. A resource that is deleted first takes everything along
//! that was built on it and can't let go of it, and each of those is deleted first too. A
//! resource that must be created first makes the replaced ones that it needs do the same.

use std::collections::{BTreeMap, BTreeSet};

use crate::path::Path;
use crate::plan::Problem;
use crate::planner::{Input, needs};
use crate::schema::{Change, ReplaceOrder, Schema};
use crate::state::InstanceId;

/// What the cascade asks of a decision.
pub(crate) trait Replacement {
    /// Whether an existing instance is replaced.
    fn is_replacement(&self) -> bool;
    /// The instance that goes.
    fn previous(&self) -> Option<&InstanceId>;
    /// Whether old and new would have one name.
    fn keeps_its_name(&self, schema: &Schema) -> bool;
}

/// The replacements that only others force.
#[derive(Debug, Default)]
pub(crate) struct Cascade {
    forced: BTreeMap<Path, String>,
}

impl Cascade {
    pub(crate) fn reason(&self, path: &Path) -> Option<&str> {
        self.forced.get(path).map(String::as_str)
    }

    /// Adds what the decisions force further; false when nothing is new.
    pub(crate) fn grow<D: Replacement>(&mut self, input: &Input<'_>, decided: &BTreeMap<Path, D>) -> bool {
        let (orders, _) = self.orders(input, decided);
        let mut added = false;
        for resource in input.program.resources.values() {
            let path = &resource.path;
            let settled = decided.get(path).is_none_or(Replacement::is_replacement);
            if settled || self.forced.contains_key(path) || !input.state.resources.contains_key(path) {
                continue;
            }
            let holds = resource.properties.iter().find_map(|(name, value)| {
                let fixed = resource.schema.property(name).is_some_and(|p| p.change == Change::Replace)
                    || resource.options.replace_on_changes.contains(&name.as_str());
                if !fixed {
                    return None;
                }
                value
                    .references()
                    .into_iter()
                    .find(|attr| orders.get(&attr.path) == Some(&ReplaceOrder::DeleteFirst))
                    .map(|attr| (name, attr.path))
            });
            if let Some((property, needed)) = holds {
                let reason =
                    format!("`{needed}` is deleted before it is replaced, and {property} can't let go of it");
                self.forced.insert(path.clone(), reason);
                added = true;
            }
        }
        added
    }

    /// The order of every replacement, and the conflicts between them.
    pub(crate) fn orders<D: Replacement>(
        &self,
        input: &Input<'_>,
        decided: &BTreeMap<Path, D>,
    ) -> (BTreeMap<Path, ReplaceOrder>, Vec<Problem>) {
        let replaced: BTreeMap<&Path, &D> =
            decided.iter().filter(|(_, decision)| decision.is_replacement()).collect();
        let must_delete_first = |path: &Path| {
            let Some(resource) = input.program.resources.get(path) else { return None };
            if resource.schema.replace == ReplaceOrder::DeleteFirst {
                Some("two of its type can't exist side by side")
            } else if replaced.get(path).is_some_and(|decision| decision.keeps_its_name(resource.schema)) {
                Some("old and new have the same name")
            } else {
                None
            }
        };
        let mut pinned: BTreeSet<Path> = BTreeSet::new();
        let mut problems = Vec::new();
        let mut waiting: Vec<(Path, Path)> = replaced
            .keys()
            .filter(|path| wanted(input, path) == Some(ReplaceOrder::CreateFirst))
            .map(|path| ((*path).clone(), (*path).clone()))
            .collect();
        while let Some((path, because)) = waiting.pop() {
            if !pinned.insert(path.clone()) {
                continue;
            }
            let Some(resource) = input.program.resources.get(&path) else { continue };
            if let Some(why) = must_delete_first(&path) {
                problems.push(
                    Problem::new(format!(
                        "`{because}` must be created before its old instance goes, so this one must too, \
                         and it can't: {why}"
                    ))
                    .at(&path, Some(&resource.source))
                    .with_hint(format!("take `.create_before_replace()` off `{because}`")),
                );
                continue;
            }
            let needed = needs(input.program, resource);
            waiting.extend(
                needed
                    .into_iter()
                    .filter(|path| replaced.contains_key(path))
                    .map(|path| (path, because.clone())),
            );
        }
        let mut orders: BTreeMap<Path, ReplaceOrder> = BTreeMap::new();
        let mut spreading: Vec<&Path> = Vec::new();
        for path in replaced.keys() {
            let first = !pinned.contains(*path)
                && (must_delete_first(path).is_some()
                    || wanted(input, path) == Some(ReplaceOrder::DeleteFirst));
            let order = if first { ReplaceOrder::DeleteFirst } else { ReplaceOrder::CreateFirst };
            if first {
                spreading.push(path);
            }
            orders.insert((*path).clone(), order);
        }
        let dependents = dependents(input, &replaced);
        while let Some(path) = spreading.pop() {
            for dependent in dependents.get(path).into_iter().flatten() {
                let before = orders.insert((*dependent).clone(), ReplaceOrder::DeleteFirst);
                if before != Some(ReplaceOrder::DeleteFirst) {
                    spreading.push(dependent);
                }
            }
        }
        (orders, problems)
    }
}

/// For each replaced path, the replaced ones that need it or were built on it.
fn dependents<'a, D: Replacement>(
    input: &Input<'_>,
    replaced: &BTreeMap<&'a Path, &D>,
) -> BTreeMap<&'a Path, Vec<&'a Path>> {
    let by_instance: BTreeMap<&InstanceId, &'a Path> =
        replaced.iter().filter_map(|(path, decision)| Some((decision.previous()?, *path))).collect();
    let mut found: BTreeMap<&'a Path, Vec<&'a Path>> = BTreeMap::new();
    for path in replaced.keys() {
        let declared = input.program.resources.get(*path).map(|resource| needs(input.program, resource));
        for needed in declared.into_iter().flatten() {
            if let Some((needed, _)) = replaced.get_key_value(&needed) {
                found.entry(needed).or_default().push(path);
            }
        }
        let recorded = input.state.resources.get(*path).map(|record| &record.dependencies);
        for needed in recorded.into_iter().flatten().filter_map(|instance| by_instance.get(instance)) {
            found.entry(needed).or_default().push(path);
        }
    }
    found
}

fn wanted(input: &Input<'_>, path: &Path) -> Option<ReplaceOrder> {
    input.program.resources.get(path)?.options.replace_order
}
