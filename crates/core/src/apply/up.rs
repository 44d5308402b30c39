//! Bringing one resource to what is declared.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::limit::Limit;
use super::{Run, StepError, StepOutcome};
use crate::apply::event::Event;
use crate::cloud::provider::{Handler, Observation, Observed, Operation, Phase, Place, Wait};
use crate::cloud::telling::listening;
use crate::cloud::wait::{WaitError, WaitOutcome};
use crate::model::document::{Document, Node};
use crate::model::error::{ProviderError, ProviderErrorKind};
use crate::model::path::Path;
use crate::model::program::Resource;
use crate::model::value::AttrRef;
use crate::plan::planner::{concealed, evaluate};
use crate::plan::sharing;
use crate::plan::values::{self, Patterns};
use crate::plan::{Action, ResourceChange};
use crate::state::{Deed, Entry, InstanceId, Record, Sharing, Status};

/// How a type is looked at that isn't waited for: its attributes are needed all the same.
const LOOK: Wait = Wait::seconds(0, 1, 30);

impl Run<'_> {
    pub(super) async fn up(&self, change: &ResourceChange) -> Result<StepOutcome, StepError> {
        let path = &change.path;
        let Some(resource) = self.execution.program.resources.get(path) else {
            return Ok(StepOutcome::Silent);
        };
        if change.action == Action::Noop {
            return self.keep(change).await;
        }
        let started = self.execution.clock.now();
        let action = change.action.deed();
        self.execution.events.emit(Event::Started {
            path: path.clone(),
            type_name: change.type_name.clone(),
            action,
        });
        let limit = Limit::new(started, resource.options.timeout);
        self.lead(change, resource).await?;
        let work = async {
            match change.action {
                Action::Update { .. } => self.update(change, resource, limit).await,
                Action::Adopt { .. } => self.adopt(change, resource, limit).await,
                Action::Share => self.share(change, resource, limit).await,
                Action::Restore { .. } => self.restore(change, resource, limit).await,
                _ => self.create(change, resource, limit).await,
            }
        };
        let hear = |what: &str| {
            let reason = veil(what, &self.secrets(change, resource));
            self.execution.events.emit(Event::Waiting { path: path.clone(), reason });
        };
        let done =
            listening(work, hear).await.map_err(|undone| self.redact_error(undone, change, resource))?;
        let action = if matches!(done, StepOutcome::Unchanged) { Deed::Noop } else { action };
        self.finished(path, action, started);
        Ok(done)
    }

    /// Leaves the resource as it is. What its dependents see are the attributes as observed; and
    /// what it was built on may have another instance now, or be something else.
    async fn keep(&self, change: &ResourceChange) -> Result<StepOutcome, StepError> {
        let Some(mut record) = self.ledger.record_at(&change.path) else { return Ok(StepOutcome::Silent) };
        if let Some(observed) = self.observed(change) {
            let attributes = merged(&record.attributes, &observed.attributes);
            self.ledger.learn(&change.path, attributes);
        }
        let mut dependencies = self.ledger.instances_at(self.needs.of(&change.path));
        let seen = self.execution.grounds.get(&record.instance).filter(|_| record.sharing.is_none());
        dependencies.extend(
            seen.iter().flat_map(|ground| &ground.on).filter(|on| record.dependencies.contains(*on)).cloned(),
        );
        let declared = self.execution.program.resources.get(&change.path);
        let sharing =
            declared.map_or(record.sharing, |resource| sharing::as_declared(resource, Some(&record)));
        let keys = declared.map(|resource| self.kept_under(resource, &record));
        let keys = keys.unwrap_or_else(|| record.opened_by.clone());
        let differs =
            dependencies != record.dependencies || sharing != record.sharing || keys != record.opened_by;
        if differs && record.sharing != Some(Sharing::Used) {
            (record.dependencies, record.sharing, record.opened_by) = (dependencies, sharing, keys);
            self.ledger.write(Entry::Done { record: Box::new(record) }).await?;
        }
        Ok(StepOutcome::Unchanged)
    }

    /// An operation that makes or changes something.
    pub(super) fn operation<'o>(
        &'o self,
        path: &'o Path,
        instance: &'o InstanceId,
        place: &'o Place,
    ) -> Operation<'o> {
        let mut operation = Operation::new(path, instance, self.ledger.lineage(), place);
        operation.stack = self.execution.stack;
        operation
    }

    /// What was seen of the instance while planning.
    pub(super) fn observed(&self, change: &ResourceChange) -> Option<&Observed> {
        match self.execution.observations.get(&change.instance) {
            Some(Observation::Present(observed)) => Some(observed),
            _ => None,
        }
    }

    /// The handler and the place of a resource.
    pub(super) fn handler(
        &self,
        alias: Option<&str>,
        type_name: &str,
    ) -> Result<(&dyn Handler, &Place), ProviderError> {
        let missing = |what: String| ProviderError::new(ProviderErrorKind::Other, type_name, what);
        let alias = alias.unwrap_or_default();
        let provider = self
            .execution
            .providers
            .get(alias)
            .ok_or_else(|| missing(format!("the provider `{alias}` isn't configured")))?;
        let handler = provider
            .handler(type_name)
            .ok_or_else(|| missing("this build has no handler for this type".to_owned()))?;
        Ok((handler, provider.place()))
    }

    /// The properties as they shall be; secrets are in clear where they are exposed.
    fn properties(
        &self,
        change: &ResourceChange,
        resource: &Resource,
        last: Option<&Record>,
    ) -> Result<BTreeMap<String, Node>, String> {
        let known = |attr: &AttrRef| self.known(attr);
        let (program, tags) = (self.execution.program, self.execution.default_tags);
        evaluate(program, tags, resource, &change.instance, last, &known).map_err(|untold| untold.to_string())
    }

    /// A failure without the secrets of the resource: clouds repeat what they refuse.
    fn redact_error(&self, undone: StepError, change: &ResourceChange, resource: &Resource) -> StepError {
        let StepError::Failed(mut error) = undone else { return undone };
        error.message = veil(&error.message, &self.secrets(change, resource));
        StepError::Failed(error)
    }

    /// The secrets of a resource, as far as they are known.
    fn secrets(&self, change: &ResourceChange, resource: &Resource) -> Vec<String> {
        let nodes = self.properties(change, resource, None).unwrap_or_default();
        nodes.values().flat_map(Node::secrets).filter(|secret| !secret.is_empty()).collect()
    }

    /// The resource as it shall be, with every value known: as it is recorded, with hashes in the
    /// place of secrets, and the properties for the cloud.
    pub(super) fn desired(
        &self,
        change: &ResourceChange,
        resource: &Resource,
        last: Option<&Record>,
    ) -> Result<(Record, Document), ProviderError> {
        let invalid =
            |message: String| ProviderError::new(ProviderErrorKind::Invalid, "declaration", message);
        let nodes = self.properties(change, resource, last).map_err(invalid)?;
        let mut exposed = Map::new();
        for (name, node) in &nodes {
            let json = node.to_json().ok_or_else(|| {
                let waits: Vec<String> = node.unknowns().iter().map(ToString::to_string).collect();
                invalid(format!("property `{name}` still waits for {}", waits.join(", ")))
            })?;
            exposed.insert(name.clone(), json);
        }
        // What only this run made known was never looked at.
        let before = last.map(|record| &record.properties);
        let unfit = values::refused(resource, &nodes, &BTreeMap::new(), before, &Patterns::default());
        if !unfit.is_empty() {
            let messages: Vec<String> = unfit.into_iter().map(|refusal| refusal.message).collect();
            return Err(invalid(messages.join("; ")));
        }
        let recorded = concealed(nodes, &change.instance);
        let recorded = recorded.into_iter().filter_map(|(name, node)| Some((name, node.to_json()?)));
        let dependencies = self.ledger.instances_at(self.needs.of(&change.path));
        let record = Record {
            path: change.path.clone(),
            type_name: resource.schema.type_name.to_owned(),
            schema_version: resource.schema.version,
            instance: change.instance.clone(),
            generation: change.generation,
            physical_id: last.map(|record| record.physical_id.clone()).unwrap_or_default(),
            status: Status::Ready,
            properties: Document::from(recorded.collect::<Map<_, _>>()),
            attributes: last.map(|record| record.attributes.clone()).unwrap_or_default(),
            protect: resource.options.protect,
            retain: resource.options.retain_on_delete,
            replace_order: resource.options.replace_order,
            provider: resource.options.provider.clone(),
            source: resource.source.clone(),
            opened_by: self.opened_by(resource, last),
            dependencies,
            former: last
                .and_then(|record| record.former.clone())
                .or_else(|| self.execution.program.formers_of(resource).into_iter().next()),
            sharing: sharing::as_declared(resource, last),
        };
        Ok((record, Document::from(exposed)))
    }

    /// Waits for a phase, takes the attributes over, and marks the record when it goes wrong.
    pub(super) async fn settle(
        &self,
        handler: &dyn Handler,
        record: &mut Record,
        phase: Phase,
        limit: Limit,
    ) -> Result<Option<Observed>, ProviderError> {
        let changes = handler.schema().attributes.iter().any(|attribute| attribute.volatile);
        let wait = match handler.wait(phase) {
            Some(wait) => wait,
            None if phase == Phase::Created || changes => LOOK,
            None => return Ok(None),
        };
        match self.wait(record, phase, wait, limit).await {
            Ok(WaitOutcome::Present(observed)) => {
                record.attributes = merged(&record.attributes, &observed.attributes);
                Ok(Some(*observed))
            }
            Ok(WaitOutcome::Gone) => Ok(None),
            Err(stuck) => {
                record.status =
                    if matches!(stuck, WaitError::Failed(_)) { Status::Broken } else { Status::Incomplete };
                Err(stuck.into_error(&record.type_name, phase))
            }
        }
    }

    /// Waits without a slot.
    pub(super) async fn wait(
        &self,
        record: &Record,
        phase: Phase,
        wait: Wait,
        limit: Limit,
    ) -> Result<WaitOutcome, WaitError> {
        // The reasons are the service's own words.
        let change = self.changes.get(&record.path);
        let secrets = change
            .zip(self.execution.program.resources.get(&record.path))
            .map(|(change, resource)| self.secrets(change, resource))
            .unwrap_or_default();
        let progress = |reason: &str| {
            let reason = veil(reason, &secrets);
            self.execution.events.emit(Event::Waiting { path: record.path.clone(), reason });
        };
        let (wait, since) = limit.apply(wait, self.execution.clock.now());
        self.slots.lend(self.poller.settle(record, phase, wait, since, &progress)).await
    }
}

/// A text without secrets, whether they stand in it as they are or as JSON writes them.
fn veil(text: &str, secrets: &[String]) -> String {
    secrets.iter().fold(text.to_owned(), |text, secret| {
        let json = Json::from(secret.as_str()).to_string();
        let escaped = json.trim_start_matches('"').trim_end_matches('"');
        text.replace(secret.as_str(), "(secret)").replace(escaped, "(secret)")
    })
}

pub(crate) fn merged(below: &Document, above: &Document) -> Document {
    let mut document = below.clone();
    for (name, json) in above.iter() {
        document.set(name, json.clone());
    }
    document
}
