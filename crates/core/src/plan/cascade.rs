//! How replacements spread, and in which order each is done.
//!
//! Three rules keep every plan acyclic. A resource that is deleted first takes everything along
//! that was built on it and can't let go of it, and each of those is deleted first too. A
//! resource that must be created first makes the replaced ones that it needs do the same. And
//! where a circle is left all the same, because deletions follow what is recorded and creations
//! what is declared, what closes it is deleted first.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::path::Path;
use crate::model::program::Resource;
use crate::model::schema::{Change, ReplaceOrder};
use crate::plan::named::names_one;
use crate::plan::planner::{Decision, PlanContext, Verdict, Waits, there};
use crate::plan::schedule::{Step, excludes};
use crate::plan::{PlanError, Remedy};
use crate::state::{InstanceId, Record};

/// The replacements that only others force.
#[derive(Debug, Default)]
pub(crate) struct Cascade {
    /// With the reason.
    forced: BTreeMap<Path, String>,
    /// Those that must be deleted first to break a circle.
    untied: BTreeSet<Path>,
}

impl Cascade {
    pub(crate) fn reason(&self, path: &Path) -> Option<&str> {
        self.forced.get(path).map(String::as_str)
    }

    /// Adds what the decisions force further; false when nothing is new. `order` holds the
    /// declared paths, each after what it needs.
    pub(crate) fn grow(
        &mut self,
        scene: &PlanContext<'_>,
        order: &[Path],
        decided: &BTreeMap<Path, Decision>,
        waits: &Waits,
    ) -> bool {
        let (orders, _) = self.orders(scene, decided);
        let mut going: BTreeSet<&Path> = orders
            .iter()
            .filter(|(_, order)| **order == ReplaceOrder::DeleteFirst)
            .map(|(path, _)| path)
            .collect();
        let made = decided.iter().filter(|(_, decision)| decision.verdict == Verdict::Create);
        going.extend(made.map(|(path, _)| path).filter(|path| is_blocked(scene, path)));
        let mut yielding = yielding(scene, decided, &going, waits);
        let mut added = false;
        for path in order {
            let stays =
                decided.get(path).is_some_and(|d| matches!(d.verdict, Verdict::Noop | Verdict::Update));
            let Some(resource) = scene.input.program.resources.get(path) else { continue };
            if !stays || self.forced.contains_key(path) {
                continue;
            }
            let still = || still_holds(scene, resource, decided.get(path)?, &yielding);
            let held = holds(resource, &going).or_else(still);
            if let Some((property, needed)) = held {
                let reason =
                    format!("`{needed}` is deleted before it is replaced, and {property} can't let go of it");
                self.forced.insert(path.clone(), reason);
                going.insert(path);
                yielding.extend(
                    scene.record(path).map(|record| (&record.instance, (record, BTreeSet::from([path])))),
                );
                added = true;
            }
        }
        added
    }

    /// Breaks a circle of steps, each needed by the next: what must come up before something
    /// goes is taken down first instead. False when it can't.
    pub(crate) fn untie(&mut self, circle: &[Step]) -> bool {
        let pairs = circle.iter().zip(circle.iter().cycle().skip(1));
        for (step, next) in pairs {
            let (Step::Up(path), Step::Down(_)) = (step, next) else { continue };
            if self.untied.insert(path.clone()) {
                let reason = "it must let go of what goes before its new needs can be made".to_owned();
                self.forced.entry(path.clone()).or_insert(reason);
                return true;
            }
        }
        false
    }

