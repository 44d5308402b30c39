"""The grammar of policies, and statements that could never apply.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html is the grammar. Services
refuse a policy with a `MalformedPolicyDocument`; a statement whose condition names a key that a call never
carries is taken and grants nothing.
"""

import functools
import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import botocore

from fault import Fault
from protocol import MODELS

GRAMMAR = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html"
OPERATORS_PAGE = (
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html"
)
GLOBAL_KEYS_PAGE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html"
SID_PAGE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html"
KMS_KEYS_PAGE = "https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html"
ACTIONS_PAGE = "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html"


@dataclass(frozen=True)
class Kind:
    """A kind of policy: how long it may be, and which elements its statements have."""

    # None where no document names a limit.
    characters: int | None
    source: str
    principal: bool
    resource: bool
    sid: str = r"[A-Za-z0-9 ]*"
    # Whether white space counts.
    counts_space: bool = True


ROLE = Kind(
    10_240,
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
    principal=False,
    resource=True,
    sid=r"[A-Za-z0-9]*",
    counts_space=False,
)
MANAGED = Kind(6_144, ROLE.source, principal=False, resource=True, sid=r"[A-Za-z0-9]*", counts_space=False)
TRUST = Kind(2_048, ROLE.source, principal=True, resource=False, sid=r"[A-Za-z0-9]*", counts_space=False)
KEY = Kind(32_768, "https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html", True, True)
BUCKET = Kind(
    20_480, "https://docs.aws.amazon.com/AmazonS3/latest/userguide/add-bucket-policy.html", True, True
)
ENDPOINT = Kind(
    20_480, "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html", True, True
)
LOGS = Kind(
    5_120,
    "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html",
    True,
    True,
)
VAULT = Kind(
    None,
    "https://docs.aws.amazon.com/aws-backup/latest/devguide/create-a-vault-access-policy.html",
    True,
    True,
)
SECRET = Kind(
    20_480, "https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html", True, True
)

# The actions that carry a policy: where it stands, and its kind.
PLACES: dict[str, tuple[str, Kind]] = {
    "backup:PutBackupVaultAccessPolicy": ("Policy", VAULT),
    "ec2:CreateVpcEndpoint": ("PolicyDocument", ENDPOINT),
    "ec2:ModifyVpcEndpoint": ("PolicyDocument", ENDPOINT),
    "iam:CreatePolicy": ("PolicyDocument", MANAGED),
    "iam:CreatePolicyVersion": ("PolicyDocument", MANAGED),
    "iam:CreateRole": ("AssumeRolePolicyDocument", TRUST),
    "iam:PutRolePolicy": ("PolicyDocument", ROLE),
    "iam:UpdateAssumeRolePolicy": ("PolicyDocument", TRUST),
    "kms:CreateKey": ("Policy", KEY),
    "kms:PutKeyPolicy": ("Policy", KEY),
    "logs:PutResourcePolicy": ("policyDocument", LOGS),
    "s3:PutBucketPolicy": ("Policy", BUCKET),
    "secretsmanager:PutResourcePolicy": ("ResourcePolicy", SECRET),
}

ELEMENTS = {
    "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource",
    "Condition",
}  # fmt: skip

OPERATORS = {
    "StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike",
    "StringNotLike", "NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals",
    "NumericGreaterThan", "NumericGreaterThanEquals", "DateEquals", "DateNotEquals", "DateLessThan",
    "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals", "Bool", "BinaryEquals", "IpAddress",
    "NotIpAddress", "ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike",
}  # fmt: skip

