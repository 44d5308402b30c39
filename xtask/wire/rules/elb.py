"""Rules of Elastic Load Balancing."""

from typing import Any

from rules.rule import DOCS, Rule, exactly_one, matches

ELB_API = f"{DOCS}elasticloadbalancing/latest/APIReference/"


def health_check(parameters: dict[str, Any], _: str) -> bool:
    interval, timeout = (
        parameters.get("HealthCheckIntervalSeconds"),
        parameters.get("HealthCheckTimeoutSeconds"),
    )
    return interval is None or timeout is None or timeout < interval


def listener(parameters: dict[str, Any], _: str) -> bool:
    secure = parameters.get("Protocol") in ("HTTPS", "TLS")
    return (
        bool(parameters.get("Certificates"))
        if secure
        else not {"Certificates", "SslPolicy"} & parameters.keys()
    )


RULES = [
    Rule(
        ("elasticloadbalancing:CreateLoadBalancer",),
        "Name",
        "at most 32 letters, numbers and dashes, no dash at an end, not `internal-` at the beginning",
        f"{ELB_API}API_CreateLoadBalancer.html",
        matches(r"(?!internal-)(?!-)[A-Za-z0-9-]{1,32}(?<!-)"),
        "web",
        "internal-web",
    ),
    Rule(
        ("elasticloadbalancing:CreateTargetGroup",),
        "Name",
        "at most 32 letters, numbers and dashes, no dash at an end",
        f"{ELB_API}API_CreateTargetGroup.html",
        matches(r"(?!-)[A-Za-z0-9-]{1,32}(?<!-)"),
        "web",
        "web-",
    ),
    Rule(
        ("elasticloadbalancing:CreateTargetGroup", "elasticloadbalancing:ModifyTargetGroup"),
        "",
        "a health check that times out before the next one",
        f"{DOCS}elasticloadbalancing/latest/application/target-group-health-checks.html",
        health_check,
        {"HealthCheckIntervalSeconds": 30, "HealthCheckTimeoutSeconds": 5},
        {"HealthCheckIntervalSeconds": 10, "HealthCheckTimeoutSeconds": 10},
    ),
    Rule(
        ("elasticloadbalancing:CreateListener",),
        "",
        "a certificate for HTTPS and TLS, and none for others",
        f"{ELB_API}API_CreateListener.html",
        listener,
        {"Protocol": "HTTPS", "Certificates": [{}]},
        {"Protocol": "HTTPS", "Certificates": []},
    ),
    Rule(
        ("elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:SetSubnets"),
        "",
        "either subnets or their mappings",
        f"{ELB_API}API_CreateLoadBalancer.html",
        exactly_one("Subnets", "SubnetMappings"),
        {"Subnets": ["a", "b"]},
        {"Subnets": ["a"], "SubnetMappings": [{}]},
    ),
]
