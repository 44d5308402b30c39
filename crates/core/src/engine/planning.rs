//! Planning on what was observed, and what is asked besides where data would be lost.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::join_all;

use super::importing::{Imports, Taken};
use super::{Engine, EngineError, Planned, importing};
use crate::cloud::part::{Left, Spared};
use crate::cloud::provider::{Contents, Observation, Target};
use crate::model::consent::Day;
use crate::model::document::Document;
use crate::model::path::Path;
use crate::model::program::Program;
use crate::model::schema::Schema;
use crate::plan::ground;
use crate::plan::planner::{self, Input};
use crate::plan::{Plan, PlanError, Remedy};
use crate::state::history::Command;
use crate::state::{Grounds, InstanceId, Record, State};

/// All that was gathered for a plan.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) observations: BTreeMap<InstanceId, Observation>,
    pub(super) lookups: BTreeMap<Path, Document>,
    pub(super) adoptions: BTreeMap<Path, Record>,
    pub(super) only: Option<BTreeSet<Path>>,
    pub(super) schemas: BTreeMap<String, &'static Schema>,
    pub(super) contents: BTreeMap<InstanceId, Contents>,
    pub(super) spared: Spared,
    pub(super) left: Vec<Left>,
    pub(super) grounds: Grounds,
}

impl Engine {
    /// Plans what makes the cloud as `program` declares it.
    ///
    /// # Errors
    /// [`EngineError`]; nothing was changed in the cloud.
    pub async fn plan(&self, program: &Program) -> Result<Planned, EngineError> {
        self.plan_of(program, None).await
    }

    pub(super) async fn plan_of(
        &self,
        program: &Program,
        imports: Option<&Imports>,
    ) -> Result<Planned, EngineError> {
        let state = self.prepare(program).await?;
        self.handled(program)?;
        let lookups = self.look_up(program).await?;
        if let Some(imports) = imports {
            importing::importable(program, &state, imports).map_err(EngineError::Refused)?;
        }
        let mut observations = self.observe(program, &state).await;
        let taken = self.take_over(program, &state, imports, &mut observations).await;
        let Taken { adoptions, only, made, spared, left } = taken.map_err(EngineError::Refused)?;
        let gathered = Gathered {
            observations: observations.by_instance,
            lookups,
            adoptions,
            only,
            schemas: self.schemas(program, &state),
            spared,
            left,
            ..Gathered::default()
        };
        let command = if imports.is_none() { Command::Up } else { Command::Import };
        let mut planned = self.conclude(program, state, gathered, command, planner::plan).await?;
        for change in &mut planned.plan.changes {
            let wants = made.get(&change.path).map(|wants| format!("`{wants}` needs it"));
            change.reasons.extend(wants);
        }
        Ok(planned)
    }

    /// Plans the end of everything that the state holds.
    ///
    /// # Errors
    /// [`EngineError`]; protected resources are among the problems unless `lift_protection`, and so is
    /// what holds data and nobody consents to lose.
    pub async fn plan_destroy(
        &self,
        program: &Program,
        lift_protection: bool,
    ) -> Result<Planned, EngineError> {
        let state = self.prepare(program).await?;
        let gathered = Gathered {
            observations: self.observe(program, &state).await.by_instance,
            schemas: self.schemas(program, &state),
            ..Gathered::default()
        };
        let plan = |input: Input<'_>| planner::plan_destroy(input, lift_protection);
        self.conclude(program, state, gathered, Command::Destroy, plan).await
    }

    /// Plans, and plans again where it shows that data would be lost: with how much that is.
    async fn conclude(
        &self,
        program: &Program,
        state: State,
        mut gathered: Gathered,
        command: Command,
        plan: impl Fn(Input<'_>) -> Result<Plan, Vec<PlanError>>,
    ) -> Result<Planned, EngineError> {
        let (observations, schemas) = (&gathered.observations, &gathered.schemas);
        gathered.grounds = ground::seen(&state, &gathered.adoptions, observations, schemas);
        for record in gathered.adoptions.values_mut() {
            let Some(ground) = gathered.grounds.get(&record.instance) else { continue };
            record.dependencies.extend(ground.on.iter().cloned());
            record.opened_by.extend(ground.under.iter().cloned());
        }
        let known = state.grounded(&gathered.grounds);
        let mut planned = plan(self.input(program, &known, &gathered));
        let mut lost: BTreeSet<&InstanceId> = match &planned {
            Ok(plan) => plan.losses.iter().map(|lost| &lost.instance).collect(),
            Err(problems) => problems.iter().filter_map(losing).collect(),
        };
        // What was replaced while it was empty may have been filled since.
        lost.extend(state.deposed.keys());
        if !lost.is_empty() {
            gathered.contents = self.contents(&state, &lost).await;
            if !gathered.contents.is_empty() {
                planned = plan(self.input(program, &known, &gathered));
            }
        }
        let plan = planned.map_err(EngineError::Refused)?;
        Ok(Planned::of(plan, state, gathered, command))
    }

    /// What a plan is made from.
    pub(super) fn input<'a>(
        &'a self,
        program: &'a Program,
        state: &'a State,
        gathered: &'a Gathered,
    ) -> Input<'a> {
        Input {
            program,
            state,
            observations: &gathered.observations,
            lookups: &gathered.lookups,
            places: &self.places,
            default_tags: &self.default_tags,
            adoptions: &gathered.adoptions,
            only: gathered.only.as_ref(),
            schemas: &gathered.schemas,
            contents: &gathered.contents,
            consents: &self.consents,
            today: Day::of(self.clock.wall()),
            value: self.data,
            destroys: false,
        }
    }

    /// The facts of every type that the program declares and the state holds.
    pub(super) fn schemas(&self, program: &Program, state: &State) -> BTreeMap<String, &'static Schema> {
        let mut found: BTreeMap<String, &'static Schema> = BTreeMap::new();
        // What stands at a declared path may be of another type yet.
        let declared = |record: &Record| {
            let resource = program.resources.get(&record.path);
            resource.is_some_and(|resource| resource.schema.type_name == record.type_name)
        };
        for record in state.instances() {
            if found.contains_key(&record.type_name) || declared(record) {
                continue;
            }
            let provider = self.providers.get(record.provider.as_deref().unwrap_or_default());
            if let Some(handler) = provider.and_then(|provider| provider.handler(&record.type_name)) {
                found.insert(record.type_name.clone(), handler.schema());
            }
        }
        for resource in program.resources.values() {
            if !found.contains_key(resource.schema.type_name) {
                found.insert(resource.schema.type_name.to_owned(), resource.schema);
            }
        }
        found
    }

    /// What instances hold, as far as their clouds say. Where the question fails, what they hold isn't
    /// known, and counts as something.
    async fn contents(
        &self,
        state: &State,
        instances: &BTreeSet<&InstanceId>,
    ) -> BTreeMap<InstanceId, Contents> {
        let records = state.instances().filter(|record| instances.contains(&record.instance));
        let asked = records.map(|record| async move {
            let provider = self.providers.get(record.provider.as_deref().unwrap_or_default())?;
            let handler = provider.handler(&record.type_name)?;
            let contents = handler.contents(&Target::of(provider.place(), record)).await.ok()??;
            Some((record.instance.clone(), contents))
        });
        join_all(asked).await.into_iter().flatten().collect()
    }
}

/// The instance whose loss a problem is about.
fn losing(problem: &PlanError) -> Option<&InstanceId> {
    match &*problem.remedy {
        Remedy::Accept { instance, .. } => Some(instance),
        _ => None,
    }
}
