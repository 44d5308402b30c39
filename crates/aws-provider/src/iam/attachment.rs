//! The handler of `AWS::IAM::RolePolicyAttachment`.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use ironward_aws::iam::RolePolicyAttachment;
use ironward_core::declare::Declaration;
use ironward_core::document::Document;
use ironward_core::error::ProviderError;
use ironward_core::provider::{
    Change, DeleteOutcome, Found, Handler, Observation, Observed, Operation, Read, ReadResults, Target,
};
use ironward_core::schema::Schema;

use super::api::{ATTACHED, Iam, pair};

pub(super) struct AttachmentHandler(pub(super) Arc<Iam>);

#[async_trait]
impl Handler for AttachmentHandler {
    fn schema(&self) -> &'static Schema {
        RolePolicyAttachment::SCHEMA
    }

    fn reads(&self, target: &Target<'_>) -> Vec<Read> {
        pair(target.physical_id).map(|(role, _)| Read::new(ATTACHED, role)).into_iter().collect()
    }

    fn observe(&self, target: &Target<'_>, answers: &ReadResults) -> Result<Observation, ProviderError> {
        let (role, policy) = pair(target.physical_id)?;
        let attached = answers.get::<BTreeSet<String>>(ATTACHED, role)?;
        if !attached.is_some_and(|attached| attached.contains(policy)) {
            return Ok(Observation::Absent);
        }
        let observed = Observed::new(Document::new().with("Id", target.physical_id))
            .with("RoleName", role)
            .with("PolicyArn", policy);
        Ok(Observation::Present(observed))
    }

    async fn create(&self, _operation: &Operation<'_>, desired: &Document) -> Result<String, ProviderError> {
        let Self(iam) = self;
        let (role, policy): (String, String) = (desired.get("RoleName")?, desired.get("PolicyArn")?);
        let request = || iam.client.attach_role_policy().role_name(&role).policy_arn(&policy).send();
        iam.caller.call("iam:AttachRolePolicy", request).await?;
        Ok(format!("{role}|{policy}"))
    }

    /// There is nothing to change in place.
    async fn reconcile(&self, _operation: &Operation<'_>, _change: &Change<'_>) -> Result<(), ProviderError> {
        Ok(())
    }

    async fn delete(
        &self,
        _operation: &Operation<'_>,
        target: &Target<'_>,
    ) -> Result<DeleteOutcome, ProviderError> {
        let Self(iam) = self;
        let (role, policy) = pair(target.physical_id)?;
        let request = || iam.client.detach_role_policy().role_name(role).policy_arn(policy).send();
        iam.caller.call("iam:DetachRolePolicy", request).await?;
        Ok(DeleteOutcome::default())
    }

    async fn find(&self, _operation: &Operation<'_>, desired: &Document) -> Result<Found, ProviderError> {
        let (role, policy): (String, String) = (desired.get("RoleName")?, desired.get("PolicyArn")?);
        let attached = Arc::clone(&self.0).attached(role.clone()).await?.unwrap_or_default();
        Ok(if attached.contains(&policy) {
            Found::Unmarked { physical_id: format!("{role}|{policy}") }
        } else {
            Found::Nothing
        })
    }
}
