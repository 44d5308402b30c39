//! The keys that data is under: what holds data has all on record that it was ever under.

use std::collections::{BTreeMap, BTreeSet};

use super::{Run, StepError};
use crate::model::path::Path;
use crate::model::program::{Program, Resource};
use crate::model::schema::Schema;
use crate::plan::needs::Needs;
use crate::plan::{Action, ResourceChange};
use crate::state::{Entry, InstanceId, Record};

impl Run<'_> {
    /// The keys that what a resource holds was ever encrypted under: those that it is built on, directly or by
    /// what holds nothing itself, and those before.
    pub(super) fn opened_by(&self, resource: &Resource, last: Option<&Record>) -> BTreeSet<InstanceId> {
        let mut keys = last.map(|record| record.opened_by.clone()).unwrap_or_default();
        if resource.schema.is_sealed() {
            keys.extend(self.keys_below(&resource.path, |schema| !schema.stateful));
        }
        keys
    }

    /// The keys that what holds data and stays as it is was ever under: those before, and those that it refers to,
    /// or that what it refers to stands for.
    pub(super) fn kept_under(&self, resource: &Resource, record: &Record) -> BTreeSet<InstanceId> {
        let mut keys = record.opened_by.clone();
        if resource.schema.is_sealed() {
            keys.extend(self.keys_below(&resource.path, |schema| schema.leads));
        }
        keys
    }

    /// Records the keys to which something is about to lead as such of what holds data and is built on it: that
    /// stays as it is, and a process may die before it is looked at. What is made anew leads nobody anywhere yet.
    pub(super) async fn lead(&self, change: &ResourceChange, resource: &Resource) -> Result<(), StepError> {
        if !resource.schema.leads || !self.keys || change.action == Action::Create {
            return Ok(());
        }
        let above = self.data_above(&change.path);
        if above.is_empty() {
            return Ok(());
        }
        let keys = self.keys_below(&change.path, |schema| schema.leads);
        for path in above {
            let Some(mut record) = self.ledger.record_at(path) else { continue };
            if self.schema(&record).is_some_and(Schema::is_sealed) && !keys.is_subset(&record.opened_by) {
                record.opened_by.extend(keys.iter().cloned());
                self.ledger.write(Entry::Done { record: Box::new(record) }).await?;
            }
        }
        Ok(())
    }

    /// The keys among what a resource needs, as it stands: a plan of some paths leaves what these are built on
    /// as it is recorded.
    fn keys_below(&self, path: &Path, through: impl Fn(&Schema) -> bool) -> BTreeSet<InstanceId> {
        self.ledger.keys_below(self.needs.of(path), |record| self.schema(record), through)
    }

    /// What holds data and refers to what is declared at a path, directly or by what stands for that.
    fn data_above(&self, path: &Path) -> BTreeSet<&Path> {
        let program = self.execution.program;
        let needed_by = self.needed_by.get_or_init(|| needed_by(program, &self.needs));
        let (mut found, mut seen, mut open) = (BTreeSet::new(), BTreeSet::new(), vec![path]);
        while let Some(path) = open.pop() {
            for above in needed_by.get(path).into_iter().flatten() {
                let Some(resource) = program.resources.get(above) else { continue };
                if resource.schema.is_sealed() {
                    found.insert(above);
                } else if resource.schema.leads && seen.insert(above) {
                    open.push(above);
                }
            }
        }
        found
    }

    fn schema(&self, record: &Record) -> Option<&'static Schema> {
        let (handler, _) = self.handler(record.provider.as_deref(), &record.type_name).ok()?;
        Some(handler.schema())
    }
}

/// What needs what is declared at each path, directly.
fn needed_by(program: &Program, needs: &Needs<'_>) -> BTreeMap<Path, Vec<Path>> {
    let mut found: BTreeMap<Path, Vec<Path>> = BTreeMap::new();
    for path in program.resources.keys() {
        for needed in needs.of(path) {
            found.entry(needed.clone()).or_default().push(path.clone());
        }
    }
    found
}
