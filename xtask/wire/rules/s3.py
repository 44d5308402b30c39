"""Rules of Amazon S3."""

from typing import Any

from rules.rule import DOCS, Rule, matches, one_of, unique

S3_API = f"{DOCS}AmazonS3/latest/API/"
S3_GUIDE = f"{DOCS}AmazonS3/latest/userguide/"

LIFECYCLE = "LifecycleConfiguration.Rules[]"


def transitions(rule: dict[str, Any], _: str) -> bool:
    """Objects move after 30 days at the earliest to IA, one class after the other, and expire last."""
    last = 0
    for transition in sorted(rule.get("Transitions", []), key=lambda transition: transition.get("Days", 0)):
        days = transition.get("Days")
        if days is None:
            continue
        if transition["StorageClass"] in ("STANDARD_IA", "ONEZONE_IA") and days < 30:
            return False
        last = days
    expiration = rule.get("Expiration", {}).get("Days")
    return expiration is None or not rule.get("Transitions") or expiration > last


def has_tags(rule: dict[str, Any]) -> bool:
    chosen = rule.get("Filter", {})
    return "Tag" in chosen or "Tags" in chosen.get("And", {})


def lifecycle_filter(rule: dict[str, Any], _: str) -> bool:
    """Exactly one of the two forms, and one condition or `And`."""
    if ("Filter" in rule) == ("Prefix" in rule):
        return False
    return len(rule.get("Filter", {})) <= 1


def location(parameters: dict[str, Any], region: str) -> bool:
    constraint = parameters.get("CreateBucketConfiguration", {}).get("LocationConstraint")
    return (
        constraint is None
        if region == "us-east-1"
        else constraint in (region, "EU" if region == "eu-west-1" else region)
    )


