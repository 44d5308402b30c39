//! What S3 asks of values beyond the registry's schemas.

mod lifecycle;

use std::collections::{BTreeMap, BTreeSet};

use ironward_core::document::Node;
use ironward_core::shape::{Bounds, Relation, Shape};

use crate::facts::{as_number, as_text, items, member};
use crate::policy_facts::{self, Element, Kind};

const LIFECYCLE: &str =
    "https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html";
const EXPIRATION: &str = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleExpiration.html";
const NONCURRENT: &str =
    "https://docs.aws.amazon.com/AmazonS3/latest/API/API_NoncurrentVersionExpiration.html";
const NONCURRENT_MOVE: &str =
    "https://docs.aws.amazon.com/AmazonS3/latest/API/API_NoncurrentVersionTransition.html";
const TRANSITION: &str = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_Transition.html";
const CORS: &str = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html";
const RETENTION: &str = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_DefaultRetention.html";
const LOCK: &str = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html";
const REPLICATION: &str = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_ReplicationConfiguration.html";
const REPLICATION_RULE: &str = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_ReplicationRule.html";
const DESTINATION: &str = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_Destination.html";
const TIME: &str = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_ReplicationTimeValue.html";
const INVENTORY: &str =
    "https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketInventoryConfiguration.html";
const METRICS: &str =
    "https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketMetricsConfiguration.html";
const ANALYTICS: &str =
    "https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAnalyticsConfiguration.html";
const EXPORT: &str = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_AnalyticsS3BucketDestination.html";
const ANALYSIS: &str =
    "https://docs.aws.amazon.com/AmazonS3/latest/API/API_StorageClassAnalysisDataExport.html";
const ENCRYPTION: &str =
    "https://docs.aws.amazon.com/AmazonS3/latest/API/API_ServerSideEncryptionByDefault.html";
const POLICY: &str = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html";

/// A text with a wildcard at most.
const ONE_WILDCARD: &str = r"^[^*]*\*?[^*]*$";
/// The most characters of a bucket's policy.
const LONGEST_POLICY: usize = 20_480;

const BUCKET_POLICY: Kind = Kind {
    principal: Element::Wanted,
    resource: Element::Wanted,
    action: Element::Wanted,
    forms: true,
    names: false,
};

/// Of a bucket.
pub(super) const BUCKET: &[Shape] = &[
    Shape::new("LifecycleConfiguration.Rules").items(Bounds::between(1.0, 1_000.0)).source(LIFECYCLE),
    Shape::new("LifecycleConfiguration.Rules.ExpirationInDays").range(Bounds::least(1.0)).source(EXPIRATION),
    Shape::new("LifecycleConfiguration.Rules.NoncurrentVersionExpiration.NoncurrentDays")
        .range(Bounds::least(1.0))
        .source(NONCURRENT),
    Shape::new("LifecycleConfiguration.Rules.NoncurrentVersionExpiration.NewerNoncurrentVersions")
        .range(Bounds::between(1.0, 100.0))
        .source(NONCURRENT),
    Shape::new("LifecycleConfiguration.Rules.NoncurrentVersionTransitions.TransitionInDays")
        .range(Bounds::least(0.0))
        .source(NONCURRENT_MOVE),
    Shape::new("LifecycleConfiguration.Rules.NoncurrentVersionTransitions.NewerNoncurrentVersions")
        .range(Bounds::between(1.0, 100.0))
        .source(NONCURRENT_MOVE),
    Shape::new("LifecycleConfiguration.Rules.Transitions.TransitionInDays")
        .range(Bounds::least(0.0))
        .source(TRANSITION),
    Shape::new("CorsConfiguration.CorsRules").items(Bounds::between(1.0, 100.0)).source(CORS),
    Shape::new("CorsConfiguration.CorsRules.AllowedOrigins").pattern(ONE_WILDCARD).source(CORS),
    Shape::new("CorsConfiguration.CorsRules.AllowedHeaders").pattern(ONE_WILDCARD).source(CORS),
    Shape::new("ObjectLockConfiguration.Rule.DefaultRetention.Days")
        .range(Bounds::between(1.0, 36_500.0))
        .source(LOCK),
    Shape::new("ObjectLockConfiguration.Rule.DefaultRetention.Years")
        .range(Bounds::between(1.0, 100.0))
        .source(LOCK),
    Shape::new("ReplicationConfiguration.Rules").items(Bounds::between(1.0, 1_000.0)).source(REPLICATION),
    Shape::new("ReplicationConfiguration.Rules.Destination.ReplicationTime.Time.Minutes")
        .values(&["15"])
        .source(TIME),
    Shape::new("ReplicationConfiguration.Rules.Destination.Metrics.EventThreshold.Minutes")
        .values(&["15"])
        .source(TIME),
    Shape::new("InventoryConfigurations").items(Bounds::most(1_000.0)).source(INVENTORY),
    Shape::new("MetricsConfigurations").items(Bounds::most(1_000.0)).source(METRICS),
    Shape::new("MetricsConfigurations.Id").pattern(r"^[A-Za-z0-9._-]{1,64}$").source(METRICS),
    Shape::new("AnalyticsConfigurations").items(Bounds::most(1_000.0)).source(ANALYTICS),
    Shape::new("AnalyticsConfigurations.StorageClassAnalysis.DataExport.Destination.Format")
        .values(&["CSV"])
        .source(EXPORT),
    Shape::new("AnalyticsConfigurations.StorageClassAnalysis.DataExport.OutputSchemaVersion")
        .values(&["V_1"])
        .source(ANALYSIS),
];

