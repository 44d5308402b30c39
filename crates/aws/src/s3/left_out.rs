//! What the declarations of this service don't have, and why.

use crate::registry::LeftOut;

const BUCKET: &str = "AWS::S3::Bucket";

const EVENT_BRIDGE: &str = "rules of EventBridge lead the same events to queues, topics and functions";
const NAMES: &str = "names are made from the resource's path";
const TABLES: &str = "it copies every key, and keys may name patients, to a table bucket that AWS manages and \
                      that no policy of the stack guards (45 CFR 164.312(a)(1))";

/// Writable properties of the registry that the declarations don't have.
pub const LEFT_OUT: &[LeftOut] = &[
    LeftOut::safeguard(
        BUCKET,
        "AbacStatus",
        "whoever may tag the bucket would decide who may read it; access follows from policies \
         (45 CFR 164.308(a)(4)(ii)(B))",
    ),
    LeftOut::safeguard(
        BUCKET,
        "AccelerateConfiguration",
        "uploads would go over public edge locations, past the VPC endpoint and its policy \
         (45 CFR 164.312(e)(1))",
    ),
    LeftOut::safeguard(
        BUCKET,
        "AccessControl",
        "access lists are off: `OwnershipControls` is BucketOwnerEnforced",
    ),
    LeftOut::elsewhere(
        BUCKET,
        "BucketEncryption.ServerSideEncryptionConfiguration.BlockedEncryptionTypes",
        "`no_callers_keys` is the statement of a bucket's policy that refuses them; every bucket for PHI has it",
    ),
    LeftOut::elsewhere(BUCKET, "BucketNamePrefix", NAMES),
    LeftOut::elsewhere(BUCKET, "BucketNamespace", NAMES),
    LeftOut::safeguard(
        BUCKET,
        "IntelligentTieringConfigurations",
        "archive tiers make objects unreadable for hours by their use; lifecycle rules move them at a known \
         age (45 CFR 164.308(a)(7)(ii)(C))",
    ),
    LeftOut::elsewhere(
        BUCKET,
        "LifecycleConfiguration.Rules.ExpirationDate",
        "retention is counted in days, as the law counts it (45 CFR 164.316(b)(2)(i))",
    ),
    LeftOut::retired(
        BUCKET,
        "LifecycleConfiguration.Rules.NoncurrentVersionExpirationInDays",
        "`NoncurrentVersionExpiration` takes its place",
    ),
    LeftOut::retired(
        BUCKET,
        "LifecycleConfiguration.Rules.NoncurrentVersionTransition",
        "`NoncurrentVersionTransitions` takes its place",
    ),
    LeftOut::retired(BUCKET, "LifecycleConfiguration.Rules.Transition", "`Transitions` takes its place"),
    LeftOut::elsewhere(
        BUCKET,
        "LifecycleConfiguration.Rules.Transitions.TransitionDate",
        "`TransitionInDays` says it for objects of every age",
    ),
    LeftOut::elsewhere(
        BUCKET,
        "LoggingConfiguration.TargetObjectKeyFormat.SimplePrefix",
        "it is what S3 does where no format is declared",
    ),
    LeftOut::safeguard(BUCKET, "MetadataConfiguration", TABLES),
    LeftOut::retired(BUCKET, "MetadataTableConfiguration", "`MetadataConfiguration` takes its place"),
    LeftOut::elsewhere(BUCKET, "NotificationConfiguration.LambdaConfigurations", EVENT_BRIDGE),
    LeftOut::elsewhere(BUCKET, "NotificationConfiguration.QueueConfigurations", EVENT_BRIDGE),
    LeftOut::elsewhere(BUCKET, "NotificationConfiguration.TopicConfigurations", EVENT_BRIDGE),
    LeftOut::safeguard(
        BUCKET,
        "ObjectLockConfiguration.Rule.DefaultRetention.DefaultEventHold",
        "retention counts from an object's creation, so that its end is known (45 CFR 164.316(b)(2)(i))",
    ),
    LeftOut::elsewhere(
        BUCKET,
        "ReplicationConfiguration.Rules.Filter.TagFilter",
        "`And` says the same of one tag, with the prefix that every rule has",
    ),
    LeftOut::retired(BUCKET, "ReplicationConfiguration.Rules.Prefix", "`Filter` takes its place"),
    LeftOut::safeguard(
        BUCKET,
        "WebsiteConfiguration",
        "website endpoints are public and without TLS (45 CFR 164.312(e)(1))",
    ),
];
