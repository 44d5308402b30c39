//! The steps of a plan and the order between them: creates and updates follow what they need,
//! deletes follow the recorded dependencies, and both share one graph so that they overlap.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::path::Path;
use crate::model::program::{Program, Resource};
use crate::model::schema::ReplaceOrder;
use crate::model::value::Known;
use crate::plan::graph::Graph;
use crate::plan::needs::Needs;
use crate::plan::{Action, Plan, ResourceChange};
use crate::state::{InstanceId, Record, State};

/// What goes before something else can come: each instance with all that comes.
type DeletedFirst<'a> = BTreeMap<&'a InstanceId, BTreeSet<&'a Path>>;

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    /// Bring the resource at a path to what is declared.
    Up(Path),
    /// Take an instance down.
    Down(InstanceId),
}

/// The steps of a plan.
#[derive(Debug)]
pub(crate) struct Schedule {
    graph: Graph<Step>,
    /// For each step, the number of steps that it still waits for.
    waits: BTreeMap<Step, usize>,
    /// For each step, the time from its start to the end of the longest chain behind it.
    weight: BTreeMap<Step, u64>,
}

impl Schedule {
    /// Orders the steps of `plan`:
    /// - what comes up follows what it needs;
    /// - in a replacement one of the two steps comes first, as planned;
    /// - what was replaced before and is in the way of what comes at its path goes first;
    /// - what has something that only one can have, a name or a range, goes or lets go before
    ///   what shall have it;
    /// - what goes follows what goes too and was built on it, by the recorded dependencies; but a part
    ///   that goes along with what it is a part of follows that, and is in force until then;
    /// - what is deleted first, or lets go first, follows what its successor needs, as far as that doesn't
    ///   wait for it: in between there is nothing in its place, and that isn't for long;
    /// - a key follows what was ever under it, even where it was built on that itself;
    /// - what goes follows the updates of what was built on it and stays, since these let go of
    ///   it; unless it is deleted first and such an update needs its successor.
    ///
    /// # Errors
    /// The steps of a circle, each needed by the next.
    pub(crate) fn new(
        program: &Program,
        needs: &Needs<'_>,
        state: &State,
        plan: &Plan,
    ) -> Result<Self, Vec<Step>> {
        let mut graph = Graph::new();
        let mut going: BTreeSet<&InstanceId> = BTreeSet::new();
        let mut deleted_first = DeletedFirst::new();
        let mut updated: BTreeMap<&InstanceId, &Path> = BTreeMap::new();
        for change in &plan.changes {
            if !matches!(change.action, Action::Delete | Action::Forget) {
                graph.add(&Step::Up(change.path.clone()));
            }
            match (&change.action, &change.replaces) {
                (Action::Delete | Action::Forget, _) => {
                    going.insert(&change.instance);
                    graph.add(&Step::Down(change.instance.clone()));
                }
                (Action::Replace { order }, Some(old)) => {
                    let (up, down) = (Step::Up(change.path.clone()), Step::Down(old.clone()));
                    match order {
                        ReplaceOrder::CreateFirst => graph.needs(&down, &up),
                        ReplaceOrder::DeleteFirst => {
                            graph.needs(&up, &down);
                            deleted_first.entry(old).or_default().insert(&change.path);
                        }
                    }
                    going.insert(old);
                }
                (Action::Update { .. } | Action::Restore { .. } | Action::Adopt { .. }, _) => {
                    updated.insert(&change.instance, &change.path);
                }
                _ => {}
            }
        }
        for path in plan.changes.iter().filter(|change| makes(change)).map(|change| &change.path) {
            let Some(resource) = program.resources.get(path) else { continue };
            let in_the_way =
                |record: &&Record| going.contains(&record.instance) && excludes(program, resource, record);
            for record in state.deposed.values().filter(in_the_way) {
                graph.needs(&Step::Up(path.clone()), &Step::Down(record.instance.clone()));
                deleted_first.entry(&record.instance).or_default().insert(path);
            }
        }
        for change in &plan.changes {
            for holder in &change.waits_for {
                let up = Step::Up(change.path.clone());
                if going.contains(holder) {
                    graph.needs(&up, &Step::Down(holder.clone()));
                    deleted_first.entry(holder).or_default().insert(&change.path);
                } else if let Some(path) = updated.get(holder) {
                    graph.needs(&up, &Step::Up((*path).clone()));
                }
            }
        }
        for path in program.resources.keys() {
            let up = Step::Up(path.clone());
            if !graph.contains(&up) {
                continue;
            }
            for needed in needs.of(path) {
                let needed = Step::Up(needed.clone());
                if graph.contains(&needed) {
                    graph.needs(&up, &needed);
                }
            }
        }
        let along: BTreeMap<&InstanceId, &InstanceId> = plan
            .changes
            .iter()
            .filter_map(|change| Some((change.replaces.as_ref()?, change.goes_with.as_ref()?)))
            .collect();
        let opens = opens(state, &going);
        for record in state.instances() {
            // A key that was built on what is under it, or was, goes after that all the same.
            let outlives = |needed: &InstanceId| {
                let mut sealed = opens.get(&record.instance).into_iter().flatten();
                sealed.any(|sealed| needed == *sealed || stands_on(state, needed, sealed))
            };
            for sealed in opens.get(&record.instance).into_iter().flatten() {
                graph.needs(&Step::Down(record.instance.clone()), &Step::Down((*sealed).clone()));
            }
            for needed in record.dependencies.iter().filter(|needed| going.contains(needed)) {
                let down = Step::Down(needed.clone());
                // What stands on a part stands on its whole, which takes the part along.
                let whole = along
                    .get(needed)
                    .copied()
                    .filter(|whole| along.get(&record.instance) != Some(whole) && record.instance != **whole);
                if let Some(whole) = whole {
                    let waits = |path: &Path| {
                        !deleted_first.get(whole).into_iter().flatten().any(|after| needs.reach(path, after))
                    };
                    let before = match updated.get(&record.instance) {
                        _ if going.contains(&record.instance) => Some(Step::Down(record.instance.clone())),
                        Some(path) if waits(path) => Some(Step::Up((*path).clone())),
                        _ => None,
                    };
                    if let Some(before) = before {
                        graph.needs(&Step::Down(whole.clone()), &before);
                    }
                }
                if along.get(&record.instance) == Some(&needed) {
                    graph.needs(&Step::Down(record.instance.clone()), &down);
                } else if going.contains(&record.instance) {
                    if !outlives(needed) {
                        graph.needs(&down, &Step::Down(record.instance.clone()));
                    }
                } else if let Some(path) = updated.get(&record.instance)
                    && !deleted_first.get(needed).into_iter().flatten().any(|after| needs.reach(path, after))
                {
                    graph.needs(&down, &Step::Up((*path).clone()));
                }
            }
        }
        let order = hold_back(&mut graph, &deleted_first, needs)?;
        let seconds: BTreeMap<&Path, u64> = program
            .resources
            .iter()
            .map(|(path, resource)| {
                let learned = state.durations.get(resource.schema.type_name);
                (path, u64::from(*learned.unwrap_or(&resource.schema.typical_seconds)))
            })
            .collect();
        let own = |step: &Step| match step {
            Step::Up(path) => seconds.get(path).copied().unwrap_or(1),
            Step::Down(_) => 2,
        };
        let mut weight: BTreeMap<Step, u64> = BTreeMap::new();
        for step in order.iter().rev() {
            let behind = graph.needed_by(step).filter_map(|next| weight.get(next)).max().copied();
            weight.insert(step.clone(), own(step) + behind.unwrap_or(0));
        }
        let waits = order.iter().map(|step| (step.clone(), graph.needs_of(step).count())).collect();
        Ok(Self { graph, waits, weight })
    }

