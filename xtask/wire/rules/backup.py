"""Rules of AWS Backup."""

from typing import Any

from rules.rule import DOCS, Rule, matches, unique

BACKUP_API = f"{DOCS}aws-backup/latest/devguide/"

PLAN = ("backup:CreateBackupPlan", "backup:UpdateBackupPlan")


def cold_storage(lifecycle: dict[str, Any], _: str) -> bool:
    cold, delete = lifecycle.get("MoveToColdStorageAfterDays", -1), lifecycle.get("DeleteAfterDays", -1)
    return cold < 0 or delete < 0 or delete >= cold + 90


def backup_windows(rule: dict[str, Any], _: str) -> bool:
    start, completion = rule.get("StartWindowMinutes", 480), rule.get("CompletionWindowMinutes", 10_080)
    return start >= 60 and completion > start


def retention_bounds(parameters: dict[str, Any], _: str) -> bool:
    low, high = parameters.get("MinRetentionDays", 1), parameters.get("MaxRetentionDays", 36_500)
    return 1 <= low <= high <= 36_500


RULES = [
    Rule(
        PLAN,
        "BackupPlan.Rules[].Lifecycle",
        "deleted 90 days after the move to cold storage at the earliest",
        f"{BACKUP_API}API_Lifecycle.html",
        cold_storage,
        {"MoveToColdStorageAfterDays": 10, "DeleteAfterDays": 100},
        {"MoveToColdStorageAfterDays": 10, "DeleteAfterDays": 99},
    ),
    Rule(
        PLAN,
        "BackupPlan.Rules[].CopyActions[].Lifecycle",
        "deleted 90 days after the move to cold storage at the earliest",
        f"{BACKUP_API}API_Lifecycle.html",
        cold_storage,
        {"MoveToColdStorageAfterDays": 10, "DeleteAfterDays": 100},
        {"MoveToColdStorageAfterDays": 10, "DeleteAfterDays": 99},
    ),
    Rule(
        PLAN,
        "BackupPlan.Rules[]",
        "a start window of 60 minutes at least, and one for the completion that is longer",
        f"{BACKUP_API}API_BackupRuleInput.html",
        backup_windows,
        {"StartWindowMinutes": 60, "CompletionWindowMinutes": 120},
        {"StartWindowMinutes": 30, "CompletionWindowMinutes": 120},
    ),
    Rule(
        PLAN,
        "BackupPlan.Rules[].ScheduleExpression",
        "cron(…) of six fields, or rate(…)",
        f"{BACKUP_API}API_BackupRuleInput.html",
        matches(r"cron\(\S+( \S+){5}\)|rate\(.+\)"),
        "cron(0 5 ? * * *)",
        "cron(0 5 * * *)",
    ),
    Rule(
        PLAN,
        "BackupPlan.Rules",
        "each name of a rule once",
        f"{BACKUP_API}API_BackupRuleInput.html",
        unique("RuleName"),
        [{"RuleName": "a"}, {"RuleName": "b"}],
        [{"RuleName": "a"}, {"RuleName": "a"}],
    ),
    Rule(
        ("backup:PutBackupVaultLockConfiguration",),
        "",
        "1 day at least, 36,500 at most, and the least below the most",
        f"{BACKUP_API}API_PutBackupVaultLockConfiguration.html",
        retention_bounds,
        {"MinRetentionDays": 7, "MaxRetentionDays": 30},
        {"MinRetentionDays": 31, "MaxRetentionDays": 30},
    ),
    Rule(
        ("backup:PutBackupVaultLockConfiguration",),
        "ChangeableForDays",
        "3 days at least",
        f"{BACKUP_API}API_PutBackupVaultLockConfiguration.html",
        lambda value, _: value >= 3,
        3,
        2,
    ),
]
