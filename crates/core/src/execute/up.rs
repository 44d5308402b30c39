//! Bringing one resource to what is declared.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::Map;

use super::{Done, Run, Undone};
use crate::diff::{Sides, difference};
use crate::document::{Document, Node};
use crate::event::Event;
use crate::fault::{Fault, FaultKind};
use crate::plan::{Action, ResourceChange};
use crate::planner::{Input, evaluate, needs};
use crate::program::Resource;
use crate::provider::{Change, Found, Handler, Observation, Observed, Operation, Phase, Place, Wait};
use crate::schema::Change as Takes;
use crate::schema::Ownership;
use crate::state::{Entry, JournalAction, Record, Status};
use crate::value::AttrRef;
use crate::wait::{Settled, Stuck};

/// How often an ambiguous creation is looked for before it is repeated.
const LOOKS: u32 = 5;

impl Run<'_> {
    pub(super) async fn up(&self, change: &ResourceChange) -> Result<Done, Undone> {
        let path = &change.path;
        let Some(resource) = self.execution.program.resources.get(path) else { return Ok(Done::Silent) };
        if change.action == Action::Noop {
            let seen = self.execution.observations.get(&change.instance);
            if let (Some(record), Some(Observation::Present(observed))) = (self.ledger.record_at(path), seen)
            {
                self.ledger.learn(path, merged(&record.attributes, &observed.attributes));
            }
            return Ok(Done::Unchanged);
        }
        let started = self.execution.clock.now();
        let action = change.action.word();
        self.execution.events.emit(Event::Started {
            path: path.clone(),
            type_name: change.type_name.clone(),
            action,
        });
        let work = async {
            match change.action {
                Action::Update { .. } => self.update(change, resource).await,
                _ => self.create(change, resource).await,
            }
        };
        let done = match resource.options.timeout {
            None => work.await,
            Some(limit) => tokio::select! {
                done = work => done,
                () = self.execution.clock.sleep(limit) => {
                    let message = format!("it took longer than its timeout of {} s", limit.as_secs());
                    Err(Fault::new(FaultKind::Other, action, message).into())
                }
            },
        }?;
        self.execution.events.emit(Event::Finished {
            path: path.clone(),
            action: if matches!(done, Done::Unchanged) { Action::Noop.word() } else { action },
            duration_ms: Event::millis(self.execution.clock.now().saturating_sub(started)),
        });
        Ok(done)
    }

    /// The handler and the place of a resource.
    pub(super) fn handler(
        &self,
        alias: Option<&str>,
        type_name: &str,
    ) -> Result<(&dyn Handler, &Place), Fault> {
        let missing = |what: String| Fault::new(FaultKind::Other, type_name, what);
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

    /// The resource as it shall be, with every value known.
    fn desired(
        &self,
        change: &ResourceChange,
        resource: &Resource,
        last: Option<&Record>,
    ) -> Result<Record, Fault> {
        let invalid = |message: String| Fault::new(FaultKind::Invalid, "declaration", message);
        let state = crate::state::State::new(self.ledger.lineage());
        let input = Input {
            program: self.execution.program,
            state: &state,
            observations: self.execution.observations,
            lookups: &self.execution.plan.lookups,
            places: self.execution.places,
            default_tags: self.execution.default_tags,
        };
        let known = |attr: &AttrRef| self.known(attr);
        let nodes = evaluate(&input, resource, &change.instance, last, &known).map_err(invalid)?;
        let mut properties = Map::new();
        for (name, node) in nodes {
            let json = node.to_json().ok_or_else(|| {
                let waits: Vec<String> = node.unknowns().iter().map(ToString::to_string).collect();
                invalid(format!("property `{name}` still waits for {}", waits.join(", ")))
            })?;
            properties.insert(name, json);
        }
        let dependencies: BTreeSet<_> = needs(self.execution.program, resource)
            .iter()
            .filter_map(|path| self.ledger.instance_at(path))
            .collect();
        Ok(Record {
            path: change.path.clone(),
            type_name: resource.schema.type_name.to_owned(),
            schema_version: resource.schema.version,
            instance: change.instance.clone(),
            generation: change.generation,
            physical_id: last.map(|record| record.physical_id.clone()).unwrap_or_default(),
            status: Status::Ready,
            properties: Document::from(properties),
            attributes: last.map(|record| record.attributes.clone()).unwrap_or_default(),
            dependencies,
            protect: resource.options.protect,
            retain: resource.options.retain_on_delete,
            replace_order: resource.options.replace_order,
            provider: resource.options.provider.clone(),
            source: resource.source.clone(),
        })
    }

    async fn create(&self, change: &ResourceChange, resource: &Resource) -> Result<Done, Undone> {
        let (handler, place) = self.handler(change.provider.as_deref(), &change.type_name)?;
        let mut record = self.desired(change, resource, None)?;
        let lineage = self.ledger.lineage();
        let operation = Operation::new(&change.path, &change.instance, &lineage, place);
        let begin = Entry::Begin { action: JournalAction::Create, record: Box::new(record.clone()) };
        self.ledger.write(begin).await?;
        let made = self.make(handler, &operation, &record.properties).await;
        record.physical_id = match made {
            Ok(physical_id) => physical_id,
            Err(fault) => {
                if fault.kind != FaultKind::Ambiguous {
                    self.ledger.write(Entry::Abandoned { instance: change.instance.clone() }).await?;
                }
                return Err(fault.into());
            }
        };
        self.ledger
            .write(Entry::Checkpoint {
                instance: change.instance.clone(),
                physical_id: record.physical_id.clone(),
            })
            .await?;
        let aspects = after_creation(resource, &record.properties);
        let mut result = self.settle(handler, &mut record, Phase::Created).await;
        if result.is_ok() && !aspects.is_empty() {
            let made = made_by_creation(resource, &record.properties);
            let attributes = record.attributes.clone();
            let physical_id = record.physical_id.clone();
            let rest = Change::new(&physical_id, &made, &record.properties, &attributes, aspects);
            result = match handler.reconcile(&operation, &rest).await {
                Ok(()) => self.settle(handler, &mut record, Phase::Updated).await,
                Err(fault) => Err(fault),
            };
        }
        self.ledger.write(Entry::Done { record: Box::new(record.clone()) }).await?;
        self.ledger.learn(&change.path, record.attributes);
        result?;
        Ok(Done::Counted(change.action.word()))
    }

    /// Makes the resource, or finds it where it was made already.
    async fn make(
        &self,
        handler: &dyn Handler,
        operation: &Operation<'_>,
        desired: &Document,
    ) -> Result<String, Fault> {
        let fault = match handler.create(operation, desired).await {
            Ok(physical_id) => return Ok(physical_id),
            Err(fault) => fault,
        };
        match fault.kind {
            FaultKind::AlreadyExists => match handler.find(operation, desired).await? {
                Found::Ours { physical_id } => Ok(physical_id),
                Found::Foreign { owner } => {
                    Err(Fault { message: format!("{}; it belongs to {owner}", fault.message), ..fault })
                }
                Found::Unmarked { .. } => Err(Fault {
                    message: format!("{}; it isn't managed by this stack", fault.message),
                    ..fault
                }),
                Found::Nothing => Err(fault),
            },
            FaultKind::Ambiguous => {
                for look in 0..LOOKS {
                    self.execution.clock.sleep(Duration::from_millis(200 << look)).await;
                    if let Ok(Found::Ours { physical_id }) = handler.find(operation, desired).await {
                        return Ok(physical_id);
                    }
                }
                match handler.find(operation, desired).await? {
                    Found::Ours { physical_id } => Ok(physical_id),
                    Found::Nothing => handler.create(operation, desired).await,
                    Found::Unmarked { .. } | Found::Foreign { .. } => Err(fault),
                }
            }
            _ => Err(fault),
        }
    }

    /// Waits for a phase, takes the attributes over, and marks the record when it goes wrong.
    async fn settle(&self, handler: &dyn Handler, record: &mut Record, phase: Phase) -> Result<(), Fault> {
        let Some(wait) = handler.wait(phase) else { return Ok(()) };
        let path = record.path.clone();
        let progress = |reason: &str| {
            self.execution.events.emit(Event::Waiting { path: path.clone(), reason: reason.to_owned() });
        };
        match self.poller.settle(record, phase, wait, &progress).await {
            Ok(Settled::Present(observed)) => {
                record.attributes = merged(&record.attributes, &observed.attributes);
                Ok(())
            }
            Ok(Settled::Gone) => Ok(()),
            Err(stuck) => {
                record.status =
                    if matches!(stuck, Stuck::Failed(_)) { Status::Broken } else { Status::Incomplete };
                Err(stuck.into_fault(&record.type_name))
            }
        }
    }

    /// Waits until an instance is gone.
    pub(super) async fn gone(&self, record: &Record, wait: Wait) -> Result<(), Fault> {
        let progress = |reason: &str| {
            self.execution
                .events
                .emit(Event::Waiting { path: record.path.clone(), reason: reason.to_owned() });
        };
        match self.poller.settle(record, Phase::Deleted, wait, &progress).await {
            Ok(_) => Ok(()),
            Err(stuck) => Err(stuck.into_fault(&record.type_name)),
        }
    }

    async fn update(&self, change: &ResourceChange, resource: &Resource) -> Result<Done, Undone> {
        let (handler, place) = self.handler(change.provider.as_deref(), &change.type_name)?;
        let Some(last) = self.ledger.record_at(&change.path) else { return Ok(Done::Silent) };
        let mut record = self.desired(change, resource, Some(&last))?;
        let observed: Option<&Observed> = match self.execution.observations.get(&change.instance) {
            Some(Observation::Present(observed)) => Some(observed),
            _ => None,
        };
        if let Some(observed) = observed {
            record.attributes = merged(&record.attributes, &observed.attributes);
        }
        let declared: BTreeMap<String, Node> = record
            .properties
            .iter()
            .map(|(name, json)| (name.to_owned(), Node::from(json.clone())))
            .collect();
        let upgraded = if last.schema_version == resource.schema.version {
            last.properties.clone()
        } else {
            (resource.schema.upgrade)(last.schema_version, last.properties.clone())
                .map_err(|error| Fault::new(FaultKind::Invalid, "state", error))?
        };
        let difference = difference(
            resource.schema,
            &Sides {
                last: &upgraded,
                declared: &declared,
                observed,
                incomplete: last.status == Status::Incomplete,
                ignore: &resource.options.ignore_changes,
                replace_on: &resource.options.replace_on_changes,
            },
        );
        if !difference.replacing.is_empty() {
            let message = format!(
                "{} turned out to need a replacement, which the plan didn't show; preview again",
                difference.replacing.join(", ")
            );
            return Err(Fault::new(FaultKind::Invalid, "apply", message).into());
        }
        if difference.aspects.is_empty() {
            let unchanged = record == last;
            if !unchanged {
                self.ledger.write(Entry::Done { record: Box::new(record.clone()) }).await?;
            }
            self.ledger.learn(&change.path, record.attributes);
            let counted = last.status != Status::Ready || !difference.changes.is_empty();
            return Ok(if counted { Done::Counted("update") } else { Done::Unchanged });
        }
        let lineage = self.ledger.lineage();
        let operation = Operation::new(&change.path, &change.instance, &lineage, place);
        let begin = Entry::Begin { action: JournalAction::Update, record: Box::new(record.clone()) };
        self.ledger.write(begin).await?;
        let before = current(&upgraded, observed);
        let attributes = record.attributes.clone();
        let edit =
            Change::new(&last.physical_id, &before, &record.properties, &attributes, difference.aspects);
        let mut result = handler.reconcile(&operation, &edit).await;
        if result.is_ok() {
            result = self.settle(handler, &mut record, Phase::Updated).await;
        }
        if let Err(fault) = result {
            let kept = Record { status: record.status.max_of(Status::Incomplete), ..last };
            self.ledger.write(Entry::Done { record: Box::new(kept) }).await?;
            return Err(fault.into());
        }
        self.ledger.write(Entry::Done { record: Box::new(record.clone()) }).await?;
        self.ledger.learn(&change.path, record.attributes);
        Ok(Done::Counted("update"))
    }
}