    /// All steps.
    pub(crate) fn steps(&self) -> impl Iterator<Item = &Step> {
        self.waits.keys()
    }

    /// The steps that wait for nothing.
    pub(crate) fn ready(&self) -> Vec<Step> {
        self.waits.iter().filter(|(_, count)| **count == 0).map(|(step, _)| step.clone()).collect()
    }

    /// Marks a step as done and returns those that wait for nothing now.
    pub(crate) fn done(&mut self, step: &Step) -> Vec<Step> {
        let mut free = Vec::new();
        for next in self.graph.needed_by(step) {
            if let Some(count) = self.waits.get_mut(next) {
                *count -= 1;
                if *count == 0 {
                    free.push(next.clone());
                }
            }
        }
        free
    }

    /// Everything that waits for a step, directly or not.
    pub(crate) fn behind(&self, step: &Step) -> BTreeSet<Step> {
        let mut found = BTreeSet::new();
        let mut open = vec![step];
        while let Some(step) = open.pop() {
            for next in self.graph.needed_by(step) {
                if found.insert(next.clone()) {
                    open.push(next);
                }
            }
        }
        found
    }

    pub(crate) fn weight(&self, step: &Step) -> u64 {
        self.weight.get(step).copied().unwrap_or(0)
    }
}

/// Orders all steps, and holds what is deleted first back until what its successor needs is there, where that
/// doesn't wait for it.
fn hold_back(
    graph: &mut Graph<Step>,
    deleted_first: &DeletedFirst<'_>,
    needs: &Needs<'_>,
) -> Result<Vec<Step>, Vec<Step>> {
    if deleted_first.is_empty() {
        return graph.order();
    }
    // Of those that are held back, first those that others of them wait for.
    let leads_on = |step: &Step| graph.needed_by(step).any(|next| matches!(next, Step::Down(_)));
    let order = graph.order_by(|step| match step {
        Step::Down(instance) if deleted_first.contains_key(instance) => 1 + u8::from(!leads_on(step)),
        Step::Down(_) | Step::Up(_) => 0,
    })?;
    let places: BTreeMap<&Step, usize> =
        order.iter().enumerate().map(|(place, step)| (step, place)).collect();
    for (old, successors) in deleted_first {
        let down = Step::Down((*old).clone());
        for needed in successors.iter().flat_map(|successor| needs.of(successor)) {
            let needed = Step::Up(needed.clone());
            // What comes earlier in one order of all steps can be waited for without a circle.
            if places.get(&needed).is_some_and(|place| Some(place) < places.get(&down)) {
                graph.needs(&down, &needed);
            }
        }
    }
    Ok(order)
}

