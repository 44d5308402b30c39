//! Bringing one resource to what is declared.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

use super::limit::Limit;
use super::{Done, Run, Undone};
use crate::adopt;
use crate::diff::{Difference, Sides, difference, veiled};
use crate::document::{Document, Node};
use crate::event::Event;
use crate::fault::{Fault, FaultKind};
use crate::plan::{Action, ResourceChange};
use crate::planner::{concealed, evaluate, options_changed};
use crate::program::Resource;
use crate::provider::{Change, Found, Handler, Observation, Observed, Operation, Phase, Place, Wait};
use crate::schema::{Change as Takes, Compare, Schema};
use crate::search::{adopts_unmarked, search, search_vacant};
use crate::secret::holds_concealed;
use crate::state::{Entry, JournalAction, Record, Status};
use crate::value::AttrRef;
use crate::wait::{Settled, Stuck};

/// How often a creation is tried whose answer is lost again and again; it is looked for in between.
const CREATIONS: u32 = 6;

/// How a type is looked at that isn't waited for: its attributes are needed all the same.
const LOOK: Wait = Wait::seconds(0, 1, 30);

impl Run<'_> {
    pub(super) async fn up(&self, change: &ResourceChange) -> Result<Done, Undone> {
        let path = &change.path;
        let Some(resource) = self.execution.program.resources.get(path) else { return Ok(Done::Silent) };
        if change.action == Action::Noop {
            return self.keep(change).await;
        }
        let started = self.execution.clock.now();
        let action = change.action.word();
        self.execution.events.emit(Event::Started {
            path: path.clone(),
            type_name: change.type_name.clone(),
            action,
        });
        let limit = Limit::new(started, resource.options.timeout);
        let done = match change.action {
            Action::Update { .. } => self.update(change, resource, limit).await,
            Action::Adopt { .. } => self.adopt(change, resource, limit).await,
            _ => self.create(change, resource, limit).await,
        }
        .map_err(|undone| self.discreet(undone, change, resource))?;
        let action = if matches!(done, Done::Unchanged) { Action::Noop.word() } else { action };
        self.finished(path, action, started);
        Ok(done)
    }

    /// Leaves the resource as it is. What its dependents see are the attributes as observed; and
    /// what it was built on may have another instance now, or be something else.
    async fn keep(&self, change: &ResourceChange) -> Result<Done, Undone> {
        let Some(mut record) = self.ledger.record_at(&change.path) else { return Ok(Done::Silent) };
        if let Some(observed) = self.observed(change) {
            let attributes = merged(&record.attributes, &observed.attributes);
            self.ledger.learn(&change.path, attributes);
        }
        let dependencies = self.ledger.instances_at(self.needs.of(&change.path));
        if dependencies != record.dependencies {
            record.dependencies = dependencies;
            self.ledger.write(Entry::Done { record: Box::new(record) }).await?;
        }
        Ok(Done::Unchanged)
    }

    /// What was seen of the instance while planning.
    fn observed(&self, change: &ResourceChange) -> Option<&Observed> {
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

    /// The properties as they shall be; secrets are in clear where they are exposed.
    fn properties(
        &self,
        change: &ResourceChange,
        resource: &Resource,
        last: Option<&Record>,
    ) -> Result<BTreeMap<String, Node>, String> {
        let known = |attr: &AttrRef| self.known(attr);
        let (program, tags) = (self.execution.program, self.execution.default_tags);
        evaluate(program, tags, resource, &change.instance, last, &known)
    }

    /// A failure without the secrets of the resource: clouds repeat what they refuse.
    fn discreet(&self, undone: Undone, change: &ResourceChange, resource: &Resource) -> Undone {
        let Undone::Failed(mut fault) = undone else { return undone };
        fault.message = veil(&fault.message, &self.secrets(change, resource));
        Undone::Failed(fault)
    }

    /// The secrets of a resource, as far as they are known.
    fn secrets(&self, change: &ResourceChange, resource: &Resource) -> Vec<String> {
        let nodes = self.properties(change, resource, None).unwrap_or_default();
        nodes.values().flat_map(Node::secrets).filter(|secret| !secret.is_empty()).collect()
    }

    /// The resource as it shall be, with every value known: as it is recorded, with hashes in the
    /// place of secrets, and the properties for the cloud.
    fn desired(
        &self,
        change: &ResourceChange,
        resource: &Resource,
        last: Option<&Record>,
    ) -> Result<(Record, Document), Fault> {
        let invalid = |message: String| Fault::new(FaultKind::Invalid, "declaration", message);
        let nodes = self.properties(change, resource, last).map_err(invalid)?;
        let mut exposed = Map::new();
        for (name, node) in &nodes {
            let json = node.to_json().ok_or_else(|| {
                let waits: Vec<String> = node.unknowns().iter().map(ToString::to_string).collect();
                invalid(format!("property `{name}` still waits for {}", waits.join(", ")))
            })?;
            exposed.insert(name.clone(), json);
        }
        let recorded = concealed(nodes, &change.instance);
        let recorded = recorded.into_iter().filter_map(|(name, node)| Some((name, node.to_json()?)));
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
            dependencies: self.ledger.instances_at(self.needs.of(&change.path)),
            protect: resource.options.protect,
            retain: resource.options.retain_on_delete,
            replace_order: resource.options.replace_order,
            provider: resource.options.provider.clone(),
            source: resource.source.clone(),
        };
        Ok((record, Document::from(exposed)))
    }

    async fn create(
        &self,
        change: &ResourceChange,
        resource: &Resource,
        limit: Limit,
    ) -> Result<Done, Undone> {
        let (handler, place) = self.handler(change.provider.as_deref(), &change.type_name)?;
        let (mut record, desired) = self.desired(change, resource, None)?;
        let operation = Operation::new(&change.path, &change.instance, self.ledger.lineage(), place);
        if let Some(gone) = self.ledger.record_at(&change.path).filter(|_| change.vanished) {
            self.ledger.write(Entry::Deleted { instance: gone.instance }).await?;
        }
        let vacant = self.vacant(handler, &operation, &desired);
        limit.bound(&*self.execution.clock, "create", vacant).await?;
        self.ledger
            .write(Entry::Begin { action: JournalAction::Create, record: Box::new(record.clone()) })
            .await?;
        let make = self.make(handler, &operation, &desired);
        record.physical_id = match limit.bound(&*self.execution.clock, "create", make).await {
            Ok(physical_id) => physical_id,
            Err(Undone::Store(error)) => return Err(error.into()),
            Err(Undone::Failed(fault)) => {
                // What may have been made stays pending: the next run looks for it.
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
        let result = match self.finish_creation(handler, &operation, &mut record, &desired, limit).await {
            Err(Undone::Store(error)) => return Err(error.into()),
            Err(Undone::Failed(fault)) => Err(fault),
            Ok(()) => Ok(()),
        };
        self.ledger.write(Entry::Done { record: Box::new(record.clone()) }).await?;
        self.ledger.learn(&change.path, record.attributes);
        result?;
        self.ledger.took(resource.schema, self.execution.clock.now().saturating_sub(limit.started));
        Ok(Done::Counted(change.action.word()))
    }

    /// Waits until what was made is there, and reconciles what creation leaves out.
    async fn finish_creation(
        &self,
        handler: &dyn Handler,
        operation: &Operation<'_>,
        record: &mut Record,
        desired: &Document,
        limit: Limit,
    ) -> Result<(), Undone> {
        self.settle(handler, record, Phase::Created, limit).await?;
        let aspects = after_creation(handler.schema(), desired);
        if aspects.is_empty() {
            return Ok(());
        }
        let made = made_by_creation(handler.schema(), desired);
        let rest = Change::new(&record.physical_id, &made, desired, &record.attributes, aspects);
        self.execution.store.may_call()?;
        let call = handler.reconcile(operation, &rest);
        if let Err(fault) = limit.bound(&*self.execution.clock, "create", call).await {
            record.status = Status::Incomplete;
            return Err(fault.into());
        }
        self.settle(handler, record, Phase::Updated, limit).await?;
        Ok(())
    }

    /// Checks that nothing of others is where the resource is to be made. Where the type has no
    /// tags and the name doesn't tell, what is there once an intent is on record counts as ours.
    ///
    /// # Errors
    /// [`FaultKind::AlreadyExists`], or the look's [`Fault`].
    async fn vacant(
        &self,
        handler: &dyn Handler,
        operation: &Operation<'_>,
        desired: &Document,
    ) -> Result<(), Fault> {
        let schema = handler.schema();
        let named = schema.name_property().and_then(|(property, _)| desired.json(property.name)?.as_str());
        let telling = named.is_some_and(|name| name.ends_with(operation.instance.short()));
        if !adopts_unmarked(schema.ownership) || telling {
            return Ok(());
        }
        let taken = |message: &str| Err(Fault::new(FaultKind::AlreadyExists, schema.type_name, message));
        // A predecessor of that key may still be shown.
        match search_vacant(handler, operation, desired, &*self.execution.clock, self.execution.wait_scale)
            .await?
        {
            Found::Unmarked { physical_id } => {
                taken(&format!("{physical_id} is there already; it isn't managed by this stack"))
            }
            Found::Foreign { owner } => taken(&format!("something is there already; it belongs to {owner}")),
            Found::Nothing | Found::Ours { .. } => Ok(()),
        }
    }

    /// Makes the resource, or finds it where it was made already.
    ///
    /// # Errors
    /// A [`Fault`]; an ambiguous one when the resource may exist all the same. Or the store's error
    /// when no call may start any more.
    async fn make(
        &self,
        handler: &dyn Handler,
        operation: &Operation<'_>,
        desired: &Document,
    ) -> Result<String, Undone> {
        let (clock, scale) = (&*self.execution.clock, self.execution.wait_scale);
        let adopts = adopts_unmarked(handler.schema().ownership);
        self.execution.store.may_call()?;
        let mut fault = match handler.create(operation, desired).await {
            Ok(physical_id) => return Ok(physical_id),
            Err(fault) if fault.kind == FaultKind::Ambiguous => fault,
            Err(fault) => return Ok(claim(handler, operation, desired, fault, false).await?),
        };
        for _ in 1..CREATIONS {
            match search(handler, operation, desired, clock, scale).await {
                Ok(Found::Ours { physical_id }) => return Ok(physical_id),
                Ok(Found::Unmarked { physical_id }) if adopts => return Ok(physical_id),
                Ok(Found::Nothing) => {}
                Ok(Found::Unmarked { .. } | Found::Foreign { .. }) | Err(_) => return Err(fault.into()),
            }
            self.execution.store.may_call()?;
            fault = match handler.create(operation, desired).await {
                Ok(physical_id) => return Ok(physical_id),
                Err(again) if again.kind == FaultKind::Ambiguous => again,
                Err(again) => {
                    return claim(handler, operation, desired, again, adopts)
                        .await
                        .map_err(|fault| Fault { kind: FaultKind::Ambiguous, ..fault }.into());
                }
            };
        }
        Err(fault.into())
    }

    /// Waits for a phase, takes the attributes over, and marks the record when it goes wrong.
    async fn settle(
        &self,
        handler: &dyn Handler,
        record: &mut Record,
        phase: Phase,
        limit: Limit,
    ) -> Result<Option<Observed>, Fault> {
        let changes = handler.schema().attributes.iter().any(|attribute| attribute.volatile);
        let wait = match handler.wait(phase) {
            Some(wait) => wait,
            None if phase == Phase::Created || changes => LOOK,
            None => return Ok(None),
        };
        match self.wait(record, phase, wait, limit).await {
            Ok(Settled::Present(observed)) => {
                record.attributes = merged(&record.attributes, &observed.attributes);
                Ok(Some(*observed))
            }
            Ok(Settled::Gone) => Ok(None),
            Err(stuck) => {
                record.status =
                    if matches!(stuck, Stuck::Failed(_)) { Status::Broken } else { Status::Incomplete };
                Err(stuck.into_fault(&record.type_name, phase))
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
    ) -> Result<Settled, Stuck> {
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

    /// Takes over what exists, and makes it as declared.
    async fn adopt(
        &self,
        change: &ResourceChange,
        resource: &Resource,
        limit: Limit,
    ) -> Result<Done, Undone> {
        let candidate = self.execution.adoptions.get(&change.path);
        let (Some(candidate), Some(observed)) = (candidate, self.observed(change)) else {
            return Ok(Done::Silent);
        };
        let mut record = adopt::assumed(resource.schema, candidate, observed);
        let (desired, _) = self.desired(change, resource, Some(&record))?;
        let declared =
            desired.properties.iter().map(|(name, json)| (name.to_owned(), Node::from(json.clone())));
        adopt::trust(resource.schema, &mut record, observed, &declared.collect());
        record.dependencies = desired.dependencies;
        self.ledger.adopt(&record).await?;
        self.update(change, resource, limit).await?;
        Ok(Done::Counted(change.action.word()))
    }

    async fn update(
        &self,
        change: &ResourceChange,
        resource: &Resource,
        limit: Limit,
    ) -> Result<Done, Undone> {
        let (handler, place) = self.handler(change.provider.as_deref(), &change.type_name)?;
        let Some(last) = self.ledger.record_at(&change.path) else { return Ok(Done::Silent) };
        let (mut record, mut desired) = self.desired(change, resource, Some(&last))?;
        let mut observed = self.observed(change).cloned();
        if let Some(observed) = &observed {
            record.attributes = merged(&record.attributes, &observed.attributes);
        }
        if last.status != Status::Ready {
            // It may still be on its way from the operation that wasn't finished.
            match self.settle(handler, &mut record, Phase::Updated, limit).await {
                Ok(seen) => observed = seen.or(observed),
                Err(fault) => return self.give_up(last, &record, fault).await,
            }
        }
        let properties =
            last.upgraded(resource.schema).map_err(|error| Fault::new(FaultKind::Invalid, "state", error))?;
        let before = current(resource.schema, &properties, observed.as_ref());
        for name in &resource.options.ignore_changes {
            let kept = before.json(name).cloned().unwrap_or(Json::Null);
            if !holds_concealed(&kept) {
                desired.set(name, kept.clone());
            }
            record.properties.set(name, kept);
        }
        let mut difference = differences(resource, &record, &properties, observed.as_ref(), last.status);
        if last.status != Status::Ready {
            let (lineage, seen) = (self.ledger.lineage(), observed.as_ref());
            difference.aspects.extend(adopt::unmarked(resource.schema, seen, lineage, &change.instance));
        }
        if !difference.replacing.is_empty() {
            let message = format!(
                "{} turned out to need a replacement, which the plan didn't show; preview again",
                difference.replacing.join(", ")
            );
            return Err(Fault::new(FaultKind::Invalid, "apply", message).into());
        }
        let changes = last.status != Status::Ready
            || !difference.changes.is_empty()
            || options_changed(resource, &last);
        let touches = !difference.aspects.is_empty();
        if touches {
            let operation = Operation::new(&change.path, &change.instance, self.ledger.lineage(), place);
            self.ledger
                .write(Entry::Begin { action: JournalAction::Update, record: Box::new(record.clone()) })
                .await?;
            let attributes = record.attributes.clone();
            let edit = Change::new(&last.physical_id, &before, &desired, &attributes, difference.aspects);
            self.execution.store.may_call()?;
            let call = handler.reconcile(&operation, &edit);
            let mut result = limit.bound(&*self.execution.clock, "update", call).await;
            if result.is_ok() {
                result = self.settle(handler, &mut record, Phase::Updated, limit).await.map(drop);
            }
            if let Err(fault) = result {
                return self.give_up(last, &record, fault).await;
            }
        }
        if touches || record != last {
            self.ledger.write(Entry::Done { record: Box::new(record.clone()) }).await?;
        }
        self.ledger.learn(&change.path, record.attributes);
        Ok(if changes { Done::Counted("update") } else { Done::Unchanged })
    }

    /// Records that an update wasn't finished.
    async fn give_up(&self, last: Record, attempted: &Record, fault: Fault) -> Result<Done, Undone> {
        let record = last.unsettled(attempted);
        self.ledger.write(Entry::Done { record: Box::new(record) }).await?;
        Err(fault.into())
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

/// What a creation that failed makes of something that is there already: what is ours is adopted,
/// what isn't is refused. `adopts` says that unmarked things are taken for ours.
async fn claim(
    handler: &dyn Handler,
    operation: &Operation<'_>,
    desired: &Document,
    fault: Fault,
    adopts: bool,
) -> Result<String, Fault> {
    if fault.kind != FaultKind::AlreadyExists {
        return Err(fault);
    }
    match handler.find(operation, desired).await? {
        Found::Ours { physical_id } => Ok(physical_id),
        Found::Unmarked { physical_id } if adopts => Ok(physical_id),
        Found::Foreign { owner } => {
            Err(Fault { message: format!("{}; it belongs to {owner}", fault.message), ..fault })
        }
        Found::Unmarked { .. } => {
            Err(Fault { message: format!("{}; it isn't managed by this stack", fault.message), ..fault })
        }
        Found::Nothing => Err(fault),
    }
}

/// What still differs now that every value is known.
fn differences(
    resource: &Resource,
    record: &Record,
    last: &Document,
    observed: Option<&Observed>,
    status: Status,
) -> Difference {
    let declared: BTreeMap<String, Node> =
        record.properties.iter().map(|(name, json)| (name.to_owned(), Node::from(json.clone()))).collect();
    let observed = observed.map(|seen| veiled(seen, last, &declared, &record.instance));
    difference(
        resource.schema,
        &Sides {
            last,
            declared: &declared,
            observed: observed.as_deref(),
            incomplete: status != Status::Ready,
            ignore: &resource.options.ignore_changes,
            replace_on: &resource.options.replace_on_changes,
        },
    )
}

/// What the cloud is thought to have: last applied, overlaid by what was seen. Of tags only our
/// own count, so that those of others aren't taken for something to remove.
fn current(schema: &Schema, last: &Document, observed: Option<&Observed>) -> Document {
    let Some(observed) = observed else { return last.clone() };
    let mut document = last.clone();
    for property in schema.properties.iter().filter(|property| property.compare != Compare::Tags) {
        match observed.properties.json(property.name) {
            Some(json) => document.set(property.name, json.clone()),
            None if observed.unset.contains(property.name) => document.set(property.name, Json::Null),
            None => {}
        }
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
fn after_creation(schema: &Schema, properties: &Document) -> BTreeSet<&'static str> {
    schema
        .properties
        .iter()
        .filter(|property| property.after_create && properties.has(property.name))
        .filter_map(|property| match property.change {
            Takes::Update(aspect) => Some(aspect),
            Takes::Replace | Takes::Local => None,
        })
        .collect()
}

/// What the resource has before that reconcile.
fn made_by_creation(schema: &Schema, properties: &Document) -> Document {
    let mut document = properties.clone();
    for property in schema.properties.iter().filter(|property| property.after_create) {
        document.set(property.name, Json::Null);
    }
    document
}
