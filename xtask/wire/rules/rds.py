"""Rules of Amazon RDS."""

import re
from typing import Any

from rules.rule import DOCS, Holds, Rule, between, matches, not_both, one_of

RDS_API = f"{DOCS}AmazonRDS/latest/APIReference/"
RDS_GUIDE = f"{DOCS}AmazonRDS/latest/UserGuide/"

LOG_EXPORTS = {
    "postgres": {"postgresql", "upgrade", "iam-db-auth-error"},
    "mysql": {"audit", "error", "general", "slowquery", "iam-db-auth-error"},
    "mariadb": {"audit", "error", "general", "slowquery", "iam-db-auth-error"},
    "oracle": {"alert", "audit", "listener", "trace", "oemagent"},
    "sqlserver": {"agent", "error"},
}

RDS_INSTANCE = ("rds:CreateDBInstance", "rds:ModifyDBInstance")


def window(text: str, weekly: bool) -> tuple[int, int] | None:
    """A window of maintenance or backups in minutes, of at least half an hour."""
    day = r"(mon|tue|wed|thu|fri|sat|sun):" if weekly else "()"
    found = re.fullmatch(rf"{day}([01]\d|2[0-3]):([0-5]\d)-{day}([01]\d|2[0-3]):([0-5]\d)", text.lower())
    if found is None:
        return None
    days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    length = 7 * 1440 if weekly else 1440
    begin, end = (
        (days.index(found[d]) * 1440 if weekly else 0) + int(found[d + 1]) * 60 + int(found[d + 2])
        for d in (1, 4)
    )
    end += length if end <= begin else 0
    return (begin, end) if end - begin >= 30 else None


def windows_apart(parameters: dict[str, Any], _: str) -> bool:
    texts = parameters.get("PreferredBackupWindow"), parameters.get("PreferredMaintenanceWindow")
    if not all(texts):
        return True
    backup, maintenance = window(texts[0], False), window(texts[1], True)
    if backup is None or maintenance is None:
        return True  # Other rows say so.
    days = range(-1, 9)
    return not any(
        backup[0] + d * 1440 < maintenance[1] and maintenance[0] < backup[1] + d * 1440 for d in days
    )


def rds_name(longest: int) -> Holds:
    return matches(rf"(?=.{{1,{longest}}}$)[A-Za-z](-?[A-Za-z0-9])*")


def gp3(parameters: dict[str, Any], _: str) -> bool:
    """Below a size that depends on the engine, gp3 takes no IOPS or throughput but its own."""
    if parameters.get("StorageType") != "gp3" or not {"AllocatedStorage", "Engine"} <= parameters.keys():
        return True
    engine, size = parameters["Engine"], parameters["AllocatedStorage"]
    striped = 0 if engine.startswith("sqlserver") else 200 if engine.startswith("oracle") else 400
    return size >= striped or not {"Iops", "StorageThroughput"} & parameters.keys()


def log_exports(parameters: dict[str, Any], _: str) -> bool:
    engine = parameters.get("Engine", "").partition("-")[0]
    known = LOG_EXPORTS.get(engine)
    return known is None or set(parameters.get("EnableCloudwatchLogsExports", [])) <= known


