//! Using what is another's, and leaving it.

use std::collections::{BTreeMap, BTreeSet};

use super::limit::Limit;
use super::{Run, StepError, StepOutcome};
use crate::cloud::observe::observe;
use crate::cloud::provider::{
    Change, Found, Handler, Mark, Observation, Observed, Operation, Phase, for_user, listed, no_room,
    user_tag,
};
use crate::cloud::search::search_vacant;
use crate::model::document::{Document, Node};
use crate::model::error::{ProviderError, ProviderErrorKind};
use crate::model::program::Resource;
use crate::model::schema::{Change as Takes, Ownership, Schema};
use crate::plan::ResourceChange;
use crate::plan::sharing;
use crate::state::{Deed, Entry, Record, Sharing, Status};

impl Run<'_> {
    /// Uses what was found while planning.
    pub(super) async fn share(
        &self,
        change: &ResourceChange,
        resource: &Resource,
        limit: Limit,
    ) -> Result<StepOutcome, StepError> {
        let candidate = self.execution.adoptions.get(&change.path).cloned();
        let Some(known) = candidate.or_else(|| self.ledger.record_at(&change.path)) else {
            return Ok(StepOutcome::Silent);
        };
        self.use_as_it_is(change, resource, known.physical_id, limit).await
    }

    /// What is there already in the place of something that may be shared, and isn't this stack's.
    pub(super) async fn anothers(
        &self,
        handler: &dyn Handler,
        operation: &Operation<'_>,
        desired: &Document,
    ) -> Result<Option<String>, ProviderError> {
        let (clock, scale) = (&*self.execution.clock, self.execution.wait_scale);
        Ok(match search_vacant(handler, operation, desired, clock, scale).await? {
            Found::Unmarked { physical_id } | Found::Foreign { physical_id, .. } => Some(physical_id),
            Found::Nothing | Found::Ours { .. } | Found::Sibling { .. } => None,
        })
    }

    /// Records something as another's that this stack uses, and says so where it is.
    pub(super) async fn use_as_it_is(
        &self,
        change: &ResourceChange,
        resource: &Resource,
        physical_id: String,
        limit: Limit,
    ) -> Result<StepOutcome, StepError> {
        let (handler, place) = self.handler(change.provider.as_deref(), &change.type_name)?;
        let (mut record, _) = self.desired(change, resource, None)?;
        record.physical_id = physical_id;
        record.sharing = Some(Sharing::Used);
        // It was built by others, on what is theirs.
        record.dependencies = BTreeSet::new();
        record.opened_by = BTreeSet::new();
        let other = self.ledger.other_called(&record);
        if let Some(path) = other.filter(|path| !sharing::alike(self.execution.program, path, &change.path)) {
            let message = format!("{} is `{path}` of this stack already", record.physical_id);
            return Err(ProviderError::new(
                ProviderErrorKind::AlreadyExists,
                change.type_name.clone(),
                message,
            )
            .into());
        }
        let seen = self.settle(handler, &mut record, Phase::Created, limit).await?;
        let declared: BTreeMap<String, Node> = record
            .properties
            .iter()
            .map(|(name, json)| (name.to_owned(), Node::from(json.clone())))
            .collect();
        let differing = seen.as_ref().map(|seen| sharing::differing(resource.schema, &declared, seen));
        if resource.schema.ownership == Ownership::Recorded
            && let Some(property) = differing.iter().flatten().next()
        {
            let message = format!(
                "{} is there already, and has another {property} than is declared here: declare it as it is, \
                 or remove it, where nothing needs it",
                record.physical_id
            );
            return Err(ProviderError::new(
                ProviderErrorKind::AlreadyExists,
                change.type_name.clone(),
                message,
            )
            .into());
        }
        let there =
            seen.as_ref().and_then(|seen| seen.tags.as_ref()).filter(|_| tags(resource.schema).is_some());
        let lineage = self.ledger.lineage();
        let giving = there.map_or_else(|| Ok(BTreeMap::new()), |there| for_user(there, lineage));
        let giving = giving.map_err(|count| {
            let message = no_room(&record.physical_id, count, lineage);
            ProviderError::new(ProviderErrorKind::Invalid, change.type_name.clone(), message)
        })?;
        record.status = Status::Incomplete;
        self.ledger.adopt(&record).await?;
        let mut operation = Operation::new(&change.path, &change.instance, lineage, place);
        if !giving.is_empty() {
            operation.mark = Mark::Nobody;
            let before = Document::new().with("Tags", listed(giving));
            self.write_mark(handler, &operation, &record, &before).await?;
        }
        operation.mark = Mark::User;
        self.write_mark(handler, &operation, &record, &Document::new()).await?;
        record.status = Status::Ready;
        self.ledger.write(Entry::Done { record: Box::new(record.clone()) }).await?;
        self.ledger.learn(&change.path, record.attributes);
        Ok(StepOutcome::Counted(Deed::Share))
    }

    /// Why an instance stays although the plan says that it goes: another stack has begun to use it. What
    /// stacks may share is looked at once more right before its deletion, since a plan may have waited.
    ///
    /// # Errors
    /// The look's [`ProviderError`]: where nobody can see who uses it, it doesn't go.
    pub(super) async fn used_meanwhile(
        &self,
        record: &Record,
        limit: Limit,
    ) -> Result<Option<String>, ProviderError> {
        let planned = self.execution.observations.get(&record.instance);
        if planned.is_some_and(Observation::is_gone) {
            return Ok(None);
        }
        let (handler, _) = self.handler(record.provider.as_deref(), &record.type_name)?;
        if !handler.schema().shareable || !sharing::tells(Some(handler.schema())) {
            return Ok(None);
        }
        let look = async {
            let seen = observe(self.execution.providers, [record]).await.by_instance.remove(&record.instance);
            Ok::<_, ProviderError>(seen)
        };
        let unseen = |why: &str| format!("whether other stacks use it can't be seen, so it stays: {why}");
        match limit.bound(&*self.execution.clock, "observe", look).await? {
            Some(seen) if seen.is_gone() => Ok(None),
            Some(Observation::Present(Observed { tags: Some(tags), .. })) => {
                Ok(sharing::used_by(&tags, self.ledger.lineage()))
            }
            Some(Observation::Inaccessible(error)) => {
                Err(ProviderError { message: unseen(&error.message), ..error })
            }
            Some(_) | None => {
                let message = unseen("its tags weren't read");
                Err(ProviderError::new(ProviderErrorKind::Other, record.type_name.clone(), message))
            }
        }
    }

    /// Takes back from what is another's that this stack uses it.
    pub(super) async fn stop_using(&self, record: &Record) -> Result<(), StepError> {
        let (handler, place) = self.handler(record.provider.as_deref(), &record.type_name)?;
        let lineage = self.ledger.lineage();
        let mut operation = Operation::new(&record.path, &record.instance, lineage, place);
        operation.mark = Mark::Nobody;
        let mark = BTreeMap::from([(user_tag(lineage), record.instance.as_str().to_owned())]);
        let before = Document::new().with("Tags", listed(mark));
        match self.write_mark(handler, &operation, record, &before).await {
            Err(StepError::Failed(error)) if error.kind == ProviderErrorKind::NotFound => Ok(()),
            result => result,
        }
    }

    /// Writes the mark of an operation onto what is another's, and nothing else.
    async fn write_mark(
        &self,
        handler: &dyn Handler,
        operation: &Operation<'_>,
        record: &Record,
        before: &Document,
    ) -> Result<(), StepError> {
        let Some(aspect) = tags(handler.schema()) else { return Ok(()) };
        self.execution.store.may_call()?;
        let after = Document::new();
        let aspects = BTreeSet::from([aspect]);
        let change = Change::new(&record.physical_id, before, &after, &record.attributes, aspects);
        Ok(handler.reconcile(operation, &change).await?)
    }
}

/// The aspect that writes tags, of a type that has any.
pub(super) fn tags(schema: &Schema) -> Option<&'static str> {
    match schema.property("Tags").filter(|_| schema.ownership == Ownership::Tags)?.change {
        Takes::Update(aspect) => Some(aspect),
        Takes::Replace | Takes::Local => None,
    }
}
