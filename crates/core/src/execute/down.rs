//! Taking one instance down.

use std::collections::BTreeMap;
use std::sync::{MutexGuard, PoisonError};

use super::limit::Limit;
use super::{Done, Run, Undone};
use crate::event::Event;
use crate::fault::{Fault, FaultKind};
use crate::path::Path;
use crate::plan::{Action, ResourceChange};
use crate::provider::{Handler, Observation, Operation, Phase, Removal, Target};
use crate::search::pauses;
use crate::state::{Entry, InstanceId, JournalAction, Record};
use crate::store::StoreError;

/// A deletion that didn't get to its end.
enum Refused {
    Failed {
        fault: Fault,
        /// Whether the instance may be going all the same.
        begun: bool,
    },
    /// No call may start any more.
    Store(StoreError),
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Self::Failed { fault, begun: false }
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Why an instance isn't taken down although the plan says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Held {
    /// The resource at this path stays for its time, and was built on it: it stays managed.
    By(Path),
    /// What the resource at this path leaves behind can be read only with it: it stays, unmanaged.
    Opens(Path),
}

impl Run<'_> {
    pub(super) async fn down(&self, instance: &InstanceId, change: &ResourceChange) -> Result<Done, Undone> {
        let Some(record) = self.ledger.instance(instance, &change.path) else { return Ok(Done::Silent) };
        let replaces = matches!(change.action, Action::Replace { .. });
        let forget = change.action == Action::Forget || (replaces && record.retain);
        let action = if forget { "forget" } else { "delete" };
        let held = self.held().get(instance).cloned();
        if let Some(held) = held {
            self.hold(&record, change, held).await?;
            return Ok(Done::Silent);
        }
        let started = self.execution.clock.now();
        self.execution.events.emit(Event::Started {
            path: change.path.clone(),
            type_name: record.type_name.clone(),
            action,
        });
        let mut stays = false;
        if forget {
            self.ledger.write(Entry::Forgotten { instance: instance.clone() }).await?;
            self.remain(change, format!("{} {} stays, unmanaged", record.type_name, record.physical_id));
        } else {
            let declared = self.execution.program.resources.get(&change.path);
            let limit = Limit::new(started, declared.and_then(|resource| resource.options.timeout));
            self.ledger
                .write(Entry::Begin { action: JournalAction::Delete, record: Box::new(record.clone()) })
                .await?;
            let removal = match self.remove(&record, limit).await {
                Ok(removal) => removal,
                Err(Refused::Store(error)) => return Err(error.into()),
                Err(Refused::Failed { fault, begun }) => {
                    // What may be going stays pending: the next run waits for how that ends.
                    if !begun {
                        self.ledger.write(Entry::Abandoned { instance: instance.clone() }).await?;
                    }
                    return Err(fault.into());
                }
            };
            self.hold_for(&record, &removal);
            stays = removal.stays;
            if let Some(what) = removal.remains {
                self.remain(change, what);
            }
            let instance = instance.clone();
            self.ledger
                .write(if stays { Entry::Abandoned { instance } } else { Entry::Deleted { instance } })
                .await?;
        }
        self.finished(&change.path, action, started);
        Ok(if replaces || stays { Done::Silent } else { Done::Counted("delete") })
    }

    fn held(&self) -> MutexGuard<'_, BTreeMap<InstanceId, Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers what has to stay because of what a removal leaves behind: it is taken down later,
    /// so it can still be spared.
    fn hold_for(&self, record: &Record, removal: &Removal) {
        for needed in &record.dependencies {
            let opens = || {
                let id = self.ledger.physical_id(needed)?;
                let is = |key: &String| *key == id || key.ends_with(&format!("/{id}"));
                removal.opened_by.iter().any(is).then(|| Held::Opens(record.path.clone()))
            };
            let held = if removal.stays { Some(Held::By(record.path.clone())) } else { opens() };
            if let Some(held) = held {
                self.held().entry(needed.clone()).or_insert(held);
            }
        }
    }

    /// Leaves an instance where it is, and what it was built on with it.
    async fn hold(&self, record: &Record, change: &ResourceChange, held: Held) -> Result<(), StoreError> {
        let what = format!("{} {}", record.type_name, record.physical_id);
        match held {
            Held::By(path) => {
                self.remain(change, format!("{what} stays: `{path}` was built on it, and stays"));
                for needed in &record.dependencies {
                    self.held().entry(needed.clone()).or_insert_with(|| Held::By(change.path.clone()));
                }
            }
            Held::Opens(path) => {
                self.ledger.write(Entry::Forgotten { instance: record.instance.clone() }).await?;
                let why = format!("what `{path}` leaves behind can be read only with it");
                self.remain(change, format!("{what} stays, unmanaged: {why}"));
            }
        }
        Ok(())
    }

    /// Deletes an instance and waits until it is gone.
    async fn remove(&self, record: &Record, limit: Limit) -> Result<Removal, Refused> {
        let seen = self.execution.observations.get(&record.instance);
        if let Some(Observation::GoneButReserved { until }) = seen {
            let remains = Some(format!("{} stays reserved until {until}", record.physical_id));
            return Ok(Removal { remains, ..Removal::default() });
        }
        if seen == Some(&Observation::Absent) {
            // What it was called may be another's by now.
            return Ok(Removal::default());
        }
        let (handler, place) = self.handler(record.provider.as_deref(), &record.type_name)?;
        let mut operation = Operation::new(&record.path, &record.instance, self.ledger.lineage(), place);
        operation.policy = self.execution.policy;
        let target = Target::of(place, record);
        let removal = self.delete(handler, &operation, &target, limit).await?;
        if let Some(wait) = handler.wait(Phase::Deleted).filter(|_| !removal.stays) {
            self.wait(record, Phase::Deleted, wait, limit).await.map_err(|stuck| Refused::Failed {
                fault: stuck.into_fault(&record.type_name, Phase::Deleted),
                begun: true,
            })?;
        }
        Ok(removal)
    }

    /// Asks for the deletion, and again where there is nothing to delete: what was made a moment
    /// ago isn't found by every call yet, and would be left behind.
    async fn delete(
        &self,
        handler: &dyn Handler,
        operation: &Operation<'_>,
        target: &Target<'_>,
        limit: Limit,
    ) -> Result<Removal, Refused> {
        let mut pauses = pauses(self.execution.wait_scale);
        loop {
            self.execution.store.may_call()?;
            let call = handler.delete(operation, target);
            let fault = match limit.bound(&*self.execution.clock, "delete", call).await {
                Ok(removal) => return Ok(removal),
                Err(fault) => fault,
            };
            if fault.kind != FaultKind::NotFound {
                // These say that it is there. Anything else may be the answer to the second attempt,
                // after a first one that had its effect and got none.
                let stands =
                    matches!(fault.kind, FaultKind::InUse | FaultKind::Protected | FaultKind::Conflict);
                return Err(Refused::Failed { begun: !stands, fault });
            }
            let Some(pause) = pauses.next() else { return Ok(Removal::default()) };
            self.slots.lend(self.execution.clock.sleep(pause)).await;
        }
    }

    fn remain(&self, change: &ResourceChange, what: String) {
        self.execution.events.emit(Event::Remains { path: change.path.clone(), what: what.clone() });
        self.remains.lock().unwrap_or_else(PoisonError::into_inner).push((change.path.clone(), what));
    }
}
