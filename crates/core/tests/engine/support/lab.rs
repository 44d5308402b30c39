//! One engine on one simulated cloud.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use ironward_core::apply::{Cancel, Outcome};
use ironward_core::clock::ManualClock;
use ironward_core::consent::{Consent, DataValue};
use ironward_core::engine::{Engine, EngineError, Imports, Planned, RolledBack};
use ironward_core::event::Event;
use ironward_core::history::Apply;
use ironward_core::path::Path;
use ironward_core::plan::{Plan, PlanError};
use ironward_core::program::Program;
use ironward_core::provider::{DeletePolicy, declared_tags};
use ironward_core::state::{Entry, Lineage, State};
use ironward_core::store::{MemoryStore, StateStore, StoreError, StoreErrorKind};
use ironward_core::value::{AttrRef, Known};
use serde_json::Value as Json;
use tokio::sync::Notify;

use super::Cloud;
use super::cloud::{ids, owners};

/// What a store does when its time has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// The process dies right after the entry became durable.
    Kill,
    /// The entry can't be written any more, nor any that follows.
    Refuse,
}

type Hook = Arc<dyn Fn(&Event) + Send + Sync>;

/// A store in memory that may stop after some appends.
#[derive(Debug)]
pub(crate) struct Store {
    memory: MemoryStore,
    /// The state with every entry folded in, and the same read back before each of them: nothing counts that
    /// isn't written.
    folded: Mutex<(State, State)>,
    left: AtomicUsize,
    kills: AtomicBool,
    appended: AtomicUsize,
    compacted: AtomicUsize,
    died: Notify,
    /// How many calls may start.
    permits: AtomicUsize,
    lapse: Notify,
    unsettled: Mutex<Duration>,
}

impl Store {
    fn new(seed: u8) -> Self {
        let lineage = Lineage::from_random([seed; 16]);
        Self {
            memory: MemoryStore::new(lineage.clone()),
            folded: Mutex::new((State::new(lineage.clone()), State::new(lineage))),
            left: AtomicUsize::new(usize::MAX),
            kills: AtomicBool::new(true),
            appended: AtomicUsize::new(0),
            compacted: AtomicUsize::new(0),
            died: Notify::new(),
            permits: AtomicUsize::new(usize::MAX),
            lapse: Notify::new(),
            unsettled: Mutex::default(),
        }
    }

    /// Lets only this many more calls start.
    pub(crate) fn permit(&self, calls: usize) {
        self.permits.store(calls, Ordering::SeqCst);
    }

    /// Lets the permission to call lapse now.
    pub(crate) fn lapse(&self) {
        self.lapse.notify_one();
    }

    /// For how long calls of a former holder may take effect.
    pub(crate) fn unsettle(&self, window: Duration) {
        *self.unsettled.lock().unwrap() = window;
    }

    /// How many entries were appended.
    pub(crate) fn appended(&self) -> usize {
        self.appended.load(Ordering::SeqCst)
    }

    pub(crate) fn entries(&self) -> Vec<Entry> {
        self.memory.entries()
    }

    fn arm(&self, after: usize, end: End) {
        self.left.store(after, Ordering::SeqCst);
        self.kills.store(end == End::Kill, Ordering::SeqCst);
    }

    fn disarm(&self) {
        self.left.store(usize::MAX, Ordering::SeqCst);
    }
}

/// A state as its text says; the applies are the journal's.
fn read_back(state: &State) -> State {
    let mut read: State = serde_json::from_str(&serde_json::to_string(state).unwrap()).unwrap();
    (read.applies, read.running) = (state.applies, state.running.clone());
    read
}

#[async_trait]
impl StateStore for Store {
    async fn load(&self) -> Result<State, StoreError> {
        self.memory.load().await
    }

    async fn append(&self, entry: &Entry) -> Result<(), StoreError> {
        let left = self.left.load(Ordering::SeqCst);
        let kills = self.kills.load(Ordering::SeqCst);
        if left == 0 {
            if kills {
                self.died.notify_one();
                std::future::pending::<()>().await;
            }
            return Err(StoreError::new(StoreErrorKind::Full, "the disk is full")
                .with_hint("make room, then run again"));
        }
        self.memory.append(entry).await?;
        {
            let (folded, plain) = &mut *self.folded.lock().unwrap();
            *plain = read_back(plain);
            folded.apply(entry.clone());
            plain.apply(entry.clone());
            assert_eq!(folded, plain, "a state isn't what it says when it is read back");
        }
        self.appended.fetch_add(1, Ordering::SeqCst);
        if left != usize::MAX {
            self.left.store(left - 1, Ordering::SeqCst);
            if left == 1 && kills {
                self.died.notify_one();
                std::future::pending::<()>().await;
            }
        }
        Ok(())
    }

