//! Replication: copies of objects in another bucket, as a rule in another region.

use std::collections::BTreeMap;

use ironward_core::output::{IntoInput, Output, ToValue};
use ironward_core::value::Value;
use ironward_macros::{Choice, Properties};

use super::{BucketArn, RuleStatus, TagFilter};
use crate::iam::RoleArn;
use crate::kms::{CustomerKey, KeyArn};

/// What is copied where (45 CFR 164.308(a)(7)(ii)(A)). Objects that were there before aren't
/// copied; S3 Batch Replication does that once.
///
/// Source: Amazon S3 API Reference, `PutBucketReplication`.
#[derive(Debug, Clone, Properties)]
pub struct ReplicationConfiguration {
    /// The role that S3 assumes: it reads here and decrypts, and writes there and encrypts.
    role: Output<RoleArn>,
    /// The rules, up to 1000.
    #[property(required)]
    rules: Vec<ReplicationRule>,
}

/// One rule. Objects that are encrypted with a KMS key are always among what it copies.
#[derive(Debug, Clone)]
pub struct ReplicationRule {
    id: Output<String>,
    priority: Output<i64>,
    status: RuleStatus,
    filter: ReplicationFilter,
    destination: ReplicationDestination,
    delete_markers: RuleStatus,
    replica_modifications: Option<RuleStatus>,
}

impl ReplicationRule {
    /// A rule of this name, unique within the bucket and up to 255 characters; where rules
    /// overlap, the highest priority decides. Delete markers aren't copied.
    #[must_use]
    pub fn new(
        id: impl IntoInput<String>,
        priority: impl IntoInput<i64>,
        filter: ReplicationFilter,
        destination: ReplicationDestination,
    ) -> Self {
        Self {
            id: id.into_input(),
            priority: priority.into_input(),
            status: RuleStatus::Enabled,
            filter,
            destination,
            delete_markers: RuleStatus::Disabled,
            replica_modifications: None,
        }
    }

    /// Whether the rule is carried out; it is unless set otherwise.
    #[must_use]
    pub fn status(mut self, status: RuleStatus) -> Self {
        self.status = status;
        self
    }

    /// Whether delete markers are copied; they aren't unless set otherwise, and can't be by rules
    /// that filter by tags.
    #[must_use]
    pub fn delete_marker_replication(mut self, status: RuleStatus) -> Self {
        self.delete_markers = status;
        self
    }

    /// Whether changed metadata of replicas is copied back; it isn't unless set otherwise.
    #[must_use]
    pub fn replica_modifications(mut self, status: RuleStatus) -> Self {
        self.replica_modifications = Some(status);
        self
    }
}

fn map<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::Map(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn status(status: RuleStatus) -> Value {
    map([("Status", status.to_value())])
}

impl ToValue for ReplicationRule {
    fn to_value(&self) -> Value {
        let mut criteria =
            BTreeMap::from([("SseKmsEncryptedObjects".to_owned(), status(RuleStatus::Enabled))]);
        if let Some(modifications) = self.replica_modifications {
            criteria.insert("ReplicaModifications".to_owned(), status(modifications));
        }
        map([
            ("Id", self.id.to_value()),
            ("Priority", self.priority.to_value()),
            ("Status", self.status.to_value()),
            ("Filter", self.filter.to_value()),
            ("Destination", self.destination.to_value()),
            ("DeleteMarkerReplication", status(self.delete_markers)),
            ("SourceSelectionCriteria", Value::Map(criteria)),
        ])
    }
}

/// Which objects a rule copies.
#[derive(Debug, Clone)]
pub struct ReplicationFilter {
    prefix: Output<String>,
    tags: Vec<TagFilter>,
}

impl ReplicationFilter {
    /// All of them.
    #[must_use]
    pub fn everything() -> Self {
        Self::prefix("")
    }

    /// Those whose keys start with this.
    #[must_use]
    pub fn prefix(prefix: impl IntoInput<String>) -> Self {
        Self { prefix: prefix.into_input(), tags: Vec::new() }
    }

    /// Of these, only those that also have this tag.
    #[must_use]
    pub fn tag(mut self, tag: TagFilter) -> Self {
        self.tags.push(tag);
        self
    }
}

impl ToValue for ReplicationFilter {
    fn to_value(&self) -> Value {
        if self.tags.is_empty() {
            return map([("Prefix", self.prefix.to_value())]);
        }
        map([("And", map([("Prefix", self.prefix.to_value()), ("TagFilters", self.tags.to_value())]))])
    }
}

/// Where the copies go. They are encrypted with a customer-managed key of that region.
#[derive(Debug, Clone)]
pub struct ReplicationDestination {
    bucket: Output<BucketArn>,
    replica_key: Output<KeyArn>,
    owner: Option<Output<String>>,
    storage_class: Option<ReplicaStorageClass>,
    time_control: bool,
}

impl ReplicationDestination {
    /// Copies to this bucket, encrypted with this key.
    #[must_use]
    pub fn new(bucket: impl IntoInput<BucketArn>, replica_key: &CustomerKey) -> Self {
        Self {
            bucket: bucket.into_input(),
            replica_key: replica_key.arn(),
            owner: None,
            storage_class: None,
            time_control: false,
        }
    }

    /// Hands the copies over to the account that the destination belongs to, by its id.
    #[must_use]
    pub fn account(mut self, account: impl IntoInput<String>) -> Self {
        self.owner = Some(account.into_input());
        self
    }

    /// The storage class of the copies; that of the originals unless set otherwise.
    #[must_use]
    pub fn storage_class(mut self, class: ReplicaStorageClass) -> Self {
        self.storage_class = Some(class);
        self
    }

    /// Copies within fifteen minutes, by S3's agreement, with metrics and events that say so.
    #[must_use]
    pub fn replication_time_control(mut self) -> Self {
        self.time_control = true;
        self
    }
}

impl ToValue for ReplicationDestination {
    fn to_value(&self) -> Value {
        let mut members = BTreeMap::from([
            ("Bucket".to_owned(), self.bucket.to_value()),
            ("EncryptionConfiguration".to_owned(), map([("ReplicaKmsKeyID", self.replica_key.to_value())])),
        ]);
        if let Some(account) = &self.owner {
            members.insert("Account".to_owned(), account.to_value());
            members.insert("AccessControlTranslation".to_owned(), map([("Owner", "Destination".to_value())]));
        }
        if let Some(class) = self.storage_class {
            members.insert("StorageClass".to_owned(), class.to_value());
        }
        if self.time_control {
            let minutes = || map([("Minutes", 15_i64.to_value())]);
            let enabled = || "Enabled".to_value();
            members.insert("ReplicationTime".to_owned(), map([("Status", enabled()), ("Time", minutes())]));
            members.insert("Metrics".to_owned(), map([("Status", enabled()), ("EventThreshold", minutes())]));
        }
        Value::Map(members)
    }
}

/// The storage class of copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum ReplicaStorageClass {
    /// Standard.
    #[value("STANDARD")]
    Standard,
    /// Standard, infrequent access.
    #[value("STANDARD_IA")]
    StandardIa,
    /// Tiers by use.
    #[value("INTELLIGENT_TIERING")]
    IntelligentTiering,
    /// Glacier, instant retrieval.
    #[value("GLACIER_IR")]
    GlacierInstantRetrieval,
    /// Glacier, retrieval in minutes to hours.
    #[value("GLACIER")]
    Glacier,
    /// Glacier deep archive.
    #[value("DEEP_ARCHIVE")]
    DeepArchive,
}
