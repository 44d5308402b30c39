//! Planning: a pure function of program, state and observations.

mod assess;
mod decide;
mod fixed;
mod losses;
mod moves;
mod networks;
mod outgrown;
mod properties;
mod removal;
mod rivals;
mod shared;
mod spared;
mod there;
mod validate;
mod versions;

use std::collections::{BTreeMap, BTreeSet};

use crate::cloud::provider::{Contents, Observation, Place};
use crate::model::consent::{Consent, DataValue, Day};
use crate::model::document::{Document, Node};
use crate::model::path::Path;
use crate::model::program::Program;
use crate::model::schema::Schema;
use crate::model::value::AttrRef;
use crate::plan::cascade::Cascade;
use crate::plan::graph::Graph;
use crate::plan::named::Named;
use crate::plan::needs::Needs;
use crate::plan::schedule::{Schedule, Step};
use crate::plan::values::Patterns;
use crate::plan::{Action, Plan, PlanError, Remedy, ResourceChange, adopt};
use crate::state::{InstanceId, Record, State, Status};

pub(crate) use assess::options_changed;
pub(crate) use decide::{Decision, Verdict};
use decide::{PlanPass, known_in};
use losses::{Asked, Consents, Losses, less_guarded, losses};
use moves::{Moves, moves};
use outgrown::outgrown;
pub(crate) use properties::{concealed, evaluate};
pub(crate) use removal::retains;
use removal::{leftovers, protection, refusal, removal};
pub(crate) use rivals::Waits;
use rivals::{rivals, spared_in_the_way};
use spared::spare;
pub(crate) use there::there;
pub use validate::validate;

/// All that a plan is made from.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The declared program.
    pub program: &'a Program,
    /// The recorded state.
    pub state: &'a State,
    /// What was observed, by instance.
    pub observations: &'a BTreeMap<InstanceId, Observation>,
    /// What the lookups found.
    pub lookups: &'a BTreeMap<Path, Document>,
    /// Where resources are made, by provider alias; the empty alias is the stack's own.
    pub places: &'a BTreeMap<String, Place>,
    /// Tags on everything that has tags, from the stack's configuration.
    pub default_tags: &'a BTreeMap<String, String>,
    /// What exists already and is to be taken over, by path.
    pub adoptions: &'a BTreeMap<Path, Record>,
    /// The paths that the plan is about; all, and what left the program, where none are given.
    pub only: Option<&'a BTreeSet<Path>>,
    /// The facts of all types that the program declares and the state holds, as far as they are known.
    pub schemas: &'a BTreeMap<String, &'static Schema>,
    /// What holds data, and how much, as far as it was asked.
    pub contents: &'a BTreeMap<InstanceId, Contents>,
    /// Consents besides those of the program.
    pub consents: &'a [Consent],
    /// The day, in UTC: consents end.
    pub today: Day,
    /// What the data of the stack is worth, as it is configured.
    pub value: DataValue,
    /// Whether everything is to go.
    pub destroys: bool,
}

impl Input<'_> {
    /// What the data of the stack counts as.
    pub(crate) fn data(&self) -> DataValue {
        self.value
    }
}

/// The input, and what follows from it alone.
pub(crate) struct PlanContext<'a> {
    pub(crate) input: &'a Input<'a>,
    pub(crate) needs: &'a Needs<'a>,
    /// For resources that move, the record at the former path.
    moves: Moves<'a>,
    /// Where what is recorded at a path moves to.
    moved_to: BTreeMap<&'a Path, &'a Path>,
    /// What is recorded, by what names it.
    pub(crate) named: Named<'a>,
    /// What is taken over, by what names it.
    pub(crate) taken: Named<'a>,
    /// What values are matched against.
    pub(crate) patterns: Patterns,
}

impl<'a> PlanContext<'a> {
    fn new(input: &'a Input<'a>, needs: &'a Needs<'a>, moves: Moves<'a>) -> Self {
        let moved_to = moves.iter().map(|(to, record)| (&record.path, *to)).collect();
        // Nobody else asks for it.
        let networks = |schema: &&Schema| schema.properties.iter().any(|property| property.network);
        let asked = !input.adoptions.is_empty() || input.schemas.values().any(networks);
        let named = Named::new(input.state.instances().filter(|_| asked));
        let taken = Named::new(input.adoptions.values());
        Self { input, needs, moves, moved_to, named, taken, patterns: Patterns::default() }
    }

