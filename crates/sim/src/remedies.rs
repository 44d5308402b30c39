//! What whoever runs a process does about a refusal: what its remedy says.

use std::collections::{BTreeMap, BTreeSet};

use ironward_core::consent::{Consent, Loss, Paths};
use ironward_core::engine::{Engine, EngineError};
use ironward_core::path::Path;
use ironward_core::plan::{PlanError, Remedy};
use ironward_core::program::Program;
use ironward_core::value::Value;

use crate::judge::Law;
use crate::object::Owner;
use crate::process::Start;
use crate::sketch::is;
use crate::types::known_by;
use crate::world::{Shared, World};

/// What somebody does about a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heeds {
    /// What it says, and consents in the program.
    InCode,
    /// What it says, and consents with the command.
    ByCommand,
    /// What it says; but what is protected stays.
    Guarding,
    /// Nothing.
    Not,
}

/// What was answered in a process.
#[derive(Debug)]
pub(crate) struct Answers {
    heeds: Heeds,
    /// By which the disk knows the process.
    fence: u64,
    pub(crate) tried: BTreeSet<String>,
    pub(crate) imports: BTreeMap<Path, String>,
    /// All that is consented to with the command.
    pub(crate) by_command: Vec<Consent>,
}

impl Answers {
    pub(crate) fn new(start: &Start, fence: u64) -> Self {
        Self {
            heeds: start.heeds,
            fence,
            tried: BTreeSet::new(),
            imports: start.imports.clone(),
            by_command: start.consents.clone(),
        }
    }

    /// Does what the problems of a plan ask for. What takes a change of its own first is returned as a
    /// program.
    ///
    /// # Errors
    /// The problems, where nothing is done about them.
    pub(crate) fn answer(
        &mut self,
        engine: &mut Engine,
        shared: &Shared,
        program: &mut Program,
        problems: Vec<PlanError>,
    ) -> Result<Option<Program>, EngineError> {
        let mut world = shared.lock();
        world.tally.refused += 1;
        let now = world.time.now;
        for problem in &problems {
            world.judge.tell(now, || format!("the plan is refused: {problem} ({:?})", problem.remedy));
        }
        if problems.iter().any(|problem| *problem.remedy == Remedy::TryAgain) {
            return Err(EngineError::Refused(problems));
        }
        if let Some(problem) = problems.iter().find(|problem| *problem.remedy == Remedy::Report) {
            world.judge.breaks(Law::Remedied, now, format!("a plan is refused by a defect: {problem}"));
            return Err(EngineError::Refused(problems));
        }
        let mut remedies: BTreeMap<String, (PlanError, Remedy)> = BTreeMap::new();
        for (problem, remedy) in problems.iter().map(|problem| (problem, &*problem.remedy)) {
            if let Some(count) = world.tally.remedies.get_mut(kind(remedy)) {
                *count += 1;
            }
            remedies.insert(format!("{remedy:?}"), (problem.clone(), remedy.clone()));
        }
        if self.heeds == Heeds::Not {
            return Err(EngineError::Refused(problems));
        }
        let declared: BTreeSet<Path> = program.resources.keys().cloned().collect();
        for (said, (problem, remedy)) in remedies {
            // What another remedy took out has nothing to be changed any more.
            let taken_out = |path: &Path| declared.contains(path) && !program.resources.contains_key(path);
            if changed_by(&remedy).is_some_and(taken_out) {
                continue;
            }
            if !self.tried.insert(said.clone()) {
                // What was done may have been undone by whoever took the state over.
                if world.disk.fence != self.fence {
                    return Err(EngineError::Refused(problems));
                }
                let message = format!("{problem}: what the refusal asks for was done ({said})");
                world.judge.breaks(Law::Remedied, now, message);
                return Err(EngineError::Refused(problems));
            }
            match self.apply(engine, &mut world, program, &problem, &remedy) {
                Heeded::Done => {}
                // The others ask again once that is done.
                Heeded::First(other) => return Ok(Some(*other)),
                Heeded::Not => return Err(EngineError::Refused(problems)),
            }
        }
        Ok(None)
    }

