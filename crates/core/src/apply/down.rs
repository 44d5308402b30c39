//! Taking one instance down.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

use super::limit::Limit;
use super::{Run, StepError, StepOutcome};
use crate::apply::event::Event;
use crate::cloud::provider::{DeleteOutcome, Handler, Observation, Operation, Phase, Place, Target};
use crate::cloud::search::pauses;
use crate::cloud::telling::listening;
use crate::model::consent::Lost;
use crate::model::error::{ProviderError, ProviderErrorKind};
use crate::model::path::Path;
use crate::model::schema::ReplaceOrder;
use crate::plan::planner::retains;
use crate::plan::sharing;
use crate::plan::{Action, ResourceChange};
use crate::state::store::StoreError;
use crate::state::{
    Deed, Entry, InstanceId, JournalAction, Record, Remainder, RemainsBecause, Sharing, Status,
};

/// A deletion that didn't get to its end.
enum DeleteError {
    Failed {
        error: ProviderError,
        /// Whether the instance may be going all the same.
        begun: bool,
    },
    /// No call may start any more.
    Store(StoreError),
}

impl From<ProviderError> for DeleteError {
    fn from(error: ProviderError) -> Self {
        Self::Failed { error, begun: false }
    }
}

impl From<StoreError> for DeleteError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Why an instance isn't taken down although the plan says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum HoldReason {
    /// The resource at this path stays for its time, and was built on it: it stays managed.
    By(Path),
    /// What the resource at this path leaves behind can be read only with it: it stays, unmanaged.
    Opens(Path),
    /// The resource at this path stays, unmanaged, and stands on it: it stays as well.
    Carries(Path),
}

