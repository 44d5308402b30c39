//! `AWS::S3::Bucket`.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use ironward_core::output::{Output, ToValue};
use ironward_core::value::Value;
use ironward_macros::Resource;

use super::{
    AnalyticsConfiguration, BucketArn, BucketEncryption, BucketKind, BucketName, CorsConfiguration,
    Encrypted, InventoryConfiguration, LifecycleConfiguration, LogDelivery, LoggingConfiguration,
    MetricsConfiguration, ObjectLockConfiguration, ReplicationConfiguration,
};
use crate::kms::CustomerKey;
use crate::tags::Tags;

/// A bucket, of a kind: [`Bucket::encrypted`] may hold PHI, [`Bucket::log_delivery`] takes the
/// logs that AWS can't deliver to an encrypted one. There is no third way to declare one.
///
/// Every bucket is closed to the public, has no access lists and keeps versions of its objects
/// (45 CFR 164.312(a)(1), 164.312(c)(1), 164.308(a)(7)(ii)(A)); none of these can be set
/// otherwise. Names are lower case and unique in the partition; where none is given it is made
/// from the resource's path. The name of a bucket is set at creation, and a replacement starts
/// empty.
///
/// A bucket with objects can't be deleted unless the deletion may lift protection: then all
/// versions that aren't locked are deleted first.
///
/// Source: Amazon S3 API Reference, `CreateBucket` and the `PutBucket…` actions; CloudFormation
/// registry.
#[derive(Debug, Clone, Resource)]
#[resource(
    type = "AWS::S3::Bucket",
    registry,
    limits = super::limits::BUCKET,
    relations = super::limits::BUCKET_RELATIONS,
    id = "BucketName",
    tags,
    stateful,
    seconds = 5,
    constructor = "pub(crate)"
)]
// "Unique across all AWS accounts in all the AWS Regions within a partition":
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
#[identity(name = "BucketName", scope = "partition")]
#[attribute(name: BucketName<K> = "BucketName", predict = "{BucketName}")]
#[attribute(arn: BucketArn = "Arn", predict = "arn:{partition}:s3:::{BucketName}")]
#[attribute(domain_name: String = "DomainName", predict = "{BucketName}.s3.amazonaws.com")]
#[attribute(
    regional_domain_name: String = "RegionalDomainName",
    predict = "{BucketName}.s3.{region}.amazonaws.com"
)]
#[attribute(
    dual_stack_domain_name: String = "DualStackDomainName",
    predict = "{BucketName}.s3.dualstack.{region}.amazonaws.com"
)]
#[fixed(
    "OwnershipControls" = r#"{"Rules":[{"ObjectOwnership":"BucketOwnerEnforced"}]}"#,
    aspect = "ownership_controls",
    safeguard
)]
#[fixed(
    "PublicAccessBlockConfiguration" = r#"{"BlockPublicAcls":true,"BlockPublicPolicy":true,"IgnorePublicAcls":true,"RestrictPublicBuckets":true}"#,
    aspect = "public_access_block",
    after_create,
    safeguard
)]
#[fixed(
    "VersioningConfiguration" = r#"{"Status":"Enabled"}"#,
    aspect = "versioning",
    after_create,
    safeguard
)]
pub struct Bucket<K: BucketKind> {
    /// How the bucket encrypts what is put into it (45 CFR 164.312(a)(2)(iv)).
    #[property(aspect = "encryption", after_create, safeguard)]
    bucket_encryption: BucketEncryption,
    /// The name: 3 to 63 lower-case letters, digits, hyphens and dots; made from the path unless
    /// set.
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
    #[property(
        create_only,
        generated_name(
            max = 63,
            min = 3,
            legal = "-.",
            lower,
            reserved = "xn--, sthree-, amzn-s3-demo-",
            single = ".",
            inner = "-."
        )
    )]
    bucket_name: Option<Output<String>>,
    /// Where the access log goes (45 CFR 164.312(b)); nowhere unless set.
    // No prefix is the empty one:
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_LoggingEnabled.html
    #[property(
        aspect = "logging",
        after_create,
        safeguard,
        compare = "Whole",
        member("LogFilePrefix", default = "\"\"")
    )]
    logging_configuration: Option<LoggingConfiguration>,
    /// When objects move and go; they stay unless set.
    // The empty prefix is the whole bucket, and `false` is what S3 means by silence:
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRuleFilter.html,
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleExpiration.html,
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html
    #[property(
        aspect = "lifecycle",
        after_create,
        safeguard,
        compare = "Whole",
        member("Rules.Prefix", default = "\"\""),
        member("Rules.ExpiredObjectDeleteMarker", default = "false"),
        member("TransitionDefaultMinimumObjectSize", default = "\"all_storage_classes_128K\""),
        member("Rules.Transitions", set),
        member("Rules.NoncurrentVersionTransitions", set),
        member("Rules.TagFilters", set)
    )]
    lifecycle_configuration: Option<LifecycleConfiguration>,
    /// Whether objects can be locked. It can be switched on later, and never off again.
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-configure.html
    #[property(
        aspect = "object_lock",
        safeguard,
        default = "false",
        no_setter,
        once("S3 never switches object lock off again", "leave it on; a bucket without it is another one")
    )]
    object_lock_enabled: Option<Output<bool>>,
    /// The retention of new objects.
    #[property(aspect = "object_lock", after_create, safeguard, compare = "Whole", no_setter)]
    object_lock_configuration: Option<ObjectLockConfiguration>,
    /// Where events go; nowhere unless set. Queues, topics and functions that others have set are
    /// left alone.
    #[property(aspect = "notification", after_create)]
    notification_configuration: Option<NotificationConfiguration>,
    /// Where copies go; nowhere unless set.
    // No prefix is the whole bucket:
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_ReplicationRuleFilter.html
    #[property(
        aspect = "replication",
        after_create,
        safeguard,
        compare = "Whole",
        no_setter,
        member("Rules.Filter.Prefix", default = "\"\""),
        member("Rules.Filter.And.Prefix", default = "\"\""),
        member("Rules.Filter.And.TagFilters", set)
    )]
    replication_configuration: Option<ReplicationConfiguration>,
    /// What pages of other origins may do; nothing unless set.
    // Any of them matches: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CORSRule.html
    #[property(
        aspect = "cors",
        after_create,
        compare = "Whole",
        member("CorsRules.AllowedMethods", set),
        member("CorsRules.AllowedOrigins", set),
        member("CorsRules.AllowedHeaders", set),
        member("CorsRules.ExposedHeaders", set)
    )]
    cors_configuration: Option<CorsConfiguration>,
    /// The lists of objects that S3 writes; none unless set.
    // No prefix is the whole bucket:
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_InventoryConfiguration.html
    #[property(
        aspect = "inventory",
        after_create,
        compare = "Whole",
        member("", set),
        member("Prefix", default = "\"\""),
        member("Destination.Prefix", default = "\"\""),
        member("OptionalFields", set)
    )]
    inventory_configurations: Vec<InventoryConfiguration>,
    /// The requests that CloudWatch counts; none unless set.
    // No prefix is the whole bucket:
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_MetricsFilter.html
    #[property(
        aspect = "metrics",
        after_create,
        compare = "Whole",
        member("", set),
        member("Prefix", default = "\"\""),
        member("TagFilters", set)
    )]
    metrics_configurations: Vec<MetricsConfiguration>,
    /// The studies of storage classes; none unless set.
    // No prefix is the whole bucket:
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_AnalyticsFilter.html
    #[property(
        aspect = "analytics",
        after_create,
        compare = "Whole",
        member("", set),
        member("Prefix", default = "\"\""),
        member("StorageClassAnalysis.DataExport.Destination.Prefix", default = "\"\""),
        member("TagFilters", set)
    )]
    analytics_configurations: Vec<AnalyticsConfiguration>,
    /// Tags, up to 50.
    #[property(compare = "Tags")]
    tags: Tags,
    #[property(skip)]
    kind: PhantomData<fn() -> K>,
}

