//! The steps of a plan and the order between them: creates and updates follow what they need,
//! deletes follow the recorded dependencies, and both share one graph so that they overlap.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::Graph;
use crate::path::Path;
use crate::plan::{Action, Plan};
use crate::planner::needs;
use crate::program::Program;
use crate::schema::ReplaceOrder;
use crate::state::{InstanceId, State};

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
    /// Orders the steps of `plan`.
    ///
    /// # Errors
    /// The steps of a cycle; the planner's rules exclude it.
    pub(crate) fn new(program: &Program, state: &State, plan: &Plan) -> Result<Self, Vec<Step>> {
        let mut graph = Graph::new();
        let mut going: BTreeSet<&InstanceId> = BTreeSet::new();
        let mut ups: BTreeMap<&InstanceId, (&Path, bool)> = BTreeMap::new();
        for change in &plan.changes {
            match &change.action {
                Action::Delete | Action::Forget => {
                    going.insert(&change.instance);
                    graph.add(&Step::Down(change.instance.clone()));
                }
                action => {
                    let up = Step::Up(change.path.clone());
                    graph.add(&up);
                    if let (Action::Replace { order }, Some(old)) = (action, &change.replaces) {
                        let down = Step::Down(old.clone());
                        match order {
                            ReplaceOrder::CreateFirst => graph.needs(&down, &up),
                            ReplaceOrder::DeleteFirst => graph.needs(&up, &down),
                        }
                        going.insert(old);
                        ups.insert(old, (&change.path, *order == ReplaceOrder::DeleteFirst));
                    } else {
                        ups.insert(&change.instance, (&change.path, false));
                    }
                }
            }
        }
        let delete_first: BTreeSet<&InstanceId> =
            ups.iter().filter(|(_, (_, first))| *first).map(|(instance, _)| *instance).collect();
        for change in &plan.changes {
            let Some(resource) = program.resources.get(&change.path) else { continue };
            if matches!(change.action, Action::Delete | Action::Forget) {
                continue;
            }
            for needed in needs(program, resource) {
                if graph.contains(&Step::Up(needed.clone())) {
                    graph.needs(&Step::Up(change.path.clone()), &Step::Up(needed));
                }
            }
        }
        for record in state.instances() {
            for needed in record.dependencies.iter().filter(|needed| going.contains(needed)) {
                let down = Step::Down(needed.clone());
                if going.contains(&record.instance) {
                    graph.needs(&down, &Step::Down(record.instance.clone()));
                }
                if let Some((path, _)) = ups.get(&record.instance)
                    && !delete_first.contains(needed)
                {
                    graph.needs(&down, &Step::Up((*path).clone()));
                }
            }
        }
        let order = graph.order()?;
        let seconds: BTreeMap<&Path, u64> = program
            .resources
            .iter()
            .map(|(path, resource)| (path, u64::from(resource.schema.typical_seconds)))
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
