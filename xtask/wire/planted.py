"""Requests with faults that the judge must see: what it overlooks here it would overlook anywhere."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import judgement
import rules

TARGETS = {"kms": "TrentService", "logs": "Logs_20140328", "ecs": "AmazonEC2ContainerServiceV20141113"}


def line(service: str, method: str, target: str, body: str = "", **headers: str) -> dict[str, Any]:
    """A line as a recording has it."""
    return {
        "from": "a plant", "method": method, "target": target, "host": "127.0.0.1", "service": service,
        "region": "us-east-1", "headers": headers, "body": body, "length": len(body), "status": 200,
    }  # fmt: skip


def in_json(service: str, operation: str, **parameters: Any) -> dict[str, Any]:
    headers = {"x-amz-target": f"{TARGETS[service]}.{operation}"}
    return line(service, "POST", "/", json.dumps(parameters), **headers)


def in_form(service: str, operation: str, **fields: str) -> dict[str, Any]:
    return line(service, "POST", "/", urlencode({"Action": operation, "Version": "1"} | fields))


def policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def key_policy(statement: dict[str, Any]) -> dict[str, Any]:
    return in_json("kms", "PutKeyPolicy", KeyId="k", Policy=policy(statement))


ALLOW = {"Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"}
CONTEXT = {"StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": "*"}}

# Each plant with the members and the kinds of what is wrong with it; twins that are right stand beside them.
PLANTS: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    # JSON
    (in_json("kms", "CreateAlias", AliasName="alias/a", TargetKeyId="k"), []),
    (in_json("kms", "CreateAlias", AliasName="alias/a"), [("TargetKeyId", "required")]),
    (in_json("kms", "CreateAlias", AliasName="alias/a", TargetKeyId="k", Alias="a"), [("Alias", "unknown")]),
    (in_json("kms", "CreateAlias", AliasName="alias/aws/a", TargetKeyId="k"), [("AliasName", "rule")]),
    (in_json("kms", "CreateAlias", AliasName=7, TargetKeyId="k"), [("AliasName", "type")]),
    (in_json("kms", "CreateKey", KeySpec="RSA_1"), [("KeySpec", "enum")]),
    (in_json("kms", "CreateKeys"), [("", "unreadable")]),
    (
        in_json("logs", "PutRetentionPolicy", logGroupName="a b", retentionInDays=7),
        [("logGroupName", "pattern")],
    ),
    (
        in_json("logs", "PutRetentionPolicy", logGroupName="a", retentionInDays=8),
        [("retentionInDays", "rule")],
    ),
    # Forms
    (in_form("ec2", "CreateVpc", CidrBlock="10.0.0.0/16"), []),
    (in_form("ec2", "CreateVpc", CidrBlock="10.0.0.0/16", Cidr="a"), [("Cidr", "unknown")]),
    (
        in_form("ec2", "CreateVpc", CidrBlock="10.0.0.0/16", InstanceTenancy="mine"),
        [("InstanceTenancy", "enum")],
    ),
    (in_form("ec2", "CreateVpc", CidrBlock="10.0.0.0/8"), [("CidrBlock", "rule")]),
    (in_form("ec2", "CreateVpc", CidrBlock="10.0.0.0/16", DryRun="perhaps"), [("DryRun", "type")]),
    (in_form("ec2", "CreateTags", **{"ResourceId.1": "a", "Tag.1.Key": "a", "Tag.1.Value": "b"}), []),
    (in_form("ec2", "CreateTags", **{"ResourceId.1": "a", "Tag.1.Key": "aws:a"}), [("Tags", "rule")]),
    (in_form("ec2", "DeleteRoute", DestinationCidrBlock="0.0.0.0/0"), [("RouteTableId", "required")]),
    (in_form("iam", "TagRole", RoleName="r", **{"Tags.member.1.Key": "a", "Tags.member.1.Value": "b"}), []),
    (in_form("iam", "TagRole", RoleName="r", **{"Tags.member.1.Key": "a"}), [("Tags[].Value", "required")]),
    (in_form("iam", "TagRole", RoleName="r", **{"Tags.Tag.1.Key": "a"}), [("Tags.Tag", "unknown")]),
    (
        in_form(
            "rds",
            "ListTagsForResource",
            ResourceName="r",
            **{"Filters.Filter.1.Name": "a", "Filters.Filter.1.Values.Value.1": "b"},
        ),
        [],
    ),
    # REST
    (line("backup", "GET", "/backup-vaults/?maxResults=10"), []),
    (line("backup", "GET", "/backup-vaults/?maxResults=0"), [("MaxResults", "range")]),
    (line("backup", "GET", "/backup-vaults/?most=10"), [("query most", "unknown")]),
    (line("backup", "GET", "/backup-closets/"), [("", "unreadable")]),
    (
        line("backup", "PUT", "/backup-vaults/vault", '{"BackupVaultTags": {"aws:a": "b"}}'),
        [("BackupVaultTags", "rule")],
    ),
    (line("s3", "PUT", "/a-bucket"), []),
    (line("s3", "PUT", "/A_bucket"), [("Bucket", "rule")]),
    (line("s3", "PUT", "/a-bucket", **{"x-amz-lock": "yes"}), [("header x-amz-lock", "unknown")]),
    (line("s3", "PUT", "/a-bucket?versioning", "<V><Status>Enabled</Status></V>"), []),
    (
        line("s3", "PUT", "/a-bucket?versioning", "<V><Status>On</Status></V>"),
        [("VersioningConfiguration.Status", "enum")],
    ),
    (
        line("s3", "PUT", "/a-bucket?versioning", "<V><State/></V>"),
        [("VersioningConfiguration.State", "unknown")],
    ),
    (
        line(
            "s3",
            "PUT",
            "/a-bucket?cors",
            "<C><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>PATCH</AllowedMethod>"
            "</CORSRule></C>",
        ),
        [("CORSConfiguration.CORSRules[].AllowedMethods[]", "rule")],
    ),
    # Policies
    (key_policy(ALLOW), []),
    (key_policy(ALLOW | {"Actions": "*"}), [("Policy.Statement[]", "policy")]),
    (key_policy(ALLOW | {"Action": "kms:Decipher"}), [("Policy.Statement[].Action", "policy")]),
    (
        key_policy(ALLOW | {"Condition": {"Bool": {"aws:SecureTransit": "true"}}}),
        [("Policy.Statement[].Condition.Bool", "policy")],
    ),
    (key_policy(ALLOW | {"Condition": CONTEXT}), []),
    (
        key_policy(ALLOW | {"Action": "kms:DescribeKey", "Condition": CONTEXT}),
        [("Policy.Statement[].Condition.StringLike", "policy")],
    ),
    (
        in_form("iam", "PutRolePolicy", RoleName="r", PolicyName="p", PolicyDocument=policy(ALLOW)),
        [("PolicyDocument.Statement[]", "policy")],
    ),
]


def overlooked() -> Iterator[str]:
    """What the judge gets wrong; nothing if it may be believed."""
    for plant, wanted in PLANTS:
        _, faults = judgement.of(plant)
        found = [(fault.member, fault.kind) for fault in faults]
        if sorted(found) != sorted(wanted):
            sent = f"{plant['method']} {plant['target']} {plant['body']}"
            yield f"{sent}: found {found}, planted {wanted}"
    for rule in rules.RULES:
        for value, right in ((rule.right, True), (rule.wrong, False)):
            if bool(rule.holds(value, "us-east-1")) != right:
                about = f"{' '.join(rule.actions)} {rule.at}, {rule.says}"
                yield f"{about}: {value!r} is {'right' if right else 'wrong'}"