    fn apply(
        &mut self,
        engine: &mut Engine,
        world: &mut World,
        program: &mut Program,
        problem: &PlanError,
        remedy: &Remedy,
    ) -> Heeded {
        match remedy {
            Remedy::Accept { path, loss, .. } => {
                self.consent(engine, program, path.clone().into(), *loss);
                Heeded::Done
            }
            Remedy::AcceptAll { loss } => match Paths::parse("**") {
                Ok(everything) => {
                    self.consent(engine, program, everything, *loss);
                    Heeded::Done
                }
                Err(_) => Heeded::Not,
            },
            Remedy::Unprotect { .. } if self.heeds == Heeds::Guarding => Heeded::Not,
            Remedy::Unprotect { path } => {
                let declared = program.resources.get_mut(path);
                let here = declared.map(|resource| std::mem::take(&mut resource.options.protect));
                if here == Some(true) && is_broken(world, path) {
                    return Heeded::Done;
                }
                before(world, path, |before, at| {
                    let resource = before.resources.get_mut(at)?;
                    resource.options.protect = false;
                    Some(())
                })
            }
            Remedy::Release { path }
                if program.resources.get(path).is_some_and(|resource| resource.options.retain_on_delete) =>
            {
                let resource = program.resources.get_mut(path);
                resource.map_or(Heeded::Not, |resource| {
                    resource.options.retain_on_delete = false;
                    Heeded::Done
                })
            }
            Remedy::Change { path, .. } => {
                if matches!(another(world, program, path), Heeded::Not) {
                    take_out(program, path);
                }
                Heeded::Done
            }
            Remedy::Release { path } => {
                let released = before(world, path, |before, at| {
                    let resource = before.resources.get_mut(at)?;
                    resource.options.retain_on_delete = false;
                    Some(())
                });
                match (released, &problem.path) {
                    // What isn't declared any more can't be let go of; another value will do as well.
                    (Heeded::Not, Some(path)) => another(world, program, path),
                    (done, _) => done,
                }
            }
            Remedy::TakeOut { path } => {
                let resource = program.resources.get(path);
                clear(world, resource.and_then(|resource| resource.options.adopt.clone()));
                take_out(program, path);
                Heeded::Done
            }
            Remedy::LetDeleteFirst { path } => {
                program.resources.get_mut(path).map_or(Heeded::Not, |resource| {
                    resource.options.replace_order = None;
                    Heeded::Done
                })
            }
            Remedy::StayThere { path } => {
                let resource = program.resources.get_mut(path);
                if resource.is_some_and(|resource| resource.options.renamed_from.take().is_none()) {
                    program.moves.clear();
                }
                Heeded::Done
            }
            Remedy::GiveAnother { path, .. } => {
                let mut step = program.clone();
                match another(world, &mut step, path) {
                    Heeded::Done => Heeded::First(Box::new(step)),
                    other => other,
                }
            }
            Remedy::LeaveAlone { path } => {
                let id = program.resources.get_mut(path).and_then(|resource| resource.options.adopt.take());
                let asked = self.imports.remove(path);
                clear(world, id.into_iter().chain(asked));
                Heeded::Done
            }
            Remedy::Correct { path, property } => {
                let resource = program.resources.get_mut(path);
                resource.map_or(Heeded::Not, |resource| {
                    resource.properties.remove(property);
                    Heeded::Done
                })
            }
            Remedy::Declare { path, needed } | Remedy::Part { path, needed } => {
                let Some(resource) = program.resources.get_mut(path) else { return Heeded::Not };
                resource.options.depends_on.retain(|other| other != needed);
                let refers = |value: &Value| value.references().iter().any(|attr| attr.path == *needed);
                if resource.properties.values().any(refers) {
                    take_out(program, path);
                }
                Heeded::Done
            }
            Remedy::Configure { path, .. } => {
                program.resources.get_mut(path).map_or(Heeded::Not, |resource| {
                    resource.options.provider = None;
                    Heeded::Done
                })
            }
            // Somebody types another command.
            _ => Heeded::Not,
        }
    }

    fn consent(&mut self, engine: &mut Engine, program: &mut Program, paths: Paths, loss: Loss) {
        if self.heeds == Heeds::ByCommand {
            let consent = Consent::by_command(paths);
            engine.accept([consent.clone()]);
            self.by_command.push(consent);
        } else {
            program.consents.push(Consent::of_program(paths, loss, "the simulator"));
        }
    }
}

