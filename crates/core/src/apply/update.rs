//! Changing what is there, and taking over what was made by others.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::limit::Limit;
use super::share::tags;
use super::up::merged;
use super::{Run, StepError, StepOutcome};
use crate::cloud::part::without;
use crate::cloud::provider::{Change, Handler, Observed, Operation, Phase, Target, declared_tags, listed};
use crate::model::document::{Document, Node};
use crate::model::error::{ProviderError, ProviderErrorKind};
use crate::model::program::Resource;
use crate::model::schema::{Compare, Schema};
use crate::model::secret::holds_concealed;
use crate::plan::diff::{DiffInput, Difference, difference, redacted};
use crate::plan::planner::options_changed;
use crate::plan::{ResourceChange, adopt};
use crate::state::{Deed, Entry, JournalAction, Record, Status};

impl Run<'_> {
    /// Takes over what exists, and makes it as declared.
    pub(super) async fn adopt(
        &self,
        change: &ResourceChange,
        resource: &Resource,
        limit: Limit,
    ) -> Result<StepOutcome, StepError> {
        let candidate = self.execution.adoptions.get(&change.path);
        let (Some(candidate), Some(observed)) = (candidate, self.observed(change)) else {
            return Ok(StepOutcome::Silent);
        };
        let mut record = adopt::assumed(resource.schema, candidate, observed);
        let (desired, _) = self.desired(change, resource, Some(&record))?;
        let declared =
            desired.properties.iter().map(|(name, json)| (name.to_owned(), Node::from(json.clone())));
        adopt::trust(resource.schema, &mut record, observed, &declared.collect());
        // What it stands on by now, too, until it is as declared.
        record.dependencies.extend(desired.dependencies);
        record.opened_by.extend(desired.opened_by);
        self.ledger.adopt(&record).await?;
        self.update(change, resource, limit).await?;
        Ok(StepOutcome::Counted(change.action.deed()))
    }

    /// Takes the pending deletion of an instance back, and makes it as declared.
    pub(super) async fn restore(
        &self,
        change: &ResourceChange,
        resource: &Resource,
        limit: Limit,
    ) -> Result<StepOutcome, StepError> {
        let (handler, place) = self.handler(change.provider.as_deref(), &change.type_name)?;
        let Some(mut record) = self.ledger.record_at(&change.path) else { return Ok(StepOutcome::Silent) };
        let operation = self.operation(&change.path, &change.instance, place);
        // Until it is as declared again it counts as unfinished.
        record.status = Status::Incomplete;
        self.ledger
            .write(Entry::Begin { action: JournalAction::Update, record: Box::new(record.clone()) })
            .await?;
        self.execution.store.may_call()?;
        let target = Target::of(place, &record);
        let call = handler.restore(&operation, &target);
        let restored = limit.bound(&*self.execution.clock, "restore", call).await;
        self.ledger.write(Entry::Done { record: Box::new(record) }).await?;
        restored?;
        self.update(change, resource, limit).await?;
        Ok(StepOutcome::Counted(Deed::Restore))
    }

    pub(super) async fn update(
        &self,
        change: &ResourceChange,
        resource: &Resource,
        limit: Limit,
    ) -> Result<StepOutcome, StepError> {
        let (handler, place) = self.handler(change.provider.as_deref(), &change.type_name)?;
        let Some(last) = self.ledger.record_at(&change.path) else { return Ok(StepOutcome::Silent) };
        let (mut record, mut desired) = self.desired(change, resource, Some(&last))?;
        let mut observed = self.observed(change).cloned();
        if let Some(observed) = &observed {
            record.attributes = merged(&record.attributes, &observed.attributes);
        }
        if last.status != Status::Ready {
            // It may still be on its way from the operation that wasn't finished.
            match self.settle(handler, &mut record, Phase::Updated, limit).await {
                Ok(seen) => {
                    let seen = seen.map(|seen| without(self.execution.spared, &change.instance, seen));
                    observed = seen.or(observed);
                }
                Err(cause) => return self.give_up(last, &record, cause).await,
            }
        }
        let properties = last
            .upgraded(resource.schema)
            .map_err(|error| ProviderError::new(ProviderErrorKind::Invalid, "state", error))?;
        let mut before = current(resource.schema, &properties, observed.as_ref());
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
            return Err(ProviderError::new(ProviderErrorKind::Invalid, "apply", message).into());
        }
        let changes = last.status != Status::Ready
            || !difference.changes.is_empty()
            || options_changed(resource, &last);
        let (seen, touched) = (observed.as_ref(), !difference.aspects.is_empty());
        difference.aspects.extend(adopt::mislabelled(resource.schema, seen, &change.path, touched));
        let touches = !difference.aspects.is_empty();
        if touches {
            let mut operation = self.operation(&change.path, &change.instance, place);
            let paths = [Some(&change.path), change.renamed_from.as_ref(), last.former.as_ref()];
            operation.named = adopt::is_named(seen, &properties, paths.into_iter().flatten());
            let there = seen.and_then(|seen| seen.tags.as_ref());
            let left = there.map(|there| operation.make_room(there, &before, &desired)).unwrap_or_default();
            if !left.is_empty() {
                let mut tags = declared_tags(&before);
                tags.extend(left);
                before.set("Tags", listed(tags));
            }
            self.ledger
                .write(Entry::Begin { action: JournalAction::Update, record: Box::new(record.clone()) })
                .await?;
            let attributes = record.attributes.clone();
            let edit = Change::new(&last.physical_id, &before, &desired, &attributes, difference.aspects);
            let call = self.reconcile(handler, &operation, &edit, there);
            let mut result = match limit.bound(&*self.execution.clock, "update", call).await {
                Err(StepError::Store(error)) => return Err(error.into()),
                Err(StepError::Failed(cause)) => Err(cause),
                Ok(()) => Ok(()),
            };
            if result.is_ok() {
                result = self.settle(handler, &mut record, Phase::Updated, limit).await.map(drop);
            }
            if let Err(cause) = result {
                return self.give_up(last, &record, cause).await;
            }
        }
        if touches || record != last {
            self.ledger.write(Entry::Done { record: Box::new(record.clone()) }).await?;
        }
        self.ledger.learn(&change.path, record.attributes);
        Ok(if changes { StepOutcome::Counted(Deed::Update) } else { StepOutcome::Unchanged })
    }

    /// Makes the changed aspects as they shall be. Most services have one call that adds tags and one that
    /// takes them away, in this order: where all of them wouldn't fit in between, what goes goes first.
    async fn reconcile(
        &self,
        handler: &dyn Handler,
        operation: &Operation<'_>,
        edit: &Change<'_>,
        there: Option<&BTreeMap<String, String>>,
    ) -> Result<(), StepError> {
        let aspect = tags(handler.schema()).filter(|aspect| edit.has(aspect));
        if let Some((aspect, (first, kept))) = aspect.zip(operation.clearing(there, edit)) {
            self.execution.store.may_call()?;
            let aspects = BTreeSet::from([aspect]);
            let clear = Change::new(edit.physical_id, edit.before, &kept, edit.attributes, aspects);
            handler.reconcile(&first, &clear).await?;
        }
        self.execution.store.may_call()?;
        Ok(handler.reconcile(operation, edit).await?)
    }

    /// Records that an update wasn't finished.
    async fn give_up(
        &self,
        last: Record,
        attempted: &Record,
        error: ProviderError,
    ) -> Result<StepOutcome, StepError> {
        let record = last.unsettled(attempted);
        self.ledger.write(Entry::Done { record: Box::new(record) }).await?;
        Err(error.into())
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
    let observed = observed.map(|seen| redacted(seen, last, &declared, &record.instance));
    difference(
        resource.schema,
        &DiffInput {
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
