"""Rules of AWS KMS."""

from typing import Any

from rules.rule import DOCS, Rule, between, matches

KMS_API = f"{DOCS}kms/latest/APIReference/"

KEY_USES = {
    "SYMMETRIC_DEFAULT": {"ENCRYPT_DECRYPT"},
    "HMAC": {"GENERATE_VERIFY_MAC"},
    "RSA": {"ENCRYPT_DECRYPT", "SIGN_VERIFY"},
    "ECC_NIST": {"SIGN_VERIFY", "KEY_AGREEMENT"},
    "ECC_SECG": {"SIGN_VERIFY"},
    "ML_DSA": {"SIGN_VERIFY"},
    "SM2": {"ENCRYPT_DECRYPT", "SIGN_VERIFY", "KEY_AGREEMENT"},
}


def key_use(parameters: dict[str, Any], _: str) -> bool:
    spec, use = parameters.get("KeySpec", "SYMMETRIC_DEFAULT"), parameters.get("KeyUsage", "ENCRYPT_DECRYPT")
    known = [uses for beginning, uses in KEY_USES.items() if spec.startswith(beginning)]
    return not known or use in known[0]


RULES = [
    Rule(
        ("kms:CreateAlias", "kms:UpdateAlias"),
        "AliasName",
        "`alias/`, then letters, numbers, `/`, `_` and `-`, and not `aws/`",
        f"{KMS_API}API_CreateAlias.html",
        matches(r"alias/(?!aws/)[A-Za-z0-9/_-]{1,250}"),
        "alias/data",
        "alias/aws/data",
    ),
    Rule(
        ("kms:ScheduleKeyDeletion",),
        "PendingWindowInDays",
        "7 to 30 days",
        f"{KMS_API}API_ScheduleKeyDeletion.html",
        between(7, 30),
        7,
        6,
    ),
    Rule(
        ("kms:CreateKey",),
        "",
        "a usage that the spec of the key has",
        f"{KMS_API}API_CreateKey.html",
        key_use,
        {"KeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY"},
        {"KeyUsage": "SIGN_VERIFY"},
    ),
]
