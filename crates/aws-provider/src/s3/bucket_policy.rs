//! The handler of `AWS::S3::BucketPolicy`.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_s3::operation::get_bucket_policy::GetBucketPolicyOutput;
use ironward_aws::s3::BucketPolicy;
use ironward_core::compare::canonical_policy;
use ironward_core::declare::Declaration;
use ironward_core::document::Document;
use ironward_core::error::{ProviderError, ProviderErrorKind};
use ironward_core::provider::{
    Change, DeleteOutcome, Found, Handler, Observation, Observed, Operation, Read, ReadResults, Target,
};
use ironward_core::schema::Schema;
use serde_json::Value as Json;

use super::api::{POLICY, S3};

pub(super) struct BucketPolicyHandler(pub(super) Arc<S3>);

/// The policy as text. Lists of one are written as the one: some readers know no other form.
fn text(properties: &Document) -> String {
    properties.json("PolicyDocument").map(|policy| unwrapped(policy).to_string()).unwrap_or_default()
}

fn unwrapped(policy: &Json) -> Json {
    let mut policy = policy.clone();
    let statements = policy.get_mut("Statement").and_then(Json::as_array_mut);
    for statement in statements.into_iter().flatten() {
        for member in ["Action", "NotAction", "Resource", "NotResource"] {
            unwrap(statement.get_mut(member));
        }
        let principals = statement.get_mut("Principal").and_then(Json::as_object_mut);
        for (_, principal) in principals.into_iter().flatten() {
            unwrap(Some(principal));
        }
    }
    policy
}

fn unwrap(value: Option<&mut Json>) {
    if let Some(value) = value
        && let Some([one]) = value.as_array().map(Vec::as_slice)
    {
        *value = one.clone();
    }
}

fn parsed(answer: &GetBucketPolicyOutput) -> Json {
    answer.policy().and_then(|policy| serde_json::from_str(policy).ok()).unwrap_or_default()
}

/// Whether a bucket has the policy that is declared.
fn is_declared(desired: &Document, seen: &Json) -> bool {
    desired.json("PolicyDocument").is_some_and(|policy| canonical_policy(policy) == canonical_policy(seen))
}

#[async_trait]
impl Handler for BucketPolicyHandler {
    fn schema(&self) -> &'static Schema {
        BucketPolicy::SCHEMA
    }

    fn reads(&self, target: &Target<'_>) -> Vec<Read> {
        vec![Read::new(POLICY, target.physical_id)]
    }

    fn observe(&self, target: &Target<'_>, answers: &ReadResults) -> Result<Observation, ProviderError> {
        let bucket = target.physical_id;
        let Some(answer) = answers.get::<GetBucketPolicyOutput>(POLICY, bucket)? else {
            return Ok(Observation::Absent);
        };
        let observed = Observed::new(Document::new().with("Bucket", bucket))
            .with("Bucket", bucket)
            .with("PolicyDocument", parsed(answer));
        Ok(Observation::Present(observed))
    }

    async fn create(&self, _operation: &Operation<'_>, desired: &Document) -> Result<String, ProviderError> {
        let bucket: String = desired.get("Bucket")?;
        // The call overwrites whatever policy there is, so it must not be someone else's.
        if let Some(answer) = Arc::clone(&self.0).policy(bucket.clone()).await?
            && !is_declared(desired, &parsed(&answer))
        {
            let message = format!("bucket {bucket} has a policy already");
            return Err(ProviderError::new(ProviderErrorKind::AlreadyExists, "s3:PutBucketPolicy", message));
        }
        let policy = text(desired);
        let request = || self.0.client.put_bucket_policy().bucket(&bucket).policy(&policy).send();
        self.0.caller.make("s3:PutBucketPolicy", request).await?;
        Ok(bucket)
    }

    async fn reconcile(&self, _operation: &Operation<'_>, change: &Change<'_>) -> Result<(), ProviderError> {
        let policy = text(change.after);
        let request = || self.0.client.put_bucket_policy().bucket(change.physical_id).policy(&policy).send();
        self.0.caller.call("s3:PutBucketPolicy", request).await?;
        Ok(())
    }

    async fn delete(
        &self,
        _operation: &Operation<'_>,
        target: &Target<'_>,
    ) -> Result<DeleteOutcome, ProviderError> {
        let request = || self.0.client.delete_bucket_policy().bucket(target.physical_id).send();
        self.0.caller.call("s3:DeleteBucketPolicy", request).await?;
        Ok(DeleteOutcome::default())
    }

    async fn find(&self, _operation: &Operation<'_>, desired: &Document) -> Result<Found, ProviderError> {
        let bucket: String = desired.get("Bucket")?;
        Ok(match Arc::clone(&self.0).policy(bucket.clone()).await? {
            None => Found::Nothing,
            Some(answer) if is_declared(desired, &parsed(&answer)) => Found::Ours { physical_id: bucket },
            Some(_) => Found::Unmarked { physical_id: bucket },
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_of_one_are_written_as_the_one() {
        let policy = json!({"Statement": [{
            "Action": ["s3:PutObject"], "Resource": ["a", "b"], "Principal": {"Service": ["x"]},
        }]});
        let expected = json!({"Statement": [{
            "Action": "s3:PutObject", "Resource": ["a", "b"], "Principal": {"Service": "x"},
        }]});
        assert_eq!(unwrapped(&policy), expected);
    }
}
