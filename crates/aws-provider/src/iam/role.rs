//! The handler of `AWS::IAM::Role`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_iam::types::{Role as SdkRole, Tag};
use ironward_aws::iam::Role;
use ironward_core::declare::Declaration;
use ironward_core::document::Document;
use ironward_core::error::{ProviderError, ProviderErrorKind};
use ironward_core::provider::{
    Change, DeleteOutcome, Found, Handler, Observation, Observed, Operation, Read, ReadResults, Target,
};
use ironward_core::schema::Schema;

use super::api::{Iam, ROLE};
use super::documents::parsed;

pub(super) struct RoleHandler(pub(super) Arc<Iam>);

impl Iam {
    async fn set_trust(&self, role: &str, after: &Document) -> Result<(), ProviderError> {
        let policy = after.json("AssumeRolePolicyDocument").map(ToString::to_string);
        let request = || {
            self.client.update_assume_role_policy().role_name(role).set_policy_document(policy.clone()).send()
        };
        self.caller.call("iam:UpdateAssumeRolePolicy", request).await?;
        Ok(())
    }

    /// Description and session duration: the API takes both or sets what is missing back.
    async fn set_settings(&self, role: &str, after: &Document) -> Result<(), ProviderError> {
        let description: String = after.opt("Description")?.unwrap_or_default();
        let duration: i32 = after.opt("MaxSessionDuration")?.unwrap_or(3600);
        let request = || {
            self.client
                .update_role()
                .role_name(role)
                .description(&description)
                .max_session_duration(duration)
                .send()
        };
        self.caller.call("iam:UpdateRole", request).await?;
        Ok(())
    }

    async fn set_boundary(&self, role: &str, after: &Document) -> Result<(), ProviderError> {
        match after.opt::<String>("PermissionsBoundary")? {
            Some(policy) => {
                let request = || {
                    self.client
                        .put_role_permissions_boundary()
                        .role_name(role)
                        .permissions_boundary(&policy)
                        .send()
                };
                self.caller.call("iam:PutRolePermissionsBoundary", request).await?;
            }
            None => {
                let request = || self.client.delete_role_permissions_boundary().role_name(role).send();
                self.caller.find("iam:DeleteRolePermissionsBoundary", request).await?;
            }
        }
        Ok(())
    }

    async fn set_tags(&self, operation: &Operation<'_>, change: &Change<'_>) -> Result<(), ProviderError> {
        let role = change.physical_id;
        let (set, gone) = change.tags(operation);
        if !gone.is_empty() {
            let request = || self.client.untag_role().role_name(role).set_tag_keys(Some(gone.clone())).send();
            self.caller.call("iam:UntagRole", request).await?;
        }
        let set = sdk_tags(set)?;
        let request = || self.client.tag_role().role_name(role).set_tags(Some(set.clone())).send();
        self.caller.call("iam:TagRole", request).await?;
        Ok(())
    }
}

fn sdk_tags(tags: BTreeMap<String, String>) -> Result<Vec<Tag>, ProviderError> {
    tags.into_iter()
        .map(|(key, value)| {
            Tag::builder().key(key).value(value).build().map_err(|error| {
                ProviderError::new(ProviderErrorKind::Invalid, "iam:TagRole", error.to_string())
            })
        })
        .collect()
}

fn tags_of(role: &SdkRole) -> BTreeMap<String, String> {
    role.tags().iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect()
}

/// Why a role can't be deleted, with the policies that others attached: ours are detached before.
fn held(said: String, role: &str, attached: &BTreeSet<String>) -> String {
    let Some(first) = attached.first() else { return said };
    let all: Vec<&str> = attached.iter().map(String::as_str).collect();
    format!(
        "{said}; attached to it by others: {}; take each away with `aws iam detach-role-policy --role-name \
         {role} --policy-arn {first}`",
        all.join(", ")
    )
}

