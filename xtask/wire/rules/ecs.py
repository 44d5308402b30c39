"""Rules of Amazon ECS."""

import re
from typing import Any

from rules.rule import DOCS, Rule, between, matches, unique

ECS_API = f"{DOCS}AmazonECS/latest/APIReference/"

# CPU units, and the MiB of memory that go with them.
FARGATE = {
    256: {512, 1024, 2048},
    512: set(range(1024, 4097, 1024)),
    1024: set(range(2048, 8193, 1024)),
    2048: set(range(4096, 16385, 1024)),
    4096: set(range(8192, 30721, 1024)),
    8192: set(range(16384, 61441, 4096)),
    16384: set(range(32768, 122881, 8192)),
}


def in_units(text: str, unit: str) -> int:
    """`1024`, or `1 vCPU`, `2 GB` and the like."""
    number = re.fullmatch(rf"([\d.]+)\s*{unit}", text, re.IGNORECASE)
    return int(float(number[1]) * 1024) if number else int(text)


def fargate(parameters: dict[str, Any], _: str) -> bool:
    if "FARGATE" not in parameters.get("requiresCompatibilities", []):
        return True
    if not {"cpu", "memory"} <= parameters.keys() or parameters.get("networkMode") != "awsvpc":
        return False
    return in_units(parameters["memory"], "GB") in FARGATE.get(in_units(parameters["cpu"], "vCPU"), set())


def names_of_container(container: dict[str, Any], _: str) -> bool:
    """No variable twice, be it in clear or a secret."""
    names = [entry["name"] for entry in container.get("environment", []) + container.get("secrets", [])]
    return len(names) == len(set(names))


def deployable(configuration: dict[str, Any], _: str) -> bool:
    most, least = configuration.get("maximumPercent", 200), configuration.get("minimumHealthyPercent", 100)
    return most > 100 or least < 100


RULES = [
    Rule(
        ("ecs:CreateCluster",),
        "clusterName",
        "at most 255 letters, numbers, `_` and `-`",
        f"{ECS_API}API_CreateCluster.html",
        matches(r"[A-Za-z0-9_-]{1,255}"),
        "a-cluster",
        "a cluster",
    ),
    Rule(
        ("ecs:CreateService",),
        "serviceName",
        "at most 255 letters, numbers, `_` and `-`",
        f"{ECS_API}API_CreateService.html",
        matches(r"[A-Za-z0-9_-]{1,255}"),
        "a-service",
        "a service",
    ),
    Rule(
        ("ecs:CreateService",),
        "clientToken",
        "at most 36 characters from 33 to 126",
        f"{ECS_API}API_CreateService.html",
        matches(r"[!-~]{0,36}"),
        "token",
        "t" * 37,
    ),
    Rule(
        ("ecs:CreateService", "ecs:UpdateService"),
        "deploymentConfiguration",
        "tasks may be started first or stopped first",
        f"{ECS_API}API_DeploymentConfiguration.html",
        deployable,
        {"maximumPercent": 200, "minimumHealthyPercent": 100},
        {"maximumPercent": 100, "minimumHealthyPercent": 100},
    ),
    *(
        Rule(
            ("ecs:CreateService", "ecs:UpdateService"),
            f"networkConfiguration.awsvpcConfiguration.{member}",
            f"at most {most}",
            f"{ECS_API}API_AwsVpcConfiguration.html",
            lambda value, _, most=most: len(value) <= most,
            ["a"],
            ["a"] * (most + 1),
        )
        for member, most in (("securityGroups", 5), ("subnets", 16))
    ),
    Rule(
        ("ecs:RegisterTaskDefinition",),
        "",
        "on Fargate the mode awsvpc, and one of the pairs of CPU and memory",
        f"{ECS_API}API_RegisterTaskDefinition.html",
        fargate,
        {"requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc", "cpu": "256", "memory": "512"},
        {"requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc", "cpu": "256", "memory": "4096"},
    ),
    Rule(
        ("ecs:RegisterTaskDefinition",),
        "family",
        "at most 255 letters, numbers, `_` and `-`",
        f"{ECS_API}API_RegisterTaskDefinition.html",
        matches(r"[A-Za-z0-9_-]{1,255}"),
        "a-task",
        "a task",
    ),
    Rule(
        ("ecs:RegisterTaskDefinition",),
        "containerDefinitions[].name",
        "at most 255 letters, numbers, `_` and `-`",
        f"{ECS_API}API_ContainerDefinition.html",
        matches(r"[A-Za-z0-9_-]{1,255}"),
        "web",
        "the web",
    ),
    Rule(
        ("ecs:RegisterTaskDefinition",),
        "containerDefinitions",
        "each name of a container once",
        f"{ECS_API}API_ContainerDefinition.html",
        unique("name"),
        [{"name": "a"}],
        [{"name": "a"}, {"name": "a"}],
    ),
    Rule(
        ("ecs:RegisterTaskDefinition",),
        "containerDefinitions[]",
        "each variable once, in clear or as a secret",
        f"{ECS_API}API_ContainerDefinition.html",
        names_of_container,
        {"environment": [{"name": "a"}], "secrets": [{"name": "b"}]},
        {"environment": [{"name": "a"}], "secrets": [{"name": "a"}]},
    ),
    Rule(
        ("ecs:RegisterTaskDefinition",),
        "ephemeralStorage.sizeInGiB",
        "21 to 200 GiB",
        f"{ECS_API}API_EphemeralStorage.html",
        between(21, 200),
        21,
        20,
    ),
]
