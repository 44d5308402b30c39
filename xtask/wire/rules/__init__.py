"""What the documents of AWS say about values and the service models don't: one row a rule.

Each row has a value that is right and one that is wrong; the self-test holds the row against both. A row is
about what one request shows: what depends on what is there already belongs to the rules of
`crates/likeaws`.
"""

from collections.abc import Iterator
from typing import Any

from fault import Fault
from protocol import Request
from rules import acm, backup, cloudtrail, ec2, ecs, elb, every, kms, logs, rds, route53, s3

MODULES = (every, acm, backup, cloudtrail, ec2, ecs, elb, kms, logs, rds, route53, s3)
RULES = [rule for module in MODULES for rule in module.RULES]


def at(value: Any, path: str, where: str = "") -> Iterator[tuple[str, Any]]:
    """What stands at a path, and where exactly."""
    if not path:
        yield where, value
        return
    head, _, rest = path.partition(".")
    name = head.removesuffix("[]")
    if not isinstance(value, dict) or name not in value:
        return
    place = f"{where}.{name}".lstrip(".")
    if head == name:
        yield from at(value[name], rest, place)
    else:
        for n, item in enumerate(value[name]):
            yield from at(item, rest, f"{place}[{n}]")


def judge(request: Request) -> Iterator[Fault]:
    """What the rows say against a request."""
    for rule in RULES:
        if "*" not in rule.actions and request.action not in rule.actions:
            continue
        for where, value in at(request.parameters, rule.at):
            if not rule.holds(value, request.region):
                yield Fault(where, "rule", rule.says, value, rule.source)