#[async_trait]
impl Handler for RoleHandler {
    fn schema(&self) -> &'static Schema {
        Role::SCHEMA
    }

    fn reads(&self, target: &Target<'_>) -> Vec<Read> {
        vec![Read::new(ROLE, target.physical_id)]
    }

    fn observe(&self, target: &Target<'_>, answers: &ReadResults) -> Result<Observation, ProviderError> {
        let Some(role) = answers.get::<SdkRole>(ROLE, target.physical_id)? else {
            return Ok(Observation::Absent);
        };
        let attributes = Document::new()
            .with("RoleName", role.role_name())
            .with("Arn", role.arn())
            .with("RoleId", role.role_id());
        let trust = role.assume_role_policy_document().and_then(parsed);
        let boundary = role.permissions_boundary().and_then(|boundary| boundary.permissions_boundary_arn());
        let observed = Observed::new(attributes)
            .with("RoleName", role.role_name())
            .with("Path", role.path())
            .with_some("AssumeRolePolicyDocument", trust)
            .with("Description", role.description().unwrap_or_default())
            .with_some("MaxSessionDuration", role.max_session_duration())
            .with("PermissionsBoundary", boundary);
        Ok(Observation::Present(observed.tagged(tags_of(role))))
    }

    async fn create(&self, operation: &Operation<'_>, desired: &Document) -> Result<String, ProviderError> {
        let Self(iam) = self;
        let name: String = desired.get("RoleName")?;
        let trust = desired.json("AssumeRolePolicyDocument").map(ToString::to_string);
        let description: Option<String> = desired.opt("Description")?;
        let duration: Option<i32> = desired.opt("MaxSessionDuration")?;
        let path: Option<String> = desired.opt("Path")?;
        let boundary: Option<String> = desired.opt("PermissionsBoundary")?;
        let tags = sdk_tags(operation.tags(desired))?;
        let request = || {
            iam.client
                .create_role()
                .role_name(&name)
                .set_assume_role_policy_document(trust.clone())
                .set_description(description.clone())
                .set_max_session_duration(duration)
                .set_path(path.clone())
                .set_permissions_boundary(boundary.clone())
                .set_tags(Some(tags.clone()))
                .send()
        };
        iam.caller.make("iam:CreateRole", request).await?;
        Ok(name)
    }

    async fn reconcile(&self, operation: &Operation<'_>, change: &Change<'_>) -> Result<(), ProviderError> {
        let Self(iam) = self;
        let (role, after) = (change.physical_id, change.after);
        if change.has("assume_role_policy_document") {
            iam.set_trust(role, after).await?;
        }
        if change.has("settings") {
            iam.set_settings(role, after).await?;
        }
        if change.has("permissions_boundary") {
            iam.set_boundary(role, after).await?;
        }
        if change.has("tags") {
            iam.set_tags(operation, change).await?;
        }
        Ok(())
    }

    async fn delete(
        &self,
        _operation: &Operation<'_>,
        target: &Target<'_>,
    ) -> Result<DeleteOutcome, ProviderError> {
        let Self(iam) = self;
        let request = || iam.client.delete_role().role_name(target.physical_id).send();
        let Err(mut error) = iam.caller.call("iam:DeleteRole", request).await else {
            return Ok(DeleteOutcome::default());
        };
        if error.kind == ProviderErrorKind::InUse {
            let attached = Arc::clone(iam).attached(target.physical_id.to_owned()).await;
            error.message =
                held(error.message, target.physical_id, &attached.ok().flatten().unwrap_or_default());
        }
        Err(error)
    }

    async fn find(&self, operation: &Operation<'_>, desired: &Document) -> Result<Found, ProviderError> {
        let name: String = desired.get("RoleName")?;
        Ok(match Arc::clone(&self.0).role(name.clone()).await? {
            Some(role) => Found::by_tags(operation, &name, &tags_of(&role)),
            None => Found::Nothing,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_attached_is_named_with_how_it_goes() {
        let said = || "Cannot delete entity, must detach all policies first.".to_owned();
        let policy = "arn:aws:iam::aws:policy/ReadOnlyAccess".to_owned();
        let text = held(said(), "fhir-task", &BTreeSet::from([policy]));
        let command = "aws iam detach-role-policy --role-name fhir-task --policy-arn arn:aws:iam::aws:policy/ReadOnlyAccess";
        assert!(text.starts_with(&said()) && text.contains(command), "{text}");
        assert_eq!(held(said(), "fhir-task", &BTreeSet::new()), said());
    }
}