impl Bucket<Encrypted> {
    /// A bucket that may hold PHI: SSE-KMS with this key, through a bucket key.
    #[must_use]
    pub fn encrypted(key: CustomerKey) -> Self {
        Self::new(BucketEncryption::kms(key))
    }

    /// Lets objects be locked (45 CFR 164.312(c)(1)).
    #[must_use]
    pub fn object_lock_enabled(mut self) -> Self {
        self.object_lock_enabled = Some(Output::known(&true));
        self
    }

    /// Locks every new object for a time.
    #[must_use]
    pub fn object_lock_configuration(mut self, configuration: ObjectLockConfiguration) -> Self {
        self.object_lock_configuration = Some(configuration);
        self.object_lock_enabled()
    }

    /// Copies objects to another bucket (45 CFR 164.308(a)(7)(ii)(A)).
    #[must_use]
    pub fn replication_configuration(mut self, configuration: ReplicationConfiguration) -> Self {
        self.replication_configuration = Some(configuration);
        self
    }
}

impl Bucket<LogDelivery> {
    /// A bucket for access logs of load balancers and buckets.
    ///
    /// It has SSE-S3 and no object lock, since AWS delivers these logs to no other: Elastic Load
    /// Balancing can't use a customer-managed key, and server access logging can't write to a
    /// bucket whose objects are locked by default. It must hold no PHI; its type keeps it from
    /// being used where PHI goes.
    ///
    /// Source: Elastic Load Balancing User Guide, "Access logs"; Amazon S3 User Guide, "Enabling
    /// server access logging".
    #[must_use]
    pub fn log_delivery() -> Self {
        Self::new(BucketEncryption::s3())
    }
}

/// Where a bucket's events go (45 CFR 164.312(b)).
///
/// Source: Amazon S3 API Reference, `PutBucketNotificationConfiguration`.
#[derive(Debug, Clone, Copy)]
pub struct NotificationConfiguration(());

impl NotificationConfiguration {
    /// To Amazon EventBridge.
    #[must_use]
    pub fn event_bridge() -> Self {
        Self(())
    }
}

impl ToValue for NotificationConfiguration {
    fn to_value(&self) -> Value {
        let bridge = BTreeMap::from([("EventBridgeEnabled".to_owned(), true.to_value())]);
        Value::Map(BTreeMap::from([("EventBridgeConfiguration".to_owned(), Value::Map(bridge))]))
    }
}