    async fn compact(&self, state: &State) -> Result<(), StoreError> {
        self.compacted.fetch_add(1, Ordering::SeqCst);
        {
            let (folded, plain) = &mut *self.folded.lock().unwrap();
            if folded.format == state.format {
                assert_eq!(state, folded, "what is kept isn't what the entries say");
            } else {
                (*folded, *plain) = (read_back(state), read_back(state));
            }
        }
        self.memory.compact(state).await
    }

    async fn history(&self) -> Result<Vec<Apply>, StoreError> {
        self.memory.history().await
    }

    fn may_call(&self) -> Result<(), StoreError> {
        let spend = |left: usize| if left == usize::MAX { Some(left) } else { left.checked_sub(1) };
        match self.permits.fetch_update(Ordering::SeqCst, Ordering::SeqCst, spend) {
            Ok(_) => Ok(()),
            Err(_) => Err(StoreError::new(StoreErrorKind::LeaseLost, "the lease is about to end")),
        }
    }

    async fn lapsed(&self) -> StoreError {
        self.lapse.notified().await;
        StoreError::new(StoreErrorKind::LeaseLost, "the lease ended")
    }

    fn unsettled(&self) -> Duration {
        *self.unsettled.lock().unwrap()
    }
}

/// A cloud, a store, and what happened.
pub(crate) struct Lab {
    pub(crate) cloud: Arc<Cloud>,
    pub(crate) store: Arc<Store>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) events: Arc<Mutex<Vec<Event>>>,
    pub(crate) cancel: Cancel,
    pub(crate) policy: DeletePolicy,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) consents: Vec<Consent>,
    pub(crate) data: DataValue,
    pub(crate) aliases: BTreeMap<String, Arc<Cloud>>,
    /// Called with every event.
    pub(crate) hook: Option<Hook>,
}

pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

impl Lab {
    pub(crate) fn new() -> Self {
        let clock = Arc::new(ManualClock::default());
        Self {
            cloud: Cloud::new(Arc::clone(&clock)),
            store: Arc::new(Store::new(7)),
            clock,
            events: Arc::default(),
            cancel: Cancel::default(),
            policy: DeletePolicy::default(),
            tags: BTreeMap::new(),
            consents: Vec::new(),
            data: DataValue::Kept,
            aliases: BTreeMap::new(),
            hook: None,
        }
    }

    /// Another stack of the same cloud.
    pub(crate) fn beside(&self) -> Self {
        let (cloud, clock) = (Arc::clone(&self.cloud), Arc::clone(&self.clock));
        Self { cloud, clock, store: Arc::new(Store::new(8)), ..Self::new() }
    }

    /// A new process on the same store and cloud.
    pub(crate) fn engine(&self) -> Engine {
        let events = Arc::clone(&self.events);
        let hook = self.hook.clone();
        let listen = move |event: Event| {
            if let Some(hook) = &hook {
                hook(&event);
            }
            events.lock().unwrap().push(event);
        };
        let mut engine = Engine::new(
            Arc::clone(&self.cloud) as _,
            Arc::clone(&self.store) as _,
            Arc::clone(&self.clock) as _,
            Arc::new(listen),
        )
        .with_default_tags(self.tags.clone())
        .with_data(self.data);
        engine.accept(self.consents.clone());
        for (alias, cloud) in &self.aliases {
            engine = engine.with_provider(alias, Arc::clone(cloud) as _);
        }
        engine
    }

    pub(crate) fn try_plan(&self, program: &Program) -> Result<Planned, EngineError> {
        block_on(self.engine().plan(program))
    }

    #[track_caller]
    pub(crate) fn planned(&self, program: &Program) -> Planned {
        match self.try_plan(program) {
            Ok(planned) => planned,
            Err(error) => panic!("no plan: {error}"),
        }
    }

    #[track_caller]
    pub(crate) fn plan(&self, program: &Program) -> Plan {
        self.planned(program).plan
    }

    #[track_caller]
    pub(crate) fn problems(&self, program: &Program) -> Vec<PlanError> {
        match self.try_plan(program) {
            Ok(planned) => panic!("a plan was made: {:#?}", planned.plan.changes),
            Err(EngineError::Refused(problems)) => problems,
            Err(error) => panic!("another error: {error}"),
        }
    }

