//! The handler of `AWS::KMS::Alias`.

use std::sync::Arc;

use async_trait::async_trait;
use ironward_aws::kms::Alias;
use ironward_core::declare::Declaration;
use ironward_core::document::Document;
use ironward_core::error::ProviderError;
use ironward_core::provider::{
    Change, DeleteOutcome, Found, Handler, Observation, Observed, Operation, Read, ReadResults, Target,
};
use ironward_core::schema::Schema;

use super::api::{ALIASES, Kms};

pub(super) struct AliasHandler(pub(super) Arc<Kms>);

#[async_trait]
impl Handler for AliasHandler {
    fn schema(&self) -> &'static Schema {
        Alias::SCHEMA
    }

    fn reads(&self, target: &Target<'_>) -> Vec<Read> {
        vec![Read::new(ALIASES, target.physical_id)]
    }

    fn observe(&self, target: &Target<'_>, answers: &ReadResults) -> Result<Observation, ProviderError> {
        let name = target.physical_id;
        let Some(key) = answers.get::<String>(ALIASES, name)? else { return Ok(Observation::Absent) };
        let observed = Observed::new(Document::new().with("AliasName", name))
            .with("AliasName", name)
            .with("TargetKeyId", key.as_str());
        Ok(Observation::Present(observed))
    }

    async fn create(&self, _operation: &Operation<'_>, desired: &Document) -> Result<String, ProviderError> {
        let name: String = desired.get("AliasName")?;
        let key: String = desired.get("TargetKeyId")?;
        let request = || self.0.client.create_alias().alias_name(&name).target_key_id(&key).send();
        self.0.caller.make("kms:CreateAlias", request).await?;
        Ok(name)
    }

    async fn reconcile(&self, _operation: &Operation<'_>, change: &Change<'_>) -> Result<(), ProviderError> {
        let key: String = change.after.get("TargetKeyId")?;
        let request =
            || self.0.client.update_alias().alias_name(change.physical_id).target_key_id(&key).send();
        self.0.caller.call("kms:UpdateAlias", request).await?;
        Ok(())
    }

    async fn delete(
        &self,
        _operation: &Operation<'_>,
        target: &Target<'_>,
    ) -> Result<DeleteOutcome, ProviderError> {
        let request = || self.0.client.delete_alias().alias_name(target.physical_id).send();
        self.0.caller.call("kms:DeleteAlias", request).await?;
        Ok(DeleteOutcome::default())
    }

    async fn find(&self, operation: &Operation<'_>, desired: &Document) -> Result<Found, ProviderError> {
        let name: String = desired.get("AliasName")?;
        if !Arc::clone(&self.0).aliases(Vec::new()).await?.contains_key(&name) {
            return Ok(Found::Nothing);
        }
        Ok(Found::by_name(operation, &name))
    }
}
