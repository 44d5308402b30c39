//! Replication, between declarations and the SDK.

use aws_sdk_s3::types::{
    AccessControlTranslation, DeleteMarkerReplication, Destination, EncryptionConfiguration, Metrics,
    MetricsStatus, OwnerOverride, ReplicaModifications, ReplicaModificationsStatus, ReplicationConfiguration,
    ReplicationRule, ReplicationRuleAndOperator, ReplicationRuleFilter, ReplicationRuleStatus,
    ReplicationTime, ReplicationTimeStatus, ReplicationTimeValue, SourceSelectionCriteria,
    SseKmsEncryptedObjects, SseKmsEncryptedObjectsStatus,
};
use ironward_core::document::Document;
use ironward_core::error::ProviderError;

use super::api::{S3, built};
use super::settings::in_order_of;
use super::tags::{filters_from_sdk, filters_to_sdk};

impl S3 {
    /// Sets replication; none takes it away.
    pub(super) async fn set_replication(
        &self,
        bucket: &str,
        declared: Option<&Document>,
    ) -> Result<(), ProviderError> {
        let Some(declared) = declared else {
            let request = || self.client.delete_bucket_replication().bucket(bucket).send();
            self.caller.find("s3:PutReplicationConfiguration", request).await?;
            return Ok(());
        };
        let rules = declared.list::<Document>("Rules")?.iter().map(rule).collect::<Result<Vec<_>, _>>()?;
        let role: String = declared.get("Role")?;
        let configuration =
            built(ReplicationConfiguration::builder().role(role).set_rules(Some(rules)).build())?;
        let request = || {
            self.client
                .put_bucket_replication()
                .bucket(bucket)
                .replication_configuration(configuration.clone())
                .send()
        };
        self.caller.call("s3:PutReplicationConfiguration", request).await?;
        Ok(())
    }
}

/// The `Status` of a member, where it is there.
fn status<T: for<'a> From<&'a str>>(of: &Document, member: &str) -> Result<Option<T>, ProviderError> {
    match of.opt::<Document>(member)? {
        Some(member) => Ok(member.parsed("Status")?),
        None => Ok(None),
    }
}

fn rule(rule: &Document) -> Result<ReplicationRule, ProviderError> {
    let filter = rule.opt::<Document>("Filter")?.unwrap_or_default();
    let filter = match filter.opt::<Document>("And")? {
        Some(and) => {
            let and = ReplicationRuleAndOperator::builder()
                .set_prefix(and.opt("Prefix")?)
                .set_tags(Some(filters_to_sdk(&and.list("TagFilters")?)?))
                .build();
            ReplicationRuleFilter::builder().and(and).build()
        }
        None => ReplicationRuleFilter::builder()
            .prefix(filter.opt::<String>("Prefix")?.unwrap_or_default())
            .build(),
    };
    let criteria = rule.opt::<Document>("SourceSelectionCriteria")?.unwrap_or_default();
    let mut source = SourceSelectionCriteria::builder();
    if let Some(status) = status::<SseKmsEncryptedObjectsStatus>(&criteria, "SseKmsEncryptedObjects")? {
        source = source
            .sse_kms_encrypted_objects(built(SseKmsEncryptedObjects::builder().status(status).build())?);
    }
    if let Some(status) = status::<ReplicaModificationsStatus>(&criteria, "ReplicaModifications")? {
        source = source.replica_modifications(built(ReplicaModifications::builder().status(status).build())?);
    }
    let markers =
        DeleteMarkerReplication::builder().set_status(status(rule, "DeleteMarkerReplication")?).build();
    built(
        ReplicationRule::builder()
            .set_id(rule.opt("Id")?)
            .set_priority(rule.opt("Priority")?)
            .status(rule.parsed("Status")?.unwrap_or(ReplicationRuleStatus::Enabled))
            .filter(filter)
            .source_selection_criteria(source.build())
            .delete_marker_replication(markers)
            .destination(destination(&rule.get("Destination")?)?)
            .build(),
    )
}

fn minutes(of: &Document, member: &str) -> Result<Option<ReplicationTimeValue>, ProviderError> {
    let Some(time) = of.opt::<Document>(member)? else { return Ok(None) };
    Ok(Some(ReplicationTimeValue::builder().set_minutes(time.opt("Minutes")?).build()))
}

fn destination(declared: &Document) -> Result<Destination, ProviderError> {
    let mut destination = Destination::builder()
        .bucket(declared.get::<String>("Bucket")?)
        .set_account(declared.opt("Account")?)
        .set_storage_class(declared.parsed("StorageClass")?);
    if let Some(key) = declared.opt::<Document>("EncryptionConfiguration")? {
        destination = destination.encryption_configuration(
            EncryptionConfiguration::builder().set_replica_kms_key_id(key.opt("ReplicaKmsKeyID")?).build(),
        );
    }
    if let Some(translation) = declared.opt::<Document>("AccessControlTranslation")? {
        let owner = translation.parsed("Owner")?.unwrap_or(OwnerOverride::Destination);
        destination = destination
            .access_control_translation(built(AccessControlTranslation::builder().owner(owner).build())?);
    }
    if let Some(time) = declared.opt::<Document>("ReplicationTime")? {
        let status = time.parsed("Status")?.unwrap_or(ReplicationTimeStatus::Enabled);
        let time = ReplicationTime::builder().status(status).set_time(minutes(&time, "Time")?);
        destination = destination.replication_time(built(time.build())?);
    }
    if let Some(metrics) = declared.opt::<Document>("Metrics")? {
        let status = metrics.parsed("Status")?.unwrap_or(MetricsStatus::Enabled);
        let metrics =
            Metrics::builder().status(status).set_event_threshold(minutes(&metrics, "EventThreshold")?);
        destination = destination.metrics(built(metrics.build())?);
    }
    built(destination.build())
}