/// The declaration that a remedy changes, where it changes one.
fn changed_by(remedy: &Remedy) -> Option<&Path> {
    match remedy {
        Remedy::LetDeleteFirst { path }
        | Remedy::Change { path, .. }
        | Remedy::GiveAnother { path, .. }
        | Remedy::Correct { path, .. }
        | Remedy::Declare { path, .. }
        | Remedy::Part { path, .. }
        | Remedy::Configure { path, .. } => Some(path),
        _ => None,
    }
}

/// What came of a remedy.
enum Heeded {
    Done,
    /// This program is to be applied before.
    First(Box<Program>),
    Not,
}

/// The program that was applied last, or else one that declares it, changed at what is recorded at `path`.
fn before(world: &World, path: &Path, change: impl Fn(&mut Program, &Path) -> Option<()>) -> Heeded {
    for mut program in world.applied.iter().chain(&world.texts).cloned() {
        if change(&mut program, path).is_some() {
            return Heeded::First(Box::new(program));
        }
    }
    Heeded::Not
}

fn is_broken(world: &World, path: &Path) -> bool {
    let record = world.disk.state.resources.get(path);
    record.is_some_and(|record| record.status == ironward_core::state::Status::Broken)
}

/// Gives what a resource is known by another value, which nothing else has: a remedy of this program and one of the
/// program that it takes before must not give the same.
fn another(world: &mut World, program: &mut Program, path: &Path) -> Heeded {
    let Some(resource) = program.resources.get_mut(path) else { return Heeded::Not };
    let Some(property) = known_by(resource.schema.type_name).last() else { return Heeded::Not };
    let number = world.made + world.given;
    world.given += 1;
    let value = match *property {
        "Port" => is(50_000 + number % 10_000),
        "Cidr" => is(format!("10.{}.{}.0/24", 100 + number / 250 % 100, number % 250)),
        "Name" | "Key" => is(format!("another-{number}")),
        _ => return Heeded::Not,
    };
    resource.properties.insert((*property).to_owned(), value);
    Heeded::Done
}

/// Takes a resource out, and what needs it.
fn take_out(program: &mut Program, path: &Path) {
    let mut open = vec![path.clone()];
    while let Some(path) = open.pop() {
        program.resources.shift_remove(&path);
        let needs = |resource: &ironward_core::program::Resource| {
            resource.options.depends_on.contains(&path)
                || resource.properties.values().flat_map(|v| v.references()).any(|attr| attr.path == path)
        };
        let needing = program.resources.values().filter(|resource| needs(resource));
        open.extend(needing.map(|resource| resource.path.clone()));
    }
}

/// The place of a remedy among those that are counted.
fn kind(remedy: &Remedy) -> usize {
    match remedy {
        Remedy::Accept { loss: Loss::Delete, .. } => 0,
        Remedy::Accept { loss: Loss::Replace, .. } => 1,
        Remedy::Accept { .. } => 2,
        Remedy::AcceptAll { .. } => 3,
        Remedy::Unprotect { .. } => 4,
        Remedy::TakeOut { .. } => 5,
        Remedy::LetDeleteFirst { .. } => 6,
        Remedy::Release { .. } => 7,
        Remedy::StayThere { .. } => 8,
        Remedy::GiveAnother { .. } => 9,
        Remedy::LeaveAlone { .. } => 10,
        Remedy::MakeFirst { .. } => 11,
        Remedy::Change { .. } => 12,
        Remedy::Correct { .. } => 13,
        Remedy::Declare { .. } => 14,
        Remedy::Part { .. } => 15,
        Remedy::Configure { .. } => 16,
        _ => usize::MAX,
    }
}

/// Takes away what was offered to be taken over and isn't: nobody needs it then.
fn clear(world: &mut World, ids: impl IntoIterator<Item = String>) {
    for id in ids {
        let ours = |object: &crate::object::Object| matches!(object.owner, Owner::Ours(..));
        world.objects.retain(|object| object.id != id || ours(object));
    }
}
