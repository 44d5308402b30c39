//! The handler of `AWS::Route53::RecordSet`.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_route53::types::{Change as SdkChange, ChangeAction, ChangeBatch, ResourceRecordSet};
use ironward_aws::route53::RecordSet;
use ironward_core::declare::Declaration;
use ironward_core::document::Document;
use ironward_core::error::{ProviderError, ProviderErrorKind};
use ironward_core::provider::{
    Change, DeleteOutcome, Found, Handler, Observation, Operation, Phase, Read, ReadResults, Target, Wait,
};
use ironward_core::schema::Schema;

use super::api::{Key, RECORDS, Route53};
use super::convert::{observed, record_set, unbuilt};

pub(super) struct RecordSetHandler(pub(super) Arc<Route53>);

const CHANGE: &str = "route53:ChangeResourceRecordSets";

fn batch(
    action: ChangeAction,
    record: ResourceRecordSet,
    comment: Option<String>,
) -> Result<ChangeBatch, ProviderError> {
    let change = SdkChange::builder().action(action).resource_record_set(record).build().map_err(unbuilt)?;
    ChangeBatch::builder().changes(change).set_comment(comment).build().map_err(unbuilt)
}

#[async_trait]
impl Handler for RecordSetHandler {
    fn schema(&self) -> &'static Schema {
        RecordSet::SCHEMA
    }

    fn reads(&self, target: &Target<'_>) -> Vec<Read> {
        vec![Read::new(RECORDS, target.physical_id)]
    }

    fn observe(&self, target: &Target<'_>, answers: &ReadResults) -> Result<Observation, ProviderError> {
        let id = target.physical_id;
        let Some(record) = answers.get::<ResourceRecordSet>(RECORDS, id)? else {
            return Ok(Observation::Absent);
        };
        let attributes = Document::new().with("Id", id);
        let zone = Key::parse(id)?.zone;
        Ok(Observation::Present(observed(attributes, &zone, record, target.properties)?))
    }

    async fn create(&self, _operation: &Operation<'_>, desired: &Document) -> Result<String, ProviderError> {
        let Self(route53) = self;
        let key = Key::declared(desired)?;
        let batch = batch(ChangeAction::Create, record_set(desired)?, desired.opt("Comment")?)?;
        let request = || {
            route53
                .client
                .change_resource_record_sets()
                .hosted_zone_id(&key.zone)
                .change_batch(batch.clone())
                .send()
        };
        match route53.caller.make(CHANGE, request).await {
            Ok(_) => Ok(key.to_string()),
            // One form of the service's refusal holds neither code nor message that could be read.
            Err(error)
                if matches!(error.kind, ProviderErrorKind::Other | ProviderErrorKind::Invalid)
                    && route53.current(&key).await.is_ok_and(|record| record.is_some()) =>
            {
                Err(ProviderError { kind: ProviderErrorKind::AlreadyExists, ..error })
            }
            Err(error) => Err(error),
        }
    }

    async fn reconcile(&self, _operation: &Operation<'_>, change: &Change<'_>) -> Result<(), ProviderError> {
        let Self(route53) = self;
        let key = Key::parse(change.physical_id)?;
        let batch = batch(ChangeAction::Upsert, record_set(change.after)?, change.after.opt("Comment")?)?;
        let request = || {
            route53
                .client
                .change_resource_record_sets()
                .hosted_zone_id(&key.zone)
                .change_batch(batch.clone())
                .send()
        };
        route53.caller.call(CHANGE, request).await?;
        Ok(())
    }

    /// Deletes the record set with the values that it has now, as the API asks.
    async fn delete(
        &self,
        _operation: &Operation<'_>,
        target: &Target<'_>,
    ) -> Result<DeleteOutcome, ProviderError> {
        let Self(route53) = self;
        let key = Key::parse(target.physical_id)?;
        let record = route53.current(&key).await?.ok_or_else(|| {
            ProviderError::new(
                ProviderErrorKind::NotFound,
                CHANGE,
                format!("there is no record {}", target.physical_id),
            )
        })?;
        let batch = batch(ChangeAction::Delete, record, None)?;
        let request = || {
            route53
                .client
                .change_resource_record_sets()
                .hosted_zone_id(&key.zone)
                .change_batch(batch.clone())
                .send()
        };
        route53.caller.call(CHANGE, request).await?;
        Ok(DeleteOutcome::default())
    }

    async fn find(&self, _operation: &Operation<'_>, desired: &Document) -> Result<Found, ProviderError> {
        let key = Key::declared(desired)?;
        Ok(match self.0.current(&key).await? {
            Some(_) => Found::Unmarked { physical_id: key.to_string() },
            None => Found::Nothing,
        })
    }

    /// A deletion is looked at, too: a record that stays goes on answering for a name that may be another's
    /// by then.
    fn wait(&self, _phase: Phase) -> Option<Wait> {
        Some(Wait::seconds(0, 2, 60))
    }
}
