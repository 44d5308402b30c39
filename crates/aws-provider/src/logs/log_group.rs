//! The handler of `AWS::Logs::LogGroup`.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_cloudwatchlogs::types::{LogGroupClass, ResourcePolicy};
use ironward_aws::logs::LogGroup;
use ironward_core::declare::Declaration;
use ironward_core::document::Document;
use ironward_core::error::ProviderError;
use ironward_core::provider::{
    Change, Contents, DeleteOutcome, Found, Handler, Observation, Observed, Operation, Place, Read,
    ReadResults, Target,
};
use ironward_core::schema::Schema;
use serde_json::Value as Json;

use super::api::{DATA_PROTECTION, INDEXES, LOG_GROUPS, Logs, RESOURCE_POLICY, TAGS};

pub(super) struct LogGroupHandler(pub(super) Arc<Logs>);

const RESOURCE_POLICY_DOCUMENT: &str = "ResourcePolicyDocument";

fn arn_of(place: &Place, name: &str) -> String {
    let Place { partition, region, account, .. } = place;
    format!("arn:{partition}:logs:{region}:{account}:log-group:{name}")
}

impl Logs {
    async fn set_retention(&self, group: &str, after: &Document) -> Result<(), ProviderError> {
        if let Some(days) = after.opt::<i32>("RetentionInDays")? {
            let request =
                || self.client.put_retention_policy().log_group_name(group).retention_in_days(days).send();
            self.caller.call("logs:PutRetentionPolicy", request).await?;
        } else {
            let request = || self.client.delete_retention_policy().log_group_name(group).send();
            self.caller.find("logs:DeleteRetentionPolicy", request).await?;
        }
        Ok(())
    }

    async fn set_data_protection(&self, group: &str, after: &Document) -> Result<(), ProviderError> {
        if let Some(policy) = after.json("DataProtectionPolicy").map(ToString::to_string) {
            let request = || {
                let request = self.client.put_data_protection_policy().log_group_identifier(group);
                request.policy_document(&policy).send()
            };
            self.caller.call("logs:PutDataProtectionPolicy", request).await?;
        } else {
            let request = || self.client.delete_data_protection_policy().log_group_identifier(group).send();
            self.caller.find("logs:DeleteDataProtectionPolicy", request).await?;
        }
        Ok(())
    }

    /// Sets the group's own policy. The API wants to hear which revision is replaced, so that two
    /// writers don't undo each other's work.
    async fn set_resource_policy(
        self: &Arc<Self>,
        arn: String,
        after: &Document,
    ) -> Result<(), ProviderError> {
        let there = Arc::clone(self).resource_policy(arn.clone()).await?;
        let revision = there.as_ref().and_then(|policy| policy.revision_id.clone());
        if let Some(policy) = after.json(RESOURCE_POLICY_DOCUMENT).map(ToString::to_string) {
            let request = || {
                self.client
                    .put_resource_policy()
                    .resource_arn(&arn)
                    .policy_document(&policy)
                    .set_expected_revision_id(revision.clone())
                    .send()
            };
            self.caller.call("logs:PutResourcePolicy", request).await?;
        } else if there.is_some() {
            let request = || {
                let request = self.client.delete_resource_policy().resource_arn(&arn);
                request.set_expected_revision_id(revision.clone()).send()
            };
            self.caller.find("logs:DeleteResourcePolicy", request).await?;
        }
        Ok(())
    }

    async fn set_indexes(&self, group: &str, after: &Document) -> Result<(), ProviderError> {
        let policies: Vec<Json> = after.list("FieldIndexPolicies")?;
        if let Some(policy) = policies.first().map(ToString::to_string) {
            let request =
                || self.client.put_index_policy().log_group_identifier(group).policy_document(&policy).send();
            self.caller.call("logs:PutIndexPolicy", request).await?;
        } else {
            let request = || self.client.delete_index_policy().log_group_identifier(group).send();
            self.caller.find("logs:DeleteIndexPolicy", request).await?;
        }
        Ok(())
    }

    async fn set_protection(&self, group: &str, on: bool) -> Result<(), ProviderError> {
        let request = || {
            let request = self.client.put_log_group_deletion_protection().log_group_identifier(group);
            request.deletion_protection_enabled(on).send()
        };
        self.caller.call("logs:PutLogGroupDeletionProtection", request).await?;
        Ok(())
    }
}