RULES = [
    Rule(
        ("rds:CreateDBInstance",),
        "DBInstanceIdentifier",
        "at most 63 letters, numbers and dashes, a letter first, no two dashes",
        f"{RDS_API}API_CreateDBInstance.html",
        rds_name(63),
        "a-database",
        "a--database",
    ),
    Rule(
        ("rds:CreateDBParameterGroup",),
        "DBParameterGroupName",
        "at most 255 letters, numbers and dashes, a letter first, no two dashes",
        f"{RDS_API}API_CreateDBParameterGroup.html",
        rds_name(255),
        "a-group",
        "1-group",
    ),
    Rule(
        ("rds:CreateDBSubnetGroup",),
        "DBSubnetGroupName",
        "at most 255 letters, numbers, `.`, `_`, spaces and dashes, not `default`",
        f"{RDS_API}API_CreateDBSubnetGroup.html",
        matches(r"(?i)(?!default$)[a-z][a-z0-9._ -]{0,254}"),
        "a-group",
        "default",
    ),
    Rule(
        ("rds:CreateDBSubnetGroup", "rds:ModifyDBSubnetGroup"),
        "SubnetIds",
        "subnets in two zones at least",
        f"{RDS_API}API_CreateDBSubnetGroup.html",
        lambda value, _: len(value) >= 2,
        ["a", "b"],
        ["a"],
    ),
    Rule(
        ("rds:DeleteDBInstance",),
        "",
        "a name for the final snapshot, or that there is none",
        f"{RDS_API}API_DeleteDBInstance.html",
        lambda value, _: bool(value.get("SkipFinalSnapshot")) != ("FinalDBSnapshotIdentifier" in value),
        {"SkipFinalSnapshot": True},
        {"SkipFinalSnapshot": True, "FinalDBSnapshotIdentifier": "a"},
    ),
    Rule(
        ("rds:DeleteDBInstance",),
        "FinalDBSnapshotIdentifier",
        "at most 255 letters, numbers and dashes, a letter first, no two dashes",
        f"{RDS_API}API_DeleteDBInstance.html",
        rds_name(255),
        "last",
        "last-",
    ),
    Rule(
        RDS_INSTANCE,
        "PreferredBackupWindow",
        "hh:mm-hh:mm, half an hour at least",
        f"{RDS_API}API_CreateDBInstance.html",
        lambda value, _: window(value, False) is not None,
        "03:00-03:30",
        "03:00-03:20",
    ),
    Rule(
        RDS_INSTANCE,
        "PreferredMaintenanceWindow",
        "ddd:hh:mm-ddd:hh:mm, half an hour at least",
        f"{RDS_API}API_CreateDBInstance.html",
        lambda value, _: window(value, True) is not None,
        "mon:03:00-mon:03:30",
        "03:00-03:30",
    ),
    Rule(
        RDS_INSTANCE,
        "",
        "backups outside the window of maintenance",
        f"{RDS_API}API_CreateDBInstance.html",
        windows_apart,
        {"PreferredBackupWindow": "03:00-03:30", "PreferredMaintenanceWindow": "mon:03:30-mon:04:00"},
        {"PreferredBackupWindow": "23:45-00:15", "PreferredMaintenanceWindow": "mon:00:00-mon:00:30"},
    ),
    Rule(
        RDS_INSTANCE,
        "BackupRetentionPeriod",
        "0 to 35 days",
        f"{RDS_API}API_CreateDBInstance.html",
        between(0, 35),
        35,
        36,
    ),
    Rule(
        RDS_INSTANCE,
        "MonitoringInterval",
        "0, 1, 5, 10, 15, 30 or 60 seconds",
        f"{RDS_API}API_CreateDBInstance.html",
        one_of(0, 1, 5, 10, 15, 30, 60),
        60,
        20,
    ),
    Rule(
        ("rds:CreateDBInstance",),
        "",
        "a role where there is monitoring",
        f"{RDS_API}API_CreateDBInstance.html",
        lambda value, _: not value.get("MonitoringInterval") or bool(value.get("MonitoringRoleArn")),
        {"MonitoringInterval": 60, "MonitoringRoleArn": "a"},
        {"MonitoringInterval": 60},
    ),
    Rule(
        RDS_INSTANCE,
        "PerformanceInsightsRetentionPeriod",
        "7, 731, or 31 times a number of months from 1 to 23",
        f"{RDS_API}API_CreateDBInstance.html",
        one_of(7, 731, *(31 * months for months in range(1, 24))),
        31,
        30,
    ),
    Rule(
        RDS_INSTANCE,
        "",
        "465 days of performance insights at least for advanced database insights",
        f"{RDS_GUIDE}USER_DatabaseInsights.TurningOnAdvanced.html",
        lambda value, _: (
            value.get("DatabaseInsightsMode") != "advanced"
            or value.get("PerformanceInsightsRetentionPeriod", 465) >= 465
        ),
        {"DatabaseInsightsMode": "advanced", "PerformanceInsightsRetentionPeriod": 465},
        {"DatabaseInsightsMode": "advanced", "PerformanceInsightsRetentionPeriod": 7},
    ),
    Rule(
        ("rds:CreateDBInstance",),
        "",
        "no IOPS or throughput for gp3 below the size from which it is striped",
        f"{RDS_GUIDE}CHAP_Storage.html",
        gp3,
        {"Engine": "postgres", "StorageType": "gp3", "AllocatedStorage": 400, "Iops": 12000},
        {"Engine": "postgres", "StorageType": "gp3", "AllocatedStorage": 100, "Iops": 3000},
    ),
    Rule(
        RDS_INSTANCE,
        "",
        "room for autoscaling of a tenth at least",
        f"{RDS_GUIDE}USER_PIOPS.Autoscaling.html",
        lambda value, _: (
            not {"MaxAllocatedStorage", "AllocatedStorage"} <= value.keys()
            or value["MaxAllocatedStorage"] * 10 >= value["AllocatedStorage"] * 11
        ),
        {"AllocatedStorage": 100, "MaxAllocatedStorage": 110},
        {"AllocatedStorage": 100, "MaxAllocatedStorage": 109},
    ),
    Rule(
        ("rds:CreateDBInstance",),
        "",
        "logs that the engine has",
        f"{RDS_API}API_CreateDBInstance.html",
        log_exports,
        {"Engine": "postgres", "EnableCloudwatchLogsExports": ["upgrade"]},
        {"Engine": "postgres", "EnableCloudwatchLogsExports": ["audit"]},
    ),
    Rule(
        ("rds:CreateDBInstance",),
        "MasterUsername",
        "a letter first, at most 63 characters",
        f"{RDS_API}API_CreateDBInstance.html",
        matches(r"[A-Za-z][A-Za-z0-9_]{0,62}"),
        "admin_1",
        "1admin",
    ),
    Rule(
        RDS_INSTANCE,
        "",
        "no password where RDS manages it",
        f"{RDS_API}API_CreateDBInstance.html",
        not_both("ManageMasterUserPassword", "MasterUserPassword"),
        {"ManageMasterUserPassword": True},
        {"ManageMasterUserPassword": True, "MasterUserPassword": "a"},
    ),
    Rule(
        ("rds:ModifyDBParameterGroup", "rds:ResetDBParameterGroup"),
        "Parameters",
        "at most 20 parameters at a time",
        f"{RDS_API}API_ModifyDBParameterGroup.html",
        lambda value, _: len(value) <= 20,
        [{}],
        [{}] * 21,
    ),
    Rule(
        ("rds:ModifyDBParameterGroup",),
        "Parameters[]",
        "static parameters at the next reboot",
        f"{RDS_API}API_ModifyDBParameterGroup.html",
        lambda value, _: (
            value.get("ApplyMethod") != "immediate"
            or value.get("ParameterName")
            not in ("shared_preload_libraries", "max_connections", "shared_buffers")
        ),
        {"ParameterName": "max_connections", "ApplyMethod": "pending-reboot"},
        {"ParameterName": "max_connections", "ApplyMethod": "immediate"},
    ),
]