# Keys that any service may have: GLOBAL_KEYS_PAGE.
GLOBAL_KEYS = {
    "aws:AssumedRoot", "aws:CalledVia", "aws:CalledViaFirst", "aws:CalledViaLast", "aws:CurrentTime",
    "aws:Ec2InstanceSourcePrivateIPv4", "aws:Ec2InstanceSourceVpc", "aws:EpochTime", "aws:FederatedProvider",
    "aws:MultiFactorAuthAge", "aws:MultiFactorAuthPresent", "aws:PrincipalAccount", "aws:PrincipalArn",
    "aws:PrincipalIsAWSService", "aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:PrincipalServiceName",
    "aws:PrincipalServiceNamesList", "aws:PrincipalType", "aws:Referer", "aws:RequestedRegion",
    "aws:ResourceAccount", "aws:ResourceOrgID", "aws:ResourceOrgPaths", "aws:SecureTransport",
    "aws:SourceAccount", "aws:SourceArn", "aws:SourceIdentity", "aws:SourceIp", "aws:SourceOrgID",
    "aws:SourceOrgPaths", "aws:SourceVpc", "aws:SourceVpcArn", "aws:SourceVpce", "aws:TagKeys",
    "aws:TokenIssueTime", "aws:UserAgent", "aws:userid", "aws:username", "aws:VpceAccount", "aws:VpceOrgID",
    "aws:VpceOrgPaths", "aws:VpcSourceIp", "aws:ViaAWSService",
}  # fmt: skip
GLOBAL_PREFIXES = ("aws:PrincipalTag/", "aws:RequestTag/", "aws:ResourceTag/")

# The keys of the services that policies of ours name; a service that isn't here isn't judged.
SERVICE_KEYS = {
    # KMS_KEYS_PAGE
    "kms": {
        "BypassPolicyLockoutSafetyCheck", "CallerAccount", "CustomerMasterKeySpec", "CustomerMasterKeyUsage",
        "DataKeyPairSpec", "EncryptionAlgorithm", "EncryptionContextKeys", "ExpirationModel",
        "GrantConstraintType", "GrantIsForAWSResource", "GrantOperations", "GranteePrincipal",
        "KeyAgreementAlgorithm", "KeyOrigin", "KeySpec", "KeyUsage", "MacAlgorithm", "MessageType",
        "MultiRegion", "MultiRegionKeyType", "PrimaryRegion", "ReEncryptOnSameKey", "RecipientAttestation",
        "ReplicaRegion", "RequestAlias", "ResourceAliases", "RetiringPrincipal", "RotationPeriodInDays",
        "ScheduleKeyDeletionPendingWindowInDays", "SigningAlgorithm", "ValidTo", "ViaService",
        "WrappingAlgorithm", "WrappingKeySpec", "EncryptionContext:", "RecipientAttestation:",
    },
    # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
    "s3": {
        "AccessGrantsInstanceArn", "AccessPointNetworkOrigin", "BucketTag/", "DataAccessPointAccount",
        "DataAccessPointArn", "ExistingJobOperation", "ExistingJobPriority", "ExistingObjectTag/",
        "InventoryAccessibleOptionalFields", "JobSuspendedCause", "RequestJobOperation", "RequestJobPriority",
        "RequestObjectTag/", "RequestObjectTagKeys", "ResourceAccount", "TlsVersion", "authType", "delimiter",
        "destinationRegion", "if-match", "if-none-match", "isReplicationPauseRequest", "locationconstraint",
        "max-keys", "object-lock-legal-hold", "object-lock-mode", "object-lock-remaining-retention-days",
        "object-lock-retain-until-date", "prefix", "signatureAge", "signatureversion", "versionid",
        "x-amz-acl", "x-amz-content-sha256", "x-amz-copy-source", "x-amz-grant-full-control",
        "x-amz-grant-read", "x-amz-grant-read-acp", "x-amz-grant-write", "x-amz-grant-write-acp",
        "x-amz-metadata-directive", "x-amz-object-ownership", "x-amz-server-side-encryption",
        "x-amz-server-side-encryption-aws-kms-key-id", "x-amz-server-side-encryption-customer-algorithm",
        "x-amz-storage-class", "x-amz-website-redirect-location", "ObjectCreationOperation",
    },
}  # fmt: skip

# Actions that IAM knows and no operation has the name of.
IAM_ONLY = {
    "kms": {"ReEncryptFrom", "ReEncryptTo"},
    "logs": {
        "CreateLogDelivery",
        "UpdateLogDelivery",
        "DeleteLogDelivery",
        "GetLogDelivery",
        "ListLogDeliveries",
        "Unmask",
    },
    "backup": {"CopyFromBackupVault", "CopyIntoBackupVault"},
    "iam": {"PassRole"},
}
# S3 names its permissions otherwise than its operations.
NOT_BY_OPERATION = {"s3", "s3-object-lambda", "lambda", "execute-api", "rds-db", "ssmmessages"}