    /// The order of every replacement, and the conflicts between them.
    pub(crate) fn orders(
        &self,
        scene: &PlanContext<'_>,
        decided: &BTreeMap<Path, Decision>,
    ) -> (BTreeMap<Path, ReplaceOrder>, Vec<PlanError>) {
        let replaced: BTreeMap<&Path, (&Resource, &Decision)> = decided
            .iter()
            .filter(|(_, decision)| decision.verdict == Verdict::Replace)
            .filter_map(|(path, decision)| Some((path, (scene.input.program.resources.get(path)?, decision))))
            .collect();
        let mut conflicts = Vec::new();
        let mut pinned: BTreeSet<&Path> = BTreeSet::new();
        let wants_creation =
            |resource: &Resource| resource.options.replace_order == Some(ReplaceOrder::CreateFirst);
        let mut open: Vec<(&Path, &Path)> = replaced
            .iter()
            .filter(|(_, (resource, _))| wants_creation(resource))
            .map(|(path, _)| (*path, *path))
            .collect();
        while let Some((path, because)) = open.pop() {
            if !pinned.insert(path) {
                continue;
            }
            let Some((resource, decision)) = replaced.get(path) else { continue };
            if let Some(why) = self.deletes_first(scene, resource, decision) {
                conflicts.push(conflict(resource, because, why));
                continue;
            }
            let needed = scene.needs.of(path).iter().filter_map(|needed| replaced.get_key_value(needed));
            open.extend(needed.map(|(needed, _)| (*needed, because)));
        }
        let mut orders = BTreeMap::new();
        let mut spreading: Vec<&Path> = Vec::new();
        for (path, (resource, decision)) in &replaced {
            let first = !pinned.contains(*path) && self.deletes_first(scene, resource, decision).is_some();
            let order = if first { ReplaceOrder::DeleteFirst } else { ReplaceOrder::CreateFirst };
            if first {
                spreading.push(path);
            }
            orders.insert((*path).clone(), order);
        }
        let mut users: BTreeMap<&Path, Vec<&Path>> = BTreeMap::new();
        for path in replaced.keys() {
            for needed in scene.needs.of(path) {
                users.entry(needed).or_default().push(path);
            }
        }
        while let Some(path) = spreading.pop() {
            for user in users.get(path).into_iter().flatten() {
                // A pinned one has pinned what it needs, so it isn't reached from here.
                let before = orders.insert((*user).clone(), ReplaceOrder::DeleteFirst);
                if before != Some(ReplaceOrder::DeleteFirst) {
                    spreading.push(user);
                }
            }
        }
        (orders, conflicts)
    }

    /// Why the old instance must go before the new one comes, where it must by itself.
    fn deletes_first<'s>(
        &self,
        scene: &PlanContext<'_>,
        resource: &Resource,
        decision: &'s Decision,
    ) -> Option<&'s str> {
        let wanted = resource.options.replace_order;
        if resource.schema.replace == ReplaceOrder::DeleteFirst {
            Some("two of its type can't exist side by side")
        } else if let Some(why) = decision.excluded() {
            Some(why)
        } else if decision.keeps_its_name(resource.schema) {
            Some("old and new have the same name")
        } else if is_blocked(scene, &resource.path) {
            Some("what it replaced before is still there and in its way")
        } else if self.untied.contains(&resource.path) {
            Some("it must let go of what goes before its new needs can be made")
        } else if wanted == Some(ReplaceOrder::DeleteFirst) {
            Some("it asks for `.delete_before_replace()`")
        } else {
            None
        }
    }
}

/// Whether something that was replaced at `path` must go before anything new can be made there.
fn is_blocked(scene: &PlanContext<'_>, path: &Path) -> bool {
    let program = scene.input.program;
    let mut deposed = scene.input.state.deposed.values();
    let resource = program.resources.get(path);
    resource.is_some_and(|resource| deposed.any(|record| excludes(program, resource, record)))
}

fn conflict(resource: &Resource, because: &Path, why: &str) -> PlanError {
    let message = if resource.path == *because {
        format!("can't be created before its old instance goes, as it asks: {why}")
    } else {
        format!(
            "`{because}` must be created before its old instance goes, so this one must too, and it \
             can't: {why}"
        )
    };
    PlanError::new(message, Remedy::LetDeleteFirst { path: because.clone() })
        .at(&resource.path, Some(&resource.source))
        .with_hint(format!("take `.create_before_replace()` off `{because}`"))
}