RULES = [
    Rule(
        ("s3:CreateBucket",),
        "Bucket",
        "a name by the rules for general purpose buckets",
        f"{S3_GUIDE}bucketnamingrules.html",
        matches(
            r"(?!xn--|sthree-|amzn-s3-demo-)(?!.*\.\.)(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"
            r"(?<!-s3alias)(?<!--ol-s3)(?<!\.mrap)(?<!--x-s3)(?<!--table-s3)"
        ),
        "a-bucket",
        "A-bucket",
    ),
    Rule(
        ("s3:CreateBucket",),
        "",
        "the region as LocationConstraint, and none in us-east-1",
        f"{S3_API}API_CreateBucket.html",
        location,
        {},
        {"CreateBucketConfiguration": {"LocationConstraint": "us-east-1"}},
    ),
    Rule(
        ("s3:PutObjectLockConfiguration",),
        "ObjectLockConfiguration.Rule.DefaultRetention",
        "either days or years, at most 100 years",
        f"{S3_API}API_DefaultRetention.html",
        lambda value, _: (
            ("Days" in value) != ("Years" in value)
            and value.get("Days", 1) <= 36_500
            and value.get("Years", 1) <= 100
        ),
        {"Days": 36_500},
        {"Days": 36_501},
    ),
    Rule(
        ("s3:PutBucketLifecycleConfiguration",),
        LIFECYCLE,
        "30 days before IA at least, and what expires does so after its last move",
        f"{S3_GUIDE}lifecycle-transition-general-considerations.html",
        transitions,
        {"Transitions": [{"Days": 30, "StorageClass": "STANDARD_IA"}]},
        {"Transitions": [{"Days": 29, "StorageClass": "STANDARD_IA"}]},
    ),
    Rule(
        ("s3:PutBucketLifecycleConfiguration",),
        LIFECYCLE,
        "no end of unfinished uploads by tag",
        f"{S3_GUIDE}intro-lifecycle-rules.html",
        lambda value, _: not ("AbortIncompleteMultipartUpload" in value and has_tags(value)),
        {"AbortIncompleteMultipartUpload": {}},
        {"AbortIncompleteMultipartUpload": {}, "Filter": {"Tag": {}}},
    ),
    Rule(
        ("s3:PutBucketLifecycleConfiguration",),
        LIFECYCLE,
        "delete markers neither by tag nor with days or a date",
        f"{S3_API}API_LifecycleExpiration.html",
        lambda value, _: (
            not value.get("Expiration", {}).get("ExpiredObjectDeleteMarker")
            or not (has_tags(value) or {"Days", "Date"} & value["Expiration"].keys())
        ),
        {"Expiration": {"ExpiredObjectDeleteMarker": True}},
        {"Expiration": {"ExpiredObjectDeleteMarker": True, "Days": 1}},
    ),
    Rule(
        ("s3:PutBucketLifecycleConfiguration",),
        LIFECYCLE,
        "either a filter of one condition or a prefix",
        f"{S3_API}API_LifecycleRule.html",
        lifecycle_filter,
        {"Filter": {"Prefix": "a"}},
        {"Filter": {"Prefix": "a", "ObjectSizeGreaterThan": 1}},
    ),
    Rule(
        ("s3:PutBucketLifecycleConfiguration",),
        "LifecycleConfiguration.Rules",
        "each ID of a rule once, at most 1,000",
        f"{S3_API}API_PutBucketLifecycleConfiguration.html",
        lambda value, region: len(value) <= 1000 and unique("ID")(value, region),
        [{"ID": "a"}],
        [{"ID": "a"}, {"ID": "a"}],
    ),
    Rule(
        ("s3:PutBucketEncryption",),
        "ServerSideEncryptionConfiguration.Rules[].ApplyServerSideEncryptionByDefault",
        "a key with KMS alone",
        f"{S3_API}API_ServerSideEncryptionByDefault.html",
        lambda value, _: "KMSMasterKeyID" not in value or value["SSEAlgorithm"].startswith("aws:kms"),
        {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "a"},
        {"SSEAlgorithm": "AES256", "KMSMasterKeyID": "a"},
    ),
    Rule(
        ("s3:PutBucketReplication",),
        "ReplicationConfiguration.Rules[]",
        "a priority and the handling of delete markers where there is a filter",
        f"{S3_API}API_ReplicationRule.html",
        lambda value, _: "Filter" not in value or {"Priority", "DeleteMarkerReplication"} <= value.keys(),
        {"Filter": {}, "Priority": 1, "DeleteMarkerReplication": {}},
        {"Filter": {}},
    ),
    Rule(
        ("s3:PutBucketReplication",),
        "ReplicationConfiguration.Rules",
        "each priority once",
        f"{S3_API}API_ReplicationRule.html",
        unique("Priority"),
        [{"Priority": 1}],
        [{"Priority": 1}, {"Priority": 1}],
    ),
    Rule(
        ("s3:PutBucketCors",),
        "CORSConfiguration.CORSRules[].AllowedMethods[]",
        "GET, PUT, HEAD, POST or DELETE",
        f"{S3_API}API_CORSRule.html",
        one_of("GET", "PUT", "HEAD", "POST", "DELETE"),
        "GET",
        "PATCH",
    ),
    Rule(
        ("s3:PutBucketCors",),
        "CORSConfiguration.CORSRules",
        "at most 100 rules",
        f"{S3_API}API_PutBucketCors.html",
        lambda value, _: len(value) <= 100,
        [{}],
        [{}] * 101,
    ),
    *(
        Rule(
            (action,),
            "",
            "the same Id in the query and in the body",
            f"{S3_API}API_{action.partition(':')[2]}.html",
            lambda value, _, member=member: value["Id"] == value[member]["Id"],
            {"Id": "a", member: {"Id": "a"}},
            {"Id": "a", member: {"Id": "b"}},
        )
        for action, member in (
            ("s3:PutBucketAnalyticsConfiguration", "AnalyticsConfiguration"),
            ("s3:PutBucketInventoryConfiguration", "InventoryConfiguration"),
            ("s3:PutBucketMetricsConfiguration", "MetricsConfiguration"),
        )
    ),
]