/// Replication as S3 has it, with the rules in the order of those that were declared.
pub(super) fn report(seen: &ReplicationConfiguration, declared: Option<&Document>) -> Document {
    let rules = seen.rules.iter().map(rule_from_sdk).collect();
    Document::new().with("Role", &seen.role).with("Rules", in_order_of(declared, "Rules", rules))
}

fn with_status(status: Option<&str>) -> Option<Document> {
    status.map(|status| Document::new().with("Status", status))
}

#[allow(deprecated)]
fn rule_from_sdk(rule: &ReplicationRule) -> Document {
    let filter = match rule.filter.as_ref() {
        Some(filter) => match (&filter.and, &filter.tag) {
            (Some(and), _) => Document::new().with(
                "And",
                Document::new()
                    .with("Prefix", and.prefix.clone().unwrap_or_default())
                    .with("TagFilters", filters_from_sdk(and.tags())),
            ),
            (None, Some(tag)) => {
                Document::new().with("TagFilter", filters_from_sdk(std::slice::from_ref(tag)))
            }
            (None, None) => Document::new().with("Prefix", filter.prefix.clone().unwrap_or_default()),
        },
        None => Document::new().with("Prefix", rule.prefix.clone().unwrap_or_default()),
    };
    let criteria = rule.source_selection_criteria.as_ref().map(|criteria| {
        let kms = criteria.sse_kms_encrypted_objects.as_ref().map(|kms| kms.status.as_str());
        let changes = criteria.replica_modifications.as_ref().map(|changes| changes.status.as_str());
        Document::new()
            .with("SseKmsEncryptedObjects", with_status(kms))
            .with("ReplicaModifications", with_status(changes))
    });
    let markers = rule
        .delete_marker_replication
        .as_ref()
        .and_then(|markers| markers.status.as_ref())
        .map(|status| status.as_str());
    Document::new()
        .with("Id", rule.id.clone())
        .with("Priority", rule.priority)
        .with("Status", rule.status.as_str())
        .with("Filter", filter)
        .with("SourceSelectionCriteria", criteria)
        .with("DeleteMarkerReplication", with_status(markers))
        .with("Destination", rule.destination.as_ref().map(destination_from_sdk))
}

fn with_minutes(name: &str, status: &str, time: Option<&ReplicationTimeValue>) -> Document {
    let time = time.map(|time| Document::new().with("Minutes", time.minutes));
    Document::new().with("Status", status).with(name, time)
}

fn destination_from_sdk(seen: &Destination) -> Document {
    let key = seen
        .encryption_configuration
        .as_ref()
        .map(|key| Document::new().with("ReplicaKmsKeyID", key.replica_kms_key_id.clone()));
    let owner = seen
        .access_control_translation
        .as_ref()
        .map(|translation| Document::new().with("Owner", translation.owner.as_str()));
    let time = seen
        .replication_time
        .as_ref()
        .map(|time| with_minutes("Time", time.status.as_str(), time.time.as_ref()));
    let metrics = seen.metrics.as_ref().map(|metrics| {
        with_minutes("EventThreshold", metrics.status.as_str(), metrics.event_threshold.as_ref())
    });
    Document::new()
        .with("Bucket", &seen.bucket)
        .with("Account", seen.account.clone())
        .with("StorageClass", seen.storage_class.as_ref().map(|class| class.as_str()))
        .with("AccessControlTranslation", owner)
        .with("EncryptionConfiguration", key)
        .with("ReplicationTime", time)
        .with("Metrics", metrics)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;

    #[track_caller]
    fn round_trip(declared: Json) {
        let document: Document = serde_json::from_value(declared.clone()).unwrap();
        assert_eq!(Json::from(rule_from_sdk(&rule(&document).unwrap())), declared);
    }

    #[test]
    fn every_member_comes_back() {
        round_trip(json!({
            "Id": "dr", "Priority": 1, "Status": "Enabled",
            "Filter": {"And": {"Prefix": "x/", "TagFilters": [{"Key": "k", "Value": "v"}]}},
            "SourceSelectionCriteria": {
                "SseKmsEncryptedObjects": {"Status": "Enabled"},
                "ReplicaModifications": {"Status": "Disabled"},
            },
            "DeleteMarkerReplication": {"Status": "Disabled"},
            "Destination": {
                "Bucket": "arn:aws:s3:::copies", "Account": "210987654321", "StorageClass": "STANDARD_IA",
                "AccessControlTranslation": {"Owner": "Destination"},
                "EncryptionConfiguration": {"ReplicaKmsKeyID": "arn:aws:kms:us-west-2:1:key/2"},
                "ReplicationTime": {"Status": "Enabled", "Time": {"Minutes": 15}},
                "Metrics": {"Status": "Enabled", "EventThreshold": {"Minutes": 15}},
            },
        }));
    }

    #[test]
    fn a_filter_may_be_a_prefix() {
        round_trip(json!({
            "Id": "dr", "Priority": 1, "Status": "Enabled", "Filter": {"Prefix": ""},
            "SourceSelectionCriteria": {"SseKmsEncryptedObjects": {"Status": "Enabled"}},
            "DeleteMarkerReplication": {"Status": "Enabled"},
            "Destination": {"Bucket": "arn:aws:s3:::copies"},
        }));
    }
}