impl Run<'_> {
    pub(super) async fn down(
        &self,
        instance: &InstanceId,
        change: &ResourceChange,
    ) -> Result<StepOutcome, StepError> {
        let Some(mut record) = self.ledger.instance(instance, &change.path) else {
            // It had vanished, and that is on record since something else of its type was made; or went along with
            // what it was a part of.
            let gone = (change.vanished || change.goes_with.is_some()) && change.action == Action::Delete;
            return Ok(if gone { StepOutcome::Counted(Deed::Delete) } else { StepOutcome::Silent });
        };
        let replaces = matches!(change.action, Action::Replace { .. });
        if replaces {
            record.retain = retains(self.execution.program, &change.path, &record);
        }
        let stays = record.retain || change.spares.is_some();
        let forgets = change.action == Action::Forget || (replaces && stays);
        let along = change.goes_with.as_ref().filter(|_| !forgets);
        let held = self.held().get(instance).cloned();
        if let Some(parent) = along.and_then(|parent| self.ledger.path_of(parent.as_str())) {
            // What takes it along stays, and it stays in force.
            self.hold(&record, change, HoldReason::By(parent)).await?;
            return Ok(StepOutcome::Silent);
        }
        if let Some(parent) = along.and_then(|parent| self.ledger.let_go(parent)) {
            let why = format!("it is a part of `{parent}`, which stays in the cloud");
            self.let_go_with_ground(&record, change, why).await?;
            return Ok(if replaces { StepOutcome::Silent } else { StepOutcome::Counted(Deed::Forget) });
        }
        if let Some(held) = held {
            let lets_go = matches!(held, HoldReason::Opens(_) | HoldReason::Carries(_));
            self.hold(&record, change, held).await?;
            return Ok(if lets_go && !replaces {
                StepOutcome::Counted(Deed::Forget)
            } else {
                StepOutcome::Silent
            });
        }
        let started = self.execution.clock.now();
        let seen = self.execution.observations.get(instance);
        record.sharing = sharing::as_seen(self.execution.program, &record, seen, self.ledger.lineage());
        if !forgets && along.is_none() {
            let declared = self.execution.program.resources.get(&change.path);
            let limit = Limit::new(started, declared.and_then(|resource| resource.options.timeout));
            if let Some(why) = self.used_meanwhile(&record, limit).await? {
                return self.leave_to_others(record, change, why).await;
            }
        }
        let deed = if forgets { Deed::Forget } else { Deed::Delete };
        self.execution.events.emit(Event::Started {
            path: change.path.clone(),
            type_name: record.type_name.clone(),
            action: deed,
        });
        let mut stays = false;
        if record.sharing == Some(Sharing::Used) {
            if !change.vanished {
                self.stop_using(&record).await?;
            }
            self.ledger.write(Entry::Forgotten { instance: instance.clone() }).await?;
        } else if forgets {
            let why = change.reasons.last().filter(|_| record.sharing.is_some()).cloned();
            self.let_go(&record, change, why).await?;
        } else if along.is_some() {
            self.ledger.write(Entry::Deleted { instance: instance.clone() }).await?;
        } else {
            let hear = |what: &str| {
                let (path, reason) = (change.path.clone(), what.to_owned());
                self.execution.events.emit(Event::Waiting { path, reason });
            };
            stays = listening(self.take_down(&record, change, started), hear).await?;
        }
        self.finished(&change.path, deed, started);
        Ok(if replaces || stays { StepOutcome::Silent } else { StepOutcome::Counted(deed) })
    }

    /// Lets go of what another stack has begun to use since the plan was made. What is to be made in its
    /// place only afterwards would find its name taken: then nothing is done.
    async fn leave_to_others(
        &self,
        mut record: Record,
        change: &ResourceChange,
        why: String,
    ) -> Result<StepOutcome, StepError> {
        if (change.action == Action::Replace { order: ReplaceOrder::DeleteFirst }) {
            let message = format!(
                "{why} since the plan was made, so it isn't deleted: undo the change, or take the other stack \
                 down first"
            );
            return Err(ProviderError::new(ProviderErrorKind::InUse, record.type_name, message).into());
        }
        let (path, type_name) = (change.path.clone(), record.type_name.clone());
        let started = self.execution.clock.now();
        self.execution.events.emit(Event::Started { path, type_name, action: Deed::Forget });
        record.sharing = record.sharing.or(Some(Sharing::Made));
        self.let_go_with_ground(&record, change, why).await?;
        self.finished(&change.path, Deed::Forget, started);
        let replaces = matches!(change.action, Action::Replace { .. });
        Ok(if replaces { StepOutcome::Silent } else { StepOutcome::Counted(Deed::Forget) })
    }

    /// Takes an instance down, and records what that leaves; true where it has to stay for its time.
    async fn take_down(
        &self,
        record: &Record,
        change: &ResourceChange,
        started: Duration,
    ) -> Result<bool, StepError> {
        let instance = &record.instance;
        let declared = self.execution.program.resources.get(&change.path);
        let limit = Limit::new(started, declared.and_then(|resource| resource.options.timeout));
        let expected = self.expected(record)?;
        if let Some(expected) = &expected {
            self.leave(record, expected).await?;
        }
        self.ledger
            .write(Entry::Begin { action: JournalAction::Delete, record: Box::new(record.clone()) })
            .await?;
        let removal = match self.remove(record, limit).await {
            Ok(removal) => removal,
            Err(DeleteError::Store(error)) => return Err(error.into()),
            Err(DeleteError::Failed { error: cause, begun }) => {
                // What may be going stays pending: the next run waits for how that ends.
                if !begun {
                    self.ledger.write(Entry::Abandoned { instance: instance.clone() }).await?;
                    self.clear(instance).await?;
                }
                return Err(cause.into());
            }
        };
        // One that found nothing any more may follow one that had its effect and got no answer.
        let silent = removal.remains.is_none() && !removal.stays;
        self.hold_for(record, expected.as_ref().filter(|_| silent).unwrap_or(&removal));
        if let Some(what) = &removal.remains {
            self.remain(change, what.clone());
        }
        let instance = instance.clone();
        if removal.stays {
            self.ledger.write(Entry::Abandoned { instance: instance.clone() }).await?;
            self.clear(&instance).await?;
        } else {
            // What remains is on record before the deletion counts. One that found nothing any more
            // can't say what an earlier one left.
            if removal.remains.is_some() {
                self.leave(record, &removal).await?;
            }
            self.bury_parts(&instance, started).await?;
            self.ledger.write(Entry::Deleted { instance }).await?;
        }
        Ok(removal.stays)
    }

    /// Records that the parts of something are gone with it, before that itself is recorded as gone: from then on
    /// nothing would tell that they are.
    async fn bury_parts(&self, whole: &InstanceId, started: Duration) -> Result<(), StoreError> {
        for change in self.parts.get(whole).into_iter().flatten() {
            let Some(part) = change.replaces.as_ref() else { continue };
            let Some(record) = self.ledger.instance(part, &change.path) else { continue };
            let forgets = change.action == Action::Forget || change.spares.is_some();
            let retained = retains(self.execution.program, &change.path, &record);
            if forgets || (change.action != Action::Delete && retained) {
                continue;
            }
            let (path, type_name) = (change.path.clone(), record.type_name);
            self.execution.events.emit(Event::Started { path, type_name, action: Deed::Delete });
            self.ledger.write(Entry::Deleted { instance: part.clone() }).await?;
            self.finished(&change.path, Deed::Delete, started);
        }
        Ok(())
    }

    /// What the deletion of an instance is expected to leave.
    fn expected(&self, record: &Record) -> Result<Option<DeleteOutcome>, ProviderError> {
        let seen = self.execution.observations.get(&record.instance);
        if seen.is_some_and(Observation::is_gone) {
            return Ok(None);
        }
        let (handler, place) = self.handler(record.provider.as_deref(), &record.type_name)?;
        let operation = self.deletion(record, place);
        let removal = handler.leaves(&operation, &Target::of(place, record));
        Ok(removal.remains.is_some().then_some(removal))
    }

    /// Records what a removal leaves behind, and which keys open it.
    async fn leave(&self, record: &Record, removal: &DeleteOutcome) -> Result<(), StoreError> {
        let Some(what) = removal.remains.clone() else { return Ok(()) };
        let remainder = Remainder {
            what,
            because: RemainsBecause::Deleted,
            needs: self.keys(record, removal),
            record: None,
            ..Remainder::let_go(record)
        };
        self.ledger.write(Entry::Remains { remainder: Box::new(remainder) }).await
    }

    /// The keys that open what a removal leaves: those that it names, and those that the data was under
    /// before. Where it names none, or isn't known to be as recorded, all that the data was ever under.
    fn keys(&self, record: &Record, removal: &DeleteOutcome) -> BTreeSet<InstanceId> {
        let mut keys = self.ledger.keys(&removal.opened_by);
        let told = !keys.is_empty() && record.status == Status::Ready;
        keys.extend(
            record.opened_by.iter().filter(|key| !(told && record.dependencies.contains(*key))).cloned(),
        );
        keys
    }

    /// Takes back what was expected to remain of an instance that is still there.
    async fn clear(&self, instance: &InstanceId) -> Result<(), StoreError> {
        if self.ledger.remains_of(instance) {
            self.ledger.write(Entry::Cleared { instance: instance.clone() }).await?;
        }
        Ok(())
    }

    /// Lets go of an instance, which stays in the cloud, and records that with what it stands on.
    async fn let_go(
        &self,
        record: &Record,
        change: &ResourceChange,
        why: Option<String>,
    ) -> Result<(), StoreError> {
        let mut remainder = Remainder::let_go(record);
        if let Some(why) = why {
            remainder.what = format!("{}: {why}", remainder.what);
        }
        let what = remainder.what.clone();
        self.ledger.write(Entry::Remains { remainder: Box::new(remainder) }).await?;
        self.ledger.write(Entry::Forgotten { instance: record.instance.clone() }).await?;
        self.remain(change, what);
        Ok(())
    }

    fn held(&self) -> MutexGuard<'_, BTreeMap<InstanceId, HoldReason>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers what has to stay because of what a removal leaves behind: it is taken down later,
    /// so it can still be spared.
    fn hold_for(&self, record: &Record, removal: &DeleteOutcome) {
        if removal.stays {
            self.hold_ground(record, || HoldReason::By(record.path.clone()));
        }
        let keys = if removal.remains.is_some() { self.keys(record, removal) } else { BTreeSet::new() };
        for key in keys {
            self.held().entry(key).or_insert_with(|| HoldReason::Opens(record.path.clone()));
        }
    }

    /// Remembers that what something stands on has to stay, and the whole of each part of that, which would take it
    /// along.
    fn hold_ground(&self, record: &Record, held: impl Fn() -> HoldReason) {
        let mut holding = self.held();
        for needed in record.ground() {
            let part = self.removals.get(needed);
            let whole =
                part.and_then(|part| part.goes_with.as_ref()).filter(|whole| **whole != record.instance);
            for instance in std::iter::once(needed).chain(whole) {
                holding.entry(instance.clone()).or_insert_with(&held);
            }
        }
    }

    /// Leaves an instance where it is, and what it was built on with it.
    async fn hold(
        &self,
        record: &Record,
        change: &ResourceChange,
        held: HoldReason,
    ) -> Result<(), StoreError> {
        match held {
            HoldReason::By(path) => {
                let what = format!("{} {}", record.type_name, record.physical_id);
                let why =
                    if change.goes_with.is_some() { "it is a part of that" } else { "that was built on it" };
                self.remain(change, format!("{what} stays: `{path}` stays, and {why}"));
                self.hold_ground(record, || HoldReason::By(change.path.clone()));
                Ok(())
            }
            HoldReason::Opens(path) => {
                let why = format!("what `{path}` leaves behind can be read only with it");
                self.let_go_with_ground(record, change, why).await
            }
            HoldReason::Carries(path) => {
                let why = format!("`{path}` stays in the cloud and stands on it");
                self.let_go_with_ground(record, change, why).await
            }
        }
    }

    /// Lets go of what has to stay after all, and then of what it stands on: that goes later, so it can
    /// still be spared.
    async fn let_go_with_ground(
        &self,
        record: &Record,
        change: &ResourceChange,
        why: String,
    ) -> Result<(), StoreError> {
        self.hold_ground(record, || HoldReason::Carries(change.path.clone()));
        self.let_go(record, change, Some(why)).await
    }

    /// The operation that takes an instance down.
    fn deletion<'a>(&'a self, record: &'a Record, place: &'a Place) -> Operation<'a> {
        let mut operation = Operation::new(&record.path, &record.instance, self.ledger.lineage(), place);
        operation.policy = self.execution.policy;
        let consented = |lost: &&Lost| lost.instance == record.instance && lost.consent.is_some();
        operation.policy.contents_accepted = self.execution.plan.losses.iter().any(|lost| consented(&lost));
        operation
    }

    /// Deletes an instance and waits until it is gone.
    async fn remove(&self, record: &Record, limit: Limit) -> Result<DeleteOutcome, DeleteError> {
        let seen = self.execution.observations.get(&record.instance);
        if let Some(Observation::GoneButReserved { until }) = seen {
            let remains = Some(format!("{} stays reserved until {until}", record.physical_id));
            return Ok(DeleteOutcome { remains, ..DeleteOutcome::default() });
        }
        if seen == Some(&Observation::Absent) {
            // What it was called may be another's by now.
            return Ok(DeleteOutcome::default());
        }
        let (handler, place) = self.handler(record.provider.as_deref(), &record.type_name)?;
        let operation = self.deletion(record, place);
        let target = Target::of(place, record);
        let removal = self.delete(handler, &operation, &target, limit).await?;
        if let Some(wait) = handler.wait(Phase::Deleted).filter(|_| !removal.stays) {
            self.wait(record, Phase::Deleted, wait, limit).await.map_err(|stuck| DeleteError::Failed {
                error: stuck.into_error(&record.type_name, Phase::Deleted),
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
    ) -> Result<DeleteOutcome, DeleteError> {
        let mut pauses = pauses(self.execution.wait_scale);
        loop {
            self.execution.store.may_call()?;
            let call = handler.delete(operation, target);
            let error = match limit.bound(&*self.execution.clock, "delete", call).await {
                Ok(removal) => return Ok(removal),
                Err(error) => error,
            };
            if error.kind != ProviderErrorKind::NotFound {
                // These say that it is there. Anything else may be the answer to the second attempt,
                // after a first one that had its effect and got none.
                let stands = matches!(
                    error.kind,
                    ProviderErrorKind::InUse | ProviderErrorKind::Protected | ProviderErrorKind::Conflict
                );
                return Err(DeleteError::Failed { begun: !stands, error });
            }
            let Some(pause) = pauses.next() else { return Ok(DeleteOutcome::default()) };
            self.slots.lend(self.execution.clock.sleep(pause)).await;
        }
    }

    fn remain(&self, change: &ResourceChange, what: String) {
        self.execution.events.emit(Event::Remains { path: change.path.clone(), what: what.clone() });
        self.remains.lock().unwrap_or_else(PoisonError::into_inner).push((change.path.clone(), what));
    }
}
