"""Rules of Amazon CloudWatch Logs."""

import json

from rules.rule import DOCS, Rule, matches, one_of

LOGS_API = f"{DOCS}AmazonCloudWatchLogs/latest/APIReference/"


def protection(text: str, _: str) -> bool:
    """A data protection policy: an audit and a de-identification of the same data."""
    try:
        policy = json.loads(text)
        statements = policy["Statement"]
        operations = [set(statement["Operation"]) for statement in statements]
        data = [sorted(statement["DataIdentifier"]) for statement in statements]
    except (ValueError, KeyError, TypeError):
        return False
    return (
        policy.get("Version") == "2021-06-01"
        and operations == [{"Audit"}, {"Deidentify"}]
        and data[0] == data[1]
    )


def index(text: str, _: str) -> bool:
    try:
        fields = json.loads(text)
    except ValueError:
        return False
    names = fields.get("Fields", fields.get("FieldsV2", []))
    return isinstance(fields, dict) and fields.keys() <= {"Fields", "FieldsV2"} and 1 <= len(names) <= 20


RULES = [
    Rule(
        ("logs:CreateLogGroup",),
        "logGroupName",
        "not `aws/` at the beginning",
        f"{LOGS_API}API_CreateLogGroup.html",
        matches(r"(?!aws/).+"),
        "/aws/a",
        "aws/a",
    ),
    Rule(
        ("logs:PutRetentionPolicy",),
        "retentionInDays",
        "one of the numbers of days that the service knows",
        f"{LOGS_API}API_PutRetentionPolicy.html",
        one_of(
            1,
            3,
            5,
            7,
            14,
            30,
            60,
            90,
            120,
            150,
            180,
            365,
            400,
            545,
            731,
            1096,
            1827,
            2192,
            2557,
            2922,
            3288,
            3653,
        ),
        365,
        366,
    ),
    Rule(
        ("logs:PutDataProtectionPolicy",),
        "policyDocument",
        "version 2021-06-01, an audit and then a de-identification of the same",
        f"{LOGS_API}API_PutDataProtectionPolicy.html",
        protection,
        json.dumps(
            {
                "Version": "2021-06-01",
                "Statement": [
                    {"DataIdentifier": ["a"], "Operation": {"Audit": {}}},
                    {"DataIdentifier": ["a"], "Operation": {"Deidentify": {}}},
                ],
            }
        ),
        json.dumps(
            {"Version": "2021-06-01", "Statement": [{"DataIdentifier": ["a"], "Operation": {"Audit": {}}}]}
        ),
    ),
    Rule(
        ("logs:PutIndexPolicy",),
        "policyDocument",
        "an object of Fields, of which there are 1 to 20",
        f"{LOGS_API}API_PutIndexPolicy.html",
        index,
        '{"Fields": ["a"]}',
        '{"Fields": []}',
    ),
]
