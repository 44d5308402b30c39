//! The handler of `AWS::IAM::RolePolicy`.

use std::sync::Arc;

use async_trait::async_trait;
use ironward_aws::iam::RolePolicy;
use ironward_core::declare::Declaration;
use ironward_core::document::Document;
use ironward_core::error::{ProviderError, ProviderErrorKind};
use ironward_core::provider::{
    Change, DeleteOutcome, Found, Handler, Observation, Observed, Operation, Read, ReadResults, Target,
};
use ironward_core::schema::Schema;

use super::api::{Iam, ROLE_POLICY, pair};
use super::documents::parsed;

pub(super) struct RolePolicyHandler(pub(super) Arc<Iam>);

fn id_of(desired: &Document) -> Result<String, ProviderError> {
    let (role, policy): (String, String) = (desired.get("RoleName")?, desired.get("PolicyName")?);
    Ok(format!("{role}|{policy}"))
}

#[async_trait]
impl Handler for RolePolicyHandler {
    fn schema(&self) -> &'static Schema {
        RolePolicy::SCHEMA
    }

    fn reads(&self, target: &Target<'_>) -> Vec<Read> {
        vec![Read::new(ROLE_POLICY, target.physical_id)]
    }

    fn observe(&self, target: &Target<'_>, answers: &ReadResults) -> Result<Observation, ProviderError> {
        let id = target.physical_id;
        let Some(document) = answers.get::<String>(ROLE_POLICY, id)? else { return Ok(Observation::Absent) };
        let (role, policy) = pair(id)?;
        let observed = Observed::new(Document::new().with("Id", id).with("PolicyName", policy))
            .with("RoleName", role)
            .with("PolicyName", policy)
            .with_some("PolicyDocument", parsed(document));
        Ok(Observation::Present(observed))
    }

    /// The API overwrites what is there, so it is looked at first.
    async fn create(&self, _operation: &Operation<'_>, desired: &Document) -> Result<String, ProviderError> {
        let Self(iam) = self;
        let id = id_of(desired)?;
        if Arc::clone(iam).role_policy(id.clone()).await?.is_some() {
            let (role, policy) = pair(&id)?;
            let message = format!("role {role} has an inline policy {policy} already");
            return Err(ProviderError::new(ProviderErrorKind::AlreadyExists, "iam:PutRolePolicy", message));
        }
        let (role, policy) = pair(&id)?;
        let document = desired.json("PolicyDocument").map(ToString::to_string);
        let request = || {
            iam.client
                .put_role_policy()
                .role_name(role)
                .policy_name(policy)
                .set_policy_document(document.clone())
                .send()
        };
        iam.caller.make("iam:PutRolePolicy", request).await?;
        Ok(id)
    }

    async fn reconcile(&self, _operation: &Operation<'_>, change: &Change<'_>) -> Result<(), ProviderError> {
        let Self(iam) = self;
        let (role, policy) = pair(change.physical_id)?;
        let document = change.after.json("PolicyDocument").map(ToString::to_string);
        let request = || {
            iam.client
                .put_role_policy()
                .role_name(role)
                .policy_name(policy)
                .set_policy_document(document.clone())
                .send()
        };
        iam.caller.call("iam:PutRolePolicy", request).await?;
        Ok(())
    }

    async fn delete(
        &self,
        _operation: &Operation<'_>,
        target: &Target<'_>,
    ) -> Result<DeleteOutcome, ProviderError> {
        let Self(iam) = self;
        let (role, policy) = pair(target.physical_id)?;
        let request = || iam.client.delete_role_policy().role_name(role).policy_name(policy).send();
        iam.caller.call("iam:DeleteRolePolicy", request).await?;
        Ok(DeleteOutcome::default())
    }

    async fn find(&self, operation: &Operation<'_>, desired: &Document) -> Result<Found, ProviderError> {
        let id = id_of(desired)?;
        Ok(match Arc::clone(&self.0).role_policy(id.clone()).await? {
            Some(_) => Found::by_name(operation, &id),
            None => Found::Nothing,
        })
    }
}