# Keys that only some calls of a service carry: KMS_KEYS_PAGE.
CRYPTOGRAPHIC = {
    "CreateGrant", "Decrypt", "Encrypt", "GenerateDataKey", "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext", "GenerateDataKeyWithoutPlaintext", "ReEncrypt", "ReEncryptFrom",
    "ReEncryptTo", "RetireGrant",
}  # fmt: skip
CARRIED_BY = {
    "kms:EncryptionContext:": CRYPTOGRAPHIC,
    "kms:EncryptionContextKeys": CRYPTOGRAPHIC,
    "kms:GrantIsForAWSResource": {"CreateGrant", "ListGrants", "RevokeGrant"},
    "kms:GrantOperations": {"CreateGrant"},
    "kms:GranteePrincipal": {"CreateGrant"},
    "kms:ScheduleKeyDeletionPendingWindowInDays": {"ScheduleKeyDeletion"},
}


@functools.cache
def operations(service: str) -> frozenset[str]:
    """The operations of a service; none where botocore doesn't know it."""
    data = Path(botocore.__file__).parent / "data" / MODELS.get(service, service)
    models = sorted(data.glob("*/service-2.json*"))
    if not models:
        return frozenset()
    opened = gzip.open(models[-1]) if models[-1].suffix == ".gz" else models[-1].open("rb")
    with opened as file:
        return frozenset(json.load(file)["operations"])


def judge(action: str, parameters: dict[str, Any]) -> Iterator[Fault]:
    """What is wrong with the policy that a request carries, if it carries one."""
    if action not in PLACES:
        return
    member, kind = PLACES[action]
    text = parameters.get(member)
    if not text:
        return

    def fault(says: str, value: Any, source: str = GRAMMAR, where: str = "") -> Fault:
        return Fault(f"{member}{where}", "policy", says, value, source)

    length = len(text if kind.counts_space else re.sub(r"\s", "", text))
    if kind.characters is not None and length > kind.characters:
        yield fault(f"{kind.characters} characters at most", length, kind.source)
    try:
        policy = json.loads(text)
    except ValueError as error:
        yield fault(f"it isn't JSON: {error}", text)
        return
    if not isinstance(policy, dict):
        yield fault("an object wanted", text)
        return
    if unknown := policy.keys() - {"Version", "Id", "Statement"}:
        yield fault("a policy has Version, Id and Statement", sorted(unknown))
    if policy.get("Version") not in ("2012-10-17", "2008-10-17"):
        yield fault("2012-10-17 or 2008-10-17", policy.get("Version"), where=".Version")
    statements = listed(policy.get("Statement", []))
    if not statements:
        yield fault("at least one statement", None, where=".Statement")
    sids = [
        statement["Sid"] for statement in statements if isinstance(statement, dict) and "Sid" in statement
    ]
    if len(sids) != len(set(sids)):
        yield fault("each Sid once", sids, SID_PAGE, ".Statement[].Sid")
    for n, statement in enumerate(statements):
        for says, value, source, where in of_statement(statement, kind):
            yield fault(says, value, source, f".Statement[{n}]{where}")


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


Finding = tuple[str, Any, str, str]


def of_statement(statement: Any, kind: Kind) -> Iterator[Finding]:
    """What is wrong with one statement: what is right, what was sent, who says so, and where."""
    if not isinstance(statement, dict):
        yield "an object wanted", statement, GRAMMAR, ""
        return
    if unknown := statement.keys() - ELEMENTS:
        yield "a statement has no such element", sorted(unknown), GRAMMAR, ""
    if statement.get("Effect") not in ("Allow", "Deny"):
        yield "Allow or Deny", statement.get("Effect"), GRAMMAR, ".Effect"
    if not re.fullmatch(kind.sid, statement.get("Sid", "")):
        yield f"it must match {kind.sid}", statement["Sid"], SID_PAGE, ".Sid"
    for element, wanted in (("Principal", kind.principal), ("Action", True), ("Resource", kind.resource)):
        there = [name for name in (element, f"Not{element}") if name in statement]
        if len(there) != int(wanted):
            right = (
                f"either {element} or Not{element}" if wanted else f"no {element} in a policy of this kind"
            )
            yield right, there, GRAMMAR, ""
    for principal in ("Principal", "NotPrincipal"):
        yield from principals(statement.get(principal, "*"), principal)
    named = [a for name in ("Action", "NotAction") for a in listed(statement.get(name, []))]
    for action in named:
        yield from of_action(action)
    for name in ("Resource", "NotResource"):
        for resource in listed(statement.get(name, [])):
            if not isinstance(resource, str) or not re.fullmatch(
                r"\*|arn:[^:]+:[^:]*:[^:]*:[^:]*:.+", resource, re.DOTALL
            ):
                yield "`*` or an ARN", resource, GRAMMAR, f".{name}"
    yield from conditions(statement, named)


