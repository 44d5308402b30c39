"""What a rule is, and what most of them are made of."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

DOCS = "https://docs.aws.amazon.com/"

# Whether a value is right; the region is that of the request.
Holds = Callable[[Any, str], bool]


@dataclass(frozen=True)
class Rule:
    """One rule about the member `at` of some actions; `*` as an action stands for all."""

    actions: tuple[str, ...]
    # The path of the member, as in `Tags[].Key`; empty for all parameters together.
    at: str
    # What is right, in words.
    says: str
    source: str
    holds: Holds
    right: Any
    wrong: Any


def matches(pattern: str) -> Holds:
    compiled = re.compile(pattern)
    return lambda value, _: compiled.fullmatch(value) is not None


def one_of(*values: Any) -> Holds:
    return lambda value, _: value in values


def between(low: float, high: float) -> Holds:
    return lambda value, _: low <= value <= high


def exactly_one(*members: str) -> Holds:
    return lambda value, _: sum(member in value for member in members) == 1


def unique(key: str) -> Holds:
    def holds(items: Any, _: str) -> bool:
        keys = [item[key] for item in items if key in item]
        return len(keys) == len(set(keys))

    return holds


def together(*members: str) -> Holds:
    return lambda value, _: len({member in value for member in members}) == 1


def not_both(one: str, other: str) -> Holds:
    return lambda value, _: not (value.get(one) and value.get(other))