impl Status {
    fn max_of(self, other: Self) -> Self {
        if self == Self::Broken { self } else { other }
    }
}

/// Whether something of that natural key that carries no mark counts as ours once an intent for
/// it is on record.
pub(crate) fn adopts_unmarked(ownership: Ownership) -> bool {
    ownership == Ownership::Recorded
}

/// What the cloud is thought to have: last applied, overlaid by what was seen.
fn current(last: &Document, observed: Option<&Observed>) -> Document {
    let Some(observed) = observed else { return last.clone() };
    let mut document = merged(last, &observed.properties);
    for name in &observed.unset {
        document.set(name, serde_json::Value::Null);
    }
    document
}

pub(crate) fn merged(below: &Document, above: &Document) -> Document {
    let mut document = below.clone();
    for (name, json) in above.iter() {
        document.set(name, json.clone());
    }
    document
}

/// The aspects that creation leaves to a reconcile.
pub(crate) fn after_creation(resource: &Resource, properties: &Document) -> BTreeSet<&'static str> {
    resource
        .schema
        .properties
        .iter()
        .filter(|property| property.after_create && properties.has(property.name))
        .filter_map(|property| match property.change {
            Takes::Update(aspect) => Some(aspect),
            Takes::Replace | Takes::Local => None,
        })
        .collect()
}

fn made_by_creation(resource: &Resource, properties: &Document) -> Document {
    let mut document = properties.clone();
    for property in resource.schema.properties.iter().filter(|property| property.after_create) {
        document.set(property.name, serde_json::Value::Null);
    }
    document
}
