//! The ledger: state and journal of a running apply. An entry is durable before it counts.
//!
//! The apply begins in the history when its plan has something to do, or else with the first entry
//! that it writes all the same.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value as Json;
use tokio::sync::OnceCell;

use crate::clock::Timestamp;
use crate::document::Document;
use crate::history::{Begun, Ended, Verdict};
use crate::path::Path;
use crate::plan::Plan;
use crate::program::Program;
use crate::state::{Entry, InstanceId, Lineage, Record, State};
use crate::store::{StateStore, StoreError};
use crate::value::{AttrRef, Known};

use super::Outcome;

pub(super) struct Ledger<'a> {
    state: Mutex<State>,
    fresh: Mutex<BTreeMap<Path, Document>>,
    store: &'a dyn StateStore,
    lineage: Lineage,
    apply: Begun,
    began: OnceCell<()>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<'a> Ledger<'a> {
    pub(super) fn new(state: State, store: &'a dyn StateStore, apply: Begun) -> Self {
        let lineage = state.lineage.clone();
        Self {
            state: Mutex::new(state),
            fresh: Mutex::default(),
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
        let entry = || Entry::ApplyBegan { apply: Box::new(self.apply.clone()) };
        self.began.get_or_try_init(|| self.append(entry())).await.map(drop)
    }

    async fn append(&self, entry: Entry) -> Result<(), StoreError> {
        self.store.append(&entry).await?;
        lock(&self.state).apply(entry);
        Ok(())
    }

    /// Takes the state over for the program and moves what was renamed.
    pub(super) async fn open(&self, program: &Program, plan: &Plan) -> Result<(), StoreError> {
        if !plan.is_empty() {
            self.begin().await?;
        }
        if lock(&self.state).program != program.name {
            self.write(Entry::Program { name: program.name.clone() }).await?;
        }
        for change in &plan.changes {
            if let Some(record) = change.renamed_from.as_ref().and_then(|old| self.record_at(old)) {
                self.write(Entry::Renamed { instance: record.instance, to: change.path.clone() }).await?;
            }
        }
        Ok(())
    }

    /// Records the exported values and how the apply ended, and compacts the journal.
    pub(super) async fn close(
        &self,
        program: &Program,
        plan: &Plan,
        outcome: &Outcome,
        ended: Timestamp,
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
        if changed && (outcome.is_complete() || plan.destroys) {
            self.write(Entry::Outputs { outputs: outputs.clone() }).await?;
        }
        if self.began.initialized() {
            let verdict = match outcome {
                outcome if !outcome.failures.is_empty() => Verdict::Failed,
                outcome if outcome.cancelled => Verdict::Cancelled,
                _ => Verdict::Succeeded,
            };
            let end = Ended { number: self.apply.number, ended, verdict, counts: outcome.counts };
            self.append(Entry::ApplyEnded { end }).await?;
        }
        let state = lock(&self.state).clone();
        self.store.compact(&state).await?;
        Ok(outputs)
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

    /// What the API calls an instance, living or deposed.
    pub(super) fn physical_id(&self, instance: &InstanceId) -> Option<String> {
        let state = lock(&self.state);
        state.instances().find(|record| record.instance == *instance).map(|record| record.physical_id.clone())
    }

    pub(super) fn instance(&self, instance: &InstanceId, path: &Path) -> Option<Record> {
        let state = lock(&self.state);
        let living = state.resources.get(path).filter(|record| record.instance == *instance);
        living.or_else(|| state.deposed.get(instance)).cloned()
    }

    /// The instances that live at these paths.
    pub(super) fn instances_at<'p>(&self, paths: impl IntoIterator<Item = &'p Path>) -> BTreeSet<InstanceId> {
        let state = lock(&self.state);
        paths.into_iter().filter_map(|path| Some(state.resources.get(path)?.instance.clone())).collect()
    }

    pub(super) fn lineage(&self) -> &Lineage {
        &self.lineage
    }
}
