"""The actions that handlers name, and whether tests drive them."""

import re
from pathlib import Path

# A call names its action as IAM does: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
# says which operations of S3 need which. One is driven if one of its operations was sent.
S3_OPERATIONS = {
    "DeleteObject": ("DeleteObject", "DeleteObjects"),
    "DeleteObjectVersion": ("DeleteObjects", "DeleteObject"),
    "GetAnalyticsConfiguration": ("GetBucketAnalyticsConfiguration", "ListBucketAnalyticsConfigurations"),
    "GetBucketCORS": ("GetBucketCors",),
    "GetBucketNotification": ("GetBucketNotificationConfiguration",),
    "GetBucketObjectLockConfiguration": ("GetObjectLockConfiguration",),
    "GetBucketPublicAccessBlock": ("GetPublicAccessBlock",),
    "GetEncryptionConfiguration": ("GetBucketEncryption",),
    "GetInventoryConfiguration": ("GetBucketInventoryConfiguration", "ListBucketInventoryConfigurations"),
    "GetLifecycleConfiguration": ("GetBucketLifecycleConfiguration",),
    "GetMetricsConfiguration": ("GetBucketMetricsConfiguration", "ListBucketMetricsConfigurations"),
    "GetReplicationConfiguration": ("GetBucketReplication",),
    "ListBucket": ("HeadBucket", "ListObjectsV2"),
    "ListBucketMultipartUploads": ("ListMultipartUploads",),
    "ListBucketVersions": ("ListObjectVersions",),
    "PutAnalyticsConfiguration": ("PutBucketAnalyticsConfiguration", "DeleteBucketAnalyticsConfiguration"),
    "PutBucketCORS": ("PutBucketCors", "DeleteBucketCors"),
    "PutBucketNotification": ("PutBucketNotificationConfiguration",),
    "PutBucketObjectLockConfiguration": ("PutObjectLockConfiguration",),
    "PutBucketPublicAccessBlock": ("PutPublicAccessBlock",),
    "PutEncryptionConfiguration": ("PutBucketEncryption",),
    "PutInventoryConfiguration": ("PutBucketInventoryConfiguration", "DeleteBucketInventoryConfiguration"),
    "PutLifecycleConfiguration": ("PutBucketLifecycleConfiguration", "DeleteBucketLifecycle"),
    "PutMetricsConfiguration": ("PutBucketMetricsConfiguration", "DeleteBucketMetricsConfiguration"),
    "PutReplicationConfiguration": ("PutBucketReplication", "DeleteBucketReplication"),
}

# Other names than their operations'.
OPERATIONS = {
    "elasticloadbalancing:DescribeCapacityReservation": ("DescribeCapacityReservation",),
} | {f"s3:{action}": operations for action, operations in S3_OPERATIONS.items()}

# Files and directories of tables about calls, and of tests: they make none.
TABLES = {"answers.rs", "classify", "classify.rs", "tests", "tests.rs", "throttle.rs"}


def named(sources: Path) -> set[str]:
    """The actions that the sources of the handlers name, tests aside."""
    found = set()
    for path in sorted(sources.rglob("*.rs")):
        if TABLES.intersection(path.relative_to(sources).parts):
            continue
        code = re.split(r"^#\[cfg\(test\)\]\nmod \w+ \{", path.read_text(), maxsplit=1, flags=re.MULTILINE)[0]
        found |= set(re.findall(r'"([a-z0-9-]+:[A-Z][A-Za-z0-9]+)"', code))
    return found


def driven(action: str, sent: set[str]) -> bool:
    """Whether one of an action's operations was sent."""
    service, _, name = action.partition(":")
    return any(f"{service}:{operation}" in sent for operation in OPERATIONS.get(action, (name,)))
