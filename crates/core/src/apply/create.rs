//! Making what isn't there, once.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::limit::Limit;
use super::{Run, StepError, StepOutcome};
use crate::cloud::provider::{Change, Found, Handler, Observation, Operation, Phase};
use crate::cloud::search::{adopts_unmarked, search, search_vacant};
use crate::model::document::Document;
use crate::model::error::{ProviderError, ProviderErrorKind};
use crate::model::program::Resource;
use crate::model::schema::{Change as Takes, Schema};
use crate::plan::ResourceChange;
use crate::state::store::StoreError;
use crate::state::{Entry, InstanceId, JournalAction, Record, Status};

/// How often a creation is tried whose answer is lost again and again; it is looked for in between.
const CREATIONS: u32 = 6;

impl Run<'_> {
    pub(super) async fn create(
        &self,
        change: &ResourceChange,
        resource: &Resource,
        limit: Limit,
    ) -> Result<StepOutcome, StepError> {
        let (handler, place) = self.handler(change.provider.as_deref(), &change.type_name)?;
        let (mut record, desired) = self.desired(change, resource, None)?;
        let operation = self.operation(&change.path, &change.instance, place);
        self.bury(change).await?;
        if resource.options.shared
            && let Some(physical_id) = self.anothers(handler, &operation, &desired).await?
        {
            return self.use_as_it_is(change, resource, physical_id, limit).await;
        }
        let vacant = self.vacant(handler, &operation, &desired);
        limit.bound(&*self.execution.clock, "create", vacant).await?;
        self.ledger
            .write(Entry::Begin { action: JournalAction::Create, record: Box::new(record.clone()) })
            .await?;
        let make = self.make(handler, &operation, &desired);
        record.physical_id = match limit.bound(&*self.execution.clock, "create", make).await {
            Ok(physical_id) => physical_id,
            Err(StepError::Store(error)) => return Err(error.into()),
            Err(StepError::Failed(cause)) => {
                // What may have been made stays pending: the next run looks for it.
                if cause.kind != ProviderErrorKind::Ambiguous {
                    self.ledger.write(Entry::Abandoned { instance: change.instance.clone() }).await?;
                }
                // Another stack was quicker.
                if resource.options.shared
                    && cause.kind == ProviderErrorKind::AlreadyExists
                    && let Some(physical_id) = self.anothers(handler, &operation, &desired).await?
                {
                    return self.use_as_it_is(change, resource, physical_id, limit).await;
                }
                return Err(cause.into());
            }
        };
        if let Some(path) = self.ledger.other_called(&record) {
            // What the service takes for the same isn't made twice, and isn't taken from where it is.
            self.ledger.write(Entry::Abandoned { instance: change.instance.clone() }).await?;
            let message = format!("{} is `{path}` of this stack already", record.physical_id);
            return Err(ProviderError::new(
                ProviderErrorKind::AlreadyExists,
                change.type_name.clone(),
                message,
            )
            .into());
        }
        self.ledger
            .write(Entry::Checkpoint {
                instance: change.instance.clone(),
                physical_id: record.physical_id.clone(),
            })
            .await?;
        let result = match self.finish_creation(handler, &operation, &mut record, &desired, limit).await {
            Err(StepError::Store(error)) => return Err(error.into()),
            Err(StepError::Failed(cause)) => Err(cause),
            Ok(()) => Ok(()),
        };
        self.ledger.write(Entry::Done { record: Box::new(record.clone()) }).await?;
        self.ledger.learn(&change.path, record.attributes);
        result?;
        self.ledger.took(resource.schema, self.execution.clock.now().saturating_sub(limit.started));
        Ok(StepOutcome::Counted(change.action.deed()))
    }

    /// Records as gone what the resource takes the place of, and whatever else of its type the plan takes
    /// for vanished: the service may call what is made now as it called that.
    async fn bury(&self, change: &ResourceChange) -> Result<(), StoreError> {
        if let Some(gone) = self.ledger.record_at(&change.path).filter(|_| change.vanished) {
            self.ledger.write(Entry::Deleted { instance: gone.instance }).await?;
        }
        let mut buried = self.buried.lock().await;
        if !buried.insert(change.type_name.clone()) {
            return Ok(());
        }
        let absent =
            |instance: &InstanceId| self.execution.observations.get(instance) == Some(&Observation::Absent);
        for other in self.execution.plan.changes.iter().filter(|other| other.vanished) {
            let record = match &other.replaces {
                Some(instance) => self.ledger.instance(instance, &other.path),
                None => self.ledger.record_at(&other.path),
            };
            // What is declared in its place may be of another type.
            let gone = record.filter(|gone| gone.type_name == change.type_name && absent(&gone.instance));
            if let Some(gone) = gone {
                self.ledger.write(Entry::Deleted { instance: gone.instance }).await?;
            }
        }
        Ok(())
    }

    /// Waits until what was made is there, and reconciles what creation leaves out.
    async fn finish_creation(
        &self,
        handler: &dyn Handler,
        operation: &Operation<'_>,
        record: &mut Record,
        desired: &Document,
        limit: Limit,
    ) -> Result<(), StepError> {
        self.settle(handler, record, Phase::Created, limit).await?;
        let aspects = after_creation(handler.schema(), desired);
        if aspects.is_empty() {
            return Ok(());
        }
        let made = made_by_creation(handler.schema(), desired);
        let rest = Change::new(&record.physical_id, &made, desired, &record.attributes, aspects);
        self.execution.store.may_call()?;
        let call = handler.reconcile(operation, &rest);
        if let Err(error) = limit.bound(&*self.execution.clock, "create", call).await {
            record.status = Status::Incomplete;
            return Err(error.into());
        }
        self.settle(handler, record, Phase::Updated, limit).await?;
        Ok(())
    }

    /// Checks that nothing of others is where the resource is to be made. Where the type has no
    /// tags and the name doesn't tell, what is there once an intent is on record counts as ours.
    ///
    /// # Errors
    /// [`ProviderErrorKind::AlreadyExists`], or the look's [`ProviderError`].
    async fn vacant(
        &self,
        handler: &dyn Handler,
        operation: &Operation<'_>,
        desired: &Document,
    ) -> Result<(), ProviderError> {
        let schema = handler.schema();
        let named = schema.name_property().and_then(|(property, _)| desired.json(property.name)?.as_str());
        let telling = named.is_some_and(|name| name.ends_with(operation.instance.short()));
        if !adopts_unmarked(schema.ownership) || telling {
            return Ok(());
        }
        let taken = |message: &str| {
            Err(ProviderError::new(ProviderErrorKind::AlreadyExists, schema.type_name, message))
        };
        // A predecessor of that key may still be shown.
        match search_vacant(handler, operation, desired, &*self.execution.clock, self.execution.wait_scale)
            .await?
        {
            Found::Unmarked { physical_id } => {
                let owner = self.owner(schema.type_name, &physical_id);
                taken(&format!("{physical_id} is there already; {owner}"))
            }
            Found::Sibling { instance, .. } => {
                taken(&format!("something is there already; it is {} of this stack", self.sibling(&instance)))
            }
            Found::Foreign { owner, .. } => {
                taken(&format!("something is there already; it belongs to {owner}"))
            }
            Found::Nothing | Found::Ours { .. } => Ok(()),
        }
    }

    /// Makes the resource, or finds it where it was made already.
    ///
    /// # Errors
    /// A [`ProviderError`]; an ambiguous one when the resource may exist all the same. Or the store's error
    /// when no call may start any more.
    async fn make(
        &self,
        handler: &dyn Handler,
        operation: &Operation<'_>,
        desired: &Document,
    ) -> Result<String, StepError> {
        let (clock, scale) = (&*self.execution.clock, self.execution.wait_scale);
        let adopts = adopts_unmarked(handler.schema().ownership);
        self.execution.store.may_call()?;
        let mut error = match handler.create(operation, desired).await {
            Ok(physical_id) => return Ok(physical_id),
            Err(error) if error.kind == ProviderErrorKind::Ambiguous => error,
            Err(error) => return Ok(self.claim(handler, operation, desired, error, false).await?),
        };
        for _ in 1..CREATIONS {
            match search(handler, operation, desired, clock, scale).await {
                Ok(Found::Ours { physical_id }) => return Ok(physical_id),
                Ok(Found::Unmarked { physical_id }) if adopts => return Ok(physical_id),
                Ok(Found::Nothing) => {}
                Ok(Found::Unmarked { .. } | Found::Sibling { .. } | Found::Foreign { .. }) | Err(_) => {
                    return Err(error.into());
                }
            }
            self.execution.store.may_call()?;
            error = match handler.create(operation, desired).await {
                Ok(physical_id) => return Ok(physical_id),
                Err(again) if again.kind == ProviderErrorKind::Ambiguous => again,
                Err(again) => {
                    return self.claim(handler, operation, desired, again, adopts).await.map_err(|error| {
                        ProviderError { kind: ProviderErrorKind::Ambiguous, ..error }.into()
                    });
                }
            };
        }
        Err(error.into())
    }

    /// What a creation that failed makes of something that is there already: what is ours is adopted,
    /// what isn't is refused. `adopts` says that unmarked things are taken for ours.
    async fn claim(
        &self,
        handler: &dyn Handler,
        operation: &Operation<'_>,
        desired: &Document,
        error: ProviderError,
        adopts: bool,
    ) -> Result<String, ProviderError> {
        if error.kind != ProviderErrorKind::AlreadyExists {
            return Err(error);
        }
        let told = |what: String| {
            Err(ProviderError { message: format!("{}; {what}", error.message), ..error.clone() })
        };
        match handler.find(operation, desired).await? {
            Found::Ours { physical_id } => Ok(physical_id),
            Found::Unmarked { physical_id } if adopts => Ok(physical_id),
            Found::Sibling { instance, .. } => {
                told(format!("it is {} of this stack", self.sibling(&instance)))
            }
            Found::Foreign { owner, .. } => told(format!("it belongs to {owner}")),
            Found::Unmarked { physical_id } => told(self.owner(handler.schema().type_name, &physical_id)),
            Found::Nothing => Err(error),
        }
    }

    /// What an instance of this state is called, by its path.
    fn sibling(&self, instance: &str) -> String {
        let path = self.ledger.path_of(instance);
        path.map_or_else(|| "something that isn't recorded any more".to_owned(), |path| format!("`{path}`"))
    }

    /// Whose something is that carries no mark.
    fn owner(&self, type_name: &str, physical_id: &str) -> String {
        match self.ledger.path_called(type_name, physical_id) {
            Some(path) => format!("it is `{path}` of this stack"),
            None => "it isn't managed by this stack".to_owned(),
        }
    }
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