    /// The one problem, as text with its hint.
    #[track_caller]
    pub(crate) fn problem(&self, program: &Program) -> String {
        let problems = self.problems(program);
        assert_eq!(problems.len(), 1, "{problems:#?}");
        format!("{} / {}", problems[0], problems[0].hint.as_deref().unwrap_or_default())
    }

    pub(crate) fn try_apply(&self, program: &Program, planned: Planned) -> Result<Outcome, EngineError> {
        block_on(self.engine().apply(program, planned, self.policy, &self.cancel))
    }

    /// Plans and applies; operations may fail.
    #[track_caller]
    pub(crate) fn apply(&self, program: &Program) -> Outcome {
        let planned = self.planned(program);
        self.try_apply(program, planned).unwrap()
    }

    /// Plans and applies, all of it, and checks that nothing is left to do.
    #[track_caller]
    pub(crate) fn up(&self, program: &Program) -> Outcome {
        let outcome = self.apply(program);
        assert!(outcome.is_complete(), "{outcome:#?}");
        self.assert_settled(program);
        outcome
    }

    /// Plans to import, by path and id.
    pub(crate) fn plan_import(
        &self,
        program: &Program,
        ids: &[(&str, &str)],
    ) -> Result<Planned, EngineError> {
        let ids = ids.iter().map(|(at, id)| (super::sketch::path(at), (*id).to_owned())).collect();
        block_on(self.engine().plan_import(program, &ids))
    }

    /// Plans to import what says the same as these declarations.
    pub(crate) fn plan_alike(&self, program: &Program, paths: &[&str]) -> Result<Planned, EngineError> {
        let alike = paths.iter().map(|at| super::sketch::path(at)).collect();
        block_on(self.engine().plan_imports(program, &Imports { alike, ..Imports::default() }))
    }

    #[track_caller]
    pub(crate) fn destroy(&self, program: &Program) -> Outcome {
        let lift = self.policy.lift_protection;
        let planned = block_on(self.engine().plan_destroy(program, lift)).unwrap();
        self.try_apply(program, planned).unwrap()
    }

    /// Takes everything down in a process that ends after `appends` journal entries.
    pub(crate) fn destroy_until_end(&self, program: &Program, appends: usize) {
        let engine = self.engine();
        let work = async {
            let planned = engine.plan_destroy(program, self.policy.lift_protection).await?;
            engine.apply(program, planned, self.policy, &self.cancel).await
        };
        drop(self.run_until_end(appends, End::Kill, work));
    }

    pub(crate) fn history(&self) -> Vec<Apply> {
        block_on(self.engine().history()).unwrap()
    }

    /// Takes down what a run made.
    #[track_caller]
    pub(crate) fn roll_back(&self, program: &Program, outcome: &Outcome) -> RolledBack {
        block_on(self.engine().roll_back(program, outcome, &self.cancel)).unwrap()
    }

    pub(crate) fn state(&self) -> State {
        block_on(self.store.load()).unwrap()
    }

    pub(crate) fn events(&self) -> Vec<Event> {
        self.events.lock().unwrap().clone()
    }

    /// Runs `work` until it ends or the store dies after `appends` more entries; true when it died.
    pub(crate) fn run_until_end<T>(
        &self,
        appends: usize,
        end: End,
        work: impl Future<Output = T>,
    ) -> Option<T> {
        self.store.arm(appends, end);
        let result = block_on(async {
            tokio::select! {
                biased;
                () = self.store.died.notified() => None,
                result = work => Some(result),
            }
        });
        self.store.disarm();
        result
    }

    /// Plans and applies in a process that ends after `appends` journal entries; true when it
    /// got to its end before.
    pub(crate) fn apply_until_end(&self, program: &Program, appends: usize, end: End) -> bool {
        let engine = self.engine();
        let work = async {
            let planned = engine.plan(program).await?;
            engine.apply(program, planned, self.policy, &self.cancel).await
        };
        matches!(self.run_until_end(appends, end, work), Some(Ok(_)))
    }

    /// Checks that cloud, state and program agree and that there is nothing to do.
    #[track_caller]
    pub(crate) fn assert_settled(&self, program: &Program) {
        if let Err(difference) = self.settled(program) {
            panic!("{difference}");
        }
    }