/// A property that holds one of `going` for as long as it refers to it, and which: it can't be
/// changed in place, or the cloud doesn't let go of what it refers to.
fn holds(resource: &Resource, going: &BTreeSet<&Path>) -> Option<(String, Path)> {
    resource.properties.iter().find_map(|(name, value)| {
        let fixed = resource.schema.property(name).is_some_and(|p| p.change == Change::Replace || p.holds)
            || resource.options.replace_on_changes.contains(&name.as_str());
        if !fixed || going.is_empty() {
            return None;
        }
        let held = value.references().into_iter().find(|attr| going.contains(&attr.path))?;
        Some((name.clone(), held.path))
    })
}

/// What goes before something else can come: each instance with all that comes.
type Yielding<'a> = BTreeMap<&'a InstanceId, (&'a Record, BTreeSet<&'a Path>)>;

/// What goes before its successor comes: what is deleted before it is replaced, what was replaced before
/// and is in the way, and what has what something else shall have.
fn yielding<'a>(
    scene: &PlanContext<'a>,
    decided: &'a BTreeMap<Path, Decision>,
    going: &BTreeSet<&'a Path>,
    waits: &Waits,
) -> Yielding<'a> {
    let (state, program) = (&scene.input.state, scene.input.program);
    let mut found = Yielding::new();
    for path in going {
        found.extend(scene.record(path).map(|record| (&record.instance, (record, BTreeSet::from([*path])))));
    }
    if !state.deposed.is_empty() {
        for path in decided.keys() {
            let Some(resource) = program.resources.get(path) else { continue };
            for record in state.deposed.values().filter(|record| record.path == *path) {
                if excludes(program, resource, record) {
                    found.insert(&record.instance, (record, BTreeSet::from([path])));
                }
            }
        }
    }
    if waits.is_empty() {
        return found;
    }
    let mut wanted: BTreeMap<&InstanceId, BTreeSet<&Path>> = BTreeMap::new();
    for (path, holders) in decided.keys().filter_map(|path| Some((path, waits.get(path)?))) {
        for holder in holders {
            wanted.entry(holder).or_default().insert(path);
        }
    }
    // What lets go in an update stays what it is.
    for (path, _) in decided.iter().filter(|(_, decision)| decision.verdict == Verdict::Update) {
        if let Some(record) = scene.record(path) {
            wanted.remove(&record.instance);
        }
    }
    for record in state.instances() {
        if let Some(paths) = wanted.remove(&record.instance) {
            found.entry(&record.instance).or_insert_with(|| (record, BTreeSet::new())).1.extend(paths);
        }
    }
    found
}

/// The same of what a property held when it was applied last, or was seen to hold, where it doesn't let go of that in time:
/// it can't be changed in place, stays as it is, or what it changes to comes only after that.
fn still_holds(
    scene: &PlanContext<'_>,
    resource: &Resource,
    decision: &Decision,
    yielding: &Yielding<'_>,
) -> Option<(String, Path)> {
    if yielding.is_empty() {
        return None;
    }
    let record = scene.record(&resource.path)?;
    let says = there(scene.input, resource.schema, record);
    let gone = record.dependencies.iter().filter_map(|needed| yielding.get(needed));
    gone.into_iter().find_map(|(gone, successors)| {
        let property = resource.schema.properties.iter().find(|property| {
            let fixed = property.change == Change::Replace;
            let named = says.iter().filter_map(|says| says.json(property.name)).any(|it| names_one(it, gone));
            let reaches = || successors.iter().any(|after| scene.needs.reach(&resource.path, after));
            let late = || !decision.changes(property.name) || reaches();
            named && (fixed || property.holds && late())
        })?;
        Some((property.name.to_owned(), gone.path.clone()))
    })
}