/// Between the properties of a bucket.
pub(super) const BUCKET_RELATIONS: &[Relation] = &[
    Relation::new(&["BucketEncryption"], encryption, ENCRYPTION),
    Relation::new(&["ObjectLockConfiguration"], retention, RETENTION),
    Relation::new(&["LifecycleConfiguration"], lifecycle::names, LIFECYCLE),
    Relation::new(&["LifecycleConfiguration"], lifecycle::actions, lifecycle::RULES),
    Relation::new(&["LifecycleConfiguration"], lifecycle::filters, lifecycle::RULES),
    Relation::new(&["LifecycleConfiguration"], lifecycle::moves, lifecycle::MOVES),
    Relation::new(&["LifecycleConfiguration"], lifecycle::ends, lifecycle::MOVES),
    Relation::new(&["ReplicationConfiguration"], replication, REPLICATION_RULE),
    Relation::new(&["ReplicationConfiguration"], replication_time, DESTINATION),
    Relation::new(&["InventoryConfigurations"], inventories, INVENTORY),
    Relation::new(&["MetricsConfigurations"], metrics, METRICS),
    Relation::new(&["AnalyticsConfigurations"], analytics, ANALYTICS),
];

/// Between the properties of a bucket's policy.
pub(super) const BUCKET_POLICY_RELATIONS: &[Relation] = &[
    Relation::new(&["PolicyDocument"], policy, policy_facts::GRAMMAR),
    Relation::new(&["PolicyDocument"], policy_length, POLICY),
];

type Properties = BTreeMap<String, Node>;
type Misfit = Option<(&'static str, String)>;

/// The member of an object that is said.
fn said<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    member(node, name).filter(|node| !node.is_null())
}

/// The second of two items of a list that have the same text or number under a name, and its place.
fn twice(list: &[Node], name: &str) -> Option<(usize, String)> {
    let mut seen = BTreeSet::new();
    list.iter().enumerate().find_map(|(index, item)| {
        let node = member(item, name)?;
        let value = as_text(node).map(ToOwned::to_owned).or_else(|| Some(as_number(node)?.to_string()))?;
        if seen.insert(value.clone()) { None } else { Some((index, value)) }
    })
}

/// Two configurations of one id would be one to S3, which keeps the last.
fn same_id(properties: &Properties, property: &'static str) -> Misfit {
    let (index, id) = twice(items(properties.get(property)?), "Id")?;
    let message =
        format!("`{property}[{index}].Id` is `{id}`, as that of an earlier one: give it an id of its own");
    Some((property, message))
}

fn inventories(properties: &Properties) -> Misfit {
    same_id(properties, "InventoryConfigurations")
}

fn metrics(properties: &Properties) -> Misfit {
    same_id(properties, "MetricsConfigurations")
}

fn analytics(properties: &Properties) -> Misfit {
    same_id(properties, "AnalyticsConfigurations")
}

