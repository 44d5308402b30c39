//! Which declared resource an instance of Terraform is.

use std::collections::{BTreeMap, BTreeSet};

use ironward_aws::terraform::Resource as Row;
use ironward_core::path::Path;
use ironward_core::program::Program;
use ironward_core::state::State;

use super::expand::{Instance, What};
use super::read::StateFile;
use super::scene::{Scene, is_of, recorded};

/// An instance and the declared resource that it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Matched {
    pub(crate) address: String,
    pub(crate) path: Path,
    /// Nothing where the state doesn't know it: then it is known by what it says.
    pub(crate) physical_id: Option<String>,
}

/// An instance that stays with Terraform, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unmatched {
    pub(crate) address: String,
    pub(crate) reason: String,
    /// The declared resources that it may be.
    pub(crate) candidates: Vec<Path>,
}

/// What belongs to what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Matching {
    pub(crate) matched: Vec<Matched>,
    /// What is managed by this stack already.
    pub(crate) managed: Vec<Matched>,
    /// Instances that are the only ones left of their type, as the declaration is, and of which
    /// nothing else says that they are that. Somebody has to say so.
    pub(crate) guesses: Vec<Matched>,
    pub(crate) unmatched: Vec<Unmatched>,
}

/// What was said about instances.
#[derive(Debug, Clone, Default)]
pub(crate) struct Answers {
    /// The declared resources that some are, by address.
    pub(crate) assigned: BTreeMap<String, String>,
    /// The addresses of those that stay with Terraform.
    pub(crate) skipped: BTreeSet<String>,
}

/// What is wrong with an explicit assignment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AssignError {
    /// There is no such instance.
    #[error("the Terraform state has no `{0}`")]
    NoInstance(String),
    /// There is no such resource.
    #[error("the program declares no resource `{0}`")]
    NoResource(String),
    /// The types don't fit.
    #[error("`{address}` can't be `{path}`, which is of type {type_name}")]
    Type {
        /// The instance.
        address: String,
        /// The resource.
        path: String,
        /// The resource's type.
        type_name: String,
    },
    /// One resource was assigned twice.
    #[error("`{0}` is assigned twice")]
    Twice(String),
    /// One instance is left out and assigned.
    #[error("`{0}` is both assigned and skipped")]
    Both(String),
}

/// An instance that has a counterpart.
pub(super) struct Open<'a> {
    pub(super) instance: &'a Instance,
    pub(super) row: &'static Row,
    pub(super) id: Option<String>,
}

impl Open<'_> {
    fn matched(&self, path: &Path) -> Matched {
        let (address, path) = (self.instance.address.clone(), path.clone());
        Matched { address, path, physical_id: self.id.clone() }
    }
}

/// Matches instances to declared resources: what is assigned explicitly; then what agrees in
/// every property by which its type is recognised, as far as both sides know it, and what such an
/// instance refers to. What is the only one left of its type on both sides is a guess.
///
/// # Errors
/// [`AssignError`] for an assignment that can't be.
pub(crate) fn matching(
    file: &StateFile,
    program: &Program,
    state: &State,
    answers: &Answers,
) -> Result<Matching, AssignError> {
    let mut result = Matching::default();
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut known: BTreeMap<Path, String> = BTreeMap::new();
    for instance in &file.instances {
        let lost = |reason: &str| Unmatched {
            address: instance.address.clone(),
            reason: reason.to_owned(),
            candidates: Vec::new(),
        };
        if answers.skipped.contains(&instance.address) {
            result.unmatched.push(lost("it stays with Terraform, as `--skip` says"));
            continue;
        }
        let row = match instance.what {
            What::Resource(row) => row,
            // Once it is known what of their resources is imported.
            What::Properties(_) => continue,
            What::Nothing(why) => {
                result.unmatched.push(lost(why));
                continue;
            }
        };
        let id = instance.physical_id();
        if id.is_none() && !row.alike {
            result.unmatched.push(lost("the state has no id of it"));
            continue;
        }
        let open_one = Open { instance, row, id };
        match recorded(&open_one, state) {
            Some(record) => {
                known.insert(record.path.clone(), record.physical_id.clone());
                result.managed.push(open_one.matched(&record.path));
            }
            None => open.push(open_one),
        }
    }
    let mut free: BTreeSet<&Path> =
        program.resources.keys().filter(|path| !state.resources.contains_key(*path)).collect();
    assign(&mut result, &mut open, &mut free, &mut known, program, file, answers)?;
    loop {
        let scene = Scene { open: &open, free: &free, program, state, known: &known };
        let mut pairs = scene.recognised();
        if pairs.is_empty() {
            pairs = scene.referred(file, result.matched.iter().chain(&result.managed));
        }
        if pairs.is_empty() {
            result.guesses =
                scene.only_ones().iter().map(|(index, path)| open[*index].matched(path)).collect();
            break;
        }
        // From the back, so that the places of the others stay.
        for (index, path) in pairs.into_iter().rev() {
            let found = open.remove(index);
            free.remove(&path);
            known.extend(found.id.clone().map(|id| (path.clone(), id)));
            result.matched.push(found.matched(&path));
        }
    }
    let scene = Scene { open: &open, free: &free, program, state, known: &known };
    for one in &open {
        if result.guesses.iter().any(|guess| guess.address == one.instance.address) {
            continue;
        }
        let candidates = scene.candidates(one);
        let reason = match (candidates.as_slice(), one.row.alike) {
            ([], true) => format!("the program declares no {} that says this", one.row.type_name),
            ([], false) => format!("the program declares no {} that is left for it", one.row.type_name),
            _ => "it isn't clear which declaration it is".to_owned(),
        };
        result.unmatched.push(Unmatched { address: one.instance.address.clone(), reason, candidates });
    }
    result.unmatched.extend(properties(file, &result, answers));
    result.matched.sort_by(|a, b| a.path.cmp(&b.path));
    result.unmatched.sort_by(|a, b| a.address.cmp(&b.address));
    Ok(result)
}