def principals(principal: Any, where: str) -> Iterator[Finding]:
    if principal == "*":
        return
    if not isinstance(principal, dict) or not principal:
        yield "`*`, or an object of AWS, Service, Federated or CanonicalUser", principal, GRAMMAR, f".{where}"
        return
    for kind, values in principal.items():
        if kind not in ("AWS", "Service", "Federated", "CanonicalUser"):
            yield "AWS, Service, Federated or CanonicalUser", kind, GRAMMAR, f".{where}"
        for value in listed(values):
            right = {
                "AWS": r"\*|\d{12}|arn:[a-z-]+:(iam|sts)::.+|AROA\w+|AIDA\w+",
                "Service": r"[a-z0-9.-]+\.amazonaws\.com(\.cn)?",
            }.get(kind, ".+")
            if not isinstance(value, str) or not re.fullmatch(right, value):
                yield f"it must match {right}", value, GRAMMAR, f".{where}.{kind}"


def of_action(action: Any) -> Iterator[Finding]:
    if action == "*":
        return
    parts = re.fullmatch(r"(\*|[a-z0-9-]+):([A-Za-z0-9*?]+)", action) if isinstance(action, str) else None
    if parts is None:
        yield "service:Action", action, GRAMMAR, ".Action"
        return
    service, name = parts[1], parts[2]
    known = operations(service) if service not in NOT_BY_OPERATION else frozenset()
    if not known:
        return
    pattern = re.compile(re.escape(name).replace(r"\*", ".*").replace(r"\?", "."), re.IGNORECASE)
    if not any(pattern.fullmatch(other) for other in known | IAM_ONLY.get(service, set())):
        yield f"{service} has no such action", action, ACTIONS_PAGE, ".Action"


def conditions(statement: dict[str, Any], actions: list[Any]) -> Iterator[Finding]:
    for operator, keys in statement.get("Condition", {}).items():
        bare = operator.rpartition(":")[2].removesuffix("IfExists")
        quantifier = operator.rpartition(":")[0]
        if bare not in OPERATORS | {"Null"} or quantifier not in ("", "ForAllValues", "ForAnyValue"):
            yield "there is no such operator", operator, OPERATORS_PAGE, ".Condition"
        for key in keys:
            if not is_key(key):
                yield "there is no such condition key", key, GLOBAL_KEYS_PAGE, f".Condition.{operator}"
            absent_is_true = (
                operator.endswith("IfExists")
                or bare == "Null"
                or "Not" in bare
                or quantifier == "ForAllValues"
            )
            if statement.get("Effect") == "Allow" and not absent_is_true:
                for action in never_carried(key, actions):
                    says = f"{action} never carries this key, so that the statement grants it to nobody"
                    yield says, key, KMS_KEYS_PAGE, f".Condition.{operator}"


def is_key(key: str) -> bool:
    if key.startswith(GLOBAL_PREFIXES) or key.lower() in {known.lower() for known in GLOBAL_KEYS}:
        return True
    service, _, name = key.partition(":")
    if service == "aws" or not name:
        return False
    known = SERVICE_KEYS.get(service)
    if known is None:
        # Federated providers are services of their own: `token.actions.githubusercontent.com:aud`.
        return True
    return any(
        name.lower() == k.lower() or k[-1] in ":/" and name.lower().startswith(k.lower()) for k in known
    )


def never_carried(key: str, actions: list[Any]) -> list[str]:
    """The actions among these whose calls never carry a key."""
    for beginning, carriers in CARRIED_BY.items():
        if key == beginning or beginning.endswith(":") and key.startswith(beginning):
            return [action for action in actions if not carries(str(action), carriers)]
    return []


def carries(action: str, carriers: set[str]) -> bool:
    name = action.partition(":")[2] or "*"
    pattern = re.compile(re.escape(name).replace(r"\*", ".*").replace(r"\?", "."), re.IGNORECASE)
    return any(pattern.fullmatch(carrier) for carrier in carriers)
