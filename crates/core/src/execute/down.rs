//! Taking one instance down.

use std::sync::PoisonError;

use super::limit::Limit;
use super::{Done, Run, Undone};
use crate::event::Event;
use crate::fault::{Fault, FaultKind};
use crate::plan::{Action, ResourceChange};
use crate::provider::{Observation, Operation, Phase, Removal, Target};
use crate::state::{Entry, InstanceId, JournalAction, Record};

/// A deletion that didn't get to its end.
struct Refused {
    fault: Fault,
    /// Whether the instance may be going all the same.
    begun: bool,
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Self { fault, begun: false }
    }
}

impl Run<'_> {
    pub(super) async fn down(&self, instance: &InstanceId, change: &ResourceChange) -> Result<Done, Undone> {
        let Some(record) = self.ledger.instance(instance, &change.path) else { return Ok(Done::Silent) };
        let replaces = matches!(change.action, Action::Replace { .. });
        let forget = change.action == Action::Forget || (replaces && record.retain);
        let action = if forget { "forget" } else { "delete" };
        let started = self.execution.clock.now();
        self.execution.events.emit(Event::Started {
            path: change.path.clone(),
            type_name: record.type_name.clone(),
            action,
        });
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
                Err(Refused { fault, begun }) => {
                    // What may be going stays pending: the next run waits for how that ends.
                    if !begun {
                        self.ledger.write(Entry::Abandoned { instance: instance.clone() }).await?;
                    }
                    return Err(fault.into());
                }
            };
            if let Some(what) = removal.remains {
                self.remain(change, what);
            }
            let instance = instance.clone();
            self.ledger
                .write(if removal.stays {
                    Entry::Abandoned { instance }
                } else {
                    Entry::Deleted { instance }
                })
                .await?;
        }
        self.finished(&change.path, action, started);
        Ok(if replaces { Done::Silent } else { Done::Counted("delete") })
    }

    /// Deletes an instance and waits until it is gone.
    async fn remove(&self, record: &Record, limit: Limit) -> Result<Removal, Refused> {
        let seen = self.execution.observations.get(&record.instance);
        if let Some(Observation::GoneButReserved { until }) = seen {
            let remains = Some(format!("{} stays reserved until {until}", record.physical_id));
            return Ok(Removal { remains, stays: false });
        }
        if seen == Some(&Observation::Absent) {
            // What it was called may be another's by now.
            return Ok(Removal::default());
        }
        let (handler, place) = self.handler(record.provider.as_deref(), &record.type_name)?;
        let mut operation = Operation::new(&record.path, &record.instance, self.ledger.lineage(), place);
        operation.policy = self.execution.policy;
        let target = Target::of(place, record);
        let call = handler.delete(&operation, &target);
        let removal = match limit.bound(&*self.execution.clock, "delete", call).await {
            Err(fault) if fault.kind == FaultKind::NotFound => return Ok(Removal::default()),
            Err(fault) => {
                // These say that it is there. Anything else may be the answer to the second attempt,
                // after a first one that had its effect and got none.
                let stands =
                    matches!(fault.kind, FaultKind::InUse | FaultKind::Protected | FaultKind::Conflict);
                return Err(Refused { begun: !stands, fault });
            }
            Ok(removal) => removal,
        };
        if let Some(wait) = handler.wait(Phase::Deleted).filter(|_| !removal.stays) {
            self.wait(record, Phase::Deleted, wait, limit).await.map_err(|stuck| Refused {
                fault: stuck.into_fault(&record.type_name, Phase::Deleted),
                begun: true,
            })?;
        }
        Ok(removal)
    }

    fn remain(&self, change: &ResourceChange, what: String) {
        self.execution.events.emit(Event::Remains { path: change.path.clone(), what: what.clone() });
        self.remains.lock().unwrap_or_else(PoisonError::into_inner).push((change.path.clone(), what));
    }
}