/// What is a property here, and of what.
fn properties(file: &StateFile, result: &Matching, answers: &Answers) -> Vec<Unmatched> {
    // Paths of a type by physical id.
    let mut owners: BTreeMap<(&str, &str), &Path> = BTreeMap::new();
    for matched in result.matched.iter().chain(&result.managed) {
        let instance = file.instances.iter().find(|instance| instance.address == matched.address);
        if let (Some(What::Resource(row)), Some(id)) = (instance.map(|one| one.what), &matched.physical_id) {
            owners.insert((row.type_name, id), &matched.path);
        }
    }
    let part_of = |instance: &Instance| {
        let What::Properties(part) = instance.what else { return None };
        let what = part.properties.join(" and ");
        let id = instance.physical_id();
        let owner = id.as_deref().and_then(|id| owners.get(&(part.type_name, id)));
        let reason = match (owner, &id) {
            (Some(path), _) => format!("is {what} of `{path}`, and is adopted with that"),
            (None, Some(id)) => {
                format!("is {what} of the {} `{id}`, which isn't imported", part.type_name)
            }
            (None, None) => format!("is {what} of an {} that the state doesn't name", part.type_name),
        };
        Some(Unmatched { address: instance.address.clone(), reason, candidates: Vec::new() })
    };
    let left = file.instances.iter().filter(|instance| !answers.skipped.contains(&instance.address));
    left.filter_map(part_of).collect()
}

fn assign<'p>(
    result: &mut Matching,
    open: &mut Vec<Open<'_>>,
    free: &mut BTreeSet<&'p Path>,
    known: &mut BTreeMap<Path, String>,
    program: &'p Program,
    file: &StateFile,
    answers: &Answers,
) -> Result<(), AssignError> {
    let is_there = |address: &str| file.instances.iter().any(|instance| instance.address == *address);
    if let Some(address) = answers.skipped.iter().find(|address| !is_there(address)) {
        return Err(AssignError::NoInstance(address.clone()));
    }
    for (address, to) in &answers.assigned {
        if !is_there(address) {
            return Err(AssignError::NoInstance(address.clone()));
        }
        if answers.skipped.contains(address) {
            return Err(AssignError::Both(address.clone()));
        }
        let Some(resource) = program.resources.values().find(|resource| resource.path.as_str() == to) else {
            return Err(AssignError::NoResource(to.clone()));
        };
        let mistyped = || AssignError::Type {
            address: address.clone(),
            path: to.clone(),
            type_name: resource.schema.type_name.to_owned(),
        };
        // What isn't open is managed already, or has no counterpart.
        let Some(index) = open.iter().position(|open| open.instance.address == *address) else {
            if result.managed.iter().any(|matched| matched.address == *address) {
                continue;
            }
            return Err(mistyped());
        };
        if !is_of(program, &resource.path, open[index].row) {
            return Err(mistyped());
        }
        if !free.remove(&resource.path) {
            return Err(AssignError::Twice(to.clone()));
        }
        let found = open.remove(index);
        known.extend(found.id.clone().map(|id| (resource.path.clone(), id)));
        result.matched.push(found.matched(&resource.path));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
