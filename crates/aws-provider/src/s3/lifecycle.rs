//! Lifecycle rules, between declarations and the SDK.

use aws_sdk_s3::operation::get_bucket_lifecycle_configuration::GetBucketLifecycleConfigurationOutput;
use aws_sdk_s3::types::{
    AbortIncompleteMultipartUpload, BucketLifecycleConfiguration, ExpirationStatus, LifecycleExpiration,
    LifecycleRule, LifecycleRuleAndOperator, LifecycleRuleFilter, NoncurrentVersionExpiration,
    NoncurrentVersionTransition, Transition,
};
use ironward_core::document::Document;
use ironward_core::error::ProviderError;

use super::api::{S3, built};
use super::settings::in_order_of;
use super::tags::{filters_from_sdk, filters_to_sdk};

/// What S3 does where no size is declared.
const DEFAULT_SIZE: &str = "all_storage_classes_128K";
const SIZE: &str = "TransitionDefaultMinimumObjectSize";

impl S3 {
    /// Sets the lifecycle rules; none takes them away.
    pub(super) async fn set_lifecycle(
        &self,
        bucket: &str,
        declared: Option<&Document>,
    ) -> Result<(), ProviderError> {
        let Some(declared) = declared else {
            let request = || self.client.delete_bucket_lifecycle().bucket(bucket).send();
            self.caller.find("s3:PutLifecycleConfiguration", request).await?;
            return Ok(());
        };
        let rules = declared.list::<Document>("Rules")?.iter().map(to_sdk).collect::<Result<Vec<_>, _>>()?;
        let configuration = built(BucketLifecycleConfiguration::builder().set_rules(Some(rules)).build())?;
        let size = declared.parsed(SIZE)?;
        let request = || {
            self.client
                .put_bucket_lifecycle_configuration()
                .bucket(bucket)
                .lifecycle_configuration(configuration.clone())
                .set_transition_default_minimum_object_size(size.clone())
                .send()
        };
        self.caller.call("s3:PutLifecycleConfiguration", request).await?;
        Ok(())
    }
}

fn to_sdk(rule: &Document) -> Result<LifecycleRule, ProviderError> {
    // `false` is what S3 means by silence, and an expiration of nothing isn't one that it takes.
    let marker = rule.opt("ExpiredObjectDeleteMarker")?.filter(|marker| *marker);
    let days = rule.opt("ExpirationInDays")?;
    let expiration = (days.is_some() || marker.is_some()).then(|| {
        LifecycleExpiration::builder().set_days(days).set_expired_object_delete_marker(marker).build()
    });
    let noncurrent = match rule.opt::<Document>("NoncurrentVersionExpiration")? {
        Some(noncurrent) => Some(
            NoncurrentVersionExpiration::builder()
                .set_noncurrent_days(noncurrent.opt("NoncurrentDays")?)
                .set_newer_noncurrent_versions(noncurrent.opt("NewerNoncurrentVersions")?)
                .build(),
        ),
        None => None,
    };
    let abort = match rule.opt::<Document>("AbortIncompleteMultipartUpload")? {
        Some(abort) => Some(
            AbortIncompleteMultipartUpload::builder()
                .set_days_after_initiation(abort.opt("DaysAfterInitiation")?)
                .build(),
        ),
        None => None,
    };
    let mut builder = LifecycleRule::builder()
        .set_id(rule.opt("Id")?)
        .status(rule.parsed("Status")?.unwrap_or(ExpirationStatus::Enabled))
        .filter(filter(rule)?)
        .set_expiration(expiration)
        .set_noncurrent_version_expiration(noncurrent)
        .set_abort_incomplete_multipart_upload(abort);
    for transition in rule.list::<Document>("Transitions")? {
        builder = builder.transitions(
            Transition::builder()
                .set_storage_class(transition.parsed("StorageClass")?)
                .set_days(transition.opt("TransitionInDays")?)
                .build(),
        );
    }
    for transition in rule.list::<Document>("NoncurrentVersionTransitions")? {
        builder = builder.noncurrent_version_transitions(
            NoncurrentVersionTransition::builder()
                .set_storage_class(transition.parsed("StorageClass")?)
                .set_noncurrent_days(transition.opt("TransitionInDays")?)
                .set_newer_noncurrent_versions(transition.opt("NewerNoncurrentVersions")?)
                .build(),
        );
    }
    built(builder.build())
}

