"""Rules of AWS CloudTrail."""

from rules.rule import DOCS, Rule, exactly_one, matches, together

TRAIL_API = f"{DOCS}awscloudtrail/latest/APIReference/"

TRAIL = ("cloudtrail:CreateTrail", "cloudtrail:UpdateTrail")


RULES = [
    Rule(
        TRAIL,
        "Name",
        "3 to 128 letters, numbers, `.`, `_` and `-`, no two signs in a row and none at an end",
        f"{TRAIL_API}API_CreateTrail.html",
        matches(r"(?=.{3,128}$)[A-Za-z0-9]([._-]?[A-Za-z0-9])*|arn:[^:]+:cloudtrail:.+"),
        "audit-1",
        "audit--1",
    ),
    Rule(
        TRAIL,
        "CloudWatchLogsLogGroupArn",
        "the ARN of a log group with `:*` at its end",
        f"{TRAIL_API}API_CreateTrail.html",
        matches(r"arn:[^:]+:logs:[^:]+:\d{12}:log-group:[^:]+:\*|"),
        "arn:aws:logs:us-east-1:123456789012:log-group:a:*",
        "arn:aws:logs:us-east-1:123456789012:log-group:a",
    ),
    Rule(
        TRAIL,
        "",
        "a log group and its role, or neither",
        f"{TRAIL_API}API_CreateTrail.html",
        together("CloudWatchLogsLogGroupArn", "CloudWatchLogsRoleArn"),
        {"Name": "a"},
        {"CloudWatchLogsRoleArn": "a"},
    ),
    Rule(
        ("cloudtrail:PutEventSelectors",),
        "",
        "either event selectors or advanced ones",
        f"{TRAIL_API}API_PutEventSelectors.html",
        exactly_one("EventSelectors", "AdvancedEventSelectors"),
        {"EventSelectors": []},
        {"EventSelectors": [], "AdvancedEventSelectors": []},
    ),
    Rule(
        ("cloudtrail:PutEventSelectors",),
        "EventSelectors",
        "at most five event selectors",
        f"{TRAIL_API}API_PutEventSelectors.html",
        lambda value, _: len(value) <= 5,
        [{}],
        [{}] * 6,
    ),
    Rule(
        ("cloudtrail:PutEventSelectors",),
        "AdvancedEventSelectors[].FieldSelectors",
        "a field selector of eventCategory",
        f"{TRAIL_API}API_AdvancedFieldSelector.html",
        lambda value, _: any(field["Field"] == "eventCategory" for field in value),
        [{"Field": "eventCategory"}],
        [{"Field": "resources.type"}],
    ),
]