/// What goes and was under a key before, by that key, where it goes too: what opens what is there, or is
/// left of it, goes last. A key holds on to nothing in the cloud.
fn opens<'a>(
    state: &'a State,
    going: &BTreeSet<&InstanceId>,
) -> BTreeMap<&'a InstanceId, Vec<&'a InstanceId>> {
    let mut found: BTreeMap<&InstanceId, Vec<&InstanceId>> = BTreeMap::new();
    for record in state.instances().filter(|record| going.contains(&record.instance)) {
        let former = record.opened_by.difference(&record.dependencies);
        for key in former.filter(|key| going.contains(key)) {
            found.entry(key).or_default().push(&record.instance);
        }
    }
    found
}

/// Whether an instance was built on another one, directly or not. Seldom asked.
fn stands_on(state: &State, above: &InstanceId, below: &InstanceId) -> bool {
    let mut seen: BTreeSet<&InstanceId> = BTreeSet::new();
    let mut open = vec![above];
    while let Some(instance) = open.pop().filter(|_| !seen.contains(below)) {
        if !seen.insert(instance) {
            continue;
        }
        let record = state.instances().find(|record| record.instance == *instance);
        open.extend(record.into_iter().flat_map(|record| &record.dependencies));
    }
    seen.contains(below) || open.contains(&below)
}

/// Whether a change makes a new instance.
fn makes(change: &ResourceChange) -> bool {
    matches!(change.action, Action::Create | Action::Replace { .. })
}

/// Whether `record`, which was replaced and is still there, is in the way of a new instance of
/// `resource`: there is one such thing at a time, or both have one name. What was replaced where
/// the resource stood before counts too.
pub(crate) fn excludes(program: &Program, resource: &Resource, record: &Record) -> bool {
    let moved = || {
        program.formers_of(resource).contains(&record.path) && !program.resources.contains_key(&record.path)
    };
    if resource.schema.type_name != record.type_name || (resource.path != record.path && !moved()) {
        return false;
    }
    let named = resource.schema.name_property().is_some_and(|(property, _)| {
        let declared = resource.properties.get(property.name);
        let name = declared.and_then(|value| value.evaluate(&|_| Known::Later).ok()?.to_json());
        name.is_some() && name.as_ref() == record.properties.json(property.name)
    });
    named || resource.schema.replace == ReplaceOrder::DeleteFirst
}