/// A key goes with KMS alone.
fn encryption(properties: &Properties) -> Misfit {
    let rules = items(member(properties.get("BucketEncryption")?, "ServerSideEncryptionConfiguration")?);
    rules.iter().enumerate().find_map(|(index, rule)| {
        let default = member(rule, "ServerSideEncryptionByDefault")?;
        let algorithm = as_text(member(default, "SSEAlgorithm")?)?;
        said(default, "KMSMasterKeyID").filter(|_| algorithm == "AES256")?;
        let message = format!(
            "`BucketEncryption.ServerSideEncryptionConfiguration[{index}]` has `KMSMasterKeyID`, and {algorithm} \
             has no key to choose: take `aws:kms`, or leave the key out"
        );
        Some(("BucketEncryption", message))
    })
}

/// A retention has a mode, and a time in days or in years.
fn retention(properties: &Properties) -> Misfit {
    let rule = member(properties.get("ObjectLockConfiguration")?, "Rule")?;
    let retention = said(rule, "DefaultRetention")?;
    if !matches!(retention, Node::Map(_)) {
        return None;
    }
    let place = "ObjectLockConfiguration.Rule.DefaultRetention";
    let refused = |message: String| Some(("ObjectLockConfiguration", message));
    let is = |name: &str| said(retention, name).is_some();
    match (is("Mode"), is("Days"), is("Years")) {
        (_, true, true) => refused(format!("`{place}` has `Days` and `Years`: say one of them")),
        (true, false, false) => refused(format!("`{place}` lacks `Days` or `Years`: say one of them")),
        (false, true, _) | (false, _, true) => {
            refused(format!("`{place}` lacks `Mode`: say `GOVERNANCE` or `COMPLIANCE`"))
        }
        _ => None,
    }
}

/// The rules of replication, each with its place.
fn replications(properties: &Properties) -> &[Node] {
    let rules = properties.get("ReplicationConfiguration").and_then(|node| member(node, "Rules"));
    rules.map(items).unwrap_or_default()
}

/// Which of the rules counts is known, and what tags choose has no delete markers.
fn replication(properties: &Properties) -> Misfit {
    let rules = replications(properties);
    let refused = |message: String| Some(("ReplicationConfiguration", message));
    for (name, what) in [("Id", "an id"), ("Priority", "a priority")] {
        if let Some((index, value)) = twice(rules, name) {
            return refused(format!(
                "`ReplicationConfiguration.Rules[{index}].{name}` is `{value}`, as that of an earlier rule: give \
                 it {what} of its own"
            ));
        }
    }
    rules.iter().enumerate().find_map(|(index, rule)| {
        let filter = said(rule, "Filter")?;
        let by_tags = said(filter, "TagFilter").is_some()
            || said(filter, "And").and_then(|and| said(and, "TagFilters")).is_some();
        let markers = as_text(member(member(rule, "DeleteMarkerReplication")?, "Status")?)?;
        if !by_tags || markers != "Enabled" {
            return None;
        }
        refused(format!(
            "`ReplicationConfiguration.Rules[{index}].DeleteMarkerReplication` is `Enabled`, and delete markers \
             have no tags to be chosen by: take the tags away, or say `Disabled`"
        ))
    })
}

fn replication_time(properties: &Properties) -> Misfit {
    replications(properties).iter().enumerate().find_map(|(index, rule)| {
        let destination = member(rule, "Destination")?;
        said(destination, "ReplicationTime")?;
        let message = format!(
            "`ReplicationConfiguration.Rules[{index}].Destination` has `ReplicationTime` without `Metrics`: say \
             both"
        );
        said(destination, "Metrics").is_none().then_some(("ReplicationConfiguration", message))
    })
}

fn policy(properties: &Properties) -> Misfit {
    let property = "PolicyDocument";
    Some((property, policy_facts::misfit(property, properties.get(property)?, &BUCKET_POLICY)?))
}

fn policy_length(properties: &Properties) -> Misfit {
    let property = "PolicyDocument";
    let advice = "say it in fewer statements, or by conditions";
    Some((property, policy_facts::too_long(property, properties.get(property)?, LONGEST_POLICY, advice)?))
}