/// One condition stands by itself and several stand in an `And`; none is the empty prefix.
fn filter(rule: &Document) -> Result<LifecycleRuleFilter, ProviderError> {
    let prefix = rule.opt::<String>("Prefix")?.filter(|prefix| !prefix.is_empty());
    let greater: Option<i64> = rule.opt("ObjectSizeGreaterThan")?;
    let less: Option<i64> = rule.opt("ObjectSizeLessThan")?;
    let mut tags = filters_to_sdk(&rule.list("TagFilters")?)?;
    let conditions = usize::from(prefix.is_some())
        + usize::from(greater.is_some())
        + usize::from(less.is_some())
        + tags.len();
    let filter = LifecycleRuleFilter::builder();
    Ok(match conditions {
        0 => filter.prefix("").build(),
        1 => filter
            .set_prefix(prefix)
            .set_object_size_greater_than(greater)
            .set_object_size_less_than(less)
            .set_tag(tags.pop())
            .build(),
        _ => {
            let and = LifecycleRuleAndOperator::builder()
                .set_prefix(prefix)
                .set_object_size_greater_than(greater)
                .set_object_size_less_than(less)
                .set_tags((!tags.is_empty()).then_some(tags))
                .build();
            filter.and(and).build()
        }
    })
}

/// The rules as S3 has them, in the order of those that were declared.
pub(super) fn report(
    answer: &GetBucketLifecycleConfigurationOutput,
    declared: Option<&Document>,
) -> Document {
    let rules = answer.rules().iter().map(from_sdk).collect();
    let declared_size = declared.and_then(|declared| declared.opt::<String>(SIZE).ok().flatten());
    let size = match answer.transition_default_minimum_object_size() {
        // S3 always says it, and so says nothing where it says what it does by default.
        Some(size) if size.as_str() == DEFAULT_SIZE && declared_size.is_none() => None,
        Some(size) => Some(size.as_str().to_owned()),
        None => declared_size,
    };
    Document::new().with("Rules", in_order_of(declared, "Rules", rules)).with(SIZE, size)
}

