"""Rules of Amazon Route 53."""

import re
from typing import Any

from rules.rule import DOCS, Rule

ROUTE53_API = f"{DOCS}Route53/latest/APIReference/"


def record(record_set: dict[str, Any], _: str) -> bool:
    if "AliasTarget" in record_set:
        return "TTL" not in record_set and "ResourceRecords" not in record_set
    return "TrafficPolicyInstanceId" in record_set or (
        "TTL" in record_set and bool(record_set.get("ResourceRecords"))
    )


def routed(record_set: dict[str, Any], _: str) -> bool:
    """A set identifier, exactly where one of the kinds of routing asks for it."""
    kinds = {
        "Weight",
        "Region",
        "GeoLocation",
        "Failover",
        "MultiValueAnswer",
        "CidrRoutingConfig",
        "GeoProximityLocation",
    }
    there = kinds & record_set.keys()
    return len(there) <= 1 and ("SetIdentifier" in record_set) == bool(there)


def quoted(record_set: dict[str, Any], _: str) -> bool:
    """The values of TXT are strings in quotes, each of 255 characters at most."""
    if record_set.get("Type") != "TXT":
        return True
    values = [entry["Value"] for entry in record_set.get("ResourceRecords", [])]
    return all(re.fullmatch(r'"([^"\\]|\\.){0,255}"(\s+"([^"\\]|\\.){0,255}")*', value) for value in values)


RULES = [
    Rule(
        ("route53:ChangeResourceRecordSets",),
        "ChangeBatch.Changes[].ResourceRecordSet",
        "values with a TTL, or an alias without",
        f"{ROUTE53_API}API_ResourceRecordSet.html",
        record,
        {"TTL": 60, "ResourceRecords": [{}]},
        {"TTL": 60, "AliasTarget": {}},
    ),
    Rule(
        ("route53:ChangeResourceRecordSets",),
        "ChangeBatch.Changes[].ResourceRecordSet",
        "a set identifier where there is a kind of routing, and only there",
        f"{ROUTE53_API}API_ResourceRecordSet.html",
        routed,
        {"Weight": 1, "SetIdentifier": "a"},
        {"Weight": 1},
    ),
    Rule(
        ("route53:ChangeResourceRecordSets",),
        "ChangeBatch.Changes[].ResourceRecordSet",
        "values of TXT in quotes, at most 255 characters each",
        f"{DOCS}Route53/latest/DeveloperGuide/ResourceRecordTypes.html",
        quoted,
        {"Type": "TXT", "ResourceRecords": [{"Value": '"a"'}]},
        {"Type": "TXT", "ResourceRecords": [{"Value": "a"}]},
    ),
    Rule(
        ("route53:ChangeResourceRecordSets",),
        "ChangeBatch.Changes[].ResourceRecordSet",
        "one value of CNAME",
        f"{DOCS}Route53/latest/DeveloperGuide/ResourceRecordTypes.html",
        lambda value, _: value.get("Type") != "CNAME" or len(value.get("ResourceRecords", [])) <= 1,
        {"Type": "CNAME", "ResourceRecords": [{}]},
        {"Type": "CNAME", "ResourceRecords": [{}, {}]},
    ),
]