    /// The living record of the resource at `path`, also where it had another path before.
    pub(crate) fn record(&self, path: &Path) -> Option<&'a Record> {
        let moved = self.moves.get(path).copied();
        moved.or_else(|| self.input.state.resources.get(path).filter(|_| !self.moved_to.contains_key(path)))
    }

    /// Where what is recorded at `path` stands from now on; nothing where it leaves the program.
    fn now_at<'p>(&'p self, path: &'p Path) -> Option<&'p Path> {
        match self.moved_to.get(path) {
            Some(to) => Some(to),
            None => self.input.program.resources.contains_key(path).then_some(path),
        }
    }
}

/// Plans what makes the cloud as the program declares it.
///
/// # Errors
/// Every [`PlanError`] that was found, not only the first.
pub fn plan(input: Input<'_>) -> Result<Plan, Vec<PlanError>> {
    let needs = Needs::new(input.program);
    let mut problems = undeclared(input.program, &needs);
    let order = match order(input.program, &needs) {
        Ok(order) => order,
        Err(circle) => {
            problems.push(circle);
            return Err(problems);
        }
    };
    let moves = moves(&input, &order, &mut problems);
    let scene = PlanContext::new(&input, &needs, moves);
    let mut cascade = Cascade::default();
    loop {
        let pass = PlanPass::run(&scene, &cascade, &order);
        let (waits, refused) = rivals(&scene, &pass.decided);
        if cascade.grow(&scene, &order, &pass.decided, &waits) {
            continue;
        }
        let mut problems = problems.clone();
        problems.extend(refused);
        let plan = conclude(&scene, &cascade, &order, pass, waits, &mut problems);
        if let Some(only) = input.only {
            problems.retain(|problem| problem.path.as_ref().is_some_and(|path| only.contains(path)));
            // What lacks something to stand on is told so; its values wait for that, too.
            let unfounded = unfounded(&plan, only, &scene);
            let told = |problem: &PlanError| unfounded.iter().any(|other| other.path == problem.path);
            problems.splice(0..0, waiting(&plan, only).into_iter().filter(|problem| !told(problem)));
            problems.extend(unfounded);
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        // What only stays follows what is declared, and that has an order.
        if plan.changes.iter().all(|change| change.action == Action::Noop) {
            return Ok(plan);
        }
        let begins = adopt::taken_over(input.state, &plan, input.adoptions);
        let Err(circle) = Schedule::new(input.program, &needs, &begins, &plan) else { return Ok(plan) };
        if !cascade.untie(&circle) {
            return Err(vec![exchange(&input, &plan, &circle)]);
        }
    }
}

/// A circle of steps that nothing breaks: of what can only be changed in place, each has what the
/// next one wants.
fn exchange(input: &Input<'_>, plan: &Plan, circle: &[Step]) -> PlanError {
    let change_of = |step: &Step| match step {
        Step::Up(path) => plan.changes.iter().find(|change| change.path == *path),
        Step::Down(_) => None,
    };
    let waiting: Vec<&ResourceChange> =
        circle.iter().filter_map(change_of).filter(|change| !change.waits_for.is_empty()).collect();
    let Some(first) = waiting.first() else {
        return PlanError::new(format!("the plan's steps form a circle: {circle:?}"), Remedy::Report)
            .with_hint("this is a defect of Ironward: please report it with the program");
    };
    let paths: Vec<String> = waiting.iter().map(|change| format!("`{}`", change.path)).collect();
    let property = first.diffs.first().map(|diff| diff.property.clone()).unwrap_or_default();
    let properties: BTreeSet<&str> =
        waiting.iter().flat_map(|change| &change.diffs).map(|diff| diff.property.as_str()).collect();
    let properties = properties.into_iter().collect::<Vec<_>>().join(", ");
    let message = format!("{} exchange {properties}, and a cloud changes one at a time", paths.join(" and "));
    PlanError::new(message, Remedy::GiveAnother { path: first.path.clone(), property })
        .at(&first.path, input.program.source_of(&first.path))
        .with_hint(format!(
            "give `{}` another value first and type `up`, then give each what it shall have",
            first.path
        ))
}

/// The plan that follows from a pass, and all that stands against it.
fn conclude(
    scene: &PlanContext<'_>,
    cascade: &Cascade,
    order: &[Path],
    mut pass: PlanPass,
    mut waits: Waits,
    problems: &mut Vec<PlanError>,
) -> Plan {
    let input = scene.input;
    let (orders, conflicts) = cascade.orders(scene, &pass.decided);
    problems.append(&mut pass.problems);
    problems.extend(conflicts);
    let mut changes: Vec<ResourceChange> = order
        .iter()
        .filter(|path| input.only.is_none_or(|only| only.contains(*path)))
        .filter_map(|path| {
            let resource = input.program.resources.get(path)?;
            let mut change = pass.decided.get(path)?.change(resource, orders.get(path).copied());
            change.waits_for = waits.remove(path).unwrap_or_default();
            Some(change)
        })
        .collect();
    changes.extend(leftovers(scene, problems));
    let consents = Consents::gather(input);
    spare(input, &consents, &mut changes);
    problems.extend(spared_in_the_way(scene, &pass.decided, &changes));
    problems.extend(changes.iter().filter_map(|change| refusal(input, &consents, change)));
    let mut lost = losses(input, &consents, &changes, Asked::ByPath);
    problems.append(&mut lost.problems);
    problems.extend(less_guarded(input, &consents));
    let known = |attr: &AttrRef| known_in(&pass.attributes, attr);
    let mut outputs = BTreeMap::new();
    for (name, value) in input.program.outputs.iter().filter(|_| input.only.is_none()) {
        match value.evaluate(&known) {
            Ok(node) => {
                outputs.insert(name.clone(), node.concealed(input.state.lineage.as_str()));
            }
            Err(error) => {
                let remedy = Remedy::CorrectOutput { name: name.clone() };
                problems.push(PlanError::new(format!("the output `{name}`: {error}"), remedy));
            }
        }
    }
    Plan { outgrown: outgrown(scene, &pass), ..assemble(input, changes, outputs, lost) }
}

/// What a plan of some paths can't know before others are there.
fn waiting(plan: &Plan, only: &BTreeSet<Path>) -> Vec<PlanError> {
    let mut problems = Vec::new();
    for change in &plan.changes {
        let unknown = change.diffs.iter().filter_map(|diff| Some((diff, diff.after.as_ref()?.unknowns())));
        for (diff, waits) in unknown {
            if let Some(attr) = waits.iter().find(|attr| !only.contains(&attr.path)) {
                let message =
                    format!("its {} comes from `{}`, which isn't managed yet", diff.property, attr.path);
                problems.push(
                    PlanError::new(message, Remedy::MakeFirst { path: attr.path.clone() })
                    .at(&change.path, Some(&change.source))
                    .with_hint(format!(
                        "import `{}` first, or with it: only creation sets {}, so that one made now would be \
                         another",
                        attr.path, diff.property
                    )),
                );
            }
        }
    }
    problems
}

/// What a plan of some paths can't change, since what it is built on is gone, isn't finished, is something else
/// than declared, or has another path yet.
fn unfounded(plan: &Plan, only: &BTreeSet<Path>, scene: &PlanContext<'_>) -> Vec<PlanError> {
    let input = scene.input;
    let lacks = |needed: &Path| {
        let record = scene.record(needed).filter(|_| !only.contains(needed))?;
        let declared = input.program.resources.get(needed).map(|resource| resource.schema.type_name);
        match input.observations.get(&record.instance) {
            Some(Observation::Absent | Observation::GoneButReserved { .. }) => Some("is gone".to_owned()),
            _ if record.status != Status::Ready => Some("isn't finished".to_owned()),
            _ if record.path != *needed => Some(format!("is recorded as `{}` yet", record.path)),
            _ => declared
                .filter(|declared| *declared != record.type_name)
                .map(|declared| format!("is a {} yet, and declared as {declared}", record.type_name)),
        }
    };
    let problem = |change: &ResourceChange| {
        let (needed, what) =
            scene.needs.of(&change.path).iter().find_map(|needed| Some((needed, lacks(needed)?)))?;
        let remedy = Remedy::MakeFirst { path: needed.clone() };
        let problem = PlanError::new(format!("`{needed}`, which it needs, {what}"), remedy);
        // `up` alone would make this one as well, beside what is to be imported.
        let hint = match input.adoptions.get(&change.path) {
            Some(taken) => format!(
                "declare `{}` with `.adopt(\"{}\")` and type `up`, which makes sure of `{needed}` as well",
                change.path, taken.physical_id
            ),
            None => format!("make sure of `{needed}` with `up` first"),
        };
        Some(problem.at(&change.path, Some(&change.source)).with_hint(hint))
    };
    plan.changes.iter().filter_map(problem).collect()
}

/// Plans the end of everything in the state.
///
/// # Errors
/// A [`PlanError`] for every protected resource, unless `lift_protection`.
pub fn plan_destroy(input: Input<'_>, lift_protection: bool) -> Result<Plan, Vec<PlanError>> {
    let input = Input { destroys: true, ..input };
    let mut problems = Vec::new();
    let mut changes = Vec::new();
    for record in input.state.instances() {
        let schema = input.schemas.get(&record.type_name).copied();
        if !lift_protection && let Some(why) = protection(record, schema) {
            problems.push(
                PlanError::new(
                    format!("is protected: {why}"),
                    Remedy::Unprotect { path: record.path.clone() },
                )
                .at(&record.path, Some(&record.source))
                .with_hint("type `destroy --lift-protection` to take it down all the same"),
            );
        }
        changes.push(removal(&input, record, record.retain && !lift_protection));
    }
    let consents = Consents::gather(&input);
    spare(&input, &consents, &mut changes);
    let asked = if lift_protection { Asked::ForAll } else { Asked::ByPath };
    let mut lost = losses(&input, &consents, &changes, asked);
    // What is protected is said once.
    let told: BTreeSet<Path> = problems.iter().filter_map(|problem| problem.path.clone()).collect();
    lost.problems.retain(|problem| problem.path.as_ref().is_none_or(|path| !told.contains(path)));
    problems.append(&mut lost.problems);
    if problems.is_empty() { Ok(assemble(&input, changes, BTreeMap::new(), lost)) } else { Err(problems) }
}

/// Plans the end of some instances and of nothing else, whether they are protected or not.
pub(crate) fn plan_removal(input: &Input<'_>, going: &BTreeSet<InstanceId>) -> Plan {
    let records = input.state.instances().filter(|record| going.contains(&record.instance));
    let mut changes: Vec<ResourceChange> = records.map(|record| removal(input, record, false)).collect();
    let consents = Consents::gather(input);
    spare(input, &consents, &mut changes);
    let lost = losses(input, &consents, &changes, Asked::ForAll);
    assemble(input, changes, BTreeMap::new(), lost)
}

fn assemble(
    input: &Input<'_>,
    changes: Vec<ResourceChange>,
    outputs: BTreeMap<String, Node>,
    lost: Losses,
) -> Plan {
    Plan {
        format: Plan::FORMAT,
        program: input.program.name.clone(),
        profile: input.program.profile.clone(),
        destroys: input.destroys,
        lineage: input.state.lineage.clone(),
        serial: input.state.serial,
        place: input.places.get("").cloned().unwrap_or_else(|| Place::new("aws", "", "")),
        changes,
        lookups: input.lookups.clone(),
        outputs,
        remarks: input.program.remarks.clone(),
        outgrown: Vec::new(),
        data: input.data(),
        consents: input.consents.to_vec(),
        losses: lost.lost,
        idle_consents: lost.idle,
    }
}

/// Dependencies on what isn't declared.
fn undeclared(program: &Program, needs: &Needs<'_>) -> Vec<PlanError> {
    let mut problems = Vec::new();
    for resource in program.resources.values() {
        for needed in needs.of(&resource.path) {
            if !program.resources.contains_key(needed) && !program.lookups.contains_key(needed) {
                let message = format!("depends on `{needed}`, which this program doesn't declare");
                let remedy = Remedy::Declare { path: resource.path.clone(), needed: needed.clone() };
                problems.push(
                    PlanError::new(message, remedy)
                        .at(&resource.path, Some(&resource.source))
                        .with_hint("handles belong to the stack that made them: declare both in one stack"),
                );
            }
        }
    }
    problems
}

/// The declared paths, each after what it needs and otherwise as declared.
fn order(program: &Program, needs: &Needs<'_>) -> Result<Vec<Path>, PlanError> {
    let mut graph = Graph::new();
    for path in program.resources.keys() {
        graph.add(path);
    }
    for path in program.resources.keys() {
        for needed in needs.of(path) {
            if needed == path {
                return Err(circle(program, std::slice::from_ref(path)));
            }
            if program.resources.contains_key(needed) {
                graph.needs(path, needed);
            }
        }
    }
    graph.order().map_err(|mut needed_by_next| {
        needed_by_next.reverse();
        circle(program, &needed_by_next)
    })
}

/// A circle of resources of which each needs the next.
fn circle(program: &Program, paths: &[Path]) -> PlanError {
    let mut names: Vec<String> = paths
        .iter()
        .map(|path| match program.resources.get(path) {
            Some(resource) => format!("`{path}` ({})", resource.source),
            None => format!("`{path}`"),
        })
        .collect();
    names.extend(names.first().cloned());
    let message = format!("these resources depend on each other in a circle: {}", names.join(" → "));
    let first = paths.first().cloned();
    let remedy = first.zip(paths.get(1).or(paths.first()).cloned());
    let remedy = remedy.map_or(Remedy::Report, |(path, needed)| Remedy::Part { path, needed });
    PlanError::new(message, remedy)
        .with_hint("break the circle with a resource of its own, such as a separate security-group rule")
}
