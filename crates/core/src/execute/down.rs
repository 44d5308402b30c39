//! Taking one instance down.

use std::sync::PoisonError;

use super::{Done, Run, Undone};
use crate::event::Event;
use crate::fault::FaultKind;
use crate::plan::{Action, ResourceChange};
use crate::provider::{Operation, Phase, Removal, Target};
use crate::state::{Entry, InstanceId, JournalAction};

impl Run<'_> {
    pub(super) async fn down(&self, instance: &InstanceId, change: &ResourceChange) -> Result<Done, Undone> {
        let Some(record) = self.ledger.instance(instance, &change.path) else { return Ok(Done::Silent) };
        let counted = if matches!(change.action, Action::Replace { .. }) {
            Done::Silent
        } else {
            Done::Counted("delete")
        };
        let forget = change.action == Action::Forget
            || (matches!(change.action, Action::Replace { .. }) && record.retain);
        let started = self.execution.clock.now();
        self.execution.events.emit(Event::Started {
            path: change.path.clone(),
            type_name: record.type_name.clone(),
            action: if forget { "forget" } else { "delete" },
        });
        if forget {
            self.ledger.write(Entry::Forgotten { instance: instance.clone() }).await?;
            self.remain(change, format!("{} {} stays, unmanaged", record.type_name, record.physical_id));
        } else {
            let (handler, place) = self.handler(record.provider.as_deref(), &record.type_name)?;
            let begin = Entry::Begin { action: JournalAction::Delete, record: Box::new(record.clone()) };
            self.ledger.write(begin).await?;
            let lineage = self.ledger.lineage();
            let mut operation = Operation::new(&record.path, instance, &lineage, place);
            operation.policy = self.execution.policy;
            let mut result = match handler.delete(&operation, &Target::of(place, &record)).await {
                Err(fault) if fault.kind == FaultKind::NotFound => Ok(Removal::default()),
                result => result,
            };
            if let (Ok(removal), Some(wait)) = (&result, handler.wait(Phase::Deleted))
                && !removal.stays
                && let Err(fault) = self.gone(&record, wait).await
            {
                result = Err(fault);
            }
            let removal = match result {
                Ok(removal) => removal,
                Err(fault) => {
                    self.ledger.write(Entry::Abandoned { instance: instance.clone() }).await?;
                    return Err(fault.into());
                }
            };
            if let Some(what) = removal.remains {
                self.remain(change, what);
            }
            let entry = if removal.stays {
                Entry::Abandoned { instance: instance.clone() }
            } else {
                Entry::Deleted { instance: instance.clone() }
            };
            self.ledger.write(entry).await?;
        }
        self.execution.events.emit(Event::Finished {
            path: change.path.clone(),
            action: if forget { "forget" } else { "delete" },
            duration_ms: Event::millis(self.execution.clock.now().saturating_sub(started)),
        });
        Ok(counted)
    }

    fn remain(&self, change: &ResourceChange, what: String) {
        self.execution.events.emit(Event::Remains { path: change.path.clone(), what: what.clone() });
        self.remains.lock().unwrap_or_else(PoisonError::into_inner).push((change.path.clone(), what));
    }
}