#[async_trait]
impl Handler for LogGroupHandler {
    fn schema(&self) -> &'static Schema {
        LogGroup::SCHEMA
    }

    /// Policies of its own are read for groups that were given one; every group would take a
    /// call of its own otherwise.
    fn reads(&self, target: &Target<'_>) -> Vec<Read> {
        let name = target.physical_id;
        let mut reads = vec![Read::new(LOG_GROUPS, name), Read::new(TAGS, arn_of(target.place, name))];
        for (property, operation) in
            [("DataProtectionPolicy", DATA_PROTECTION), ("FieldIndexPolicies", INDEXES)]
        {
            if target.properties.has(property) {
                reads.push(Read::new(operation, name));
            }
        }
        if target.properties.has(RESOURCE_POLICY_DOCUMENT) {
            reads.push(Read::new(RESOURCE_POLICY, arn_of(target.place, name)));
        }
        reads
    }

    fn observe(&self, target: &Target<'_>, answers: &ReadResults) -> Result<Observation, ProviderError> {
        let name = target.physical_id;
        let Some(group) = answers.get::<aws_sdk_cloudwatchlogs::types::LogGroup>(LOG_GROUPS, name)? else {
            return Ok(Observation::Absent);
        };
        let arn = group.arn().or(group.log_group_arn()).map(|arn| arn.trim_end_matches(":*").to_owned());
        let arn = arn.unwrap_or_else(|| arn_of(target.place, name));
        let parsed = |text: &String| serde_json::from_str::<Json>(text).unwrap_or_default();
        let attributes = Document::new().with("LogGroupName", name).with("Arn", &arn);
        let mut observed = Observed::new(attributes)
            .with("LogGroupName", name)
            .with("RetentionInDays", group.retention_in_days())
            .with("KmsKeyId", group.kms_key_id())
            .with_some("LogGroupClass", group.log_group_class().map(LogGroupClass::as_str))
            .with_some("DeletionProtectionEnabled", group.deletion_protection_enabled());
        if target.properties.has("DataProtectionPolicy") {
            let policy = answers.get::<String>(DATA_PROTECTION, name)?.map(parsed);
            observed = observed.with("DataProtectionPolicy", policy);
        }
        if target.properties.has(RESOURCE_POLICY_DOCUMENT) {
            let policy = answers.get::<ResourcePolicy>(RESOURCE_POLICY, &arn_of(target.place, name))?;
            let document = policy.and_then(|policy| policy.policy_document.as_ref()).map(parsed);
            observed = observed.with(RESOURCE_POLICY_DOCUMENT, document);
        }
        if target.properties.has("FieldIndexPolicies") {
            let policy = answers.get::<String>(INDEXES, name)?.map(|text| vec![parsed(text)]);
            observed = observed.with("FieldIndexPolicies", policy);
        }
        if let Some(tags) = answers.get::<BTreeMap<String, String>>(TAGS, &arn_of(target.place, name))? {
            observed = observed.tagged(tags.clone());
        }
        Ok(Observation::Present(observed))
    }

    async fn create(&self, operation: &Operation<'_>, desired: &Document) -> Result<String, ProviderError> {
        let Self(logs) = self;
        let name: String = desired.get("LogGroupName")?;
        let key: String = desired.get("KmsKeyId")?;
        let class: Option<LogGroupClass> = desired.parsed("LogGroupClass")?;
        let protected: Option<bool> = desired.opt("DeletionProtectionEnabled")?;
        let tags: HashMap<String, String> = operation.tags(desired).into_iter().collect();
        let request = || {
            logs.client
                .create_log_group()
                .log_group_name(&name)
                .kms_key_id(&key)
                .set_log_group_class(class.clone())
                .set_deletion_protection_enabled(protected)
                .set_tags(Some(tags.clone()))
                .send()
        };
        logs.caller.make("logs:CreateLogGroup", request).await?;
        Ok(name)
    }

    async fn reconcile(&self, operation: &Operation<'_>, change: &Change<'_>) -> Result<(), ProviderError> {
        let Self(logs) = self;
        let (group, after) = (change.physical_id, change.after);
        if change.has("key") {
            let key: String = after.get("KmsKeyId")?;
            let request = || logs.client.associate_kms_key().log_group_name(group).kms_key_id(&key).send();
            logs.caller.call("logs:AssociateKmsKey", request).await?;
        }
        if change.has("retention") {
            logs.set_retention(group, after).await?;
        }
        if change.has("data_protection") {
            logs.set_data_protection(group, after).await?;
        }
        if change.has("resource_policy") {
            logs.set_resource_policy(arn_of(operation.place, group), after).await?;
        }
        if change.has("index") {
            logs.set_indexes(group, after).await?;
        }
        if change.has("protection") {
            let on = after.opt("DeletionProtectionEnabled")?.unwrap_or(false);
            logs.set_protection(group, on).await?;
        }
        if change.has("tags") {
            let (set, gone) = change.tags(operation);
            let set: HashMap<String, String> = set.into_iter().collect();
            let arn = arn_of(operation.place, group);
            // At least one, says the API; who only takes its mark away sets none.
            // https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagResource.html
            if !set.is_empty() {
                let request =
                    || logs.client.tag_resource().resource_arn(&arn).set_tags(Some(set.clone())).send();
                logs.caller.call("logs:TagResource", request).await?;
            }
            if !gone.is_empty() {
                let request = || {
                    logs.client.untag_resource().resource_arn(&arn).set_tag_keys(Some(gone.clone())).send()
                };
                logs.caller.call("logs:UntagResource", request).await?;
            }
        }
        Ok(())
    }

    async fn delete(
        &self,
        operation: &Operation<'_>,
        target: &Target<'_>,
    ) -> Result<DeleteOutcome, ProviderError> {
        let Self(logs) = self;
        let group = target.physical_id;
        let protected = target.properties.opt("DeletionProtectionEnabled")?.unwrap_or(false);
        if operation.policy.lift_protection && protected {
            logs.set_protection(group, false).await?;
        }
        let request = || logs.client.delete_log_group().log_group_name(group).send();
        logs.caller.call("logs:DeleteLogGroup", request).await?;
        Ok(DeleteOutcome::default())
    }

    /// What is stored; the service counts late, so that nothing stored may be something already.
    ///
    /// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html>
    async fn contents(&self, target: &Target<'_>) -> Result<Option<Contents>, ProviderError> {
        let group = self.0.group(target.physical_id).await?;
        let bytes = group.and_then(|group| group.stored_bytes());
        Ok(bytes.map(|bytes| Contents::at_least(u64::try_from(bytes).unwrap_or(0), "bytes")))
    }

    async fn find(&self, operation: &Operation<'_>, desired: &Document) -> Result<Found, ProviderError> {
        let Self(logs) = self;
        let name: String = desired.get("LogGroupName")?;
        if logs.group(&name).await?.is_none() {
            return Ok(Found::Nothing);
        }
        let tags = Arc::clone(logs).tags(arn_of(operation.place, &name)).await?.unwrap_or_default();
        Ok(Found::by_tags(operation, &name, &tags))
    }
}