#[allow(deprecated)]
fn from_sdk(rule: &LifecycleRule) -> Document {
    let filter = rule.filter.as_ref();
    let and = filter.and_then(|filter| filter.and.as_ref());
    let prefix = rule
        .prefix
        .as_deref()
        .or_else(|| filter?.prefix.as_deref())
        .or_else(|| and?.prefix.as_deref())
        .filter(|prefix| !prefix.is_empty());
    let mut tags = filters_from_sdk(and.map(LifecycleRuleAndOperator::tags).unwrap_or_default());
    tags.extend(
        filter.and_then(|filter| filter.tag.clone()).map(|tag| filters_from_sdk(&[tag])).unwrap_or_default(),
    );
    let greater =
        filter.and_then(|filter| filter.object_size_greater_than).or_else(|| and?.object_size_greater_than);
    let less = filter.and_then(|filter| filter.object_size_less_than).or_else(|| and?.object_size_less_than);
    let expiration = rule.expiration.as_ref();
    let transitions: Vec<Document> = rule
        .transitions()
        .iter()
        .map(|transition| {
            Document::new()
                .with("StorageClass", transition.storage_class.as_ref().map(|class| class.as_str()))
                .with("TransitionInDays", transition.days)
                .with("TransitionDate", transition.date.map(|date| date.to_string()))
        })
        .collect();
    let noncurrent_transitions: Vec<Document> = rule
        .noncurrent_version_transitions()
        .iter()
        .map(|transition| {
            Document::new()
                .with("StorageClass", transition.storage_class.as_ref().map(|class| class.as_str()))
                .with("TransitionInDays", transition.noncurrent_days)
                .with("NewerNoncurrentVersions", transition.newer_noncurrent_versions)
        })
        .collect();
    let noncurrent = rule.noncurrent_version_expiration.as_ref().map(|expiration| {
        Document::new()
            .with("NoncurrentDays", expiration.noncurrent_days)
            .with("NewerNoncurrentVersions", expiration.newer_noncurrent_versions)
    });
    let abort = rule
        .abort_incomplete_multipart_upload
        .as_ref()
        .map(|abort| Document::new().with("DaysAfterInitiation", abort.days_after_initiation));
    Document::new()
        .with("Id", rule.id.clone())
        .with("Status", rule.status.as_str())
        .with("Prefix", prefix)
        .with("TagFilters", tags)
        .with("ObjectSizeGreaterThan", greater)
        .with("ObjectSizeLessThan", less)
        .with("ExpirationInDays", expiration.and_then(|expiration| expiration.days))
        .with(
            "ExpirationDate",
            expiration.and_then(|expiration| expiration.date).map(|date| date.to_string()),
        )
        .with(
            "ExpiredObjectDeleteMarker",
            expiration
                .and_then(|expiration| expiration.expired_object_delete_marker)
                .filter(|marker| *marker),
        )
        .with("NoncurrentVersionExpiration", noncurrent)
        .with("NoncurrentVersionTransitions", noncurrent_transitions)
        .with("Transitions", transitions)
        .with("AbortIncompleteMultipartUpload", abort)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;

    #[track_caller]
    fn round_trip(rule: Json) -> LifecycleRule {
        let declared: Document = serde_json::from_value(rule.clone()).unwrap();
        let sdk = to_sdk(&declared).unwrap();
        let mut back = Json::from(from_sdk(&sdk));
        back.as_object_mut().unwrap().retain(|_, value| value != &json!([]));
        assert_eq!(back, rule);
        sdk
    }

    #[test]
    fn a_rule_without_conditions_has_the_empty_prefix() {
        let rule = round_trip(json!({"Id": "a", "Status": "Enabled", "ExpirationInDays": 2557}));
        assert_eq!(rule.filter.unwrap().prefix.as_deref(), Some(""));
    }

    #[test]
    fn what_is_said_and_means_nothing_is_no_condition() {
        let declared: Document = serde_json::from_value(json!({
            "Id": "a", "Status": "Enabled", "Prefix": "", "ExpiredObjectDeleteMarker": false,
            "TagFilters": [{"Key": "k", "Value": "v"}],
        }))
        .unwrap();
        let rule = to_sdk(&declared).unwrap();
        assert!(rule.expiration.is_none());
        let filter = rule.filter.unwrap();
        assert!(filter.and.is_none() && filter.tag.is_some());
    }

    #[test]
    fn one_condition_stands_alone_and_several_stand_together() {
        let rule = round_trip(json!({"Id": "a", "Status": "Enabled", "ObjectSizeGreaterThan": 5}));
        assert_eq!(rule.filter.unwrap().object_size_greater_than, Some(5));
        let rule = round_trip(json!({
            "Id": "a", "Status": "Disabled", "Prefix": "x/", "ObjectSizeLessThan": 9,
            "TagFilters": [{"Key": "k", "Value": "v"}],
        }));
        let filter = rule.filter.unwrap();
        assert!(filter.prefix.is_none() && filter.tag.is_none());
        assert_eq!(filter.and.unwrap().tags().len(), 1);
    }

    #[test]
    fn every_action_comes_back() {
        round_trip(json!({
            "Id": "a", "Status": "Enabled", "ExpiredObjectDeleteMarker": true,
            "NoncurrentVersionExpiration": {"NoncurrentDays": 90, "NewerNoncurrentVersions": 2},
            "NoncurrentVersionTransitions": [
                {"StorageClass": "GLACIER", "TransitionInDays": 30, "NewerNoncurrentVersions": 1},
            ],
            "Transitions": [{"StorageClass": "STANDARD_IA", "TransitionInDays": 30}],
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
        }));
    }
}