    /// What of cloud, state and program doesn't agree.
    pub(crate) fn settled(&self, program: &Program) -> Result<(), String> {
        let plan = self.try_plan(program).map_err(|error| format!("no second plan: {error}"))?.plan;
        if !plan.is_empty() || plan.has_drift() {
            let changes: Vec<String> = plan
                .changes
                .iter()
                .filter(|change| change.action.word() != "noop" || !change.drift.is_empty())
                .map(|change| format!("{change:#?}"))
                .collect();
            return Err(format!("the second plan isn't empty: {}", changes.join("\n")));
        }
        let state = self.state();
        let broken = state.violations();
        if !broken.is_empty() {
            return Err(format!("the state is broken: {broken:?}"));
        }
        if !state.deposed.is_empty() || !state.pending.is_empty() {
            return Err(format!("left over: {:?} {:?}", state.deposed, state.pending));
        }
        self.compare_cloud(program, &state)
    }

    /// Compares what the program declares with what the cloud has, without trusting the state
    /// with more than which object belongs to which path.
    fn compare_cloud(&self, program: &Program, state: &State) -> Result<(), String> {
        let declared: BTreeSet<&Path> = program.resources.keys().collect();
        let recorded: BTreeSet<&Path> = state.resources.keys().collect();
        if declared != recorded {
            return Err(format!("declared {declared:?}, recorded {recorded:?}"));
        }
        let cloud_of = |path: &Path| {
            let alias = program.resources[path].options.provider.as_deref();
            alias.map_or(&self.cloud, |alias| &self.aliases[alias])
        };
        let object_of = |path: &Path| {
            let id = &state.resources[path].physical_id;
            cloud_of(path).get(id).ok_or_else(|| format!("{path}: {id} doesn't exist"))
        };
        let known = |attr: &AttrRef| match program.resources.get(&attr.path) {
            Some(_) => {
                match object_of(&attr.path).ok().and_then(|o| o.attributes().at(&attr.attribute).cloned()) {
                    Some(json) => Known::Value(json),
                    None => Known::Missing,
                }
            }
            None => Known::Later,
        };
        for (path, resource) in &program.resources {
            let object = object_of(path)?;
            for property in resource.schema.properties {
                let ignored = resource.options.ignore_changes.contains(&property.name);
                if ignored || matches!(property.name, "Window" | "Tags") {
                    continue;
                }
                let Some(value) = resource.properties.get(property.name) else {
                    let there = object.properties.get(property.name);
                    let default = property.default.and_then(|text| serde_json::from_str(text).ok());
                    // What was there before it was adopted stays.
                    let left = object.path == "planted";
                    if there.is_some() && there != default.as_ref() && property.name != "Name" && !left {
                        return Err(format!("{path}.{} isn't declared and is {there:?}", property.name));
                    }
                    continue;
                };
                let node = value.evaluate(&known).map_err(|error| format!("{path}: {error}"))?;
                let Some(json) = node.to_json() else { continue };
                let there = object.properties.get(property.name).cloned().unwrap_or(Json::Null);
                if there != json {
                    return Err(format!("{path}.{} is {there} and shall be {json}", property.name));
                }
            }
            if resource.properties.contains_key("Tags") {
                let record = &state.resources[path];
                for (key, value) in declared_tags(&record.properties) {
                    if object.tags.get(&key) != Some(&value) {
                        return Err(format!("{path}: tag {key} is {:?}", object.tags.get(&key)));
                    }
                }
            }
        }
        let ours = ids(&self.cloud.objects().into_iter().filter(|o| o.path != "planted").collect::<Vec<_>>());
        let known: BTreeSet<String> = state
            .resources
            .values()
            .filter(|record| record.provider.is_none())
            .map(|record| record.physical_id.clone())
            .filter(|id| self.cloud.get(id).is_none_or(|object| object.path != "planted"))
            .collect();
        if ours != known {
            return Err(format!("the cloud has {ours:?}, the state knows {known:?}"));
        }
        match owners(&self.cloud.objects()).iter().find(|(_, count)| **count > 1) {
            Some((instance, _)) => Err(format!("{instance} exists twice")),
            None => Ok(()),
        }
    }
}

/// Words for what a plan does, in its order, without what stays as it is.
pub(crate) fn actions(plan: &Plan) -> Vec<String> {
    plan.changes
        .iter()
        .filter(|change| change.action.word() != "noop")
        .map(|change| match &change.action {
            ironward_core::plan::Action::Update { aspects } => {
                let aspects: Vec<&str> = aspects.iter().copied().collect();
                format!("update {} {}", change.path, aspects.join(",")).trim_end().to_owned()
            }
            ironward_core::plan::Action::Replace { order } => format!("replace {} {order:?}", change.path),
            action => format!("{} {}", action.word(), change.path),
        })
        .collect()
}
