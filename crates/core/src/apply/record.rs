//! The ledger: state and journal of a running apply. An entry is durable before it counts.
//!
//! The apply begins in the history when its plan has something to do, or else with the first entry
//! that it writes all the same.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value as Json;
use tokio::sync::OnceCell;

use crate::model::clock::Timestamp;
use crate::model::document::Document;
use crate::model::path::Path;
use crate::model::program::Program;
use crate::model::schema::Schema;
use crate::model::value::{AttrRef, Known};
use crate::plan::{Plan, adopt};
use crate::state::history::{Begun, Ended, FailedStep, Verdict};
use crate::state::store::{StateStore, StoreError};
use crate::state::{Entry, Grounds, InstanceId, JournalAction, Lineage, Move, Record, RemainsBecause, State};

use super::Outcome;
use super::called::Called;

pub(super) struct Ledger<'a> {
    state: Mutex<State>,
    fresh: Mutex<BTreeMap<Path, Document>>,
    /// What creations took, in seconds, by type.
    times: Mutex<BTreeMap<&'static str, (&'static Schema, Vec<u32>)>>,
    store: &'a dyn StateStore,
    lineage: Lineage,
    apply: Begun,
    began: OnceCell<()>,
    called: Mutex<Called>,
}

/// By how many seconds a creation must miss its estimate for the next one to be another.
const NOTABLE: u32 = 5;

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<'a> Ledger<'a> {
    pub(super) fn new(state: State, store: &'a dyn StateStore, apply: Begun) -> Self {
        let lineage = state.lineage.clone();
        Self {
            called: Mutex::new(Called::new(&state)),
            state: Mutex::new(state),
            fresh: Mutex::default(),
            times: Mutex::default(),
            store,
            lineage,
            apply,
            began: OnceCell::new(),
        }
    }

    /// Makes an entry durable and then lets it count.
    pub(super) async fn write(&self, entry: Entry) -> Result<(), StoreError> {
        self.begin().await?;
        self.append(entry).await
    }

    /// Records that the apply begins, once.
    async fn begin(&self) -> Result<(), StoreError> {
        let begin = async || {
            let earlier = lock(&self.state).is_of_earlier_format();
            if earlier {
                let upgraded = {
                    let mut state = lock(&self.state);
                    state.format = State::FORMAT;
                    state.clone()
                };
                self.store.compact(&upgraded).await?;
            }
            self.append(Entry::ApplyBegan { apply: Box::new(self.apply.clone()) }).await
        };
        self.began.get_or_try_init(begin).await.map(drop)
    }

    async fn append(&self, entry: Entry) -> Result<(), StoreError> {
        self.store.append(&entry).await?;
        lock(&self.called).learn(&entry);
        lock(&self.state).apply(entry);
        Ok(())
    }

    /// Takes the state over for the program, moves what was renamed, and takes over what is
    /// replaced at once.
    pub(super) async fn open(
        &self,
        program: &Program,
        plan: &Plan,
        adoptions: &BTreeMap<Path, Record>,
        grounds: &Grounds,
    ) -> Result<(), StoreError> {
        if !plan.is_empty() {
            self.begin().await?;
        }
        if lock(&self.state).program != program.name {
            self.write(Entry::Program { name: program.name.clone() }).await?;
        }
        let moved = plan.changes.iter().filter_map(|change| {
            let record = self.record_at(change.renamed_from.as_ref()?)?;
            Some(Move { instance: record.instance, to: change.path.clone() })
        });
        let moves: Vec<Move> = moved.collect();
        if !moves.is_empty() {
            self.write(Entry::Moved { moves }).await?;
        }
        let grown = lock(&self.state).grown(grounds);
        for record in grown {
            // Of what is on its way out, how that ends is still to be learned. What goes when matters where
            // something goes; keys do also where all stays, since what is under them may be put elsewhere.
            let (opened, begun) = {
                let state = lock(&self.state);
                let last = state.record_at(&record.path, &record.instance);
                let opened = last.is_some_and(|last| last.opened_by != record.opened_by);
                (opened, state.pending.contains_key(&record.instance))
            };
            if begun || (plan.is_empty() && !opened) {
                continue;
            }
            self.write(Entry::Done { record: Box::new(record) }).await?;
        }
        for record in adopt::replaced(plan, adoptions) {
            self.adopt(record).await?;
        }
        Ok(())
    }

    /// Records something that exists as one of ours that isn't as declared yet.
    pub(super) async fn adopt(&self, record: &Record) -> Result<(), StoreError> {
        let record = Box::new(record.clone());
        self.write(Entry::Begin { action: JournalAction::Adopt, record: record.clone() }).await?;
        self.write(Entry::Done { record }).await
    }

    /// Remembers that a creation took so long.
    pub(super) fn took(&self, schema: &'static Schema, time: Duration) {
        let seconds = u32::try_from(time.as_secs()).unwrap_or(u32::MAX);
        lock(&self.times).entry(schema.type_name).or_insert((schema, Vec::new())).1.push(seconds);
    }

    /// Records what creations take here, where that is far from what was thought.
    async fn learn_durations(&self) -> Result<(), StoreError> {
        let mut durations = BTreeMap::new();
        for (type_name, (schema, times)) in std::mem::take(&mut *lock(&self.times)) {
            let count = u32::try_from(times.len()).unwrap_or(u32::MAX).max(1);
            let mean = times.iter().fold(0u32, |sum, time| sum.saturating_add(*time)) / count;
            let before = lock(&self.state).durations.get(type_name).copied();
            if mean.abs_diff(before.unwrap_or(schema.typical_seconds)) >= NOTABLE {
                // Half way: one slow day isn't a rule.
                let estimate = before.map_or(mean, |before| before.midpoint(mean));
                durations.insert(type_name.to_owned(), estimate);
            }
        }
        if durations.is_empty() { Ok(()) } else { self.write(Entry::Learned { durations }).await }
    }

    /// Records the exported values; of a run that isn't complete, only the end of all.
    pub(super) async fn export(
        &self,
        program: &Program,
        plan: &Plan,
        complete: bool,
    ) -> Result<BTreeMap<String, Json>, StoreError> {
        let known = |attr: &AttrRef| match plan.lookups.get(&attr.path) {
            Some(found) => found.at(&attr.attribute).cloned().map_or(Known::Missing, Known::Value),
            None => self.attribute(attr),
        };
        let mut outputs = BTreeMap::new();
        if !plan.destroys {
            for (name, value) in &program.outputs {
                if let Ok(node) = value.evaluate(&known)
                    && let Some(json) = node.concealed(self.lineage.as_str()).to_json()
                {
                    outputs.insert(name.clone(), json);
                }
            }
        }
        let changed = lock(&self.state).outputs != outputs;
        if changed && (complete || plan.destroys) {
            self.write(Entry::Outputs { outputs: outputs.clone() }).await?;
        }
        Ok(outputs)
    }

    /// Records what was learned and how the apply ended, and compacts the journal.
    pub(super) async fn close(&self, outcome: &Outcome, ended: Timestamp) -> Result<(), StoreError> {
        self.learn_durations().await?;
        if self.began.initialized() {
            let verdict = match outcome {
                outcome if !outcome.failures.is_empty() => Verdict::Failed,
                outcome if outcome.cancelled => Verdict::Cancelled,
                _ => Verdict::Succeeded,
            };
            let failed = outcome.failures.iter();
            let failures =
                failed.map(|failure| FailedStep::new(failure.path.clone(), failure.action, &failure.error));
            let (number, counts) = (self.apply.number, outcome.counts);
            let end = Ended { number, ended, verdict, counts, failures: failures.collect() };
            self.append(Entry::ApplyEnded { end }).await?;
        }
        let state = lock(&self.state).clone();
        self.store.compact(&state).await
    }

    /// An attribute: as this run learned it, or as recorded.
    pub(super) fn attribute(&self, attr: &AttrRef) -> Known {
        let find = |document: &Document| document.at(&attr.attribute).cloned();
        if let Some(document) = lock(&self.fresh).get(&attr.path) {
            return find(document).map_or(Known::Missing, Known::Value);
        }
        match lock(&self.state).resources.get(&attr.path) {
            Some(record) => find(&record.attributes).map_or(Known::Missing, Known::Value),
            None => Known::Later,
        }
    }

    /// Sets the attributes that dependents see from now on.
    pub(super) fn learn(&self, path: &Path, attributes: Document) {
        lock(&self.fresh).insert(path.clone(), attributes);
    }

    pub(super) fn record_at(&self, path: &Path) -> Option<Record> {
        lock(&self.state).resources.get(path).cloned()
    }

    /// The path of another instance of the same type that the API calls the same.
    pub(super) fn other_called(&self, record: &Record) -> Option<Path> {
        self.recorded_as(&record.physical_id, |other| {
            other.instance != record.instance
                && other.type_name == record.type_name
                && other.provider == record.provider
        })
    }

    /// The path of an instance of this type that the API calls this.
    pub(super) fn path_called(&self, type_name: &str, physical_id: &str) -> Option<Path> {
        self.recorded_as(physical_id, |other| other.type_name == type_name)
    }

    fn recorded_as(&self, physical_id: &str, is: impl Fn(&Record) -> bool) -> Option<Path> {
        let (state, called) = (lock(&self.state), lock(&self.called));
        let mut found = called.instances(physical_id).filter_map(|instance| {
            let living = called.path(instance).and_then(|path| state.resources.get(path));
            living.filter(|record| record.instance == *instance).or_else(|| state.deposed.get(instance))
        });
        found.find(|record| is(record)).map(|record| record.path.clone())
    }

    /// Where the instance stands that is written like this.
    pub(super) fn path_of(&self, instance: &str) -> Option<Path> {
        lock(&self.called).path(&InstanceId::written(instance)).cloned()
    }

    /// The recorded keys that the API calls one of these, by id or by ARN.
    pub(super) fn keys(&self, called: &[String]) -> BTreeSet<InstanceId> {
        let names = lock(&self.called);
        let ids = called.iter().flat_map(|key| [key.as_str(), key.rsplit('/').next().unwrap_or(key)]);
        ids.flat_map(|id| names.instances(id)).cloned().collect()
    }

    /// The path of an instance that stays in the cloud, unmanaged.
    pub(super) fn let_go(&self, instance: &InstanceId) -> Option<Path> {
        let state = lock(&self.state);
        let remainder = state.remains.get(instance)?;
        (remainder.because == RemainsBecause::LetGo).then(|| remainder.path.clone())
    }

    /// Whether something is recorded to remain of an instance.
    pub(super) fn remains_of(&self, instance: &InstanceId) -> bool {
        lock(&self.state).remains.contains_key(instance)
    }

    pub(super) fn instance(&self, instance: &InstanceId, path: &Path) -> Option<Record> {
        lock(&self.state).record_at(path, instance).cloned()
    }

    /// The instances that live at these paths.
    pub(super) fn instances_at<'p>(&self, paths: impl IntoIterator<Item = &'p Path>) -> BTreeSet<InstanceId> {
        let state = lock(&self.state);
        paths.into_iter().filter_map(|path| Some(state.resources.get(path)?.instance.clone())).collect()
    }

    /// The keys among what lives at these paths, and among what that is built on, as far as one may go `through` it.
    pub(super) fn keys_below<'p>(
        &self,
        paths: impl IntoIterator<Item = &'p Path>,
        schema: impl Fn(&Record) -> Option<&'static Schema>,
        through: impl Fn(&Schema) -> bool,
    ) -> BTreeSet<InstanceId> {
        let (state, called) = (lock(&self.state), lock(&self.called));
        let (mut keys, mut seen) = (BTreeSet::new(), BTreeSet::new());
        let mut open: Vec<&Record> = paths.into_iter().filter_map(|path| state.resources.get(path)).collect();
        while let Some(record) = open.pop() {
            let Some(schema) = schema(record).filter(|_| seen.insert(&record.instance)) else { continue };
            if schema.opens {
                keys.insert(record.instance.clone());
            } else if through(schema) {
                let standing = |needed: &InstanceId| state.record_at(called.path(needed)?, needed);
                open.extend(record.dependencies.iter().filter_map(standing));
            }
        }
        keys
    }

    pub(super) fn lineage(&self) -> &Lineage {
        &self.lineage
    }
}
