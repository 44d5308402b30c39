//! Settling what a run left unfinished that was killed.

use std::time::Duration;

use super::{Engine, EngineError};
use crate::apply::event::Event;
use crate::apply::merged;
use crate::cloud::observe::observe;
use crate::cloud::provider::{Found, Observation, Observed, Operation, Phase, Readiness};
use crate::cloud::search::{adopts_unmarked, observe_settled, search, settle};
use crate::model::error::{ProviderError, ProviderErrorKind};
use crate::state::{Entry, JournalAction, Pending, Record, State, Status};

/// The pause between two searches while calls of a former holder may still take effect.
const LATE: Duration = Duration::from_secs(2);

/// The shortest pause between two looks at one resource.
const BREATH: Duration = Duration::from_millis(15);

impl Engine {
    /// Settles one operation that began and didn't end. What a creation made is adopted, and what
    /// it didn't make is left to the next plan; an update may have had its effect or not.
    pub(super) async fn recover(&self, state: &State, pending: &Pending) -> Result<Entry, EngineError> {
        self.store.may_call()?;
        let record = &pending.record;
        let tell = |outcome: &str| {
            let outcome =
                format!("the {} of {} was interrupted; {outcome}", pending.action, record.type_name);
            self.events.emit(Event::Recovered { path: record.path.clone(), outcome });
        };
        let (outcome, settled) = match pending.action {
            JournalAction::Create => match self.find(state, pending).await? {
                Some(physical_id) => {
                    let mut record = record.clone();
                    record.physical_id = physical_id;
                    record.status = Status::Incomplete;
                    if let Some(Observation::Present(observed)) =
                        observe(&self.providers, [&record]).await.by_instance.remove(&record.instance)
                    {
                        record.attributes = merged(&record.attributes, &observed.attributes);
                    }
                    ("what it had made was adopted", Some(record))
                }
                None => ("it had made nothing", None),
            },
            JournalAction::Update => {
                self.outlast_former().await;
                let last = state.record(&record.instance).cloned();
                let unsettled = last.map(|last| last.unsettled(record));
                ("the next plan makes sure of it", unsettled)
            }
            JournalAction::Delete => {
                self.outlast_former().await;
                self.let_go(record).await?;
                if self.is_gone(record).await {
                    tell("it had its effect");
                    return Ok(Entry::Deleted { instance: record.instance.clone() });
                }
                ("the next plan looks at what is there", None)
            }
            JournalAction::Adopt => ("it is managed from now on", Some(record.clone())),
        };
        tell(outcome);
        Ok(match settled {
            Some(record) => Entry::Done { record: Box::new(record) },
            None => Entry::Abandoned { instance: record.instance.clone() },
        })
    }

    /// Whether an instance is seen to be gone, at every look: its deletion was asked for, so that
    /// nothing else took it away.
    async fn is_gone(&self, record: &Record) -> bool {
        let seen = observe_settled(&self.providers, [record], &*self.clock, self.wait_scale).await;
        seen.by_instance.get(&record.instance).is_some_and(Observation::is_gone)
    }

    /// Waits until no call of a former holder can take effect any more.
    async fn outlast_former(&self) {
        let window = self.store.unsettled();
        if !window.is_zero() {
            self.clock.sleep(window).await;
        }
    }

    /// Waits while an interrupted deletion may still be on its way: what is going, or gone and
    /// still shown, would be taken for there.
    ///
    /// # Errors
    /// [`EngineError::Provider`] when it can't be read: then nothing is known.
    async fn let_go(&self, record: &Record) -> Result<(), EngineError> {
        settle(&*self.clock, self.wait_scale).await;
        let alias = record.provider.as_deref().unwrap_or_default();
        let handler = self.providers.get(alias).and_then(|provider| provider.handler(&record.type_name));
        let Some(wait) = handler.and_then(|handler| handler.wait(Phase::Deleted)) else { return Ok(()) };
        let since = self.clock.now();
        while self.clock.now().saturating_sub(since) < wait.deadline {
            let seen = observe(&self.providers, [record]).await.by_instance.remove(&record.instance);
            match seen {
                Some(Observation::Present(Observed { readiness: Readiness::Pending(_), .. })) => {}
                Some(Observation::Inaccessible(error)) => return Err(EngineError::Provider(error)),
                _ => break,
            }
            self.clock.sleep(wait.interval.mul_f64(self.wait_scale).max(BREATH)).await;
        }
        settle(&*self.clock, self.wait_scale).await;
        Ok(())
    }

    /// What an interrupted creation made.
    async fn find(&self, state: &State, pending: &Pending) -> Result<Option<String>, EngineError> {
        let record = &pending.record;
        if !record.physical_id.is_empty() {
            // What creation leaves out may still be on its way.
            self.outlast_former().await;
            return Ok(Some(record.physical_id.clone()));
        }
        let unusable = |what: String| {
            EngineError::Provider(ProviderError::new(ProviderErrorKind::Other, "recover", what))
        };
        let alias = record.provider.as_deref().unwrap_or_default();
        let provider = self
            .providers
            .get(alias)
            .ok_or_else(|| unusable(format!("the provider `{alias}` isn't configured")))?;
        let handler = provider
            .handler(&record.type_name)
            .ok_or_else(|| unusable(format!("this build has no handler for {}", record.type_name)))?;
        let operation = Operation::new(&record.path, &record.instance, &state.lineage, provider.place());
        let ours = |found: Found| match found {
            Found::Ours { physical_id } => Some(physical_id),
            Found::Unmarked { physical_id } if adopts_unmarked(handler.schema().ownership) => {
                Some(physical_id)
            }
            Found::Nothing | Found::Unmarked { .. } | Found::Sibling { .. } | Found::Foreign { .. } => None,
        };
        // The call itself may arrive late, and what others have under its name may be gone by then. That isn't a
        // service's pace, so nothing scales it.
        let settled = self.clock.now() + self.store.unsettled();
        loop {
            let began = self.clock.now();
            let found = search(handler, &operation, &record.properties, &*self.clock, self.wait_scale)
                .await
                .map_err(EngineError::Provider)?;
            let found = ours(found);
            if found.is_some() || began >= settled {
                return Ok(found);
            }
            self.clock.sleep(settled.saturating_sub(self.clock.now()).min(LATE)).await;
        }
    }
}
